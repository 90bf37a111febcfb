//! Handles that look alike, in what is printed for people: the first of the six words beside them. Scripts have the ids.

use super::unexpected;
use crate::{output::told_apart, session::Session};
use api::{
    Command, Id, Refusal, Reply,
    view::{Author, CommentView, FeedItem},
};
use std::collections::BTreeMap;

/// A chapter's members, former ones too, whose handles need it, by id.
async fn marks(session: &Session, chapter: &str) -> Result<BTreeMap<Id, String>, Refusal> {
    let mut marks = BTreeMap::new();
    for command in
        [Command::Members { chapter: chapter.to_owned() }, Command::FormerMembers { chapter: chapter.to_owned() }]
    {
        let Reply::Members(list) = session.dispatch(command).await? else { return Err(unexpected()) };
        marks.extend(list.into_iter().filter_map(|member| Some((member.member, member.apart?))));
    }
    Ok(marks)
}

/// In the lines of a feed.
pub(super) async fn feed(session: &Session, items: &mut [FeedItem]) -> Result<(), Refusal> {
    let mut chapters: BTreeMap<Id, BTreeMap<Id, String>> = BTreeMap::new();
    for item in items {
        if !chapters.contains_key(&item.chapter) {
            chapters.insert(item.chapter.clone(), marks(session, &item.chapter).await?);
        }
        let mark = chapters.get(&item.chapter).and_then(|marks| marks.get(&item.author_id));
        item.author = told_apart(&item.author, mark.map(String::as_str));
    }
    Ok(())
}

/// On an entry's page.
pub(super) async fn entry(session: &Session, reply: &mut Reply) -> Result<(), Refusal> {
    let mut none = Vec::new();
    let (head, comments) = match reply {
        Reply::Post(post) => (&mut post.head, &mut post.comments),
        Reply::Minutes(minutes) => (&mut minutes.head, &mut minutes.comments),
        Reply::Comment(comment) => (&mut comment.head, &mut none),
        Reply::Poll(poll) => (&mut poll.head, &mut poll.comments),
        Reply::Motion(motion) => (&mut motion.head, &mut motion.comments),
        _ => return Ok(()),
    };
    let marks = marks(session, &head.chapter).await?;
    // Whoever is blocked is named in a command there.
    if !head.blocked {
        mark(&mut head.author, &marks);
    }
    comments.iter_mut().for_each(|comment: &mut CommentView| mark(&mut comment.head.author, &marks));
    Ok(())
}

fn mark(author: &mut Author, marks: &BTreeMap<Id, String>) {
    author.handle = told_apart(&author.handle, marks.get(&author.member).map(String::as_str));
}
