//! The protocol of TCP text: its peers, the streams that come and go, and what they bring. How a peer gets a stream is in
//! `connecting`, how messages get into streams in [`Writing`].

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::codec::{self, Framing};
use super::reader::{Give, MessageReader};
use super::reconnect::Reconnects;
use super::streams::{TextStream, TextStreams};
use super::writing::Writing;
use crate::model::traffic::{ConnectionState, Received};
use crate::model::{
    Address, ConversationId, ErrorCode, Fault, LinkId, MessageId, NetEvent, Now, PeerCommand, Phrase,
};
use crate::wire::endpoint::canonical;
use crate::wire::peers::{Followed, Peer};
use crate::wire::plain;
use crate::wire::resolution::Answer;
use crate::wire::{
    Ctx, Interface, LocalSockets, Peers, Protocol, SendText, SocketEvent, StreamError, StreamEvent, Ticket,
};

/// Strangers that wrote and were gone before the app had a conversation for them. A turn or two of the app passes
/// until it has, so they are few.
const MAX_DEPARTED: usize = 64;

/// What this dialect keeps of a peer besides its addresses.
#[derive(Debug, Default)]
pub(super) struct PeerState {
    /// Where to try next if a stream cannot be opened.
    pub(super) left: VecDeque<SocketAddr>,
    /// What the app was told last of whether it is there, if anything.
    pub(super) reported: Option<ConnectionState>,
}

#[derive(Debug, Default)]
pub(super) struct PlainTcp {
    pub(super) peers: Peers<PeerState>,
    pub(super) streams: TextStreams,
    pub(super) writing: Writing,
    pub(super) reconnects: Reconnects,
    pub(super) sockets: LocalSockets,
    /// Where they were, and why they went.
    pub(super) departed: VecDeque<(SocketAddr, Phrase)>,
}

impl Protocol for PlainTcp {
    /// Its listening socket is there or not: sending needs none, but must not lead to it.
    fn on_socket(&mut self, _cx: &mut Ctx<'_>, link: LinkId, event: SocketEvent<'_>) {
        match event {
            SocketEvent::Up { address, only } => self.sockets.link_up(link, address, only),
            SocketEvent::Down { code: _ } => self.sockets.link_down(link),
            SocketEvent::Datagram { .. } | SocketEvent::Unreachable { .. } => {}
        }
    }

    fn on_interfaces(&mut self, _cx: &mut Ctx<'_>, interfaces: &[Interface]) {
        self.sockets.set_interfaces(interfaces);
    }

    fn on_stream(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: StreamEvent<'_>) {
        match event {
            StreamEvent::Opened => self.opened(cx, link),
            StreamEvent::Accepted { peer } => self.accepted(cx, link, canonical(peer)),
            StreamEvent::Data(bytes) => self.receive(cx, link, bytes),
            StreamEvent::Closed { error } => self.closed(cx, link, error.map(StreamError::into_code)),
            StreamEvent::Stepped(_) => {}
        }
    }

    fn on_handed(&mut self, cx: &mut Ctx<'_>, ticket: Ticket, result: Result<(), ErrorCode>) {
        self.writing.handed(cx, ticket, result);
    }

    fn on_resolved(&mut self, cx: &mut Ctx<'_>, answer: &Answer<'_>) {
        let found = self.peers.resolved(cx.now, answer);
        self.looked_up(cx, answer.conversation, found.as_ref());
    }

    fn on_peer(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: PeerCommand) {
        match command {
            PeerCommand::Follow { address, rank, .. } => self.follow(cx, conversation, address, rank),
            PeerCommand::Forget => self.forget(cx, conversation),
            PeerCommand::Typing
            | PeerCommand::Nudge
            | PeerCommand::Ask
            | PeerCommand::History(_)
            | PeerCommand::Room(_) => {}
            PeerCommand::Enter => {
                if self.peers.get(conversation).is_some() {
                    self.reconnects.keep(conversation);
                    self.forward(cx, conversation);
                }
            }
        }
    }

    fn send(&mut self, cx: &mut Ctx<'_>, send: SendText<'_>) -> Result<(), Fault> {
        let peer = self.peers.get(send.to).ok_or(Fault::NoSuchPeer)?;
        let bytes = match send.bytes {
            Some(bytes) => plain::limited(bytes, codec::MAX_TEXT)?,
            None => codec::encode(&peer.address, send.text)?.into(),
        };
        self.writing.push(send.to, send.message, bytes)?;
        self.forward(cx, send.to);
        Ok(())
    }

    fn decode(&self, from: ConversationId, payload: &[u8]) -> (String, bool) {
        self.framing_of(Some(from)).encoding.decode_message(payload)
    }

    fn is_unanswered(&self, message: MessageId) -> bool {
        self.writing.contains(message)
    }

    fn on_tick(&mut self, cx: &mut Ctx<'_>) {
        while let Some(link) = self.streams.overdue(cx.now) {
            let Some(stream) = self.streams.table.get(&link) else { return };
            if stream.is_up() {
                self.read(cx, link, |now, reader, framing, give| reader.expire(now, framing, give));
            } else {
                cx.close(link);
                self.not_opened(cx, link, &ErrorCode::ETIMEDOUT);
            }
        }
        while let Some((conversation, found)) = self.peers.overdue(cx.now) {
            self.looked_up(cx, conversation, found.as_ref());
        }
        while let Some(conversation) = self.reconnects.overdue(cx.now) {
            self.forward(cx, conversation);
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let all = [self.peers.deadline(), self.streams.deadline(), self.reconnects.deadline()];
        all.into_iter().flatten().min()
    }
}

// Streams come.
impl PlainTcp {
    /// Somebody connected to us.
    fn accepted(&mut self, cx: &mut Ctx<'_>, link: LinkId, peer: SocketAddr) {
        // A number that is in use is nobody's new stream.
        if self.streams.table.contains_key(&link) {
            return;
        }
        // Before anybody has to go: a newcomer does not take the place of a stranger in its conversation.
        let owner = self.peers.attribute(peer);
        if !self.make_room(cx, Some(peer.ip())) {
            return cx.close(link);
        }
        self.streams.accept(link, peer, owner);
        if let Some(owner) = owner {
            self.write_waiting(cx, owner);
            self.tell(cx, owner, None);
        }
    }

    /// A stream we dialled is there.
    fn opened(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let Some(stream) = self.streams.came_up(link) else {
            // One that we gave up already, if such a thing comes.
            if !self.streams.table.contains_key(&link) {
                cx.close(link);
            }
            return;
        };
        let (Some(owner), at) = (stream.owner, stream.peer) else { return };
        if let Some(peer) = self.peers.get_mut(owner) {
            peer.state.left.clear();
        }
        self.peers.note_reached(owner, at);
        self.write_waiting(cx, owner);
        self.tell(cx, owner, None);
    }

    /// Makes a place for one more stream, one opened by `host` or our own. A stranger that has been silent longest
    /// goes; nobody whom we knew before or have written to does. For our own, where there is none, whoever of those has
    /// been silent longest that we never wrote to: a stranger is one we knew before when it comes again.
    pub(super) fn make_room(&mut self, cx: &mut Ctx<'_>, host: Option<IpAddr>) -> bool {
        let crowded = host.filter(|host| self.streams.is_host_full(*host));
        if crowded.is_none() && !self.streams.is_full() {
            return true;
        }
        let written = |stream: &TextStream| {
            stream.owner.and_then(|id| self.peers.get(id)).is_some_and(Peer::was_written_to)
        };
        let dear = |stream: &TextStream| {
            let elsewhere = crowded.is_some_and(|host| stream.peer.ip() != host);
            stream.expected || written(stream) || elsewhere
        };
        let own =
            || host.is_none().then(|| self.streams.quietest(|it| !it.accepted || written(it))).flatten();
        let Some(link) = self.streams.quietest(dear).or_else(own) else { return false };
        cx.close(link);
        self.lose(cx, link, &ErrorCode::ECONNABORTED, Phrase::new("reach-crowded"));
        true
    }

    /// An unowned stream, or one that a peer has only for its host, belongs to the peer that is followed under exactly
    /// the address it comes from.
    pub(super) fn adopt(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        let Some(peer) = self.peers.get(conversation) else { return };
        let theirs = |stream: &TextStream| {
            let owner = stream.owner.and_then(|id| self.peers.get(id));
            stream.accepted && peer.is_at(stream.peer) && !owner.is_some_and(|peer| peer.is_at(stream.peer))
        };
        for link in self.streams.which(theirs) {
            self.hand_over(cx, link, Some(conversation));
        }
    }

    /// Gives a stream to another peer, which may speak in another way.
    fn hand_over(&mut self, cx: &mut Ctx<'_>, link: LinkId, to: Option<ConversationId>) {
        let Some(before) = self.streams.table.get(&link).map(|stream| stream.owner) else { return };
        let framing = self.framing_of(to);
        self.read(cx, link, |_, reader, from, give| reader.change(from, framing, give));
        if let Some(stream) = self.streams.table.get_mut(&link) {
            stream.owner = to;
        }
        for conversation in before.into_iter().chain(to) {
            self.write_waiting(cx, conversation);
            self.tell(cx, conversation, None);
        }
    }
}

// Streams go.
impl PlainTcp {
    /// The other side closed a stream, or it broke, or could not be opened.
    fn closed(&mut self, cx: &mut Ctx<'_>, link: LinkId, code: Option<ErrorCode>) {
        let Some(stream) = self.streams.table.get(&link) else { return };
        if !stream.is_up() {
            let code = code.unwrap_or(ErrorCode::ECONNREFUSED);
            return self.not_opened(cx, link, &code);
        }
        match code {
            Some(code) => self.lose(cx, link, &code, Phrase::new("reach-failed").text("code", &code)),
            None => self.lose(cx, link, &ErrorCode::EPIPE, Phrase::new("reach-closed")),
        }
    }

    /// A stream that was up is no more.
    fn lose(&mut self, cx: &mut Ctx<'_>, link: LinkId, code: &ErrorCode, why: Phrase) {
        self.read(cx, link, |_, reader, framing, give| reader.flush(framing, give));
        let Some(stream) = self.streams.table.remove(&link) else { return };
        self.writing.close(cx, link, code);
        if let Some(owner) = stream.owner.filter(|_| stream.accepted) {
            // A client's port goes with its stream.
            self.peers.note_left(owner, stream.peer);
        }
        match stream.owner {
            Some(owner) => {
                self.try_later(cx, owner);
                self.tell(cx, owner, Some(why.into()));
            }
            None if stream.spoke => {
                self.departed.push_back((stream.peer, why));
                if self.departed.len() > MAX_DEPARTED {
                    self.departed.pop_front();
                }
            }
            None => {}
        }
    }
}

// What they bring.
impl PlainTcp {
    fn receive(&mut self, cx: &mut Ctx<'_>, link: LinkId, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let Some(stream) = self.streams.note_heard(link) else { return };
        if let Some(owner) = stream.owner {
            self.peers.note_heard(owner, stream.peer);
            self.reconnects.heard(owner);
        }
        self.read(cx, link, |now, reader, framing, give| reader.take(now, framing, bytes, give));
    }

    /// Lets the reader of a stream give out messages, and reports them.
    fn read(
        &mut self,
        cx: &mut Ctx<'_>,
        link: LinkId,
        act: impl FnOnce(Now, &mut MessageReader, Framing, Give<'_>),
    ) {
        let framing = self.framing_of(self.streams.table.get(&link).and_then(|stream| stream.owner));
        let Some(stream) = self.streams.table.get_mut(&link) else { return };
        let (conversation, source, now) = (stream.owner, stream.peer, cx.now);
        let mut empty = false;
        act(now, &mut stream.reader, framing, &mut |bytes: &[u8]| {
            if bytes.is_empty() {
                empty = true;
                return;
            }
            let (text, lossy) = framing.encoding.decode_message(bytes);
            let received = Received::new(super::SCHEME, source, now.wall, bytes.into());
            cx.report(NetEvent::Received(Received { conversation, text, lossy, ..received }));
        });
        // However many there were: a flood of line ends must not become a flood of events.
        if empty {
            cx.report(NetEvent::Empty { source });
        }
    }

    /// What a peer speaks; `None`: a stranger.
    fn framing_of(&self, owner: Option<ConversationId>) -> Framing {
        owner.and_then(|id| self.peers.get(id)).map_or(Framing::PLAIN, |peer| Framing::of(&peer.address))
    }
}

// Peers come and go.
impl PlainTcp {
    fn follow(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, address: Address, rank: u32) {
        if self.peers.get(conversation).is_some() {
            // What is kept back was written in the old way.
            let framing = Framing::of(&address);
            for link in self.streams.of(conversation) {
                self.read(cx, link, |_, reader, before, give| reader.change(before, framing, give));
            }
        }
        let Some(followed) = self.peers.follow(cx, conversation, address, rank) else { return };
        if followed == (Followed::Known { moved: true }) {
            self.leave_streams(cx, conversation);
        }
        self.adopt(cx, conversation);
        self.forward(cx, conversation);
        if followed == Followed::New {
            self.tell_departed(cx, conversation);
        }
        let first = self.peers.get(conversation).and_then(|peer| peer.targets().next());
        if first.is_some_and(|at| self.sockets.are_at(at)) {
            self.tell(cx, conversation, Some(Phrase::new("reach-ourselves").into()));
        }
    }

    /// What leads to where a peer was before: our own streams end, those from the other side go to whom they are from.
    fn leave_streams(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        peer.state.left.clear();
        for link in self.streams.of(conversation) {
            let Some(stream) = self.streams.table.get(&link) else { continue };
            if stream.accepted {
                self.hand_over(cx, link, self.peers.owner(stream.peer));
            } else {
                cx.close(link);
                self.lose(cx, link, &ErrorCode::ECANCELED, Phrase::new("reach-closed"));
            }
        }
        self.reconnects.retry_now(conversation);
    }

    fn forget(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        self.peers.remove(conversation);
        self.reconnects.drop(conversation);
        self.writing.forget(cx, conversation);
        for link in self.streams.of(conversation) {
            cx.close(link);
            self.streams.table.remove(&link);
            // Of whoever had the stream before it was this peer's.
            self.writing.close(cx, link, &ErrorCode::ECANCELED);
        }
        // A stream that is another's by now may have waited for what was this peer's.
        self.writing.pump_all(cx);
    }

    /// A peer that wrote once and went before the app knew it.
    fn tell_departed(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        let Some(peer) = self.peers.get(conversation) else { return };
        if let Some(index) = self.departed.iter().position(|(at, _)| peer.is_at(*at)) {
            let why = self.departed.remove(index).map(|(_, why)| why.into());
            self.tell(cx, conversation, why);
        }
    }
}
