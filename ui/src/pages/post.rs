//! A post with its discussion.

use super::entry::void_note;
use crate::{
    browser,
    components::{
        Author, Crumbs, Discussion, HideButton, Markdown, Seal, SecHead, Signature, TextOf, When, text_words,
    },
    state::{Route, Tab},
};
use api::view::PostView;
use std::collections::BTreeMap;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct PostProps {
    pub(crate) post: PostView,
}

/// The post.
#[component]
pub(crate) fn PostPage(props: &PostProps) -> Html {
    let post = &props.post;
    let head = &post.head;
    // A title goes with the text, when that is hidden, and does not come without it.
    let withheld = post.title.trim().is_empty() && post.hidden.is_none();
    let title = match post.title.trim() {
        "" if withheld => "Written before you joined".to_owned(),
        "" => "A text that was hidden".to_owned(),
        title => title.to_owned(),
    };
    use_effect_with(title.clone(), |title| browser::title(&format!("{title} - Chapterhouse")));
    let kind = text_words(&post.kind);
    let trail = vec![
        (AttrValue::from(head.chapter_name.clone()), Route::front(head.chapter.clone())),
        (AttrValue::from("Posts"), Route::Chapter(head.chapter.clone(), Tab::Posts)),
    ];
    let people: BTreeMap<&str, &str> = std::iter::once(&head.author)
        .chain(post.comments.iter().map(|c| &c.head.author))
        .map(|a| (a.member.as_str(), a.handle.as_str()))
        .collect();
    html! {
        <>
            <Crumbs {trail} />
            <div class="cols">
                <div class="stack loose">
                    <article class="stack">
                        <h1 data-test="title">{ title }</h1>
                        <div class="line">
                            if head.early && head.author.member.is_empty() {
                                <span class="meta">{ "Who wrote it is not known yet" }</span>
                            } else {
                                <Author member={head.author.member.clone()} handle={head.author.handle.clone()} chapter={AttrValue::from(head.chapter.clone())} size="md" />
                            }
                            <span class="meta dots">if !withheld { <span>{ kind }</span> }<When time={head.time.clone()} full=true /></span>
                        </div>
                        { void_note(head) }
                        <TextOf head={head.clone()} hidden={post.hidden.clone()}><div data-test="body"><Markdown text={post.body.clone()} /></div></TextOf>
                        if post.hidden.is_none() && head.void.is_none() && !head.early && !withheld { <div class="line"><HideButton head={head.clone()} what="post" /></div> }
                    </article>
                    if !head.early { <Discussion void={head.void.is_some()} entry={head.entry.clone()} chapter_name={head.chapter_name.clone()} comments={post.comments.clone()} /> }
                </div>
                <aside class="rail stack loose" aria-label="About this post">
                    <Signature head={head.clone()} what="post" />
                    if people.len() > 1 {
                        <section aria-labelledby="people">
                            <SecHead id="people" title="In this discussion" />
                            <div class="seals" role="img" aria-label={people.values().copied().collect::<Vec<_>>().join(", ")}>
                                { for people.keys().map(|id| html! { <Seal member={(*id).to_owned()} size="md" /> }) }
                            </div>
                        </section>
                    }
                </aside>
            </div>
        </>
    }
}
