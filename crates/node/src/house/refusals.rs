//! Why something is not done, as a person is told.

use api::{ErrorCode, Refusal};
use chapter::Void;
use log::StoreError;

/// What a person is told whose disk has lost entries.
pub(crate) const MENDING: &str = "a part of what was saved on this computer is missing, or may be, because its disk was damaged, \
    or it was brought back from a backup or moved here; it is being fetched again from other members, and writing goes on as soon as one \
    of them is connected and has sent it";
/// What a person is told whose data folder is a copy, and nobody knows yet of what.
pub(crate) const COPIED: &str = "this data folder was copied or moved: it was last used in another place. If two computers \
    used it, they would contradict each other, so nothing is written and nobody is called from here until you say which it \
    is. If the other one is not used any more, say so (`chapterhouse device moved`, or in the window): writing goes on as soon as \
    another member has sent what is missing. If both are to be used, erase this copy (`chapterhouse wipe`) and add this computer \
    as a further one of yours (`chapterhouse device pair` there, `chapterhouse init --pair` here)";

/// A store's error as a person is told.
pub(crate) fn refuse_store(error: &StoreError) -> Refusal {
    let code = match error {
        StoreError::DiskFull | StoreError::NoRoom { .. } => ErrorCode::DiskFull,
        StoreError::Busy { .. } => ErrorCode::Busy,
        StoreError::TooLarge { .. } => ErrorCode::Invalid,
        _ => ErrorCode::Storage,
    };
    let way_on = match error {
        StoreError::Corrupt { .. } => {
            ". Your keys are not in it, and are untouched: move the folder \"store\" out of the data folder and begin again, and \
             what other members have comes back from them; or bring back a backup"
        }
        _ => "",
    };
    Refusal::new(code, format!("{error}{way_on}"))
}

pub(crate) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::Invalid, message)
}

/// Why a draft would not count, as its author is told.
pub(crate) fn refuse_draft(problem: chapter::draft::Problem) -> Refusal {
    let code = match problem.0 {
        Void::Malformed(_) | Void::WrongAnswers | Void::WrongDelegates | Void::ClosesTooEarly => ErrorCode::Invalid,
        Void::UnknownTarget => ErrorCode::NotFound,
        Void::Late => ErrorCode::PollClosed,
        Void::InvitationExpired | Void::InvitationUsed | Void::OldInvitation => ErrorCode::Invitation,
        _ => ErrorCode::NotAllowed,
    };
    Refusal::new(code, problem.to_string())
}

pub(crate) fn internal(error: &dyn std::error::Error) -> Refusal {
    Refusal::new(ErrorCode::Internal, error.to_string())
}
