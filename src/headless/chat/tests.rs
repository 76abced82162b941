//! How input becomes lines, and which lines our own messages get.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::outgoing::OutgoingMessages;
use crate::headless::CommandError;
use crate::headless::input::next_line;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Direction, Fault, Files, Mark, Message, MessageId, Uid, WallTime};

#[test]
fn a_line_that_is_none_does_not_take_the_next_with_it() {
    let long = "x".repeat(3 << 20);
    let mut input = Cursor::new([b"one\r\n\xff\xfe\n", long.as_bytes(), b"\ntwo\n\nthree"].concat());
    let mut read = || next_line(&mut input).map(|line| line.map_err(|why| why.key));
    assert_eq!(read(), Some(Ok("one".to_owned())));
    assert_eq!(read(), Some(Err("headless-input-not-utf8")));
    assert_eq!(read(), Some(Err("headless-input-too-long")));
    for line in ["two", "", "three"] {
        assert_eq!(read(), Some(Ok(line.to_owned())));
    }
    assert_eq!(read(), None);
}

fn ours(id: u64, mark: Mark) -> Arc<Message> {
    let direction = Direction::Outgoing { mark, marked: WallTime(0), kind: MessageKind::Text };
    Arc::new(Message {
        id: MessageId(id),
        conversation: ConversationId(1),
        dialect: "udp".into(),
        uid: None::<Uid>,
        about: None,
        quote: None,
        time: WallTime(0),
        expires: None,
        direction,
        text: "x".to_owned(),
        files: Files::default(),
        payload: Arc::from([]),
    })
}

#[test]
fn a_message_gets_a_line_once_its_mark_is_the_last_it_can_have() {
    let (mut plain, now) = (OutgoingMessages::default(), Instant::now());
    plain.ask();
    assert!(!plain.is_settled());
    assert!(!plain.on_version(&ours(1, Mark::Waiting), true, false, now));
    assert!(plain.on_version(&ours(1, Mark::Sent), false, false, now));
    assert!(!plain.on_version(&ours(1, Mark::Sent), false, false, now), "said once");
    assert!(plain.is_settled() && plain.has_sent() && plain.end("alex").is_ok());

    let mut acknowledged = OutgoingMessages::default();
    acknowledged.ask();
    assert!(!acknowledged.on_version(&ours(1, Mark::Waiting), true, true, now));
    assert!(!acknowledged.on_version(&ours(1, Mark::Sent), false, true, now));
    assert!(acknowledged.on_version(&ours(1, Mark::Delivered), false, true, now));
    assert!(!acknowledged.on_version(&ours(1, Mark::Read), false, true, now));
}

#[test]
fn what_takes_long_gets_a_line_meanwhile_and_one_when_it_is_over() {
    let (mut outgoing, now) = (OutgoingMessages::default(), Instant::now());
    outgoing.ask();
    outgoing.on_version(&ours(1, Mark::Waiting), true, true, now);
    assert!(outgoing.overdue(now).is_empty());
    let later = now + Duration::from_secs(2);
    assert!(outgoing.due().is_some_and(|due| due < later));
    assert_eq!(outgoing.overdue(later).len(), 1);
    assert!(outgoing.due().is_none(), "nothing wakes up for what was said");
    assert!(matches!(outgoing.end("alex"), Err(CommandError::Fault(why)) if why.key == "chat-still-waiting"));
    assert!(outgoing.on_version(&ours(1, Mark::Failed(Fault::NoAnswer)), false, true, later));
    assert!(matches!(outgoing.end("alex"), Err(CommandError::Told)));
}

#[test]
fn the_input_waits_while_many_are_on_their_way() {
    let mut outgoing = OutgoingMessages::default();
    for id in 0..200 {
        outgoing.ask();
        outgoing.on_version(&ours(id, Mark::Waiting), true, true, Instant::now());
    }
    assert!(!outgoing.has_room(false));
    assert!(outgoing.has_room(true), "those are in the history");
}
