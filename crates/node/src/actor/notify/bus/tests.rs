//! Against a desktop of our own on a bus of our own.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use super::*;
use crate::desk::{Answer, Choice};
use std::{
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Mutex as Plain,
};
use zbus::connection::Builder;

/// A bus, gone when it is dropped.
struct Daemon(Child, String);

impl Daemon {
    fn start() -> Option<Self> {
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--print-address=1"]).stdout(Stdio::piped());
        let mut child = command.spawn().ok()?;
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Some(Self(child, address.trim().to_owned()))
    }

    async fn connect(&self) -> Builder<'_> {
        Builder::address(self.1.as_str()).unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// What was asked of the desktop: title, actions, and the picture's width and number of bytes.
type Asked = Arc<Plain<Vec<(String, Vec<String>, Option<(i32, usize)>)>>>;

struct Desktop(Asked);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    #[expect(clippy::too_many_arguments, reason = "the interface has as many")]
    fn notify(
        &self,
        _program: &str,
        _instead_of: u32,
        _icon: &str,
        title: &str,
        _body: &str,
        actions: Vec<String>,
        hints: HashMap<String, Value<'_>>,
        _expires: i32,
    ) -> u32 {
        let picture = hints.get("image-data").map(|picture| {
            let (width, _, _, _, _, _, points): (i32, i32, i32, bool, i32, i32, Vec<u8>) =
                picture.try_clone().unwrap().downcast().unwrap();
            (width, points.len())
        });
        let mut asked = self.0.lock().unwrap();
        asked.push((title.to_owned(), actions, picture));
        u32::try_from(asked.len()).unwrap()
    }
}

#[derive(Default)]
struct Front(Plain<Vec<Option<String>>>);

impl Desk for Front {
    fn picture(&self) -> Option<Picture> {
        Some(Picture { width: 2, height: 1, rgba: vec![0; 8] })
    }

    fn come_forward(&self, leave: Option<String>) {
        self.0.lock().unwrap().push(leave);
    }

    fn choose(&self, _choice: Choice, _answer: Answer) -> bool {
        false
    }

    fn show_folder(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }
}

fn about<'a>(title: &'a str, about: &'a str) -> Notice<'a> {
    Notice { title, body: "", about }
}

#[tokio::test]
async fn a_click_brings_the_window_and_says_what_it_was_about() {
    let Some(daemon) = Daemon::start() else { return eprintln!("skipped: dbus-daemon is not installed") };
    let asked = Asked::default();
    let desktop = daemon.connect().await.serve_at(PATH, Desktop(Arc::clone(&asked))).unwrap().name(NAME).unwrap();
    let desktop = desktop.build().await.unwrap();
    let tell = |what: &'static str, number: u32, word: &'static str| {
        let desktop = desktop.clone();
        async move { desktop.emit_signal(None::<&str>, PATH, NAME, what, &(number, word)).await.unwrap() }
    };
    let (front, (events, mut heard)) = (Arc::new(Front::default()), broadcast::channel(8));
    let ours = daemon.connect().await.build().await.unwrap();
    let bus = Bus::open(ours, Some(Arc::clone(&front) as Arc<dyn Desk>), events).await.unwrap();

    bus.show(about("The hall", "#/entry/1")).await.unwrap();
    bus.show(about("The roof", "#/entry/2")).await.unwrap();
    let actions = vec!["default".to_owned(), "Open".to_owned()];
    assert_eq!(asked.lock().unwrap()[0], ("The hall".to_owned(), actions, Some((2, 8))));
    // Somebody else's notice, and one that was closed, lead nowhere.
    tell("ActionInvoked", 77, "default").await;
    desktop.emit_signal(None::<&str>, PATH, NAME, "NotificationClosed", &(1_u32, 2_u32)).await.unwrap();
    tell("ActionInvoked", 1, "default").await;
    tell("ActivationToken", 2, "leave").await;
    tell("ActionInvoked", 2, "default").await;
    assert_eq!(heard.recv().await.unwrap(), Event::NoticeClicked { about: "#/entry/2".to_owned() });
    assert_eq!(*front.0.lock().unwrap(), [Some("leave".to_owned())]);
    assert!(bus.shown.lock().await.is_empty());

    // However many are left lying, there is one listener and an end to what is remembered.
    for n in 0..SHOWN + 3 {
        bus.show(about("The yard", &format!("#/entry/{n}"))).await.unwrap();
    }
    let shown = bus.shown.lock().await;
    assert_eq!((shown.len(), shown.front().unwrap().1.as_str()), (SHOWN, "#/entry/3"));
}
