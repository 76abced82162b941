//! Those nearby: who has a row, what they are called, what is kept of them.

use super::*;
use crate::model::PeerCommand;
use crate::model::WallTime;
use crate::model::history::{ConversationRecord, StoredConversation};
use crate::model::traffic::{ConnectionState, MessageKind, PeerInfo, Profile};
use crate::model::{Files, MessageId, NotifyLevel};

const MEI: &str = "lan://10.0.0.7";
const TAO: &str = "lan://10.0.0.8";
const FROM_MEI: &str = "10.0.0.7:2425";

fn entered() -> (World, ConversationId) {
    let mut world = World::new();
    world.peer(None, MEI, "Mei", true);
    let id = world.id("Mei");
    (world, id)
}

fn known(world: &World) -> Vec<&str> {
    let name =
        |op: &StoreCommand| if let StoreCommand::Know(card) = op { Some(card.conversation) } else { None };
    world
        .ops
        .iter()
        .filter_map(name)
        .filter_map(|id| Some(world.state.conversation(id)?.name.as_str()))
        .collect()
}

#[test]
fn somebody_who_comes_has_a_row_and_takes_nothing_of_the_history() {
    let (mut world, id) = entered();
    assert_eq!(world.names(), ["Mei"]);
    assert_eq!(world.state.list().next().expect("listed").section, Section::Nearby);
    assert!(
        matches!(world.ordered.as_slice(), [NetCommand::Peer(conversation, PeerCommand::Follow { .. })] if *conversation == id)
    );
    world.peer(Some(id), MEI, "Mei", true);
    assert_eq!((world.ops.len(), world.ordered.len()), (0, 1));
}

#[test]
fn somebody_silent_who_leaves_has_no_row_and_is_the_same_when_it_comes_back() {
    let (mut world, id) = entered();
    world.peer(Some(id), MEI, "Mei", false);
    assert!(world.names().is_empty());
    world.peer(None, TAO, "Tao", false);
    assert!(world.state.at_address(&address(TAO)).is_none(), "nobody is known by leaving");
    world.peer(Some(id), MEI, "Mei", true);
    assert_eq!((world.names(), world.id("Mei")), (vec!["Mei"], id));
}

#[test]
fn whom_one_writes_to_stands_among_the_contacts_until_they_are_removed() {
    let mut world = World::new();
    world.peer(None, MEI, "Mei", true);
    let mei = world.id("Mei");
    moves_with_what_is_said(&mut world, mei);
}

#[test]
fn whoever_is_muted_or_pinned_comes_into_the_contacts_under_a_name_that_is_free() {
    let (mut world, mei) = entered();
    world.happen(Event::Intent(Intent::Notify { conversation: mei, level: NotifyLevel::None }));
    let name = || "Mei".to_owned();
    let added = ContactsEdit::Add { name: name(), address: format!("{MEI}:2425") };
    assert_eq!(world.edits, [added, ContactsEdit::SetNotify { name: name(), notify: NotifyLevel::None }]);
    world.edits.clear();
    world.load(&[("Mei", "udp://10.0.0.9:1")], None);
    world.happen(Event::Intent(Intent::Pin { conversation: mei, pinned: true }));
    assert_eq!(world.edits, [], "that name is somebody else's");
}

/// Nearby until a person writes there, and again after they have taken it from the contacts.
pub(super) fn moves_with_what_is_said(world: &mut World, conversation: ConversationId) {
    let place = |world: &World| world.state.conversation(conversation).expect("known").address.clone();
    let section = |world: &World| {
        world.state.list().find(|row| row.id == conversation).map(|row| row.section).expect("a row")
    };
    let write = Intent::Send { conversation, text: "hi".to_owned() };
    assert_eq!(section(world), Section::Nearby);
    world.happen(Event::Intent(Intent::Open { conversation }));
    assert_eq!(section(world), Section::Nearby, "looking at somebody says nothing");
    world.happen(Event::Intent(write.clone()));
    assert_eq!(section(world), Section::Contacts);
    let (name, address) = ("somebody".to_owned(), place(world));
    let added = crate::model::Contact {
        name,
        address,
        notify: NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    };
    for contacts in [vec![added], Vec::new()] {
        world.happen(Event::ContactsLoaded { contacts, edit: None });
    }
    assert_eq!(section(world), Section::Nearby, "what was said stays");
    world.happen(Event::Intent(write));
    assert_eq!(section(world), Section::Contacts);
}

#[test]
fn those_one_talked_to_and_contacts_stay_in_the_list_as_away() {
    let mut world = World::with(&[("pinned", TAO)]);
    world.peer(None, MEI, "Mei", true);
    let mei = world.id("Mei");
    world.writes(FROM_MEI, MessageKind::Text, Files::default(), "hi");
    let pinned = world.id("pinned");
    world.peer(Some(pinned), TAO, "Tao", true);
    assert_eq!(
        world.state.conversation(pinned).expect("there").status.connection().cloned(),
        Some(ConnectionState::Up)
    );
    for (id, at) in [(mei, MEI), (pinned, TAO)] {
        world.peer(Some(id), at, "another", false);
        let gone = Some(ConnectionState::Down(Phrase::new("peer-left").into()));
        assert_eq!(world.state.conversation(id).expect("there").status.connection().cloned(), gone);
    }
    assert_eq!(world.names(), ["pinned", "another"], "contacts keep the name that they were given");
}

#[test]
fn what_a_silent_one_says_first_makes_it_known_to_the_history() {
    let (mut world, id) = entered();
    world.writes(FROM_MEI, MessageKind::Text, Files::default(), "hi");
    let (known, first) = (&world.ops[0], &world.ops[1]);
    assert!(
        matches!(known, StoreCommand::Know(card) if card.conversation == id && card.name == "Mei" && !card.known)
    );
    assert!(matches!(first, StoreCommand::Insert(message) if message.conversation == id));
    assert_eq!(world.state.conversations().count(), 1);
}

#[test]
fn a_silent_one_that_is_opened_is_known_and_stays() {
    let (mut world, id) = entered();
    world.happen(Event::Intent(Intent::Open { conversation: id }));
    assert!(matches!(&world.ops[0], StoreCommand::Know(card) if card.known && card.name == "Mei"));
    world.peer(Some(id), MEI, "Mei", false);
    assert_eq!(world.names(), ["Mei"]);
}

#[test]
fn another_name_is_told_to_the_history_where_it_knows_the_peer() {
    let (mut world, id) = entered();
    world.peer(Some(id), MEI, "梅", true);
    assert_eq!((world.names(), world.ops.len()), (vec!["梅"], 0));
    world.writes(FROM_MEI, MessageKind::Text, Files::default(), "hi");
    world.peer(Some(id), MEI, "Mei Li", true);
    world.peer(Some(id), MEI, "Mei Li", true);
    assert_eq!(world.names(), ["Mei Li"]);
    assert_eq!(known(&world).len(), 2, "once for the message, once for the name");
}

#[test]
fn a_name_is_bounded_and_one_that_is_empty_is_the_address() {
    let (mut world, id) = entered();
    world.peer(Some(id), MEI, &"长".repeat(10_000), true);
    let place = world.state.conversation(id).expect("there");
    assert_eq!((place.name.len(), place.status.profile().expect("told").name.len()), (255, 255));
    world.peer(Some(id), MEI, " \n ", true);
    assert_eq!(world.names(), ["10.0.0.7:2425"]);
}

#[test]
fn what_a_peer_tells_of_itself_is_there_to_be_read() {
    let mut world = World::with(&[("pinned", MEI)]);
    let about = Profile {
        name: "Mei".to_owned(),
        group: "dev".to_owned(),
        away: Some("lunch".to_owned()),
        ..Profile::default()
    };
    let (conversation, address) = (Some(world.id("pinned")), Box::new(address(MEI)));
    let peer = PeerInfo { conversation, address, here: true, about: about.clone() };
    world.happen(Event::Net(NetEvent::Peer(peer)));
    let place = world.state.conversation(world.id("pinned")).expect("there");
    assert_eq!(place.status.profile(), Some(&about));
}

#[test]
fn a_stranger_that_wrote_before_it_was_known_by_name_gets_its_name() {
    let mut world = World::new();
    world.writes(FROM_MEI, MessageKind::Text, Files::default(), "hi");
    let id = world.id("10.0.0.7:2425");
    world.peer(None, MEI, "Mei", true);
    assert_eq!((world.id("Mei"), world.names()), (id, vec!["Mei"]));
}

#[test]
fn those_nearby_stand_by_their_names_behind_those_who_said_something() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    for (at, name) in [("lan://10.0.0.3", "tao"), ("lan://10.0.0.1", "Mei"), ("lan://10.0.0.2", "an")] {
        world.peer(None, at, name, true);
    }
    world.hear(None, "127.0.0.1:9", "a stranger");
    assert_eq!(world.names(), ["alex", "an", "Mei", "tao", "127.0.0.1:9"]);
    world.writes("10.0.0.3:2425", MessageKind::Text, Files::default(), "hi");
    assert_eq!(world.names(), ["alex", "tao", "an", "Mei", "127.0.0.1:9"]);
}

#[test]
fn who_writes_is_shown_writing_for_ten_seconds_or_until_it_came() {
    let (mut world, id) = entered();
    let typing = |world: &World, seconds| {
        let later = world.now.after(Duration::from_secs(seconds)).mono;
        world.state.conversation(id).expect("there").status.is_typing(later)
    };
    world.happen(Event::Net(NetEvent::Typing { conversation: id }));
    assert_eq!((typing(&world, 0), typing(&world, 9), typing(&world, 10)), (true, true, false));
    world.writes(FROM_MEI, MessageKind::Text, Files::default(), "hi");
    assert!(!typing(&world, 0));
    world.happen(Event::Net(NetEvent::Typing { conversation: id }));
    world.peer(Some(id), MEI, "Mei", false);
    assert!(!typing(&world, 0));
}

fn crowd(world: &mut World, count: u16) {
    for number in 0..count {
        world.peer(None, &format!("lan://10.1.{}.{}", number / 256, number % 256), "x", true);
    }
}

#[test]
fn a_storm_of_entries_drives_nobody_out_who_said_something() {
    let mut world = World::new();
    world.hear(None, "127.0.0.1:9", "hi");
    crowd(&mut world, 5_000);
    assert_eq!(world.state.conversations().count(), MAX_STRANGERS);
    assert_eq!(world.texts("127.0.0.1:9"), ["hi"]);
    assert!(world.ops.iter().all(|op| !matches!(op, StoreCommand::Evict { .. })));
}

#[test]
fn where_there_is_no_room_the_silent_go_first_and_those_who_left_before_the_others() {
    let mut world = World::new();
    let full = u16::try_from(MAX_STRANGERS).expect("fits");
    crowd(&mut world, full);
    let at = |world: &World, at: &str| world.state.at_address(&address(at)).map(|one| one.id);
    let left = at(&world, "lan://10.1.5.5");
    world.peer(left, "lan://10.1.5.5", "x", false);
    world.peer(None, MEI, "Mei", true);
    assert!(at(&world, "lan://10.1.5.5").is_none() && at(&world, MEI).is_some());
    world.peer(None, TAO, "Tao", true);
    assert!(at(&world, TAO).is_none(), "nobody has left");
    world.hear(None, "127.0.0.1:9", "hi");
    assert_eq!(world.texts("127.0.0.1:9"), ["hi"]);
    assert_eq!(world.state.conversations().count(), MAX_STRANGERS);
    assert!(at(&world, "lan://10.1.0.0").is_none(), "the one that was silent for longest");
}

#[test]
fn a_peer_that_is_removed_while_it_is_there_goes_on_being_there() {
    let (mut world, id) = entered();
    world.writes(FROM_MEI, MessageKind::Text, Files::default(), "hi");
    world.happen(Event::Intent(Intent::Remove { conversation: id }));
    assert_eq!(world.names(), ["Mei"]);
    assert_ne!(world.id("Mei"), id);
    assert!(world.kept("Mei").is_empty());
    assert!(matches!(world.ops.last(), Some(StoreCommand::Forget { conversation }) if *conversation == id));
}

#[test]
fn a_silent_one_that_becomes_a_contact_is_known_by_its_new_name() {
    let (mut world, id) = entered();
    world.load(&[("梅", MEI)], None);
    assert_eq!(world.id("梅"), id);
    assert_eq!(known(&world), ["梅"]);
    world.load(&[], None);
    assert_eq!(world.names(), ["Mei"], "no contact any more, and still there");
}

#[test]
fn after_a_restart_the_name_is_kept_and_nobody_is_said_to_be_there() {
    let mut world = World::new();
    let card = ConversationRecord {
        conversation: ConversationId(4),
        name: "Mei".to_owned(),
        address: MEI.to_owned(),
        kind: PeerKind::Stranger,
        known: false,
        aside: false,
        joined: false,
        trust: None,
    };
    let (newest, first_unread) = (Some(MessageId(9)), None);
    let kept = StoredConversation { newest, first_unread, ..StoredConversation::of(card) };
    let conversations = vec![(kept, address(MEI))];
    let last_message = Some(MessageId(9));
    world.happen(Event::Restored(Restored { conversations, last_message, ..Restored::default() }));
    let place = world.state.conversation(ConversationId(4)).expect("there");
    assert_eq!(
        (place.name.as_str(), &place.status.connection().cloned(), place.status.profile().is_some()),
        ("Mei", &None, false)
    );
    assert_eq!(world.names(), ["Mei"]);
    world.peer(None, MEI, "Mei", true);
    assert_eq!(
        world.state.conversation(ConversationId(4)).expect("there").status.connection().cloned(),
        Some(ConnectionState::Up)
    );
    assert!(matches!(
        world.ordered.as_slice(),
        [NetCommand::Peer(ConversationId(4), PeerCommand::Follow { .. })]
    ));
    assert_eq!(world.now.wall, WallTime(1_000_000));
}

#[test]
fn somebody_who_comes_back_is_not_said_to_be_out_of_reach() {
    let (mut world, id) = entered();
    let to = FROM_MEI.parse().expect("literal");
    world.happen(Event::Net(NetEvent::Unreachable { conversation: id, to }));
    assert_eq!(world.state.conversation(id).expect("there").status.reachability(), Reachability::Unreachable);
    world.peer(Some(id), MEI, "Mei", true);
    assert_eq!(world.state.conversation(id).expect("there").status.reachability(), Reachability::Heard);
}
