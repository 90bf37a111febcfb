//! What the driver and one connection share: the queue of what is to be sent, and how much of what was received is
//! still in the consumer's hands.
//!
//! Shared rather than sent through libp2p's own channels, because those are short and block the whole swarm: here a
//! message reaches its connection in one step, and a full queue concerns its own peer alone.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::Context,
};

use futures::task::AtomicWaker;

use super::frame::Frame;
use crate::{Topic, Traffic};

/// What one message costs beyond its bytes, in queues and news, so that empty ones are not free.
const OVERHEAD: usize = 256;

/// Above this much in the queue, its emptying is news.
const HIGH: usize = 1024 * 1024;
/// Below this much it counts as emptied.
const LOW: usize = 256 * 1024;

/// More waits for this peer than is allowed.
#[derive(Debug)]
pub(crate) struct Full;

#[derive(Default)]
struct Queue {
    frames: VecDeque<Frame>,
    bytes: usize,
    was_high: bool,
}

/// One connection's queues.
pub(crate) struct Pipe {
    queue: Mutex<Queue>,
    sender: AtomicWaker,
    most: usize,
    trusted: AtomicBool,
    pub(super) window: Arc<Window>,
    stranger_message: usize,
    traffic: Arc<Traffic>,
    /// Bytes either way on this connection: a sign of life.
    moved: AtomicU64,
}

impl Pipe {
    pub(super) fn new(limits: &crate::config::Limits, traffic: Arc<Traffic>) -> Arc<Self> {
        Arc::new(Self {
            queue: Mutex::default(),
            sender: AtomicWaker::new(),
            most: limits.outgoing,
            trusted: AtomicBool::new(false),
            window: Window::new(limits.incoming),
            stranger_message: limits.stranger_message,
            traffic,
            moved: AtomicU64::new(0),
        })
    }

    // A panic elsewhere cannot leave the queue half-changed: every change below is a push or a pop.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a message.
    pub(crate) fn send(&self, bytes: Vec<u8>) -> Result<(), Full> {
        self.push(Frame::Message(bytes))
    }

    /// Queues word that the gate is open, or shut.
    pub(crate) fn gate(&self, topic: Topic, open: bool) -> Result<(), Full> {
        self.push(Frame::Gate { topic, open })
    }

    /// Queues the last frame. Whatever else is wrong, for this there is room.
    pub(crate) fn bye(&self) {
        self.lock().frames.push_back(Frame::Bye);
        self.sender.wake();
    }

    fn push(&self, frame: Frame) -> Result<(), Full> {
        {
            let mut queue = self.lock();
            let bytes = queue.bytes + frame.cost() + OVERHEAD;
            if bytes > self.most && !queue.frames.is_empty() {
                return Err(Full);
            }
            queue.bytes = bytes;
            queue.was_high |= bytes > HIGH;
            queue.frames.push_back(frame);
        }
        self.sender.wake();
        Ok(())
    }

    /// The next frame, and whether it was the one that made a full queue empty.
    pub(super) fn pop(&self) -> Option<(Frame, bool)> {
        let mut queue = self.lock();
        let frame = queue.frames.pop_front()?;
        queue.bytes = queue.bytes.saturating_sub(frame.cost() + OVERHEAD);
        let drained = queue.was_high && queue.bytes <= LOW;
        queue.was_high &= !drained;
        Some((frame, drained))
    }

    pub(super) fn wake_on_send(&self, cx: &Context<'_>) {
        self.sender.register(cx.waker());
    }

    pub(crate) fn trust(&self) {
        self.trusted.store(true, Ordering::Release);
        self.window.waker.wake();
    }

    pub(super) fn wrote(&self, bytes: usize) {
        self.traffic.sent.fetch_add(bytes as u64, Ordering::Relaxed);
        self.moved.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn read(&self, bytes: usize) {
        self.traffic.received.fetch_add(bytes as u64, Ordering::Relaxed);
        self.moved.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// How much has moved either way so far.
    pub(crate) fn moved(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }

    pub(super) fn largest(&self) -> usize {
        if self.trusted.load(Ordering::Acquire) { usize::MAX } else { self.stranger_message }
    }
}

/// How much a peer may have in the consumer's hands.
pub(crate) struct Window {
    used: AtomicUsize,
    most: usize,
    waker: AtomicWaker,
}

impl Window {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { used: AtomicUsize::new(0), most, waker: AtomicWaker::new() })
    }

    /// Whether more may be received; if not, the task is woken when it may, or when the peer becomes trusted.
    pub(crate) fn is_open(&self, cx: &Context<'_>) -> bool {
        // First the waker, then the look: the other way round, what happens in between would go unnoticed.
        self.waker.register(cx.waker());
        self.used.load(Ordering::Acquire) < self.most
    }

    /// Takes a place for `bytes`, until the result is dropped.
    pub(crate) fn take(self: &Arc<Self>, bytes: usize) -> Ack {
        let size = bytes + OVERHEAD;
        self.used.fetch_add(size, Ordering::AcqRel);
        Ack { window: Arc::clone(self), size }
    }
}

/// A place in the consumer's hands. Dropping it, once the message has been dealt with, lets the peer send more.
pub struct Ack {
    window: Arc<Window>,
    size: usize,
}

impl Drop for Ack {
    fn drop(&mut self) {
        self.window.used.fetch_sub(self.size, Ordering::AcqRel);
        self.window.waker.wake();
    }
}

impl std::fmt::Debug for Ack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ack").field("size", &self.size).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use futures::task::noop_waker;

    use super::*;
    use crate::config::Limits;

    #[test]
    fn the_queue_refuses_what_is_too_much_and_says_when_it_has_emptied() {
        let pipe = Pipe::new(&Limits { outgoing: 2 * HIGH, ..Limits::default() }, Arc::default());
        let mut sent = 0;
        while pipe.send(vec![0; 100_000]).is_ok() {
            sent += 1;
        }
        assert!((20..=21).contains(&sent), "{sent}");
        let drained = std::iter::from_fn(|| pipe.pop()).filter(|(_, drained)| *drained).count();
        assert_eq!(drained, 1);
        assert!(pipe.send(vec![]).is_ok(), "there is room again");
        assert!(!pipe.pop().unwrap().1, "little was waiting, so its sending is no news");
    }

    #[test]
    fn one_message_always_fits() {
        let pipe = Pipe::new(&Limits { outgoing: 10, ..Limits::default() }, Arc::default());
        assert!(pipe.send(vec![0; 1000]).is_ok());
        assert!(pipe.send(vec![]).is_err());
    }

    #[test]
    fn the_window_closes_and_opens_with_the_acks() {
        let window = Window::new(1000);
        let waker = noop_waker();
        let cx = Context::from_waker(&waker);
        let acks = (0..2).map(|_| window.take(300)).collect::<Vec<_>>();
        assert!(!window.is_open(&cx));
        drop(acks);
        assert!(window.is_open(&cx));
        assert_eq!(window.used.load(Ordering::Acquire), 0);
    }
}
