//! The log on a thread of its own.

use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::super::RoomLogThread;
use super::*;
use crate::model::room_log::{BackplaneRefusal, DownCause};

const REQUESTS: usize = 64;

struct Running {
    thread: RoomLogThread,
    requests: Sender<Request>,
    reports: Receiver<Report>,
}

fn start(mut log: RoomLog) -> Running {
    log.secrets(NOW).expect("secrets");
    let (requests, asked) = channel(REQUESTS);
    let (report, reports) = channel(REQUESTS);
    let thread = RoomLogThread::start(log, || NOW, asked, report).expect("started");
    Running { thread, requests, reports }
}

#[test]
fn what_is_queued_when_nobody_asks_any_more_is_kept() {
    let folder = LogFolder::new();
    let log = folder.open();
    let epoch = log.epoch();
    let mut running = start(log);
    assert_eq!(running.reports.blocking_recv(), Some(BackplaneReport::Up(epoch)));
    for number in 1..=60 {
        let request = append(number.into(), "a", record(1, 1, number, &number.to_string()));
        running.requests.blocking_send(request).expect("alive");
    }
    drop(running.requests);
    let mut tickets = Vec::new();
    while let Some(report) = running.reports.blocking_recv() {
        let BackplaneReport::Appended { ticket, again: false, .. } = report else { panic!("{report:?}") };
        tickets.push(ticket.0);
    }
    assert_eq!(tickets, (1..=60).collect::<Vec<_>>());
    running.thread.join();
    assert_eq!(all(&mut folder.open(), "a").len(), 60);
}

#[test]
fn when_nobody_listens_any_more_it_goes_on() {
    let folder = LogFolder::new();
    let running = start(folder.open());
    drop(running.reports);
    for number in 1..=300 {
        let request = append(0, "a", record(1, 1, number, "x"));
        running.requests.blocking_send(request).expect("alive");
    }
    drop(running.requests);
    running.thread.join();
    assert_eq!(all(&mut folder.open(), "a").len(), 300);
}

#[test]
fn it_tries_again_by_itself_also_while_it_is_asked() {
    let folder = LogFolder::new();
    let mut running = start(folder.open());
    let other = rusqlite::Connection::open(folder.file()).expect("opened");
    other.execute_batch("BEGIN IMMEDIATE").expect("begun");
    running.requests.blocking_send(append(1, "a", record(1, 1, 1, "x"))).expect("alive");
    let next = |running: &mut Running| running.reports.blocking_recv().expect("alive");
    assert!(matches!(next(&mut running), BackplaneReport::Up(_)));
    let refused = BackplaneReport::Refused { ticket: Ticket(1), why: BackplaneRefusal::Down };
    assert_eq!(next(&mut running), refused);
    assert_eq!(next(&mut running), BackplaneReport::Down(DownCause::Broken));
    other.execute_batch("ROLLBACK").expect("ended");
    // Asks without a pause until it is up again.
    let mut refusals = 0;
    loop {
        running.requests.blocking_send(append(2, "a", record(1, 1, 1, "x"))).expect("alive");
        let report = next(&mut running);
        if matches!(report, BackplaneReport::Up(_)) {
            break;
        }
        assert!(matches!(report, BackplaneReport::Refused { .. }), "{report:?}");
        refusals += 1;
    }
    assert!(refusals > 0);
    let appended = BackplaneReport::Appended { ticket: Ticket(2), place: place(1), again: false };
    assert_eq!(next(&mut running), appended);
    drop(running.requests);
    running.thread.join();
}

#[test]
fn while_nothing_is_asked_it_indexes_what_was_said() {
    let folder = LogFolder::new();
    let mut running = start(folder.open());
    running.requests.blocking_send(append(1, "a", record(1, 1, 1, "word"))).expect("alive");
    assert!(matches!(running.reports.blocking_recv(), Some(BackplaneReport::Up(_))));
    assert!(matches!(running.reports.blocking_recv(), Some(BackplaneReport::Appended { .. })));
    let reader = rusqlite::Connection::open(folder.file()).expect("opened");
    let indexed = || -> i64 {
        reader
            .query_row("SELECT value FROM setting WHERE key = 'indexed_to'", [], |row| row.get(0))
            .expect("read")
    };
    while indexed() < 1 {
        std::thread::yield_now();
    }
    drop(running.requests);
    running.thread.join();
}

#[test]
fn what_is_looked_for_is_found_in_one_room() {
    let folder = LogFolder::new();
    let mut running = start(folder.open());
    for (number, room) in [(1, "a"), (2, "b"), (3, "a"), (4, "a")] {
        let request = append(0, room, record(1, 1, number, &format!("word {number}")));
        running.requests.blocking_send(request).expect("alive");
    }
    while !matches!(running.reports.blocking_recv(), Some(BackplaneReport::Appended { place, .. }) if place.get() == 4)
    {
    }
    let search = |words: &'static str| BackplaneRequest::Search {
        ticket: Ticket(9),
        room: "a".into(),
        words: words.into(),
        limit: 2,
    };
    let mut ask = |words| {
        running.requests.blocking_send(search(words)).expect("alive");
        running.reports.blocking_recv().expect("alive")
    };
    let BackplaneReport::Page { ticket: Ticket(9), records, more: true } = ask("wor") else {
        panic!("no page")
    };
    assert_eq!(texts(&records), ["word 3", "word 4"]);
    let nothing = BackplaneReport::Page { ticket: Ticket(9), records: Vec::new(), more: false };
    assert_eq!(ask("else"), nothing);
    let refused = BackplaneReport::Refused { ticket: Ticket(9), why: BackplaneRefusal::Down };
    assert_eq!(ask("after:soon"), refused, "the relay asks for nothing like that");
    drop(running.requests);
    running.thread.join();
    assert_eq!(running.reports.blocking_recv(), None, "nobody else holds it");
}
