//! Which sockets are open when: as few as will do, and only while somebody needs them.

use super::*;
use crate::model::ErrorCode;
use crate::model::traffic::Listening;

const BROADCAST: &str = "0.0.0.0:7788";

fn listening(address: Option<&str>, wanted: Option<&str>, code: Option<&str>) -> NetEvent {
    let (address, wanted) = (address.map(at), wanted.map(at));
    NetEvent::Listening(Listening { scheme: "room", address, wanted, code: code.map(ErrorCode::from) })
}

#[test]
fn the_port_is_listened_to_from_the_start_and_nothing_is_sent() {
    let mut bench = Bench::bare(Some("[::]:7788"));
    let mut outputs = bench.interfaces(USUAL);
    let socket = SocketSpec { at: at(BROADCAST), shared: true, broadcast: true, hops: 1 };
    assert_eq!(opened(&outputs), [socket]);
    outputs.extend(bench.introduce(true));
    outputs.extend(bench.later(60_000));
    assert_eq!(sent(&outputs), [""; 0]);
    assert_eq!(events(outputs), [listening(Some(BROADCAST), None, None)]);
    assert_eq!(bench.deadline(), None, "nothing is waited for");
}

#[test]
fn switched_off_it_follows_but_neither_listens_nor_sends() {
    let mut bench = Bench::bare(None);
    bench.interfaces(USUAL);
    let mut outputs = bench.introduce(true);
    outputs.extend(bench.follow(HALL, "255.255.255.255"));
    outputs.extend(bench.follow(LAB, "239.1.1.1"));
    outputs.extend(bench.enter(HALL));
    assert_eq!(outputs, []);
    assert_eq!(events(bench.send(HALL, 1, "x")), [failed(1, Fault::NotListening)]);
    assert_eq!(events(bench.send(LAB, 2, "x")), [failed(2, Fault::NotListening)]);
}

#[test]
fn the_broadcast_rooms_of_a_port_share_a_socket_that_closes_with_the_last() {
    let mut bench = Bench::new();
    assert_eq!(opened(&bench.follow(HALL, "255.255.255.255:9000")).len(), 1);
    assert_eq!(opened(&bench.follow(LAB, "10.0.0.255:9000")), []);
    assert_eq!(bench.listening(), [BROADCAST, "0.0.0.0:9000"]);
    bench.forget(HALL);
    assert_eq!(bench.listening(), [BROADCAST, "0.0.0.0:9000"]);
    bench.forget(LAB);
    assert_eq!(bench.listening(), [BROADCAST]);
    assert_eq!(opened(&bench.follow(HALL, "255.255.255.255:7788")), [], "it is open anyway");
    bench.forget(HALL);
    assert_eq!(bench.listening(), [BROADCAST], "and stays so");
}

#[test]
fn a_group_has_a_socket_of_its_own_at_its_own_address() {
    let mut bench = Bench::new();
    let outputs = bench.follow(HALL, "239.1.1.1:9000?ttl=4");
    let socket = SocketSpec { at: at("239.1.1.1:9000"), shared: true, broadcast: false, hops: 4 };
    assert_eq!(opened(&outputs), [socket]);
    assert_eq!(opened(&bench.follow(LAB, "239.1.1.1:9000?ttl=4&encoding=gbk")), [], "one is enough");
    assert_eq!(opened(&bench.follow(LAB, "239.1.1.2:9000")).len(), 1);
    bench.forget(HALL);
    assert_eq!(bench.listening(), [BROADCAST, "239.1.1.2:9000"]);
}

#[test]
fn a_group_is_joined_on_every_interface_and_again_when_they_change() {
    let mut bench = Bench::new();
    let group = |numbers: &[u32]| numbers.iter().map(|n| ("239.1.1.1".to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(joined(&bench.follow(HALL, "239.1.1.1")), group(&[1, 2, 3]));
    assert_eq!(joined(&bench.interfaces(&[LO, "eth1 9 10.9.0.5 10.9.0.255"])).last(), group(&[9]).last());
    let mut bench = Bench::new();
    assert_eq!(joined(&bench.follow(HALL, "239.1.1.1?interface=wlan0")), group(&[3]));
    assert_eq!(joined(&bench.interfaces(&[LO, ETH])), []);
    assert_eq!(joined(&bench.interfaces(&[LO, ETH, "wlan0 7 192.168.1.5"])).last(), group(&[7]).last());
}

#[test]
fn a_group_that_is_no_longer_wanted_on_an_interface_is_left_there() {
    let mut bench = Bench::new();
    bench.follow(HALL, "239.1.1.1?interface=wlan0");
    let group = |numbers: &[u32]| numbers.iter().map(|n| ("239.1.1.1".to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(joined(&bench.follow(LAB, "239.1.1.1")), group(&[1, 2, 3]));
    let outputs = bench.forget(LAB);
    assert!(matches!(outputs[0], Output::Close { .. }), "{outputs:?}");
    assert_eq!((opened(&outputs).len(), joined(&outputs)), (1, group(&[3])));
}

#[test]
fn a_group_of_one_link_has_a_socket_for_each_interface_and_they_come_and_go_with_it() {
    let mut bench = Bench::new();
    let outputs = bench.follow(HALL, "[ff02::7788]:9000");
    let all = ["[ff02::7788%1]:9000", "[ff02::7788%2]:9000", "[ff02::7788%3]:9000"];
    assert_eq!(bench.listening(), [BROADCAST, all[0], all[1], all[2]]);
    assert_eq!(joined(&outputs), [1, 2, 3].map(|number| ("ff02::7788".to_owned(), number)));
    bench.interfaces(&[LO, LO6, ETH, WLAN, WLAN6]);
    assert_eq!(bench.listening(), [BROADCAST, all[0], all[2]]);
    bench.interfaces(USUAL);
    assert_eq!(bench.listening(), [BROADCAST, all[0], all[1], all[2]]);
    bench.follow(HALL, "[ff02::7788%wlan0]:9000");
    assert_eq!(bench.listening(), [BROADCAST, all[2]]);
    bench.follow(HALL, "[ff02::7788%2]:9000");
    assert_eq!(bench.listening(), [BROADCAST, all[1]]);
    bench.follow(HALL, "[ff15::7788]:9000");
    assert_eq!(bench.listening(), [BROADCAST, "[ff15::7788]:9000"], "one that reaches further needs one");
}

#[test]
fn a_room_that_moves_leaves_its_old_place() {
    let mut bench = Bench::new();
    bench.follow(HALL, "239.1.1.1:9000");
    let old = bench.link("239.1.1.1:9000");
    bench.follow(HALL, "255.255.255.255:9001");
    assert_eq!(bench.listening(), [BROADCAST, "0.0.0.0:9001"]);
    let late = Input::Datagram { link: old, from: at("10.0.0.9:9000"), to: None, bytes: b"late" };
    assert_eq!(bench.feed(late), []);
}

#[test]
fn a_socket_that_cannot_be_opened_is_told_once_and_tried_again() {
    let mut bench = Bench::bare(Some(BROADCAST));
    bench.willing = false;
    let outputs = bench.interfaces(USUAL);
    let refuse = |bench: &mut Bench, outputs: &[Output]| {
        let link = outputs.iter().find_map(|output| match output {
            Output::Open { link, .. } => Some(*link),
            _ => None,
        });
        let link = link.expect("a socket is asked for");
        bench.feed(Input::LinkDown { link, code: Some("EADDRINUSE".into()) })
    };
    let told = refuse(&mut bench, &outputs);
    assert_eq!(events(told), [listening(None, Some(BROADCAST), Some("EADDRINUSE"))]);
    assert_eq!(bench.later(9_999), []);
    let again = bench.later(1);
    assert_eq!(refuse(&mut bench, &again), [], "nothing new");
    let again = bench.interfaces(USUAL);
    assert_eq!(refuse(&mut bench, &again), []);
    bench.follow(HALL, "255.255.255.255");
    let again = bench.send(HALL, 1, "x");
    assert_eq!(events(refuse(&mut bench, &again)), [failed(1, Fault::NotListening)]);
    bench.willing = true;
    assert_eq!(events(bench.later(10_000)), [listening(Some(BROADCAST), None, None)]);
    assert_eq!(sent(&bench.send(HALL, 2, "x")).len(), 2);
}

#[test]
fn a_socket_that_is_lost_answers_for_what_it_carried() {
    let mut bench = Bench::new();
    bench.follow(HALL, "255.255.255.255");
    bench.send(HALL, 1, "x");
    bench.send(HALL, 2, "x");
    bench.handed(2, "255.255.255.255:7788", Ok(()));
    bench.willing = false;
    let link = bench.link(BROADCAST);
    let outputs = bench.feed(Input::LinkDown { link, code: Some("EIO".into()) });
    let fault = Fault::Network { to: None, code: "EIO".into() };
    let gone = listening(None, Some(BROADCAST), Some("EIO"));
    assert_eq!(events(outputs), [gone, failed(1, fault)], "2 was handed over");
}

#[test]
fn any_port_becomes_the_one_that_was_found() {
    let mut bench = Bench::bare(Some("0.0.0.0:0"));
    bench.willing = false;
    bench.interfaces(USUAL);
    let up = Input::LinkUp { link: LinkId(LinkId::FIRST_OWN), address: at("0.0.0.0:40000"), only: None };
    assert_eq!(events(bench.feed(up)), [listening(Some("0.0.0.0:40000"), None, None)]);
    assert_eq!(opened(&bench.follow(HALL, "255.255.255.255:40000")), [], "it is the same socket");
    assert_eq!(sent(&bench.send(HALL, 1, "x")).len(), 2, "to two networks");
}

#[test]
fn links_that_are_not_its_own_are_nobodys() {
    let mut bench = Bench::new();
    for link in [LinkId(0), LinkId(1), LinkId(9_999), LinkId(LinkId::FIRST_ACCEPTED)] {
        bench.feed(Input::LinkUp { link, address: at("0.0.0.0:7788"), only: None });
        let datagram = Input::Datagram { link, from: at("10.0.0.9:7788"), to: None, bytes: b"x" };
        assert_eq!(bench.feed(datagram), []);
        assert_eq!(bench.feed(Input::LinkDown { link, code: None }), []);
    }
}

#[test]
fn no_number_of_rooms_opens_more_sockets_than_a_program_may_have() {
    let mut bench = Bench::new();
    for number in 0..1_000_u32 {
        bench.follow(ConversationId(number), &format!("239.1.{}.{}", number / 200, number % 200 + 1));
    }
    assert_eq!(bench.listening().len(), 128);
    assert_eq!(events(bench.send(ConversationId(999), 1, "x")), [failed(1, Fault::NoSuchPeer)]);
    assert_eq!(events(bench.send(ConversationId(200), 2, "x")), [failed(2, Fault::NotListening)]);
}
