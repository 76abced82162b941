//! Disks that are full, files that are damaged or gone, and other programs.

use std::fs;

use super::super::{RoomFilter, StoreError};
use super::*;
use crate::model::Phrase;
use crate::model::room_log::{BackplaneRefusal, DownCause};

fn refused(ticket: u64) -> Report {
    BackplaneReport::Refused { ticket: Ticket(ticket), why: BackplaneRefusal::Down }
}

fn appended(ticket: u64, at: u64) -> Report {
    BackplaneReport::Appended { ticket: Ticket(ticket), place: place(at), again: false }
}

/// The file may not grow beyond so many pages, as on a full disk.
fn limit_pages(log: &mut RoomLog, pages: i64) {
    let connection = log.connection().expect("open");
    connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).expect("set");
}

#[test]
fn on_a_full_disk_nothing_is_taken_until_there_is_room_again() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    fill(&mut log, "a", 0..3, "t");
    apply(&mut log, vec![follow("a")]);
    let epoch = log.epoch();
    limit_pages(&mut log, 1);
    let large = || record(5, 1, 1, &"x".repeat(50_000));
    let small = || record(6, 2, 1, "y");
    let requests = vec![
        append(1, "a", small()),
        append(2, "a", large()),
        ask(3, "a", PageStart::Latest, 1),
        follow("b"),
    ];
    let reports = apply(&mut log, requests);
    assert_eq!(reports[..2], [refused(1), refused(2)]);
    // What can be read is answered all the same.
    let BackplaneReport::Page { records, more: true, .. } = &reports[2] else { panic!("{reports:?}") };
    assert_eq!(texts(records), ["t2"]);
    assert_eq!(reports[3], BackplaneReport::Following { room: "b".into(), last: None });
    assert_eq!(reports[4..], [BackplaneReport::Down(DownCause::Full)]);
    assert_eq!(retry(&mut log), []);
    assert_eq!(apply(&mut log, vec![append(4, "a", small())]), [refused(4)]);
    limit_pages(&mut log, 1_000_000);
    assert_eq!(retry(&mut log), [BackplaneReport::Up(epoch)]);
    let reports = apply(&mut log, vec![append(5, "a", small()), append(6, "a", large())]);
    let [first, BackplaneReport::Entry { .. }, second, BackplaneReport::Entry { .. }] = reports.as_slice()
    else {
        panic!("{reports:?}")
    };
    assert_eq!([first, second], [&appended(5, 4), &appended(6, 5)]);
    assert_eq!(all(&mut log, "a").len(), 5);
}

#[test]
fn what_was_kept_although_it_was_refused_is_told_later() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    apply(&mut log, vec![follow("a"), follow("b")]);
    // As after a commit whose failure did not undo it.
    log.fail(&StoreError::Io);
    folder.sql(
        "INSERT INTO room (name) VALUES ('a'); INSERT INTO said (room, at, id, number, name, body) \
         VALUES (1, 5, 1, 1, 'ann', x'41')",
    );
    assert_eq!(apply(&mut log, vec![append(1, "a", record(1, 1, 1, "A"))]), [refused(1)]);
    assert_eq!(apply(&mut log, vec![follow("c")]), []);
    let reports = retry(&mut log);
    let [
        BackplaneReport::Up(_),
        BackplaneReport::Entry { room, placed },
        BackplaneReport::Following { room: late, last: None },
    ] = reports.as_slice()
    else {
        panic!("{reports:?}")
    };
    assert_eq!((&**room, placed.place, &**late), ("a", place(1), "c"));
    let again = BackplaneReport::Appended { ticket: Ticket(2), place: place(1), again: true };
    assert_eq!(apply(&mut log, vec![append(2, "a", record(1, 1, 1, "A"))]), [again]);
}

#[test]
fn a_file_that_was_removed_is_another_history_from_then_on() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    fill(&mut log, "a", 0..3, "t");
    apply(&mut log, vec![follow("a")]);
    let epoch = log.epoch();
    for name in ["rooms.db", "rooms.db-wal", "rooms.db-shm"] {
        fs::remove_file(folder.path().join(name)).expect("removed");
    }
    let said = || record(9, 1, 1, "new");
    let reports = apply(&mut log, vec![append(1, "a", said())]);
    assert_eq!(reports, [refused(1), BackplaneReport::Down(DownCause::Broken)]);
    let reports = retry(&mut log);
    let following = BackplaneReport::Following { room: "a".into(), last: None };
    assert_eq!(reports, [BackplaneReport::Up(log.epoch()), following]);
    assert_ne!(log.epoch(), epoch);
    assert_eq!(apply(&mut log, vec![append(2, "a", said())])[0], appended(2, 1));
    drop(log);
    assert_eq!(all(&mut folder.open(), "a"), ["new"]);
}

#[test]
fn what_stands_only_in_a_log_that_was_removed_is_saved() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    fill(&mut log, "a", 0..3, "t");
    fs::remove_file(folder.path().join("rooms.db-wal")).expect("removed");
    assert_eq!(apply(&mut log, vec![append(1, "a", record(9, 1, 1, "new"))]), [appended(1, 4)]);
    std::mem::forget(log);
    let text = fs::read(folder.file()).expect("there");
    assert!(text.windows(3).any(|window| window == b"new"));
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let folder = LogFolder::new();
    fs::write(folder.file(), "no database, but long enough for its header to be looked at. ".repeat(90))
        .expect("written");
    let before = fs::read(folder.file()).expect("there");
    let told = RoomLog::open(folder.path(), private, RoomRetention::default()).expect_err("damaged");
    let expected = Phrase::new("room-log-not-opened").text("fault", "damaged").text("code", "");
    assert_eq!(told, expected.text("file", "rooms.db"));
    assert_eq!(fs::read(folder.file()).expect("there"), before);
}

#[test]
fn damage_that_is_met_later_ends_the_taking_and_changes_nothing() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    fill(&mut log, "a", 0..2_000, "some words of a message ");
    drop(log);
    let mut bytes = fs::read(folder.file()).expect("there");
    let pages = bytes.chunks_mut(4_096).skip(1);
    pages.for_each(|page| page.fill(0xa5));
    fs::write(folder.file(), &bytes).expect("written");
    let told = RoomLog::open(folder.path(), private, RoomRetention::default()).expect_err("damaged");
    assert_eq!(told.key, "room-log-not-opened");
    assert_eq!(fs::read(folder.file()).expect("there"), bytes);
}

#[test]
fn messages_that_cannot_be_read_keep_no_others_away() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    fill(&mut log, "a", 0..2_000, "some words of a message ");
    drop(log);
    let mut bytes = fs::read(folder.file()).expect("there");
    let has = |page: &[u8], needle: &[u8]| page.windows(needle.len()).any(|window| window == needle);
    let damaged = bytes.chunks_mut(4_096).find(|page| page[0] == 0x0d && has(page, b"of a message 1000"));
    damaged.expect("a page of messages").fill(0xa5);
    fs::write(folder.file(), &bytes).expect("written");
    let mut log = folder.open();
    let requests = vec![
        append(1, "a", record(9_999, 1, 1, "x")),
        ask(2, "a", PageStart::Latest, 2_000),
        append(3, "a", record(9_999, 1, 2, "y")),
    ];
    assert_eq!(apply(&mut log, requests), [appended(1, 2_001), refused(2), appended(3, 2_002)]);
    assert_eq!(apply(&mut log, vec![ask(4, "a", PageStart::Latest, 2_000)]), [refused(4)]);
    assert_eq!(texts(&page(&mut log, "a", PageStart::Latest, 2).0), ["x", "y"]);
    let entries = fs::read_dir(folder.path()).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text"));
    assert!(names.into_iter().all(|name| name.starts_with("rooms.")), "nothing was moved aside");
}

#[test]
fn where_the_next_message_cannot_stand_nothing_is_taken() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    fill(&mut log, "a", 0..2_000, "some words of a message ");
    drop(log);
    let mut bytes = fs::read(folder.file()).expect("there");
    let has = |page: &[u8], needle: &[u8]| page.windows(needle.len()).any(|window| window == needle);
    let damaged = bytes.chunks_mut(4_096).find(|page| page[0] == 0x0d && has(page, b"of a message 1999"));
    damaged.expect("a page of messages").fill(0xa5);
    fs::write(folder.file(), &bytes).expect("written");
    let mut log = folder.open();
    let reports = apply(&mut log, vec![append(1, "b", record(1, 1, 1, "x"))]);
    assert_eq!(reports, [refused(1), BackplaneReport::Down(DownCause::Broken)]);
    assert_eq!(retry(&mut log), []);
    drop(log);
    assert_eq!(fs::read(folder.file()).expect("there"), bytes);
}

#[test]
fn a_damaged_index_is_made_anew_and_costs_no_message() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    fill(&mut log, "a", 0..300, "word ");
    rest(&mut log, NOW);
    drop(log);
    folder.sql("UPDATE search_data SET block = x'a5a5a5a5a5'");
    let mut log = folder.open();
    fill(&mut log, "a", 300..400, "word ");
    rest(&mut log, NOW);
    assert_eq!(offline::found(&log, "399", None), ["word 399"]);
    assert_eq!(offline::found(&log, "word 7", None).len(), 11);
    assert_eq!(all(&mut log, "a").len(), 400);
}

#[test]
fn files_of_others_are_left_alone() {
    for sql in
        ["CREATE TABLE bookmark (url TEXT)", "PRAGMA user_version = 99; PRAGMA application_id = 1969516658"]
    {
        let folder = LogFolder::new();
        folder.sql(sql);
        let before = fs::read(folder.file()).expect("there");
        let told = RoomLog::open(folder.path(), private, RoomRetention::default()).expect_err("foreign");
        let expected =
            Phrase::new("room-log-not-opened").text("fault", "foreign-file").text("file", "rooms.db");
        assert_eq!(told, expected.text("code", ""));
        assert_eq!(fs::read(folder.file()).expect("there"), before);
    }
}

#[test]
fn two_cannot_keep_one_log() {
    let folder = LogFolder::new();
    let first = folder.open();
    let told = RoomLog::open(folder.path(), private, RoomRetention::default()).expect_err("taken");
    let pid = std::process::id().to_string();
    assert_eq!(told, Phrase::new("room-log-in-use-by").text("pid", pid));
    drop(first);
    folder.open();
}

/// A messenger of the same profile locks the folder.
#[test]
fn a_history_beside_it_is_no_other_relay() {
    let folder = LogFolder::new();
    let _history = crate::store::Lock::take(&folder.path().join("history.lock"), private).expect("free");
    folder.open();
}

#[test]
fn another_program_that_holds_the_file_is_waited_for_in_vain_once() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    let other = rusqlite::Connection::open(folder.file()).expect("opened");
    other.execute_batch("BEGIN IMMEDIATE").expect("begun");
    let reports = apply(&mut log, vec![append(1, "a", record(1, 1, 1, "x"))]);
    assert_eq!(reports, [refused(1), BackplaneReport::Down(DownCause::Broken)]);
    other.execute_batch("ROLLBACK").expect("ended");
    assert_eq!(retry(&mut log), [BackplaneReport::Up(log.epoch())]);
    assert_eq!(apply(&mut log, vec![append(2, "a", record(1, 1, 1, "x"))]), [appended(2, 1)]);
}

#[test]
fn values_that_nobody_wrote_are_clamped_or_left_out() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    fill(&mut log, "a", 0..10, "word ");
    rest(&mut log, NOW);
    drop(log);
    folder.sql(
        "UPDATE said SET at = 'noon', id = 'x', number = -7, name = x'ff', body = 5 WHERE place = 1;
         UPDATE said SET place = -5 WHERE place = 2; UPDATE said SET place = 0 WHERE place = 3;
         UPDATE said SET room = 99 WHERE place = 4; UPDATE said SET number = 1 << 40 WHERE place = 5;
         UPDATE room SET name = x'ff00' WHERE id = 1; INSERT INTO room VALUES (2, 'a');
         UPDATE said SET room = 2; INSERT OR REPLACE INTO setting VALUES ('bytes', 'x'), ('indexed_to', 1.5);",
    );
    let mut log = folder.open();
    assert_eq!(all(&mut log, "a").len(), 8);
    rest(&mut log, NOW);
    fill(&mut log, "a", 20..21, "word ");
    assert_eq!(offline::found(&log, "word 20", None), ["word 20"]);
    assert!(reader(&log).list().is_ok() && reader(&log).walk(&RoomFilter::default(), None, 99).is_ok());
}
