//! The little of the WebDriver protocol (W3C) that the stories need, spoken to WebKitWebDriver over HTTP.

use crate::{helper::Helper, screen::Screen, wait::until_or};
use serde_json::{Value, json};
use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Command,
    time::Duration,
};

/// How long one request may take. A slow machine needs a while to open a window.
const REQUEST: Duration = Duration::from_secs(90);
/// The key under which the protocol hides an element's name.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Why a request was not done.
#[derive(Debug)]
pub struct Failed {
    /// `no such element`, `element click intercepted` …
    pub error: String,
    /// In other words.
    pub message: String,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.error, self.message)
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self { error: "no answer".to_owned(), message: error.to_string() }
    }
}

/// An element of the page.
#[derive(Debug, Clone)]
pub struct Element(String);

impl Element {
    /// As an argument of a script.
    pub fn argument(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

/// What runs on the window's bus: a keyring, as a desktop has one, where it is installed; and the driver.
const SESSION: &str = "if command -v gnome-keyring-daemon >/dev/null; then printf login | XDG_RUNTIME_DIR=$HOME \
    gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1; fi; \
    WebKitWebDriver --port=$0 & driver=$!; read _; kill $driver; wait $driver";

/// A program with a web view, and the driver that has its hands in it. Both end when this is dropped.
#[derive(Debug)]
pub struct Driver {
    port: u16,
    session: String,
    helper: Helper,
}

/// Free a moment ago; whoever takes it in between makes a test fail, not lie.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).unwrap().port()
}

impl Driver {
    /// Starts a driver, and through it `program`. `home` is where both keep what they keep.
    pub fn open(screen: &Screen, home: &Path, program: &Path, arguments: &[&str]) -> Self {
        let port = free_port();
        // A bus for each window: on a common one the second would only wake the first.
        let mut command = Command::new("dbus-run-session");
        command.args(["--", "sh", "-c", SESSION]);
        command.arg(port.to_string()).env("DISPLAY", screen.display()).env("HOME", home).env_remove("WAYLAND_DISPLAY");
        for folder in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"] {
            command.env(folder, home.join(folder));
        }
        command.env("TAURI_AUTOMATION", "true").env("TAURI_WEBVIEW_AUTOMATION", "true");
        command.env("LIBGL_ALWAYS_SOFTWARE", "1").env("NO_AT_BRIDGE", "1").env_remove("CHAPTERHOUSE_DATA");
        let mut this = Self { port, session: String::new(), helper: Helper::start(command) };
        until_or(
            || this.request("GET", "/status", &Value::Null).ok().filter(|status| status["ready"] == json!(true)),
            || format!("a driver that is ready\n{}", this.helper.tail()),
        );
        let options = json!({ "binary": program, "args": arguments });
        let capabilities = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let session = this.request("POST", "/session", &capabilities).unwrap_or_else(|failed| {
            panic!("{} did not open: {failed}\n{}", program.display(), this.helper.tail());
        });
        this.session = session["sessionId"].as_str().unwrap().to_owned();
        this
    }

    /// Finds the first element. `how` is `css selector` or `xpath`.
    pub fn find(&self, how: &str, what: &str) -> Result<Element, Failed> {
        let found = self.ask("POST", "/element", &json!({ "using": how, "value": what }))?;
        let name = found[ELEMENT].as_str();
        name.map(|name| Element(name.to_owned())).ok_or_else(|| io::Error::other("an element without a name").into())
    }

    /// Clicks it, as a mouse does: fails when something lies over it.
    pub fn click(&self, element: &Element) -> Result<(), Failed> {
        self.ask("POST", &format!("/element/{}/click", element.0), &json!({})).map(drop)
    }

    /// Types into it.
    pub fn keys(&self, element: &Element, text: &str) -> Result<(), Failed> {
        self.ask("POST", &format!("/element/{}/value", element.0), &json!({ "text": text })).map(drop)
    }

    /// The text of it that can be seen, in lines as they are seen. (The protocol's own way to ask runs lines together.)
    pub fn text(&self, element: &Element) -> Result<String, Failed> {
        let text = self.script_on(element, "return arguments[0].innerText")?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script in the page, about an element.
    pub fn script_on(&self, element: &Element, script: &str) -> Result<Value, Failed> {
        self.script(script, &[element.argument()])
    }

    /// Makes the window so large.
    pub fn resize(&self, width: u32, height: u32) -> Result<(), Failed> {
        self.ask("POST", "/window/rect", &json!({ "width": width, "height": height })).map(drop)
    }

    /// Runs a script in the page.
    pub fn script(&self, script: &str, arguments: &[Value]) -> Result<Value, Failed> {
        self.ask("POST", "/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Waits until what has changed in the page is on the screen: after the next drawing, which the second frame follows.
    pub fn frames(&self) -> Result<(), Failed> {
        let drawn = "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
        self.script(drawn, &[]).map(drop)
    }

    /// A picture of what is on the screen, PNG in base64.
    pub fn picture(&self) -> Result<String, Failed> {
        self.frames()?;
        self.ask("GET", "/screenshot", &Value::Null).map(|picture| picture.as_str().unwrap_or_default().to_owned())
    }

    /// What driver and program complained about.
    pub fn tail(&self) -> String {
        self.helper.tail()
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, Failed> {
        self.request(method, &format!("/session/{}{path}", self.session), body)
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Result<Value, Failed> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(REQUEST))?;
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close", self.port);
        let length = body.len();
        write!(stream, "{head}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| io::Error::other("half an answer"))?;
        let mut answer: Value = serde_json::from_str(body).map_err(io::Error::other)?;
        let value = answer["value"].take();
        if head.split(' ').nth(1) == Some("200") {
            return Ok(value);
        }
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Err(Failed { error: text("error"), message: text("message") })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Ends the program, when it has not ended already.
        let _ = self.ask("DELETE", "", &Value::Null);
    }
}
