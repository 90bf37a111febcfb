//! The little of X11 that it takes to close windows as a person does, with the cross in their corner, and to press keys
//! on the keyboard. There is no window manager on a test's screen; WebDriver's way of closing ends the program without
//! asking it, and its keys go into the page past the window.

use std::{
    io::{self, Read, Write},
    os::unix::net::UnixStream,
};

const QUERY_ATTRIBUTES: u8 = 3;
const QUERY_TREE: u8 = 15;
const INTERN_ATOM: u8 = 16;
const SEND_EVENT: u8 = 25;
const SET_INPUT_FOCUS: u8 = 42;
const QUERY_EXTENSION: u8 = 98;
const GET_KEYBOARD_MAPPING: u8 = 101;
const CLIENT_MESSAGE: u8 = 33;
const VIEWABLE: u8 = 2;
/// XTEST's request, and the two events that are asked of it.
const FAKE_INPUT: u8 = 2;
const KEY_PRESS: u8 = 2;
const KEY_RELEASE: u8 = 3;

/// Keys by their symbols.
pub const CONTROL: u32 = 0xFFE3;
/// Shift.
pub const SHIFT: u32 = 0xFFE1;
/// Delete.
pub const DELETE: u32 = 0xFFFF;

/// Asks every window on a screen to close. Returns how many were asked.
pub fn close_windows(display: &str) -> io::Result<usize> {
    let mut server = Server::connect(display)?;
    let protocols = server.atom("WM_PROTOCOLS")?;
    let delete = server.atom("WM_DELETE_WINDOW")?;
    let mut asked = 0;
    for window in server.viewable()? {
        let words = [window, protocols, delete, 0, 0, 0, 0];
        let event = [vec![CLIENT_MESSAGE, 32, 0, 0], bytes(&words)].concat();
        server.tell(SEND_EVENT, 0, &[bytes(&[window, 0]), event].concat())?;
        asked += 1;
    }
    // An answer to something asked later says that all before it was taken in.
    server.children()?;
    Ok(asked)
}

/// Presses keys together, in their order, on the window that can be seen; lets them go in the opposite one.
pub fn press(display: &str, keys: &[u32]) -> io::Result<()> {
    let mut server = Server::connect(display)?;
    let window = server.viewable()?.first().copied().ok_or_else(|| io::Error::other("no window can be seen"))?;
    // What a window manager does when somebody clicks on the window. Back to whoever is pointed at when it is gone.
    server.tell(SET_INPUT_FOCUS, 1, &bytes(&[window, 0]))?;
    let codes = keys.iter().map(|key| server.code_of(*key)).collect::<io::Result<Vec<u8>>>()?;
    let test = server.extension("XTEST")?;
    for code in &codes {
        server.fake(test, KEY_PRESS, *code)?;
    }
    for code in codes.iter().rev() {
        server.fake(test, KEY_RELEASE, *code)?;
    }
    server.children()?;
    Ok(())
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A name, as requests have it.
fn named(name: &str) -> io::Result<Vec<u8>> {
    let length = u16::try_from(name.len()).map_err(io::Error::other)?.to_le_bytes();
    let mut body = [&[length[0], length[1], 0, 0], name.as_bytes()].concat();
    body.resize(body.len().next_multiple_of(4), 0);
    Ok(body)
}

fn short(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
}

fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

struct Server {
    stream: UnixStream,
    root: u32,
    /// The lowest and the highest number of a key.
    keys: (u8, u8),
}

impl Server {
    fn connect(display: &str) -> io::Result<Self> {
        let mut stream = UnixStream::connect(format!("/tmp/.X11-unix/X{}", display.trim_start_matches(':')))?;
        // Little-endian, version 11.0, nothing to show at the door.
        stream.write_all(&[b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
        let mut head = [0; 8];
        stream.read_exact(&mut head)?;
        let mut body = vec![0; short(&head, 6) * 4];
        stream.read_exact(&mut body)?;
        if head[0] != 1 {
            return Err(io::Error::other("the screen does not let us in"));
        }
        // Vendor's name and picture formats stand before the first screen, which begins with its root window.
        let screen = 32 + short(&body, 16).next_multiple_of(4) + usize::from(body[21]) * 8;
        Ok(Self { stream, root: long(&body, screen), keys: (body[26], body[27]) })
    }

    fn tell(&mut self, opcode: u8, detail: u8, body: &[u8]) -> io::Result<()> {
        let length = u16::try_from(1 + body.len() / 4).map_err(io::Error::other)?.to_le_bytes();
        self.stream.write_all(&[&[opcode, detail, length[0], length[1]], body].concat())
    }

    fn ask(&mut self, opcode: u8, detail: u8, body: &[u8]) -> io::Result<Vec<u8>> {
        self.tell(opcode, detail, body)?;
        let mut answer = vec![0; 32];
        self.stream.read_exact(&mut answer)?;
        // What happens meanwhile is told to everybody: that the keyboard has other keys, for example.
        while answer[0] > 1 {
            self.stream.read_exact(&mut answer)?;
        }
        if answer[0] != 1 {
            return Err(io::Error::other(format!("the screen refuses {opcode}: error {}", answer[1])));
        }
        let more = usize::try_from(long(&answer, 4)).map_err(io::Error::other)? * 4;
        answer.resize(32 + more, 0);
        self.stream.read_exact(&mut answer[32..])?;
        Ok(answer)
    }

    fn atom(&mut self, name: &str) -> io::Result<u32> {
        self.ask(INTERN_ATOM, 0, &named(name)?).map(|answer| long(&answer, 8))
    }

    /// The windows that can be seen.
    fn viewable(&mut self) -> io::Result<Vec<u32>> {
        let mut seen = Vec::new();
        for window in self.children()? {
            let attributes = self.ask(QUERY_ATTRIBUTES, 0, &window.to_le_bytes())?;
            if attributes[26] == VIEWABLE {
                seen.push(window);
            }
        }
        Ok(seen)
    }

    /// The number under which requests of an extension go.
    fn extension(&mut self, name: &str) -> io::Result<u8> {
        let answer = self.ask(QUERY_EXTENSION, 0, &named(name)?)?;
        if answer[8] == 1 { Ok(answer[9]) } else { Err(io::Error::other(format!("the screen has no {name}"))) }
    }

    /// The number of the key that has a symbol.
    fn code_of(&mut self, symbol: u32) -> io::Result<u8> {
        let (first, last) = self.keys;
        let answer = self.ask(GET_KEYBOARD_MAPPING, 0, &[first, last - first + 1, 0, 0])?;
        let each = usize::from(answer[1]).max(1);
        let has =
            |code: &u8| (0..each).any(|n| long(&answer, 32 + 4 * (usize::from(code - first) * each + n)) == symbol);
        (first..=last).find(has).ok_or_else(|| io::Error::other(format!("no key has the symbol {symbol:#x}")))
    }

    fn fake(&mut self, test: u8, event: u8, code: u8) -> io::Result<()> {
        let mut body = [0; 32];
        (body[0], body[1]) = (event, code);
        self.tell(test, FAKE_INPUT, &body)
    }

    fn children(&mut self) -> io::Result<Vec<u32>> {
        let answer = self.ask(QUERY_TREE, 0, &self.root.to_le_bytes())?;
        Ok((0..short(&answer, 16)).map(|n| long(&answer, 32 + 4 * n)).collect())
    }
}
