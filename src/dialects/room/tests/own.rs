//! What comes back: our own datagrams, once for each that went out, and the copies of another program on this machine.

use super::*;

const SOCKET: &str = "0.0.0.0:7788";
const ALL: Option<&str> = Some("255.255.255.255");

/// In the room of everybody, on two networks, with `x` just said: to 255.255.255.255 from 10.0.0.5, and to
/// 192.168.1.255 from 192.168.1.5.
fn said() -> Bench {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255");
    bench.send(HALL, 1, "x");
    bench
}

fn is_shown(outputs: &[Output]) -> bool {
    matches!(outputs, [Output::Event(NetEvent::Received(_))])
}

#[test]
fn our_own_come_back_once_for_each_network_and_are_not_shown() {
    let mut bench = said();
    assert_eq!(bench.arrive(SOCKET, "192.168.1.5:7788", Some("192.168.1.255"), b"x"), []);
    assert_eq!(bench.arrive(SOCKET, "10.0.0.5:7788", ALL, b"x"), []);
    assert!(is_shown(&bench.arrive(SOCKET, "10.0.0.5:7788", ALL, b"x")), "one more is somebody else's");
}

#[test]
fn what_is_not_ours_in_every_respect_is_shown() {
    for (from, bytes) in [
        ("10.0.0.9:7788", &b"x"[..]),
        ("10.0.0.5:7789", b"x"),
        ("10.0.0.5:7788", b"x\n"),
        ("10.0.0.5:7788", b"y"),
    ] {
        let mut bench = said();
        assert!(is_shown(&bench.arrive(SOCKET, from, ALL, bytes)), "{from} {bytes:?}");
        assert_eq!(bench.arrive(SOCKET, "10.0.0.5:7788", ALL, b"x"), [], "ours is still to come");
    }
}

#[test]
fn two_programs_on_this_machine_may_say_the_same() {
    // Another one at our port says `x` to both networks as well; each order of arrival shows one of the four.
    let ours_and_theirs = ["10.0.0.5:7788", "192.168.1.5:7788", "10.0.0.5:7788", "192.168.1.5:7788"];
    for order in [[0, 1, 2, 3], [0, 2, 1, 3], [1, 0, 3, 2], [0, 2, 3, 1]] {
        let mut bench = said();
        let shown = |index: usize| is_shown(&bench.arrive(SOCKET, ours_and_theirs[index], None, b"x"));
        assert_eq!(order.map(shown).into_iter().filter(|shown| *shown).count(), 1, "{order:?}");
    }
}

#[test]
fn saying_it_twice_expects_it_twice() {
    let mut bench = said();
    bench.send(HALL, 2, "x");
    for from in ["10.0.0.5:7788", "10.0.0.5:7788", "192.168.1.5:7788", "192.168.1.5:7788"] {
        assert_eq!(bench.arrive(SOCKET, from, None, b"x"), []);
    }
    assert!(is_shown(&bench.arrive(SOCKET, "192.168.1.5:7788", None, b"x")));
}

#[test]
fn after_three_seconds_the_same_words_are_anothers() {
    let mut bench = said();
    bench.later(3_000);
    assert_eq!(bench.arrive(SOCKET, "10.0.0.5:7788", ALL, b"x"), []);
    bench.later(1);
    assert!(is_shown(&bench.arrive(SOCKET, "192.168.1.5:7788", None, b"x")));
}

#[test]
fn a_copy_that_the_kernel_refused_does_not_come_back() {
    let mut bench = said();
    bench.handed(1, "192.168.1.255:7788", Err("EPERM"));
    assert!(is_shown(&bench.arrive(SOCKET, "192.168.1.5:7788", None, b"x")));
    assert_eq!(bench.arrive(SOCKET, "10.0.0.5:7788", ALL, b"x"), []);
}

#[test]
fn one_that_left_by_another_way_than_expected_is_ours_all_the_same() {
    let mut bench = Bench::new();
    bench.follow(HALL, "172.16.255.255");
    bench.send(HALL, 1, "x");
    assert_eq!(bench.arrive(SOCKET, "10.0.0.5:7788", None, b"x"), []);
    assert!(is_shown(&bench.arrive(SOCKET, "10.0.0.5:7788", None, b"x")));
    let mut bench = Bench::new();
    bench.follow(HALL, "10.0.0.255");
    bench.send(HALL, 1, "x");
    assert_eq!(bench.arrive(SOCKET, "192.168.1.5:7788", None, b"x"), []);
}

#[test]
fn our_own_come_back_on_loopback_and_without_an_address() {
    let mut bench = Bench::new();
    bench.interfaces(&[LO]);
    bench.follow(HALL, "127.255.255.255");
    bench.send(HALL, 1, "x");
    assert_eq!(bench.arrive(SOCKET, "127.0.0.1:7788", None, b"x"), []);
    bench.follow(LAB, "239.1.1.1");
    bench.send(LAB, 2, "x");
    assert_eq!(bench.arrive("239.1.1.1:7788", "0.0.0.0:7788", None, b"x"), []);
}

#[test]
fn our_own_come_back_in_groups_of_either_family() {
    for (room, copies) in [
        ("239.1.1.1", [("239.1.1.1:7788", "10.0.0.5:7788"), ("239.1.1.1:7788", "192.168.1.5:7788")]),
        ("[ff15::1]", [("[ff15::1]:7788", "[fe80::5%2]:7788"), ("[ff15::1]:7788", "[fe80::6%3]:7788")]),
        ("[ff02::1]", [("[ff02::1%2]:7788", "[fe80::5%2]:7788"), ("[ff02::1%3]:7788", "[fe80::6%3]:7788")]),
    ] {
        let mut bench = Bench::new();
        bench.follow(HALL, room);
        bench.send(HALL, 1, "x");
        for (socket, from) in copies {
            assert_eq!(bench.arrive(socket, from, None, b"x"), [], "{room}");
        }
        let (socket, from) = copies[1];
        assert!(is_shown(&bench.arrive(socket, from, None, b"x")), "{room}");
    }
}

#[test]
fn what_was_said_in_one_room_is_not_expected_in_another() {
    let mut bench = said();
    bench.follow(LAB, "239.1.1.1");
    assert!(is_shown(&bench.arrive("239.1.1.1:7788", "10.0.0.5:7788", None, b"x")));
}

#[test]
fn what_another_program_here_says_to_two_networks_is_shown_once() {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255");
    assert!(is_shown(&bench.arrive(SOCKET, "10.0.0.5:40000", ALL, b"x")));
    assert_eq!(bench.arrive(SOCKET, "192.168.1.5:40000", None, b"x"), []);
    assert!(is_shown(&bench.arrive(SOCKET, "10.0.0.5:40000", ALL, b"x")), "it says so again");
    assert_eq!(bench.arrive(SOCKET, "192.168.1.5:40000", None, b"x"), []);
    assert!(is_shown(&bench.arrive(SOCKET, "192.168.1.5:40001", None, b"x")), "another program");
    assert!(is_shown(&bench.arrive(SOCKET, "10.0.0.9:40000", ALL, b"x")), "another machine");
    assert!(is_shown(&bench.arrive(SOCKET, "10.0.0.10:40000", ALL, b"x")), "and a third");
}

#[test]
fn a_copy_that_comes_a_second_later_is_new() {
    for (late, shown) in [(1_000, false), (1_001, true)] {
        let mut bench = Bench::new();
        bench.follow(HALL, "255.255.255.255");
        assert!(is_shown(&bench.arrive(SOCKET, "10.0.0.5:40000", ALL, b"x")));
        bench.later(late);
        assert_eq!(is_shown(&bench.arrive(SOCKET, "192.168.1.5:40000", None, b"x")), shown);
    }
}

#[test]
fn no_more_is_remembered_than_fits_the_limits() {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255");
    for number in 0..300_u64 {
        bench.send(HALL, number, &format!("ours {number}"));
        for to in ["255.255.255.255:7788", "192.168.1.255:7788"] {
            bench.handed(number, to, Ok(()));
        }
        let theirs = format!("theirs {number}");
        assert!(is_shown(&bench.arrive(SOCKET, "10.0.0.5:40000", ALL, theirs.as_bytes())));
    }
    // The notice and 300 messages, of which 256 are known; 300 of theirs, of which 128 are.
    assert!(is_shown(&bench.arrive(SOCKET, "10.0.0.5:7788", ALL, b"ours 43")));
    assert_eq!(bench.arrive(SOCKET, "10.0.0.5:7788", ALL, b"ours 44"), []);
    assert_eq!(bench.arrive(SOCKET, "192.168.1.5:40000", None, b"theirs 299"), []);
    assert!(is_shown(&bench.arrive(SOCKET, "192.168.1.5:40000", None, b"theirs 171")));
}
