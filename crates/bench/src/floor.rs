//! The floor: as many bytes in pieces of the same lengths, through bare strict signature checks on all cores, sled with
//! one flush and one fsync per thousand (or for each), and a TCP copy where the work has one. No encryption, no
//! compression, no causal order, no index, no view, no protocol.

use crate::error::Failure;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use log::LogStore;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Write},
    net::{TcpListener, TcpStream},
    ops::ControlFlow,
    path::Path,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// What is written between two fsyncs.
const BATCH: usize = 1_000;
const SIGNATURE: usize = 64;
/// The longest piece: no envelope is longer.
const LONGEST: usize = 1 << 20;

/// Signed pieces. Each ends with the signature of what comes before it, so it is as long as the envelope it stands for.
pub(crate) struct Load {
    key: VerifyingKey,
    pieces: Vec<Vec<u8>>,
}

impl Load {
    /// As many as the store of a closed node has, and as long.
    pub(crate) fn like(data: &Path) -> Result<Self, Failure> {
        let (store, _) = store::SledStore::open(&data.join("store"))?;
        let mut lengths = Vec::new();
        for chapter in store.chapters()? {
            store.scan(&chapter, 0, &mut |_, bytes| {
                lengths.push(bytes.len());
                ControlFlow::Continue(())
            })?;
        }
        let signer = SigningKey::from_bytes(&[7; 32]);
        let piece = |(number, length): (usize, &usize)| {
            let mut bytes = vec![0; length.saturating_sub(SIGNATURE)];
            ChaCha20Rng::seed_from_u64(number as u64).fill_bytes(&mut bytes);
            let signature = signer.sign(&bytes).to_bytes();
            bytes.extend_from_slice(&signature);
            bytes
        };
        Ok(Self { key: signer.verifying_key(), pieces: lengths.par_iter().enumerate().map(piece).collect() })
    }

    /// Only the last of them.
    pub(crate) fn last(mut self, count: usize) -> Self {
        self.pieces = self.pieces.split_off(self.pieces.len().saturating_sub(count));
        self
    }

    /// How long they are together.
    pub(crate) fn bytes(&self) -> usize {
        self.pieces.iter().map(Vec::len).sum()
    }
}

fn verify(key: &VerifyingKey, piece: &[u8]) -> Result<(), Failure> {
    let bad = || Failure::undone("a signature of the floor does not hold");
    let (message, signature) = piece.split_last_chunk::<SIGNATURE>().ok_or_else(bad)?;
    key.verify_strict(message, &Signature::from_bytes(signature)).map_err(|_| bad())
}

fn verify_all(key: &VerifyingKey, pieces: &[Vec<u8>]) -> Result<(), Failure> {
    pieces.par_iter().try_for_each(|piece| verify(key, piece))
}

/// Bare sled: a number, a value.
struct Bare {
    db: sled::Db,
    file: File,
    next: u64,
}

impl Bare {
    fn open(folder: &Path) -> Result<Self, Failure> {
        let db = sled::Config::new().path(folder).flush_every_ms(None).open()?;
        let file = File::options().read(true).write(true).open(folder.join("db"));
        let file = file.map_err(|source| Failure::io("open sled's file", source))?;
        let next =
            db.last()?.map_or(0, |(key, _)| key.as_ref().try_into().map_or(0, |bytes| u64::from_be_bytes(bytes) + 1));
        Ok(Self { db, file, next })
    }

    fn number(&mut self) -> [u8; 8] {
        self.next += 1;
        (self.next - 1).to_be_bytes()
    }

    fn put_all(&mut self, pieces: &[Vec<u8>]) -> Result<(), Failure> {
        let mut batch = sled::Batch::default();
        for piece in pieces {
            batch.insert(&self.number(), piece.as_slice());
        }
        self.db.apply_batch(batch)?;
        self.durable()
    }

    fn put(&mut self, piece: &[u8]) -> Result<(), Failure> {
        let number = self.number();
        self.db.insert(number, piece)?;
        self.durable()
    }

    fn durable(&self) -> Result<(), Failure> {
        self.db.flush()?;
        self.file.sync_data().map_err(|source| Failure::io("fsync", source))
    }
}

/// Everything in thousands.
pub(crate) fn batches(load: &Load, folder: &Path) -> Result<Duration, Failure> {
    let mut bare = Bare::open(folder)?;
    let begun = Instant::now();
    for pieces in load.pieces.chunks(BATCH) {
        verify_all(&load.key, pieces)?;
        bare.put_all(pieces)?;
    }
    Ok(begun.elapsed())
}

/// Everything one by one.
pub(crate) fn singles(load: &Load, folder: &Path) -> Result<Duration, Failure> {
    let mut bare = Bare::open(folder)?;
    let begun = Instant::now();
    for piece in &load.pieces {
        verify(&load.key, piece)?;
        bare.put(piece)?;
    }
    Ok(begun.elapsed())
}

/// Everything over TCP, then as [`batches`].
pub(crate) fn fetch(load: &Load, folder: &Path) -> Result<Duration, Failure> {
    let mut bare = Bare::open(folder)?;
    let listener = listen()?;
    let address = listener.local_addr().map_err(|source| Failure::io("listen", source))?;
    thread::scope(|scope| {
        let sender = scope.spawn(move || {
            let (stream, _) = listener.accept().map_err(|source| Failure::io("accept", source))?;
            send_all(stream, &load.pieces)
        });
        let begun = Instant::now();
        let stream = TcpStream::connect(address).map_err(|source| Failure::io("connect", source))?;
        let mut reader = BufReader::with_capacity(1 << 18, stream);
        let mut left = load.pieces.len();
        while left > 0 {
            let pieces = receive_some(&mut reader, left.min(BATCH))?;
            verify_all(&load.key, &pieces)?;
            bare.put_all(&pieces)?;
            left -= pieces.len();
        }
        let took = begun.elapsed();
        joined(sender.join())?;
        Ok(took)
    })
}

/// Both sides have much already; each gives the other `fresh` at the same time.
pub(crate) fn catch_up(fresh: &Load, folders: [&Path; 2]) -> Result<Duration, Failure> {
    let mut stores = [Bare::open(folders[0])?, Bare::open(folders[1])?];
    let listener = listen()?;
    let address = listener.local_addr().map_err(|source| Failure::io("listen", source))?;
    let [here, there] = &mut stores;
    thread::scope(|scope| {
        let other = scope.spawn(move || {
            let (stream, _) = listener.accept().map_err(|source| Failure::io("accept", source))?;
            give_and_take(stream, fresh, there)
        });
        let begun = Instant::now();
        let stream = TcpStream::connect(address).map_err(|source| Failure::io("connect", source))?;
        give_and_take(stream, fresh, here)?;
        joined(other.join())?;
        Ok(begun.elapsed())
    })
}

fn give_and_take(stream: TcpStream, load: &Load, bare: &mut Bare) -> Result<(), Failure> {
    let reading = stream.try_clone().map_err(|source| Failure::io("read from a connection", source))?;
    // A hundred posts fit into the system's buffers, so that both sides may send first.
    send_all(stream, &load.pieces)?;
    let pieces = receive_some(&mut BufReader::with_capacity(1 << 18, reading), load.pieces.len())?;
    verify_all(&load.key, &pieces)?;
    bare.put_all(&pieces)
}

/// One after the other: checked and durable here, over TCP, checked and durable there.
pub(crate) fn live(load: &Load, folders: [&Path; 2]) -> Result<Vec<Duration>, Failure> {
    let mut here = Bare::open(folders[0])?;
    let mut there = Bare::open(folders[1])?;
    let listener = listen()?;
    let address = listener.local_addr().map_err(|source| Failure::io("listen", source))?;
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let receiver = scope.spawn(move || {
            let (stream, _) = listener.accept().map_err(|source| Failure::io("accept", source))?;
            let mut reader = BufReader::new(stream);
            for _ in 0..load.pieces.len() {
                let piece = receive(&mut reader)?;
                verify(&load.key, &piece)?;
                there.put(&piece)?;
                if tell.send(Instant::now()).is_err() {
                    break;
                }
            }
            Ok(())
        });
        let mut stream = TcpStream::connect(address).map_err(|source| Failure::io("connect", source))?;
        stream.set_nodelay(true).map_err(|source| Failure::io("connect", source))?;
        let mut times = Vec::with_capacity(load.pieces.len());
        for piece in &load.pieces {
            let begun = Instant::now();
            verify(&load.key, piece)?;
            here.put(piece)?;
            let message = [&(piece.len() as u32).to_be_bytes(), piece.as_slice()].concat();
            stream.write_all(&message).map_err(|source| Failure::io("send", source))?;
            let arrived = told.recv().map_err(|_| Failure::undone("the floor's receiver stopped"))?;
            times.push(arrived.duration_since(begun));
            thread::sleep(crate::live::PAUSE);
        }
        joined(receiver.join())?;
        Ok(times)
    })
}

/// Opens what [`fetch`] wrote and reads every value; then checks all signatures. Both times are from the beginning.
pub(crate) fn reopen(folder: &Path) -> Result<(usize, Duration, Duration), Failure> {
    let key = SigningKey::from_bytes(&[7; 32]).verifying_key();
    let begun = Instant::now();
    let bare = Bare::open(folder)?;
    let mut pieces = Vec::new();
    for item in bare.db.iter() {
        pieces.push(item?.1.to_vec());
    }
    let read = begun.elapsed();
    verify_all(&key, &pieces)?;
    Ok((pieces.len(), read, begun.elapsed()))
}

fn listen() -> Result<TcpListener, Failure> {
    TcpListener::bind(("127.0.0.1", 0)).map_err(|source| Failure::io("listen", source))
}

fn send_all(stream: TcpStream, pieces: &[Vec<u8>]) -> Result<(), Failure> {
    let mut writer = BufWriter::with_capacity(1 << 18, stream);
    let mut send = || {
        for piece in pieces {
            writer.write_all(&(piece.len() as u32).to_be_bytes())?;
            writer.write_all(piece)?;
        }
        writer.flush()
    };
    send().map_err(|source| Failure::io("send", source))
}

fn receive_some(reader: &mut impl Read, count: usize) -> Result<Vec<Vec<u8>>, Failure> {
    (0..count).map(|_| receive(reader)).collect()
}

fn receive(reader: &mut impl Read) -> Result<Vec<u8>, Failure> {
    let mut read = || {
        let mut length = [0; 4];
        reader.read_exact(&mut length)?;
        let mut piece = vec![0; (u32::from_be_bytes(length) as usize).min(LONGEST)];
        reader.read_exact(&mut piece)?;
        Ok(piece)
    };
    read().map_err(|source| Failure::io("receive", source))
}

fn joined(outcome: thread::Result<Result<(), Failure>>) -> Result<(), Failure> {
    outcome.unwrap_or_else(|_| Err(Failure::undone("a thread of the floor stopped")))
}
