//! The local socket: how a command line reaches the node that has the data folder open.
//!
//! One JSON object per line. Client to node: `{"id":1,"command":{…}}`. Node to client: `{"id":1,"reply":{…}}` or
//! `{"id":1,"error":{…}}`, and events as `{"event":{…}}`. The socket's file can be opened by this user only, and the
//! system says who is at the other end: another user is turned away even where file modes are ignored.

use api::{Command, ErrorCode, Event, Refusal, Reply};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::{Semaphore, broadcast, mpsc, oneshot},
};

/// The longest line that either side reads. A feed of 1,000 items fits.
const MAX_LINE: u64 = 8 * 1024 * 1024;
/// Command lines that are served at once.
const MAX_CLIENTS: usize = 32;
/// Commands of one client that are under way at once.
const MAX_UNDER_WAY: usize = 1024;

#[derive(Serialize, Deserialize)]
struct Ask {
    id: u64,
    command: Command,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Tell {
    Reply { id: u64, reply: Box<Reply> },
    Error { id: u64, error: Refusal },
    Event { event: Event },
}

/// The longest path that a socket can have everywhere (`sun_path` of macOS, with its end).
const MAX_PATH: usize = 103;

/// A data folder's socket, and the path by which the system takes it.
struct Place {
    file: PathBuf,
    path: PathBuf,
    /// What the path goes through, as long as it is used.
    _folder: Option<std::fs::File>,
}

impl Place {
    /// It is always in the folder itself, which only this user can change: nobody else can answer there. A path that is too long for
    /// a socket is said in another way, where there is one.
    fn of(data: &Path) -> std::io::Result<Self> {
        let file = data.join("socket");
        if file.as_os_str().len() <= MAX_PATH {
            return Ok(Self { path: file.clone(), file, _folder: None });
        }
        if !cfg!(target_os = "linux") {
            let message = "its path is too long for this system; choose a folder with a shorter one (--data)";
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidFilename, message));
        }
        use std::os::fd::AsRawFd;
        let folder = std::fs::File::open(data)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}/socket", folder.as_raw_fd()));
        Ok(Self { file, path, _folder: Some(folder) })
    }
}

/// Answers command lines until the node closes. The caller holds the folder's lock, so a socket that is there is a
/// leftover.
pub(crate) fn listen(data: &Path) -> std::io::Result<(UnixListener, SocketFile)> {
    let place = Place::of(data)?;
    match std::fs::remove_file(&place.file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&place.path)?;
    let file = SocketFile(place.file);
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&file.0, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok((listener, file))
}

/// Removes the socket when the node closes.
pub(crate) struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // A leftover is harmless: the next node replaces it, and nobody answers on it.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Accepts clients for ever. Ends when it is dropped.
pub(crate) async fn accept(listener: UnixListener, node: crate::Handle) {
    let places = Arc::new(Semaphore::new(MAX_CLIENTS));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file handles: wait for one.
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        if !may_ask(&stream) {
            continue;
        }
        let node = node.clone();
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = serve(stream, node).await {
                tracing::debug!(%error, "a command line went away");
            }
        });
    }
}

fn own_user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Whether whoever asks is this user, or the superuser, who may.
fn may_ask(stream: &UnixStream) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == own_user() || peer.uid() == 0)
}

/// Whether whoever answers is this user, or, where the superuser asks, who owns the folder.
fn may_answer(stream: &UnixStream, data: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let is_owner = |uid| std::fs::metadata(data).is_ok_and(|folder| folder.uid() == uid);
    stream.peer_cred().is_ok_and(|peer| peer.uid() == own_user() || own_user() == 0 && is_owner(peer.uid()))
}

async fn serve(stream: UnixStream, node: crate::Handle) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let (tell, mut told) = mpsc::channel::<Tell>(64);
    let mut events = node.events();
    let writer = async move {
        loop {
            let tell = tokio::select! {
                tell = told.recv() => match tell {
                    Some(tell) => tell,
                    None => return Ok(()),
                },
                event = events.recv() => match event {
                    Ok(event) => Tell::Event { event },
                    Err(broadcast::error::RecvError::Lagged(_)) => continue,
                    Err(broadcast::error::RecvError::Closed) => return Ok(()),
                },
            };
            let mut line = serde_json::to_vec(&tell).map_err(std::io::Error::other)?;
            line.push(b'\n');
            write.write_all(&line).await?;
        }
    };
    let reader = async move {
        let mut lines = BufReader::new(read);
        let under_way = Arc::new(Semaphore::new(MAX_UNDER_WAY));
        while let Some(line) = read_line(&mut lines).await? {
            let Ok(place) = Arc::clone(&under_way).acquire_owned().await else { break };
            let (node, tell) = (node.clone(), tell.clone());
            match serde_json::from_slice::<Ask>(&line) {
                Ok(Ask { id, command }) => {
                    tokio::spawn(async move {
                        let answer = match node.dispatch(command).await {
                            Ok(reply) => Tell::Reply { id, reply: Box::new(reply) },
                            Err(error) => Tell::Error { id, error },
                        };
                        // The client may have gone; then nobody waits for the answer.
                        let _ = tell.send(answer).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    let error = Refusal::new(ErrorCode::Invalid, format!("this line is no command: {error}"));
                    let _ = tell.send(Tell::Error { id: 0, error }).await;
                }
            }
        }
        Ok::<_, std::io::Error>(())
    };
    // The reader ends when the client goes; answers that are still under way have nobody to go to.
    tokio::select! {
        done = reader => done,
        done = writer => done,
    }
}

async fn read_line(lines: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    lines.take(MAX_LINE).read_until(b'\n', &mut line).await?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) if line.len() as u64 >= MAX_LINE => Err(std::io::Error::other("a line that is too long")),
        Some(_) => Ok(None),
    }
}

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Result<Reply, Refusal>>>>>;

/// A command line's end of the socket.
pub struct Client {
    next: AtomicU64,
    write: tokio::sync::Mutex<tokio::net::unix::OwnedWriteHalf>,
    waiting: Waiting,
    events: broadcast::Sender<Event>,
}

impl Client {
    /// Connects to the node of a data folder; none when no node answers there.
    pub async fn connect(data: &Path) -> Result<Option<Self>, Refusal> {
        let place = match Place::of(data) {
            Ok(place) => place,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            // Then nothing could listen there, either.
            Err(error) if error.kind() == std::io::ErrorKind::InvalidFilename => return Ok(None),
            Err(error) => return Err(unreachable(data, &error)),
        };
        let stream = match UnixStream::connect(&place.path).await {
            Ok(stream) if !may_answer(&stream, data) => {
                let message = format!(
                    "another user of this computer answers in the place of the program that runs on {}: nothing was said to it",
                    data.display()
                );
                return Err(Refusal::new(ErrorCode::Storage, message));
            }
            Ok(stream) => stream,
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused) =>
            {
                return Ok(None);
            }
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                let message = format!(
                    "you may not open {} as this user of the computer: it is somebody else's. Choose another folder (--data)",
                    data.display()
                );
                return Err(Refusal::new(ErrorCode::Storage, message));
            }
            Err(error) => return Err(unreachable(data, &error)),
        };
        let (read, write) = stream.into_split();
        let waiting = Waiting::default();
        let (events, _) = broadcast::channel(256);
        tokio::spawn(receive(read, Arc::clone(&waiting), events.clone()));
        Ok(Some(Self { next: AtomicU64::new(1), write: tokio::sync::Mutex::new(write), waiting, events }))
    }

    /// Sends one command and waits for its answer.
    pub async fn dispatch(&self, command: Command) -> Result<Reply, Refusal> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let gone = || Refusal::new(ErrorCode::Unreachable, "the running Chapterhouse has stopped");
        let mut line = serde_json::to_vec(&Ask { id, command })
            .map_err(|error| Refusal::new(ErrorCode::Internal, error.to_string()))?;
        line.push(b'\n');
        let (answer, answered) = oneshot::channel();
        lock(&self.waiting).insert(id, answer);
        self.write.lock().await.write_all(&line).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }

    /// What the node says by itself from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

fn unreachable(data: &Path, error: &std::io::Error) -> Refusal {
    let message = format!("could not reach the Chapterhouse that runs on {}: {error}", data.display());
    Refusal::new(ErrorCode::Busy, message)
}

fn lock(waiting: &Waiting) -> std::sync::MutexGuard<'_, HashMap<u64, oneshot::Sender<Result<Reply, Refusal>>>> {
    waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

async fn receive(read: tokio::net::unix::OwnedReadHalf, waiting: Waiting, events: broadcast::Sender<Event>) {
    let mut lines = BufReader::new(read);
    while let Ok(Some(line)) = read_line(&mut lines).await {
        let (id, answer) = match serde_json::from_slice::<Tell>(&line) {
            Ok(Tell::Event { event }) => {
                // Nobody may be listening for events.
                let _ = events.send(event);
                continue;
            }
            Ok(Tell::Reply { id, reply }) => (id, Ok(*reply)),
            Ok(Tell::Error { id, error }) => (id, Err(error)),
            Err(_) => break,
        };
        if let Some(waiting) = lock(&waiting).remove(&id) {
            // Whoever asked may have given up.
            let _ = waiting.send(answer);
        }
    }
    // Dropping the senders tells everybody who still waits.
    lock(&waiting).clear();
}
