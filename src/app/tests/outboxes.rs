//! What waits for a peer: given to the network side in its order, some ahead, and again after a restart.

use super::trust::{add, place};
use super::*;
use crate::model::history::{ConversationRecord, StoredConversation};
use crate::model::{MessageId, PeerKind, Trust, Uid};

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

    let mut again = World::new();
    again.store = world.store;
    let card = ConversationRecord {
        conversation: ben,
        name: "ben".to_owned(),
        address: place(2).to_string(),
        kind: PeerKind::Contact,
        known: true,
        trust: Some(Trust::Pinned),
    };
    let newest = Some(MessageId(9));
    let stored = StoredConversation {
        card,
        newest,
        unread: 0,
        first_unread: None,
        draft: crate::model::Draft::EMPTY,
        reading: None,
        outbox: Some(handed),
        heard: None,
        peer_read: None,
    };
    let conversations = vec![(stored, place(2))];
    again.happen(Event::Restored(Restored { conversations, last_message: newest, ..Restored::default() }));
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
