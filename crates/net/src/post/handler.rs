//! The connection's end of the message streams.

use std::{
    collections::VecDeque,
    convert::Infallible,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures::AsyncWrite;
use libp2p::{
    Stream, StreamProtocol,
    core::upgrade::ReadyUpgrade,
    swarm::{
        ConnectionHandler, ConnectionHandlerEvent, StreamUpgradeError, SubstreamProtocol,
        handler::{ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound},
    },
};
use tokio::time::{Instant, Sleep, sleep_until};

use super::{
    Ack, Pipe,
    frame::{Frame, Read, Reader, Writer},
};
use crate::{Topic, news::Ended};

const PROTOCOL: StreamProtocol = StreamProtocol::new("/chapterhouse/msg/1");

/// How long the peer may take to agree on the stream.
const AGREE: Duration = Duration::from_secs(10);

/// How long a message that is too large for a stranger waits for the stranger to become trusted.
const LARGE_WAIT: Duration = Duration::from_secs(20);

/// Use this connection: the peer has no other.
#[derive(Debug)]
pub(crate) struct Activate;

/// What the connection tells.
#[derive(Debug)]
pub(crate) enum Told {
    /// Both sides speak the protocol.
    Ready,
    Message {
        bytes: Vec<u8>,
        ack: Ack,
    },
    Gate {
        topic: Topic,
        open: bool,
    },
    Drained,
    /// The connection is of no more use.
    Broken(Ended),
}

enum Out {
    Unused,
    Wanted,
    Asked,
    Open(Stream),
}

pub(crate) struct Handler {
    pipe: Arc<Pipe>,
    out: Out,
    writer: Writer,
    unflushed: bool,
    input: Option<Stream>,
    reader: Reader,
    told: VecDeque<Told>,
    broken: bool,
    stall_after: Duration,
    progress: Instant,
    stall: Option<Pin<Box<Sleep>>>,
    large: Option<Pin<Box<Sleep>>>,
}

impl Handler {
    pub(super) fn new(pipe: Arc<Pipe>, stall_after: Duration) -> Self {
        Self {
            pipe,
            out: Out::Unused,
            writer: Writer::default(),
            unflushed: false,
            input: None,
            reader: Reader::default(),
            told: VecDeque::new(),
            broken: false,
            stall_after,
            progress: Instant::now(),
            stall: None,
            large: None,
        }
    }

    fn break_off(&mut self, why: Ended) {
        if !self.broken {
            self.broken = true;
            self.input = None;
            self.out = Out::Unused;
            self.told.push_back(Told::Broken(why));
        }
    }

    fn break_on(&mut self, error: &io::Error) {
        tracing::debug!(%error, "a message stream ended");
        self.break_off(match error.kind() {
            io::ErrorKind::InvalidData => Ended::Misbehaved,
            _ => Ended::Remote,
        });
    }

    fn write(&mut self, cx: &mut Context<'_>) {
        let Out::Open(stream) = &mut self.out else { return };
        // Registered before the queue is looked at, so that nothing queued meanwhile is missed.
        self.pipe.wake_on_send(cx);
        loop {
            while self.writer.takes_more() {
                let Some((frame, drained)) = self.pipe.pop() else { break };
                self.writer.add(frame);
                if drained {
                    self.told.push_back(Told::Drained);
                }
            }
            let step = if self.writer.is_empty() {
                if !self.unflushed {
                    break;
                }
                Pin::new(&mut *stream).poll_flush(cx).map_ok(|()| 0)
            } else {
                self.writer.poll_write(stream, cx)
            };
            match step {
                Poll::Ready(Ok(count)) => {
                    self.pipe.wrote(count);
                    self.progress = Instant::now();
                    self.unflushed = count > 0;
                    if count == 0 {
                        self.stall = None;
                    }
                }
                Poll::Ready(Err(error)) => return self.break_on(&error),
                Poll::Pending => return self.watch_stall(cx),
            }
        }
    }

    /// The peer takes nothing at the moment: begin, or go on, to count.
    fn watch_stall(&mut self, cx: &mut Context<'_>) {
        let deadline = self.progress + self.stall_after;
        let timer = self.stall.get_or_insert_with(|| {
            self.progress = Instant::now();
            Box::pin(sleep_until(self.progress + self.stall_after))
        });
        if timer.as_mut().poll(cx).is_pending() {
            return;
        }
        if Instant::now() >= deadline {
            return self.break_off(Ended::Stalled);
        }
        timer.as_mut().reset(deadline);
        if timer.as_mut().poll(cx).is_ready() {
            cx.waker().wake_by_ref();
        }
    }

    fn take(&mut self, frame: Frame) {
        self.pipe.read(frame.cost());
        match frame {
            Frame::Gate { topic, open } => self.told.push_back(Told::Gate { topic, open }),
            Frame::Message(bytes) => {
                let ack = self.pipe.window.take(bytes.len());
                self.told.push_back(Told::Message { bytes, ack });
            }
            Frame::Bye => self.break_off(Ended::Remote),
        }
    }

    fn read(&mut self, cx: &mut Context<'_>) {
        // Nothing is read before this side has said that it is ready: news of the peer must come before its messages.
        let (Out::Open(_), Some(stream)) = (&self.out, &mut self.input) else { return };
        if !self.pipe.window.is_open(cx) {
            return;
        }
        match self.reader.poll_read(stream, self.pipe.largest(), cx) {
            Poll::Pending => {}
            Poll::Ready(Ok(Read::Frame(frame))) => {
                self.large = None;
                self.take(frame);
            }
            Poll::Ready(Ok(Read::TooLargeForNow)) => {
                let timer = self.large.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + LARGE_WAIT)));
                if timer.as_mut().poll(cx).is_ready() {
                    self.break_off(Ended::Misbehaved);
                }
            }
            Poll::Ready(Ok(Read::End)) => self.break_off(Ended::Remote),
            Poll::Ready(Err(error)) => self.break_on(&error),
        }
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Activate;
    type ToBehaviour = Told;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        SubstreamProtocol::new(ReadyUpgrade::new(PROTOCOL), ())
    }

    // A link lives until someone ends it: an idle one is how news arrive at once.
    fn connection_keep_alive(&self) -> bool {
        true
    }

    fn on_behaviour_event(&mut self, Activate: Activate) {
        if matches!(self.out, Out::Unused) && !self.broken {
            self.out = Out::Wanted;
        }
    }

    fn on_connection_event(&mut self, event: ConnectionEvent<Self::InboundProtocol, Self::OutboundProtocol>) {
        match event {
            _ if self.broken => {}
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, .. }) => {
                self.out = Out::Open(protocol);
                self.told.push_back(Told::Ready);
            }
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, .. }) => {
                let second = self.input.replace(protocol).is_some();
                if second {
                    self.break_off(Ended::Misbehaved);
                }
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { error, .. }) => self.break_off(match error {
                StreamUpgradeError::NegotiationFailed => Ended::NotOurs,
                StreamUpgradeError::Timeout => Ended::Silent,
                StreamUpgradeError::Io(_) => Ended::Remote,
                StreamUpgradeError::Apply(never) => match_never(never),
            }),
            _ => {}
        }
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, (), Self::ToBehaviour>> {
        if let Out::Wanted = self.out {
            self.out = Out::Asked;
            let protocol = SubstreamProtocol::new(ReadyUpgrade::new(PROTOCOL), ()).with_timeout(AGREE);
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol });
        }
        if self.told.is_empty() {
            self.write(cx);
        }
        // One at a time: the swarm takes events as fast as its consumer does, and reading waits for that.
        if self.told.is_empty() {
            self.read(cx);
        }
        match self.told.pop_front() {
            Some(told) => Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(told)),
            None => Poll::Pending,
        }
    }

    /// The connection has ended. What had arrived before that, and was waiting for room in the window, is not lost; it is
    /// no more than libp2p lets be under way.
    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Option<Self::ToBehaviour>> {
        if self.told.is_empty()
            && let (Out::Open(_), Some(stream)) = (&self.out, &mut self.input)
            && let Poll::Ready(Ok(Read::Frame(frame))) = self.reader.poll_read(stream, self.pipe.largest(), cx)
        {
            self.take(frame);
        }
        Poll::Ready(self.told.pop_front())
    }
}

fn match_never<T>(never: Infallible) -> T {
    match never {}
}
