//! Whose a stream is, and what the app is told of who is there.

use super::*;
use crate::model::traffic::FIRST_STRANGER;

#[test]
fn a_stream_from_the_very_address_of_a_peer_is_its_own() {
    let mut bench = Bench::with_alex();
    bench.follow(BOB, "192.0.2.7:5001");
    bench.follow(CAROL, "[2001:db8::7]:5000");
    assert_eq!(reaches(&bench.accept(0, "192.0.2.7:5001")), [(BOB, ConnectionState::Up)]);
    bench.accept(1, "192.0.2.7:5000");
    bench.accept(2, "[2001:db8::7]:5000");
    assert_eq!(bench.whose(theirs(0)), Some(BOB));
    assert_eq!(bench.whose(theirs(1)), Some(ALEX));
    assert_eq!(bench.whose(theirs(2)), Some(CAROL));
}

#[test]
fn an_address_that_was_looked_up_counts_as_one_that_was_written() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "alex.lan:5000");
    bench.resolved(ALEX, "alex.lan", &["[::ffff:192.0.2.7]:0", "[2001:db8::7]:0"]);
    for (number, from) in [(0, "192.0.2.7:5000"), (1, "[::ffff:192.0.2.7]:5000"), (2, "[2001:db8::7]:5000")] {
        bench.accept(number, from);
        assert_eq!(bench.whose(theirs(number)), Some(ALEX), "{from}");
    }
}

#[test]
fn of_peers_at_one_address_the_last_written_to_has_it_else_the_first() {
    let mut bench = Bench::new();
    bench.follow_ranked(ALEX, "192.0.2.7:5000", 9);
    bench.follow_ranked(BOB, "192.0.2.7:5000", 4);
    bench.accept(0, "192.0.2.7:5000");
    assert_eq!(bench.whose(theirs(0)), Some(BOB));
    bench.down(theirs(0), None);
    bench.send(ALEX, 1, "x");
    bench.up(FIRST, "192.0.2.7:5000");
    bench.accept(1, "192.0.2.7:5000");
    assert_eq!(bench.whose(theirs(1)), Some(ALEX));
}

#[test]
fn another_port_of_a_host_is_the_peer_we_wrote_to_last_else_the_only_one_there() {
    let mut bench = Bench::with_alex();
    bench.accept(0, "192.0.2.7:40000");
    assert_eq!(bench.whose(theirs(0)), Some(ALEX), "the only one");
    bench.follow(BOB, "192.0.2.7:5001");
    bench.accept(1, "192.0.2.7:40001");
    assert_eq!(bench.whose(theirs(1)), None, "one of two");
    for (message, peer, port) in [(1, ALEX, 40_002), (2, BOB, 40_003), (3, ALEX, 40_004)] {
        let sent = bench.send(peer, message, "x");
        if let [(link, to)] = dials(&sent)[..] {
            bench.up(link, &to.to_string());
        }
        bench.accept(port, &format!("192.0.2.7:{port}"));
        assert_eq!(bench.whose(theirs(port)), Some(peer));
    }
    bench.accept(2, "192.0.2.8:40000");
    assert_eq!(bench.whose(theirs(2)), None, "another host");
}

#[test]
fn what_a_stranger_writes_names_its_address_and_is_its_conversation_once_there_is_one() {
    let mut bench = Bench::new();
    assert_eq!(bench.accept(0, "192.0.2.7:40000"), []);
    let first = received(&bench.data(theirs(0), b"hello"));
    assert_eq!((first.len(), first[0].conversation, first[0].source), (1, None, at("192.0.2.7:40000")));
    assert_eq!((first[0].scheme, first[0].authenticated), (SCHEME, false));
    assert_eq!(bench.whose(theirs(0)), None, "before the app has answered");
    assert_eq!(bench.follow(ALEX, "192.0.2.7:40000"), [connection(ALEX, ConnectionState::Up)]);
    assert_eq!(bench.whose(theirs(0)), Some(ALEX));
    assert_eq!(writes(&bench.send(ALEX, 1, "hi")), [(theirs(0), b"hi".to_vec())]);
    assert_eq!(bench.down(theirs(0), None).len(), 2, "the message fails, and it is offline");
    assert_eq!(dials(&bench.send(ALEX, 2, "x")), [(FIRST, at("192.0.2.7:40000"))]);
    let gone = bench.down(FIRST, Some("ECONNREFUSED"));
    assert_eq!(failures(&gone), [(2, refused("192.0.2.7:40000", "ECONNREFUSED"))]);
}

#[test]
fn a_name_that_turns_out_to_be_a_strangers_address_takes_its_stream() {
    let mut bench = Bench::new();
    bench.accept(0, "192.0.2.7:5000");
    bench.follow(ALEX, "alex.lan:5000");
    assert_eq!(bench.whose(theirs(0)), None);
    assert_eq!(bench.resolved(ALEX, "alex.lan", &["192.0.2.7:0"]), [connection(ALEX, ConnectionState::Up)]);
    assert_eq!(bench.whose(theirs(0)), Some(ALEX));
}

#[test]
fn who_is_followed_under_exactly_its_address_takes_it_from_who_had_it_for_the_host() {
    let mut bench = Bench::with_alex();
    assert_eq!(bench.accept(0, "192.0.2.7:40000"), [connection(ALEX, ConnectionState::Up)]);
    let followed = bench.follow(BOB, "192.0.2.7:40000");
    assert_eq!(reaches(&followed), [(ALEX, offline()), (BOB, ConnectionState::Up)]);
    assert_eq!(bench.whose(theirs(0)), Some(BOB));
    bench.follow(CAROL, "192.0.2.7:40000");
    assert_eq!(bench.whose(theirs(0)), Some(BOB), "both have it; it stays");
}

#[test]
fn two_clients_on_one_host_are_two_strangers() {
    let mut bench = Bench::new();
    bench.accept(0, "192.0.2.7:40000");
    bench.follow(ALEX, "192.0.2.7:40000");
    bench.send(ALEX, 1, "to the first");
    assert_eq!(bench.accept(1, "192.0.2.7:40001"), []);
    assert_eq!(bench.whose(theirs(1)), None);
    bench.follow(BOB, "192.0.2.7:40001");
    assert_eq!(writes(&bench.send(ALEX, 2, "a")), [(theirs(0), b"a".to_vec())]);
    assert_eq!(writes(&bench.send(BOB, 3, "b")), [(theirs(1), b"b".to_vec())]);
    bench.down(theirs(0), None);
    bench.accept(2, "192.0.2.7:40002");
    assert_eq!(bench.whose(theirs(2)), Some(ALEX), "one that comes back");
}

#[test]
fn the_interface_of_a_link_local_peer_is_compared_where_both_name_one() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "[fe80::1%3]:5000");
    bench.follow(BOB, "[fe80::2]:5000");
    for (number, from, whose) in [
        (0, "[fe80::1%3]:40000", Some(ALEX)),
        (1, "[fe80::1%4]:40000", None),
        (2, "[fe80::2%3]:5000", Some(BOB)),
    ] {
        bench.accept(number, from);
        assert_eq!(bench.whose(theirs(number)), whose, "{from}");
    }
}

#[test]
fn of_several_streams_the_one_that_spoke_last_is_answered_and_all_are_read() {
    let mut bench = Bench::connected();
    assert_eq!(bench.accept(0, "192.0.2.7:40000"), [], "it is there already");
    bench.accept(1, "192.0.2.7:40001");
    for (message, link, to) in [
        (10, theirs(1), "192.0.2.7:40001"),
        (11, theirs(0), "192.0.2.7:40000"),
        (12, FIRST, "192.0.2.7:5000"),
    ] {
        assert_eq!(bench.whose(link), Some(ALEX));
        assert_eq!(writes(&bench.send(ALEX, message, "x"))[0].0, link, "answers stay on the stream");
        bench.handed(message, to, Ok(()));
    }
    assert_eq!(
        writes(&bench.send(ALEX, 2, "x"))[0].0,
        FIRST,
        "whoever connects from there gets nothing by that"
    );
    bench.handed(2, "192.0.2.7:5000", Ok(()));
    assert_eq!(bench.down(FIRST, None), [], "others are left");
    assert_eq!(writes(&bench.send(ALEX, 3, "x"))[0].0, theirs(0));
    bench.handed(3, "192.0.2.7:40000", Ok(()));
    bench.down(theirs(0), Some("ECONNRESET"));
    assert_eq!(writes(&bench.send(ALEX, 4, "x"))[0].0, theirs(1));
    bench.handed(4, "192.0.2.7:40001", Ok(()));
    assert_eq!(bench.down(theirs(1), None), [connection(ALEX, offline())]);
}

#[test]
fn a_stream_that_says_nothing_is_not_answered_in_place_of_our_own() {
    let mut bench = Bench::connected();
    bench.accept(0, "192.0.2.7:40000");
    assert_eq!(writes(&bench.send(ALEX, 2, "x"))[0].0, FIRST);
}

#[test]
fn once_our_own_stream_has_brought_something_one_from_its_host_is_a_conversation_of_its_own() {
    let mut bench = Bench::connected();
    assert_eq!(bench.whose(FIRST), Some(ALEX));
    bench.accept(0, "192.0.2.7:40000");
    assert_eq!(bench.whose(theirs(0)), None);
    bench.follow_ranked(BOB, "192.0.2.7:40000", FIRST_STRANGER);
    assert_eq!(writes(&bench.send(BOB, 2, "to the client"))[0].0, theirs(0));
    assert_eq!(writes(&bench.send(ALEX, 3, "to the server"))[0].0, FIRST);
    // Until nobody takes a stream at the address of the contact.
    bench.down(FIRST, None);
    assert_eq!(dials(&bench.send(ALEX, 4, "x")), [(SECOND, at("192.0.2.7:5000"))]);
    bench.down(SECOND, Some("ECONNREFUSED"));
    bench.accept(1, "192.0.2.7:40001");
    assert_eq!(bench.whose(theirs(1)), Some(ALEX));
}

#[test]
fn our_own_listening_socket_is_recognised_and_not_dialled() {
    let mut bench = Bench::new();
    let up = Input::LinkUp { link: LinkId(0), address: at("[::]:7788"), only: None };
    assert_eq!(bench.feed(up), []);
    let ours = || connection(ALEX, ConnectionState::Down(Phrase::new("reach-ourselves").into()));
    assert_eq!(bench.follow(ALEX, "127.0.0.1:7788"), [ours()]);
    let sent = bench.send(ALEX, 1, "x");
    assert_eq!((failures(&sent), dials(&sent)), (vec![(1, Fault::Ourselves)], vec![]));
    bench.follow(BOB, "localhost:7788");
    bench.send(BOB, 2, "x");
    let found = bench.resolved(BOB, "localhost", &["[::1]:0", "127.0.0.1:0"]);
    assert_eq!((failures(&found), dials(&found)), (vec![(2, Fault::Ourselves)], vec![]));
}

#[test]
fn of_a_peer_that_was_never_connected_nothing_is_said() {
    let mut bench = Bench::with_alex();
    bench.follow(ALEX, "192.0.2.7:5001");
    bench.follow(BOB, "bob.lan:5000");
    assert_eq!(bench.resolved(BOB, "bob.lan", &[]), []);
    assert_eq!(bench.forget(ALEX), []);
}

#[test]
fn a_stranger_that_went_before_the_app_knew_it_is_offline() {
    let mut bench = Bench::new();
    bench.accept(0, "192.0.2.7:40000");
    bench.accept(1, "192.0.2.7:40001");
    bench.data(theirs(0), b"bye");
    assert_eq!(bench.down(theirs(0), None), []);
    assert_eq!(bench.down(theirs(1), None), []);
    assert_eq!(bench.follow(ALEX, "192.0.2.7:40000"), [connection(ALEX, offline())]);
    assert_eq!(bench.follow(BOB, "192.0.2.7:40001"), [], "it never said a word");
}

#[test]
fn a_contact_that_is_given_another_port_keeps_the_stream_from_its_host() {
    let mut bench = Bench::new();
    bench.accept(0, "192.0.2.7:40000");
    bench.follow(ALEX, "192.0.2.7:40000");
    assert_eq!(bench.follow(ALEX, "192.0.2.7:5000"), []);
    assert_eq!(bench.whose(theirs(0)), Some(ALEX));
    assert_eq!(bench.follow(ALEX, "192.0.2.9:5000"), [connection(ALEX, offline())]);
    assert_eq!(bench.whose(theirs(0)), None, "a stranger's again");
}

#[test]
fn nothing_that_arrives_is_answered() {
    let mut bench = Bench::connected();
    bench.accept(0, "192.0.2.8:40000");
    for link in [FIRST, theirs(0)] {
        for bytes in [&b"x"[..], b"\n", b"/help\n", b"\xff\x00", b"\xe4", &vec![b'x'; 70_000]] {
            for output in bench.data(link, bytes) {
                assert!(matches!(output, Output::Event(NetEvent::Received(_))), "{output:?}");
            }
        }
    }
    for output in bench.later(1_000) {
        assert!(matches!(output, Output::Event(NetEvent::Received(_))), "{output:?}");
    }
    assert_eq!(bench.data(theirs(9), b"x"), [], "a stream that is not there");
    assert_eq!(bench.data(FIRST, b""), [], "which does not happen");
}

fn connection(conversation: ConversationId, connection: ConnectionState) -> Output {
    Output::Event(NetEvent::Connection { conversation, connection })
}

#[test]
fn what_is_queued_on_a_stream_that_closes_is_not_written_any_more() {
    let mut bench = Bench::with_alex();
    bench.follow(BOB, "192.0.2.7:6000");
    bench.accept(0, "192.0.2.7:6000");
    let large = "x".repeat(64 * 1024);
    assert_eq!(writes(&bench.send(BOB, 2, &large)).len(), 1);
    // The stream is the other one's on that host for a while, whose words wait behind those.
    bench.follow(BOB, "192.0.2.9:6000");
    assert!(writes(&bench.send(ALEX, 3, "it waits for the kernel")).is_empty());
    bench.follow(BOB, "192.0.2.7:6000");
    let gone = bench.forget(BOB);
    assert!(writes(&gone).is_empty());
    assert_eq!(failures(&gone).into_iter().map(|(message, _)| message).collect::<Vec<_>>(), [2, 3]);
}
