//! The plain case: somebody comes in, we write, it confirms, it writes, we confirm.

use super::*;
use crate::dialects::ipmsg::packet::{command, flag};

#[test]
fn two_people_meet_and_talk() {
    let mut bench = Bench::new(true);
    let entry = packet(1, 1, b"Anna\0lab\0");
    let effects = bench.overhear(ANNA_AT, &entry);
    assert_eq!(effects.kinds(), [command::ANSWER_ENTRY]);
    let [peer] = effects.peers()[..] else { panic!("{effects:?}") };
    assert_eq!((peer.conversation, peer.here, peer.about.name.as_str()), (Some(ANNA), true, "Anna"));

    let (message, effects) = bench.send(ANNA, MessageKind::Text, "你好");
    let [sent] = &effects.sent[..] else { panic!("{effects:?}") };
    assert_eq!((sent.kind(), sent.text().as_str(), sent.to), (command::MESSAGE, "你好", at(ANNA_AT)));
    assert!(sent.packet().has(flag::CHECK));
    assert!(matches!(&effects.events[..], [NetEvent::Handed { .. }]), "{effects:?}");
    let receipt = packet(2, 0x21, format!("{}\0", sent.packet().number).as_bytes());
    assert_eq!(bench.hear(ANNA_AT, &receipt).events, [NetEvent::Delivered { message }]);

    let effects = bench.hear(ANNA_AT, &packet(3, 0x120, "收到".as_bytes()));
    assert_eq!(effects.texts(), ["收到"]);
    assert_eq!(effects.received()[0].conversation, Some(ANNA));
    let [receipt] = &effects.sent[..] else { panic!("{effects:?}") };
    assert_eq!((receipt.packet().command, receipt.text().as_str()), (0x21, "3"));
}
