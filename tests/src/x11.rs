//! The little of X11 that it takes to close windows as a person does, with the cross in their corner. There is no window
//! manager on a test's screen, and WebDriver's way of closing ends the program without asking it.

use std::{
    io::{self, Read, Write},
    os::unix::net::UnixStream,
};

const QUERY_ATTRIBUTES: u8 = 3;
const QUERY_TREE: u8 = 15;
const INTERN_ATOM: u8 = 16;
const SEND_EVENT: u8 = 25;
const CLIENT_MESSAGE: u8 = 33;
const VIEWABLE: u8 = 2;

/// Asks every window on a screen to close. Returns how many were asked.
pub fn close_windows(display: &str) -> io::Result<usize> {
    let mut server = Server::connect(display)?;
    let protocols = server.atom("WM_PROTOCOLS")?;
    let delete = server.atom("WM_DELETE_WINDOW")?;
    let mut asked = 0;
    for window in server.children()? {
        let attributes = server.ask(QUERY_ATTRIBUTES, 0, &window.to_le_bytes())?;
        if attributes[26] != VIEWABLE {
            continue;
        }
        let words = [window, protocols, delete, 0, 0, 0, 0];
        let event = [vec![CLIENT_MESSAGE, 32, 0, 0], bytes(&words)].concat();
        server.tell(SEND_EVENT, 0, &[bytes(&[window, 0]), event].concat())?;
        asked += 1;
    }
    // An answer to something asked later says that all before it was taken in.
    server.children()?;
    Ok(asked)
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
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
        Ok(Self { stream, root: long(&body, screen) })
    }

    fn tell(&mut self, opcode: u8, detail: u8, body: &[u8]) -> io::Result<()> {
        let length = u16::try_from(1 + body.len() / 4).map_err(io::Error::other)?.to_le_bytes();
        self.stream.write_all(&[&[opcode, detail, length[0], length[1]], body].concat())
    }

    fn ask(&mut self, opcode: u8, detail: u8, body: &[u8]) -> io::Result<Vec<u8>> {
        self.tell(opcode, detail, body)?;
        let mut answer = vec![0; 32];
        self.stream.read_exact(&mut answer)?;
        if answer[0] != 1 {
            return Err(io::Error::other(format!("the screen refuses {opcode}: error {}", answer[1])));
        }
        let more = usize::try_from(long(&answer, 4)).map_err(io::Error::other)? * 4;
        answer.resize(32 + more, 0);
        self.stream.read_exact(&mut answer[32..])?;
        Ok(answer)
    }

    fn atom(&mut self, name: &str) -> io::Result<u32> {
        let length = u16::try_from(name.len()).map_err(io::Error::other)?.to_le_bytes();
        let mut body = [&[length[0], length[1], 0, 0], name.as_bytes()].concat();
        body.resize(body.len().next_multiple_of(4), 0);
        self.ask(INTERN_ATOM, 0, &body).map(|answer| long(&answer, 8))
    }

    fn children(&mut self) -> io::Result<Vec<u32>> {
        let answer = self.ask(QUERY_TREE, 0, &self.root.to_le_bytes())?;
        Ok((0..short(&answer, 16)).map(|n| long(&answer, 32 + 4 * n)).collect())
    }
}
