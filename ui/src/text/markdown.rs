//! Markdown as a small tree. What can be shown is decided here, once: there is no raw HTML in it, no picture that would
//! be fetched from somewhere, and no link but to the web or to a mailbox.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// One piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Text(String),
    Code(String),
    /// A block of code or of HTML, shown as it was typed.
    Block(String),
    Break,
    Rule,
    /// A box that is ticked or not.
    Box(bool),
    Paragraph(Vec<Node>),
    /// 1 for the highest level used in this text, and so on without gaps.
    Heading(u8, Vec<Node>),
    Strong(Vec<Node>),
    Emphasis(Vec<Node>),
    Struck(Vec<Node>),
    Quote(Vec<Node>),
    /// With the number it starts from when it is numbered.
    List(Option<u64>, Vec<Node>),
    Item(Vec<Node>),
    Link(Link),
    Table(Vec<Node>),
    /// A row; true for the head.
    Row(bool, Vec<Node>),
    Cell(Vec<Node>),
}

/// A link that may be opened, with where it leads in words when its text does not say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) content: Vec<Node>,
    pub(crate) leads_to: Option<String>,
}

/// Deeper nesting than this is flattened: nobody can read it, and it would cost the stack.
const DEPTH: usize = 32;

/// The tree of a text.
pub(crate) fn tree(markdown: &str) -> Vec<Node> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let levels = heading_levels(markdown, options);
    let mut open: Vec<(Tag<'_>, Vec<Node>)> = Vec::new();
    let mut done: Vec<Node> = Vec::new();
    let mut too_deep = 0_usize;
    for event in Parser::new_ext(markdown, options) {
        let node = match event {
            Event::Start(_) if open.len() >= DEPTH => {
                too_deep += 1;
                continue;
            }
            Event::End(_) if too_deep > 0 => {
                too_deep -= 1;
                continue;
            }
            Event::Start(tag) => {
                open.push((tag, Vec::new()));
                continue;
            }
            Event::End(end) => match open.pop() {
                Some((tag, content)) => close(&tag, end, content, &levels),
                None => continue,
            },
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => Node::Text(text.into_string()),
            Event::Code(text) => Node::Code(text.into_string()),
            Event::SoftBreak => Node::Text("\n".to_owned()),
            Event::HardBreak => Node::Break,
            Event::Rule => Node::Rule,
            Event::TaskListMarker(done) => Node::Box(done),
            Event::FootnoteReference(name) => Node::Text(format!("[{name}]")),
            Event::InlineMath(text) | Event::DisplayMath(text) => Node::Code(text.into_string()),
        };
        open.last_mut().map_or(&mut done, |(_, content)| content).push(node);
    }
    done
}

/// The levels that a text uses, so that its headings follow each other without gaps below the page's own.
fn heading_levels(markdown: &str, options: Options) -> Vec<HeadingLevel> {
    let mut levels: Vec<HeadingLevel> = Parser::new_ext(markdown, options)
        .filter_map(|event| match event {
            Event::Start(Tag::Heading { level, .. }) => Some(level),
            _ => None,
        })
        .collect();
    levels.sort_unstable();
    levels.dedup();
    levels
}

fn close(tag: &Tag<'_>, end: TagEnd, content: Vec<Node>, levels: &[HeadingLevel]) -> Node {
    match tag {
        Tag::Paragraph => Node::Paragraph(content),
        Tag::Heading { level, .. } => {
            let place = levels.iter().position(|l| l == level).unwrap_or_default();
            Node::Heading(u8::try_from(place).unwrap_or(5) + 1, content)
        }
        Tag::Strong => Node::Strong(content),
        Tag::Emphasis => Node::Emphasis(content),
        Tag::Strikethrough => Node::Struck(content),
        Tag::BlockQuote(_) => Node::Quote(content),
        Tag::List(start) => Node::List(*start, content),
        Tag::Item => Node::Item(content),
        Tag::CodeBlock(_) | Tag::HtmlBlock => Node::Block(plain(&content)),
        Tag::Table(_) => Node::Table(content),
        Tag::TableHead => Node::Row(true, content),
        Tag::TableRow => Node::Row(false, content),
        Tag::TableCell => Node::Cell(content),
        Tag::Link { dest_url, .. } => link(dest_url, content),
        // A picture would be fetched from a stranger's computer: its description and address stand for it.
        Tag::Image { dest_url, .. } => {
            let words = plain(&content);
            let words = if words.trim().is_empty() { "Picture".to_owned() } else { format!("Picture: {words}") };
            link(dest_url, vec![Node::Text(words)])
        }
        _ => {
            debug_assert!(!matches!(end, TagEnd::Paragraph));
            Node::Paragraph(content)
        }
    }
}

fn link(address: &str, content: Vec<Node>) -> Node {
    let address = address.trim();
    let words = plain(&content);
    match safe(address) {
        Some(place) => {
            let leads_to = (!words.contains(&place)).then_some(place);
            Node::Link(Link { href: address.to_owned(), content, leads_to })
        }
        None if address.is_empty() || words.contains(address) => Node::Text(words),
        None => Node::Text(format!("{words} ({address})")),
    }
}

/// The place that a permitted address leads to: a host or a mailbox. None for every other address.
pub(crate) fn safe(address: &str) -> Option<String> {
    if address.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let (scheme, rest) = address.split_once(':')?;
    let place = match scheme.to_ascii_lowercase().as_str() {
        "https" | "http" => {
            let authority = rest.strip_prefix("//")?.split(['/', '?', '#', '\\']).next()?;
            // What stands before an @ is not where the link leads.
            authority.rsplit('@').next()?
        }
        "mailto" => rest.split('?').next()?,
        _ => return None,
    };
    (!place.is_empty()).then(|| place.to_owned())
}

/// The words of a tree, without markup.
fn plain(nodes: &[Node]) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            Node::Text(t) | Node::Code(t) | Node::Block(t) => out.push_str(t),
            Node::Break => out.push('\n'),
            Node::Rule | Node::Box(_) => {}
            Node::Link(link) => out.push_str(&plain(&link.content)),
            Node::Paragraph(c)
            | Node::Heading(_, c)
            | Node::Strong(c)
            | Node::Emphasis(c)
            | Node::Struck(c)
            | Node::Quote(c)
            | Node::List(_, c)
            | Node::Item(c)
            | Node::Table(c)
            | Node::Row(_, c)
            | Node::Cell(c) => out.push_str(&plain(c)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn text(t: &str) -> Node {
        Node::Text(t.to_owned())
    }

    #[test]
    fn raw_html_is_text() {
        assert_eq!(
            tree("a <b onclick=x>b</b>"),
            vec![Node::Paragraph(vec![text("a "), text("<b onclick=x>"), text("b"), text("</b>")])]
        );
        assert_eq!(tree("<script>alert(1)</script>\n"), vec![Node::Block("<script>alert(1)</script>\n".to_owned())]);
    }

    #[test]
    fn only_the_web_and_mailboxes_are_links() {
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "data:text/html,x",
            "file:///etc/passwd",
            "tauri://x",
            "//x.org",
            "/a",
            "https:",
            "https://",
            "https:///x",
            "ht\ntps://x",
        ] {
            assert_eq!(safe(bad), None, "{bad}");
        }
        assert_eq!(safe("https://example.org/a?b#c").as_deref(), Some("example.org"));
        assert_eq!(safe("https://bank.example@evil.example/").as_deref(), Some("evil.example"));
        assert_eq!(safe("mailto:asha@example.org?subject=x").as_deref(), Some("asha@example.org"));
        assert_eq!(tree("[go](javascript:x)"), vec![Node::Paragraph(vec![text("go (javascript:x)")])]);
    }

    #[test]
    fn a_link_says_where_it_leads() {
        let Some(Node::Paragraph(content)) = tree("[the bank](https://evil.example/x)").pop() else {
            panic!("paragraph")
        };
        let [Node::Link(link)] = content.as_slice() else { panic!("one link") };
        assert_eq!(link.leads_to.as_deref(), Some("evil.example"));
        let Some(Node::Paragraph(content)) = tree("<https://example.org/x>").pop() else { panic!("paragraph") };
        let [Node::Link(link)] = content.as_slice() else { panic!("one link") };
        assert_eq!(link.leads_to, None);
    }

    #[test]
    fn pictures_are_not_fetched() {
        let Some(Node::Paragraph(content)) = tree("![the hall](https://tracker.example/p.png)").pop() else {
            panic!("paragraph")
        };
        let [Node::Link(link)] = content.as_slice() else { panic!("one link") };
        assert_eq!(link.content, vec![text("Picture: the hall")]);
    }

    #[test]
    fn headings_have_no_gaps() {
        let levels: Vec<u8> = tree("# a\n\n#### b\n\n# c\n")
            .into_iter()
            .filter_map(|n| if let Node::Heading(level, _) = n { Some(level) } else { None })
            .collect();
        assert_eq!(levels, [1, 2, 1]);
    }

    #[test]
    fn deep_nesting_is_flattened() {
        let deep = ">".repeat(5000) + " x";
        assert!(!tree(&deep).is_empty());
    }
}
