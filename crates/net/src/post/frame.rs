//! A frame: one byte that says what it is, four that say how long the rest is (big-endian), the rest.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures::{AsyncRead, AsyncWrite};

use crate::{Topic, config::MAX_MESSAGE};

const HEADER: usize = 5;
const MESSAGE: u8 = 0;
const OPEN: u8 = 1;
const SHUT: u8 = 2;
const BYE: u8 = 3;

/// Small frames are put together up to this size before they are written.
const BATCH: usize = 16 * 1024;

/// A buffer grows by this much at a time, so that an announced length alone costs nothing.
const STEP: usize = 64 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    Message(Vec<u8>),
    /// The sender's gate is open, or shut, for gossip on this topic.
    Gate {
        topic: Topic,
        open: bool,
    },
    /// The last frame: whoever has read this has read everything, and may hang up. A side that hung up by itself could
    /// cut off what the other has not read yet.
    Bye,
}

impl Frame {
    fn kind(&self) -> u8 {
        match self {
            Self::Message(_) => MESSAGE,
            Self::Gate { open: true, .. } => OPEN,
            Self::Gate { open: false, .. } => SHUT,
            Self::Bye => BYE,
        }
    }

    fn body(&self) -> &[u8] {
        match self {
            Self::Message(bytes) => bytes,
            Self::Gate { topic, .. } => topic,
            Self::Bye => &[],
        }
    }

    pub(super) fn cost(&self) -> usize {
        self.body().len() + HEADER
    }
}

/// Writes frames: the batch first, then the one large body whose header ends the batch.
#[derive(Default)]
pub(super) struct Writer {
    batch: Vec<u8>,
    large: Vec<u8>,
    written: usize,
}

impl Writer {
    pub(super) fn is_empty(&self) -> bool {
        self.batch.is_empty() && self.large.is_empty()
    }

    /// Whether another frame may be added before the next write.
    pub(super) fn takes_more(&self) -> bool {
        self.large.is_empty() && self.written == 0 && self.batch.len() < BATCH
    }

    pub(super) fn add(&mut self, frame: Frame) {
        let length = u32::try_from(frame.body().len()).unwrap_or(u32::MAX);
        self.batch.push(frame.kind());
        self.batch.extend_from_slice(&length.to_be_bytes());
        match frame {
            Frame::Message(bytes) if bytes.len() >= BATCH => self.large = bytes,
            small => self.batch.extend_from_slice(small.body()),
        }
    }

    /// Writes some of what was added; says how much, which is 0 only when nothing is left.
    pub(super) fn poll_write<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if self.batch.is_empty() {
            std::mem::swap(&mut self.batch, &mut self.large);
            self.large = Vec::new();
        }
        if self.batch.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let rest = self.batch.get(self.written..).unwrap_or_default();
        let count = ready!(Pin::new(stream).poll_write(cx, rest))?;
        if count == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        self.written += count;
        if self.written >= self.batch.len() {
            self.written = 0;
            self.batch.clear();
            // A large body leaves its capacity behind, once for every peer.
            self.batch.shrink_to(BATCH * 2);
        }
        Poll::Ready(Ok(count))
    }
}

/// What reading came to.
#[derive(Debug)]
pub(super) enum Read {
    Frame(Frame),
    /// The next frame is larger than is read at present.
    TooLargeForNow,
    /// The stream ended, at the end of a frame.
    End,
}

/// Reads frames.
#[derive(Default)]
pub(super) struct Reader {
    header: [u8; HEADER],
    have: usize,
    body: Vec<u8>,
    filled: usize,
}

impl Reader {
    pub(super) fn poll_read<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        limit: usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Read>> {
        while self.have < HEADER {
            let rest = self.header.get_mut(self.have..).unwrap_or_default();
            match ready!(Pin::new(&mut *stream).poll_read(cx, rest))? {
                0 if self.have == 0 => return Poll::Ready(Ok(Read::End)),
                0 => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
                count => self.have += count,
            }
        }
        let [kind, length @ ..] = self.header;
        let length = u32::from_be_bytes(length) as usize;
        let fits = match kind {
            MESSAGE => length <= MAX_MESSAGE,
            OPEN | SHUT => length == size_of::<Topic>(),
            BYE => length == 0,
            _ => false,
        };
        if !fits {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        if length > limit {
            return Poll::Ready(Ok(Read::TooLargeForNow));
        }
        while self.filled < length {
            if self.filled == self.body.len() {
                self.body.resize(length.min(self.filled.max(STEP) * 2), 0);
            }
            let rest = self.body.get_mut(self.filled..).unwrap_or_default();
            match ready!(Pin::new(&mut *stream).poll_read(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
                count => self.filled += count,
            }
        }
        let body = std::mem::take(&mut self.body);
        (self.have, self.filled) = (0, 0);
        Poll::Ready(Ok(Read::Frame(match kind {
            MESSAGE => Frame::Message(body),
            BYE => Frame::Bye,
            _ => {
                let topic = body.try_into().map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
                Frame::Gate { topic, open: kind == OPEN }
            }
        })))
    }
}

/// Reads as many frames as there are in these bytes, as if a peer had sent them; for the fuzzer.
pub fn frames_in(bytes: &[u8]) -> usize {
    let (mut reader, mut source) = (Reader::default(), futures::io::Cursor::new(bytes));
    let mut cx = Context::from_waker(futures::task::noop_waker_ref());
    let mut count = 0;
    while let Poll::Ready(Ok(Read::Frame(_))) = reader.poll_read(&mut source, usize::MAX, &mut cx) {
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use futures::{executor::block_on, future::poll_fn, io::Cursor};

    use super::*;

    fn write(frames: Vec<Frame>) -> Vec<u8> {
        let (mut writer, mut out) = (Writer::default(), Vec::new());
        let mut frames = frames.into_iter().peekable();
        while frames.peek().is_some() || !writer.is_empty() {
            while writer.takes_more() && frames.peek().is_some() {
                writer.add(frames.next().unwrap());
            }
            block_on(poll_fn(|cx| writer.poll_write(&mut out, cx))).unwrap();
        }
        out
    }

    fn read(bytes: &[u8], limit: usize) -> (Vec<Frame>, io::Result<Read>) {
        let (mut reader, mut source, mut frames) = (Reader::default(), Cursor::new(bytes), Vec::new());
        loop {
            match block_on(poll_fn(|cx| reader.poll_read(&mut source, limit, cx))) {
                Ok(Read::Frame(frame)) => frames.push(frame),
                end => return (frames, end),
            }
        }
    }

    #[test]
    fn frames_come_back_as_they_were_written() {
        let make = || {
            [0usize, 1, 5, BATCH - 1, BATCH, BATCH + 1, 300_000, 7, MAX_MESSAGE, 0]
                .iter()
                .map(|n| Frame::Message((0..*n).map(|i| (i % 251) as u8).collect()))
                .chain([Frame::Gate { topic: [7; 32], open: true }, Frame::Gate { topic: [8; 32], open: false }])
                .chain([Frame::Bye])
                .collect::<Vec<_>>()
        };
        let (frames, end) = read(&write(make()), MAX_MESSAGE);
        assert!(matches!(end, Ok(Read::End)));
        assert_eq!(frames, make());
    }

    #[test]
    fn a_frame_above_the_limit_waits_and_one_above_the_maximum_is_refused() {
        let bytes = write(vec![Frame::Message(vec![1; 10]), Frame::Message(vec![1; 11])]);
        let (frames, end) = read(&bytes, 10);
        assert_eq!(frames.len(), 1);
        assert!(matches!(end, Ok(Read::TooLargeForNow)));
        let mut header = vec![MESSAGE];
        header.extend(u32::try_from(MAX_MESSAGE + 1).unwrap().to_be_bytes());
        assert_eq!(read(&header, usize::MAX).1.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn broken_frames_are_errors() {
        for bytes in [[9, 0, 0, 0, 0], [OPEN, 0, 0, 0, 1], [OPEN, 0, 0, 0, 33], [BYE, 0, 0, 0, 1]] {
            assert_eq!(read(&bytes, MAX_MESSAGE).1.unwrap_err().kind(), io::ErrorKind::InvalidData, "{bytes:?}");
        }
        let whole = write(vec![Frame::Message(vec![1; 100])]);
        for cut in 1..whole.len() {
            let (frames, end) = read(whole.get(..cut).unwrap(), MAX_MESSAGE);
            assert!(frames.is_empty() && end.unwrap_err().kind() == io::ErrorKind::UnexpectedEof);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused() {
        let bytes = write((0..50).map(|n| Frame::Message(vec![n; usize::from(n)])).collect());
        assert_eq!(frames_in(&bytes), 50);
        let mut noise = blake3::Hasher::new().finalize_xof();
        for _ in 0..2000 {
            let (mut broken, mut chance) = (bytes.clone(), [0; 4]);
            noise.fill(&mut chance);
            let at = usize::from(u16::from_le_bytes([chance[0], chance[1]])) % broken.len();
            broken[at] ^= chance[2].max(1);
            broken.truncate(broken.len() - usize::from(chance[3]));
            assert!(frames_in(&broken) <= bytes.len() / HEADER);
        }
    }

    #[test]
    fn an_announced_length_alone_costs_little() {
        let mut reader = Reader::default();
        let mut bytes = vec![MESSAGE];
        bytes.extend(u32::try_from(MAX_MESSAGE).unwrap().to_be_bytes());
        bytes.extend([0; 100]);
        let end = block_on(poll_fn(|cx| reader.poll_read(&mut Cursor::new(&bytes), MAX_MESSAGE, cx)));
        assert!(end.is_err());
        assert!(reader.body.capacity() <= 4 * STEP);
    }
}
