//! What was said in a room before one came, or while the program did not run.

use super::*;
use crate::model::traffic::{ConnectionState, Received};
use crate::model::{
    BackfillCommand, ConversationId, MessageId, PeerCommand, Recall, RoomHistory, SessionState, Uid,
};

const SOURCE: &str = "10.0.0.1:6000";

/// A room that is entered, open, and keeps a history; the messages of the world stand behind those of it.
fn room() -> (World, ConversationId) {
    let mut world = World::new();
    let last_message = Some(MessageId(MessageId::ARRIVALS));
    world.happen(Event::Restored(Restored { last_message, ..Restored::default() }));
    world.load(&[("club", "club://10.0.0.1:6000/r"), ("alex", "127.0.0.1:8081")], None);
    let id = world.open("club");
    world.happen(Event::Net(NetEvent::Connection { conversation: id, connection: ConnectionState::Up }));
    history(&mut world, id, RoomHistory::More);
    (world, id)
}

fn history(world: &mut World, conversation: ConversationId, history: RoomHistory) {
    world.happen(Event::Net(NetEvent::History { conversation, history }));
}

fn numbered(world: &World, id: ConversationId, number: u8) -> Received {
    let (uid, sender) = (Some(Uid([number; 16])), Some("ann".to_owned()));
    Received { sender, uid, ..world.message(Some(id), SOURCE, &number.to_string()) }
}

fn recall(world: &mut World, id: ConversationId, why: Recall, number: u8) {
    let received = numbered(world, id, number);
    world.happen(Event::Net(NetEvent::Recalled { why, received }));
}

/// Questions for what was said before: how many messages are wanted.
fn asked(world: &mut World) -> Vec<u16> {
    let count = |command: &NetCommand| {
        let NetCommand::Peer(_, PeerCommand::History(command)) = command else { return None };
        if let BackfillCommand::ReadEarlier { count } = command { Some(*count) } else { None }
    };
    std::mem::take(&mut world.ordered).iter().filter_map(count).collect()
}

fn read(world: &mut World, conversation: ConversationId, count: Option<u16>) {
    world.happen(Event::Intent(Intent::ReadEarlier { conversation, count }));
}

fn told(world: &World) -> Vec<&'static str> {
    let mut seen = 0;
    let next = || {
        let (number, phrase) = world.state.status_line_after(seen)?;
        seen = number;
        Some(phrase.key)
    };
    std::iter::from_fn(next).collect()
}

#[test]
fn what_is_read_further_back_stands_before_all_that_is_here_and_is_nothing_new() {
    let (mut world, id) = room();
    world.hear(Some(id), SOURCE, "live");
    world.hear(Some(world.id("alex")), "127.0.0.1:8081", "elsewhere");
    world.happen(Event::Intent(Intent::Read { conversation: id, arriving: false }));
    let rings = world.rings;
    read(&mut world, id, None);
    for number in [5, 4, 3, 3, 2, 1] {
        recall(&mut world, id, Recall::Earlier, number);
    }
    assert_eq!(world.shown("club"), ["1", "2", "3", "4", "5", "live"]);
    assert_eq!(world.texts("club"), ["1", "2", "3", "4", "5", "live"]);
    let room = world.state.conversation(id).expect("there");
    assert_eq!((room.activity.unread(), world.rings), (0, rings));
    assert_eq!(
        room.activity.last().expect("words").message,
        room.messages()[5].id,
        "the list says what was last"
    );
    assert!(room.messages()[..5].iter().all(|message| message.id.is_backfilled()));
    assert!(!room.messages()[5].id.is_backfilled());
}

#[test]
fn what_nobody_has_asked_for_is_not_taken() {
    let (mut world, id) = room();
    recall(&mut world, id, Recall::Earlier, 1);
    assert_eq!(world.shown("club"), [""; 0]);
}

#[test]
fn what_is_here_already_is_known_again_and_its_room_told_so() {
    let (mut world, id) = room();
    let live = numbered(&world, id, 7);
    world.happen(Event::Net(NetEvent::Received(live)));
    world.ordered.clear();
    recall(&mut world, id, Recall::Missed, 7);
    read(&mut world, id, None);
    recall(&mut world, id, Recall::Earlier, 7);
    assert_eq!(world.shown("club"), ["7"]);
    assert_eq!(world.state.conversation(id).expect("there").activity.first_missed(), None);
    let settled = |command: &&NetCommand| matches!(command, NetCommand::Message(_, MessageCommand::Stored { uid: Some(uid), .. }) if *uid == Uid([7; 16]));
    assert_eq!(world.ordered.iter().filter(settled).count(), 2);
}

#[test]
fn one_question_is_under_way_at_a_time_and_none_where_there_is_nothing() {
    let (mut world, id) = room();
    world.ordered.clear();
    read(&mut world, id, None);
    read(&mut world, id, None);
    assert_eq!(asked(&mut world), [50]);
    history(&mut world, id, RoomHistory::More);
    read(&mut world, id, Some(9_999));
    assert_eq!(asked(&mut world), [1_000]);
    for (state, why) in
        [(RoomHistory::AtBeginning, "history-begun"), (RoomHistory::None, "history-not-there")]
    {
        history(&mut world, id, state);
        read(&mut world, id, None);
        let before = told(&world).len();
        read(&mut world, id, Some(10));
        assert_eq!(told(&world)[before..], [why], "whoever asks by hand is told");
    }
    assert_eq!(asked(&mut world), [0; 0]);
    let alex = world.id("alex");
    read(&mut world, alex, Some(10));
    assert_eq!(told(&world).last(), Some(&"history-of-relays"));
}

#[test]
fn what_was_missed_is_unread_and_rings_for_nobody() {
    let (mut world, id) = room();
    world.open("alex");
    let rings = world.rings;
    for number in 1..=3 {
        recall(&mut world, id, Recall::Missed, number);
    }
    let room = world.state.conversation(id).expect("there");
    assert_eq!((room.activity.unread(), world.rings), (3, rings));
    let first = room.activity.first_missed().expect("missed");
    assert_eq!(room.activity.marker(), Some(first));
    assert_eq!(world.texts("club"), ["1", "2", "3"]);
}

#[test]
fn what_an_engine_wants_back_is_given_back_when_its_peer_is_followed_again() {
    let (mut world, id) = room();
    let state = SessionState(Arc::from(*b"state"));
    world.happen(Event::Net(NetEvent::Session { conversation: id, state: state.clone() }));
    assert!(world.ops.contains(&StoreCommand::Session { conversation: id, state: state.clone() }));
    world.happen(Event::Intent(Intent::LeaveRoom { conversation: id }));
    world.ordered.clear();
    world.happen(Event::Intent(Intent::EnterRoom { conversation: id }));
    let given = |command: &NetCommand| {
        let NetCommand::Peer(_, PeerCommand::Follow { session, .. }) = command else { return None };
        session.clone()
    };
    assert_eq!(world.ordered.iter().filter_map(given).collect::<Vec<_>>(), std::slice::from_ref(&state));
    assert!(
        !format!("{:?}", NetEvent::Session { conversation: id, state }).contains("115"),
        "it is a secret"
    );
}

#[test]
fn what_was_removed_does_not_come_back_from_the_room() {
    let (mut world, id) = room();
    world.hear(Some(id), SOURCE, "live");
    world.ordered.clear();
    world.happen(Event::Intent(Intent::Clear { conversation: id }));
    let ends = |command: &NetCommand| {
        matches!(command, NetCommand::Peer(_, PeerCommand::History(BackfillCommand::End)))
    };
    assert!(world.ordered.iter().any(ends));
}

/// Orders about the history of a room, without what they hold.
fn histories(world: &mut World) -> Vec<&'static str> {
    let kind = |command: NetCommand| {
        if let NetCommand::Peer(_, PeerCommand::Follow { session, .. }) = &command {
            return session.as_ref().map(|_| "resume");
        }
        let NetCommand::Peer(_, PeerCommand::History(command)) = command else { return None };
        Some(match command {
            BackfillCommand::Kept(_) => "kept",
            BackfillCommand::ReadEarlier { .. } => "read",
            BackfillCommand::End => "end",
        })
    };
    std::mem::take(&mut world.ordered).into_iter().filter_map(kind).collect()
}

#[test]
fn what_was_removed_while_a_room_was_left_does_not_come_back_when_it_is_entered_again() {
    let (mut world, id) = room();
    world.hear(Some(id), SOURCE, "live");
    let state = SessionState(Arc::from(*b"state"));
    world.happen(Event::Net(NetEvent::Session { conversation: id, state }));
    assert_eq!(histories(&mut world), ["kept"]);
    world.happen(Event::Intent(Intent::LeaveRoom { conversation: id }));
    world.happen(Event::Intent(Intent::EnterRoom { conversation: id }));
    assert_eq!(histories(&mut world), ["resume"]);
    world.happen(Event::Intent(Intent::LeaveRoom { conversation: id }));
    world.happen(Event::Intent(Intent::Clear { conversation: id }));
    assert_eq!(histories(&mut world), [""; 0], "nobody is there to be told");
    world.happen(Event::Intent(Intent::EnterRoom { conversation: id }));
    assert_eq!(histories(&mut world), ["resume", "end"]);
}

#[test]
fn nothing_comes_from_a_room_that_was_left() {
    let (mut world, id) = room();
    world.happen(Event::Intent(Intent::LeaveRoom { conversation: id }));
    recall(&mut world, id, Recall::Earlier, 2);
    assert_eq!(world.texts("club"), [""; 0]);
}
