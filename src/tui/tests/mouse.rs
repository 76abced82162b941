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
