//! The group chat of `FeiQ`.

use super::*;
use crate::dialects::ipmsg::group;
use crate::model::PeerCommand;

const MEMBER: &str = "10.0.0.77:2425";
const CREW: ConversationId = ConversationId(5);

fn said(group: &str, text: &str) -> Vec<u8> {
    let (version, body) = group::write("305A3A52C610", group, 1, text).expect("GBK");
    packet::write(&version, 9, (b"wang", b"PC"), 0x40_0023, &body)
}

fn joins(effects: &Effects) -> usize {
    effects.others.iter().filter(|output| matches!(output, Output::Join { .. })).count()
}

#[test]
fn what_is_said_in_a_group_belongs_to_a_room_of_its_own() {
    let mut bench = Bench::new(true);
    let effects = bench.overhear(MEMBER, &said("3b199b07", "大家好/:strong"));
    let [received] = effects.received()[..] else { panic!("{effects:?}") };
    let place = received.place.as_ref().expect("a room");
    assert!(place.is_room());
    assert_eq!(place.to_string(), "ipmsg://226.81.9.8:2425?group=3b199b07");
    assert_eq!((received.text.as_str(), received.sender.as_deref()), ("大家好👍", Some("wang")));
    assert!(effects.sent.is_empty(), "nothing is answered");
    assert!(bench.overhear(MEMBER, &said("3b199b07", "大家好/:strong")).received().is_empty(), "once");
    bench.hear(MEMBER, &packet(1, 1, "小王\0".as_bytes()));
    let effects = bench.overhear(MEMBER, &said("other", "x"));
    assert_eq!(effects.received()[0].sender.as_deref(), Some("小王"), "by the name it goes by");
}

#[test]
fn what_comes_from_two_addresses_of_one_sender_is_said_once() {
    let mut bench = Bench::new(true);
    let also = "10.0.0.78:2425";
    assert_eq!(bench.overhear(MEMBER, &said("3b199b07", "早")).texts(), ["早"]);
    assert!(bench.overhear(also, &said("3b199b07", "早")).received().is_empty());
    let of =
        |user: &[u8], number| packet::write(b"1_lbt6", number, (user, b"PC"), 0x20, "hi all\0".as_bytes());
    assert_eq!(bench.overhear(MEMBER, &of(b"wang", 20)).texts(), ["hi all"]);
    assert!(bench.overhear(also, &of(b"wang", 20)).received().is_empty());
    // Somebody else says the same, and so does the same person once more.
    assert_eq!(bench.overhear(also, &of(b"li", 20)).texts(), ["hi all"]);
    assert_eq!(bench.overhear(MEMBER, &of(b"wang", 21)).texts(), ["hi all"]);
    // To us alone it is said to whom it is shown from.
    assert_eq!(bench.hear(also, &of(b"li", 21)).texts(), ["hi all"]);
    assert_eq!(bench.hear("10.0.0.79:2425", &of(b"li", 21)).texts(), ["hi all"]);
}

#[test]
fn groups_are_heard_only_by_those_who_may_be_seen() {
    let mut bench = Bench::bare();
    let mut effects = bench.interfaces(USUAL);
    effects.join(bench.order(NetCommand::Introduce(own(false))));
    assert_eq!(joins(&effects), 0);
    assert!(bench.overhear(MEMBER, &said("a", "x")).events.is_empty());
    assert_eq!(joins(&bench.order(NetCommand::Introduce(own(true)))), 1, "on the one network there is");
    assert_eq!(bench.overhear(MEMBER, &said("a", "x")).texts(), ["x"]);
}

#[test]
fn our_words_go_to_the_group_alone_and_others_read_them() {
    let mut bench = Bench::new(true);
    let address = Address::parse("ipmsg://226.81.9.8?group=3b199b07", &[SCHEME]).expect("an address");
    assert_eq!((crate::dialects::ipmsg::DIALECT.validate)(&address), Ok(()));
    let effects =
        bench.order(NetCommand::Peer(CREW, PeerCommand::Follow { address, rank: 3, session: None }));
    assert!(effects.sent.is_empty(), "to be in a room says nothing");
    let (message, effects) = bench.send(CREW, MessageKind::Text, "在吗👍");
    let [sent] = &effects.sent[..] else { panic!("{effects:?}") };
    assert_eq!((sent.to, sent.kind()), (at("226.81.9.8:2425"), 0x23));
    let reading = bench.decoder_for(MEMBER);
    let read = group::read(&sent.packet(), reading).expect("as others do it");
    assert_eq!((read.group.as_str(), read.text.as_str()), ("3b199b07", "在吗👍"));
    let handed = |event: &NetEvent| matches!(event, NetEvent::Handed { message: of, .. } if *of == message);
    assert!(effects.events.iter().any(handed));
    assert!(!bench.wait(SECOND * 5).kinds().contains(&0x23), "once: nobody confirms it");
}

#[test]
fn a_group_is_nowhere_but_where_many_hear() {
    for bad in ["ipmsg://10.0.0.7?group=a", "ipmsg://226.81.9.8?group=a.b", "ipmsg://host?group=a"] {
        let address = Address::parse(bad, &[SCHEME]).expect(bad);
        assert!((crate::dialects::ipmsg::DIALECT.validate)(&address).is_err(), "{bad}");
    }
}
