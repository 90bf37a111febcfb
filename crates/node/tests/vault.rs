//! The vault's commands, with a real node on a real disk.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use api::{
    Command, ErrorCode, Event, Refusal, Reply,
    view::{LockCause, PostKind, Tier, VaultState},
};
use chapterhouse_node::{Config, Node};
use std::{fs, path::Path};

const PASS: &str = "six blue herons";

fn node(data: &Path) -> Node {
    let config = Config { data: data.into(), listen: Vec::new(), peers: Vec::new(), discovery: false, serve: false };
    Node::open(config).unwrap()
}

async fn ask(node: &Node, command: Command) -> Reply {
    node.dispatch(command).await.unwrap()
}

async fn refused(node: &Node, command: Command) -> Refusal {
    node.dispatch(command).await.unwrap_err()
}

fn unlock(passphrase: &str) -> Command {
    Command::Unlock { passphrase: passphrase.into() }
}

fn post(title: &str) -> Command {
    let (chapter, body) = ("London".into(), "As said. ".repeat(40));
    Command::Post { chapter, kind: PostKind::News, title: title.into(), body }
}

fn backup(path: &Path, separate: Option<&str>) -> Command {
    let path = path.to_str().unwrap().into();
    Command::CreateBackup { path, passphrase: PASS.into(), separate: separate.map(str::to_owned) }
}

fn restore(path: &Path, passphrase: &str) -> Command {
    Command::RestoreBackup { path: path.to_str().unwrap().into(), passphrase: passphrase.into() }
}

async fn state(node: &Node) -> (u64, String) {
    let Reply::State(state) = ask(node, Command::State { chapter: "London".into() }).await else { panic!() };
    (state.entries, state.state_hash)
}

async fn vault_state(node: &Node) -> VaultState {
    let Reply::Status(status) = ask(node, Command::Status).await else { panic!() };
    status.vault
}

/// rowan, alone in London, with some posts.
async fn rowan(data: &Path) -> Node {
    let node = node(data);
    ask(&node, Command::Init { handle: "rowan".into(), passphrase: PASS.into(), restore: None, pair: None }).await;
    ask(&node, Command::FoundChapter { name: "London".into(), place: String::new(), tier: Tier::Local, rules: None })
        .await;
    for n in 0..30 {
        ask(&node, post(&format!("Post {n}"))).await;
    }
    node
}

#[tokio::test]
async fn the_passphrase_is_changed_with_the_old_one_and_only_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let node = rowan(folder.path()).await;
    let change = |old: &str, new: &str| Command::ChangePassphrase { old: old.into(), new: new.into() };
    assert_eq!(refused(&node, change("wrong", "seven red kites")).await.code, ErrorCode::WrongPassphrase);
    assert_eq!(refused(&node, change(PASS, "")).await.code, ErrorCode::Invalid);
    ask(&node, change(PASS, "seven red kites")).await;
    // What is saved afterwards goes under the new one, too.
    ask(&node, Command::SetAutoLock { minutes: 5 }).await;
    ask(&node, Command::Lock).await;
    assert_eq!(refused(&node, unlock(PASS)).await.code, ErrorCode::WrongPassphrase);
    assert_eq!(refused(&node, change("seven red kites", "x")).await.code, ErrorCode::Locked);
    ask(&node, unlock("seven red kites")).await;
    let Reply::Security(security) = ask(&node, Command::Security).await else { panic!() };
    assert_eq!(security.lock_after_minutes, Some(5));
    node.close().await;
}

#[tokio::test]
async fn locking_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let node = rowan(folder.path()).await;
    let mut events = node.events();
    ask(&node, Command::InUse).await;
    ask(&node, Command::Lock).await;
    while let Ok(event) = events.try_recv() {
        if let Event::Locked { why } = event {
            assert_eq!(why, LockCause::Asked);
            return;
        }
    }
    panic!("it did not say that it was locked");
}

/// A draft comes back after a lock, and after the program was started anew; nobody reads it on the disk.
#[tokio::test]
async fn drafts_are_kept_sealed_and_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let node = rowan(folder.path()).await;
    let keep = |name: &str, text: &str| Command::KeepDraft { name: name.into(), text: text.into() };
    let draft = async |node: &Node, name: &str| match ask(node, Command::Draft { name: name.into() }).await {
        Reply::Draft(text) => text,
        _ => panic!(),
    };
    let drafts =
        || fs::read_dir(folder.path().join("drafts")).unwrap().map(|file| file.unwrap().path()).collect::<Vec<_>>();
    assert_eq!(draft(&node, "draft-post-1").await, "");
    ask(&node, keep("draft-post-1", "Quill")).await;
    ask(&node, keep("draft-post-1", "Quillfeather")).await;
    ask(&node, keep("draft-post-2", "Another")).await;
    assert_eq!((draft(&node, "draft-post-1").await.as_str(), drafts().len()), ("Quillfeather", 2));
    for file in drafts() {
        let bytes = fs::read(&file).unwrap();
        assert!(!bytes.windows(12).any(|part| part == b"Quillfeather"), "it lies open");
        assert!(!file.to_string_lossy().contains("draft-post"), "{file:?}");
    }
    ask(&node, keep("draft-post-2", "")).await;
    assert_eq!((draft(&node, "draft-post-2").await.as_str(), drafts().len()), ("", 1));
    assert_eq!(refused(&node, keep("long", &"x".repeat(512 * 1024 + 1))).await.code, ErrorCode::Invalid);
    ask(&node, Command::Lock).await;
    assert_eq!(refused(&node, Command::Draft { name: "draft-post-1".into() }).await.code, ErrorCode::Locked);
    assert_eq!(refused(&node, keep("draft-post-1", "x")).await.code, ErrorCode::Locked);
    ask(&node, unlock(PASS)).await;
    assert_eq!(draft(&node, "draft-post-1").await, "Quillfeather");
    // A file in another's place opens to nothing.
    ask(&node, keep("draft-post-3", "Third")).await;
    let files = drafts();
    fs::copy(&files[0], &files[1]).unwrap();
    let both = [draft(&node, "draft-post-1").await, draft(&node, "draft-post-3").await];
    assert!(both.contains(&String::new()) && both.iter().any(|text| !text.is_empty()), "{both:?}");
    // The one that was changed longest ago gives way.
    for n in 0..200 {
        ask(&node, keep(&format!("many-{n}"), "x")).await;
    }
    assert_eq!((drafts().len(), draft(&node, "many-199").await.as_str()), (200, "x"));
    node.close().await;
}

#[tokio::test]
async fn a_backup_of_a_running_node_brings_everything_back() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new, file) = (folder.path().join("old"), folder.path().join("new"), folder.path().join("rowan.backup"));
    let node1 = rowan(&old).await;
    let wanted = state(&node1).await;
    let Reply::BackedUp(made) = ask(&node1, backup(&file, None)).await else { panic!() };
    assert_eq!((made.chapters, made.entries, made.bytes), (1, 31, fs::metadata(&file).unwrap().len()));
    let again = refused(&node1, backup(&file, None)).await;
    assert!(again.code == ErrorCode::Invalid && again.message.contains("not overwritten"), "{again}");
    let wrong = Command::CreateBackup { path: "/tmp/x.backup".into(), passphrase: "wrong".into(), separate: None };
    assert_eq!(refused(&node1, wrong).await.code, ErrorCode::WrongPassphrase);
    assert_eq!(refused(&node1, backup(Path::new("rowan.backup"), None)).await.code, ErrorCode::Invalid);
    assert_eq!(refused(&node1, backup(&old.join("in-itself"), None)).await.code, ErrorCode::Invalid);
    node1.close().await;

    let node2 = node(&new);
    assert_eq!(refused(&node2, restore(&file, "wrong")).await.code, ErrorCode::WrongPassphrase);
    let Reply::Restored(back) = ask(&node2, restore(&file, PASS)).await else { panic!() };
    assert_eq!((back.me.handle.as_str(), back.chapters, back.entries), ("rowan", 1, 31));
    assert_eq!(state(&node2).await, wanted);
    // Nobody else is in the chapter, so there is nobody to wait for.
    ask(&node2, post("Back again")).await;
    assert_eq!(refused(&node2, restore(&file, PASS)).await.code, ErrorCode::VaultExists);
    node2.close().await;
    let node2 = node(&new);
    ask(&node2, unlock(PASS)).await;
    assert_eq!(state(&node2).await.0, 32);
    node2.close().await;
}

#[tokio::test]
async fn a_passphrase_of_its_own_opens_the_backup_and_then_the_vault() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rowan.backup");
    let node1 = rowan(&folder.path().join("old")).await;
    ask(&node1, backup(&file, Some("eleven grey geese"))).await;
    node1.close().await;
    let node2 = node(&folder.path().join("new"));
    assert_eq!(refused(&node2, restore(&file, PASS)).await.code, ErrorCode::WrongPassphrase);
    ask(&node2, restore(&file, "eleven grey geese")).await;
    ask(&node2, Command::Lock).await;
    ask(&node2, unlock("eleven grey geese")).await;
    node2.close().await;
}

#[tokio::test]
async fn a_cut_or_altered_backup_leaves_an_empty_folder_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (file, new) = (folder.path().join("rowan.backup"), folder.path().join("new"));
    let node1 = rowan(&folder.path().join("old")).await;
    ask(&node1, backup(&file, None)).await;
    node1.close().await;
    let whole = fs::read(&file).unwrap();
    let node2 = node(&new);
    let mut altered = whole.clone();
    *altered.last_mut().unwrap() ^= 1;
    for bad in [&whole[..whole.len() - 1], &whole[..200], &altered, b"no backup", b""] {
        fs::write(&file, bad).unwrap();
        let refusal = refused(&node2, restore(&file, PASS)).await;
        assert_eq!(refusal.code, ErrorCode::Invalid, "{refusal}");
        assert_eq!(vault_state(&node2).await, VaultState::Missing);
        assert!(!new.join("restoring").exists() && !new.join("counts").exists());
    }
    let none = restore(&folder.path().join("none.backup"), PASS);
    assert_eq!(refused(&node2, none).await.code, ErrorCode::NotFound);
    // What a restore left that was killed half way is made way for.
    fs::write(&file, &whole).unwrap();
    fs::write(new.join("restoring"), "").unwrap();
    ask(&node2, restore(&file, PASS)).await;
    assert_eq!(state(&node2).await.0, 31);
    node2.close().await;
    // Chapters without their keys are somebody's, too.
    fs::remove_file(new.join("vault")).unwrap();
    let node2 = node(&new);
    let refusal = refused(&node2, restore(&file, PASS)).await;
    assert!(refusal.message.contains("empty data folder"), "{refusal}");
    node2.close().await;
}

#[tokio::test]
async fn a_wipe_works_locked_or_open_and_one_can_begin_anew() {
    for locked in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let node = rowan(&data).await;
        fs::create_dir(data.join("window")).unwrap();
        fs::write(data.join("letters.txt"), "mine").unwrap();
        if locked {
            ask(&node, Command::Lock).await;
        }
        let Reply::Wiped(report) = ask(&node, Command::Wipe).await else { panic!() };
        assert!(report.keys_destroyed && report.left.is_empty(), "{report:?}");
        let left: Vec<_> = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["letters.txt"]);
        assert_eq!(vault_state(&node).await, VaultState::Missing);
        assert_eq!(refused(&node, unlock(PASS)).await.code, ErrorCode::NoVault);
        ask(&node, Command::Init { handle: "asha".into(), passphrase: PASS.into(), restore: None, pair: None }).await;
        let Reply::Chapters(chapters) = ask(&node, Command::ListChapters).await else { panic!() };
        assert!(chapters.is_empty());
        node.close().await;
        assert!(data.join("vault").exists(), "the new beginning is kept");
    }
}
