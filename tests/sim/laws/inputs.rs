//! Every kind of input, as chance has it: few addresses, names and ids, so that they meet.

use std::net::SocketAddr;

use proptest::prelude::*;
use udpqq::dialects::Dialect;
use udpqq::model::traffic::{LocalIdentity, MessageKind};
use udpqq::model::{
    Address, ConversationId, ErrorCode, FileCommand, LinkId, MessageCommand, MessageId, NetCommand,
    OutgoingMessage, PeerCommand, Trust, Uid,
};
use udpqq::wire::{Interface, Ticket};

use crate::sim::keys::key_pair;
use crate::sim::program::Host;

/// A choice among what there is when its turn comes: links the engine asked for, tickets it waits for.
pub(crate) type Pick = usize;

/// Which link is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    Number(u32),
    Asked(Pick),
}

/// An input without borrowed parts.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Up(Which, Option<SocketAddr>),
    Down(Which, Option<ErrorCode>),
    Datagram(Which, SocketAddr, Vec<u8>),
    StreamUp(Which, SocketAddr, bool),
    StreamData(Which, Vec<u8>),
    StreamDown(Which, Option<ErrorCode>),
    /// For a ticket that the engine waits for, or for one it never gave.
    Handed(Pick, Result<(), ErrorCode>),
    Stray(Ticket, Result<(), ErrorCode>),
    Unreachable(Which, SocketAddr),
    Resolved(ConversationId, String, Vec<SocketAddr>),
    Interfaces(Vec<Interface>),
    Command(NetCommand),
    Later(u64),
}

fn socket(dialect: Dialect) -> impl Strategy<Value = SocketAddr> {
    let hosts = [
        "127.0.0.1",
        "192.0.2.1",
        "192.0.2.7",
        "192.0.2.255",
        "255.255.255.255",
        "224.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[fe80::1%3]",
    ];
    let ports = vec![0, 7, 5_000, 5_001, 65_535, dialect.scheme.default_port];
    (prop::sample::select(hosts.to_vec()), prop::sample::select(ports))
        .prop_map(|(host, port): (&str, u16)| format!("{host}:{port}").parse().expect("a socket address"))
}

fn which() -> impl Strategy<Value = Which> {
    let accepted = LinkId::FIRST_ACCEPTED..LinkId::FIRST_ACCEPTED + 3;
    prop_oneof![
        2 => (0..3_u32).prop_map(Which::Number),
        1 => (LinkId::FIRST_OWN..LinkId::FIRST_OWN + 3).prop_map(Which::Number),
        2 => accepted.prop_map(Which::Number),
        4 => (0..8_usize).prop_map(Which::Asked),
    ]
}

fn conversation() -> impl Strategy<Value = ConversationId> {
    (0..4_u32).prop_map(ConversationId)
}

fn trust() -> impl Strategy<Value = Trust> {
    let claimed = key_pair(3).public();
    let decided = [
        Trust::Pinned,
        Trust::Requested,
        Trust::Blocked,
        Trust::Changed { claimed, compared: None, since: None, from: None },
    ];
    prop::sample::select(decided.to_vec())
}

fn message() -> impl Strategy<Value = MessageId> {
    (0..6_u64).prop_map(MessageId)
}

fn result() -> impl Strategy<Value = Result<(), ErrorCode>> {
    prop_oneof![3 => Just(Ok(())), 1 => Just(Err(ErrorCode::ENETUNREACH))]
}

fn code() -> impl Strategy<Value = Option<ErrorCode>> {
    prop_oneof![Just(None), Just(Some(ErrorCode::EADDRINUSE)), Just(Some(ErrorCode::ECONNRESET))]
}

fn address(dialect: Dialect) -> impl Strategy<Value = Address> {
    let hosts = [
        "127.0.0.1",
        "192.0.2.7",
        "255.255.255.255",
        "192.0.2.255",
        "239.1.1.1",
        "[ff02::1%3]",
        "[::1]",
        "[::ffff:192.0.2.7]",
        "[fe80::1%eth0]",
        "a.lan",
        "b.lan",
    ];
    let options = ["", "?encoding=gb18030", "?encoding=iso-2022-jp", "?encoding=klingon", "?x=y"];
    let rooms: &[&str] = if dialect.scheme.caps.rooms { &["", "/room", "/机房"] } else { &[""] };
    // Our own, of two others.
    let keys = if dialect.scheme.caps.keys { vec![1, 2, 3] } else { vec![0] };
    let choice = (
        prop::sample::select(keys),
        prop::sample::select(hosts.to_vec()),
        prop::sample::select(vec![5_000_u16, 5_001, 7, dialect.scheme.default_port]),
        prop::sample::select(rooms.to_vec()),
        prop::sample::select(options.to_vec()),
    );
    choice.prop_map(move |(key, host, port, room, options)| {
        let key = if key == 0 { String::new() } else { format!("{}@", key_pair(key).public()) };
        let text = format!("{}://{key}{host}:{port}{room}{options}", dialect.scheme.name);
        Address::parse(&text, &[dialect.scheme]).expect("an address")
    })
}

fn own() -> impl Strategy<Value = LocalIdentity> {
    ("\\PC{1,20}", any::<bool>(), "\\PC{0,20}").prop_map(|(name, visible, greeting)| LocalIdentity {
        name,
        visible: visible.into(),
        greeting,
        ..LocalIdentity::default()
    })
}

fn interfaces() -> impl Strategy<Value = Vec<Interface>> {
    let named = |name: &str, index: u32, address: &str, broadcast: Option<[u8; 4]>| Interface {
        name: name.to_owned(),
        index,
        address: address.parse().expect("an address"),
        prefix: if name == "ppp0" { 32 } else { 24 },
        broadcast: broadcast.map(Into::into),
        loopback: name == "lo",
        limited: name == "eth0" && broadcast.is_some(),
    };
    let mut all = vec![
        named("lo", 1, "127.0.0.1", Some([127, 255, 255, 255])),
        named("lo", 1, "::1", None),
        named("eth0", 9, "192.0.2.1", Some([192, 0, 2, 255])),
        named("wlan0", 3, "198.51.100.4", Some([198, 51, 100, 255])),
        named("ppp0", 4, "203.0.113.4", None),
    ];
    all.extend(Host::numbered(1).interfaces());
    let most = all.len();
    prop::sample::subsequence(all, 0..=most)
}

fn command(dialect: Dialect) -> impl Strategy<Value = NetCommand> {
    let bytes = prop::collection::vec(any::<u8>(), 0..64);
    prop_oneof![
        2 => own().prop_map(NetCommand::Introduce),
        1 => Just(NetCommand::Leave),
        4 => (conversation(), address(dialect), 0..3_u32)
            .prop_map(|(conversation, address, rank)| NetCommand::Peer(conversation, PeerCommand::Follow { address, rank, session: None })),
        1 => conversation().prop_map(|conversation| NetCommand::Peer(conversation, PeerCommand::Enter)),
        2 => conversation().prop_map(|conversation| NetCommand::Peer(conversation, PeerCommand::Forget)),
        2 => (conversation(), trust()).prop_map(|(conversation, trust)| NetCommand::Trust(conversation, trust)),
        1 => (conversation(), prop::option::of(any::<u128>())).prop_map(|(conversation, uid)| {
            let (source, payload) = (([192, 0, 2, 7], 5_000).into(), [].into());
            let uid = uid.map(|uid| Uid(uid.to_be_bytes()));
            NetCommand::Message(conversation, MessageCommand::Stored { source, payload, uid })
        }),
        4 => (conversation(), message(), ".{0,40}")
            .prop_map(|(conversation, message, text)| NetCommand::plain(conversation, message, text)),
        1 => (conversation(), message(), any::<u128>(), ".{0,40}").prop_map(|(conversation, id, about, text)| {
            let (about, kind) = (Some(Uid(about.to_be_bytes())), MessageKind::Edit);
            let change = OutgoingMessage { about, kind, ..OutgoingMessage::text(id, text) };
            NetCommand::Message(conversation, MessageCommand::Amend(change))
        }),
        1 => (conversation(), message(), bytes).prop_map(|(conversation, message, bytes)| {
            NetCommand::Message(conversation, MessageCommand::Redecode { message, payload: bytes.into() })
        }),
        2 => (conversation(), message(), office()).prop_map(|(conversation, message, bytes)| {
            NetCommand::Message(conversation, MessageCommand::Unseal { message, payload: bytes.into() })
        }),
        1 => (conversation(), message(), office()).prop_map(|(conversation, message, bytes)| {
            NetCommand::File(conversation, FileCommand::Decline { message, payload: bytes.into() })
        }),
        1 => (conversation(), message())
            .prop_map(|(conversation, message)| NetCommand::File(conversation, FileCommand::Withdraw { message })),
    ]
}

/// Numbers, a command and its flags between colons, as the messengers of offices have it.
fn office() -> impl Strategy<Value = Vec<u8>> {
    let kinds = [1_u32, 2, 3, 4, 32, 33, 48, 50, 64, 80, 97, 121, 209, 251, 252];
    let body = "[0-9a-z]{0,3}\0[0-9a-f:\x07]{0,30}";
    (0..40_u32, prop::sample::select(kinds.to_vec()), 0..0x1000_u32, body).prop_map(
        |(number, kind, flags, body)| format!("1:{number}:u:h:{}:{body}", kind | (flags << 8)).into_bytes(),
    )
}

/// Noise, or the beginning of something that a dialect of ours may take for its own.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let noise = || prop::collection::vec(any::<u8>(), 0..256);
    let frame = (any::<u8>(), noise()).prop_map(|(kind, rest)| {
        let kind = if kind.is_ascii_alphabetic() { kind } else { b'a' + kind % 26 };
        [&[0xFF, b'q', 1, kind], rest.as_slice()].concat()
    });
    prop_oneof![
        2 => noise(),
        1 => frame,
        2 => office(),
        1 => "\\PC{0,40}".prop_map(String::into_bytes),
    ]
}

fn step(dialect: Dialect) -> impl Strategy<Value = Step> {
    let host = prop::sample::select(vec!["a.lan", "b.lan", "fe80::1%eth0", "ff02::1%3", ""]);
    let found = prop::collection::vec(socket(dialect), 0..12);
    let ticket = (message(), socket(dialect)).prop_map(|(message, to)| Ticket { message, to });
    let from = || socket(dialect);
    prop_oneof![
        2 => (which(), prop::option::of(from())).prop_map(|(link, only)| Step::Up(link, only)),
        1 => (which(), code()).prop_map(|(link, code)| Step::Down(link, code)),
        4 => (which(), from(), bytes()).prop_map(|(link, from, bytes)| Step::Datagram(link, from, bytes)),
        2 => (which(), from(), any::<bool>()).prop_map(|(link, at, taken)| Step::StreamUp(link, at, taken)),
        3 => (which(), bytes()).prop_map(|(link, bytes)| Step::StreamData(link, bytes)),
        1 => (which(), code()).prop_map(|(link, code)| Step::StreamDown(link, code)),
        2 => (0..8_usize, result()).prop_map(|(pick, result)| Step::Handed(pick, result)),
        1 => (ticket, result()).prop_map(|(ticket, result)| Step::Stray(ticket, result)),
        2 => (which(), from()).prop_map(|(link, to)| Step::Unreachable(link, to)),
        2 => (conversation(), host, found)
            .prop_map(|(conversation, host, found)| Step::Resolved(conversation, host.to_owned(), found)),
        1 => interfaces().prop_map(Step::Interfaces),
        6 => command(dialect).prop_map(Step::Command),
        2 => prop_oneof![0..100_u64, Just(315_360_000)].prop_map(Step::Later),
    ]
}

pub(crate) fn steps(dialect: Dialect) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(dialect), 0..80)
}
