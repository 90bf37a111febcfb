// Development only, never part of dist: stands in for the window's program, so that every screen can be looked at in
// an ordinary browser. ?scene= chooses a state: welcome, locked, failed, empty, alone, joining, refused, catching, slept, backing, open.
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
  const question = (key, text, options, blank = 0) => ({ key, text, options: options.map(([name, votes]) => ({ name, votes })), blank, total: options.reduce((s, o) => s + o[1], 0) });
  const poll = { ...head("poll", "tomas", 60 * 30, 11), title: "Autumn ballot 2026", description: "The print shop would move from Vienna’s budget to the common budget: about £900 a year.", state: "open", closes: ago(-60 * 52), roll: 23, voters: 9, on_roll: true,
    questions: [
      question("q1", "Should the print shop become a project of the whole federation?", [["Yes", 7], ["No", 1]], 1),
      question("q2", "Where should we hold the 2027 assembly?", [["Edinburgh", 3], ["Vienna", 4], ["Melbourne", 1], ["Balıkesir", 1]]),
      question("q3", "Should working groups go on next year?", [["Yes, all of them", 5], ["Only Translation and Press", 3], ["None", 0]], 1),
    ], voted: ["rowan", "imre", "noor", "tomas"], not_counted: [], result_hash: hex("open result"), result_words: "country black orphan autumn hand portion", comments: [] };
  const closed = { ...poll, ...head("closed", "rowan", 60 * 24 * 12, 14), title: "Travel fund rules", description: "", state: "closed", closes: ago(60 * 24 * 5), voters: 19,
    questions: [question("q1", "Do we adopt the three rules of the travel fund?", [["Yes", 14], ["No", 3]], 2), question("q2", "Receipts", [["Are read out as a sum only", 11], ["Are handed in", 6]], 2)],
    voted: ["rowan", "imre", "noor", "tomas", "asha"], not_counted: [{ entry: hex("late"), author: "wren", reason: "It was cast after the vote closed." }, { entry: hex("older"), author: "asha", reason: "A later ballot of the same member counts." }],
    mine: { entry: hex("mine"), time: ago(60 * 24 * 6), answers: { q1: "Yes" }, share: { have: 14, of: 14 } } };
  const item = (entry, kind, excerpt, more = {}) => ({ entry: entry.entry, chapter: entry.chapter, chapter_name: entry.chapter_name, kind, title: entry.title, author: entry.author.handle, author_id: entry.author.member, time: entry.time, excerpt, comments: (entry.comments || []).length, share: entry.share, ...more });
  const line = (p) => ({ state: p.state, closes: p.closes, roll: p.roll, voters: p.voters, waiting: p.state === "open" && !p.mine });
  const feed = () => [
    item(post, "blog", "We asked every chapter what keeps people away from the regional meetings. The answer was almost never the politics. It was the last train, the child at home and the price of a bed."),
    item({ ...head("projector", "asha", 8, 1), title: "Spare projector: who needs it in December?" }, "discussion", ""),
    item(poll, "poll", "The print shop would move from Vienna’s budget to the common budget.", { poll: line(poll) }),
    item({ ...head("tools", "noor", 60 * 26, 14, 14, south), title: "The tool library opens on Saturday with 212 tools and one very loud sander" }, "news", "Everything is sorted by what it is for, not by what it is called."),
    item({ ...poll, ...head("leeds", "noor", 60 * 40, 31, 40, south), title: "Admit the Leeds group as a chapter" }, "poll", "", { poll: { ...line(poll), roll: 61, voters: 31, waiting: false, closes: ago(-60 * 24 * 9) } }),
    item(minutes, "minutes", "", { minutes: { date: minutes.date, place: minutes.place, present: 6, decisions: 2, actions: 3 } }),
    item(closed, "poll", "", { poll: line(closed) }),
  ];
  const member = (handle, more = {}) => ({ member: hex(handle), handle, since: "2021-03-09T19:00:00Z", devices: 1, connected: false, me: handle === "asha", six_words: words, ...more });
  const members = [member("asha", { sponsor: "rowan", devices: 2 }), member("imre", { connected: true }), member("noor", { sponsor: "imre", since: "2023-02-01T10:00:00Z" }), member("rowan", { connected: true, devices: 3 }), member("tomas", { sponsor: "noor", since: "2026-06-14T10:00:00Z" })];
  const peer = (handle, chapters, route, last, left = 0) => ({ peer_id: "12D3KooW" + hex(handle).slice(0, 40), address: "/ip4/192.168.1.2" + handle.length + "/udp/4001/quic-v1", route, handle, chapters, left, last_exchange: ago(last) });
  const lonely = ["alone", "joining", "refused", "empty"].includes(scene);
  const network = () => ({ serving: true, discovery: true, listening: ["/ip4/192.168.1.17/tcp/40123", "/ip4/192.168.1.17/udp/40123/quic-v1"], peer_id: "12D3KooWExample",
    peers: lonely ? [] : [peer("rowan", ["London", "South East"], "same network", 0), peer("imre", ["London"], "direct", 1), peer("noor", ["South East"], "relay", 4, scene === "catching" ? 34 : 0)],
    left: scene === "catching" ? 34 : 0, only_here: lonely ? 1 : 2, joining: [] });
  const preview = { chapter: hex("London"), chapter_name: "London", inviter: "rowan", expires: ago(-60 * 24 * 6) };
  const me = { member: hex("asha"), handle: "asha", device: hex("asha laptop"), six_words: words };
  const seedWords = "ladder oat north cedar nine harbour wool comet plum river amber seven tide copper lantern maple frost window apple stone bridge candle meadow salt".split(" ");
  let vault = { welcome: "missing", locked: "locked", slept: "locked" }[scene] || "open";
  let lockAfter = 15;
  const security = () => ["security", { ...(vault === "open" ? { lock_after_minutes: lockAfter } : {}), backup_path: "~/Documents/chapterhouse-asha-2026-11-26.backup", ...(scene === "welcome" ? { backup_found: "~/Documents/chapterhouse-asha-2026-11-20.backup" } : {}) }];
  const wiped = { keys_destroyed: true, left: [], notes: ["The keys on this computer are destroyed.", "The chapters that were saved here, and the drafts, are removed.", "Other members still have what you shared with them, and backups that you made are where you put them.", "The disk, an SSD above all, may keep traces of removed files. Without the keys they are unreadable; a trace of the sealed keys still needs your passphrase."] };
  let listeners = [];
  const say = (event) => listeners.forEach((l) => l({ payload: event }));
  const chapters = () => scene === "empty" || scene === "welcome" ? [] : ["joining", "refused"].includes(scene) ? [{ ...alone, joining: true, members: 0 }] : scene === "alone" ? [alone] : [london, south];
  const refuse = (code, message) => Promise.reject({ code, message });
  const qr = () => { let d = "", n = 0x2f6e2b1; for (let y = 4; y < 41; y++) for (let x = 4; x < 41; x++) { n = (Math.imul(n, 1103515245) + 12345) >>> 0; if (n >> 30 & 1) d += `M${x} ${y}h1v1h-1z`; } return d; };

  const answers = {
    status: () => scene === "failed" ? refuse("busy", "Another Chapterhouse has this data folder open. Close it, or start this one with another folder.") : ["status", { vault, chapters: 2, entries: 1619, connected: 3, serving: true, version: "0.1.0" }],
    init: (c) => { vault = "open"; return ["initialised", { me: { ...me, handle: c.handle }, recovery_words: c.restore ? [] : seedWords }]; },
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
    "show-chapter": (c) => { const s = scene === "alone" ? alone : c.chapter === south.chapter ? south : london; return ["chapter-page", { ...s, founders: ["rowan", "imre"], sponsors_needed: 1, operating_from: 3, devices: scene === "alone" ? 1 : 14, shared_entries: s.entries - (scene === "alone" ? 0 : 3), actions: scene === "alone" || s === south ? [] : minutes.actions.map((a) => ({ ...a, minutes: minutes.entry })), ...(scene === "alone" || s === south ? {} : { next_meeting: minutes.next }), notices: [] }]; },
    members: () => ["members", scene === "alone" ? [members[0]] : members],
    invite: () => ["invitation", { invitation: "chapterhouse:join/4kx9tq2m7bna8rwe5yc3hd6vf1jp0szg4kx9tq2m7bna8rwe5yc3hd6vf1jp0szg", expires: ago(-60 * 24 * 7), qr_path: qr(), qr_size: 45 }],
    "inspect-invitation": (c) => c.invitation.startsWith("chapterhouse:join/") ? ["invitation-preview", preview] : refuse("invitation", "This is not an invitation. Its text begins with chapterhouse:join/. Copy it again as a whole."),
    join: () => ["joining", preview], "cancel-join": () => ["done"],
    state: () => ["state", { entries: 415, state_hash: hex("state") }],
    post: () => ["published", { entry: post.entry }], comment: () => ["published", { entry: hex("new") }], "record-minutes": () => ["published", { entry: minutes.entry }],
    "open-poll": () => ["poll-opened", { poll: poll.entry }],
    vote: (c) => { poll.mine = { entry: hex("mine"), time: ago(0), answers: Object.fromEntries(Object.entries(c.answers).filter(([, v]) => v)), share: { have: 1, of: 14 } }; poll.voters = 10; setTimeout(() => say({ event: "changed", chapter: london.chapter, entries: 416 }), 50); return ["published", { entry: hex("mine") }]; },
    feed: (c) => { if (chapters().length === 0 || scene === "alone" || ["joining", "refused"].includes(scene)) return ["feed", []]; let f = feed(); if (c.kind) f = f.filter((i) => i.kind === c.kind); if (c.chapter) f = f.filter((i) => i.chapter === c.chapter); return ["feed", f.slice(0, c.limit)]; },
    show: (c) => { const found = { [minutes.entry]: ["minutes", minutes], [poll.entry]: ["poll", poll], [closed.entry]: ["poll", closed] }[c.entry]; if (c.entry === hex("void")) return ["post", { ...post, void: "rowan’s device was removed on 2 November, before this was written." }]; if (c.entry === "nothing") return refuse("not-found", "There is nothing with this name on this computer yet. It may still be on its way."); return found || ["post", post]; },
    network: () => ["network", network()], "set-discovery": (c) => ["network", { ...network(), discovery: c.on }],
    connect: (c) => c.address.startsWith("/") ? ["done"] : refuse("invalid", "This is not an address. It looks like /ip4/192.168.1.20/tcp/4001."),
  };
  window.__TAURI__ = {
    core: { invoke: async (name, { command }) => { await new Promise((r) => setTimeout(r, 5)); const answer = await answers[command.command](command); const [reply, value] = answer; return JSON.parse(JSON.stringify(value === undefined ? { reply } : { reply, value })); } },
    event: { listen: async (_, hear) => { listeners.push(hear); setTimeout(() => {
      if (scene === "catching") say({ event: "progress", chapter: south.chapter, fetched: 1170, left: 34 });
      if (scene === "refused") say({ event: "join-refused", chapter: hex("London"), reason: "The invitation was used by somebody else." });
      if (scene === "slept") say({ event: "locked", why: "slept" });
      if (scene === "warning") say({ event: "warning", message: "This computer’s clock is a day ahead of the others. What you write is shown to them from tomorrow on. Set the clock." });
    }, 400); return () => {}; } },
  };
  window.fixture = { hex, say, post, minutes, poll, closed, london };
})();
