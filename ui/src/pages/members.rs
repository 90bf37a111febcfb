//! Who is in a chapter, and the six words to compare.

use crate::{
    browser,
    components::{Answer, Author, Icon, Seal, SecHead, Tag},
    hooks::{use_ask, use_store},
};
use api::{Command, Id, Reply, view::MemberView};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct MembersProps {
    pub(crate) chapter: Id,
    pub(crate) name: AttrValue,
}

#[component]
pub(crate) fn Members(props: &MembersProps) -> Html {
    let store = use_store();
    let asked = use_ask(Some(Command::Members { chapter: props.chapter.clone() }), store.revision(&props.chapter));
    let members = match &asked.reply {
        Some(Reply::Members(members)) => members.clone(),
        _ => Vec::new(),
    };
    let me = members.iter().find(|m| m.me).cloned();
    html! {
        <div class="cols">
            <section aria-labelledby="directory">
                <SecHead id="directory" title="Members" />
                <Answer asked={asked}>
                    <div class="card flush">
                        <table class="table pad stackable" data-test="members">
                            <caption class="sr">{ format!("Members of {}", props.name) }</caption>
                            <thead><tr><th scope="col">{ "Member" }</th><th scope="col">{ "Since" }</th><th scope="col">{ "Invited by" }</th><th scope="col">{ "Devices" }</th></tr></thead>
                            <tbody>{ for members.iter().map(member_row) }</tbody>
                        </table>
                    </div>
                </Answer>
            </section>
            <aside class="rail stack" aria-label="Your key">
                if let Some(me) = me {
                    <section class="card stack" aria-labelledby="own-words">
                        <div class="line nowrap"><Seal member={me.member.clone()} size="md" /><h2 id="own-words" class="h3">{ "Your six words" }</h2></div>
                        { six_words(&me.six_words) }
                        <p class="meta">{ "Read them out to a member, in the same room or by phone. If their screen shows the same words for you, nobody stands between you." }</p>
                    </section>
                }
            </aside>
        </div>
    }
}

/// Six words in a grid.
pub(super) fn six_words(words: &str) -> Html {
    html! { <ol class="words">{ for words.split_whitespace().map(|w| html! { <li>{ w.to_owned() }</li> }) }</ol> }
}

fn member_row(m: &MemberView) -> Html {
    let since = browser::local(&m.since).map_or_else(|| m.since.clone(), |t| t.day.long());
    html! {
        <tr key={m.member.clone()} data-test="member" data-handle={m.handle.clone()}>
            <th scope="row">
                <Author member={m.member.clone()} handle={m.handle.clone()} />
                if m.me { <span class="meta">{ " you" }</span> }
                if m.connected && !m.me { { " " }<Tag class="ok" icon="check">{ "connected" }</Tag> }
                if !m.me {
                    <details class="mt1"><summary class="textbtn"><Icon name="right" class="sm flip" />{ "Six words" }<span class="sr">{ format!(" of {}", m.handle) }</span></summary>{ six_words(&m.six_words) }</details>
                }
            </th>
            <td data-label="Since">{ since }</td>
            <td data-label="Invited by">{ m.sponsor.clone().unwrap_or_else(|| "founder".to_owned()) }</td>
            <td data-label="Devices">{ m.devices }</td>
        </tr>
    }
}
