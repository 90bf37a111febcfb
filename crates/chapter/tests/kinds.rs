//! Bodies: golden bytes, limits, and what must be refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    BadBody, Kind,
    kinds::{
        self, ActionPoint, AgendaItem, Amendment, Ballot, BallotBox, BallotKeys, Choice, Comment, Conduct, Counted,
        Cutoff, Decline, HiddenBallot, Invite, Measure, Minutes, NextMeeting, Objection, Observer, Plan, Poll, Post,
        PostKind, Profile, Proposal, Question, Reason, Receipt, Remark, RemarkKind, Request, Role, Rules, Secrecy,
        SecretBallot, Span, Sponsor, Version, Weight,
        body::{DICTIONARY, MAX_PLAIN},
        number,
    },
    testing::{
        Chapter,
        hidden::{key_of, secret_of},
        people::{self, invitation_key, member},
        story::{FOUNDED, charter, decision, epoch, farewell, giving, motion, revocation, voice},
    },
};
use entry::EntryId;
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use vote::{
    Answer, Bar, Fraction, Method, Of, Ranking, Reach,
    hidden::{Envelope, Seed},
    method::{Approval, Budget, Consensus, Consent, Runoff, Schulze, Score, Single, Stv},
    secret::{Key, Linkable, Triptych},
};
use zstd::zstd_safe::{CCtx, CParameter};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn minutes() -> Minutes {
    Minutes {
        title: "November".into(),
        date: "2026-11-23".parse().unwrap(),
        starts: Some("18:30".parse().unwrap()),
        ends: None,
        place: "Library".into(),
        facilitator: "asha".into(),
        note_taker: String::new(),
        next: Some(NextMeeting { date: None, facilitator: "imre".into(), co_facilitator: "noor".into() }),
        attendance: vec!["asha".into(), "imre".into()],
        items: vec![AgendaItem { title: "Roof".into(), notes: String::new() }],
        decisions: vec!["Repair it".into()],
        actions: vec![ActionPoint {
            what: "Call".into(),
            due: Some("2026-12-01".parse().unwrap()),
            owner: "asha".into(),
        }],
    }
}

fn poll() -> Poll {
    Poll {
        title: "Roof".into(),
        description: String::new(),
        closes: FOUNDED,
        questions: vec![question("q1", &["yes", "no"], Method::SINGLE)],
        roll_count: 2,
        roll_hash: kinds::roll_hash(&[member("rowan"), member("asha")]),
        conduct: Conduct::default(),
        proposal: None,
    }
}

fn question(key: &str, options: &[&str], method: Method) -> Question {
    let options = options.iter().map(|option| (*option).into()).collect();
    Question { key: key.into(), text: "Now?".into(), options, method }
}

/// A question of each method, and everything that a poll can ask for.
fn poll_of_everything() -> Poll {
    let bar = Some(Bar { share: Fraction { part: 2, whole: 3 }, reach: Reach::AtLeast, of: Of::Roll });
    let aside = Some(Fraction { part: 1, whole: 4 });
    let methods = [
        Method::Single(Single { bar: Some(Bar { of: Of::ForAndAgainst, ..Bar::MAJORITY }) }),
        Method::Approval(Approval { max: 2, seats: 1, bar: None }),
        Method::Score(Score { max: 300, seats: 2, bar }),
        Method::Runoff(Runoff { bar: None }),
        Method::Schulze(Schulze),
        Method::Stv(Stv { seats: 2 }),
        Method::Budget(Budget { dots: 10, max: 5, seats: None }),
        Method::Budget(Budget { dots: 10, max: 5, seats: Some(1) }),
        Method::Consent(Consent),
        Method::Consensus(Consensus { agree: Bar::MAJORITY, aside, overruled: 1 }),
    ];
    let questions = (1..).zip(methods).map(|(n, method)| {
        question(&format!("q{n}"), if kinds::method::has_positions(&method) { &[] } else { &["a", "b", "c"] }, method)
    });
    let weights = vec![Weight { member: member("asha"), parts: 3, why: "for two".into() }];
    let observers = vec![Observer { member: member("imre"), why: "guest".into() }];
    let conduct = Conduct {
        secrecy: Secrecy::Open,
        quorum: Some(Fraction::HALF),
        delegation: true,
        per_vote: 2,
        weights,
        observers,
        tellers: vec![],
    };
    let poll = Poll { questions: questions.collect(), conduct, ..poll() };
    poll.for_members([member("rowan"), member("asha"), member("imre")].into())
}

/// The same, proposed for three days.
fn plan() -> Plan {
    let Poll { title, description, questions, conduct, .. } = poll();
    Plan { title, description, span: Span::For { minutes: 4320 }, questions, conduct, all_tellers: true }
}

/// A poll that two tellers close.
fn poll_with_tellers() -> Poll {
    let mut tellers = vec![member("asha"), member("imre")];
    tellers.sort_unstable();
    Poll { conduct: Conduct { tellers, ..Conduct::default() }, ..poll() }
}

/// A secret poll of two questions that are answered apart.
fn poll_apart() -> Poll {
    let mut poll = poll();
    poll.questions.push(question("q2", &["yes", "no"], Method::SINGLE));
    poll.conduct.secrecy = Secrecy::Apart;
    poll.for_keys([member("rowan"), member("asha")].into(), &[(member("asha"), ballot_key())].into())
}

fn ballot(answers: Vec<Answer>, reasons: Vec<Reason>) -> Kind {
    Kind::Ballot(Ballot { poll: EntryId([9; 32]), number: 2, answers, reasons })
}

fn ballot_key() -> Key {
    Triptych::key(&people::ballot_secret("asha", 0, 0))
}

fn ballot_box() -> BallotBox {
    let ballot = SecretBallot { tag: [5; 32], number: 2, answers: vec![Answer::One(1)], proof: vec![1, 2, 3] };
    BallotBox { poll: EntryId([9; 32]), ballots: vec![ballot] }
}

/// asha's answer to two questions, for imre and noor.
fn hidden_ballot() -> Kind {
    let poll = EntryId([9; 32]);
    let mut tellers: Vec<_> =
        ["imre", "noor"].map(|name| (member(name), people::teller_secret(name, &poll).key())).into();
    tellers.sort_unstable();
    let envelope = Envelope { poll, voter: member("asha"), number: 2, need: 2, tellers: &tellers };
    let questions = [2, 3].map(|options| vote::Question { options, method: Method::SINGLE });
    let answers = vec![Answer::One(1), Answer::Blank];
    Kind::HiddenBallot(HiddenBallot::seal(&envelope, &Seed::new([5; 32]), &questions, answers).unwrap())
}

fn answers_of_every_form() -> Vec<Answer> {
    vec![
        Answer::Approved(vec![]),
        Answer::Approved(vec![0, 2]),
        Answer::Scores(vec![(0, 300), (2, 0)]),
        Answer::Ranks(Ranking::strict(vec![2, 0])),
        Answer::Ranks(Ranking::levels_of(&[vec![1], vec![0, 2]])),
        Answer::Dots(vec![(1, 5)]),
    ]
}

fn post(title: &str, body: &str) -> Kind {
    Kind::Post(Post { kind: PostKind::Blog, title: title.into(), body: body.into() })
}

fn request(invite: EntryId) -> Kind {
    let Kind::Admit(admit) = Chapter::founded_by("rowan").admission(invite, "asha", "asha", 0) else {
        panic!("an admission is one");
    };
    Kind::Request(Box::new(Request { invite, statement: admit.statement }))
}

/// One of each kind, with the hash or the bytes of its body. Frozen: when one of these fails, the format has changed.
fn golden() -> Vec<(Kind, String)> {
    let invite = EntryId([7; 32]);
    vec![
        (Kind::Charter(charter("rowan")), hash("6e27d8c975f635288b466c08143bcf23f2926f942c9befefa808b61c60b77693 of 271")),
        (
            Kind::Invite(Invite {
                invitation: invitation_key("asha").verifying_key().to_bytes(),
                expires: FOUNDED,
                uses: 1,
            }),
            "00835820f92637e81c6123765cdefd83f9aa6b7359cbeee1b2fc4d011694d07d755c651c1b000001a20990950001".into(),
        ),
        (Chapter::founded_by("rowan").admission(invite, "asha", "asha", 0), hash("054a6cb9540130be184b69389ad6e7166593edd94318977478ca409c962102b6 of 522")),
        (post("Rain", "We met."), "008301645261696e675765206d65742e".into()),
        (Kind::Comment(Comment { on: EntryId([9; 32]), body: "Yes!".into() }), "0082582009090909090909090909090909090909090909090909090909090909090909096459657321".into()),
        (Kind::Minutes(minutes()), "008c684e6f76656d6265726a323032362d31312d32336531383a3330f6674c69627261727964617368616083f664696d7265646e6f6f7282646173686164696d7265818264526f6f6660816952657061697220697481836443616c6c6a323032362d31322d30316461736861".into()),
        (Kind::Poll(poll()), "008764526f6f66601b000001a2099095008184627131644e6f773f8263796573626e6ff6025820358f26f37e408dbebaac901ed2589ed780296764ed931d827a65a1775d6f10ebf6".into()),
        (
            ballot(vec![Answer::One(0), Answer::Blank, Answer::One(300)], vec![]),
            "008458200909090909090909090909090909090909090909090909090909090909090909028300f619012c80".into(),
        ),
        (Kind::Poll(poll_of_everything()), "008764526f6f66601b000001a2099095008a84627131644e6f773f836161616261638200840102000384627132644e6f773f8361616162616384010201f684627133644e6f773f83616161626163840219012c02840203010284627134644e6f773f836161616261638203f684627135644e6f773f83616161626163810484627136644e6f773f8361616162616382050284627137644e6f773f8361616162616384080a05f684627138644e6f773f8361616162616384080a050184627139644e6f773f8081068463713130644e6f773f80840784010200008201040102582016b4d53f7b9236fd450c03fcf6d753d7d1fc11183301fb7fe2d6e68e4c7b559c8600820102010281835820bb6b0a4727c3bf344f6f6ef1e33e1e01863f0620db21ed6e7f70ed34d04328120367666f722074776f818258201c880138fcc29a0638eb8dd873e8a5d6b5d63caf43228eecef2cf662276cc483656775657374".into()),
        (
            ballot(answers_of_every_form(), vec![Reason { question: 1, why: "Dry.".into() }]),
            "008458200909090909090909090909090909090909090909090909090909090909090909028681008300000285010019012c02008302020083020182000283030105818201644472792e".into(),
        ),
        (giving(EntryId([9; 32]), 1, &[("asha", 20), ("imre", 40)]), "00835820090909090909090909090909090909090909090909090909090909090909090901828258201c880138fcc29a0638eb8dd873e8a5d6b5d63caf43228eecef2cf662276cc4831828825820bb6b0a4727c3bf344f6f6ef1e33e1e01863f0620db21ed6e7f70ed34d043281214".into()),
        (giving(EntryId([9; 32]), 2, &[]), "0083582009090909090909090909090909090909090909090909090909090909090909090280".into()),
        (Kind::Poll(poll_with_tellers()), "008764526f6f66601b000001a2099095008184627131644e6f773f8263796573626e6ff6025820358f26f37e408dbebaac901ed2589ed780296764ed931d827a65a1775d6f10eb8700f6000180808258201c880138fcc29a0638eb8dd873e8a5d6b5d63caf43228eecef2cf662276cc4835820bb6b0a4727c3bf344f6f6ef1e33e1e01863f0620db21ed6e7f70ed34d0432812".into()),
        (Kind::Receipt(Receipt { poll: EntryId([9; 32]) }), "008158200909090909090909090909090909090909090909090909090909090909090909".into()),
        (Kind::Cutoff(Cutoff::of(EntryId([9; 32]), vec![EntryId([8; 32]), EntryId([7; 32])])), "00835820090909090909090909090909090909090909090909090909090909090909090902582011b253cbc2f1f7aed2ce245d0c9f586418ae2a806e57fc6e863b0f9f07b84059".into()),
        (Kind::BallotKeys(BallotKeys::new([ballot_key()])), "00815820725860a860adf3a66c7c995ed1b824574fbd7bc08e6afe691443e57c51659142".into()),
        (Kind::BallotBox(ballot_box()), "00825820090909090909090909090909090909090909090909090909090909090909090981845820050505050505050505050505050505050505050505050505050505050505050502810143010203".into()),
        (Kind::Poll(Poll { conduct: Conduct { secrecy: Secrecy::Secret, ..Conduct::default() }, ..poll() }.for_keys([member("rowan"), member("asha")].into(), &[(member("asha"), ballot_key())].into())), "008764526f6f66601b000001a2099095008184627131644e6f773f8263796573626e6ff60258205f0c07bd4e8722d9719a88976be887f94e3a5bd0ca776031ee71ded47a5c748f8602f600018080".into()),
        (Kind::Poll(poll_apart()), "008764526f6f66601b000001a2099095008284627131644e6f773f8263796573626e6ff684627132644e6f773f8263796573626e6ff60258205f0c07bd4e8722d9719a88976be887f94e3a5bd0ca776031ee71ded47a5c748f8603f600018080".into()),
        (Kind::Poll(Poll { conduct: Conduct { secrecy: Secrecy::Hidden, ..poll_with_tellers().conduct }, ..poll() }), "008764526f6f66601b000001a2099095008184627131644e6f773f8263796573626e6ff6025820358f26f37e408dbebaac901ed2589ed780296764ed931d827a65a1775d6f10eb8701f6000180808258201c880138fcc29a0638eb8dd873e8a5d6b5d63caf43228eecef2cf662276cc4835820bb6b0a4727c3bf344f6f6ef1e33e1e01863f0620db21ed6e7f70ed34d0432812".into()),
        (key_of("imre", EntryId([9; 32])), "0083582009090909090909090909090909090909090909090909090909090909090909095820e0252ff5e8f81a4cb5aad139aef82e28765cef291eb107d3cb8ec5d4288d405d5840ce441f894b886635896f9ddd7c9d755fc65c439a45533c6039b003a681839a4cf2419e31ee4111debf631508b2dc4c214114a0a05d1a86ac23de0282fe178f0d".into()),
        (secret_of("imre", EntryId([9; 32])), "00825820090909090909090909090909090909090909090909090909090909090909090958207f29a37d41ef49388109e322fbcc4751bb38c8092abe19fde6cfa7823624ac66".into()),
        (hidden_ballot(), "008558200909090909090909090909090909090909090909090909090909090909090909025820dc9d49ca3f40be8a96f6d7295cb13a55164c09f61c0a8f6543fe709ac114ec13828358201c880138fcc29a0638eb8dd873e8a5d6b5d63caf43228eecef2cf662276cc4835820e0252ff5e8f81a4cb5aad139aef82e28765cef291eb107d3cb8ec5d4288d405d5820a91b3a29ce627b5dd4318f39b31ad4f9c87cec4396ab10439be6a8f79c90b320835820241c453a22f9b0b0156548772ab5f3073f0b44de823973af620d29d97f0ed4f6582018b3b4a2b2f33de0691e2866a6fa5da84b818231bad95c1c2c905f60baf17f4d58205cb56f5c23f2b8a512c7e209aaea1a16427ef53fc85a4de28018edd8ac5c30f6581bf49ab2ed6f718753ba91f15704f59877a7e1d35034b2db4c5dc1c4".into()),
        (Kind::Poll(Poll { proposal: Some(EntryId([9; 32])), ..poll() }), "008864526f6f66601b000001a2099095008184627131644e6f773f8263796573626e6ff6025820358f26f37e408dbebaac901ed2589ed780296764ed931d827a65a1775d6f10ebf658200909090909090909090909090909090909090909090909090909090909090909".into()),
        (Kind::Proposal(Box::new(Proposal { plan: plan(), version: None })), "00818664526f6f66608200811910e08184627131644e6f773f8263796573626e6ff6f601".into()),
        (
            Kind::Proposal(Box::new(Proposal {
                plan: Plan { span: Span::Until { time: FOUNDED }, all_tellers: false, conduct: poll_with_tellers().conduct, ..plan() },
                version: Some(Version { of: EntryId([9; 32]), number: 2, adopts: Some(EntryId([8; 32])), why: "Dry.".into() }),
            })),
            "00828664526f6f66608201811b000001a2099095008184627131644e6f773f8263796573626e6ff68700f6000180808258201c880138fcc29a0638eb8dd873e8a5d6b5d63caf43228eecef2cf662276cc4835820bb6b0a4727c3bf344f6f6ef1e33e1e01863f0620db21ed6e7f70ed34d04328120084582009090909090909090909090909090909090909090909090909090909090909090258200808080808080808080808080808080808080808080808080808080808080808644472792e".into(),
        ),
        (Kind::Objection(Objection { to: EntryId([9; 32]), why: "Too dear.".into() }), "00825820090909090909090909090909090909090909090909090909090909090909090969546f6f20646561722e".into()),
        (Kind::Amendment(Box::new(Amendment { to: EntryId([9; 32]), plan: plan(), why: "Dry.".into() })), "0083582009090909090909090909090909090909090909090909090909090909090909098664526f6f66608200811910e08184627131644e6f773f8263796573626e6ff6f601644472792e".into()),
        (Kind::Counted(Counted { poll: EntryId([9; 32]), result: [7; 32], ballots: Counted::marks([EntryId([6; 32]), EntryId([5; 32])]) }), "00835820090909090909090909090909090909090909090909090909090909090909090958200707070707070707070707070707070707070707070707070707070707070707480505050506060606".into()),
        (Kind::Remark(Remark { objection: EntryId([9; 32]), what: RemarkKind::Withdraws, text: "Fine.".into() }), "008358200909090909090909090909090909090909090909090909090909090909090909006546696e652e".into()),
        (Kind::Remark(Remark { objection: EntryId([9; 32]), what: RemarkKind::Answers, text: "It is not.".into() }), "008358200909090909090909090909090909090909090909090909090909090909090909016a4974206973206e6f742e".into()),
        (motion(Measure::Rules { rules: Rules { proposed_for: 48, ..Rules::default() } }, FOUNDED), "00838200818901050082820102820203828201028201021848806018307357652074616c6b65642061626f75742069742e1b000001a209909500".into()),
        (
            Kind::Profile(Box::new(Profile {
                handle: "asha".into(),
                languages: vec!["English".into(), "हिन्दी".into()],
                about: "I fix bicycles.".into(),
                contact: String::new(),
                testimonial: "Here I am asked.".into(),
                picture: vec![1, 2],
            })),
            "008664617368618267456e676c69736872e0a4b9e0a4bfe0a4a8e0a58de0a4a6e0a5806f49206669782062696379636c65732e607048657265204920616d2061736b65642e420102".into(),
        ),
        (request(invite), hash("054a6cb9540130be184b69389ad6e7166593edd94318977478ca409c962102b6 of 522")),
        (Kind::Sponsor(Sponsor { request: EntryId([9; 32]), why: "I know her.".into() }), "0082582009090909090909090909090909090909090909090909090909090909090909096b49206b6e6f77206865722e".into()),
        (Kind::Decline(Decline { request: EntryId([9; 32]), why: "Not yet.".into() }), "008258200909090909090909090909090909090909090909090909090909090909090909684e6f74207965742e".into()),
        (Chapter::founded_by("rowan").added("rowan", 1), hash("f0c79ce1245043fc1c4c4a60acbcff41f34502e1f24ea53310c12f4abc04d5eb of 237")),
        (revocation("rowan", 1, Some(EntryId([9; 32]))), "008358208c50873be75f5af78f33bbecacecd194eaabe15c1697c8ca592000f17f243cb5582009090909090909090909090909090909090909090909090909090909090909096e4974207761732073746f6c656e2e".into()),
        (revocation("rowan", 1, None), "008358208c50873be75f5af78f33bbecacecd194eaabe15c1697c8ca592000f17f243cb5f66e4974207761732073746f6c656e2e".into()),
        (farewell(), "008160".into()),
        (motion(Measure::Rules { rules: Rules::default() }, FOUNDED), "0083820081880105008282010282020382820102820102184880607357652074616c6b65642061626f75742069742e1b000001a209909500".into()),
        (motion(Measure::Remove { member: member("asha") }, FOUNDED), "00838201815820bb6b0a4727c3bf344f6f6ef1e33e1e01863f0620db21ed6e7f70ed34d04328127357652074616c6b65642061626f75742069742e1b000001a209909500".into()),
        (motion(Measure::Give { role: Role::Teller, member: member("asha"), until: FOUNDED }, FOUNDED), "0083820283025820bb6b0a4727c3bf344f6f6ef1e33e1e01863f0620db21ed6e7f70ed34d04328121b000001a2099095007357652074616c6b65642061626f75742069742e1b000001a209909500".into()),
        (motion(Measure::Recall { role: Role::Delegate, member: member("asha") }, FOUNDED), "0083820382035820bb6b0a4727c3bf344f6f6ef1e33e1e01863f0620db21ed6e7f70ed34d04328127357652074616c6b65642061626f75742069742e1b000001a209909500".into()),
        (motion(Measure::Hide { entry: EntryId([9; 32]), on: None }, FOUNDED), "0083820481582009090909090909090909090909090909090909090909090909090909090909097357652074616c6b65642061626f75742069742e1b000001a209909500".into()),
        (motion(Measure::Hide { entry: EntryId([9; 32]), on: Some(EntryId([8; 32])) }, FOUNDED), "008382048258200909090909090909090909090909090909090909090909090909090909090909582008080808080808080808080808080808080808080808080808080808080808087357652074616c6b65642061626f75742069742e1b000001a209909500".into()),
        (voice(EntryId([9; 32]), 2, Choice::Abstain), "008458200909090909090909090909090909090909090909090909090909090909090909020260".into()),
        (decision(EntryId([9; 32])), "008158200909090909090909090909090909090909090909090909090909090909090909".into()),
        (epoch(1, "first", &[("rowan", 0)]), hash("3192a0a70600ed75934b3ffa3331392568af8e2e589e4b915ec4af83ce7b6580 of 155")),
        (Kind::Unknown { kind: 4711, body: vec![1, 2, 3] }, "010203".into()),
    ]
}

fn hash(hex: &str) -> String {
    format!("blake3 {hex}")
}

/// The uncompressed form, which is what is frozen byte by byte: another compressor may do better one day.
fn plain(kind: &Kind) -> Vec<u8> {
    fn form<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
        [vec![0], entry::canon::to_bytes(value)].concat()
    }
    match kind {
        Kind::Charter(value) => form(value),
        Kind::Invite(value) => form(value),
        Kind::Admit(value) => form(&**value),
        Kind::Post(value) => form(value),
        Kind::Comment(value) => form(value),
        Kind::Minutes(value) => form(value),
        Kind::Poll(value) => form(value),
        Kind::Ballot(value) => form(value),
        Kind::Delegation(value) => form(value),
        Kind::Receipt(value) => form(value),
        Kind::Cutoff(value) => form(value),
        Kind::BallotKeys(value) => form(value),
        Kind::BallotBox(value) => form(value),
        Kind::TellerKey(value) => form(value),
        Kind::TellerSecret(value) => form(value),
        Kind::HiddenBallot(value) => form(value),
        Kind::Proposal(value) => form(&**value),
        Kind::Objection(value) => form(value),
        Kind::Amendment(value) => form(&**value),
        Kind::Remark(value) => form(value),
        Kind::Counted(value) => form(value),
        Kind::Profile(value) => form(&**value),
        Kind::Request(value) => form(&**value),
        Kind::Sponsor(value) => form(value),
        Kind::Decline(value) => form(value),
        Kind::AddDevice(value) => form(&**value),
        Kind::Revoke(value) => form(value),
        Kind::Leave(value) => form(value),
        Kind::Motion(value) => form(&**value),
        Kind::Voice(value) => form(value),
        Kind::Decision(value) => form(value),
        Kind::Epoch(value) => form(value),
        Kind::Unknown { body, .. } => body.clone(),
    }
}

#[test]
fn the_bodies_are_these_bytes() {
    for (kind, expected) in golden() {
        let body = plain(&kind);
        let got = if expected.starts_with("blake3") {
            hash(&format!("{} of {}", blake3::hash(&body), body.len()))
        } else {
            hex(&body)
        };
        assert_eq!(got, expected, "kind {}", kind.number());
        assert_eq!(kinds::decode(kind.number(), &body).unwrap(), kind);
        let (number, shorter) = kinds::encode(&kind);
        assert!(shorter.len() <= body.len());
        assert_eq!(kinds::decode(number, &shorter).unwrap(), kind);
    }
}

/// Each of these says something that could be said in the accepted way, or nothing at all.
#[test]
fn polls_and_ballots_have_one_form() {
    let poll = hex(&plain(&Kind::Poll(poll())));
    let answers = |hex: &str| format!("00845820{}0281{hex}80", "09".repeat(32));
    let ballot = |hex: &str| kinds::decode(number::BALLOT, &unhex(&answers(hex)));
    for good in ["f6", "00", "8100", "83000001", "8402010002", "8202820001", "83030105", "83010000"] {
        assert!(ballot(good).is_ok(), "{good}");
    }
    let other_forms = ["80", "8104", "82020a0000", "82028100", "820280", "820100", "8403010502", "1800", "9f00ff"];
    // Not ascending, or twice.
    for bad in other_forms.into_iter().chain(["83000100", "8202820100", "850101000100"]) {
        assert!(ballot(bad).is_err(), "{bad}");
    }
    let replaced = |from: &str, to: &str| {
        assert!(poll.contains(from));
        kinds::decode(number::POLL, &unhex(&poll.replace(from, to)))
    };
    let (question, end) = ("8263796573626e6ff6", "775d6f10ebf6");
    assert!(replaced(question, "8263796573626e6f8104").is_ok());
    for method in ["8200f6", "8100", "820401", "8109", "00", "8403010501", "8106", "8508010101f6"] {
        assert!(replaced(question, &format!("8263796573626e6f{method}")).is_err(), "{method}");
    }
    assert!(replaced(end, "775d6f10eb8600f601018080").is_ok());
    // As most are held, in the long form; an unknown secrecy; a delegation that is neither; a field too many.
    for conduct in ["8600f600018080", "8601f601018080", "8600f602018080", "8700f60101808000", "8700f60101808080"] {
        assert!(replaced(end, &format!("775d6f10eb{conduct}")).is_err(), "{conduct}");
    }
}

/// The page that other implementations are built from has the same bytes.
#[test]
fn the_page_about_the_kinds_has_these_bytes() {
    let page = include_str!("../../../docs/KINDS.md");
    let hex: String = (page.lines().filter(|line| !line.starts_with('#')))
        .flat_map(|line| line.chars().filter(|c| !c.is_whitespace()))
        .collect();
    for (_, bytes) in golden().iter().filter(|(kind, bytes)| kind.number() < 4000 && !bytes.starts_with("blake3")) {
        assert!(hex.contains(bytes.as_str()), "{bytes}");
    }
    assert!(page.contains(&blake3::hash(DICTIONARY).to_string()));
    assert!(page.contains(COMPRESSED));
}

/// A post, compressed on 2026-11-23.
const COMPRESSED: &str = "012059bd0100f883016a67617264656e784a6e6578636861706e205475657367617264656e2e09fc346a9d46f5c4530e1c15d399c146577af475ebfad8";

/// What somebody wrote with today's compressor must be read for ever.
#[test]
fn a_compressed_body_reads_as_what_it_was() {
    let kind = post("The garden", "The next meeting of our chapter will be on Tuesday evening, in the garden.");
    let body = unhex(
        "012059bd0100f883016a67617264656e784a6e6578636861706e205475657367617264656e2e09fc346a9d46f5c4530e1c15d399c146577af475ebfad8",
    );
    assert_eq!(kinds::decode(number::POST, &body), Ok(kind));
}

#[test]
fn the_dictionary_is_frozen_and_its_words_are_ours() {
    assert_eq!(
        blake3::hash(DICTIONARY).to_string(),
        "9ecca0d767e10cc3c3351dcfb16352177b37f6c5cdc349590c137d698043e7cc"
    );
    assert!(DICTIONARY.len() <= 4096);
    let prose = include_bytes!("../dictionary/prose.txt");
    assert!(DICTIONARY.ends_with(&prose[prose.len() - 3836..]));
}

#[test]
fn posts_of_500_bytes_take_about_270() {
    let posts: Vec<&str> = include_str!("data/posts.txt").trim().split("\n\n").collect();
    let written: usize = posts.iter().map(|body| body.len()).sum();
    let bodies: usize = posts.iter().map(|body| kinds::encode(&post("What we decided", body)).1.len()).sum();
    assert!(written / posts.len() > 480, "{written} bytes of text");
    assert!(bodies / posts.len() < 275, "{} bytes of body", bodies / posts.len());
}

#[test]
fn what_does_not_get_shorter_is_not_compressed() {
    let (_, body) = kinds::encode(&post("x", "q7#Zk"));
    assert_eq!(body[0], 0);
}

fn compress(cbor: &[u8], parameters: &[CParameter]) -> Vec<u8> {
    let mut context = CCtx::create();
    for parameter in [&[CParameter::DictIdFlag(false), CParameter::WindowLog(18)], parameters].concat() {
        context.set_parameter(parameter).unwrap();
    }
    context.load_dictionary(DICTIONARY).unwrap();
    let mut frame = Vec::with_capacity(cbor.len() + 1000);
    context.compress2(&mut frame, cbor).unwrap();
    frame
}

/// A body of a frame, which loses its magic number.
fn framed(frame: &[u8]) -> Vec<u8> {
    [&[1], &frame[4..]].concat()
}

#[test]
fn only_one_plain_frame_of_bounded_size_is_read() {
    let kind = post("The garden", &"We met in the garden. ".repeat(20));
    let cbor = &plain(&kind)[1..];
    let frame = compress(cbor, &[]);
    assert_eq!(kinds::decode(number::POST, &framed(&frame)), Ok(kind));

    let refused = |body: &[u8]| assert_eq!(kinds::decode(number::POST, body), Err(BadBody::Compressed));
    refused(&[1]);
    refused(&framed(&[&frame[..], &frame[..]].concat()));
    refused(&framed(&[&frame[..], &[0]].concat()));
    refused(&framed(&frame[..frame.len() - 1]));
    refused(&framed(&compress(cbor, &[CParameter::ChecksumFlag(true)])));
    refused(&framed(&compress(cbor, &[CParameter::ContentSizeFlag(false)])));
    refused(&framed(&compress(cbor, &[CParameter::DictIdFlag(true)])));
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 0];
    refused(&framed(&skippable));
    // One more byte than is allowed, in a body of a few hundred.
    refused(&framed(&compress(&vec![0; MAX_PLAIN + 1], &[])));
    assert_eq!(kinds::decode(number::POST, &framed(&compress(&vec![0; MAX_PLAIN], &[]))), Err(BadBody::Malformed));
    // A frame that says it is 16 bytes, and is 600.
    let mut lies = compress(&[7; 600], &[]);
    assert_eq!(lies[4] >> 6, 1, "two bytes of length");
    lies[5..7].copy_from_slice(&[0, 0]);
    refused(&framed(&lies));
    assert_eq!(kinds::decode(number::POST, &[2, 0]), Err(BadBody::Form));
    assert_eq!(kinds::decode(number::POST, &[]), Err(BadBody::Form));
}

#[test]
fn a_charter_is_never_compressed() {
    let kind = Kind::Charter(charter("rowan"));
    assert_eq!(kinds::encode(&kind).1[0], 0);
    let frame = compress(&plain(&kind)[1..], &[]);
    assert_eq!(kinds::decode(number::CHARTER, &framed(&frame)), Err(BadBody::CompressedCharter));
}

#[test]
fn only_the_canonical_encoding_is_read() {
    let good = unhex("008301645261696e675765206d65742e");
    assert!(kinds::decode(number::POST, &good).is_ok());
    let bad = |hex: &str, problem| assert_eq!(kinds::decode(number::POST, &unhex(hex)), Err(problem), "{hex}");
    bad("00831801645261696e675765206d65742e", BadBody::NotCanonical); // 1 in two bytes
    bad("008301645261696e675765206d65742e00", BadBody::NotCanonical); // a byte too many
    bad("009f01645261696e675765206d65742eff", BadBody::NotCanonical); // an array of unsaid length
    bad("008401645261696e675765206d65742e00", BadBody::NotCanonical); // a field too many
    bad("008201645261696e", BadBody::Malformed); // a field too few
    bad("008303645261696e675765206d65742e", BadBody::Malformed); // a kind of post that there is not
    bad("0083016452ff696e675765206d65742e", BadBody::Malformed); // not UTF-8
}

#[test]
fn every_bit_of_a_body_matters() {
    for (kind, _) in golden() {
        let body = plain(&kind);
        for bit in 0..body.len() * 8 {
            let mut damaged = body.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(kinds::decode(kind.number(), &damaged), Ok(kind.clone()), "bit {bit}");
        }
    }
}

#[test]
fn damaged_compressed_bodies_do_no_harm() {
    let (kind, body) = kinds::encode(&post("The garden", &"We met in the garden, and it rained. ".repeat(9)));
    assert_eq!(body[0], 1);
    for bit in 0..body.len() * 8 {
        let mut damaged = body.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let _ = kinds::decode(kind, &damaged);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn rubbish_is_refused_without_a_panic(kind in 0_u64..50, form in 0_u8..3, bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let body = [&[form], &bytes[..]].concat();
        let _ = kinds::decode(kind, &body);
        let _ = kinds::decode(kind, &bytes);
        let _ = kinds::JoinStatement::from_bytes(&bytes);
    }

    #[test]
    fn whatever_may_be_written_can_be_read(title in "[^\\p{C}\\p{Z}]{1,40}", body in "([^\\p{C}\\p{Zl}\\p{Zp}]|\n|\t){0,300}") {
        let kind = post(&title, &body);
        prop_assert!(kind.check().is_ok(), "{:?}", kind.check());
        let (number, bytes) = kinds::encode(&kind);
        prop_assert_eq!(kinds::decode(number, &bytes), Ok(kind));
    }
}
