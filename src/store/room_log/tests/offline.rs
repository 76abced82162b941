//! What commands ask: lists, searches, and all of it.

use jiff::tz::TimeZone;

use super::super::{RoomFilter, RoomMember, RoomSearch};
use super::*;
use crate::model::search::Search;

fn lookup(typed: &str, room: Option<&str>, limit: usize) -> RoomSearch {
    let search = Search::parse(typed, &TimeZone::UTC, NOW).expect("a search");
    RoomSearch { search, room: room.map(str::to_owned), before: None, limit }
}

/// The texts that match, the newest first.
pub(super) fn found(log: &RoomLog, typed: &str, room: Option<&str>) -> Vec<String> {
    let hits = reader(log).search(&lookup(typed, room, 100)).expect("searched").hits;
    hits.iter().map(|hit| String::from_utf8_lossy(&hit.placed.record.body).into_owned()).collect()
}

fn walked(log: &RoomLog, filter: &RoomFilter) -> Vec<String> {
    let (mut texts, mut after) = (Vec::new(), None);
    loop {
        let messages = reader(log).walk(filter, after, 7).expect("read");
        let Some(last) = messages.last() else { return texts };
        after = Some(last.placed.place);
        for message in messages {
            let text = String::from_utf8_lossy(&message.placed.record.body).into_owned();
            texts.push(format!("{}: {text}", message.room));
        }
    }
}

#[test]
fn rooms_are_listed_with_what_they_hold() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    assert_eq!(reader(&log).list(), Ok(Vec::new()));
    fill(&mut log, "b", 3..9, "t");
    fill(&mut log, "a", 5..6, "t");
    let rooms = reader(&log).list().expect("read");
    let second = |seconds: i64| WallTime(NOW.0 + seconds * 1_000_000);
    let shown: Vec<_> =
        rooms.iter().map(|room| (room.name.as_str(), room.messages, room.first, room.last)).collect();
    assert_eq!(shown, [("a", 1, second(5), second(5)), ("b", 6, second(3), second(8))]);
}

#[test]
fn a_search_finds_words_whether_they_are_in_the_index_or_not() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    let say = |log: &mut RoomLog, room: &str, id, text: &str| {
        apply(log, vec![append(0, room, record(1, id, 0, text))]);
    };
    for round in 0..2 {
        say(&mut log, "a", 1, &format!("明天开会 {round}"));
        say(&mut log, "b", 2, &format!("Report about the 会议 {round}"));
        say(&mut log, "b", 1, &format!("a café {round}"));
        if round == 0 {
            rest(&mut log, NOW);
        }
        let both = |text: &str| (0..=round).rev().map(|n| format!("{text} {n}")).collect::<Vec<_>>();
        assert_eq!(found(&log, "开会", None), both("明天开会"));
        assert_eq!(found(&log, "rep", None), both("Report about the 会议"));
        assert_eq!(found(&log, "cafe", Some("b")), both("a café"));
        assert_eq!(found(&log, "cafe", Some("a")), [""; 0]);
        assert_eq!(found(&log, "cafe", Some("nowhere")), [""; 0]);
        assert_eq!(found(&log, "会", None).len(), both("").len() * 2);
        assert_eq!(found(&log, "from:\"member 2\"", None).len(), 0);
        assert_eq!(found(&log, "from:2 report", None), both("Report about the 会议"));
    }
}

#[test]
fn a_search_goes_on_where_the_one_before_has_ended() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    fill(&mut log, "a", 0..10, "word ");
    rest(&mut log, NOW);
    let mut lookup = lookup("word", None, 4);
    let mut all = Vec::new();
    loop {
        let hits = reader(&log).search(&lookup).expect("searched");
        all.extend(hits.hits.iter().map(|hit| hit.placed.place.get()));
        if !hits.more {
            break;
        }
        assert_eq!(hits.hits.len(), 4);
        lookup.before = hits.hits.last().map(|hit| hit.placed.place);
    }
    assert_eq!(all, (1..=10).rev().collect::<Vec<_>>());
}

#[test]
fn all_of_it_is_walked_in_order_by_room_and_by_member() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    for number in 1..=20 {
        let room = if number % 2 == 0 { "even" } else { "odd" };
        apply(&mut log, vec![append(0, room, record(1, u64::from(number % 5), number, &number.to_string()))]);
    }
    let room = |name: &str| RoomFilter { room: Some(name.to_owned()), member: None };
    let of = |member| RoomFilter { room: None, member: Some(member) };
    assert_eq!(walked(&log, &RoomFilter::default()).len(), 20);
    assert_eq!(walked(&log, &room("even"))[..3], ["even: 2", "even: 4", "even: 6"]);
    let threes = ["odd: 3", "even: 8", "odd: 13", "even: 18"];
    assert_eq!(walked(&log, &of(RoomMember::Id(3))), threes);
    assert_eq!(walked(&log, &of(RoomMember::Named("MEMBER 3".to_owned()))), threes);
    let both = RoomFilter { member: Some(RoomMember::Id(3)), ..room("even") };
    assert_eq!(walked(&log, &both), ["even: 8", "even: 18"]);
    assert_eq!(walked(&log, &room("nowhere")), [""; 0]);
}
