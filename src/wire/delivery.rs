//! How a message that is one datagram goes out: to the preferred address of its peer, and on to the next one when the kernel
//! or ICMP says that nobody gets it there. Each message goes to each address once at most.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::ctx::Ctx;
use super::engine::Ticket;
use super::local_sockets::LocalSockets;
use super::outbox::{Outbox, Queued};
use super::peers::Peers;
use crate::model::{ConversationId, ErrorCode, Fault, MessageId, NetEvent, Now, Phrase};

/// How long after sending an ICMP answer still means this message. Longer than any round trip, short enough
/// that nothing a peer has long read is repeated when it goes away later.
const RESEND_WINDOW: Duration = Duration::from_secs(3);

/// Messages that wait for one name: more than a person types in the ten seconds a look-up may take.
pub const MAX_WAITING: usize = 64;
/// Messages that the kernel owes an answer for: as many as it may have waiting outside.
pub const MAX_UNDER_WAY: usize = 256;

/// Where one message was sent.
#[derive(Debug, Default)]
struct Attempts {
    /// Every address, the last being the present one; none while it waits for a name.
    tried: Vec<SocketAddr>,
    /// Since when the kernel has it; `None` while it has not.
    handed: Option<Instant>,
}

/// How peers are reached.
#[derive(Debug)]
pub struct Route<'a, T> {
    pub peers: &'a mut Peers<T>,
    pub sockets: &'a LocalSockets,
}

impl<T: Default> Route<'_, T> {
    /// Where the next message to a peer goes, or why it cannot.
    pub fn destination(&self, conversation: ConversationId) -> Result<SocketAddr, Fault> {
        let peer = self.peers.get(conversation).ok_or(Fault::NoSuchPeer)?;
        let host = &peer.address.host;
        let to = self.peers.destination(conversation);
        let to = to.ok_or_else(|| Fault::NameNotFound { host: host.to_string() })?;
        self.sockets.link_for(to).ok_or(Fault::NotListening)?;
        if self.sockets.are_at(to) { Err(Fault::Ourselves) } else { Ok(to) }
    }

    fn next(&self, queued: &Queued<Attempts>) -> Option<SocketAddr> {
        self.peers.untried(queued.conversation, &queued.state.tried)
    }
}

/// Messages that wait for a name or for the kernel, and those that may have to be sent again.
#[derive(Debug, Default)]
pub struct Delivery {
    outbox: Outbox<Attempts>,
}

impl Delivery {
    /// Is it not known yet what becomes of this message?
    pub fn is_unanswered(&self, message: MessageId) -> bool {
        self.outbox.get(message).is_some_and(|queued| queued.state.handed.is_none())
    }

    /// Takes a message in, which goes out with the next `send_waiting`.
    pub fn push(
        &mut self,
        now: Now,
        to: ConversationId,
        message: MessageId,
        payload: Arc<[u8]>,
    ) -> Result<(), Fault> {
        self.outbox.remove(message);
        self.remove(|queued| queued.state.is_expired(now));
        if self.outbox.of(to).filter(|(_, queued)| queued.state.tried.is_empty()).count() >= MAX_WAITING {
            return Err(Fault::Busy);
        }
        // Losing the chance of a second address for an old message is better than refusing a new one.
        for whose in [Some(to), None] {
            if self.outbox.push(to, message, Arc::clone(&payload)).is_ok() {
                return Ok(());
            }
            self.remove(|queued| {
                queued.state.handed.is_some() && whose.is_none_or(|to| queued.conversation == to)
            });
        }
        self.outbox.push(to, message, payload)
    }

    /// Sends what waited for the name of a peer, or says that there is none.
    pub fn send_waiting(
        &mut self,
        cx: &mut Ctx<'_>,
        route: &mut Route<'_, impl Default>,
        to: ConversationId,
    ) {
        let waiting = self.outbox.of(to).filter(|(_, queued)| queued.state.tried.is_empty());
        for message in waiting.map(|(message, _)| message).collect::<Vec<_>>() {
            match route.destination(to) {
                Ok(_) if self.under_way() >= MAX_UNDER_WAY => self.fail(cx, message, Fault::Busy),
                Ok(at) => self.transmit(cx, route, message, at),
                Err(fault) => self.fail(cx, message, fault),
            }
        }
    }

    /// Messages that the kernel owes an answer for.
    fn under_way(&self) -> usize {
        let owed = |attempts: &Attempts| !attempts.tried.is_empty() && attempts.handed.is_none();
        self.outbox.iter().filter(|(_, queued)| owed(&queued.state)).count()
    }

    fn transmit(
        &mut self,
        cx: &mut Ctx<'_>,
        route: &mut Route<'_, impl Default>,
        message: MessageId,
        to: SocketAddr,
    ) {
        let Some(queued) = self.outbox.get_mut(message) else { return };
        // Callers have a link for it: a socket that goes away answers for its messages in `link_down`.
        let Some(link) = route.sockets.link_for(to) else { return };
        queued.state.tried.push(to);
        route.peers.note_write(queued.conversation, link);
        cx.send(link, to, Arc::clone(&queued.payload), Some(Ticket { message, to }));
    }

    pub fn handed(
        &mut self,
        cx: &mut Ctx<'_>,
        route: &mut Route<'_, impl Default>,
        ticket: Ticket,
        result: Result<(), ErrorCode>,
    ) {
        let Ticket { message, to } = ticket;
        let Some(queued) = self.outbox.get_mut(message) else { return };
        // Only the newest attempt counts; an older one has been given up.
        if queued.state.tried.last() != Some(&to) {
            return;
        }
        if let Err(code) = result {
            return match route.next(queued) {
                Some(next) if route.sockets.link_for(next).is_some() => {
                    self.transmit(cx, route, message, next);
                }
                Some(_) | None => self.give_up(cx, ticket, code),
            };
        }
        let first = queued.state.handed.replace(cx.now.mono).is_none();
        let (payload, conversation) = (Arc::clone(&queued.payload), queued.conversation);
        // With one address there is nothing to try later.
        if !route.peers.has_choice(conversation) {
            self.outbox.remove(message);
        }
        if first {
            cx.report(NetEvent::Handed { message, to, payload });
        }
    }

    /// The kernel refused a message for every address.
    fn give_up(&mut self, cx: &mut Ctx<'_>, ticket: Ticket, code: ErrorCode) {
        let Ticket { message, to } = ticket;
        let Some(queued) = self.outbox.remove(message) else { return };
        if queued.state.handed.is_some() {
            cx.report(NetEvent::Unreachable { conversation: queued.conversation, to });
        } else {
            cx.fail(message, Fault::Network { to: Some(to), code });
        }
    }

    /// Nobody is at `to`: what may have been lost there goes to the next address of its peer.
    pub fn unreachable(&mut self, cx: &mut Ctx<'_>, route: &mut Route<'_, impl Default>, to: SocketAddr) {
        for (conversation, was_next) in route.peers.note_gone(to) {
            let elsewhere = route.peers.elsewhere(conversation).filter(|_| was_next);
            if let Some(elsewhere) = elsewhere {
                let notice = Phrase::new("notice-answers-elsewhere").text("gone", to.to_string());
                let notice = notice.text("to", elsewhere.to_string());
                cx.report(NetEvent::Noticed { conversation, notice });
            }
            let moved = self.resend(cx, route, conversation, to);
            if was_next && !moved && elsewhere.is_none() {
                cx.report(NetEvent::Unreachable { conversation, to });
            }
        }
    }

    fn resend(
        &mut self,
        cx: &mut Ctx<'_>,
        route: &mut Route<'_, impl Default>,
        of: ConversationId,
        lost_at: SocketAddr,
    ) -> bool {
        let lost = self.outbox.of(of).filter(|(_, queued)| queued.state.may_be_lost(cx.now, lost_at));
        let next = lost.filter_map(|(message, queued)| Some((message, route.next(queued)?)));
        let resent: Vec<(MessageId, SocketAddr)> = next.collect();
        for (message, to) in &resent {
            self.transmit(cx, route, *message, *to);
        }
        !resent.is_empty()
    }

    /// The peer answered: nothing will be sent again.
    pub fn answered(&mut self, conversation: ConversationId) {
        // Nearly every datagram finds the queue empty.
        if !self.outbox.is_empty() {
            self.remove(|queued| queued.conversation == conversation && queued.state.handed.is_some());
        }
    }

    /// The peer is gone. What the kernel has is still answered by the kernel.
    pub fn forget(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        self.answered(conversation);
        let waiting =
            |queued: &Queued<Attempts>| queued.conversation == conversation && queued.state.tried.is_empty();
        for message in self.remove(waiting) {
            cx.fail(message, Fault::NoSuchPeer);
        }
    }

    /// A socket is gone: nobody will answer for what went out on it.
    pub fn link_down(&mut self, cx: &mut Ctx<'_>, sockets: &LocalSockets) {
        let lost = |queued: &Queued<Attempts>| {
            let last = queued.state.tried.last();
            queued.state.handed.is_none() && last.is_some_and(|to| sockets.link_for(*to).is_none())
        };
        for message in self.remove(lost) {
            cx.fail(message, Fault::NotListening);
        }
    }

    fn fail(&mut self, cx: &mut Ctx<'_>, message: MessageId, fault: Fault) {
        self.outbox.remove(message);
        cx.fail(message, fault);
    }

    /// Takes those out for which `over` holds.
    fn remove(&mut self, over: impl Fn(&Queued<Attempts>) -> bool) -> Vec<MessageId> {
        let over: Vec<MessageId> =
            self.outbox.iter().filter(|(_, queued)| over(queued)).map(|(message, _)| message).collect();
        for message in &over {
            self.outbox.remove(*message);
        }
        over
    }
}

impl Attempts {
    fn is_expired(&self, now: Now) -> bool {
        self.handed.is_some_and(|at| now.mono.saturating_duration_since(at) > RESEND_WINDOW)
    }

    fn may_be_lost(&self, now: Now, to: SocketAddr) -> bool {
        self.handed.is_some() && !self.is_expired(now) && self.tried.last() == Some(&to)
    }
}
