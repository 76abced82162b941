//! The secrets of tokens: kept with the log, and renewed each day.

use std::time::Duration;

use tokio::sync::mpsc::channel;

use super::super::RoomLogThread;
use super::*;
use crate::model::room_log::{LogSecrets, SECRET_LIFE};

const HOUR: Duration = Duration::from_hours(1);

fn later(by: Duration) -> WallTime {
    WallTime(NOW.0 + i64::try_from(by.as_micros()).expect("a short time"))
}

fn secrets(log: &mut RoomLog, now: WallTime) -> LogSecrets {
    log.secrets(now).expect("secrets")
}

#[test]
fn secrets_survive_the_log_and_each_file_has_its_own() {
    let folder = LogFolder::new();
    let first = secrets(&mut folder.open(), NOW);
    assert_eq!(first.previous, None);
    assert_eq!(secrets(&mut folder.open(), later(HOUR)), first);
    assert_ne!(secrets(&mut LogFolder::new().open(), NOW), first);
}

#[test]
fn a_secret_is_the_current_one_for_a_day_and_known_for_another() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    let first = secrets(&mut log, NOW);
    assert_eq!(log.take_secrets(later(HOUR * 23)), None, "nothing to tell");
    let second = log.take_secrets(later(SECRET_LIFE)).expect("a day is over");
    assert_eq!(second.previous, Some(first.current));
    assert_ne!(second.current, first.current);
    assert_eq!(log.take_secrets(later(SECRET_LIFE + HOUR)), None);
    drop(log);
    assert_eq!(secrets(&mut folder.open(), later(SECRET_LIFE + HOUR)), second, "both are kept");
    let third = secrets(&mut folder.open(), later(SECRET_LIFE * 2));
    assert_eq!(third.previous, Some(second.current));
}

#[test]
fn what_is_too_old_after_a_rest_proves_nothing_and_is_gone() {
    let folder = LogFolder::new();
    let first = secrets(&mut folder.open(), NOW);
    let second = secrets(&mut folder.open(), later(SECRET_LIFE * 2));
    assert_eq!(second.previous, None);
    assert_ne!(second.current, first.current);
    let count = "SELECT count(*) FROM secret";
    let connection = rusqlite::Connection::open(folder.file()).expect("opened");
    assert_eq!(connection.query_row(count, [], |row| row.get::<_, i64>(0)), Ok(1));
}

#[test]
fn a_clock_that_was_ahead_does_not_keep_a_secret_for_ever() {
    let folder = LogFolder::new();
    let first = secrets(&mut folder.open(), later(SECRET_LIFE * 1_000));
    let second = secrets(&mut folder.open(), NOW);
    assert_ne!(second.current, first.current);
    // A little is only a clock that was set.
    assert_eq!(secrets(&mut folder.open(), WallTime(NOW.0 - 1_000_000)), second);
}

#[test]
fn what_is_no_secret_is_replaced() {
    let folder = LogFolder::new();
    let first = secrets(&mut folder.open(), NOW);
    folder.sql("UPDATE secret SET bytes = x'0102'");
    let second = secrets(&mut folder.open(), NOW);
    assert_ne!(second.current, first.current);
    assert_eq!(secrets(&mut folder.open(), NOW), second);
}

#[test]
fn nothing_shows_a_secret() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    let shown = format!("{:?} {log:?}", secrets(&mut log, NOW));
    assert!(!shown.contains('[') && !shown.contains("0x"), "{shown}");
}

/// The thread looks at its clock by itself.
#[test]
fn the_relay_is_told_when_a_day_is_over() {
    static DAYS: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
    let clock = || {
        let days = DAYS.load(std::sync::atomic::Ordering::Relaxed);
        WallTime(NOW.0 + days * i64::try_from(SECRET_LIFE.as_micros()).expect("a day"))
    };
    let folder = LogFolder::new();
    let mut log = folder.open();
    let first = secrets(&mut log, NOW);
    let (requests, asked) = channel(8);
    let (report, mut reports) = channel(8);
    let thread = RoomLogThread::start(log, clock, asked, report).expect("started");
    assert!(matches!(reports.blocking_recv(), Some(BackplaneReport::Up(_))));
    DAYS.store(1, std::sync::atomic::Ordering::Relaxed);
    requests.blocking_send(append(1, "a", record(1, 1, 1, "x"))).expect("alive");
    let told = std::iter::from_fn(|| reports.blocking_recv()).find_map(|report| {
        let BackplaneReport::Secrets(secrets) = report else { return None };
        Some(secrets)
    });
    assert_eq!(told.and_then(|told| told.previous), Some(first.current));
    drop(requests);
    thread.join();
}
