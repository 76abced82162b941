//! What the next start takes up again: the rooms that one is in, and what was said of a message.

use super::history::kept;
use super::rooms::{GROUND, depart, orders, overhear, place};
use super::*;
use crate::model::history::{ConversationRecord, StoreCommand, StoredConversation};
use crate::model::{Address, MessageId};

/// A start with what the history knows of the hall.
fn start_again(card: ConversationRecord) -> World {
    let mut world = World::new();
    let newest = Some(MessageId(1));
    let kept = StoredConversation { newest, ..StoredConversation::of(card) };
    let at: Address = address(&kept.card.address);
    let restored = Restored { conversations: vec![(kept, at)], ..Restored::default() };
    world.happen(Event::Restored(restored));
    world
}

/// What the history was told last of the only conversation.
fn recorded(world: &World) -> ConversationRecord {
    let record = |op: &StoreCommand| {
        if let StoreCommand::Know(card) = op { Some(ConversationRecord::clone(card)) } else { None }
    };
    world.ops.iter().rev().find_map(record).expect("recorded")
}

#[test]
fn whoever_was_in_a_room_is_in_it_again_at_the_next_start_and_whoever_left_it_is_not() {
    for at in [GROUND, "club://h:6000/tea"] {
        let mut world = World::new();
        world.happen(Event::Intent(Intent::Visit { address: address(at) }));
        let id = world.state.conversations().next().expect("there").id;
        let joined = recorded(&world);
        assert!(joined.joined && !joined.aside, "{at}: {joined:?}");
        depart(&mut world, id);
        let left = recorded(&world);
        assert!(left.aside && !left.joined, "{at}: {left:?}");

        let mut again = start_again(joined);
        assert_eq!(orders(&mut again), ["follow"], "{at}: and nobody is greeted a second time");
        assert!(!place(&again, id).is_out());

        let mut out = start_again(left);
        out.happen(Event::Intent(Intent::Open { conversation: id }));
        if at == GROUND {
            overhear(&mut out, "somebody is there");
        }
        assert_eq!(orders(&mut out), [""; 0], "{at}");
        assert!(place(&out, id).is_out(), "{at}");
        out.happen(Event::Intent(Intent::EnterRoom { conversation: id }));
        assert_eq!(orders(&mut out), ["follow", "enter"], "{at}");
        assert!(recorded(&out).joined, "{at}");
    }
}

/// As groups of `FeiQ` come into the list: nobody goes into them.
#[test]
fn a_room_that_was_overheard_and_opened_is_one_that_one_is_in() {
    let mut world = World::new();
    overhear(&mut world, "hi");
    assert!(!recorded(&world).joined, "what nobody has looked at is no room of ours");
    let id = world.open("255.255.255.255:7788");
    assert!(recorded(&world).joined);
    assert!(!place(&start_again(recorded(&world)), id).is_out());
}

/// Of a history that says nothing of it.
#[test]
fn a_room_of_an_earlier_run_is_read_and_not_gone_into() {
    let mut world = start_again(ConversationRecord {
        conversation: ConversationId(1),
        name: "255.255.255.255:7788".to_owned(),
        address: GROUND.to_owned(),
        kind: PeerKind::Stranger,
        known: true,
        aside: false,
        joined: false,
        trust: None,
    });
    let id = world.open("255.255.255.255:7788");
    let readdressed = address("hall://255.255.255.255:7788?encoding=gbk");
    world.happen(Event::Intent(Intent::SetAddress { conversation: id, address: readdressed }));
    assert_eq!((orders(&mut world), place(&world, id).is_out()), (vec![], true));
    overhear(&mut world, "somebody is there");
    assert_eq!((orders(&mut world), place(&world, id).activity.unread()), (vec!["follow"], 1));
}

/// What was told of a message is told again after a restart, until the next one or a word of the peer says otherwise.
#[test]
fn a_message_that_nobody_listened_to_is_one_at_the_next_start_too() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    let told = |world: &World| {
        let last = world.ops.iter().rev().find(|op| matches!(op, StoreCommand::Unheard { .. }));
        last.map(|op| if let StoreCommand::Unheard { message, .. } = op { *message } else { None })
    };
    let to = "127.0.0.1:8081".parse().expect("literal");
    world.happen(Event::Intent(Intent::Send { conversation: alex, text: "a".to_owned() }));
    assert_eq!(told(&world), None, "nothing is written for most messages");
    world.happen(Event::Net(NetEvent::Unreachable { conversation: alex, to }));
    let message = world.state.conversation(alex).expect("alex").messages().last().expect("sent").id;
    assert_eq!(told(&world), Some(Some(message)));

    let restart = || {
        let mut world = World::new();
        let (mut kept, at) = kept(3, "alex", "127.0.0.1:8081", PeerKind::Contact);
        kept.unheard = Some(MessageId(9));
        world.happen(Event::Restored(Restored {
            conversations: vec![(kept, at)],
            last_message: Some(MessageId(9)),
            ..Restored::default()
        }));
        assert_eq!(
            world.state.conversation(ConversationId(3)).expect("alex").status.unheard(),
            Some(MessageId(9))
        );
        world
    };
    let mut answered = restart();
    answered.hear(Some(ConversationId(3)), "127.0.0.1:8081", "now I am");
    assert_eq!(told(&answered), Some(None));
    let mut sent = restart();
    sent.load(&[("alex", "127.0.0.1:8081")], None);
    sent.open("alex");
    sent.happen(Event::Intent(Intent::Send { conversation: ConversationId(3), text: "b".to_owned() }));
    let message =
        sent.state.conversation(ConversationId(3)).expect("alex").messages().last().expect("sent").id;
    sent.happen(Event::Net(NetEvent::Handed { message, to, payload: Arc::from(&b"b"[..]) }));
    assert_eq!(told(&sent), Some(None));
    // What only asks whether somebody is there says nothing new of it.
    let mut asked = restart();
    asked.happen(Event::Net(NetEvent::Unreachable { conversation: ConversationId(3), to }));
    assert_eq!(told(&asked), None);
}
