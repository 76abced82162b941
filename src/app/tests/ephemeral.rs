//! A run without a history: nobody is told that a message is kept, and all of it counts as what is about to be lost.

use super::trust::{LOCKED, add, place};
use super::world::LAN;
use super::*;
use crate::model::traffic::{MessageKind, Received};
use crate::model::{Files, MessageId, Uid};

/// Ben, who proves his key, in a run of that kind.
fn with_ben(ephemeral: bool) -> (World, ConversationId) {
    let mut world = World::new();
    world.happen(Event::Restored(Restored { ephemeral, ..Restored::default() }));
    let ben = add(&mut world, "ben", 2);
    world.open("ben");
    (world, ben)
}

fn hears(world: &mut World, ben: ConversationId, name: u8) {
    let message = world.message(Some(ben), "10.0.0.7:7781", "hello");
    let (uid, place) = (Some(Uid([name; 16])), Some(Box::new(place(2))));
    let received = Received { scheme: LOCKED, place, authenticated: true, uid, ..message };
    world.happen(Event::Net(NetEvent::Received(received)));
}

fn receipts(world: &World) -> usize {
    let is_one = |it: &&NetCommand| matches!(it, NetCommand::Message(_, MessageCommand::Stored { .. }));
    world.ordered.iter().filter(is_one).count()
}

#[test]
fn no_peer_is_told_that_a_message_is_kept_where_nothing_is() {
    for (ephemeral, told) in [(false, 3), (true, 0)] {
        let (mut world, ben) = with_ben(ephemeral);
        for name in [1, 2, 1] {
            hears(&mut world, ben, name);
        }
        assert_eq!((world.shown("ben").len(), receipts(&world)), (2, told), "ephemeral: {ephemeral}");
    }
}

#[test]
fn a_receipt_that_only_says_that_the_program_has_a_message_is_sent_all_the_same() {
    let (mut world, _) = with_ben(true);
    world.peer(None, "lan://10.0.0.9", "mei", true);
    const { assert!(LAN.caps.receipts && !LAN.caps.outbox) };
    world.writes("10.0.0.9:2425", MessageKind::Text, Files::default(), "hello");
    assert_eq!(receipts(&world), 1);
}

#[test]
fn what_was_said_is_unsaved_until_it_is_removed_and_then_only_the_rest() {
    let (mut world, ben) = with_ben(true);
    assert_eq!(world.state.unsaved(), 0);
    hears(&mut world, ben, 1);
    world.happen(Event::Intent(Intent::Send { conversation: ben, text: "and I".to_owned() }));
    assert_eq!(world.state.unsaved(), 2);
    let message = MessageId(world.state.next_message_id().0 - 1);
    world.happen(Event::Net(NetEvent::Delivered { message }));
    assert_eq!(world.state.unsaved(), 2, "that the peer has it does not keep it here");
    world.happen(Event::Intent(Intent::Leave { conversation: ben }));
    assert_eq!(world.state.unsaved(), 2, "nothing of it is held to be read");
    world.open("ben");
    world.happen(Event::Intent(Intent::Clear { conversation: ben }));
    hears(&mut world, ben, 2);
    assert_eq!(world.state.unsaved(), 1);
}

#[test]
fn with_a_history_nothing_of_it_is_unsaved() {
    let (mut world, ben) = with_ben(false);
    hears(&mut world, ben, 1);
    assert_eq!(world.state.unsaved(), 0);
}
