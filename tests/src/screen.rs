//! A screen without a monitor: Xvfb.

use crate::{
    helper::{Helper, installed, skipped},
    x11,
};
use std::process::Command;

/// A screen on which windows open. Gone when it is dropped.
#[derive(Debug)]
pub struct Screen {
    display: String,
    _server: Helper,
}

impl Screen {
    /// A screen; none, with the reason, where this computer has none to offer.
    pub fn new() -> Result<Self, String> {
        let mut missing: Vec<&str> =
            ["Xvfb", "dbus-run-session", "WebKitWebDriver"].into_iter().filter(|name| !installed(name)).collect();
        if let Some(last) = missing.pop() {
            return Err(format!("{last} is not installed (`cargo xtask setup test` installs it)"));
        }
        // The server looks for a free number itself, and tells it when it is ready. It stays as it is when the last window closes:
        // else it begins anew in that moment, and a window that opens then finds no screen.
        let mut command = Command::new("sh");
        let server =
            "Xvfb -displayfd 1 -screen 0 1600x1000x24 -nolisten tcp -noreset & server=$!; read _; kill $server";
        command.args(["-c", server]);
        let server = Helper::start(command);
        let display = format!(":{}", server.first_line());
        Ok(Self { display, _server: server })
    }

    /// Closes the windows on it, as a person does: their programs may tidy up.
    pub fn close_windows(&self) {
        let closed = x11::close_windows(&self.display).unwrap_or_else(|error| panic!("could not close: {error}"));
        assert_eq!(closed, 1, "windows were on {}", self.display);
    }

    /// Presses keys together on its keyboard, as a hand does.
    pub fn presses(&self, keys: &[u32]) {
        x11::press(&self.display, keys).unwrap_or_else(|error| panic!("could not press the keys: {error}"));
    }

    /// As many screens as a story needs; none, with the reason said, where this computer has none to offer.
    pub fn several<const N: usize>(story: &str) -> Option<[Self; N]> {
        if !cfg!(target_os = "linux") {
            skipped(story, "only Linux has screens without a monitor");
            return None;
        }
        let mut screens = Vec::with_capacity(N);
        for _ in 0..N {
            match Self::new() {
                Ok(screen) => screens.push(screen),
                Err(why) => {
                    skipped(story, &why);
                    return None;
                }
            }
        }
        screens.try_into().ok()
    }

    /// What programs find it by.
    pub fn display(&self) -> &str {
        &self.display
    }
}
