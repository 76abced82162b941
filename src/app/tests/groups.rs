//! What is written to all of a group at once.

use super::trust::place;
use super::*;
use crate::app::Section;
use crate::model::history::{ConversationRecord, StoredConversation};
use crate::model::traffic::{PeerInfo, Profile};
use crate::model::{MessageId, Trust};

const MEI: &str = "lan://10.0.0.7";

fn section(world: &World, conversation: ConversationId) -> Section {
    world.state.list().find(|row| row.id == conversation).map(|row| row.section).expect("a row")
}

fn to_group(world: &mut World, conversation: ConversationId) {
    world.happen(Event::Intent(Intent::SendToGroup { conversation, text: "lunch?".to_owned() }));
}

fn last_record(world: &World) -> ConversationRecord {
    let card = |op: &StoreCommand| if let StoreCommand::Know(card) = op { Some(*card.clone()) } else { None };
    world.ops.iter().rev().find_map(card).expect("a record")
}

#[test]
fn a_group_that_is_written_to_fills_no_contacts_and_what_was_said_is_kept() {
    let mut world = World::new();
    world.peer(None, MEI, "Mei", true);
    let mei = world.id("Mei");
    to_group(&mut world, mei);
    assert_eq!(section(&world, mei), Section::Nearby);
    let card = last_record(&world);
    assert_eq!((card.known, card.aside), (true, true), "no flood of strangers takes it");
    assert_eq!(world.texts("Mei"), ["lunch?"]);
    world.happen(Event::Intent(Intent::Send { conversation: mei, text: "and you?".to_owned() }));
    assert_eq!(section(&world, mei), Section::Contacts);
    assert!(!last_record(&world).aside);
    to_group(&mut world, mei);
    assert_eq!(section(&world, mei), Section::Contacts, "one talks with her");
}

#[test]
fn somebody_with_a_key_in_a_group_is_no_contact_either() {
    let mut world = World::new();
    let (address, about) = (Box::new(place(2)), Profile { name: "Mei".to_owned(), ..Profile::default() });
    let peer = PeerInfo { conversation: None, address, here: true, about };
    world.happen(Event::Net(NetEvent::Peer(peer)));
    let mei = world.id("Mei");
    to_group(&mut world, mei);
    assert_eq!(section(&world, mei), Section::Nearby);
    assert_eq!(world.state.conversation(mei).and_then(Conversation::trust), Some(Trust::Pinned));
}

#[test]
fn after_a_restart_a_group_fills_no_contacts_either() {
    let mut world = World::new();
    world.peer(None, MEI, "Mei", true);
    let mei = world.id("Mei");
    to_group(&mut world, mei);
    let kept =
        StoredConversation { newest: Some(MessageId(9)), ..StoredConversation::of(last_record(&world)) };
    let mut next = World::new();
    let restored = Restored { conversations: vec![(kept, address(MEI))], ..Restored::default() };
    next.happen(Event::Restored(restored));
    assert_eq!(section(&next, mei), Section::Nearby);
}
