//! Plain UDP through the whole network side: IPv4 and IPv6.

use super::super::*;
use super::*;
use crate::model::traffic::Dropped;

#[tokio::test]
async fn a_message_goes_both_ways_over_ipv4_and_ipv6() {
    for at in [FOUR, SIX].into_iter().filter(|at| has(at)) {
        let (mut net, alex) = (Net::start(options(ANY)).await, peer(at));
        let address = alex.local_addr().expect("bound");
        net.follow(ALEX, &address.to_string());
        net.send(ALEX, 7, "你好, 😀");
        assert_eq!(net.handed(7).await, address);
        let (bytes, from) = heard(&alex);
        assert_eq!((bytes.as_slice(), from.port()), ("你好, 😀".as_bytes(), net.port));
        alex.send_to("再见".as_bytes(), from).expect("sent");
        let received = net.received().await;
        assert_eq!((received.conversation, received.source), (Some(ALEX), address));
        assert_eq!((received.text.as_str(), received.lossy), ("再见", false));
    }
}

#[tokio::test]
async fn a_stranger_has_no_conversation_and_sources_are_plain_ipv4() {
    let (mut net, stranger) = (Net::start(options(ANY)).await, peer(FOUR));
    stranger.send_to(b"hi\xff", ("127.0.0.1", net.port)).expect("sent");
    let received = net.received().await;
    assert_eq!((received.conversation, received.source), (None, stranger.local_addr().expect("bound")));
    assert_eq!((received.text.as_str(), received.lossy), ("hi\u{fffd}", true));
    assert_eq!(&*received.payload, b"hi\xff");
}

#[tokio::test]
async fn the_largest_datagram_goes_both_ways_whole() {
    for (at, limit) in [(FOUR, 65_507), (SIX, 65_527)].into_iter().filter(|(at, _)| has(at)) {
        let (mut net, alex) = (Net::start(options(ANY)).await, peer(at));
        net.follow(ALEX, &alex.local_addr().expect("bound").to_string());
        let text = "x".repeat(limit);
        net.send(ALEX, 1, &text);
        let mut events = [net.next().await, net.next().await];
        events.sort_by_key(|event| matches!(event, NetEvent::Noticed { .. }));
        assert!(matches!(events[0], NetEvent::Handed { .. }), "{events:?}");
        let (bytes, from) = heard(&alex);
        assert_eq!(bytes, text.as_bytes());
        alex.send_to(&bytes, from).expect("sent");
        assert_eq!(net.received().await.text, text);
        net.send(ALEX, 2, &"x".repeat(limit + 1));
        let fault = Fault::TooLarge { bytes: limit + 1, limit };
        assert_eq!(net.next().await, NetEvent::Failed { message: MessageId(2), fault });
    }
}

#[tokio::test]
async fn an_empty_datagram_is_only_counted() {
    let (mut net, alex) = (Net::start(options(FOUR)).await, peer(FOUR));
    alex.send_to(b"", ("127.0.0.1", net.port)).expect("sent");
    assert_eq!(net.next().await, NetEvent::Empty { source: alex.local_addr().expect("bound") });
    alex.send_to(b"x", ("127.0.0.1", net.port)).expect("sent");
    assert_eq!(net.received().await.text, "x");
}

/// A port that was free a moment ago.
fn closed_port(at: &str) -> SocketAddr {
    peer(at).local_addr().expect("bound")
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_closed_port_is_hinted_at_and_the_socket_lives_on() {
    let pairs = [(ANY, FOUR), (ANY, SIX), (FOUR, FOUR), (SIX, SIX)];
    for (listen, at) in pairs.into_iter().filter(|(_, at)| has(at)) {
        let (mut net, alex) = (Net::start(options(listen)).await, peer(at));
        let gone = closed_port(at);
        net.follow(ALEX, &gone.to_string());
        net.follow(ConversationId(2), &alex.local_addr().expect("bound").to_string());
        // Few: the kernel sends 50 ICMP answers at a burst for the whole machine (icmp_msgs_burst).
        for message in 0..3 {
            net.send(ALEX, message, "anybody?");
            assert_eq!(net.handed(message).await, gone);
            assert_eq!(net.unreachable().await, (ALEX, gone), "{listen} {at}");
        }
        net.send(ConversationId(2), 90, "still here");
        net.handed(90).await;
        let (bytes, from) = heard(&alex);
        assert_eq!(bytes, b"still here");
        alex.send_to(b"fine", from).expect("sent");
        assert_eq!(net.received().await.text, "fine");
    }
}

/// Orders that come while an ICMP error is pending must not fail because of it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_error_of_one_peer_never_fails_a_message_to_another() {
    let (mut net, alex) = (Net::start(options(ANY)).await, peer(FOUR));
    net.follow(ALEX, &alex.local_addr().expect("bound").to_string());
    net.follow(ConversationId(2), &closed_port(FOUR).to_string());
    for message in 0..200 {
        net.send(ConversationId(2), 1_000 + message, "lost");
        net.send(ALEX, message, "kept");
    }
    let mut handed = 0;
    while handed < 400 {
        match net.next().await {
            NetEvent::Handed { .. } => handed += 1,
            NetEvent::Unreachable { conversation, .. } => assert_eq!(conversation, ConversationId(2)),
            other => panic!("{other:?}"),
        }
    }
    for _ in 0..200 {
        assert_eq!(heard(&alex).0, b"kept");
    }
}

// The peer blocks its thread, and the network side still has to hear of ::1 meanwhile.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn localhost_reaches_a_script_that_is_bound_to_ipv4_alone() {
    let (mut net, alex) = (Net::start(options(ANY)).await, peer(FOUR));
    let port = alex.local_addr().expect("bound").port();
    net.follow(ALEX, &format!("localhost:{port}"));
    net.send(ALEX, 1, "first");
    net.handed(1).await;
    let (bytes, from) = heard(&alex);
    assert_eq!(bytes, b"first");
    alex.send_to(b"yes", from).expect("sent");
    assert_eq!(net.received().await.conversation, Some(ALEX));
    net.send(ALEX, 2, "second");
    assert_eq!(net.handed(2).await, SocketAddr::from(([127, 0, 0, 1], port)));
    assert_eq!(heard(&alex).0, b"second");
}

#[tokio::test]
async fn localhost_works_from_a_socket_of_either_family() {
    for at in [FOUR, SIX].into_iter().filter(|at| has(at)) {
        let (mut net, alex) = (Net::start(options(at)).await, peer(at));
        let address = alex.local_addr().expect("bound");
        net.follow(ALEX, &format!("localhost:{}", address.port()));
        net.send(ALEX, 1, "x");
        assert_eq!(net.handed(1).await, address);
        assert_eq!(heard(&alex).0, b"x");
    }
}

#[tokio::test]
async fn a_taken_port_is_an_error_or_replaced_by_a_free_one() {
    let taken = peer(FOUR);
    let address = taken.local_addr().expect("bound");
    let refused = open(options(&address.to_string())).expect_err("taken");
    assert_eq!(refused, OpenError::ListenTaken { scheme: "udp", address });
    let mut handle = open(NetOptions { fallback: true, ..options(&address.to_string()) }).expect("open");
    handle.begin();
    let Some(NetEvent::Listening(listening)) = handle.next().await else { panic!("listening comes first") };
    assert_eq!((listening.wanted, listening.scheme), (Some(address), "udp"));
    assert_eq!(listening.code.is_some(), listening.address.is_some());
    assert_ne!(listening.address, Some(address));
}

#[tokio::test]
async fn the_echo_peer_answers_even_while_listening_is_off() {
    let other = if has(SIX) { SIX } else { "127.0.0.2:0" };
    for listen in [udp(ListenSetting::Off), options(other).listen] {
        let off = listen == udp(ListenSetting::Off);
        let mut net = Net::start(NetOptions { listen, echo: true, ..options(FOUR) }).await;
        let NetEvent::EchoReady { address } = net.next().await else { panic!("the echo peer is announced") };
        net.follow(ALEX, &address.to_string());
        net.send(ALEX, 1, "回声");
        assert_eq!(net.handed(1).await.to_string(), address.authority());
        let received = net.received().await;
        assert_eq!((received.conversation, received.text.as_str()), (Some(ALEX), "回声"));
        if off {
            net.follow(ConversationId(2), "127.0.0.1:9");
            net.send(ConversationId(2), 2, "x");
            let failed = NetEvent::Failed { message: MessageId(2), fault: Fault::NotListening };
            assert_eq!(net.next().await, failed);
        }
    }
}

#[tokio::test]
async fn the_echo_peer_answers_nobody_else() {
    let mut net = Net::start(NetOptions { echo: true, ..options(FOUR) }).await;
    let NetEvent::EchoReady { address } = net.next().await else { panic!("the echo peer is announced") };
    let other = peer(FOUR);
    other.send_to(b"loop", address.authority()).expect("sent");
    net.follow(ALEX, &address.to_string());
    net.send(ALEX, 1, "x");
    net.handed(1).await;
    assert_eq!(net.received().await.text, "x");
    // The echo peer has handled both by now, in order.
    other.set_nonblocking(true).expect("set");
    assert!(other.recv_from(&mut [0; 8]).is_err());
}

#[tokio::test]
async fn a_burst_of_ten_thousand_is_received_whole() {
    const COUNT: usize = 10_000;
    let mut net = Net::start(options(FOUR)).await;
    let port = net.port;
    let sender = tokio::task::spawn_blocking(move || {
        let alex = peer(FOUR);
        for index in 0..COUNT {
            alex.send_to(format!("{index:064}").as_bytes(), ("127.0.0.1", port)).expect("sent");
        }
    });
    for index in 0..COUNT {
        assert_eq!(net.received().await.text, format!("{index:064}"));
    }
    sender.await.expect("sender");
}

#[tokio::test]
async fn our_own_message_goes_out_while_a_flood_waits_for_the_app() {
    let mut net = Net::start(options(FOUR)).await;
    let alex = peer(FOUR);
    for _ in 0..2 * MAX_EVENTS {
        alex.send_to(b"flood", ("127.0.0.1", net.port)).expect("sent");
    }
    let full = async {
        while net.handle.events.len() < MAX_EVENTS {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, full).await.expect("the queue fills");
    net.follow(ALEX, &alex.local_addr().expect("bound").to_string());
    net.send(ALEX, 1, "through");
    let (bytes, _from) = tokio::task::spawn_blocking(move || heard(&alex)).await.expect("in time");
    assert_eq!(bytes, b"through");
    assert_eq!(net.received().await.text, "flood", "nothing is lost meanwhile");
}

#[tokio::test]
async fn a_flood_that_the_app_does_not_take_loses_its_own() {
    /// More than waits anywhere.
    const ROUNDS: usize = 600;
    const EACH: usize = 32;
    let mut net = Net::start(options(FOUR)).await;
    let (alex, flood) = (peer(FOUR), peer("127.0.0.2:0"));
    net.follow(ALEX, &alex.local_addr().expect("bound").to_string());
    for round in 0..ROUNDS {
        for _ in 0..EACH {
            flood.send_to(b"flood", ("127.0.0.1", net.port)).expect("sent");
        }
        alex.send_to(round.to_string().as_bytes(), ("127.0.0.1", net.port)).expect("sent");
        for _ in 0..EACH {
            tokio::task::yield_now().await;
        }
    }
    let (mut heard, mut strange, mut dropped) = (0, 0, 0);
    while heard < ROUNDS || strange + dropped < ROUNDS * EACH {
        match net.next().await {
            NetEvent::Received(received) if received.conversation == Some(ALEX) => {
                assert_eq!(received.text, heard.to_string());
                heard += 1;
            }
            NetEvent::Received(_) => strange += 1,
            NetEvent::Dropped(more) => dropped += usize::try_from(more.count).expect("few"),
            other => panic!("{other:?}"),
        }
    }
    assert!(dropped > 0, "there was room for all");
}

#[tokio::test]
async fn the_loopback_interface_keeps_every_byte_here() {
    let Some(name) = ifaces::list().into_iter().find(|one| one.loopback).map(|one| one.name) else { return };
    let mut net = Net::start(NetOptions { interface: Some(name), ..options("0.0.0.0:0") }).await;
    let alex = peer(FOUR);
    net.follow(ALEX, &alex.local_addr().expect("bound").to_string());
    net.send(ALEX, 1, "near");
    net.handed(1).await;
    assert_eq!(heard(&alex).0, b"near");
    // TEST-NET-1 (RFC 5737) is routed nowhere, were it to leave.
    net.follow(ConversationId(2), "192.0.2.1:9");
    net.send(ConversationId(2), 2, "far");
    let to = "192.0.2.1:9".parse().ok();
    let fault = Fault::Network { to, code: "ENETUNREACH".into() };
    assert_eq!(net.next().await, NetEvent::Failed { message: MessageId(2), fault });
    net.follow(ConversationId(3), "example.invalid:9");
    net.send(ConversationId(3), 3, "far");
    let fault = Fault::NameNotFound { host: "example.invalid".to_owned() };
    assert_eq!(net.next().await, NetEvent::Failed { message: MessageId(3), fault });
}

#[tokio::test]
async fn an_unknown_interface_is_refused_with_those_there_are() {
    let options = NetOptions { interface: Some("no-such-if".to_owned()), ..options(FOUR) };
    let OpenError::UnknownInterface { name, known } = open(options).expect_err("unknown") else {
        panic!("another error")
    };
    assert_eq!((name.as_str(), known), ("no-such-if", interfaces()));
}

#[test]
fn addresses_are_judged_by_their_dialect() {
    assert_eq!(parse_address("127.0.0.1:1?encoding=gbk").map(|address| address.port), Ok(1));
    let refused = |options| parse_address(&format!("127.0.0.1:1?{options}"));
    assert_eq!(refused("encoding=klingon"), Err(AddressError::Encoding("klingon".to_owned())));
    assert_eq!(refused("framing=line"), Err(AddressError::Option("framing=line".to_owned())));
    let gbk = parse_address("127.0.0.1:1?encoding=gbk").expect("address");
    assert_eq!(check(&gbk, "侯哥"), Ok(4));
    let fault = Fault::CannotEncode { character: '😀', encoding: "GBK".to_owned() };
    assert_eq!(check(&gbk, "侯😀"), Err(fault));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_is_said_to_a_peer_leaves_from_the_address_that_it_speaks_to() {
    for listen in ["0.0.0.0:0", ANY] {
        let mut net = Net::start(options(listen)).await;
        let alex = peer(FOUR);
        // It hears nobody else from now on, as behind a firewall.
        alex.connect(SocketAddr::from(([127, 0, 0, 5], net.port))).expect("connected");
        alex.send(b"hello").expect("sent");
        let source = net.received().await.source;
        net.follow(ALEX, &source.to_string());
        net.send(ALEX, 1, "hello back");
        assert_eq!(net.handed(1).await, source);
        assert_eq!(heard(&alex).0, b"hello back", "{listen}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn datagrams_that_the_kernel_had_no_room_for_are_counted() {
    const SENT: usize = 400;
    let mut net = Net::start(options(FOUR)).await;
    let alex = peer(FOUR);
    // The task that takes them has no turn meanwhile, and 24 MB are more than any buffer holds.
    for _ in 0..SENT {
        alex.send_to(&vec![b'x'; 60_000], loopback(net.port)).expect("sent");
    }
    let (mut taken, mut lost) = (1, 0);
    net.received().await;
    // The kernel tells of it with the next datagram that it has room for.
    alex.send_to(b"after", loopback(net.port)).expect("sent");
    while taken + lost < SENT + 1 {
        match net.next().await {
            NetEvent::Received(_) => taken += 1,
            NetEvent::Dropped(Dropped { scheme: "udp", address, count }) => {
                assert_eq!(address, loopback(net.port));
                lost += usize::try_from(count).expect("few");
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(lost > 0, "{taken} were taken");
}

#[tokio::test]
async fn what_listens_moves_and_stays_where_the_new_place_cannot_be_had() {
    let (mut net, other) = (Net::start(options(FOUR)).await, peer(FOUR));
    let (here, taken) = (loopback(net.port), other.local_addr().expect("bound"));
    let listen = |at| NetCommand::Listen { scheme: "udp", at };
    let listening = |event| match event {
        NetEvent::Listening(listening) => listening,
        other => panic!("{other:?}"),
    };
    net.order(listen(Some(taken)));
    let refused = listening(net.next().await);
    assert_eq!((refused.address, refused.wanted), (Some(here), Some(taken)));
    assert_eq!(refused.code, Some("EADDRINUSE".into()));
    other.send_to(b"still there", here).expect("sent");
    assert_eq!(net.received().await.text, "still there");

    net.order(listen(Some(loopback(0))));
    let moved = listening(net.next().await).address.expect("a place");
    assert_ne!(moved, here);
    other.send_to(b"moved", moved).expect("sent");
    assert_eq!(net.received().await.text, "moved");
    let _theirs = UdpSocket::bind(here).expect("the old port is free");

    net.order(listen(None));
    assert_eq!(listening(net.next().await).address, None);
    net.follow(ALEX, &taken.to_string());
    net.send(ALEX, 1, "x");
    let fault = Fault::NotListening;
    assert_eq!(net.next().await, NetEvent::Failed { message: MessageId(1), fault });
    net.order(listen(Some(moved)));
    assert_eq!(listening(net.next().await).address, Some(moved));
    net.send(ALEX, 2, "back");
    net.handed(2).await;
    assert_eq!(heard(&other), (b"back".to_vec(), moved));
}
