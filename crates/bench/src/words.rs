//! What is written: prose in sentences of its own, different every time, so that compression is measured honestly.
//!
//! Content words are drawn evenly, which is less regular than people write: a text of ours compresses no better than one
//! of theirs. A test compares.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// How long a body is, in bytes.
pub(crate) const BODY: usize = 500;

/// A post.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) title: String,
    pub(crate) body: String,
}

/// An endless supply of posts.
pub(crate) struct Writer(ChaCha20Rng);

impl Writer {
    /// Always the same ones for the same seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    pub(crate) fn posts(&mut self, count: usize) -> Vec<Post> {
        (0..count).map(|_| self.post()).collect()
    }

    pub(crate) fn post(&mut self) -> Post {
        let title = match self.below(4) {
            0 => format!("The {} {} {}", self.pick(ADJECTIVES), self.pick(NOUNS), self.pick(PLACES)),
            1 => format!("{} about the {}", capital(self.pick(ABSTRACTS)), self.pick(NOUNS)),
            2 => format!("Who can {} the {}?", self.pick(VERBS).0, self.pick(NOUNS)),
            _ => format!("{} and the {}", self.pick(NAMES), self.pick(NOUNS)),
        };
        let mut body = String::with_capacity(BODY + 200);
        while body.len() < BODY {
            if !body.is_empty() {
                body.push_str(if self.below(5) == 0 { "\n\n" } else { " " });
            }
            body.push_str(&capital(&self.sentence()));
        }
        body.truncate(BODY);
        Post { title, body }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0.next_u32() as usize % limit
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn sentence(&mut self) -> String {
        let first = self.clause();
        match self.below(8) {
            0 => format!("{first}, {} {}.", self.pick(JOINTS), self.clause()),
            1 => format!("{} {first}.", self.pick(OPENERS)),
            2 => format!("{first}; {}.", self.clause()),
            3 => format!("{first} {}, {} {}.", self.pick(TIMES), self.pick(JOINTS), self.clause()),
            4 => format!("Did {} {} {} {}?", self.person(), self.pick(VERBS).0, self.thing(), self.pick(PLACES)),
            5 => format!("{first} {} {}.", self.pick(PLACES), self.pick(TIMES)),
            6 => format!("\"{},\" said {}.", capital(&first), self.pick(NAMES)),
            _ => format!("{first}."),
        }
    }

    fn clause(&mut self) -> String {
        let verb = self.pick(VERBS);
        match self.below(7) {
            0 => format!("{} {} {}", self.person(), verb.1, self.thing()),
            1 => format!("{} {} {} {}", self.thing(), self.pick(MODALS), self.pick(ADVERBS), self.state()),
            2 => format!("{} {} {} {}", self.person(), self.pick(WISHES), verb.0, self.thing()),
            3 => format!("{} {} {} {} {}", self.person(), self.pick(ADVERBS), verb.1, self.thing(), self.pick(PLACES)),
            4 => format!("{} was {} {} {}", self.thing(), verb.2, self.pick(PLACES), self.pick(TIMES)),
            5 => format!("there {} {}", self.pick(&["was", "is", "will be", "could be", "used to be"]), self.thing()),
            _ => {
                format!(
                    "{} {} {} {}",
                    self.pick(ABSTRACTS),
                    self.pick(MODALS),
                    self.pick(ADVERBS),
                    self.pick(ADJECTIVES)
                )
            }
        }
    }

    fn person(&mut self) -> String {
        match self.below(4) {
            0 => self.pick(&["we", "they", "she", "he", "I", "you", "nobody", "somebody"]).to_owned(),
            1 => self.pick(NAMES).to_owned(),
            2 => format!("{} and {}", self.pick(NAMES), self.pick(NAMES)),
            _ => format!("{} {}", self.pick(&["the", "our", "another", "the other", "every"]), self.pick(ROLES)),
        }
    }

    fn thing(&mut self) -> String {
        match self.below(6) {
            0 => format!("{} {}s", 2 + self.below(97), self.pick(NOUNS)),
            1 => format!("the {}'s {}", self.pick(ROLES), self.pick(NOUNS)),
            2 => format!("the {} {}", self.pick(ADJECTIVES), self.pick(NOUNS)),
            3 => {
                format!("{} {} {}", self.pick(&["some", "each", "no", "that"]), self.pick(ADJECTIVES), self.pick(NOUNS))
            }
            4 => format!("the {} of the {}", self.pick(ABSTRACTS), self.pick(NOUNS)),
            _ => format!("{} {}", self.pick(&["the", "our", "their", "this", "one"]), self.pick(NOUNS)),
        }
    }

    fn state(&mut self) -> String {
        match self.below(3) {
            0 => self.pick(VERBS).2.to_owned(),
            1 => format!(
                "{} than the {}",
                self.pick(&["cheaper", "older", "heavier", "better", "later"]),
                self.pick(NOUNS)
            ),
            _ => self.pick(ADJECTIVES).to_owned(),
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const NAMES: &[&str] = &[
    "Rowan",
    "Asha",
    "Imre",
    "Noor",
    "Tomas",
    "Beatriz",
    "Yusuf",
    "Ilse",
    "Kofi",
    "Marguerite",
    "Dragan",
    "Sunniva",
    "Pavel",
    "Ottoline",
    "Hamid",
    "Wendla",
    "Zsofia",
    "Ezekiel",
    "Philippa",
    "Joaquim",
    "Thandiwe",
    "Bartholomew",
    "Luz",
    "Quentin",
];
const ROLES: &[&str] = &[
    "carpenter",
    "beekeeper",
    "ferryman",
    "nurse",
    "caretaker",
    "electrician",
    "apprentice",
    "landlord",
    "councillor",
    "librarian",
    "neighbour",
    "glazier",
    "tenant",
    "engineer",
    "gardener",
    "driver",
    "translator",
    "bookkeeper",
    "visitor",
    "plumber",
    "surveyor",
    "cook",
    "archivist",
    "machinist",
];
const NOUNS: &[&str] = &[
    "kettle",
    "ladder",
    "canal",
    "bicycle",
    "projector",
    "orchard",
    "boiler",
    "ledger",
    "pamphlet",
    "turbine",
    "greenhouse",
    "marquee",
    "compost heap",
    "drawbridge",
    "workshop",
    "lathe",
    "radiator",
    "staircase",
    "chimney",
    "hedge",
    "letter",
    "photograph",
    "rainwater tank",
    "kitchen",
    "towpath",
    "allotment",
    "printer",
    "envelope",
    "roof",
    "battery",
    "loudspeaker",
    "bakery",
    "bench",
    "streetlamp",
    "wheelbarrow",
    "boat",
    "museum",
    "timetable",
    "contract",
    "warehouse",
    "barrel",
    "fence",
    "telescope",
    "pump",
    "garage",
    "harvest",
    "blanket",
    "generator",
    "sewing machine",
    "recipe",
    "mural",
    "footbridge",
    "sieve",
    "keyhole",
    "chapel",
    "quarry",
    "drainpipe",
    "notebook",
    "stove",
    "curtain",
    "cupboard",
    "insurance",
    "fuse box",
    "plank",
    "goat",
    "newspaper",
    "tramline",
    "postcard",
    "microphone",
    "rota",
    "budget",
    "window",
    "licence",
    "receipt",
    "wardrobe",
    "umbrella",
    "bucket",
    "map",
    "signpost",
    "jam jar",
    "trailer",
    "violin",
    "puppet",
    "easel",
    "nursery",
    "seedling",
    "lantern",
    "gutter",
    "cistern",
    "tarpaulin",
    "scaffold",
    "choir",
    "vineyard",
    "furnace",
    "mattress",
    "hinge",
    "crate",
    "cellar",
];
const ABSTRACTS: &[&str] = &[
    "history",
    "price",
    "weight",
    "condition",
    "memory",
    "ownership",
    "smell",
    "disagreement",
    "progress",
    "silence",
    "shortage",
    "colour",
    "temperature",
    "agreement",
    "absence",
    "usefulness",
    "repair",
    "shape",
    "noise",
    "advice",
    "patience",
    "warning",
    "damage",
    "paperwork",
    "rumour",
    "arrival",
];
const ADJECTIVES: &[&str] = &[
    "rusty",
    "borrowed",
    "empty",
    "damp",
    "generous",
    "crooked",
    "municipal",
    "northern",
    "waterproof",
    "expensive",
    "forgotten",
    "wooden",
    "unfinished",
    "temporary",
    "enormous",
    "fragile",
    "yellow",
    "second-hand",
    "abandoned",
    "noisy",
    "electric",
    "useful",
    "narrow",
    "frozen",
    "medieval",
    "portable",
    "unlocked",
    "stubborn",
    "cheerful",
    "invisible",
    "dusty",
    "legal",
    "triangular",
    "broken",
    "heavy",
    "ordinary",
    "quick",
    "doubtful",
    "magnificent",
    "suspicious",
    "local",
    "spare",
    "dry",
    "bright",
    "hollow",
    "faded",
    "ripe",
    "awkward",
];
const VERBS: &[(&str, &str, &str)] = &[
    ("repair", "repaired", "repaired"),
    ("paint", "painted", "painted"),
    ("borrow", "borrowed", "borrowed"),
    ("carry", "carried", "carried"),
    ("measure", "measured", "measured"),
    ("hide", "hid", "hidden"),
    ("sell", "sold", "sold"),
    ("inspect", "inspected", "inspected"),
    ("lose", "lost", "lost"),
    ("clean", "cleaned", "cleaned"),
    ("build", "built", "built"),
    ("photograph", "photographed", "photographed"),
    ("move", "moved", "moved"),
    ("remember", "remembered", "remembered"),
    ("insure", "insured", "insured"),
    ("plant", "planted", "planted"),
    ("water", "watered", "watered"),
    ("replace", "replaced", "replaced"),
    ("translate", "translated", "translated"),
    ("describe", "described", "described"),
    ("unload", "unloaded", "unloaded"),
    ("steal", "stole", "stolen"),
    ("return", "returned", "returned"),
    ("weigh", "weighed", "weighed"),
    ("lock", "locked", "locked"),
    ("draw", "drew", "drawn"),
    ("shake", "shook", "shaken"),
    ("polish", "polished", "polished"),
    ("order", "ordered", "ordered"),
    ("warm", "warmed", "warmed"),
    ("discover", "discovered", "discovered"),
    ("cut", "cut", "cut"),
    ("rent", "rented", "rented"),
    ("refuse", "refused", "refused"),
    ("bury", "buried", "buried"),
    ("test", "tested", "tested"),
];
const MODALS: &[&str] = &[
    "is",
    "was",
    "seems",
    "looked",
    "became",
    "has been",
    "will be",
    "remains",
    "could be",
    "might have been",
    "felt",
];
const WISHES: &[&str] = &[
    "wants to",
    "would rather",
    "forgot to",
    "promised to",
    "had to",
    "may",
    "ought to",
    "cannot",
    "tried to",
    "plans to",
    "was asked to",
    "hopes to",
    "helped to",
    "began to",
];
const ADVERBS: &[&str] = &[
    "quietly",
    "hardly",
    "nearly",
    "slowly",
    "often",
    "surprisingly",
    "badly",
    "completely",
    "just",
    "rarely",
    "suddenly",
    "carefully",
    "always",
    "somehow",
    "gladly",
    "twice",
    "more or less",
    "obviously",
    "still",
    "even",
];
const PLACES: &[&str] = &[
    "behind the mill",
    "in Rotterdam",
    "under the railway arch",
    "at the harbour",
    "near the old tannery",
    "on the third floor",
    "by the reservoir",
    "in the next valley",
    "beside the weir",
    "at number forty-one",
    "in Marseille",
    "above the chemist's",
    "between two hedges",
    "outside the town hall",
    "along the river",
    "in the attic",
    "opposite the brewery",
    "at the depot",
    "across the square",
    "in Gdansk",
    "around the corner",
    "inside the lock-keeper's hut",
    "beyond the quarry",
    "in the shade",
];
const TIMES: &[&str] = &[
    "before breakfast",
    "last Thursday",
    "in the small hours",
    "since October",
    "every other week",
    "after the storm",
    "at dusk",
    "for eleven years",
    "on market day",
    "during the strike",
    "at a quarter past seven",
    "until the frost",
    "in spring",
    "the day before yesterday",
    "from time to time",
    "without notice",
    "in 1987",
    "over the holidays",
    "twice a year",
    "at noon",
];
const JOINTS: &[&str] = &[
    "but",
    "and",
    "because",
    "although",
    "so",
    "while",
    "unless",
    "until",
    "which is why",
    "as if",
    "and yet",
    "since",
];
const OPENERS: &[&str] = &[
    "Perhaps",
    "As far as I can tell,",
    "To be honest,",
    "Meanwhile",
    "On the other hand,",
    "According to the caretaker,",
    "Oddly enough,",
    "In any case,",
    "For once",
    "As usual,",
    "Besides,",
    "Luckily",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{BODY, Writer};
    use chapter::kinds::{Post, PostKind};
    use std::collections::BTreeSet;

    #[test]
    fn bodies_are_as_long_as_they_say_and_never_the_same() {
        let posts = Writer::new(7).posts(500);
        assert!(posts.iter().all(|post| post.body.len() == BODY && post.title.len() < 200));
        assert_eq!(posts.iter().map(|post| &post.body).collect::<BTreeSet<_>>().len(), 500);
        assert_eq!(Writer::new(7).post().body, posts[0].body);
        assert_ne!(Writer::new(8).post().body, posts[0].body);
    }

    /// How long posts are in the form in which they are signed.
    fn encoded<'a>(texts: impl Iterator<Item = &'a str>) -> f64 {
        let sizes: Vec<usize> = texts
            .map(|text| {
                let body = chapter::kinds::text::tidy_text(text);
                let post = Post { kind: PostKind::Blog, title: "Title".into(), body };
                chapter::kinds::encode(&chapter::Kind::Post(post)).1.len()
            })
            .collect();
        sizes.iter().sum::<usize>() as f64 / sizes.len() as f64
    }

    #[test]
    fn they_compress_no_better_than_what_people_write() {
        let posts = Writer::new(7).posts(200);
        let ours = encoded(posts.iter().map(|post| post.body.as_str()));
        for theirs in [include_str!("../../../SECURITY.md"), include_str!("../../../LICENSE")] {
            let ascii: String = theirs.chars().filter(char::is_ascii).collect();
            let pieces = ascii.as_bytes().chunks_exact(BODY).map(|piece| std::str::from_utf8(piece).unwrap());
            let theirs = encoded(pieces);
            println!("{ours:.0} bytes, people's {theirs:.0}");
            assert!(ours >= theirs, "{ours:.0} bytes, people's {theirs:.0}");
        }
    }
}
