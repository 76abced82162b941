//! How messages go out: those of one conversation one after the other, the packets of each in turn, and each of these is
//! repeated until the peer has it or nobody answers. What goes into the packets is in `encoder`.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::context::Scope;
use super::encoder::{self, QueuedSend};
use super::outbound::{AddressedPacket, OutboundMessage, RetiredMessages};
use super::{codec, feiq, groups};
use crate::model::address::GROUP;
use crate::model::{ConversationId, ErrorCode, Fault, MessageId, NetEvent};
use crate::wire::{Ctx, Ticket};

/// A packet without a receipt goes out so often, so far apart, as iptux does it.
const MAX_SENDS: u8 = 4;
const PAUSE: Duration = Duration::from_secs(1);
/// Messages that wait for one peer. More than a person types while it is looked for.
const MAX_WAITING: usize = 64;

/// What is to be said in one conversation.
#[derive(Debug, Default)]
struct SendQueue {
    waiting: VecDeque<QueuedSend>,
    /// What waits is held back until the peer says what it is, or until then.
    held: Option<Instant>,
}

/// What is said in all conversations.
#[derive(Debug, Default)]
pub(super) struct Retransmitter {
    queues: BTreeMap<ConversationId, SendQueue>,
    /// One at a time in each, since iptux drops a message that comes behind a later one.
    in_flight: BTreeMap<ConversationId, OutboundMessage>,
    retired: RetiredMessages,
}

// What a person says.
impl Retransmitter {
    pub(super) fn send(&mut self, cx: &mut Scope<'_>, to: ConversationId, send: QueuedSend) {
        let message = send.message;
        // The order that is under way will be answered, and ids are not used twice meanwhile.
        if self.is_unanswered(to, message) {
            return;
        }
        match self.accept(cx, to, send) {
            Ok(()) => self.pump(cx, to),
            Err(fault) => cx.wire.fail(message, fault),
        }
    }

    fn is_unanswered(&self, to: ConversationId, message: MessageId) -> bool {
        let waits = |queue: &SendQueue| queue.waiting.iter().any(|send| send.message == message);
        let flies = |flight: &OutboundMessage| flight.message == message && !flight.state.told;
        self.in_flight.values().any(flies) || self.queues.get(&to).is_some_and(waits)
    }

    fn accept(&mut self, cx: &Scope<'_>, to: ConversationId, send: QueuedSend) -> Result<(), Fault> {
        let sockets = &cx.local.sockets;
        if !sockets.may_send() || (!send.files.is_empty() && !sockets.may_serve()) {
            return Err(Fault::NotListening);
        }
        let address = &cx.contacts.peers.get(to).ok_or(Fault::NoSuchPeer)?.address;
        let everybody = address.literal().is_some_and(|at| cx.local.is_broadcast(at.ip()));
        if everybody && !send.files.is_empty() {
            // Each peer gets what was offered to it alone (invariant I15).
            return Err(Fault::FilesToEverybody);
        }
        codec::check(address, &send.text)?;
        let waiting = &mut self.queues.entry(to).or_default().waiting;
        if waiting.len() >= MAX_WAITING {
            return Err(Fault::Busy);
        }
        waiting.push_back(send);
        Ok(())
    }

    /// Nothing more is said of an offer that was taken back.
    pub(super) fn withdraw(&mut self, cx: &mut Scope<'_>, message: MessageId) {
        let found = self.find(|flight| flight.message == message && flight.lenient && flight.state.told);
        if let Some((conversation, _)) = found {
            self.in_flight.remove(&conversation);
            self.pump(cx, conversation);
        }
    }

    pub(super) fn forget(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        if let Some(flight) = self.in_flight.remove(&conversation).filter(|flight| !flight.state.told) {
            cx.fail(flight.message, Fault::NoSuchPeer);
        }
        self.fail_waiting(cx, conversation, &Fault::NoSuchPeer);
        self.queues.remove(&conversation);
    }

    /// Nothing that waits in a conversation can go out.
    pub(super) fn fail_waiting(&mut self, cx: &mut Ctx<'_>, of: ConversationId, fault: &Fault) {
        let waiting = self.queues.get_mut(&of).map(|queue| std::mem::take(&mut queue.waiting));
        for send in waiting.unwrap_or_default() {
            cx.fail(send.message, fault.clone());
        }
    }

    /// The socket is gone, and with it whatever the kernel has not taken.
    pub(super) fn fail_all(&mut self, cx: &mut Ctx<'_>) {
        let lost = self.in_flight.extract_if(.., |_, flight| !flight.state.told);
        for (_, flight) in lost {
            cx.fail(flight.message, Fault::NotListening);
        }
        for send in self.queues.values_mut().flat_map(|queue| std::mem::take(&mut queue.waiting)) {
            cx.fail(send.message, Fault::NotListening);
        }
    }
}

// When the next one goes out.
impl Retransmitter {
    pub(super) fn pump_all(&mut self, cx: &mut Scope<'_>) {
        for conversation in self.queues.keys().copied().collect::<Vec<_>>() {
            self.pump(cx, conversation);
        }
    }

    /// Sends the next message of a conversation, if its turn has come and it is known where to.
    pub(super) fn pump(&mut self, cx: &mut Scope<'_>, conversation: ConversationId) {
        while cx.local.may_speak() {
            let Some(queue) = self.queues.get_mut(&conversation) else { return };
            let Some(contact) = cx.contacts.peers.get(conversation) else { return };
            if queue.waiting.is_empty() || self.in_flight.contains_key(&conversation) {
                return;
            }
            if !contact.resolution.is_fresh(cx.wire.now) {
                return cx.contacts.peers.look_up(&mut cx.wire, conversation);
            }
            // What would come back is not sent: nobody answers it.
            if cx.contacts.target(conversation).is_some_and(|to| cx.local.is_ourselves(to)) {
                return self.fail_waiting(&mut cx.wire, conversation, &Fault::Ourselves);
            }
            queue.held = cx.first_words_expected(conversation);
            if queue.held.is_some() {
                return;
            }
            let Some(send) = queue.waiting.pop_front() else { return };
            let message = send.message;
            match start(cx, conversation, send) {
                Ok(flight) => {
                    self.in_flight.insert(conversation, flight);
                }
                Err(fault) => cx.wire.fail(message, fault),
            }
        }
    }

    /// The peer at this address has said what it runs.
    pub(super) fn on_spoke(&mut self, cx: &mut Scope<'_>, from: SocketAddr) {
        let held = self.queues.iter().filter(|(_, queue)| queue.held.is_some());
        let there = held.map(|(id, _)| *id).filter(|id| cx.contacts.target(*id) == Some(from));
        for conversation in there.collect::<Vec<_>>() {
            self.pump(cx, conversation);
        }
    }
}

// What the clock, the kernel and the peer say.
impl Retransmitter {
    pub(super) fn tick(&mut self, cx: &mut Scope<'_>) {
        let now = cx.wire.now.mono;
        let is_due = |due: Option<Instant>| due.is_some_and(|due| due <= now);
        let held = self.queues.iter_mut().filter(|(_, queue)| is_due(queue.held));
        let held = held.map(|(id, queue)| (*id, queue.held.take()));
        for (conversation, _) in held.collect::<Vec<_>>() {
            self.pump(cx, conversation);
        }
        let due = self.in_flight.iter().filter(|(_, flight)| is_due(flight.state.due)).map(|(id, _)| *id);
        for conversation in due.collect::<Vec<_>>() {
            self.repeat(cx, conversation);
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let held = self.queues.values().filter_map(|queue| queue.held);
        held.chain(self.in_flight.values().filter_map(|flight| flight.state.due)).min()
    }

    fn repeat(&mut self, cx: &mut Scope<'_>, conversation: ConversationId) {
        let Some(flight) = self.in_flight.get_mut(&conversation) else { return };
        let meant = cx.meant_for(conversation, flight.to);
        if meant.is_ok() && flight.state.sends < MAX_SENDS {
            return send_part(cx, flight);
        }
        let Some(flight) = self.in_flight.remove(&conversation) else { return };
        match meant {
            // A message in the air is not repeated to somebody else.
            Err(fault) => cx.wire.fail(flight.message, fault),
            // Nobody answered. A receipt may still come, if all of it went out.
            Ok(()) if flight.is_last() => {
                self.retired.keep(&flight, flight.part().map(|part| part.number).into_iter().collect());
                if !flight.lenient {
                    cx.wire.fail(flight.message, Fault::NoAnswer);
                }
            }
            Ok(()) => cx.wire.fail(flight.message, Fault::NoAnswer),
        }
        self.pump(cx, conversation);
    }

    pub(super) fn on_handed(&mut self, cx: &mut Scope<'_>, ticket: Ticket, result: Result<(), ErrorCode>) {
        let found = self.find(|flight| flight.message == ticket.message && !flight.state.told);
        let Some((conversation, flight)) = found else { return };
        match result {
            Ok(()) if flight.checked => {
                if flight.is_last() {
                    tell_handed(cx, flight);
                }
                return;
            }
            Ok(()) => flight.state.taken = true,
            Err(code) => {
                let fault = Fault::Network { to: Some(ticket.to), code };
                flight.state.fault.get_or_insert(fault);
            }
        }
        flight.state.owed = flight.state.owed.saturating_sub(1);
        if flight.state.owed > 0 {
            return;
        }
        // The kernel has said all about it.
        let Some(mut flight) = self.in_flight.remove(&conversation) else { return };
        if flight.state.taken {
            tell_handed(cx, &mut flight);
            // A receipt for an offer may come; nobody waits for it.
            self.retired.keep(&flight, flight.numbers());
        } else {
            cx.wire.fail(flight.message, flight.state.fault.unwrap_or(Fault::NotListening));
        }
        self.pump(cx, conversation);
    }

    /// The peer has a packet.
    pub(super) fn on_receipt(&mut self, cx: &mut Scope<'_>, from: SocketAddr, number: u32) {
        let Some((conversation, flight)) = self.find(|flight| flight.awaits(from, number)) else {
            if let Some(message) = self.retired.confirm(from, number) {
                cx.wire.report(NetEvent::Delivered { message });
            }
            return;
        };
        if !flight.is_last() {
            (flight.state.at, flight.state.sends) = (flight.state.at.saturating_add(1), 0);
            return send_part(cx, flight);
        }
        // The receipt may be quicker than the kernel's word.
        tell_handed(cx, flight);
        let Some(flight) = self.in_flight.remove(&conversation) else { return };
        self.retired.keep(&flight, Vec::new());
        cx.wire.report(NetEvent::Delivered { message: flight.message });
        self.pump(cx, conversation);
    }

    /// A person there opened a sealed packet of ours. Whether it was one.
    pub(super) fn on_opened(&mut self, cx: &mut Scope<'_>, from: SocketAddr, number: u32) -> bool {
        // A peer that opened a message has received it.
        self.on_receipt(cx, from, number);
        if let Some(message) = self.retired.open(from, number) {
            cx.wire.report(NetEvent::Read { message });
        }
        self.retired.has_sealed(from, number)
    }

    pub(super) fn on_unreachable(&self, cx: &mut Ctx<'_>, to: SocketAddr) {
        for (conversation, _) in self.in_flight.iter().filter(|(_, flight)| flight.to == to) {
            cx.report(NetEvent::Unreachable { conversation: *conversation, to });
        }
    }

    fn find(
        &mut self,
        which: impl Fn(&OutboundMessage) -> bool,
    ) -> Option<(ConversationId, &mut OutboundMessage)> {
        self.in_flight.iter_mut().map(|(id, flight)| (*id, flight)).find(|(_, flight)| which(flight))
    }
}

/// Sends a message, or the first packet of one that waits for receipts.
fn start(
    cx: &mut Scope<'_>,
    conversation: ConversationId,
    send: QueuedSend,
) -> Result<OutboundMessage, Fault> {
    let contact = cx.contacts.peers.get(conversation).ok_or(Fault::NoSuchPeer)?;
    let host = || contact.address.host.to_string();
    let to = cx.contacts.target(conversation).ok_or_else(|| Fault::NameNotFound { host: host() })?;
    if let Some(group) = contact.address.option(GROUP).map(str::to_owned) {
        return groups::say_in_group(cx, &group, &send);
    }
    let (mut flight, at_once) = prepare(cx, conversation, to, send)?;
    flight.state.owed = at_once.len();
    for (at, bytes) in at_once {
        cx.post(at, bytes, Some(flight.message));
    }
    if flight.checked {
        send_part(cx, &mut flight);
    }
    Ok(flight)
}

/// A message as its peer reads it, and those of its packets that go out at once.
fn prepare(
    cx: &mut Scope<'_>,
    conversation: ConversationId,
    to: SocketAddr,
    send: QueuedSend,
) -> Result<(OutboundMessage, Vec<AddressedPacket>), Fault> {
    cx.meant_for(conversation, to)?;
    let encoding = cx.encoding_for(cx.contacts.encoding(conversation), to);
    let send = QueuedSend { text: feiq::written(encoding, &send.text), ..send };
    codec::judge(encoding, &send.text)?;
    if !send.files.is_empty() && !cx.local.sockets.may_serve() {
        return Err(Fault::NotListening);
    }
    let everybody = cx.local.is_broadcast(to.ip());
    if !everybody {
        cx.say_hello(to);
    }
    if let Some(link) = cx.local.sockets.udp() {
        cx.contacts.peers.note_write(conversation, link);
    }
    if everybody {
        return encoder::encode_for_everybody(cx, to, encoding, &send);
    }
    let flight = encoder::encode(cx, to, encoding, send)?;
    let at_once = if flight.checked { Vec::new() } else { flight.to_each(&[to]) };
    Ok((flight, at_once))
}

/// Sends the packet whose turn it is, for the first time or again. Only the first time the kernel's word counts.
fn send_part(cx: &mut Scope<'_>, flight: &mut OutboundMessage) {
    let Some(bytes) = flight.part().map(|part| Arc::clone(&part.bytes)) else { return };
    let ticket = (flight.state.sends == 0).then_some(flight.message);
    flight.state.sends = flight.state.sends.saturating_add(1);
    flight.state.due = Some(cx.wire.after(PAUSE));
    cx.post(flight.to, bytes, ticket);
}

fn tell_handed(cx: &mut Scope<'_>, flight: &mut OutboundMessage) {
    if !std::mem::replace(&mut flight.state.told, true) {
        let (message, to, payload) = (flight.message, flight.to, Arc::clone(&flight.payload));
        cx.wire.report(NetEvent::Handed { message, to, payload });
    }
}
