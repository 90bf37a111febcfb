//! The parts that pages are built from. One Yew component for each part of the design language.

mod ask;
mod ballot;
mod bar;
mod composer;
mod dialog;
mod discussion;
mod fields;
mod frame;
mod invite;
mod item;
mod keys;
mod markdown;
mod marks;
mod notes;
mod palette;
mod people;
mod shell;

pub(crate) use ask::Answer;
pub(crate) use ballot::{Choice, blank_answer};
pub(crate) use bar::{Bar, Meter, ProgressNote};
pub(crate) use composer::Composer;
pub(crate) use dialog::Dialog;
pub(crate) use discussion::Discussion;
pub(crate) use fields::{Field, TextField, passphrase_field};
pub(crate) use frame::{Crumbs, PageHead, SecHead};
pub(crate) use invite::InviteDialog;
pub(crate) use item::Item;
pub(crate) use keys::KeysDialog;
pub(crate) use markdown::Markdown;
pub(crate) use marks::{Badge, EmptyArt, Icon, Mark, Plan, Seal, ShareMark};
pub(crate) use notes::{Empty, Note, NoteKind, RefusalNote, Toasts, Warnings};
pub(crate) use palette::Palette;
pub(crate) use people::{Author, DateTile, ShareState, Signature, Tag, When};
pub(crate) use shell::{Shell, tier_words};
