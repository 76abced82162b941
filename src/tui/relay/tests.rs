//! The page at every size, with names that would rather be something else.

use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::page::{Move, RelayPage};
use super::{Meaning, RelayPageExit, meaning, view};
use crate::lang::Lang;
use crate::runtime::relay::{Counters, MemberView, RelayOptions, RoomView, SendCounters, Snapshot};
use crate::runtime::{now, registry};
use crate::tui::keymap::parse;
use crate::tui::theme::{Background, Colours, Theme};

fn member(name: &str, room: &str, at: Instant) -> MemberView {
    let (name, room) = (name.to_owned(), room.to_owned());
    let address = "127.0.0.1:5000".parse().expect("an address");
    MemberView { name, room, address, framed: false, messages: 3, heard: at }
}

fn room(name: &str, members: usize) -> RoomView {
    RoomView { name: name.to_owned(), members, messages: 12 }
}

fn snapshot(at: Instant, messages: u64) -> Snapshot {
    Snapshot {
        at: at + Duration::from_secs(messages),
        up: Duration::from_secs(3_725),
        options: RelayOptions::default(),
        counters: Counters { messages: messages * 10, bytes_in: messages * 12_345, ..Counters::default() },
        sending: SendCounters::default(),
        overflowed: 12_345,
        rooms: vec![room("dev", 1), room("lobby", 40)],
        members: std::iter::once(member("ada", "dev", at))
            .chain((0..38).map(|index| member(&format!("m{index:02}"), "lobby", at)))
            .collect(),
    }
}

fn page() -> RelayPage {
    let address = "127.0.0.1:6000".parse().expect("an address");
    let mut page = RelayPage::new(
        address,
        Lang::choose(Some("en"), registry()),
        Theme::standard(Colours::True, Background::Dark),
    );
    page.take(Some(snapshot(now().mono, 1)));
    page
}

fn drawn(page: &mut RelayPage, width: u16, height: u16) -> String {
    let area = Rect::new(0, 0, width, height);
    page.fit(area);
    let mut buffer = Buffer::empty(area);
    view::draw(page, &mut buffer);
    let rows = (0..height).map(|y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>());
    rows.map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[test]
fn rooms_stand_with_their_members_and_their_numbers() {
    let mut page = page();
    let screen = drawn(&mut page, 80, 12);
    for wanted in ["relay 127.0.0.1:6000", "1:02:05", "rooms 2 of 256", "members 41 of 4096"] {
        assert!(screen.contains(wanted), "{wanted}\n{screen}");
    }
    let rows: Vec<&str> = screen.lines().collect();
    assert!(rows[4].starts_with("dev ") && rows[4].ends_with("members 1 · messages 12"), "{screen}");
    assert!(
        rows[5].starts_with("  ada ") && rows[5].contains("127.0.0.1:5000  plain  3  1 s ago"),
        "{screen}"
    );
    assert!(rows[6].starts_with("lobby "), "{screen}");
    assert!(rows[3].contains("lost on arrival 12345"), "{screen}");
    assert!(rows[11].contains("q quits"), "{screen}");
}

#[test]
fn rates_are_those_between_the_last_two_looks() {
    let mut page = page();
    page.take(Some(snapshot(now().mono, 3)));
    let (messages, bytes) = (page.rates.messages, page.rates.bytes_in);
    assert!((9.0..=10.0).contains(&messages) && (12_000.0..=12_345.0).contains(&bytes), "{messages} {bytes}");
    let before = page.rates;
    page.take(None);
    assert_eq!(page.rates, before, "a look that failed changes nothing");
}

#[test]
fn the_list_is_scrolled_to_its_end_and_no_further() {
    let mut page = page();
    assert!(!drawn(&mut page, 60, 10).contains("m37"));
    page.scroll(Move::Bottom);
    let screen = drawn(&mut page, 60, 10);
    assert!(screen.contains("m37") && screen.contains("2 more members"), "{screen}");
    let top = page.top;
    page.scroll(Move::PageDown);
    assert_eq!(page.top, top);
    page.scroll(Move::Up);
    assert_eq!(page.top, top - 1);
    page.scroll(Move::WheelUp);
    assert_eq!(page.top, top - 4);
    page.scroll(Move::WheelDown);
    page.scroll(Move::WheelDown);
    assert_eq!(page.top, top);
    page.scroll(Move::PageUp);
    page.scroll(Move::Top);
    assert!(drawn(&mut page, 60, 10).contains("dev"));
    page.scroll(Move::Bottom);
    drawn(&mut page, 60, 60);
    assert_eq!(page.top, 0, "a screen that grew shows all");
}

#[test]
fn every_size_can_be_drawn() {
    for snapshots in [false, true] {
        let mut page = page();
        if !snapshots {
            page.snapshot = None;
        }
        for (width, height) in
            [(200, 60), (80, 24), (40, 10), (20, 5), (3, 2), (1, 1), (1, 30), (200, 1), (0, 0)]
        {
            drawn(&mut page, width, height);
            page.scroll(Move::PageDown);
        }
    }
}

#[test]
fn a_name_cannot_leave_its_row_or_imitate_another() {
    let mut page = page();
    let at = now().mono;
    let mut seen = snapshot(at, 2);
    seen.rooms = vec![room("lob\nby\u{202e}", 1)];
    seen.members = vec![member("e\u{1b}[2Jve\nroot \u{9b}1m", "lob\nby\u{202e}", at)];
    page.take(Some(seen));
    let screen = drawn(&mut page, 100, 12);
    assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{screen:?}");
    assert!(screen.contains("  e^[[2Jve^Jroot") && screen.contains("lob^Jby<U+202E>"), "{screen}");
    assert_eq!(screen.lines().count(), 12);
}

#[test]
fn an_empty_relay_says_so() {
    let mut page = page();
    let mut seen = snapshot(now().mono, 2);
    (seen.rooms, seen.members) = (vec![], vec![]);
    page.take(Some(seen));
    assert!(drawn(&mut page, 80, 24).contains("Nobody is here yet"));
}

#[test]
fn the_ways_out_are_those_that_are_told() {
    let meaning_of = |name: &str| {
        let (code, modifiers) = parse(name).expect("a key");
        meaning(KeyEvent::new(code, modifiers))
    };
    assert_eq!(meaning_of("q"), Some(Meaning::End(RelayPageExit::Quit)));
    assert_eq!(meaning_of("Ctrl-q"), Some(Meaning::End(RelayPageExit::Quit)));
    assert_eq!(meaning_of("Ctrl-c"), Some(Meaning::End(RelayPageExit::Interrupted)));
    assert_eq!(meaning_of("Esc"), None);
    assert_eq!(meaning_of("Down"), Some(Meaning::Move(Move::Down)));
}

#[test]
fn numbers_stay_short() {
    for (number, wanted) in [
        (0.0, "0"),
        (0.26, "0.3"),
        (9.96, "10"),
        (999.4, "999"),
        (999.6, "1.0k"),
        (12_345.0, "12k"),
        (2_500_000.0, "2.5M"),
        (7e9, "7.0G"),
    ] {
        assert_eq!(view::short(number), wanted, "{number}");
    }
}
