//! The task that owns every socket: waits for orders, datagrams, bytes of streams, look-ups, changes of the
//! interfaces and deadlines, and hands each to the mux.
//!
//! Orders come first: a flood must not keep our own messages, or a new peer, waiting.
//!
//! When the app does not take its events, no engine is told anything new: datagrams wait in the ingress, each source by
//! itself, and streams in the kernel.

use tokio::sync::mpsc;

use super::clock;
use super::coalescer::Coalescer;
use super::disk_channels::DiskNews;
use super::echo::EchoServer;
use super::executor::Executor;
use super::ingress::{Ingress, ReceivedDatagram};
use super::kernel::RecvMeta;
use super::keys::LinkKey;
use super::mux::Mux;
use super::queue::EventSender;
use super::resolve::Lookup;
use super::streams::{Accepted, StreamNews};
use super::timer::Timer;
use super::watch::Watch;
use crate::model::packet::PacketFate;
use crate::model::traffic::Dropped;
use crate::model::{NetCommand, NetEvent, Now};
use crate::wire::{Batch, Input};

/// Datagrams taken from one socket before the others get their turn: some hundred microseconds of work.
const MAX_TURN: usize = 64;
/// Bytes taken in one turn, where the datagrams are large.
const MAX_TURN_BYTES: usize = 256 * 1024;
/// Bytes taken, or sent, in one turn of a link that carries them in bulk: there is more to do for each.
const MAX_TURN_BULK: usize = 96 * 1024;
/// Of those that wait, how many go on before the sockets get their turn: fewer than come out of one in its turn, or what
/// the engines have to do would leave a flood in the kernel, where all others wait behind it and are lost with it.
const MAX_WAITING_TURN: usize = 16;
/// Orders executed before each wait: many more than the datagrams of one turn cause, so that no flood fills their
/// queue, and few enough that the sockets are not left alone for long.
const MAX_ORDERS: usize = 1_024;
/// Events that wait for room before no more orders are taken: as many again as those that are on their way.
const MAX_PENDING: usize = super::MAX_EVENTS;

#[derive(Debug)]
pub(super) struct Actor {
    pub(super) mux: Mux,
    pub(super) executor: Executor,
    pub(super) echo: EchoServer,
    pub(super) watch: Watch,
    pub(super) timer: Timer,
    pub(super) commands: mpsc::Receiver<NetCommand>,
    pub(super) events: EventSender,
    pub(super) coalescer: Coalescer,
    pub(super) ingress: Ingress,
    pub(super) buffer: Vec<u8>,
}

impl Actor {
    /// Runs until the handle is gone.
    pub(super) async fn run(mut self) {
        self.announce_links();
        // All that waited for the start, however many: before the first datagram is taken.
        while let Ok(command) = self.commands.try_recv() {
            self.execute(clock::now(), command);
        }
        loop {
            let goes_on = if self.flush() { self.take_next().await } else { self.wait_for_room().await };
            if !goes_on {
                return;
            }
            self.execute_waiting();
        }
    }

    fn announce_links(&mut self) {
        let now = clock::now();
        let interfaces = self.executor.look_at_interfaces().unwrap_or_default();
        self.mux.feed_all(now, &Input::Interfaces(&interfaces), &mut self.executor);
        self.executor.announce();
        self.mux.feed_pending(now, &mut self.executor);
    }

    /// Waits for the next thing to do, and does it; `false`: the handle is gone.
    ///
    /// Every branch is cancel-safe: each waits for readiness or takes its item only in the poll that returns it. None
    /// comes before the others: datagrams that wait must not keep deadlines and streams from theirs.
    async fn take_next(&mut self) -> bool {
        let Self { mux, executor, echo, watch, timer, commands, coalescer, ingress, .. } = self;
        let (untold, lab) = (executor.links.untold_deadline(), executor.lab.deadline());
        let due = [coalescer.due(&executor.events), mux.deadline(), untold, lab].into_iter().flatten().min();
        let Executor { links, streams, disks, listeners, lookups, .. } = executor;
        tokio::select! {
            () = std::future::ready(()), if !ingress.is_empty() => self.take_turns(),
            order = commands.recv() => return self.take_order(order),
            link = links.ready() => self.serve(link),
            news = streams.next() => self.on_stream(news),
            news = disks.next() => self.on_disk(news),
            accepted = listeners.next() => self.accept(accepted),
            () = watch.changed() => self.look_at_interfaces(),
            () = echo.ready() => self.answer_echo(),
            lookup = lookups.next() => self.found(lookup),
            () = timer.reached(due) => self.tick(),
        }
        true
    }

    /// Nothing is told to the engines meanwhile but orders, while there is a place for what comes of them. `false`: the
    /// app is gone.
    async fn wait_for_room(&mut self) -> bool {
        let few = self.executor.events.len() < MAX_PENDING;
        tokio::select! {
            biased;
            order = self.commands.recv(), if few => return self.take_order(order),
            room = self.events.room(self.executor.events.front()) => return room,
            link = self.executor.links.ready(), if few => self.serve(link),
        }
        true
    }

    fn take_order(&mut self, order: Option<NetCommand>) -> bool {
        let goes_on = order.is_some();
        if let Some(command) = order {
            self.execute(clock::now(), command);
        }
        goes_on
    }

    /// The orders that are there already, before anything else gets its turn.
    fn execute_waiting(&mut self) {
        for _ in 0..MAX_ORDERS {
            if self.executor.events.len() >= MAX_PENDING {
                return;
            }
            let Ok(command) = self.commands.try_recv() else { return };
            self.execute(clock::now(), command);
        }
    }

    /// Gives the app its events; `false` when it has no room for all. What can wait does, if nothing is behind it
    /// that cannot.
    fn flush(&mut self) -> bool {
        if self.coalescer.holds(&self.executor.events, || clock::now().mono) {
            return true;
        }
        while let Some(event) = self.executor.events.pop_front() {
            if let Some(event) = self.events.try_send(event) {
                self.executor.events.push_front(event);
                return false;
            }
        }
        true
    }

    /// One turn of a socket: errors, what waits to be sent, then a bounded number of datagrams.
    fn serve(&mut self, key: LinkKey) {
        let now = clock::now();
        self.executor.links.served = Some(key);
        let Some(link) = self.executor.links.all.get_mut(&key) else { return };
        link.socket.read_errors();
        let most = if link.bulk.is_some() { MAX_TURN_BULK } else { MAX_TURN_BYTES };
        self.take_answers(key);
        // Taken out for as long as it is read.
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut bytes = 0;
        self.executor.links.sent = 0;
        for _ in 0..MAX_TURN {
            let Some(link) = self.executor.links.all.get_mut(&key) else { break };
            let Some(arrived) = link.socket.receive(&mut buffer) else { break };
            let RecvMeta { length, stride, ecn, from, to, lost: _ } = arrived;
            let stride = link.bulk.as_ref().map(|_| stride);
            let datagram = buffer.get(..length).unwrap_or_default();
            let taken = ReceivedDatagram { key, from, to, ecn, stride, bytes: datagram };
            if self.executor.tap.is_busy() {
                self.take_watched(now, taken);
            } else {
                self.take_in(now, taken);
            }
            bytes += length;
            if bytes.max(self.executor.links.sent) > most {
                break;
            }
        }
        self.buffer = buffer;
        self.tell_dropped(now);
    }

    /// The same, where somebody watches the wire or a lab is on.
    fn take_watched(&mut self, now: Now, taken: ReceivedDatagram<&[u8]>) {
        if !self.executor.lab_has_received(&taken) {
            self.executor.note_received(&taken, PacketFate::Passed);
            return self.take_in(now, taken);
        }
        for passing in self.executor.receive_through_lab(now.mono, &taken) {
            self.take_in(now, passing.borrowed());
        }
    }

    /// What was late in the lab goes on, whichever way it was going.
    fn release_late(&mut self, now: Now) {
        for arrived in self.executor.release_late(now.mono) {
            self.take_in(now, arrived.borrowed());
        }
    }

    /// What has come in goes on at once, if nothing is before it and the app has room.
    fn take_in(&mut self, now: Now, taken: ReceivedDatagram<&[u8]>) {
        let dropped = if !self.ingress.allows(now.mono, taken.from) {
            taken.keys().collect()
        } else if self.ingress.is_empty() && self.executor.events.is_empty() {
            self.feed(now, taken);
            self.flush();
            Vec::new()
        } else {
            self.ingress.push(taken)
        };
        for key in dropped {
            if let Some(link) = self.executor.links.all.get_mut(&key) {
                link.socket.losses.count_own();
            }
        }
    }

    /// What waits goes on, each source in its turn, while there is room.
    fn take_turns(&mut self) {
        let now = clock::now();
        for _ in 0..MAX_WAITING_TURN {
            let Some(taken) = self.ingress.pop() else { return };
            self.feed(now, taken.borrowed());
            if !self.flush() {
                return;
            }
        }
    }

    /// Gives a datagram to its engine, and counts what it causes.
    fn feed(&mut self, now: Now, taken: ReceivedDatagram<&[u8]>) {
        let ReceivedDatagram { key: LinkKey { engine, link }, from, to, ecn, stride, bytes } = taken;
        let before = self.executor.events.len();
        let input = match stride {
            Some(stride) => Input::Datagrams { link, batch: Batch { from, to, ecn, stride, bytes } },
            None => Input::Datagram { link, from, to, bytes },
        };
        self.mux.feed(now, engine, input, &mut self.executor);
        for event in self.executor.events.range(before..) {
            if !matches!(event, NetEvent::Transfer { .. }) {
                self.ingress.count(now.mono, from);
            }
        }
    }

    /// Reports datagrams that were lost because they were not taken in time.
    fn tell_dropped(&mut self, now: Now) {
        for (engine, address, count) in self.executor.links.take_untold(now.mono) {
            let scheme = self.mux.scheme(engine);
            self.executor.events.push_back(NetEvent::Dropped(Dropped { scheme, address, count }));
        }
    }

    fn execute(&mut self, now: Now, command: NetCommand) {
        self.ingress.hosts.note(&command);
        if let NetCommand::Listen { scheme, at } = command {
            self.relisten(scheme, at);
        } else if let NetCommand::Lab(order) = command {
            for arrived in self.executor.set_lab(order) {
                self.take_in(now, arrived.borrowed());
            }
        } else {
            self.mux.execute(now, command, &mut self.executor);
        }
        // Sending may have met the ICMP answers to what was sent before.
        while let Some(key) = self.executor.links.with_unreachable() {
            self.take_answers(key);
        }
    }

    fn take_answers(&mut self, key: LinkKey) {
        // What the engines say to that may meet more of them.
        while self.executor.take_answers(key) {
            self.mux.feed_pending(clock::now(), &mut self.executor);
        }
    }

    fn on_stream(&mut self, news: StreamNews) {
        let now = clock::now();
        let data = self.executor.streams.on_news(news, &mut self.executor.inputs);
        if let Some((LinkKey { engine, link }, bytes)) = data {
            self.mux.feed(now, engine, Input::StreamData { link, bytes: &bytes }, &mut self.executor);
        }
        self.mux.feed_pending(now, &mut self.executor);
    }

    fn on_disk(&mut self, news: DiskNews) {
        if let Some((LinkKey { engine, link }, event)) = self.executor.disks.on_news(news) {
            self.mux.feed(clock::now(), engine, Input::Disk { link, event }, &mut self.executor);
        }
    }

    fn accept(&mut self, accepted: Accepted) {
        self.executor.streams.accept(accepted, &mut self.executor.inputs);
        self.mux.feed_pending(clock::now(), &mut self.executor);
    }

    fn look_at_interfaces(&mut self) {
        if let Some(interfaces) = self.executor.look_at_interfaces() {
            self.executor.tell_networks();
            self.mux.feed_all(clock::now(), &Input::Interfaces(&interfaces), &mut self.executor);
        }
    }

    fn tick(&mut self) {
        let now = clock::now();
        self.mux.tick(now, &mut self.executor);
        if self.executor.lab.is_on() {
            self.release_late(now);
        }
        self.tell_dropped(now);
    }

    fn answer_echo(&mut self) {
        for _ in 0..MAX_TURN {
            if self.echo.answer(<[u8]>::to_vec).is_none() {
                return;
            }
        }
    }

    fn found(&mut self, lookup: Lookup) {
        let Lookup { engine, conversation, host, addresses, port: _ } = lookup;
        for at in &*addresses {
            self.ingress.hosts.know(*at);
        }
        let input = Input::Resolved { conversation, host, addresses };
        self.mux.feed(clock::now(), engine, input, &mut self.executor);
    }
}
