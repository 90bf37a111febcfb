//! How answers are written in a ballot: null for a blank, a number for one option, else one list that begins with the
//! form's number. Which form fits which method is `vote`'s to know.

use super::{BadBody, minutes::at_most, poll::MAX_OPTIONS};
use minicbor::{
    Decoder, Encoder,
    data::Type,
    decode::Error as Unread,
    encode::{Error as Unwritten, Write},
};
use vote::{Answer, Ranking};

const APPROVED: u8 = 0;
const SCORES: u8 = 1;
const RANKS: u8 = 2;
const DOTS: u8 = 3;

pub(super) fn encode<C, W: Write>(
    answers: &[Answer],
    e: &mut Encoder<W>,
    _: &mut C,
) -> Result<(), Unwritten<W::Error>> {
    e.array(answers.len() as u64)?;
    answers.iter().try_for_each(|answer| write(answer, e))
}

fn write<W: Write>(answer: &Answer, e: &mut Encoder<W>) -> Result<(), Unwritten<W::Error>> {
    match answer {
        Answer::Blank => {
            e.null()?;
        }
        Answer::One(option) => {
            e.u16(*option)?;
        }
        Answer::Approved(options) => {
            e.array(1 + options.len() as u64)?.u8(APPROVED)?;
            for option in options {
                e.u16(*option)?;
            }
        }
        Answer::Scores(pairs) => write_pairs(SCORES, pairs, e)?,
        Answer::Dots(pairs) => write_pairs(DOTS, pairs, e)?,
        Answer::Ranks(ranking) => {
            e.array(1 + ranking.levels().count() as u64)?.u8(RANKS)?;
            for level in ranking.levels() {
                if let [alone] = level {
                    e.u16(*alone)?;
                    continue;
                }
                e.array(level.len() as u64)?;
                for option in level {
                    e.u16(*option)?;
                }
            }
        }
    }
    Ok(())
}

fn write_pairs<W: Write>(form: u8, pairs: &[(u16, u16)], e: &mut Encoder<W>) -> Result<(), Unwritten<W::Error>> {
    e.array(1 + 2 * pairs.len() as u64)?.u8(form)?;
    for (option, number) in pairs {
        e.u16(*option)?.u16(*number)?;
    }
    Ok(())
}

/// Lists grow only with what is there, whatever length they claim.
pub(super) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Vec<Answer>, Unread> {
    let mut answers = Vec::new();
    for _ in 0..length(d)? {
        answers.push(read(d)?);
    }
    Ok(answers)
}

fn length(d: &mut Decoder<'_>) -> Result<u64, Unread> {
    d.array()?.ok_or_else(|| Unread::message("a list without a length"))
}

fn read(d: &mut Decoder<'_>) -> Result<Answer, Unread> {
    match d.datatype()? {
        Type::Null => {
            d.null()?;
            return Ok(Answer::Blank);
        }
        Type::Array => {}
        _ => return d.u16().map(Answer::One),
    }
    let items = length(d)?.checked_sub(1).ok_or_else(|| Unread::message("an answer without a form"))?;
    Ok(match d.u8()? {
        APPROVED => Answer::Approved(numbers(d, items)?),
        SCORES => Answer::Scores(pairs(d, items)?),
        DOTS => Answer::Dots(pairs(d, items)?),
        RANKS => {
            let mut levels = Vec::new();
            for _ in 0..items {
                levels.push(match d.datatype()? {
                    Type::Array => {
                        let equal = length(d)?;
                        numbers(d, equal)?
                    }
                    _ => vec![d.u16()?],
                });
            }
            Answer::Ranks(Ranking::levels_of(&levels))
        }
        _ => return Err(Unread::message("an unknown form of answer")),
    })
}

fn numbers(d: &mut Decoder<'_>, count: u64) -> Result<Vec<u16>, Unread> {
    let mut numbers = Vec::new();
    for _ in 0..count {
        numbers.push(d.u16()?);
    }
    Ok(numbers)
}

fn pairs(d: &mut Decoder<'_>, items: u64) -> Result<Vec<(u16, u16)>, Unread> {
    let mut pairs = Vec::new();
    for _ in 0..items / 2 {
        pairs.push((d.u16()?, d.u16()?));
    }
    if items.is_multiple_of(2) { Ok(pairs) } else { Err(Unread::message("an option without a number")) }
}

/// One form for each answer, and none longer than any question allows. A level's options are equal, so they stand in
/// ascending order.
pub(super) fn check(answer: &Answer) -> Result<(), BadBody> {
    let ascending = |options: &[u16]| options.windows(2).all(|pair| pair[0] < pair[1]);
    let (named, ordered) = match answer {
        Answer::Blank | Answer::One(_) => return Ok(()),
        Answer::Approved(options) => (options.len(), ascending(options)),
        Answer::Scores(pairs) | Answer::Dots(pairs) => {
            (pairs.len(), pairs.windows(2).all(|pair| pair[0].0 < pair[1].0))
        }
        Answer::Ranks(ranking) => (ranking.order().len(), ranking.levels().all(ascending)),
    };
    at_most("options in one answer", named, MAX_OPTIONS)?;
    if ordered {
        Ok(())
    } else {
        Err(BadBody::Repeated { what: "the options of an answer are not in ascending order" })
    }
}
