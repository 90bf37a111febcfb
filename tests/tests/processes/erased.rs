//! What the chapter hides leaves the disks themselves, not only the pages.

use chapterhouse_tests::{Member, wait::until_or};
use serde_json::json;
use std::{collections::HashSet, fs, path::Path};

/// So long a part of a file is found nowhere by chance.
const PART: usize = 32;
/// What stays of an entry, and some: its head.
const HEAD: usize = 1_000;

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| match path.is_dir() {
        true => files(&path),
        // A socket cannot be read, and keeps nothing.
        false => fs::read(&path).into_iter().collect(),
    };
    paths.flat_map(read).collect()
}

/// What of these parts is in any of the files, at any place.
fn found(files: &[Vec<u8>], parts: &HashSet<Vec<u8>>) -> HashSet<Vec<u8>> {
    let mut begins = vec![false; 1 << 16];
    let begin = |part: &[u8]| usize::from(u16::from_le_bytes([part[0], part[1]]));
    parts.iter().for_each(|part| begins[begin(part)] = true);
    let mut seen = HashSet::new();
    for file in files {
        seen.extend(file.windows(PART).filter(|part| begins[begin(part)] && parts.contains(*part)).map(<[u8]>::to_vec));
    }
    seen
}

/// All parts of the files, cut at fixed places.
fn parts(files: &[Vec<u8>]) -> HashSet<Vec<u8>> {
    files.iter().flat_map(|file| file.chunks_exact(PART).map(<[u8]>::to_vec)).collect()
}

/// A text that cannot be made shorter.
fn noise(len: usize) -> String {
    let mut state = 88_172_645_463_325_252_u64;
    let mut letter = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'0' + (state >> 33) as u8 % 64)
    };
    (0..len).map(|_| letter()).collect()
}

#[test]
fn a_hidden_text_is_found_in_no_file_of_a_members_folder() {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    asha.joins(&rowan.invites("London"));
    asha.stays_with(&rowan);
    for n in 0..20 {
        rowan.posts("London", &format!("Before {n}"));
    }
    asha.sees("London", "Before 19");

    // A long insult: what it is on rowan's disk is what the files have after it and had not before.
    let before = files(&rowan.data());
    let body = rowan.file("insult.txt", &noise(49_000));
    let post = ["post", "London", "--kind", "discussion", "--title", "An insult", "--file", &body];
    let insult = asha.text(&post, "entry");
    rowan.sees("London", "An insult");
    let after = parts(&files(&rowan.data().join("store")));
    let sealed: HashSet<_> = after.difference(&found(&before, &after)).cloned().collect();
    assert!(sealed.len() > 30_000 / PART, "{}", sealed.len());
    // Notes beside it may have been written again meanwhile.
    assert!(found(&files(&rowan.data()), &sealed).len() > sealed.len() * 9 / 10, "this test finds what is there");

    let motion = rowan.text(&["hide", &insult, "--reason", "It hurts."], "entry");
    rowan.votes_for(&motion);
    asha.votes_for(&motion);
    for member in [&rowan, &asha] {
        until_or(
            || {
                let hidden = member.list(&["hidden", "London"]);
                (hidden.len() == 1 && hidden[0]["erased"] == "yes").then_some(())
            },
            || format!("erased on {}'s computer: {:?}", member.handle(), member.list(&["hidden", "London"])),
        );
        // The head stays, and who wrote it; of the text nothing. Some bytes beside it may have been new by then as well.
        let left = found(&files(&member.data()), &sealed).len();
        let many = sealed.len();
        assert!(left < HEAD / PART, "{left} parts of {many} are left on {}'s computer", member.handle());
        assert_eq!(member.object(&["show", &insult])["hidden"]["erased"], json!("yes"));
        assert!(member.titles("London").contains(&"Before 19".to_owned()));
    }
    rowan.posts("London", "And after");
    asha.sees("London", "And after");
    let state = rowan.agrees_with(&asha, "London");

    // It is so after the next start, too, and nothing else is missing.
    for member in [&mut rowan, &mut asha] {
        member.stops();
        assert_eq!(member.state("London"), state);
        assert!(found(&files(&member.data()), &sealed).len() < HEAD / PART);
    }
}
