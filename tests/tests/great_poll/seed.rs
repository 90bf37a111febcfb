//! The great poll as it lies on one member's disk: 245 members, their ballots, and one that came too late. Signed and
//! sealed as the programs do it, without the hour that 245 programs would take (`cargo xtask demo` takes it).

use chapter::{
    Kind,
    kinds::{self, Admit, Conduct, Join, Poll, Question, Rules, Tier},
    testing::{
        Chapter, people,
        story::{self, MINUTE},
    },
};
use entry::{Draft, EntryId, EpochKey, Timestamp};
use keys::{Contents, Vault};
use log::{Log, LogStore, Ring};
use std::{fs, path::Path, time::SystemTime};
use store::SledStore;
use toml::Table;
use vote::Method;

/// One question of the data file.
pub(crate) struct Asked {
    pub(crate) key: String,
    pub(crate) text: String,
    pub(crate) options: Vec<(String, usize)>,
    pub(crate) total: usize,
}

/// What the data file says about the poll.
pub(crate) struct Facts {
    pub(crate) organisation: String,
    pub(crate) topic: String,
    pub(crate) voters: usize,
    pub(crate) questions: Vec<Asked>,
}

impl Facts {
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/federation-2014.toml");
        let table: Table = fs::read_to_string(path).unwrap().parse().unwrap();
        let text = |table: &Table, name: &str| table[name].as_str().unwrap().to_owned();
        let number = |value: &toml::Value| usize::try_from(value.as_integer().unwrap()).unwrap();
        let poll = table["poll"].as_table().unwrap();
        let question = |(n, value): (usize, &toml::Value)| {
            let value = value.as_table().unwrap();
            let options = value["options"].as_table().unwrap();
            Asked {
                key: format!("question-{}", n + 1),
                text: text(value, "topic"),
                options: options.iter().map(|(name, votes)| (name.clone(), number(votes))).collect(),
                total: number(&value["total"]),
            }
        };
        Self {
            organisation: text(table["organisation"].as_table().unwrap(), "long_name"),
            topic: text(poll, "topic"),
            voters: number(&poll["voters"]),
            questions: poll["question"].as_array().unwrap().iter().enumerate().map(question).collect(),
        }
    }

    /// What voter number `n` answers. The totals are dealt out like cards, each question from another voter on.
    fn ballot(&self, n: usize) -> Vec<Option<u16>> {
        let answer = |(number, asked): (usize, &Asked)| {
            let mut place = (n + 31 * number) % self.voters;
            asked.options.iter().enumerate().find_map(|(option, (_, votes))| {
                let here = place < *votes;
                place = place.wrapping_sub(*votes);
                here.then(|| u16::try_from(option).unwrap())
            })
        };
        self.questions.iter().enumerate().map(answer).collect()
    }
}

/// Puts the poll into the folder of a member who has made their keys and done nothing else.
pub(crate) fn great_poll(data: &Path, passphrase: &str, facts: &Facts) {
    let mut vault = Vault::open(&data.join("vault"), passphrase).unwrap();
    let chapter = written(&vault.contents, facts);
    let key = EpochKey::new([7; 32]);
    vault.contents.chapters.entry(chapter.id()).or_default().epochs.insert(0, key.clone());
    vault.save().unwrap();
    let mut ring = Ring::new(chapter.id());
    ring.add(0, &key);
    let (mut store, _) = SledStore::open(&data.join("store")).unwrap();
    let mut log = Log::new(chapter.id());
    for entry in chapter.entries() {
        log.ingest(chapter.now(), ring.seal(entry.clone()).unwrap(), &ring, &mut store).unwrap();
    }
    store.commit().unwrap();
    assert_eq!(log.len(), chapter.entries().len());
}

/// Asha founds it and lets everybody in, `me` first of all; the poll is open for a day; tomas changes his vote when it
/// is over.
fn written(me: &Contents, facts: &Facts) -> Chapter {
    let mut charter = story::charter("asha");
    charter.name.clone_from(&facts.organisation);
    charter.place = "Everywhere".to_owned();
    charter.tier = Tier::International;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    charter.founded = Timestamp(u64::try_from(now).unwrap() - 3 * 24 * 60 * MINUTE);
    let mut chapter = Chapter::founded_as(charter, "asha");
    let invite = chapter.invite("asha", &me.handle);
    let admission = admission(&chapter, me, invite);
    chapter.by("asha").writes(&admission);
    let mut names = vec!["asha".to_owned(), "imre".to_owned(), "noor".to_owned(), "tomas".to_owned()];
    names.extend((6..=facts.voters).map(|n| format!("member-{n:03}")));
    for name in &names[1..] {
        chapter.admit("asha", name);
    }
    let question = |asked: &Asked| Question {
        key: asked.key.clone(),
        text: asked.text.clone(),
        options: asked.options.iter().map(|(name, _)| name.clone()).collect(),
        method: Method::SINGLE,
    };
    let roll = chapter.view().roll();
    assert_eq!(roll.len(), facts.voters);
    let closes = chapter.now().plus(24 * 60 * MINUTE);
    let poll = chapter.by("asha").writes(&Kind::Poll(Poll {
        title: facts.topic.clone(),
        description: "Six questions. Leave blank what you have no opinion on.".to_owned(),
        closes,
        questions: facts.questions.iter().map(question).collect(),
        roll_count: roll.len() as u64,
        roll_hash: kinds::roll_hash(&roll),
        proposal: None,
        conduct: Conduct::default(),
    }));
    votes(&mut chapter, me, poll, facts.ballot(names.len()));
    for (n, name) in names.iter().enumerate() {
        chapter.vote(name, poll, 1, &facts.ballot(n));
    }
    let late = story::ballot(poll, 2, &facts.ballot(0));
    chapter.by("tomas").at(closes.plus(MINUTE)).writes(&late);
    chapter
}

fn admission(chapter: &Chapter, me: &Contents, invite: EntryId) -> Kind {
    let invitation = people::invitation_key(&me.handle);
    let join = Join {
        chapter: chapter.id(),
        invitation: invitation.verifying_key().to_bytes(),
        handle: me.handle.clone(),
        cert: me.member.certify(&me.device),
        time: chapter.now(),
        terms: Rules::default().terms(),
        answers: Vec::new(),
    };
    let statement = join.sign(&invitation, me.member.signing_key(), me.device.signing_key());
    Kind::Admit(Box::new(Admit { invite, statement }))
}

/// The one ballot whose author's keys are not those of a test.
fn votes(chapter: &mut Chapter, me: &Contents, poll: EntryId, answers: Vec<Option<u16>>) {
    let (kind, body) = kinds::encode(&story::ballot(poll, 1, &answers));
    let draft = Draft {
        chapter: chapter.id(),
        epoch: 0,
        device: me.device.id(),
        seq: 1,
        prev: None,
        time: chapter.now().plus(MINUTE),
        parents: chapter.heads().iter().copied().collect(),
        kind,
        body,
    };
    chapter.add(draft.sign(me.device.signing_key()).unwrap());
}
