//! The rows of messages: on what they stand, what of them is on one row, what is folded.

use ratatui::style::Color;

use super::rooms::{comes, open, says};
use super::*;
use crate::model::Fault;
use crate::model::traffic::MessageKind;

/// The rows of the conversation, without the list.
fn pane(front: &Front) -> Vec<String> {
    let screen = front.screen();
    let rows =
        screen.lines().map(|row| row.split_once("│ ").map_or(row, |(_, pane)| pane).trim_end().to_owned());
    rows.collect()
}

/// The columns of a row that have that ground.
fn grounded(front: &Front, text: &str, ground: Option<Color>) -> Vec<u16> {
    let y = front.screen().lines().position(|line| line.contains(text)).expect(text);
    let y = u16::try_from(y).expect("fits");
    (0..front.buffer.area.width).filter(|x| Some(front.buffer[(*x, y)].bg) == ground).collect()
}

#[test]
fn all_rows_of_a_message_stand_on_one_ground_with_a_cell_at_each_end() {
    for theme in ["dark", "light", "classic"] {
        let mut front = Front::new(80, 24);
        front.ui.style.theme = Theme::named(theme, Colours::True, Background::Dark).expect(theme);
        front.hear("alex", "short\nthe widest of them\n你好");
        front.press("'mine Enter");
        let ground = front.ui.style.theme.style(Role::Incoming).bg;
        let wide = grounded(&front, "the widest of them", ground);
        assert!(wide.len() >= "the widest of them".len() + 2, "{theme}");
        for text in ["short", "你好"] {
            let columns = grounded(&front, text, ground);
            assert_eq!((columns.first(), columns.last()), (wide.first(), wide.last()), "{theme} {text}");
        }
        assert!(grounded(&front, "…  mine", ground).is_empty(), "{theme}");
    }
}

#[test]
fn messages_below_each_other_end_at_few_columns_and_before_the_time() {
    let edges = |width: u16, texts: &[&str]| {
        let mut front = Front::new(width, 24);
        front.ui.style.theme = Theme::named("dark", Colours::True, Background::Dark).expect("dark");
        let ground = front.ui.style.theme.style(Role::Incoming).bg;
        for text in texts {
            front.hear("alex", text);
        }
        texts.iter().map(|text| grounded(&front, text, ground).last().copied()).collect::<Vec<_>>()
    };
    for width in [60, 80, 120] {
        let texts = ["ok", "yes", "会议", "a few words", "no longer words"];
        let found: std::collections::BTreeSet<_> = edges(width, &texts).into_iter().collect();
        assert!(found.len() <= 2 && !found.contains(&None), "{width}: {found:?}");
    }
    let long = "x".repeat(49);
    assert!(edges(80, &["ok", &long]).iter().all(Option::is_some), "the longest has its own edge");
    // The time of a new minute is whole wherever its text leaves it room.
    for cells in [10, 30, 38, 42] {
        let mut front = Front::new(80, 24);
        front.hear("alex", "first");
        front.now.wall = WallTime(NOON + 60_000_000);
        front.hear("alex", &"y".repeat(cells));
        let row = pane(&front).into_iter().find(|row| row.contains("yy")).expect("there");
        assert!(row.ends_with(" 12:01"), "{cells}: {}", front.screen());
    }
}

#[test]
fn one_line_that_is_set_in_stands_on_the_ground_of_the_message() {
    let mut front = Front::new(80, 24);
    front.ui.style.theme = Theme::named("dark", Colours::True, Background::Dark).expect("dark");
    front.hear("alex", "    print(1)");
    let code = front.ui.style.theme.style(Role::Code).bg;
    let incoming = front.ui.style.theme.style(Role::Incoming).bg;
    assert!(grounded(&front, "print(1)", code).is_empty(), "{}", front.screen());
    assert!(!grounded(&front, "print(1)", incoming).is_empty(), "{}", front.screen());
}

#[test]
fn a_group_says_the_time_again_in_each_new_minute() {
    let mut front = Front::new(80, 24);
    for minute in 0..3 {
        front.now.wall = WallTime(NOON + minute * 60_000_000);
        front.hear("alex", &format!("first of {minute}"));
        front.hear("alex", "and more");
    }
    let rows = pane(&front);
    let timed: Vec<&String> = rows.iter().filter(|row| row.contains("12:0")).collect();
    assert_eq!(timed.len(), 3, "{}", front.screen());
    assert!(timed[1].contains("first of 1") && timed[1].ends_with("12:01"), "{}", front.screen());
    assert_eq!(width_of(timed[0]), width_of(timed[1]), "{}", front.screen());
}

fn width_of(row: &str) -> usize {
    crate::tui::text::width(row)
}

#[test]
fn who_has_no_name_says_what_fits_on_one_row_with_the_seconds() {
    let mut front = rooms::front(80, 24);
    open(&mut front, "hall");
    comes(&mut front, "hall", "10.0.0.7:7788", MessageKind::Text, "收到");
    comes(&mut front, "hall", "10.0.0.7:7788", MessageKind::Text, &"long ".repeat(10));
    says(&mut front, "bea", "elsewhere");
    let rows = pane(&front);
    let one = rows.iter().find(|row| row.contains("收到")).expect("there");
    assert!(one.starts_with("▌[10.0.0.7 : 7788]  收到  ") && one.ends_with("12:00:00"), "{}", front.screen());
    let head = rows.iter().position(|row| row.starts_with("▌[") && !row.contains("收到")).expect("a head");
    assert!(rows[head].ends_with("12:00:00") && rows[head + 1].starts_with("▌  long"), "{}", front.screen());
}

#[test]
fn equal_lines_of_the_program_stand_there_once_with_their_number() {
    let mut front = rooms::front(100, 24);
    open(&mut front, "hall");
    for _ in 0..3 {
        comes(&mut front, "hall", "10.0.0.7:7788", MessageKind::Joined, "hello");
    }
    comes(&mut front, "hall", "10.0.0.8:7788", MessageKind::Joined, "hello");
    let joined = |front: &Front| pane(front).iter().filter(|row| row.contains("joined")).count();
    assert_eq!(joined(&front), 2, "{}", front.screen());
    assert!(front.shows("[10.0.0.7 : 7788] joined the room, 3 times"), "{}", front.screen());
    // One reads on from each of them to the next.
    front.press("PgUp PgUp PgDn PgDn Alt-Home Alt-End");
    assert_eq!(joined(&front), 2, "{}", front.screen());
}

#[test]
fn what_was_not_sent_is_taken_back_into_the_draft_by_a_key_that_its_row_names() {
    let mut front = Front::new(100, 30);
    front.press("'hello Enter");
    let place = front.ui.conversation(&front.state).expect("open");
    let message = place.messages().last().expect("sent").id;
    front.happen(Event::Net(NetEvent::Failed { message, fault: Fault::NoSuchPeer }));
    assert!(front.shows("×  hello"), "{}", front.screen());
    let error = front.ui.style.theme.style(Role::Error).bg;
    assert!(grounded(&front, "Not sent: ", error).is_empty(), "{}", front.screen());
    assert!(front.shows("Ctrl-O E takes it back  X tries again"), "{}", front.screen());
    front.press("Ctrl-O e");
    assert_eq!(front.draft(), "hello");
}

#[test]
fn of_a_long_message_forty_rows_are_shown_before_one_reads_on() {
    let mut front = Front::new(100, 60);
    let text: Vec<String> = (0..150).map(|number| format!("row {number}.")).collect();
    front.hear("alex", &text.join("\n"));
    assert!(front.shows("row 39.") && !front.shows("row 40."), "{}", front.screen());
    assert!(front.shows("110 more lines · Ctrl-O Enter"), "{}", front.screen());
    front.press("Ctrl-O Enter");
    assert!(read_to_the_end(&mut front).contains("row 149."), "{}", front.screen());
}

#[test]
fn many_equal_tokens_are_one_and_the_bytes_stay() {
    let mut front = Front::new(80, 24);
    front.hear("alex", &format!("hello{}", "\0".repeat(251)));
    front.hear("alex", &format!("a{}b", "\u{200b}".repeat(12)));
    assert!(front.shows("hello^@×251") && front.shows("a<U+200B>×12b"), "{}", front.screen());
    let row = front.screen().lines().position(|row| row.contains("×251")).expect("there");
    let (x, y) = (front.ui.viewport.areas().scrollback.x + 3 + 5, u16::try_from(row).expect("fits"));
    let token = front.ui.style.theme.style(Role::Token);
    for cell in 0..6 {
        assert_eq!(Some(front.buffer[(x + cell, y)].bg), token.bg, "{}", front.screen());
    }
    assert!(!front.shows("^@^@"), "nor in the list: {}", front.screen());
    front.press("Ctrl-O Up I");
    assert!(read_to_the_end(&mut front).contains("00f0"), "{}", front.screen());
}

#[test]
fn what_is_found_behind_many_equal_tokens_is_marked_where_it_is() {
    let mut front = Front::new(80, 24);
    front.hear("alex", &format!("{}needle", "\u{7}".repeat(40)));
    front.press("Ctrl-S 'needle Enter");
    let row = front.screen().lines().position(|row| row.contains("^G×40needle")).expect("there");
    let (x, y) = (front.ui.viewport.areas().scrollback.x + 3 + 5, u16::try_from(row).expect("fits"));
    let on = front.ui.style.theme.style(Role::MatchCurrent).bg;
    let marked: Vec<bool> = (0..7).map(|cell| Some(front.buffer[(x + cell, y)].bg) == on).collect();
    assert_eq!(marked, [true, true, true, true, true, true, false], "{}", front.screen());
    front.press("Esc Esc Alt-S 'needle");
    assert!(front.shows("^G×40needle") && !front.shows("^G^G"), "{}", front.screen());
}

#[test]
fn code_has_a_ground_of_its_own_as_wide_as_its_widest_row() {
    for theme in ["dark", "light"] {
        let mut front = Front::new(80, 24);
        front.ui.style.theme = Theme::named(theme, Colours::True, Background::Dark).expect(theme);
        front.hear("alex", "a longer line than any of the code\n    let x = 1;\n    ok\nend");
        front.press("'```").press("Ctrl-J").write("mine").press("Ctrl-J").write("```").press("Enter");
        let code = front.ui.style.theme.style(Role::Code).bg;
        let wide = grounded(&front, "let x = 1;", code);
        assert_eq!(wide.len(), "    let x = 1;".len() + 2, "{theme}\n{}", front.screen());
        assert_eq!(grounded(&front, "    ok", code), wide, "{theme}");
        assert!(grounded(&front, "end", code).is_empty(), "{theme}");
        assert_eq!(grounded(&front, "mine", code).len(), 4 + 2, "{theme}\n{}", front.screen());
        assert_eq!(front.sent, ["```\nmine\n```"], "nothing of it is changed");
    }
}

#[test]
fn an_edited_row_leaves_the_time_alone() {
    for (cells, time) in [(20, true), (36, false)] {
        let mut front = chat::front(80, 24);
        front.press("'first Enter");
        front.now.wall = WallTime(NOON + 60_000_000);
        front.write(&"x".repeat(cells)).press("Enter");
        let place = front.ui.conversation(&front.state).expect("open");
        let message = place.messages().last().expect("sent").id;
        front.happen(Event::Net(NetEvent::Delivered { message }));
        front.press("Ctrl-O E").write("y").press("Enter");
        let row = pane(&front).into_iter().find(|row| row.contains("xxx")).expect("there");
        assert!(row.contains("xy  edited"), "{}", front.screen());
        assert_eq!(row.ends_with("  12:01"), time, "{}", front.screen());
    }
}
