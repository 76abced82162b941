//! What keys, pastes and clicks do.

use super::*;

#[test]
fn ctrl_c_twice_on_an_empty_draft_quits_and_once_does_not() {
    let mut front = Front::new(80, 24);
    front.press("'draft Ctrl-C");
    assert!(front.draft().is_empty());
    front.press("Ctrl-C 'x Ctrl-C Ctrl-C");
    assert!(front.requests.is_empty());
    front.now.wall.0 += 5_000_001;
    front.press("Ctrl-C");
    assert!(front.requests.is_empty(), "a stray key ends nothing");
    front.press("Ctrl-C");
    assert_eq!(front.requests, [UiRequest::Quit]);
}

#[test]
fn a_draft_that_went_on_the_way_out_is_there_again() {
    let mut front = Front::new(80, 24);
    front.press("'draft Ctrl-C Ctrl-C Ctrl-C");
    assert_eq!(front.requests.last(), Some(&UiRequest::Quit));
    assert_eq!(front.draft(), "draft");
    let mut front = Front::new(80, 24);
    front.press("'draft Ctrl-C 'x Backspace Ctrl-C Ctrl-C");
    assert_eq!((front.requests.last(), front.draft()), (Some(&UiRequest::Quit), ""));
}

#[test]
fn a_command_right_behind_esc_is_said_to_nobody() {
    let mut front = Front::new(80, 24);
    front.load(&[("alex", "127.0.0.1:8081"), ("bob", "127.0.0.1:8082")]);
    front.press("Alt-1 Alt-2 Esc '/me");
    assert!(front.draft().starts_with("/me"), "{}", front.screen());
    // What was refused once and is gone keeps no key from its meaning.
    front.press("Ctrl-C").write("/nosuch").press("Enter Ctrl-C");
    front.hear("alex", "hello");
    let before = front.ui.navigation.open();
    front.press("Esc 'a");
    assert_ne!(front.ui.navigation.open(), before, "{}", front.screen());
}

#[test]
fn leaving_with_messages_that_are_not_kept_is_asked_about_once() {
    let mut front = Front::new(80, 24);
    front.refuses = true;
    front.hear("alex", "hello");
    front.press("Ctrl-Q");
    assert!(
        front.requests.is_empty() && front.shows("1 message is not in the history"),
        "{}",
        front.screen()
    );
    front.refuses = false;
    front.happen(Event::Stored(StoreEvent::TryAgain));
    assert!(front.shows("Nothing would be lost now"), "{}", front.screen());
    front.press("Enter");
    assert_eq!(front.requests.last(), Some(&UiRequest::Quit));
}

#[test]
fn commands_can_be_written_where_no_conversation_is_open() {
    let mut front = Front::new(80, 24);
    front.load(&[("bob", "127.0.0.1:8082")]);
    assert!(
        front.ui.navigation.open().is_none() && front.shows("Choose a conversation"),
        "{}",
        front.screen()
    );
    front.write("hello?").press("Enter");
    assert!(front.shows("No conversation is open"), "{}", front.screen());
    assert_eq!((front.draft(), front.sent.len()), ("hello?", 0));
    front.press("Ctrl-U").write("/add carol 127.0.0.1:9000").press("Enter");
    assert_eq!(front.edits.len(), 1);
    assert!(front.draft().is_empty());
}

#[test]
fn esc_never_quits() {
    let mut front = Front::new(80, 24);
    for opened in ["F1", "Ctrl-X", "Ctrl-G", "Alt-C", "Ctrl-S", "Alt-S", "Ctrl-O", "Alt-L"] {
        front.press(opened).press("Esc Esc Esc");
        assert!(front.requests.is_empty(), "{opened}");
        assert!(front.ui.popup.is_none(), "{opened}");
    }
}

#[test]
fn what_the_encoding_cannot_express_is_refused_by_name_and_the_draft_stays() {
    let mut front = Front::new(80, 24);
    front.load(&[("alex", "127.0.0.1:8081?encoding=gb2312")]);
    front.press("'好😀 Enter");
    assert_eq!((front.draft(), front.sent.len()), ("好😀", 0));
    assert!(front.shows("U+1F600"), "{}", front.screen());
}

#[test]
fn a_paste_never_sends_by_itself_and_a_long_one_asks() {
    let mut front = Front::new(80, 24);
    front.terminal(TerminalEvent::Paste("a\r\nb\r\n".to_owned()));
    assert_eq!((front.draft(), front.sent.len()), ("a\nb\n", 0));
    front.press("Ctrl-C");
    front.terminal(TerminalEvent::Paste("1\n2\n3\n4\n5\n6\n".to_owned()));
    assert!(front.shows("Paste 6 lines"), "{}", front.screen());
    front.press("Esc");
    assert_eq!(front.draft(), "");
}

#[test]
fn find_goes_from_match_to_match() {
    let mut front = Front::new(80, 24);
    for number in 0..200 {
        front
            .hear("alex", &format!("line {number} {}", if number % 50 == 0 { "Schlüssel 在吗" } else { "" }));
    }
    front.press("Ctrl-S '在吗");
    assert!(front.shows("find 1/4") && front.shows("line 150"), "{}", front.screen());
    front.press("Enter Enter");
    assert!(front.shows("find 3/4") && front.shows("line 50 "), "{}", front.screen());
    front.press("F3");
    assert!(front.shows("find 2/4") && front.shows("line 100"), "{}", front.screen());
    front.press("Esc Ctrl-S 'SCHLÜSSEL");
    assert!(front.shows("find 1/4"), "{}", front.screen());
}

#[test]
fn find_sees_what_comes_later_and_forgets_what_is_gone() {
    let mut front = Front::new(80, 24);
    front.press("Ctrl-S 'needle");
    assert!(front.shows("find 0/0"), "{}", front.screen());
    front.hear("alex", "a needle");
    assert!(front.shows("find 1/1"), "{}", front.screen());
    front.apply(Event::Intent(Intent::Clear { conversation: front.id("alex") }));
    front.hear("alex", "another needle");
    assert!(front.shows("find 1/1"), "{}", front.screen());
}

#[test]
fn a_paste_goes_where_typing_would_go() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "needle");
    front.press("Ctrl-S");
    front.terminal(TerminalEvent::Paste("need\nle".to_owned()));
    assert!(front.shows("find 1/1") && front.draft().is_empty(), "{}", front.screen());
}

#[test]
fn what_is_being_typed_never_ends_up_with_somebody_else() {
    let mut front = Front::new(80, 24);
    front.press("'foral");
    front.load(&[("瞎驴", "127.0.0.1:8082"), ("egon", "127.0.0.1:8083")]);
    front.press("'ex Enter");
    assert_eq!((front.open(), front.sent.len()), ("", 0), "{}", front.screen());
    assert!(front.shows("is gone"), "{}", front.screen());
    front.press("Down 'hi Enter");
    assert_eq!(front.sent, ["hi"]);
}

#[test]
fn what_is_new_below_is_known_after_a_visit_elsewhere() {
    let mut front = Front::new(80, 24);
    for number in 0..100 {
        front.hear("alex", &format!("line {number}"));
    }
    front.press("PgUp Ctrl-N");
    front.hear("alex", "fresh");
    front.press("Alt-/");
    assert!(front.shows("↓ 1 new"), "{}", front.screen());
}

#[test]
fn contacts_are_added_renamed_and_removed_in_place() {
    let mut front = Front::new(80, 24);
    front.press("Alt-C 'bea Tab 'localhost Enter");
    assert!(front.shows("port is missing"), "{}", front.screen());
    front.press("':9 Enter");
    let added = ContactsEdit::Add { name: "bea".to_owned(), address: "udp://localhost:9".to_owned() };
    assert_eq!(front.edits, [added]);
    front.load(&[("alex", "127.0.0.1:8081"), ("bea", "127.0.0.1:9")]);
    assert_eq!(front.open(), "bea");
    front.write("/rename 贝雅").press("Enter");
    let renamed = ContactsEdit::Rename { old: "bea".to_owned(), new: "贝雅".to_owned() };
    assert_eq!(front.edits.last(), Some(&renamed));
    front.press("'/remove Enter Enter");
    assert_eq!(front.edits.last(), Some(&ContactsEdit::Remove { name: "bea".to_owned() }));
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let mut front = Front::new(80, 24);
    front.press("Alt-C 'alex Tab '127.0.0.1:9 Enter");
    assert!(front.edits.is_empty() && front.ui.popup.is_some(), "{}", front.screen());
}

#[test]
fn a_click_opens_a_contact() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut front = Front::new(80, 24);
    let kind = MouseEventKind::Down(MouseButton::Left);
    front.terminal(TerminalEvent::Mouse(MouseEvent {
        kind,
        column: 5,
        row: 3,
        modifiers: KeyModifiers::NONE,
    }));
    assert_eq!(front.open(), "egon");
}

#[test]
fn keys_do_what_the_help_says() {
    // Keys, then: which conversation is open, what stands in the composer, what was sent.
    for (keys, open, draft, sent) in [
        ("'hi Enter", "alex", "", &["hi"][..]),
        ("Down Down '在吗 Enter", "egon", "", &["在吗"]),
        ("Up 'x", "egon", "x", &[]),
        ("Down Up 'x", "alex", "x", &[]),
        ("Ctrl-N 'a Ctrl-P 'b", "alex", "b", &[]),
        ("'a Ctrl-N Ctrl-P", "alex", "a", &[]),
        ("Alt-2", "瞎驴", "", &[]),
        ("Alt-3 Alt-1 Alt-/", "egon", "", &[]),
        ("Ctrl-G 'egn Enter", "egon", "", &[]),
        ("'a Alt-Enter 'b Enter", "alex", "", &["a\nb"]),
        ("'a Ctrl-J 'b Up Up", "alex", "a\nb", &[]),
        ("'one Enter 'two Enter 'x Up", "alex", "two", &["one", "two"]),
        ("'one Enter 'x Up Down", "alex", "x", &["one"]),
        ("'one Enter Ctrl-R Enter", "alex", "one", &["one"]),
        ("'abc Ctrl-A Ctrl-K Ctrl-Y", "alex", "abc", &[]),
        ("'abc Ctrl-W Ctrl-_", "alex", "abc", &[]),
        ("'abc Ctrl-C", "alex", "", &[]),
        ("'abc Esc", "alex", "abc", &[]),
        ("'/xyzzy Enter", "alex", "/xyzzy", &[]),
        ("'//etc Enter", "alex", "", &["/etc"]),
        ("'/me Enter", "alex", "/me", &[]),
        ("'/hel Tab", "alex", "/help ", &[]),
        ("':smile Tab", "alex", "😄", &[]),
        ("'/search Enter Esc 'x", "alex", "x", &[]),
    ] {
        let mut front = Front::new(80, 24);
        front.press(keys);
        let state = (front.open(), front.draft(), front.sent.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(state, (open, draft, sent.to_vec()), "{keys}");
    }
}

#[test]
fn what_does_not_fit_a_datagram_is_refused_with_its_size() {
    let mut front = Front::new(80, 24);
    front.terminal(TerminalEvent::Paste("x".repeat(65_508)));
    front.press("Enter Enter");
    assert_eq!((front.draft().len(), front.sent.len()), (65_508, 0));
    assert!(front.shows("65508"), "{}", front.screen());
}

#[test]
fn messages_elsewhere_count_as_unread_until_they_are_seen() {
    let mut front = Front::new(80, 24);
    front.hear("egon", "one");
    front.hear("egon", "two");
    assert!(front.shows("egon") && front.shows(" 2"), "{}", front.screen());
    front.press("Alt-A");
    assert_eq!(front.open(), "egon");
    assert!(front.shows(" new "), "{}", front.screen());
    assert_eq!(front.state.unread_elsewhere(None), 0);
}

#[test]
fn reading_further_up_is_not_disturbed_by_what_arrives() {
    let mut front = Front::new(80, 24);
    for number in 0..200 {
        front.hear("alex", &format!("line {number}"));
    }
    front.press("PgUp PgUp");
    let pane = |front: &Front| -> Vec<String> {
        let rows = front.screen();
        rows.lines().take(15).map(|row| row.split_once('│').map_or("", |(_, pane)| pane).to_owned()).collect()
    };
    let before = pane(&front);
    front.hear("alex", "fresh");
    let after = pane(&front);
    assert_eq!(before, after);
    assert!(front.shows("↓ 1 new"), "{}", front.screen());
    front.press("Alt-End");
    assert!(front.shows("fresh"));
    front.press("Alt-Home");
    assert!(front.shows("line 0"), "{}", front.screen());
}

#[test]
fn a_chosen_message_can_be_copied_quoted_and_inspected() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "first");
    front.hear("alex", "好\u{1b}[31m");
    front.press("Ctrl-O Y");
    assert_eq!(front.requests.pop(), Some(UiRequest::Copy("好\u{1b}[31m".to_owned())));
    front.press("Ctrl-O Up R");
    assert_eq!(front.draft(), "> first\n");
    front.press("Ctrl-O I");
    assert!(front.shows("e5 a5 bd 1b 5b 33 31 6d"), "{}", front.screen());
    front.press("Esc D");
    assert!(front.shows("127.0.0.1:8081"), "{}", front.screen());
}

#[test]
fn whoever_removes_a_stranger_reads_that_the_words_go_too() {
    let mut front = locks::front(100, 24);
    locks::says(&mut front, 7, "guest", "hi");
    for (name, asked) in [("guest", "with all messages, for good"), ("alex", "The history stays")] {
        front.press("Ctrl-G").write(name).press("Enter");
        front.write("/remove").press("Enter");
        assert!(front.shows(asked), "{}", front.screen());
        front.press("Esc");
    }
}

#[test]
fn quotes_around_a_name_are_no_part_of_it() {
    let mut front = Front::new(80, 24);
    for (typed, name) in [("\"q w\"", "q w"), ("'a b'", "a b"), ("c d", "c d"), ("e\"f", "e\"f")] {
        front.write(&format!("/add {typed} 127.0.0.1:9")).press("Enter");
        let added = ContactsEdit::Add { name: name.to_owned(), address: "udp://127.0.0.1:9".to_owned() };
        assert_eq!(front.edits.last(), Some(&added), "{}", front.screen());
    }
}

#[test]
fn the_switch_of_the_mouse_says_whose_it_is() {
    let mut front = Front::new(80, 24);
    front.press("Alt-M");
    assert!(front.shows("belongs to the terminal"), "{}", front.screen());
    front.press("Alt-M");
    assert!(front.shows("scrolls here again"), "{}", front.screen());
}

#[test]
fn esc_and_a_slash_in_one_read_leave_what_is_open_and_begin_a_command() {
    let mut front = Front::new(80, 24);
    front.load(&[("alex", "127.0.0.1:8081"), ("bob", "127.0.0.1:8082")]);
    front.press("Alt-1 Alt-2 F1 Alt-/");
    assert_eq!((front.open(), front.draft()), ("bob", "/"), "{}", front.screen());
    front.press("Ctrl-C Alt-/");
    assert_eq!(front.open(), "alex", "with nothing to leave it is the key that it is\n{}", front.screen());
}
