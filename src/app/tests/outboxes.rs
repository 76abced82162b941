//! What waits for a peer: given to the network side in its order, some ahead, and again after a restart.

use super::trust::{add, place};
use super::*;
use crate::model::history::{ConversationRecord, StoredConversation};
use crate::model::traffic::MessageKind;
use crate::model::{MessageId, PeerKind, Trust, Uid};
use crate::store::Backend as _;

fn sent(world: &World) -> impl Iterator<Item = &OutgoingMessage> {
    world.ordered.iter().filter_map(|command| {
        if let NetCommand::Message(_, MessageCommand::Send(message)) = command { Some(message) } else { None }
    })
}

/// The messages that the network side was given, oldest first.
fn given(world: &World) -> Vec<(String, Option<Uid>)> {
    sent(world).map(|message| (message.text.clone(), message.uid)).collect()
}

fn ids(world: &World) -> Vec<MessageId> {
    sent(world).map(|message| message.id).collect()
}

fn texts(world: &World) -> Vec<String> {
    given(world).into_iter().map(|(text, _)| text).collect()
}

fn write(world: &mut World, conversation: ConversationId, texts: std::ops::Range<usize>) {
    for number in texts {
        world.happen(Event::Intent(Intent::Send { conversation, text: format!("m{number}") }));
    }
}

fn numbered(texts: std::ops::Range<usize>) -> Vec<String> {
    texts.map(|number| format!("m{number}")).collect()
}

#[test]
fn the_network_side_gets_some_ahead_and_the_rest_as_the_peer_keeps_them() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    write(&mut world, ben, 0..1_500);
    let first = texts(&world).len();
    assert!((256..=512).contains(&first), "{first}");
    for round in 0.. {
        let given = ids(&world);
        let Some(message) = given.get(round).copied() else { break };
        world.happen(Event::Net(NetEvent::Delivered { message }));
    }
    assert_eq!(texts(&world), numbered(0..1_500), "in order, each once");
    let kept = world.kept("ben");
    assert!(kept.iter().all(|message| message.mark() == Some(&Mark::Delivered)));
}

/// Another start of the program, with what this one has left; the oldest that waits is this.
fn next_run(world: World, ben: ConversationId, oldest: MessageId) -> World {
    let newest = Some(MessageId(world.state.next_message_id().0 - 1));
    let mut again = World::new();
    again.store = world.store;
    let card = ConversationRecord {
        conversation: ben,
        name: "ben".to_owned(),
        address: place(2).to_string(),
        kind: PeerKind::Contact,
        known: true,
        aside: false,
        joined: false,
        trust: Some(Trust::Pinned),
    };
    let stored = StoredConversation { newest, outbox: Some(oldest), ..StoredConversation::of(card) };
    let conversations = vec![(stored, place(2))];
    again.happen(Event::Restored(Restored { conversations, last_message: newest, ..Restored::default() }));
    again
}

#[test]
fn what_waits_is_given_again_after_a_restart_under_the_same_names() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    write(&mut world, ben, 0..5);
    let before = given(&world);
    let delivered = ids(&world)[0];
    world.happen(Event::Net(NetEvent::Delivered { message: delivered }));
    let handed = ids(&world)[1];
    let (to, payload) = ("10.0.0.7:7781".parse().expect("literal"), Arc::from(*b"bytes"));
    world.happen(Event::Net(NetEvent::Handed { message: handed, to, payload }));

    let mut again = next_run(world, ben, handed);
    assert_eq!(given(&again), before[1..], "from the oldest that is not kept, the same uids");
    assert!(
        matches!(again.ordered.as_slice(), [NetCommand::Peer(..), NetCommand::Trust(_, Trust::Pinned), ..]),
        "the network side knows the peer first"
    );
    again.happen(Event::Intent(Intent::Send { conversation: ben, text: "new".to_owned() }));
    assert_eq!(texts(&again).last().map(String::as_str), Some("new"));
    let message = handed;
    again.happen(Event::Net(NetEvent::Delivered { message }));
    let kept = again.kept("ben");
    assert_eq!(kept[1].mark(), Some(&Mark::Delivered));
}

fn edit(world: &mut World, conversation: ConversationId, message: MessageId, text: &str) -> MessageId {
    world.happen(Event::Intent(Intent::Edit { conversation, message, text: text.to_owned() }));
    MessageId(world.state.next_message_id().0 - 1)
}

/// What the network side was told of changes before their turn came.
fn amended(world: &World) -> Vec<(MessageKind, &str)> {
    let amended = world.ordered.iter().filter_map(|command| {
        if let NetCommand::Message(_, MessageCommand::Amend(change)) = command {
            Some((change.kind, change.text.as_str()))
        } else {
            None
        }
    });
    amended.collect()
}

#[test]
fn the_network_side_knows_of_a_change_although_its_turn_has_not_come() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    world.open("ben");
    write(&mut world, ben, 0..600);
    let (held, waits) = (ids(&world), ids(&world).len());
    edit(&mut world, ben, held[0], "better");
    world.happen(Event::Intent(Intent::Delete { conversation: ben, message: held[1] }));
    assert_eq!(amended(&world), [(MessageKind::Edit, "better"), (MessageKind::Deletion, "")]);
    assert_eq!(ids(&world).len(), waits, "there is no room for them");
}

#[test]
fn words_that_were_changed_before_they_went_out_are_nobody_elses() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    world.open("ben");
    write(&mut world, ben, 0..2);
    let message = ids(&world)[0];
    let (first, last) = (edit(&mut world, ben, message, "one"), edit(&mut world, ben, message, "two"));
    let edited = |world: &World| {
        let place = world.state.conversation(ben).expect("ben");
        let changes = place.changes(place.message(message).expect("shown")).expect("changed");
        (changes.text().map(str::to_owned), changes.is_edited())
    };
    assert_eq!(edited(&world), (Some("two".to_owned()), false), "nobody has read others");
    for reworded in [message, first] {
        world.happen(Event::Net(NetEvent::Reworded { message: reworded, text: "two".to_owned() }));
    }
    for message in [message, first, last] {
        let (to, payload) = ("10.0.0.7:7781".parse().expect("literal"), Arc::from(*b"bytes"));
        world.happen(Event::Net(NetEvent::Handed { message, to, payload }));
    }
    assert_eq!(edited(&world), (Some("two".to_owned()), false));
    assert_eq!(world.shown("ben"), ["two", "m1"], "what stands here is what went out");
    // What went out is a version for whoever reads it.
    let later = edit(&mut world, ben, message, "three");
    assert_eq!((edited(&world), later.0), ((Some("three".to_owned()), true), last.0 + 1));
}

#[test]
fn after_a_restart_what_waits_goes_out_with_the_words_that_stand() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    world.open("ben");
    write(&mut world, ben, 0..3);
    let written = ids(&world);
    let (to, payload) = ("10.0.0.7:7781".parse().expect("literal"), Arc::from(*b"bytes"));
    world.happen(Event::Net(NetEvent::Handed { message: written[1], to, payload }));
    for (message, text) in [(0, "a"), (0, "b"), (1, "c"), (1, "d")] {
        edit(&mut world, ben, written[message], text);
    }
    // It is killed before anything else is known of them.
    let again = next_run(world, ben, written[0]);
    let given: Vec<_> =
        sent(&again).map(|said| (said.id.0 - written[0].0, said.kind, said.text.as_str())).collect();
    let (text, edit) = (MessageKind::Text, MessageKind::Edit);
    let stands = [
        (0, text, "b"),
        (1, text, "m1"),
        (2, text, "m2"),
        (3, edit, "b"),
        (4, edit, "b"),
        (5, edit, "d"),
        (6, edit, "d"),
    ];
    assert_eq!(given, stands, "in their order, and what may have gone out as it was");
}

#[test]
fn what_was_read_before_a_change_is_read_once_more() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    world.open("ben");
    write(&mut world, ben, 0..600);
    let held = ids(&world);
    let waiting = MessageId(held.last().expect("some").0 + 1);
    // The history has answered, and the answer is on its way while the change is stored.
    let mut page = None;
    for message in held.iter().copied() {
        let delivered = Event::Net(NetEvent::Delivered { message });
        for effect in update(&mut world.state, world.now, delivered) {
            if let Effect::Outbox(query) = effect {
                page = Some(world.store.outbox(&query).expect("memory"));
            } else if let Effect::Store(op) = effect {
                drop(world.store.commit(&[op]).expect("memory"));
            }
        }
        if page.is_some() {
            break;
        }
    }
    edit(&mut world, ben, waiting, "better");
    world.happen(Event::Stored(StoreEvent::Outbox(page.expect("there was room"))));
    let given = sent(&world).find(|given| given.id == waiting).expect("given");
    assert_eq!(given.text, "better");
    assert_eq!(ids(&world).iter().filter(|id| **id == waiting).count(), 1);
}
