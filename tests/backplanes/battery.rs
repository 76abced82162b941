//! What every backplane owes a relay.

use udpqq::model::WallTime;
use udpqq::model::room_log::{LogRecord, PageStart, Place, PlacedRecord, RecordKind};

use crate::kinds::LogKind;
use crate::relay::{Relay, record, text, texts};

fn places(placed: &[PlacedRecord<'_>]) -> Vec<Place> {
    placed.iter().map(|placed| placed.place).collect()
}

/// So many messages of one member in one room.
async fn fill(relay: &mut Relay, room: &str, count: u32) -> Vec<Place> {
    let mut tickets = Vec::new();
    for number in 1..=count {
        tickets.push(relay.say(room, record(1, number, &format!("{room} {number}"))).await);
    }
    let mut places = Vec::new();
    for ticket in tickets {
        places.push(relay.place(ticket).await.0);
    }
    places
}

pub(crate) async fn messages_come_in_the_order_of_their_places_each_once(kind: &LogKind) {
    let mut relay = kind.open().await;
    for room in ["a", "b"] {
        assert_eq!(relay.follow(room).await, None);
    }
    let mut tickets = Vec::new();
    for number in 1..=100 {
        for (room, id) in [("a", 1), ("b", 1001), ("a", 2), ("b", 1002), ("a", 3)] {
            let said = record(id, number, &format!("{room} {id} {number}"));
            tickets.push((room, relay.say(room, said.clone()).await, said));
        }
    }
    let mut wanted = [Vec::new(), Vec::new()];
    for (room, ticket, said) in tickets {
        let (place, again) = relay.place(ticket).await;
        assert!(!again);
        wanted[usize::from(room == "b")].push(PlacedRecord { place, record: said });
    }
    for (room, mut wanted) in ["a", "b"].into_iter().zip(wanted) {
        wanted.sort_by_key(|placed| placed.place);
        let told = relay.entries(room, wanted.len()).await;
        assert_eq!(places(&told), places(&wanted));
        assert_eq!(texts(&told), texts(&wanted));
        for (told, wanted) in told.iter().zip(&wanted) {
            assert_eq!((told.record.id, told.record.number), (wanted.record.id, wanted.record.number));
            assert_eq!(told.record.name, wanted.record.name);
        }
    }
    relay.settle().await;
    assert_eq!((relay.brought("a").len(), relay.brought("b").len()), (300, 200));
    relay.close().await;
}

pub(crate) async fn each_member_keeps_its_order(kind: &LogKind) {
    let mut relay = kind.open().await;
    relay.follow("a").await;
    for number in 1..=50 {
        // Some have no numbers.
        for id in 1..=4 {
            let counted = if id > 2 { number } else { 0 };
            relay.say("a", record(id, counted, &number.to_string())).await;
        }
    }
    let told = relay.entries("a", 200).await;
    let wanted: Vec<String> = (1..=50).map(|number| number.to_string()).collect();
    for id in 1..=4 {
        let of_member = told.iter().filter(|placed| placed.record.id == id);
        assert_eq!(of_member.map(text).collect::<Vec<_>>(), wanted, "{id}");
    }
    relay.close().await;
}

pub(crate) async fn a_message_that_is_said_again_has_the_place_that_it_had(kind: &LogKind) {
    let mut relay = kind.open().await;
    relay.follow("a").await;
    let (first, again) = relay.append("a", 1, 1, "one").await;
    assert!(!again);
    let (second, _) = relay.append("a", 1, 2, "two").await;
    assert!(second > first);
    assert_eq!(relay.append("a", 1, 1, "one").await, (first, true));
    assert_eq!(relay.append("a", 1, 2, "two").await, (second, true));
    assert!(!relay.append("a", 2, 1, "another's").await.1);
    assert_eq!(texts(&relay.entries("a", 3).await), ["one", "two", "another's"]);
    relay.settle().await;
    assert_eq!(relay.brought("a").len(), 3, "nothing follows what was there");
    relay.close().await;
}

pub(crate) async fn what_has_no_number_is_never_the_same(kind: &LogKind) {
    let mut relay = kind.open().await;
    relay.follow("a").await;
    for _ in 0..3 {
        assert!(!relay.append("a", 1, 0, "hi").await.1);
    }
    assert_eq!(texts(&relay.entries("a", 3).await), ["hi", "hi", "hi"]);
    relay.close().await;
}

pub(crate) async fn a_room_begins_behind_its_newest_message(kind: &LogKind) {
    let mut relay = kind.open().await;
    let before = fill(&mut relay, "a", 5).await;
    fill(&mut relay, "b", 2).await;
    assert_eq!(relay.follow("a").await, before.last().copied());
    let (place, _) = relay.append("a", 2, 1, "new").await;
    assert_eq!(places(&relay.entries("a", 1).await), [place]);
    // Its life begins anew.
    assert_eq!(relay.follow("a").await, Some(place));
    let (newest, _) = relay.append("a", 2, 2, "newer").await;
    assert_eq!(places(&relay.entries("a", 2).await), [place, newest]);
    relay.settle().await;
    assert_eq!(relay.brought("a").len(), 2);
    relay.close().await;
}

pub(crate) async fn a_room_that_is_not_followed_is_silent(kind: &LogKind) {
    let mut relay = kind.open().await;
    relay.append("a", 1, 1, "one").await;
    relay.follow("a").await;
    relay.append("a", 1, 2, "two").await;
    relay.entries("a", 1).await;
    relay.unfollow("a").await;
    relay.append("a", 1, 3, "three").await;
    relay.append("b", 1, 4, "elsewhere").await;
    relay.settle().await;
    assert_eq!(texts(&relay.brought("a")), ["two"]);
    assert!(relay.brought("b").is_empty());
    relay.close().await;
}

pub(crate) async fn pages_go_both_ways_to_the_ends(kind: &LogKind) {
    let mut relay = kind.open().await;
    assert_eq!(relay.page("a", PageStart::Latest, 10).await, (Vec::new(), false));
    assert_eq!(relay.page("a", PageStart::Oldest, 10).await, (Vec::new(), false));
    let all = fill(&mut relay, "a", 230).await;
    fill(&mut relay, "b", 40).await;
    let (mut back, mut start) = (Vec::new(), PageStart::Latest);
    loop {
        let (page, more) = relay.page("a", start, 50).await;
        assert_eq!(more, page.len() == 50 && page[0].place != all[0]);
        start = PageStart::Before(page[0].place);
        back.splice(0..0, places(&page));
        if !more {
            break;
        }
    }
    assert_eq!(back, all);
    let (mut forward, mut start) = (Vec::new(), PageStart::Oldest);
    loop {
        let (page, more) = relay.page("a", start, 50).await;
        start = PageStart::After(page[page.len() - 1].place);
        forward.extend(places(&page));
        if !more {
            break;
        }
    }
    assert_eq!(forward, all);
    for (start, place) in [(PageStart::Before(all[0]), "first"), (PageStart::After(all[229]), "last")] {
        assert_eq!(relay.page("a", start, 50).await, (Vec::new(), false), "{place}");
    }
    relay.close().await;
}

pub(crate) async fn any_page_is_what_a_list_would_give(kind: &LogKind) {
    let mut relay = kind.open().await;
    // A room of which there is little among others, in clusters.
    let mut all = Vec::new();
    for (number, others) in (1_u32..).zip([0, 30, 1, 0, 400, 0, 0, 90, 3, 0, 0, 0, 7]) {
        for other in 1..=others {
            relay.say("b", record(u64::from(number) + 100, other, "b")).await;
        }
        all.push(relay.append("a", 1, number, "a").await.0);
    }
    relay.append("b", 2, 1, "at the end").await;
    let far = Place::new(1_000_000).expect("a place");
    let anchors = all.iter().copied().chain([Place::new(1).expect("a place"), far]);
    for anchor in anchors {
        for limit in [1, 2, 5, 13, 20] {
            let beyond: Vec<Place> = all.iter().copied().filter(|place| *place > anchor).collect();
            let (page, more) = relay.page("a", PageStart::After(anchor), limit).await;
            let limit_of = usize::from(limit).min(beyond.len());
            assert_eq!(places(&page), beyond[..limit_of], "after {anchor:?}, {limit}");
            assert_eq!(more, beyond.len() > limit_of, "after {anchor:?}, {limit}");
            let earlier: Vec<Place> = all.iter().copied().filter(|place| *place < anchor).collect();
            let (page, more) = relay.page("a", PageStart::Before(anchor), limit).await;
            let left = earlier.len().saturating_sub(usize::from(limit));
            assert_eq!(places(&page), earlier[left..], "before {anchor:?}, {limit}");
            assert_eq!(more, left > 0, "before {anchor:?}, {limit}");
        }
    }
    relay.close().await;
}

pub(crate) async fn long_texts_come_whole(kind: &LogKind) {
    let mut relay = kind.open().await;
    relay.follow("a").await;
    let long = |number: u32| format!("{number} {}", "x".repeat(60_000));
    let mut all = Vec::new();
    for number in 1..=40 {
        all.push(relay.append("a", 1, number, &long(number)).await.0);
    }
    let told = relay.entries("a", 40).await;
    assert!((1..).zip(&told).all(|(number, placed)| text(placed) == long(number)));
    // A page may have less than was asked for, and says so.
    let (mut back, mut before) = (Vec::new(), PageStart::Latest);
    loop {
        let (page, more) = relay.page("a", before, 100).await;
        assert!(!page.is_empty());
        before = PageStart::Before(page[0].place);
        back.splice(0..0, places(&page));
        if !more {
            break;
        }
    }
    assert_eq!(back, all);
    relay.close().await;
}

pub(crate) async fn rooms_with_any_name_are_apart(kind: &LogKind) {
    let mut relay = kind.open().await;
    let rooms = ["a", "a.b", "a b", "a*", ">", "*", "=41", "好", "~", "a=2eb", "~a", "r".repeat(32).leak()];
    for room in rooms {
        relay.follow(room).await;
    }
    for (number, room) in (1..).zip(rooms) {
        relay.append(room, 1, number, room).await;
    }
    for room in rooms {
        assert_eq!(texts(&relay.entries(room, 1).await), [room]);
        let (page, more) = relay.page(room, PageStart::Latest, 10).await;
        assert_eq!((texts(&page), more), (vec![room.to_owned()], false));
    }
    relay.close().await;
}

pub(crate) async fn all_is_there_after_a_restart(kind: &LogKind) {
    let mut relay = kind.open().await;
    let epoch = relay.epoch();
    let all = fill(&mut relay, "a", 20).await;
    relay.close().await;
    let mut relay = kind.open().await;
    assert_eq!(relay.epoch(), epoch);
    assert_eq!(relay.follow("a").await, all.last().copied());
    let (page, more) = relay.page("a", PageStart::Latest, 100).await;
    assert_eq!((places(&page), more), (all.clone(), false));
    assert_eq!(relay.append("a", 1, 20, "a 20").await, (all[19], true), "still recognised");
    let (place, again) = relay.append("a", 1, 21, "a 21").await;
    assert!(place > all[19] && !again);
    assert_eq!(places(&relay.entries("a", 1).await), [place]);
    relay.close().await;
}

pub(crate) async fn every_ticket_is_answered_once(kind: &LogKind) {
    let mut relay = kind.open().await;
    relay.follow("a").await;
    let mut tickets = Vec::new();
    for number in 1..=500 {
        // Each is said twice.
        for _ in 0..2 {
            tickets
                .push(relay.say("a", record(number % 7, number.try_into().unwrap_or_default(), "x")).await);
        }
    }
    let mut found = std::collections::BTreeMap::new();
    for ticket in tickets {
        let (place, again) = relay.place(ticket).await;
        found.entry(place).or_insert_with(Vec::new).push(again);
    }
    assert_eq!(found.len(), 500);
    assert!(found.values().all(|of_place| *of_place == [false, true]));
    relay.settle().await;
    assert_eq!((relay.brought("a").len(), relay.unasked()), (500, 0));
    relay.close().await;
}

pub(crate) async fn what_is_set_is_told_to_whoever_comes_later(kind: &LogKind) {
    let mut relay = kind.open().await;
    let long = vec![7; 1_024];
    let rooms =
        ["a", "a.b", "好", "=41", "~", "*", "", "R".repeat(100).leak()].map(|room| format!("rules.{room}"));
    for key in rooms.iter().map(String::as_str).chain(["enter.00fe", "speak.7"]) {
        relay.set(key, b"first").await;
        relay.set(key, &long).await;
    }
    for key in ["enter.gone", "rules.gone"] {
        relay.set(key, b"x").await;
        relay.set(key, b"").await;
    }
    relay.close().await;
    let mut relay = kind.open().await;
    relay.wait_until(|relay| relay.settings.len() >= rooms.len() + 2).await;
    relay.settle().await;
    relay.settings.retain(|_, value| !value.is_empty());
    let keys: Vec<&str> = relay.settings.keys().map(String::as_str).collect();
    let mut wanted: Vec<&str> = rooms.iter().map(String::as_str).chain(["enter.00fe", "speak.7"]).collect();
    wanted.sort_unstable();
    assert_eq!(keys, wanted);
    assert!(relay.settings.values().all(|value| *value == long));
    relay.close().await;
}

pub(crate) async fn a_relay_that_is_alone_has_all_the_names_it_wants(kind: &LogKind) {
    let mut relay = kind.open().await;
    let names = ["ann", "a.b", "a*", ">", "=41", "~", "好", "ann b", "r".repeat(32).leak()];
    for (id, name) in (1..).zip(names) {
        assert!(relay.claim(name, id).await, "{name}");
        assert!(relay.claim(name, id + 100).await, "in another room");
    }
    relay.release("ann", 1).await;
    relay.release("ann", 101).await;
    assert!(relay.claim("ann", 200).await);
    relay.settle().await;
    assert_eq!(relay.unasked(), 0);
    relay.close().await;
}

pub(crate) async fn what_is_removed_is_told_in_its_order_and_is_nowhere_in_the_log(kind: &LogKind) {
    let mut relay = kind.open().await;
    relay.follow("a").await;
    let said = fill(&mut relay, "a", 5).await;
    let elsewhere = relay.append("b", 2, 1, "elsewhere").await.0;
    let removal = |place| LogRecord::removal(WallTime(0), place);
    let ticket = relay.say("a", removal(said[2])).await;
    let (gone, again) = relay.place(ticket).await;
    assert!(gone > said[4] && !again);
    relay.append("a", 1, 6, "behind").await;
    let told = relay.entries("a", 7).await;
    assert_eq!((told[5].place, told[5].record.kind), (gone, RecordKind::Removed(said[2])));
    assert_eq!(text(&told[6]), "behind");
    // Twice, of another room, and of a place where nothing was said.
    for (room, place) in [("a", said[2]), ("a", elsewhere), ("a", gone), ("b", said[0])] {
        let ticket = relay.say(room, removal(place)).await;
        assert!(relay.is_refused(ticket).await, "{room} {place:?}");
    }
    // Not followed: it goes all the same.
    relay.unfollow("a").await;
    let ticket = relay.say("a", removal(said[0])).await;
    relay.place(ticket).await;
    relay.close().await;

    let mut relay = kind.open().await;
    let (page, _) = relay.page("a", PageStart::Oldest, 50).await;
    let kept = page.iter().filter(|placed| placed.record.kind == RecordKind::Said);
    assert_eq!(kept.map(text).collect::<Vec<_>>(), ["a 2", "a 4", "a 5", "behind"]);
    assert_eq!(page.len(), 6, "that they are gone stands there");
    relay.close().await;
}
