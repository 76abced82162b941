//! Commands that cannot be done where one is: what they say, and what stays in the composer.

use super::locks::{front, open_stranger, says};
use crate::model::Phrase;

#[test]
fn where_somebody_is_blocked_every_answer_says_so_and_how_to_take_it_back() {
    let mut front = front(120, 24);
    front.press("'/verify Enter x Enter");
    for command in ["verify Space 'off", "verify", "decline", "accept Space '1"] {
        front.press(&format!("Esc '/{command} Enter"));
        assert!(front.shows("bob is blocked; /accept lets them"), "{command}: {}", front.screen());
        assert!(front.draft().starts_with('/'), "{command}");
    }
    front.press("Esc '/accept Enter");
    assert_eq!(front.draft(), "");
    front.press("'/verify Space 'off Enter");
    assert!(front.shows("bob is not marked as compared"), "{}", front.screen());
    assert_eq!(front.draft(), "/verify off");
    front.press("Esc '/verify Enter s '/verify Space 'off Enter");
    assert_eq!(front.draft(), "");
}

/// What only the disk or the session can refuse is refused when the composer is empty already.
#[test]
fn a_command_that_is_refused_late_stands_in_the_composer_again_and_esc_clears_it() {
    for command in
        ["/set visible maybe", "/nick echo", "/listen udp 99999", "/file /nonexistent", "/export /"]
    {
        let mut front = front(120, 24);
        front.write(command).press("Enter");
        let bob = front.ui.navigation.open();
        if front.draft().is_empty() {
            let typed = front.ui.drafts.running().to_owned();
            assert_eq!(typed, command);
            front.ui.refuse(Phrase::new("offer-nothing"));
        }
        assert_eq!(front.draft(), command);
        front.press("Esc");
        assert_eq!(front.draft(), "");
        // The answer of a slow disk does not come between.
        front.press("'hello");
        front.ui.put_back(bob, command.to_owned());
        assert_eq!(front.draft(), "hello");
        front.ui.refuse(Phrase::new("offer-nothing"));
        assert_eq!(front.draft(), "hello");
    }
}

#[test]
fn a_refused_command_goes_with_esc_and_comes_back_with_up_wherever_it_was_written() {
    for somewhere in [true, false] {
        let mut front = front(120, 24);
        if !somewhere {
            front.load(&[("carol", "127.0.0.1:9001")]);
            assert_eq!(front.open(), "");
        }
        front.write("/theme nosuch").press("Enter");
        assert_eq!(front.draft(), "/theme nosuch", "{}", front.screen());
        front.press("Esc");
        assert_eq!(front.draft(), "");
        front.press("Up");
        assert_eq!(front.draft(), "/theme nosuch", "{somewhere}\n{}", front.screen());
    }
}

#[test]
fn a_command_that_is_refused_late_does_not_go_to_another_conversation() {
    let mut front = front(120, 24);
    front.press("'/file Space '/nonexistent Enter");
    let bob = front.ui.navigation.open();
    front.press("Alt-2");
    front.ui.put_back(bob, "/file /nonexistent".to_owned());
    assert_eq!(front.draft(), "");
    front.press("Alt-1");
    assert_eq!(front.draft(), "");
}

#[test]
fn whoever_has_written_before_answering_a_request_can_answer_and_the_words_come_back() {
    for (answer, draft) in [("accept", "hello there"), ("xyzzy", "/xyzzy")] {
        let mut front = front(120, 24);
        says(&mut front, 7, "guest", "hi");
        open_stranger(&mut front, "guest");
        front.press("'hello Space 'there");
        // A slash in words is one.
        front.press("'/or Backspace Backspace Backspace");
        assert_eq!(front.draft(), "hello there");
        front.press("Enter");
        assert!(front.shows("/accept, /decline or /ignore"), "{}", front.screen());
        front.press("'/");
        assert_eq!(front.draft(), "/");
        front.press(&format!("'{answer} Enter"));
        assert_eq!(front.draft(), draft, "{}", front.screen());
        assert!(front.sent.is_empty());
    }
}

/// Nobody has to clear the composer, or to send in vain first, to decide what keeps the words there.
#[test]
fn a_command_that_decides_runs_behind_words_that_wait_for_it_and_they_stay() {
    for typed in ["hello there /accept", "hello there/accept", "hello there\n/accept"] {
        let mut front = front(120, 24);
        says(&mut front, 7, "guest", "hi");
        open_stranger(&mut front, "guest");
        for part in typed.split_inclusive('\n') {
            front.write(part.trim_end_matches('\n'));
            if part.ends_with('\n') {
                front.press("Ctrl-J");
            }
        }
        front.press("Enter");
        assert_eq!(front.draft(), "hello there", "{typed:?}\n{}", front.screen());
        assert!(front.sent.is_empty() && !front.shows("Answer first"), "{}", front.screen());
        assert!(front.shows("◇ to guest"), "{typed:?}\n{}", front.screen());
    }
    // What is said to somebody who can be talked to is said.
    let mut front = front(120, 24);
    front.press("Alt-2 'see Space '/accept Enter");
    assert_eq!(front.sent, ["see /accept"]);
}

#[test]
fn a_room_is_gone_into_behind_words_that_were_meant_for_it() {
    for keys in ["'hello Enter '/join Enter", "'hello Space '/join Enter", "'hello Enter Space '/join Enter"]
    {
        let mut front = super::rooms::front(100, 24);
        super::rooms::open(&mut front, "club");
        front.press("'/leave Enter").press(keys);
        assert_eq!((front.draft(), front.entered.len()), ("hello", 1), "{keys}\n{}", front.screen());
        front.press("Enter");
        assert_eq!(front.sent, ["hello"], "{keys}");
    }
}

#[test]
fn whoever_was_let_in_is_blocked_only_after_a_question_and_nobody_else_is_open_then() {
    let mut front = front(100, 24);
    says(&mut front, 7, "guest", "hi");
    open_stranger(&mut front, "guest");
    front.write("/accept").press("Enter");
    front.write("/ignore").press("Enter");
    assert!(front.shows("Block guest for good?"), "{}", front.screen());
    front.press("Esc");
    assert_eq!(front.open(), "guest");
    front.write("/ignore").press("Enter Enter 'secret Enter");
    assert_eq!((front.open(), front.draft()), ("", "secret"), "{}", front.screen());
    assert!(front.sent.is_empty());
}

/// Only the disk knows that it is full, when the form is closed already.
#[test]
fn a_form_that_the_disk_refuses_opens_again_with_its_words_and_says_why() {
    let full = || Phrase::new("fault-disk").text("code", "ENOSPC");
    let mut front = front(80, 24);
    front.press("Alt-C 'carol Tab '127.0.0.1:9001 Enter");
    assert!(front.ui.popup.is_none(), "{}", front.screen());
    // The answer to another form is none to this one.
    front.ui.take_back(None, "/add dave udp://127.0.0.1:9001".to_owned(), &full());
    assert!(front.ui.popup.is_none());
    front.press("Ctrl-U");
    front.ui.take_back(None, "/add carol udp://127.0.0.1:9001".to_owned(), &full());
    front.draw();
    assert!(
        front.shows("carol") && front.shows("127.0.0.1:9001") && front.shows("disk"),
        "{}",
        front.screen()
    );
    assert_eq!(front.draft(), "");

    // Something else is open by then: the form is there when it is asked for.
    front.press("Enter F1");
    front.ui.take_back(None, "/add carol udp://127.0.0.1:9001".to_owned(), &full());
    front.press("Esc Esc Alt-C");
    assert!(front.shows("127.0.0.1:9001") && front.shows("disk"), "{}", front.screen());

    // A command has no form.
    front.press("Esc Ctrl-C");
    front.ui.take_back(None, "/rename carol".to_owned(), &full());
    assert_eq!(front.draft(), "/rename carol");
}

#[test]
fn the_first_form_stays_with_its_words_where_its_answers_cannot_be_kept() {
    let mut front = front(80, 24);
    let form = crate::tui::update::first_start_form(&front.ui.style);
    front.ui.popup = Some(crate::tui::popup::Popup::Form(form));
    front.press("'lena Enter");
    assert!(front.ui.popup.is_none());
    front.ui.refuse(Phrase::new("fault-disk").text("code", "ENOSPC"));
    front.draw();
    assert!(front.shows("lena") && front.shows("disk"), "{}", front.screen());
}

/// What went wrong is read to its end, whatever the size of the screen: half of a path or of a number is another one.
#[test]
fn an_error_that_no_row_has_room_for_gets_rows_of_its_own() {
    let path = "/home/lena/holidays/2026/the picture of the lake.png";
    for (width, height) in [(120, 36), (80, 24), (60, 20), (40, 12)] {
        for tag in crate::lang::TAGS {
            let mut front = front(width, height);
            front.ui.style.lang = crate::lang::Lang::choose(Some(tag), crate::runtime::registry());
            front.press("'draft");
            let whole = Phrase::new("offer-made-up").text("path", path);
            front.ui.fail(whole.clone());
            front.draw();
            let text = front.ui.style.lang.phrase(&whole);
            let screen = front.screen();
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            let last: Vec<&str> = screen.lines().collect();
            let rows = crate::tui::long_note::LongNote::new(&text, 0, width).rows;
            let above = last.len() - 1 - rows.len();
            let said = if rows.is_empty() {
                last[last.len() - 1].to_owned()
            } else {
                last[above..last.len() - 1].join("")
            };
            assert!(screen.contains("draft"), "{width} {tag}: {screen}");
            if said.contains('…') {
                assert!(
                    rows.len() == 3 && width == 40 && screen.contains("Alt-V"),
                    "{width} {tag}: {screen}"
                );
                front.press("Alt-V");
                assert!(squeezed(&front.screen()).contains(&squeezed("lake.png")), "{}", front.screen());
                front.press("Esc");
            } else {
                assert!(squeezed(&said).contains(&squeezed(&text)), "{width} {tag}: {screen}");
            }
            assert_eq!(front.draft(), "draft");
        }
    }
}
