//! One battery for every dialect: whatever comes in, an engine neither panics nor talks for ever, and two of
//! a kind hear each other. Uses only the public contract, so a new dialect is tested by being in the list.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a failed expectation is the failure of the test"
)]

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use udpqq::dialects::{DIALECTS, Dialect, Setup};
use udpqq::model::traffic::Received;
use udpqq::model::{Address, ConversationId, LinkId, MessageId, NetCommand, NetEvent, Now, WallTime};
use udpqq::wire::{Engine, Input, Output, Ticket};

/// Polls one input may cost. What waits for a name is bounded, and everything else is less.
const MAX_POLLS: usize = 2_000;

#[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
fn origin() -> Now {
    Now { mono: Instant::now(), wall: WallTime(0) }
}

/// One input, then everything it causes, and when the engine wants to be woken.
fn drain(engine: &mut dyn Engine, now: Now, input: Input<'_>) -> (Vec<Output>, Option<Instant>) {
    engine.handle(now, input);
    let mut outputs = Vec::new();
    for _ in 0..MAX_POLLS {
        match engine.poll(now) {
            Output::Wait(deadline) => return (outputs, deadline),
            output => outputs.push(output),
        }
    }
    panic!("still not waiting after {MAX_POLLS} polls");
}

// --- Anything may come in. ---

/// An input without borrowed parts.
#[derive(Clone, Debug)]
enum Step {
    Up(LinkId, Option<SocketAddr>),
    Down(LinkId),
    Datagram(LinkId, SocketAddr, Vec<u8>),
    Handed(Ticket, Result<(), String>),
    Unreachable(LinkId, SocketAddr),
    Resolved(ConversationId, String, Vec<SocketAddr>),
    Command(NetCommand),
    Later(u64),
}

impl Step {
    fn input(&self) -> Input<'_> {
        match self {
            Self::Up(link, only) => {
                Input::LinkUp { link: *link, address: ([127, 0, 0, 1], 8_081).into(), only: *only }
            }
            Self::Down(link) => Input::LinkDown { link: *link, code: None },
            Self::Datagram(link, from, bytes) => {
                Input::Datagram { link: *link, from: *from, to: None, bytes }
            }
            Self::Handed(ticket, result) => Input::Handed { ticket: *ticket, result: result.clone() },
            Self::Unreachable(link, to) => Input::Unreachable { link: *link, to: *to },
            Self::Resolved(conversation, host, addresses) => Input::Resolved {
                conversation: *conversation,
                host: host.clone(),
                addresses: addresses.clone(),
            },
            Self::Command(command) => Input::Command(command.clone()),
            Self::Later(_) => Input::Tick,
        }
    }
}

/// Few addresses, names and ids, so that they meet.
fn socket() -> impl Strategy<Value = SocketAddr> {
    let hosts = ["127.0.0.1", "192.0.2.7", "255.255.255.255", "224.0.0.1", "0.0.0.0", "[::1]", "[fe80::1%3]"];
    (prop::sample::select(hosts.to_vec()), prop::sample::select(vec![0, 7, 5_000, 5_001, 65_535]))
        .prop_map(|(host, port): (&str, u16)| format!("{host}:{port}").parse().expect("a socket address"))
}

fn link() -> impl Strategy<Value = LinkId> {
    (0..3_u32).prop_map(LinkId)
}

fn conversation() -> impl Strategy<Value = ConversationId> {
    (0..4_u32).prop_map(ConversationId)
}

fn message() -> impl Strategy<Value = MessageId> {
    (0..6_u64).prop_map(MessageId)
}

fn address(dialect: &'static Dialect) -> impl Strategy<Value = Address> {
    let hosts = ["127.0.0.1", "192.0.2.7", "[::1]", "[::ffff:192.0.2.7]", "[fe80::1%eth0]", "a.lan", "b.lan"];
    let options = ["", "?encoding=gb18030", "?encoding=iso-2022-jp", "?encoding=klingon", "?x=y"];
    let ports = [5_000_u16, 5_001, 7];
    let choice = (
        prop::sample::select(hosts.to_vec()),
        prop::sample::select(ports.to_vec()),
        prop::sample::select(options.to_vec()),
    );
    choice.prop_map(|(host, port, options)| {
        let text = format!("{}://{host}:{port}{options}", dialect.scheme.name);
        Address::parse(&text, &[dialect.scheme]).expect("an address")
    })
}

fn command(dialect: &'static Dialect) -> impl Strategy<Value = NetCommand> {
    let bytes = prop::collection::vec(any::<u8>(), 0..64);
    prop_oneof![
        (conversation(), address(dialect), 0..3_u32)
            .prop_map(|(conversation, address, rank)| { NetCommand::Follow { conversation, address, rank } }),
        conversation().prop_map(|conversation| NetCommand::Forget { conversation }),
        (conversation(), message(), ".{0,40}").prop_map(|(conversation, message, text)| NetCommand::Send {
            conversation,
            message,
            text
        }),
        (conversation(), message(), bytes).prop_map(|(conversation, message, bytes)| {
            NetCommand::Redecode { conversation, message, payload: bytes.into() }
        }),
    ]
}

fn step(dialect: &'static Dialect) -> impl Strategy<Value = Step> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..256);
    let host = prop::sample::select(vec!["a.lan", "b.lan", "fe80::1%eth0", ""]);
    let found = prop::collection::vec(socket(), 0..12);
    let ticket = (message(), socket()).prop_map(|(message, to)| Ticket { message, to });
    let result = prop_oneof![Just(Ok(())), Just(Err("ENETUNREACH".to_owned()))];
    prop_oneof![
        1 => (link(), prop::option::of(socket())).prop_map(|(link, only)| Step::Up(link, only)),
        1 => link().prop_map(Step::Down),
        4 => (link(), socket(), bytes()).prop_map(|(link, from, bytes)| Step::Datagram(link, from, bytes)),
        2 => (ticket, result).prop_map(|(ticket, result)| Step::Handed(ticket, result)),
        2 => (link(), socket()).prop_map(|(link, to)| Step::Unreachable(link, to)),
        2 => (conversation(), host, found)
            .prop_map(|(conversation, host, found)| Step::Resolved(conversation, host.to_owned(), found)),
        6 => command(dialect).prop_map(Step::Command),
        1 => prop_oneof![0..100_u64, Just(315_360_000)].prop_map(Step::Later),
    ]
}

fn run(dialect: &Dialect, steps: &[Step]) -> Vec<Output> {
    let mut engine = (dialect.engine)(&Setup { seed: 7, listen: None });
    let mut now = origin();
    let mut all = Vec::new();
    for step in steps {
        if let Step::Later(seconds) = step {
            now = now.after(Duration::from_secs(*seconds));
        }
        let (outputs, deadline) = drain(engine.as_mut(), now, step.input());
        // A deadline that has passed already would make the caller spin after a tick.
        assert!(!matches!(step, Step::Later(_)) || deadline.is_none_or(|at| at > now.mono), "{dialect:?}");
        all.extend(outputs);
    }
    all
}

/// Messages are answered at most once for each order, and only those that were ordered.
fn check_answers(steps: &[Step], outputs: &[Output]) {
    let mut open: BTreeMap<MessageId, i32> = BTreeMap::new();
    for step in steps {
        if let Step::Command(NetCommand::Send { message, .. }) = step {
            *open.entry(*message).or_default() += 1;
        }
    }
    for output in outputs {
        if let Output::Event(NetEvent::Handed { message, .. } | NetEvent::Failed { message, .. }) = output {
            let left = open.entry(*message).or_default();
            *left -= 1;
            assert!(*left >= 0, "{message:?} was answered more often than ordered");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_an_engine_panic_or_talk_for_ever(
        (dialect, steps) in prop::sample::select(DIALECTS.iter().collect::<Vec<_>>())
            .prop_flat_map(|dialect| (Just(dialect), prop::collection::vec(step(dialect), 0..80)))
    ) {
        let outputs = run(dialect, &steps);
        check_answers(&steps, &outputs);
    }

    #[test]
    fn the_same_bytes_always_give_the_same_message(bytes in prop::collection::vec(any::<u8>(), 1..2_000)) {
        for dialect in DIALECTS {
            let steps = [
                Step::Up(LinkId(0), None),
                Step::Datagram(LinkId(0), ([192, 0, 2, 7], 5_000).into(), bytes.clone()),
            ];
            let (one, other) = (run(dialect, &steps), run(dialect, &steps));
            prop_assert_eq!(texts(&one), texts(&other));
        }
    }

    #[test]
    fn no_text_makes_the_check_panic_and_what_it_takes_is_sent(text in "\\PC{0,60}", number in 0..4_u8) {
        for dialect in DIALECTS {
            let option = ["", "?encoding=gbk", "?encoding=shift_jis", "?encoding=gb18030"][usize::from(number)];
            let address = format!("{}://192.0.2.7:5000{option}", dialect.scheme.name);
            let address = Address::parse(&address, &[dialect.scheme]).expect("an address");
            if (dialect.validate)(&address).is_ok() {
                let checked = (dialect.check)(&address, &text);
                let follow = NetCommand::Follow { conversation: ConversationId(1), address, rank: 0 };
                let (conversation, message) = (ConversationId(1), MessageId(1));
                let send = NetCommand::Send { conversation, message, text: text.clone() };
                let steps = [Step::Up(LinkId(0), None), Step::Command(follow), Step::Command(send)];
                let failed = |output: &Output| matches!(output, Output::Event(NetEvent::Failed { .. }));
                prop_assert_eq!(checked.is_err(), run(dialect, &steps).iter().any(failed));
            }
        }
    }
}

fn texts(outputs: &[Output]) -> Vec<(String, bool, Arc<[u8]>)> {
    let text = |output: &Output| match output {
        Output::Event(NetEvent::Received(received)) => {
            Some((received.text.clone(), received.lossy, Arc::clone(&received.payload)))
        }
        _ => None,
    };
    outputs.iter().filter_map(text).collect()
}

// --- Two of a kind. ---

/// Two engines and a network between them that loses nothing, under one virtual clock.
struct Pair {
    sides: Vec<Side>,
    now: Now,
}

struct Side {
    engine: Box<dyn Engine>,
    at: SocketAddr,
    deadline: Option<Instant>,
    inbox: VecDeque<Post>,
    events: Vec<NetEvent>,
}

enum Post {
    Datagram(SocketAddr, Arc<[u8]>),
    Handed(Ticket),
}

/// Rounds of the network until it must be quiet: handshakes and answers included.
const MAX_ROUNDS: usize = 200;

impl Pair {
    fn new(dialect: &Dialect) -> Self {
        let side = |seed: u8| Side {
            engine: (dialect.engine)(&Setup { seed: u64::from(seed), listen: None }),
            at: SocketAddr::from(([192, 0, 2, seed], dialect.scheme.default_port)),
            deadline: None,
            inbox: VecDeque::new(),
            events: Vec::new(),
        };
        let mut pair = Self { sides: vec![side(1), side(2)], now: origin() };
        for (index, other) in [(0, 1), (1, 0)] {
            let address = pair.sides[index].at;
            pair.step(index, Input::LinkUp { link: LinkId(0), address, only: None });
            let address = Address::from_socket(dialect.scheme, pair.sides[other].at);
            let follow = NetCommand::Follow { conversation: ConversationId(1), address, rank: 0 };
            pair.step(index, Input::Command(follow));
        }
        pair
    }

    fn step(&mut self, index: usize, input: Input<'_>) {
        let (outputs, deadline) = drain(self.sides[index].engine.as_mut(), self.now, input);
        self.sides[index].deadline = deadline;
        let from = self.sides[index].at;
        for output in outputs {
            match output {
                Output::Datagram { to, bytes, ticket, .. } => {
                    self.sides[index].inbox.extend(ticket.map(Post::Handed));
                    let there = self.sides.iter_mut().find(|side| side.at == to).expect("a known address");
                    there.inbox.push_back(Post::Datagram(from, bytes));
                }
                Output::Event(event) => self.sides[index].events.push(event),
                _ => panic!("both were given IP addresses"),
            }
        }
    }

    /// Carries everything to its end; time jumps to the next deadline when nothing is on its way.
    fn settle(&mut self) {
        for _ in 0..MAX_ROUNDS {
            let mut quiet = true;
            for index in 0..self.sides.len() {
                while let Some(post) = self.sides[index].inbox.pop_front() {
                    quiet = false;
                    self.deliver(index, post);
                }
            }
            if quiet && !self.advance() {
                return;
            }
        }
    }

    fn deliver(&mut self, index: usize, post: Post) {
        match post {
            Post::Datagram(from, bytes) => {
                self.step(index, Input::Datagram { link: LinkId(0), from, to: None, bytes: &bytes });
            }
            Post::Handed(ticket) => self.step(index, Input::Handed { ticket, result: Ok(()) }),
        }
    }

    fn advance(&mut self) -> bool {
        let Some(next) = self.sides.iter().filter_map(|side| side.deadline).min() else { return false };
        self.now = self.now.after(next.saturating_duration_since(self.now.mono));
        for index in 0..self.sides.len() {
            if self.sides[index].deadline.is_some_and(|at| at <= self.now.mono) {
                self.step(index, Input::Tick);
            }
        }
        true
    }

    fn heard(&self, index: usize) -> Vec<&Received> {
        let mut heard = Vec::new();
        for event in &self.sides[index].events {
            if let NetEvent::Received(received) = event {
                heard.push(received);
            }
        }
        heard
    }
}

#[test]
fn two_of_a_kind_hear_each_other() {
    for dialect in DIALECTS {
        let mut pair = Pair::new(dialect);
        for index in [0, 1] {
            for (message, text) in ["hello", "你好 😀", "two\nlines\0\u{1b}[2J"].iter().enumerate() {
                let message = MessageId(message as u64);
                let (conversation, text) = (ConversationId(1), (*text).to_owned());
                pair.step(index, Input::Command(NetCommand::Send { conversation, message, text }));
            }
        }
        pair.settle();
        for index in [0, 1] {
            let heard = pair.heard(index);
            let texts: Vec<&str> = heard.iter().map(|received| received.text.as_str()).collect();
            assert_eq!(texts, ["hello", "你好 😀", "two\nlines\0\u{1b}[2J"], "{}", dialect.scheme.name);
            for received in heard {
                assert_eq!(received.conversation, Some(ConversationId(1)));
                assert_eq!(received.source, pair.sides[1 - index].at);
                assert_eq!(received.scheme, dialect.scheme);
                assert_eq!(received.authenticated, dialect.scheme.caps.authenticated);
                assert!(!received.lossy);
            }
            let handed = |event: &&NetEvent| matches!(event, NetEvent::Handed { .. });
            assert_eq!(pair.sides[index].events.iter().filter(handed).count(), 3);
        }
    }
}

#[test]
fn schemes_are_told_apart_by_their_names() {
    let mut names: Vec<&str> = DIALECTS.iter().map(|dialect| dialect.scheme.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), DIALECTS.len());
}
