//! One link per peer, out of the connections there happen to be. Pure: time comes in as an argument.
//!
//! Two connections to one peer arise in two ways. Both sides called at once: then one is too many, and if each side
//! chose for itself they might end both. Or the peer has started anew and this side has not noticed: then the older
//! one is dead, and whoever keeps to it stays deaf. So the newer one is kept, and of the two sides the one with the
//! smaller PeerId decides which that is. The other leaves the newer one waiting until the older one ends, and decides
//! only when nothing happens for [`PATIENCE`].

use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

use libp2p::{PeerId, swarm::ConnectionId};

/// How long the side that does not decide waits for the other's decision.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Begin to use this connection.
    Activate(ConnectionId),
    /// End this connection.
    Close(ConnectionId),
}

struct Link {
    current: ConnectionId,
    /// The newer connection, and when patience with the older one ends.
    waiting: Option<(ConnectionId, Instant)>,
}

pub(crate) struct Links {
    me: PeerId,
    peers: HashMap<PeerId, Link>,
    /// Incoming connections of peers that are not trusted, oldest first.
    strangers: BTreeSet<ConnectionId>,
    most_strangers: usize,
}

impl Links {
    pub(crate) fn new(me: PeerId, most_strangers: usize) -> Self {
        Self { me, peers: HashMap::new(), strangers: BTreeSet::new(), most_strangers }
    }

    /// A connection has been made.
    pub(crate) fn established(
        &mut self,
        conn: ConnectionId,
        peer: PeerId,
        outbound: bool,
        now: Instant,
    ) -> (Vec<Step>, Option<ConnectionId>) {
        let displaced = if outbound { None } else { self.admit(conn) };
        let Some(link) = self.peers.get_mut(&peer) else {
            self.peers.insert(peer, Link { current: conn, waiting: None });
            return (vec![Step::Activate(conn)], displaced);
        };
        let mut steps = Vec::new();
        if self.me < peer {
            steps.extend([Step::Close(link.current), Step::Activate(conn)]);
            link.current = conn;
        } else if let Some((waiting, _)) = link.waiting.replace((conn, now + PATIENCE)) {
            steps.push(Step::Close(waiting));
        }
        (steps, displaced)
    }

    /// A connection has ended.
    pub(crate) fn closed(&mut self, conn: ConnectionId, peer: &PeerId) -> Vec<Step> {
        self.strangers.remove(&conn);
        let Some(link) = self.peers.get_mut(peer) else { return Vec::new() };
        if link.waiting.is_some_and(|(waiting, _)| waiting == conn) {
            link.waiting = None;
        }
        if link.current != conn {
            return Vec::new();
        }
        match link.waiting.take() {
            Some((next, _)) => {
                link.current = next;
                vec![Step::Activate(next)]
            }
            None => {
                self.peers.remove(peer);
                Vec::new()
            }
        }
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self, now: Instant) -> Vec<Step> {
        let mut steps = Vec::new();
        for link in self.peers.values_mut() {
            if let Some((next, _)) = link.waiting.take_if(|(_, patience)| *patience <= now) {
                steps.extend([Step::Close(link.current), Step::Activate(next)]);
                link.current = next;
            }
        }
        steps
    }

    /// When `tick` is due.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.peers.values().filter_map(|link| link.waiting).map(|(_, patience)| patience).min()
    }

    /// The connection in use for this peer.
    pub(crate) fn current(&self, peer: &PeerId) -> Option<ConnectionId> {
        self.peers.get(peer).map(|link| link.current)
    }

    /// All connections of this peer.
    pub(crate) fn all(&self, peer: &PeerId) -> Vec<ConnectionId> {
        let link = self.peers.get(peer);
        link.into_iter().flat_map(|link| [Some(link.current), link.waiting.map(|(conn, _)| conn)]).flatten().collect()
    }

    /// The peer has business here: its connection is never ended to make room.
    pub(crate) fn trust(&mut self, conn: ConnectionId) {
        self.strangers.remove(&conn);
    }

    /// Counts a stranger in; when there are too many, names the one that has been here longest.
    fn admit(&mut self, conn: ConnectionId) -> Option<ConnectionId> {
        self.strangers.insert(conn);
        if self.strangers.len() <= self.most_strangers { None } else { self.strangers.pop_first() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn id(n: usize) -> ConnectionId {
        ConnectionId::new_unchecked(n)
    }

    #[derive(Clone, Copy)]
    enum Seen {
        Established(usize),
        Closed(usize),
    }

    /// Two sides, and what each has yet to see of the connections between them.
    struct Pair {
        sides: [Links; 2],
        peers: [PeerId; 2],
        unseen: [std::collections::VecDeque<Seen>; 2],
        now: Instant,
    }

    impl Pair {
        /// The first of the two decides.
        fn new(unseen: [[usize; 2]; 2]) -> Self {
            let mut peers = [PeerId::random(), PeerId::random()];
            peers.sort();
            let sides = peers.map(|me| Links::new(me, 8));
            let unseen = unseen.map(|conns| conns.into_iter().map(Seen::Established).collect());
            Self { sides, peers, unseen, now: Instant::now() }
        }

        fn look(&mut self, side: usize) {
            let other = self.peers[1 - side];
            let steps = match self.unseen[side].pop_front() {
                Some(Seen::Established(conn)) => self.sides[side].established(id(conn), other, true, self.now).0,
                Some(Seen::Closed(conn)) => self.sides[side].closed(id(conn), &other),
                None => vec![],
            };
            self.act(steps);
        }

        fn act(&mut self, steps: Vec<Step>) {
            for step in steps {
                if let Step::Close(conn) = step {
                    let number = (1..9).find(|n| id(*n) == conn).unwrap();
                    self.unseen.iter_mut().for_each(|unseen| unseen.push_back(Seen::Closed(number)));
                }
            }
        }

        fn settle(&mut self) -> Vec<Option<ConnectionId>> {
            while self.unseen.iter().any(|unseen| !unseen.is_empty()) {
                (0..2).for_each(|side| self.look(side));
            }
            (0..2).map(|side| self.sides[side].current(&self.peers[1 - side])).collect()
        }
    }

    #[test]
    fn calling_each_other_at_once_leaves_one_link_in_whatever_order_it_is_seen() {
        for first in [[1, 2], [2, 1]] {
            for second in [[1, 2], [2, 1]] {
                for interleaving in 0u32..64 {
                    let mut pair = Pair::new([first, second]);
                    (0..6).for_each(|bit| pair.look(usize::from(interleaving >> bit & 1 == 1)));
                    let current = pair.settle();
                    assert!(current[0].is_some() && current[0] == current[1], "{first:?} {second:?} {interleaving}");
                    let each = [0, 1].map(|side| pair.sides[side].all(&pair.peers[1 - side]).len());
                    assert_eq!(each, [1, 1]);
                }
            }
        }
    }

    #[test]
    fn a_peer_that_started_anew_is_heard_whoever_decides() {
        for restarted in [0, 1] {
            let mut pair = Pair::new([[1, 2], [1, 2]]);
            pair.look(0);
            pair.look(1);
            // It forgets everything, and the other side sees nothing of that.
            pair.sides[restarted] = Links::new(pair.peers[restarted], 8);
            pair.settle();
            pair.now += PATIENCE;
            for side in [0, 1] {
                let steps = pair.sides[side].tick(pair.now);
                pair.act(steps);
            }
            assert_eq!(pair.settle(), [Some(id(2)); 2]);
        }
    }

    #[test]
    fn the_oldest_stranger_gives_way_and_the_trusted_do_not() {
        let mut links = Links::new(PeerId::random(), 3);
        let now = Instant::now();
        let mut come = |n: usize, outbound: bool| links.established(id(n), PeerId::random(), outbound, now).1;
        assert_eq!([come(0, false), come(1, false), come(2, true), come(3, false)], [None; 4]);
        links.trust(id(0));
        let mut come = |n: usize| links.established(id(n), PeerId::random(), false, now).1;
        assert_eq!([come(4), come(5), come(6)], [None, Some(id(1)), Some(id(3))]);
    }

    #[test]
    fn patience_has_a_deadline_and_a_third_connection_ends_the_second() {
        let mut peers = [PeerId::random(), PeerId::random()];
        peers.sort();
        let (mut links, other, now) = (Links::new(peers[1], 8), peers[0], Instant::now());
        assert_eq!(links.established(id(1), other, true, now).0, [Step::Activate(id(1))]);
        assert_eq!((links.established(id(2), other, true, now).0, links.deadline()), (vec![], Some(now + PATIENCE)));
        assert_eq!(links.established(id(3), other, true, now).0, [Step::Close(id(2))]);
        assert_eq!(links.tick(now), []);
        assert_eq!(links.tick(now + PATIENCE), [Step::Close(id(1)), Step::Activate(id(3))]);
        assert_eq!((links.closed(id(1), &other), links.deadline()), (vec![], None));
        assert_eq!((links.closed(id(3), &other), links.current(&other)), (vec![], None));
    }
}
