//! Asking who is there, and telling many addresses of us one after the other.

use super::*;
use crate::dialects::ipmsg::packet::command;

fn entry(number: u32) -> Vec<u8> {
    packet(number, 1, b"Anna\0lab\0")
}

fn targets(effects: &Effects) -> Vec<String> {
    effects.sent.iter().map(|sent| sent.to.to_string()).collect()
}

fn answered(effects: &Effects) -> Vec<Option<ConversationId>> {
    let answer = |event: &NetEvent| match event {
        NetEvent::Answered { conversation, .. } => Some(*conversation),
        _ => None,
    };
    effects.events.iter().filter_map(answer).collect()
}

#[test]
fn a_look_asks_every_network_and_counts_each_answer_once() {
    let mut bench = Bench::new(true);
    let answer = packet(1, 3, b"Anna\0lab\0");
    assert!(answered(&bench.hear(ANNA_AT, &answer)).is_empty(), "nobody asked");
    let effects = bench.order(NetCommand::Look);
    assert_eq!(
        (effects.kinds(), targets(&effects)),
        (vec![command::ENTRY], vec!["255.255.255.255:2425".to_owned()])
    );
    assert_eq!(answered(&bench.hear(ANNA_AT, &answer)), [Some(ANNA)]);
    assert!(answered(&bench.hear(ANNA_AT, &answer)).is_empty());
    assert!(bench.order(NetCommand::Look).sent.is_empty(), "everybody answers, so not at once again");
    bench.wait(SECOND * 6);
    assert_eq!(bench.order(NetCommand::Look).kinds(), [command::ENTRY]);
    let mut hidden = Bench::new(false);
    assert!(hidden.order(NetCommand::Look).sent.is_empty(), "that would show us");
}

fn gone(effects: &Effects) -> Vec<String> {
    let left = |event: &NetEvent| match event {
        NetEvent::Peer(peer) if !peer.here => peer.address.literal().map(|at| at.to_string()),
        _ => None,
    };
    effects.events.iter().filter_map(left).collect()
}

#[test]
fn who_is_silent_after_a_look_is_asked_alone_and_shown_as_gone_then() {
    let mut bench = Bench::new(true);
    bench.wait(SECOND * 10);
    let (answer, silent) = (packet(1, 3, b"Anna\0lab\0"), packet(2, 3, b"Ben\0desk\0"));
    bench.hear(ANNA_AT, &answer);
    bench.hear(BEN_AT, &silent);
    bench.wait(SECOND);
    bench.order(NetCommand::Look);
    bench.hear(ANNA_AT, &answer);
    let again = bench.wait(SECOND * 2);
    assert_eq!((again.kinds(), targets(&again)), (vec![command::ENTRY], vec![BEN_AT.to_owned()]));
    assert!(gone(&again).is_empty());
    let over = bench.wait(SECOND * 2);
    assert_eq!((gone(&over), over.sent.len()), (vec![BEN_AT.to_owned()], 0));
    // Whoever is heard is here again.
    let back = bench.hear(BEN_AT, &silent);
    assert!(back.events.iter().any(|event| matches!(event, NetEvent::Peer(peer) if peer.here)));
}

#[test]
fn one_peer_is_asked_alone_and_no_words_reach_a_person() {
    let mut bench = Bench::new(false);
    let effects = bench.order(NetCommand::Peer(ANNA, PeerCommand::Ask));
    assert_eq!((effects.kinds(), targets(&effects)), (vec![command::ENTRY], vec![ANNA_AT.to_owned()]));
    assert!(answered(&bench.hear(FAR, &packet(1, 3, b"Eve\0lab\0"))).is_empty(), "not who was asked");
    assert_eq!(answered(&bench.hear(ANNA_AT, &packet(1, 3, b"Anna\0lab\0"))), [Some(ANNA)]);
}

#[test]
fn many_announced_addresses_are_told_fifty_a_second_and_then_nothing_wakes_us() {
    let mut bench = Bench::bare();
    bench.interfaces(USUAL);
    let announce: Vec<_> = (1..=200).map(|host| address(&format!("10.9.3.{host}"))).collect();
    let first = bench.order(NetCommand::Introduce(LocalIdentity { announce, ..own(true) }));
    assert_eq!(first.sent.len(), 6, "the network, and the first few");
    let second = bench.wait(SECOND);
    assert!((45..=56).contains(&second.sent.len()), "{}", second.sent.len());
    let rest = bench.wait(SECOND * 3);
    let mut told: Vec<String> = [targets(&first), targets(&second), targets(&rest)].concat();
    told.retain(|to| to.starts_with("10.9.3."));
    told.sort();
    assert_eq!(
        (told.len(), {
            told.dedup();
            told.len()
        }),
        (200, 200),
        "each once"
    );
    assert_eq!(bench.hear("10.9.3.17:2425", &entry(1)).kinds(), [command::ANSWER_ENTRY]);
    bench.wait(SECOND * 6);
    bench.hear("10.9.3.17:2425", &packet(2, 3, b"Anna\0lab\0"));
    assert!(bench.wait(SECOND * 500).sent.len() <= 201, "not before the next round");
}
