//! A peer that is no node: it lies, floods, replays and sends rubbish. It has no keys of the chapter.

use crate::weather::below;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use std::collections::VecDeque;
use sync::Peer;

/// What it has overheard and kept, at most.
const KEPT: usize = 200;

/// The hostile peer.
pub(crate) struct Hostile {
    pub(crate) peer: Peer,
    /// Messages that honest peers sent, to it or to each other, to replay and to spoil.
    heard: VecDeque<Vec<u8>>,
}

impl Hostile {
    pub(crate) fn new(peer: Peer) -> Self {
        Self { peer, heard: VecDeque::new() }
    }

    /// Hears a message. Links are encrypted; hearing everything is more than it could do in truth.
    pub(crate) fn hear(&mut self, bytes: &[u8]) {
        if self.heard.len() == KEPT {
            self.heard.pop_front();
        }
        self.heard.push_back(bytes.to_vec());
    }

    /// What it sends next.
    pub(crate) fn speak(&mut self, rng: &mut ChaCha20Rng) -> Vec<u8> {
        let pick = below(rng, self.heard.len() as u64) as usize;
        let Some(mut bytes) = self.heard.get(pick).cloned() else {
            return rubbish(rng);
        };
        match below(rng, 4) {
            0 => rubbish(rng),
            1 => bytes,
            2 => {
                let at = below(rng, bytes.len() as u64) as usize;
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << below(rng, 8);
                }
                bytes
            }
            _ => {
                bytes.truncate(below(rng, bytes.len() as u64) as usize);
                bytes
            }
        }
    }
}

fn rubbish(rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut bytes = vec![0; below(rng, 4096) as usize];
    rng.fill_bytes(&mut bytes);
    bytes
}
