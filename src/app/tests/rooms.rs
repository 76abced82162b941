//! Rooms: who goes in and out, who is there, what joining is.

use super::world::HALL;
use super::*;
use crate::model::WallTime;
use crate::model::traffic::{ConnectionState, Member, Received};
use crate::model::{FileCommand, MessageCommand, PeerCommand};

pub(super) const GROUND: &str = "hall://255.255.255.255:7788";

fn room() -> (World, ConversationId) {
    let mut world = World::with(&[("alex", "127.0.0.1:8081"), ("hall", GROUND)]);
    let id = world.open("hall");
    world.ordered.clear();
    (world, id)
}

/// The orders that concern going in and out.
pub(super) fn orders(world: &mut World) -> Vec<&'static str> {
    let ordered = std::mem::take(&mut world.ordered);
    let name = |command: &NetCommand| match command {
        NetCommand::Peer(_, PeerCommand::Follow { .. }) => Some("follow"),
        NetCommand::Peer(_, PeerCommand::Enter) => Some("enter"),
        NetCommand::Peer(_, PeerCommand::Forget) => Some("forget"),
        NetCommand::Message(_, MessageCommand::Send(_)) => Some("send"),
        NetCommand::Introduce(_)
        | NetCommand::Look
        | NetCommand::Leave
        | NetCommand::Peer(
            _,
            PeerCommand::Typing
            | PeerCommand::Nudge
            | PeerCommand::Ask
            | PeerCommand::History(_)
            | PeerCommand::Room(_),
        )
        | NetCommand::Trust(..)
        | NetCommand::Listen { .. }
        | NetCommand::Lab(_)
        | NetCommand::Message(
            _,
            MessageCommand::Redecode { .. }
            | MessageCommand::Amend(_)
            | MessageCommand::Read { .. }
            | MessageCommand::Stored { .. }
            | MessageCommand::Unkept { .. }
            | MessageCommand::Unseal { .. },
        )
        | NetCommand::File(
            _,
            FileCommand::Fetch { .. }
            | FileCommand::Decline { .. }
            | FileCommand::Stop { .. }
            | FileCommand::Withdraw { .. }
            | FileCommand::Offer { .. },
        ) => None,
    };
    ordered.iter().filter_map(name).collect()
}

pub(super) fn place(world: &World, id: ConversationId) -> &Conversation {
    world.state.conversation(id).expect("there")
}

pub(super) fn depart(world: &mut World, id: ConversationId) {
    world.happen(Event::Intent(Intent::LeaveRoom { conversation: id }));
}

fn send(world: &mut World, id: ConversationId) {
    world.happen(Event::Intent(Intent::Send { conversation: id, text: "hello".to_owned() }));
}

fn tell(world: &mut World, id: ConversationId, number: u64, name: &str, here: bool) {
    let member = Member { id: number, name: name.to_owned(), here, own: false };
    world.happen(Event::Net(NetEvent::Member { conversation: id, member }));
}

/// Who is known, and whether they are said to be there.
fn people(world: &World, id: ConversationId) -> Vec<(String, Option<bool>)> {
    let name = |who: &MemberKey| match who {
        MemberKey::Named(name) => name.to_string(),
        MemberKey::At(source) => source.to_string(),
    };
    place(world, id).members.iter().map(|(who, person)| (name(who), person.here)).collect()
}

/// Something heard in a room that nobody went into.
pub(super) fn overhear(world: &mut World, text: &str) {
    let message = world.message(None, "10.0.0.7:5000", text);
    let place = Some(Box::new(address(GROUND)));
    world.happen(Event::Net(NetEvent::Received(Received { scheme: HALL, place, ..message })));
}

#[test]
fn rooms_stand_between_contacts_and_strangers() {
    let (mut world, _) = room();
    world.hear(None, "127.0.0.1:40000", "hi");
    world.happen(Event::Intent(Intent::Visit { address: address("hall://239.1.2.3:7788") }));
    assert_eq!(world.names(), ["alex", "hall", "239.1.2.3:7788", "127.0.0.1:40000"]);
}

#[test]
fn a_room_is_gone_into_when_a_person_asks_for_it_and_not_for_looking_at_it() {
    let (mut world, id) = room();
    assert_eq!(orders(&mut world), [""; 0]);
    world.happen(Event::Intent(Intent::Open { conversation: id }));
    assert_eq!(orders(&mut world), [""; 0]);
    world.happen(Event::Intent(Intent::Visit { address: address(GROUND) }));
    assert_eq!(orders(&mut world), ["enter"], "the network side knows it already");
    world.happen(Event::Intent(Intent::EnterRoom { conversation: id }));
    assert_eq!(orders(&mut world), ["enter"]);
    world.happen(Event::Intent(Intent::Visit { address: address("hall://239.1.2.3:7788") }));
    assert_eq!(orders(&mut world), ["follow", "enter"]);
    let alex = world.id("alex");
    world.happen(Event::Intent(Intent::EnterRoom { conversation: alex }));
    world.happen(Event::Intent(Intent::Visit { address: address("127.0.0.1:8081") }));
    assert_eq!(orders(&mut world), [""; 0], "nobody goes into a person");
}

#[test]
fn a_room_that_is_added_is_gone_into_and_one_that_stood_in_the_file_is_not() {
    let mut world = World::new();
    world.load(&[("hall", GROUND)], None);
    assert_eq!(orders(&mut world), ["follow"]);
    let edit = ContactsEdit::Add { name: "club".to_owned(), address: "club://h:6000/r".to_owned() };
    world.load(&[("hall", GROUND), ("club", "club://h:6000/r")], Some(edit));
    assert_eq!(orders(&mut world), ["follow", "enter"]);
}

#[test]
fn what_is_heard_in_a_room_belongs_to_the_room_and_not_to_who_said_it() {
    let mut world = World::new();
    overhear(&mut world, "one");
    overhear(&mut world, "two");
    assert_eq!(world.names(), ["255.255.255.255:7788"]);
    let id = world.id("255.255.255.255:7788");
    assert_eq!(world.texts("255.255.255.255:7788"), ["one", "two"]);
    assert_eq!(orders(&mut world), ["follow"]);
    world.load(&[("hall", GROUND)], None);
    overhear(&mut world, "three");
    assert_eq!((world.id("hall"), world.texts("hall").len()), (id, 3));
}

#[test]
fn joining_is_kept_and_shown_and_calls_nobody() {
    let (mut world, id) = room();
    world.happen(Event::Intent(Intent::Away(true)));
    world.joins(id, "10.0.0.7:5000");
    assert_eq!(world.texts("hall"), ["***"]);
    assert_eq!(world.shown("hall"), ["***"]);
    let room = place(&world, id);
    assert_eq!(
        (room.activity.unread(), room.activity.marker(), room.activity.arrivals(), world.rings),
        (0, None, 0, 0)
    );
    world.hear(Some(id), "10.0.0.7:5000", "hi");
    let room = place(&world, id);
    assert_eq!((room.activity.unread(), room.activity.arrivals(), world.rings), (1, 1, 1));
    assert_eq!(room.message(room.activity.marker().expect("new")).expect("held").text, "hi");
    assert_eq!(people(&world, id), [("10.0.0.7:5000".to_owned(), None)]);
}

#[test]
fn a_flood_of_joining_makes_no_stranger_unread() {
    let mut world = World::new();
    overhear(&mut world, "said");
    let id = world.id("255.255.255.255:7788");
    for number in 0..12_000_u16 {
        world.joins(id, &format!("10.0.0.7:{}", 10_000 + number));
    }
    let kept: Vec<Arc<Message>> = world.store.messages(id).cloned().collect();
    assert!((9_000..=10_001).contains(&kept.len()), "{}", kept.len());
    assert_eq!(
        (place(&world, id).activity.unread(), kept[0].is_joining()),
        (0, true),
        "what was said was the oldest"
    );
    assert!(world.state.conversation(id).expect("there").members.known() <= MAX_HEARD);
}

#[test]
fn who_has_spoken_is_known_from_what_comes_and_from_what_is_read() {
    let (mut world, id) = room();
    world.now = world.now.after(Duration::from_secs(1));
    world.hear(Some(id), "10.0.0.7:5000", "a");
    let first = world.now.wall;
    world.now = world.now.after(Duration::from_secs(1));
    world.joins(id, "10.0.0.7:5000");
    world.joins(id, "10.0.0.8:5000");
    let spoke = |world: &World| -> Vec<Option<WallTime>> {
        place(world, id).members.iter().map(|(_, person)| person.spoke).collect()
    };
    assert_eq!(spoke(&world), [Some(first), None]);
    depart(&mut world, id);
    assert_eq!(people(&world, id), []);
    world.happen(Event::Intent(Intent::Leave { conversation: id }));
    world.open("hall");
    assert_eq!(spoke(&world), [Some(first), None], "read in the history");
    assert_eq!(place(&world, id).members.here(), None, "nobody tells who is there");
}

#[test]
fn who_is_known_to_have_spoken_is_bounded_and_the_longest_silent_go() {
    let (mut world, id) = room();
    for number in 0..=u16::try_from(MAX_HEARD).expect("fits") {
        world.now = world.now.after(Duration::from_secs(1));
        world.hear(Some(id), &format!("10.0.0.7:{}", 5_000 + number), "x");
    }
    let known = people(&world, id);
    assert!(known.len() <= MAX_HEARD && known.len() > MAX_HEARD / 2, "{}", known.len());
    let has = |port: u16| known.iter().any(|(name, _)| *name == format!("10.0.0.7:{port}"));
    assert!(!has(5_000) && has(5_000 + 1_024));
}

#[test]
fn members_come_and_go_and_change_their_names() {
    let mut world = World::with(&[("club", "club://10.0.0.1:6000/r")]);
    let id = world.open("club");
    tell(&mut world, id, 1, "alex", true);
    tell(&mut world, id, 2, "bea", true);
    world.says(id, "bea", "hi");
    assert_eq!(place(&world, id).members.here(), Some(2));
    tell(&mut world, id, 1, "alexis", true);
    tell(&mut world, id, 2, "queen bea", true);
    let is = |name: &str, here| (name.to_owned(), Some(here));
    let renamed = [is("alexis", true), is("bea", false), is("queen bea", true)];
    assert_eq!(people(&world, id), renamed, "a name under which nothing was said is gone");
    tell(&mut world, id, 1, "alexis", false);
    assert_eq!(place(&world, id).members.here(), Some(1));
    assert_eq!(people(&world, id)[0], is("alexis", false));
    tell(&mut world, id, 9, "alexis", true);
    tell(&mut world, id, 1, "alexis", false);
    assert_eq!(people(&world, id)[0], is("alexis", true), "another one of that name");
}

#[test]
fn members_that_a_dialect_tells_of_are_bounded() {
    let mut world = World::with(&[("club", "club://10.0.0.1:6000/r")]);
    let id = world.open("club");
    for number in 0..3 * u64::try_from(MAX_TOLD).expect("fits") {
        tell(&mut world, id, number, &format!("member {number}"), true);
    }
    assert_eq!(place(&world, id).members.here(), Some(MAX_TOLD));
    for number in 0..3 * u64::try_from(MAX_TOLD).expect("fits") {
        tell(&mut world, id, number, &format!("member {number}"), false);
    }
    assert_eq!(place(&world, id).members.here(), Some(0));
    assert!(place(&world, id).members.known() <= MAX_HEARD);
}

#[test]
fn names_that_look_alike_are_doubtful_as_long_as_there_are_two() {
    let mut world = World::with(&[("club", "club://10.0.0.1:6000/r")]);
    let id = world.open("club");
    tell(&mut world, id, 1, "alex", true);
    let doubtful = |world: &World, name| place(world, id).members.is_doubtful(name, "me");
    assert!(!doubtful(&world, "alex"));
    tell(&mut world, id, 2, "A1ex", true);
    assert!(doubtful(&world, "alex") && doubtful(&world, "A1ex"));
    tell(&mut world, id, 2, "bob", true);
    assert!(!doubtful(&world, "alex") && !doubtful(&world, "bob"));
    assert!(doubtful(&world, "Me") && doubtful(&world, "bоb"), "like ours, and of two alphabets");
}

#[test]
fn whether_the_other_side_answers_is_known_until_one_goes_out() {
    let (mut world, id) = room();
    let reached = |connection| Event::Net(NetEvent::Connection { conversation: id, connection });
    let down = ConnectionState::Down(Phrase::new("gone").into());
    for connection in [ConnectionState::Seeking, ConnectionState::Up, down] {
        world.happen(reached(connection.clone()));
        assert_eq!(place(&world, id).status.connection().cloned(), Some(connection));
    }
    depart(&mut world, id);
    world.happen(reached(ConnectionState::Up));
    tell(&mut world, id, 1, "late", true);
    assert_eq!((place(&world, id).status.connection().cloned(), people(&world, id)), (None, vec![]));
}

#[test]
fn a_contact_room_that_is_left_is_no_contact_any_more_and_stays_to_be_read() {
    let (mut world, id) = room();
    depart(&mut world, id);
    assert_eq!(orders(&mut world), ["forget"]);
    assert_eq!(world.edits, [ContactsEdit::Remove { name: "hall".to_owned() }]);
    world.load(&[("alex", "127.0.0.1:8081"), ("hall", GROUND)], None);
    assert_eq!(orders(&mut world), [""; 0], "the file has yet to be written");
    world.load(&[("alex", "127.0.0.1:8081")], None);
    assert_eq!(orders(&mut world), [""; 0]);
    assert_eq!(world.names(), ["alex", "255.255.255.255:7788"]);
    world.open("255.255.255.255:7788");
    assert!(place(&world, id).is_out(), "it is read, not gone into");
    world.load(&[("alex", "127.0.0.1:8081"), ("back", GROUND)], None);
    assert_eq!((orders(&mut world), world.id("back")), (vec!["follow"], id));
}

#[test]
fn a_room_taken_out_of_the_file_is_left() {
    let (mut world, id) = room();
    world.hear(Some(id), "10.0.0.7:5000", "x");
    world.load(&[("alex", "127.0.0.1:8081")], None);
    assert_eq!(orders(&mut world), ["forget"]);
    assert!(place(&world, id).is_out());
}

#[test]
fn nothing_is_sent_to_a_room_one_is_not_in_and_nothing_of_it_is_shown() {
    let mut world = World::new();
    world.happen(Event::Intent(Intent::Visit { address: address(GROUND) }));
    let id = world.open("255.255.255.255:7788");
    send(&mut world, id);
    depart(&mut world, id);
    assert_eq!(orders(&mut world), ["follow", "enter", "send", "forget"]);
    send(&mut world, id);
    assert_eq!((orders(&mut world), world.texts("255.255.255.255:7788").len()), (vec![], 1));
    assert_eq!(world.state.status_line_after(0).map(|(_, told)| told.key), Some("room-left"));
    overhear(&mut world, "to nobody");
    world.hear(Some(id), "10.0.0.7:5000", "on its way");
    assert_eq!((world.shown("255.255.255.255:7788").len(), world.state.counters.ignored), (1, 2));
    world.happen(Event::Intent(Intent::EnterRoom { conversation: id }));
    send(&mut world, id);
    overhear(&mut world, "to all");
    assert_eq!(orders(&mut world), ["follow", "enter", "send"]);
    assert_eq!(world.texts("255.255.255.255:7788"), ["hello", "hello", "to all"]);
}

#[test]
fn a_room_with_another_address_is_another_room() {
    let mut world = World::with(&[("tea", "club://h:6000/tea")]);
    let id = world.open("tea");
    tell(&mut world, id, 1, "ann", true);
    world.says(id, "bob", "hi");
    world.happen(Event::Net(NetEvent::Connection { conversation: id, connection: ConnectionState::Up }));
    world.load(&[("tea", "club://h:6000/tea?x=y")], None);
    assert_eq!(
        (people(&world, id).len(), place(&world, id).status.connection().cloned()),
        (2, Some(ConnectionState::Up))
    );
    world.load(&[("tea", "club://h:6000/milk")], None);
    assert_eq!((people(&world, id), place(&world, id).status.connection().cloned()), (vec![], None));
}

#[test]
fn whether_a_stranger_answers_is_open_where_it_has_another_address() {
    let mut world = World::new();
    world.happen(Event::Intent(Intent::Visit { address: address("club://h:6000/tea") }));
    let id = world.state.conversations().next().expect("there").id;
    tell(&mut world, id, 1, "ann", true);
    world.happen(Event::Net(NetEvent::Connection { conversation: id, connection: ConnectionState::Up }));
    let elsewhere = address("club://h:6000/milk");
    world.happen(Event::Intent(Intent::SetAddress { conversation: id, address: elsewhere }));
    assert_eq!((people(&world, id), place(&world, id).status.connection().cloned()), (vec![], None));
}
