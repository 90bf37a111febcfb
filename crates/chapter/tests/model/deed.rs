//! What somebody does in a random history. Everything is picked by number from what is there by then, so that a history
//! from which deeds are taken away is still one.

use proptest::prelude::*;

/// What an author has seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sees {
    /// All that is known in this corner of the world.
    All,
    /// All of that, as a device that brings along what it wrote elsewhere.
    Brings,
    /// Its own last entry: it was not online since, or pretends so.
    Own,
    /// An earlier entry of its own, as from a backup: what it signed since then never happened.
    Backup(u8),
    /// The past of some entry.
    Some(u8),
}

#[derive(Debug, Clone, Copy)]
pub enum Chosen {
    Rules(u8),
    Remove(u8),
    Give(u8, u8),
    Recall(u8, u8),
    Hide(u8),
}

#[derive(Debug, Clone, Copy)]
pub enum What {
    Post,
    Comment(u8),
    Minutes,
    Profile,
    Unknown,
    Rubbish(u8),
    Poll(bool),
    Ballot {
        poll: u8,
        number: u8,
        answer: u8,
    },
    Give {
        poll: u8,
        number: u8,
        to: Option<u8>,
    },
    Invite {
        door: u8,
        uses: u8,
        short: bool,
    },
    /// By an invitation that is there: by its own door or by another one, with the terms of the moment or others.
    Admit {
        invite: u8,
        name: u8,
        device: u8,
        wrong: u8,
    },
    /// Invitation, request, sponsors' words and admission, one after the other.
    Join {
        name: u8,
        device: u8,
        sponsors: u16,
    },
    Request {
        invite: u8,
        name: u8,
        device: u8,
    },
    Sponsor(u8),
    Decline(u8),
    AddDevice {
        device: u8,
        whose: u8,
    },
    Revoke {
        device: u8,
        whose: u8,
        last: u8,
    },
    Leave,
    /// Two devices of one member revoke each other.
    Quarrel,
    /// Whoever has further devices revokes them.
    Purge,
    /// Motion, votes and decision, one after the other. Who is against, whether one waits for the close, and whether
    /// two people write the decision.
    Campaign {
        chosen: Chosen,
        voters: u16,
        against: u8,
        late: bool,
        twice: bool,
    },
    Motion {
        chosen: Chosen,
        early: bool,
    },
    Voice {
        motion: u8,
        number: u8,
        choice: u8,
    },
    Decision {
        motion: u8,
        late: bool,
    },
    Epoch {
        ahead: u8,
        key: u8,
        wraps: u16,
        again: bool,
    },
    OtherCharter,
    /// Another corner of the world is heard from. Nothing is written.
    Meet(u8),
}

/// One thing that somebody does.
#[derive(Debug, Clone, Copy)]
pub struct Deed {
    /// In which corner of the world.
    pub corner: u8,
    pub who: u8,
    pub device: u8,
    pub sees: Sees,
    /// Minutes before what was written last; 0: a minute after it.
    pub back: u8,
    pub what: What,
}

/// Numbers out of one large one.
struct Dice(u128);

impl Dice {
    fn roll(&mut self, sides: u128) -> u8 {
        let number = self.0 % sides;
        self.0 /= sides;
        number as u8
    }

    fn mask(&mut self) -> u16 {
        u16::from(self.roll(256)) | u16::from(self.roll(16)) << 8
    }

    fn chosen(&mut self) -> Chosen {
        match self.roll(100) {
            0..50 => Chosen::Remove(self.roll(24)),
            50..64 => Chosen::Rules(self.roll(4)),
            64..78 => Chosen::Give(self.roll(2), self.roll(12)),
            78..90 => Chosen::Recall(self.roll(2), self.roll(12)),
            _ => Chosen::Hide(self.roll(64)),
        }
    }

    fn what(&mut self) -> What {
        match self.roll(100) {
            0..4 => What::Post,
            4..8 => What::Comment(self.roll(64)),
            8 => {
                if self.roll(2) == 0 {
                    What::Minutes
                } else {
                    What::Unknown
                }
            }
            9 => What::Profile,
            10..12 => What::Rubbish(self.roll(140)),
            12..15 => What::Poll(self.roll(4) > 0),
            19 => {
                let (poll, number, nobody) = (self.roll(8), self.roll(3), self.roll(5) == 0);
                What::Give { poll, number, to: (!nobody).then(|| self.roll(24)) }
            }
            15..20 => What::Ballot { poll: self.roll(8), number: self.roll(3), answer: self.roll(5) },
            20..24 => What::Invite { door: self.roll(3), uses: self.roll(2), short: self.roll(4) == 0 },
            24..30 => {
                What::Admit { invite: self.roll(8), name: self.roll(24), device: self.roll(2), wrong: self.roll(14) }
            }
            30..40 => What::Join { name: self.roll(24), device: self.roll(2), sponsors: self.mask() },
            40 => What::Request { invite: self.roll(8), name: self.roll(24), device: self.roll(2) },
            41 => What::Sponsor(self.roll(8)),
            42 => What::Decline(self.roll(8)),
            43..49 => What::AddDevice { device: self.roll(7), whose: self.roll(24) },
            49 => {
                if self.roll(2) == 0 {
                    What::Quarrel
                } else {
                    What::Purge
                }
            }
            50..57 => What::Revoke { device: self.roll(6), whose: self.roll(24), last: self.roll(16) },
            57..61 => What::Leave,
            61..79 => What::Campaign {
                chosen: self.chosen(),
                voters: self.mask() | self.mask(),
                against: self.roll(12),
                late: self.roll(2) == 0,
                twice: self.roll(5) == 0,
            },
            79 => What::Motion { chosen: self.chosen(), early: self.roll(2) == 0 },
            80..85 => What::Voice { motion: self.roll(8), number: self.roll(3), choice: self.roll(3) },
            85..90 => What::Decision { motion: self.roll(8), late: self.roll(2) == 0 },
            90..95 => What::Epoch {
                ahead: self.roll(4),
                key: self.roll(3),
                wraps: self.mask() | self.mask(),
                again: self.roll(3) == 0,
            },
            95 => {
                if self.roll(8) == 0 {
                    What::OtherCharter
                } else {
                    What::Post
                }
            }
            _ => What::Meet(self.roll(6)),
        }
    }
}

impl Deed {
    fn from_number(number: u128) -> Self {
        let mut dice = Dice(number);
        let what = dice.what();
        let (corner, who) = (dice.roll(6), dice.roll(64));
        let device = dice.roll(16);
        let sees = match dice.roll(100) {
            0..62 => Sees::All,
            62..76 => Sees::Brings,
            76..88 => Sees::Own,
            88..94 => Sees::Backup(dice.roll(8)),
            _ => Sees::Some(dice.roll(64)),
        };
        let back = if dice.roll(5) == 0 { dice.roll(200) } else { 0 };
        Self { corner, who, device, sees, back, what }
    }
}

/// How a chapter begins.
#[derive(Debug, Clone, Copy)]
pub struct Beginning {
    /// Which of a few charters.
    pub charter: usize,
    /// So many members.
    pub members: usize,
    /// In so many corners of the world.
    pub corners: usize,
}

/// The beginning of a history, and what happens then.
pub fn history(deeds: std::ops::Range<usize>) -> impl Strategy<Value = (Beginning, Vec<Deed>)> {
    let beginning = (0_usize..4, 2_usize..11, 1_usize..7);
    let beginning = beginning.prop_map(|(charter, members, corners)| Beginning { charter, members, corners });
    (beginning, prop::collection::vec(any::<u128>().no_shrink().prop_map(Deed::from_number), deeds))
}
