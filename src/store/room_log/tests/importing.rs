//! Taking messages in from elsewhere.

use super::super::{ImportedRooms, RoomFilter};
use super::*;
use crate::model::Phrase;

type Message = Result<(String, LogRecord<'static>), Phrase>;

fn import(log: &mut RoomLog, messages: Vec<(String, LogRecord<'static>)>) -> ImportedRooms {
    log.import(&mut messages.into_iter().map(Ok)).expect("taken in")
}

fn exported(log: &RoomLog) -> Vec<(String, LogRecord<'static>)> {
    let all = reader(log).walk(&RoomFilter::default(), None, usize::MAX).expect("read");
    all.into_iter().map(|message| (message.room, message.placed.record)).collect()
}

/// A log with two rooms, and messages of plain and of other members.
fn sample() -> (LogFolder, RoomLog) {
    let folder = LogFolder::new();
    let mut log = folder.open();
    for second in 0..20 {
        let room = if second % 3 == 0 { "a" } else { "b" };
        let number = if second % 2 == 0 { 0 } else { u32::try_from(second).expect("small") };
        apply(&mut log, vec![append(0, room, record(second, 4, number, &format!("t{second}")))]);
    }
    (folder, log)
}

#[test]
fn a_log_that_is_taken_in_twice_is_there_once() {
    let (_folder, log) = sample();
    let messages = exported(&log);
    let other = LogFolder::new();
    let mut log = other.open();
    let epoch = log.epoch();
    assert_eq!(import(&mut log, messages.clone()), ImportedRooms { new: 20, known: 0, moved: false });
    assert_eq!(exported(&log), messages);
    assert_eq!(import(&mut log, messages.clone()), ImportedRooms { new: 0, known: 20, moved: false });
    assert_eq!((exported(&log), log.epoch()), (messages, epoch));
    rest(&mut log, NOW);
    assert_eq!(offline::found(&log, "t7", None), ["t7"]);
}

#[test]
fn what_is_missing_comes_to_its_time_and_makes_another_history() {
    let (_folder, log) = sample();
    let messages = exported(&log);
    let other = LogFolder::new();
    let mut log = other.open();
    let (epoch, in_room) = (log.epoch(), |room: &str| {
        messages.iter().filter(|(name, _)| name == room).map(|(_, record)| record.clone()).collect::<Vec<_>>()
    });
    import(&mut log, messages.iter().skip(10).cloned().collect());
    rest(&mut log, NOW);
    assert_eq!(log.epoch(), epoch);
    assert_eq!(import(&mut log, messages.clone()), ImportedRooms { new: 10, known: 10, moved: true });
    assert_ne!(log.epoch(), epoch);
    for room in ["a", "b"] {
        let there = page(&mut log, room, PageStart::Latest, 99).0;
        assert_eq!(there.into_iter().map(|placed| placed.record).collect::<Vec<_>>(), in_room(room));
    }
    rest(&mut log, NOW);
    assert_eq!(offline::found(&log, "t1", None).len(), 11);
    // No place is given a second time.
    let before = reader(&log).walk(&RoomFilter::default(), None, 99).expect("read");
    let last = before.last().expect("some").placed.place;
    let reports = apply(&mut log, vec![append(1, "a", record(99, 1, 1, "new"))]);
    let BackplaneReport::Appended { place, again: false, .. } = reports[0] else { panic!("{reports:?}") };
    assert!(place > last);
}

#[test]
fn messages_without_an_order_get_one() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    let messages = [5, 1, 9, 3].map(|second| ("a".to_owned(), record(second, 4, 0, &second.to_string())));
    let epoch = log.epoch();
    assert_eq!(import(&mut log, messages.to_vec()), ImportedRooms { new: 4, known: 0, moved: false });
    assert_eq!((all(&mut log, "a"), log.epoch()), (["1", "3", "5", "9"].map(str::to_owned).to_vec(), epoch));
}

#[test]
fn a_message_that_cannot_be_read_leaves_the_log_as_it_was() {
    let (_folder, mut log) = sample();
    let before = exported(&log);
    let messages: Vec<Message> =
        vec![Ok(("c".to_owned(), record(1, 1, 1, "x"))), Err(Phrase::new("what-is-this"))];
    assert_eq!(log.import(&mut messages.into_iter()), Err(Phrase::new("what-is-this")));
    assert_eq!(exported(&log), before);
    assert_eq!(reader(&log).list().expect("read").len(), 2);
}
