//! Another person at an address: nothing of the one goes to the other.

use super::*;
use crate::model::PeerCommand;
use crate::model::Person;

fn by(who: &str, number: u32, command: u32, body: &[u8]) -> Vec<u8> {
    let (user, host) = who.split_once('@').expect(who);
    packet::write(b"1", number, (user.as_bytes(), host.as_bytes()), command, body)
}

fn of(text: &str, who: &str) -> Address {
    Person::parse(who).expect(who).at(address(text))
}

/// Two conversations with two people of one address.
fn shared(visible: bool) -> Bench {
    let mut bench = Bench::new(visible);
    for (id, who) in [(ANNA, "anna@pc"), (BEN, "ben@laptop")] {
        let address = of(ANNA_AT, who);
        bench.order(NetCommand::Peer(id, PeerCommand::Follow { address, rank: id.0, session: None }));
    }
    bench
}

fn whose(effects: &Effects) -> Vec<(Option<ConversationId>, String)> {
    let found = effects.received().into_iter().map(|received| {
        let place = received.place.as_ref().expect("a person is named").to_string();
        (received.conversation, place)
    });
    found.collect()
}

#[test]
fn a_message_belongs_to_the_person_who_is_named_in_it() {
    let mut bench = shared(true);
    for (number, who, expected) in
        [(1, "anna@PC.local", Some(ANNA)), (2, "ben@laptop", Some(BEN)), (3, "cleo@pc", None)]
    {
        let heard = bench.hear(ANNA_AT, &by(who, number, 0x120, b"hi\0"));
        let place = of(ANNA_AT, who).to_string();
        assert_eq!(whose(&heard), [(expected, place)]);
    }
}

#[test]
fn a_conversation_that_nobody_was_heard_in_takes_whoever_comes() {
    let mut bench = Bench::new(true);
    let heard = bench.hear(ANNA_AT, &by("anyone@anywhere", 1, 0x120, b"hi\0"));
    assert_eq!(whose(&heard)[0].0, Some(ANNA));
}

#[test]
fn words_for_somebody_are_not_sent_to_whoever_is_there_instead() {
    let mut bench = shared(true);
    bench.hear(ANNA_AT, &by("anna@pc", 1, 0x01, b"Anna\0"));
    bench.hear(ANNA_AT, &by("ben@laptop", 1, 0x01, b"Ben\0"));
    let (message, mut effects) = bench.send(ANNA, MessageKind::Text, "for you alone");
    assert_eq!(effects.kinds(), [0x01], "whoever is there is asked first: {effects:?}");
    effects.join(bench.hear(ANNA_AT, &by("ben@laptop", 2, 0x03, b"Ben\0")));
    effects.join(bench.wait(SECOND * 5));
    assert!(effects.sent.iter().all(|sent| sent.kind() != 0x20), "{effects:?}");
    let fault = Fault::AnotherPerson { name: "ben@laptop".to_owned() };
    assert!(effects.events.contains(&NetEvent::Failed { message, fault }), "{effects:?}");
    let (_, effects) = bench.send(BEN, MessageKind::Text, "for Ben");
    assert_eq!(effects.kinds(), [0x20]);
}

#[test]
fn a_forged_name_keeps_words_back_only_until_the_true_one_answers() {
    let mut bench = shared(true);
    bench.hear(ANNA_AT, &by("anna@pc", 1, 0x01, b"Anna\0"));
    bench.hear(ANNA_AT, &by("anna@pc", 2, 0x20, b"hi\0"));
    bench.hear(ANNA_AT, &by("mallory@x", 7, 0x20, b"boo\0"));
    let (_, effects) = bench.send(ANNA, MessageKind::Text, "hello");
    assert_eq!(effects.kinds(), [0x01]);
    let effects = bench.hear(ANNA_AT, &by("anna@pc", 2, 0x03, b"Anna\0"));
    let texts: Vec<String> = effects.sent.iter().filter(|sent| sent.kind() == 0x20).map(Sent::text).collect();
    assert_eq!(texts, ["hello"], "{effects:?}");
}

#[test]
fn words_in_the_air_are_not_repeated_to_somebody_else() {
    let mut bench = shared(true);
    bench.hear(ANNA_AT, &by("anna@pc", 1, 0x01, b"Anna\0"));
    let (message, effects) = bench.send(ANNA, MessageKind::Text, "are you there?");
    assert!(effects.kinds().contains(&0x20));
    bench.hear(ANNA_AT, &by("ben@laptop", 1, 0x01, b"Ben\0"));
    let effects = bench.wait(SECOND * 5);
    assert!(effects.kinds().iter().all(|kind| *kind != 0x20), "{effects:?}");
    let fault = Fault::AnotherPerson { name: "ben@laptop".to_owned() };
    assert!(effects.events.contains(&NetEvent::Failed { message, fault }), "{effects:?}");
}

#[test]
fn nothing_is_taken_over_from_whoever_was_there_before() {
    let mut bench = shared(true);
    let feiq = packet::write(b"1_lbt6_0#128#0", 1, (b"anna", b"pc"), 1, b"a\0");
    bench.hear(ANNA_AT, &feiq);
    let effects = bench.hear(ANNA_AT, &by("ben@laptop", 1, 0x0100_0001, b"Ben\0"));
    let about = effects.peers().into_iter().map(|peer| (peer.conversation, peer.here, &*peer.about.encoding));
    assert_eq!(about.collect::<Vec<_>>(), [(Some(ANNA), false, "UTF-8"), (Some(BEN), true, "UTF-8")]);
}

#[test]
fn a_late_goodbye_takes_nobody_else_away() {
    let mut bench = shared(true);
    bench.hear(ANNA_AT, &by("ben@laptop", 1, 0x01, b"Ben\0"));
    assert!(bench.hear(ANNA_AT, &by("anna@pc", 9, 0x02, b"Anna\0")).peers().is_empty());
    let gone = bench.hear(ANNA_AT, &by("ben@laptop", 2, 0x02, b"Ben\0"));
    assert!(gone.peers().iter().all(|peer| peer.conversation == Some(BEN) && !peer.here));
}
