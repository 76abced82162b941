//! A room over broadcast or multicast: a datagram to everybody, over a socket of its own.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use udpqq::dialects::{Dialect, ListenMode, Setup};
use udpqq::model::traffic::{LocalIdentity, MessageKind, Received};
use udpqq::model::{
    Address, AddressError, Caps, ConversationId, ErrorCode, Fault, Host, LinkId, ListenSetting,
    MessageCommand, MessageId, NetCommand, NetEvent, Now, PeerCommand, Scheme,
};
use udpqq::wire::{Encoding, Engine, Input, Output, SocketSpec, Ticket, plain};

use super::Flaw;

const SCHEME: Scheme =
    Scheme { name: "shout", default_port: 7_001, caps: Caps { group: true, ..Caps::NONE } };

pub(super) const DIALECT: Dialect = Dialect {
    scheme: SCHEME,
    example: "shout://10.0.3.255",
    validate,
    check: |address, text| check(address, text, MAX_PAYLOAD),
    listens: ListenMode::Itself(ListenSetting::Port(7_001)),
    server: None,
    engine: |setup| start(setup, Flaw::None),
    between: None,
};

const MAX_PAYLOAD: usize = 65_507;
const MAX_WAITING: usize = 64;
const LINK: LinkId = LinkId(LinkId::FIRST_OWN);

fn validate(address: &Address) -> Result<(), AddressError> {
    let good = matches!(address.host, Host::Ip(IpAddr::V4(_))) && address.options.is_empty();
    if good { Ok(()) } else { Err(AddressError::Host(address.host.to_string())) }
}

pub(super) fn check(address: &Address, text: &str, limit: usize) -> Result<usize, Fault> {
    plain::encode(address, text, limit).map(|bytes| bytes.len())
}

pub(super) fn start(setup: &Setup, flaw: Flaw) -> Box<dyn Engine> {
    Box::new(Shout { flaw, seed: setup.seed, listen: setup.listen, ..Shout::default() })
}

#[derive(Debug, Default)]
struct Shout {
    flaw: Flaw,
    seed: u64,
    listen: Option<SocketAddr>,
    opened: bool,
    up: bool,
    own: Option<LocalIdentity>,
    addresses: Vec<IpAddr>,
    /// Each room, and whether others may know that we are there.
    rooms: BTreeMap<ConversationId, Room>,
    waiting: VecDeque<(ConversationId, MessageId, Arc<[u8]>)>,
    under_way: BTreeMap<MessageId, Arc<[u8]>>,
    /// What we sent and have not heard again.
    echoes: VecDeque<Vec<u8>>,
    heard: usize,
    deadline: Option<Instant>,
    outbox: VecDeque<Output>,
}

#[derive(Debug)]
struct Room {
    at: SocketAddr,
    entered: bool,
    greeted: bool,
}

impl Engine for Shout {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::Interfaces(interfaces) => {
                self.addresses = interfaces.iter().map(|interface| interface.address).collect();
                self.open();
                if self.flaw != Flaw::StaysAway {
                    self.join();
                }
            }
            Input::LinkUp { link: LINK, .. } if self.opened => self.link_up(),
            Input::LinkDown { link: LINK, .. } => self.up = false,
            Input::Datagram { link: LINK, from, bytes, .. } if self.up => self.hear(now, from, bytes),
            Input::Handed { ticket, result } => self.handed(ticket, result),
            Input::Command(command) => self.obey(command),
            Input::Tick => self.tick(now),
            _ => {}
        }
        if matches!(self.flaw, Flaw::Chatters | Flaw::TicksAtOnce) && self.deadline.is_none() {
            self.deadline = Some(now.after(Duration::from_secs(20)).mono);
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        if self.flaw == Flaw::NeverStops && self.rooms.len() > 1 {
            return Output::Event(NetEvent::Empty { source: ([0, 0, 0, 0], 0).into() });
        }
        self.outbox.pop_front().unwrap_or(Output::Wait(self.deadline))
    }
}

impl Shout {
    fn open(&mut self) {
        let Some(at) = self.listen.filter(|_| !self.opened) else { return };
        self.opened = true;
        let socket = SocketSpec { at, shared: true, broadcast: true, hops: 1 };
        self.outbox.push_back(Output::Open { link: LINK, socket });
    }

    fn link_up(&mut self) {
        self.up = true;
        self.join();
        self.greet();
        for (conversation, message, bytes) in std::mem::take(&mut self.waiting) {
            self.launch(conversation, message, bytes);
        }
    }

    fn join(&mut self) {
        let groups = self.rooms.values().map(|room| room.at.ip()).filter(|ip| self.up && ip.is_multicast());
        self.outbox.extend(groups.map(|group| Output::Join { link: LINK, group, interface: 0 }));
    }

    fn greet(&mut self) {
        let Some(own) = self.own.clone().filter(|_| self.up) else { return };
        for room in self.rooms.values_mut() {
            let wanted = own.visible || room.entered || self.flaw == Flaw::SpeaksUnasked;
            if wanted && !std::mem::replace(&mut room.greeted, wanted) && !own.greeting.is_empty() {
                let bytes: Arc<[u8]> = own.greeting.as_bytes().into();
                self.echoes.push_back(bytes.to_vec());
                self.outbox.push_back(datagram(room.at, bytes, None));
            }
        }
    }

    fn launch(&mut self, conversation: ConversationId, message: MessageId, bytes: Arc<[u8]>) {
        let Some(room) = self.rooms.get(&conversation) else { return self.fail(message, Fault::NoSuchPeer) };
        let to = room.at;
        self.echoes.push_back(bytes.to_vec());
        self.under_way.insert(message, Arc::clone(&bytes));
        self.outbox.push_back(datagram(to, bytes, Some(Ticket { message, to })));
    }

    fn handed(&mut self, ticket: Ticket, result: Result<(), ErrorCode>) {
        let Some(payload) = self.under_way.remove(&ticket.message) else { return };
        let Ticket { message, to } = ticket;
        let event = match result {
            Ok(()) => NetEvent::Handed { message, to, payload },
            Err(code) => NetEvent::Failed { message, fault: Fault::Network { to: Some(to), code } },
        };
        if self.flaw == Flaw::AnswersTwice {
            self.outbox.push_back(Output::Event(event.clone()));
        }
        self.outbox.push_back(Output::Event(event));
    }

    fn fail(&mut self, message: MessageId, fault: Fault) {
        self.outbox.push_back(Output::Event(NetEvent::Failed { message, fault }));
    }

    fn hear(&mut self, now: Now, from: SocketAddr, bytes: &[u8]) {
        let ours = self.addresses.contains(&from.ip()) && self.flaw != Flaw::HearsItself;
        if let Some(index) = self.echoes.iter().position(|echo| ours && echo == bytes) {
            self.echoes.remove(index);
            return;
        }
        self.heard += 1;
        if bytes.is_empty() || (self.flaw == Flaw::LosesTheThird && self.heard.is_multiple_of(3)) {
            return;
        }
        let (mut text, lossy) = Encoding::UTF_8.decode(bytes);
        if self.flaw == Flaw::ReadsByChance && self.seed.is_multiple_of(2) {
            text.push('?');
        }
        let joined = text.starts_with("***");
        let received = Received {
            files: udpqq::model::Files::default(),
            conversation: self.rooms.first_key_value().map(|(id, _)| *id),
            scheme: SCHEME,
            place: None,
            source: from,
            sender: None,
            kind: if joined { MessageKind::Joined } else { MessageKind::Text },
            time: now.wall,
            text,
            lossy,
            authenticated: false,
            payload: bytes.into(),
        };
        if self.flaw == Flaw::HearsTwice {
            self.outbox.push_back(Output::Event(NetEvent::Received(received.clone())));
        }
        self.outbox.push_back(Output::Event(NetEvent::Received(received)));
        if self.flaw == Flaw::AnswersDatagrams {
            self.outbox.push_back(datagram(from, bytes.into(), None));
        }
    }

    fn obey(&mut self, command: NetCommand) {
        match command {
            NetCommand::Introduce(own) => self.own = Some(own),
            NetCommand::Peer(conversation, PeerCommand::Follow { address, .. }) => {
                let Some(at) = address.literal() else { return };
                let known = self.rooms.get(&conversation);
                let entered = known.is_some_and(|room| room.entered);
                self.rooms.insert(conversation, Room { at, entered, greeted: false });
                self.join();
            }
            NetCommand::Peer(conversation, PeerCommand::Enter) => self.enter(conversation),
            NetCommand::Peer(conversation, PeerCommand::Forget) => self.forget(conversation),
            NetCommand::Message(conversation, MessageCommand::Send { message, text, .. }) => {
                return self.send(conversation, message, &text);
            }
            _ => {}
        }
        self.greet();
    }

    fn enter(&mut self, conversation: ConversationId) {
        if let Some(room) = self.rooms.get_mut(&conversation) {
            room.entered = true;
        }
    }

    fn forget(&mut self, conversation: ConversationId) {
        self.rooms.remove(&conversation);
        let (gone, kept) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(id, ..)| *id == conversation);
        self.waiting = kept;
        let gone: VecDeque<(ConversationId, MessageId, Arc<[u8]>)> = gone;
        for (_, message, _) in gone {
            if self.flaw != Flaw::KeepsForgotten {
                self.fail(message, Fault::NoSuchPeer);
            }
        }
    }

    fn send(&mut self, conversation: ConversationId, message: MessageId, text: &str) {
        if !self.rooms.contains_key(&conversation) {
            return self.fail(message, Fault::NoSuchPeer);
        }
        if text.len() > MAX_PAYLOAD {
            let fault = Fault::TooLarge { bytes: text.len(), limit: MAX_PAYLOAD };
            return self.fail(message, fault);
        }
        self.enter(conversation);
        self.greet();
        if self.up || self.flaw == Flaw::SendsBeforeUp {
            self.launch(conversation, message, text.as_bytes().into());
        } else if self.waiting.len() < MAX_WAITING {
            self.waiting.push_back((conversation, message, text.as_bytes().into()));
        } else {
            self.fail(message, Fault::Busy);
        }
    }

    fn tick(&mut self, now: Now) {
        let pause = if self.flaw == Flaw::TicksAtOnce { Duration::ZERO } else { Duration::from_secs(20) };
        self.deadline = self.deadline.map(|_| now.after(pause).mono);
        if let (Flaw::Chatters, true, Some(room)) = (self.flaw, self.up, self.rooms.values().next()) {
            let here = datagram(room.at, b"still here".as_slice().into(), None);
            self.outbox.push_back(here);
        }
    }
}

const fn datagram(to: SocketAddr, bytes: Arc<[u8]>, ticket: Option<Ticket>) -> Output {
    Output::Datagram { link: LINK, to, from: None, via: None, bytes, ticket }
}
