//! Nothing that a person wrote, chose or read is lost by a key.

use super::*;
use crate::tui::composer::MAX_TEXT;

fn paste(front: &mut Front, text: &str) {
    front.terminal(TerminalEvent::Paste(text.to_owned()));
}

/// A conversation of so many messages, `<0>`, `<1>`, …
fn talk(front: &mut Front, count: usize) {
    for number in 0..count {
        front.hear("alex", &format!("<{number}>"));
    }
}

fn top(front: &Front) -> Option<(crate::model::MessageId, usize)> {
    front.ui.viewport.scene().rows.first().map(|row| (row.message, row.of_block))
}

/// The texts of the rows that are drawn as chosen.
fn chosen(front: &Front) -> Vec<String> {
    let style = front.ui.style.theme.style(Role::Selected);
    let screen = front.screen();
    let is_chosen = |y: u16| {
        let cell = &front.buffer[(70, y)];
        style.bg.is_none_or(|bg| cell.bg == bg) && cell.modifier.contains(style.add_modifier)
    };
    let pane = front.ui.viewport.areas().scrollback;
    let rows =
        screen.lines().zip(0..).filter(|(_, y)| (pane.top()..pane.bottom()).contains(y) && is_chosen(*y));
    rows.map(|(row, _)| {
        row.rsplit('│').next().unwrap_or_default().trim_start_matches(['▌', '…', '✓', ' ']).to_owned()
    })
    .collect()
}

#[test]
fn a_draft_that_ctrl_c_cleared_comes_back_by_undo_yank_up_and_the_list_of_what_was_sent() {
    for (back, draft) in [("Ctrl-_", "two words"), ("Ctrl-Y", "two words"), ("Up", "two words")] {
        let mut front = Front::new(80, 24);
        front.write("two words").press("Ctrl-C");
        assert!(front.draft().is_empty() && front.shows("Ctrl-_ or Up brings it back"), "{}", front.screen());
        front.press(back);
        assert_eq!((front.open(), front.draft()), ("alex", draft), "{back}");
    }
    let mut front = Front::new(80, 24);
    front.write("two words").press("Ctrl-C 'x Up");
    assert_eq!(front.draft(), "two words");
    front.press("Ctrl-C Ctrl-R Enter");
    assert_eq!(front.draft(), "two words");
    // Once something else was pressed, Up chooses a contact again.
    front.press("Ctrl-C Left Up");
    assert_eq!(front.open(), "egon");
}

#[test]
fn what_was_sent_last_comes_back_into_an_empty_composer() {
    let mut front = Front::new(80, 24);
    front.write("sent too soon").press("Enter Ctrl-_");
    assert_eq!((front.draft(), front.sent.len()), ("sent too soon", 1));
    front.press("Alt-_");
    assert_eq!(front.draft(), "", "redo takes it away again");
}

#[test]
fn what_takes_the_place_of_a_draft_does_not_destroy_it() {
    let mut front = Front::new(80, 24);
    front.write("sent").press("Enter").write("a draft").press("Ctrl-R Enter");
    assert_eq!(front.draft(), "sent");
    front.press("Ctrl-_");
    assert_eq!(front.draft(), "a draft");
    front.press("Ctrl-X '/export Enter Ctrl-C Up Up");
    assert_eq!(front.draft(), "a draft", "it stands among what was written");
}

#[test]
fn a_draft_is_back_when_the_command_that_took_its_place_has_run() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "hello");
    front.write("half a word").press("Ctrl-X '/export Enter");
    assert!(front.draft().starts_with("/export"), "{}", front.screen());
    front.write("talk.txt").press("Enter");
    assert_eq!(front.draft(), "half a word", "{}", front.screen());
    front.press("Enter").write("/export talk.txt").press("Enter");
    assert_eq!(front.draft(), "", "it was sent meanwhile");
}

#[test]
fn a_refused_command_goes_with_esc_and_the_next_is_not_glued_on() {
    let mut front = Front::new(80, 24);
    front.write("/rename").press("Enter Esc");
    assert_eq!(front.draft(), "");
    front.press("Up");
    assert_eq!(front.draft(), "/rename", "it can be had back");
    front.press("Enter").write("/leave");
    assert_eq!(front.draft(), "/leave");
    front.press("Ctrl-C").write("/rename egon").press("Enter").write("/leave");
    assert_eq!(front.draft(), "/leave", "nobody wants a name with a slash in it");
    // What is missing can be written at once, and a path goes on with a slash.
    front.press("Ctrl-C").write("/file").press("Enter").write(" /tmp").press("Enter").write("/x");
    assert_eq!(front.draft(), "/file /tmp/x");
    front.press("Ctrl-C").write("/nosuch").press("Enter").write("/leave");
    assert_eq!(front.draft(), "/leave");
    // Esc clears what was refused, and never a message.
    front.press("Ctrl-C 'words Esc");
    assert_eq!(front.draft(), "words");
}

#[test]
fn pastes_reach_the_draft_whatever_is_open() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "hello");
    front.press("Ctrl-O");
    paste(&mut front, "while choosing");
    assert_eq!(front.draft(), "while choosing");
    for opened in ["F1", "Ctrl-O I", "/clear"] {
        front.press("Ctrl-C");
        match opened {
            "/clear" => front.write(opened).press("Enter"),
            keys => front.press(keys),
        };
        assert!(front.ui.popup.is_some(), "{opened}");
        paste(&mut front, "unseen");
        assert_eq!((front.draft(), front.ui.popup.is_none()), ("unseen", true), "{opened}");
        front.press("Esc");
    }
    assert!(front.shows("hello"), "a paste is no answer");
}

#[test]
fn a_paste_while_another_is_asked_about_joins_it() {
    let mut front = Front::new(80, 24);
    paste(&mut front, "1\n2\n3\n4\n5\n6\n");
    paste(&mut front, "7\n8\n");
    assert!(front.shows("Paste 8 lines"), "{}", front.screen());
    front.press("Enter");
    assert_eq!(front.draft(), "1\n2\n3\n4\n5\n6\n7\n8\n");
    front.press("Ctrl-C");
    paste(&mut front, "1\n2\n3\n4\n5\n6\n");
    front.press("Esc");
    assert!(front.draft().is_empty() && front.shows("puts it in after all"), "{}", front.screen());
    front.press("Ctrl-Y");
    assert_eq!(front.draft(), "1\n2\n3\n4\n5\n6\n");
}

#[test]
fn a_paste_that_no_draft_can_hold_is_refused_before_it_is_asked_about() {
    let mut front = Front::new(80, 24);
    front.write("draft");
    paste(&mut front, &"x".repeat(1_000_000));
    assert!(front.ui.popup.is_none() && front.shows("1000000 bytes are too long"), "{}", front.screen());
    assert_eq!(front.draft(), "draft");
    paste(&mut front, &"x".repeat(MAX_TEXT - 5));
    assert!(front.shows("Paste one line"), "{}", front.screen());
    front.press("Enter");
    assert_eq!(front.draft().len(), MAX_TEXT);
    front.press("'y");
    assert!(front.shows("a draft holds at most"), "a key that does nothing says so\n{}", front.screen());
    front.press("Ctrl-C Ctrl-G");
    paste(&mut front, &"x".repeat(MAX_TEXT));
    assert!(front.shows("too long for this field"), "{}", front.screen());
}

#[test]
fn choosing_begins_at_what_can_be_seen_and_leads_back() {
    let mut front = Front::new(80, 24);
    talk(&mut front, 200);
    front.press("PgUp PgUp PgUp");
    let before = top(&front);
    front.press("Ctrl-O");
    assert_eq!(top(&front), before, "{}", front.screen());
    assert_eq!(chosen(&front).len(), 1, "{}", front.screen());
    for keys in ["Esc", "PgUp PgUp Q", "Home Esc", "End Ctrl-C", "G Up Y"] {
        front.press("Ctrl-O").press(keys);
        assert_eq!(top(&front), before, "{keys}\n{}", front.screen());
    }
    front.press("Alt-End Ctrl-O Home Esc");
    assert!(front.ui.viewport.scene().at_end && front.shows("<199>"), "{}", front.screen());
}

#[test]
fn the_choice_moves_by_page_and_to_both_ends() {
    let mut front = Front::new(80, 24);
    talk(&mut front, 1_000);
    front.press("Ctrl-O PgUp");
    let paged = chosen(&front);
    assert!(paged.len() == 1 && paged != ["<999>"], "{paged:?}\n{}", front.screen());
    for (key, text) in [("Home", "<0>"), ("End", "<999>"), ("g", "<0>"), ("Shift-G", "<999>")] {
        front.press(key);
        assert_eq!(chosen(&front), [text], "{key}\n{}", front.screen());
    }
    front.press("PgDn Down");
    assert_eq!(chosen(&front), ["<999>"]);
}

#[test]
fn a_range_is_marked_to_copy_and_to_quote() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "one");
    front.press("'two Enter");
    front.hear("alex", "three");
    front.press("Ctrl-O Shift-Up");
    assert_eq!(chosen(&front), ["three", "two"].map(str::to_owned).iter().rev().cloned().collect::<Vec<_>>());
    front.press("Y");
    assert_eq!(front.requests.pop(), Some(UiRequest::Copy("me: two\nalex: three".to_owned())));
    front.press("Ctrl-O Space Up Up R");
    assert_eq!(front.draft(), "> alex: one\n> me: two\n> alex: three\n");
    front.press("Ctrl-C Ctrl-O Space Up Space Y");
    assert_eq!(front.requests.pop(), Some(UiRequest::Copy("two".to_owned())), "one alone, without a name");
}

#[test]
fn what_is_no_key_of_choosing_is_refused_and_never_gets_into_the_draft() {
    let mut front = Front::new(80, 24);
    talk(&mut front, 100);
    front.write("draft").press("Ctrl-O");
    for key in ["E", "n", "?", "/", "é", "Backspace", "Ctrl-U", "Ctrl-D", "Alt-Enter", "x", "Delete"] {
        let message = chosen(&front);
        front.press(key);
        assert!(front.ui.status.current(&front.state).is_some(), "{key} says nothing\n{}", front.screen());
        assert_eq!((chosen(&front), front.draft()), (message, "draft"), "{key}\n{}", front.screen());
        front.press("Up");
    }
    front.press("n");
    assert!(front.shows("No key of a chosen message"), "{}", front.screen());
    front.input(InputEvent::Text("nw".to_owned()));
    front.press("Esc");
    assert_eq!(front.draft(), "draft");
    front.press("Enter 'next");
    assert_eq!(front.draft(), "next");
    front.press("Ctrl-C").write("draft");
    front.press("PgUp Ctrl-O PgUp Ctrl-N Alt-/");
    assert_eq!(front.draft(), "draft");
    assert!(!front.ui.viewport.scene().at_end, "the place of before the choice\n{}", front.screen());
}

#[test]
fn the_place_in_a_long_message_outlives_other_widths_and_the_bare_view() {
    let mut front = Front::new(100, 24);
    let words: Vec<String> = (0..1_500).map(|number| format!("w{number:04}")).collect();
    front.hear("alex", &words.join(" "));
    front.press("PgUp");
    let pane = |front: &Front| -> String {
        let screen = front.screen();
        screen
            .lines()
            .find_map(|row| row.split_whitespace().find(|word| word.starts_with('w')))
            .unwrap_or("")
            .to_owned()
    };
    let (before, word) = (top(&front), pane(&front));
    for (width, height) in [(80, 24), (61, 20), (130, 40), (40, 12), (100, 24)] {
        front.resize(width, height);
        let screen = front.screen();
        let first = screen.lines().find(|row| row.contains(" w")).unwrap_or_default();
        assert!(first.contains(&word), "{width}x{height}: {word}\n{screen}");
    }
    assert_eq!(top(&front), before);
    front.press("Alt-L");
    let screen = front.screen();
    assert!(screen.lines().next().is_some_and(|row| row.contains(&word)), "{word}\n{screen}");
    front.press("Alt-L");
    assert_eq!(top(&front), before);
}

#[test]
fn whoever_writes_every_four_minutes_has_more_than_one_time() {
    let mut front = Front::new(80, 60);
    for _ in 0..20 {
        front.hear("alex", "again");
        front.now.wall.0 += 4 * 60 * 1_000_000;
    }
    let clocks = front.screen().lines().filter(|row| row.contains("alex  127.0.0.1:8081")).count();
    assert!(clocks >= 15, "{clocks}\n{}", front.screen());
    let mut front = Front::new(80, 60);
    for _ in 0..20 {
        front.hear("alex", "again");
        front.now.wall.0 += 10 * 1_000_000;
    }
    let heads = front.screen().lines().filter(|row| row.contains("alex  127.0.0.1:8081")).count();
    assert_eq!(heads, 1, "{}", front.screen());
}

#[test]
fn a_form_keeps_what_was_typed_and_what_it_proposes_is_replaced() {
    let mut front = Front::new(80, 24);
    front.press("Alt-C 'bea Tab '127.0 Esc");
    assert!(front.ui.popup.is_none());
    front.press("Alt-C");
    assert!(front.shows("› bea") && front.shows("› 127.0"), "{}", front.screen());
    front.write(".0.1:9").press("Enter");
    assert_eq!(front.edits.len(), 1, "{}", front.screen());
    front.press("Alt-C");
    assert!(!front.shows("› bea"), "what was accepted is done\n{}", front.screen());
    front.press("Esc");

    let mut front = Front::new(80, 24);
    let source = "127.0.0.12:6000".parse().expect("literal");
    let mut received = front.received("alex", "who is this");
    (received.conversation, received.source) = (None, source);
    front.happen(Event::Net(NetEvent::Received(received)));
    front.press("Alt-A Alt-C");
    assert!(front.shows("› 127.0.0.12:6000"), "{}", front.screen());
    front.write("bob").press("Enter");
    let added = ContactsEdit::Add { name: "bob".to_owned(), address: "udp://127.0.0.12:6000".to_owned() };
    assert_eq!(front.edits, [added]);
    // Moving in it first keeps what stands there.
    front.press("Alt-C Left Right 'x");
    assert!(front.shows("› 127.0.0.12:6000x"), "{}", front.screen());
}

#[test]
fn page_up_pages_a_long_draft_before_the_conversation() {
    let mut front = Front::new(80, 24);
    talk(&mut front, 100);
    for number in 0..30 {
        front.write(&format!("row {number}")).press("Ctrl-J");
    }
    front.press("PgUp PgUp");
    assert!(front.shows("row 15") && front.ui.viewport.scene().at_end, "{}", front.screen());
    front.press("PgUp PgUp PgUp PgUp");
    assert!(front.shows("row 0") && !front.ui.viewport.scene().at_end, "{}", front.screen());
    front.press("PgDn");
    assert!(front.shows("row 7"), "{}", front.screen());
}

#[test]
fn what_is_typed_where_nothing_is_open_stays_and_says_why_it_goes_nowhere() {
    let mut front = Front::new(80, 24);
    front.load(&[]);
    front.ui.navigation.lose();
    front.write("lost?").press("Enter");
    assert!(front.shows("No conversation is open"), "{}", front.screen());
    assert_eq!(front.draft(), "lost?");
}
