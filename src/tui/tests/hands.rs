//! What lies at hand: the wheel and clicks, the status line, Tab, and leaving.

use super::*;
use crate::tui::popup::Popup;

#[test]
fn the_wheel_and_clicks_work_in_what_lies_over_the_screen() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut front = Front::new(80, 24);
    let mouse = |front: &mut Front, kind, (column, row)| {
        front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    };
    front.press("F1");
    let before = front.screen();
    mouse(&mut front, MouseEventKind::ScrollDown, (40, 10));
    assert_ne!(front.screen(), before);
    mouse(&mut front, MouseEventKind::ScrollUp, (40, 10));
    assert_eq!(front.screen(), before);
    front.press("Esc Ctrl-X");
    mouse(&mut front, MouseEventKind::ScrollDown, (40, 10));
    assert!(matches!(&front.ui.popup, Some(Popup::Chooser(chooser)) if chooser.chosen == 3));
    front.press("Esc Ctrl-G");
    let screen = front.screen();
    let row = screen
        .lines()
        .position(|row| row.contains("egon") && row.contains("127.0.0.1:8083"))
        .expect("listed");
    mouse(&mut front, MouseEventKind::Down(MouseButton::Left), (40, u16::try_from(row).expect("fits")));
    assert_eq!((front.open(), front.ui.popup.is_none()), ("egon", true), "{}", front.screen());
}

#[test]
fn the_status_line_cuts_no_number_and_no_word() {
    use crate::model::traffic::Listening;
    for tag in crate::lang::TAGS {
        for width in 20..=140 {
            let mut front = Front::new(width, 24);
            front.ui.style.lang = Lang::choose(Some(tag), registry());
            for (scheme, port) in [("udp", 8081), ("room", 7788), ("ipmsg", 2425)] {
                let address = Some(([0, 0, 0, 0], port).into());
                front.happen(Event::Net(NetEvent::Listening(Listening {
                    scheme,
                    wanted: None,
                    address,
                    code: None,
                })));
            }
            for _ in 0..12 {
                front.hear("egon", "unread");
            }
            let line = front.screen().lines().last().unwrap_or_default().to_owned();
            let ports = line.contains(":8081 :7788 :2425");
            assert_eq!(line.contains(":8"), ports, "{width}: {line}");
            assert!(!ports || line.contains("Ctrl-Q"), "{width}: {line}");
            assert!((width < 120 || ports) && (width > 80 || !ports), "{width}: {line}");
            assert!(width < 40 || line.contains("F1"), "{width}: {line}");
            let first = front.screen().lines().next().unwrap_or_default().to_owned();
            assert!(width < 40 || line.contains("12") || first.contains("12"), "{width}: {line}");
        }
    }
}

/// What leads back is the last of the keys, and the one that must be there.
#[test]
fn the_keys_of_a_mode_are_whole_and_end_with_the_one_that_leaves_it() {
    for tag in crate::lang::TAGS {
        for width in 20..=140 {
            let mut front = Front::new(width, 24);
            front.ui.style.lang = Lang::choose(Some(tag), registry());
            front.press("Alt-1 'hello Enter Ctrl-O");
            let line = front.screen().lines().last().unwrap_or_default().to_owned();
            let keys = line.split("   ").next().unwrap_or_default();
            let (others, last) = keys.split_once("Esc").unwrap_or_else(|| panic!("{width} {tag}: {line}"));
            assert!(last.is_empty() || last.starts_with(' '), "{width} {tag}: {line}");
            for hint in others.trim().split("  ").filter(|hint| !hint.is_empty()) {
                assert!(hint.contains(' '), "a key without its words: {width} {tag}: {line}");
            }
        }
    }
}

#[test]
fn tab_shows_what_a_word_may_become_whatever_its_case() {
    let mut front = Front::new(80, 24);
    front.load(&[
        ("Alexandra", "127.0.0.1:1"),
        ("alexis", "127.0.0.1:2"),
        ("room", "room://255.255.255.255:7788"),
    ]);
    front.ui.navigation.forget_lost();
    front.follow();
    front.press("Left").write("ALEX").press("Tab");
    assert_eq!(front.draft(), "ALEX");
    assert!(front.screen().lines().any(|row| row.contains("○ alexis")), "{}", front.screen());
    front.press("Down Tab");
    assert_eq!(front.draft(), "alexis");
    front.press("Esc Ctrl-C").write("/e");
    assert!(front.shows("/everyone     TEXT"), "{}", front.screen());
    for (typed, becomes) in [
        ("/set vis", "/set visible "),
        ("/set visible t", "/set visible true"),
        ("/set language Z", "/set language zh-CN"),
        ("/set language zh-t", "/set language zh-TW"),
        ("/join roo", "/join room"),
        ("/join room:", "/join room://255.255.255.255:7788"),
    ] {
        front.press("Esc Ctrl-C").write(typed).press("Tab");
        assert_eq!(front.draft(), becomes, "{typed}");
    }
    front.press("Ctrl-C").write("/export my no").press("Tab");
    assert_eq!(front.requests.pop(), Some(UiRequest::Complete("my no".to_owned())));
    crate::tui::update::completed(&mut front.ui, "my no", vec![paths::found("my notes.txt")]);
    assert_eq!(front.draft(), "/export my notes.txt", "written as it is: the rest of the line is the file");
}

#[test]
fn leaving_while_files_are_on_their_way_is_asked_about_once() {
    for (keys, again) in
        [("Ctrl-Q", "Enter"), ("Ctrl-Q", "Ctrl-Q"), ("Ctrl-C Ctrl-C", "Enter"), ("/quit", "Enter")]
    {
        let mut front = files::gallery(120, 40);
        let first = front.state.transfers.keys().next().copied();
        front.state.transfers.retain(|transfer, _| Some(*transfer) == first);
        match keys {
            "/quit" => front.write(keys).press("Enter"),
            keys => front.press(keys),
        };
        assert!(
            front.requests.is_empty()
                && front.shows("A file is on the way and would break off: film.mkv from bea"),
            "{keys}\n{}",
            front.screen()
        );
        front.press("Esc");
        assert!(front.requests.is_empty() && front.ui.popup.is_none());
        front.press(if keys == "/quit" { "Ctrl-Q" } else { keys }).press(again);
        assert_eq!(front.requests, [UiRequest::Quit], "{keys} {again}");
    }
    let mut front = Front::new(80, 24);
    front.press("Ctrl-Q");
    assert_eq!(front.requests, [UiRequest::Quit], "with nothing on its way nobody is asked");
}

#[test]
fn what_would_break_off_is_named_whichever_way_it_goes() {
    let mut front = files::gallery(120, 40);
    front.press("Ctrl-Q");
    let count = front.state.transfers.len();
    assert!(count > 3, "{count}");
    for words in
        [&*format!("{count} files are on the way"), "film.mkv from bea (", &format!("{} more", count - 3)]
    {
        assert!(front.shows(words), "{words}\n{}", front.screen());
    }
    front.press("Esc");
    front.state.transfers.retain(|_, transfer| transfer.message.is_outgoing());
    front.press("Ctrl-Q");
    assert!(front.shows("mine.txt to bea ("), "{}", front.screen());
    assert!(!front.shows("What has arrived"), "nothing comes: {}", front.screen());
}

#[test]
fn leaving_without_a_history_is_asked_about_once_something_was_said() {
    let mut front = Front::new(80, 24);
    front.state.ephemeral = true;
    front.press("Ctrl-Q");
    assert_eq!(front.requests, [UiRequest::Quit], "nothing was said");
    for (said, asked) in [(1, "1 message is not in the history"), (2, "2 messages are not in the history")] {
        front.requests.clear();
        front.hear("alex", "hello");
        front.press("Ctrl-Q");
        assert!(front.requests.is_empty() && front.shows(asked), "{said}\n{}", front.screen());
        front.press("Esc");
    }
    front.press("Ctrl-Q Enter");
    assert_eq!(front.requests, [UiRequest::Quit]);
}

#[test]
fn the_first_form_asks_in_the_language_that_is_chosen_in_it() {
    let mut front = Front::new(80, 24);
    front.ui.popup = Some(Popup::Form(crate::tui::update::first_start_form(&front.ui.style)));
    front.press("Tab");
    assert!(front.shows("‹ English ›") && front.shows("Welcome"), "{}", front.screen());
    for (key, name, word) in [
        ("Right", "简体中文", "欢迎使用"),
        ("Space", "繁體中文", "歡迎使用"),
        ("Right", "English", "Welcome"),
    ] {
        front.press(key);
        assert!(front.shows(&format!("‹ {name} ›")) && front.shows(word), "{}", front.screen());
    }
}
