//! Messages that come again, since their sender does not know that we have them.

use super::*;
use crate::model::Uid;
use crate::model::traffic::Received;

const FROM: &str = "10.0.0.7:2425";

fn with_mei() -> (World, ConversationId) {
    let world = World::with(&[("mei", "lan://10.0.0.7")]);
    let mei = world.id("mei");
    (world, mei)
}

fn arrival(world: &World, mei: ConversationId, name: u8, text: &str) -> Event {
    let message = world.message(Some(mei), FROM, text);
    Event::Net(NetEvent::Received(Received { uid: Some(Uid([name; 16])), ..message }))
}

fn hear(world: &mut World, mei: ConversationId, name: u8, text: &str) {
    world.happen(arrival(world, mei, name, text));
}

/// The messages whose sender was told that we have them.
fn receipts(world: &World) -> Vec<u8> {
    let uid = |command: &NetCommand| {
        let NetCommand::Message(_, MessageCommand::Stored { uid, .. }) = command else { return None };
        uid.map(|uid| uid.0[0])
    };
    world.ordered.iter().filter_map(uid).collect()
}

fn unread(world: &World, mei: ConversationId) -> u32 {
    world.state.conversation(mei).expect("mei").activity.unread()
}

#[test]
fn a_message_that_comes_again_gets_its_receipt_again_and_shows_nowhere() {
    let (mut world, mei) = with_mei();
    world.happen(Event::Intent(Intent::Away(true)));
    for name in [1, 2, 1, 1] {
        hear(&mut world, mei, name, "hello");
        world.now.mono += Duration::from_mins(10);
    }
    assert_eq!(receipts(&world), [1, 2, 1, 1]);
    assert_eq!((world.kept("mei").len(), unread(&world, mei), world.rings), (2, 2, 2));
    assert!(!world.state.conversation(mei).expect("mei").activity.has_pending());
    world.open("mei");
    assert_eq!(world.shown("mei").len(), 2);
    hear(&mut world, mei, 2, "hello");
    assert_eq!((world.shown("mei").len(), receipts(&world).len()), (2, 5));
}

#[test]
fn messages_that_come_again_take_no_places_of_the_queue_for_ever() {
    let (mut world, mei) = with_mei();
    for name in 0..3 {
        hear(&mut world, mei, name, "hello");
    }
    for _ in 0..2_000 {
        world.now.mono += Duration::from_secs(1);
        hear(&mut world, mei, 1, "hello");
    }
    hear(&mut world, mei, 9, "another");
    assert_eq!(world.kept("mei").last().map(|last| last.text.clone()), Some("another".to_owned()));
}

#[test]
fn while_the_store_has_not_answered_there_is_one_of_each() {
    let (mut world, mei) = with_mei();
    let first = {
        let event = arrival(&world, mei, 1, "hello");
        let effects = update(&mut world.state, world.now, event);
        let [Effect::Store(op @ StoreCommand::Insert(_))] = effects.as_slice() else { panic!("{effects:?}") };
        op.clone()
    };
    let again = arrival(&world, mei, 1, "hello");
    assert!(update(&mut world.state, world.now, again).is_empty(), "the answer is for both");
    let answer = world.commit(first);
    world.happen(Event::Stored(answer));
    assert_eq!((receipts(&world), world.kept("mei").len()), (vec![1], 1));
    hear(&mut world, mei, 1, "hello");
    assert_eq!((receipts(&world), world.kept("mei").len()), (vec![1, 1], 1));
}

#[test]
fn what_the_store_refused_is_not_doubled_by_coming_again() {
    let (mut world, mei) = with_mei();
    world.open("mei");
    world.refuse = true;
    for name in [1, 2, 1] {
        hear(&mut world, mei, name, "hello");
    }
    assert_eq!((world.shown("mei").len(), receipts(&world)), (2, vec![]), "nobody is told before it is kept");
    world.refuse = false;
    // While memory has it, it is known; with the next that the store takes it is kept.
    hear(&mut world, mei, 1, "hello");
    assert_eq!((world.shown("mei").len(), world.kept("mei").len(), receipts(&world)), (2, 0, vec![]));
    hear(&mut world, mei, 3, "hello");
    assert_eq!((world.state.unsaved(), world.kept("mei").len()), (0, 3));
    assert_eq!(receipts(&world), [3, 1, 2]);
    for name in [1, 2, 3] {
        hear(&mut world, mei, name, "hello");
    }
    assert_eq!((world.shown("mei").len(), world.kept("mei").len()), (3, 3));
    assert_eq!(receipts(&world), [3, 1, 2, 1, 2, 3]);
}

#[test]
fn what_the_store_finds_to_be_known_when_it_is_given_it_again_is_let_go() {
    let (mut world, mei) = with_mei();
    world.refuse = true;
    hear(&mut world, mei, 1, "hello");
    world.refuse = false;
    // As after a commit that was lasting although it failed, under another id.
    let unsaved =
        world.state.conversation(mei).expect("mei").unsaved.messages().next().cloned().expect("one");
    let twin = Message { id: crate::model::MessageId(unsaved.id.0 + 50), ..Message::clone(&unsaved) };
    assert!(matches!(world.commit(StoreCommand::Insert(Arc::new(twin))), StoreEvent::Committed(_)));
    world.happen(Event::Stored(StoreEvent::TryAgain));
    assert_eq!((world.state.unsaved(), world.kept("mei").len(), receipts(&world)), (0, 1, vec![1]));
    assert!(
        world.state.pending_writes.is_due() || !world.state.pending_writes.any(),
        "no answer is waited for"
    );
}
