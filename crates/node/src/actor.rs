//! The thread around the core: it reads the clock, waits for whatever comes first, and performs effects.
//!
//! One closed loop: everything that can happen to a node is an [`Happening`]. What has arrived together is handled
//! together and committed once, so that many writes share one fsync; no effect leaves before that commit.

mod archive;
mod backup;
mod beginning;
mod drafts;
mod files;
mod handle;
mod idle;
mod invitation;
mod keyring;
mod notify;
mod place;
mod result;
mod saver;
#[cfg(target_os = "linux")]
mod sleep;
pub(crate) mod sweep;
mod vault;

use crate::{
    clock,
    core::{Core, Effect, Input, ReadyPost, Ticket, Traffic},
    desk::Desk,
    house::{invalid, refuse_store},
    keyring::{Keyring, SystemKeyring},
    local,
};
use api::{
    Command, ErrorCode, Event, Refusal, Reply,
    view::{LockCause, StatusView, VaultState},
};
use keys::{OpenVault, Seed32, Vault, VaultError};
use log::{LogStore, StoreError};
use net::{Net, News, Order};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
pub use result::whole_result;
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use store::SledStore;
use sync::{Gossip, Peer};
use tokio::sync::{broadcast, mpsc, oneshot};
use zeroize::Zeroizing;

/// How often timers are looked at.
const TICK: Duration = Duration::from_millis(100);
/// What is handled before one commit, at most.
const BATCH: usize = 1024;
/// How long a peer that misbehaved is refused.
const BAN: Duration = Duration::from_secs(300);
/// Where to listen when nothing is said: every network, any free port.
const EVERYWHERE: [&str; 2] = ["/ip4/0.0.0.0/tcp/0", "/ip4/0.0.0.0/udp/0/quic-v1"];
/// How long a fresh vault's passphrase check takes on this computer.
const UNLOCK_TIME: Duration = Duration::from_millis(500);

/// Where a node lives and whom it talks to.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder that holds everything.
    pub data: PathBuf,
    /// Addresses to listen on (multiaddr); empty means every network, any free port.
    pub listen: Vec<String>,
    /// Addresses to connect to, and to keep connected to.
    pub peers: Vec<String>,
    /// Whether this computer makes itself known on the local network.
    pub discovery: bool,
    /// Whether the node takes part in the network, and answers command lines.
    pub serve: bool,
}

/// The system's place for a program's data, with our name.
pub fn default_data_folder() -> Result<PathBuf, Refusal> {
    // What is empty or no whole path counts as not set (XDG Base Directory Specification): else the keys would be wherever somebody
    // happened to be.
    let base = |variable: &str| std::env::var_os(variable).map(PathBuf::from).filter(|base| base.is_absolute());
    let under = |variable: &str, rest: &str| base(variable).map(|base| base.join(rest));
    let folder = if cfg!(target_os = "macos") {
        under("HOME", "Library/Application Support/Chapterhouse")
    } else if cfg!(windows) {
        under("APPDATA", "Chapterhouse")
    } else {
        under("XDG_DATA_HOME", "chapterhouse").or_else(|| under("HOME", ".local/share/chapterhouse"))
    };
    folder.ok_or_else(|| {
        Refusal::new(ErrorCode::Invalid, "this system does not say where programs keep their data: give --data DIR")
    })
}

/// A running node. Dropping it closes it without waiting; [`Node::close`] waits.
pub struct Node {
    handle: Handle,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// A way to ask a node. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    asks: mpsc::Sender<Ask>,
    events: broadcast::Sender<Event>,
    /// None where there is no window.
    desk: Option<Arc<dyn Desk>>,
    notices: notify::Notices,
    /// Held while the system's dialog for files is open.
    choosing: Arc<tokio::sync::Mutex<()>>,
}

type Answer = oneshot::Sender<Result<Reply, Refusal>>;

enum Ask {
    Command(Command, Answer),
    Post(ReadyPost, Answer),
    /// The computer is about to sleep. Answered by being dropped, when nothing is open any more that should not be.
    Sleep(oneshot::Sender<()>),
    Close,
}

impl Node {
    /// Opens a data folder. Refused when another program has it open.
    pub fn open(config: Config) -> Result<Self, Refusal> {
        Self::open_with(config, Arc::new(SystemKeyring))
    }

    /// The same for a program that has a window.
    pub fn open_on(config: Config, desk: Arc<dyn Desk>) -> Result<Self, Refusal> {
        Self::open_as(config, Arc::new(SystemKeyring), Some(desk))
    }

    /// The same with another keyring than the system's.
    pub fn open_with(config: Config, keyring: Arc<dyn Keyring>) -> Result<Self, Refusal> {
        Self::open_as(config, keyring, None)
    }

    fn open_as(config: Config, keyring: Arc<dyn Keyring>, desk: Option<Arc<dyn Desk>>) -> Result<Self, Refusal> {
        keep_to_this_user();
        make_private(&config.data).map_err(|error| {
            Refusal::new(ErrorCode::Storage, format!("could not make the folder {}: {error}", config.data.display()))
        })?;
        let (store, report) = SledStore::open(&config.data.join("store")).map_err(|error| match error {
            StoreError::Busy { .. } => refuse_store(&StoreError::Busy { folder: config.data.clone() }),
            other => refuse_store(&other),
        })?;
        let repairs = report.repairs.iter().map(ToString::to_string).collect();
        let (asks, inbox) = mpsc::channel(4096);
        let (events, _) = broadcast::channel(1024);
        let handle = Handle { asks, events, desk, notices: notify::Notices::default(), choosing: Arc::default() };
        let actor_handle = handle.clone();
        let (ready, started) = std::sync::mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("node".into())
            .spawn(move || {
                let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                    Ok(runtime) => runtime,
                    Err(error) => {
                        // The opener waits for exactly one answer.
                        let _ = ready.send(Err(Refusal::new(ErrorCode::Internal, error.to_string())));
                        return;
                    }
                };
                runtime.block_on(async move {
                    let socket = match config.serve.then(|| local::listen(&config.data)).transpose() {
                        Ok(socket) => socket,
                        Err(error) => {
                            let message = format!("could not open the socket for the command line: {error}");
                            let _ = ready.send(Err(Refusal::new(ErrorCode::Storage, message)));
                            return;
                        }
                    };
                    let _ = ready.send(Ok(()));
                    let file = socket.map(|(listener, file)| {
                        tokio::spawn(local::accept(listener, actor_handle.clone()));
                        file
                    });
                    #[cfg(target_os = "linux")]
                    tokio::spawn(sleep::watch(actor_handle.asks.downgrade()));
                    let events = actor_handle.events.clone();
                    let data = config.data.clone();
                    let gone = Actor::new(config, Box::new(store), keyring, events, repairs).run(inbox).await;
                    // The socket is one of the things that are left in the folder.
                    drop(file);
                    if gone {
                        crate::wipe::afterwards(&data);
                    }
                });
            })
            .map_err(|error| Refusal::new(ErrorCode::Internal, error.to_string()))?;
        started.recv().unwrap_or_else(|_| Err(Refusal::new(ErrorCode::Internal, "the node did not start")))?;
        Ok(Self { handle, thread: Some(thread) })
    }

    /// The only door: every command of every window and command line goes through here.
    pub async fn dispatch(&self, command: Command) -> Result<Reply, Refusal> {
        self.handle.dispatch(command).await
    }

    /// What the node says by itself from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.handle.events()
    }

    /// A way to ask this node from elsewhere.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Closes it: keys are wiped, the store is closed, the folder is free when this returns.
    pub async fn close(mut self) {
        // A node that has stopped already needs no telling.
        let _ = self.handle.asks.send(Ask::Close).await;
        if let Some(thread) = self.thread.take() {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.thread.is_some() {
            let _ = self.handle.asks.try_send(Ask::Close);
        }
    }
}

/// Everything that can happen to a node.
enum Happening {
    Asked(Ask),
    News(News),
    Tick,
}

enum State {
    /// No vault, or a locked one. The store waits here.
    Closed(Box<dyn LogStore>),
    Open(Box<Core>),
    /// Everything was destroyed. A new beginning opens a new store.
    Gone,
    /// Only while one of the others is being made.
    Between,
}

struct Actor {
    config: Config,
    events: broadcast::Sender<Event>,
    state: State,
    keyring: Arc<dyn Keyring>,
    /// The open vault, which the core saves into as well.
    vault: Option<Arc<Mutex<OpenVault>>>,
    idle: idle::Idle,
    sweeping: sweep::Sweeping,
    started: Instant,
    /// A backup that is being written.
    backup: Option<backup::Job>,
    net: Option<(Net, mpsc::Receiver<News>)>,
    tickets: HashMap<Ticket, Answer>,
    next_ticket: Ticket,
    /// What was put right when the store was opened.
    repairs: Vec<String>,
    /// Each peer's one link.
    links: HashMap<Peer, u64>,
    /// Let go when what came with them is durable.
    acks: Vec<net::Ack>,
}

impl Actor {
    fn new(
        config: Config,
        store: Box<dyn LogStore>,
        keyring: Arc<dyn Keyring>,
        events: broadcast::Sender<Event>,
        repairs: Vec<String>,
    ) -> Self {
        let state = State::Closed(store);
        Self {
            config,
            events,
            state,
            keyring,
            vault: None,
            idle: idle::Idle::default(),
            sweeping: sweep::Sweeping::default(),
            started: Instant::now(),
            backup: None,
            net: None,
            tickets: HashMap::new(),
            next_ticket: 0,
            repairs,
            links: HashMap::new(),
            acks: Vec::new(),
        }
    }

    /// Until it is closed. Whether everything was destroyed, and nobody has begun anew.
    async fn run(mut self, mut inbox: mpsc::Receiver<Ask>) -> bool {
        for message in std::mem::take(&mut self.repairs) {
            self.emit(Event::Warning { message });
        }
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let happening = tokio::select! {
                ask = inbox.recv() => match ask {
                    Some(ask) => Happening::Asked(ask),
                    None => break,
                },
                Some(news) = next_news(&mut self.net) => Happening::News(news),
                _ = tick.tick() => Happening::Tick,
            };
            if self.handle_batch(happening, &mut inbox).await.is_break() {
                break;
            }
        }
        self.lock(LockCause::Asked).await;
        matches!(self.state, State::Gone)
    }

    /// Handles what has arrived together, commits once, performs the effects.
    async fn handle_batch(&mut self, first: Happening, inbox: &mut mpsc::Receiver<Ask>) -> std::ops::ControlFlow<()> {
        let mut next = Some(first);
        let mut flow = std::ops::ControlFlow::Continue(());
        for turn in 1..=BATCH {
            let Some(happening) = next.take() else { break };
            if self.handle(happening).await.is_break() {
                flow = std::ops::ControlFlow::Break(());
                break;
            }
            // What is taken has to be handled: a full batch takes nothing more.
            if turn == BATCH {
                break;
            }
            // By turns: neither many commands nor much traffic keeps the other waiting.
            let ask = |inbox: &mut mpsc::Receiver<Ask>| inbox.try_recv().ok().map(Happening::Asked);
            let mut news = || self.net.as_mut().and_then(|(_, news)| news.try_recv().ok()).map(Happening::News);
            next = if turn % 2 == 0 { news().or_else(|| ask(inbox)) } else { ask(inbox).or_else(news) };
        }
        self.commit().await;
        flow
    }

    async fn commit(&mut self) {
        if let State::Open(core) = &mut self.state {
            let effects = core.commit(clock::now());
            self.perform(effects).await;
        }
    }

    async fn handle(&mut self, happening: Happening) -> std::ops::ControlFlow<()> {
        match happening {
            Happening::Asked(Ask::Close) => return std::ops::ControlFlow::Break(()),
            Happening::Asked(Ask::Command(command, answer)) => self.ask(command, answer).await,
            Happening::Asked(Ask::Post(post, answer)) => {
                self.ask_core(answer, |ticket| Input::Post { ticket, post });
            }
            Happening::Asked(Ask::Sleep(awake)) => {
                self.lock_before_sleep().await;
                drop(awake);
            }
            Happening::News(news) => {
                if let Some(input) = self.news(news) {
                    self.input(input);
                }
            }
            Happening::Tick => {
                self.input(Input::Tick);
                self.go_on_with_backup();
                self.go_on_sweeping();
                self.lock_when_idle().await;
            }
        }
        std::ops::ControlFlow::Continue(())
    }

    fn input(&mut self, input: Input) {
        if let State::Open(core) = &mut self.state {
            core.handle(clock::now(), input);
        }
    }

    /// The vault's commands are answered here, all others by the core.
    async fn ask(&mut self, command: Command, answer: Answer) {
        let outcome = match command {
            Command::Status => self.status().await,
            Command::Init { handle, passphrase, restore, pair } => {
                let (passphrase, restore) = (Zeroizing::new(passphrase), restore.map(Zeroizing::new));
                let pair = pair.map(Zeroizing::new);
                let (restore, pair) = (restore.as_deref().map(String::as_str), pair.as_deref().map(String::as_str));
                self.init(handle, &passphrase, restore, pair).await
            }
            Command::Unlock { passphrase } => self.unlock(&Zeroizing::new(passphrase)).await,
            Command::UnlockWithKeyring => self.unlock_with_keyring().await,
            Command::SetKeyring { on, passphrase } => self.set_keyring(on, &Zeroizing::new(passphrase)).await,
            Command::Lock => {
                self.commit().await;
                self.lock(LockCause::Asked).await;
                Ok(Reply::Done)
            }
            Command::Strength { passphrase, known } => {
                Ok(Reply::Strength(crate::strength::of(&Zeroizing::new(passphrase), &known)))
            }
            Command::Security => Ok(self.security()),
            Command::SetAutoLock { minutes } => self.set_auto_lock(minutes),
            Command::InUse => {
                self.idle.used(self.moment());
                Ok(Reply::Done)
            }
            Command::KeepDraft { name, text } => self.keep_draft(&name, &Zeroizing::new(text)),
            Command::Draft { name } => self.draft(&name),
            Command::ChangePassphrase { old, new } => {
                let outcome = self.change_passphrase(&Zeroizing::new(old), &Zeroizing::new(new));
                if outcome.is_ok() {
                    self.renew_keyring().await;
                }
                outcome
            }
            Command::CreateBackup { path, passphrase, separate } => {
                let (passphrase, separate) = (Zeroizing::new(passphrase), separate.map(Zeroizing::new));
                let sealed_with = separate.as_deref().map(String::as_str);
                match self.begin_backup(&path, &passphrase, sealed_with) {
                    // Answered when it is written.
                    Ok(job) => {
                        self.backup = Some(job.answering(answer));
                        return;
                    }
                    Err(refusal) => Err(refusal),
                }
            }
            Command::SaveInvitation { invitation, path } => self.save_invitation(&invitation, path.as_deref()),
            Command::ExportPoll { poll, path } => self.export_poll(&poll, &path),
            Command::RestoreBackup { path, passphrase } => self.restore(&path, &Zeroizing::new(passphrase)).await,
            Command::GiveUpPairing => self.give_up_pairing().await,
            Command::MovedHere => self.moved_here().await,
            Command::Wipe => Ok(self.wipe().await),
            other => return self.ask_core(answer, |ticket| Input::Command { ticket, command: other }),
        };
        // Whoever asked may have gone.
        let _ = answer.send(outcome);
    }

    fn ask_core(&mut self, answer: Answer, input: impl FnOnce(Ticket) -> Input) {
        if let State::Open(_) = self.state {
            self.next_ticket += 1;
            self.tickets.insert(self.next_ticket, answer);
            self.input(input(self.next_ticket));
        } else {
            let _ = answer.send(Err(self.not_open()));
        }
    }

    fn vault_path(&self) -> PathBuf {
        self.config.data.join("vault")
    }

    fn not_open(&self) -> Refusal {
        if Vault::exists(&self.vault_path()) {
            return Refusal::new(ErrorCode::Locked, "Chapterhouse is locked: your passphrase opens it");
        }
        match self.orphaned() {
            Ok(None) => {
                Refusal::new(ErrorCode::NoVault, "there is nobody here yet: choose a name and a passphrase first")
            }
            Ok(Some(message)) => Refusal::new(ErrorCode::NoVault, message),
            Err(refusal) => refusal,
        }
    }

    async fn status(&mut self) -> Result<Reply, Refusal> {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let serving = self.net.is_some();
        Ok(Reply::Status(match &self.state {
            State::Open(core) => StatusView { serving, version, ..core.status() },
            _ => StatusView {
                vault: if Vault::exists(&self.vault_path()) { VaultState::Locked } else { VaultState::Missing },
                handle: None,
                chapters: 0,
                entries: 0,
                connected: 0,
                serving,
                copied: false,
                notes: self.orphaned()?.into_iter().collect(),
                version,
            },
        }))
    }

    async fn unlock(&mut self, passphrase: &str) -> Result<Reply, Refusal> {
        if !matches!(self.state, State::Open(_)) {
            let path = self.vault_path();
            if !Vault::exists(&path) {
                return Err(self.not_open());
            }
            let vault = Vault::open(&path, passphrase).map_err(|error| refuse_vault(&error))?;
            self.open(vault).await?;
        }
        let State::Open(core) = &self.state else { return Err(self.not_open()) };
        Ok(Reply::Me(core.me()))
    }

    /// The vault is open: the chapters are read, and the network is joined.
    async fn open(&mut self, vault: OpenVault) -> Result<(), Refusal> {
        let rng = generator()?;
        let State::Closed(store) = std::mem::replace(&mut self.state, State::Between) else {
            return Err(Refusal::new(ErrorCode::Internal, "the node is not ready to be opened"));
        };
        let transport = vault.contents.transport.clone();
        let me = net::peer_of(transport.expose());
        let contents = vault.contents.clone();
        let (recovered, vault) = (vault.recovered().map(str::to_owned), Arc::new(Mutex::new(vault)));
        if let Some(message) = recovered {
            self.emit(Event::Warning { message });
        }
        let (peer, name) = (Peer(me.clone()), net::name_of(&me));
        match Core::open(
            contents,
            Box::new(saver::VaultSaver { vault: Arc::clone(&vault), counts: self.config.data.join("counts") }),
            store,
            peer,
            name,
            rng,
            clock::now(),
        ) {
            Ok(core) => self.state = State::Open(Box::new(core)),
            Err(failed) => {
                let crate::io::NotOpened { store, refusal } = *failed;
                self.state = State::Closed(store);
                return Err(refusal);
            }
        }
        self.vault = Some(vault);
        self.look_where_we_are()?;
        self.emit(Event::Unlocked);
        if self.config.serve && !self.is_copied() {
            self.join_network(&transport).await?;
        }
        self.commit().await;
        Ok(())
    }

    async fn join_network(&mut self, transport: &Seed32) -> Result<(), Refusal> {
        let mut listen = Vec::new();
        let wanted = if self.config.listen.is_empty() {
            EVERYWHERE.map(str::to_owned).to_vec()
        } else {
            self.config.listen.clone()
        };
        for text in &wanted {
            listen.push(address(text)?);
        }
        let mut kept = Vec::new();
        for text in &self.config.peers {
            kept.push(address(text)?);
        }
        let config = net::Config::new(*transport.expose(), listen, self.config.discovery);
        let (net, news) = Net::start(config).await.map_err(|error| {
            let why = innermost(&error).map(|why| format!(": {why}")).unwrap_or_default();
            Refusal::new(ErrorCode::Unreachable, format!("{error}{why}"))
        })?;
        self.net = Some((net, news));
        self.input(Input::Network { on: true, discovery: self.config.discovery });
        for address in kept {
            self.order(Order::Dial { address, keep: true }).await;
        }
        Ok(())
    }

    async fn lock(&mut self, why: LockCause) {
        self.stop_backup();
        if let Some((net, _)) = self.net.take() {
            net.stop().await;
            self.links.clear();
            self.acks.clear();
        }
        self.vault = None;
        self.state = match std::mem::replace(&mut self.state, State::Between) {
            State::Open(core) => {
                self.emit(Event::Locked { why });
                State::Closed(core.close())
            }
            other => other,
        };
        for (_, answer) in self.tickets.drain() {
            let _ = answer.send(Err(Refusal::new(ErrorCode::Locked, "Chapterhouse was locked meanwhile")));
        }
    }

    fn emit(&self, event: Event) {
        // Nobody may be watching.
        let _ = self.events.send(event);
    }

    async fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Reply { ticket, outcome } => {
                    if let Some(answer) = self.tickets.remove(&ticket) {
                        // Whoever asked may have gone.
                        let _ = answer.send(outcome);
                    }
                }
                Effect::Emit(event) => self.emit(event),
                Effect::Net(traffic) => {
                    if let Some(order) = self.order_for(traffic) {
                        self.order(order).await;
                    }
                }
            }
        }
        // What has been dealt with, and is durable now, lets its senders send more.
        self.acks.clear();
    }

    fn order_for(&self, traffic: Traffic) -> Option<Order> {
        let link = |peer: &Peer| self.links.get(peer).copied();
        Some(match traffic {
            Traffic::Send { peer, bytes } => Order::Send { link: link(&peer)?, peer: peer.0, bytes },
            Traffic::Disconnect { peer, reason, ban } => {
                Order::Disconnect { peer: peer.0, reason, ban_for: ban.then_some(BAN) }
            }
            Traffic::Trust { peer } => Order::Trust { link: link(&peer)?, peer: peer.0 },
            Traffic::Open { peer, topic } => Order::Open { link: link(&peer)?, peer: peer.0, topic },
            Traffic::Subscribe { topic } => Order::Subscribe { topic },
            Traffic::Publish { topic, bytes } => Order::Publish { topic, bytes },
            Traffic::Verdict { topic, id, peer, verdict } => {
                let verdict = match verdict {
                    Gossip::Accept => net::Verdict::Accept,
                    Gossip::Ignore => net::Verdict::Ignore,
                    Gossip::Reject => net::Verdict::Reject,
                };
                Order::GossipVerdict { topic, id, peer: peer.0, verdict }
            }
            Traffic::Dial { address } => Order::Dial { address: address.parse().ok()?, keep: true },
            Traffic::SetDiscovery(on) => Order::SetDiscovery(on),
        })
    }

    /// From what the network tells to what the core takes.
    fn news(&mut self, news: News) -> Option<Input> {
        Some(match news {
            News::Listening { address } => Input::Listening { address: address.to_string(), on: true },
            News::NotListening { address } => Input::Listening { address: address.to_string(), on: false },
            News::Connected { peer, link, address, outbound, route } => {
                let name = net::name_of(&peer);
                self.links.insert(Peer(peer.clone()), link);
                let route = match route {
                    net::Route::SameNetwork => "same network",
                    net::Route::Direct => "direct",
                    net::Route::Relay => "relay",
                };
                Input::Connected { peer: Peer(peer), name, address: address.to_string(), route, outbound }
            }
            News::Disconnected { peer, link, why } => {
                let peer = Peer(peer);
                if self.links.get(&peer) != Some(&link) {
                    return None;
                }
                tracing::debug!(?why, "a connection ended");
                self.links.remove(&peer);
                Input::Disconnected { peer }
            }
            News::Message { peer, link, bytes, ack } => {
                let peer = Peer(peer);
                if self.links.get(&peer) != Some(&link) {
                    return None;
                }
                self.acks.push(ack);
                Input::Message { peer, bytes }
            }
            News::Gossip { topic, peer, id, bytes, ack } => {
                self.acks.push(ack);
                Input::Gossip { topic, peer: Peer(peer), id, bytes }
            }
            News::DialFailed { address, reason } => {
                tracing::debug!(%address, %reason, "could not connect");
                return None;
            }
            News::DiscoveryFailed(error) => {
                let why = api::without_numbers(&error.to_string());
                let message = format!("this computer cannot look for members on the local network: {why}");
                self.emit(Event::Warning { message });
                return None;
            }
            News::Drained { .. } | News::TooLarge { .. } | News::TopicRefused { .. } => return None,
        })
    }

    async fn order(&mut self, order: Order) {
        if let Some((net, _)) = &self.net {
            net.order(order).await;
        }
    }
}

/// From now on other users of this computer cannot look into anything that this program writes, also in a folder that was there before.
fn keep_to_this_user() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

/// Makes a folder that other users of this computer cannot look into, also of one that is there and empty but for what the web view
/// of a window may have made before.
fn make_private(folder: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    #[cfg(unix)]
    if std::fs::read_dir(folder)?.flatten().all(|entry| entry.file_name() == "window") {
        std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// The last cause of an error that has words.
fn innermost(error: &dyn std::error::Error) -> Option<String> {
    std::iter::successors(error.source(), |error| error.source())
        .map(ToString::to_string)
        .filter(|text| !text.is_empty())
        .last()
}

fn address(text: &str) -> Result<net::Multiaddr, Refusal> {
    text.parse().map_err(|_| invalid(format!("\"{text}\" is no address; one looks like /ip4/192.168.1.20/tcp/4001")))
}

/// A vault's error as a person is told.
fn refuse_vault(error: &VaultError) -> Refusal {
    let code = match error {
        VaultError::Missing { .. } => ErrorCode::NoVault,
        VaultError::Exists { .. } => ErrorCode::VaultExists,
        VaultError::WrongPassphrase => ErrorCode::WrongPassphrase,
        VaultError::Truncated { .. } | VaultError::Altered(_) | VaultError::TooNew { .. } => ErrorCode::VaultDamaged,
        VaultError::TooLarge { .. }
        | VaultError::NoBackup
        | VaultError::BackupTooNew { .. }
        | VaultError::BackupTruncated
        | VaultError::BackupAltered(_) => ErrorCode::Invalid,
        VaultError::Io { path, source, .. } => return backup::refuse_io(path, source),
        _ => ErrorCode::Storage,
    };
    let next = match error {
        VaultError::Truncated { .. } | VaultError::Altered(_) => {
            ". Put the file `vault` back from a copy of the data folder, or bring everything back from a backup \
             (`chapterhouse --data NEW-FOLDER backup restore FILE`). Without either, begin in a new folder: your 24 words \
             bring your name back (`chapterhouse --data NEW-FOLDER init --restore --handle YOUR-NAME`), and an invitation \
             your chapters"
        }
        _ => "",
    };
    Refusal::new(code, format!("{error}{next}"))
}

/// A generator seeded by the system.
fn generator() -> Result<ChaCha20Rng, Refusal> {
    let mut seed = Zeroizing::new([0u8; 32]);
    getrandom::fill(&mut *seed).map_err(|error| {
        Refusal::new(ErrorCode::Internal, format!("the system gave no randomness, so no key was made: {error}"))
    })?;
    Ok(ChaCha20Rng::from_seed(*seed))
}

async fn next_news(net: &mut Option<(Net, mpsc::Receiver<News>)>) -> Option<News> {
    match net {
        Some((_, news)) => news.recv().await,
        None => std::future::pending().await,
    }
}
