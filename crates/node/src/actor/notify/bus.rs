//! The notices of freedesktop.org: shown with the program's picture, and heard of when somebody clicks. One connection and
//! one listener, however many notices are shown; those that nobody clicks are forgotten, the oldest first.

use super::{Notice, line, plain};
use crate::desk::{Desk, Picture};
use api::Event;
use futures::StreamExt;
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{Mutex, broadcast},
    task::JoinHandle,
};
use zbus::{Connection, Proxy, proxy::SignalStream, zvariant::Value};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// How long a desktop is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// So many notices lead somewhere. A desktop shows fewer.
const SHOWN: usize = 32;

/// By the desktop's number for it: what each notice is about.
type Shown = Arc<Mutex<VecDeque<(u32, String)>>>;

/// The session's bus.
pub(super) struct Bus {
    desktop: Proxy<'static>,
    desk: Option<Arc<dyn Desk>>,
    shown: Shown,
    /// None without a window: then a click would lead nowhere.
    listener: Option<JoinHandle<()>>,
}

impl Bus {
    pub(super) async fn open(
        connection: Connection,
        desk: Option<Arc<dyn Desk>>,
        events: broadcast::Sender<Event>,
    ) -> zbus::Result<Self> {
        let desktop = Proxy::new(&connection, NAME, PATH, NAME).await?;
        let shown = Shown::default();
        let listener = match &desk {
            Some(desk) => {
                let signals = desktop.receive_all_signals().await?;
                Some(tokio::spawn(listen(signals, Arc::clone(&shown), Arc::clone(desk), events)))
            }
            None => None,
        };
        Ok(Self { desktop, desk, shown, listener })
    }

    pub(super) async fn show(&self, notice: Notice<'_>) -> zbus::Result<()> {
        let mut hints: HashMap<&str, Value<'_>> = HashMap::new();
        if let Some(picture) = self.desk.as_ref().and_then(|desk| desk.picture()).and_then(points) {
            hints.insert("image-data", picture);
        }
        let actions: &[&str] = if self.listener.is_some() { &["default", "Open"] } else { &[] };
        let (title, body) = (line(notice.title), plain(notice.body));
        // Held until its number is known: nobody is quicker with a click.
        let mut shown = self.shown.lock().await;
        let number: u32 =
            self.desktop.call("Notify", &("Chapterhouse", 0_u32, "", title, body, actions, hints, -1_i32)).await?;
        if self.listener.is_some() {
            if shown.len() == SHOWN {
                shown.pop_front();
            }
            shown.push_back((number, line(notice.about)));
        }
        Ok(())
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.abort();
        }
    }
}

/// A picture as the desktop takes it: width, height, bytes in a row, whether it has opacity, bits, channels, points.
fn points(picture: Picture) -> Option<Value<'static>> {
    let (width, height) = (i32::try_from(picture.width).ok()?, i32::try_from(picture.height).ok()?);
    Some(Value::from((width, height, width.checked_mul(4)?, true, 8_i32, 4_i32, picture.rgba)))
}

/// What becomes of notices, also of other programs': their numbers are not ours.
async fn listen(
    mut signals: SignalStream<'static>,
    shown: Shown,
    desk: Arc<dyn Desk>,
    events: broadcast::Sender<Event>,
) {
    // The desktop's word that a person wants the window comes right before the click.
    let mut leave: Option<(u32, String)> = None;
    while let Some(signal) = signals.next().await {
        let (header, body) = (signal.header(), signal.body());
        match header.member().map(|member| member.as_str()) {
            Some("ActivationToken") => leave = body.deserialize().ok(),
            Some("ActionInvoked") => {
                let Ok((number, _action)) = body.deserialize::<(u32, String)>() else { continue };
                let Some(about) = take(&shown, number).await else { continue };
                desk.come_forward(leave.take().filter(|(of, _)| *of == number).map(|(_, word)| word));
                // Nobody may be watching.
                let _ = events.send(Event::NoticeClicked { about });
            }
            Some("NotificationClosed") => {
                if let Ok((number, _why)) = body.deserialize::<(u32, u32)>() {
                    take(&shown, number).await;
                }
            }
            _ => {}
        }
    }
}

async fn take(shown: &Shown, number: u32) -> Option<String> {
    let mut shown = shown.lock().await;
    let at = shown.iter().position(|(of, _)| *of == number)?;
    shown.remove(at).map(|(_, about)| about)
}

#[cfg(test)]
mod tests;
