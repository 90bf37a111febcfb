//! A person in front of a window: clicks, types, reads.
//!
//! Elements are called by their `data-test` names, which ui/README.md lists. Everything waits until it can be done, as a
//! person would, and gives up with a picture.

use crate::{
    driver::{Driver, Element, Failed},
    member::Member,
    program,
    screen::Screen,
    wait::{until, until_or},
};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::{
    cell::Cell,
    env, fs,
    path::{Path, PathBuf},
    thread,
};
use tempfile::TempDir;

/// Where the pictures go: `CHAPTERHOUSE_SCREENSHOTS`, or `tests/screenshots`.
pub fn pictures() -> PathBuf {
    env::var_os("CHAPTERHOUSE_SCREENSHOTS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots"), PathBuf::from)
}

/// WebKitGTK sometimes goes on with what the style sheets say of the width before.
const READ_STYLES_AGAIN: &str = "for (const link of document.querySelectorAll('link[rel=stylesheet]')) \
                                 { link.disabled = true; link.disabled = false; }";

/// Removes somebody's pictures of an earlier run, which would pass for this one's.
fn forget_pictures(handle: &str) {
    let Ok(folder) = fs::read_dir(pictures()) else { return };
    for file in folder.map(|file| file.unwrap().path()) {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let number = name.strip_prefix(handle).and_then(|rest| rest.strip_prefix('-'));
        if number.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.ends_with(".png")) {
            fs::remove_file(file).unwrap();
        }
    }
}

/// A person with a window and a data folder.
#[derive(Debug)]
pub struct Window {
    handle: String,
    /// None while the window is closed. Before the folder, so that it is closed first.
    driver: Option<Driver>,
    screen: Screen,
    /// What the window's program keeps beside the data folder.
    home: TempDir,
    data: PathBuf,
    /// Further words for the program.
    words: Vec<String>,
    pictures: Cell<usize>,
}

impl Window {
    /// Opens a window for somebody who has never used it, on a screen of their own.
    pub fn new(screen: Screen, handle: &str) -> Self {
        Self::prepared(screen, handle, |_| ())
    }

    /// Opens a window on a data folder in which something is already.
    pub fn prepared(screen: Screen, handle: &str, prepare: impl FnOnce(&Path)) -> Self {
        forget_pictures(handle);
        let home = tempfile::Builder::new().prefix("chapterhouse-window-").tempdir().unwrap();
        let data = home.path().join("data");
        prepare(&data);
        Self::open(screen, handle.to_owned(), home, data, Vec::new())
    }

    /// Opens a window for somebody who has a data folder already, which the command line and the window share from now
    /// on. Pictures are called after story and person. Nobody is looked for on the network but who is at `peer`.
    pub fn of(screen: Screen, story: &str, member: &Member, peer: Option<&str>) -> Self {
        let handle = format!("{story}-{}", member.handle());
        forget_pictures(&handle);
        let home = tempfile::Builder::new().prefix("chapterhouse-window-").tempdir().unwrap();
        let mut words = vec!["--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"];
        words.extend(peer.iter().flat_map(|peer| ["--peer", peer]));
        Self::open(screen, handle, home, member.data(), words.into_iter().map(str::to_owned).collect())
    }

    /// Like [`Self::of`], for members who call each other: each listens on the last of these ports and calls the others.
    pub fn among(screen: Screen, story: &str, member: &Member, ports: &[u16]) -> Self {
        let handle = format!("{story}-{}", member.handle());
        forget_pictures(&handle);
        let home = tempfile::Builder::new().prefix("chapterhouse-window-").tempdir().unwrap();
        let mut words = vec!["--no-mdns".to_owned()];
        for (n, port) in ports.iter().rev().enumerate() {
            let way = if n == 0 { "--listen" } else { "--peer" };
            words.extend([way.to_owned(), format!("/ip4/127.0.0.1/tcp/{port}")]);
        }
        Self::open(screen, handle, home, member.data(), words)
    }

    fn open(screen: Screen, handle: String, home: TempDir, data: PathBuf, words: Vec<String>) -> Self {
        let mut window = Self { handle, screen, driver: None, home, data, words, pictures: Cell::new(0) };
        window.opens();
        window
    }

    /// Opens it again.
    pub fn opens(&mut self) {
        assert!(self.driver.is_none(), "{}'s window is open", self.handle);
        let data = self.data();
        let mut arguments = vec!["--data", data.to_str().unwrap()];
        arguments.extend(self.words.iter().map(String::as_str));
        self.driver = Some(Driver::open(&self.screen, self.home.path(), &program::window(), &arguments));
    }

    /// Closes it, and waits for the end of the program.
    pub fn closes(&mut self) {
        self.screen.close_windows();
        let data = self.data();
        let mine = format!("--data\0{}\0", data.display());
        until("the end of the window's program", || (!runs(&mine)).then_some(()));
        assert!(!data.join("socket").exists(), "the program did not tidy up");
        self.driver = None;
    }

    /// Everything of this person.
    pub fn data(&self) -> PathBuf {
        self.data.clone()
    }

    /// The folder that its program takes for the person's own.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    fn driver(&self) -> &Driver {
        self.driver.as_ref().unwrap()
    }

    /// Tries something until it works.
    fn does<T>(&self, what: &str, mut act: impl FnMut(&Driver) -> Result<T, Failed>) -> T {
        let last = Cell::new(None);
        until_or(
            || act(self.driver()).map_err(|failed| last.set(Some(failed))).ok(),
            || {
                let why = last.take().map(|failed: Failed| failed.to_string()).unwrap_or_default();
                format!("{} {what} ({why})\n{}", self.handle, self.scene())
            },
        )
    }

    /// What is on the screen, for a failure's words; and a picture of it.
    fn scene(&self) -> String {
        let driver = self.driver();
        let picture = self.path_of_picture("failed");
        let pictured = driver.picture().is_ok_and(|png| keep(&picture, &png));
        let page = driver.script("return document.body.innerText", &[]).unwrap_or_default();
        let picture = if pictured { picture.display().to_string() } else { "no picture".to_owned() };
        format!("{picture}\n{}\n{}", page.as_str().unwrap_or("no page"), driver.tail())
    }

    /// Clicks what has this name.
    pub fn clicks(&self, name: &str) {
        self.does(&format!("clicks {name}"), |driver| driver.click(&driver.find("css selector", &css(name))?));
    }

    /// Clicks the link, button or label with this text, inside what has this name.
    pub fn clicks_in(&self, name: &str, text: &str) {
        self.does(&format!("clicks {text:?} in {name}"), |driver| {
            // Written so that it fits every element that can be clicked, the innermost of them.
            let inside = format!("//*[@data-test='{name}'][contains(., \"{text}\")]");
            let own = format!("{inside}/descendant-or-self::*[self::a or self::button or self::label]");
            driver.click(&driver.find("xpath", &format!("{own}[contains(., \"{text}\")]"))?)
        });
    }

    /// Chooses an option of a question.
    pub fn chooses(&self, question: &str, option: &str) {
        let which = format!("[data-test=vote-option][data-question={question}][data-option=\"{option}\"]");
        self.does(&format!("chooses {option}"), |driver| driver.click(&driver.find("css selector", &which)?));
    }

    /// Types into the field of this name.
    pub fn types(&self, name: &str, text: &str) {
        let field = self.finds(name);
        self.does(&format!("types into {name}"), |driver| driver.keys(&field, text));
        // What was typed has to stand there, not only to have been typed. A page that has just come takes the cursor to its
        // title, and what is typed at that moment goes nowhere: as a person would, we see that and type again.
        let mut looks = 0;
        self.does(&format!("reads in {name} what was typed"), |driver| {
            let value = driver.script("return document.getElementById(arguments[0]).value", &[json!(name)])?;
            let stands = value.as_str().is_some_and(|value| value.contains(text));
            looks += 1;
            if !stands && value == "" && looks % 30 == 0 {
                driver.keys(&driver.find("css selector", &css(name))?, text)?;
            }
            if stands { Ok(()) } else { Err(Failed { error: "in the field".into(), message: value.to_string() }) }
        });
    }

    /// Puts the cursor into the field of this name in the moment in which it comes, before the page is ready.
    pub fn is_quick(&self, name: &str) {
        let script = "const watch = new MutationObserver(() => { \
                          const field = document.getElementById(arguments[0]); \
                          if (field) { field.focus(); watch.disconnect() } \
                      }); \
                      watch.observe(document.body, { childList: true, subtree: true })";
        self.does(&format!("waits for {name}"), |driver| driver.script(script, &[json!(name)]));
    }

    /// Waits until the page has come to rest, and tells where the cursor is.
    pub fn cursor(&self) -> String {
        let script = "if (document.rested) { delete document.rested; return document.activeElement.id } \
                      if (document.rested === undefined) { \
                          document.rested = false; \
                          requestAnimationFrame(() => setTimeout(() => { document.rested = true }, 50)) \
                      } \
                      return null";
        self.does("comes to rest", |driver| {
            let here = driver.script(script, &[])?;
            let none = || Failed { error: "not at rest".into(), message: String::new() };
            here.as_str().map(str::to_owned).ok_or_else(none)
        })
    }

    /// Empties the field of this name and types into it.
    pub fn retypes(&self, name: &str, text: &str) {
        self.fills(name, "");
        self.types(name, text);
    }

    /// Chooses a file, as the system's dialog does that the button of this name opens.
    pub fn opens_file(&self, name: &str, path: &str) {
        let field = self.finds(name);
        self.does(&format!("opens {path}"), |driver| driver.keys(&field, path));
    }

    /// Puts a value into a field at once, as pasting or choosing from a calendar does.
    pub fn fills(&self, name: &str, value: &str) {
        self.finds(name);
        let script = "const field = document.getElementById(arguments[0]); field.value = arguments[1]; \
                      field.dispatchEvent(new Event('input', { bubbles: true }));";
        self.does(&format!("fills {name}"), |driver| driver.script(script, &[json!(name), json!(value)]));
    }

    /// Chooses from a list by the value of one of its lines.
    pub fn selects(&self, name: &str, value: &str) {
        let list = self.finds(name);
        let script = "const list = arguments[0]; list.value = arguments[1]; \
                      list.dispatchEvent(new Event('change', { bubbles: true })); return list.value === arguments[1]";
        self.does(&format!("selects {value} in {name}"), |driver| {
            let here = driver.script(script, &[list.argument(), json!(value)])?;
            if here == json!(true) {
                Ok(())
            } else {
                Err(Failed { error: "in the list".into(), message: here.to_string() })
            }
        });
    }

    /// Gives a file to the field of this name.
    pub fn gives_file(&self, name: &str, path: &Path) {
        let field = self.finds(name);
        self.does(&format!("gives a file to {name}"), |driver| driver.keys(&field, path.to_str().unwrap()));
    }

    /// Presses keys of the real keyboard together.
    pub fn presses(&self, keys: &[u32]) {
        self.screen.presses(keys);
    }

    fn finds(&self, name: &str) -> Element {
        self.does(&format!("finds {name}"), |driver| driver.find("css selector", &css(name)))
    }

    /// Waits until what has this name shows this text. Returns all that it shows.
    pub fn reads(&self, name: &str, text: &str) -> String {
        self.reads_at(&css(name), text)
    }

    /// Waits until the page shows this text.
    pub fn sees(&self, text: &str) -> String {
        self.reads_at("#main", text)
    }

    fn reads_at(&self, css: &str, text: &str) -> String {
        self.does(&format!("reads {text:?} at {css}"), |driver| {
            let shown = driver.text(&driver.find("css selector", css)?)?;
            let there = shown.contains(text);
            if there { Ok(shown) } else { Err(Failed { error: "it shows".into(), message: shown }) }
        })
    }

    /// Waits until what is called so has something noted: a `data-` name and its value.
    pub fn notes(&self, name: &str, noted: &str, value: &str) {
        let which = format!("{}[data-{noted}=\"{value}\"]", css(name));
        self.does(&format!("waits for {which}"), |driver| driver.find("css selector", &which).map(drop));
    }

    /// Waits until nothing of this name is there.
    pub fn lacks(&self, name: &str) {
        self.does(&format!("waits until {name} is gone"), |driver| {
            let here = driver.script("return document.querySelectorAll(arguments[0]).length", &[json!(css(name))])?;
            if here == json!(0) {
                Ok(())
            } else {
                Err(Failed { error: "still there".into(), message: here.to_string() })
            }
        });
    }

    /// Clicks the first element that a selector finds.
    pub fn clicks_at(&self, selector: &str) {
        self.does(&format!("clicks {selector}"), |driver| driver.click(&driver.find("css selector", selector)?));
    }

    /// Waits until a field has this value.
    pub fn has_value(&self, name: &str, value: &str) {
        let script = "return document.getElementById(arguments[0]).value";
        self.does(&format!("has {value} in {name}"), |driver| {
            let here = driver.script(script, &[json!(name)])?;
            if here == json!(value) {
                Ok(())
            } else {
                Err(Failed { error: "it has".into(), message: here.to_string() })
            }
        });
    }

    /// The day and the time of day on this window's clock in so many seconds, as fields take them.
    pub fn clock_in(&self, seconds: u64) -> (String, String) {
        let script = "const then = new Date(Date.now() + arguments[0] * 1000 - new Date().getTimezoneOffset() * 60000); \
                      return then.toISOString()";
        let then = self.does("looks at the clock", |driver| driver.script(script, &[json!(seconds)]));
        let (day, time) = then.as_str().unwrap_or_default().split_once('T').unwrap_or_default();
        (day.to_owned(), time.chars().take(8).collect())
    }

    /// Goes to an address of the window, as a link does.
    pub fn opens_page(&self, address: &str) {
        self.does("goes to a page", |driver| driver.script("location.hash = arguments[0]", &[json!(address)]));
    }

    /// Turns the clock by which the page tells the time: minutes ahead. The program's own clock goes on as before.
    pub fn turns_clock(&self, minutes: u32) {
        let script = "const now = Date.now.bind(Date), ahead = arguments[0] * 60000; Date.now = () => now() + ahead";
        self.does("turns the clock", |driver| driver.script(script, &[json!(minutes)]));
    }

    /// Waits until something is drawn on a canvas.
    pub fn draws(&self, selector: &str) {
        let script = "const canvas = document.querySelector(arguments[0]); if (!canvas || !canvas.width) return 'none'; \
                      const points = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data; \
                      return points.some(part => part !== 0 && part !== 255)";
        self.does(&format!("draws on {selector}"), |driver| {
            let drawn = driver.script(script, &[json!(selector)])?;
            if drawn == json!(true) {
                Ok(())
            } else {
                Err(Failed { error: "it is".into(), message: drawn.to_string() })
            }
        });
    }

    /// What the page shows now.
    pub fn page(&self) -> String {
        self.sees("")
    }

    /// The entries of the list of this name.
    pub fn list(&self, name: &str) -> Vec<String> {
        let script = "return [...document.querySelector(arguments[0]).children].map(entry => entry.innerText)";
        let entries = self.does(&format!("reads the list {name}"), |driver| {
            driver.find("css selector", &css(name))?;
            driver.script(script, &[json!(css(name))])
        });
        let text = |entry: &Value| entry.as_str().unwrap_or_default().trim().to_owned();
        entries.as_array().map(|entries| entries.iter().map(text).collect()).unwrap_or_default()
    }

    /// A property of the element of this name.
    pub fn property(&self, name: &str, property: &str) -> String {
        let script = "return document.querySelector(arguments[0])[arguments[1]]";
        let value: Value = self.does(&format!("asks for {property} of {name}"), |driver| {
            driver.find("css selector", &css(name))?;
            driver.script(script, &[json!(css(name)), json!(property)])
        });
        value.as_str().unwrap_or_default().to_owned()
    }

    /// The digest under a result: equal in two windows that count the same.
    pub fn result_digest(&self) -> String {
        let script = "return document.querySelector('[data-test=result-hash]').dataset.hash";
        let digest = self.does("asks for the result's digest", |driver| driver.script(script, &[]));
        digest.as_str().unwrap_or_default().to_owned()
    }

    /// How many votes the result shows for an option.
    pub fn votes(&self, question: &str, option: &str) -> usize {
        let which = format!("[data-test=result][data-question={question}][data-option=\"{option}\"]");
        let script = "return arguments[0].dataset.votes === arguments[0].querySelector('.val').innerText.trim() \
                      ? arguments[0].dataset.votes : null";
        let votes = self.does(&format!("reads the votes for {option}"), |driver| {
            driver.script_on(&driver.find("css selector", &which)?, script)
        });
        votes.as_str().and_then(|votes| votes.parse().ok()).unwrap_or_else(|| panic!("{option}: {votes}"))
    }

    /// Scrolls the page to so many points from its top.
    pub fn scrolls(&self, top: u32) {
        let script = "document.querySelector('.page').scrollTop = arguments[0]";
        self.does("scrolls", |driver| driver.script(script, &[json!(top)]));
    }

    /// Makes sure that the page stays where it was scrolled to, also after whatever was asked for has come.
    pub fn stays_at(&self, top: u32) {
        let script =
            "return new Promise(done => setTimeout(() => done(document.querySelector('.page').scrollTop), 500))";
        let here = self.does("looks where the page is", |driver| driver.script(script, &[]));
        assert_eq!(here, json!(top), "{}'s page has jumped\n{}", self.handle, self.scene());
    }

    /// Makes the window so many points wide and high.
    pub fn resizes(&self, width: u32, height: u32) {
        self.does("resizes", |driver| driver.resize(width, height));
        let tries = Cell::new(0);
        // The window has the size before the page is drawn for it. Under 45 rem there is no sidebar.
        let drawn = "const side = document.querySelector('.sidebar'), wide = arguments[0] > 720; \
                     return [innerWidth, side ? (getComputedStyle(side).display !== 'none') === wide : true]";
        self.does("is resized", |driver| {
            let shown = driver.script(drawn, &[json!(width)])?;
            if shown == json!([width, true]) {
                // What the page does when the size has come to rest is waited for: a click meanwhile would miss.
                let rest = "return new Promise(done => setTimeout(() => done(true), 300))";
                driver.script(rest, &[]).and_then(|_| driver.frames())
            } else {
                // The page mends this itself when it has come to rest. Where it could not, a second look does.
                tries.set(tries.get() + 1);
                if tries.get() == 20 {
                    driver.script(READ_STYLES_AGAIN, &[])?;
                }
                Err(Failed { error: "it is".into(), message: shown.to_string() })
            }
        });
    }

    /// Makes sure that nothing has to be scrolled sideways.
    pub fn fits(&self) {
        // Whatever sticks out is named, for who has to mend it.
        let script = "const page = document.querySelector('.page, .door, .vault'), edge = page.getBoundingClientRect().right; \
                      if (page.scrollWidth <= page.clientWidth) return []; \
                      return [...page.querySelectorAll('*')] \
                      .filter(part => part.getBoundingClientRect().right > edge).slice(0, 8).map(part => part.outerHTML.slice(0, 200))";
        let wide = self.does("is measured", |driver| driver.script(script, &[]));
        assert_eq!(wide, json!([]), "{}'s page is wider than the window\n{}", self.handle, self.scene());
    }

    /// Takes a picture of the window.
    pub fn pictured(&self, name: &str) {
        let png = self.does("is pictured", |driver| driver.picture());
        assert!(keep(&self.path_of_picture(name), &png), "the picture {name} could not be written");
    }

    /// Takes a picture, and makes sure that nothing has to be scrolled sideways in a narrow window. Where
    /// `CHAPTERHOUSE_ALL_PICTURES` is set, also of the dark one, and of both when they are narrow.
    pub fn looks(&self, name: &str) {
        let dress = |theme: &str| {
            // What changes its colour slowly is waited for; what never ends is not.
            let script = "document.documentElement.setAttribute('data-theme', arguments[0]); \
                          return Promise.all(document.getAnimations() \
                          .filter(one => one.effect.getComputedTiming().endTime !== Infinity) \
                          .map(one => one.finished.catch(() => 0))).then(() => true)";
            self.does("is dressed", |driver| driver.script(script, &[json!(theme)]));
        };
        let all = env::var_os("CHAPTERHOUSE_ALL_PICTURES").is_some();
        self.pictured(name);
        if all {
            dress("dark");
            self.pictured(&format!("{name}-dark"));
        }
        self.resizes(420, 900);
        self.fits();
        if all {
            self.pictured(&format!("{name}-420-dark"));
            dress("light");
            self.pictured(&format!("{name}-420"));
        }
        self.resizes(1280, 800);
    }

    fn path_of_picture(&self, name: &str) -> PathBuf {
        self.pictures.set(self.pictures.get() + 1);
        pictures().join(format!("{}-{:02}-{name}.png", self.handle, self.pictures.get()))
    }
}

/// Whether a program runs with these words, each followed by a zero byte.
fn runs(words: &str) -> bool {
    let programs = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    // Programs that end while they are looked at cannot be read, and are not meant.
    programs.filter_map(|program| fs::read(program.path().join("cmdline")).ok()).any(|line| {
        let line = String::from_utf8_lossy(&line);
        line.contains(words)
    })
}

fn css(name: &str) -> String {
    format!("[data-test={name}]")
}

fn keep(path: &Path, png: &str) -> bool {
    let Ok(bytes) = BASE64.decode(png.as_bytes()) else { return false };
    let folder = path.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok());
    folder && bytes.starts_with(b"\x89PNG") && fs::write(path, bytes).is_ok()
}

impl Drop for Window {
    fn drop(&mut self) {
        // A story that failed elsewhere leaves a picture of each window.
        let failing = self.driver.as_ref().filter(|_| thread::panicking());
        if let Some(png) = failing.and_then(|driver| driver.picture().ok()) {
            keep(&self.path_of_picture("last"), &png);
        }
    }
}
