//! The one door to the node, and the only place that knows Tauri.

use api::{Command, ErrorCode, Event, Refusal, Reply};
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// Asks the node.
pub(crate) async fn dispatch(command: Command) -> Result<Reply, Refusal> {
    let text = serde_json::to_string(&command).map_err(|e| defect(&e.to_string()))?;
    let arguments = Object::new();
    let parsed = JSON::parse(&text).map_err(|e| from_js(&e))?;
    Reflect::set(&arguments, &"command".into(), &parsed).map_err(|e| from_js(&e))?;
    let invoke = tauri(&["core", "invoke"])?;
    let promise = invoke
        .call2(&JsValue::NULL, &"dispatch".into(), &arguments)
        .and_then(|p| p.dyn_into::<Promise>())
        .map_err(|e| from_js(&e))?;
    let value = JsFuture::from(promise).await.map_err(|e| from_js(&e))?;
    parse(&value).ok_or_else(|| defect("the answer was not understood"))
}

/// Calls `hear` for everything that the node says by itself, as long as the window lives. An event of a newer node that
/// this window does not know is none of its business.
pub(crate) async fn listen(hear: impl Fn(Event) + 'static) -> Result<(), Refusal> {
    on("chapterhouse", hear).await
}

/// Calls `hear` with the path of a file that somebody drops on the window, of several with the first one's.
pub(crate) async fn dropped(hear: impl Fn(String) + 'static) -> Result<(), Refusal> {
    #[derive(serde::Deserialize)]
    struct Drop {
        paths: Vec<String>,
    }
    on("tauri://drag-drop", move |drop: Drop| {
        if let Some(path) = drop.paths.into_iter().next() {
            hear(path);
        }
    })
    .await
}

async fn on<T: DeserializeOwned>(name: &str, hear: impl Fn(T) + 'static) -> Result<(), Refusal> {
    let listen = tauri(&["event", "listen"])?;
    let closure = Closure::<dyn Fn(JsValue)>::new(move |message: JsValue| {
        if let Some(said) = Reflect::get(&message, &"payload".into()).ok().and_then(|p| parse::<T>(&p)) {
            hear(said);
        }
    });
    let function: Function = closure.into_js_value().unchecked_into();
    let arguments = Array::of2(&name.into(), &function);
    let promise = Reflect::apply(&listen, &JsValue::NULL, &arguments)
        .and_then(|p| p.dyn_into::<Promise>())
        .map_err(|e| from_js(&e))?;
    JsFuture::from(promise).await.map_err(|e| from_js(&e))?;
    Ok(())
}

/// A function of `window.__TAURI__`.
fn tauri(path: &[&str]) -> Result<Function, Refusal> {
    let mut here: JsValue = Reflect::get(&js_sys::global(), &"__TAURI__".into()).map_err(|e| from_js(&e))?;
    for name in path {
        if !here.is_object() {
            return Err(defect("this page was opened outside the Chapterhouse window"));
        }
        here = Reflect::get(&here, &(*name).into()).map_err(|e| from_js(&e))?;
    }
    here.dyn_into().map_err(|e| from_js(&e))
}

fn parse<T: DeserializeOwned>(value: &JsValue) -> Option<T> {
    let text = String::from(JSON::stringify(value).ok()?);
    serde_json::from_str(&text).ok()
}

/// A refusal of the node as it is; anything else is a defect.
fn from_js(error: &JsValue) -> Refusal {
    parse::<Refusal>(error).unwrap_or_else(|| {
        let words = error
            .as_string()
            .or_else(|| Reflect::get(error, &"message".into()).ok().and_then(|m| m.as_string()))
            .unwrap_or_else(|| format!("{error:?}"));
        defect(&words)
    })
}

fn defect(what: &str) -> Refusal {
    Refusal::new(ErrorCode::Internal, format!("Chapterhouse made a mistake: {what}. What was saved is safe."))
}
