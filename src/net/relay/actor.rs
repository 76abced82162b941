//! The loop: takes what has arrived, lets the relay judge all of it, then sends, so that messages share datagrams.
//!
//! While something waits for room in the kernel's send buffer nothing is taken in: the receive buffer waits, and what
//! it cannot hold is lost there, as on any busy network.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};

use super::backplane::BackplanePort;
use super::orders::OrderRequest;
use super::snapshot::{Snapshot, SnapshotRequest};
use super::transmitter::Transmitter;
use super::{Noted, OpenError, OperatorsResult, RelayError, RelayNotice, RelaySetup, bind};
use crate::dialects::relay::server::{Relay, RelayOrder};
use crate::model::Now;
use crate::model::room_log::BackplaneReport;
use crate::net::clock;
use crate::net::datagram_socket::BUFFER;
use crate::net::ifaces::NetInterface;
use crate::net::timer::Timer;

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
/// Time without any room in the send buffer after which what waits is given up: old messages help nobody, and the
/// members must be heard again.
const MAX_STALL: Duration = Duration::from_millis(500);
/// Time for the last words of a relay that ends.
const FAREWELL: Duration = Duration::from_secs(2);

/// The channels between the thread and the one that started it.
#[derive(Debug)]
pub(super) struct Channels {
    pub(super) notes: mpsc::Sender<RelayNotice>,
    pub(super) looks: mpsc::Receiver<SnapshotRequest>,
    pub(super) orders: mpsc::Receiver<OrderRequest>,
    /// Who is in charge from now on, or why that cannot be read.
    pub(super) operators: watch::Receiver<OperatorsResult>,
    /// Ends it, by a word or by being dropped.
    pub(super) stop: oneshot::Receiver<()>,
    /// To the log of the rooms, where there is one.
    pub(super) backplane: Option<BackplanePort>,
}

/// Starts the thread; the answer is where it listens.
pub(super) async fn start(
    setup: RelaySetup,
    interface: Option<NetInterface>,
    channels: Channels,
) -> Result<SocketAddr, RelayError> {
    let (report, opened) = oneshot::channel();
    let run = move || match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(serve(setup, interface, channels, report)),
        // The asker may have gone meanwhile.
        Err(error) => drop(report.send(Err(RelayError::system(&error)))),
    };
    // It ends when its channels do, and nothing has to wait for it.
    let thread = thread::Builder::new().name("relay".to_owned());
    drop(thread.spawn(run).map_err(|error| RelayError::system(&error))?);
    opened.await.map_err(|error| RelayError::system(&error))?
}

async fn serve(
    setup: RelaySetup,
    interface: Option<NetInterface>,
    channels: Channels,
    report: oneshot::Sender<Result<SocketAddr, RelayError>>,
) {
    match RelayActor::open(setup, interface, channels) {
        Ok(actor) => {
            if report.send(Ok(actor.transmitter.socket.local)).is_ok() {
                actor.run().await;
            }
        }
        Err(error) => drop(report.send(Err(error))),
    }
}

#[derive(Debug)]
struct RelayActor {
    relay: Relay,
    transmitter: Transmitter,
    channels: Channels,
    started: Instant,
    /// Since when what waits has not moved.
    stalled: Option<Instant>,
    /// There was a backlog; until then there may be more of it.
    rush: Option<Instant>,
    /// Events that found no room since the last that did.
    lost: u64,
    timer: Timer,
    buffer: Vec<u8>,
}

impl RelayActor {
    /// Must be called inside a tokio runtime with I/O and time.
    fn open(
        setup: RelaySetup,
        interface: Option<NetInterface>,
        channels: Channels,
    ) -> Result<Self, RelayError> {
        let mut seed = [0; 16];
        getrandom::fill(&mut seed).map_err(|error| RelayError::system(&error))?;
        let socket = bind::open(&bind::plain(setup.address), interface.as_ref())
            .map_err(|error| OpenError::from_bind(setup.address, &error))?;
        let now = clock::now();
        let mut relay = Relay::new(now, seed, setup.options);
        if let Some(backplane) = &channels.backplane {
            relay.report(now, BackplaneReport::Secrets(backplane.secrets));
        }
        Ok(Self {
            relay,
            transmitter: Transmitter::new(socket, interface),
            channels,
            started: now.mono,
            stalled: None,
            rush: None,
            lost: 0,
            timer: Timer::new(),
            buffer: vec![0; BUFFER],
        })
    }

    async fn run(mut self) {
        loop {
            let stall = self.stalled.map(|since| since + MAX_STALL);
            let untold = self.transmitter.socket.losses.deadline();
            let due = [self.relay.deadline(), stall, untold].into_iter().flatten().min();
            // Every branch is cancel-safe: each waits for readiness or takes its item only in the poll that returns it.
            tokio::select! {
                biased;
                _told_or_dropped = &mut self.channels.stop => break,
                Some(look) = self.channels.looks.recv() => self.show(look),
                Some(order) = self.channels.orders.recv() => self.obey(order),
                Ok(()) = self.channels.operators.changed() => self.renew_operators(),
                report = BackplanePort::next(&mut self.channels.backplane), if !self.transmitter.is_waiting() => {
                    self.hear(report);
                }
                () = self.transmitter.ready() => self.serve(),
                () = self.timer.reached(due) => {}
            }
            self.keep_time();
        }
        self.close().await;
    }

    /// One turn of the socket: errors, what waits, then what has arrived, and all that it causes.
    fn serve(&mut self) {
        let now = clock::now();
        self.transmitter.socket.read_errors();
        self.resume(now);
        if !self.transmitter.is_waiting() {
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
            if let Some((length, from)) = self.transmitter.receive(now.mono, &mut self.buffer) {
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

    /// The log of the rooms says something.
    fn hear(&mut self, report: BackplaneReport<'static>) {
        let now = clock::now();
        self.relay.report(now, report);
        if let Some(backplane) = &mut self.channels.backplane {
            backplane.take(&mut self.relay, now);
        }
        self.send(now);
    }

    /// Sends all that the relay has to say.
    fn send(&mut self, now: Now) {
        while let Some(to) = self.transmitter.socket.unreachable.pop_front() {
            self.relay.unreachable(now, to);
        }
        self.relay.flush(&mut self.transmitter);
        if let Some(backplane) = &self.channels.backplane {
            backplane.ask(&mut self.relay);
        }
        self.report(now);
        if self.transmitter.is_waiting() {
            self.stalled.get_or_insert(now.mono);
        }
    }

    /// Goes on with what waits for room.
    fn resume(&mut self, now: Now) {
        if self.transmitter.resume() {
            self.stalled = Some(now.mono);
        }
        if !self.transmitter.is_waiting() {
            self.stalled = None;
        }
    }

    /// What is due by now.
    fn keep_time(&mut self) {
        let now = clock::now();
        self.report_losses(now);
        self.report_dropped(now);
        if self.stalled.is_some_and(|since| now.mono >= since + MAX_STALL) {
            self.transmitter.drop_waiting();
            self.stalled = None;
        }
        if self.relay.deadline().is_some_and(|due| now.mono >= due) {
            self.relay.tick(now);
            self.send(now);
        }
    }

    /// Hands events on. The log is not waited for.
    fn report(&mut self, now: Now) {
        self.report_losses(now);
        while let Some(event) = self.relay.take_event() {
            let note = RelayNotice { time: now.wall, what: Noted::Event(event) };
            if self.lost > 0 || self.channels.notes.try_send(note).is_err() {
                self.lost += 1;
            }
        }
    }

    fn report_losses(&mut self, now: Now) {
        let note = |count| RelayNotice { time: now.wall, what: Noted::Lost(count) };
        if self.lost > 0 && self.channels.notes.try_send(note(self.lost)).is_ok() {
            self.lost = 0;
        }
    }

    /// Reports datagrams that were lost because they were not taken in time. Where the log has no room, the figures still
    /// have them.
    fn report_dropped(&mut self, now: Now) {
        if let Some(count) = self.transmitter.socket.losses.take(now.mono) {
            let note = RelayNotice { time: now.wall, what: Noted::Dropped(count) };
            drop(self.channels.notes.try_send(note));
        }
    }

    fn show(&self, look: SnapshotRequest) {
        let at = clock::now().mono;
        let snapshot = Snapshot {
            at,
            up: at.saturating_duration_since(self.started),
            options: self.relay.options().clone(),
            log: self.relay.log_state(),
            counters: *self.relay.counters(),
            sending: self.transmitter.sending,
            overflowed: self.transmitter.socket.losses.all,
            rooms: self.relay.rooms(),
            members: self.relay.members(look.members),
        };
        // The asker may have gone.
        drop(look.reply.send(snapshot));
    }

    /// Does what somebody in charge wants.
    fn obey(&mut self, OrderRequest { words, reply }: OrderRequest) {
        let outcome = RelayOrder::parse(&words).and_then(|order| self.relay.order(clock::now(), &order));
        self.serve();
        // The asker may have gone.
        drop(reply.send(outcome));
    }

    /// Takes over who is in charge. Where that cannot be read, those of before stay.
    fn renew_operators(&mut self) {
        let read = self.channels.operators.borrow_and_update().clone();
        match read {
            Ok(operators) => {
                self.relay.set_operators(clock::now(), operators);
                self.serve();
            }
            Err(why) => {
                let note = RelayNotice { time: clock::now().wall, what: Noted::OperatorsUnread(why) };
                drop(self.channels.notes.try_send(note));
            }
        }
    }

    /// Tells the members, and sends what still waits.
    async fn close(mut self) {
        let now = clock::now();
        self.relay.close(now);
        self.send(now);
        let words = async {
            while self.transmitter.is_waiting() {
                self.transmitter.ready().await;
                self.transmitter.socket.read_errors();
                self.transmitter.resume();
            }
        };
        // What has no room by then has been waited for long enough.
        let _said: Result<(), _> = tokio::time::timeout(FAREWELL, words).await;
    }
}
