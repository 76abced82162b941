//! What comes at once: pastes, and keys faster than one by one.

use super::*;
use crate::tui::composer::{Composer, MAX_TEXT};

#[test]
fn a_paste_that_no_draft_takes_is_refused_before_anybody_is_asked() {
    let mut front = Front::new(100, 24);
    front.terminal(TerminalEvent::Paste("x".repeat(300_000)));
    assert!(front.ui.popup.is_none() && front.shows("300000 bytes are too long"), "{}", front.screen());
    front.press("'a");
    front.input(InputEvent::TooLong(2_000_000));
    assert!(front.draft() == "a" && front.shows("2000000 bytes are too long"), "{}", front.screen());
}

#[test]
fn a_paste_of_one_long_line_is_of_one_line() {
    let mut front = Front::new(80, 24);
    front.terminal(TerminalEvent::Paste("x".repeat(5_000)));
    assert!(front.shows("Paste one line, 5000 bytes"), "{}", front.screen());
}

#[test]
fn characters_that_come_at_once_go_where_they_would_one_by_one() {
    let mut front = Front::new(80, 24);
    front.input(InputEvent::Text("two words".to_owned()));
    assert_eq!(front.draft(), "two words");
    front.press("Ctrl-_");
    assert_eq!(front.draft(), "two ", "undone by words");
    front.press("Enter Ctrl-O");
    front.input(InputEvent::Text("kr".to_owned()));
    assert_eq!(front.draft(), "> two \n", "each a command of select mode");
    front.press("Ctrl-C Ctrl-G");
    front.input(InputEvent::Text("egn".to_owned()));
    front.press("Enter");
    assert_eq!(front.open(), "egon");
}

#[test]
fn esc_and_then_a_letter_is_alt_and_that_letter_for_a_moment() {
    let mut front = Front::new(80, 24);
    front.press("Esc 3");
    assert_eq!((front.open(), front.draft()), ("egon", ""), "Alt-3");
    front.press("'one 'two Esc B 'x");
    assert_eq!(front.draft(), "xonetwo", "Alt-B");
    front.press("Esc Enter");
    assert_eq!(front.draft(), "x\nonetwo", "Alt-Enter");
    front.press("Esc '#");
    assert_eq!(front.draft(), "x\n#onetwo", "Alt-# does nothing");
    front.press("Ctrl-C Esc");
    front.input(InputEvent::Text("both".to_owned()));
    assert_eq!(front.draft(), "both", "Alt-B has one letter");
    front.press("Ctrl-C F1 Esc 1");
    assert_eq!((front.open(), front.draft()), ("egon", "1"), "Esc has closed the help");
    front.press("Ctrl-C Esc");
    front.now.wall.0 += 600_000;
    front.press("1");
    assert_eq!((front.open(), front.draft()), ("egon", "1"), "too late");
}

#[test]
fn characters_typed_at_once_are_the_same_as_one_by_one() {
    for text in ["hello there, you", "在吗 👨\u{200d}👩\u{200d}👧 e\u{301}", "  two  spaces ", "x", ""]
    {
        let (mut together, mut apart) = (Composer::default(), Composer::default());
        together.insert_typed(text);
        for c in text.chars() {
            apart.insert_char(c);
        }
        assert_eq!(together, apart, "{text:?}");
    }
    let mut full = Composer::default();
    full.insert_str(&"x".repeat(MAX_TEXT - 1));
    assert!(!full.insert_typed("ab"), "refused whole");
    assert_eq!(full.text().len(), MAX_TEXT - 1);
}
