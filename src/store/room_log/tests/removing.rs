//! What was removed is in no file any more.

use super::super::{RoomMember, RoomRemoval};
use super::*;

/// How many are gone, without a trace.
pub(super) fn removed(log: &mut RoomLog, removal: &RoomRemoval) -> u64 {
    let would_be = reader(log).count(removal).expect("read");
    let removed = log.remove(removal).expect("removed");
    assert!(removed.is_scrubbed);
    assert_eq!(removed.messages, would_be);
    removed.messages
}

/// A word that no other message has.
fn secret(number: u64) -> String {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + u8::try_from((state >> 33) % 26).expect("small"))
    };
    (0..12).map(letter).collect()
}

/// Messages 1 to 300 in two rooms by three members, some of them long, half of them in the index.
fn filled(folder: &LogFolder) -> RoomLog {
    let mut log = folder.open();
    for number in 1..=300_u64 {
        let room = if number % 2 == 0 { "even" } else { "odd" };
        let padding = "many words ".repeat(if number % 50 == 0 { 900 } else { 2 });
        let text = format!("{} {padding}", secret(number));
        apply(&mut log, vec![append(0, room, record(1, number % 3, 0, &text))]);
        if number == 150 {
            rest(&mut log, NOW);
        }
    }
    log
}

/// Those whose words are in a file, as far as the numbers are asked for.
fn left(folder: &LogFolder, numbers: impl Iterator<Item = u64>) -> Vec<u64> {
    numbers.filter(|number| folder.holds(&secret(*number))).collect()
}

#[test]
fn a_message_that_is_removed_is_gone() {
    let folder = LogFolder::new();
    let mut log = filled(&folder);
    assert_eq!(left(&folder, [100, 101, 299].into_iter()), [100, 101, 299]);
    assert_eq!(removed(&mut log, &RoomRemoval::Place(place(100))), 1);
    assert_eq!(removed(&mut log, &RoomRemoval::Place(place(100))), 0);
    assert_eq!(removed(&mut log, &RoomRemoval::Place(place(299))), 1);
    // The log is still open.
    assert_eq!(left(&folder, [100, 101, 299].into_iter()), [101]);
    assert_eq!(offline::found(&log, &secret(100), None), [""; 0]);
    assert_eq!(offline::found(&log, &secret(101), None).len(), 1);
    assert_eq!(all(&mut log, "even").len(), 149);
}

#[test]
fn a_room_that_is_removed_is_gone_with_its_name() {
    let folder = LogFolder::new();
    let mut log = filled(&folder);
    assert_eq!(removed(&mut log, &RoomRemoval::Room("even".to_owned())), 150);
    assert_eq!(removed(&mut log, &RoomRemoval::Room("even".to_owned())), 0);
    assert_eq!(left(&folder, (1..=300).filter(|number| number % 2 == 0)), [0; 0]);
    assert_eq!(left(&folder, [1, 299].into_iter()), [1, 299]);
    assert_eq!(reader(&log).list().expect("read").len(), 1);
    assert!(!folder.holds("even"));
    // Its last place is not given again.
    let reports = apply(&mut log, vec![follow("even"), append(1, "even", record(1, 1, 1, "new"))]);
    assert_eq!(reports[0], BackplaneReport::Following { room: "even".into(), last: None });
    let new = BackplaneReport::Appended { ticket: Ticket(1), place: place(301), again: false };
    assert_eq!(reports[1], new);
}

#[test]
fn a_member_is_removed_by_name_or_by_id() {
    let by = RoomRemoval::Member;
    let folder = LogFolder::new();
    let mut log = filled(&folder);
    assert_eq!(removed(&mut log, &by(RoomMember::Named("Member 1".to_owned()))), 100);
    assert_eq!(removed(&mut log, &by(RoomMember::Id(2))), 100);
    assert_eq!(left(&folder, (1..=300).filter(|number| number % 3 != 0)), [0; 0]);
    assert!(!folder.holds("member 1") && !folder.holds("member 2") && folder.holds("member 0"));
    assert_eq!(all(&mut log, "even").len() + all(&mut log, "odd").len(), 100);
}

#[test]
fn removing_that_was_interrupted_goes_on() {
    let folder = LogFolder::new();
    let mut log = filled(&folder);
    rest(&mut log, NOW);
    drop(log);
    // The row is gone, and what comes after that was not done.
    folder.sql(
        "DELETE FROM search WHERE rowid = 100; DELETE FROM said WHERE place = 100;
         INSERT INTO setting VALUES ('purge', 1)",
    );
    let mut log = folder.open();
    rest(&mut log, NOW);
    assert_eq!(left(&folder, [100, 101].into_iter()), [101]);
}

#[test]
fn who_reads_meanwhile_only_delays_that_nothing_is_left() {
    let folder = LogFolder::new();
    let mut log = filled(&folder);
    let other = rusqlite::Connection::open(folder.file()).expect("opened");
    other.execute_batch("BEGIN").expect("begun");
    let _there: i64 = other.query_row("SELECT count(*) FROM said", [], |row| row.get(0)).expect("read");
    let removed = log.remove(&RoomRemoval::Place(place(101))).expect("removed");
    assert_eq!((removed.messages, removed.is_scrubbed), (1, false));
    drop((other, log));
    let mut log = folder.open();
    rest(&mut log, NOW);
    assert_eq!(left(&folder, [100, 101].into_iter()), [100]);
}

#[test]
fn what_was_removed_while_members_are_there_is_counted_nowhere_and_its_words_are_gone() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    for number in 1..=3 {
        let said = record(i64::try_from(number).expect("small"), 7, 0, &secret(number));
        apply(&mut log, vec![append(0, "dev", said)]);
    }
    for (ticket, removed) in [(1, 1), (2, 3)] {
        let removal = LogRecord::removal(WallTime(NOW.0 + 60_000_000), place(removed));
        let reports = apply(&mut log, vec![append(ticket, "dev", removal)]);
        assert!(matches!(reports[0], BackplaneReport::Appended { again: false, .. }), "{reports:?}");
    }
    let listed = &reader(&log).list().expect("read")[0];
    let second = WallTime(NOW.0 + 2_000_000);
    assert_eq!((listed.messages, listed.first, listed.last), (1, second, second));
    rest(&mut log, NOW);
    drop(log);
    assert_eq!(left(&folder, 1..=3), [2]);
}
