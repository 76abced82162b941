//! The mouse: on messages, and on the keys that are shown.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::*;

/// A click on the last place where the screen shows that.
fn click(front: &mut Front, text: &str) {
    let screen = front.screen();
    let (row, line) = screen.lines().enumerate().filter(|(_, line)| line.contains(text)).last().expect(text);
    let before = line.rsplit_once(text).expect(text).0;
    let [column, row] = [crate::tui::text::width(before), row].map(|at| u16::try_from(at).unwrap());
    let kind = MouseEventKind::Down(MouseButton::Left);
    front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

fn chosen(front: &Front) -> Option<String> {
    let crate::tui::ui::Mode::Selecting(chosen) = front.ui.mode else { return None };
    let place = front.ui.conversation(&front.state)?;
    place.message(chosen.message).map(|message| message.text.clone())
}

#[test]
fn a_click_chooses_a_message_and_another_one_leaves_it() {
    let mut front = Front::new(100, 30);
    front.press("Alt-1");
    front.hear("alex", "the first words");
    front.hear("alex", "the second words");
    click(&mut front, "first words");
    assert_eq!(chosen(&front).as_deref(), Some("the first words"));
    click(&mut front, "second words");
    assert_eq!(chosen(&front).as_deref(), Some("the second words"));
    click(&mut front, "second words");
    assert_eq!(chosen(&front), None);
}

#[test]
fn the_click_that_brings_the_window_back_means_nothing_else() {
    let mut front = Front::new(100, 30);
    front.press("Alt-1");
    front.hear("alex", "some words");
    front.terminal(TerminalEvent::FocusLost);
    front.terminal(TerminalEvent::FocusGained);
    click(&mut front, "some words");
    assert_eq!(chosen(&front), None);
    click(&mut front, "some words");
    assert!(chosen(&front).is_some());
    front.press("Esc");
    front.terminal(TerminalEvent::FocusLost);
    front.terminal(TerminalEvent::FocusGained);
    front.rest(1);
    click(&mut front, "some words");
    assert!(chosen(&front).is_some(), "who came by the keyboard means the click");
}

/// Terminals and multiplexers lose the report that somebody is back.
#[test]
fn a_key_brings_back_whoever_was_away_even_where_the_terminal_does_not_say_so() {
    let mut front = Front::new(100, 30);
    front.press("Alt-1");
    front.terminal(TerminalEvent::FocusLost);
    front.hear("alex", "are you there?");
    let unread = |front: &Front| front.state.conversation(front.id("alex")).expect("alex").activity.unread();
    assert_eq!(unread(&front), 1);
    // Alt of Alt-Tab is let go when the window has lost the focus already.
    let mut released = KeyEvent::new(crossterm::event::KeyCode::Tab, KeyModifiers::ALT);
    released.kind = crossterm::event::KeyEventKind::Release;
    front.terminal(TerminalEvent::Key(released));
    assert_eq!(unread(&front), 1);
    front.press("'y");
    assert_eq!(unread(&front), 0);
    // From here on the terminal is one that says nothing.
    front.ui.attention.touch(front.now.mono);
    let minute = front.now.mono + Duration::from_mins(1);
    assert_eq!(front.ui.attention.changed(minute), Some(true));
    front.ui.attention.touch(minute);
    assert_eq!(front.ui.attention.changed(minute), Some(false));
}

#[test]
fn a_key_that_is_shown_is_pressed_by_a_click_on_it_or_its_words() {
    let mut front = Front::new(100, 30);
    front.press("Alt-1");
    click(&mut front, "help");
    assert!(matches!(front.ui.popup, Some(crate::tui::popup::Popup::Help(_))), "{}", front.screen());
    front.press("Esc");
    front.hear("瞎驴", "hello");
    click(&mut front, "unread");
    assert_eq!(front.open(), "瞎驴", "{}", front.screen());
    front.press("Ctrl-O");
    assert!(chosen(&front).is_some());
    click(&mut front, "reply");
    assert!(front.draft().contains("> hello"), "{}", front.screen());
}

#[test]
fn a_click_on_what_is_new_below_goes_there() {
    let mut front = Front::new(100, 20);
    front.press("Alt-1");
    for number in 0..60 {
        front.hear("alex", &format!("line {number}"));
    }
    front.press("PgUp PgUp");
    front.hear("alex", "the newest");
    assert!(front.shows("1 new") && !front.shows("the newest"), "{}", front.screen());
    click(&mut front, "1 new");
    assert!(front.shows("the newest"), "{}", front.screen());
}

#[test]
fn a_question_is_answered_by_a_click() {
    let mut front = Front::new(100, 30);
    front.press("Alt-1");
    front.write("/clear").press("Enter");
    click(&mut front, "Esc");
    assert!(front.ui.popup.is_none() && front.shows("alex"), "{}", front.screen());
    assert!(!front.intents.iter().any(|intent| matches!(intent, Intent::Clear { .. })));
    front.write("/clear").press("Enter");
    click(&mut front, "Enter yes");
    assert!(front.intents.iter().any(|intent| matches!(intent, Intent::Clear { .. })));
}

#[test]
fn the_keys_in_the_lower_edge_of_a_popup_are_pressed_by_a_click() {
    use crate::tui::popup::Popup;
    for tag in crate::lang::TAGS {
        let mut front = Front::new(100, 30);
        front.ui.style.lang = Lang::choose(Some(tag), registry());
        let close = front.ui.style.lang.text("popup-key-close");
        for (opens, leaves) in [("Ctrl-G", &close), ("Ctrl-X", &close), ("F1", &close), ("Alt-S", &close)] {
            front.press(opens);
            assert!(front.ui.popup.is_some(), "{opens}");
            click(&mut front, leaves);
            assert!(front.ui.popup.is_none(), "{tag} {opens}: {}", front.screen());
        }
        front.press("Ctrl-G 'egon");
        let opens = front.ui.style.lang.text("popup-key-open");
        click(&mut front, &format!("Enter {opens}"));
        assert_eq!(front.open(), "egon", "{tag}: {}", front.screen());
        front.press("Alt-C");
        click(&mut front, "↓");
        assert!(matches!(&front.ui.popup, Some(Popup::Form(form)) if form.focus == 1), "{}", front.screen());
        click(&mut front, "Esc");
        assert!(front.ui.popup.is_none(), "{}", front.screen());
    }
    let mut front = Front::new(100, 30);
    front.press("Ctrl-X Down");
    click(&mut front, "↑");
    assert!(matches!(&front.ui.popup, Some(Popup::Chooser(chooser)) if chooser.chosen == 0));
    front.press("Esc").write("/the");
    click(&mut front, "takes it");
    assert_eq!(front.draft(), "/theme ");
}

#[test]
fn what_stands_in_a_popup_is_no_key_of_its_edge() {
    let mut front = Front::new(100, 30);
    front.press("F1");
    let row = front.screen().lines().position(|line| line.contains("Ctrl-Q") && line.contains("│")).unwrap();
    let line = front.screen().lines().nth(row).unwrap().to_owned();
    let column = crate::tui::text::width(line.split_once("Ctrl-Q").unwrap().0);
    let [column, row] = [column, row].map(|at| u16::try_from(at).unwrap());
    let kind = MouseEventKind::Down(MouseButton::Left);
    front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    assert!(front.ui.popup.is_some() && front.requests.is_empty(), "{:?}", front.requests);
}

#[test]
fn the_keys_of_the_wire_page_are_pressed_by_a_click() {
    let mut front = Front::new(120, 30);
    front.write("/wire all").press("Enter");
    click(&mut front, "pause");
    assert!(front.ui.wire.as_ref().is_some_and(|page| page.is_paused()), "{}", front.screen());
    click(&mut front, "filter");
    front.write("abc");
    assert!(front.shows("abc"), "{}", front.screen());
    click(&mut front, "Esc");
    click(&mut front, "Esc back");
    assert!(front.ui.popup.is_none(), "{}", front.screen());
}

#[test]
fn what_is_below_on_the_wire_page_is_said_with_the_key_that_leads_there() {
    for (width, height, words) in [(120, 30, " follow"), (80, 24, " follow"), (60, 20, "")] {
        let mut front = Front::new(width, height);
        front.write("/wire all").press("Enter");
        let capture = crate::model::Capture { packets: wire::packets(9), left_out: 0 };
        front.ui.take_capture(&front.state, capture);
        front.draw();
        front.press("Up Up Up");
        let screen = front.screen();
        assert!(screen.trim_end().ends_with(&format!("↓ 3 more  End{words}")), "{screen}");
        click(&mut front, if words.is_empty() { "End" } else { "follow" });
        let screen = front.screen();
        assert!(screen.trim_end().ends_with("following"), "{screen}");
    }
}

#[test]
fn a_click_on_a_field_of_a_form_goes_there() {
    use crate::tui::popup::Popup;
    for size in [(100, 30), (40, 20), (24, 14)] {
        let mut front = Front::new(size.0, size.1);
        front.press("Alt-C");
        click(&mut front, "Address");
        front.write("10.0.0.1");
        click(&mut front, "Name");
        front.write("new");
        let Some(Popup::Form(form)) = &front.ui.popup else { panic!("{}", front.screen()) };
        let values = (form.value(0), form.value(1));
        assert!(values.0.ends_with("new") && values.1.ends_with("10.0.0.1"), "{size:?} {values:?}");
    }
}

#[test]
fn a_click_in_the_draft_puts_the_cursor_there() {
    let mut front = Front::new(80, 24);
    front.press("Alt-1").write("one two 世界 three");
    click(&mut front, "two");
    front.write("X");
    assert_eq!(front.draft(), "one Xtwo 世界 three");
    click(&mut front, "界");
    front.write("Y");
    assert_eq!(front.draft(), "one Xtwo 世Y界 three");
    // Behind its end, and in another row.
    front.press("Ctrl-End Ctrl-J").write("second");
    let areas = *front.ui.viewport.areas();
    let mut at = |column, row| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
        front.write("|");
        front.draft().to_owned()
    };
    assert_eq!(at(areas.composer.right() - 1, areas.composer.y), "one Xtwo 世Y界 three|\nsecond");
    assert_eq!(at(areas.composer.x, areas.composer.y + 1), "one Xtwo 世Y界 three|\n|second");
    front.press("Ctrl-C");
    front.hear("alex", "some words");
    click(&mut front, "some words");
    assert!(chosen(&front).is_some());
    click(&mut front, "Choose a message");
    assert!(chosen(&front).is_none(), "who clicks where one writes goes on writing");
}

#[test]
fn the_hint_in_the_header_is_clicked_and_no_name_is_taken_for_it() {
    let mut front = Front::new(160, 30);
    let received = Received {
        conversation: None,
        source: "10.0.0.9:7000".parse().expect("literal"),
        ..front.received("alex", "hello")
    };
    front.happen(Event::Net(NetEvent::Received(received)));
    front.press("Alt-A");
    let hint = front.ui.style.lang.with("header-stranger", &[("key", "Alt-C")]);
    let first = front.screen().lines().next().map(str::to_owned).unwrap_or_default();
    let column =
        u16::try_from(crate::tui::text::width(first.split("10.0.0.9").next().expect("the name"))).unwrap();
    let kind = MouseEventKind::Down(MouseButton::Left);
    front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row: 0, modifiers: KeyModifiers::NONE }));
    assert!(first.contains("10.0.0.9") && front.ui.popup.is_none(), "{}", front.screen());
    click(&mut front, &hint);
    assert!(matches!(front.ui.popup, Some(crate::tui::popup::Popup::Form(_))), "{}", front.screen());
}

#[test]
fn what_others_write_is_no_key() {
    let mut front = Front::new(100, 30);
    front.press("Alt-1");
    front.hear("alex", "F1 help  Ctrl-Q quit");
    front.requests.clear();
    let row =
        front.screen().lines().position(|line| line.contains("Ctrl-Q quit") && line.contains("▌")).unwrap();
    let kind = MouseEventKind::Down(MouseButton::Left);
    for column in 28..60 {
        let row = u16::try_from(row).unwrap();
        front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    }
    assert!(front.requests.is_empty() && front.ui.popup.is_none(), "{:?}", front.requests);
}
