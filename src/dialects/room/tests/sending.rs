//! What goes out for one message, and what is said of it.

use super::*;

/// Follows a room under the usual name of this file, greets it, and gives what one message causes.
fn message(lines: &[&str], room: &str) -> Vec<String> {
    let mut bench = Bench::new();
    bench.follow(HALL, room);
    bench.enter(HALL);
    bench.interfaces(lines);
    bench.enter(HALL);
    sent(&bench.send(HALL, 1, "x"))
}

#[test]
fn everybody_is_one_datagram_for_each_network() {
    for (lines, expected) in [
        (&[LO, ETH][..], &["x > 255.255.255.255:7788"][..]),
        (&[LO, ETH, WLAN], &["x > 255.255.255.255:7788", "x > 192.168.1.255:7788"]),
        (&[LO, WLAN], &["x > 192.168.1.255:7788"]),
        // The loopback interface only where there is nothing else.
        (&[LO], &["x > 127.255.255.255:7788"]),
        (&["lo* 1 127.0.0.1 127.255.255.255"], &["x > 127.255.255.255:7788"]),
        (&[LO, LO6, ETH6], &["x > 127.255.255.255:7788"]),
        // Two addresses of one network.
        (&[LO, WLAN, "wlan0 3 192.168.1.6 192.168.1.255"], &["x > 192.168.1.255:7788"]),
        // Two networks on one wire.
        (&[WLAN, "wlan0 3 10.1.0.6 10.1.255.255"], &["x > 10.1.255.255:7788", "x > 192.168.1.255:7788"]),
        // All on the wire hear 255.255.255.255, whatever their network is.
        (&[ETH, "eth0 2 10.1.0.6 10.1.255.255"], &["x > 255.255.255.255:7788"]),
        // Two interfaces on one network: the kernel would take the same one both times.
        (&[ETH, "eth1 4 10.0.0.6 10.0.0.255"], &["x > 255.255.255.255:7788"]),
        (&[WLAN, "eth1 4 192.168.1.6 192.168.1.255"], &["x > 192.168.1.255:7788"]),
        // A tunnel has no broadcast address, even if 255.255.255.255 would leave by it.
        (&[LO, "tun0* 5 10.8.0.2", WLAN], &["x > 192.168.1.255:7788"]),
    ] {
        assert_eq!(message(lines, "255.255.255.255"), expected, "{lines:?}");
    }
}

#[test]
fn everybody_on_one_interface_is_only_there() {
    assert_eq!(message(USUAL, "255.255.255.255?interface=wlan0"), ["x > 192.168.1.255:7788"]);
    assert_eq!(message(USUAL, "255.255.255.255?interface=lo"), ["x > 127.255.255.255:7788"]);
    assert_eq!(message(USUAL, "255.255.255.255?interface=eth7"), [""; 0]);
}

#[test]
fn a_directed_address_gets_one_datagram() {
    assert_eq!(message(USUAL, "10.0.0.255:9000"), ["x > 10.0.0.255:9000"]);
    assert_eq!(message(USUAL, "172.16.255.255"), ["x > 172.16.255.255:7788"]);
    assert_eq!(message(&[LO], "127.255.255.255"), ["x > 127.255.255.255:7788"]);
}

#[test]
fn a_group_gets_one_datagram_by_each_interface() {
    for (lines, room, expected) in [
        (USUAL, "239.1.1.1", &["x > 239.1.1.1:7788 via 2", "x > 239.1.1.1:7788 via 3"][..]),
        (USUAL, "[ff15::1]", &["x > [ff15::1]:7788 via 2", "x > [ff15::1]:7788 via 3"]),
        (USUAL, "[ff02::1]", &["x > [ff02::1%2]:7788 via 2", "x > [ff02::1%3]:7788 via 3"]),
        (USUAL, "239.1.1.1?interface=wlan0", &["x > 239.1.1.1:7788 via 3"]),
        (USUAL, "[ff02::1%wlan0]", &["x > [ff02::1%3]:7788 via 3"]),
        (USUAL, "[ff02::1%3]", &["x > [ff02::1%3]:7788 via 3"]),
        // The loopback interface only where it is named, or the only one.
        (USUAL, "239.1.1.1?interface=lo", &["x > 239.1.1.1:7788 via 1"]),
        (&[LO, ETH6], "239.1.1.1", &["x > 239.1.1.1:7788 via 1"]),
        (&[LO6, ETH], "[ff02::1]", &["x > [ff02::1%1]:7788 via 1"]),
        // Several addresses of one interface are one interface.
        (&[ETH, "eth0 2 10.1.0.6 10.1.255.255"], "239.1.1.1", &["x > 239.1.1.1:7788 via 2"]),
    ] {
        assert_eq!(message(lines, room), expected, "{room} {lines:?}");
    }
}

#[test]
fn without_an_interface_nothing_can_be_sent() {
    for room in ["255.255.255.255:7788", "10.0.0.255:7788", "239.1.1.1:7788"] {
        let mut bench = Bench::new();
        bench.follow(HALL, room);
        bench.interfaces(&[LO6, ETH6]);
        assert_eq!(events(bench.send(HALL, 1, "x")), [failed(1, no_network(room))], "{room}");
    }
    let mut bench = Bench::new();
    bench.follow(HALL, "[ff02::1]:7788");
    bench.interfaces(&[LO, ETH]);
    assert_eq!(events(bench.send(HALL, 1, "x")), [failed(1, no_network("[ff02::1]:7788"))]);
}

#[test]
fn a_message_is_handed_over_when_the_first_copy_is_taken() {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255");
    bench.send(HALL, 1, "x");
    assert_eq!(bench.handed(1, "255.255.255.255:7788", Err("ENETUNREACH")), []);
    let (message, to) = (MessageId(1), at("192.168.1.255:7788"));
    let handed = NetEvent::Handed { message, to, payload: b"x"[..].into() };
    assert_eq!(events(bench.handed(1, "192.168.1.255:7788", Ok(()))), [handed]);
    assert_eq!(bench.handed(1, "192.168.1.255:7788", Ok(())), [], "once");
}

#[test]
fn a_message_of_which_no_copy_is_taken_has_failed_with_the_first_reason() {
    let mut bench = Bench::new();
    bench.follow(HALL, "239.1.1.1");
    bench.send(HALL, 1, "x");
    assert_eq!(bench.handed(1, "239.1.1.1:7788", Err("EPERM")), []);
    let fault = Fault::Network { to: Some(at("239.1.1.1:7788")), code: "EPERM".into() };
    assert_eq!(events(bench.handed(1, "239.1.1.1:7788", Err("ENOBUFS"))), [failed(1, fault)]);
}

#[test]
fn what_cannot_be_sent_at_all_is_refused_and_causes_nothing() {
    let mut bench = Bench::new();
    assert_eq!(events(bench.send(HALL, 1, "x")), [failed(1, Fault::NoSuchPeer)]);
    bench.follow(HALL, "255.255.255.255?encoding=gbk");
    let fault = Fault::CannotEncode { character: '😀', encoding: "GBK".to_owned() };
    let outputs = bench.send(HALL, 2, "😀");
    assert_eq!(sent(&outputs), [""; 0], "no notice either");
    assert_eq!(events(outputs), [failed(2, fault)]);
    let fault = Fault::TooLarge { bytes: 65_508, limit: 65_507 };
    assert_eq!(events(bench.send(HALL, 3, &"x".repeat(65_508))), [failed(3, fault)]);
}

#[test]
fn an_address_that_is_no_room_is_not_followed() {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255");
    bench.follow(HALL, "everybody.lan:7788");
    assert_eq!(events(bench.send(HALL, 1, "x")), [failed(1, Fault::NoSuchPeer)]);
}

#[test]
fn messages_wait_for_their_socket_in_order_and_not_without_end() {
    let mut bench = Bench::new();
    bench.willing = false;
    let link = match bench.follow(HALL, "239.1.1.1").as_slice() {
        [Output::Open { link, .. }] => *link,
        other => panic!("{other:?}"),
    };
    let refused: Vec<NetEvent> =
        (0..66).flat_map(|id| events(bench.send(HALL, id, &id.to_string()))).collect();
    assert_eq!(refused, [failed(64, Fault::Busy), failed(65, Fault::Busy)]);
    assert_eq!(bench.send(HALL, 3, "again"), [], "that order waits already");
    let up = Input::LinkUp { link, address: at("239.1.1.1:7788"), only: None };
    let lines = sent(&bench.feed(up));
    let first = format!("{GREETING} > 239.1.1.1:7788 via 2");
    assert_eq!((lines.len(), &lines[0]), (2 + 2 * 64, &first));
    let texts: Vec<&str> = lines[2..].iter().step_by(2).filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(texts, (0..64).map(|id| id.to_string()).collect::<Vec<_>>());
}

#[test]
fn what_waits_in_a_room_fails_when_it_is_left() {
    let mut bench = Bench::new();
    bench.willing = false;
    bench.follow(HALL, "239.1.1.1");
    bench.send(HALL, 1, "x");
    assert_eq!(events(bench.forget(HALL)), [failed(1, Fault::NoSuchPeer)]);
    let mut bench = Bench::new();
    bench.follow(HALL, "239.1.1.1");
    bench.send(HALL, 1, "x");
    assert_eq!(
        events(bench.forget(HALL)),
        [failed(1, Fault::NoSuchPeer)],
        "the kernel will not answer for it"
    );
    bench.follow(HALL, "255.255.255.255");
    bench.send(HALL, 2, "x");
    assert_eq!(bench.forget(HALL), []);
    assert_eq!(events(bench.handed(2, "255.255.255.255:7788", Ok(()))).len(), 1, "here it will");
}

#[test]
fn more_than_the_kernel_can_owe_is_refused() {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255");
    let busy = |id: u64, outputs: Vec<Output>| events(outputs) == [failed(id, Fault::Busy)];
    let refused = (0..1_000).filter(|id| busy(*id, bench.send(HALL, *id, "x"))).count();
    assert_eq!(refused, 1_000 - 256);
    for to in ["255.255.255.255:7788", "192.168.1.255:7788"] {
        bench.handed(7, to, Ok(()));
    }
    assert_eq!(sent(&bench.send(HALL, 2_000, "x")).len(), 2);
}

#[test]
fn no_message_has_more_copies_than_people_have_networks() {
    let lines: Vec<String> =
        (0..200).map(|n| format!("br{n} {} 10.{n}.0.1 10.{n}.255.255", n + 10)).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(message(&lines, "255.255.255.255").len(), 64);
    assert_eq!(message(&lines, "239.1.1.1").len(), 64);
}
