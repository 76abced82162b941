//! Several people at one address, one after the other: each has what they said.

use super::world::LAN;
use super::*;
use crate::model::PeerCommand;
use crate::model::history::StoredConversation;
use crate::model::traffic::{ConnectionState, DownReason, MessageKind, PeerInfo, Profile, Received};
use crate::model::{Address, Direction, Files, MessageId};

const DESK: &str = "lan://10.77.5.2";
const FROM_DESK: &str = "10.77.5.2:2425";

fn place(who: &str) -> Address {
    address(&format!("{DESK}?person={who}"))
}

/// Somebody's program comes in at the desk, or leaves.
fn enters(world: &mut World, conversation: Option<ConversationId>, who: &str, name: &str) {
    let about = Profile { name: name.to_owned(), ..Profile::default() };
    let address = Box::new(place(who));
    world.happen(Event::Net(NetEvent::Peer(PeerInfo { conversation, address, here: true, about })));
}

fn says(world: &mut World, conversation: Option<ConversationId>, who: &str, text: &str) {
    let message = world.message(conversation, FROM_DESK, text);
    let place = Some(Box::new(place(who)));
    world.happen(Event::Net(NetEvent::Received(Received { scheme: LAN, place, ..message })));
}

fn notices(world: &World, name: &str) -> Vec<Phrase> {
    let one = world.state.conversation(world.id(name)).expect(name);
    let told = one.messages().iter().filter_map(|message| match &message.direction {
        Direction::Notice(phrase) => Some(phrase.clone()),
        Direction::Incoming { .. } | Direction::Outgoing { .. } => None,
    });
    told.collect()
}

/// Alice wrote, and Bob after her from the same address.
fn moved() -> World {
    let mut world = World::new();
    enters(&mut world, None, "alice@PC-A", "Alice");
    let alice = Some(world.open("Alice"));
    says(&mut world, alice, "alice@PC-A", "of Alice");
    enters(&mut world, None, "bob@PC-B", "Bob");
    // As it comes while the network side does not know yet whose conversation it is.
    says(&mut world, alice, "bob@PC-B", "of Bob");
    world
}

#[test]
fn what_was_said_stays_with_whoever_said_it() {
    let mut world = moved();
    assert_eq!(world.texts("Alice"), ["of Alice"]);
    assert_eq!(world.texts("Bob"), ["of Bob"]);
    let told = Phrase::new("notice-another-person")
        .text("name", "Bob")
        .text("person", "bob@PC-B")
        .text("address", "10.77.5.2:2425");
    assert_eq!(notices(&world, "Alice"), [told], "one line says who is there now");
    let connection =
        &world.state.conversation(world.id("Alice")).expect("Alice").status.connection().cloned();
    let why = DownReason::AnotherPerson { name: "Bob".to_owned(), person: "bob@PC-B".to_owned() };
    assert_eq!(*connection, Some(ConnectionState::Down(why)));
}

#[test]
fn whoever_comes_back_goes_on_in_their_own_conversation() {
    let mut world = moved();
    enters(&mut world, None, "alice@pc-a.office.example", "Alice");
    says(&mut world, None, "alice@pc-a.office.example", "back");
    assert_eq!(world.texts("Alice"), ["of Alice", "back"]);
    assert_eq!(world.texts("Bob"), ["of Bob"]);
    assert_eq!(
        world.state.conversation(world.id("Alice")).expect("Alice").status.connection().cloned(),
        Some(ConnectionState::Up)
    );
    let back = Phrase::new("notice-person-back").text("name", "Alice").text("address", "10.77.5.2:2425");
    assert_eq!(notices(&world, "Alice").last(), Some(&back), "the line that spoke of Bob is not the last");
    assert_eq!(world.state.conversations().count(), 2);
}

#[test]
fn another_nick_is_no_other_person() {
    let mut world = World::new();
    enters(&mut world, None, "alice@PC-A", "Alice");
    let alice = Some(world.id("Alice"));
    says(&mut world, alice, "alice@PC-A", "one");
    enters(&mut world, alice, "alice@PC-A", "Alice Li");
    says(&mut world, alice, "ALICE@pc-a", "two");
    assert_eq!(world.texts("Alice Li"), ["one", "two"]);
    assert_eq!(world.state.conversations().count(), 1);
}

#[test]
fn a_machine_that_is_renamed_is_known_by_its_user_and_the_nick() {
    let mut world = World::new();
    enters(&mut world, None, "alice@PC-A", "Alice Li");
    enters(&mut world, None, "alice@dhcp-77", "Alice Li");
    assert_eq!(world.state.conversations().count(), 1);
    enters(&mut world, None, "bob@dhcp-77", "Bob");
    enters(&mut world, None, "Administrator@one", "Administrator");
    enters(&mut world, None, "Administrator@two", "Administrator");
    assert_eq!(world.state.conversations().count(), 4, "a nick that is only the user's says nothing");
}

#[test]
fn a_contact_is_whoever_is_met_there_first_and_stays_that_after_a_restart() {
    let mut world = World::with(&[("colleague", DESK)]);
    let contact = world.id("colleague");
    says(&mut world, Some(contact), "alice@PC-A", "of Alice");
    world.load(&[("colleague", DESK)], None);
    says(&mut world, Some(contact), "bob@PC-B", "of Bob");
    assert_eq!(world.texts("colleague"), ["of Alice"]);
    assert_eq!(world.texts("bob"), ["of Bob"], "called by the user before it has said its nick");
    let followed = world.ordered.iter().rev().find_map(|order| {
        let NetCommand::Peer(conversation, PeerCommand::Follow { address, .. }) = order else { return None };
        (*conversation == contact).then_some(address)
    });
    assert_eq!(followed, Some(&place("alice@PC-A")));
    let know =
        |op: &StoreCommand| if let StoreCommand::Know(card) = op { Some((**card).clone()) } else { None };
    let cards: Vec<_> = world.ops.iter().filter_map(know).collect();
    let mut again = World::new();
    let kept = |name: &str| {
        let card = cards.iter().rev().find(|card| card.name == name).expect(name).clone();
        let (newest, address) = (Some(MessageId(9)), address(&card.address));
        let kept = StoredConversation { newest, ..StoredConversation::of(card) };
        (kept, address)
    };
    let conversations = vec![kept("colleague"), kept("bob")];
    let (last_message, last_conversation) = (Some(MessageId(9)), Some(ConversationId(9)));
    let restored = Restored { conversations, last_message, last_conversation, ..Restored::default() };
    again.happen(Event::Restored(restored));
    again.load(&[("colleague", DESK)], None);
    says(&mut again, None, "bob@PC-B", "later");
    assert_eq!(again.texts("bob"), ["later"]);
    says(&mut again, None, "alice@PC-A", "too");
    assert_eq!(again.texts("colleague"), ["too"]);
    assert_eq!(again.state.conversations().count(), 2);
}

#[test]
fn adding_one_of_several_at_an_address_names_who_is_meant() {
    let mut world = moved();
    let (alice, bob) = (world.id("Alice"), world.id("Bob"));
    for (conversation, name) in [(bob, "robert"), (alice, "alicia")] {
        world.happen(Event::Intent(Intent::Rename { conversation, name: name.to_owned() }));
    }
    let added: Vec<(String, String)> = world
        .edits
        .iter()
        .filter_map(|edit| {
            let ContactsEdit::Add { name, address } = edit else { return None };
            Some((name.clone(), address.clone()))
        })
        .collect();
    let lines: Vec<(&str, &str)> = added.iter().map(|(name, at)| (name.as_str(), at.as_str())).collect();
    world.load(&lines, None);
    assert_eq!((world.id("robert"), world.id("alicia")), (bob, alice), "{added:?}");
}

#[test]
fn the_address_of_somebody_alone_is_written_without_the_person() {
    let mut world = World::new();
    enters(&mut world, None, "alice@PC-A", "Alice");
    let conversation = world.id("Alice");
    world.happen(Event::Intent(Intent::Rename { conversation, name: "alicia".to_owned() }));
    let address = "lan://10.77.5.2:2425".to_owned();
    assert_eq!(world.edits, [ContactsEdit::Add { name: "alicia".to_owned(), address }]);
}

#[test]
fn nobody_is_told_of_where_nothing_was_said() {
    let mut world = World::new();
    enters(&mut world, None, "alice@PC-A", "Alice");
    enters(&mut world, None, "bob@PC-B", "Bob");
    assert!(notices(&world, "Alice").is_empty());
    assert_eq!(world.names(), ["Bob"], "who never said anything and is not there has no row");
    world.writes("10.0.0.9:2425", MessageKind::Text, Files::default(), "without a person");
    assert_eq!(world.texts("10.0.0.9:2425"), ["without a person"]);
}

/// Who wrote without having come in says who it is by the packet alone.
fn introduces(world: &mut World, conversation: ConversationId, user: &str, host: &str) {
    let (name, user, host) = (user.to_owned(), user.to_owned(), host.to_owned());
    let about = Box::new(Profile { name, user, host, encoding: "GBK".to_owned(), ..Profile::default() });
    world.happen(Event::Net(NetEvent::Introduced { conversation, about }));
}

#[test]
fn who_writes_without_coming_in_is_called_by_the_user_unless_a_nick_is_known() {
    let mut world = World::new();
    says(&mut world, None, "bot@robot", "beep");
    let bot = world.id("bot");
    introduces(&mut world, bot, "bot", "robot");
    let about = world.state.conversation(bot).expect("bot").status.profile().expect("known");
    assert_eq!((about.user.as_str(), about.host.as_str()), ("bot", "robot"));
    // It came in before, and left; its packets bear no nick.
    let about = Profile {
        name: "Alice".to_owned(),
        user: "alice".to_owned(),
        host: "PC-A".to_owned(),
        ..Profile::default()
    };
    let address = Box::new(place("alice@PC-A"));
    world.happen(Event::Net(NetEvent::Peer(PeerInfo { conversation: None, address, here: true, about })));
    let alice = world.id("Alice");
    introduces(&mut world, alice, "alice", "pc-a");
    introduces(&mut world, alice, "bob", "PC-B");
    let one = world.state.conversation(alice).expect("Alice");
    let about = one.status.profile().expect("known");
    assert_eq!(
        (one.name.as_str(), about.name.as_str()),
        ("Alice", "Alice"),
        "the nick stays, and is nobody else's"
    );
    assert_eq!(about.encoding, "GBK", "what it reads is news");
}
