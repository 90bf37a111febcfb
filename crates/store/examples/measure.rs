//! How fast the store is, and how much disk and memory it takes, on the disk of the folder that is given:
//! `cargo run --release -p chapterhouse-store --example measure -- FOLDER [ENVELOPES]`. It works in FOLDER/measure.

use chapterhouse_store::SledStore;
use log::LogStore;
use std::fs::{self, File};
use std::io::{Write, stdout};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const TAG: [u8; 16] = [7; 16];
const LEN: usize = 640;

fn main() -> Outcome {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("which folder?")?;
    let many: u64 = args.next().map_or(Ok(100_000), |text| text.parse())?;
    let folder = Path::new(&folder).join("measure");
    run(&folder, "in batches of 1,000", many, 1_000)?;
    run(&folder, "in batches of 100", many / 4, 100)?;
    run(&folder, "in batches of 10", many / 10, 10)?;
    run(&folder, "one by one", many / 10, 1)?;
    floor(&folder, "sled alone, batches of 1,000", many, 1_000)?;
    floor(&folder, "sled alone, one by one", many / 10, 1)?;
    Ok(())
}

fn run(folder: &Path, what: &str, many: u64, batch: u64) -> Outcome {
    remove(folder)?;
    let (mut store, _) = SledStore::open(folder)?;
    let mut noise = Noise(1);
    let (start, cpu) = (Instant::now(), cpu());
    let mut slowest = Duration::ZERO;
    for _ in 0..many / batch {
        let envelopes: Vec<Vec<u8>> = (0..batch).map(|_| noise.bytes(LEN)).collect();
        let slices: Vec<&[u8]> = envelopes.iter().map(Vec::as_slice).collect();
        let one = Instant::now();
        store.append(&TAG, &slices)?;
        store.commit()?;
        slowest = slowest.max(one.elapsed());
    }
    report(what, folder, many, start.elapsed(), self::cpu() - cpu)?;
    drop(store);
    let start = Instant::now();
    let (store, report) = SledStore::open(folder)?;
    let opened = start.elapsed();
    let start = Instant::now();
    let mut bytes = 0;
    store.scan(&TAG, 0, &mut |_, envelope| {
        bytes += envelope.len();
        ControlFlow::Continue(())
    })?;
    let scanned = start.elapsed();
    let start = Instant::now();
    for i in 0..1_000 {
        store.get(&TAG, i * 7_919 % many)?;
    }
    writeln!(
        stdout(),
        "  slowest commit {slowest:.1?}; opened {} again in {opened:.1?}, then {} bytes on disk for each; all read in \
         {scanned:.1?} ({bytes} bytes), 1,000 at random in {:.1?}; memory {} MiB, at most {} MiB",
        report.envelopes,
        disk(folder)? / many,
        start.elapsed(),
        status("VmRSS:") / 1024,
        status("VmHWM:") / 1024,
    )?;
    sweep(folder, store, many)?;
    remove(folder)
}

/// A hundred envelopes are replaced, and what stood there is left behind.
fn sweep(folder: &Path, mut store: SledStore, many: u64) -> Outcome {
    for n in 0..100 {
        store.replace(&TAG, n * (many / 100), b"a stub")?;
    }
    store.commit()?;
    let (start, cpu) = (Instant::now(), cpu());
    let (mut parts, mut slowest, mut slow) = (0_u32, Duration::ZERO, 0_u32);
    loop {
        let one = Instant::now();
        let done = store.sweep()?;
        parts += 1;
        slow += u32::from(one.elapsed() > Duration::from_millis(50));
        slowest = slowest.max(one.elapsed());
        if done {
            break;
        }
    }
    writeln!(
        stdout(),
        "  swept in {:.1?}, {:.2} s of processor, {parts} parts, the slowest {slowest:.1?}, {slow} above 50 ms; {} bytes on \
         disk each then; memory at most {} MiB",
        start.elapsed(),
        self::cpu() - cpu,
        disk(folder)? / many,
        status("VmHWM:") / 1024,
    )?;
    Ok(())
}

/// The same bytes through sled with one flush and fsync for each batch, and nothing else.
fn floor(folder: &Path, what: &str, many: u64, batch: u64) -> Outcome {
    remove(folder)?;
    let db = sled::Config::new().path(folder).cache_capacity(16 << 20).flush_every_ms(None).open()?;
    let file = File::open(folder.join("db"))?;
    let mut noise = Noise(1);
    let (start, cpu) = (Instant::now(), cpu());
    for first in (0..many).step_by(batch as usize) {
        for position in first..first + batch {
            db.insert(position.to_be_bytes(), noise.bytes(LEN))?;
        }
        db.flush()?;
        file.sync_data()?;
    }
    report(what, folder, many, start.elapsed(), self::cpu() - cpu)?;
    drop(db);
    remove(folder)
}

fn report(what: &str, folder: &Path, many: u64, took: Duration, cpu: f64) -> Outcome {
    let rate = many as f64 / took.as_secs_f64();
    let disk = disk(folder)? / many;
    let each = cpu * 1e6 / many as f64;
    writeln!(
        stdout(),
        "{many} of {LEN} bytes {what}: {rate:.0} a second, {each:.1} us of processor each, {disk} bytes on disk each"
    )?;
    Ok(())
}

fn remove(folder: &Path) -> Outcome {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn disk(folder: &Path) -> Result<u64, Box<dyn std::error::Error>> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { disk(&entry.path())? } else { blocks(&metadata) };
    }
    Ok(bytes)
}

#[cfg(unix)]
fn blocks(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(metadata) * 512
}

#[cfg(not(unix))]
fn blocks(metadata: &fs::Metadata) -> u64 {
    metadata.len()
}

/// A line of `/proc/self/status` in KiB; 0 where there is none.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Seconds of processor time so far; 0 where the system does not tell.
fn cpu() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = text.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Bytes that do not compress.
struct Noise(u64);

impl Noise {
    fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(len + 8);
        while bytes.len() < len {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            bytes.extend_from_slice(&self.0.to_le_bytes());
        }
        bytes.truncate(len);
        bytes
    }
}
