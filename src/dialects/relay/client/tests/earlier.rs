//! Reading further back than one's own first message, in a room whose relay keeps what is said; also of a relay that lies.

use std::time::Duration;

use super::weather::Weather;
use super::world::World;
use crate::dialects::relay::client::earlier::EarlierReader;
use crate::dialects::relay::frame::{LogLines, LogPart, MemberRequest, put_line};
use crate::dialects::relay::test_log::TestLog;
use crate::model::room_log::{LogEpoch, LogRecord, LogTail, PageStart, Place, PlacedRecord, RecordKind};
use crate::model::{NetEvent, Now, Recall, RoomHistory, WallTime};

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A room in which so much was said before the second member came.
fn world(weather: Weather, said: u64) -> World {
    let mut world = World::with_log(1, weather, Some(TestLog::default()));
    world.add("bob");
    world.settle(seconds(60));
    for number in 0..said {
        world.say(0, &number.to_string());
        world.run(Duration::from_millis(60));
    }
    world.run(seconds(30));
    world.add("ada");
    world.settle(seconds(60));
    world
}

fn numbers(range: std::ops::Range<u64>) -> Vec<String> {
    range.rev().map(|number| number.to_string()).collect()
}

#[test]
fn pages_come_backwards_each_message_once_until_the_beginning() {
    for weather in [Weather::FINE, Weather::BAD] {
        let mut world = world(weather, 130);
        // In bad weather the relay does not get all of them.
        let mut said = world.log.as_ref().expect("a log").texts();
        said.reverse();
        assert!(said.len() > 110);
        assert_eq!(world.histories(1), [RoomHistory::More]);
        assert!(world.earlier(1).is_empty(), "nobody has asked");
        world.say(0, "new");
        world.read_earlier(1, 50);
        world.run(seconds(10));
        assert_eq!(world.earlier(1), said[..50]);
        world.read_earlier(1, 50);
        world.read_earlier(1, 50);
        world.run(seconds(10));
        assert_eq!(world.earlier(1), said[..100], "one page is under way at a time");
        world.read_earlier(1, 500);
        world.run(seconds(10));
        assert_eq!(world.earlier(1), said);
        assert_eq!(world.heard(1), ["bob: new"]);
        assert_eq!(world.histories(1).last(), Some(&RoomHistory::AtBeginning));
        world.read_earlier(1, 50);
        world.run(seconds(10));
        assert_eq!(world.earlier(1), said, "there is nothing more");
    }
}

#[test]
fn as_many_are_read_as_were_wanted() {
    let mut world = world(Weather::FINE, 400);
    world.read_earlier(1, 250);
    world.run(seconds(10));
    assert_eq!(world.earlier(1), numbers(150..400));
    assert_eq!(world.histories(1).last(), Some(&RoomHistory::More));
}

#[test]
fn another_run_reads_on_where_this_one_has_stopped() {
    let mut world = world(Weather::FINE, 150);
    world.read_earlier(1, 60);
    world.run(seconds(10));
    world.kill(1);
    world.say(0, "meanwhile");
    world.run(seconds(10));
    world.restart(1, "ada");
    world.run(seconds(10));
    world.read_earlier(1, 60);
    world.run(seconds(10));
    assert_eq!(world.earlier(1), numbers(30..150));
    assert_eq!(world.heard(1), ["bob: meanwhile"]);
}

#[test]
fn a_relay_without_a_log_is_asked_for_nothing() {
    let mut world = World::new(1, Weather::FINE);
    world.add_all(&["bob", "ada"]);
    world.settle(seconds(60));
    assert_eq!(world.histories(1), [RoomHistory::None]);
    world.read_earlier(1, 50);
    world.run(seconds(10));
    assert_eq!(world.histories(1), [RoomHistory::None, RoomHistory::None], "the question is answered");
}

#[test]
fn a_relay_that_ends_meanwhile_ends_the_question() {
    let mut world = world(Weather::FINE, 20);
    world.kill_relay();
    world.read_earlier(1, 50);
    world.run(seconds(60));
    assert_eq!(world.histories(1), [RoomHistory::More; 2]);
    world.start_relay();
    world.settle(seconds(60));
    world.read_earlier(1, 50);
    world.run(seconds(10));
    assert_eq!(world.earlier(1), numbers(0..20));
}

#[test]
fn nothing_of_the_past_is_said_in_the_future() {
    let mut world = world(Weather::FINE, 3);
    for (_, placed) in &mut world.log.as_mut().expect("a log").records {
        placed.record.at = WallTime(i64::MAX / 4);
    }
    world.read_earlier(1, 50);
    world.run(seconds(10));
    let now = world.now.wall;
    let is_past = |event: &NetEvent| match event {
        NetEvent::Recalled { why: Recall::Earlier, received } => received.time <= now,
        _ => true,
    };
    assert_eq!(world.earlier(1).len(), 3);
    assert!(world.events(1).all(is_past));
}

fn place(place: u64) -> Place {
    Place::new(place).expect("a place")
}

/// Whether the first page is taken where the relay answers with messages at these places.
fn taken(places: &[u64], wanted: u16) -> usize {
    let now = Now { mono: super::world::origin(), wall: WallTime(0) };
    let mut reader = EarlierReader::default();
    reader.begin(Some(LogTail { epoch: LogEpoch(1), last: Some(place(100)) }));
    reader.read(now.mono, wanted);
    let Some(MemberRequest::Read { ticket, start, count }) = reader.take_due(now) else {
        panic!("a question")
    };
    assert_eq!((start, count), (PageStart::Before(place(101)), wanted));
    let mut bytes = Vec::new();
    for at in places {
        let record = LogRecord {
            at: now.wall,
            kind: RecordKind::Said,
            id: 5,
            number: 1,
            name: "bob".into(),
            body: b"hi".into(),
        };
        put_line(&mut bytes, &PlacedRecord { place: place(*at), record });
    }
    let lines = LogLines::decode(&bytes).expect("lines");
    let part = LogPart { stream: 1, ticket, part: 0, parts: 1, more: true, lines };
    let unasked = LogPart { ticket: ticket ^ 1, ..part.clone() };
    assert!(reader.on_part(now, &unasked).is_empty(), "nobody has asked for that");
    let page = reader.on_part(now, &part);
    assert!(reader.on_part(now, &part).is_empty(), "a page comes once");
    page.len()
}

#[test]
fn a_page_is_taken_if_it_is_what_was_asked_for_and_else_nothing_of_it() {
    assert_eq!(taken(&[97, 99, 100], 3), 3);
    assert_eq!(taken(&[97, 99, 100], 2), 0, "more than was asked for");
    assert_eq!(taken(&[99, 97, 100], 3), 0, "not in order");
    assert_eq!(taken(&[97, 97], 3), 0, "one place twice");
    assert_eq!(taken(&[100, 101], 3), 0, "behind where it was asked for");
    assert_eq!(taken(&[], 3), 0);
}
