//! `cargo bench --bench relays -- log`: what it costs that a relay keeps its rooms.
//!
//! - Until everybody has a message: the relay that forgets, the one with a log, and that without a disk below it.
//! - Messages a second into the log: ours, and the bare tables of rusqlite with the index that paging needs.
//! - A page of 50 out of a million messages.

use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tempfile::TempDir;
use udpqq::dialects::relay::frame::{FromMember, FromRelay, MemberRequest};
use udpqq::model::room_log::{BackplaneRequest, LogRecord, PageStart, Place, RecordKind, Ticket};
use udpqq::model::{RoomRetention, WallTime};
use udpqq::store::RoomLog;

use crate::figure::{Figure, quantile};
use crate::party::{self, Party};
use crate::rivals::{Rival, Server};

const MEMBERS: usize = 100;
/// Messages that are said, one after the other.
const SAID: usize = 200;
const PAUSE: Duration = Duration::from_millis(10);
/// Messages of one commit, and how many of those.
const BATCH: u64 = 100;
const BATCHES: u64 = 100;
/// How often each has its turn.
const TURNS: usize = 3;
const ALL: u64 = 1_000_000;
const PAGE: u16 = 50;
const PAGES: u64 = 200;
const BETWEEN: Duration = Duration::from_millis(40);

pub(crate) fn run() {
    delays();
    let _bare = commits();
    pages();
}

/// How long until each of all members has a message that one of them says.
fn delays() {
    let rivals = [Rival::OursFramed, Rival::OursKept, Rival::OursKeptInMemory];
    let start = |rival| {
        let server = Server::start(rival).expect("ours is there");
        let party = Party::join(rival, server.address, MEMBERS);
        (rival, server, party, Vec::new())
    };
    let mut lanes = rivals.map(start);
    for _ in 0..TURNS {
        for (.., party, delays) in &mut lanes {
            delays.extend(party.pace(SAID / TURNS, PAUSE));
        }
    }
    let mut base = None;
    for (rival, _, _, delays) in &mut lanes {
        let (median, high) = (quantile(delays, 0.5), quantile(delays, 0.99));
        let (base_median, base_high) = *base.get_or_insert((median, high));
        let times = |time: Duration, base: Duration| time.as_secs_f64() / base.as_secs_f64();
        println!(
            "{MEMBERS} members, {:<26} {:>7.2} ms median ({:.2}x) {:>7.2} ms p99 ({:.2}x)",
            rival.name(),
            median.as_secs_f64() * 1e3,
            times(median, base_median),
            high.as_secs_f64() * 1e3,
            times(high, base_high)
        );
    }
}

fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn log(folder: &Path) -> RoomLog {
    let kept = RoomRetention { keep: None, keep_messages: None, keep_bytes: None };
    RoomLog::open(folder, |path| std::fs::File::create_new(path).map(drop), kept).unwrap()
}

fn text(number: u64) -> Vec<u8> {
    format!("message {number} of somebody who writes to the room").into_bytes()
}

/// Puts `count` messages into the log in one commit, the first with that number.
fn append(log: &mut RoomLog, first: u64, count: u64) {
    let request = |number: u64| BackplaneRequest::Append {
        ticket: Ticket(number),
        room: "lobby".into(),
        record: LogRecord {
            kind: RecordKind::Said,
            at: WallTime(1_700_000_000_000_000 + i64::try_from(number).unwrap()),
            id: 1 + number % 100,
            number: u32::try_from(number).unwrap() + 1,
            name: "ann".into(),
            body: text(number).into(),
        },
    };
    log.apply((first..first + count).map(request).collect(), &mut |_| {});
}

/// Groups of a hundred messages into our log and into bare tables: with the index that paging needs, and with that which
/// knows a message again as well. Messages a second into those of the first kind.
pub(crate) fn commits() -> f64 {
    let folders = [folder(), folder(), folder()];
    let [ours, paged, indexed] = &folders;
    let mut log = log(ours.path());
    let mut rivals = [bare_tables(paged.path(), false), bare_tables(indexed.path(), true)];
    let mut times: [Vec<Duration>; 3] = Default::default();
    let [fast, rest @ ..] = &mut times;
    for turn in 0..TURNS as u64 {
        let first = turn * BATCH * BATCHES;
        let batches = || (0..BATCHES).map(|batch| first + batch * BATCH);
        let start = Instant::now();
        for first in batches() {
            append(&mut log, first, BATCH);
        }
        fast.push(start.elapsed());
        for (rival, times) in rivals.iter_mut().zip(&mut *rest) {
            let start = Instant::now();
            for first in batches() {
                bare_append(rival, first);
            }
            times.push(start.elapsed());
        }
    }
    let [fast, paged, indexed] =
        times.map(|mut times| (BATCH * BATCHES) as f64 / quantile(&mut times, 0.5).as_secs_f64());
    println!(
        "commits of {BATCH}: {fast:.0} messages/s in our log, {paged:.0} in bare tables: {:.2}x (goal 0.8), \
         {indexed:.0} where they know a message again: {:.2}x",
        fast / paged,
        fast / indexed
    );
    paged
}

fn bare_tables(folder: &Path, knows_again: bool) -> Connection {
    let connection = Connection::open(folder.join("bare.db")).unwrap();
    let sql = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        CREATE TABLE said (place INTEGER PRIMARY KEY AUTOINCREMENT, room INTEGER, at INTEGER, id INTEGER,
            number INTEGER, name TEXT, body BLOB);
        CREATE INDEX said_in ON said (room, place);";
    connection.execute_batch(sql).unwrap();
    if knows_again {
        let sql = "CREATE UNIQUE INDEX said_once ON said (id, number) WHERE number > 0;";
        connection.execute_batch(sql).unwrap();
    }
    connection
}

fn bare_append(connection: &mut Connection, first: u64) {
    let transaction = connection.transaction().unwrap();
    let sql = "INSERT INTO said (room, at, id, number, name, body) VALUES (1, ?1, ?2, ?3, 'ann', ?4)";
    let mut insert = transaction.prepare_cached(sql).unwrap();
    for number in first..first + BATCH {
        let number = i64::try_from(number).unwrap();
        insert.execute((number, 1 + number % 100, number + 1, text(number.cast_unsigned()))).unwrap();
    }
    drop(insert);
    transaction.commit().unwrap();
}

/// How long a member waits that scrolls up.
fn pages() {
    let folder = folder();
    let mut rooms = log(folder.path());
    for first in (0..ALL).step_by(10_000) {
        append(&mut rooms, first, 10_000);
        // Of a relay that was always there the search knows all.
        while rooms.work(WallTime(1_700_000_000_000_000)) {}
    }
    drop(rooms);
    let server = Server::start_in(Rival::OursKept, Some(folder)).expect("ours is there");
    read_pages(server.address, "sqlite", ALL);
}

/// The same of a room with so many messages at a relay that has just begun.
pub(crate) fn read_pages(at: SocketAddr, what: &str, all: u64) {
    let (socket, token) = party::framed(at, 0);
    let ask = |ticket: u32, start: PageStart| {
        // No member may ask much more often.
        thread::sleep(BETWEEN);
        let mut frame = Vec::new();
        let request = MemberRequest::Read { ticket, start, count: PAGE };
        FromMember::Request { token, request }.encode(&mut frame);
        let begin = Instant::now();
        socket.send(&frame).unwrap();
        let mut buffer = vec![0; 65_536];
        loop {
            let length = socket.recv(&mut buffer).expect("a page");
            let Some(FromRelay::Log(part)) = FromRelay::decode(&buffer[..length]) else { continue };
            if part.ticket == ticket && part.part + 1 == part.parts {
                return begin.elapsed();
            }
        }
    };
    let step = all / PAGES;
    let mut far: Vec<Duration> = (1..PAGES)
        .map(|page| ask(u32::try_from(page).unwrap(), PageStart::Before(Place::new(page * step).unwrap())))
        .collect();
    let mut near: Vec<Duration> = (0..50)
        .map(|page| (page, Place::new(all - u64::from(page * PAGE)).unwrap()))
        .map(|(page, place)| ask(10_000 + u32::from(page), PageStart::Before(place)))
        .collect();
    for (which, samples, goal) in [("somewhere", &mut far, 50.0), ("near the end", &mut near, 2.0)] {
        let name = format!("A9: {what}: {PAGE} of {all}, {which}");
        println!("{}", Figure::time(format!("{name}: median"), quantile(samples, 0.5)));
        println!("{}", Figure::time(format!("{name}: p99"), quantile(samples, 0.99)).goal(goal));
    }
}
