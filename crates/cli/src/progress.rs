//! A bar for long work, on a terminal and only there.

use indicatif::{ProgressBar, ProgressStyle};
use std::{io::IsTerminal, time::Duration};

/// A bar on standard error.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Starts a bar, unless scripts are reading.
    pub(crate) fn start(message: &str, json: bool) -> Self {
        if json || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new_spinner();
        bar.set_style(ProgressStyle::default_spinner());
        bar.set_message(message.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(Some(bar))
    }

    /// So many are fetched, so many are left.
    pub(crate) fn set(&self, fetched: u64, left: u64) {
        let Some(bar) = &self.0 else { return };
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos} of {len}, {eta} left") {
            bar.set_style(style);
        }
        bar.set_length(fetched + left);
        bar.set_position(fetched);
    }

    /// Takes the bar away.
    pub(crate) fn finish(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}
