//! `cargo xtask demo`: 245 members with a computer each, all of them on this one.
//!
//! Every member is the real program `chapterhouse` with a folder and keys of its own, and talks to the others through
//! real connections that never leave this computer. Five of them stay connected; the others come by to join, to vote, and
//! to read the result.
//!
//! Reading order: `facts` (the data file), `story` (what is written), `person` (one member), `crowd` (many at a time),
//! `report` (was it right?).

mod crowd;
mod facts;
mod person;
mod report;
mod story;

use std::{
    cell::{OnceCell, RefCell},
    env, fs,
    path::PathBuf,
};

use crate::{failure::Failure, place::Place, plan::Plan, shell::Cmd};
use facts::Facts;
use person::{Person, Serving};

/// Who stays connected.
const PEOPLE: [&str; 5] = ["rowan", "asha", "imre", "noor", "tomas"];

/// So many times one computer may ask another to join something, before they have to connect anew.
const JOINS_PER_CONNECTION: usize = 3;

/// So many newcomers are let in by one member at once; more would have to wait.
const ADMITTED_BY_ONE: usize = 16;

/// The demonstration while it runs.
struct Demo {
    facts: Facts,
    program: PathBuf,
    folder: PathBuf,
    people: Vec<Person>,
    serving: Vec<Serving>,
    crowd: Vec<Person>,
    poll: String,
}

/// `cargo xtask demo [--keep] [--debug]`.
pub(crate) fn demo(place: &Place, rest: &[String]) -> Result<(), Failure> {
    let (mut keep, mut profile) = (false, "release");
    for word in rest {
        match word.as_str() {
            "--keep" => keep = true,
            "--debug" => profile = "debug",
            other => return Err(Failure::Usage(format!("demo knows --keep and --debug, not {other:?}"))),
        }
    }
    let facts = Facts::read(place)?;
    let voters = facts.poll.voters;
    let chapters = facts.chapters.len();
    let folder = env::temp_dir().join(format!("chapterhouse-demo-{}", std::process::id()));
    let demo = RefCell::new(Demo {
        facts,
        program: place.program(profile, "chapterhouse"),
        folder: folder.clone(),
        people: Vec::new(),
        serving: Vec::new(),
        crowd: Vec::new(),
        poll: String::new(),
    });
    let verdict = OnceCell::new();
    let mut plan = Plan::new("demo");
    plan.step(format!("build the program `chapterhouse` ({profile})"), || {
        let release = (profile == "release").then_some("--release");
        Cmd::cargo(place).args(["build", "--locked", "--package", "chapterhouse-cli"]).args(release).run()
    });
    plan.step(format!("{} make their keys and connect, on this computer only", PEOPLE.join(", ")), || {
        demo.borrow_mut().gather()
    });
    plan.step(format!("they found {chapters} chapters and their federation, and join each other's"), || {
        demo.borrow_mut().found()
    });
    plan.step("they write: discussions, projects, news, minutes, comments", || demo.borrow_mut().write());
    plan.step(format!("{} more members make their keys and join the federation", voters - PEOPLE.len()), || {
        demo.borrow_mut().enrol()
    });
    plan.step(format!("the poll opens and {voters} members vote"), || demo.borrow_mut().vote());
    plan.step("everybody exchanges once more, and what they see is compared", || {
        let right = demo.borrow_mut().compare()?;
        let _ = verdict.set(right);
        Ok(())
    });
    let outcome = plan.run();
    // The programs have to end before their folder goes.
    drop(demo.into_inner().serving);
    match (outcome, verdict.get()) {
        (Ok(()), Some(true)) => {
            if keep {
                let mine = folder.join(PEOPLE[0]);
                println!("The folders of all members are kept in {}. To look into one:", folder.display());
                println!("  cargo xtask run -- --no-mdns --data {}", mine.display());
                println!("Its passphrase is: {}", person::PASSPHRASE);
            } else {
                fs::remove_dir_all(&folder).map_err(|source| Failure::File {
                    doing: "remove",
                    path: folder.clone(),
                    source,
                })?;
            }
            println!("Every member sees the same, and the poll has exactly the totals of the data file.");
            Ok(())
        }
        (Err(failure), _) => {
            println!("The folders of all members are kept in {}", folder.display());
            Err(failure)
        }
        (Ok(()), _) => {
            println!("The folders of all members are kept in {}", folder.display());
            Err(Failure::Missing("The demonstration FAILED: see the differences above.".to_owned()))
        }
    }
}

impl Demo {
    fn gather(&mut self) -> Result<(), Failure> {
        for handle in PEOPLE {
            self.people.push(Person::new(handle, &self.program, &self.folder)?);
        }
        self.connect()
    }

    /// Closes all five programs, if they run, and opens them again, each connected to those before it.
    fn connect(&mut self) -> Result<(), Failure> {
        self.serving.clear();
        for person in &self.people {
            let known: Vec<&str> = self.serving.iter().map(|serving| serving.address.as_str()).collect();
            self.serving.push(person.serve(&known)?);
        }
        Ok(())
    }

    /// Every chapter is founded by one of the five in turn, and the others join it.
    fn found(&mut self) -> Result<(), Failure> {
        let federation = (self.facts.organisation.clone(), "everywhere".to_owned(), "international");
        let local = self.facts.chapters.iter().map(|(name, country)| (name.clone(), country.clone(), "local"));
        let all: Vec<_> = std::iter::once(federation).chain(local).collect();
        for (turn, (name, place, tier)) in all.iter().enumerate() {
            if turn > 0 && turn.is_multiple_of(JOINS_PER_CONNECTION) {
                println!("  (all five close their programs and open them again)");
                self.connect()?;
            }
            let founder = &self.people[turn % PEOPLE.len()];
            founder.ask(&["chapter", "found", "--name", name, "--place", place, "--tier", tier])?;
            for newcomer in self.people.iter().filter(|person| person.handle != founder.handle) {
                let invitation = founder.ask_for("invitation", &["invite", name])?;
                newcomer.join(&invitation, None)?;
            }
            println!("  {name} ({place}), founded by {}", founder.handle);
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), Failure> {
        let posts = story::posts(&self.facts);
        for (turn, post) in posts.iter().enumerate() {
            let author = &self.people[turn % PEOPLE.len()];
            let words = ["post", &post.chapter, "--kind", post.kind, "--title", &post.title, "--body", &post.body];
            let entry = author.ask_for("entry", &words)?;
            println!("  {}, {} in {}: {}", author.handle, post.kind, post.chapter, post.title);
            // Somebody else answers, once it has reached them.
            let reader = &self.people[(turn + 1) % PEOPLE.len()];
            reader.sync(&post.chapter)?;
            reader.ask(&["comment", &entry, "--body", "I am in. Who else?"])?;
        }
        let recorder = &self.people[2];
        let file = recorder.file("minutes.toml", &story::minutes(&self.facts, &PEOPLE))?;
        recorder.ask(&["minutes", "record", &self.facts.meeting.0, "--file", &file])?;
        println!("  {}, minutes in {}", recorder.handle, self.facts.meeting.0);
        Ok(())
    }

    /// Everybody else joins the federation: first through the five, then through those who have just joined. A member
    /// admits few in a short time, and nobody has to wait for the founder.
    fn enrol(&mut self) -> Result<(), Failure> {
        let count = self.facts.poll.voters - PEOPLE.len();
        let first = count.min(PEOPLE.len() * ADMITTED_BY_ONE);
        self.connect()?;
        let this = &*self;
        let mut crowd = crowd::each(first, "joined through the five", |index| {
            let (host, address) = this.host(index);
            this.admit(index, host, address)
        })?;
        let rest = count - first;
        let hosts = &crowd[..rest.div_ceil(ADMITTED_BY_ONE)];
        let five: Vec<&str> = self.serving.iter().map(|serving| serving.address.as_str()).collect();
        let mut serving = hosts.iter().map(|host| host.serve(&five)).collect::<Result<Vec<_>, _>>()?;
        let more = crowd::each(rest, "joined through those who had just joined", |index| {
            let host = index % hosts.len();
            this.admit(first + index, &hosts[host], &serving[host].address)
        })?;
        for (host, serving) in hosts.iter().zip(&mut serving) {
            host.sync(&self.facts.organisation)?;
            serving.stop();
        }
        crowd.extend(more);
        self.crowd = crowd;
        Ok(())
    }

    fn admit(&self, index: usize, host: &Person, address: &str) -> Result<Person, Failure> {
        let invitation = host.ask_for("invitation", &["invite", &self.facts.organisation])?;
        let person = Person::new(&format!("member-{:03}", index + 1), &self.program, &self.folder)?;
        person.join(&invitation, Some(address))?;
        Ok(person)
    }

    fn vote(&mut self) -> Result<(), Failure> {
        let federation = &self.facts.organisation;
        let opener = &self.people[0];
        // The roll is frozen when the poll opens, so the opener has to know every member by then.
        for person in &self.people {
            person.sync(federation)?;
        }
        opener.sync(federation)?;
        // An invitation runs for a week, and so shall the poll: it says when that is.
        let closes = opener.ask_for("expires", &["invite", federation])?;
        let file = opener.file("poll.toml", &story::poll(&self.facts.poll, &closes))?;
        let poll = opener.ask_for("poll", &["poll", "open", federation, "--file", &file])?;
        let ballots = self.facts.poll.deal();
        let cast = |person: &Person, ballot: &std::collections::BTreeMap<usize, String>| {
            let mut answers: Vec<String> =
                ballot.iter().map(|(q, option)| format!("{}={option}", story::key(*q))).collect();
            if answers.is_empty() {
                // Blank is said, too.
                answers.push(format!("{}=", story::key(0)));
            }
            let mut words = vec!["vote", &poll];
            words.extend(answers.iter().flat_map(|answer| ["--answer", answer]));
            person.ask(&words)
        };
        for (person, ballot) in self.people.iter().zip(&ballots) {
            person.sync(federation)?;
            cast(person, ballot)?;
        }
        let this = &*self;
        crowd::each(self.crowd.len(), "voted", |index| {
            let person = &this.crowd[index];
            let mut connected = person.serve(&[this.host(index).1])?;
            person.sync(federation)?;
            cast(person, &ballots[PEOPLE.len() + index])?;
            person.sync(federation)?;
            connected.stop();
            Ok(())
        })?;
        self.poll = poll;
        Ok(())
    }

    fn compare(&mut self) -> Result<bool, Failure> {
        let mut all = vec![self.facts.organisation.clone()];
        all.extend(self.facts.chapters.iter().map(|(name, _)| name.clone()));
        // Twice around: what the last one brought has then reached the first.
        for person in self.people.iter().chain(&self.people) {
            for chapter in &all {
                person.sync(chapter)?;
            }
        }
        let states = report::states(&self.people, &all)?;
        let this = &*self;
        let crowd = crowd::each(self.crowd.len(), "compared", |index| {
            let person = &this.crowd[index];
            let mut connected = person.serve(&[this.host(index).1])?;
            person.sync(&this.facts.organisation)?;
            let state = person.ask_for("state_hash", &["state", &this.facts.organisation])?;
            connected.stop();
            Ok(state)
        })?;
        let same = report::print_states(&PEOPLE, &states, &crowd);
        let polls = self.people.iter().map(|person| person.ask(&["poll", "show", &self.poll]));
        let polls = polls.collect::<Result<Vec<_>, _>>()?;
        let counted = report::print_poll(&self.facts.poll, &PEOPLE, &polls);
        Ok(same && counted)
    }

    /// The connected member through whom one of the crowd comes in, and their address.
    fn host(&self, index: usize) -> (&Person, &str) {
        let host = index % PEOPLE.len();
        (&self.people[host], &self.serving[host].address)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_written_is_valid_toml() {
        let facts = Facts::read(&Place::find().unwrap()).unwrap();
        let minutes: toml::Table = story::minutes(&facts, &PEOPLE).parse().unwrap();
        assert_eq!(minutes["action"].as_array().unwrap().len(), facts.meeting.1.len());
        let poll: toml::Table = story::poll(&facts.poll, "2026-12-01T00:00:00Z").parse().unwrap();
        assert_eq!(poll["question"].as_array().unwrap().len(), 6);
        assert!(story::posts(&facts).len() > 10);
    }
}
