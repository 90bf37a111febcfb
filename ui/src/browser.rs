//! The few things that a page needs from the web view itself: storage, focus, clock, address, copying.

use crate::text::when::{Day, Local};
use gloo_timers::callback::Timeout;
use js_sys::Date;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Element, File, HtmlDocument, HtmlElement, HtmlInputElement, HtmlLinkElement, ScrollIntoViewOptions,
    ScrollLogicalPosition, Storage, Window,
};

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// What was kept under a name on this computer.
pub(crate) fn kept<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_str(&storage()?.get_item(name).ok()??).ok()
}

/// Keeps something under a name on this computer; false if it could not be kept.
pub(crate) fn keep<T: Serialize>(name: &str, value: &T) -> bool {
    let text = serde_json::to_string(value).ok();
    text.zip(storage()).is_some_and(|(text, storage)| storage.set_item(name, &text).is_ok())
}

/// Drafts are the node's now: what an older version kept open here goes.
pub(crate) fn forget_open_drafts() {
    let Some(storage) = storage() else { return };
    let count = storage.length().unwrap_or_default();
    let names: Vec<String> = (0..count).filter_map(|n| storage.key(n).ok()?).collect();
    for name in names.iter().filter(|name| name.starts_with("draft-")) {
        storage.remove_item(name).ok();
    }
}

/// Forgets everything that was kept: the look, and what was reminded of.
pub(crate) fn forget_all() {
    if let Some(storage) = storage() {
        storage.clear().ok();
    }
}

fn offset(epoch: i64) -> i64 {
    let date = Date::new(&JsValue::from_f64(epoch as f64 * 1000.0));
    -(date.get_timezone_offset() as i64)
}

/// A node's time as this computer's clock shows it.
pub(crate) fn local(time: &str) -> Option<Local> {
    Local::parse(time, offset)
}

/// Now.
pub(crate) fn now() -> Local {
    let epoch = (Date::now() / 1000.0) as i64;
    Local::from_epoch(epoch, offset(epoch))
}

/// Milliseconds on this computer's clock.
pub(crate) fn millis() -> f64 {
    Date::now()
}

/// A day and a time of day on this computer's clock, as RFC 3339 in UTC with seconds.
pub(crate) fn to_utc(date: &str, time: &str) -> Option<String> {
    Day::parse(date)?;
    // A field for times can hold seconds, too.
    let seconds = if time.len() > 5 { "" } else { ":00" };
    let parsed = Date::new(&JsValue::from_str(&format!("{date}T{time}{seconds}")));
    if parsed.get_time().is_nan() {
        return None;
    }
    let iso = String::from(parsed.to_iso_string());
    Some(format!("{}Z", iso.get(..19)?))
}

/// The address after `#`.
pub(crate) fn hash() -> String {
    window().and_then(|w| w.location().hash().ok()).unwrap_or_default()
}

/// Goes to an address of this window.
pub(crate) fn go(href: &str) {
    if let Some(window) = window() {
        window.location().set_hash(href).ok();
    }
}

/// Moves the keyboard to an element. A field is brought into view once more when the page is drawn anew: what is said of
/// others above it has moved it then.
pub(crate) fn focus(selector: &str) -> bool {
    let Some(element) = element(selector).filter(|e| e.focus().is_ok()) else { return false };
    if matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") {
        Timeout::new(0, move || into_view(Some(&element))).forget();
    }
    true
}

/// Moves the page just so far that an element is seen; how far from the edge, the style sheets say.
pub(crate) fn into_view(element: Option<&Element>) {
    if let Some(element) = element {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_inline(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Selects what stands in a field, and moves the keyboard there.
pub(crate) fn select(selector: &str) {
    if let Some(field) = element(selector).and_then(|e| e.dyn_into::<HtmlInputElement>().ok()) {
        field.focus().ok();
        field.select();
    }
}

/// The first element of a selector.
pub(crate) fn element(selector: &str) -> Option<HtmlElement> {
    document()?.query_selector(selector).ok()?.and_then(|e| e.dyn_into().ok())
}

/// Moves a row that scrolls sideways so that one of its parts is seen, without moving the page.
pub(crate) fn reveal(selector: &str) {
    if let Some(part) = element(selector) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_inline(ScrollLogicalPosition::Center);
        part.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// To the top of the page, wherever it scrolls.
pub(crate) fn scroll_up() {
    if let Some(page) = element(".page") {
        page.set_scroll_top(0);
    }
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Where the interface is mounted.
pub(crate) fn root() -> Option<Element> {
    document()?.get_element_by_id("app")
}

/// The window's title.
pub(crate) fn title(text: &str) {
    if let Some(document) = document() {
        document.set_title(text);
    }
}

/// Light, dark, or as the desktop says.
pub(crate) fn theme(name: Option<&str>) {
    let Some(root) = document().and_then(|d| d.document_element()) else { return };
    match name {
        Some(name) => root.set_attribute("data-theme", name).ok(),
        None => root.remove_attribute("data-theme").ok(),
    };
}

/// Has the style sheets read anew, with the next drawing: nothing is seen of their being away.
pub(crate) fn restyle() {
    let Some(links) = document().and_then(|d| d.query_selector_all("link[rel=stylesheet]").ok()) else { return };
    for link in (0..links.length()).filter_map(|n| links.item(n)?.dyn_into::<HtmlLinkElement>().ok()) {
        link.set_disabled(true);
        link.set_disabled(false);
    }
}

/// Copies what stands in a field. False if the web view would not; the text is selected then.
pub(crate) fn copy_field(field: &HtmlInputElement) -> bool {
    field.select();
    document().and_then(|d| d.dyn_into::<HtmlDocument>().ok()).is_some_and(|d| d.exec_command("copy").unwrap_or(false))
}

/// What stands in a text file; nothing, if it is longer than `most` or no text.
pub(crate) async fn text_of(file: &File, most: u32) -> Option<String> {
    if file.size() > f64::from(most) {
        return None;
    }
    let text = JsFuture::from(file.text()).await.ok()?.as_string()?;
    // What is no text was read as if it were, with this sign in the place of what is none.
    (!text.contains(['\u{fffd}', '\0'])).then_some(text)
}

/// Moves the keyboard along the items of a list (`.item`, `[data-step]`): 1 forwards, -1 backwards.
pub(crate) fn step(by: i32) {
    let Some(document) = document() else { return };
    let Ok(all) = document.query_selector_all("main [data-step]") else { return };
    let steps: Vec<HtmlElement> = (0..all.length()).filter_map(|i| all.get(i)?.dyn_into().ok()).collect();
    let active = document.active_element();
    // Where one is folded away, what it is folded under stands for it: nothing in there takes the keyboard.
    let folded = |step: &HtmlElement| step.closest("details.folded").ok().flatten();
    let around = |step: &HtmlElement| folded(step).unwrap_or_else(|| step.clone().into());
    // A reply is inside the one that it answers: the innermost is where the keyboard is.
    let at = steps.iter().rposition(|step| active.as_ref().is_some_and(|a| around(step).contains(Some(a))));
    let next = match at {
        None => Some(0),
        Some(at) if by < 0 => at.checked_sub(1),
        Some(at) => at.checked_add(1),
    };
    let Some(step) = next.and_then(|next| steps.get(next)) else { return };
    let closed = folded(step).filter(|details| !details.has_attribute("open"));
    let target = closed.and_then(|details| details.query_selector("summary").ok().flatten());
    let target = target.and_then(|summary| summary.dyn_into().ok()).unwrap_or_else(|| step.clone());
    target.focus().ok();
    // After a click web views draw no ring around what a program gives the keyboard to: the style sheets do it here.
    for old in steps.iter().map(around).filter_map(|e| e.query_selector("[data-stepped]").ok().flatten()) {
        old.remove_attribute("data-stepped").ok();
    }
    for step in &steps {
        step.remove_attribute("data-stepped").ok();
    }
    target.set_attribute("data-stepped", "").ok();
    into_view(target.closest(".item, .reply").ok().flatten().as_ref());
}

/// Whether somebody looks at the window now, as far as it knows.
pub(crate) fn looked_at() -> bool {
    document().is_some_and(|d| d.has_focus().unwrap_or(false))
}

/// Whether keys go into a field now.
pub(crate) fn typing(target: Option<&Element>) -> bool {
    target.is_some_and(|e| {
        matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            && !matches!(e.get_attribute("type").as_deref(), Some("radio" | "checkbox"))
            || e.has_attribute("contenteditable")
    })
}

/// Whether the keyboard is in a field of the page.
pub(crate) fn writing() -> bool {
    let active = window().and_then(|w| w.document()).and_then(|d| d.active_element());
    active.is_some_and(|field| typing(Some(&field)) && field.closest("#main").is_ok_and(|main| main.is_some()))
}
