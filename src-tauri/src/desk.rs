//! The window as the node knows it: what it looks like on the desktop, and how it comes to the front.

use node::desk::{Desk, Picture};
use tauri::{AppHandle, Manager, WebviewWindow};

/// What the desktop shows beside what the program says.
const ICON: tauri::image::Image<'static> = tauri::include_image!("../icons/128x128.png");

/// The one window.
pub(crate) struct Window(pub(crate) AppHandle);

impl Desk for Window {
    fn picture(&self) -> Option<Picture> {
        Some(Picture { width: ICON.width(), height: ICON.height(), rgba: ICON.rgba().to_vec() })
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
