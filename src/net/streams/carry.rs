//! One stream: connects, carries bytes both ways, and ends. A task of its own owns the socket.
//!
//! It reads only when there is room for what it reads, so a stream whose bytes nobody takes waits in the kernel and
//! its peer with it. Reading never waits for writing, nor writing for reading; on a paced stream nothing is read but
//! what a step asks for.

use std::io;
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::coop;
use tokio::time::timeout;

use super::hand::Failure;
use super::work::{Job, Over, Worker};
use crate::net::fault::code_of;
use crate::wire::{StepEvent, StreamError};

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
pub(in crate::net) struct Patience {
    /// Longer than that nobody waits for an answer.
    pub(in crate::net) connecting: Duration,
    /// A peer that takes nothing for so long would hold what we wrote for ever.
    pub(in crate::net) stall: Duration,
    /// For what is written when a stream is closed.
    pub(in crate::net) closing: Duration,
}

impl Patience {
    pub(super) const USUAL: Self = Self {
        connecting: Duration::from_secs(10),
        stall: Duration::from_mins(1),
        closing: Duration::from_secs(5),
    };
}

/// Which stream of this run.
pub(in crate::net) type Serial = u64;

/// What happened to a stream, in order.
#[derive(Debug)]
pub(in crate::net) enum News {
    Up {
        serial: Serial,
    },
    Data {
        serial: Serial,
        bytes: Vec<u8>,
    },
    /// The kernel has so many more of the writes, whole.
    Written {
        serial: Serial,
        count: usize,
    },
    Step {
        serial: Serial,
        step: StepEvent,
    },
    /// The peer sends nothing more. What was asked for because of what it sent is still done.
    Quiet {
        serial: Serial,
    },
    /// The end, after `count` more writes. Without an error the peer closed in good order.
    Down {
        serial: Serial,
        count: usize,
        error: Option<StreamError>,
    },
}

/// Waits until the stream is to be closed.
#[derive(Debug)]
pub(super) struct Closing {
    /// Fires by being dropped.
    signal: oneshot::Receiver<()>,
    fired: bool,
}

impl Closing {
    pub(super) const fn new(signal: oneshot::Receiver<()>) -> Self {
        Self { signal, fired: false }
    }

    /// Cancel-safe, and may be asked again.
    async fn asked(&mut self) {
        if !self.fired {
            let _dropped = (&mut self.signal).await;
            self.fired = true;
        }
    }
}

/// The task's side of a stream.
#[derive(Debug)]
pub(super) struct Carrier {
    pub(super) serial: Serial,
    pub(super) news: mpsc::Sender<News>,
    pub(super) closing: Closing,
    pub(super) patience: Patience,
    /// Nothing is read but what steps ask for.
    pub(super) paced: bool,
}

/// How a stream came to its end.
enum End {
    /// The peer closed, or a read failed.
    Read(Option<StreamError>),
    Work(Failure),
    Asked,
}

impl Carrier {
    /// Connects, then carries. What is written meanwhile waits.
    pub(super) async fn dial(mut self, socket: TcpSocket, to: SocketAddr, jobs: mpsc::Receiver<Job>) {
        match self.connect(socket, to).await {
            Ok(stream) => {
                self.tell(News::Up { serial: self.serial }).await;
                self.carry(stream, jobs).await;
            }
            Err(error) => {
                let error = Some(StreamError::Peer(code_of(&error)));
                self.tell(News::Down { serial: self.serial, count: 0, error }).await;
            }
        }
    }

    async fn connect(&mut self, socket: TcpSocket, to: SocketAddr) -> io::Result<TcpStream> {
        let late = |_| Err(io::ErrorKind::TimedOut.into());
        let mut connecting = std::pin::pin!(timeout(self.patience.connecting, socket.connect(to)));
        let connected = tokio::select! {
            connected = &mut connecting => connected,
            // What was written before still wants to get out.
            () = self.closing.asked() => timeout(self.patience.closing, connecting).await.and_then(std::convert::identity),
        };
        let stream = connected.unwrap_or_else(late)?;
        // A free port of ours that is asked for by its own number answers itself (RFC 9293, simultaneous open).
        if stream.local_addr()? == stream.peer_addr()? {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        Ok(stream)
    }

    /// Carries bytes until the end.
    pub(super) async fn carry(mut self, stream: TcpStream, jobs: mpsc::Receiver<Job>) {
        set_options(&stream);
        let stream = Arc::new(stream);
        let mut worker = Worker::new(self.serial, jobs, self.patience.stall);
        let error = match self.until_end(&stream, &mut worker).await {
            End::Read(Some(error)) => Some(error),
            End::Read(None) => self.quiet(&stream, &mut worker).await,
            End::Asked => {
                self.finish(&stream, &mut worker).await;
                None
            }
            End::Work(failure) => self.failed(&stream, &failure).await,
        };
        let count = worker.take_done();
        // Ends what is under way.
        drop((worker, stream));
        self.tell(News::Down { serial: self.serial, count, error }).await;
    }

    async fn until_end(&mut self, stream: &Arc<TcpStream>, worker: &mut Worker) -> End {
        let (serial, paced) = (self.serial, self.paced);
        tokio::select! {
            error = read(stream, serial, &self.news), if !paced => End::Read(error),
            over = worker.run(stream, &self.news) => match over {
                // It is closed as well, which is noticed at the same time.
                Over::Empty => End::Asked,
                Over::Failed(failure) => End::Work(failure),
            },
            () = self.closing.asked() => End::Asked,
        }
    }

    /// A peer that only stopped sending still gets the answer to what it sent.
    async fn quiet(&mut self, stream: &Arc<TcpStream>, worker: &mut Worker) -> Option<StreamError> {
        self.tell(News::Quiet { serial: self.serial }).await;
        worker.hurry(self.patience.closing);
        let over = tokio::select! {
            over = worker.run(stream, &self.news) => over,
            () = self.closing.asked() => Over::Empty,
        };
        match over {
            Over::Failed(failure @ Failure::Disk(_)) => failure.error(),
            // It may be gone, and has closed in good order all the same.
            Over::Failed(_) => None,
            Over::Empty => {
                self.finish(stream, worker).await;
                None
            }
        }
    }

    /// Brings out what is left, in a short time. A step is left as it is: whoever closes does not want the rest.
    async fn finish(&self, stream: &TcpStream, worker: &mut Worker) {
        if !worker.is_stepping() {
            let _late = timeout(self.patience.closing, finish(stream, worker, !self.paced)).await;
        }
    }

    async fn failed(&mut self, stream: &TcpStream, failure: &Failure) -> Option<StreamError> {
        let end = failure.error();
        let Failure::Net(error) = failure else { return end };
        // One that takes nothing may be there still, and send without end.
        if self.paced || error.kind() == io::ErrorKind::TimedOut {
            return end;
        }
        // What it sent before it went is still to be read.
        tokio::select! {
            read = read(stream, self.serial, &self.news) => read.or(end),
            () = self.closing.asked() => end,
        }
    }

    async fn tell(&self, news: News) {
        // Refused only when the whole network side ends.
        let _ended = self.news.send(news).await;
    }
}

/// Hands on what comes until the peer closes (`None`) or reading fails. Cancel-safe: nothing is read before there is
/// room for it.
async fn read(stream: &TcpStream, serial: Serial, news: &mpsc::Sender<News>) -> Option<StreamError> {
    loop {
        if let Err(error) = stream.readable().await {
            return Some(StreamError::Peer(code_of(&error)));
        }
        let Ok(room) = news.reserve().await else { return None };
        let mut bytes = vec![0; MAX_READ];
        match stream.try_read(&mut bytes) {
            Ok(0) => return None,
            Ok(length) => {
                bytes.truncate(length);
                // It may wait for long.
                bytes.shrink_to_fit();
                room.send(News::Data { serial, bytes });
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Some(StreamError::Peer(code_of(&error))),
        }
    }
}

/// Writes what is left, says that this was all, and waits for the peer to say so too: closing a socket with something
/// unread in it resets the stream, and what we wrote last would be lost (RFC 9293, section 3.6.1).
/// `wait`: not for a peer that was sending a file when nobody wanted it any more.
async fn finish(stream: &TcpStream, worker: &mut Worker, wait: bool) {
    if worker.finish(stream).await.is_err()
        || SockRef::from(stream).shutdown(Shutdown::Write).is_err()
        || !wait
    {
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
