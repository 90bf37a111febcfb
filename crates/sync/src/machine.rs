//! The machine.

use crate::{
    Mark, Peer, PeerStatus,
    host::Host,
    io::{Input, Output},
};
use entry::{ChapterId, DeviceId, Timestamp};

/// The state of everything between this device and its peers.
pub struct Sync {
    me: Peer,
}

impl Sync {
    /// For the node of this network name.
    pub fn new(me: Peer) -> Self {
        Self { me }
    }

    /// This node's network name.
    pub fn me(&self) -> &Peer {
        &self.me
    }

    /// Takes one input; returns what is to be done, in order.
    pub fn handle(&mut self, now: Timestamp, input: Input, host: &mut dyn Host) -> Vec<Output> {
        let _ = (now, input, host);
        Vec::new()
    }

    /// Who is connected.
    pub fn peers(&self) -> Vec<PeerStatus> {
        Vec::new()
    }

    /// How many envelopes of a chapter are known of and still to come.
    pub fn left(&self, _chapter: &ChapterId) -> u64 {
        0
    }

    /// How many other devices are known to hold what is at this position.
    pub fn share(&self, _chapter: &ChapterId, _position: u64) -> usize {
        0
    }

    /// How many positions at least one other device is known to hold.
    pub fn shared(&self, _chapter: &ChapterId) -> u64 {
        0
    }

    /// What is known of who has what, for keeping over a restart.
    pub fn marks(&self, _chapter: &ChapterId) -> Vec<(DeviceId, Mark)> {
        Vec::new()
    }

    /// Takes back what was kept. After [`Input::Loaded`]; what is known already stays.
    pub fn restore_marks(&mut self, _chapter: &ChapterId, _marks: Vec<(DeviceId, Mark)>) {}
}
