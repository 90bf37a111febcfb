//! A program that is killed while it saves, replaces and sweeps, a hundred times on one folder: what it had called saved
//! is there.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use chapterhouse_store::{Options, SledStore};
use log::LogStore;
use std::io::{BufRead, BufReader, Write, stdout};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const TAGS: [[u8; 16]; 3] = [[1; 16], [2; 16], [3; 16]];
const KILLS: u32 = 100;

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (z ^ (z >> 27)) % bound
    }
}

/// How often a chapter's envelopes have been replaced when it has so many: all that are far enough behind, in the same
/// commit as what is appended. So what stands at a position follows from the chapter's length alone.
fn round(position: u64, len: u64) -> u64 {
    u64::from(position.is_multiple_of(7) && position + BEHIND <= len)
}

/// How far behind the end an envelope is replaced.
const BEHIND: u64 = 60;

/// What stands at a position of a chapter: its bytes, and how many, follow from the place.
fn envelope(chapter: usize, position: u64, round: u64) -> Vec<u8> {
    let mut random = Random(round << 60 ^ position << 8 | chapter as u64);
    let len = if random.below(50) == 0 { 1 + random.below(40_000) } else { 1 + random.below(1_500) };
    (0..len.div_ceil(8)).flat_map(|_| random.below(u64::MAX).to_le_bytes()).take(len as usize).collect()
}

/// The child: goes on where the folder ends, in commits of every size over one or several chapters, and says of each
/// what it is about to save, and when it is saved, until it is killed.
#[test]
#[ignore = "the child of the test below"]
fn child_that_saves() {
    let folder = std::env::var_os("KILL_FOLDER").expect("run by the test below");
    let mut random = Random(std::env::var("KILL_SEED").unwrap().parse().unwrap());
    let options = Options { slice: 256 << 10, ..Options::default() };
    let (mut store, _) = SledStore::open_with(Path::new(&folder), options).unwrap();
    // One write for each line: the parent reads what was said before the kill.
    let say = |text: String| stdout().write_all(format!("\n{text}\n").as_bytes()).unwrap();
    say("open".into());
    loop {
        for (i, tag) in TAGS.iter().enumerate() {
            if i > 0 && random.below(3) > 0 {
                continue;
            }
            let count = [1, 1, 1, 2, 7, 30, 300][random.below(7) as usize];
            let from = store.len(tag).unwrap();
            let envelopes: Vec<_> = (from..from + count).map(|position| envelope(i, position, 0)).collect();
            let slices: Vec<&[u8]> = envelopes.iter().map(Vec::as_slice).collect();
            assert_eq!(store.append(tag, &slices).unwrap(), from);
            for position in from.saturating_sub(BEHIND)..from + count {
                if round(position, from) < round(position, from + count) {
                    store.replace(tag, position, &envelope(i, position, 1)).unwrap();
                }
            }
            if random.below(2) == 0 {
                store.put_meta(tag, Some(&(from + count).to_be_bytes())).unwrap();
            } else {
                store.put_meta(tag, None).unwrap();
            }
            say(format!("saving {i} {}", from + count));
        }
        store.commit().unwrap();
        say("saved".into());
        // What was replaced is left behind now and then, in parts, with more saved in between.
        for _ in 0..random.below(6) {
            store.sweep().unwrap();
        }
    }
}

#[test]
fn nothing_that_was_called_saved_is_lost_by_a_kill() {
    let seed = std::env::var("KILL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        now.as_nanos() as u64
    });
    eprintln!("KILL_SEED={seed} repeats this run");
    let mut random = Random(seed);
    let folder = tempfile::tempdir().unwrap();
    // What each chapter had when it was last called saved, and what it would have had after the commit in the kill.
    let (mut saved, mut repairs, mut swept) = ([0_u64; 3], 0, [0_u32; 3]);
    for kill in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "child_that_saves", "--nocapture"])
            .env("KILL_FOLDER", folder.path())
            .env("KILL_SEED", random.below(u64::MAX).to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Some kills hit the opening, some the first commits, some a running program.
        let patience = Duration::from_micros([3_000, 15_000, 60_000, 250_000][random.below(4) as usize]);
        std::thread::sleep(patience.mul_f64(random.below(1_000) as f64 / 1_000.0));
        child.kill().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut saving = saved;
        for line in lines {
            let mut words = line.split(' ');
            match words.next() {
                Some("saving") => {
                    let mut number = || words.next().unwrap().parse::<u64>().unwrap();
                    let (chapter, len) = (number(), number());
                    saving[chapter as usize] = len;
                }
                Some("saved") => saved = saving,
                _ => {}
            }
        }
        let status = child.wait().unwrap();
        assert!(!status.success());
        let there = |name: &str| folder.path().join(name).exists();
        for (count, is) in swept.iter_mut().zip([there("new"), there("gone-1"), !there("db")]) {
            *count += u32::from(is);
        }

        let (store, report) = SledStore::open(folder.path()).unwrap_or_else(|error| panic!("kill {kill}: {error}"));
        repairs += report.repairs.len();
        let found: Vec<u64> = TAGS.iter().map(|tag| store.len(tag).unwrap()).collect();
        // All of the last commit, or nothing of it.
        assert!(found == saved || found == saving, "kill {kill}: {saved:?} saved, {saving:?} saving, {found:?} found");
        saved.copy_from_slice(&found);
        for (i, tag) in TAGS.iter().enumerate() {
            if let Some(len) = store.meta(tag).unwrap() {
                assert_eq!(len, saved[i].to_be_bytes(), "kill {kill}: a small value of another commit");
            }
            // Everything now and then, and the end each time.
            let from = if kill % 10 == 9 { 0 } else { saved[i].saturating_sub(400) };
            let mut next = from;
            store
                .scan(tag, from, &mut |position, bytes| {
                    assert_eq!(position, next, "kill {kill}");
                    let expected = envelope(i, position, round(position, saved[i]));
                    assert!(bytes == expected, "kill {kill}: envelope {position} is another one");
                    next += 1;
                    ControlFlow::Continue(())
                })
                .unwrap();
            assert_eq!(next, saved[i], "kill {kill}");
        }
    }
    eprintln!("{KILLS} kills; {saved:?} envelopes are there; {repairs} times something had to be put right");
    eprintln!("killed while a copy was made, while an old file was erased, between two renamings: {swept:?} times");
    let (mut store, _) = SledStore::open(folder.path()).unwrap();
    while store.leftovers() > 0 {
        store.sweep().unwrap();
    }
    let file = std::fs::read(folder.path().join("db")).unwrap();
    for (i, tag) in TAGS.iter().enumerate() {
        assert_eq!(store.len(tag).unwrap(), saved[i]);
    }
    // One that was replaced, and long enough to be nothing else.
    let mut replaced = (0..saved[0]).filter(|position| round(*position, saved[0]) == 1).map(|at| envelope(0, at, 0));
    let old = replaced.rfind(|old| old.len() > 100).unwrap();
    assert!(!file.windows(64).any(|part| part == &old[..64]), "what was replaced is still there");
    assert!(saved[0] > 1_000, "hardly anything was saved: {saved:?}");
}
