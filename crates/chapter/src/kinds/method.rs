//! How a question's method is written in a poll: null for a single choice that the most votes win, else the method's
//! number and its settings in one list. The settings themselves are `vote`'s.

use minicbor::{
    Decoder, Encoder,
    data::Type,
    decode::Error as Unread,
    encode::{Error as Unwritten, Write},
};
use vote::{
    Bar, Fraction, Method, Of, Reach,
    method::{Approval, Budget, Consensus, Consent, Runoff, Schulze, Score, Single, Stv},
};

/// Whether a method asks for positions, which are the same four everywhere, and not for options.
pub const fn has_positions(method: &Method) -> bool {
    matches!(method, Method::Consent(_) | Method::Consensus(_))
}

pub(super) fn encode<C, W: Write>(method: &Method, e: &mut Encoder<W>, _: &mut C) -> Result<(), Unwritten<W::Error>> {
    match method {
        Method::Single(Single { bar: None }) => {
            e.null()?;
        }
        Method::Single(Single { bar }) => {
            e.array(2)?.u8(0)?;
            write_bar(e, bar.as_ref())?;
        }
        Method::Approval(Approval { max, seats, bar }) => {
            e.array(4)?.u8(1)?.u16(*max)?.u16(*seats)?;
            write_bar(e, bar.as_ref())?;
        }
        Method::Score(Score { max, seats, bar }) => {
            e.array(4)?.u8(2)?.u16(*max)?.u16(*seats)?;
            write_bar(e, bar.as_ref())?;
        }
        Method::Runoff(Runoff { bar }) => {
            e.array(2)?.u8(3)?;
            write_bar(e, bar.as_ref())?;
        }
        Method::Schulze(Schulze) => {
            e.array(1)?.u8(4)?;
        }
        Method::Stv(Stv { seats }) => {
            e.array(2)?.u8(5)?.u16(*seats)?;
        }
        Method::Consent(Consent) => {
            e.array(1)?.u8(6)?;
        }
        Method::Consensus(Consensus { agree, aside, overruled }) => {
            e.array(4)?.u8(7)?;
            write_bar(e, Some(agree))?;
            quorum::encode(aside, e, &mut ())?;
            e.u16(*overruled)?;
        }
        Method::Budget(Budget { dots, max, seats }) => {
            e.array(4)?.u8(8)?.u16(*dots)?.u16(*max)?;
            match seats {
                Some(seats) => e.u16(*seats)?,
                None => e.null()?,
            };
        }
    }
    Ok(())
}

/// What is written in another way than [`encode`] does is refused by whoever reads a body: it is encoded again.
pub(super) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Method, Unread> {
    if d.datatype()? == Type::Null {
        d.null()?;
        return Ok(Method::SINGLE);
    }
    let fields = d.array()?;
    let number = d.u8()?;
    let expected = match number {
        4 | 6 => 1,
        0 | 3 | 5 => 2,
        1 | 2 | 7 | 8 => 4,
        _ => return Err(Unread::message("an unknown method")),
    };
    if fields != Some(expected) {
        return Err(Unread::message("a method with other settings"));
    }
    Ok(match number {
        0 => Method::Single(Single { bar: maybe_bar(d)? }),
        1 => Method::Approval(Approval { max: d.u16()?, seats: d.u16()?, bar: maybe_bar(d)? }),
        2 => Method::Score(Score { max: d.u16()?, seats: d.u16()?, bar: maybe_bar(d)? }),
        3 => Method::Runoff(Runoff { bar: maybe_bar(d)? }),
        4 => Method::Schulze(Schulze),
        5 => Method::Stv(Stv { seats: d.u16()? }),
        6 => Method::Consent(Consent),
        7 => {
            let agree = maybe_bar(d)?.ok_or_else(|| Unread::message("a consensus without agreement"))?;
            Method::Consensus(Consensus { agree, aside: quorum::decode(d, &mut ())?, overruled: d.u16()? })
        }
        _ => Method::Budget(Budget {
            dots: d.u16()?,
            max: d.u16()?,
            seats: if null(d)? { None } else { Some(d.u16()?) },
        }),
    })
}

fn null(d: &mut Decoder<'_>) -> Result<bool, Unread> {
    let null = d.datatype()? == Type::Null;
    if null {
        d.null()?;
    }
    Ok(null)
}

fn write_bar<W: Write>(e: &mut Encoder<W>, bar: Option<&Bar>) -> Result<(), Unwritten<W::Error>> {
    let Some(Bar { share, reach, of }) = bar else {
        e.null()?;
        return Ok(());
    };
    let reach = match reach {
        Reach::MoreThan => 0,
        Reach::AtLeast => 1,
    };
    let of = match of {
        Of::Answers => 0,
        Of::Cast => 1,
        Of::Roll => 2,
        Of::ForAndAgainst => 3,
    };
    e.array(4)?.u32(share.part)?.u32(share.whole)?.u8(reach)?.u8(of)?;
    Ok(())
}

fn maybe_bar(d: &mut Decoder<'_>) -> Result<Option<Bar>, Unread> {
    if null(d)? {
        return Ok(None);
    }
    if d.array()? != Some(4) {
        return Err(Unread::message("a majority of other fields"));
    }
    let share = Fraction { part: d.u32()?, whole: d.u32()? };
    let reach = match d.u8()? {
        0 => Reach::MoreThan,
        1 => Reach::AtLeast,
        _ => return Err(Unread::message("an unknown reach")),
    };
    let of = match d.u8()? {
        0 => Of::Answers,
        1 => Of::Cast,
        2 => Of::Roll,
        3 => Of::ForAndAgainst,
        _ => return Err(Unread::message("an unknown base")),
    };
    Ok(Some(Bar { share, reach, of }))
}

/// A fraction, or null.
pub(super) mod quorum {
    use super::{Decoder, Encoder, Fraction, Unread, Unwritten, Write, null};

    pub(in crate::kinds) fn encode<C, W: Write>(
        fraction: &Option<Fraction>,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), Unwritten<W::Error>> {
        match fraction {
            Some(Fraction { part, whole }) => e.array(2)?.u32(*part)?.u32(*whole)?,
            None => e.null()?,
        };
        Ok(())
    }

    pub(in crate::kinds) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Option<Fraction>, Unread> {
        if null(d)? {
            return Ok(None);
        }
        if d.array()? != Some(2) {
            return Err(Unread::message("a fraction of other fields"));
        }
        Ok(Some(Fraction { part: d.u32()?, whole: d.u32()? }))
    }
}
