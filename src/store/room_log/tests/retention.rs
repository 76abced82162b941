//! What is kept no longer.

use std::time::Duration;

use super::*;
use crate::store::tests::samples::PageCounter;

fn after(seconds: i64) -> WallTime {
    WallTime(NOW.0 + seconds * 1_000_000)
}

#[test]
fn what_is_too_old_goes_first_and_alone() {
    let folder = LogFolder::new();
    let mut log =
        folder.open_with(RoomRetention { keep: Some(Duration::from_mins(1)), ..RoomRetention::default() });
    fill(&mut log, "a", 0..100, "t");
    fill(&mut log, "b", 0..1, "t");
    fill(&mut log, "c", 90..95, "t");
    rest(&mut log, after(60));
    assert_eq!((all(&mut log, "a").len(), all(&mut log, "b").len()), (100, 1));
    rest(&mut log, after(70));
    assert_eq!(all(&mut log, "a").first().map(String::as_str), Some("t10"));
    assert_eq!(all(&mut log, "c").len(), 5);
    // A room in which nothing is left is no room.
    assert_eq!(
        reader(&log).list().expect("read").iter().map(|room| room.name.as_str()).collect::<Vec<_>>(),
        ["a", "c"]
    );
    fill(&mut log, "b", 70..71, "new");
    rest(&mut log, after(1_000));
    assert_eq!(reader(&log).list(), Ok(Vec::new()));
    fill(&mut log, "a", 1_000..1_001, "t");
    let (records, _) = page(&mut log, "a", PageStart::Latest, 9);
    assert_eq!(records[0].place, place(108));
}

#[test]
fn a_clock_that_was_wrong_keeps_no_look_away() {
    let folder = LogFolder::new();
    let mut log =
        folder.open_with(RoomRetention { keep: Some(Duration::from_mins(1)), ..RoomRetention::default() });
    rest(&mut log, after(1_000_000));
    fill(&mut log, "a", 0..10, "t");
    rest(&mut log, after(100));
    assert_eq!(all(&mut log, "a"), [""; 0]);
}

#[test]
fn a_room_keeps_so_many_messages_and_no_more() {
    let folder = LogFolder::new();
    let policy = RoomRetention { keep_messages: Some(50), ..RoomRetention::default() };
    let mut log = folder.open_with(policy);
    fill(&mut log, "a", 0..700, "t");
    fill(&mut log, "b", 0..50, "t");
    rest(&mut log, NOW);
    assert_eq!((all(&mut log, "a").len(), all(&mut log, "b").len()), (50, 50));
    assert_eq!(all(&mut log, "a")[0], "t650");
    for second in 700..705 {
        fill(&mut log, "a", second..second + 1, "t");
        // A flood leaves no moment for what can wait.
        log.work_under_load(NOW, 1);
        assert_eq!(all(&mut log, "a").len(), 50);
    }
    drop(log);
    // Less is to be kept from now on.
    let mut log = folder.open_with(RoomRetention { keep_messages: Some(10), ..policy });
    rest(&mut log, NOW);
    assert_eq!((all(&mut log, "a").len(), all(&mut log, "b").len()), (10, 10));
}

#[test]
fn all_rooms_together_keep_so_many_bytes() {
    let folder = LogFolder::new();
    let mut log = folder.open_with(RoomRetention { keep_bytes: Some(100_000), ..RoomRetention::default() });
    for second in 0..50 {
        fill(&mut log, "a", second..second + 1, &"x".repeat(1_000));
        fill(&mut log, "b", second..second + 1, &"y".repeat(9_000));
        log.work_under_load(NOW, 2);
    }
    // A pair takes some 10,150 bytes.
    assert_eq!((all(&mut log, "a").len(), all(&mut log, "b").len()), (9, 9));
    drop(log);
    let mut log = folder.open_with(RoomRetention { keep_bytes: Some(0), ..RoomRetention::default() });
    rest(&mut log, NOW);
    assert_eq!(reader(&log).list(), Ok(Vec::new()));
}

#[test]
fn what_is_not_needed_any_more_is_given_back() {
    let folder = LogFolder::new();
    let mut log = folder.open_with(RoomRetention { keep_messages: Some(10), ..RoomRetention::default() });
    for second in 0..200 {
        fill(&mut log, "a", second..second + 1, &"x".repeat(60_000));
    }
    let pages = |log: &mut RoomLog| -> i64 {
        log.connection().expect("open").query_row("PRAGMA page_count", [], |row| row.get(0)).expect("read")
    };
    assert!(pages(&mut log) > 2_500);
    rest(&mut log, NOW);
    assert!(pages(&mut log) < 1_300, "{}", pages(&mut log));
    assert_eq!(reader(&log).list().expect("read")[0].messages, 10);
}

#[test]
fn no_step_writes_more_pages_than_some_milliseconds_take() {
    const MESSAGES: i64 = 12_000;
    const MAX_PAGES: i64 = 200;
    let folder = LogFolder::new();
    let mut log =
        folder.open_with(RoomRetention { keep: Some(Duration::from_mins(1)), ..RoomRetention::default() });
    let counter = PageCounter::new(&folder.file());
    for second in 0..MESSAGES / 100 {
        let words: Vec<String> = (0..8).map(|word| ((second * 97 + word * 31) % 5_003).to_string()).collect();
        fill(&mut log, "a", second..second + 100, &words.join(" "));
        for _ in 0..10 {
            log.work(NOW);
        }
    }
    rest(&mut log, NOW);
    let (mut most, mut steps) = (0, 0);
    counter.count();
    while log.work(after(100_000)) {
        (most, steps) = (counter.count().max(most), steps + 1);
    }
    assert!(steps >= MESSAGES / 200 && most <= MAX_PAGES, "{most} pages in one of {steps} steps");
    assert_eq!(all(&mut log, "a"), [""; 0]);
}
