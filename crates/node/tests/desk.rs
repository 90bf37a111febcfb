//! What a node asks of the desktop, through its one door.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use api::{Command, ErrorCode, Reply};
use chapterhouse_node::{
    Config, Node,
    desk::{Answer, Choice, Desk, Picture},
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

#[derive(Default)]
struct Fake {
    shown: Mutex<Vec<PathBuf>>,
    asked: Mutex<Vec<(Choice, Answer)>>,
}

impl Desk for Fake {
    fn picture(&self) -> Option<Picture> {
        None
    }

    fn come_forward(&self, _leave: Option<String>) {}

    fn choose(&self, choice: Choice, answer: Answer) -> bool {
        self.asked.lock().unwrap().push((choice, answer));
        true
    }

    fn show_folder(&self, folder: &Path) -> io::Result<()> {
        self.shown.lock().unwrap().push(folder.to_owned());
        Ok(())
    }
}

fn config(data: PathBuf) -> Config {
    Config { data, listen: Vec::new(), peers: Vec::new(), discovery: false, serve: false }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn folders_are_shown_and_files_chosen_where_there_is_a_window() {
    let home = tempfile::tempdir().unwrap();
    let desk = Arc::new(Fake::default());
    let node = Node::open_on(config(home.path().join("data")), Arc::clone(&desk) as Arc<dyn Desk>).unwrap();
    let file = home.path().join("chapterhouse-rowan.backup");
    std::fs::write(&file, "").unwrap();
    let show = |path: &Path| node.dispatch(Command::ShowFolder { path: path.to_string_lossy().into_owned() });

    // Of a file its folder, never itself; nothing of what is not there, or is no whole path.
    show(&file).await.unwrap();
    show(home.path()).await.unwrap();
    for nowhere in [home.path().join("gone/a.backup"), PathBuf::from("a.backup")] {
        assert_eq!(show(&nowhere).await.unwrap_err().code, ErrorCode::Invalid);
    }
    assert_eq!(*desk.shown.lock().unwrap(), [home.path(), home.path()]);

    let choose = |new| {
        let (handle, path) = (node.handle(), file.to_string_lossy().into_owned());
        tokio::spawn(async move { handle.dispatch(Command::ChooseFile { path, new }).await })
    };
    let waits = || async {
        while desk.asked.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    let first = choose(true);
    waits().await;
    assert_eq!(choose(true).await.unwrap().unwrap_err().code, ErrorCode::Busy, "one dialog at a time");
    let (choice, answer) = desk.asked.lock().unwrap().pop().unwrap();
    assert_eq!((choice.folder.as_path(), choice.name.as_deref()), (home.path(), Some("chapterhouse-rowan.backup")));
    answer(Some(file.clone()));
    let Reply::Chosen(chosen) = first.await.unwrap().unwrap() else { panic!() };
    assert_eq!(chosen.path.as_deref(), file.to_str());

    // Thought better of; and a dialog that went without a word holds nobody up.
    let second = choose(false);
    waits().await;
    let (choice, answer) = desk.asked.lock().unwrap().pop().unwrap();
    assert_eq!(choice.name, None);
    answer(None);
    let Reply::Chosen(chosen) = second.await.unwrap().unwrap() else { panic!() };
    assert_eq!(chosen.path, None);
    let third = choose(false);
    waits().await;
    drop(desk.asked.lock().unwrap().pop());
    assert_eq!(third.await.unwrap().unwrap_err().code, ErrorCode::Unreachable);
    node.close().await;

    let node = Node::open(config(home.path().join("data"))).unwrap();
    let refused = node.dispatch(Command::ChooseFile { path: String::new(), new: true }).await.unwrap_err();
    assert!(refused.message.contains("type the path"), "{refused}");
    node.close().await;
}
