//! What comes at once: pastes, and keys faster than one by one.

use super::files::front;
use super::*;
use crate::tui::clipboard::LongText;
use crate::tui::composer::{Composer, MAX_TEXT};
use crate::tui::update::not_written;

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

/// Waits until a question that comes up under an Enter takes one.
fn settle(front: &mut Front) {
    front.now.wall.0 += 500_000;
}

#[test]
fn a_long_paste_goes_out_as_a_file_by_one_key_where_files_can_be_sent() {
    let mut bea = front(80, 24);
    let log = "a line of a log\n".repeat(400);
    bea.terminal(TerminalEvent::Paste(log.clone()));
    assert!(bea.shows("f send as a file"), "{}", bea.screen());
    bea.press("f");
    let [UiRequest::OfferText(LongText { conversation, name, text })] = &bea.requests[..] else {
        panic!("{:?}", bea.requests)
    };
    assert_eq!((*conversation, text), (bea.id("bea"), &log));
    let time = name.strip_prefix("text-").and_then(|name| name.strip_suffix(".txt"));
    assert!(time.is_some_and(|time| time.len() == "2026-11-29-112400".len()), "{name}");
    assert!(bea.draft().is_empty() && bea.ui.popup.is_none());

    let mut plain = Front::new(80, 24);
    plain.terminal(TerminalEvent::Paste("a line of a log\n".repeat(400)));
    assert!(plain.shows("Enter yes") && !plain.shows("as a file"), "{}", plain.screen());
}

#[test]
fn a_paste_that_no_draft_holds_can_be_sent_as_a_file() {
    let mut front = front(80, 24);
    front.press("'x");
    front.terminal(TerminalEvent::Paste("y".repeat(300_000)));
    assert!(front.shows("Too long for a draft: 300000 bytes"), "{}", front.screen());
    front.press("Enter");
    assert!(front.requests.is_empty(), "an Enter that was meant for something else");
    settle(&mut front);
    front.press("Enter");
    assert!(matches!(&front.requests[..], [UiRequest::OfferText(text)] if text.text.len() == 300_000));
    assert_eq!(front.draft(), "x", "the draft stays");
}

#[test]
fn a_draft_that_no_message_carries_can_be_sent_as_a_file() {
    let mut front = front(80, 24);
    let long = "z".repeat(70_000);
    front.terminal(TerminalEvent::Paste(long.clone()));
    front.press("Enter");
    assert_eq!(front.draft(), long);
    front.press("Enter");
    assert!(front.shows("Too long for one message: 70000 bytes"), "{}", front.screen());
    front.press("Esc");
    assert_eq!((front.draft(), front.requests.len()), (&*long, 0), "nothing is lost");
    front.press("Enter");
    settle(&mut front);
    front.press("Enter");
    let sent = front
        .requests
        .iter()
        .filter(|request| matches!(request, UiRequest::OfferText(text) if text.text == long));
    assert_eq!(sent.count(), 1, "{:?}", front.requests);
    assert!(front.draft().is_empty());

    let Some(UiRequest::OfferText(text)) =
        front.requests.iter().find(|request| matches!(request, UiRequest::OfferText(_))).cloned()
    else {
        return;
    };
    not_written(&mut front.ui, &text, &std::io::ErrorKind::StorageFull.into());
    front.draw();
    assert_eq!(front.draft(), long, "the disk did not take it");
    assert!(front.shows("could not be written"), "{}", front.screen());
}

#[test]
fn where_no_file_can_be_sent_a_text_that_is_too_long_stays_in_the_draft() {
    let mut front = Front::new(80, 24);
    let long = "z".repeat(70_000);
    front.terminal(TerminalEvent::Paste(long.clone()));
    front.press("Enter Enter");
    assert!(front.ui.popup.is_none() && front.shows("Too long: 70000 bytes"), "{}", front.screen());
    assert_eq!(front.draft(), long);
}

#[test]
fn how_many_rows_of_a_draft_stand_above_is_a_whole_number_or_none() {
    let mut front = Front::new(80, 24);
    let mut above = |lines: usize| {
        front.press("Ctrl-C");
        front.terminal(TerminalEvent::Paste(vec!["x"; lines].join("\n")));
        front.press("Enter");
        let screen = front.screen();
        let row = screen.lines().find_map(|row| row.split_once('↑').map(|(_, rest)| rest.to_owned()));
        row.unwrap_or_default().split(' ').next().unwrap_or_default().to_owned()
    };
    assert_eq!(above(11), "3", "eight rows are shown");
    assert_eq!(above(110), "", "102 has no room");
}
