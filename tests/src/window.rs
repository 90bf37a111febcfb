//! A person in front of a window: clicks, types, reads.
//!
//! Elements are called by their `data-test` names, which ui/README.md lists. Everything waits until it can be done, as a
//! person would, and gives up with a picture.

use crate::{
    driver::{Driver, Element, Failed},
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
    home: TempDir,
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
        let mut window = Self { handle: handle.to_owned(), screen, driver: None, home, pictures: Cell::new(0) };
        prepare(&window.data());
        window.opens();
        window
    }

    /// Opens it again.
    pub fn opens(&mut self) {
        assert!(self.driver.is_none(), "{}'s window is open", self.handle);
        let data = self.data();
        let arguments = ["--data", data.to_str().unwrap()];
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
        self.home.path().join("data")
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
        // What was typed has to stand there, not only to have been typed.
        self.does(&format!("reads in {name} what was typed"), |driver| {
            let value = driver.script("return document.getElementById(arguments[0]).value", &[json!(name)])?;
            let stands = value.as_str().is_some_and(|value| value.contains(text));
            if stands { Ok(()) } else { Err(Failed { error: "in the field".into(), message: value.to_string() }) }
        });
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

    /// Makes the window so many points wide and high.
    pub fn resizes(&self, width: u32, height: u32) {
        self.does("resizes", |driver| driver.resize(width, height));
        self.does("is resized", |driver| {
            let shown = driver.script("return window.innerWidth", &[])?;
            if shown == json!(width) {
                Ok(())
            } else {
                Err(Failed { error: "it is".into(), message: shown.to_string() })
            }
        });
    }

    /// Makes sure that nothing has to be scrolled sideways.
    pub fn fits(&self) {
        // Whatever sticks out is named, for who has to mend it.
        let script = "const page = document.querySelector('.page'), edge = page.getBoundingClientRect().right; \
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
