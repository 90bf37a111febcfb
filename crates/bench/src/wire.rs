//! What really passes over the line: a go-between that counts.

use crate::error::Failure;
use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// Passes everything on between whoever calls it and one address. Ends with the program.
pub(crate) struct Counter {
    /// Where to call it, as a multiaddr.
    pub(crate) address: String,
    bytes: Arc<AtomicU64>,
}

impl Counter {
    /// Listens in front of a TCP multiaddr.
    pub(crate) fn before(target: &str) -> Result<Self, Failure> {
        let mut words = target.split('/').skip_while(|word| *word != "tcp").skip(1);
        let port = words.next().and_then(|word| word.parse::<u16>().ok());
        let port = port.ok_or_else(|| Failure::undone(format!("{target} is no TCP address")))?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|source| Failure::io("listen", source))?;
        let own = listener.local_addr().map_err(|source| Failure::io("listen", source))?.port();
        let bytes = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&bytes);
        thread::spawn(move || {
            for caller in listener.incoming().flatten() {
                // Whoever cannot be connected sees the connection close.
                if let Ok(target) = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))) {
                    pass(caller, target, &counter);
                }
            }
        });
        Ok(Self { address: format!("/ip4/127.0.0.1/tcp/{own}"), bytes })
    }

    /// Everything that passed, both ways.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

fn pass(caller: TcpStream, target: TcpStream, counter: &Arc<AtomicU64>) {
    let ways = caller.try_clone().and_then(|caller| Ok((caller, target.try_clone()?)));
    let Ok((caller_too, target_too)) = ways else { return };
    for (mut from, mut to) in [(caller, target), (target_too, caller_too)] {
        let counter = Arc::clone(counter);
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                counter.fetch_add(length as u64, Ordering::Relaxed);
                if to.write_all(&buffer[..length]).is_err() {
                    break;
                }
            }
            // It may be closed already.
            let _ = to.shutdown(Shutdown::Write).is_ok();
        });
    }
}
