//! Appending, following, and pages both ways.

use super::*;
use crate::model::room_log::LogEpoch;

#[test]
fn what_is_appended_is_told_in_order_to_who_follows() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    let said = |second: i64| record(second, 1, u32::try_from(second).expect("small"), "hello");
    let reports = apply(
        &mut log,
        vec![
            append(1, "quiet", said(1)),
            follow("loud"),
            append(2, "loud", said(2)),
            append(3, "loud", said(3)),
            BackplaneRequest::Unfollow { room: "loud".into() },
            append(4, "loud", said(4)),
        ],
    );
    let appended =
        |ticket, at| BackplaneReport::Appended { ticket: Ticket(ticket), place: place(at), again: false };
    let entry = |at, second| BackplaneReport::Entry {
        room: "loud".into(),
        placed: PlacedRecord { place: place(at), record: said(second) },
    };
    assert_eq!(
        reports,
        [
            appended(1, 1),
            BackplaneReport::Following { room: "loud".into(), last: None },
            appended(2, 2),
            entry(2, 2),
            appended(3, 3),
            entry(3, 3),
            appended(4, 4),
        ]
    );
    let last = BackplaneReport::Following { room: "loud".into(), last: Some(place(4)) };
    assert_eq!(apply(&mut log, vec![follow("loud")]), std::slice::from_ref(&last));
    drop(log);
    assert_eq!(apply(&mut folder.open(), vec![follow("loud")]), [last]);
}

#[test]
fn a_message_that_is_said_again_keeps_its_place_and_is_not_told_again() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    let said = || record(1, 9, 3, "once");
    let requests = vec![follow("a"), append(1, "a", said()), append(2, "a", said())];
    let again = |ticket| BackplaneReport::Appended { ticket: Ticket(ticket), place: place(1), again: true };
    let reports = apply(&mut log, requests);
    assert_eq!(reports.len(), 4, "{reports:?}");
    assert_eq!(reports[3], again(2));
    drop(log);
    let mut log = folder.open();
    assert_eq!(apply(&mut log, vec![append(3, "a", said())]), [again(3)]);
    // A plain member has no numbers: what it says twice it means twice.
    let plain = || append(4, "a", record(2, 9, 0, "twice"));
    apply(&mut log, vec![plain(), plain()]);
    assert_eq!(all(&mut log, "a"), ["once", "twice", "twice"]);
}

#[test]
fn pages_say_at_their_edges_whether_there_is_more() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    for second in 0..10 {
        fill(&mut log, "other", second..second + 1, "x");
        fill(&mut log, "a", second..second + 1, "t");
    }
    let names = |range: std::ops::Range<u32>| range.map(|n| format!("t{n}")).collect::<Vec<_>>();
    // The messages of the room stand at 2, 4, … 20.
    for (start, limit, shown, more) in [
        (PageStart::Latest, 3, 7..10, true),
        (PageStart::Latest, 10, 0..10, false),
        (PageStart::Latest, 9, 1..10, true),
        (PageStart::Before(place(8)), 3, 0..3, false),
        (PageStart::Before(place(9)), 3, 1..4, true),
        (PageStart::Before(place(2)), 3, 0..0, false),
        (PageStart::Oldest, 3, 0..3, true),
        (PageStart::Oldest, 10, 0..10, false),
        (PageStart::After(place(1)), 3, 0..3, true),
        (PageStart::After(place(14)), 3, 7..10, false),
        (PageStart::After(place(20)), 3, 0..0, false),
        (PageStart::After(place(u64::MAX)), 3, 0..0, false),
        (PageStart::Before(place(u64::MAX)), 2, 8..10, true),
        (PageStart::Latest, 0, 0..0, true),
        (PageStart::Before(place(2)), 0, 0..0, false),
    ] {
        let (records, has_more) = page(&mut log, "a", start, limit);
        assert_eq!((texts(&records), has_more), (names(shown), more), "{start:?} {limit}");
    }
    assert_eq!(page(&mut log, "nowhere", PageStart::Latest, 5), (Vec::new(), false));
}

#[test]
fn a_page_of_large_messages_has_fewer_of_them() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    let large = "x".repeat(60_000);
    fill(&mut log, "a", 0..10, &large);
    let (records, more) = page(&mut log, "a", PageStart::Latest, 50);
    assert_eq!((records.len(), more), (4, true));
    let (records, more) = page(&mut log, "a", PageStart::Before(records[0].place), 50);
    assert_eq!((records.len(), records[3].place, more), (4, place(6), true));
    fill(&mut log, "b", 0..2, &"x".repeat(1_000_000));
    assert_eq!(page(&mut log, "b", PageStart::Latest, 50).0.len(), 1);
}

#[test]
fn a_clock_that_goes_back_does_not_turn_the_times_of_a_room_around() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    let second = |seconds: i64| NOW.0 + seconds * 1_000_000;
    fill(&mut log, "a", 50..51, "t");
    drop(log);
    let mut log = folder.open();
    let reports = apply(&mut log, vec![follow("a"), append(1, "a", record(20, 7, 0, "back"))]);
    let BackplaneReport::Entry { placed, .. } = &reports[2] else { panic!("{reports:?}") };
    assert_eq!(placed.record.at.0, second(50));
    fill(&mut log, "b", 20..21, "t");
    let times = |log: &mut RoomLog, room| {
        page(log, room, PageStart::Latest, 9).0.iter().map(|placed| placed.record.at.0).collect::<Vec<_>>()
    };
    assert_eq!(times(&mut log, "a"), [second(50), second(50)]);
    assert_eq!(times(&mut log, "b"), [second(20)]);
}

#[test]
fn whatever_a_record_holds_comes_back() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    let odd = LogRecord {
        kind: RecordKind::Said,
        at: WallTime(i64::MAX),
        id: u64::MAX,
        number: u32::MAX,
        name: "\0'; DROP TABLE said; --\u{202e}".into(),
        body: vec![0, 0xff, 0x1b, b'"'].into(),
    };
    let empty = LogRecord {
        at: WallTime(i64::MIN),
        kind: RecordKind::Said,
        id: 0,
        number: 0,
        name: "".into(),
        body: vec![].into(),
    };
    apply(&mut log, vec![append(1, "\0\"'%", odd.clone()), append(2, "", empty.clone())]);
    assert_eq!(page(&mut log, "\0\"'%", PageStart::Latest, 1).0[0].record, odd);
    assert_eq!(page(&mut log, "", PageStart::Latest, 1).0[0].record, empty);
}

#[test]
fn a_log_has_an_epoch_of_its_own_and_keeps_it() {
    let (one, other) = (LogFolder::new(), LogFolder::new());
    let epoch = one.open().epoch();
    assert_ne!(epoch, LogEpoch::default());
    assert_eq!(one.open().epoch(), epoch);
    assert_ne!(other.open().epoch(), epoch);
}

/// More rooms than are remembered.
#[test]
fn rooms_that_are_forgotten_are_found_again() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    for round in 0..2 {
        let requests =
            (0..5_000).map(|room| append(0, &room.to_string(), record(round, 7, 0, "x"))).collect();
        apply(&mut log, requests);
    }
    let rooms = reader(&log).list().expect("read");
    assert_eq!(rooms.len(), 5_000);
    assert!(rooms.iter().all(|room| room.messages == 2));
}

/// A power cut cannot be tried here; what SQLite is told can.
#[test]
fn a_message_waits_for_the_disk_and_what_can_be_done_again_does_not() {
    const FULL: i64 = 2;
    const NORMAL: i64 = 1;
    let folder = LogFolder::new();
    let mut log = folder.open();
    let synchronous = |log: &mut RoomLog| -> i64 {
        log.connection().expect("open").query_row("PRAGMA synchronous", [], |row| row.get(0)).expect("read")
    };
    for second in 0..2 {
        fill(&mut log, "a", second..second + 1, "t");
        assert_eq!(synchronous(&mut log), FULL);
        rest(&mut log, NOW);
        assert_eq!(synchronous(&mut log), NORMAL);
    }
}
