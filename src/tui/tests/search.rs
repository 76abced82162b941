//! Searching, in one conversation and in all of them.

use super::*;
use crate::model::{MessageId, Phrase};
use crate::tui::text::width;
use crate::tui::ui::Mode;

/// The first cell of `text` on the screen.
fn cell(front: &Front, text: &str) -> (u16, u16) {
    let screen = front.screen();
    let (y, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).expect(text);
    let x = width(line.split(text).next().expect("before"));
    (u16::try_from(x).expect("fits"), u16::try_from(y).expect("fits"))
}

/// Whether `text`, wherever it stands first, is drawn as a role says.
fn is_drawn(front: &Front, text: &str, role: Role) -> bool {
    let style = front.ui.style.theme.style(role);
    let drawn = front.buffer[cell(front, text)].style();
    drawn.fg == style.fg && drawn.bg == style.bg
}

/// `alex` with so many numbered lines, each of them holding “needle”.
fn with_needles(count: usize) -> Front {
    let mut front = Front::new(80, 24);
    for number in 1..=count {
        front.hear("alex", &format!("needle {number:04}"));
    }
    front
}

#[test]
fn the_whole_history_of_the_conversation_is_looked_through_while_typing() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "the first: rosebud");
    for number in 0..1_000 {
        front.hear("alex", &format!("line {number}"));
    }
    front.press("Ctrl-N Ctrl-P Ctrl-S 'rose");
    assert!(front.shows("find 1/1: rose") && front.shows("rosebud"), "{}", front.screen());
    assert!(is_drawn(&front, "rosebud", Role::MatchCurrent), "{}", front.screen());
    front.press("Esc");
    assert!(front.shows("rosebud") && !front.shows("find"), "{}", front.screen());
    assert!(!is_drawn(&front, "rosebud", Role::MatchCurrent));
}

#[test]
fn other_matches_are_marked_in_another_way_than_the_current_one() {
    let mut front = with_needles(3);
    front.press("Ctrl-S 'needle Enter");
    assert!(front.shows("find 2/3"), "{}", front.screen());
    assert!(is_drawn(&front, "needle 0002", Role::MatchCurrent), "{}", front.screen());
    assert!(is_drawn(&front, "needle 0001", Role::Match) && is_drawn(&front, "needle 0003", Role::Match));
}

#[test]
fn chinese_and_accents_are_found_as_they_are_read() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "下午三点开会，请带报告");
    front.hear("alex", "Besuch im Café um drei");
    front.press("Ctrl-S '开会");
    assert!(front.shows("find 1/1"), "{}", front.screen());
    assert!(is_drawn(&front, "开会", Role::MatchCurrent), "{}", front.screen());
    assert!(!is_drawn(&front, "三点", Role::MatchCurrent));
    front.press("Ctrl-U 'CAFE");
    assert!(front.shows("find 1/1") && is_drawn(&front, "Café", Role::MatchCurrent), "{}", front.screen());
}

#[test]
fn a_match_is_marked_where_it_stands_among_characters_that_cannot_be_shown() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "\u{1b}[2J \u{202e}needle");
    front.press("Ctrl-S 'needle");
    assert!(is_drawn(&front, "needle", Role::MatchCurrent), "{}", front.screen());
    assert!(is_drawn(&front, "<U+202E>", Role::Token), "{}", front.screen());
    front.press("Ctrl-U '202e");
    assert!(front.shows("find 0/0"), "{}", front.screen());
}

#[test]
fn the_way_to_older_matches_goes_on_beyond_the_first_hundred_and_then_round() {
    let mut front = with_needles(250);
    front.press("Ctrl-S 'needle");
    assert!(front.shows("find 1/100+"), "{}", front.screen());
    front.press("Down");
    assert!(front.shows("find 1/100+") && front.shows("newest match"), "{}", front.screen());
    for _ in 0..100 {
        front.press("Enter");
    }
    assert!(front.shows("find 101/200+"), "{}", front.screen());
    assert!(is_drawn(&front, "needle 0150", Role::MatchCurrent), "{}", front.screen());
    for _ in 0..149 {
        front.press("Up");
    }
    assert!(front.shows("find 250/250") && front.shows("needle 0001"), "{}", front.screen());
    front.press("Up");
    assert!(front.shows("find 1/250") && front.shows("needle 0250"), "{}", front.screen());
    front.press("Down");
    assert!(front.shows("find 250/250") && front.shows("needle 0001"), "{}", front.screen());
}

/// Types one character, and keeps the search that is asked for from being answered.
fn type_unanswered(front: &mut Front, c: char) -> Vec<Effect> {
    let key = KeyEvent::from(crossterm::event::KeyCode::Char(c));
    let mut effects = Vec::new();
    for request in on_input(&mut front.ui, &front.state, InputEvent::Terminal(TerminalEvent::Key(key))) {
        let UiRequest::Intent(intent) = request else { continue };
        effects.extend(update(&mut front.state, front.now, Event::Intent(intent)));
    }
    front.follow();
    effects
}

#[test]
fn that_nothing_is_found_is_said_once_it_is_known() {
    let mut front = with_needles(1);
    front.press("Ctrl-S 'zebra");
    assert!(front.shows("find 0/0") && front.shows("Nothing found"), "{}", front.screen());
    front.press("Ctrl-U 'needl");
    let effects = type_unanswered(&mut front, 'x');
    assert!(front.shows("find …: needlx") && !front.shows("Nothing found"), "{}", front.screen());
    assert!(front.ui.is_waiting(&front.state));
    for effect in effects {
        let found = front.carry_out(effect).expect("an answer");
        front.happen(Event::Stored(found));
    }
    assert!(front.shows("find 0/0") && front.shows("Nothing found"), "{}", front.screen());
}

#[test]
fn a_search_that_failed_says_why() {
    for opened in ["Ctrl-S", "Alt-S"] {
        let mut front = with_needles(1);
        front.press(opened);
        let effects = type_unanswered(&mut front, 'n');
        let [Effect::Search(lookup)] = effects.as_slice() else { panic!("{effects:?}") };
        assert!(front.shows("…"), "{}", front.screen());
        let why = Phrase::new("store-busy");
        front.happen(Event::Stored(StoreEvent::NotFound { ticket: lookup.ticket, why }));
        assert!(front.shows("does not keep up") && !front.shows("Nothing found"), "{}", front.screen());
    }
}

#[test]
fn more_matches_than_can_be_known_are_no_reason_to_go_round() {
    let mut front = Front::new(80, 24);
    let conversation = front.id("alex");
    for number in 0..2_100 {
        let text = format!("needle {number}");
        front.apply(Event::Intent(Intent::Send { conversation, text }));
    }
    front.press("Ctrl-S 'needle");
    let Mode::Finding(find) = &mut front.ui.mode else { panic!("finding") };
    find.current = Some(MessageId(1));
    front.press("Enter");
    assert!(front.shows("Too many matches") && front.shows("/2000+"), "{}", front.screen());
}

#[test]
fn a_date_that_is_none_is_said_in_both_searches() {
    let mut front = with_needles(1);
    front.resize(120, 24);
    front.press("Ctrl-S 'after:nonsense");
    assert!(front.shows("find: after:nonsense  ") && front.shows("is not a date"), "{}", front.screen());
    front.press("Esc Alt-S 'before:2026-99");
    assert!(front.shows("“2026-99” is not a date"), "{}", front.screen());
}

#[test]
fn a_search_everywhere_shows_whose_when_and_the_words() {
    let mut front = Front::new(80, 24);
    let today = front.now.wall;
    front.now.wall = WallTime(today.0 - 400 * 86_400_000_000);
    front.hear("egon", "a needle of last year");
    front.now.wall = WallTime(today.0 - 3 * 86_400_000_000);
    front.hear("瞎驴", "草堆里的 needle，找不到");
    front.now.wall = today;
    front.hear("alex", &format!("{}\nand a needle\u{1b} in it {}", "hay ".repeat(500), "hay ".repeat(500)));
    front.write("my needle").press("Enter Alt-S 'needle");
    insta::assert_snapshot!(front.screen());
    assert!(is_drawn(&front, "needle of last", Role::Match), "{}", front.screen());
    assert!(is_drawn(&front, "needle，", Role::Match), "{}", front.screen());
}

#[test]
fn enter_leads_to_the_message_and_f3_goes_on_there() {
    let mut front = with_needles(500);
    front.hear("egon", "needle of egon");
    front.press("Ctrl-G 'egon Enter Alt-S 'needle End End End End End End Up Up");
    assert!(front.shows("needle 0003") && front.shows(" 501 "), "{}", front.screen());
    front.press("Enter");
    assert_eq!(front.open(), "alex");
    assert!(front.ui.popup.is_none(), "{}", front.screen());
    assert!(is_drawn(&front, "needle 0003", Role::MatchCurrent), "{}", front.screen());
    assert!(is_drawn(&front, "needle 0004", Role::Match), "{}", front.screen());
    front.press("F3");
    assert!(is_drawn(&front, "needle 0004", Role::MatchCurrent), "{}", front.screen());
    assert!(front.shows(" 497/500"), "{}", front.screen());
    front.press("Shift-F3 Shift-F3");
    assert!(is_drawn(&front, "needle 0002", Role::MatchCurrent), "{}", front.screen());
    front.press("'typed");
    assert_eq!(front.draft(), "typed");
}

#[test]
fn a_jump_leaves_unread_what_stands_below() {
    let mut front = with_needles(300);
    front.press("Ctrl-N");
    for number in 0..300 {
        front.hear("alex", &format!("later {number}"));
    }
    let unread = front.state.unread_elsewhere(None);
    front.press("Alt-S 'needle Enter");
    assert!(front.shows("needle 0300") && front.open() == "alex", "{}", front.screen());
    assert_eq!(front.state.unread_elsewhere(None), unread);
}

#[test]
fn the_list_goes_as_far_as_there_are_results() {
    let mut front = with_needles(250);
    front.press("Alt-S 'needle");
    assert!(front.shows("100+"), "{}", front.screen());
    for _ in 0..40 {
        front.press("PgDn");
    }
    assert!(front.shows("needle 0001") && front.shows(" 250 "), "{}", front.screen());
    front.press("Home");
    assert!(front.shows("needle 0250") && !front.shows("needle 0001"), "{}", front.screen());
    front.press("End");
    assert!(front.shows("needle 0001"), "{}", front.screen());
    front.press("Up Enter");
    assert!(is_drawn(&front, "needle 0002", Role::MatchCurrent), "{}", front.screen());
}

#[test]
fn the_search_is_opened_again_as_it_was_left() {
    let mut front = with_needles(30);
    front.press("Alt-S 'needle Down Down Esc Alt-S");
    assert_eq!(front.ui.finder.chosen, 2);
    assert!(front.shows("› needle") && front.shows("needle 0030"), "{}", front.screen());
    front.press("Alt-S");
    assert!(front.ui.popup.is_none());
    front.write("/search 0007").press("Enter");
    assert!(front.shows("› 0007") && front.shows("needle 0007"), "{}", front.screen());
    assert!(!front.shows("needle 0008") && front.draft().is_empty(), "{}", front.screen());
}

#[test]
fn what_to_type_and_that_nothing_is_found_stands_in_the_list() {
    let mut front = with_needles(1);
    front.press("Alt-S");
    assert!(front.shows("Type words"), "{}", front.screen());
    front.press("'zebra");
    assert!(front.shows("Nothing found") && !front.shows("Type words"), "{}", front.screen());
}

#[test]
fn the_query_is_edited_as_any_other_text() {
    let mut front = with_needles(12);
    front.press("Alt-S 'x0007 Ctrl-A Ctrl-D");
    assert!(front.shows("› 0007") && front.shows("needle 0007"), "{}", front.screen());
    front.press("Ctrl-E Ctrl-U");
    front.terminal(TerminalEvent::Paste("nee\ndle 0011".to_owned()));
    assert!(front.shows("› needle 0011") && front.shows(" 1 "), "{}", front.screen());
}

#[test]
fn a_narrow_screen_has_room_for_results_too() {
    let mut front = Front::new(40, 12);
    let text = format!("{}这里有 needle 的，{}", "漢字".repeat(100), "漢字".repeat(100));
    front.hear("alex", &text);
    front.hear("alex", &format!("{}👨‍👩‍👧‍👦 needle {}", "👨‍👩‍👧‍👦".repeat(100), "e\u{301}".repeat(200)));
    front.hear("瞎驴", "needle\u{202e}\u{1b}[31m");
    front.press("Alt-S 'needle");
    let screen = front.screen();
    assert_eq!(screen.matches("needle").count(), 4, "{screen}");
    assert!(screen.contains("<U+202E>^[[31m") && screen.contains("12:00"), "{screen}");
    assert!(screen.lines().all(|line| width(line) == 40), "{screen}");
    for (columns, rows) in [(40, 10), (24, 8), (20, 5), (9, 4), (3, 2), (1, 1), (30, 1), (200, 60)] {
        front.resize(columns, rows);
        assert!(columns < 3 || front.cursor.is_some(), "{columns}x{rows}");
        let area = front.buffer.area;
        for (x, y) in (area.top()..area.bottom()).flat_map(|y| (1..area.right()).map(move |x| (x, y))) {
            let hidden = width(front.buffer[(x - 1, y)].symbol()) > 1 && front.buffer[(x, y)].symbol() != " ";
            assert!(!hidden, "{columns}x{rows} {x},{y}\n{}", front.screen());
        }
    }
}

#[test]
fn a_click_chooses_a_result_and_a_second_one_goes_there() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut front = with_needles(40);
    front.press("Ctrl-N Alt-S 'needle");
    let (column, row) = cell(&front, "needle 0035");
    let kind = MouseEventKind::Down(MouseButton::Left);
    let click = TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
    front.terminal(click.clone());
    assert_eq!(front.ui.finder.chosen, 5);
    front.terminal(click);
    assert!(front.ui.popup.is_none() && front.open() == "alex", "{}", front.screen());
    assert!(is_drawn(&front, "needle 0035", Role::MatchCurrent), "{}", front.screen());
}

#[test]
fn what_was_cleared_is_found_no_more() {
    let mut front = with_needles(2);
    front.hear("egon", "needle of egon");
    front.press("Alt-S 'needle Esc").write("/clear").press("Enter Enter Alt-S");
    assert!(front.shows("needle of egon") && !front.shows("needle 0001"), "{}", front.screen());
}

#[test]
fn a_match_in_the_middle_of_a_long_message_is_brought_into_sight() {
    let mut front = Front::new(60, 16);
    front.hear("alex", &format!("{}needle{}", "hay\n".repeat(300), "\nhay".repeat(300)));
    for number in 0..300 {
        front.hear("alex", &format!("line {number}"));
    }
    front.press("Ctrl-S 'needle");
    assert!(front.shows("▌  needle"), "{}", front.screen());
    front.press("Esc Alt-End Alt-S 'needle Enter");
    assert!(front.shows("▌  needle"), "{}", front.screen());
}

#[test]
fn ctrl_s_again_goes_on_and_f3_finds_the_same_words_after_esc() {
    let mut front = with_needles(3);
    front.press("Ctrl-S 'needle Ctrl-S Ctrl-S");
    assert!(front.shows("find 3/3") && is_drawn(&front, "needle 0001", Role::MatchCurrent));
    front.press("Esc F3");
    assert!(is_drawn(&front, "needle 0003", Role::MatchCurrent), "{}", front.screen());
    front.press("Ctrl-S");
    assert!(is_drawn(&front, "needle 0002", Role::MatchCurrent), "{}", front.screen());
    assert_eq!(front.draft(), "");
}

#[test]
fn what_is_typed_when_the_search_is_opened_again_replaces_what_stood_there() {
    let mut front = with_needles(3);
    front.press("Alt-S '0001 Esc Alt-S");
    let modifier = front.buffer[cell(&front, "0001")].modifier;
    assert!(modifier.contains(ratatui::style::Modifier::REVERSED), "{}", front.screen());
    front.press("'0002");
    assert!(front.shows("› 0002") && !front.shows("0001"), "{}", front.screen());
    front.press("Esc Alt-S Right '5");
    assert!(front.shows("› 00025"), "{}", front.screen());
}

#[test]
fn what_narrows_a_search_is_named_until_it_is_used() {
    let mut front = with_needles(3);
    front.resize(100, 30);
    front.press("Alt-S 'needle");
    assert!(front.shows("from: in: before: after:"), "{}", front.screen());
    front.press("Space 'in:alex");
    assert!(front.shows("from: before: after:"), "{}", front.screen());
    front.press("Space 'from:alex");
    assert!(front.shows("before: after:") && !front.shows("from: before"), "{}", front.screen());
}

#[test]
fn what_was_looked_for_everywhere_is_said_beside_the_number_of_the_match() {
    let mut front = with_needles(3);
    front.press("Alt-S 'needle Enter");
    assert!(front.shows("find 1/3: needle"), "{}", front.screen());
    front.write("a draft that is rather long for this row");
    assert!(front.shows("1/3") && !front.shows("find 1/3"), "{}", front.screen());
}

#[test]
fn a_message_without_words_is_shown_by_the_names_of_its_files() {
    use super::files::{file, offered};
    let mut front = files::front(80, 24);
    offered(&mut front, 1, vec![file("schedule.pdf", 4_096, crate::model::file::TransferState::Offered)]);
    front.press("Alt-S 'from:bea");
    assert!(front.shows("▤ schedule.pdf"), "{}", front.screen());
}

#[test]
fn a_message_is_found_by_the_names_of_its_files() {
    use super::files::{file, offered};
    let mut front = files::front(80, 24);
    offered(&mut front, 1, vec![file("schedule.pdf", 4_096, crate::model::file::TransferState::Offered)]);
    front.press("Alt-S 'sched");
    assert!(front.shows("▤ schedule.pdf"), "{}", front.screen());
}
