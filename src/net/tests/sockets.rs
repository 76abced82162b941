//! Datagram sockets that engines ask for: broadcast, groups, and what each is told.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::probe::{Heard, Rig, close, confined, datagram, open, ticket};
use super::{FOUR, SIX, has, heard, loopback, peer, udp};
use crate::dialects::ListenMode;
use crate::model::traffic::LocalIdentity;
use crate::model::{LinkId, ListenSetting, NetCommand};
use crate::net::{MAX_COMMANDS, MAX_CORKED, NetOptions, ifaces};
use crate::wire::{Output, SocketSpec};

const BROADCAST: Ipv4Addr = Ipv4Addr::new(127, 255, 255, 255);

fn at(text: &str) -> SocketAddr {
    text.parse().expect("address")
}

const fn shared(at: SocketAddr) -> SocketSpec {
    SocketSpec { at, shared: true, broadcast: true, hops: 1 }
}

/// Any free port: a shared one may be given to two sockets (`SO_REUSEADDR` counts for the choice as well).
const fn alone(at: SocketAddr) -> SocketSpec {
    SocketSpec { shared: false, ..shared(at) }
}

/// The loopback interface's number.
fn lo() -> u32 {
    let all = ifaces::list();
    all.into_iter().find(|one| one.loopback).and_then(|one| one.index).expect("a loopback interface")
}

/// Two programs of one machine in one room.
async fn two_at(at: SocketAddr) -> (Rig, Rig, SocketAddr) {
    let (mut one, mut other) = (Rig::start(), Rig::start());
    let free = peer(&at.to_string()).local_addr().expect("bound");
    let own = one.open_socket(16, shared(free)).await;
    assert_eq!(other.open_socket(16, shared(own)).await.port(), own.port());
    (one, other, own)
}

#[tokio::test]
async fn a_broadcast_reaches_every_program_that_shares_the_port_and_says_where_it_went() {
    for any in ["0.0.0.0:0", "[::]:0"].into_iter().filter(|any| has(any)) {
        let (mut one, mut other, own) = two_at(at(any)).await;
        let everybody = SocketAddr::new(BROADCAST.into(), own.port());
        one.ask(datagram(16, everybody, None, b"hello"));
        let from = loopback(own.port());
        let to = cfg!(target_os = "linux").then_some(BROADCAST.into());
        let expected = Heard::Datagram { link: 16, from, to, bytes: b"hello".to_vec() };
        assert_eq!(one.next().await, Heard::Handed(0, Ok(())), "{any}");
        assert_eq!(one.next().await, expected, "{any}: what comes back is known by its source");
        assert_eq!(other.next().await, expected, "{any}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_datagram_for_one_says_so_over_ipv4_and_ipv6() {
    for (own, any) in [(FOUR, "[::]:0"), (FOUR, "0.0.0.0:0"), (SIX, "[::]:0")] {
        if !has(any) || !has(own) {
            continue;
        }
        let (mut rig, alex) = (Rig::start(), peer(own));
        let port = rig.open_socket(16, alone(at(any))).await.port();
        let host = alex.local_addr().expect("bound").ip();
        alex.send_to(b"hi", (host, port)).expect("sent");
        let from = alex.local_addr().expect("bound");
        let expected = Heard::Datagram { link: 16, from, to: Some(host), bytes: b"hi".to_vec() };
        assert_eq!(rig.next().await, expected, "{own} {any}");
    }
}

#[tokio::test]
async fn a_socket_that_may_not_broadcast_does_not() {
    let mut rig = Rig::start();
    let own = rig.open_socket(16, SocketSpec { broadcast: false, ..shared(at("0.0.0.0:0")) }).await;
    rig.ask(datagram(16, SocketAddr::new(BROADCAST.into(), own.port()), None, b"x"));
    assert!(matches!(rig.next().await, Heard::Handed(0, Err(_))));
}

/// On Linux a group can be kept to the loopback interface.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_group_is_heard_by_those_who_joined_it_and_by_no_others() {
    for (any, group) in [("0.0.0.0:0", "239.77.88.1"), ("[::]:0", "239.77.88.2"), ("[::]:0", "ff12::7788")] {
        let group: IpAddr = group.parse().expect("group");
        if !has(any) {
            continue;
        }
        let (mut one, mut other, own) = two_at(at(any)).await;
        let join = Output::Join { link: LinkId(16), group, interface: lo() };
        one.ask_of(0, [join.clone(), join]);
        let to = SocketAddr::new(group, own.port());
        other.ask(datagram(16, to, Some(lo()), b"members"));
        let handed = other.next().await;
        if group.is_ipv6() && handed == Heard::Handed(0, Err("ENETUNREACH".into())) {
            println!("skipped: there is no route for IPv6 groups by the loopback interface here");
            continue;
        }
        assert_eq!(handed, Heard::Handed(0, Ok(())), "{any} {group}");
        match one.next().await {
            Heard::Datagram { to: Some(told), bytes, .. } => {
                assert_eq!((told, bytes.as_slice()), (group, &b"members"[..]));
            }
            other => panic!("{other:?}"),
        }
        // In order: had the group reached the sender's own socket, it would have come before this.
        peer(FOUR).send_to(b"last", ("127.0.0.1", own.port())).expect("sent");
        assert!(matches!(other.next().await, Heard::Datagram { bytes, .. } if bytes == b"last"));
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn nothing_leaves_the_machine_by_the_loopback_interface() {
    let name = ifaces::list().into_iter().find(|one| one.loopback).map(|one| one.name);
    let options = NetOptions { interface: name, ..confined() };
    let mut rig = Rig::start_with(&[("probe", ListenMode::Nowhere)], false, options);
    let own = rig.open_socket(16, alone(at("0.0.0.0:0"))).await;
    let away = [("239.77.88.3", None), ("239.77.88.3", Some(lo() + 1)), ("255.255.255.255", None)];
    for (to, via) in away.into_iter().chain([("192.0.2.255", Some(lo())), ("10.255.255.255", None)]) {
        rig.ask(datagram(16, at(&format!("{to}:9")), via, b"x"));
        assert_eq!(rig.next().await, Heard::Handed(0, Err("ENETUNREACH".into())), "{to} {via:?}");
    }
    let near = [("127.255.255.255", None), ("127.0.0.1", None), ("239.77.88.3", Some(lo()))];
    rig.ask(Output::Join { link: LinkId(16), group: "239.77.88.3".parse().expect("group"), interface: lo() });
    for (to, via) in near {
        rig.ask(datagram(16, at(&format!("{to}:{}", own.port())), via, b"x"));
        assert_eq!(rig.next().await, Heard::Handed(0, Ok(())), "{to}");
        assert!(matches!(rig.next().await, Heard::Datagram { .. }), "{to}");
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_answered_with_the_reason() {
    let mut rig = Rig::start();
    let taken = peer(FOUR);
    let used = alone(taken.local_addr().expect("bound"));
    // Numbers below are the program's own, those above are of streams that others opened.
    let refused =
        [(16, used, "EADDRINUSE"), (1, alone(at(FOUR)), "EINVAL"), (1 << 31, alone(at(FOUR)), "EINVAL")];
    for (link, socket, code) in refused {
        rig.ask(Output::Open { link: LinkId(link), socket });
        assert_eq!(rig.next().await, Heard::LinkDown(link, Some(code.into())));
    }
}

#[tokio::test]
async fn a_socket_that_was_closed_hears_and_sends_nothing_and_its_number_is_free() {
    let (mut rig, alex) = (Rig::start(), peer(FOUR));
    let own = rig.open_socket(16, alone(at(FOUR))).await;
    rig.ask_of(0, [close(16), datagram(16, alex.local_addr().expect("bound"), None, b"x")]);
    assert_eq!(rig.next().await, Heard::Handed(0, Err("ENOTCONN".into())));
    alex.send_to(b"x", own).expect("sent");
    let again = rig.open_socket(16, alone(at(FOUR))).await;
    alex.send_to(b"y", again).expect("sent");
    assert!(matches!(rig.next().await, Heard::Datagram { bytes, .. } if bytes == b"y"));
}

#[tokio::test]
async fn many_sockets_have_their_turns_while_one_is_flooded() {
    let mut rig = Rig::start();
    let flooded = rig.open_socket(16, alone(at(FOUR))).await;
    let mut quiet = Vec::new();
    for link in 17..40 {
        quiet.push((link, rig.open_socket(link, alone(at(FOUR))).await));
    }
    let alex = peer(FOUR);
    for _ in 0..2_000 {
        alex.send_to(&[b'x'; 64], flooded).expect("sent");
    }
    for (_, to) in &quiet {
        alex.send_to(b"quiet", to).expect("sent");
    }
    let mut before = 0;
    while !quiet.is_empty() {
        match rig.next().await {
            Heard::Datagram { link: 16, .. } => before += 1,
            Heard::Datagram { link, .. } => quiet.retain(|(other, _)| *other != link),
            other => panic!("{other:?}"),
        }
    }
    assert!(before < 2_000, "{before} of the flood came first");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_datagram_leaves_from_the_address_that_was_named_and_from_another_where_that_is_none_of_ours() {
    let (mut rig, alex) = (Rig::start(), peer(FOUR));
    let to = alex.local_addr().expect("bound");
    for (link, any) in [(16, "0.0.0.0:0"), (17, "[::]:0")].into_iter().filter(|(_, any)| has(any)) {
        let own = rig.open_socket(link, alone(at(any))).await;
        for (named, left) in [
            ("127.0.0.5", "127.0.0.5"),
            ("192.0.2.55", "127.0.0.1"),
            ("127.255.255.255", "127.0.0.1"),
            ("239.7.8.8", "127.0.0.1"),
            ("2001:db8::1", "127.0.0.1"),
        ] {
            let from = named.parse().ok();
            let ticket = Some(ticket(0));
            let bytes = named.as_bytes().into();
            rig.ask(Output::Datagram { link: LinkId(link), to, from, via: None, bytes, ticket });
            assert_eq!(rig.next().await, Heard::Handed(0, Ok(())), "{any} {named}");
            let source = SocketAddr::new(left.parse().expect(left), own.port());
            assert_eq!(heard(&alex), (named.as_bytes().to_vec(), source), "{any}");
        }
    }
}

#[tokio::test]
async fn the_sockets_of_one_engine_are_nothing_to_another() {
    let none = ListenMode::Nowhere;
    let mut rig = Rig::start_with(&[("one", none), ("other", none)], false, confined());
    let mut places = Vec::new();
    for engine in 0..2 {
        rig.ask_of(engine, [Output::Open { link: LinkId(16), socket: alone(at(FOUR)) }]);
        let Heard::LinkUp(16, place) = rig.next_of(engine).await else { panic!("open") };
        places.push(place);
    }
    let alex = peer(FOUR);
    alex.send_to(b"other", places[1]).expect("sent");
    assert!(matches!(rig.next_of(1).await, Heard::Datagram { link: 16, bytes, .. } if bytes == b"other"));
    rig.ask_of(1, [datagram(16, alex.local_addr().expect("bound"), None, b"back")]);
    assert_eq!(rig.next_of(1).await, Heard::Handed(0, Ok(())));
    assert_eq!(heard(&alex), (b"back".to_vec(), places[1]));
    assert!(rig.hears_nothing());
}

#[tokio::test]
async fn each_dialect_listens_where_it_was_told_or_where_it_usually_does() {
    let usual = ListenSetting::At(at(FOUR));
    let kinds = [
        ("datagrams", ListenMode::Datagrams(usual)),
        ("streams", ListenMode::Streams(usual)),
        ("itself", ListenMode::Itself(usual)),
        ("nowhere", ListenMode::Nowhere),
        ("off", ListenMode::Itself(usual)),
    ];
    let listen = [("off", ListenSetting::Off)].into();
    let mut rig = Rig::start_with(&kinds, false, NetOptions { listen, ..confined() });
    for (engine, kind) in [(0, "datagrams"), (1, "streams")] {
        let Some(crate::model::NetEvent::Listening(listening)) = rig.handle.next().await else {
            panic!("{kind}")
        };
        assert_eq!((listening.scheme, listening.wanted), (kind, None));
        let Heard::LinkUp(0, place) = rig.next_of(engine).await else { panic!("{kind}") };
        assert_eq!(listening.address, Some(place));
    }
    let places: Vec<_> = rig.ears.iter().map(|ear| ear.setup.listen).collect();
    assert_eq!(places, [None, None, Some(at(FOUR)), None, None]);
    let mut seeds: Vec<_> = rig.ears.iter().map(|ear| ear.setup.seed).collect();
    let again = Rig::start();
    seeds.push(again.ears[0].setup.seed);
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), 6, "no two have the same chance, in this run or the next");
}

#[tokio::test]
async fn a_port_that_nobody_asked_for_is_no_reason_to_stop() {
    let taken = std::net::TcpListener::bind(FOUR).expect("bind");
    let address = taken.local_addr().expect("bound");
    let kinds = [("streams", ListenMode::Streams(ListenSetting::At(address)))];
    let mut rig = Rig::start_with(&kinds, false, confined());
    let Some(crate::model::NetEvent::Listening(listening)) = rig.handle.next().await else { panic!("told") };
    assert_eq!((listening.wanted, listening.code), (Some(address), Some("EADDRINUSE".into())));
    assert!(listening.address.is_some_and(|other| other != address));
    let mut listen = udp(ListenSetting::Off);
    listen.insert("streams", ListenSetting::At(address));
    let refused = open(&kinds, false, NetOptions { listen, ..confined() }).expect_err("taken");
    assert_eq!(refused, crate::net::OpenError::ListenTaken { scheme: "streams", address });
}

#[tokio::test]
async fn orders_that_are_held_leave_together_and_none_is_lost() {
    let mut handle = open(&[], false, confined()).expect("open").handle;
    let order = || NetCommand::Introduce(LocalIdentity::default());
    handle.cork();
    for _ in 1..MAX_CORKED {
        handle.order(order()).expect("room");
    }
    assert_eq!(handle.commands.capacity(), MAX_COMMANDS);
    handle.order(order()).expect("room");
    assert_eq!(handle.commands.capacity(), MAX_COMMANDS - MAX_CORKED, "those were many enough");
    let mut taken = MAX_CORKED;
    while handle.order(order()).is_ok() {
        taken += 1;
    }
    handle.uncork();
    assert_eq!((taken, handle.commands.capacity()), (MAX_COMMANDS, 0));
}
