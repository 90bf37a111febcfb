//! A Markdown tree as elements. Every element is made here; nothing of the text becomes markup by itself.

use crate::text::markdown::{Node, tree};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct MarkdownProps {
    pub(crate) text: AttrValue,
    /// The level of the text's highest headings on this page.
    #[prop_or(2)]
    pub(crate) top: u8,
    #[prop_or("prose")]
    pub(crate) class: &'static str,
}

/// A text in the reading style.
#[component]
pub(crate) fn Markdown(props: &MarkdownProps) -> Html {
    let nodes = use_memo(props.text.clone(), |text| tree(text));
    html! { <div class={props.class}>{ all(&nodes, props.top) }</div> }
}

fn all(nodes: &[Node], top: u8) -> Html {
    nodes.iter().map(|node| one(node, top)).collect()
}

fn one(node: &Node, top: u8) -> Html {
    match node {
        Node::Text(text) => html! { { text } },
        Node::Code(text) => html! { <code>{ text }</code> },
        Node::Block(text) => html! { <pre class="scroll-x" tabindex="0"><code>{ text }</code></pre> },
        Node::Break => html! { <br /> },
        Node::Rule => html! { <hr /> },
        Node::Box(done) => html! { <span>{ if *done { "☑ " } else { "☐ " } }</span> },
        Node::Paragraph(c) => html! { <p>{ all(c, top) }</p> },
        Node::Heading(level, c) => {
            let tag = format!("h{}", (top + level - 1).min(6));
            html! { <@{tag}>{ all(c, top) }</@> }
        }
        Node::Strong(c) => html! { <strong>{ all(c, top) }</strong> },
        Node::Emphasis(c) => html! { <em>{ all(c, top) }</em> },
        Node::Struck(c) => html! { <s>{ all(c, top) }</s> },
        Node::Quote(c) => html! { <blockquote>{ all(c, top) }</blockquote> },
        Node::List(None, c) => html! { <ul>{ all(c, top) }</ul> },
        Node::List(Some(start), c) => html! { <ol start={start.to_string()}>{ all(c, top) }</ol> },
        Node::Item(c) => html! { <li>{ all(c, top) }</li> },
        // The window never leaves for such an address: the program opens it in the system's browser.
        Node::Link(link) => html! {
            <>
                <a href={link.href.clone()} rel="noreferrer external">{ all(&link.content, top) }</a>
                if let Some(place) = &link.leads_to { <span class="meta">{ format!(" ({place})") }</span> }
            </>
        },
        Node::Table(rows) => {
            let (head, body): (Vec<&Node>, Vec<&Node>) = rows.iter().partition(|r| matches!(r, Node::Row(true, _)));
            html! {
                <div class="scroll-x" tabindex="0">
                    <table class="table">
                        <thead>{ for head.into_iter().map(|r| row(r, top)) }</thead>
                        <tbody>{ for body.into_iter().map(|r| row(r, top)) }</tbody>
                    </table>
                </div>
            }
        }
        Node::Row(..) => row(node, top),
        Node::Cell(c) => html! { <td>{ all(c, top) }</td> },
    }
}

fn row(node: &Node, top: u8) -> Html {
    let Node::Row(head, cells) = node else { return one(node, top) };
    html! {
        <tr>{ for cells.iter().map(|cell| match (cell, head) {
            (Node::Cell(c), true) => html! { <th scope="col">{ all(c, top) }</th> },
            (other, _) => one(other, top),
        }) }</tr>
    }
}
