//! The notice that we have come in: when, where, and how often.

use super::*;
use crate::model::PeerCommand;
use crate::model::traffic::FIRST_STRANGER;

fn greeted(outputs: &[Output]) -> usize {
    sent(outputs).iter().filter(|line| line.starts_with(GREETING)).count()
}

const DIRECTED: &str = "10.0.0.255";

#[test]
fn who_is_visible_says_so_on_following() {
    let mut bench = Bench::new();
    bench.introduce(true);
    assert_eq!(sent(&bench.follow(HALL, DIRECTED)), [format!("{GREETING} > 10.0.0.255:7788")]);
    assert_eq!(greeted(&bench.enter(HALL)), 0);
    assert_eq!(sent(&bench.send(HALL, 1, "x")), ["x > 10.0.0.255:7788"]);
}

#[test]
fn who_is_not_says_so_when_a_person_goes_in() {
    let mut bench = Bench::new();
    assert_eq!(greeted(&bench.follow(HALL, DIRECTED)), 0);
    assert_eq!(greeted(&bench.enter(HALL)), 1);
    assert_eq!(greeted(&bench.enter(HALL)), 0);
}

#[test]
fn where_somebody_was_only_heard_nothing_is_said_before_a_person_goes_in() {
    let mut bench = Bench::new();
    bench.introduce(true);
    let heard = NetCommand::Peer(
        HALL,
        PeerCommand::Follow {
            address: address("255.255.255.255"),
            rank: FIRST_STRANGER + HALL.0,
            session: None,
        },
    );
    assert_eq!(greeted(&bench.order(heard)), 0);
    assert!(greeted(&bench.enter(HALL)) > 0);
}

#[test]
fn or_just_before_the_first_message() {
    let mut bench = Bench::new();
    bench.follow(HALL, DIRECTED);
    let both = [format!("{GREETING} > 10.0.0.255:7788"), "x > 10.0.0.255:7788".to_owned()];
    assert_eq!(sent(&bench.send(HALL, 1, "x")), both);
    assert_eq!(sent(&bench.send(HALL, 2, "y")), ["y > 10.0.0.255:7788"]);
}

#[test]
fn it_is_said_once_in_a_run_unless_the_room_was_left() {
    let mut bench = Bench::new();
    bench.introduce(true);
    assert_eq!(greeted(&bench.follow(HALL, DIRECTED)), 1);
    let mut more = bench.follow(HALL, "10.0.0.255?encoding=gbk");
    more.extend(bench.interfaces(&[LO]));
    more.extend(bench.interfaces(USUAL));
    more.extend(bench.introduce(false));
    more.extend(bench.introduce(true));
    let link = bench.link("0.0.0.0:7788");
    more.extend(bench.feed(Input::LinkDown { link, code: None }));
    more.extend(bench.later(10_000));
    assert_eq!(greeted(&more), 0);
    bench.forget(HALL);
    assert_eq!(greeted(&bench.follow(HALL, DIRECTED)), 1);
    assert_eq!(greeted(&bench.follow(HALL, "192.168.1.255")), 1, "another room");
}

#[test]
fn a_room_under_two_names_hears_it_once() {
    let mut bench = Bench::new();
    bench.introduce(true);
    assert_eq!(greeted(&bench.follow(HALL, DIRECTED)), 1);
    assert_eq!(greeted(&bench.follow(LAB, "10.0.0.255?encoding=gbk")), 0);
    bench.forget(HALL);
    assert_eq!(greeted(&bench.follow(HALL, DIRECTED)), 0, "it never was left");
}

#[test]
fn nothing_is_said_before_it_is_known_who_we_are() {
    let mut bench = Bench::bare(Some("0.0.0.0:7788"));
    bench.interfaces(USUAL);
    assert_eq!(greeted(&bench.follow(HALL, DIRECTED)), 0);
    assert_eq!(greeted(&bench.enter(HALL)), 0);
    assert_eq!(greeted(&bench.introduce(false)), 1, "a person went in");
    let mut bench = Bench::bare(Some("0.0.0.0:7788"));
    bench.interfaces(USUAL);
    bench.follow(HALL, DIRECTED);
    assert_eq!(greeted(&bench.introduce(true)), 1);
}

#[test]
fn it_waits_for_an_interface_and_for_the_socket() {
    let mut bench = Bench::new();
    bench.interfaces(&[]);
    bench.introduce(true);
    assert_eq!(greeted(&bench.follow(HALL, "239.1.1.1")), 0);
    assert_eq!(events(bench.send(HALL, 1, "x")), [failed(1, no_network("239.1.1.1:7788"))]);
    assert_eq!(sent(&bench.interfaces(&[LO, ETH])), [format!("{GREETING} > 239.1.1.1:7788 via 2")]);
    assert_eq!(greeted(&bench.interfaces(USUAL)), 0);
}

#[test]
fn no_notice_is_sent_where_there_is_none_or_the_encoding_lacks_it() {
    let mut bench = Bench::new();
    let own = LocalIdentity {
        name: "x".to_owned(),
        visible: true.into(),
        greeting: String::new(),
        ..LocalIdentity::default()
    };
    bench.order(NetCommand::Introduce(own));
    assert_eq!(sent(&bench.follow(HALL, DIRECTED)), [""; 0]);
    assert_eq!(greeted(&bench.introduce(true)), 0, "we are in already");
    assert_eq!(sent(&bench.follow(LAB, "192.168.1.255?encoding=iso-8859-1")), [""; 0]);
    assert_eq!(sent(&bench.send(LAB, 1, "x")), ["x > 192.168.1.255:7788"]);
}

#[test]
fn it_is_written_in_the_rooms_encoding() {
    let mut bench = Bench::new();
    bench.introduce(true);
    let outputs = bench.follow(HALL, "10.0.0.255?encoding=gbk");
    let bytes = outputs.iter().find_map(|output| match output {
        Output::Datagram { bytes, .. } => Some(bytes.to_vec()),
        _ => None,
    });
    assert_eq!(bytes.as_deref(), Some(&b"***\xBC\xD3\xC8\xEB\xC1\xCB\xC1\xC4\xCC\xEC\xCA\xD2"[..]));
}

#[test]
fn our_own_notice_that_comes_back_is_not_anothers() {
    let mut bench = Bench::new();
    bench.introduce(true);
    bench.follow(HALL, "255.255.255.255");
    let socket = "0.0.0.0:7788";
    assert_eq!(bench.arrive(socket, "10.0.0.5:7788", Some("255.255.255.255"), GREETING.as_bytes()), []);
    assert_eq!(bench.arrive(socket, "192.168.1.5:7788", Some("192.168.1.255"), GREETING.as_bytes()), []);
    let other = bench.hear_at(socket, "10.0.0.5:7788", Some("255.255.255.255"), GREETING.as_bytes());
    assert_eq!(other.conversation, Some(HALL), "another program on this machine has come in");
}
