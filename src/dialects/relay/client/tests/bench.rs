//! One client, and frames made by hand in the place of a relay.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::dialects::relay::SCHEME;
use crate::dialects::relay::client::Client;
use crate::dialects::relay::frame::{
    BundleEntries, BundleEntry, COOKIE_LENGTH, FromMember, FromRelay, Join, Listed, MemberPage,
    MemberRequest, MemberToken, NewsList, RefusalReason, RelayList, RoomNews, Rules, Welcome,
};
use crate::model::room_log::PageStart;
use crate::model::traffic::{ConnectionState, LocalIdentity};
use crate::model::{
    Address, ConversationId, LinkId, MessageCommand, MessageId, NetCommand, NetEvent, Now, OutgoingMessage,
    PeerCommand, WallTime,
};
use crate::wire::{Driver, Engine, Input, Output};

pub(super) const ROOM: ConversationId = ConversationId(7);
pub(super) const TOKEN: MemberToken = MemberToken(0x7070);
pub(super) const STREAM: u32 = 0x5757;
/// Our place in the room, and the newest entry when we came in.
pub(super) const INDEX: u32 = 3;
pub(super) const START: u64 = 10;
/// More outputs than one input may have.
const MAX_POLLS: usize = 2_000;

pub(super) struct Bench {
    client: Driver<Client>,
    pub(super) now: Now,
    pub(super) wake: Option<Instant>,
    pub(super) link: LinkId,
    /// What the client calls itself.
    pub(super) id: u64,
    nonce: u64,
    /// Messages that were answered for.
    pub(super) answered: u64,
}

pub(super) fn at(text: &str) -> SocketAddr {
    text.parse().expect(text)
}

pub(super) fn relay() -> SocketAddr {
    at("192.0.2.1:6000")
}

pub(super) fn address(text: &str) -> Address {
    Address::parse(text, &[SCHEME]).expect(text)
}

pub(super) fn introduce(name: &str) -> NetCommand {
    NetCommand::Introduce(LocalIdentity {
        name: name.to_owned(),
        visible: true.into(),
        greeting: String::new(),
        ..LocalIdentity::default()
    })
}

pub(super) fn follow(text: &str) -> NetCommand {
    NetCommand::Peer(ROOM, PeerCommand::Follow { address: address(text), rank: 0, session: None })
}

pub(super) fn encoded(frame: &FromRelay<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame.encode(&mut bytes);
    bytes
}

pub(super) fn bundle(seq: u64, entries: &[BundleEntry<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        entry.encode(&mut bytes);
    }
    encoded(&FromRelay::Bundle {
        stream: STREAM,
        seq,
        entries: BundleEntries::decode(&bytes).expect("entries"),
    })
}

/// A text of the member with this index.
pub(super) fn text(seq: u64, index: u32, number: u32, text: &str) -> Vec<u8> {
    bundle(seq, &[BundleEntry::Text { index, number, kept: None, text: text.as_bytes() }])
}

pub(super) fn refused(number: u32, why: RefusalReason) -> Vec<u8> {
    encoded(&FromRelay::Refused { to: TOKEN, number, why })
}

pub(super) fn members(lines: &[(u32, u64, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (index, id, name) in lines {
        Listed { index: *index, id: *id, here: true, name }.encode(&mut bytes);
    }
    let count = u32::try_from(lines.len()).expect("few");
    encoded(&FromRelay::Members { stream: STREAM, count, roster: MemberPage::decode(&bytes).expect("lines") })
}

pub(super) fn pong(seq: u64) -> Vec<u8> {
    pong_of(STREAM, seq, 2)
}

pub(super) fn pong_of(stream: u32, seq: u64, count: u32) -> Vec<u8> {
    let mut news = Vec::new();
    RoomNews { stream, seq, count }.encode(&mut news);
    encoded(&FromRelay::Pong { rooms: NewsList::decode(&news).expect("news") })
}

impl Bench {
    #[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
    pub(super) fn new() -> Self {
        let now = Now { mono: Instant::now(), wall: WallTime(0) };
        Self {
            client: Driver::new(1, Client::default()),
            now,
            wake: None,
            link: LinkId(0),
            id: 0,
            nonce: 0,
            answered: 0,
        }
    }

    pub(super) fn feed(&mut self, input: Input<'_>) -> Vec<Output> {
        self.client.handle(self.now, input);
        let mut outputs = Vec::new();
        loop {
            match self.client.poll(self.now) {
                Output::Wait(wake) => {
                    self.wake = wake;
                    return outputs;
                }
                output => outputs.push(output),
            }
            if let Some(Output::Event(NetEvent::Handed { .. } | NetEvent::Failed { .. })) = outputs.last() {
                self.answered += 1;
            }
            assert!(outputs.len() < MAX_POLLS, "it talks for ever");
        }
    }

    pub(super) fn order(&mut self, command: NetCommand) -> Vec<Output> {
        self.feed(Input::Command(command))
    }

    pub(super) fn say(&mut self, message: u64, text: &str) -> Vec<Output> {
        let (message, text) = (MessageId(message), text.to_owned());
        self.order(NetCommand::Message(
            ROOM,
            MessageCommand::Send(OutgoingMessage {
                files: std::sync::Arc::from([]),
                kind: crate::model::traffic::MessageKind::Text,
                ..OutgoingMessage::text(message, text)
            }),
        ))
    }

    pub(super) fn hear_from(&mut self, from: SocketAddr, bytes: &[u8]) -> Vec<Output> {
        let link = self.link;
        self.feed(Input::Datagram { link, from, to: None, bytes })
    }

    pub(super) fn hear(&mut self, bytes: &[u8]) -> Vec<Output> {
        self.hear_from(relay(), bytes)
    }

    /// Lets time pass, and wakes the client whenever it wants to be.
    pub(super) fn pass(&mut self, by: Duration) -> Vec<(Duration, Output)> {
        let start = self.now.mono;
        let end = start + by;
        let (mut seen, mut steps) = (Vec::new(), 0);
        while let Some(wake) = self.wake.filter(|wake| *wake <= end) {
            steps += 1;
            assert!(steps < MAX_POLLS, "time stands still");
            self.now = self.now.after(wake.saturating_duration_since(self.now.mono));
            let passed = self.now.mono - start;
            seen.extend(self.feed(Input::Tick).into_iter().map(|output| (passed, output)));
        }
        self.now = self.now.after(end - self.now.mono);
        seen
    }

    /// As `pass`, for those who do not care when.
    pub(super) fn wait(&mut self, millis: u64) -> Vec<Output> {
        self.pass(Duration::from_millis(millis)).into_iter().map(|(_, output)| output).collect()
    }

    /// Introduced and on the way to the relay: the first hello.
    pub(super) fn follow(&mut self, text: &str) -> Vec<Output> {
        assert_eq!(self.order(introduce("ada")), []);
        let opened = self.order(follow(text));
        let link = opened.iter().find_map(|output| match output {
            Output::Open { link, .. } => Some(*link),
            _ => None,
        });
        self.link = link.expect("a socket");
        self.feed(Input::LinkUp { link: self.link, address: at("[::]:50000"), only: None })
    }

    pub(super) fn challenge(&mut self, hello: &[Output]) -> Vec<u8> {
        let nonce = said(hello).iter().find_map(|frame| match frame {
            Said::Hello { nonce } => Some(*nonce),
            _ => None,
        });
        self.nonce = nonce.expect("a hello");
        encoded(&FromRelay::Challenge { nonce: self.nonce, cookie: [5; COOKIE_LENGTH] })
    }

    pub(super) fn welcome(&mut self, join: &[Output]) -> Vec<u8> {
        let id = said(join).iter().find_map(|frame| match frame {
            Said::Join { id, .. } => Some(*id),
            _ => None,
        });
        self.id = id.expect("a join");
        self.welcome_as(STREAM, START)
    }

    /// A welcome to the last join.
    pub(super) fn welcome_as(&self, stream: u32, seq: u64) -> Vec<u8> {
        self.welcome_with(stream, seq, &[])
    }

    /// The same, which names other relays.
    pub(super) fn welcome_with(&self, stream: u32, seq: u64, others: &[u8]) -> Vec<u8> {
        encoded(&FromRelay::Welcome(Welcome {
            log: None,
            nonce: self.nonce,
            token: TOKEN,
            id: self.id,
            index: INDEX,
            stream,
            seq,
            expiry: 60,
            rules: Rules::default(),
            is_operator: false,
            is_crowded: false,
            name: "ada",
            room: "lobby",
            others: RelayList::decode(others).expect("a list"),
        }))
    }

    pub(super) fn let_in(&mut self, hello: &[Output]) -> Vec<Output> {
        let challenge = self.challenge(hello);
        let join = self.hear(&challenge);
        let welcome = self.welcome(&join);
        self.hear(&welcome)
    }

    /// In the room, with ourselves and bob (index 1, id 11) there.
    pub(super) fn inside() -> Self {
        let mut bench = Self::new();
        let hello = bench.follow("relay://192.0.2.1");
        let entered = bench.let_in(&hello);
        assert_eq!(reaches(&entered), [ConnectionState::Up]);
        let id = bench.id;
        bench.hear(&members(&[(1, 11, "bob"), (INDEX, id, "ada")]));
        bench.hear(&members(&[]));
        bench
    }
}

/// A frame of a client, kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Hello { nonce: u64 },
    Join { id: u64, token: MemberToken, name: String, room: String },
    Say { number: u32, text: String },
    Ping,
    Missing { from: u64, count: u16 },
    Members { from: u32 },
    Read { start: PageStart, count: u16 },
    Nick { name: String },
    Leave,
}

/// The frames among these outputs.
pub(super) fn said(outputs: &[Output]) -> Vec<Said> {
    outputs.iter().filter_map(said_once).collect()
}

pub(super) fn said_once(output: &Output) -> Option<Said> {
    match output {
        Output::Datagram { bytes, .. } => Some(kept(bytes)),
        _ => None,
    }
}

fn kept(bytes: &[u8]) -> Said {
    match FromMember::decode(bytes).expect("a frame") {
        FromMember::Hello { nonce } => Said::Hello { nonce },
        FromMember::Join(Join { id, token, name, room, .. }) => {
            Said::Join { id, token, name: name.to_owned(), room: room.to_owned() }
        }
        FromMember::Request { request, .. } => kept_request(request),
    }
}

fn kept_request(request: MemberRequest<'_>) -> Said {
    match request {
        MemberRequest::Say { number, text, .. } => {
            Said::Say { number, text: String::from_utf8(text.to_vec()).expect("text") }
        }
        MemberRequest::Ping => Said::Ping,
        MemberRequest::Missing { from, count, .. } => Said::Missing { from, count },
        MemberRequest::Members { from } => Said::Members { from },
        MemberRequest::Read { start, count, .. } => Said::Read { start, count },
        MemberRequest::Nick { name } => Said::Nick { name: name.to_owned() },
        MemberRequest::Order { .. } => panic!("nobody is in charge"),
        MemberRequest::Leave => Said::Leave,
    }
}

pub(super) fn events(outputs: &[Output]) -> Vec<NetEvent> {
    let event = |output: &Output| match output {
        Output::Event(event) => Some(event.clone()),
        _ => None,
    };
    outputs.iter().filter_map(event).collect()
}

pub(super) fn reaches(outputs: &[Output]) -> Vec<ConnectionState> {
    let connection = |event: NetEvent| match event {
        NetEvent::Connection { connection, .. } => Some(connection),
        _ => None,
    };
    events(outputs).into_iter().filter_map(connection).collect()
}

/// What was received, as `sender: text`.
pub(super) fn heard(outputs: &[Output]) -> Vec<String> {
    let line = |event: NetEvent| match event {
        NetEvent::Received(received) => {
            Some(format!("{}: {}", received.sender.unwrap_or_default(), received.text))
        }
        _ => None,
    };
    events(outputs).into_iter().filter_map(line).collect()
}

pub(super) fn handed(outputs: &[Output]) -> Vec<u64> {
    let line = |event: NetEvent| match event {
        NetEvent::Handed { message, .. } => Some(message.0),
        _ => None,
    };
    events(outputs).into_iter().filter_map(line).collect()
}

/// Where datagrams go.
pub(super) fn destinations(outputs: &[Output]) -> Vec<SocketAddr> {
    let to = |output: &Output| match output {
        Output::Datagram { to, .. } => Some(*to),
        _ => None,
    };
    outputs.iter().filter_map(to).collect()
}
