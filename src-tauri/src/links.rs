//! The window shows our own pages and nothing else. A link to the web or to a mailbox opens in the system's program.

use std::{io, path::Path};
use tauri::Url;

/// Where an address leads.
#[derive(Debug, PartialEq, Eq)]
enum Leads {
    /// To our own pages.
    Inside,
    /// To the web or a mailbox.
    Outside,
    /// Nowhere that a link of a member may lead.
    Nowhere,
}

fn leads(url: &Url) -> Leads {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => Leads::Inside,
        // Only Windows serves our pages under this name; elsewhere it would be somebody's server.
        ("http", Some("tauri.localhost")) if cfg!(windows) => Leads::Inside,
        ("http" | "https", Some(_)) | ("mailto", None) => Leads::Outside,
        _ => Leads::Nowhere,
    }
}

/// Shows a folder in the system's program for that.
pub(crate) fn show_folder(folder: &Path) -> io::Result<()> {
    open::that_detached(folder)
}

/// Decides about every address that the window is asked to go to.
pub(crate) fn stays_inside(url: &Url) -> bool {
    match leads(url) {
        Leads::Inside => true,
        Leads::Outside => {
            if let Err(error) = open::that_detached(url.as_str()) {
                tracing::warn!(%error, "the system has no program for this link");
            }
            false
        }
        Leads::Nowhere => {
            tracing::warn!(scheme = url.scheme(), "a link was not followed");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_our_own_pages_stay_inside() {
        let where_to = |text: &str| leads(&Url::parse(text).unwrap());
        assert_eq!(where_to("tauri://localhost/index.html#/join"), Leads::Inside);
        let windows = if cfg!(windows) { Leads::Inside } else { Leads::Outside };
        assert_eq!(where_to("http://tauri.localhost/"), windows);
        assert_eq!(where_to("https://example.org/a"), Leads::Outside);
        assert_eq!(where_to("https://tauri.localhost.example.org/"), Leads::Outside);
        assert_eq!(where_to("mailto:asha@example.org"), Leads::Outside);
        for nowhere in
            ["file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "tauri://elsewhere/", "about:blank"]
        {
            assert_eq!(where_to(nowhere), Leads::Nowhere, "{nowhere}");
        }
    }
}
