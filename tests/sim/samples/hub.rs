//! A room on a hub: what is lost is sent again until it is acknowledged, and all have the hub's order.
//!
//! A frame is a line of words, then the text:
//! ```text
//! member → hub   "say ID NUMBER NAME"   "pull ID NEXT -"
//! hub → member   "took NUMBER"   "entry LIFE SEQ ID NUMBER NAME"   "count LIFE ENTRIES"
//! ```

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use udpqq::dialects::{Dialect, ListenMode, Setup};
use udpqq::model::traffic::{MessageKind, Received};
use udpqq::model::{
    Address, AddressError, Caps, ConversationId, Fault, LinkId, MessageCommand, MessageId, NetCommand,
    NetEvent, Now, OutgoingMessage, PeerCommand, Scheme,
};
use udpqq::wire::{Engine, Input, Output, SocketSpec, plain};

use super::Flaw;

const SCHEME: Scheme =
    Scheme { name: "hub", default_port: 7_003, caps: Caps { group: true, rooms: true, ..Caps::NONE } };

pub(super) const DIALECT: Dialect = Dialect {
    scheme: SCHEME,
    example: "hub://192.168.1.20",
    validate,
    check: |address, text| plain::encode(address, text, MAX_TEXT).map(|bytes| bytes.len()),
    listens: ListenMode::Nowhere,
    server: None,
    engine: |setup| start(setup, Flaw::None),
    between: Some(|setup| between(setup, Flaw::None)),
};

const MAX_TEXT: usize = 1_000;
const MAX_WAITING: usize = 256;
const MAX_ENTRIES: usize = 1_000;
const MAX_MEMBERS: usize = 16;
/// Entries that answer one pull.
const MAX_BATCH: usize = 8;
const AGAIN: Duration = Duration::from_millis(300);
const IDLE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_mins(1);

fn validate(address: &Address) -> Result<(), AddressError> {
    let first = address.options.first();
    first.map_or(Ok(()), |(key, _)| Err(AddressError::Option(key.clone())))
}

pub(super) fn start(setup: &Setup, flaw: Flaw) -> Box<dyn Engine> {
    Box::new(Member { flaw, id: setup.seed, ..Member::default() })
}

pub(super) fn between(setup: &Setup, flaw: Flaw) -> Box<dyn Engine> {
    Box::new(Hub { flaw, life: setup.seed.to_string(), ..Hub::default() })
}

/// The words of the first line, and the text after it.
fn parse(bytes: &[u8]) -> Option<(Vec<&str>, &str)> {
    let (head, text) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
    Some((head.split(' ').collect(), text))
}

fn datagram(link: LinkId, to: SocketAddr, frame: &str) -> Output {
    Output::Datagram { link, to, from: None, via: None, bytes: frame.as_bytes().into(), ticket: None }
}

// --- The hub. ---

#[derive(Debug, Default)]
struct Hub {
    flaw: Flaw,
    life: String,
    up: bool,
    members: BTreeSet<SocketAddr>,
    known: BTreeSet<(String, String)>,
    entries: Vec<String>,
    outbox: VecDeque<Output>,
}

impl Engine for Hub {
    fn handle(&mut self, _now: Now, input: Input<'_>) {
        match input {
            Input::LinkUp { link: LinkId(0), .. } => self.up = true,
            Input::LinkDown { link: LinkId(0), .. } => self.up = false,
            Input::Datagram { link: LinkId(0), from, bytes, .. } if self.up => match parse(bytes) {
                Some((words, text)) if words.len() == 4 && words[0] == "say" => self.take(from, &words, text),
                Some((words, _)) if words.len() == 4 && words[0] == "pull" => self.give(from, words[2]),
                _ => {}
            },
            _ => {}
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        self.outbox.pop_front().unwrap_or(Output::Wait(None))
    }
}

impl Hub {
    fn take(&mut self, from: SocketAddr, words: &[&str], text: &str) {
        let (id, number, name) = (words[1], words[2], words[3]);
        let new = self.known.insert((id.to_owned(), number.to_owned())) || self.flaw == Flaw::KeepsRepeats;
        if self.entries.len() >= MAX_ENTRIES {
            return;
        }
        self.outbox.push_back(datagram(LinkId(0), from, &format!("took {number}\n")));
        if new {
            let entry = format!("entry {} {} {id} {number} {name}\n{text}", self.life, self.entries.len());
            self.entries.push(entry.clone());
            self.outbox.extend(self.members.iter().map(|member| datagram(LinkId(0), *member, &entry)));
        }
    }

    fn give(&mut self, from: SocketAddr, next: &str) {
        if self.members.len() < MAX_MEMBERS {
            self.members.insert(from);
        }
        let next: usize = next.parse().unwrap_or(usize::MAX);
        let wanted = self.entries.iter().skip(next).take(MAX_BATCH);
        self.outbox.extend(wanted.map(|entry| datagram(LinkId(0), from, entry)));
        self.outbox.push_back(datagram(
            LinkId(0),
            from,
            &format!("count {} {}\n", self.life, self.entries.len()),
        ));
    }
}

// --- A member. ---

#[derive(Debug, Default)]
struct Member {
    flaw: Flaw,
    id: u64,
    name: Option<String>,
    rooms: BTreeMap<ConversationId, Room>,
    outbox: VecDeque<Output>,
}

#[derive(Debug)]
struct Room {
    address: Address,
    at: Option<SocketAddr>,
    opened: bool,
    up: bool,
    number: u64,
    waiting: VecDeque<(MessageId, String, Instant)>,
    say_at: Option<Instant>,
    pull_at: Option<Instant>,
    next: u64,
    /// Author, number, name, text.
    ahead: BTreeMap<u64, [String; 4]>,
    /// What was heard, in this life of the hub or another.
    known: BTreeSet<(String, String)>,
    life: String,
}

impl Engine for Member {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::LinkUp { link, .. } => self.set_up(now, link, true),
            Input::LinkDown { link, .. } => self.set_up(now, link, false),
            Input::Datagram { link, from, bytes, .. } => self.hear(now, link, from, bytes),
            Input::Resolved { conversation, addresses, .. } => {
                let known = self.rooms.get_mut(&conversation).filter(|room| room.at.is_none());
                if let (Some(room), Some(at)) = (known, addresses.first()) {
                    room.at = Some(*at);
                    self.join(conversation);
                }
            }
            Input::Command(command) => self.obey(now, command),
            Input::Tick => self.tick(now),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        let deadline = |room: &Room| {
            let oldest = room.waiting.front().and_then(|(_, _, until)| Some(*until).filter(|_| !room.up));
            [room.say_at.filter(|_| room.up), room.pull_at.filter(|_| room.up), oldest]
                .into_iter()
                .flatten()
                .min()
        };
        let wait = || Output::Wait(self.rooms.values().filter_map(deadline).min());
        self.outbox.pop_front().unwrap_or_else(wait)
    }
}

impl Room {
    /// A hub that was started again counts from the beginning.
    fn live(&mut self, life: &str, flaw: Flaw) {
        if self.life.is_empty() || (self.life != life && flaw != Flaw::CountsOn) {
            life.clone_into(&mut self.life);
            self.next = 0;
            self.ahead.clear();
        }
    }
}

const fn link_of(conversation: ConversationId) -> LinkId {
    LinkId(LinkId::FIRST_OWN + conversation.0)
}

impl Member {
    fn obey(&mut self, now: Now, command: NetCommand) {
        match command {
            NetCommand::Introduce(own) => {
                self.name = Some(own.name.replace([' ', '\n'], "_"));
                for conversation in self.rooms.keys().copied().collect::<Vec<_>>() {
                    self.join(conversation);
                }
            }
            NetCommand::Peer(conversation, PeerCommand::Follow { address, .. }) => {
                self.follow(conversation, address);
            }
            NetCommand::Peer(conversation, PeerCommand::Forget) => self.forget(conversation),
            NetCommand::Message(
                conversation,
                MessageCommand::Send(OutgoingMessage { id: message, text, .. }),
            ) => {
                self.send(now, conversation, message, text);
            }
            _ => {}
        }
    }

    fn follow(&mut self, conversation: ConversationId, address: Address) {
        self.forget(conversation);
        let at = address.literal();
        if at.is_none() {
            let (host, port) = (address.host.to_string(), address.port);
            self.outbox.push_back(Output::Resolve { conversation, host, port });
        }
        let room = Room {
            address,
            at,
            opened: false,
            up: false,
            number: 0,
            waiting: VecDeque::new(),
            say_at: None,
            pull_at: None,
            next: 0,
            ahead: BTreeMap::new(),
            known: BTreeSet::new(),
            life: String::new(),
        };
        self.rooms.insert(conversation, room);
        self.join(conversation);
    }

    /// Opens the room's socket as soon as it is known who we are and where the hub is.
    fn join(&mut self, conversation: ConversationId) {
        let Some(room) = self.rooms.get_mut(&conversation) else { return };
        if self.name.is_some() && room.at.is_some() && !std::mem::replace(&mut room.opened, true) {
            let socket =
                SocketSpec { at: ([0, 0, 0, 0], 0).into(), shared: false, broadcast: false, hops: 1 };
            self.outbox.push_back(Output::Open { link: link_of(conversation), socket });
        }
    }

    fn forget(&mut self, conversation: ConversationId) {
        let Some(room) = self.rooms.remove(&conversation) else { return };
        if room.opened {
            self.outbox.push_back(Output::Close { link: link_of(conversation) });
        }
        for (message, ..) in room.waiting {
            self.fail(message, Fault::NoSuchPeer);
        }
    }

    fn set_up(&mut self, now: Now, link: LinkId, up: bool) {
        let room = self.rooms.iter_mut().find(|(id, room)| link_of(**id) == link && room.opened);
        let Some((id, room)) = room else { return };
        let id = *id;
        room.up = up;
        room.pull_at = Some(now.mono);
        room.say_at = Some(now.mono);
        self.speak(now, id);
    }

    fn send(&mut self, now: Now, conversation: ConversationId, message: MessageId, text: String) {
        let Some(room) = self.rooms.get_mut(&conversation) else {
            return self.fail(message, Fault::NoSuchPeer);
        };
        if let Err(fault) = plain::encode(&room.address, &text, MAX_TEXT) {
            return self.fail(message, fault);
        }
        if room.waiting.len() >= MAX_WAITING {
            return self.fail(message, Fault::Busy);
        }
        if room.waiting.is_empty() {
            room.say_at = Some(now.mono);
        }
        room.waiting.push_back((message, text, now.after(PATIENCE).mono));
        self.speak(now, conversation);
    }

    /// What is due: the first message that waits, and the question for what is new.
    fn speak(&mut self, now: Now, conversation: ConversationId) {
        let (Some(name), id) = (&self.name, self.id) else { return };
        let Some(room) = self.rooms.get_mut(&conversation) else { return };
        let (true, Some(at)) = (room.up, room.at) else { return };
        let link = link_of(conversation);
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now.mono);
        if due(room.say_at) {
            room.say_at = room.waiting.front().map(|_| now.after(AGAIN).mono);
            let frame =
                room.waiting.front().map(|(_, text, _)| format!("say {id} {} {name}\n{text}", room.number));
            self.outbox.extend(frame.map(|frame| datagram(link, at, &frame)));
        }
        if due(room.pull_at) {
            room.pull_at = Some(now.after(AGAIN).mono);
            self.outbox.push_back(datagram(link, at, &format!("pull {id} {} -\n", room.next)));
        }
    }

    fn tick(&mut self, now: Now) {
        for conversation in self.rooms.keys().copied().collect::<Vec<_>>() {
            self.speak(now, conversation);
            self.give_up(now, conversation);
        }
    }

    fn give_up(&mut self, now: Now, conversation: ConversationId) {
        let Some(room) = self.rooms.get_mut(&conversation) else { return };
        let mut late = Vec::new();
        while room.waiting.front().is_some_and(|(_, _, until)| *until <= now.mono) {
            room.number += 1;
            late.extend(room.waiting.pop_front().map(|(message, ..)| message));
        }
        let fault = Fault::Network { to: room.at, code: "ETIMEDOUT".into() };
        for message in late {
            self.fail(message, fault.clone());
        }
    }

    fn hear(&mut self, now: Now, link: LinkId, from: SocketAddr, bytes: &[u8]) {
        let room = self.rooms.iter_mut().find(|(id, room)| link_of(**id) == link && room.at == Some(from));
        let (Some((id, room)), Some((words, text))) = (room, parse(bytes)) else { return };
        let id = *id;
        match words.as_slice() {
            ["took", number] if *number == room.number.to_string() => {
                let Some((message, text, _)) = room.waiting.pop_front() else { return };
                room.number += 1;
                room.say_at = Some(now.mono);
                let payload = text.as_bytes().into();
                self.outbox.push_back(Output::Event(NetEvent::Handed { message, to: from, payload }));
                self.speak(now, id);
            }
            // Nothing is missing: there is time.
            ["count", life, count] => {
                room.live(life, self.flaw);
                if *count == room.next.to_string() {
                    room.pull_at = Some(now.after(IDLE).mono);
                }
            }
            ["entry", life, seq, rest @ ..] => {
                room.live(life, self.flaw);
                let Ok(seq) = seq.parse::<u64>() else { return };
                if self.flaw == Flaw::TakesItAsItComes {
                    room.next = seq;
                }
                if let ([author, number, name], true) =
                    (rest, seq >= room.next && room.ahead.len() < MAX_ENTRIES)
                {
                    room.ahead.insert(seq, [*author, *number, *name, text].map(str::to_owned));
                    self.release(now, id, from);
                }
            }
            _ => {}
        }
    }

    fn release(&mut self, now: Now, conversation: ConversationId, from: SocketAddr) {
        let Some(room) = self.rooms.get_mut(&conversation) else { return };
        while let Some([author, number, name, text]) = room.ahead.remove(&room.next) {
            room.next += 1;
            let new = room.known.insert((author.clone(), number)) || self.flaw == Flaw::KeepsRepeats;
            if !new || author == self.id.to_string() {
                continue;
            }
            self.outbox.push_back(Output::Event(NetEvent::Received(Received {
                uid: None,
                about: None,
                quote: None,
                files: udpqq::model::Files::default(),
                conversation: Some(conversation),
                scheme: SCHEME,
                place: None,
                source: from,
                sender: Some(name),
                kind: MessageKind::Text,
                time: now.wall,
                payload: text.as_bytes().into(),
                text,
                lossy: false,
                authenticated: false,
            })));
        }
        // A gap is asked for soon.
        if !room.ahead.is_empty() {
            let soon = now.after(AGAIN).mono;
            room.pull_at = Some(room.pull_at.map_or(soon, |at| at.min(soon)));
        }
    }

    fn fail(&mut self, message: MessageId, fault: Fault) {
        self.outbox.push_back(Output::Event(NetEvent::Failed { message, fault }));
    }
}
