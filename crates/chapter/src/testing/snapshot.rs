//! Everything that a view answers, to compare two views and to see where they differ.

use crate::{
    View, Void,
    kinds::Charter,
    view::{
        Asked, CastBallot, Closing, Device, EpochKeys, ForkProof, GivenVote, Invitation, Item, Member, MinutesSummary,
        MotionState, PollState, ProposalState, Task,
    },
};
use entry::{EntryId, MemberId};
use std::collections::BTreeMap;
use vote::Outcome;

/// All answers of a view, by id, in fixed orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot<'a> {
    /// The charter.
    pub charter: Option<&'a Charter>,
    /// Every entry.
    pub items: BTreeMap<EntryId, Item<'a>>,
    /// What the feed shows.
    pub feed: Vec<EntryId>,
    /// Comments on every entry, with their depth.
    pub comments: BTreeMap<EntryId, Vec<(EntryId, usize)>>,
    /// Members.
    pub members: Vec<Member>,
    /// Those who are none any more.
    pub former: Vec<Member>,
    /// Their devices.
    pub devices: Vec<Device>,
    /// Everybody's devices whose time is over.
    pub former_devices: Vec<Device>,
    /// Motions.
    pub motions: BTreeMap<EntryId, MotionState>,
    /// The decision that gave the rules.
    pub rules_by: Option<EntryId>,
    /// Tasks.
    pub tasks: Vec<Task>,
    /// Requests to join.
    pub requests: Vec<Asked>,
    /// Keys.
    pub epochs: Vec<EpochKeys>,
    /// Devices without each of those.
    pub left_out: Vec<Vec<Device>>,
    /// Invitations.
    pub invites: Vec<Invitation>,
    /// Minutes.
    pub minutes: BTreeMap<EntryId, &'a MinutesSummary>,
    /// Polls, with their ballots and the count.
    pub polls: BTreeMap<EntryId, (&'a PollState, Vec<CastBallot>, Option<Outcome>)>,
    /// Proposals, by each of their versions.
    pub proposals: BTreeMap<EntryId, ProposalState>,
    /// The votes given to others in each poll.
    pub given: BTreeMap<EntryId, Vec<GivenVote>>,
    /// What the tellers of each poll said.
    pub closings: BTreeMap<EntryId, Closing>,
    /// Which tellers had seen each vote.
    pub seen_by: BTreeMap<EntryId, Vec<MemberId>>,
    /// For every poll, the numbers of each member's next ballot and next delegation.
    pub next_ballots: BTreeMap<(EntryId, MemberId), (u64, u64)>,
    /// Forks.
    pub forks: Vec<ForkProof>,
    /// What does not count.
    pub void: Vec<(EntryId, Void)>,
    /// The digest.
    pub state: [u8; 32],
}

impl<'a> Snapshot<'a> {
    /// Asks a view everything.
    pub fn of(view: &'a View) -> Self {
        let ids: Vec<EntryId> = view.ids().collect();
        let items: BTreeMap<EntryId, Item<'_>> = ids.iter().filter_map(|id| Some((*id, view.item(id)?))).collect();
        let comments = ids.iter().map(|id| (*id, view.comments(id))).filter(|(_, lines)| !lines.is_empty());
        let comments = comments.map(|(id, lines)| (id, lines.iter().map(|line| (line.item.id, line.depth)).collect()));
        let (members, former) = (view.members(), view.former_members());
        let everybody = members.iter().chain(&former);
        let former_devices = everybody.flat_map(|member| view.former_devices(&member.id)).collect();
        let motions = ids.iter().filter_map(|id| Some((*id, view.motion(id)?))).collect();
        let epochs = view.epochs();
        let polls: BTreeMap<_, _> =
            (ids.iter()).filter_map(|id| Some((*id, (view.poll(id)?, view.ballots(id), view.outcome(id))))).collect();
        let next = |poll: &EntryId, member: &Member| {
            (view.next_ballot_number(poll, &member.id), view.next_delegation_number(poll, &member.id))
        };
        let closings = polls.keys().filter_map(|poll| Some((*poll, view.closing(poll)?))).collect();
        let seen_by =
            polls.iter().flat_map(|(poll, (_, ballots, _))| ballots.iter().map(move |cast| (poll, cast.ballot.entry)));
        let seen_by = seen_by.map(|(poll, vote)| (vote, view.seen_by(poll, &vote))).collect();
        let given = polls.keys().map(|poll| (*poll, view.delegations(poll))).collect();
        let next_ballots = (polls.keys())
            .flat_map(|poll| members.iter().map(move |member| ((*poll, member.id), next(poll, member))))
            .collect();
        Self {
            charter: view.charter(),
            feed: view.items(None, None).map(|item| item.id).collect(),
            comments: comments.collect(),
            devices: view.devices(),
            former,
            former_devices,
            motions,
            rules_by: view.rules_by(),
            tasks: view.tasks(),
            requests: view.requests(),
            left_out: epochs.iter().map(|epoch| view.left_out(epoch.number)).collect(),
            epochs,
            invites: view.invites(),
            minutes: ids.iter().filter_map(|id| Some((*id, view.minutes(id)?))).collect(),
            forks: view.forks(),
            void: view.void_entries(),
            state: view.state_hash(),
            items,
            members,
            proposals: ids.iter().filter_map(|id| Some((*id, view.proposal(id)?))).collect(),
            polls,
            closings,
            seen_by,
            given,
            next_ballots,
        }
    }
}
