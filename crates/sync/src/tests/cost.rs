//! What it costs: bytes on the wire, rounds, and the machine's own time.

use super::*;
use std::time::Instant;

#[test]
fn a_first_copy_costs_less_than_five_bytes_an_envelope() {
    let log = chain(10_000, 530);
    let envelopes: u64 = log.iter().map(|bytes| bytes.len() as u64).sum();
    let mut world = World::of_members(&[&log, &[]], 1);
    world.connect(0, 1);
    world.run();
    world.assert_equal();
    let overhead = world.bytes - envelopes;
    println!("10,000 envelopes: {overhead} bytes more than they are, {} messages", world.messages);
    assert!(overhead < 5 * 10_000, "{overhead}");
}

/// How many one-way trips it takes when everything that is on its way travels at once: until the sets are equal, and
/// until both know it.
fn turns(mut world: World) -> ([u32; 2], World) {
    let (mut turns, mut equal) = (0, None);
    loop {
        // All that is on its way arrives, and only then what it led to.
        let waiting: Vec<_> =
            world.wires.iter().flat_map(|(pair, wire)| std::iter::repeat_n(*pair, wire.len())).collect();
        if waiting.is_empty() {
            return ([equal.unwrap(), turns], world);
        }
        turns += 1;
        for (from, to) in waiting {
            if let Some(bytes) = world.wires.get_mut(&(from, to)).and_then(VecDeque::pop_front) {
                world.input(to, Input::Message { peer: peer(from), bytes });
            }
            while let Some(input) = world.machines[to].owed.pop_front() {
                world.input(to, input);
            }
        }
        if equal.is_none() && world.ids(0) == world.ids(1) {
            equal = Some(turns);
        }
    }
}

#[test]
fn catching_up_takes_few_trips() {
    // All in one hour: the worst case, since time tells nothing about where the differences are.
    let common = heap(0, 10_000, 530);
    let (mut one, mut other) = (common.clone(), common.clone());
    one.extend(heap(20_000, 100, 530));
    other.extend(heap(30_000, 100, 530));
    let mut world = World::of_members(&[&one, &other], 2);
    world.connect(0, 1);
    let (taken, world) = turns(world);
    world.assert_equal();
    println!("100 and 100 of 10,000, one hour: {taken:?} trips, {} bytes, {} messages", world.bytes, world.messages);
    // Five of each: greeting, tags, proof, summary, two rounds of two, and the envelopes.
    assert_eq!(taken, [10, 12]);
    assert!(world.bytes < 200 * 600 + 120_000, "{}", world.bytes);

    // As it is in life: what is new is new in time.
    let common = chain(10_000, 530);
    let (mut one, mut other) = (common.clone(), common);
    one.extend(heap(20_000, 100, 530));
    other.extend(heap(30_000, 100, 530));
    let mut world = World::of_members(&[&one, &other], 2);
    world.connect(0, 1);
    let (taken, world) = turns(world);
    world.assert_equal();
    println!("100 and 100 of 10,000, latest: {taken:?} trips, {} bytes, {} messages", world.bytes, world.messages);
    assert!(world.bytes < 200 * 600 + 20_000, "{}", world.bytes);
}

/// Written while nobody was connected.
fn write_apart(world: &mut World, index: usize, new: &[Vec<u8>]) {
    let mut verdict = Verdict::default();
    new.iter().for_each(|bytes| world.held(index).ingest(bytes.clone(), &mut verdict));
    world.stored(index, verdict.stored);
}

#[test]
fn who_met_before_goes_on_where_they_were() {
    let common = heap(0, 10_000, 530);
    let mut world = World::of_members(&[&common, &common, &common], 2);
    world.connect(0, 1);
    world.connect(0, 2);
    world.connect(1, 2);
    world.run();
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        world.disconnect(one, other);
    }
    write_apart(&mut world, 0, &heap(20_000, 100, 530));
    write_apart(&mut world, 1, &heap(30_000, 100, 530));
    (world.bytes, world.messages) = (0, 0);
    world.kinds.clear();
    world.connect(0, 1);
    let (taken, mut world) = turns(world);
    world.assert_equal_but(2);
    println!("met before, 100 and 100 of 10,000, one hour: {taken:?} trips, {} bytes", world.bytes);
    // Greeting, tags, proof, summary, the envelopes; then that they came, that both have the same, and the answers to that.
    assert_eq!(taken, [5, 8]);
    assert!(world.bytes < 200 * 600, "{}", world.bytes);
    assert!(world.kinds.iter().all(|(_, kind)| ![9, 10].contains(kind)), "no ids are compared");
    // The third comes back, and meets both at once: each names what the other may have given it, and it is asked for once.
    world.bytes = 0;
    world.connect(2, 0);
    world.connect(2, 1);
    world.run();
    world.assert_equal();
    println!("the third, from two: {} bytes", world.bytes);
    assert!(world.bytes < 200 * 600 + 2 * 200 * 60, "{}", world.bytes);
}

#[test]
fn what_somebody_was_known_to_have_and_lost_is_found_missing() {
    let common = heap(0, 1_000, 530);
    let mut world = World::of_members(&[&common, &common], 4);
    world.connect(0, 1);
    world.run();
    world.disconnect(0, 1);
    // An older copy of the second one's log comes back.
    let held = world.held(1);
    held.log.truncate(900);
    held.have = held.log.iter().map(|bytes| item_of(bytes).0.id).collect();
    world.load(1, 1);
    write_apart(&mut world, 0, &heap(20_000, 10, 530));
    world.connect(0, 1);
    world.run();
    world.assert_equal();
    assert!(world.in_sync(0).is_some() && world.in_sync(1).is_some());
}

#[test]
fn a_live_post_is_on_its_way_in_the_same_moment() {
    let log = chain(100, 530);
    let mut world = World::of_members(&[&log, &log], 3);
    world.connect(0, 1);
    world.run();
    world.write(0, 1);
    let (taken, world) = turns(world);
    world.assert_equal();
    assert_eq!((taken, world.machines[0].sync.share(&chapter(1), 100)), ([1, 2], 1));
}

/// Prints the machine's own time; run it in release: `cargo test -r -p chapterhouse-sync cost -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, for release builds"]
fn measure() {
    let common = heap(0, 100_000, 530);
    let items: Vec<Item> = common.iter().map(|bytes| item_of(bytes).0).collect();
    let start = Instant::now();
    let mut set = crate::set::Set::load(&items);
    println!("load 100,000 ids: {:?}", start.elapsed());
    let start = Instant::now();
    for n in 0..1000_u64 {
        set.insert(&Item { hour: START.coarse(), id: EnvelopeId(*blake3::hash(&n.to_le_bytes()).as_bytes()) });
    }
    println!("insert 1,000 more: {:?}", start.elapsed());
    let start = Instant::now();
    let mut fresh = crate::set::Set::default();
    for item in &items {
        fresh.insert(item);
    }
    println!("insert 100,000 one by one: {:?}", start.elapsed());
    let start = Instant::now();
    let ids = common.iter().filter(|bytes| set.contains(&Envelope::id_of(bytes).unwrap())).count();
    println!("ids and lookups of {ids}: {:?}", start.elapsed());
    let page = Message::Page { lane: [0; 8], left: 0, envelopes: common[..800].to_vec() }.to_bytes();
    let start = Instant::now();
    for _ in 0..125 {
        std::hint::black_box(Message::from_bytes(&page).unwrap());
    }
    println!("read 125 pages: {:?}", start.elapsed());
    let start = Instant::now();
    let print = negentropy::NegentropyStorageBase::fingerprint(&set, 0, 101_000).unwrap().to_bytes();
    println!("fingerprint of all: {:?} {:02x}", start.elapsed(), print[0]);

    for (what, ours, theirs) in [
        ("first copy of 100,000", common.clone(), Vec::new()),
        (
            "1,000 and 1,000 of 100,000",
            {
                let mut ours = common.clone();
                ours.extend(heap(200_000, 1000, 530));
                ours
            },
            {
                let mut theirs = common.clone();
                theirs.extend(heap(300_000, 1000, 530));
                theirs
            },
        ),
    ] {
        let mut world = World::of_members(&[&ours, &theirs], 4);
        world.connect(0, 1);
        let mut spent = [std::time::Duration::ZERO; 2];
        while let Some(pair) = world.wires.iter().find(|(_, wire)| !wire.is_empty()).map(|(pair, _)| *pair) {
            let (from, to) = pair;
            let bytes = world.wires.get_mut(&pair).unwrap().pop_front().unwrap();
            let mut todo = vec![Input::Message { peer: peer(from), bytes }];
            while let Some(input) = todo.pop() {
                let machine = &mut world.machines[to];
                let start = Instant::now();
                let out = machine.sync.handle(world.now, input, &mut machine.node);
                spent[to] += start.elapsed();
                for output in out {
                    world.output(to, output);
                }
                todo.extend(world.machines[to].owed.pop_front());
            }
        }
        world.assert_equal();
        println!(
            "{what}: {:?} and {:?} in the machines, {} messages, {} bytes more than the envelopes",
            spent[0],
            spent[1],
            world.messages,
            world.bytes
                - world.machines[0].sync.peers()[0].lanes[0].stats.sent * common[0].len() as u64
                - world.machines[1].sync.peers()[0].lanes[0].stats.sent * common[0].len() as u64,
        );
    }
}
