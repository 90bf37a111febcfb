//! A view beside the model, and beside views of the same entries in other orders.

use crate::{
    deed::{Beginning, Deed},
    history::History,
    rules::{Model, Set, places},
};
use chapterhouse_chapter::{Applied, Kind, View, testing::Snapshot};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers to choose by, always the same for the same seed.
struct Choices(u64);

impl Choices {
    fn below(&mut self, count: usize) -> usize {
        // Knuth's linear congruential generator: the upper bits are good enough to choose an order.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }
}

/// Gives a view the entries of a set in some causal order; now and then one twice.
fn give(view: &mut View, history: &History, set: Set, choices: &mut Choices) {
    let mut waiting: Vec<usize> = places(set).filter(|place| !view.has(&history.entries[*place].id())).collect();
    let mut there = (0..history.entries.len())
        .filter(|place| view.has(&history.entries[*place].id()))
        .fold(0, |there: Set, place| there | 1 << place);
    // With some luck the same side is heard for a while.
    let mut last = 0;
    while !waiting.is_empty() {
        let ready: Vec<usize> = (0..waiting.len()).filter(|at| history.pasts[waiting[*at]] & !there == 0).collect();
        last = if choices.below(3) > 0 { last.min(ready.len() - 1) } else { choices.below(ready.len()) };
        let place = waiting.remove(ready[last]);
        there |= 1 << place;
        let applied = view.apply(&history.entries[place], history);
        assert!(matches!(applied, Applied::Counts | Applied::Void(_)));
        if choices.below(8) == 0 {
            let again = places(there).nth(choices.below(there.count_ones() as usize)).unwrap_or(place);
            assert_eq!(view.apply(&history.entries[again], history), Applied::Again);
        }
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, view: &T, model: &T) -> Result<(), String> {
    if view == model { Ok(()) } else { Err(format!("{what}:\n  the view says  {view:?}\n  the model says {model:?}")) }
}

/// Where two snapshots differ, without the rest.
fn same_view(what: &str, view: &Snapshot<'_>, other: &Snapshot<'_>) -> Result<(), String> {
    if view == other {
        return Ok(());
    }
    let (view, other) = (format!("{view:#?}"), format!("{other:#?}"));
    let differing = view.lines().zip(other.lines()).filter(|(one, other)| one != other).take(12);
    let lines: Vec<String> = differing.map(|(one, other)| format!("  {}  |  {}", one.trim(), other.trim())).collect();
    Err(format!("{what} makes another view:\n{}", lines.join("\n")))
}

/// Whether a view of a set says what the model says; some of its texts may not be here.
pub fn agrees(view: &View, model: &Model, set: Set, gone: Set) -> Result<(), String> {
    for place in places(set) {
        let told = &model.told[place];
        let of = |problem: String| format!("of {place} ({:?}), {problem}", told.kind);
        let author = view.item(&told.id).and_then(|item| item.author);
        same("the author", &author, &told.author).map_err(of)?;
        same("what becomes of it", &view.counted(&told.id), &model.counts_for(place, set, gone >> place & 1 == 0))
            .map_err(of)?;
        if let Some(motion) = view.motion(&told.id) {
            same("the roll", &*motion.roll, &model.roll(place)).map_err(of)?;
            same("the decision", &motion.decided, &model.decided(told.id, set)).map_err(of)?;
        }
    }
    same("members", &view.members().iter().map(|member| member.id).collect(), &model.members(set))?;
    let devices: BTreeMap<_, _> = view.devices().iter().map(|device| (device.id, device.member)).collect();
    same("devices", &devices, &model.devices(set))?;
    let (rules, by) = model.rules(set);
    same("rules", &view.rules(), &Some(rules))?;
    same("the decision of the rules", &view.rules_by(), &by)?;
    let tasks: BTreeMap<_, _> =
        view.tasks().iter().map(|task| ((task.role, task.member), (task.until, task.decision))).collect();
    same("tasks", &tasks, &model.tasks(set))?;
    let hidden: BTreeMap<_, _> =
        view.hidden_entries().iter().filter_map(|entry| Some((*entry, view.hidden(entry)?))).collect();
    same("hidden", &hidden, &model.hidden(set))?;
    let epochs = model.epochs(set);
    same("the epoch", &view.epoch(), &model.epoch(set))?;
    for (_, number, _) in &epochs {
        let left_out: BTreeSet<_> = view.left_out(*number).iter().map(|device| device.id).collect();
        same("left out", &left_out, &model.left_out(*number, set))?;
    }
    same("epochs", &view.epochs().iter().map(|epoch| (epoch.generation, epoch.number, epoch.clean)).collect(), &epochs)
}

/// What is wrong with a history, if something is, a panic included.
pub fn problem(beginning: Beginning, deeds: &[Deed], seed: u64) -> Option<String> {
    let found = std::panic::catch_unwind(|| {
        let history = History::of(beginning, deeds);
        check(&history, seed).map_err(|problem| format!("{problem}\nin\n{}", history.tell()))
    });
    found.unwrap_or_else(|_| Err("it panics".into())).err()
}

/// The history with as few deeds as show a problem, and that problem.
pub fn shortest(beginning: Beginning, deeds: &[Deed], seed: u64, mut wrong: String) -> String {
    let mut deeds = deeds.to_vec();
    let mut step = deeds.len();
    while step > 0 {
        let mut at = 0;
        let before = deeds.len();
        while at < deeds.len() {
            let mut fewer = deeds.clone();
            fewer.drain(at..(at + step).min(deeds.len()));
            match problem(beginning, &fewer, seed) {
                Some(problem) => (deeds, wrong) = (fewer, problem),
                None => at += step,
            }
        }
        if deeds.len() == before || step > 1 {
            step /= 2;
        }
    }
    format!("{wrong}\nby {beginning:?}\n{deeds:#?}")
}

/// Folds a history in several orders, once in two parts, and compares all of it.
fn check(history: &History, seed: u64) -> Result<(), String> {
    let model = Model::of(history.chapter, &history.entries);
    let mut choices = Choices(seed);
    let mut whole = history.begun.clone();
    give(&mut whole, history, model.all(), &mut choices);
    agrees(&whole, &model, model.all(), 0)?;
    let all = Snapshot::of(&whole);

    // Somebody has the past of a few entries; the rest comes later.
    let begun = (0..history.beginning).fold(0, |set: Set, place| set | 1 << place);
    let part = (0..2).fold(begun, |part, _| {
        let place = choices.below(history.entries.len());
        part | history.pasts[place] | 1 << place
    });
    let mut view = history.begun.clone();
    give(&mut view, history, part, &mut choices);
    agrees(&view, &model, part, 0).map_err(|problem| format!("of a part of the entries, {problem}"))?;
    same("the digests", &(view.state_hash() == all.state), &(part == model.all()))?;
    give(&mut view, history, model.all(), &mut choices);
    same_view("the same in parts", &Snapshot::of(&view), &all)?;

    // As it was written, now and then: that is no special order. Or without some of the texts.
    let mut gone = 0;
    if seed.is_multiple_of(2) {
        let mut view = history.begun.clone();
        for (place, entry) in history.entries.iter().enumerate().skip(history.beginning) {
            let mut entry = entry.clone();
            if seed.is_multiple_of(4) && Kind::can_be_hidden(entry.content().kind) && choices.below(3) > 0 {
                entry.drop_body();
                gone |= 1 << place;
            }
            view.apply(&entry, history);
        }
        agrees(&view, &model, model.all(), gone).map_err(|problem| format!("without some texts, {problem}"))?;
        if gone == 0 {
            same_view("the order of writing", &Snapshot::of(&view), &all)?;
        }
    }
    Ok(())
}
