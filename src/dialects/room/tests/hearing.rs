//! Whose room a datagram is in, what it says, and that it never causes one.

use super::*;
use crate::model::MessageCommand;
use crate::model::traffic::MessageKind;

const SOCKET: &str = "0.0.0.0:7788";
const GROUP: ConversationId = ConversationId(3);

#[test]
fn what_is_said_to_a_broadcast_address_belongs_to_its_room() {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255");
    bench.follow(LAB, "10.0.0.255");
    bench.follow(GROUP, "10.0.0.255:9000");
    for (to, room) in [
        (Some("255.255.255.255"), HALL),
        (Some("10.0.0.255"), LAB),
        // A udpqq says to a second network of its own what is meant for everybody.
        (Some("192.168.1.255"), HALL),
        // Said to us alone at the port of the room, and where the system does not tell.
        (Some("10.0.0.5"), HALL),
        (None, HALL),
    ] {
        let received = bench.hear_at(SOCKET, "10.0.0.9:7788", to, b"x");
        assert_eq!((received.conversation, received.place), (Some(room), None), "{to:?}");
    }
}

#[test]
fn the_only_room_of_a_port_gets_all_that_comes_there() {
    let mut bench = Bench::new();
    bench.follow(LAB, "10.0.0.255:9000");
    for to in [Some("10.0.0.255"), Some("255.255.255.255"), Some("10.0.0.5"), None] {
        let received = bench.hear_at("0.0.0.0:9000", "10.0.0.9:9000", to, b"x");
        assert_eq!(received.conversation, Some(LAB), "{to:?}");
    }
}

#[test]
fn what_cannot_be_told_apart_is_everybodys() {
    let mut bench = Bench::new();
    bench.follow(HALL, "10.0.0.255:9000");
    bench.follow(LAB, "192.168.1.255:9000");
    let received = bench.hear_at("0.0.0.0:9000", "10.0.0.9:9000", Some("255.255.255.255"), b"x");
    let place = Some(Box::new(address("255.255.255.255:9000")));
    assert_eq!((received.conversation, received.place), (None, place));
}

#[test]
fn a_room_that_nobody_follows_is_heard_as_a_strangers() {
    let mut bench = Bench::new();
    let stranger = |received: Received| (received.conversation, received.place, received.source);
    let place = || Some(Box::new(address("255.255.255.255:7788")));
    let heard = (None, place(), at("10.0.0.9:7788"));
    assert_eq!(stranger(bench.hear(b"x")), heard);
    bench.follow(LAB, "10.0.0.255");
    assert_eq!(stranger(bench.hear(b"x")), heard, "another room at that port changes nothing");
    bench.follow(HALL, "255.255.255.255");
    assert_eq!(bench.hear(b"x").conversation, Some(HALL));
    bench.forget(HALL);
    assert_eq!(stranger(bench.hear(b"x")), heard);
}

#[test]
fn of_two_names_for_a_room_the_last_written_to_wins_else_the_first() {
    let mut bench = Bench::new();
    bench.follow(LAB, "255.255.255.255?encoding=gbk");
    bench.follow(HALL, "255.255.255.255");
    assert_eq!(bench.hear(b"x").conversation, Some(HALL));
    bench.send(LAB, 1, "y");
    assert_eq!(bench.hear(b"x").conversation, Some(LAB));
}

#[test]
fn a_group_hears_its_own_and_nobody_else_does() {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255");
    bench.follow(GROUP, "239.1.1.1");
    let received = bench.hear_at("239.1.1.1:7788", "10.0.0.9:40000", None, b"x");
    assert_eq!(received.conversation, Some(GROUP));
    // The kernel gives it to every socket of that port.
    assert_eq!(bench.arrive(SOCKET, "10.0.0.9:40000", Some("239.1.1.1"), b"x"), []);
    assert_eq!(bench.arrive(SOCKET, "10.0.0.9:40000", Some("224.0.0.1"), b"x"), []);
}

#[test]
fn a_group_of_one_link_belongs_to_the_room_of_that_interface() {
    let mut bench = Bench::new();
    bench.follow(HALL, "[ff02::1%eth0]");
    bench.follow(LAB, "[ff02::1%3]");
    let eth = bench.hear_at("[ff02::1%2]:7788", "[fe80::9%2]:7788", None, b"x");
    let wlan = bench.hear_at("[ff02::1%3]:7788", "[fe80::9%3]:7788", None, b"x");
    assert_eq!((eth.conversation, wlan.conversation), (Some(HALL), Some(LAB)));
    assert_eq!(eth.source, at("[fe80::9%2]:7788"));
}

#[test]
fn sources_that_no_program_has_are_only_counted() {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255");
    for from in [
        "10.0.0.9:0",
        "255.255.255.255:7788",
        "10.0.0.255:7788",
        "192.168.1.255:9",
        "127.255.255.255:7788",
        "239.1.1.1:7788",
        "[ff02::1%2]:7788",
    ] {
        for bytes in [&b"x"[..], b""] {
            let outputs = bench.arrive(SOCKET, from, Some("255.255.255.255"), bytes);
            assert_eq!(outputs, [Output::Event(NetEvent::Nobody { source: at(from) })], "{from}");
        }
    }
}

#[test]
fn nothing_that_arrives_is_answered_or_passed_on() {
    let mut bench = Bench::new();
    bench.introduce(true);
    bench.follow(HALL, "255.255.255.255");
    bench.follow(GROUP, "239.1.1.1");
    for bytes in [&b""[..], b"x", GREETING.as_bytes(), b"\xff\x00", &vec![b'x'; 65_507]] {
        for from in
            ["10.0.0.9:7788", "10.0.0.9:7", "10.0.0.5:7788", "198.51.100.1:53", "255.255.255.255:7788"]
        {
            for socket in [SOCKET, "239.1.1.1:7788"] {
                let outputs = bench.arrive(socket, from, None, bytes);
                assert!(outputs.iter().all(|output| matches!(output, Output::Event(_))), "{outputs:?}");
            }
        }
    }
}

#[test]
fn an_empty_datagram_is_counted_and_not_shown() {
    let mut bench = Bench::new();
    let source = at("10.0.0.9:7788");
    let outputs = bench.arrive(SOCKET, "10.0.0.9:7788", None, b"");
    assert_eq!(events(outputs), [NetEvent::Empty { source }]);
}

#[test]
fn the_usual_notice_and_ours_are_told_from_what_somebody_writes() {
    let mut bench = Bench::new();
    let own = LocalIdentity {
        name: "x".to_owned(),
        visible: false.into(),
        greeting: "hello, all".to_owned(),
        ..LocalIdentity::default()
    };
    bench.order(NetCommand::Introduce(own));
    for (text, kind) in [
        ("***加入了聊天室", MessageKind::Joined),
        ("***加入了聊天室\n", MessageKind::Joined),
        ("***加入了聊天室\r\n", MessageKind::Joined),
        ("hello, all", MessageKind::Joined),
        ("hello, all\n", MessageKind::Joined),
        ("***加入了聊天室\n\n", MessageKind::Text),
        (" ***加入了聊天室", MessageKind::Text),
        ("侯哥***加入了聊天室", MessageKind::Text),
        ("hello, all!", MessageKind::Text),
        ("\n", MessageKind::Text),
    ] {
        let received = bench.hear(text.as_bytes());
        assert_eq!((received.kind, received.text.as_str()), (kind, text), "{text:?}");
    }
    let nothing = LocalIdentity {
        name: "x".to_owned(),
        visible: false.into(),
        greeting: String::new(),
        ..LocalIdentity::default()
    };
    bench.order(NetCommand::Introduce(nothing));
    assert_eq!(bench.hear(b"\n").kind, MessageKind::Text);
}

#[test]
fn the_encoding_of_the_room_rules_both_ways() {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255?encoding=gbk");
    let received = bench.hear(b"\xBA\xEE\xB8\xE7");
    assert_eq!((received.text.as_str(), received.lossy), ("侯哥", false));
    assert_eq!(&*received.payload, b"\xBA\xEE\xB8\xE7");
    let joined = bench.hear(b"***\xBC\xD3\xC8\xEB\xC1\xCB\xC1\xC4\xCC\xEC\xCA\xD2");
    assert_eq!(joined.kind, MessageKind::Joined);
    bench.follow(HALL, "255.255.255.255");
    let received = bench.hear(b"\xBA\xEE");
    assert_eq!((received.text.as_str(), received.lossy), ("\u{fffd}\u{fffd}", true));
    bench.follow(HALL, "255.255.255.255?encoding=big5");
    let (message, payload) = (MessageId(1), b"\xA4\xA4"[..].into());
    let again = bench.order(NetCommand::Message(HALL, MessageCommand::Redecode { message, payload }));
    assert_eq!(events(again), [NetEvent::Redecoded { message, text: "中".to_owned(), lossy: false }]);
}

#[test]
fn a_message_says_where_it_came_from_and_proves_nothing() {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255");
    let received = bench.hear("在吗".as_bytes());
    assert_eq!((received.source, received.scheme), (at("10.0.0.9:7788"), SCHEME));
    assert_eq!((received.sender, received.authenticated), (None, false));
}
