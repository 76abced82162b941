//! One stream: connects, carries bytes both ways, and ends. A task of its own owns the socket.
//!
//! It reads only when there is room for what it reads, so a stream whose bytes are not taken waits in the kernel and
//! its peer with it. Reading never waits for writing, nor writing for reading; on a paced stream nothing is read but
//! what a step asks for.

use std::io;
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::coop;
use tokio::time::timeout;

use super::event::{ConnectionEvent, Reporter};
use super::step_poll::StepError;
use super::writer::{StreamJob, StreamWriter};
use crate::model::packet::PacketDirection;
use crate::net::fault::code_of;
use crate::wire::StreamError;

/// Bytes read at once: what one read brings is a message to some dialects, so it is as much as most senders write.
const MAX_READ: usize = 64 * 1024;
/// Bytes thrown away at once, of a stream that is being closed.
const MAX_DISCARD: usize = 4 * 1024;
/// A peer that has gone without a word is noticed after 60 s of silence and three questions.
const KEEP_ALIVE: Duration = Duration::from_mins(1);
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEP_ALIVE_PROBES: u32 = 3;
/// The same for bytes that are on their way and not confirmed; the system's own patience is a quarter of an hour.
const MAX_UNCONFIRMED: Duration = Duration::from_secs(90);

/// How long a stream waits for its peer.
#[derive(Clone, Copy, Debug)]
pub(in crate::net) struct Timeouts {
    /// Longer than a person waits for an answer is of no use.
    pub(in crate::net) connecting: Duration,
    /// A peer that takes nothing for so long would hold what we wrote for ever.
    pub(in crate::net) stall: Duration,
    /// For what is written when a stream is closed.
    pub(in crate::net) closing: Duration,
}

impl Timeouts {
    pub(super) const USUAL: Self = Self {
        connecting: Duration::from_secs(10),
        stall: Duration::from_mins(1),
        closing: Duration::from_secs(5),
    };
}

/// The task's side of a stream.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) reporter: Reporter,
    /// The other end is dropped when the stream is to be closed, which ends `changed`, now and whenever it is asked.
    pub(super) closed: watch::Receiver<()>,
    pub(super) timeouts: Timeouts,
    /// Nothing is read but what steps ask for.
    pub(super) paced: bool,
}

impl Connection {
    /// Connects, then carries. What is written meanwhile waits.
    pub(super) async fn dial(mut self, socket: TcpSocket, to: SocketAddr, jobs: mpsc::Receiver<StreamJob>) {
        match self.connect(socket, to).await {
            Ok(stream) => {
                self.reporter.report(ConnectionEvent::Up).await;
                self.carry(stream, jobs).await;
            }
            Err(error) => {
                let error = Some(StreamError::Peer(code_of(&error)));
                self.reporter.report(ConnectionEvent::Down { written: 0, error }).await;
            }
        }
    }

    async fn connect(&mut self, socket: TcpSocket, to: SocketAddr) -> io::Result<TcpStream> {
        let mut connecting = std::pin::pin!(timeout(self.timeouts.connecting, socket.connect(to)));
        let connected = tokio::select! {
            connected = &mut connecting => connected,
            // What was written before still wants to get out.
            _dropped = self.closed.changed() => timeout(self.timeouts.closing, connecting).await?,
        };
        let stream = connected??;
        // A free port of ours that is asked for by its own number answers itself (RFC 9293, simultaneous open).
        if stream.local_addr()? == stream.peer_addr()? {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        Ok(stream)
    }

    /// Carries bytes until the end.
    pub(super) async fn carry(mut self, stream: TcpStream, jobs: mpsc::Receiver<StreamJob>) {
        set_options(&stream);
        let stream = Arc::new(stream);
        let mut writer = StreamWriter::new(&stream, &self.reporter, jobs, self.timeouts.stall);
        let error = self.until_end(&stream, &mut writer).await;
        let written = writer.take_written();
        // Ends what is under way.
        drop((writer, stream));
        self.reporter.report(ConnectionEvent::Down { written, error }).await;
    }

    /// Why the stream ended, if not in good order.
    async fn until_end(&mut self, stream: &TcpStream, writer: &mut StreamWriter) -> Option<StreamError> {
        tokio::select! {
            error = read(stream, &self.reporter), if !self.paced => match error {
                Some(error) => Some(error),
                None => self.on_quiet(stream, writer).await,
            },
            // When nothing more can be asked for, the stream is closed as well.
            Err(error) = writer.run() => self.on_failure(stream, &error).await,
            _dropped = self.closed.changed() => {
                self.finish(stream, writer).await;
                None
            }
        }
    }

    /// A peer that only stopped sending still gets the answer to what it sent.
    async fn on_quiet(&mut self, stream: &TcpStream, writer: &mut StreamWriter) -> Option<StreamError> {
        self.reporter.report(ConnectionEvent::Quiet).await;
        // A peer that takes nothing of what is written is given up sooner.
        writer.stall = self.timeouts.closing;
        let result = tokio::select! {
            result = writer.run() => result,
            _dropped = self.closed.changed() => Ok(()),
        };
        match result {
            Err(error @ StepError::Disk(_)) => error.error(),
            // It may be gone, and has closed in good order all the same.
            Err(StepError::Ended | StepError::Peer(_)) => None,
            Ok(()) => {
                self.finish(stream, writer).await;
                None
            }
        }
    }

    async fn on_failure(&mut self, stream: &TcpStream, failure: &StepError) -> Option<StreamError> {
        let end = failure.error();
        let StepError::Peer(error) = failure else { return end };
        // A peer that takes nothing may be there still, and send without end.
        if self.paced || error.kind() == io::ErrorKind::TimedOut {
            return end;
        }
        // What it sent before it went is still to be read.
        tokio::select! {
            read = read(stream, &self.reporter) => read.or(end),
            _dropped = self.closed.changed() => end,
        }
    }

    /// Brings out what is left, in a short time. A step is left as it is: an engine that closes does not want the rest.
    async fn finish(&self, stream: &TcpStream, writer: &mut StreamWriter) {
        if !writer.is_stepping() {
            let _late = timeout(self.timeouts.closing, finish(stream, writer, !self.paced)).await;
        }
    }
}

/// Hands on what comes until the peer closes (`None`) or reading fails. Cancel-safe: nothing is read before there is
/// room for it.
async fn read(stream: &TcpStream, reporter: &Reporter) -> Option<StreamError> {
    loop {
        if let Err(error) = stream.readable().await {
            return Some(StreamError::Peer(code_of(&error)));
        }
        let Ok(room) = reporter.queue.reserve().await else { return None };
        let mut bytes = vec![0; MAX_READ];
        match stream.try_read(&mut bytes) {
            Ok(0) => return None,
            Ok(length) => {
                bytes.truncate(length);
                reporter.tap.note(PacketDirection::In, stream, &bytes);
                // It may wait for long.
                bytes.shrink_to_fit();
                room.send((reporter.id, ConnectionEvent::Data(bytes)));
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Some(StreamError::Peer(code_of(&error))),
        }
    }
}

/// Writes what is left, says that this was all, and waits for the peer to say so too: closing a socket with something
/// unread in it resets the stream, and what we wrote last would be lost (RFC 9293, section 3.6.1).
/// `wait`: not for a peer whose file was closed in the middle.
async fn finish(stream: &TcpStream, writer: &mut StreamWriter, wait: bool) {
    if writer.finish().await.is_err() || SockRef::from(stream).shutdown(Shutdown::Write).is_err() || !wait {
        return;
    }
    let mut buffer = vec![0; MAX_DISCARD];
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut buffer) {
            Ok(0) => return,
            // Others have their turn even while it sends without end.
            Ok(_) => coop::consume_budget().await,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

/// A system that knows one of these not still carries the stream.
fn set_options(stream: &TcpStream) {
    let _slower: io::Result<()> = stream.set_nodelay(true);
    let socket = SockRef::from(stream);
    let alive = TcpKeepalive::new().with_time(KEEP_ALIVE);
    #[cfg(not(any(target_os = "openbsd", target_os = "haiku", target_os = "solaris")))]
    let alive = alive.with_interval(KEEP_ALIVE_INTERVAL).with_retries(KEEP_ALIVE_PROBES);
    let _patient: io::Result<()> = socket.set_tcp_keepalive(&alive);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _patient: io::Result<()> = socket.set_tcp_user_timeout(Some(MAX_UNCONFIRMED));
}
