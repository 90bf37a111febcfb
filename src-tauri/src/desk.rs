//! The window as the node knows it: what it looks like on the desktop, how it comes to the front, and the system's dialog
//! for files.

use crate::links;
use node::desk::{Answer, Choice, Desk, Picture};
#[cfg(target_os = "linux")]
use std::cell::{Cell, RefCell};
use std::{io, path::Path};
use tauri::{AppHandle, Manager, WebviewWindow};

/// What the desktop shows beside what the program says.
const ICON: tauri::image::Image<'static> = tauri::include_image!("../icons/128x128.png");

/// The one window.
pub(crate) struct Window(pub(crate) AppHandle);

impl Desk for Window {
    fn picture(&self) -> Option<Picture> {
        Some(Picture { width: ICON.width(), height: ICON.height(), rgba: ICON.rgba().to_vec() })
    }

    fn choose(&self, choice: Choice, answer: Answer) -> bool {
        let app = self.0.clone();
        let ask = move || {
            if let Some(window) = app.get_webview_window("main") {
                ask_for_file(&window, &choice, answer);
            }
        };
        cfg!(target_os = "linux") && self.0.run_on_main_thread(ask).is_ok()
    }

    fn show_folder(&self, folder: &Path) -> io::Result<()> {
        links::show_folder(folder)
    }

    fn come_forward(&self, leave: Option<String>) {
        let app = self.0.clone();
        let come = move || {
            if let Some(window) = app.get_webview_window("main")
                && let Err(error) = forward(&window, leave.as_deref())
            {
                tracing::warn!(%error, "the window did not come to the front");
            }
        };
        if let Err(error) = self.0.run_on_main_thread(come) {
            tracing::warn!(%error, "the window did not come to the front");
        }
    }
}

fn forward(window: &WebviewWindow, leave: Option<&str>) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    // Without the desktop's word that a person asked for it, it only says that the window is ready.
    #[cfg(target_os = "linux")]
    if let Some(leave) = leave {
        gtk::prelude::GtkWindowExt::set_startup_id(&window.gtk_window()?, leave);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = leave;
    window.set_focus()
}

/// The system's dialog over the window. It answers when the person has, or is gone.
#[cfg(target_os = "linux")]
fn ask_for_file(window: &WebviewWindow, choice: &Choice, answer: Answer) {
    use gtk::prelude::{FileChooserExt, NativeDialogExt};
    let Ok(over) = window.gtk_window() else { return };
    let (title, action, accept) = match choice.name {
        Some(_) => ("The file to make", gtk::FileChooserAction::Save, "Choose"),
        None => ("The file to open", gtk::FileChooserAction::Open, "Choose"),
    };
    let dialog = gtk::FileChooserNative::new(Some(title), Some(&over), action, Some(accept), Some("Cancel"));
    dialog.set_modal(true);
    dialog.set_current_folder(&choice.folder);
    if let Some(name) = &choice.name {
        dialog.set_current_name(name);
    }
    if let (None, Some(called)) = (&choice.name, &choice.called) {
        for (words, pattern) in [(called.as_str(), called.as_str()), ("All files", "*")] {
            let filter = gtk::FileFilter::new();
            filter.set_name(Some(words));
            filter.add_pattern(pattern);
            dialog.add_filter(filter);
        }
    }
    // Nobody else holds the dialog; it holds itself until it is answered.
    let (answer, held) = (Cell::new(Some(answer)), RefCell::new(Some(dialog.clone())));
    dialog.connect_response(move |dialog, response| {
        dialog.hide();
        let chosen = if response == gtk::ResponseType::Accept { dialog.filename() } else { None };
        if let Some(answer) = answer.take() {
            answer(chosen);
        }
        drop(held.take());
    });
    dialog.show();
}

#[cfg(not(target_os = "linux"))]
fn ask_for_file(_window: &WebviewWindow, _choice: &Choice, _answer: Answer) {}
