//! The page at every size, with names that would rather be something else.

use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::page::{Move, RelayPage, RelayRow};
use super::{Meaning, RelayPageExit, meaning, view};
use crate::lang::Lang;
use crate::model::Phrase;
use crate::runtime::relay::{Counters, LogState, MemberView, RelayOptions, RoomView, SendCounters, Snapshot};
use crate::runtime::{now, registry};
use crate::tui::keymap::parse;
use crate::tui::theme::{Background, Colours, Theme};

fn member(name: &str, room: &str, at: Instant) -> MemberView {
    let (name, room) = (name.to_owned(), room.to_owned());
    let address = "127.0.0.1:5000".parse().expect("an address");
    MemberView { name, room, address, framed: false, messages: 3, heard: at }
}

fn room(name: &str, members: usize) -> RoomView {
    RoomView { name: name.to_owned(), members, elsewhere: 0, messages: 12 }
}

fn snapshot(at: Instant, messages: u64) -> Snapshot {
    Snapshot {
        at: at + Duration::from_secs(messages),
        up: Duration::from_secs(3_725),
        options: RelayOptions::default(),
        log: LogState::Absent,
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
fn the_page_at_usual_sizes() {
    let mut page = page();
    for (width, height) in [(110, 18), (80, 12), (40, 10)] {
        insta::assert_snapshot!(format!("relay-page-{width}x{height}"), drawn(&mut page, width, height));
    }
}

/// Presses keys on the page, and answers with what is drawn then.
fn pressed(page: &mut RelayPage, keys: &str) -> String {
    for name in keys.split(' ') {
        let (code, modifiers) = parse(name).expect("a key");
        match meaning(KeyEvent::new(code, modifiers), page).expect("a meaning") {
            Meaning::Move(by) => page.choose(by),
            Meaning::Fold => page.fold(),
            Meaning::Filter(letter) => page.filter(letter),
            Meaning::OpenFilter => page.list.is_filtering = true,
            Meaning::KeepFilter => page.list.is_filtering = false,
            Meaning::DropFilter => page.drop_filter(),
            Meaning::OpenOrder => page.order.open("", None),
            Meaning::Order(verb) => page.order_about_chosen(verb),
            Meaning::TypeOrder(letter) => page.write(letter.encode_utf8(&mut [0; 4])),
            Meaning::EditOrder(edit) => page.order.edit(edit),
            Meaning::DropOrder => page.order.close(),
            Meaning::End(_) | Meaning::Redraw | Meaning::Suspend | Meaning::GiveOrder => panic!("{name}"),
        }
    }
    drawn(page, 80, 24)
}

#[test]
fn a_room_is_folded_from_any_of_its_rows() {
    let mut page = page();
    drawn(&mut page, 80, 24);
    let screen = pressed(&mut page, "Down Down Down Enter");
    assert!(screen.contains("lobby  40") && screen.contains('▸') && !screen.contains("m00"), "{screen}");
    assert!(screen.contains("ada"), "the other room stays open\n{screen}");
    assert_eq!(page.list.chosen, 2, "the room of the chosen member");
    assert!(pressed(&mut page, "Enter").contains("m00"));
}

#[test]
fn an_order_about_the_chosen_member_is_typed_below_and_its_outcome_stands_there() {
    let mut page = page();
    drawn(&mut page, 80, 24);
    let screen = pressed(&mut page, "Down b 1 h");
    assert!(screen.contains(": ban ada 1h"), "{screen}");
    assert_eq!(page.order.take().map(|words| words.join("|")), Some("ban|ada|1h".to_owned()));
    let outcome = Phrase::new("relay-order-kicked").text("name", "ada\u{1b}");
    page.order.hear(Some(Ok(vec![outcome.clone(), outcome])));
    let screen = drawn(&mut page, 80, 24);
    assert!(screen.contains("ada^[ was put out, and can come back in a minute  (1/2)"), "{screen}");
    page.order.read();
    let screen = pressed(&mut page, ": x Backspace");
    assert!(screen.lines().last().is_some_and(|foot| foot.starts_with(" : ▏")), "{screen}");
    let screen = pressed(&mut page, "Esc");
    assert!(screen.contains("q quit"), "{screen}");
}

#[test]
fn what_is_typed_fast_or_pasted_goes_where_one_writes_and_gives_no_order() {
    let mut page = page();
    drawn(&mut page, 80, 24);
    pressed(&mut page, ":");
    page.write("topic lobby tea at\nfour");
    let foot = |screen: &str| screen.lines().last().unwrap_or_default().to_owned();
    assert!(foot(&drawn(&mut page, 80, 24)).starts_with(" : topic lobby tea at four▏"));
    assert!(foot(&pressed(&mut page, "Alt-B Ctrl-W")).starts_with(" : topic lobby tea ▏four"));
    pressed(&mut page, "Esc /");
    page.write("m3");
    assert!(foot(&drawn(&mut page, 80, 24)).starts_with(" / m3"));
    pressed(&mut page, "Esc");
    page.write("kq");
    assert!(foot(&drawn(&mut page, 80, 24)).contains("q quit"), "each letter would mean something");
}

#[test]
fn the_head_has_whole_words_at_every_width() {
    let mut page = page();
    let parts = |text: &str| -> Vec<String> {
        text.replace(" · ", "   ").split("   ").map(|part| part.trim().to_owned()).collect()
    };
    let whole: Vec<Vec<String>> = drawn(&mut page, 200, 24).lines().take(4).map(parts).collect();
    for width in 30..120 {
        for (row, whole) in drawn(&mut page, width, 24).lines().zip(&whole) {
            let shown = parts(row);
            let (last, first) = shown.split_last().expect("a row");
            let is_cut = first.iter().any(|part| !whole.contains(part));
            assert!(!is_cut && (whole.contains(last) || first.is_empty()), "{width}: {row}");
        }
    }
}

#[test]
fn a_filter_leaves_what_it_fits_and_takes_every_letter() {
    let mut page = page();
    drawn(&mut page, 80, 24);
    let screen = pressed(&mut page, "/ m 3 q");
    assert!(screen.contains("Nothing fits") && screen.contains("/ m3q"), "{screen}");
    let screen = pressed(&mut page, "Backspace");
    assert!(screen.contains("m37") && !screen.contains("m20") && !screen.contains("ada"), "{screen}");
    pressed(&mut page, "Enter");
    assert!(pressed(&mut page, "Esc").contains("ada"));
    assert!(pressed(&mut page, "/ D E V").contains("ada"), "a room that fits is whole");
}

#[test]
fn the_chosen_member_is_followed_when_others_come_and_go() {
    let mut page = page();
    drawn(&mut page, 80, 24);
    pressed(&mut page, "Down Down Down");
    let mut seen = snapshot(now().mono, 2);
    seen.rooms.remove(0);
    let address = "127.0.0.1:5001".parse().expect("an address");
    seen.members.retain(|one| one.room == "lobby");
    for (index, one) in seen.members.iter_mut().enumerate() {
        one.address = std::net::SocketAddr::new(one.address.ip(), if index == 0 { 5_001 } else { 5_002 });
    }
    page.take(Some(seen));
    pressed(&mut page, "Home Down");
    let mut seen = snapshot(now().mono, 3);
    seen.members.push(MemberView { address, ..member("late", "lobby", now().mono) });
    page.take(Some(seen));
    drawn(&mut page, 80, 24);
    let rows = page.rows();
    let chosen = rows.get(page.list.chosen).copied();
    assert!(matches!(chosen, Some(RelayRow::Member(member)) if member.name == "late"), "{chosen:?}");
}

#[test]
fn rates_are_those_between_the_last_two_looks() {
    let mut page = page();
    page.take(Some(snapshot(now().mono, 3)));
    let bytes = page.rates.bytes_in;
    assert!((12_000.0..=12_345.0).contains(&bytes), "{bytes}");
    let before = page.rates;
    page.take(None);
    assert_eq!(page.rates, before, "a look that failed changes nothing");
}

#[test]
fn the_list_is_scrolled_to_its_end_and_no_further() {
    let mut page = page();
    assert!(!drawn(&mut page, 60, 10).contains("m37"));
    page.choose(Move::Bottom);
    let screen = drawn(&mut page, 60, 10);
    assert!(screen.contains("m37") && screen.contains("2 more members"), "{screen}");
    let top = page.list.top;
    page.choose(Move::PageDown);
    assert_eq!(page.list.top, top);
    page.choose(Move::Up);
    assert_eq!(page.list.top, top, "the row above is on the screen");
    page.choose(Move::WheelUp);
    assert_eq!(page.list.top, top, "three rows above, too");
    page.choose(Move::PageUp);
    page.choose(Move::Top);
    assert!(drawn(&mut page, 60, 10).contains("dev"));
    page.choose(Move::Bottom);
    drawn(&mut page, 60, 60);
    assert_eq!(page.list.top, 0, "a screen that grew shows all");
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
            page.choose(Move::PageDown);
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
    assert!(screen.contains("e^[[2Jve^Jroot") && screen.contains("lob^Jby<U+202E>"), "{screen}");
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
        meaning(KeyEvent::new(code, modifiers), &page())
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
