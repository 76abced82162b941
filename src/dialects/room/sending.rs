//! How a message goes out: once the sockets of its room are there, one datagram to each network.

use std::net::SocketAddr;
use std::sync::Arc;

use super::loopback::LoopbackFilter;
use crate::model::{ConversationId, ErrorCode, Fault, LinkId, MessageId, NetEvent};
use crate::wire::delivery::{MAX_UNDER_WAY, MAX_WAITING};
use crate::wire::outbox::Queued;
use crate::wire::{Ctx, GroupPath, Outbox, Output, Ticket};

/// How far one message is.
#[derive(Debug, Default)]
struct SendProgress {
    /// It went out: else it waits for a socket.
    sent: bool,
    /// The datagrams that the kernel owes an answer for, in the order they went out.
    owed: Vec<(GroupPath, LinkId)>,
    /// The kernel took at least one.
    taken: bool,
    /// Error of the first datagram that the kernel refused.
    fault: Option<Fault>,
}

#[derive(Debug, Default)]
pub(super) struct RoomSender {
    outbox: Outbox<SendProgress>,
    /// What is sent comes back.
    pub(super) loopback: LoopbackFilter,
}

impl RoomSender {
    /// Does nobody know yet whether this message goes out?
    pub(super) fn is_unanswered(&self, message: MessageId) -> bool {
        self.outbox.get(message).is_some_and(|queued| !queued.state.taken)
    }

    /// Takes a message in, which waits for the sockets of its room.
    pub(super) fn push(
        &mut self,
        to: ConversationId,
        message: MessageId,
        payload: Arc<[u8]>,
    ) -> Result<(), Fault> {
        self.outbox.remove(message);
        if self.waiting(to).len() >= MAX_WAITING {
            return Err(Fault::Busy);
        }
        self.outbox.push(to, message, payload)
    }

    pub(super) fn waiting(&self, conversation: ConversationId) -> Vec<MessageId> {
        let waits =
            |(message, queued): (MessageId, &Queued<SendProgress>)| (!queued.state.sent).then_some(message);
        self.outbox.of(conversation).filter_map(waits).collect()
    }

    /// Sends one that waits.
    pub(super) fn start(
        &mut self,
        cx: &mut Ctx<'_>,
        message: MessageId,
        channel: SocketAddr,
        ways: &[(GroupPath, LinkId)],
    ) {
        if self.outbox.iter().filter(|(_, queued)| queued.state.sent).count() >= MAX_UNDER_WAY {
            self.outbox.remove(message);
            return cx.fail(message, Fault::Busy);
        }
        let Some(queued) = self.outbox.get_mut(message) else { return };
        queued.state.owed = ways.to_vec();
        queued.state.sent = true;
        let payload = Arc::clone(&queued.payload);
        self.transmit(cx, channel, &payload, ways, Some(message));
    }

    /// Sends a payload. Without a message nobody waits for the answer.
    pub(super) fn transmit(
        &mut self,
        cx: &mut Ctx<'_>,
        channel: SocketAddr,
        payload: &Arc<[u8]>,
        ways: &[(GroupPath, LinkId)],
        message: Option<MessageId>,
    ) {
        let interfaces = ways.iter().map(|(path, _)| path.interface).collect();
        self.loopback.note_sent(cx.now.mono, channel, payload, interfaces);
        for (GroupPath { to, via, .. }, link) in ways {
            let ticket = message.map(|message| Ticket { message, to: *to });
            let (link, to, bytes) = (*link, *to, Arc::clone(payload));
            cx.push(Output::Datagram { link, to, from: None, via: *via, bytes, ticket });
        }
    }

    /// Those that wait in this room will not go out.
    pub(super) fn fail_waiting(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, fault: &Fault) {
        for message in self.waiting(conversation) {
            self.outbox.remove(message);
            cx.fail(message, fault.clone());
        }
    }

    pub(super) fn handed(&mut self, cx: &mut Ctx<'_>, ticket: Ticket, result: Result<(), ErrorCode>) {
        let Ticket { message, to } = ticket;
        let result = result.map_err(|code| Fault::Network { to: Some(to), code });
        // Those of several interfaces may have one address; they are answered for in order.
        self.on_outcome(cx, message, |(path, _)| path.to == to, result);
    }

    /// A link is gone: nobody will answer for what went out on it.
    pub(super) fn abandon(&mut self, cx: &mut Ctx<'_>, link: LinkId, fault: &Fault) {
        let on_link = |(message, queued): (MessageId, &Queued<SendProgress>)| {
            let lost = queued.state.owed.iter().filter(|(_, on)| *on == link).count();
            std::iter::repeat_n(message, lost)
        };
        for message in self.outbox.iter().flat_map(on_link).collect::<Vec<_>>() {
            self.on_outcome(cx, message, |(_, on)| *on == link, Err(fault.clone()));
        }
    }

    fn on_outcome(
        &mut self,
        cx: &mut Ctx<'_>,
        message: MessageId,
        which: impl Fn(&(GroupPath, LinkId)) -> bool,
        result: Result<(), Fault>,
    ) {
        let Some(Queued { payload, state, .. }) = self.outbox.get_mut(message) else { return };
        let Some(index) = state.owed.iter().position(which) else { return };
        let (path, _) = state.owed.remove(index);
        match result {
            Ok(()) if !std::mem::replace(&mut state.taken, true) => {
                cx.report(NetEvent::Handed { message, to: path.to, payload: Arc::clone(payload) });
            }
            Ok(()) => {}
            Err(fault) => {
                state.fault.get_or_insert(fault);
                self.loopback.note_refused(payload, path.interface);
            }
        }
        if state.owed.is_empty()
            && let Some(SendProgress { taken: false, fault: Some(fault), .. }) =
                self.outbox.remove(message).map(|queued| queued.state)
        {
            cx.fail(message, fault);
        }
    }
}
