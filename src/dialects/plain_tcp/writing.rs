//! The messages on their way into streams: those that wait for one, and on each stream those that wait for the kernel.
//! Each message is written once at most; which stream is a peer's is decided elsewhere.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;

use crate::model::{ConversationId, ErrorCode, Fault, LinkId, MessageId, NetEvent};
use crate::wire::outbox::Queued;
use crate::wire::{Ctx, Outbox, Output, Ticket};

/// Bytes written to one stream ahead of the kernel, unless one message alone is more: as much as the kernel's own
/// buffer takes at once, so that it never runs dry, and so little that many peers which read nothing do not fill what
/// waits outside for all of them.
const MAX_UNWRITTEN: usize = 64 * 1024;

/// Messages of one peer: more than a person types while a connection is made.
pub(super) const MAX_FOR_PEER: usize = 64;

/// How far one message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum WriteStage {
    /// It waits for a stream.
    #[default]
    Waiting,
    /// It waits for the kernel to take what was written to its stream before.
    Assigned(LinkId),
    /// It was written to its stream: some of it may be out.
    Written(LinkId),
}

/// What goes into one stream.
#[derive(Debug)]
struct WriteQueue {
    peer: SocketAddr,
    queue: VecDeque<MessageId>,
    /// Bytes that were written and the kernel has not taken yet.
    unwritten: usize,
}

#[derive(Debug, Default)]
pub(super) struct Writing {
    outbox: Outbox<WriteStage>,
    /// Of the streams that were ever written to.
    queues: BTreeMap<LinkId, WriteQueue>,
}

impl Writing {
    pub(super) fn contains(&self, message: MessageId) -> bool {
        self.outbox.contains(message)
    }

    /// Takes a message in, which waits for a stream.
    pub(super) fn push(
        &mut self,
        to: ConversationId,
        message: MessageId,
        bytes: Arc<[u8]>,
    ) -> Result<(), Fault> {
        if self.outbox.of(to).count() >= MAX_FOR_PEER {
            return Err(Fault::Busy);
        }
        self.outbox.push(to, message, bytes)
    }

    /// Whether messages to this peer wait for a stream.
    pub(super) fn waits(&self, conversation: ConversationId) -> bool {
        self.outbox.of(conversation).any(|(_, queued)| queued.state == WriteStage::Waiting)
    }

    /// Everything that waits goes to this stream. Says whether that is something.
    pub(super) fn assign(&mut self, conversation: ConversationId, link: LinkId, peer: SocketAddr) -> bool {
        let waiting =
            self.ids(|queued| queued.conversation == conversation && queued.state == WriteStage::Waiting);
        if waiting.is_empty() {
            return false;
        }
        for message in &waiting {
            if let Some(queued) = self.outbox.get_mut(*message) {
                queued.state = WriteStage::Assigned(link);
            }
        }
        let new = WriteQueue { peer, queue: VecDeque::new(), unwritten: 0 };
        self.queues.entry(link).or_insert(new).queue.extend(waiting);
        true
    }

    /// Writes the next messages of a stream, while the kernel keeps up.
    pub(super) fn pump(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        while let Some(stream) = self.queues.get_mut(&link) {
            let Some(message) = stream.queue.front().copied() else { return };
            let queued = self.outbox.get_mut(message).filter(|it| it.state == WriteStage::Assigned(link));
            let length = queued.as_ref().map_or(0, |queued| queued.payload.len());
            if stream.unwritten > 0 && stream.unwritten.saturating_add(length) > MAX_UNWRITTEN {
                return;
            }
            stream.queue.pop_front();
            let to = stream.peer;
            match queued {
                // Answered meanwhile: its peer was forgotten.
                None => {}
                // Nothing to write is nothing to wait for.
                Some(_) if length == 0 => self.taken(cx, message, to),
                Some(queued) => {
                    queued.state = WriteStage::Written(link);
                    stream.unwritten = stream.unwritten.saturating_add(length);
                    let (bytes, ticket) = (Arc::clone(&queued.payload), Some(Ticket { message, to }));
                    cx.push(Output::Write { link, bytes, ticket });
                }
            }
        }
    }

    /// The kernel took a message, or refused it.
    pub(super) fn handed(&mut self, cx: &mut Ctx<'_>, ticket: Ticket, result: Result<(), ErrorCode>) {
        let Ticket { message, to } = ticket;
        let Some(WriteStage::Written(link)) = self.outbox.get(message).map(|queued| queued.state) else {
            return;
        };
        // Written to this very stream, and not to one before it.
        if self.queues.get(&link).is_none_or(|stream| stream.peer != to) {
            return;
        }
        match result {
            Ok(()) => self.taken(cx, message, to),
            Err(code) => self.fail(cx, message, Fault::Network { to: Some(to), code }),
        }
        self.pump(cx, link);
    }

    /// The kernel has all of a message.
    fn taken(&mut self, cx: &mut Ctx<'_>, message: MessageId, to: SocketAddr) {
        if let Some(queued) = self.complete(message) {
            cx.report(NetEvent::Handed { message, to, payload: queued.payload });
        }
    }

    fn fail(&mut self, cx: &mut Ctx<'_>, message: MessageId, fault: Fault) {
        if self.complete(message).is_some() {
            cx.fail(message, fault);
        }
    }

    /// A message is being answered; `None` if it was before.
    fn complete(&mut self, message: MessageId) -> Option<Queued<WriteStage>> {
        let queued = self.outbox.remove(message)?;
        if let WriteStage::Written(link) = queued.state
            && let Some(stream) = self.queues.get_mut(&link)
        {
            stream.unwritten = stream.unwritten.saturating_sub(queued.payload.len());
        }
        Some(queued)
    }

    /// The stream is gone. What the kernel did not take by then is not sent: some of it may have gone out.
    pub(super) fn close(&mut self, cx: &mut Ctx<'_>, link: LinkId, code: &ErrorCode) {
        let Some(stream) = self.queues.remove(&link) else { return };
        let on_it = [WriteStage::Assigned(link), WriteStage::Written(link)];
        for message in self.ids(|queued| on_it.contains(&queued.state)) {
            self.fail(cx, message, Fault::Network { to: Some(stream.peer), code: code.clone() });
        }
    }

    /// What waits for a stream to this peer will not get one.
    pub(super) fn fail_waiting(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, fault: &Fault) {
        let waiting =
            self.ids(|queued| queued.conversation == conversation && queued.state == WriteStage::Waiting);
        for message in waiting {
            self.fail(cx, message, fault.clone());
        }
    }

    /// The peer is forgotten.
    pub(super) fn forget(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        for message in self.ids(|queued| queued.conversation == conversation) {
            self.fail(cx, message, Fault::NoSuchPeer);
        }
    }

    /// Writes what may have waited for messages that are answered by now.
    pub(super) fn pump_all(&mut self, cx: &mut Ctx<'_>) {
        let links: Vec<LinkId> = self.queues.keys().copied().collect();
        for link in links {
            self.pump(cx, link);
        }
    }

    fn ids(&self, wanted: impl Fn(&Queued<WriteStage>) -> bool) -> Vec<MessageId> {
        self.outbox.iter().filter(|(_, queued)| wanted(queued)).map(|(message, _)| message).collect()
    }
}
