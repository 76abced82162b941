//! The engine under a virtual clock: who a datagram belongs to, what is sent where, and what a name costs.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test names what it expects; all else fails it")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::codec::PlainUdp;
use super::{DIALECT, SCHEME, codec};
use crate::model::traffic::{ConnectionState, Received};
use crate::model::{
    Address, Caps, ConversationId, ErrorCode, Fault, LinkId, MessageCommand, MessageId, NetCommand, NetEvent,
    Now, OutgoingMessage, PeerCommand, Phrase, WallTime,
};
use crate::wire::delivery::MAX_WAITING;
use crate::wire::{Driver, Engine, Input, Output, TextProtocol, Ticket};

const MAIN: LinkId = LinkId(0);
const SIDE: LinkId = LinkId(1);
const ALEX: ConversationId = ConversationId(1);
const BOB: ConversationId = ConversationId(2);
const CAROL: ConversationId = ConversationId(3);

fn at(text: &str) -> SocketAddr {
    text.parse().expect(text)
}

fn address(text: &str) -> Address {
    Address::parse(text, &[SCHEME]).expect(text)
}

/// An engine with its socket up, a clock of its own, and short words for what goes in and out.
struct Bench {
    engine: Driver<TextProtocol<PlainUdp>>,
    now: Now,
}

impl Bench {
    #[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
    fn new() -> Self {
        let now = Now { mono: Instant::now(), wall: WallTime(0) };
        let mut bench = Self { engine: Driver::new(0, TextProtocol::default()), now };
        bench.up(MAIN, None);
        bench
    }

    fn up(&mut self, link: LinkId, only: Option<SocketAddr>) {
        assert_eq!(self.feed(Input::LinkUp { link, address: at("192.0.2.1:8081"), only }), []);
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

    fn later(&mut self, seconds: u64) -> Vec<Output> {
        self.now = self.now.after(Duration::from_secs(seconds));
        self.feed(Input::Tick)
    }

    fn follow(&mut self, conversation: ConversationId, text: &str, rank: u32) -> Vec<Output> {
        self.feed(Input::Command(NetCommand::Peer(
            conversation,
            PeerCommand::Follow { address: address(text), rank, session: None },
        )))
    }

    fn send(&mut self, conversation: ConversationId, message: u64, text: &str) -> Vec<Output> {
        let (message, text) = (MessageId(message), text.to_owned());
        self.feed(Input::Command(NetCommand::plain(conversation, message, text)))
    }

    fn handed(&mut self, message: u64, to: &str, result: Result<(), &str>) -> Vec<Output> {
        let ticket = Ticket { message: MessageId(message), to: at(to) };
        self.feed(Input::Handed { ticket, result: result.map_err(ErrorCode::from) })
    }

    /// A message that the kernel takes at `to`.
    fn sent(&mut self, conversation: ConversationId, message: u64, to: &str) {
        assert_eq!(destinations(&self.send(conversation, message, "x")), [at(to)]);
        assert_eq!(self.handed(message, to, Ok(())).len(), 1);
    }

    fn unreachable(&mut self, to: &str) -> Vec<Output> {
        self.feed(Input::Unreachable { link: MAIN, to: at(to) })
    }

    fn resolved(&mut self, conversation: ConversationId, host: &str, found: &[&str]) -> Vec<Output> {
        let addresses = found.iter().map(|text| at(text)).collect();
        self.feed(Input::Resolved { conversation, host: host.to_owned(), addresses })
    }

    fn hear(&mut self, from: &str, bytes: &[u8]) -> Received {
        match self.feed(Input::Datagram { link: MAIN, from: at(from), to: None, bytes }).as_slice() {
            [Output::Event(NetEvent::Received(received))] => received.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn whose(&mut self, from: &str) -> Option<ConversationId> {
        self.hear(from, b"x").conversation
    }

    fn is_nobody(&mut self, source: &str) -> bool {
        let source = at(source);
        let outputs = self.feed(Input::Datagram { link: MAIN, from: source, to: None, bytes: b"x" });
        outputs == [Output::Event(NetEvent::Nobody { source })]
    }
}

fn destinations(outputs: &[Output]) -> Vec<SocketAddr> {
    let to = |output: &Output| match output {
        Output::Datagram { to, .. } => Some(*to),
        _ => None,
    };
    outputs.iter().filter_map(to).collect()
}

fn failed(message: u64, fault: Fault) -> Output {
    Output::Event(NetEvent::Failed { message: MessageId(message), fault })
}

fn asks(outputs: &[Output], name: &str) -> bool {
    matches!(outputs, [Output::Resolve { host, .. }] if host == name)
}

#[test]
fn a_datagram_belongs_to_the_contact_at_its_address() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "192.0.2.7:5000", 0);
    bench.follow(BOB, "192.0.2.8:5000", 1);
    assert_eq!(bench.whose("192.0.2.8:5000"), Some(BOB));
    assert_eq!(bench.whose("192.0.2.9:5000"), None);
    bench.feed(Input::Command(NetCommand::Peer(BOB, PeerCommand::Forget)));
    assert_eq!(bench.whose("192.0.2.8:5000"), None);
    bench.follow(ALEX, "192.0.2.8:5000", 0);
    assert_eq!(bench.whose("192.0.2.8:5000"), Some(ALEX));
    assert_eq!(bench.whose("192.0.2.7:5000"), None);
}

#[test]
fn of_contacts_at_one_address_the_last_written_to_wins_else_the_first() {
    let mut bench = Bench::new();
    for (conversation, rank) in [(ALEX, 9), (BOB, 4), (CAROL, 5)] {
        bench.follow(conversation, "192.0.2.7:5000", rank);
    }
    assert_eq!(bench.whose("192.0.2.7:5000"), Some(BOB));
    bench.sent(ALEX, 1, "192.0.2.7:5000");
    bench.sent(CAROL, 2, "192.0.2.7:5000");
    assert_eq!(bench.whose("192.0.2.7:5000"), Some(CAROL));
    bench.sent(ALEX, 3, "192.0.2.7:5000");
    assert_eq!(bench.whose("192.0.2.7:5000"), Some(ALEX));
}

#[test]
fn what_was_said_from_another_port_stays_where_it_was_whomever_we_write_to_next() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "192.0.2.7:5000", 0);
    bench.follow(BOB, "192.0.2.7:5001", 1);
    assert_eq!(bench.whose("192.0.2.7:40009"), None, "one of two, and we wrote to neither");
    bench.sent(ALEX, 1, "192.0.2.7:5000");
    let received = bench.hear("192.0.2.7:40000", b"x");
    assert_eq!((received.conversation, received.source), (Some(ALEX), at("192.0.2.7:40000")));
    bench.sent(BOB, 2, "192.0.2.7:5001");
    assert_eq!(bench.whose("192.0.2.7:40000"), Some(ALEX), "it stays");
    assert_eq!(bench.whose("192.0.2.7:40001"), Some(BOB), "a new one is of whom we wrote to last");
    // Both listen where the contact says: answers go there.
    bench.sent(ALEX, 3, "192.0.2.7:5000");
    bench.sent(BOB, 4, "192.0.2.7:5001");
}

#[test]
fn a_socket_that_is_gone_has_nobody_to_answer_it() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "192.0.2.7:5000", 0);
    bench.follow(BOB, "192.0.2.7:5001", 1);
    bench.sent(BOB, 1, "192.0.2.7:5001");
    bench.feed(Input::LinkDown { link: MAIN, code: None });
    bench.up(SIDE, None);
    let from = at("192.0.2.7:40000");
    let heard = bench.feed(Input::Datagram { link: SIDE, from, to: None, bytes: b"x" });
    assert!(
        matches!(&heard[..], [Output::Event(NetEvent::Received(received))] if received.conversation.is_none())
    );
}

#[test]
fn services_and_groups_and_ourselves_are_nobody_to_talk_to() {
    let mut bench = Bench::new();
    let hosts = ["192.0.2.7", "255.255.255.255", "224.0.0.1", "127.0.0.1", "192.0.2.1"];
    for (conversation, host) in (0_u32..).zip(hosts) {
        let to = format!("{host}:5000");
        bench.follow(ConversationId(conversation), &to, 0);
        bench.sent(ConversationId(conversation), conversation.into(), &to);
    }
    for from in ["192.0.2.7:0", "192.0.2.7:7", "192.0.2.7:1023", "255.255.255.255:5001", "224.0.0.1:5001"] {
        assert!(bench.is_nobody(from), "{from}");
    }
    assert!(bench.is_nobody("192.0.2.1:8081"), "ourselves");
    assert!(bench.whose("192.0.2.7:1024").is_some());
    bench.follow(ALEX, "192.0.2.9:7", 0);
    assert_eq!(bench.whose("192.0.2.9:7"), Some(ALEX), "unless the user added exactly that");
}

#[test]
fn our_own_socket_is_recognised_and_nothing_that_we_sent_comes_back_as_an_answer() {
    let mut bench = Bench::new();
    let connection = |connection| Output::Event(NetEvent::Connection { conversation: ALEX, connection });
    let ours = || connection(ConnectionState::Down(Phrase::new("reach-ourselves").into()));
    assert_eq!(bench.follow(ALEX, "192.0.2.1:8081", 0), [ours()]);
    assert_eq!(bench.follow(ALEX, "192.0.2.1:8081", 3), [], "said once");
    assert_eq!(bench.send(ALEX, 1, "x"), [failed(1, Fault::Ourselves)]);
    assert!(bench.is_nobody("192.0.2.1:8081"));
    assert_eq!(
        bench.feed(Input::LinkDown { link: MAIN, code: None }),
        [connection(ConnectionState::Unknown)]
    );
    let up = Input::LinkUp { link: MAIN, address: at("[::]:8081"), only: None };
    assert_eq!(bench.feed(up), [], "not an address of this machine");
    bench.sent(ALEX, 2, "192.0.2.1:8081");
    bench.follow(BOB, "localhost:8081", 0);
    let found = bench.resolved(BOB, "localhost", &["127.0.0.1:0"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(bench.send(BOB, 3, "x"), [failed(3, Fault::Ourselves)]);
}

#[test]
fn who_speaks_from_another_port_is_answered_there_once_nobody_is_at_its_own() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "192.0.2.7:5000", 0);
    assert_eq!(bench.whose("192.0.2.7:40000"), Some(ALEX), "the only contact there");
    bench.sent(ALEX, 1, "192.0.2.7:5000");
    let gone = bench.unreachable("192.0.2.7:5000");
    let [Output::Event(NetEvent::Noticed { notice, .. }), again] = &gone[..] else { panic!("{gone:?}") };
    assert_eq!(notice.key, "notice-answers-elsewhere");
    assert_eq!(destinations(std::slice::from_ref(again)), [at("192.0.2.7:40000")], "what was lost, too");
    bench.handed(1, "192.0.2.7:40000", Ok(()));
    bench.sent(ALEX, 2, "192.0.2.7:40000");
    let hint = Output::Event(NetEvent::Unreachable { conversation: ALEX, to: at("192.0.2.7:40000") });
    let back = bench.unreachable("192.0.2.7:40000");
    assert_eq!(destinations(&back), [at("192.0.2.7:5000")], "2 was not there yet");
    assert!(!back.contains(&hint));
    bench.sent(ALEX, 3, "192.0.2.7:5000");
    assert_eq!(bench.whose("192.0.2.7:5000"), Some(ALEX));
    assert_eq!(bench.whose("192.0.2.7:40002"), None, "it speaks from its own address");
}

#[test]
fn nothing_that_arrives_is_answered() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "192.0.2.7:5000", 0);
    bench.sent(ALEX, 1, "192.0.2.7:5000");
    for bytes in [&b""[..], b"x", b"\xff\x00", &vec![b'x'; 65_507]] {
        for from in ["192.0.2.7:5000", "192.0.2.7:6000", "198.51.100.1:7", "255.255.255.255:5000"] {
            let outputs = bench.feed(Input::Datagram { link: MAIN, from: at(from), to: None, bytes });
            assert!(matches!(&outputs[..], [Output::Event(_)]), "{outputs:?}");
        }
    }
}

#[test]
fn the_encoding_of_the_contact_rules_both_ways() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "192.0.2.7:5000?encoding=gbk", 0);
    let received = bench.hear("192.0.2.7:5000", b"\xBA\xEE\xB8\xE7");
    assert_eq!((received.text.as_str(), received.lossy), ("侯哥", false));
    assert!(matches!(&bench.send(ALEX, 1, "侯哥")[..],
        [Output::Datagram { bytes, .. }] if **bytes == *b"\xBA\xEE\xB8\xE7"));
    let fault = Fault::CannotEncode { character: '😀', encoding: "GBK".to_owned() };
    assert_eq!(bench.send(ALEX, 2, "好😀"), [failed(2, fault)]);
    let stranger = bench.hear("192.0.2.8:5000", b"\xBA\xEE");
    assert_eq!((stranger.text.as_str(), stranger.lossy), ("\u{fffd}\u{fffd}", true));
    assert_eq!(&*stranger.payload, b"\xBA\xEE");
    bench.follow(ALEX, "192.0.2.7:5000?encoding=big5", 0);
    let (message, payload) = (MessageId(1), Arc::from(&b"\xA4\xA4"[..]));
    let again =
        bench.feed(Input::Command(NetCommand::Message(ALEX, MessageCommand::Redecode { message, payload })));
    assert_eq!(again, [Output::Event(NetEvent::Redecoded { message, text: "中".to_owned(), lossy: false })]);
}

#[test]
fn a_program_that_reads_lines_gets_line_ends() {
    let mut bench = Bench::new();
    let sent = |outputs: Vec<Output>| match &outputs[..] {
        [Output::Datagram { bytes, .. }, ..] => bytes.to_vec(),
        other => panic!("{other:?}"),
    };
    for (message, option, expected) in [
        (1, "", &b"x"[..]),
        (2, "?newline=lf", b"x\n"),
        (3, "?newline=crlf", b"x\r\n"),
        (4, "?newline=cr", b"x\r"),
        (5, "?newline=nul", b"x\0"),
        (6, "?newline=none", b"x"),
    ] {
        bench.follow(ALEX, &format!("192.0.2.7:5000{option}"), 0);
        assert_eq!(sent(bench.send(ALEX, message, "x")), expected, "{option}");
        assert_eq!(bench.hear("192.0.2.7:5000", expected).text, "x", "{option}");
    }
    bench.follow(ALEX, "192.0.2.7:5000?newline=lf", 0);
    assert_eq!(sent(bench.send(ALEX, 7, "x\n")), b"x\n", "it is there already");
    // Learned from what the peer sends, unless the address says otherwise.
    bench.follow(BOB, "192.0.2.8:5000", 0);
    for (message, heard, expected) in
        [(10, &b"hi\n"[..], &b"x\n"[..]), (11, b"hi\r\n", b"x\r\n"), (12, b"hi", b"x"), (13, b"\n", b"x\n")]
    {
        let received = bench.hear("192.0.2.8:5000", heard);
        assert_eq!((received.text.as_bytes(), &*received.payload), (heard, heard), "what came stays");
        assert_eq!(sent(bench.send(BOB, message, "x")), expected, "{heard:?}");
    }
    let most = "x".repeat(65_507);
    assert_eq!(sent(bench.send(BOB, 14, &most)).len(), 65_507, "nobody asked for the line end");
    bench.follow(BOB, "192.0.2.8:5000?newline=none", 0);
    assert_eq!(sent(bench.send(BOB, 15, "x")), b"x");
    bench.follow(BOB, "192.0.2.8:5000?newline=crlf", 0);
    let fault = Fault::TooLarge { bytes: 65_509, limit: 65_507 };
    assert_eq!(bench.send(BOB, 16, &most), [failed(16, fault.clone())]);
    assert_eq!(codec::check(&address("192.0.2.8:1?newline=crlf"), &most), Err(fault), "before it is sent");
    assert!((DIALECT.validate)(&address("192.0.2.8:1?newline=tab")).is_err());
}

#[test]
fn sizes_are_refused_before_sending_and_large_ones_are_told_once() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "192.0.2.7:5000", 0);
    for (text, limit) in
        [("192.0.2.7:1", 65_507), ("name:1", 65_507), ("[::1]:1", 65_527), ("[::ffff:1.2.3.4]:1", 65_507)]
    {
        assert_eq!(codec::check(&address(text), &"x".repeat(limit)), Ok(limit));
        let fault = Fault::TooLarge { bytes: limit + 1, limit };
        assert_eq!(codec::check(&address(text), &"x".repeat(limit + 1)), Err(fault));
    }
    let fault = Fault::TooLarge { bytes: 65_508, limit: 65_507 };
    assert_eq!(bench.send(ALEX, 1, &"x".repeat(65_508)), [failed(1, fault)]);
    assert_eq!(bench.send(ALEX, 2, &"x".repeat(1_024)).len(), 1);
    let told = bench.send(ALEX, 3, &"x".repeat(1_025));
    assert!(
        matches!(&told[1], Output::Event(NetEvent::Noticed { notice, .. }) if notice.key == "notice-large-datagram")
    );
    assert_eq!(bench.send(ALEX, 4, &"x".repeat(1_025)).len(), 1);
}

#[test]
fn every_order_to_send_is_answered_once() {
    let mut bench = Bench::new();
    assert_eq!(bench.send(ALEX, 1, "x"), [failed(1, Fault::NoSuchPeer)]);
    bench.follow(ALEX, "192.0.2.7:5000", 0);
    bench.sent(ALEX, 2, "192.0.2.7:5000");
    assert_eq!(bench.handed(2, "192.0.2.7:5000", Ok(())), []);
    bench.send(ALEX, 3, "x");
    let fault = Fault::Network { to: Some(at("192.0.2.7:5000")), code: "EPERM".into() };
    assert_eq!(bench.handed(3, "192.0.2.7:5000", Err("EPERM")), [failed(3, fault)]);
    bench.send(ALEX, 4, "x");
    assert_eq!(bench.feed(Input::LinkDown { link: MAIN, code: None }), [failed(4, Fault::NotListening)]);
    assert_eq!(bench.send(ALEX, 5, "x"), [failed(5, Fault::NotListening)]);
    bench.follow(BOB, "name:5000", 0);
    assert_eq!(bench.send(BOB, 6, "x"), [failed(6, Fault::NotListening)]);
}

#[test]
fn more_than_the_kernel_can_owe_is_refused() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "192.0.2.7:5000", 0);
    bench.follow(BOB, "192.0.2.8:5000", 1);
    let mut send = |id: u64| bench.send(if id.is_multiple_of(2) { ALEX } else { BOB }, id, "x");
    let refused = (0..1_000).filter(|id| send(*id) == [failed(*id, Fault::Busy)]).count();
    assert_eq!(refused, 1_000 - 256);
}

#[test]
fn a_link_for_one_peer_carries_nothing_else() {
    let mut bench = Bench::new();
    let echo = at("127.0.0.1:4000");
    bench.up(SIDE, Some(echo));
    bench.follow(ALEX, "127.0.0.1:4000", 0);
    assert_eq!(bench.whose("127.0.0.1:40000"), None, "not the one that has a link to itself");
    bench.follow(BOB, "127.0.0.1:4001", 0);
    assert_eq!(bench.whose("127.0.0.1:40000"), Some(BOB), "the only other one");
    assert!(matches!(bench.send(ALEX, 1, "x")[..], [Output::Datagram { link: SIDE, .. }]));
    assert!(matches!(bench.send(BOB, 2, "x")[..], [Output::Datagram { link: MAIN, .. }]));
    let forged = Input::Datagram { link: SIDE, from: at("127.0.0.1:4001"), to: None, bytes: b"x" };
    assert_eq!(bench.feed(forged), []);
    assert_eq!(bench.feed(Input::Datagram { link: SIDE, from: echo, to: None, bytes: b"x" }).len(), 1);
    bench.handed(2, "127.0.0.1:4001", Ok(()));
    bench.feed(Input::LinkDown { link: MAIN, code: None });
    assert_eq!(bench.send(BOB, 3, "x"), [failed(3, Fault::NotListening)]);
}

#[test]
fn a_name_is_looked_up_when_followed_and_its_owner_recognised() {
    let mut bench = Bench::new();
    assert!(asks(&bench.follow(ALEX, "alex.lan:5000", 0), "alex.lan"));
    assert_eq!(bench.resolved(ALEX, "alex.lan", &["192.0.2.7:0"]), []);
    assert_eq!(bench.whose("192.0.2.7:5000"), Some(ALEX));
    bench.sent(ALEX, 1, "192.0.2.7:5000");
    assert_eq!(bench.later(61), []);
    assert!(asks(&bench.send(ALEX, 2, "x"), "alex.lan"), "after a minute it may have moved");
    assert_eq!(bench.send(ALEX, 3, "y"), [], "in order behind the one that waits");
    let released = bench.resolved(ALEX, "alex.lan", &["192.0.2.8:0"]);
    assert_eq!(destinations(&released), [at("192.0.2.8:5000"); 2]);
}

#[test]
fn a_name_that_is_not_found_fails_what_waits_but_keeps_old_addresses() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "alex.lan:5000", 0);
    assert_eq!(bench.send(ALEX, 1, "x"), []);
    let fault = || Fault::NameNotFound { host: "alex.lan".to_owned() };
    assert_eq!(bench.resolved(ALEX, "alex.lan", &[]), [failed(1, fault())]);
    assert!(asks(&bench.send(ALEX, 2, "x"), "alex.lan"));
    assert_eq!(bench.later(9), []);
    assert_eq!(bench.later(1), [failed(2, fault())]);
    assert_eq!(bench.resolved(ALEX, "alex.lan", &["192.0.2.7:0"]), [], "too late");
    bench.send(ALEX, 3, "x");
    assert_eq!(destinations(&bench.resolved(ALEX, "alex.lan", &["192.0.2.7:0"])).len(), 1);
    bench.later(61);
    bench.send(ALEX, 4, "x");
    assert_eq!(destinations(&bench.later(10)), [at("192.0.2.7:5000")]);
}

#[test]
fn an_answer_for_an_address_the_peer_no_longer_has_is_stale() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "old.lan:5000", 0);
    bench.send(ALEX, 1, "x");
    assert!(asks(&bench.follow(ALEX, "new.lan:5000", 0), "new.lan"));
    assert_eq!(bench.resolved(ALEX, "old.lan", &["192.0.2.7:0"]), []);
    assert_eq!(destinations(&bench.resolved(ALEX, "new.lan", &["192.0.2.8:0"])), [at("192.0.2.8:5000")]);
    bench.follow(BOB, "old.lan:5000", 0);
    bench.send(BOB, 2, "x");
    assert_eq!(destinations(&bench.follow(BOB, "192.0.2.9:1", 0)), [at("192.0.2.9:1")]);
    bench.follow(CAROL, "old.lan:5000", 0);
    bench.send(CAROL, 3, "x");
    let gone = bench.feed(Input::Command(NetCommand::Peer(CAROL, PeerCommand::Forget)));
    assert_eq!(gone, [failed(3, Fault::NoSuchPeer)]);
    assert_eq!(bench.engine.poll(bench.now), Output::Wait(None));
}

#[test]
fn what_waits_for_a_name_is_bounded() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "alex.lan:5000", 0);
    let refused = (0..100).filter(|id| bench.send(ALEX, *id, "x") == [failed(*id, Fault::Busy)]).count();
    assert_eq!(refused, 100 - MAX_WAITING);
}

/// A peer with two addresses, to which messages 1 and 2 have just gone.
fn two_addresses() -> Bench {
    let mut bench = Bench::new();
    bench.follow(ALEX, "localhost:5000", 0);
    bench.resolved(ALEX, "localhost", &["[::1]:0", "127.0.0.1:0"]);
    bench.sent(ALEX, 1, "[::1]:5000");
    bench.sent(ALEX, 2, "[::1]:5000");
    bench
}

#[test]
fn when_nobody_listens_the_next_address_of_a_name_gets_what_was_lost() {
    let mut bench = two_addresses();
    let resent = bench.unreachable("[::1]:5000");
    assert_eq!(resent.len(), 2);
    assert_eq!(destinations(&resent), [at("127.0.0.1:5000"); 2]);
    assert_eq!(bench.unreachable("[::1]:5000"), [], "the answer to the second message");
    assert_eq!(bench.handed(1, "127.0.0.1:5000", Ok(())), [], "handed is said once");
    assert_eq!(bench.handed(2, "127.0.0.1:5000", Ok(())), []);
    bench.sent(ALEX, 3, "127.0.0.1:5000");
    assert_eq!(destinations(&bench.unreachable("127.0.0.1:5000")), [at("[::1]:5000")], "3 was not there yet");
    assert_eq!(bench.handed(3, "[::1]:5000", Ok(())), []);
    let hint = Output::Event(NetEvent::Unreachable { conversation: ALEX, to: at("[::1]:5000") });
    assert_eq!(bench.unreachable("[::1]:5000"), [hint], "nothing is left to try");
}

#[test]
fn what_the_peer_answered_or_what_is_old_is_not_sent_again() {
    let mut bench = two_addresses();
    assert_eq!(bench.whose("[::1]:5000"), Some(ALEX));
    let outputs = bench.unreachable("[::1]:5000");
    assert_eq!(destinations(&outputs), []);
    assert_eq!(outputs.len(), 1);
    let mut bench = two_addresses();
    bench.later(4);
    assert_eq!(destinations(&bench.unreachable("[::1]:5000")), []);
}

#[test]
fn the_address_a_datagram_came_from_is_preferred() {
    let mut bench = two_addresses();
    assert_eq!(bench.whose("127.0.0.1:5000"), Some(ALEX));
    bench.sent(ALEX, 3, "127.0.0.1:5000");
    bench.later(61);
    bench.send(ALEX, 4, "x");
    let released = bench.resolved(ALEX, "localhost", &["[::1]:0", "127.0.0.1:0"]);
    assert_eq!(destinations(&released), [at("127.0.0.1:5000")], "also after the next look-up");
}

#[test]
fn an_address_the_kernel_has_no_way_to_is_passed_over() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "alex.lan:5000", 0);
    bench.resolved(ALEX, "alex.lan", &["[2001:db8::7]:0", "192.0.2.7:0"]);
    bench.send(ALEX, 1, "x");
    let next = bench.handed(1, "[2001:db8::7]:5000", Err("ENETUNREACH"));
    assert_eq!(destinations(&next), [at("192.0.2.7:5000")]);
    let fault = Fault::Network { to: Some(at("192.0.2.7:5000")), code: "EACCES".into() };
    assert_eq!(bench.handed(1, "192.0.2.7:5000", Err("EACCES")), [failed(1, fault)]);
}

#[test]
fn nobody_there_is_a_hint_for_those_we_wrote_to() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "192.0.2.7:5000", 0);
    bench.follow(BOB, "192.0.2.7:5000", 0);
    assert_eq!(bench.unreachable("192.0.2.7:5000"), []);
    bench.sent(ALEX, 1, "192.0.2.7:5000");
    let hint = Output::Event(NetEvent::Unreachable { conversation: ALEX, to: at("192.0.2.7:5000") });
    assert_eq!(bench.unreachable("192.0.2.7:5000"), [hint]);
    assert_eq!(bench.unreachable("192.0.2.7:5001"), []);
}

#[test]
fn the_interface_of_a_link_local_peer_is_compared_where_both_name_one() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "[fe80::1%eth0]:5000", 0);
    assert_eq!(bench.resolved(ALEX, "fe80::1%eth0", &["[fe80::1%3]:0"]), []);
    assert_eq!(bench.whose("[fe80::1%3]:5000"), Some(ALEX));
    assert_eq!(bench.whose("[fe80::1%4]:5000"), None);
    bench.follow(BOB, "[fe80::2]:5000", 0);
    assert_eq!(bench.whose("[fe80::2%3]:5000"), Some(BOB));
    bench.sent(BOB, 1, "[fe80::2%3]:5000");
}

#[test]
fn the_dialect_says_what_a_plain_datagram_can() {
    assert_eq!((DIALECT.scheme.name, DIALECT.scheme.default_port), ("udp", 8_081));
    let caps = Caps { encodings: true, bytes: true, ..Caps::NONE };
    assert_eq!(DIALECT.scheme.caps, caps);
    assert_eq!((DIALECT.validate)(&address("h:1?encoding=gb2312")), Ok(()));
}

#[test]
fn what_is_said_leaves_from_the_address_that_the_peer_speaks_to() {
    let mut bench = Bench::new();
    let alex = "192.0.2.7:5000";
    let spoken = |bench: &mut Bench, to: &str| {
        let to = Some(at(&format!("{to}:1")).ip());
        bench.feed(Input::Datagram { link: MAIN, from: at(alex), to, bytes: b"x" });
    };
    let from = |outputs: &[Output]| match outputs {
        [Output::Datagram { from, .. }] => from.map(|from| from.to_string()),
        other => panic!("{other:?}"),
    };
    // It spoke before anybody followed it.
    spoken(&mut bench, "192.0.2.11");
    bench.follow(ALEX, alex, 0);
    assert_eq!(from(&bench.send(ALEX, 1, "x")).as_deref(), Some("192.0.2.11"));
    spoken(&mut bench, "192.0.2.1");
    assert_eq!(from(&bench.send(ALEX, 2, "x")).as_deref(), Some("192.0.2.1"));
    bench.feed(Input::Interfaces(&[]));
    assert_eq!(from(&bench.send(ALEX, 3, "x")), None, "that address is gone");
}

#[test]
fn bytes_go_out_as_they_are_and_no_longer_than_a_datagram() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "192.0.2.7:5000?encoding=gbk&newline=crlf", 0);
    let mut send = |id, bytes: &[u8]| {
        let base = OutgoingMessage::text(MessageId(id), "shown".to_owned());
        let message = OutgoingMessage { bytes: Some(bytes.into()), ..base };
        bench.feed(Input::Command(NetCommand::Message(ALEX, MessageCommand::Send(message))))
    };
    let outputs = send(1, b"\xff\0\n");
    assert!(
        matches!(&outputs[..], [Output::Datagram { bytes, .. }] if **bytes == *b"\xff\0\n"),
        "{outputs:?}"
    );
    let (bytes, limit) = (65_508, 65_507);
    assert_eq!(send(2, &vec![0; bytes]), [failed(2, Fault::TooLarge { bytes, limit })]);
}
