//! The engine under a virtual clock, with short words for what goes in and out.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "a test names what it expects; all else fails it"
)]

mod keeping;
mod laws;
mod limits;
mod reading;
mod routing;
mod sending;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::SCHEME;
use super::engine::PlainTcp;
use crate::model::traffic::{ConnectionState, Received};
use crate::model::{
    Address, ConversationId, ErrorCode, Fault, LinkId, MessageId, NetCommand, NetEvent, Now, PeerCommand,
    Phrase, WallTime,
};
use crate::wire::{Driver, Engine, Input, Output, StreamError, Ticket};

const ALEX: ConversationId = ConversationId(1);
const BOB: ConversationId = ConversationId(2);
const CAROL: ConversationId = ConversationId(3);

/// The first three numbers of our own streams.
const FIRST: LinkId = LinkId(16);
const SECOND: LinkId = LinkId(17);
const THIRD: LinkId = LinkId(18);

fn at(text: &str) -> SocketAddr {
    text.parse().expect(text)
}

fn address(text: &str) -> Address {
    Address::parse(&format!("tcp://{text}"), &[SCHEME]).expect(text)
}

/// The number of a stream that somebody else opened.
fn theirs(number: u32) -> LinkId {
    LinkId(LinkId::FIRST_ACCEPTED + number)
}

struct Bench {
    engine: Driver<PlainTcp>,
    now: Now,
}

impl Bench {
    #[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
    fn new() -> Self {
        let now = Now { mono: Instant::now(), wall: WallTime(0) };
        Self { engine: Driver::new(0, PlainTcp::default()), now }
    }

    /// An engine that follows Alex at 192.0.2.7:5000.
    fn with_alex() -> Self {
        let mut bench = Self::new();
        assert_eq!(bench.follow(ALEX, "192.0.2.7:5000"), []);
        bench
    }

    /// The same, with a stream to Alex that we opened.
    fn connected() -> Self {
        let mut bench = Self::with_alex();
        bench.send(ALEX, 1, "x");
        bench.up(FIRST, "192.0.2.7:5000");
        assert_eq!(handed_on(&bench.handed(1, "192.0.2.7:5000", Ok(()))), [1]);
        bench
    }

    fn feed(&mut self, input: Input<'_>) -> Vec<Output> {
        self.engine.handle(self.now, input);
        let mut outputs = Vec::new();
        loop {
            match self.engine.poll(self.now) {
                Output::Wait(_) => return outputs,
                output => outputs.push(output),
            }
        }
    }

    fn later(&mut self, millis: u64) -> Vec<Output> {
        self.now = self.now.after(Duration::from_millis(millis));
        self.feed(Input::Tick)
    }

    /// Whether it wants to be woken.
    fn waits_for_time(&mut self) -> bool {
        self.engine.poll(self.now) != Output::Wait(None)
    }

    fn follow(&mut self, conversation: ConversationId, text: &str) -> Vec<Output> {
        self.follow_ranked(conversation, text, 0)
    }

    fn follow_ranked(&mut self, conversation: ConversationId, text: &str, rank: u32) -> Vec<Output> {
        self.feed(Input::Command(NetCommand::Peer(
            conversation,
            PeerCommand::Follow { address: address(text), rank, session: None },
        )))
    }

    fn forget(&mut self, conversation: ConversationId) -> Vec<Output> {
        self.feed(Input::Command(NetCommand::Peer(conversation, PeerCommand::Forget)))
    }

    fn send(&mut self, conversation: ConversationId, message: u64, text: &str) -> Vec<Output> {
        let (message, text) = (MessageId(message), text.to_owned());
        self.feed(Input::Command(NetCommand::plain(conversation, message, text)))
    }

    fn enter(&mut self, conversation: ConversationId) -> Vec<Output> {
        self.feed(Input::Command(NetCommand::Peer(conversation, PeerCommand::Enter)))
    }

    fn handed(&mut self, message: u64, to: &str, result: Result<(), &str>) -> Vec<Output> {
        let ticket = Ticket { message: MessageId(message), to: at(to) };
        self.feed(Input::Handed { ticket, result: result.map_err(ErrorCode::from) })
    }

    fn resolved(&mut self, conversation: ConversationId, host: &str, found: &[&str]) -> Vec<Output> {
        let addresses = found.iter().map(|text| at(text)).collect();
        self.feed(Input::Resolved { conversation, host: host.to_owned(), addresses })
    }

    /// A stream we dialled is open.
    fn up(&mut self, link: LinkId, peer: &str) -> Vec<Output> {
        self.feed(Input::StreamUp { link, peer: at(peer), accepted: false })
    }

    /// Somebody opened a stream to us.
    fn accept(&mut self, number: u32, peer: &str) -> Vec<Output> {
        self.feed(Input::StreamUp { link: theirs(number), peer: at(peer), accepted: true })
    }

    fn down(&mut self, link: LinkId, code: Option<&str>) -> Vec<Output> {
        self.feed(Input::StreamDown { link, error: code.map(|code| StreamError::Peer(code.into())) })
    }

    fn data(&mut self, link: LinkId, bytes: &[u8]) -> Vec<Output> {
        self.feed(Input::StreamData { link, bytes })
    }

    /// Whose a message on this stream is.
    fn whose(&mut self, link: LinkId) -> Option<ConversationId> {
        match received(&self.data(link, b"x")).as_slice() {
            [received] => received.conversation,
            other => panic!("{other:?}"),
        }
    }

    /// The texts that a read brings.
    fn texts(&mut self, link: LinkId, bytes: &[u8]) -> Vec<String> {
        texts(&self.data(link, bytes))
    }
}

fn received(outputs: &[Output]) -> Vec<Received> {
    let message = |output: &Output| match output {
        Output::Event(NetEvent::Received(received)) => Some(received.clone()),
        _ => None,
    };
    outputs.iter().filter_map(message).collect()
}

fn texts(outputs: &[Output]) -> Vec<String> {
    received(outputs).into_iter().map(|received| received.text).collect()
}

fn dials(outputs: &[Output]) -> Vec<(LinkId, SocketAddr)> {
    let dial = |output: &Output| match output {
        Output::Dial { link, to, .. } => Some((*link, *to)),
        _ => None,
    };
    outputs.iter().filter_map(dial).collect()
}

/// What is written, and where.
fn writes(outputs: &[Output]) -> Vec<(LinkId, Vec<u8>)> {
    let write = |output: &Output| match output {
        Output::Write { link, bytes, ticket: Some(_) } => Some((*link, bytes.to_vec())),
        _ => None,
    };
    outputs.iter().filter_map(write).collect()
}

fn closes(outputs: &[Output]) -> Vec<LinkId> {
    let close = |output: &Output| match output {
        Output::Close { link } => Some(*link),
        _ => None,
    };
    outputs.iter().filter_map(close).collect()
}

fn handed_on(outputs: &[Output]) -> Vec<u64> {
    let message = |output: &Output| match output {
        Output::Event(NetEvent::Handed { message, .. }) => Some(message.0),
        _ => None,
    };
    outputs.iter().filter_map(message).collect()
}

fn failures(outputs: &[Output]) -> Vec<(u64, Fault)> {
    let failure = |output: &Output| match output {
        Output::Event(NetEvent::Failed { message, fault }) => Some((message.0, fault.clone())),
        _ => None,
    };
    outputs.iter().filter_map(failure).collect()
}

fn reaches(outputs: &[Output]) -> Vec<(ConversationId, ConnectionState)> {
    let connection = |output: &Output| match output {
        Output::Event(NetEvent::Connection { conversation, connection }) => {
            Some((*conversation, connection.clone()))
        }
        _ => None,
    };
    outputs.iter().filter_map(connection).collect()
}

fn refused(to: &str, code: &str) -> Fault {
    Fault::Network { to: Some(at(to)), code: code.into() }
}

fn offline() -> ConnectionState {
    ConnectionState::Down(Phrase::new("reach-closed").into())
}

fn broken(code: &str) -> ConnectionState {
    ConnectionState::Down(Phrase::new("reach-failed").text("code", code).into())
}
