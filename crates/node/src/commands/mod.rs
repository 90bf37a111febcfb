//! What each command does, one file per area. All of them run to the end at once, except `Sync`, which is answered
//! when both sides have the same.

mod chapters;
pub(crate) mod clocks;
pub(crate) mod devices;
pub(crate) mod invitations;
mod motions;
pub(crate) mod network;
mod part;
mod people;
pub(crate) mod polls;
mod reading;
mod requests;
pub(crate) mod resolve;
mod show;
pub(crate) mod unanswered;
pub(crate) mod voided;
pub(crate) mod writing;

pub(crate) use requests::is_open;

use crate::core::{Core, Ticket};
use api::{Command, ErrorCode, Refusal, Reply};
use entry::Timestamp;

/// Performs a command. None when it is answered later.
pub(crate) fn perform(
    core: &mut Core,
    now: Timestamp,
    ticket: Ticket,
    command: Command,
) -> Option<Result<Reply, Refusal>> {
    let house = &mut core.house;
    Some(match command {
        Command::Status => Ok(Reply::Status(core.status())),
        Command::WhoAmI => Ok(Reply::Me(core.me())),
        Command::Rename { handle, everywhere } => people::rename(house, &handle, everywhere),
        Command::Init { .. } => Err(Refusal::new(ErrorCode::VaultExists, "there is a member on this computer already")),
        Command::Unlock { .. } => Ok(Reply::Me(core.me())),
        Command::Lock
        | Command::Strength { .. }
        | Command::ChangePassphrase { .. }
        | Command::Security
        | Command::SetAutoLock { .. }
        | Command::InUse
        | Command::KeepDraft { .. }
        | Command::Draft { .. }
        | Command::CreateBackup { .. }
        | Command::RestoreBackup { .. }
        | Command::SaveInvitation { .. }
        | Command::SaveResult { .. }
        | Command::Notify { .. }
        | Command::ChooseFile { .. }
        | Command::ShowFolder { .. }
        | Command::ExportPoll { .. }
        | Command::UnlockWithKeyring
        | Command::SetKeyring { .. }
        | Command::GiveUpPairing
        | Command::MovedHere
        | Command::Wipe => Err(Refusal::new(ErrorCode::Internal, "this is not the core's to do")),

        Command::FoundChapter { name, place, tier, rules } => {
            chapters::found(core, now, &name, &place, tier, rules.as_deref())
        }
        Command::ListChapters => Ok(chapters::list(core, now)),
        Command::ShowChapter { chapter } => chapters::show(core, now, &chapter),
        Command::Members { chapter } => people::members(core, now, &chapter, false),
        Command::FormerMembers { chapter } => people::members(core, now, &chapter, true),
        Command::ShowMember { chapter, member } => people::show(core, now, &chapter, &member),
        Command::SetProfile { chapter, profile } => people::set_profile(house, &chapter, &profile),
        Command::Block { chapter, member, on } => people::block(house, &chapter, &member, on),
        Command::Hidden { chapter } => people::hidden(core, &chapter),
        Command::Voided { chapter } => voided::list(core, &chapter),
        Command::Rules { chapter } => people::rules(core, &chapter),
        Command::Leave { chapter, why } => people::leave(core, now, &chapter, &why),
        Command::Rotate { chapter } => people::rotate(house, &chapter),
        Command::JoinRequests { chapter } => requests::list(core, now, &chapter),
        Command::Sponsor { request, why } => requests::sponsor(house, &request, &why),
        Command::Decline { request, why } => requests::decline(house, &request, &why),
        Command::AnswerTerms { chapter, answers } => requests::answer(core, now, &chapter, &answers),
        Command::Propose { chapter, motion } => motions::propose(house, &chapter, &motion),
        Command::Motions { chapter } => motions::list(core, now, &chapter),
        Command::ShowMotion { motion } => motions::show_one(core, now, &motion),
        Command::VoteOnMotion { motion, choice, why } => motions::vote(house, &motion, choice, &why),
        Command::Devices => Ok(devices::list(core)),
        Command::NameDevice { device, name } => devices::name(core, &device, &name),
        Command::RevokeDevice { device, why, since } => devices::revoke(core, &device, &why, since.as_deref()),
        Command::Pair => devices::pair(core, now),
        Command::CancelPair => {
            devices::withdraw(core, now);
            Ok(Reply::Done)
        }
        Command::PairWith { code } => devices::pair_again(core, now, &code),
        Command::State { chapter } => chapters::state(core, &chapter),
        Command::Invite { chapter, expires_seconds, uses } => {
            invitations::invite(core, now, &chapter, expires_seconds, uses)
        }
        Command::InspectInvitation { invitation } => invitations::inspect(&invitation),
        Command::Join { invitation } => invitations::join(core, now, &invitation),
        Command::CancelJoin { chapter } => invitations::cancel_join(core, now, &chapter),

        Command::Post { chapter, kind, title, body } => {
            writing::post(house, writing::ReadyPost::new(chapter, kind, &title, &body))
        }
        Command::Comment { entry, body } => writing::comment(house, &entry, &body),
        Command::RecordMinutes { chapter, minutes } => writing::minutes(house, &chapter, &minutes),
        Command::PreviewPoll { chapter, poll, propose } => polls::preview(house, &chapter, &poll, propose),
        Command::OpenPoll { chapter, poll } => polls::open(house, &chapter, &poll),
        Command::ProposePoll { chapter, poll } => polls::propose(house, &chapter, &poll),
        Command::AmendProposal { proposal, poll, why } => polls::amend(house, &proposal, &poll, &why),
        Command::AdoptAmendment { amendment } => polls::adopt(house, &amendment),
        Command::ObjectToProposal { proposal, why } => polls::object(house, &proposal, &why),
        Command::AnswerObjection { objection, text } => polls::answer_objection(house, &objection, &text),
        Command::WithdrawObjection { objection, text } => polls::withdraw(house, &objection, &text),
        Command::OpenProposal { proposal } => polls::open_proposal(house, &proposal),
        Command::ShowProposal { proposal } => polls::proposal_by_name(core, now, &proposal),
        Command::Proposals { chapter } => polls::list_proposals(core, now, chapter.as_deref()),
        Command::Vote { poll, answers, reasons } => polls::vote(house, &poll, &answers, &reasons),
        Command::Delegate { poll, to } => polls::delegate(house, &poll, &to),

        Command::Feed { chapter, kind, limit, after } => {
            reading::feed(core, now, chapter.as_deref(), kind.as_deref(), limit, after.as_deref())
        }
        Command::Show { entry } => show::entry(core, now, &entry),
        Command::ShowPoll { poll } => polls::poll_by_name(core, now, &poll),
        Command::Polls { chapter } => polls::list(core, now, chapter.as_deref()),
        Command::Tellers { poll } => polls::show_tellers(house, now, &poll),
        Command::WriteReceipt { poll } => polls::write_receipt(house, now, &poll),
        Command::ClosePoll { poll } => polls::close(house, now, &poll),
        Command::PublishBallotKeys { chapter } => polls::publish_keys(&mut core.house, &chapter),
        Command::Recount { poll } => polls::recount(core, &poll),
        Command::ShowCount { poll, question } => polls::show_count(core, &poll, &question),

        Command::Network => Ok(Reply::Network(core.network())),
        Command::Peers => Ok(Reply::Peers(core.peers())),
        Command::Connect { address } => network::connect(core, address),
        Command::SetDiscovery { on } => network::set_discovery(core, on),
        Command::Sync { chapter, peer, timeout_seconds } => {
            return network::sync(core, now, ticket, &chapter, peer, timeout_seconds).err().map(Err);
        }
    })
}
