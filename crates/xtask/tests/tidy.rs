//! The rules of this repository that no compiler checks: who may know whom, how crates introduce themselves, that the
//! documents name what exists, that files stay short. Each failure says which file breaks which rule.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The arrows of ARCHITECTURE.md: a crate, and which of ours it may use. Who is not listed may not exist.
const ARROWS: &[(&str, &[&str])] = &[
    ("api", &[]),
    ("entry", &[]),
    ("vote", &["entry"]),
    ("chapter", &["entry", "vote"]),
    ("archive", &["chapter", "entry", "vote"]),
    ("keys", &["entry"]),
    ("log", &["entry"]),
    ("store", &["entry", "log"]),
    ("sync", &["entry"]),
    ("net", &[]),
    ("node", &["api", "archive", "chapter", "entry", "keys", "log", "net", "store", "sync", "vote"]),
    ("sim", &["api", "chapter", "entry", "keys", "log", "net", "node", "store", "sync", "vote"]),
    ("bench", &["api", "entry", "keys", "log", "node", "store", "sync", "vote"]),
    ("cli", &["api", "node"]),
    ("app", &["api", "node"]),
    ("tests", &["api", "chapter", "entry", "keys", "log", "net", "node", "sim", "store", "sync", "vote"]),
    ("xtask", &[]),
];

/// Libraries that would break a crate's "must not know".
const FORBIDDEN: &[(&[&str], &[&str])] = &[
    (
        &["entry", "chapter", "vote", "archive"],
        &["sled", "libp2p", "tokio", "futures", "getrandom", "rand", "jiff", "tempfile", "serde_json"],
    ),
    (&["log", "sync"], &["sled", "libp2p", "tokio", "getrandom", "rand", "jiff"]),
    (&["store"], &["ed25519-dalek", "libp2p", "tokio"]),
    (&["net"], &["sled", "ed25519-dalek"]),
    (&["api"], &["tokio", "sled", "libp2p", "getrandom"]),
    (&["app"], &["sled", "libp2p", "ed25519-dalek"]),
];

/// Crates in which time and randomness are arguments, and what would fetch them nevertheless.
const NO_CLOCKS: &[&str] = &["entry", "chapter", "vote", "archive", "log", "sync"];
const CLOCKS: &[&str] = &["SystemTime::now", "Instant::now", "getrandom::", "thread_rng", "OsRng", "rand::rng("];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The files that belong to the repository.
fn tracked() -> Vec<PathBuf> {
    let list = output("git", &["ls-files", "-z"]);
    let files: Vec<PathBuf> = list.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect();
    assert!(files.len() > 20, "git names only {} files", files.len());
    files.into_iter().filter(|file| root().join(file).is_file()).collect()
}

fn with_extension<'a>(files: &'a [PathBuf], extension: &'a str) -> impl Iterator<Item = (&'a Path, String)> {
    let wanted = move |file: &&PathBuf| file.extension().is_some_and(|found| found == extension);
    files.iter().filter(wanted).map(|file| (file.as_path(), fs::read_to_string(root().join(file)).unwrap()))
}

struct Package {
    name: String,
    folder: PathBuf,
    /// Names of ordinary and build dependencies; a test may use what it likes.
    dependencies: BTreeSet<String>,
}

fn packages() -> Vec<Package> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let metadata = output(&cargo, &["metadata", "--no-deps", "--format-version", "1", "--locked"]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let package = |value: &serde_json::Value| Package {
        name: short(value["name"].as_str().unwrap()).to_owned(),
        folder: Path::new(value["manifest_path"].as_str().unwrap()).parent().unwrap().to_path_buf(),
        dependencies: value["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect(),
    };
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

fn short(name: &str) -> &str {
    name.strip_prefix("chapterhouse-").unwrap_or(name)
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn dependencies_point_one_way() {
    let mut problems = Vec::new();
    for package in packages() {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
            problems.push(format!("{} has no place in the arrows of crates/xtask/tests/tidy.rs", package.name));
            continue;
        };
        let ours = package.dependencies.iter().filter(|name| name.starts_with("chapterhouse-")).map(|name| short(name));
        problems.extend(
            ours.filter(|name| !allowed.contains(name)).map(|name| format!("{} must not know {name}", package.name)),
        );
        let forbidden = FORBIDDEN.iter().filter(|(crates, _)| crates.contains(&package.name.as_str()));
        problems.extend(
            forbidden
                .flat_map(|(_, libraries)| *libraries)
                .filter(|library| package.dependencies.contains(**library))
                .map(|library| format!("{} must not know the library {library}", package.name)),
        );
    }
    assert_none(&problems);
}

#[test]
fn every_crate_says_what_it_knows() {
    let mut roots: Vec<PathBuf> = packages().into_iter().map(|package| package.folder).collect();
    roots.push(root().join("ui"));
    roots.push(root().join("ui/bindgen"));
    let mut problems = Vec::new();
    for folder in roots {
        let candidates = ["src/lib.rs", "src/main.rs"].map(|name| folder.join(name));
        let Some(file) = candidates.iter().find(|file| file.is_file()) else {
            problems.push(format!("{} has neither lib.rs nor main.rs", folder.display()));
            continue;
        };
        let text = fs::read_to_string(file).unwrap();
        let opening: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        for words in ["Knows:", "Must not know:"] {
            if !opening.contains(words) {
                problems.push(format!("{} does not open with \"{words}\"", file.display()));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn time_and_randomness_are_arguments() {
    let files = tracked();
    let mut problems = Vec::new();
    for (file, text) in with_extension(&files, "rs") {
        let inside = |name: &&&str| file.starts_with(Path::new("crates").join(name).join("src"));
        // Tests measure, and may.
        let is_test = file.components().any(|part| part.as_os_str() == "tests") || file.ends_with("tests.rs");
        let shipped = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        if !is_test && NO_CLOCKS.iter().any(|name| inside(&name)) {
            let found = CLOCKS.iter().filter(|clock| shipped.contains(**clock));
            problems.extend(found.map(|clock| format!("{} uses {clock}; take it as an argument", file.display())));
        }
    }
    assert_none(&problems);
}

#[test]
fn source_files_stay_short() {
    let files = tracked();
    let too_long = with_extension(&files, "rs")
        .map(|(file, text)| (file, text.lines().count()))
        .filter(|(_, lines)| *lines > 800)
        .map(|(file, lines)| format!("{} has {lines} lines; split it (800 is the limit, 150 the aim)", file.display()));
    assert_none(&too_long.collect::<Vec<_>>());
}

#[test]
fn documents_name_only_what_exists() {
    let files = tracked();
    for required in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "docs/FORMAT.md"] {
        assert!(root().join(required).is_file(), "{required} is missing");
    }
    let mut problems = Vec::new();
    for (file, text) in with_extension(&files, "md") {
        let named = named_paths(&text).filter(|path| !root().join(path).exists());
        problems.extend(named.map(|path| format!("{} names {path}, which does not exist", file.display())));
        let folder = root().join(file.parent().unwrap());
        let linked = linked_files(&text).filter(|path| !folder.join(path).exists());
        problems.extend(linked.map(|path| format!("{} links to {path}, which does not exist", file.display())));
    }
    assert_none(&problems);
}

/// What stands in backticks and looks like a path of this repository. Made things (target, ui/dist) and patterns do not
/// count.
fn named_paths(text: &str) -> impl Iterator<Item = &str> {
    let tops = ["crates/", "src-tauri/", "ui/", "tests/", "docs/", "icons/", "fuzz/", ".ci/", ".config/", ".cargo/"];
    let made = ["ui/dist", "tests/screenshots", "fuzz/corpus", "fuzz/artifacts"];
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(move |words| tops.iter().any(|top| words.starts_with(top)))
        .filter(|words| !words.contains(['*', '{', '<', ' ', '\n', '…']))
        .filter(move |words| !made.iter().any(|made| words.starts_with(made)))
        .map(|words| words.split([':', '#']).next().unwrap_or(words))
}

/// The targets of Markdown links, `[text](target)`, that are files.
fn linked_files(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.split('#').next().unwrap_or(target))
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.contains(char::is_whitespace))
}

#[test]
fn named_paths_are_recognised() {
    let text = "See `crates/entry/src/lib.rs`, `crates/*/src`, `cargo test` and `ui/dist/x.js`; `docs/FORMAT.md#ids`.";
    assert_eq!(named_paths(text).collect::<Vec<_>>(), ["crates/entry/src/lib.rs", "docs/FORMAT.md"]);
    let text = "[one](docs/A.md#part) [two](https://rustup.rs) [three](#here) [four](LICENSE)";
    assert_eq!(linked_files(text).collect::<Vec<_>>(), ["docs/A.md", "LICENSE"]);
}

#[test]
fn no_file_names_a_place_on_somebodys_computer() {
    // Put together here, so that this file does not name them either.
    let places = [["/", "work", "/"], ["/", "root", "/"], ["/", "home", "/"]].map(|parts| parts.concat());
    let mut problems = Vec::new();
    for file in tracked() {
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for (number, line) in text.lines().enumerate() {
            let starts_a_path =
                |at: usize| !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '.');
            if places.iter().any(|place| line.match_indices(place.as_str()).any(|(at, _)| starts_a_path(at))) {
                problems.push(format!("{}:{} {}", file.display(), number + 1, line.trim()));
            }
        }
    }
    assert_none(&problems);
}
