//! A few words on the desktop, and what becomes of a click on them. On Linux over the session's bus; other systems show
//! none yet.

#[cfg(target_os = "linux")]
mod bus;

use crate::desk::Desk;
use api::{ErrorCode, Event, Refusal, Reply};
use std::sync::Arc;
use tokio::sync::broadcast;

/// As long as a title is, and a body. Titles of votes are written by members.
const MOST: usize = 300;

/// What is shown.
#[derive(Clone, Copy)]
pub(super) struct Notice<'a> {
    pub(super) title: &'a str,
    pub(super) body: &'a str,
    /// What is said when it is clicked.
    pub(super) about: &'a str,
}

/// One line, and not too long a one.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect()
}

/// The same where a desktop reads marks: those that somebody wrote stay what they wrote.
fn plain(text: &str) -> String {
    line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn none(why: &str) -> Refusal {
    Refusal::new(ErrorCode::Unreachable, format!("this desktop shows no notices ({why}); the front page says the same"))
}

/// The way to the desktop's notices: opened with the first one.
#[derive(Clone, Default)]
pub(super) struct Notices {
    #[cfg(target_os = "linux")]
    bus: Arc<tokio::sync::Mutex<Option<bus::Bus>>>,
}

impl Notices {
    #[cfg(target_os = "linux")]
    pub(super) async fn show(
        &self,
        notice: Notice<'_>,
        desk: Option<&Arc<dyn Desk>>,
        events: &broadcast::Sender<Event>,
    ) -> Result<Reply, Refusal> {
        let mut place = self.bus.lock().await;
        let sent = tokio::time::timeout(bus::PATIENCE, async {
            let bus = match place.take() {
                Some(bus) => bus,
                None => bus::Bus::open(zbus::Connection::session().await?, desk.cloned(), events.clone()).await?,
            };
            // What failed is opened anew with the next notice.
            bus.show(notice).await.map(|()| bus)
        });
        match sent.await {
            Ok(Ok(bus)) => *place = Some(bus),
            Ok(Err(error)) => return Err(none(&error.to_string())),
            Err(_) => return Err(none("it does not answer")),
        }
        Ok(Reply::Done)
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) async fn show(
        &self,
        _notice: Notice<'_>,
        _desk: Option<&Arc<dyn Desk>>,
        _events: &broadcast::Sender<Event>,
    ) -> Result<Reply, Refusal> {
        Err(none("only Linux has them so far"))
    }
}

#[cfg(test)]
mod tests {
    use super::{line, plain};

    #[test]
    fn a_title_is_shown_as_it_was_written() {
        assert_eq!(plain("<b>Hall</b> & yard\nnow"), "&lt;b&gt;Hall&lt;/b&gt; &amp; yard now");
        assert_eq!((line("a\tb & c").as_str(), line(&"x".repeat(1000)).len()), ("a b & c", 300));
    }
}
