//! Measures two networks over loopback in one process: messages a second, bytes a second, the time of one message.
//!
//! `cargo run --release -p chapterhouse-net --example speed [/ip4/127.0.0.1/udp/0/quic-v1]`
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, Instant};

use chapterhouse_net::{Config, Multiaddr, Net, News, Order, Verdict, name_of};
use tokio::sync::mpsc;

struct Side {
    net: Net,
    news: mpsc::Receiver<News>,
    id: Vec<u8>,
    link: u64,
}

async fn start(seed: u8, listen: &Multiaddr) -> (Side, Multiaddr) {
    let (net, mut news) = Net::start(Config::new([seed; 32], vec![listen.clone()], false)).await.unwrap();
    let address = loop {
        if let News::Listening { address } = news.recv().await.unwrap() {
            break address;
        }
    };
    let id = net.peer_id();
    let address = format!("{address}/p2p/{}", name_of(&id)).parse().unwrap();
    (Side { net, news, id, link: 0 }, address)
}

impl Side {
    async fn connected(&mut self) -> Vec<u8> {
        loop {
            if let News::Connected { peer, link, .. } = self.news.recv().await.unwrap() {
                self.link = link;
                self.net.order(Order::Trust { peer: peer.clone(), link }).await;
                return peer;
            }
        }
    }

    async fn send(&self, peer: &[u8], bytes: Vec<u8>) {
        self.net.order(Order::Send { peer: peer.to_vec(), link: self.link, bytes }).await;
    }

    async fn message(&mut self) -> usize {
        loop {
            match self.news.recv().await.unwrap() {
                News::Message { bytes, .. } => return bytes.len(),
                News::Disconnected { why, .. } => panic!("{why:?}"),
                _ => {}
            }
        }
    }
}

fn percentile(times: &mut [Duration], part: usize) -> Duration {
    times.sort();
    times[(times.len() - 1) * part / 100]
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let listen = std::env::args().nth(1).unwrap_or_else(|| "/ip4/127.0.0.1/tcp/0".to_owned()).parse().unwrap();
    let (mut rowan, _) = start(1, &listen).await;
    let (mut asha, address) = start(2, &listen).await;
    let begin = Instant::now();
    rowan.net.order(Order::Dial { address, keep: false }).await;
    rowan.connected().await;
    let peer = asha.connected().await;
    println!("connected after {:?}", begin.elapsed());

    for size in [100, 1_000, 10_000, 100_000, 1_000_000] {
        let (count, window) = ((400_000_000 / size).min(200_000), (8_000_000 / size).clamp(4, 4000));
        let (before, begin) = (rowan.net.traffic().sent(), Instant::now());
        let (mut sent, mut received) = (0, 0);
        // The sender keeps a few megabytes under way, as sync does.
        while received < count {
            while sent < count && sent < received + window {
                rowan.send(&asha.id, vec![7; size]).await;
                sent += 1;
            }
            assert_eq!(asha.message().await, size);
            received += 1;
        }
        let seconds = begin.elapsed().as_secs_f64();
        let bytes = (rowan.net.traffic().sent() - before) as f64;
        println!(
            "{count:>7} messages of {size:>7} bytes: {:>8.0}/s {:>7.1} MB/s",
            count as f64 / seconds,
            bytes / seconds / 1e6
        );
    }

    for size in [100, 1_000, 64_000] {
        let mut times = Vec::new();
        for _ in 0..2000 {
            let begin = Instant::now();
            rowan.send(&asha.id, vec![7; size]).await;
            asha.message().await;
            asha.send(&peer, vec![7; size]).await;
            rowan.message().await;
            times.push(begin.elapsed() / 2);
        }
        let [median, p95, p99] = [50, 95, 99].map(|part| percentile(&mut times, part));
        println!("one message of {size:>6} bytes, one way: median {median:?}, p95 {p95:?}, p99 {p99:?}");
    }

    let topic = [9; 32];
    for side in [&rowan, &asha] {
        side.net.order(Order::Subscribe { topic }).await;
    }
    rowan.net.order(Order::Open { peer: asha.id.clone(), link: rowan.link, topic }).await;
    asha.net.order(Order::Open { peer: peer.clone(), link: asha.link, topic }).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut times = Vec::new();
    for n in 0..1000u32 {
        let mut bytes = n.to_be_bytes().to_vec();
        bytes.resize(700, 0);
        let begin = Instant::now();
        rowan.net.order(Order::Publish { topic, bytes }).await;
        loop {
            if let News::Gossip { peer, id, topic, .. } = asha.news.recv().await.unwrap() {
                times.push(begin.elapsed());
                asha.net.order(Order::GossipVerdict { topic, id, peer, verdict: Verdict::Accept }).await;
                break;
            }
        }
    }
    let [median, p95, p99] = [50, 95, 99].map(|part| percentile(&mut times, part));
    println!("gossip of 700 bytes, one way: median {median:?}, p95 {p95:?}, p99 {p99:?}");
    rowan.net.stop().await;
    asha.net.stop().await;
}
