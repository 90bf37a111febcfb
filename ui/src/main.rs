//! The interface of Chapterhouse.
//!
//! Knows: Yew, the words of the `api` crate, and how a screen looks and reads. Must not know: keys, sled, libp2p,
//! or Tauri outside [`backend`].
//!
//! Reading order: [`state`] (what the window remembers and how it changes, pure), [`text`] (words for times, shares
//! and Markdown, pure), [`backend`] (the one door to the node), [`browser`] (focus, storage, clock of the web view),
//! [`picture`] (members' pictures), [`hooks`] (asking and sending from a component), [`components`], [`dialogs`],
//! [`pages`], [`hearing`] (the node's events), [`keys`], [`app`] (ties them together).

mod app;
mod backend;
mod browser;
mod components;
mod dialogs;
mod drafts;
mod hearing;
mod hooks;
mod keys;
mod pages;
mod picture;
mod state;
mod text;

fn main() {
    // A place of its own: the body also holds the drawings of the icons, and Yew empties what it is mounted on.
    if let Some(root) = browser::root() {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
