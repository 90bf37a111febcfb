// Development only, never part of dist: stands in for the window's program, so that every screen can be looked at in
// an ordinary browser. ?scene= chooses a state: welcome, locked, failed, empty, alone, joining, refused, catching,
// slept, backing, terms, words, paired, ended, open.
"use strict";
(() => {
  const scene = new URLSearchParams(location.search).get("scene") || "open";
  const theme = new URLSearchParams(location.search).get("theme");
  localStorage.clear();
  if (theme) localStorage.setItem("prefs", JSON.stringify({ theme, letters: true }));

  const hex = (seed) => { let h = 0x811c9dc5, out = ""; for (let i = 0; out.length < 64; i++) { for (const c of seed + i) { h ^= c.charCodeAt(0); h = Math.imul(h, 0x01000193) >>> 0; } out += h.toString(16).padStart(8, "0"); } return out.slice(0, 64); };
  const ago = (minutes) => new Date(Date.now() - minutes * 60000).toISOString().slice(0, 19) + "Z";
  const day = (days) => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10);
  const words = "river amber seven ladder oat north";
  const who = (handle) => ({ member: hex(handle), handle, me: handle === "asha" });
  const london = { chapter: hex("London"), name: "London", place: "the Weavers’ Room, Cable Street", tier: "local", founded: "2021-03-09T19:00:00Z", members: 23, entries: 415, open_polls: 1, waiting_polls: 1 };
  const south = { chapter: hex("South East"), name: "South East", place: "Brighton", tier: "regional", founded: "2022-05-01T10:00:00Z", members: 61, entries: 1204, open_polls: 1, waiting_polls: 0 };
  const alone = { ...london, members: 1, entries: 1, open_polls: 0, waiting_polls: 0 };
  const head = (name, handle, minutes, have, of = 14, chapter = london) => ({ entry: hex(name), chapter: chapter.chapter, chapter_name: chapter.name, author: who(handle), device: hex(handle + " laptop"), time: ago(minutes), share: { have, of } });
  const comment = (name, handle, minutes, have, depth, on, body) => ({ ...head(name, handle, minutes, have), on: hex(on), depth, body });

  const post = { ...head("train", "rowan", 121, 12), kind: "blog", title: "The last train: what seven chapters told us about getting to assemblies",
    body: "We asked every chapter what keeps people away from the regional meetings. The answer was almost never the politics. It was **the last train, the child at home and the price of a bed**.\n\n# What we heard\n\n- Edinburgh and Vienna lose a third of the room at 21:00, when the trains stop.\n- Balıkesir meets on Sundays and feeds the children first. Nobody leaves early.\n- Virginia and Illinois do not meet in person at all in winter.\n\n> “If the meeting is the only part of the day that is paid for, only people who can pay for the rest of the day will come.”\n\nThe [travel fund](https://example.org/fund) starts in January. I suggest that every assembly also agrees an end time, and that we look at both in May. <b onclick=\"x\">Raw HTML is text.</b>\n\n| Chapter | Leaves at |\n|---|---|\n| London | 21:40 |\n| Vienna | 21:00 |\n",
    comments: [
      comment("c1", "tomas", 95, 12, 0, "train", "We tried “first hour paid”: whoever lives furthest away claims first. It took two meetings before people stopped apologising for claiming."),
      comment("c2", "imre", 70, 9, 1, "c1", "Could you paste the wording you used? I would like to bring it to the December assembly."),
      comment("c3", "asha", 12, 1, 1, "c1", "I can phone the three people who stopped coming and *ask them first*."),
      comment("c4", "noor", 50, 7, 0, "train", "Winter is the real answer for us. The fund would pay for one van and that would be enough."),
    ] };
  const minutes = { ...head("minutes", "imre", 60 * 24 * 9, 13), title: "London assembly, 10 November", date: "2026-11-10", starts: "19:04", ends: "20:52", place: "Weavers’ Room and online", facilitator: "rowan", note_taker: "imre",
    attendance: ["rowan", "imre", "asha", "noor", "tomas", "sol (guest)"],
    items: [
      { title: "Hall hire for the winter", notes: "The Weavers’ Room goes up to £46 an evening in January. Two other rooms were visited; neither has a ramp." },
      { title: "Our share of the travel fund", notes: "rowan summarised answers from seven chapters. Long discussion about receipts: several members do not want to hand them in, others want the books to be plain." },
    ],
    decisions: [{ text: "We stay in the Weavers’ Room and ask for the yearly rate." }, { text: "If the vote of all chapters carries, London pays in £300 from January and looks again in May." }],
    actions: [{ what: "Book the room for December", owner: "asha", due: day(3) }, { what: "Open a line for the fund in the books", owner: "imre", due: day(-4) }, { what: "Write to Edinburgh about the rota", owner: "", due: "" }],
    next: { date: day(15), facilitator: "noor", co_facilitator: "tomas" }, comments: [] };
  const single = { method: "single", words: ["Choose one option.", "The option with the most votes wins.", "If several are equal where not all can be chosen, it is a tie, and none of them is."] };
  const question = (key, text, options, blank = 0, more = {}) => { const top = Math.max(...options.map((o) => o[1])); const leading = options.map((o, n) => [o[1], n]).filter(([v]) => v === top && v > 0).map(([, n]) => n); return { key, text, options: options.map(([name, votes]) => ({ name, votes })), blank, total: options.reduce((s, o) => s + o[1], 0), method: single, verdict: { state: leading.length === 1 ? "decided" : "tied", leading: leading.length === 1 ? leading : [], tied: leading.length === 1 ? [] : leading, lot: false, words: leading.length === 1 ? `Chosen: "${options[leading[0]][0]}".` : "A tie." }, ...more }; };
  const whole = { plain: true, unit: 1, roll_weight: 23, cast: 9, not_counted_all: 0, delegation: false, my_vote: { weight: 1, received: 0, received_members: 0 } };
  const poll = { ...head("poll", "tomas", 60 * 30, 11), title: "Autumn ballot 2026", description: "The print shop would move from Vienna’s budget to the common budget: about £900 a year.", state: "open", closes: ago(-60 * 20), roll: 23, voters: 9, on_roll: true, ...whole,
    questions: [
      question("q1", "Should the print shop become a project of the whole federation?", [["Yes", 7], ["No", 1]], 1),
      question("q2", "Where should we hold the 2027 assembly?", [["Edinburgh", 3], ["Vienna", 4], ["Melbourne", 1], ["Balıkesir", 1]]),
      question("q3", "Should working groups go on next year?", [["Yes, all of them", 5], ["Only Translation and Press", 3], ["None", 0]], 1),
    ], voted: ["rowan", "imre", "noor", "tomas"], not_counted: [], result_hash: hex("open result"), result_words: "country black orphan autumn hand portion", comments: [] };
  const closed = { ...poll, ...head("closed", "rowan", 60 * 24 * 12, 14), title: "Travel fund rules", description: "", state: "closed", closes: ago(60 * 24 * 5), voters: 19, cast: 19, not_counted_all: 2,
    questions: [question("q1", "Do we adopt the three rules of the travel fund?", [["Yes", 14], ["No", 3]], 2), question("q2", "Receipts", [["Are read out as a sum only", 11], ["Are handed in", 6]], 2)],
    voted: ["rowan", "imre", "noor", "tomas", "asha"], not_counted: [{ entry: hex("late"), author: "wren", reason: "It was cast after the vote closed." }, { entry: hex("older"), author: "asha", reason: "A later ballot of the same member counts." }],
    mine: { entry: hex("mine"), time: ago(60 * 24 * 6), answers: { q1: { one: "Yes" } }, share: { have: 14, of: 14 } } };
  const positions = ["agree", "agree with reservations", "stand aside", "block"];
  const rankWords = ["Rank the options, the one that you want most first; those that you leave out come last.", "Each vote counts for the first of its options that is still in. Round by round, the option with the fewest votes is out, until one has more than half of those that still count.", "Of several with the fewest, whoever had fewer in the round before is out, and at last whoever comes last in the order that was drawn by lot when the vote was opened."];
  const bn = (n) => String(Math.round(n * 1e9));
  const decided = (leading, words, state = "decided", tied = []) => ({ state, leading, tied, lot: false, words });
  const methods = { ...poll, ...head("methods", "noor", 60 * 20, 12), title: "The house in 2027: nine questions", description: "", plain: false, delegation: true, quorum: { share: "1/2", reached: true }, voters: 16, cast: 18, roll: 23, roll_weight: 23, closes: ago(-60 * 30),
    questions: [
      question("room", "Which room do we take for the winter?", [["The Weavers’ Room", 9], ["St Mary’s hall", 4], ["The library", 3]], 2, { method: { method: "single", majority: "more than 1/2 of answers", words: ["Choose one option.", "The option with the most votes wins.", "It needs more than 1/2 of the votes that answer this.", "If several are equal where not all can be chosen, it is a tie, and none of them is."] }, verdict: decided([0], 'Chosen: "The Weavers’ Room".') }),
      question("days", "On which days can you come?", [["Monday", 5], ["Tuesday", 12], ["Wednesday", 11], ["Sunday afternoon", 14]], 1, { total: 17, method: { method: "approval", seats: 2, max: 3, words: ["Approve up to 3 options.", "The 2 options with the most approvals win.", "If several are equal where not all can be chosen, it is a tie, and none of them is."] }, verdict: decided([3, 1], 'Chosen: "Sunday afternoon", "Tuesday".') }),
      question("time", "How much should we spend time on…", [["Translation", 71], ["Care and mediation", 62], ["Press", 33]], 1, { total: 17, method: { method: "score", seats: 1, max: 5, words: ["Give options a score from 0 to 5; those that you leave out get 0.", "The option with the highest sum wins."] }, verdict: decided([0], 'Chosen: "Translation".'), record: { record: "scores", scored: [17, 16, 12] } }),
      question("place", "Where should we hold the 2027 assembly?", [["Edinburgh", 6], ["Vienna", 5], ["Melbourne", 2], ["Balıkesir", 4]], 1, { total: 17, method: { method: "instant-runoff", words: rankWords }, verdict: decided([1], 'Chosen: "Vienna".'), lots: [2, 0, 3, 1], record: { record: "runoff", rounds: [{ votes: [6, 5, 2, 4], exhausted: 0, end: { out: { option: 2 } } }, { votes: [6, 6, 0, 5], exhausted: 0, end: { out: { option: 3 } } }, { votes: [7, 9, 0, 0], exhausted: 1, end: { elected: [1] } }] } }),
      question("name", "What do we call the newsletter?", [["The Octagon", 7], ["Eight Sides", 5], ["Round Room", 4]], 1, { total: 17, method: { method: "schulze", words: ["Rank the options; several may be equal; those that you leave out come last.", "Every two options are compared by how many prefer the one to the other (Schulze's method). An option that wins against each other one wins.", "If none is better than all others, it is a tie, and none is chosen."] }, verdict: decided([0], 'Chosen: "The Octagon".'), record: { record: "schulze", pairs: [[0, 9, 11], [7, 0, 10], [5, 6, 0]], paths: [[[0, 0], [9, 7], [11, 5]], [[0, 0], [0, 0], [10, 6]], [[0, 0], [0, 0], [0, 0]]], ranking: [[0], [1], [2]] } }),
      question("circle", "Who is in the coordinating circle?", [["rowan", 6], ["asha", 5], ["imre", 3], ["tomas", 3]], 1, { total: 17, method: { method: "stv", seats: 2, words: ["Rank the options, the one that you want most first; those that you leave out come last.", "2 seats are filled in proportion (single transferable vote, by Meek's method): what an elected option has above the quota, and the votes of one that is out, go on to the next on each ballot."] }, verdict: decided([0, 1], 'Chosen: "rowan", "asha".'), lots: [3, 1, 0, 2], record: { record: "stv", rounds: [{ steps: 2, keep: [944444444, 1e9, 1e9, 1e9], votes: [bn(5.666666), bn(5.1), bn(3.1), bn(3.133334)], exhausted: bn(0), quota: bn(5.666666), surplus: bn(0), end: { elected: [0] } }, { steps: 1, keep: [944444444, 1e9, 0, 1e9], votes: [bn(5.6), bn(6.9), bn(0), bn(4.1)], exhausted: bn(0.4), quota: bn(5.533333), surplus: bn(1.366667), end: { out: { option: 2, by: "fewest in round 1" } } }, { steps: 3, keep: [933333333, 801932367, 0, 1e9], votes: [bn(5.533333), bn(5.533333), bn(0), bn(5.2)], exhausted: bn(0.733334), quota: bn(5.422222), surplus: bn(0.222222), end: { elected: [1] } }], remaining: [] } }),
      question("sunday", "Move the assembly to Sunday?", positions.map((p, n) => [p, [11, 3, 1, 1][n]]), 2, { total: 16, method: { method: "consent", words: ["Agree, agree with reservations, stand aside, or block with a reason.", "It passes if somebody agrees and nobody blocks. Only who blocked lifts a block, by voting anew."] }, verdict: decided([], "It is blocked.", "blocked"), record: { record: "blocks", blocks: [{ ...who("tomas"), entry: hex("block"), reason: "On Sundays the trams stop at eight, and three of us could never come again. Find a day on which they run." }], standing: 1, lifted: [{ ...who("noor"), entry: hex("lifted"), reason: "Nobody had asked the families. Now somebody has." }], concerns: [{ ...who("imre"), entry: hex("c-imre"), position: 1, reason: "Only if we end before six." }, { ...who("rowan"), entry: hex("c-rowan"), position: 2, reason: "I am away on Sundays and will not decide for others." }] } }),
      question("statement", "Adopt the new statement?", positions.map((p, n) => [p, [12, 2, 2, 0][n]]), 2, { total: 16, method: { method: "consensus", majority: "at least 3/4 of answers", aside: "1/4", overruled: 0, words: ["Agree, agree with reservations, stand aside, or block with a reason.", "It passes if those who agree are at least 3/4 of the votes that answer this.", "At most 1/4 may stand aside.", "One block is enough to stop it. Only who blocked lifts a block, by voting anew."] }, verdict: decided([], "It passes."), record: { record: "blocks", blocks: [], standing: 0, lifted: [] } }),
      question("money", "How do we divide the £1,200?", [["The roof", 71], ["Books and paper", 38], ["Travel", 44], ["A party", 9]], 1, { total: 17, method: { method: "budget", dots: 10, max: 6, words: ["You have 10 dots; put at most 6 on one option. You need not use all.", "The dots themselves are the result."] }, verdict: decided([0, 2, 1, 3], 'Most first, there are dots on "The roof", "Travel", "Books and paper", "A party".'), record: { record: "budget", kept: 8 } }),
    ],
    given: { members: 3, cast: 2, not_cast: 0, looped: 1, too_fine: 0 } };
  const counted = { ...methods, ...head("counted", "noor", 60 * 24 * 8, 14), state: "closed", closes: ago(60 * 24 * 1), not_counted_all: 1, not_counted: [{ entry: hex("late2"), author: "wren", reason: "It was cast after the vote closed." }],
    mine: { entry: hex("mine2"), time: ago(60 * 24 * 2), answers: { room: { one: "The Weavers’ Room" }, days: { approve: ["Tuesday", "Sunday afternoon"] }, time: { scores: { Translation: 5, Press: 1 } }, place: { ranks: [["Balıkesir"], ["Vienna"]] }, name: { ranks: [["The Octagon", "Round Room"]] }, circle: { ranks: [["imre"], ["asha"]] }, sunday: { one: "agree" }, money: { dots: { "The roof": 6, Travel: 3 } } }, seen_by: ["rowan", "imre"], share: { have: 14, of: 14 } },
    closing: { need: 2, missing: 1, open_votes: 1, stage: "provisional", words: ["2 of 3 tellers have to have seen a vote in time.", "1 vote hangs on a teller who has not closed the poll yet."], tellers: [{ ...who("rowan"), said: "closed", entries: [hex("cut1")], time: ago(60 * 23), votes: 17, receipts: 3, receipted: 17 }, { ...who("imre"), said: "missing", receipts: 1, receipted: 9 }, { ...who("sol"), said: "contradicts", entries: [hex("cut2"), hex("cut3")], receipts: 0, receipted: 0 }] },
    my_vote: { weight: 1, received: 1, received_from: [{ ...who("wren"), parts: 1 }], received_members: 1 } };
  const weighed = { ...counted, ...head("weighed", "rowan", 60 * 24 * 9, 14), title: "The shared van", unit: 2, roll_weight: 56, cast: 40, voters: 15, not_counted: [], not_counted_all: 0, quorum: { share: "2/3", reached: true }, mine: undefined,
    weights: [{ ...who("rowan"), weight: "3", reason: "Drives it every day" }, { ...who("noor"), weight: "3/2", reason: "Pays half of the parking place" }], observers: [{ ...who("wren"), reason: "Still on trial" }],
    questions: [question("q1", "Do we buy a second van?", [["Yes", 17], ["No", 19]], 4, { verdict: decided([1], 'Chosen: "No".'), evenly: { options: [8, 6], unit: 1, verdict: decided([0], 'Chosen: "Yes".') } })],
    given: { members: 4, cast: 3, not_cast: 1, looped: 2, too_fine: 0 },
    my_vote: { weight: 2, received: 0, received_members: 0, gave: { entry: hex("gave"), time: ago(60 * 24 * 3), to: [{ ...who("imre"), sixtieths: 30 }, { ...who("tomas"), sixtieths: 30 }], stands: true, ways: [{ via: ["imre"], steps: 1, parts: 1, fate: "cast", with: "imre", answers: { q1: { one: "Yes" } } }, { via: ["tomas", "noor"], steps: 2, parts: 1, fate: "loop", with: "noor" }] } } };
  const delegated = { ...weighed, ...head("delegated", "rowan", 60 * 9, 11), state: "open", closes: ago(-60 * 30) };
  const item = (entry, kind, excerpt, more = {}) => ({ entry: entry.entry, chapter: entry.chapter, chapter_name: entry.chapter_name, kind, title: entry.title, author: entry.author.handle, author_id: entry.author.member, time: entry.time, excerpt, comments: (entry.comments || []).length, share: entry.share, ...more });
  const line = (p) => ({ state: p.state, closes: p.closes, roll: p.roll, voters: p.voters, waiting: p.state === "open" && !p.mine });
  const feed = () => [
    item(post, "blog", "We asked every chapter what keeps people away from the regional meetings. The answer was almost never the politics. It was the last train, the child at home and the price of a bed."),
    item({ ...head("projector", "asha", 8, 1), title: "Spare projector: who needs it in December?" }, "discussion", ""),
    item(poll, "poll", "The print shop would move from Vienna’s budget to the common budget.", { poll: line(poll) }),
    item({ ...head("tools", "noor", 60 * 26, 14, 14, south), title: "The tool library opens on Saturday with 212 tools and one very loud sander" }, "news", "Everything is sorted by what it is for, not by what it is called."),
    item({ ...poll, ...head("leeds", "noor", 60 * 40, 31, 40, south), title: "Admit the Leeds group as a chapter" }, "poll", "", { poll: { ...line(poll), roll: 61, voters: 31, waiting: false, closes: ago(-60 * 24 * 9) } }),
    item(motions[0], "motion", "In summer we lost two people because the third word came too late.", { motion: { stage: "open", closes: motions[0].closes, roll: 23, voters: 12, waiting: true } }),
    item({ ...head("bus", "wren", 60 * 50, 12), title: "Nobody asks about the bus" }, "blog", "It goes all night.", { blocked: true }),
    item(minutes, "minutes", "", { minutes: { date: minutes.date, place: minutes.place, present: 6, decisions: 2, actions: 3 } }),
    item(closed, "poll", "", { poll: line(closed) }),
  ];
  const member = (handle, more = {}) => ({ member: hex(handle), handle, since: "2021-03-09T19:00:00Z", devices: 1, connected: false, me: handle === "asha", six_words: words, ...more });
  const members = [member("asha", { sponsor: "rowan", devices: 2 }), member("imre", { connected: true }), member("noor", { sponsor: "imre", since: "2023-02-01T10:00:00Z" }), member("rowan", { connected: true, devices: 3 }), member("tomas", { sponsor: "noor", since: "2026-06-14T10:00:00Z" })];
  const peer = (handle, chapters, route, last, left = 0) => ({ peer_id: "12D3KooW" + hex(handle).slice(0, 40), address: "/ip4/192.168.1.2" + handle.length + "/udp/4001/quic-v1", route, handle, chapters, left, last_exchange: ago(last) });
  const portrait = () => { const c = document.createElement("canvas"); c.width = c.height = 96; const x = c.getContext("2d"); x.fillStyle = "#a8c7b8"; x.fillRect(0, 0, 96, 96); x.fillStyle = "#7b4a2e"; x.beginPath(); x.arc(48, 40, 20, 0, 7); x.fill(); x.fillStyle = "#27495a"; x.beginPath(); x.arc(48, 104, 38, 0, 7); x.fill(); return c.toDataURL("image/jpeg", 0.8).split(",")[1]; };
  const task = (role, days) => ({ role, until: ago(-60 * 24 * days), over: days < 0, decision: hex("decision " + role) });
  members[3].tasks = [task("facilitator", 120), task("delegate", 20)]; members[1].tasks = [task("note-taker", 40), task("teller", -30)];
  members[2].blocked = true;
  const former = [member("wren", { since: "2022-04-01T10:00:00Z", sponsor: "rowan", ended: { how: "left", when: ago(60 * 24 * 70), by: hex("leave wren") } }), member("hollis", { since: "2024-02-01T10:00:00Z", sponsor: "wren", ended: { how: "removed", when: ago(60 * 24 * 20), by: hex("decision hollis") } })];
  const profile = (handle) => handle === "imre" ? { handle, languages: ["Magyar", "English", "Deutsch"], about: "I keep the books, and on Thursdays the kettle.\n\nAsk me about **receipts**, or better: bring them.", contact: "020 7946 0123, evenings", testimonial: "Nobody here reads out a budget faster than it can be heard.", picture: portrait() } : handle === "asha" ? { handle, languages: ["English", "Tamil"], about: "", contact: "", testimonial: "", picture: "" } : undefined;
  const w = (handle, minutes, why = "") => ({ handle, why, time: ago(minutes) });
  const request = (handle, more = {}) => ({ request: hex("request " + handle), chapter: london.chapter, handle, member: hex(handle), six_words: "cedar nine harbour wool comet plum", inviter: "noor", time: ago(60 * 44), answers: [{ question: "What would you like to do with us?", answer: "I cook for forty on Thursdays at the Deptford kitchen and I would like to help with the winter assembly." }, { question: "How did you hear of us?", answer: "noor told me, at the tool library." }], sponsors: [w("noor", 60 * 44, "We have cooked together since spring. I compared the words in the kitchen.")], declines: [], need: 3, admitted: false, expired: false, comments: [], ...more });
  const requests = () => [
    request("fern", { sponsors: [w("noor", 60 * 44, "We have cooked together since spring. I compared the words in the kitchen."), w("imre", 60 * 5)], declines: [w("tomas", 60 * 3, "I do not know fern yet, and would like to meet before we decide. Thursday suits me.")], comments: [comment("rc1", "rowan", 60 * 20, 12, 0, "request fern", "Has anybody eaten there? I have. Give your word."), comment("rc2", "tomas", 60 * 2, 8, 1, "rc1", "That is not what I doubt.")] }),
    request("quill", { time: ago(60 * 2), inviter: "rowan", sponsors: [w("rowan", 120)], answers: [] , mine: "against" }),
    request("tomas", { time: "2026-06-12T10:00:00Z", admitted: true, sponsors: [w("noor", 1), w("rowan", 1), w("imre", 1)], mine: "for" }),
    request("aspen", { time: ago(60 * 24 * 40), expired: true }),
  ];
  const rules = { sponsors: 3, operating_from: 5, history: "all", removal_quorum: "1/2", removal_majority: "2/3", decision_quorum: "1/2", decision_majority: "1/2", stands_for_hours: 72, questions: ["What would you like to do with us?", "How did you hear of us?"], statement: "We decide together, **in the room** where we can.\n\n- Nobody speaks twice before everybody spoke once.\n- What is said about a person is said to them first.\n- Money is shown to whoever asks." };
  const motion = (name, handle, minutes, measure, title, effect, more = {}) => ({ ...head(name, handle, minutes, 11), measure, title, effect, why: "", closes: ago(-60 * 50), stage: "open", roll: 23, yes: 9, no: 2, abstain: 1, needs: "12 of 23 members have to vote; of those for or against, more than half have to be for it.", voices: [{ handle: "rowan", choice: "yes", why: "" }, { handle: "imre", choice: "yes", why: "We waited long enough." }, { handle: "noor", choice: "no", why: "Three are hard to find in August." }, { handle: "tomas", choice: "abstain", why: "" }], on_roll: true, comments: [], ...more });
  const motions = [
    motion("m-rules", "rowan", 60 * 20, "rules", "Change the rules: two words for a newcomer, not three", "From the decision on, two members have to give their word for a newcomer, and a motion is open for a week.", { why: "In summer we lost two people because the third word came too late.\n\nTwo of us who have met somebody are enough; that the six words were compared matters more.", rules: { ...rules, sponsors: 2, stands_for_hours: 168 }, comments: [comment("mc1", "noor", 60 * 9, 12, 0, "m-rules", "Could we keep three and allow longer invitations instead?")] }),
    motion("m-remove", "imre", 60 * 30, "remove", "Remove hollis", "hollis and all their devices stop being members, and the chapter goes on under a new key.", { why: "hollis gave our addresses to a newspaper, after being asked not to, and says they would again.", yes: 7, no: 4, abstain: 1, needs: "12 of 23 members have to vote; of those for or against, more than two thirds have to be for it.", mine: "no" }),
    motion("m-task", "noor", 60 * 24 * 30, "give", "rowan is facilitator until 26 March", "rowan leads meetings until 26 March.", { stage: "passed", yes: 15, no: 0, abstain: 2, closes: ago(60 * 24 * 20), decided: hex("decision facilitator"), mine: "yes" }),
    motion("m-hide", "tomas", 60 * 24 * 40, "hide", "Hide a reply by hollis", "The text is erased from all computers.", { stage: "failed", yes: 3, no: 9, abstain: 1, closes: ago(60 * 24 * 33) }),
  ];
  const hiddenThings = [{ entry: hex("hid1"), kind: "comment", author: "hollis", time: ago(60 * 24 * 22), motion: hex("m-hide2"), why: "It named a member’s employer." }, { entry: hex("hid2"), kind: "discussion", author: "wren", time: ago(60 * 24 * 90), motion: hex("m-hide3"), why: "It was an advertisement." }];
  const devices = () => [
    { device: hex("asha laptop"), name: "Desk at home", this: true, since: "2026-03-02T10:00:00Z", last_used: ago(12), entries: 210, chapters: ["London", "South East"] },
    { device: hex("asha old"), name: "Grey laptop", this: false, since: "2026-06-11T10:00:00Z", last_used: ago(60 * 24 * 3), entries: 41, chapters: ["London", "South East"] },
    { device: hex("asha third"), name: "", this: false, since: ago(60 * 24 * 2), last_used: "", entries: 0, chapters: ["London"] },
    { device: hex("asha lost"), name: "Telephone", this: false, since: "2025-01-11T10:00:00Z", last_used: "2025-11-02T10:00:00Z", entries: 88, chapters: [], ended: { how: "revoked", when: "2025-11-05T10:00:00Z", by: hex("revoke") } },
  ];
  post.comments.splice(3, 0, { ...comment("chid", "hollis", 80, 12, 0, "train", ""), hidden: { ...hiddenThings[0] } }, { ...comment("cblk", "wren", 75, 12, 0, "train", "Trains, trains. Nobody asks about the bus."), blocked: true });
  const lonely = ["alone", "joining", "refused", "empty", "terms", "words", "pairing", "pairing-refused", "pairing-over"].includes(scene);
  const network = () => ({ serving: true, discovery: true, listening: ["/ip4/192.168.1.17/tcp/40123", "/ip4/192.168.1.17/udp/40123/quic-v1"], peer_id: "12D3KooWExample",
    peers: lonely ? [] : [peer("rowan", ["London", "South East"], "same network", 0), peer("imre", ["London"], "direct", 1), peer("noor", ["South East"], "relay", 4, scene === "catching" ? 34 : 0)],
    left: scene === "catching" ? 34 : 0, only_here: lonely ? 1 : 2, joining: [] });
  const preview = { chapter: hex("London"), chapter_name: "London", inviter: "rowan", expires: ago(-60 * 24 * 6) };
  const me = { member: hex("asha"), handle: "asha", device: hex("asha laptop"), six_words: words, ...(["pairing", "pairing-refused"].includes(scene) ? { pairing: ago(-9) } : scene === "pairing-over" ? { pairing: ago(1) } : {}) };
  const seedWords = "ladder oat north cedar nine harbour wool comet plum river amber seven tide copper lantern maple frost window apple stone bridge candle meadow salt".split(" ");
  let vault = { welcome: "missing", locked: "locked", "locked-keyring": "locked", slept: "locked" }[scene] || "open";
  let lockAfter = 15;
  const security = () => ["security", { keyring: ["keyring", "locked-keyring"].includes(scene), ...(vault === "open" ? { lock_after_minutes: lockAfter } : {}), backup_path: "~/Documents/chapterhouse-asha-2026-11-26.backup", ...(scene === "welcome" ? { backup_found: "~/Documents/chapterhouse-asha-2026-11-20.backup" } : {}) }];
  const wiped = { keys_destroyed: true, left: [], notes: ["The keys on this computer are destroyed.", "The chapters that were saved here, and the drafts, are removed.", "Other members still have what you shared with them, and backups that you made are where you put them.", "The disk, an SSD above all, may keep traces of removed files. Without the keys they are unreadable; a trace of the sealed keys still needs your passphrase."] };
  let listeners = [];
  const say = (event) => listeners.forEach((l) => l({ payload: event }));
  const chapters = () => ["empty", "welcome", "pairing", "pairing-refused", "pairing-over", "paired"].includes(scene) ? [] : ["joining", "refused", "terms", "words"].includes(scene) ? [{ ...alone, joining: true, members: 0 }] : scene === "alone" ? [alone] : scene === "ended" ? [{ ...london, reading_only: true, waiting_polls: 0 }, south] : [london, south];
  const refuse = (code, message) => Promise.reject({ code, message });
  const qr = () => { let d = "", n = 0x2f6e2b1; for (let y = 4; y < 41; y++) for (let x = 4; x < 41; x++) { n = (Math.imul(n, 1103515245) + 12345) >>> 0; if (n >> 30 & 1) d += `M${x} ${y}h1v1h-1z`; } return d; };

  const answers = {
    status: () => scene === "failed" ? refuse("busy", "Another Chapterhouse has this data folder open. Close it, or start this one with another folder.") : ["status", { vault, chapters: 2, entries: 1619, connected: 3, serving: true, copied: scene === "copied", version: "0.1.0" }],
    init: (c) => { vault = "open"; return ["initialised", { me: { ...me, handle: c.handle }, recovery_words: c.restore || c.pair ? [] : seedWords }]; },
    unlock: (c) => c.passphrase === "wrong" ? refuse("wrong-passphrase", "This passphrase does not open the keys on this computer. Nothing was changed. Try again.") : (vault = "open", ["me", me]),
    lock: () => { vault = "locked"; return ["done"]; },
    strength: (c) => ["strength", c.passphrase.length < 12 ? { level: 0, time: "less than a minute", why: "This is similar to a commonly used password." } : { level: 4, time: "thousands of years" }],
    security, "set-auto-lock": (c) => { lockAfter = c.minutes; return security(); }, "in-use": () => ["done"],
    "change-passphrase": (c) => c.old === "wrong" ? refuse("wrong-passphrase", "The first one is not the passphrase of this computer; it was not changed.") : ["done"],
    "create-backup": async (c) => { say({ event: "backup", done: 120, total: 415 }); if (scene === "backing") await new Promise((r) => setTimeout(r, 60000)); return ["backed-up", { path: c.path, bytes: 1200000, chapters: 2, entries: 1619 }]; },
    "restore-backup": (c) => c.passphrase === "wrong" ? refuse("wrong-passphrase", "This is not the passphrase of this backup; it has the one of the day on which it was made, or one of its own. Nothing was changed.") : (vault = "open", ["restored", { me, chapters: 2, entries: 1619 }]),
    wipe: () => ["wiped", wiped],
    "who-am-i": () => ["me", me],
    "found-chapter": (c) => ["chapter", { ...alone, name: c.name }],
    "list-chapters": () => ["chapters", chapters()],
    "show-chapter": (c) => { const s = scene === "alone" ? alone : c.chapter === south.chapter ? south : london; return ["chapter-page", { ...s, founders: ["rowan", "imre"], sponsors_needed: s === london ? 3 : 1, operating_from: 3, devices: scene === "alone" ? 1 : 14, shared_entries: s.entries - (scene === "alone" ? 0 : 3), actions: scene === "alone" || s === south ? [] : minutes.actions.map((a) => ({ ...a, minutes: minutes.entry })), ...(scene === "alone" || s === south ? {} : { next_meeting: minutes.next }), notices: [], voided: scene === "voided" ? 7 : 0, waiting_requests: s === london ? 1 : 0, waiting_motions: s === london ? 1 : 0, ...(scene === "ended" ? { waiting_requests: 0, waiting_motions: 0, ended: { how: "removed", when: ago(60 * 24 * 4), by: hex("decision asha") } } : {}) }]; },
    "join-requests": (c) => ["join-requests", c.chapter === london.chapter && scene !== "alone" && scene !== "ended" ? requests() : []],
    sponsor: () => ["published", { entry: hex("word") }], decline: () => ["published", { entry: hex("word") }],
    rules: () => ["rules", rules], propose: () => ["published", { entry: hex("m-rules") }],
    motions: (c) => ["motions", c.chapter === london.chapter && scene !== "alone" ? motions : []],
    "show-motion": (c) => ["motion", motions.find((m) => m.entry === c.motion) || motions[0]],
    "vote-on-motion": (c) => { const m = motions.find((m) => m.entry === c.motion); m.mine = c.choice; m[c.choice] += 1; setTimeout(() => say({ event: "changed", chapter: london.chapter, entries: 417 }), 50); return ["published", { entry: hex("motion vote") }]; },
    leave: () => ["published", { entry: hex("leave") }], rotate: () => ["published", { entry: hex("epoch") }],
    "former-members": () => ["members", scene === "alone" ? [] : former],
    "show-member": (c) => { const m = [...members, ...former].find((m) => m.member === c.member || m.handle === c.member) || members[1]; return ["member-page", { chapter: c.chapter, ...m, ...(profile(m.handle) ? { profile: profile(m.handle) } : {}), motions: m.handle === "hollis" ? [hex("m-remove")] : m.handle === "noor" ? [] : [], latest: feed().filter((i) => i.author === m.handle) }]; },
    "set-profile": () => ["published", { entry: hex("profile") }], block: () => ["done"],
    voided: () => ["voided", [{ ended: { how: "revoked", when: ago(60 * 24 * 2), by: hex("revoke") }, why: "Your device “Telephone” was revoked as lost; what it wrote after 2 November does not count.", advice: "Write again what you wrote yourself; what somebody else wrote with it is harmless now.", count: 7, entries: [["comment", ""], ["ballot", "Autumn ballot 2026"], ["blog", "The last train, continued"], ["vote", "Remove hollis"], ["profile", ""], ["minutes", "London assembly, 3 November"], ["discussion", "Who has a ladder?"]].map(([kind, title], n) => ({ entry: hex("void" + n), kind, title, time: ago(60 * 24 * 3 + n * 500) })) }]],
    "moved-here": () => ["done"], "set-keyring": () => ["done"], "give-up-pairing": () => ["done"], notify: () => ["done"],
    "save-invitation": () => ["saved", { path: "/home/asha/Documents/London.chapterhouse-invitation" }],
    hidden: (c) => ["hidden", c.chapter === london.chapter && scene !== "alone" ? hiddenThings : []],
    devices: () => ["devices", scene === "alone" ? devices().slice(0, 1) : devices()], "name-device": () => ["done"], "revoke-device": () => ["done"],
    pair: () => ["pairing", { short: "7K3MQ-XFT9W", code: "chapterhouse:pair/7bna8rwe5yc3hd6vf1jp0szg4kx9tq2m7bna8rwe5yc3hd6vf1jp0szg", expires: new Date(Date.now() + 598000).toISOString().slice(0, 19) + "Z", qr_path: qr(), qr_size: 45 }], "cancel-pair": () => ["done"],
    "answer-terms": () => { setTimeout(() => say({ event: "join-waiting", chapter: london.chapter, have: 1, need: 3 }), 300); return ["done"]; },
    members: () => ["members", scene === "alone" ? [members[0]] : members],
    invite: () => ["invitation", { uses: 1, invitation: "chapterhouse:join/4kx9tq2m7bna8rwe5yc3hd6vf1jp0szg4kx9tq2m7bna8rwe5yc3hd6vf1jp0szg", expires: ago(-60 * 24 * 7), qr_path: qr(), qr_size: 45 }],
    "inspect-invitation": (c) => c.invitation.startsWith("chapterhouse:join/") ? ["invitation-preview", preview] : refuse("invitation", "This is not an invitation. Its text begins with chapterhouse:join/. Copy it again as a whole."),
    join: () => ["joining", preview], "cancel-join": () => ["done"],
    state: () => ["state", { entries: 415, state_hash: hex("state") }],
    post: () => ["published", { entry: post.entry }], comment: () => ["published", { entry: hex("new") }], "record-minutes": () => ["published", { entry: minutes.entry }],
    recount: () => ["recount", { poll: hex("counted"), entries: 41, voters: 16, same: true, shown: hex("open result"), counted: hex("open result"), words: "country black orphan autumn hand portion" }],
    "preview-poll": (c) => ["poll-preview", { roll: 23 - c.poll.observer?.length || 23, questions: c.poll.question.map((q) => ({ method: q.method || "single", words: { budget: ["You have 10 dots; put at most 10 on one option. You need not use all.", "The dots themselves are the result."], consensus: methods.questions[7].method.words }[q.method] || single.words })) }],
    "save-result": (c) => ["saved", { path: `/home/asha/Documents/result-the-house-in-2027-nine-questions.${c.format}` }], delegate: () => ["published", { entry: hex("delegation") }],
    "open-poll": () => ["poll-opened", { poll: poll.entry }],
    vote: (c) => { const voted = c.poll === methods.entry ? methods : poll; voted.mine = { entry: hex("mine"), time: ago(0), reasons: c.reasons, answers: Object.fromEntries(Object.entries(c.answers).filter(([, v]) => v !== "blank")), share: { have: 1, of: 14 } }; voted.voters += 1; setTimeout(() => say({ event: "changed", chapter: london.chapter, entries: 416 }), 50); return ["published", { entry: hex("mine") }]; },
    feed: (c) => { if (chapters().length === 0 || scene === "alone" || ["joining", "refused"].includes(scene)) return ["feed", []]; let f = feed(); if (c.kind) f = f.filter((i) => i.kind === c.kind); if (c.chapter) f = f.filter((i) => i.chapter === c.chapter); return ["feed", f.slice(0, c.limit)]; },
    show: (c) => { const found = { [minutes.entry]: ["minutes", minutes], [poll.entry]: ["poll", poll], [closed.entry]: ["poll", closed], [methods.entry]: ["poll", methods], [counted.entry]: ["poll", counted], [weighed.entry]: ["poll", weighed], [delegated.entry]: ["poll", delegated] }[c.entry]; if (c.entry === hex("hid2")) return ["post", { ...post, ...head("hid2", "wren", 60 * 24 * 90, 14), kind: "discussion", title: "", body: "", hidden: hiddenThings[1], comments: post.comments.slice(0, 1) }]; if (c.entry === hex("bus")) return ["post", { ...post, ...head("bus", "wren", 60 * 50, 12), title: "Nobody asks about the bus", blocked: true, comments: [] }]; if (c.entry === hex("void")) return ["post", { ...post, void: "rowan’s device was removed on 2 November, before this was written." }]; if (c.entry === "nothing") return refuse("not-found", "There is nothing with this name on this computer yet. It may still be on its way."); return found || ["post", post]; },
    network: () => ["network", network()], "set-discovery": (c) => ["network", { ...network(), discovery: c.on }],
    connect: (c) => c.address.startsWith("/") ? ["done"] : refuse("invalid", "This is not an address. It looks like /ip4/192.168.1.20/tcp/4001."),
  };
  window.__TAURI__ = {
    core: { invoke: async (name, { command }) => { await new Promise((r) => setTimeout(r, 5)); const answer = await answers[command.command](command); const [reply, value] = answer; return JSON.parse(JSON.stringify(value === undefined ? { reply } : { reply, value })); } },
    event: { listen: async (_, hear) => { listeners.push(hear); setTimeout(() => {
      if (scene === "catching") say({ event: "progress", chapter: south.chapter, fetched: 1170, left: 34 });
      if (scene === "refused") say({ event: "join-refused", chapter: hex("London"), reason: "The invitation was used by somebody else." });
      if (scene === "slept") say({ event: "locked", why: "slept" });
      if (scene === "terms") say({ event: "join-terms", chapter: hex("London"), chapter_name: "London", statement: rules.statement, questions: rules.questions });
      if (scene === "words") say({ event: "join-waiting", chapter: hex("London"), have: 2, need: 3 });
      if (scene === "pairing-refused") say({ event: "join-refused", chapter: hex("London"), reason: "The code was typed wrong three times, so your other computer has taken it back. Show a new one there." });
      if (scene === "paired") say({ event: "paired", handle: "asha", chapters: 2 });
      if (scene === "warning") say({ event: "warning", message: "This computer’s clock is a day ahead of the others. What you write is shown to them from tomorrow on. Set the clock." });
    }, 400); return () => {}; } },
  };
  window.fixture = { hex, say, post, minutes, poll, closed, methods, counted, weighed, delegated, london, motions };
})();
