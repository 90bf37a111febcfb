//! How ids and times are written inside bodies: byte strings of 32, unsigned integers.

macro_rules! bytes_of {
    ($module:ident, $name:ident) => {
        pub(super) mod $module {
            use entry::$name;
            use minicbor::{Decoder, Encoder, decode::Error as Unread, encode::Error as Unwritten, encode::Write};

            pub(in crate::kinds) fn encode<C, W: Write>(
                id: &$name,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), Unwritten<W::Error>> {
                e.bytes(id.as_bytes())?;
                Ok(())
            }

            pub(in crate::kinds) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<$name, Unread> {
                let bytes = d.bytes()?.try_into().map_err(|_| Unread::message("an id of another length"))?;
                Ok($name(bytes))
            }
        }
    };
}
bytes_of!(entry_id, EntryId);
bytes_of!(chapter_id, ChapterId);
bytes_of!(member_id, MemberId);
bytes_of!(device_id, DeviceId);

/// An entry's id, or `null`.
pub(super) mod maybe_entry_id {
    use entry::EntryId;
    use minicbor::{Decoder, Encoder, data::Type, decode::Error as Unread, encode::Error as Unwritten, encode::Write};

    pub(in crate::kinds) fn encode<C, W: Write>(
        id: &Option<EntryId>,
        e: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), Unwritten<W::Error>> {
        match id {
            Some(id) => super::entry_id::encode(id, e, context),
            None => e.null().map(|_| ()),
        }
    }

    pub(in crate::kinds) fn decode<C>(d: &mut Decoder<'_>, context: &mut C) -> Result<Option<EntryId>, Unread> {
        if d.datatype()? == Type::Null {
            d.null()?;
            return Ok(None);
        }
        super::entry_id::decode(d, context).map(Some)
    }
}

/// An entry's id in the last place of a list, which ends before it where there is none.
pub(super) mod last_entry_id {
    use entry::EntryId;
    use minicbor::{Decoder, Encoder, decode::Error as Unread, encode::Error as Unwritten, encode::Write};

    pub(in crate::kinds) fn encode<C, W: Write>(
        id: &Option<EntryId>,
        e: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), Unwritten<W::Error>> {
        super::maybe_entry_id::encode(id, e, context)
    }

    pub(in crate::kinds) fn decode<C>(d: &mut Decoder<'_>, context: &mut C) -> Result<Option<EntryId>, Unread> {
        super::maybe_entry_id::decode(d, context)
    }

    pub(in crate::kinds) const fn is_nil(id: &Option<EntryId>) -> bool {
        id.is_none()
    }

    #[allow(clippy::option_option, reason = "what minicbor asks for: a value, if there is one for what is not there")]
    pub(in crate::kinds) const fn nil() -> Option<Option<EntryId>> {
        Some(None)
    }
}

/// A number in the last place of a list, which ends before it where it is 0.
pub(super) mod last_number {
    use minicbor::{Decoder, Encoder, decode::Error as Unread, encode::Error as Unwritten, encode::Write};

    pub(in crate::kinds) fn encode<C, W: Write>(
        number: &u64,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), Unwritten<W::Error>> {
        e.u64(*number)?;
        Ok(())
    }

    pub(in crate::kinds) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<u64, Unread> {
        d.u64()
    }

    pub(in crate::kinds) const fn is_nil(number: &u64) -> bool {
        *number == 0
    }

    pub(in crate::kinds) const fn nil() -> Option<u64> {
        Some(0)
    }
}

pub(super) mod time {
    use entry::{Timestamp, time::LAST};
    use minicbor::{Decoder, Encoder, decode::Error as Unread, encode::Error as Unwritten, encode::Write};

    pub(in crate::kinds) fn encode<C, W: Write>(
        time: &Timestamp,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), Unwritten<W::Error>> {
        e.u64(time.0)?;
        Ok(())
    }

    pub(in crate::kinds) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Timestamp, Unread> {
        let time = Timestamp(d.u64()?);
        if time > LAST { Err(Unread::message("a time past the year 9999")) } else { Ok(time) }
    }
}

/// Yes or no: 1 or 0.
pub(super) mod flag {
    use minicbor::{Decoder, Encoder, decode::Error as Unread, encode::Error as Unwritten, encode::Write};

    pub(in crate::kinds) fn encode<C, W: Write>(
        flag: &bool,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), Unwritten<W::Error>> {
        e.u8(u8::from(*flag))?;
        Ok(())
    }

    pub(in crate::kinds) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<bool, Unread> {
        match d.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Unread::message("neither yes nor no")),
        }
    }
}
