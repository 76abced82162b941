//! Coming in, being answered, changing, leaving.

use super::*;
use crate::dialects::ipmsg::packet::{command, flag};

fn entry(number: u32) -> Vec<u8> {
    packet(number, 1, b"Anna\0lab\0")
}

fn targets(effects: &Effects) -> Vec<String> {
    effects.sent.iter().map(|sent| sent.to.to_string()).collect()
}

#[test]
fn we_come_in_on_every_network_and_once_more_and_then_seldom() {
    let mut bench = Bench::bare();
    assert!(bench.interfaces(&[LO, ETH, "wlan0 3 192.168.1.5 192.168.1.255"]).sent.is_empty());
    let effects = bench.order(NetCommand::Introduce(own(true)));
    assert_eq!(effects.kinds(), [command::ENTRY; 2]);
    assert_eq!(targets(&effects), ["192.168.1.255:2425", "255.255.255.255:2425"], "nobody hears it twice");
    let first = &effects.sent[0];
    assert!(effects.sent.iter().all(|sent| sent.bytes == first.bytes), "one number for one entry");
    let again = bench.wait(SECOND * 10);
    let all = ["10.0.0.255:2425", "192.168.1.255:2425", "255.255.255.255:2425"];
    assert_eq!(targets(&again), all, "nobody has answered");
    assert_eq!(bench.wait(SECOND * 540).sent.len(), 0);
    assert_eq!(bench.wait(SECOND * 200).sent.len(), 2);
}

#[test]
fn an_entry_that_was_answered_is_not_said_again_soon() {
    let mut bench = Bench::new(true);
    bench.hear(ANNA_AT, &packet(1, 3, b"Anna\0lab\0"));
    assert_eq!(bench.wait(SECOND * 500).sent.len(), 0);
    assert_eq!(bench.wait(SECOND * 200).kinds(), [command::ENTRY]);
}

/// One packet for the official client and iptux: as in capture 30, which the real iptux took.
#[test]
fn our_entry_says_it_in_every_way() {
    let mut bench = Bench::bare();
    bench.interfaces(USUAL);
    let effects = bench.order(NetCommand::Introduce(own(true)));
    let entry = effects.sent[0].packet();
    assert!(entry.has(flag::CAN_UTF8) && entry.has(flag::FILES) && !entry.has(flag::ENCRYPTED));
    assert!(!entry.has(flag::ABSENT));
    assert_eq!((entry.user, entry.host), (&b"hou"[..], &b"desk"[..]));
    let body = "侯哥\0机房\0\nUN:hou\nHN:desk\nNN:侯哥\nGN:机房\0utf-8\0";
    assert_eq!(String::from_utf8_lossy(entry.body), body);
    let version = String::from_utf8_lossy(entry.version);
    assert!(version.starts_with('1') && !version.contains("iptux") && !version.contains("lbt"), "{version}");
}

#[test]
fn announced_networks_and_hosts_are_told_too_and_may_be_answered() {
    let mut bench = Bench::bare();
    bench.interfaces(USUAL);
    let announce = vec![address("10.9.3.255"), address("10.8.0.4:2500")];
    let effects = bench.order(NetCommand::Introduce(LocalIdentity { announce, ..own(true) }));
    let expected = ["10.8.0.4:2500", "10.9.3.255:2425", "255.255.255.255:2425"];
    assert_eq!(targets(&effects), expected);
    assert_eq!(bench.hear("10.9.3.17:2425", &entry(1)).kinds(), [command::ANSWER_ENTRY]);
    assert_eq!(bench.hear("10.8.0.4:2500", &entry(1)).kinds(), [command::ANSWER_ENTRY]);
    assert!(bench.hear(FAR, &entry(1)).sent.is_empty());
}

#[test]
fn an_entry_that_comes_by_two_addresses_is_answered_once() {
    let mut bench = Bench::new(true);
    assert_eq!(bench.overhear(ANNA_AT, &entry(1)).kinds(), [command::ANSWER_ENTRY]);
    assert!(bench.overhear(ANNA_AT, &entry(1)).sent.is_empty());
    assert!(bench.wait(SECOND * 3).sent.is_empty());
}

#[test]
fn an_answer_to_feiq_is_short_and_in_its_encoding() {
    let mut bench = Bench::new(true);
    let feiq = said_by("1_lbt6_0#128#0050564000##0#0#4001#9", 1, 0x60_0001, b"\xB0\xB2\xC4\xC8\0");
    let effects = bench.overhear(ANNA_AT, &feiq);
    assert_eq!(effects.peers()[0].about.name, "安娜");
    assert_eq!(effects.peers()[0].about.program, "FeiQ");
    assert_eq!(effects.peers()[0].about.encoding, "GBK");
    assert_eq!(effects.sent[0].packet().body, b"\xBA\xEE\xB8\xE7\0\xBB\xFA\xB7\xBF\0");
    assert!(!effects.sent[0].packet().has(flag::UTF8 | flag::CAN_UTF8));
}

#[test]
fn an_answer_is_never_longer_than_512_bytes() {
    let mut bench = Bench::new(true);
    let long = "长".repeat(300);
    let own = LocalIdentity {
        name: long.clone(),
        group: long.clone(),
        user: long.clone(),
        host: long.clone(),
        ..own(true)
    };
    bench.order(NetCommand::Introduce(LocalIdentity { away: Some(long), ..own }));
    let effects =
        bench.overhear(ANNA_AT, &packet(1, 1, format!("Anna\0lab\0{}\0", "x".repeat(600)).as_bytes()));
    assert_eq!(effects.kinds(), [command::ANSWER_ENTRY]);
    assert!(effects.sent[0].bytes.len() <= 512, "{}", effects.sent[0].bytes.len());
}

#[test]
fn who_is_not_visible_says_nothing_and_sees_the_others() {
    let mut bench = Bench::new(false);
    let effects = bench.overhear(ANNA_AT, &entry(1));
    assert!(effects.sent.is_empty(), "{effects:?}");
    assert!(effects.peers()[0].here);
    assert!(bench.wait(SECOND * 3_600).sent.is_empty());
    assert!(
        bench
            .order(NetCommand::Introduce(LocalIdentity { name: "other".to_owned(), ..own(false) }))
            .sent
            .is_empty()
    );
}

#[test]
fn who_is_not_visible_cannot_be_drawn_out() {
    let mut bench = Bench::new(false);
    bench.order(NetCommand::Introduce(LocalIdentity { away: Some("吃饭".to_owned()), ..own(false) }));
    for (what, command) in [
        ("an answer that nobody asked for", 3),
        ("what we run", 0x40),
        ("whether we are away", 0x50),
        ("words that a program answers", 0x20),
    ] {
        let effects = bench.hear(ANNA_AT, &packet(5 + command, command, b"Anna\0lab\0"));
        assert!(effects.sent.is_empty(), "{what}: {effects:?}");
    }
    // Neither is a new name told, nor the end.
    for own in [
        LocalIdentity { name: "other".to_owned(), ..own(false) },
        LocalIdentity { name: "other".to_owned(), ..own(false) },
    ] {
        let effects = bench.order(NetCommand::Introduce(own));
        assert!(effects.sent.is_empty(), "{effects:?}");
    }
}

#[test]
fn whoever_a_person_writes_to_is_told_first_who_we_are() {
    let mut bench = Bench::new(false);
    let (_, mut effects) = bench.send(ANNA, MessageKind::Text, "hello");
    effects.join(bench.wait(SECOND));
    assert_eq!(effects.kinds(), [command::ENTRY, command::MESSAGE]);
    assert!(effects.sent.iter().all(|sent| sent.to == at(ANNA_AT)));
    let (entry, message) = (effects.sent[0].packet().number, effects.sent[1].packet().number);
    assert!(message.value() > entry.value(), "iptux drops a lower one");
    let receipt = format!("{message}\0");
    bench.hear(ANNA_AT, &packet(9, 0x21, receipt.as_bytes()));
    assert_eq!(bench.send(ANNA, MessageKind::Text, "again").1.kinds(), [command::MESSAGE]);
    // The end is said to those who know of us, and to nobody else.
    let effects = bench.order(NetCommand::Introduce(own(false)));
    assert_eq!((effects.kinds(), targets(&effects)), (vec![command::EXIT], vec![ANNA_AT.to_owned()]));
}

#[test]
fn nothing_is_sent_before_it_is_known_who_we_are() {
    let mut bench = Bench::bare();
    bench.interfaces(USUAL);
    bench.follow(ANNA, ANNA_AT);
    assert!(bench.hear(ANNA_AT, &packet(1, 0x120, b"hello\0")).sent.is_empty());
    assert!(bench.send(ANNA, MessageKind::Text, "hello").1.sent.is_empty());
    let effects = bench.order(NetCommand::Introduce(own(false)));
    assert_eq!(effects.kinds(), [command::ENTRY, command::MESSAGE]);
}

#[test]
fn absence_is_told_to_all_and_a_new_name_too() {
    let mut bench = Bench::new(true);
    let effects =
        bench.order(NetCommand::Introduce(LocalIdentity { away: Some("吃饭".to_owned()), ..own(true) }));
    assert_eq!(effects.kinds(), [command::ABSENCE]);
    assert!(effects.sent[0].packet().has(flag::ABSENT));
    assert_eq!(effects.sent[0].text(), "侯哥[吃饭]");
    let effects =
        bench.order(NetCommand::Introduce(LocalIdentity { name: "老侯".to_owned(), ..own(true) }));
    assert_eq!((effects.kinds(), effects.sent[0].text()), (vec![command::ABSENCE], "老侯".to_owned()));
    assert!(!effects.sent[0].packet().has(flag::ABSENT));
}

#[test]
fn leaving_is_said_to_the_networks_and_to_all_who_know_us() {
    let mut bench = Bench::new(true);
    bench.overhear(ANNA_AT, &entry(1));
    let effects = bench.order(NetCommand::Introduce(own(false)));
    assert_eq!(effects.kinds(), [command::EXIT; 3]);
    assert_eq!(targets(&effects), ["10.0.0.255:2425", "255.255.255.255:2425", ANNA_AT]);
    assert!(bench.wait(SECOND * 3_600).sent.is_empty());
}

#[test]
fn peers_change_and_leave_each_for_itself() {
    let mut bench = Bench::new(true);
    bench.overhear(ANNA_AT, &entry(1));
    bench.overhear(BEN_AT, &packet(1, 1, b"Ben\0lab\0"));
    let effects = bench.hear(ANNA_AT, &packet(2, 0x104, b"Anna[lunch]\0lab\0"));
    assert_eq!(effects.peers()[0].about.away.as_deref(), Some("lunch"));
    assert_eq!(effects.peers()[0].about.name, "Anna");
    assert!(effects.sent.is_empty(), "a change is not answered");
    let effects = bench.hear(ANNA_AT, &packet(3, 2, b"\0"));
    let left: Vec<_> = effects.peers().iter().map(|peer| (peer.conversation, peer.here)).collect();
    assert_eq!(left, [(Some(ANNA), false)]);
    assert!(bench.hear(ANNA_AT, &packet(3, 2, b"\0")).events.is_empty(), "once is enough");
    assert!(bench.hear(ANNA_AT, &entry(4)).peers()[0].here, "and is back");
}

#[test]
fn far_away_nobody_hears_of_us_by_answering() {
    let mut bench = Bench::new(true);
    bench.hear(FAR, &packet(1, 3, b"Far\0away\0"));
    let effects = bench.order(NetCommand::Introduce(own(false)));
    assert_eq!(targets(&effects), ["10.0.0.255:2425", "255.255.255.255:2425"]);
}

#[test]
fn who_waited_for_an_answer_when_the_socket_went_gets_one_the_next_time() {
    let mut bench = Bench::new(true);
    let names: Vec<String> = (20..30).map(|number| format!("10.0.0.{number}:2425")).collect();
    let answered: usize = names.iter().map(|from| bench.overhear(from, &entry(1)).sent.len()).sum();
    assert!(answered < names.len(), "somebody waits");
    let down = Input::LinkDown { link: bench.udp, code: Some("ENETDOWN".into()) };
    bench.run(down);
    bench.wait(SECOND * 20);
    for from in &names {
        let mut effects = bench.overhear(from, &entry(2));
        effects.join(bench.wait(SECOND * 2));
        assert_eq!(effects.kinds(), [command::ANSWER_ENTRY], "{from}");
    }
}

#[test]
fn iptux_is_not_absent_though_it_says_so() {
    let mut bench = Bench::new(true);
    let iptux = said_by("1_iptux 0.8.3", 1, 0x101, b"Anna\0lab\0icon-tux.png\0utf-8\0");
    let effects = bench.overhear(ANNA_AT, &iptux);
    assert_eq!(effects.peers()[0].about.away, None);
    assert_eq!(effects.peers()[0].about.program, "iptux 0.8.3");
    let effects = bench.hear(ANNA_AT, &said_by("1_iptux 0.8.3", 2, 0xfc, "签名\0".as_bytes()));
    assert_eq!(effects.peers()[0].about.motto, "签名");
}

#[test]
fn who_stays_silent_through_our_rounds_is_gone() {
    let mut bench = Bench::new(true);
    bench.overhear(ANNA_AT, &entry(1));
    bench.overhear(BEN_AT, &entry(1));
    let mut gone = Vec::new();
    for number in 2..8 {
        let effects = bench.wait(SECOND * 600);
        gone.extend(effects.peers().iter().filter(|peer| !peer.here).map(|peer| peer.conversation));
        bench.hear(BEN_AT, &packet(number, 3, b"Ben\0lab\0"));
    }
    assert_eq!(gone, [Some(ANNA)]);
}

#[test]
fn a_stranger_is_nobodys_until_it_is_followed() {
    let mut bench = Bench::new(true);
    let effects = bench.overhear("10.0.0.99:2425", &entry(1));
    let peer = effects.peers()[0].clone();
    assert_eq!(
        (peer.conversation, peer.address.to_string().as_str()),
        (None, "ipmsg://10.0.0.99:2425?person=anna@pc")
    );
    let effects = bench.follow(ConversationId(9), "10.0.0.99");
    assert_eq!(effects.peers(), [&PeerInfo { conversation: Some(ConversationId(9)), ..peer }]);
}

#[test]
fn our_own_packets_are_nobodys() {
    let mut bench = Bench::new(true);
    let effects = bench.wait(SECOND * 5);
    for sent in &effects.sent {
        let back = bench.overhear("10.0.0.5:2425", &sent.bytes);
        assert!(back.sent.is_empty() && back.events.is_empty(), "{back:?}");
    }
    // Another program on this machine is somebody else.
    assert_eq!(bench.hear("127.0.0.2:2425", &entry(1)).peers().len(), 1);
    assert_eq!(bench.hear("10.0.0.5:2426", &entry(1)).peers().len(), 1);
}

#[test]
fn an_interface_that_comes_up_hears_of_us() {
    let mut bench = Bench::new(true);
    bench.wait(SECOND * 60);
    assert!(bench.interfaces(USUAL).sent.is_empty(), "nothing has changed");
    let effects = bench.interfaces(&[LO, ETH, "wlan0 3 192.168.1.5 192.168.1.255"]);
    assert!(targets(&effects).contains(&"192.168.1.255:2425".to_owned()));
}

#[test]
fn another_address_in_the_same_network_is_told_at_once() {
    let mut bench = Bench::new(true);
    bench.hear(BEN_AT, &entry(1));
    bench.send(ANNA, MessageKind::Text, "hello");
    bench.follow(ConversationId(3), FAR);
    bench.send(ConversationId(3), MessageKind::Text, "hello");
    bench.wait(SECOND * 60);
    let effects = bench.interfaces(&[LO, "eth0* 2 10.0.0.77 10.0.0.255"]);
    let told = targets(&effects);
    assert_eq!(told, ["255.255.255.255:2425", FAR], "and whom no broadcast reaches");
    assert_eq!(effects.kinds(), [command::ENTRY; 2]);
    let more = "eth0* 2 10.0.0.77 10.0.0.255";
    let effects = bench.interfaces(&[LO, more, "eth0 2 10.0.0.78 10.0.0.255"]);
    assert!(effects.sent.is_empty(), "they know us by one that is still there");
}

#[test]
fn who_hides_tells_another_address_to_nobody_but_those_who_know_of_us() {
    let mut bench = Bench::new(false);
    bench.send(ANNA, MessageKind::Text, "hello");
    bench.wait(SECOND * 60);
    let effects = bench.interfaces(&[LO, "eth0* 2 10.0.0.77 10.0.0.255"]);
    assert_eq!((targets(&effects), effects.kinds()), (vec![ANNA_AT.to_owned()], vec![command::ENTRY]));
}

#[test]
fn a_taken_port_is_told_once_and_tried_again() {
    let mut bench = Bench::bare();
    bench.willing = false;
    let effects = bench.interfaces(USUAL);
    let [NetEvent::Listening(listening)] = &effects.events[..] else { panic!("{effects:?}") };
    assert_eq!((listening.scheme, listening.address), ("ipmsg", None));
    assert_eq!(listening.code, Some("EADDRINUSE".into()));
    bench.order(NetCommand::Introduce(own(true)));
    bench.follow(ANNA, ANNA_AT);
    let (message, effects) = bench.send(ANNA, MessageKind::Text, "hello");
    assert_eq!(effects.events, [NetEvent::Failed { message, fault: Fault::NotListening }]);
    assert!(bench.wait(SECOND * 60).events.is_empty());
    bench.willing = true;
    let effects = bench.wait(SECOND * 10);
    assert!(
        matches!(&effects.events[..], [NetEvent::Listening(up)] if up.address == Some(at("0.0.0.0:2425")))
    );
    assert!(effects.kinds().contains(&command::ENTRY));
}
