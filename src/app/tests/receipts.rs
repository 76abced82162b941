//! Marks, sealed messages, and other kinds.

use super::*;
use crate::model::MessageCommand;
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Files, MessageId, OutgoingMessage};

const MEI: &str = "lan://10.0.0.7";
const FROM_MEI: &str = "10.0.0.7:2425";

fn with_mei() -> (World, ConversationId) {
    let world = World::with(&[("mei", MEI), ("alex", "127.0.0.1:8081")]);
    let mei = world.id("mei");
    (world, mei)
}

fn send(world: &mut World, kind: MessageKind) -> MessageId {
    let (conversation, text) = (world.id("mei"), "secret".to_owned());
    world.happen(Event::Intent(Intent::SendAs { conversation, text, kind }));
    match world.ordered.last() {
        Some(NetCommand::Message(
            _,
            MessageCommand::Send(OutgoingMessage { id: message, kind: sent, .. }),
        )) => {
            assert_eq!(*sent, kind);
            *message
        }
        other => panic!("{other:?}"),
    }
}

fn hand(world: &mut World, message: MessageId) {
    let (to, payload) = (FROM_MEI.parse().expect("literal"), Arc::from(&b"bytes"[..]));
    world.happen(Event::Net(NetEvent::Handed { message, to, payload }));
}

fn fail(world: &mut World, message: MessageId, fault: Fault) {
    world.happen(Event::Net(NetEvent::Failed { message, fault }));
}

fn deliver(world: &mut World, message: MessageId) {
    world.happen(Event::Net(NetEvent::Delivered { message }));
}

fn read(world: &mut World, message: MessageId) {
    world.happen(Event::Net(NetEvent::Read { message }));
}

/// What the history says became of it. The conversation is not open.
fn mark(world: &World, message: MessageId) -> Mark {
    world.stored(world.id("mei"), message).mark().cloned().expect("ours")
}

#[test]
fn a_receipt_counts_whether_the_conversation_is_open_or_not() {
    let (mut world, _) = with_mei();
    let message = send(&mut world, MessageKind::Text);
    hand(&mut world, message);
    assert_eq!(mark(&world, message), Mark::Sent);
    deliver(&mut world, message);
    assert_eq!(mark(&world, message), Mark::Delivered);
    world.open("mei");
    let shown = world.state.conversation(world.id("mei")).expect("there").messages()[0].mark().cloned();
    assert_eq!(shown, Some(Mark::Delivered));
}

#[test]
fn a_receipt_that_comes_before_the_store_has_said_yes_is_not_lost() {
    let (mut world, mei) = with_mei();
    let message = send(&mut world, MessageKind::Text);
    let (to, payload) = (FROM_MEI.parse().expect("literal"), Arc::from(&b"bytes"[..]));
    let mut ops = Vec::new();
    for event in [NetEvent::Handed { message, to, payload }, NetEvent::Delivered { message }] {
        for effect in update(&mut world.state, world.now, Event::Net(event)) {
            let Effect::Store(op) = effect else { panic!("{effect:?}") };
            ops.push(op);
        }
    }
    for op in ops {
        let stored = world.commit(op);
        world.happen(Event::Stored(stored));
    }
    assert_eq!(mark(&world, message), Mark::Delivered);
    assert_eq!(&world.stored(mei, message).payload[..], b"bytes");
}

#[test]
fn a_receipt_that_overtakes_the_kernel_is_not_taken_back_by_it() {
    let (mut world, mei) = with_mei();
    let message = send(&mut world, MessageKind::Text);
    deliver(&mut world, message);
    hand(&mut world, message);
    assert_eq!(mark(&world, message), Mark::Delivered);
    assert_eq!(&world.stored(mei, message).payload[..], b"bytes");
}

#[test]
fn a_late_receipt_corrects_a_failure_that_was_in_doubt_and_no_other() {
    for (fault, corrected) in [(Fault::NoAnswer, true), (Fault::Busy, false)] {
        let (mut world, _) = with_mei();
        let message = send(&mut world, MessageKind::Text);
        if corrected {
            hand(&mut world, message);
        }
        fail(&mut world, message, fault.clone());
        assert_eq!(mark(&world, message), Mark::Failed(fault.clone()));
        deliver(&mut world, message);
        let wanted = if corrected { Mark::Delivered } else { Mark::Failed(fault) };
        assert_eq!(mark(&world, message), wanted);
    }
}

#[test]
fn a_mark_never_goes_backwards() {
    let (mut world, _) = with_mei();
    let message = send(&mut world, MessageKind::Sealed);
    hand(&mut world, message);
    read(&mut world, message);
    assert_eq!(mark(&world, message), Mark::Read, "an opened message has come, whether that was said or not");
    deliver(&mut world, message);
    fail(&mut world, message, Fault::NoAnswer);
    hand(&mut world, message);
    assert_eq!(mark(&world, message), Mark::Read);
    let message = send(&mut world, MessageKind::Sealed);
    hand(&mut world, message);
    deliver(&mut world, message);
    fail(&mut world, message, Fault::NoAnswer);
    assert_eq!(mark(&world, message), Mark::Delivered);
    read(&mut world, message);
    assert_eq!(mark(&world, message), Mark::Read);
}

#[test]
fn only_what_was_sealed_is_opened_by_anybody() {
    let (mut world, _) = with_mei();
    let message = send(&mut world, MessageKind::Text);
    hand(&mut world, message);
    read(&mut world, message);
    assert_eq!(mark(&world, message), Mark::Sent);
    read(&mut world, MessageId(77));
    deliver(&mut world, MessageId(77));
}

#[test]
fn a_message_is_not_sent_open_where_it_cannot_be_sealed() {
    let (mut world, _) = with_mei();
    let (alex, sent) = (world.id("alex"), world.ordered.len());
    for (kind, key) in [(MessageKind::Sealed, "send-no-seals"), (MessageKind::Everyone, "send-no-several")] {
        let intent = Intent::SendAs { conversation: alex, text: "x".to_owned(), kind };
        world.happen(Event::Intent(intent));
        assert_eq!(world.ordered.len(), sent);
        let told = world.state.status_line_after(0).map(|(_, told)| told.key);
        assert!(told.is_some());
        assert!(
            (0..9).any(|seen| world.state.status_line_after(seen).is_some_and(|(_, told)| told.key == key))
        );
    }
    assert!(world.kept("alex").is_empty());
}

#[test]
fn a_message_that_failed_is_sent_again_as_it_was_meant() {
    let (mut world, mei) = with_mei();
    world.open("mei");
    let message = send(&mut world, MessageKind::Sealed);
    fail(&mut world, message, Fault::Busy);
    world.happen(Event::Intent(Intent::Retry { conversation: mei, message }));
    let again = world.ordered.last();
    assert!(
        matches!(again, Some(NetCommand::Message(_, MessageCommand::Send(OutgoingMessage { kind: MessageKind::Sealed, text, .. }))) if text == "secret")
    );
    assert_eq!(world.kept("mei")[1].kind(), Some(MessageKind::Sealed));
}

#[test]
fn a_sealed_message_is_opened_by_a_person_and_stays_open() {
    let (mut world, _) = with_mei();
    let message = world.writes(FROM_MEI, MessageKind::Sealed, Files::default(), "");
    let mei = world.id(FROM_MEI);
    world.happen(Event::Intent(Intent::Unseal { conversation: mei, message }));
    assert!(
        !matches!(world.ordered.last(), Some(NetCommand::Message(_, MessageCommand::Unseal { .. }))),
        "nobody sees it"
    );
    world.happen(Event::Intent(Intent::Open { conversation: mei }));
    world.happen(Event::Intent(Intent::Unseal { conversation: mei, message }));
    let Some(NetCommand::Message(_, MessageCommand::Unseal { payload, .. })) = world.ordered.last() else {
        panic!()
    };
    assert_eq!(&payload[..], b"packet of ");
    world.happen(Event::Intent(Intent::Leave { conversation: mei }));
    let opened = || NetEvent::Opened { message, text: "dear".to_owned(), lossy: true };
    world.happen(Event::Net(opened()));
    let stored = world.stored(mei, message);
    assert_eq!((stored.text.as_str(), stored.kind()), ("dear", Some(MessageKind::Opened)));
    assert!(matches!(stored.direction, Direction::Incoming { lossy: true, .. }));
    let before = world.ops.len();
    world.happen(Event::Net(opened()));
    assert_eq!(world.ops.len(), before, "nobody asked");
}

#[test]
fn another_encoding_opens_nothing_that_is_sealed() {
    let mut world = World::new();
    for (kind, text) in [
        (MessageKind::Sealed, ""),
        (MessageKind::Unreadable, ""),
        (MessageKind::Opened, "dear"),
        (MessageKind::Text, "hi"),
    ] {
        world.writes(FROM_MEI, kind, Files::default(), text);
    }
    let conversation = world.id(FROM_MEI);
    world.ordered.clear();
    let address = address("lan://10.0.0.7?encoding=gbk");
    world.happen(Event::Intent(Intent::SetAddress { conversation, address }));
    let bytes = |command: &NetCommand| {
        let NetCommand::Message(_, MessageCommand::Redecode { payload, .. }) = command else { return None };
        Some(String::from_utf8_lossy(payload).into_owned())
    };
    let again = world.ordered.iter().filter_map(bytes);
    assert_eq!(again.collect::<Vec<_>>(), ["packet of hi", "packet of dear"]);
}

#[test]
fn the_bell_rings_for_what_people_write_and_not_for_what_programs_do() {
    for (kind, rings) in [
        (MessageKind::Sealed, 1),
        (MessageKind::Several, 1),
        (MessageKind::Everyone, 1),
        (MessageKind::Unreadable, 1),
        (MessageKind::Automatic, 0),
    ] {
        let mut world = World::new();
        world.happen(Event::Intent(Intent::Away(true)));
        world.writes(FROM_MEI, kind, Files::default(), "x");
        assert_eq!(world.rings, rings, "{kind:?}");
        assert_eq!(world.state.conversation(world.id(FROM_MEI)).expect("there").activity.unread(), 1);
    }
}

#[test]
fn the_network_hears_of_a_message_when_the_history_has_it() {
    let (mut world, mei) = with_mei();
    let stored = |world: &World| {
        world
            .ordered
            .iter()
            .filter(|order| matches!(order, NetCommand::Message(_, MessageCommand::Stored { .. })))
            .count()
    };
    world.refuse = true;
    world.hear(Some(mei), FROM_MEI, "hello");
    assert_eq!(stored(&world), 0, "the disk is full");
    world.refuse = false;
    world.hear(Some(mei), FROM_MEI, "again");
    assert_eq!(stored(&world), 2, "this one, and the other, which was given to it again");
    let alex = world.id("alex");
    world.hear(Some(alex), "127.0.0.1:8081", "plain text knows no receipts");
    assert_eq!(stored(&world), 2);
}
