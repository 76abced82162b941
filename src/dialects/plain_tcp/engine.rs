//! The state machine of TCP text: its inputs, the streams that come and go, and what they bring. How a message is sent
//! is in `sending`, what the app orders in `orders`.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

use super::codec::Style;
use super::keeping::Keeping;
use super::letters::Letters;
use super::peers::{Peer, Peers, Told, style_of};
use super::reader::{Give, Reader};
use super::streams::{Stream, Streams};
use crate::model::traffic::{ConnectionState, MessageKind, Received};
use crate::model::{ConversationId, ErrorCode, Fault, LinkId, MessageId, NetEvent, Now, Phrase};
use crate::wire::naming::{Answer, Resolver, canonical};
use crate::wire::{Engine, Input, Ourselves, Output, StreamError};

/// Strangers that wrote and were gone before the app had a conversation for them. A turn or two of the app passes
/// until it has, so they are few.
const MAX_DEPARTED: usize = 64;

#[derive(Debug, Default)]
pub(super) struct PlainTcp {
    pub(super) peers: Peers,
    pub(super) streams: Streams,
    pub(super) letters: Letters,
    pub(super) lookups: Resolver,
    pub(super) ourselves: Ourselves,
    pub(super) keeping: Keeping,
    /// Where they were, and why they went.
    pub(super) departed: VecDeque<(SocketAddr, Phrase)>,
    pub(super) outbox: VecDeque<Output>,
}

impl Engine for PlainTcp {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::StreamUp { link, peer, accepted: true } => {
                self.accepted(now, link, canonical(peer));
            }
            Input::StreamUp { link, peer: _, accepted: false } => self.opened(link),
            Input::StreamData { link, bytes } => self.receive(now, link, bytes),
            Input::StreamDown { link, error } => self.closed(now, link, error.map(StreamError::into_code)),
            Input::Handed { ticket, result } => self.handed(ticket, result),
            Input::Resolved { conversation, host, addresses } => {
                self.resolved(now, &Answer { conversation, host: &host, addresses: &addresses });
            }
            Input::Command(command) => self.obey(now, command),
            Input::Tick => self.expire(now),
            // Its listening socket is there or not: sending needs none, but must not lead to it.
            Input::LinkUp { link, address, only: _ } => self.ourselves.link_up(link, address),
            Input::LinkDown { link, code: _ } => self.ourselves.link_down(link),
            Input::Interfaces(interfaces) => self.ourselves.interfaces(interfaces),
            Input::Datagram { .. } | Input::Stepped { .. } | Input::Unreachable { .. } => {}
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        let wake = || {
            let all = [self.lookups.deadline(), self.streams.deadline(), self.keeping.deadline()];
            all.into_iter().flatten().min()
        };
        self.outbox.pop_front().unwrap_or_else(|| Output::Wait(wake()))
    }
}

// Streams come.
impl PlainTcp {
    pub(super) fn new(seed: u64) -> Self {
        Self { keeping: Keeping::new(seed), ..Self::default() }
    }

    /// Somebody connected to us.
    fn accepted(&mut self, now: Now, link: LinkId, peer: SocketAddr) {
        // A number that is in use is nobody's new stream.
        if self.streams.get(link).is_some() {
            return;
        }
        // Before anybody has to go: a newcomer does not take the place of a stranger in its conversation.
        let owner = self.peers.attribute(peer);
        if !self.make_room(now, Some(peer.ip())) {
            self.outbox.push_back(Output::Close { link });
            return;
        }
        self.streams.accept(link, peer, owner);
        if let Some(owner) = owner {
            self.write_waiting(owner);
            self.tell(owner, None);
        }
    }

    /// A stream we dialled is there.
    fn opened(&mut self, link: LinkId) {
        let known = self.streams.get(link).is_some();
        let Some(stream) = self.streams.came_up(link) else {
            // One that we gave up already, if such a thing comes.
            if !known {
                self.outbox.push_back(Output::Close { link });
            }
            return;
        };
        let (owner, at) = (stream.owner, stream.peer);
        if let Some(owner) = owner {
            if let Some(peer) = self.peers.get_mut(owner) {
                peer.state.dial = None;
                peer.state.left.clear();
            }
            self.peers.note_reached(owner, at);
            self.write_waiting(owner);
            self.tell(owner, None);
        }
    }

    /// Makes a place for one more stream, one opened by `host` or our own. A stranger that has been silent longest
    /// goes; nobody whom we knew before or have written to does. For our own, where there is none, whoever of those has
    /// been silent longest that we never wrote to: a stranger is one we knew before when it comes again.
    pub(super) fn make_room(&mut self, now: Now, host: Option<IpAddr>) -> bool {
        let crowded = host.filter(|host| self.streams.is_host_full(*host));
        if crowded.is_none() && !self.streams.is_full() {
            return true;
        }
        let written = |stream: &Stream| {
            stream.owner.and_then(|id| self.peers.get(id)).is_some_and(Peer::was_written_to)
        };
        let dear = |stream: &Stream| {
            let elsewhere = crowded.is_some_and(|host| stream.peer.ip() != host);
            stream.expected || written(stream) || elsewhere
        };
        let own =
            || host.is_none().then(|| self.streams.quietest(|it| !it.accepted || written(it))).flatten();
        let Some(link) = self.streams.quietest(dear).or_else(own) else { return false };
        self.outbox.push_back(Output::Close { link });
        self.lose(now, link, &ErrorCode::ECONNABORTED, Phrase::new("reach-crowded"));
        true
    }

    /// An unowned stream, or one that a peer has only for its host, belongs to the peer that is followed under exactly
    /// the address it comes from.
    pub(super) fn adopt(&mut self, now: Now, conversation: ConversationId) {
        let Some(peer) = self.peers.get(conversation) else { return };
        let style = Style::of(&peer.address);
        let theirs = |stream: &Stream| {
            let owner = stream.owner.and_then(|id| self.peers.get(id));
            stream.accepted && peer.is_at(stream.peer) && !owner.is_some_and(|peer| peer.is_at(stream.peer))
        };
        for link in self.streams.which(theirs) {
            self.hand_over(now, link, Some(conversation), style);
        }
    }

    /// Gives a stream to another peer, which may speak in another style.
    pub(super) fn hand_over(&mut self, now: Now, link: LinkId, to: Option<ConversationId>, style: Style) {
        let Some(before) = self.streams.get(link).map(|stream| stream.owner) else { return };
        self.read(now, link, |reader, from, give| reader.change(from, style, give));
        if let Some(stream) = self.streams.get_mut(link) {
            stream.owner = to;
        }
        for conversation in before.into_iter().chain(to) {
            self.write_waiting(conversation);
            self.tell(conversation, None);
        }
    }
}

// Streams go.
impl PlainTcp {
    /// The other side closed a stream, or it broke, or could not be opened.
    fn closed(&mut self, now: Now, link: LinkId, code: Option<ErrorCode>) {
        let Some(stream) = self.streams.get(link) else { return };
        if !stream.is_up() {
            let code = code.unwrap_or(ErrorCode::ECONNREFUSED);
            self.streams.remove(link).into_iter().for_each(|stream| self.not_opened(now, &stream, &code));
            return;
        }
        match code {
            Some(code) => self.lose(now, link, &code, Phrase::new("reach-failed").text("code", &code)),
            None => self.lose(now, link, &ErrorCode::EPIPE, Phrase::new("reach-closed")),
        }
    }

    /// A stream that was up is no more. What the kernel did not take by then is not sent: some of it may have gone out.
    pub(super) fn lose(&mut self, now: Now, link: LinkId, code: &ErrorCode, why: Phrase) {
        self.read(now, link, |reader, style, give| reader.flush(style, give));
        let Some(stream) = self.streams.remove(link) else { return };
        self.fail_queued(link, stream.peer, code);
        if let Some(owner) = stream.owner.filter(|_| stream.accepted) {
            // A client's port goes with its stream.
            self.peers.note_left(owner, stream.peer);
        }
        match stream.owner {
            Some(owner) => {
                self.try_later(now, owner);
                self.tell(owner, Some(why));
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

    /// No answer will come for what was to go on this stream.
    pub(super) fn fail_queued(&mut self, link: LinkId, to: SocketAddr, code: &ErrorCode) {
        for message in self.letters.which(|letter| letter.on == Some(link)) {
            self.fail(message, Fault::Network { to: Some(to), code: code.clone() });
        }
    }

    fn expire(&mut self, now: Now) {
        while let Some(link) = self.streams.overdue(now) {
            let Some(stream) = self.streams.get(link) else { return };
            if stream.is_up() {
                self.read(now, link, |reader, style, give| reader.expire(now, style, give));
            } else {
                self.outbox.push_back(Output::Close { link });
                self.streams
                    .remove(link)
                    .into_iter()
                    .for_each(|it| self.not_opened(now, &it, &ErrorCode::ETIMEDOUT));
            }
        }
        while let Some(conversation) = self.lookups.overdue(now) {
            let host = self.peers.get(conversation).map(|peer| peer.address.host.to_string());
            let host = &host.unwrap_or_default();
            self.resolved(now, &Answer { conversation, host, addresses: &[] });
        }
        self.keep_due(now);
    }
}

// What they bring.
impl PlainTcp {
    fn receive(&mut self, now: Now, link: LinkId, bytes: &[u8]) {
        if !bytes.is_empty() && self.streams.note_heard(link) {
            if let Some((owner, at)) = self.streams.get(link).and_then(|it| Some((it.owner?, it.peer))) {
                self.peers.note_heard(owner, at);
                if let Some(peer) = self.peers.get_mut(owner) {
                    peer.state.tries = 0;
                }
            }
            self.read(now, link, |reader, style, give| reader.take(now, style, bytes, give));
        }
    }

    /// Lets the reader of a stream give out messages, and reports them.
    pub(super) fn read(&mut self, now: Now, link: LinkId, act: impl FnOnce(&mut Reader, Style, Give<'_>)) {
        let Some(stream) = self.streams.get_mut(link) else { return };
        let style = style_of(&self.peers, stream.owner);
        let (conversation, source, outbox) = (stream.owner, stream.peer, &mut self.outbox);
        let mut empty = false;
        act(&mut stream.reader, style, &mut |bytes: &[u8]| {
            if bytes.is_empty() {
                empty = true;
                return;
            }
            let (text, lossy) = style.encoding.decode(bytes);
            outbox.push_back(Output::Event(NetEvent::Received(Received {
                files: crate::model::Files::default(),
                conversation,
                scheme: super::SCHEME,
                place: None,
                source,
                sender: None,
                kind: MessageKind::Text,
                time: now.wall,
                text,
                lossy,
                authenticated: false,
                payload: bytes.into(),
            })));
        });
        // However many there were: a flood of line ends must not become a flood of events.
        if empty {
            self.report(NetEvent::Empty { source });
        }
    }
}

// Reports.
impl PlainTcp {
    pub(super) fn report(&mut self, event: NetEvent) {
        self.outbox.push_back(Output::Event(event));
    }

    /// Answers a message; one that was answered already is not answered again.
    pub(super) fn fail(&mut self, message: MessageId, fault: Fault) {
        if self.settle(message).is_some() {
            self.report(NetEvent::Failed { message, fault });
        }
    }

    /// Tells the app whether the peer is there, if that is news. `why` it is not, if it is not.
    pub(super) fn tell(&mut self, conversation: ConversationId, why: Option<Phrase>) {
        let up = self.streams.current(conversation).is_some();
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let told = match peer.state.told {
            _ if up => Told::Up,
            _ if peer.state.dial.is_some() || !peer.state.waiting.is_empty() => Told::Seeking,
            Told::Nothing if why.is_none() => Told::Nothing,
            Told::Nothing | Told::Seeking | Told::Up | Told::Down => Told::Down,
        };
        if std::mem::replace(&mut peer.state.told, told) == told {
            return;
        }
        let connection = match told {
            Told::Nothing => return,
            Told::Seeking => ConnectionState::Seeking,
            Told::Up => ConnectionState::Up,
            Told::Down => ConnectionState::Down(why.unwrap_or_else(|| Phrase::new("reach-closed"))),
        };
        self.report(NetEvent::Connection { conversation, connection });
    }
}
