//! The files that people write, word by word, each with an example. What is said here and what the parser takes is compared
//! by tests.

pub(crate) use super::plain::Table;
use super::plain::{Shape, Word};

/// No count in a file is larger.
const COUNT: i64 = u16::MAX as i64;
const HOURS: i64 = u32::MAX as i64;

const fn needed(name: &'static str, shape: Shape, like: &'static str) -> Word {
    Word { name, shape, needed: true, like }
}

const fn may(name: &'static str, shape: Shape, like: &'static str) -> Word {
    Word { name, shape, needed: false, like }
}

/// A draft that is read from a file.
pub(crate) trait Shaped {
    /// What stands in it.
    const TABLE: &'static Table;
}

impl Shaped for api::PollDraft {
    const TABLE: &'static Table = &Table {
        what: "a poll",
        words: &[
            needed("title", Shape::Text, "title = \"Autumn poll\""),
            may("description", Shape::Text, "description = \"Three questions.\""),
            may("closes", Shape::Time, "closes = \"2026-12-01T18:00:00Z\""),
            may("open_for", Shape::Text, "open_for = \"3 days\""),
            may("question", Shape::Tables(&QUESTION), "[[question]]"),
            may("secrecy", Shape::One(&["open", "hidden", "secret"]), "secrecy = \"secret\""),
            may("apart", Shape::Switch, "apart = true"),
            may("quorum", Shape::Text, "quorum = \"1/2\""),
            may("delegation", Shape::Switch, "delegation = true"),
            may("tellers", Shape::Texts, "tellers = [\"asha\", \"imre\"]"),
            may("weight", Shape::Tables(&WEIGHT), "[[weight]]"),
            may("weights", Shape::Tables(&WEIGHT), "[[weight]]"),
            may("observer", Shape::Tables(&OBSERVER), "[[observer]]"),
            may("observers", Shape::Tables(&OBSERVER), "[[observer]]"),
        ],
    };
}

const METHODS: &[&str] =
    &["single", "approval", "score", "instant-runoff", "schulze", "stv", "consent", "consensus", "budget"];

const QUESTION: Table = Table {
    what: "a question",
    words: &[
        needed("key", Shape::Text, "key = \"room\""),
        needed("text", Shape::Text, "text = \"Keep the room?\""),
        may("options", Shape::Texts, "options = [\"yes\", \"no\"]"),
        may("method", Shape::One(METHODS), "method = \"approval\""),
        may("seats", Shape::Number(COUNT), "seats = 2"),
        may("max", Shape::Number(COUNT), "max = 5"),
        may("dots", Shape::Number(COUNT), "dots = 10"),
        may("majority", Shape::Text, "majority = \"more than 1/2\""),
        may("aside", Shape::Text, "aside = \"1/4\""),
        may("overruled", Shape::Number(COUNT), "overruled = 1"),
    ],
};

const WEIGHT: Table = Table {
    what: "a weight",
    words: &[
        needed("member", Shape::Text, "member = \"asha\""),
        needed("weight", Shape::Amount, "weight = \"3/2\""),
        needed("reason", Shape::Text, "reason = \"speaks for two houses\""),
    ],
};

const OBSERVER: Table = Table {
    what: "an observer",
    words: &[needed("member", Shape::Text, "member = \"noor\""), needed("reason", Shape::Text, "reason = \"a guest\"")],
};

impl Shaped for api::people::RulesView {
    const TABLE: &'static Table = &Table {
        what: super::plain::RULES,
        words: &[
            needed("sponsors", Shape::Number(HOURS), "sponsors = 2"),
            needed("operating_from", Shape::Number(HOURS), "operating_from = 5"),
            needed("history", Shape::One(&["all", "from-joining"]), "history = \"all\""),
            needed("removal_quorum", Shape::Text, "removal_quorum = \"1/2\""),
            needed("removal_majority", Shape::Text, "removal_majority = \"2/3\""),
            needed("decision_quorum", Shape::Text, "decision_quorum = \"1/2\""),
            needed("decision_majority", Shape::Text, "decision_majority = \"1/2\""),
            needed("stands_for_hours", Shape::Number(HOURS), "stands_for_hours = 72"),
            may("proposed_for_hours", Shape::Number(HOURS), "proposed_for_hours = 48"),
            may("questions", Shape::Texts, "questions = [\"What brings you here?\"]"),
            may("statement", Shape::Text, "statement = \"We listen to each other.\""),
        ],
    };
}

impl Shaped for api::MinutesDraft {
    const TABLE: &'static Table = &Table {
        what: "a file of minutes",
        words: &[
            needed("title", Shape::Text, "title = \"November meeting\""),
            needed("date", Shape::Time, "date = \"2026-11-24\""),
            may("starts", Shape::Time, "starts = \"18:30\""),
            may("ends", Shape::Time, "ends = \"21:30\""),
            may("place", Shape::Text, "place = \"The Weavers' Room\""),
            may("facilitator", Shape::Text, "facilitator = \"asha\""),
            may("note_taker", Shape::Text, "note_taker = \"imre\""),
            may("attendance", Shape::Texts, "attendance = [\"asha\", \"imre\"]"),
            may("item", Shape::Tables(&ITEM), "[[item]]"),
            may("decision", Shape::Tables(&DECISION), "[[decision]]"),
            may("action", Shape::Tables(&ACTION), "[[action]]"),
            may("next", Shape::Table(&NEXT), "[next]"),
        ],
    };
}

const ITEM: Table = Table {
    what: "an item",
    words: &[needed("title", Shape::Text, "title = \"Travel\""), may("notes", Shape::Text, "notes = \"By train.\"")],
};

const DECISION: Table =
    Table { what: "a decision", words: &[needed("text", Shape::Text, "text = \"We pay the last train.\"")] };

const ACTION: Table = Table {
    what: "an action",
    words: &[
        needed("what", Shape::Text, "what = \"Book the room\""),
        may("owner", Shape::Text, "owner = \"rowan\""),
        may("due", Shape::Time, "due = \"2026-12-01\""),
    ],
};

const NEXT: Table = Table {
    what: "the next meeting",
    words: &[
        may("date", Shape::Time, "date = \"2026-12-29\""),
        may("facilitator", Shape::Text, "facilitator = \"noor\""),
        may("co_facilitator", Shape::Text, "co_facilitator = \"tomas\""),
    ],
};

impl Shaped for api::MotionDraft {
    const TABLE: &'static Table = &Table {
        what: "a motion",
        words: &[
            needed(
                "measure",
                Shape::One(&["rules", "statement", "remove", "give", "recall", "hide"]),
                "measure = \"remove\"",
            ),
            may("why", Shape::Text, "why = \"It names a neighbour.\""),
            may("closes", Shape::Time, "closes = \"2026-12-01T18:00:00Z\""),
            may("rules", Shape::Table(api::people::RulesView::TABLE), "[rules]"),
            may("text", Shape::Text, "text = \"We listen to each other.\""),
            may("member", Shape::Text, "member = \"asha\""),
            may("role", Shape::One(&["facilitator", "note-taker", "teller", "delegate"]), "role = \"teller\""),
            may("until", Shape::Time, "until = \"2027-06-01T00:00:00Z\""),
            may("entry", Shape::Text, "entry = \"4f2a91c0\""),
        ],
    };
}

/// How a word is written.
pub(super) fn like(table: &Table, name: &str) -> &'static str {
    table.words.iter().find(|word| word.name == name).map_or("", |word| word.like)
}

/// `answers.toml`.
pub(crate) const ANSWERS: Table = Table {
    what: "a file of answers",
    words: &[needed("answers", Shape::Texts, "answers = [\"I bake.\", \"A friend.\"]")],
};
