//! Time and memory of a view of 100,000 posts, and of bodies of about 500 bytes of text.
//!
//! `cargo run --release -p chapterhouse-chapter --features testing --example view_cost`
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "it prints what it measured")]

use chapterhouse_chapter::{
    Kind, Past, View,
    kinds::{self, Post, PostKind},
    testing::{Chapter, people},
};
use entry::{ChapterId, DeviceId, Draft, Entry, EntryId, Timestamp, Verified};
use std::{hint::black_box, time::Instant};

const POSTS: u64 = 100_000;
const MEMBERS: usize = 50;
const TEXTS: &str = include_str!("../tests/data/posts.txt");

/// What is asked about is always there.
struct Linear;

impl Past for Linear {
    fn contains(&self, _: &EntryId, _: &EntryId) -> bool {
        true
    }
}

/// Members who write one after another, each having seen what was there.
struct Writers {
    chapter: ChapterId,
    names: Vec<String>,
    last: Vec<Option<(u64, EntryId)>>,
    head: EntryId,
    written: u64,
}

impl Writers {
    fn post(&mut self, texts: &[&str]) -> Entry<Verified> {
        let n = self.written;
        self.written += 1;
        let who = (n as usize * 7) % self.names.len();
        let key = people::device_key(&self.names[who], 0);
        let device = DeviceId(key.verifying_key().to_bytes());
        let body = texts[n as usize % texts.len()].to_owned();
        let title = format!("What we decided on day {n}, and why");
        let kind = if n % 5 == 4 {
            kinds::encode(&Kind::Comment(kinds::Comment { on: self.head, body }))
        } else {
            kinds::encode(&Kind::Post(Post { kind: PostKind::News, title, body }))
        };
        let prev = self.last[who];
        let parents = Some(self.head).filter(|head| prev.is_none_or(|(_, id)| id != *head));
        let draft = Draft {
            chapter: self.chapter,
            epoch: 0,
            device,
            seq: prev.map_or(1, |(seq, _)| seq + 1),
            prev: prev.map(|(_, id)| id),
            time: Timestamp(1_795_456_800_000 + n * 60_000),
            parents: parents.into_iter().collect(),
            kind: kind.0,
            body: kind.1,
        };
        let entry = draft.sign(&key).unwrap();
        self.last[who] = Some((entry.content().seq, entry.id()));
        self.head = entry.id();
        entry
    }
}

fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}

/// The best of several runs, for one, in microseconds: the machine has other things to do.
fn best(runs: usize, times: usize, mut work: impl FnMut(usize)) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..runs {
        let started = Instant::now();
        (0..times).for_each(&mut work);
        best = best.min(started.elapsed().as_secs_f64() * 1e6 / times as f64);
    }
    best
}

fn bodies(texts: &[&str]) {
    let posts: Vec<Kind> = (texts.iter())
        .map(|body| {
            let title = "What we decided on Tuesday, and why".to_owned();
            Kind::Post(Post { kind: PostKind::News, title, body: (*body).to_owned() })
        })
        .collect();
    let encoded: Vec<Vec<u8>> = posts.iter().map(|post| kinds::encode(post).1).collect();
    let average = |lengths: &mut dyn Iterator<Item = usize>| lengths.sum::<usize>() as f64 / texts.len() as f64;
    println!("text         {:7.1} bytes", average(&mut texts.iter().map(|text| text.len())));
    println!("body         {:7.1} bytes", average(&mut encoded.iter().map(Vec::len)));
    let encode = best(50, 100, |n| {
        black_box(kinds::encode(&posts[n % posts.len()]));
    });
    let decode = best(50, 100, |n| {
        black_box(kinds::decode(10, &encoded[n % posts.len()]).is_ok());
    });
    println!("encode       {encode:7.2} µs\ndecode       {decode:7.2} µs");
}

fn main() {
    let texts: Vec<&str> = TEXTS.trim().split("\n\n").collect();
    bodies(&texts);

    let names: Vec<String> = (0..MEMBERS).map(|n| format!("member-{n}")).collect();
    let chapter = Chapter::founded_by("rowan").with(names.iter().map(String::as_str));
    let writers = || Writers {
        chapter: chapter.id(),
        names: names.clone(),
        last: vec![None; MEMBERS],
        head: chapter.last().unwrap().id(),
        written: 0,
    };

    // Memory first: entries are dropped as soon as they are applied, so what grows is the view.
    let mut view = chapter.view();
    let before = resident();
    let mut writing = writers();
    for _ in 0..POSTS {
        view.apply(&writing.post(&texts), &Linear);
    }
    println!("view         {:7.1} MB for {} entries", resident() - before, view.entries());
    let started = Instant::now();
    black_box(view.state_hash());
    println!("state hash   {:7.1} ms", started.elapsed().as_secs_f64() * 1e3);
    let started = Instant::now();
    black_box(view.items(None, None).take(50).count());
    println!("page of 50   {:7.1} µs", started.elapsed().as_secs_f64() * 1e6);

    let mut writing = writers();
    let entries: Vec<_> = (0..POSTS).map(|_| writing.post(&texts)).collect();
    for _ in 0..3 {
        let mut view = chapter.view();
        let started = Instant::now();
        for entry in &entries {
            view.apply(entry, &Linear);
        }
        let took = started.elapsed().as_secs_f64();
        println!("apply        {took:7.3} s, {:.2} µs each", took * 1e6 / POSTS as f64);
        assert!(view.void_entries().is_empty());
    }
    let mut view: View = chapter.view();
    for entry in &entries {
        view.apply(entry, &Linear);
    }
    let again = best(1, entries.len(), |n| {
        black_box(view.apply(&entries[n], &Linear));
    });
    println!("again        {again:7.2} µs each");
}
