//! The thread around the core: it reads the clock, waits for whatever comes first, and performs effects.
//!
//! One closed loop: everything that can happen to a node is an [`Happening`]. What has arrived together is handled
//! together and committed once, so that many writes share one fsync; no effect leaves before that commit.

use crate::{
    clock,
    core::{Core, Effect, Input, Saver, Ticket},
    local,
};
use api::{
    Command, ErrorCode, Event, Refusal, Reply,
    reply::Initialised,
    view::{NetworkView, StatusView, VaultState},
};
use keys::{Contents, Cost, OpenVault, Vault, VaultError};
use log::LogStore;
use net::{Net, News, Order};
use rand_core::SeedableRng;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::Duration,
};
use store::SledStore;
use tokio::sync::{broadcast, mpsc, oneshot};
use zeroize::Zeroizing;

/// How often timers are looked at.
const TICK: Duration = Duration::from_millis(250);
/// What is handled before one commit, at most.
const BATCH: usize = 1024;
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
    let under = |variable: &str, rest: &str| std::env::var_os(variable).map(|base| PathBuf::from(base).join(rest));
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
}

enum Ask {
    Command(Command, oneshot::Sender<Result<Reply, Refusal>>),
    Close,
}

impl Node {
    /// Opens a data folder. Refused when another program has it open.
    pub fn open(config: Config) -> Result<Self, Refusal> {
        std::fs::create_dir_all(&config.data).map_err(|error| {
            Refusal::new(ErrorCode::Storage, format!("could not make the folder {}: {error}", config.data.display()))
        })?;
        let (store, report) = SledStore::open(&config.data.join("store")).map_err(|error| refuse_store(&error))?;
        let (asks, inbox) = mpsc::channel(4096);
        let (events, _) = broadcast::channel(1024);
        let handle = Handle { asks, events };
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
                    let _file = socket.map(|(listener, file)| {
                        tokio::spawn(local::accept(listener, actor_handle.clone()));
                        file
                    });
                    Actor::new(config, store, actor_handle.events.clone(), report.to_string()).run(inbox).await;
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

impl Handle {
    /// Sends one command and waits for its answer.
    pub async fn dispatch(&self, command: Command) -> Result<Reply, Refusal> {
        let gone = || Refusal::new(ErrorCode::Internal, "the node has stopped");
        let (answer, answered) = oneshot::channel();
        self.asks.send(Ask::Command(command, answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }

    /// What the node says by itself from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
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
    Closed(Box<SledStore>),
    Open(Box<Core>),
    /// Only while one of the others is being made.
    Between,
}

struct Actor {
    config: Config,
    events: broadcast::Sender<Event>,
    state: State,
    net: Option<(Net, mpsc::Receiver<News>)>,
    tickets: HashMap<Ticket, oneshot::Sender<Result<Reply, Refusal>>>,
    next_ticket: Ticket,
    report: String,
}

impl Actor {
    fn new(config: Config, store: SledStore, events: broadcast::Sender<Event>, report: String) -> Self {
        let state = State::Closed(Box::new(store));
        Self { config, events, state, net: None, tickets: HashMap::new(), next_ticket: 0, report }
    }

    async fn run(mut self, mut inbox: mpsc::Receiver<Ask>) {
        if !self.report.is_empty() {
            self.emit(Event::Warning { message: self.report.clone() });
        }
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let happening = tokio::select! {
                biased;
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
        self.lock().await;
    }

    /// Handles what has arrived together, commits once, performs the effects.
    async fn handle_batch(
        &mut self,
        first: Happening,
        inbox: &mut mpsc::Receiver<Ask>,
    ) -> std::ops::ControlFlow<()> {
        let mut next = Some(first);
        let mut flow = std::ops::ControlFlow::Continue(());
        for _ in 0..BATCH {
            let Some(happening) = next.take() else { break };
            if self.handle(happening).await.is_break() {
                flow = std::ops::ControlFlow::Break(());
                break;
            }
            next = inbox.try_recv().ok().map(Happening::Asked).or_else(|| {
                self.net.as_mut().and_then(|(_, news)| news.try_recv().ok()).map(Happening::News)
            });
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
            Happening::News(news) => self.input(Input::from(news)),
            Happening::Tick => self.input(Input::Tick),
        }
        std::ops::ControlFlow::Continue(())
    }

    fn input(&mut self, input: Input) {
        if let State::Open(core) = &mut self.state {
            core.handle(clock::now(), input);
        }
    }

    /// The vault's commands are answered here, all others by the core.
    async fn ask(&mut self, command: Command, answer: oneshot::Sender<Result<Reply, Refusal>>) {
        let outcome = match command {
            Command::Status => self.status().await,
            Command::Init { handle, passphrase, restore } => {
                let (passphrase, restore) = (Zeroizing::new(passphrase), restore.map(Zeroizing::new));
                self.init(handle, &passphrase, restore.as_deref().map(String::as_str)).await
            }
            Command::Unlock { passphrase } => self.unlock(&Zeroizing::new(passphrase)).await,
            Command::Lock => {
                self.commit().await;
                self.lock().await;
                Ok(Reply::Done)
            }
            other => {
                if let State::Open(_) = self.state {
                    self.next_ticket += 1;
                    self.tickets.insert(self.next_ticket, answer);
                    self.input(Input::Command { ticket: self.next_ticket, command: other });
                    return;
                }
                Err(self.not_open())
            }
        };
        // Whoever asked may have gone.
        let _ = answer.send(outcome);
    }

    fn vault_path(&self) -> PathBuf {
        self.config.data.join("vault")
    }

    fn not_open(&self) -> Refusal {
        if Vault::exists(&self.vault_path()) {
            Refusal::new(ErrorCode::Locked, "Chapterhouse is locked: your passphrase opens it")
        } else {
            Refusal::new(ErrorCode::NoVault, "there is nobody here yet: choose a name and a passphrase first")
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
                version,
            },
        }))
    }

    async fn init(&mut self, handle: String, passphrase: &str, restore: Option<&str>) -> Result<Reply, Refusal> {
        let path = self.vault_path();
        if Vault::exists(&path) {
            return Err(refuse_vault(&VaultError::Exists));
        }
        if passphrase.is_empty() {
            return Err(Refusal::new(ErrorCode::Invalid, "the passphrase is empty: choose one that only you know"));
        }
        chapter::kinds::check_handle(&handle).map_err(|why| Refusal::new(ErrorCode::Invalid, why.to_string()))?;
        let mut seeds = Zeroizing::new([0u8; 160]);
        random(&mut *seeds)?;
        let (contents, recovery_words) = Contents::generate(&handle, restore, &seeds).map_err(|e| refuse_vault(&e))?;
        let cost = Cost::calibrate(UNLOCK_TIME);
        let vault = Vault::create(&path, passphrase, contents, cost).map_err(|e| refuse_vault(&e))?;
        self.open(vault).await?;
        let State::Open(core) = &self.state else { return Err(self.not_open()) };
        Ok(Reply::Initialised(Initialised { me: core.me(), recovery_words }))
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
        let State::Closed(store) = std::mem::replace(&mut self.state, State::Between) else {
            return Err(Refusal::new(ErrorCode::Internal, "the node is not ready to be opened"));
        };
        let mut seed = Zeroizing::new([0u8; 32]);
        random(&mut *seed)?;
        let transport = *vault.contents.transport;
        let peer = net::peer_id(&transport);
        let contents = vault.contents.clone();
        let rng = rand_chacha::ChaCha20Rng::from_seed(*seed);
        match Core::open(contents, Box::new(VaultSaver(vault)), store, peer, rng, clock::now()) {
            Ok(core) => self.state = State::Open(Box::new(core)),
            Err((store, refusal)) => {
                self.state = match store.into_any().downcast::<SledStore>() {
                    Ok(store) => State::Closed(store),
                    Err(_) => State::Between,
                };
                return Err(refusal);
            }
        }
        self.emit(Event::Unlocked);
        if self.config.serve {
            self.join_network(&transport).await?;
        }
        self.commit().await;
        Ok(())
    }

    async fn join_network(&mut self, transport: &[u8; 32]) -> Result<(), Refusal> {
        let (sender, news) = mpsc::channel(256);
        let config = net::Config::new(transport, &self.config.listen, self.config.discovery)
            .map_err(|error| Refusal::new(ErrorCode::Invalid, error.to_string()))?;
        let net = Net::start(config, sender).await.map_err(|error| {
            Refusal::new(ErrorCode::Unreachable, format!("could not listen on the network: {error}"))
        })?;
        self.net = Some((net, news));
        self.input(Input::Network { on: true, discovery: self.config.discovery });
        for address in self.config.peers.clone() {
            self.order(Order::Dial { address, keep: true }).await;
        }
        Ok(())
    }

    async fn lock(&mut self) {
        if let Some((net, _)) = self.net.take() {
            net.stop().await;
        }
        self.state = match std::mem::replace(&mut self.state, State::Between) {
            State::Open(core) => {
                let store = core.close();
                self.emit(Event::Locked);
                match store.into_any().downcast::<SledStore>() {
                    Ok(store) => State::Closed(store),
                    Err(_) => State::Between,
                }
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
                        let _ = answer.send(outcome);
                    }
                }
                Effect::Emit(event) => self.emit(event),
                Effect::Net(order) => self.order(order).await,
            }
        }
    }

    async fn order(&mut self, order: Order) {
        if let Some((net, _)) = &self.net {
            net.order(order).await;
        }
    }
}

async fn next_news(net: &mut Option<(Net, mpsc::Receiver<News>)>) -> Option<News> {
    match net {
        Some((_, news)) => news.recv().await,
        None => std::future::pending().await,
    }
}

fn random(bytes: &mut [u8]) -> Result<(), Refusal> {
    getrandom::fill(bytes).map_err(|error| {
        Refusal::new(ErrorCode::Internal, format!("the system gave no randomness, so no key was made: {error}"))
    })
}
