//! What is said about a message makes the same of it in whatever order it comes, and however often.

use std::sync::Arc;

use proptest::prelude::*;

use super::changes::{ChangeTable, Changes};
use crate::model::message::CHANGEABLE_FOR;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Direction, Files, Mark, Message, MessageId, Uid, WallTime};

fn message(id: u64, ours: bool, kind: MessageKind, text: &str) -> Arc<Message> {
    let direction = if ours {
        Direction::Outgoing { mark: Mark::Delivered, marked: WallTime(0), kind }
    } else {
        let source = "10.0.0.7:7781".parse().expect("literal");
        Direction::Incoming { source, lossy: false, authenticated: true, sender: None, kind }
    };
    let name = u8::try_from(id).expect("small");
    Arc::new(Message {
        id: MessageId(id),
        conversation: ConversationId(1),
        dialect: "locked".into(),
        uid: Some(Uid([name; 16])),
        about: kind.is_change().then_some(Uid([1; 16])),
        quote: None,
        expires: None,
        time: WallTime(0),
        direction,
        text: text.to_owned(),
        files: Files::default(),
        payload: Arc::from([]),
    })
}

fn changes() -> impl Strategy<Value = Vec<Arc<Message>>> {
    let kind = prop_oneof![4 => Just(MessageKind::Edit), 4 => Just(MessageKind::Reaction), 1 => Just(MessageKind::Deletion)];
    let one = (any::<bool>(), kind, "[a-c]?", prop_oneof![4 => Just(0), 1 => Just(CHANGEABLE_FOR + 1)]);
    prop::collection::vec(one, 0..8).prop_map(|all| {
        let change = |(id, (ours, kind, text, time)): (u64, (bool, MessageKind, String, i64))| {
            let text = if kind == MessageKind::Deletion { String::new() } else { text };
            let change = message(id, ours, kind, &text);
            Arc::new(Message { time: WallTime(time), ..Message::clone(&change) })
        };
        (2..).zip(all).map(change).collect()
    })
}

/// The same messages in another order, some of them several times, the target among them.
fn mixed() -> impl Strategy<Value = (Vec<Arc<Message>>, Vec<Arc<Message>>)> {
    changes().prop_flat_map(|changes| {
        let target = message(1, false, MessageKind::Text, "words");
        let all: Vec<_> = std::iter::once(target).chain(changes).collect();
        let doubled = [all.clone(), all.clone()].concat();
        (Just(all), Just(doubled).prop_shuffle())
    })
}

/// What is shown in the end.
type Outcome = (Option<Changes>, bool);

fn outcome(messages: &[Arc<Message>]) -> Outcome {
    let mut table = ChangeTable::default();
    for message in messages {
        let _emptied = table.take(message);
    }
    let target = message(1, false, MessageKind::Text, "words");
    // What was taken back stays so when the message comes again.
    let emptied = table.take(&target).iter().any(|one| one.is_emptied());
    (table.of(&target).cloned(), emptied)
}

/// As if what comes last stood: the flaw that the law is for.
fn flawed(messages: &[Arc<Message>]) -> Option<String> {
    let target = message(1, false, MessageKind::Text, "words");
    let mut edits =
        messages.iter().filter(|one| one.kind() == Some(MessageKind::Edit) && one.counts_for(&target));
    edits.next_back().map(|edit| edit.text.clone())
}

proptest! {
    #[test]
    fn changes_replayed_reversed_doubled_and_before_their_message_make_the_same((all, mixed) in mixed()) {
        prop_assert_eq!(outcome(&all), outcome(&mixed));
        let reversed: Vec<_> = all.iter().rev().cloned().collect();
        prop_assert_eq!(outcome(&all), outcome(&reversed));
    }
}

#[test]
fn the_law_catches_who_lets_the_last_to_come_stand() {
    let all: Vec<_> = [(1, MessageKind::Text), (2, MessageKind::Edit), (3, MessageKind::Edit)]
        .map(|(id, kind)| message(id, false, kind, &format!("m{id}")))
        .to_vec();
    let reversed: Vec<_> = all.iter().rev().cloned().collect();
    assert_ne!(flawed(&all), flawed(&reversed));
    assert_eq!(outcome(&all), outcome(&reversed));
    assert_eq!(outcome(&all).0.as_ref().and_then(Changes::text), Some("m3"));
}
