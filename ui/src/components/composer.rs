//! Writing Markdown: toolbar, text, and beside it what it will look like.

use super::{Icon, Markdown};
use crate::browser;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// A button of the toolbar: icon, label, what goes before and after the selection, and whether it is per line.
const TOOLS: [(&str, &str, &str, &str, bool); 8] = [
    ("bold", "Bold", "**", "**", false),
    ("italic", "Italic", "*", "*", false),
    ("head", "Heading", "## ", "", true),
    ("link", "Link", "[", "](https://)", false),
    ("list", "List", "- ", "", true),
    ("listol", "Numbered list", "1. ", "", true),
    ("quote", "Quote", "> ", "", true),
    ("code", "Code", "`", "`", false),
];

#[derive(Properties, PartialEq)]
pub(crate) struct ComposerProps {
    /// Also its `data-test` name.
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    pub(crate) value: AttrValue,
    pub(crate) onchange: Callback<String>,
    pub(crate) onsend: Callback<()>,
    /// Whether the draft lies on this computer.
    pub(crate) kept: bool,
    /// Who will see it.
    pub(crate) audience: AttrValue,
    /// The one button.
    pub(crate) button: Html,
    #[prop_or_default]
    pub(crate) tall: bool,
}

/// The composer, without a form of its own: it stands in one.
#[component]
pub(crate) fn Composer(props: &ComposerProps) -> Html {
    let side = use_state(|| browser::kept::<bool>("side-by-side").unwrap_or_default());
    let tool = use_state(|| 0_usize);
    let node = use_node_ref();
    let bar = use_node_ref();

    // Text areas do not grow by themselves in WebKitGTK.
    {
        let node = node.clone();
        use_effect_with((props.value.clone(), *side), move |_| {
            if let Some(area) = node.cast::<HtmlTextAreaElement>() {
                let lines = area.value().lines().map(|l| 1 + l.chars().count() / 90).sum::<usize>();
                area.set_rows(u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1).clamp(5, 28));
            }
        });
    }
    let oninput = {
        let onchange = props.onchange.clone();
        Callback::from(move |event: InputEvent| {
            onchange.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let apply = {
        let (node, onchange) = (node.clone(), props.onchange.clone());
        move |index: usize| {
            let Some(area) = node.cast::<HtmlTextAreaElement>() else { return };
            let Some((_, _, before, after, per_line)) = TOOLS.get(index).copied() else { return };
            let text: Vec<u16> = area.value().encode_utf16().collect();
            let place = |p: Result<Option<u32>, _>| p.ok().flatten().map_or(text.len(), |n| n as usize).min(text.len());
            let (start, end) = (place(area.selection_start()), place(area.selection_end()));
            let marked = mark(&text, start, end.max(start), before, after, per_line);
            area.set_value(&marked.text);
            onchange.emit(marked.text);
            area.focus().ok();
            area.set_selection_range(marked.start, marked.end).ok();
        }
    };
    let onkeys = {
        let (tool, bar) = (tool.clone(), bar.clone());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowRight" => (*tool + 1) % TOOLS.len(),
                "ArrowLeft" => (*tool + TOOLS.len() - 1) % TOOLS.len(),
                "Home" => 0,
                "End" => TOOLS.len() - 1,
                _ => return,
            };
            event.prevent_default();
            tool.set(next);
            let buttons = bar.cast::<web_sys::Element>().and_then(|b| b.query_selector_all("button").ok());
            let button = buttons.and_then(|b| b.get(u32::try_from(next).unwrap_or_default()));
            if let Some(button) = button.and_then(|b| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(b).ok()) {
                button.focus().ok();
            }
        })
    };
    let view = |on: bool| {
        let side = side.clone();
        Callback::from(move |_| {
            side.set(on);
            browser::keep("side-by-side", &on);
        })
    };
    html! {
        <div class={classes!("composer", props.tall.then_some("tall"))}>
            <div class="tools">
                <div class="line nowrap toolset" role="toolbar" aria-label="Formatting" aria-controls={props.id.clone()} ref={bar} onkeydown={onkeys}>
                    { for TOOLS.iter().enumerate().map(|(index, (icon, label, ..))| {
                        let apply = apply.clone();
                        html! {
                            <button class="btn icon-only small ghost" type="button" aria-label={*label} title={*label}
                                tabindex={if index == *tool { "0" } else { "-1" }} onclick={Callback::from(move |_| apply(index))}>
                                <Icon name={*icon} class="sm" />
                            </button>
                        }
                    }) }
                </div>
                <span class="seg push" role="group" aria-label="View">
                    <button type="button" aria-pressed={(!*side).to_string()} onclick={view(false)} data-test="view-write">{ "Write" }</button>
                    <button type="button" aria-pressed={side.to_string()} onclick={view(true)} data-test="view-side">{ "Side by side" }</button>
                </span>
            </div>
            <div class={if *side { "panes" } else { "pane" }}>
                <textarea ref={node} id={props.id.clone()} data-test={props.id.clone()} aria-label={props.label.clone()}
                    value={props.value.clone()} spellcheck="true" {oninput} onkeydown={send_on_ctrl_enter(props.onsend.clone())} />
                if *side {
                    <div class="preview" role="region" aria-label="Preview">
                        <Markdown text={props.value.clone()} class="prose" top={3} />
                    </div>
                }
            </div>
            <div class="foot">
                if props.kept && !props.value.is_empty() {
                    <span class="state" data-test="draft-kept"><Icon name="disk" class="sm" />{ "Draft saved on this computer" }</span>
                }
                <span class="meta">{ &props.audience }</span>
                <span class="line nowrap">{ props.button.clone() }</span>
            </div>
        </div>
    }
}

/// Ctrl Enter sends.
fn send_on_ctrl_enter(onsend: Callback<()>) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            onsend.emit(());
        }
    })
}

struct Marked {
    text: String,
    start: u32,
    end: u32,
}

/// Puts marks round a selection, or before each of its lines. Places count in UTF-16, as the web view counts.
fn mark(text: &[u16], start: usize, end: usize, before: &str, after: &str, per_line: bool) -> Marked {
    let say = |part: &[u16]| String::from_utf16_lossy(part);
    let len = |part: &str| u32::try_from(part.encode_utf16().count()).unwrap_or(u32::MAX);
    if per_line {
        let newline = u16::from(b'\n');
        let line = text[..start].iter().rposition(|c| *c == newline).map_or(0, |p| p + 1);
        let lines: Vec<String> = say(&text[line..end]).split('\n').map(|l| format!("{before}{l}")).collect();
        let changed = lines.join("\n");
        let end_place = u32::try_from(line).unwrap_or(u32::MAX).saturating_add(len(&changed));
        return Marked { text: say(&text[..line]) + &changed + &say(&text[end..]), start: end_place, end: end_place };
    }
    let inside = say(&text[start..end]);
    let place = u32::try_from(start).unwrap_or(u32::MAX).saturating_add(len(before));
    Marked {
        text: format!("{}{before}{inside}{after}{}", say(&text[..start]), say(&text[end..])),
        start: place,
        end: place.saturating_add(len(&inside)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn a_selection_is_marked_and_stays_selected() {
        let marked = mark(&utf16("the night bus"), 4, 9, "**", "**", false);
        assert_eq!((marked.text.as_str(), marked.start, marked.end), ("the **night** bus", 6, 11));
    }

    #[test]
    fn lines_are_marked_each() {
        let marked = mark(&utf16("a\nb\nc"), 3, 5, "- ", "", true);
        assert_eq!(marked.text, "a\n- b\n- c");
        assert_eq!(mark(&utf16(""), 0, 0, "> ", "", true).text, "> ");
    }

    #[test]
    fn places_count_as_the_web_view_counts() {
        let marked = mark(&utf16("🚋 tram"), 3, 7, "*", "*", false);
        assert_eq!((marked.text.as_str(), marked.start, marked.end), ("🚋 *tram*", 4, 8));
    }
}
