//! A few words on the desktop. On Linux over the session's bus; other systems show none yet.

use api::{ErrorCode, Refusal, Reply};

/// As long as a title is, and a body. Titles of votes are written by members.
const MOST: usize = 300;

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

#[cfg(target_os = "linux")]
pub(super) async fn show(title: &str, body: &str) -> Result<Reply, Refusal> {
    send(&line(title), &plain(body)).await.map_err(|error| none(&error.to_string()))?;
    Ok(Reply::Done)
}

/// The freedesktop.org notification: no actions, nothing to click, as long as the desktop likes.
#[cfg(target_os = "linux")]
async fn send(title: &str, body: &str) -> zbus::Result<()> {
    use std::collections::HashMap;
    use zbus::{Connection, Proxy, zvariant::Value};

    let bus = Connection::session().await?;
    let service = "org.freedesktop.Notifications";
    let desktop = Proxy::new(&bus, service, "/org/freedesktop/Notifications", service).await?;
    let (actions, hints): (&[&str], HashMap<&str, Value<'_>>) = (&[], HashMap::new());
    let _shown: u32 = desktop.call("Notify", &("Chapterhouse", 0_u32, "", title, body, actions, hints, -1_i32)).await?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(super) async fn show(_title: &str, _body: &str) -> Result<Reply, Refusal> {
    Err(none("only Linux has them so far"))
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
