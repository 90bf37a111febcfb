//! Unlocking through a keyring: what it keeps, what opens without it, what is left when it is turned off.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use api::{Command, ErrorCode, Event, Refusal, Reply, view::VaultState};
use chapterhouse_node::{
    Config, Node,
    keyring::{Keyring, KeyringError},
};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
};
use zeroize::Zeroizing;

const PASS: &str = "six blue herons";

#[derive(Debug, Default)]
struct Fake {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
    shut: Mutex<bool>,
}

impl Fake {
    fn look(&self) -> Result<(), KeyringError> {
        if *self.shut.lock().unwrap() { Err(KeyringError::Unusable("it is locked".into())) } else { Ok(()) }
    }

    fn shut(&self, shut: bool) {
        *self.shut.lock().unwrap() = shut;
    }

    fn kept(&self) -> BTreeMap<String, Vec<u8>> {
        self.kept.lock().unwrap().clone()
    }
}

impl Keyring for Fake {
    fn put(&self, name: &str, secret: &[u8]) -> Result<(), KeyringError> {
        self.look()?;
        self.kept.lock().unwrap().insert(name.into(), secret.into());
        Ok(())
    }

    fn get(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
        self.look()?;
        self.kept.lock().unwrap().get(name).cloned().map(Zeroizing::new).ok_or(KeyringError::Empty)
    }

    fn remove(&self, name: &str) -> Result<(), KeyringError> {
        self.look()?;
        self.kept.lock().unwrap().remove(name);
        Ok(())
    }
}

fn node(data: &Path, keyring: &Arc<Fake>) -> Node {
    let config = Config { data: data.into(), listen: Vec::new(), peers: Vec::new(), discovery: false, serve: false };
    let keyring: Arc<dyn Keyring> = keyring.clone();
    Node::open_with(config, keyring).unwrap()
}

async fn ask(node: &Node, command: Command) -> Reply {
    node.dispatch(command).await.unwrap()
}

async fn refused(node: &Node, command: Command) -> Refusal {
    node.dispatch(command).await.unwrap_err()
}

fn turn(on: bool, passphrase: &str) -> Command {
    Command::SetKeyring { on, passphrase: passphrase.into() }
}

async fn is_on(node: &Node) -> bool {
    let Reply::Security(security) = ask(node, Command::Security).await else { panic!() };
    security.keyring
}

async fn rowan(data: &Path, keyring: &Arc<Fake>) -> Node {
    let node = node(data, keyring);
    ask(&node, Command::Init { handle: "rowan".into(), passphrase: PASS.into(), restore: None, pair: None }).await;
    node
}

async fn opens(node: &Node) -> bool {
    ask(node, Command::Lock).await;
    node.dispatch(Command::UnlockWithKeyring).await.is_ok()
}

#[tokio::test]
async fn it_is_off_until_somebody_with_the_passphrase_wants_it() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Arc::new(Fake::default());
    let node = rowan(folder.path(), &keyring).await;
    assert!(!is_on(&node).await && keyring.kept().is_empty());
    assert_eq!(refused(&node, turn(true, "guessed")).await.code, ErrorCode::WrongPassphrase);
    assert!(!opens(&node).await);
    assert_eq!(refused(&node, turn(true, PASS)).await.code, ErrorCode::Locked);
    ask(&node, Command::Unlock { passphrase: PASS.into() }).await;
    // A keyring that takes nothing turns nothing on.
    keyring.shut(true);
    let refusal = refused(&node, turn(true, PASS)).await;
    assert!(refusal.code == ErrorCode::Keyring && refusal.message.contains("it is locked"), "{refusal}");
    assert!(!is_on(&node).await);
    keyring.shut(false);
    ask(&node, turn(true, PASS)).await;
    assert!(is_on(&node).await);
    let kept = keyring.kept();
    let (name, key) = kept.first_key_value().unwrap();
    assert!(kept.len() == 1 && key.len() == 32 && !name.contains("rowan"), "{name}");
    // Neither the passphrase nor the key of the keyring lies in the folder.
    for file in std::fs::read_dir(folder.path()).unwrap().flatten().filter(|file| file.path().is_file()) {
        let bytes = std::fs::read(file.path()).unwrap();
        for secret in [PASS.as_bytes(), key] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{:?}", file.path());
        }
    }
    assert!(opens(&node).await);
    node.close().await;
    let node = self::node(folder.path(), &keyring);
    assert!(is_on(&node).await, "it is known while it is locked, too");
    ask(&node, Command::UnlockWithKeyring).await;
    ask(&node, Command::SetAutoLock { minutes: 7 }).await;
    // The passphrase opens it as before, with all that was saved since.
    ask(&node, Command::Lock).await;
    ask(&node, Command::Unlock { passphrase: PASS.into() }).await;
    let Reply::Security(security) = ask(&node, Command::Security).await else { panic!() };
    assert_eq!(security.lock_after_minutes, Some(7));
}

#[tokio::test]
async fn a_locked_or_emptied_keyring_leaves_the_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Arc::new(Fake::default());
    let node = rowan(folder.path(), &keyring).await;
    ask(&node, turn(true, PASS)).await;
    ask(&node, Command::Lock).await;
    keyring.shut(true);
    let refusal = refused(&node, Command::UnlockWithKeyring).await;
    assert!(refusal.code == ErrorCode::Keyring && refusal.message.contains("Your passphrase opens it"), "{refusal}");
    keyring.shut(false);
    let kept = std::mem::take(&mut *keyring.kept.lock().unwrap());
    assert_eq!(refused(&node, Command::UnlockWithKeyring).await.code, ErrorCode::Keyring);
    let (name, _) = kept.first_key_value().unwrap();
    for wrong in [vec![0; 32], vec![0; 31], Vec::new()] {
        keyring.kept.lock().unwrap().insert(name.clone(), wrong);
        assert_eq!(refused(&node, Command::UnlockWithKeyring).await.code, ErrorCode::Keyring);
    }
    let Reply::Status(status) = ask(&node, Command::Status).await else { panic!() };
    assert_eq!(status.vault, VaultState::Locked);
    ask(&node, Command::Unlock { passphrase: PASS.into() }).await;
}

#[tokio::test]
async fn a_changed_passphrase_keeps_it_working_and_old_keys_open_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Arc::new(Fake::default());
    let node = rowan(folder.path(), &keyring).await;
    ask(&node, turn(true, PASS)).await;
    let (before, copy) = (keyring.kept(), std::fs::read(folder.path().join("vault.second")).unwrap());
    let change = |old: &str, new: &str| Command::ChangePassphrase { old: old.into(), new: new.into() };
    ask(&node, change(PASS, "seven red kites")).await;
    assert!(is_on(&node).await && opens(&node).await);
    let after = keyring.kept();
    assert!(after.len() == 1 && after != before, "a fresh key, and the old one is gone");
    // Whoever kept the old key and the old copy has nothing.
    ask(&node, Command::Lock).await;
    let renewed = std::fs::read(folder.path().join("vault.second")).unwrap();
    std::fs::write(folder.path().join("vault.second"), copy).unwrap();
    keyring.kept.lock().unwrap().extend(before);
    assert_eq!(refused(&node, Command::UnlockWithKeyring).await.code, ErrorCode::Keyring);
    std::fs::write(folder.path().join("vault.second"), renewed).unwrap();
    ask(&node, Command::UnlockWithKeyring).await;
    // A keyring that takes no new key is turned off, with a word about it; the passphrase is changed all the same.
    let mut events = node.events();
    keyring.shut(true);
    ask(&node, change("seven red kites", "eight owls")).await;
    assert!(!is_on(&node).await);
    let mut warned = false;
    while let Ok(event) = events.try_recv() {
        warned |= matches!(event, Event::Warning { message } if message.contains("turned off"));
    }
    assert!(warned);
}

#[tokio::test]
async fn turned_off_or_wiped_nothing_is_left_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Arc::new(Fake::default());
    let node = rowan(folder.path(), &keyring).await;
    ask(&node, turn(true, PASS)).await;
    ask(&node, turn(false, "")).await;
    assert!(!is_on(&node).await && keyring.kept().is_empty());
    assert!(!folder.path().join("vault.second").exists());
    assert!(!opens(&node).await);
    ask(&node, Command::Unlock { passphrase: PASS.into() }).await;
    ask(&node, turn(true, PASS)).await;
    ask(&node, Command::Lock).await;
    let Reply::Wiped(report) = ask(&node, Command::Wipe).await else { panic!() };
    assert!(report.keys_destroyed && report.left.is_empty(), "{report:?}");
    assert!(keyring.kept().is_empty() && !folder.path().join("vault.second").exists());
}
