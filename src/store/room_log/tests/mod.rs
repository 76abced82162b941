//! A log of rooms is asked, ended at any time, and asked again.

mod archiving;
mod failures;
mod importing;
mod kills;
mod model;
mod offline;
mod pages;
mod removing;
mod retention;
mod secrets;
mod shared;
mod threads;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{RoomLog, RoomLogReader};
use crate::model::RoomRetention;
use crate::model::WallTime;
use crate::model::room_log::{
    BackplaneReport, BackplaneRequest, LogRecord, PageStart, Place, PlacedRecord, RecordKind, Ticket,
};
use crate::store::tests::samples::{NOW, private};

/// What is asked for, and what comes of it.
type Request = BackplaneRequest<'static>;
type Report = BackplaneReport<'static>;

/// A folder that vanishes with the test.
struct LogFolder(TempDir);

impl LogFolder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self) -> PathBuf {
        self.path().join("rooms.db")
    }

    fn open(&self) -> RoomLog {
        self.open_with(RoomRetention::default())
    }

    fn open_with(&self, retention: RoomRetention) -> RoomLog {
        RoomLog::open(self.path(), private, retention).expect("opened")
    }

    /// Changes the file behind everybody's back.
    fn sql(&self, sql: &str) {
        rusqlite::Connection::open(self.file()).expect("opened").execute_batch(sql).expect("written");
    }

    /// Whether any file holds these bytes. What SQLite shares between processes has no content.
    fn holds(&self, needle: &str) -> bool {
        let entries = std::fs::read_dir(self.path()).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.filter(|path| !path.to_string_lossy().ends_with("-shm")).any(|path| {
            let bytes = std::fs::read(path).expect("a file");
            bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
        })
    }
}

/// Beside the log that is open.
fn reader(log: &RoomLog) -> RoomLogReader {
    let folder = log.path().parent().expect("a folder");
    RoomLogReader::open(folder).expect("readable").expect("there")
}

fn place(number: u64) -> Place {
    Place::new(number).expect("not nought")
}

/// Said so many seconds after [`NOW`].
fn record(seconds: i64, id: u64, number: u32, text: &str) -> LogRecord<'static> {
    LogRecord {
        kind: RecordKind::Said,
        at: WallTime(NOW.0 + seconds * 1_000_000),
        id,
        number,
        name: Cow::Owned(format!("member {id}")),
        body: Cow::Owned(text.as_bytes().to_vec()),
    }
}

fn append(ticket: u64, room: &str, record: LogRecord<'static>) -> Request {
    BackplaneRequest::Append { ticket: Ticket(ticket), room: Cow::Owned(room.to_owned()), record }
}

fn follow(room: &str) -> Request {
    BackplaneRequest::Follow { room: Cow::Owned(room.to_owned()) }
}

fn ask(ticket: u64, room: &str, start: PageStart, limit: u16) -> Request {
    BackplaneRequest::Page { ticket: Ticket(ticket), room: Cow::Owned(room.to_owned()), start, limit }
}

fn apply(log: &mut RoomLog, requests: Vec<Request>) -> Vec<Report> {
    let mut reports = Vec::new();
    log.apply(requests, &mut |report| reports.push(report));
    reports
}

fn retry(log: &mut RoomLog) -> Vec<Report> {
    let mut reports = Vec::new();
    log.retry(&mut |report| reports.push(report));
    reports
}

/// Messages of a plain member, one a second, in one group.
fn fill(log: &mut RoomLog, room: &str, seconds: std::ops::Range<i64>, text: &str) {
    let requests =
        seconds.map(|second| append(0, room, record(second, 7, 0, &format!("{text}{second}")))).collect();
    for report in apply(log, requests) {
        assert!(matches!(report, BackplaneReport::Appended { again: false, .. }), "{report:?}");
    }
}

/// The messages of a page, and whether there are more.
fn page(log: &mut RoomLog, room: &str, start: PageStart, limit: u16) -> (Vec<PlacedRecord<'static>>, bool) {
    let reports = apply(log, vec![ask(5, room, start, limit)]);
    let [BackplaneReport::Page { ticket: Ticket(5), records, more }] = reports.as_slice() else {
        panic!("{reports:?}")
    };
    (records.clone(), *more)
}

fn texts(records: &[PlacedRecord<'_>]) -> Vec<String> {
    records.iter().map(|placed| String::from_utf8_lossy(&placed.record.body).into_owned()).collect()
}

/// All of a room, oldest first.
fn all(log: &mut RoomLog, room: &str) -> Vec<String> {
    let (records, more) = page(log, room, PageStart::Latest, u16::MAX);
    assert!(!more);
    texts(&records)
}

/// Does everything that can wait.
fn rest(log: &mut RoomLog, now: WallTime) {
    for _ in 0..100_000 {
        if !log.work(now) {
            return;
        }
    }
    panic!("the work has no end");
}
