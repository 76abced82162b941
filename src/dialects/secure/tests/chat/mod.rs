//! What is said about what was said, and beside it: answers, edits, deletions, reactions, that somebody is writing, up to where
//! somebody has read; and what is never kept.

mod amend;

use super::*;
use crate::dialects::secure::frame::entry::{Entry, MAX_TEXT};
use crate::dialects::secure::frame::{FieldWriter, Rejection};
use crate::dialects::secure::held::EntryNames;
use crate::model::traffic::MessageKind;
use crate::model::{Fault, Trust};

const SECOND: Duration = Duration::from_secs(1);

/// Two that trust each other and let each other know as much as they may.
fn friends(seed: u64, weather: Weather) -> Lab {
    let mut lab = Lab::new(seed, weather);
    let (anna, ben) = (lab.add(), lab.add());
    lab.befriend(anna, ben);
    for node in [anna, ben] {
        lab.lets_know(node, true, true);
    }
    lab
}

impl Lab {
    fn lets_know(&mut self, index: usize, shows_typing: bool, shows_reads: bool) {
        let own = LocalIdentity { shows_typing, shows_reads, ..LocalIdentity::default() };
        self.input(index, Input::Command(NetCommand::Introduce(own)));
    }

    fn write(&mut self, index: usize, message: OutgoingMessage) {
        self.nodes[index].outbox.insert(message.id, message.clone());
        self.input(index, Input::Command(NetCommand::Message(PEER, MessageCommand::Send(message))));
    }

    /// Bytes that no udpqq writes, as an entry of the message stream.
    fn forge(&mut self, index: usize, id: u64, entry: Vec<u8>) {
        self.nodes[index].engine.call(self.now, |secure, cx| {
            let connections = secure.connections.as_mut().expect("a key");
            let (key, peer) = connections.peers.of(PEER).expect("followed");
            peer.held.push(
                MessageId(id),
                EntryNames { uid: FIRST, about: None, kind: MessageKind::Text },
                entry.into(),
            );
            connections.tend(cx, key);
            connections.serve_peer(cx, key);
            connections.go_on(cx);
        });
        self.input(index, Input::Tick);
    }

    fn has_read(&mut self, index: usize, uid: Uid) {
        self.input(index, Input::Command(NetCommand::Message(PEER, MessageCommand::Read { uid })));
    }

    fn types(&mut self, index: usize) {
        self.input(index, Input::Command(NetCommand::Peer(PEER, PeerCommand::Typing)));
    }

    fn received(&self, index: usize) -> Vec<&Received> {
        let received = self.nodes[index].events.iter().filter_map(|event| match event {
            NetEvent::Received(received) => Some(received),
            _ => None,
        });
        received.collect()
    }

    fn read_up_to(&self, index: usize) -> Vec<Uid> {
        let read = self.nodes[index].events.iter().filter_map(|event| match event {
            NetEvent::ReadUpTo { conversation: PEER, uid } => Some(*uid),
            _ => None,
        });
        read.collect()
    }

    fn typing(&self, index: usize) -> usize {
        let typing = |event: &&NetEvent| matches!(event, NetEvent::Typing { conversation: PEER });
        self.nodes[index].events.iter().filter(typing).count()
    }

    fn failed(&self, index: usize) -> Vec<(u64, Fault)> {
        let failed = self.nodes[index].events.iter().filter_map(|event| match event {
            NetEvent::Failed { message, fault } => Some((message.0, fault.clone())),
            _ => None,
        });
        failed.collect()
    }
}

const FIRST: Uid = Uid([1; 16]);
const LATER: Uid = Uid([2; 16]);

#[test]
fn what_is_said_about_a_message_comes_as_it_was_said_and_in_its_order() {
    let mut lab = friends(1, CALM);
    let said = [
        (MessageKind::Text, None, "hello"),
        (MessageKind::Text, Some("how are"), "fine"),
        (MessageKind::Edit, None, "hello!"),
        (MessageKind::Reaction, None, "👍"),
        (MessageKind::Reaction, None, ""),
        (MessageKind::Deletion, None, ""),
    ];
    for (id, (kind, quote, text)) in (1..).zip(said) {
        let about = (id > 1).then_some(LATER);
        let quote = quote.map(Arc::from);
        let base = OutgoingMessage::text(MessageId(id), text.to_owned());
        lab.write(0, OutgoingMessage { about, quote, kind, ..base });
        lab.run(SECOND);
    }
    let heard = lab.received(1).into_iter();
    let heard = heard.map(|it| (it.kind, it.quote.as_deref(), it.text.as_str(), it.about));
    let expected = said.iter().enumerate();
    let expected =
        expected.map(|(at, (kind, quote, text))| (*kind, *quote, *text, (at > 0).then_some(LATER)));
    assert!(heard.eq(expected), "{:?}", lab.received(1));
    assert_eq!(lab.undelivered(0), 0);
}

#[test]
fn what_cannot_be_said_is_answered_at_once() {
    let mut lab = friends(1, CALM);
    let message = |id, kind, text: &str| OutgoingMessage {
        kind,
        ..OutgoingMessage::text(MessageId(id), text.to_owned())
    };
    lab.write(0, message(1, MessageKind::Deletion, ""));
    lab.write(0, message(2, MessageKind::Text, &"x".repeat(MAX_TEXT + 1)));
    lab.write(0, OutgoingMessage { about: Some(FIRST), ..message(3, MessageKind::Reaction, "👍👎") });
    let long = Fault::TooLarge { bytes: MAX_TEXT + 1, limit: MAX_TEXT };
    assert_eq!(lab.failed(0), [(1, Fault::Malformed), (2, long), (3, Fault::Malformed)]);
}

/// Entries that break the rules, each in its way.
fn broken() -> Vec<(Vec<u8>, Rejection)> {
    let entry = |kind| FieldWriter::new(kind).critical(1, &[9; 16]);
    vec![
        (entry(0).critical(3, &vec![b'x'; MAX_TEXT + 1]).finish(), Rejection::TooLong),
        (entry(4).finish(), Rejection::Malformed),
        (entry(0).critical(3, b"\xff").finish(), Rejection::Malformed),
        (entry(6).critical(6, &[1; 16]).field(7, &[b'x'; 33]).finish(), Rejection::TooLong),
        (vec![0, 255], Rejection::Malformed),
        (Vec::new(), Rejection::Malformed),
    ]
}

#[test]
fn what_will_never_be_kept_is_refused_once_and_what_comes_after_it_goes_on() {
    let mut lab = friends(1, CALM);
    lab.say(0, 1, "a1");
    for (id, (entry, why)) in (100..).zip(broken()) {
        assert_eq!(Entry::decode(&entry), Err(why));
        lab.forge(0, id, entry);
    }
    lab.say(0, 2, "a2");
    lab.run(SECOND);
    assert_eq!(lab.nodes[1].texts, ["a1", "a2"]);
    assert_eq!(lab.undelivered(0), 0, "receipts pass over it");
    let failed = lab.failed(0);
    let faults = broken().into_iter().map(|(entry, why)| match why {
        Rejection::TooLong => Fault::TooLarge { bytes: entry.len(), limit: MAX_TEXT },
        Rejection::Malformed | Rejection::Unwanted => Fault::Refused,
    });
    assert!(failed.iter().map(|(_, fault)| fault.clone()).eq(faults), "{failed:?}");
    // On a session of its own nothing of it comes again.
    lab.start(1);
    lab.say(0, 3, "a3");
    lab.run(Duration::from_secs(40));
    assert_eq!((lab.failed(0).len(), lab.undelivered(0)), (6, 0));
}

#[test]
fn whoever_is_not_known_and_breaks_the_rules_is_told_nothing() {
    let mut lab = Lab::new(1, CALM);
    let (anna, mei) = (lab.add(), lab.add());
    lab.admire(mei, anna);
    lab.forge(mei, 1, broken().swap_remove(0).0);
    lab.run(SECOND);
    assert_eq!(lab.failed(mei), []);
    assert!(lab.received(anna).is_empty());
}

#[test]
fn what_is_not_wanted_is_refused_and_holds_nothing_up() {
    let mut lab = friends(1, CALM);
    lab.nodes[1].unkept = Some(false);
    lab.say(0, 1, "a1");
    lab.say(0, 2, "a2");
    lab.run(SECOND);
    assert_eq!(lab.failed(0), [(1, Fault::Refused), (2, Fault::Refused)]);
    lab.nodes[1].unkept = None;
    lab.say(0, 3, "a3");
    lab.run(SECOND);
    assert_eq!(lab.nodes[1].texts, ["a3"]);
    assert!(lab.nodes[0].delivered.contains(&MessageId(3)));
}

#[test]
fn what_there_was_no_room_for_comes_again_once_and_in_order() {
    for seed in 0..10 {
        let mut lab = friends(seed, CALM);
        lab.say(0, 1, "a1");
        lab.run(SECOND);
        lab.nodes[1].unkept = Some(true);
        lab.say(0, 2, "a2");
        lab.run(Duration::from_millis(3));
        lab.nodes[1].unkept = None;
        lab.say(0, 3, "a3");
        lab.run(Duration::from_secs(10));
        assert_eq!(lab.nodes[1].texts, ["a1", "a2", "a3"].map(str::to_owned), "seed {seed}");
        assert_eq!((lab.undelivered(0), lab.failed(0)), (0, Vec::new()));
    }
}

#[test]
fn a_stranger_whose_word_was_dropped_says_it_again_when_it_is_accepted() {
    let mut lab = Lab::new(1, CALM);
    let (anna, mei) = (lab.add(), lab.add());
    lab.befriend(anna, mei);
    lab.trust(anna, Trust::Requested);
    lab.nodes[anna].unkept = Some(true);
    lab.say(mei, 1, "b1");
    lab.run(Duration::from_secs(10));
    assert_eq!((lab.received(anna).len(), lab.undelivered(mei)), (1, 1), "it is told nothing");
    lab.nodes[anna].unkept = None;
    lab.trust(anna, Trust::Pinned);
    lab.run(Duration::from_secs(10));
    assert_eq!((lab.nodes[anna].texts.len(), lab.undelivered(mei)), (1, 0));
}

#[test]
fn no_peer_brings_more_than_waits_for_the_history() {
    let mut lab = friends(1, CALM);
    lab.nodes[1].commit = Duration::from_hours(1);
    for id in 1..=60 {
        lab.say(0, id, &"x".repeat(MAX_TEXT));
    }
    lab.run(Duration::from_secs(30));
    assert_eq!(lab.received(1).len(), 5, "256 KiB, and the one that goes beyond them");
}

#[test]
fn whoever_comes_again_and_again_says_no_more_for_that() {
    let mut lab = friends(1, CALM);
    lab.nodes[1].commit = Duration::from_hours(1);
    for id in 1..=500 {
        lab.say(0, id, "again");
    }
    for _ in 0..5 {
        lab.run(2 * SECOND);
        lab.start(0);
    }
    let heard = lab.received(1).len();
    assert!((500..=500 + 10 * 20 + 1).contains(&heard), "{heard}");
}

#[test]
fn what_was_kept_is_read_again_with_its_text() {
    let mut lab = friends(1, CALM);
    let texts = [(MessageKind::Text, "words"), (MessageKind::Edit, "others"), (MessageKind::Reaction, "👍")];
    for (kind, text) in texts {
        let base = OutgoingMessage::text(MessageId(1), text.to_owned());
        let message = OutgoingMessage { about: Some(LATER), kind, ..base };
        let payload = Entry::encode(&message, FIRST).into();
        let redecode = MessageCommand::Redecode { message: MessageId(1), payload };
        lab.input(0, Input::Command(NetCommand::Message(PEER, redecode)));
        let read = NetEvent::Redecoded { message: MessageId(1), text: text.to_owned(), lossy: false };
        assert_eq!(lab.nodes[0].events.last(), Some(&read));
    }
}

#[test]
fn up_to_where_was_read_is_told_if_both_want_it_and_on_every_session_once() {
    let mut lab = friends(1, CALM);
    lab.say(0, 1, "a1");
    lab.run(SECOND);
    lab.has_read(1, FIRST);
    lab.has_read(1, FIRST);
    lab.run(SECOND);
    assert_eq!(lab.read_up_to(0), [FIRST]);
    // What was read while nobody was there is told when there is somebody.
    lab.blackout = Some(lab.now.mono + Duration::from_mins(2));
    lab.run(Duration::from_mins(1));
    lab.has_read(1, LATER);
    lab.run(Duration::from_mins(1));
    assert_eq!(lab.read_up_to(0), [FIRST]);
    lab.say(0, 2, "a2");
    lab.run(Duration::from_mins(2));
    assert_eq!(lab.read_up_to(0), [FIRST, LATER]);
    assert!(lab.read_up_to(1).is_empty());
}

#[test]
fn up_to_where_was_read_is_not_told_where_one_side_does_not_want_it() {
    for (reader, other) in [(false, true), (true, false)] {
        let mut lab = friends(1, CALM);
        lab.lets_know(1, true, reader);
        lab.lets_know(0, true, other);
        lab.say(0, 1, "a1");
        lab.run(SECOND);
        lab.has_read(1, FIRST);
        lab.run(SECOND);
        assert!(lab.read_up_to(0).is_empty());
        // Later both want it: what was read before stays with whoever did not want it told.
        lab.lets_know(1, true, true);
        lab.lets_know(0, true, true);
        lab.run(SECOND);
        assert_eq!(lab.read_up_to(0).len(), usize::from(reader));
        lab.has_read(1, LATER);
        lab.run(SECOND);
        assert_eq!(lab.read_up_to(0).last(), Some(&LATER));
    }
}

#[test]
fn that_somebody_is_writing_is_told_once_in_three_seconds_where_a_person_lets_it() {
    let mut lab = friends(1, CALM);
    lab.types(0);
    assert_eq!(lab.typing(1), 0, "nobody is dialled for it");
    lab.say(0, 1, "a1");
    lab.run(SECOND);
    for _ in 0..31 {
        lab.types(0);
        lab.run(Duration::from_millis(100));
    }
    assert_eq!(lab.typing(1), 2);
    lab.lets_know(0, false, true);
    lab.run(Duration::from_secs(4));
    lab.types(0);
    lab.run(SECOND);
    assert_eq!(lab.typing(1), 2);
}

#[test]
fn of_a_flood_of_notices_little_is_heard_and_nothing_stays() {
    let mut lab = friends(1, CALM);
    lab.say(0, 1, "a1");
    lab.run(SECOND);
    for _ in 0..200 {
        lab.nodes[0].engine.call(lab.now, |secure, cx| {
            let connections = secure.connections.as_mut().expect("a key");
            let handle = connections.peers.of(PEER).expect("followed").1.current.expect("up");
            let quic = connections.transport.open(handle).expect("open");
            for notice in [b"t\0".as_slice(), b"", b"t", b"x\0", b"t\0 and more"] {
                let _sent = quic.datagrams().send(bytes::Bytes::copy_from_slice(notice), true);
            }
            connections.go_on(cx);
        });
        lab.input(0, Input::Tick);
        lab.run(Duration::from_millis(50));
    }
    assert!((9..=11).contains(&lab.typing(1)), "{}", lab.typing(1));
}

#[test]
fn whoever_is_not_trusted_neither_tells_nor_is_told() {
    for trust in [Trust::Requested, Trust::Blocked] {
        let mut lab = friends(1, CALM);
        lab.say(0, 1, "a1");
        lab.say(1, 1, "b1");
        lab.run(SECOND);
        lab.trust(1, trust);
        lab.types(0);
        lab.types(1);
        lab.has_read(0, FIRST);
        lab.has_read(1, FIRST);
        lab.run(SECOND);
        for node in [0, 1] {
            assert_eq!((lab.typing(node), lab.read_up_to(node)), (0, Vec::new()), "{trust:?}, node {node}");
        }
    }
}
