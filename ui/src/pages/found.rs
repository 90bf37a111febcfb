//! Founding a chapter, with its rules.

use super::join::to_start;
use crate::{
    browser,
    components::{Icon, PageHead, RefusalNote, RulesForm, TextField},
    hearing,
    hooks::{use_sender, use_store},
    state::{Action, Route},
    text::rules,
};
use api::{Command, Reply, people::RulesView, view::Tier};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The page.
#[component]
pub(crate) fn Found() -> Html {
    let store = use_store();
    let sender = use_sender();
    let name = use_state(String::new);
    let place = use_state(String::new);
    let tier = use_state(|| Tier::Local);
    let chosen = use_state(RulesView::usual);
    let unfolded = use_state(|| false);
    let tried = use_state(|| false);
    let onsubmit = {
        let (sender, store, name, place, tier, tried) =
            (sender.clone(), store.clone(), name.clone(), place.clone(), *tier, tried.clone());
        let (chosen, unfolded) = (chosen.clone(), unfolded.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if name.trim().is_empty() {
                browser::focus("#chapter-name");
                return;
            }
            if let Some((field, _)) = rules::problem(&chosen) {
                unfolded.set(true);
                browser::focus(&format!("#{field}"));
                return;
            }
            let wanted = rules::tidy(&chosen);
            let command = Command::FoundChapter {
                name: name.trim().to_owned(),
                place: place.trim().to_owned(),
                tier,
                rules: (wanted != RulesView::usual()).then(|| Box::new(wanted)),
            };
            let store = store.clone();
            sender.send(command, move |reply| {
                if let Reply::Chapter(chapter) = reply {
                    spawn_local(async move {
                        hearing::list_chapters(&store).await;
                        store.dispatch(Action::Say(format!("{} is founded and saved on this computer", chapter.name)));
                        browser::go(&Route::front(chapter.chapter).href());
                    });
                }
            });
        })
    };
    let set = |to: &UseStateHandle<String>| {
        let to = to.clone();
        Callback::from(move |value: String| to.set(value))
    };
    let choose = {
        let tier = tier.clone();
        Callback::from(move |event: Event| {
            tier.set(match event.target_unchecked_into::<HtmlSelectElement>().value().as_str() {
                "regional" => Tier::Regional,
                "national" => Tier::National,
                "international" => Tier::International,
                _ => Tier::Local,
            });
        })
    };
    let onrules = {
        let chosen = chosen.clone();
        Callback::from(move |rules| chosen.set(rules))
    };
    let ontoggle = {
        let unfolded = unfolded.clone();
        Callback::from(move |event: Event| {
            unfolded.set(event.target_unchecked_into::<web_sys::Element>().has_attribute("open"));
        })
    };
    let problem = (*tried).then(|| rules::problem(&chosen)).flatten();
    let option = |value: &'static str, t: Tier, words: &'static str| html! { <option {value} selected={*tier == t}>{ words }</option> };
    html! {
        <>
            { to_start() }
            <PageHead title="Start a chapter"><p class="sub">{ "Nobody owns a chapter, its founder included." }</p></PageHead>
            <form class="stack narrow" {onsubmit} novalidate=true>
                <div class="card stack">
                    <TextField id="chapter-name" label="Name" value={(*name).clone()} onchange={set(&name)} maxlength={80}
                        hint="For example the place where you meet" error={(*tried && name.trim().is_empty()).then(|| AttrValue::from("Give the chapter a name."))} />
                    <TextField id="chapter-place" label="Where you meet" value={(*place).clone()} onchange={set(&place)} maxlength={80} />
                    <div class="field">
                        <label for="chapter-tier">{ "Level" }</label>
                        <select class="input" id="chapter-tier" data-test="chapter-tier" onchange={choose}>
                            { option("local", Tier::Local, "Local chapter") }{ option("regional", Tier::Regional, "Regional") }
                            { option("national", Tier::National, "National") }{ option("international", Tier::International, "International") }
                        </select>
                    </div>
                </div>
                <details class="card" open={*unfolded} {ontoggle}>
                    <summary class="fold" data-test="found-rules"><Icon name="right" class="sm flip" /><span><b>{ "Rules" }</b><span class="meta block">{ if rules::tidy(&chosen) == RulesView::usual() { "The usual ones. The members can change them later, by a motion." } else { "Your own. The members can change them later, by a motion." } }</span></span></summary>
                    <div class="mt4"><RulesForm rules={(*chosen).clone()} onchange={onrules} {problem} /></div>
                </details>
                if let Some((_, why)) = problem { <p class="error" role="alert"><Icon name="warn" class="sm" />{ why }</p> }
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                <div class="line"><button class="btn primary push" type="submit" data-test="found-chapter" disabled={sender.busy()}>{ "Start this chapter" }</button></div>
            </form>
        </>
    }
}
