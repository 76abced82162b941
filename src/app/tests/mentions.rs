//! Who speaks to us in a room, and what is left of that after a start.

use super::world::World;
use crate::app::{Event, Intent, Restored};
use crate::model::MessageId;
use crate::model::history::{ConversationRecord, PeerKind, StoredConversation};
use crate::model::traffic::Member;
use crate::model::{ConversationId, NetEvent};

fn room() -> (World, ConversationId) {
    let mut world = World::new();
    world.happen(Event::OwnName("lena".to_owned()));
    world.load(&[("hall", "club://h/hall"), ("alex", "127.0.0.1:1")], None);
    let hall = world.id("hall");
    (world, hall)
}

fn mentions(world: &World, room: ConversationId) -> u32 {
    world.state.conversation(room).map_or(0, |room| room.activity.mentions())
}

#[test]
fn only_a_room_and_only_others_name_us() {
    let (mut world, hall) = room();
    world.says(hall, "bea", "lena?");
    world.says(hall, "bea", "nobody");
    world.joins(hall, "10.0.0.1:6000");
    let alex = world.id("alex");
    world.hear(Some(alex), "127.0.0.1:1", "lena");
    world.happen(Event::Intent(Intent::Send { conversation: hall, text: "lena".to_owned() }));
    assert_eq!((mentions(&world, hall), mentions(&world, alex)), (1, 0));
    world.happen(Event::Intent(Intent::Read { conversation: hall, arriving: false }));
    assert_eq!(mentions(&world, hall), 0);
}

#[test]
fn a_room_may_know_us_by_another_name() {
    let (mut world, hall) = room();
    let member = Member { id: 1, name: "lena-2".into(), here: true, own: true };
    world.happen(Event::Net(NetEvent::Member { conversation: hall, member }));
    world.says(hall, "bea", "@lena-2 over here");
    world.says(hall, "bea", "lena-3");
    assert_eq!(mentions(&world, hall), 1);
}

#[test]
fn what_was_unread_at_the_end_is_counted_again_after_a_start() {
    let (mut world, hall) = room();
    for text in ["old lena", "read up to here"] {
        world.says(hall, "bea", text);
    }
    world.happen(Event::Intent(Intent::Read { conversation: hall, arriving: false }));
    for text in ["one", "lena two", "three", "@lena"] {
        world.says(hall, "bea", text);
    }
    let (first, newest) = (MessageId(3), MessageId(6));
    let mut again = World::new();
    again.store = world.store;
    again.happen(Event::OwnName("lena".to_owned()));
    let card = ConversationRecord {
        conversation: hall,
        name: "hall".to_owned(),
        address: "club://h/hall".to_owned(),
        kind: PeerKind::Contact,
        known: true,
        aside: false,
        joined: false,
        trust: None,
    };
    let kept = StoredConversation {
        unread: 4,
        first_unread: Some(first),
        newest: Some(newest),
        ..StoredConversation::of(card)
    };
    let address = super::world::address("club://h/hall");
    again.happen(Event::Restored(Restored {
        conversations: vec![(kept, address)],
        last_message: Some(newest),
        last_conversation: Some(hall),
        ..Restored::default()
    }));
    assert_eq!(mentions(&again, hall), 2);
    let place = again.state.conversation(hall).expect("hall");
    assert_eq!(place.activity.mention_before(None), Some(newest));
    assert!(place.messages().is_empty(), "nothing is held of what is only looked through");
}
