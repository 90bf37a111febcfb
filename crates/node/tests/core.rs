//! The core alone: what a full disk does, what is told when, what bad words get.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use api::{Command, ErrorCode, Refusal, Reply, view::PostKind, view::Tier};
use chapterhouse_node::core::{Core, Effect, Input, Saver, Ticket, Traffic};
use entry::Timestamp;
use keys::{Contents, DeviceKey, MemberKey, Seed32};
use log::mem::MemDisk;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};
use sync::Peer;

const NOW: Timestamp = Timestamp(1_795_458_600_000);

#[derive(Clone, Default)]
struct Vault(Arc<Mutex<Option<Contents>>>);

impl Saver for Vault {
    fn save(&mut self, contents: &Contents) -> Result<(), Refusal> {
        *self.0.lock().unwrap() = Some(contents.clone());
        Ok(())
    }

    fn note_counts(&mut self, _: &BTreeMap<entry::ChapterId, u64>) {}

    fn counts(&self) -> BTreeMap<entry::ChapterId, u64> {
        BTreeMap::new()
    }
}

fn rowan() -> Contents {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let member = MemberKey::from_entropy(Seed32::generate(&mut rng));
    let device = DeviceKey::generate(&mut rng);
    Contents::fresh("rowan".into(), member, device, Seed32::generate(&mut rng))
}

struct Bench {
    core: Core,
    disk: MemDisk,
    vault: Vault,
    ticket: Ticket,
}

impl Bench {
    fn new() -> Self {
        Self::open(MemDisk::new(), Vault::default(), rowan())
    }

    fn open(disk: MemDisk, vault: Vault, contents: Contents) -> Self {
        Self::open_as(1, disk, vault, contents)
    }

    fn open_as(peer: u8, disk: MemDisk, vault: Vault, contents: Contents) -> Self {
        let store = Box::new(disk.open().unwrap());
        let rng = ChaCha20Rng::seed_from_u64(1 + u64::from(peer));
        let saver = Box::new(vault.clone());
        let opened = Core::open(contents, saver, store, Peer(vec![peer]), "rowan's".into(), rng, NOW);
        let Ok(core) = opened else { panic!("it does not open") };
        Self { core, disk, vault, ticket: 0 }
    }

    fn reopen(self) -> Self {
        drop(self.core.pull_the_plug());
        let contents = self.vault.0.lock().unwrap().clone().unwrap();
        Self::open(self.disk, self.vault, contents)
    }

    fn stage(&mut self, command: Command) {
        self.ticket += 1;
        self.core.handle(NOW, Input::Command { ticket: self.ticket, command });
    }

    fn ask(&mut self, command: Command) -> Result<Reply, Refusal> {
        self.stage(command);
        let ticket = self.ticket;
        let effects = self.core.commit(NOW);
        let mut replies = effects.into_iter().filter_map(|effect| match effect {
            Effect::Reply { ticket: to, outcome } if to == ticket => Some(outcome),
            _ => None,
        });
        replies.next().unwrap()
    }

    fn connect(&mut self, peer: u8, outbound: bool) {
        let (name, address) = (format!("peer {peer}"), "/ip4/10.0.0.9/tcp/1".to_owned());
        let peer = Peer(vec![peer]);
        self.core.handle(NOW, Input::Connected { peer, name, address, route: "direct", outbound });
    }

    fn disconnect(&mut self, peer: u8) {
        self.core.handle(NOW, Input::Disconnected { peer: Peer(vec![peer]) });
    }

    fn hear(&mut self, peer: u8, messages: &[Vec<u8>]) {
        for bytes in messages {
            self.core.handle(NOW, Input::Message { peer: Peer(vec![peer]), bytes: bytes.clone() });
        }
    }

    /// Commits; what goes to peers, and the ends of connections.
    fn traffic(&mut self) -> (Vec<Vec<u8>>, Vec<Traffic>) {
        let mut sent = Vec::new();
        let mut ends = Vec::new();
        for effect in self.core.commit(NOW) {
            match effect {
                Effect::Net(Traffic::Send { bytes, .. }) => sent.push(bytes),
                Effect::Net(end @ Traffic::Disconnect { .. }) => ends.push(end),
                _ => {}
            }
        }
        (sent, ends)
    }

    fn found(&mut self, name: &str) {
        self.ask(Command::FoundChapter { name: name.into(), place: String::new(), tier: Tier::Local, rules: None })
            .unwrap();
    }

    fn entries(&mut self, chapter: &str) -> u64 {
        let Ok(Reply::State(state)) = self.ask(Command::State { chapter: chapter.into() }) else { panic!() };
        state.entries
    }
}

fn post(title: &str) -> Command {
    Command::Post { chapter: "London".into(), kind: PostKind::Blog, title: title.into(), body: "Text.".into() }
}

#[test]
fn a_full_disk_refuses_the_whole_batch_tells_nobody_and_goes_on() {
    let mut bench = Bench::new();
    bench.found("London");
    bench.ask(post("Before")).unwrap();
    bench.disk.fill_for_one_commit();
    bench.stage(post("One"));
    bench.stage(post("Two"));
    let effects = bench.core.commit(NOW);
    let refused = effects.iter().filter(
        |effect| matches!(effect, Effect::Reply { outcome: Err(refusal), .. } if refusal.code == ErrorCode::DiskFull),
    );
    assert_eq!(refused.count(), 2, "both are refused: {effects:?}");
    let told = |effect: &Effect| matches!(effect, Effect::Net(Traffic::Publish { .. } | Traffic::Send { .. }));
    assert!(!effects.iter().any(told), "nobody hears of what is not saved");
    assert_eq!(bench.entries("London"), 2, "the view is as before");
    bench.ask(post("After")).unwrap();
    assert_eq!(bench.entries("London"), 3);
    let mut bench = bench.reopen();
    assert_eq!(bench.entries("London"), 3, "and the disk says the same");
}

#[test]
fn nothing_is_answered_before_it_is_durable_and_one_commit_serves_many() {
    let mut bench = Bench::new();
    bench.found("London");
    let before = bench.disk.commits();
    for n in 0..50 {
        bench.stage(post(&format!("Post {n}")));
    }
    assert_eq!(bench.disk.commits(), before, "handling alone writes nothing");
    let effects = bench.core.commit(NOW);
    assert_eq!(effects.iter().filter(|effect| matches!(effect, Effect::Reply { outcome: Ok(_), .. })).count(), 50);
    assert_eq!(bench.disk.commits(), before + 1);
    // Staged, not committed, and the plug is pulled.
    bench.stage(post("Lost, and nobody was told that it was saved"));
    let mut bench = bench.reopen();
    assert_eq!(bench.entries("London"), 51);
}

/// Somebody reads while something is being taken in: what is handled before the same commit is read like everything else,
/// and the answer waits for that commit.
#[test]
fn what_is_not_committed_yet_can_be_read_and_is_shown_when_it_is() {
    let feed = || Command::Feed { chapter: None, kind: None, limit: 10, after: None };
    let mut bench = Bench::new();
    bench.found("London");
    bench.ask(post("Before")).unwrap();
    bench.stage(post("Just now"));
    let Ok(Reply::Feed(items)) = bench.ask(feed()) else { panic!("the feed cannot be read") };
    let excerpts: BTreeSet<_> = items.iter().map(|item| (item.title.as_str(), item.excerpt.as_str())).collect();
    assert_eq!(excerpts, [("Before", "Text."), ("Just now", "Text.")].into());
    bench.stage(post("One more"));
    let Ok(Reply::Feed(items)) = bench.ask(feed()) else { panic!() };
    let newest = items.iter().find(|item| item.title == "One more").unwrap();
    bench.ask(Command::Show { entry: newest.entry.clone() }).unwrap();

    bench.disk.fill_for_one_commit();
    bench.stage(post("Not saved"));
    assert_eq!(bench.ask(feed()).unwrap_err().code, ErrorCode::DiskFull, "it was never there");
    let Ok(Reply::Feed(items)) = bench.ask(feed()) else { panic!() };
    assert_eq!(items.len(), 3);
}

#[test]
fn a_chapter_is_meant_by_name_id_or_a_unique_beginning() {
    let mut bench = Bench::new();
    for name in ["London", "London South", "Leeds"] {
        bench.found(name);
    }
    let state = |chapter: &str| Command::State { chapter: chapter.into() };
    assert!(bench.ask(state("London")).is_ok(), "a whole name wins over a beginning");
    assert!(bench.ask(state("lee")).is_ok());
    assert_eq!(bench.ask(state("L")).unwrap_err().code, ErrorCode::Ambiguous);
    assert_eq!(bench.ask(state("Paris")).unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(bench.ask(state("")).unwrap_err().code, ErrorCode::NotFound);
}

#[test]
fn bad_words_get_a_sentence_and_change_nothing() {
    let mut bench = Bench::new();
    bench.found("London");
    let wrong = [
        (post(""), ErrorCode::Invalid),
        (post(&"x".repeat(300)), ErrorCode::Invalid),
        (Command::Comment { entry: "ffffffff".into(), body: "?".into() }, ErrorCode::NotFound),
        (Command::Comment { entry: "zz".into(), body: "?".into() }, ErrorCode::Invalid),
        (Command::Show { entry: "é€".into() }, ErrorCode::Invalid),
        (Command::Invite { chapter: "London".into(), expires_seconds: 0, uses: 1 }, ErrorCode::Invalid),
        (Command::Join { invitation: "hello".into() }, ErrorCode::Invitation),
        (Command::Connect { address: "/ip4/1.2.3.4/tcp/1".into() }, ErrorCode::Unreachable),
        (Command::Feed { chapter: None, kind: Some("gossip".into()), limit: 3, after: None }, ErrorCode::Invalid),
        (
            Command::PreviewPoll {
                chapter: "London".into(),
                poll: api::PollDraft {
                    title: "When?".into(),
                    closes: "2001-01-01T00:00:00Z".into(),
                    ..Default::default()
                },
                propose: false,
            },
            ErrorCode::Invalid,
        ),
        (
            Command::OpenPoll {
                chapter: "London".into(),
                poll: api::PollDraft { title: "When?".into(), closes: "tomorrow".into(), ..Default::default() },
            },
            ErrorCode::Invalid,
        ),
    ];
    // What has to be an id says what to give, and where it stands.
    for (command, listed) in [
        (Command::Sponsor { request: "noor".into(), why: String::new() }, "`chapterhouse join-requests CHAPTER`"),
        (Command::Decline { request: String::new(), why: "No.".into() }, "`chapterhouse join-requests CHAPTER`"),
        (Command::ShowMotion { motion: "remove".into() }, "`chapterhouse motion list CHAPTER`"),
        (Command::ShowPoll { poll: "ffffffff".into() }, "`chapterhouse poll list`"),
        (Command::Show { entry: "hello".into() }, "`chapterhouse feed`"),
        (
            Command::RevokeDevice { device: "desk".into(), why: String::new(), since: None },
            "`chapterhouse device list`",
        ),
        (Command::ShowMember { chapter: "London".into(), member: "asha".into() }, "`chapterhouse members CHAPTER`"),
        (Command::State { chapter: "Paris".into() }, "`chapterhouse chapter list`"),
    ] {
        let refusal = bench.ask(command.clone()).unwrap_err();
        assert!(refusal.message.contains(listed), "{command:?}: {refusal}");
    }
    for (command, code) in wrong {
        let refusal = bench.ask(command.clone()).unwrap_err();
        assert_eq!(refusal.code, code, "{command:?}: {refusal}");
        assert!(refusal.message.len() > 10);
    }
    assert_eq!(bench.entries("London"), 1);
}

#[test]
fn a_chapter_whose_charter_was_never_saved_is_not_there() {
    let mut bench = Bench::new();
    bench.stage(Command::FoundChapter { name: "London".into(), place: String::new(), tier: Tier::Local, rules: None });
    let mut bench = bench.reopen();
    let Ok(Reply::Chapters(list)) = bench.ask(Command::ListChapters) else { panic!() };
    assert!(list.is_empty());
    bench.found("London");
    assert_eq!(bench.entries("London"), 1);
}

#[test]
fn any_bytes_from_any_peer_do_no_harm() {
    let mut bench = Bench::new();
    bench.found("London");
    bench.core.handle(NOW, Input::Network { on: true, discovery: false });
    for n in 0..200u8 {
        let peer = Peer(vec![2, n]);
        let (name, address) = ("somebody".to_owned(), "/ip4/10.0.0.9/tcp/1".to_owned());
        bench
            .core
            .handle(NOW, Input::Connected { peer: peer.clone(), name, address, route: "direct", outbound: false });
        let bytes: Vec<u8> = (0..u16::from(n) * 7).map(|i| (i as u8).wrapping_mul(n) ^ 0x5a).collect();
        bench.core.handle(NOW, Input::Message { peer: peer.clone(), bytes: bytes.clone() });
        bench.core.handle(NOW, Input::Gossip { topic: [n; 32], peer, id: vec![n], bytes });
        bench.core.commit(NOW);
    }
    assert_eq!(bench.entries("London"), 1);
}

/// Both call each other at once, and the second connection takes the place of the first. On a busy computer all of that is
/// handled before the next commit: what was said over the first connection must not be said over the second.
#[test]
fn what_was_meant_for_one_connection_does_not_go_over_the_next() {
    let mut rowan = Bench::new();
    let mut asha = Bench::open_as(2, MemDisk::new(), Vault::default(), rowan_s_friend());
    asha.connect(1, false);
    let (hello, _) = asha.traffic();
    // The whole of the first connection in one batch with the beginning of the second.
    rowan.connect(2, true);
    rowan.hear(2, &hello);
    rowan.disconnect(2);
    rowan.connect(2, false);
    let (sent, ends) = rowan.traffic();
    assert_eq!((sent.len(), ends.len()), (1, 0), "one greeting, and nothing of before");

    asha.disconnect(1);
    asha.connect(1, true);
    let (hello, _) = asha.traffic();
    asha.hear(1, &sent);
    let (tags, ends) = asha.traffic();
    assert!(ends.is_empty(), "asha takes it for an offence: {ends:?}");
    rowan.hear(2, &hello);
    rowan.hear(2, &tags);
    let (_, ends) = rowan.traffic();
    assert!(ends.is_empty(), "{ends:?}");
}

#[test]
fn a_peer_that_misbehaved_is_refused_though_it_has_called_again() {
    let mut rowan = Bench::new();
    rowan.connect(2, false);
    rowan.hear(2, &[b"rubbish".to_vec()]);
    rowan.disconnect(2);
    rowan.connect(2, false);
    let (_, ends) = rowan.traffic();
    assert!(matches!(ends.as_slice(), [Traffic::Disconnect { ban: true, .. }]), "{ends:?}");
}

fn rowan_s_friend() -> Contents {
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let member = MemberKey::from_entropy(Seed32::generate(&mut rng));
    let device = DeviceKey::generate(&mut rng);
    Contents::fresh("asha".into(), member, device, Seed32::generate(&mut rng))
}
