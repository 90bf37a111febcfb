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
