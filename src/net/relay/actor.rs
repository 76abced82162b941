//! The loop: takes what has arrived, lets the relay judge all of it, then sends, so that messages share datagrams.
//!
//! While something waits for room in the kernel's send buffer nothing is taken in: the receive buffer waits, and what
//! it cannot hold is lost there, as on any busy network.

use std::net::SocketAddr;
use std::pin::Pin;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Sleep, sleep_until};

use super::outlet::Outlet;
use super::snapshot::{Look, Snapshot};
use super::{Noted, Notice, RelayError, RelayOptions, StartError, bind};
use crate::dialects::relay::server::Relay;
use crate::model::Now;
use crate::net::clock;
use crate::net::ifaces::Interface;
use crate::net::udp::canonical;

/// Datagrams taken before what they cause is sent: the more, the more messages share a datagram.
const MAX_BATCH: usize = 256;
/// Bytes taken before that, where the datagrams are large.
const MAX_BATCH_BYTES: usize = 1024 * 1024;
/// So many at once are a backlog, and more of it is on its way.
const CROWD: usize = 4;
/// How long it lingers after the last of a backlog: some times what a sender needs between two datagrams, and less than
/// sending to ten members takes.
const LINGER: Duration = Duration::from_micros(20);
/// How long after a backlog the next datagram is taken for more of it: longer than its senders wait for an answer.
const RUSH: Duration = Duration::from_millis(2);
/// Larger than any datagram (65,527 bytes over IPv6).
const BUFFER: usize = 65_536;
/// Time without any room in the send buffer after which what waits is given up: old messages help nobody, and the
/// members must be heard again.
const MAX_STALL: Duration = Duration::from_millis(500);
/// Time for the last words of a relay that ends.
const FAREWELL: Duration = Duration::from_secs(2);
/// An alarm for when there is nothing to wait for.
const LONG: Duration = Duration::from_hours(1);

/// What the thread needs to begin.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) address: SocketAddr,
    pub(super) interface: Option<Interface>,
    pub(super) seed: [u8; 16],
    pub(super) options: RelayOptions,
}

/// What goes between the thread and whoever started it.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) notes: mpsc::Sender<Notice>,
    pub(super) looks: mpsc::Receiver<Look>,
    /// Ends it, by a word or by being dropped.
    pub(super) stop: oneshot::Receiver<()>,
}

/// Starts the thread; the answer is where it listens.
pub(super) async fn start(wanted: Wanted, lines: Lines) -> Result<SocketAddr, RelayError> {
    let (report, opened) = oneshot::channel();
    let thread = thread::Builder::new().name("relay".to_owned());
    // It ends when its lines do, and nothing has to wait for it.
    drop(thread.spawn(move || run(wanted, lines, report)).map_err(|error| RelayError::system(&error))?);
    opened.await.map_err(|error| RelayError::system(&error))?
}

fn run(wanted: Wanted, lines: Lines, report: oneshot::Sender<Result<SocketAddr, RelayError>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let told = match runtime {
        Err(error) => report.send(Err(RelayError::system(&error))),
        Ok(runtime) => runtime.block_on(async {
            match open(&wanted) {
                Err(error) => report.send(Err(error)),
                Ok((outlet, local)) => {
                    let told = report.send(Ok(local));
                    if told.is_ok() {
                        Actor::new(wanted, lines, outlet).run().await;
                    }
                    told
                }
            }
        }),
    };
    // Whoever asked may have gone meanwhile.
    drop(told);
}

fn open(wanted: &Wanted) -> Result<(Outlet, SocketAddr), RelayError> {
    let bound = bind::open(&bind::plain(wanted.address), wanted.interface.as_ref())
        .map_err(|error| StartError::from_bind(wanted.address, &error))?;
    let local = canonical(bound.local);
    Ok((Outlet::new(bound, wanted.interface.clone()), local))
}

/// Why the loop woke up.
enum Wake {
    Stop,
    Look(Look),
    Socket,
    Time,
}

#[derive(Debug)]
struct Actor {
    relay: Relay,
    outlet: Outlet,
    lines: Lines,
    started: Instant,
    /// Since when what waits has not moved.
    stalled: Option<Instant>,
    /// There was a backlog; until then there may be more of it.
    rush: Option<Instant>,
    /// Events that found no room since the last that did.
    lost: u64,
    alarm: Alarm,
    buffer: Vec<u8>,
}

impl Actor {
    fn new(wanted: Wanted, lines: Lines, outlet: Outlet) -> Self {
        let now = clock::now();
        Self {
            relay: Relay::new(now, wanted.seed, wanted.options),
            outlet,
            lines,
            started: now.mono,
            stalled: None,
            rush: None,
            lost: 0,
            alarm: Alarm::new(now.mono + LONG),
            buffer: vec![0; BUFFER],
        }
    }

    async fn run(mut self) {
        loop {
            match self.wait().await {
                Wake::Stop => break,
                Wake::Look(look) => self.show(look),
                Wake::Socket => self.serve(),
                Wake::Time => {}
            }
            self.keep_time();
        }
        self.close().await;
    }

    /// Every branch is cancel-safe: each waits for readiness or takes its item only in the poll that returns it.
    async fn wait(&mut self) -> Wake {
        let stall = self.stalled.map(|since| since + MAX_STALL);
        let untold = self.outlet.losses.deadline();
        let due = [self.relay.deadline(), stall, untold].into_iter().flatten().min();
        let Lines { stop, looks, .. } = &mut self.lines;
        tokio::select! {
            biased;
            _told_or_dropped = stop => Wake::Stop,
            Some(look) = looks.recv() => Wake::Look(look),
            () = self.outlet.ready() => Wake::Socket,
            () = self.alarm.ring(due) => Wake::Time,
        }
    }

    /// One turn of the socket: errors, what waits, then what has arrived, and all that it causes.
    fn serve(&mut self) {
        let now = clock::now();
        self.outlet.read_errors();
        self.resume(now);
        if !self.outlet.is_waiting() {
            self.take(now);
            self.send(now);
        }
    }

    /// Takes what has arrived. In a backlog it lingers for those that follow on their heels: what is sent together costs
    /// each member one datagram.
    fn take(&mut self, now: Now) {
        let (mut taken, mut count, mut last) = (0, 0, now.mono);
        let rush = self.rush.is_some_and(|until| now.mono < until);
        while count < MAX_BATCH && taken <= MAX_BATCH_BYTES {
            if let Some((length, from)) = self.outlet.receive(now.mono, &mut self.buffer) {
                self.relay.handle(now, from, self.buffer.get(..length).unwrap_or_default());
                self.report(now);
                (taken, count, last) = (taken + length, count + 1, clock::now().mono);
            } else if (count >= CROWD || (rush && count > 0))
                && clock::now().mono.saturating_duration_since(last) < LINGER
            {
                std::hint::spin_loop();
            } else {
                break;
            }
        }
        if count >= CROWD {
            self.rush = Some(last + RUSH);
        }
    }

    /// Sends all that the relay has to say.
    fn send(&mut self, now: Now) {
        while let Some(to) = self.outlet.take_unreachable() {
            self.relay.unreachable(now, to);
        }
        self.relay.flush(&mut self.outlet);
        self.report(now);
        if self.outlet.is_waiting() {
            self.stalled.get_or_insert(now.mono);
        }
    }

    /// Goes on with what waits for room.
    fn resume(&mut self, now: Now) {
        if self.outlet.resume() {
            self.stalled = Some(now.mono);
        }
        if !self.outlet.is_waiting() {
            self.stalled = None;
        }
    }

    /// What is due by now.
    fn keep_time(&mut self) {
        let now = clock::now();
        self.report_losses(now);
        self.report_dropped(now);
        if self.stalled.is_some_and(|since| now.mono >= since + MAX_STALL) {
            self.outlet.drop_waiting();
            self.stalled = None;
        }
        if self.relay.deadline().is_some_and(|due| now.mono >= due) {
            self.relay.tick(now);
            self.send(now);
        }
    }

    /// Hands events on. Whoever writes them down is not waited for.
    fn report(&mut self, now: Now) {
        self.report_losses(now);
        while let Some(event) = self.relay.take_event() {
            let note = Notice { time: now.wall, what: Noted::Event(event) };
            if self.lost > 0 || self.lines.notes.try_send(note).is_err() {
                self.lost += 1;
            }
        }
    }

    fn report_losses(&mut self, now: Now) {
        let note = |count| Notice { time: now.wall, what: Noted::Lost(count) };
        if self.lost > 0 && self.lines.notes.try_send(note(self.lost)).is_ok() {
            self.lost = 0;
        }
    }

    /// What the kernel threw away since nobody took it in time. Where the log has no room, the figures still have it.
    fn report_dropped(&mut self, now: Now) {
        if let Some(count) = self.outlet.losses.take(now.mono) {
            let note = Notice { time: now.wall, what: Noted::Dropped(count) };
            drop(self.lines.notes.try_send(note));
        }
    }

    fn show(&self, look: Look) {
        let at = clock::now().mono;
        let snapshot = Snapshot {
            at,
            up: at.saturating_duration_since(self.started),
            options: self.relay.options().clone(),
            counters: *self.relay.counters(),
            sending: self.outlet.sending,
            overflowed: self.outlet.losses.all(),
            rooms: self.relay.rooms(),
            members: self.relay.members(look.members),
        };
        // Who asked may have gone.
        drop(look.reply.send(snapshot));
    }

    /// Tells the members, and sends what still waits.
    async fn close(mut self) {
        let now = clock::now();
        self.relay.close(now);
        self.send(now);
        let words = async {
            while self.outlet.is_waiting() {
                self.outlet.ready().await;
                self.outlet.read_errors();
                self.outlet.resume();
            }
        };
        // What has no room by then has been waited for long enough.
        let _said: Result<(), _> = tokio::time::timeout(FAREWELL, words).await;
    }
}

/// A timer that is only set anew when something is due earlier: to be woken once too often costs less than to set it
/// for each message.
#[derive(Debug)]
struct Alarm {
    sleep: Pin<Box<Sleep>>,
}

impl Alarm {
    fn new(at: Instant) -> Self {
        Self { sleep: Box::pin(sleep_until(at.into())) }
    }

    /// Waits until `due` at the latest. Cancel-safe.
    async fn ring(&mut self, due: Option<Instant>) {
        let set = self.sleep.deadline().into_std();
        if due.is_some_and(|due| due < set) || self.sleep.is_elapsed() {
            let next = due.unwrap_or(set + LONG);
            self.sleep.as_mut().reset(next.into());
        }
        self.sleep.as_mut().await;
    }
}
