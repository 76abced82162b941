//! Text over streams: dials on the first message, and takes what one read brings for a message.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;

use udpqq::dialects::{Dialect, ListenMode, Setup};
use udpqq::model::traffic::{MessageKind, Received};
use udpqq::model::{
    Address, AddressError, Caps, ConversationId, ErrorCode, Fault, LinkId, ListenSetting, MessageCommand,
    MessageId, NetCommand, NetEvent, Now, OutgoingMessage, PeerCommand, Scheme,
};
use udpqq::wire::{Encoding, Engine, Input, Output, StreamError, Ticket, plain};

use super::Flaw;

const SCHEME: Scheme = Scheme { name: "line", default_port: 7_002, caps: Caps::NONE };

pub(super) const DIALECT: Dialect = Dialect {
    scheme: SCHEME,
    example: "line://192.168.1.20:7002",
    validate,
    check: |address, text| plain::encode(address, text, MAX_TEXT).map(|bytes| bytes.len()),
    listens: ListenMode::Streams(ListenSetting::Off),
    server: None,
    engine: |setup| start(setup, Flaw::None),
    between: None,
};

const MAX_TEXT: usize = 100_000;
const MAX_WAITING: usize = 64;

fn validate(address: &Address) -> Result<(), AddressError> {
    let first = address.options.first();
    first.map_or(Ok(()), |(key, _)| Err(AddressError::Option(key.clone())))
}

pub(super) fn start(_setup: &Setup, flaw: Flaw) -> Box<dyn Engine> {
    Box::new(Line { flaw, next: LinkId::FIRST_OWN, ..Line::default() })
}

#[derive(Debug, Default)]
struct Line {
    flaw: Flaw,
    next: u32,
    peers: BTreeMap<ConversationId, Peer>,
    streams: BTreeMap<LinkId, Stream>,
    written: BTreeMap<MessageId, Arc<[u8]>>,
    outbox: VecDeque<Output>,
}

#[derive(Debug)]
struct Peer {
    address: Address,
    at: Option<SocketAddr>,
    link: Option<LinkId>,
    waiting: VecDeque<(MessageId, Arc<[u8]>)>,
}

#[derive(Debug)]
struct Stream {
    peer: SocketAddr,
    up: bool,
    /// The beginning of a character.
    rest: Vec<u8>,
}

impl Engine for Line {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::StreamUp { link, peer, accepted } => self.stream_up(link, peer, accepted),
            Input::StreamData { link, bytes } => self.hear(now, link, bytes),
            Input::StreamDown { link, error } => self.stream_down(now, link, error),
            Input::Handed { ticket, result } => self.handed(ticket, result),
            Input::Resolved { conversation, host, addresses } => {
                self.resolved(conversation, &host, &addresses);
            }
            Input::Command(command) => self.obey(command),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        self.outbox.pop_front().unwrap_or(Output::Wait(None))
    }
}

// Streams.
impl Line {
    fn stream_up(&mut self, link: LinkId, peer: SocketAddr, accepted: bool) {
        if accepted {
            self.streams.insert(link, Stream { peer, up: true, rest: Vec::new() });
        } else if let Some(stream) = self.streams.get_mut(&link) {
            stream.up = true;
        }
        let waits = |peer: &Peer| peer.link == Some(link);
        if let Some(conversation) = self.peers.iter().find(|(_, peer)| waits(peer)).map(|(id, _)| *id) {
            self.pursue(conversation);
        }
    }

    fn hear(&mut self, now: Now, link: LinkId, bytes: &[u8]) {
        let Some(stream) = self.streams.get_mut(&link) else { return };
        stream.rest.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&stream.rest) {
            Err(error) if error.error_len().is_none() && self.flaw != Flaw::CutsCharacters => {
                error.valid_up_to()
            }
            _ => self.streams[&link].rest.len() - unfinished(&self.streams[&link].rest, self.flaw),
        };
        let stream = self.streams.get_mut(&link).expect("it was there");
        let rest = stream.rest.split_off(whole);
        let (bytes, peer) = (std::mem::replace(&mut stream.rest, rest), stream.peer);
        self.report(now, peer, &bytes);
        if self.flaw == Flaw::AnswersDatagrams {
            self.outbox.push_back(Output::Write { link, bytes: bytes.into(), ticket: None });
        }
    }

    fn report(&mut self, now: Now, from: SocketAddr, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let (text, lossy) = Encoding::UTF_8.decode(bytes);
        let is_from = |peer: &Peer| peer.at.is_some_and(|at| at.ip() == from.ip());
        self.outbox.push_back(Output::Event(NetEvent::Received(Received {
            uid: None,
            about: None,
            quote: None,
            files: udpqq::model::Files::default(),
            conversation: self.peers.iter().find(|(_, peer)| is_from(peer)).map(|(id, _)| *id),
            scheme: SCHEME,
            place: None,
            source: from,
            sender: None,
            kind: MessageKind::Text,
            time: now.wall,
            text,
            lossy,
            authenticated: false,
            payload: bytes.into(),
        })));
    }

    fn stream_down(&mut self, now: Now, link: LinkId, error: Option<StreamError>) {
        let Some(stream) = self.streams.remove(&link) else { return };
        self.report(now, stream.peer, &stream.rest);
        let Some(peer) = self.peers.values_mut().find(|peer| peer.link == Some(link)) else { return };
        peer.link = peer.link.filter(|_| self.flaw == Flaw::KeepsDeadStreams);
        let fault =
            Fault::Network { to: peer.at, code: error.map_or(ErrorCode::EPIPE, StreamError::into_code) };
        for (message, _) in std::mem::take(&mut peer.waiting) {
            self.fail(message, fault.clone());
        }
    }
}

/// How many bytes at the end may be the beginning of a character, where what stands before them is no text.
fn unfinished(bytes: &[u8], flaw: Flaw) -> usize {
    if flaw == Flaw::CutsCharacters {
        return 0;
    }
    let beginning = |length: &usize| {
        let tail = &bytes[bytes.len() - length..];
        std::str::from_utf8(tail).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    (1..=bytes.len().min(3)).rev().find(beginning).unwrap_or(0)
}

// Orders.
impl Line {
    fn obey(&mut self, command: NetCommand) {
        match command {
            NetCommand::Peer(conversation, PeerCommand::Follow { address, .. }) => {
                self.forget(conversation);
                let at = address.literal();
                let peer = Peer { address, at, link: None, waiting: VecDeque::new() };
                self.peers.insert(conversation, peer);
            }
            NetCommand::Peer(conversation, PeerCommand::Forget) => self.forget(conversation),
            NetCommand::Message(
                conversation,
                MessageCommand::Send(OutgoingMessage { id: message, text, .. }),
            ) => {
                self.send(conversation, message, &text);
            }
            _ => {}
        }
    }

    fn forget(&mut self, conversation: ConversationId) {
        let Some(peer) = self.peers.remove(&conversation) else { return };
        if let Some(link) = peer.link {
            self.streams.remove(&link);
            self.outbox.push_back(Output::Close { link });
        }
        for (message, _) in peer.waiting {
            self.fail(message, Fault::NoSuchPeer);
        }
    }

    fn send(&mut self, conversation: ConversationId, message: MessageId, text: &str) {
        let Some(peer) = self.peers.get_mut(&conversation) else {
            return self.fail(message, Fault::NoSuchPeer);
        };
        match plain::encode(&peer.address, text, MAX_TEXT) {
            Err(fault) => self.fail(message, fault),
            Ok(_) if peer.waiting.len() >= MAX_WAITING => self.fail(message, Fault::Busy),
            Ok(bytes) => {
                peer.waiting.push_back((message, bytes.into()));
                self.pursue(conversation);
            }
        }
    }

    /// The next thing on the way to writing what waits.
    fn pursue(&mut self, conversation: ConversationId) {
        let peer = self.peers.get_mut(&conversation).filter(|peer| !peer.waiting.is_empty());
        let Some(peer) = peer else { return };
        let Some(at) = peer.at else {
            let (host, port) = (peer.address.host.to_string(), peer.address.port);
            return self.outbox.push_back(Output::Resolve { conversation, host, port });
        };
        let Some(link) = peer.link else {
            let link = LinkId(self.next);
            self.next += 1;
            peer.link = Some(link);
            self.streams.insert(link, Stream { peer: at, up: false, rest: Vec::new() });
            return self.outbox.push_back(Output::Dial { from: None, paced: false, link, to: at });
        };
        let up = self.streams.get(&link).is_some_and(|stream| stream.up);
        if !up && self.flaw != Flaw::WritesToNobody {
            return;
        }
        for (message, bytes) in std::mem::take(&mut peer.waiting) {
            let ticket = Some(Ticket { message, to: at });
            self.written.insert(message, Arc::clone(&bytes));
            self.outbox.push_back(Output::Write { link, bytes, ticket });
        }
    }

    fn resolved(&mut self, conversation: ConversationId, host: &str, addresses: &[SocketAddr]) {
        let Some(peer) = self.peers.get_mut(&conversation) else { return };
        if peer.at.is_some() || peer.address.host.to_string() != host {
            return;
        }
        peer.at = addresses.first().copied();
        if peer.at.is_some() {
            return self.pursue(conversation);
        }
        for (message, _) in std::mem::take(&mut peer.waiting) {
            self.fail(message, Fault::NameNotFound { host: host.to_owned() });
        }
    }

    fn handed(&mut self, ticket: Ticket, result: Result<(), ErrorCode>) {
        let Some(payload) = self.written.remove(&ticket.message) else { return };
        let Ticket { message, to } = ticket;
        match result {
            Ok(()) => self.outbox.push_back(Output::Event(NetEvent::Handed { message, to, payload })),
            Err(code) => self.fail(message, Fault::Network { to: Some(to), code }),
        }
    }

    fn fail(&mut self, message: MessageId, fault: Fault) {
        self.outbox.push_back(Output::Event(NetEvent::Failed { message, fault }));
    }
}
