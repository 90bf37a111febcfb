//! The thread around the core: nothing that was asked is left without an answer.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use api::{Command, Reply, view::PostKind, view::Tier};
use chapterhouse_node::{Config, Node};

#[tokio::test]
async fn thousands_of_commands_at_once_are_all_answered() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("rowan");
    let config = Config { data, listen: Vec::new(), peers: Vec::new(), discovery: false, serve: false };
    let node = Node::open(config).unwrap();
    let init =
        Command::Init { handle: "rowan".into(), passphrase: "a long enough one".into(), restore: None, pair: None };
    node.dispatch(init).await.unwrap();
    let found = Command::FoundChapter { name: "London".into(), place: String::new(), tier: Tier::Local, rules: None };
    node.dispatch(found).await.unwrap();
    // More than one batch of the loop takes in.
    let mut under_way = tokio::task::JoinSet::new();
    for n in 0..2500 {
        let handle = node.handle();
        under_way.spawn(async move {
            let (chapter, title, body) = ("London".to_owned(), format!("Post {n}"), "Text.".to_owned());
            handle.dispatch(Command::Post { chapter, kind: PostKind::News, title, body }).await
        });
    }
    let all = async {
        while let Some(answer) = under_way.join_next().await {
            answer.unwrap().unwrap();
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(120), all).await.expect("an answer is missing");
    let Reply::State(state) = node.dispatch(Command::State { chapter: "London".into() }).await.unwrap() else {
        panic!()
    };
    assert_eq!(state.entries, 2501);
    node.close().await;
}

/// Whose words nobody has seen has no keys here either.
#[tokio::test]
async fn what_cannot_be_begun_to_its_end_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("rowan");
    let listen = vec!["no address".to_owned()];
    let config = Config { data: data.clone(), listen, peers: Vec::new(), discovery: false, serve: true };
    let init =
        || Command::Init { handle: "rowan".into(), passphrase: "a long enough one".into(), restore: None, pair: None };
    let node = Node::open(config.clone()).unwrap();
    assert!(node.dispatch(init()).await.unwrap_err().message.contains("is no address"));
    node.close().await;
    assert!(!data.join("vault").exists());
    let node = Node::open(Config { listen: Vec::new(), serve: false, ..config.clone() }).unwrap();
    let Reply::Initialised(begun) = node.dispatch(init()).await.unwrap() else { panic!() };
    assert_eq!(begun.recovery_words.len(), 24);
    node.close().await;
    // A folder in the place of a file that is written at the end, as good as a full disk.
    let other = folder.path().join("asha");
    let node = Node::open(Config { data: other.clone(), listen: Vec::new(), serve: false, ..config }).unwrap();
    std::fs::create_dir_all(other.join("place/in the way")).unwrap();
    node.dispatch(init()).await.unwrap_err();
    node.close().await;
    assert!(!other.join("vault").exists());
}

/// Files of a folder that others can look into are this user's all the same.
#[cfg(unix)]
#[tokio::test]
async fn nothing_that_is_written_can_be_read_by_other_users() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let folder = tempfile::tempdir().unwrap();
    let (data, empty) = (folder.path().join("rowan"), folder.path().join("asha"));
    for folder in [&data, &empty] {
        std::fs::create_dir(folder).unwrap();
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::fs::write(data.join("letters"), "mine").unwrap();
    std::fs::create_dir(empty.join("window")).unwrap();
    let config = Config { data: data.clone(), listen: Vec::new(), peers: Vec::new(), discovery: false, serve: false };
    let node = Node::open(config.clone()).unwrap();
    let init =
        Command::Init { handle: "rowan".into(), passphrase: "a long enough one".into(), restore: None, pair: None };
    node.dispatch(init).await.unwrap();
    let found = Command::FoundChapter { name: "London".into(), place: String::new(), tier: Tier::Local, rules: None };
    node.dispatch(found).await.unwrap();
    node.dispatch(Command::KeepDraft { name: "draft-post-x".into(), text: "Dear all".into() }).await.unwrap();
    node.close().await;
    let files = std::fs::read_dir(&data).unwrap().map(|file| file.unwrap());
    let files: Vec<_> = files.filter(|file| file.file_name() != "letters").collect();
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        assert_eq!(file.metadata().unwrap().mode() & 0o077, 0, "{file:?}");
    }
    // Of a folder that holds nothing else nobody sees the names either; one that does is left as it is.
    Node::open(Config { data: empty.clone(), ..config }).unwrap().close().await;
    let mode = |folder| std::fs::metadata(folder).unwrap().mode() & 0o777;
    assert_eq!((mode(&empty), mode(&data)), (0o700, 0o755));
}
