//! Two members with a computer each, and their chapter: rowan has founded it, asha has joined it.
//!
//! Every measure begins with copies of their folders, so that each round finds the same.

use crate::{
    error::Failure,
    words::{Post, Writer},
};
use api::{
    Command, Event, Reply,
    reply::StateReply,
    view::{PostKind, Tier},
};
use futures::{StreamExt, stream};
use node::{Config, Handle, Node};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

const PASSPHRASE: &str = "a bench keeps no secrets";
const HERE: &str = "/ip4/127.0.0.1/tcp/0";
/// For what takes no time unless something is broken.
const PATIENCE: Duration = Duration::from_secs(60);
/// Posts that are under way at once. The actor takes what is there and commits it together.
const OUTSTANDING: usize = 2_048;

/// Where the folders are.
pub(crate) struct Scene {
    folder: PathBuf,
    /// The chapter's id.
    pub(crate) chapter: String,
    seed: u64,
}

impl Scene {
    /// Makes the members, the chapter, and asha's admission.
    pub(crate) async fn prepare(folder: &Path, seed: u64) -> Result<Self, Failure> {
        let mut scene = Self { folder: folder.to_owned(), chapter: String::new(), seed };
        let rowan = open(&scene.rowan(), true).await?;
        let found =
            Command::FoundChapter { name: "Bench".into(), place: "Rotterdam".into(), tier: Tier::Local, rules: None };
        let Reply::Chapter(founded) = rowan.dispatch(found).await? else { return Err(unexpected()) };
        scene.chapter = founded.chapter;
        let invite = Command::Invite { chapter: scene.chapter.clone(), expires_seconds: 86_400, uses: 1 };
        let Reply::Invitation(invitation) = rowan.dispatch(invite).await? else { return Err(unexpected()) };
        let address = address(&rowan).await?;

        let asha = open(&scene.asha(), true).await?;
        let mut events = asha.events();
        asha.dispatch(Command::Connect { address }).await?;
        asha.dispatch(Command::Join { invitation: invitation.invitation }).await?;
        let joined = async {
            while let Ok(event) = events.recv().await {
                if matches!(event, Event::Joined { .. }) {
                    return Ok(());
                }
            }
            Err(Failure::undone("asha's node stopped"))
        };
        tokio::time::timeout(PATIENCE, joined).await.map_err(|_| Failure::undone("asha was not admitted"))??;
        asha.close().await;
        rowan.close().await;
        Ok(scene)
    }

    /// Rowan's folder, with the chapter and nothing in it.
    pub(crate) fn rowan(&self) -> PathBuf {
        self.folder.join("rowan")
    }

    /// Asha's folder, likewise.
    pub(crate) fn asha(&self) -> PathBuf {
        self.folder.join("asha")
    }

    /// Rowan's folder with so many posts.
    pub(crate) fn rowan_with(&self, posts: usize) -> PathBuf {
        self.folder.join(format!("rowan-{posts}"))
    }

    /// Asha's folder with so many posts.
    pub(crate) fn asha_with(&self, posts: usize) -> PathBuf {
        self.folder.join(format!("asha-{posts}"))
    }

    /// Any other folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The same, with nothing in it.
    pub(crate) fn fresh(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.path(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|source| Failure::io("remove a folder", source))?;
        }
        Ok(folder)
    }

    /// A copy of a folder whose node is closed, under a name.
    pub(crate) fn copy(&self, of: &Path, name: &str) -> Result<PathBuf, Failure> {
        let to = self.fresh(name)?;
        copy(of, &to).map_err(|source| Failure::io("copy a folder", source))?;
        Ok(to)
    }

    /// Posts that no other part of this run has.
    pub(crate) fn posts(&self, part: u64, count: usize) -> Vec<Post> {
        Writer::new(self.seed.wrapping_mul(1_000_003).wrapping_add(part)).posts(count)
    }
}

fn unexpected() -> Failure {
    Failure::undone("the node answered something else than what was asked")
}

/// Opens a node on a folder, and its vault; makes one where there is none.
pub(crate) async fn open(data: &Path, serve: bool) -> Result<Node, Failure> {
    let listen = if serve { vec![HERE.to_owned()] } else { Vec::new() };
    let node = Node::open(Config { data: data.to_owned(), listen, peers: Vec::new(), discovery: false, serve })?;
    let passphrase = PASSPHRASE.to_owned();
    if keys::Vault::exists(&data.join("vault")) {
        node.dispatch(Command::Unlock { passphrase }).await?;
    } else {
        let name = data.file_name().and_then(|name| name.to_str()).unwrap_or("somebody");
        node.dispatch(Command::Init { handle: name.to_owned(), passphrase, restore: None, pair: None }).await?;
    }
    Ok(node)
}

/// Opens only the vault of a folder.
pub(crate) fn open_vault(data: &Path) -> Result<keys::OpenVault, Failure> {
    Ok(keys::Vault::open(&data.join("vault"), PASSPHRASE)?)
}

/// Where a node can be called.
pub(crate) async fn address(node: &Node) -> Result<String, Failure> {
    for _ in 0..PATIENCE.as_millis() / 10 {
        let Reply::Network(network) = node.dispatch(Command::Network).await? else { return Err(unexpected()) };
        if let Some(address) = network.listening.into_iter().next() {
            return Ok(address);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(Failure::undone("the node does not listen anywhere"))
}

/// How much of a chapter is here, and its digest.
pub(crate) async fn state(node: &Node, chapter: &str) -> Result<StateReply, Failure> {
    match node.dispatch(Command::State { chapter: chapter.to_owned() }).await? {
        Reply::State(state) => Ok(state),
        _ => Err(unexpected()),
    }
}

/// Publishes one post; it is durable when this returns.
pub(crate) async fn post(node: &Handle, chapter: &str, post: Post) -> Result<(), Failure> {
    let Post { title, body } = post;
    let command = Command::Post { chapter: chapter.to_owned(), kind: PostKind::Blog, title, body };
    match node.dispatch(command).await? {
        Reply::Published(_) => Ok(()),
        _ => Err(unexpected()),
    }
}

/// Publishes many at once; all are durable when this returns.
pub(crate) async fn post_all(node: &Node, chapter: &str, posts: Vec<Post>) -> Result<(), Failure> {
    let handle = node.handle();
    let mut under_way = stream::iter(posts).map(|text| post(&handle, chapter, text)).buffer_unordered(OUTSTANDING);
    // tokio lets a task do only so much at a time, and here one task is two thousand people.
    tokio::task::unconstrained(async {
        while let Some(outcome) = under_way.next().await {
            outcome?;
        }
        Ok(())
    })
    .await
}

/// What a folder takes on its disk, in bytes: as `du` counts.
pub(crate) fn disk_use(folder: &Path) -> std::io::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    let mut bytes = fs::metadata(folder)?.blocks() * 512;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { disk_use(&entry.path())? } else { entry.metadata()?.blocks() * 512 };
    }
    Ok(bytes)
}

/// Files and folders; a socket that a node left behind is none. Without the word of where it was used last: the copy takes
/// its place.
pub(crate) fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let target = to.join(entry.file_name());
        if kind.is_dir() {
            copy(&entry.path(), &target)?;
        } else if kind.is_file() && entry.file_name() != "place" {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
