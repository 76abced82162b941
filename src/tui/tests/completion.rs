//! The menu above the draft: commands, their values, names and emoji.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::*;

fn office(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    front.load(&[
        ("张伟", "ipmsg://10.77.5.31"),
        ("赵雯", "ipmsg://10.77.5.32"),
        ("bea", "ipmsg://10.77.5.33"),
        ("alex", "127.0.0.1:8081"),
        ("聊天室", "room://255.255.255.255:7788"),
    ]);
    front.ui.navigation.forget_lost();
    front.follow();
    front.ui.style.settings = vec![("theme", "classic".to_owned()), ("mouse", "true".to_owned())];
    front
}

/// The row of the screen that holds the text.
fn row(front: &Front, text: &str) -> u16 {
    let at = front.screen().lines().position(|line| line.contains(text));
    u16::try_from(at.unwrap_or_else(|| panic!("no {text}\n{}", front.screen()))).expect("fits")
}

fn mouse(front: &mut Front, kind: MouseEventKind, row: u16) {
    let column = front.buffer.area.width - 5;
    front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

#[test]
fn a_menu_that_was_closed_opens_again_for_the_next_word_wherever_that_begins() {
    let mut front = Front::new(80, 24);
    for clears in ["Ctrl-C", "Ctrl-U", "Backspace"] {
        front.write("/");
        assert!(front.shows("/accept"), "{clears}: {}", front.screen());
        front.press("Esc");
        assert!(!front.shows("/accept"), "{clears}: {}", front.screen());
        front.press(clears);
        assert_eq!(front.draft(), "");
    }
    front.write("/mentions").press("Esc Enter Esc Ctrl-C").write("/");
    assert!(front.shows("/accept"), "{}", front.screen());
}

#[test]
fn a_slash_opens_the_commands_with_arguments_a_line_each_and_the_key() {
    let mut front = office(120, 36);
    front.write("/");
    insta::assert_snapshot!("completion-120x36", front.screen());
    front.write("a");
    assert!(front.shows("›  /accept [N]"), "the arguments stand behind the cursor\n{}", front.screen());
    assert!(!front.shows("/clear"), "{}", front.screen());
    let before = row(&front, "/accept");
    front.write("c");
    assert_eq!(row(&front, "/accept"), before, "nothing moves while it narrows\n{}", front.screen());
}

#[test]
fn enter_takes_a_word_that_is_not_whole_and_runs_one_that_is() {
    let mut front = office(100, 30);
    front.write("/the").press("Enter");
    assert_eq!(front.draft(), "/theme ");
    assert!(front.shows("auto") && front.shows("classic"), "the values come at once\n{}", front.screen());
    front.press("'da Enter");
    assert_eq!((front.draft(), front.requests.len()), ("/theme dark", 0));
    front.press("Enter");
    assert_eq!(front.requests, [UiRequest::Configure(vec![("theme".to_owned(), "dark".to_owned())])]);
    front.write("/key").press("Enter");
    assert!(front.shows("Your own key was not opened"), "/keep is another one\n{}", front.screen());
}

#[test]
fn esc_closes_the_menu_for_this_word_and_no_other() {
    let mut front = office(100, 30);
    front.write("/th").press("Esc");
    assert!(!front.shows("Tab takes it"), "{}", front.screen());
    front.write("e");
    assert!(!front.shows("Tab takes it"), "{}", front.screen());
    front.write("me ");
    assert!(front.shows("Tab takes it") && front.shows("light"), "another word\n{}", front.screen());
    front.press("Esc Ctrl-C").write("/th");
    assert!(front.shows("Tab takes it"), "{}", front.screen());
}

#[test]
fn up_and_down_go_through_the_menu_and_what_was_sent_is_recalled_without_one() {
    let mut front = office(100, 30);
    front.write("one").press("Enter").write("/e").press("Down");
    assert!(front.shows("/everyone TEXT"), "{}", front.screen());
    front.press("Up Up Tab");
    assert_eq!(front.draft(), "/export ");
    front.press("Ctrl-C Up");
    assert_eq!(front.draft(), "/export ", "it was cleared just now");
    front.press("Ctrl-U 'x Up");
    assert_eq!(front.draft(), "one");
    assert!(!front.shows("Tab takes it"), "{}", front.screen());
}

#[test]
fn samples_are_taken_by_enter_only_when_one_has_moved_to_them() {
    let mut front = office(100, 30);
    front.write("/keep 3");
    assert!(front.shows("30d"), "{}", front.screen());
    front.press("Enter");
    assert_eq!(front.draft(), "/keep 3", "it was run, and refused");
    front.press("Ctrl-C").write("/keep 3").press("Down Enter");
    assert_eq!(front.draft(), "/keep 30d");
}

#[test]
fn settings_show_what_stands_there_and_what_may() {
    let mut front = office(100, 30);
    front.write("/set t");
    assert!(
        front.shows("theme") && front.shows("classic") && front.shows("the colours"),
        "{}",
        front.screen()
    );
    front.press("Tab");
    assert_eq!(front.draft(), "/set theme ");
    assert!(front.shows("classic  now"), "{}", front.screen());
    front.press("Esc Ctrl-C").write("/set mouse ");
    assert!(front.shows("true   now") && front.shows("false"), "{}", front.screen());
}

#[test]
fn names_are_found_by_their_sound_and_show_how_it_is_written() {
    let mut front = office(100, 30);
    for (typed, becomes) in
        [("/to zw", "/to 张伟"), ("/to bea,zhaow", "/to bea,赵雯"), ("/join lts", "/join 聊天室")]
    {
        front.press("Esc Ctrl-C").write(typed);
        assert!(front.shows("Tab takes it"), "{typed}\n{}", front.screen());
        front.press("Tab");
        assert_eq!(front.draft(), becomes, "{typed}");
    }
    front.press("Esc Ctrl-C").write("/to zw");
    assert!(front.shows("○ 张伟  Zhang Wei"), "{}", front.screen());
    front.press("Esc Ctrl-C").write("/to ");
    assert!(
        front.shows("│  ○ alex") && !front.shows("│  ○ 聊天室"),
        "people, and no rooms\n{}",
        front.screen()
    );
}

#[test]
fn emoji_come_with_the_second_letter_and_not_within_a_word() {
    let mut front = office(100, 30);
    for (typed, opens) in [(":s", false), (":sm", true), ("at 10:30", false), ("好:sm", true)] {
        front.press("Esc Ctrl-C").write(typed);
        assert_eq!(front.shows("Tab takes it"), opens, "{typed}\n{}", front.screen());
    }
    front.press("Ctrl-C").write("fine :smile").press("Tab Enter");
    assert_eq!(front.sent, ["fine 😄"]);
}

#[test]
fn enter_sends_a_text_as_it_stands_unless_one_has_moved_into_the_menu() {
    let mut front = office(100, 30);
    front.press("Alt-3");
    let said = |front: &Front| -> Vec<String> {
        let texts = front.intents.iter().filter_map(|intent| match intent {
            Intent::Send { text, .. } | Intent::SendAs { text, .. } => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    };
    for before in ["", "/me sees ", "/seal ", "/to bea ", "/to bea see ", "/everyone "] {
        front.write(before).write(":smile");
        assert!(front.shows("Tab takes it"), "{before}\n{}", front.screen());
        front.press("Enter");
        if before == "/everyone " {
            front.press("Enter");
        }
        let last = said(&front).pop().unwrap_or_default();
        assert!(last.ends_with(":smile"), "{before}: {last:?}\n{}", front.screen());
        assert_eq!(front.draft(), "", "{before}");
    }
    front.write("/away :smile").press("Enter");
    assert_eq!(front.requests.pop(), Some(UiRequest::Away(Some(":smile".to_owned()))));
    for keys in ["Down Enter", "Tab", "Up Enter"] {
        front.press("Ctrl-C").write(":smile").press(keys);
        assert_ne!(front.draft(), ":smile", "{keys}");
    }
}

#[test]
fn tab_in_a_text_moves_into_the_menu_that_it_opens() {
    let mut front = office(100, 30);
    front.press("Alt-3");
    front.load(&[
        ("bea", "ipmsg://10.77.5.33"),
        ("张伟", "ipmsg://10.77.5.31"),
        ("张三", "ipmsg://10.77.5.34"),
    ]);
    front.write("ask 张").press("Enter");
    assert_eq!(front.sent.pop().as_deref(), Some("ask 张"));
    front.write("ask 张").press("Tab Enter");
    assert!(front.draft().starts_with("ask 张") && front.draft() != "ask 张", "{}", front.draft());
}

#[test]
fn a_click_takes_a_row_and_the_wheel_goes_through_them() {
    let mut front = office(100, 30);
    front.write("/");
    let at = row(&front, "/auto-accept");
    mouse(&mut front, MouseEventKind::Down(MouseButton::Left), at);
    assert_eq!(front.draft(), "/auto-accept ");
    front.press("Esc Ctrl-C").write("/");
    for _ in 0..4 {
        mouse(&mut front, MouseEventKind::ScrollDown, at);
    }
    assert!(front.shows(" 13/"), "{}", front.screen());
    front.press("Tab");
    assert!(front.draft() > "/auto-accept ", "further down: {}", front.draft());
}

#[test]
fn the_menu_fits_every_screen_and_follows_into_the_draft_of_no_conversation() {
    for (width, height) in [(160, 45), (80, 24), (60, 20), (40, 12), (20, 6), (9, 4), (3, 2), (1, 1)] {
        let mut front = office(width, height);
        for typed in ["/", "/set ", "/to ", "hi :sm"] {
            front.press("Esc Ctrl-C").write(typed).press("Up");
            assert_eq!(front.draft(), typed, "{width}x{height}\n{}", front.screen());
        }
    }
    let mut front = Front::new(80, 24);
    front.load(&[("bob", "127.0.0.1:8082")]);
    front.write("/ad");
    assert!(front.shows("/add          NAME ADDRESS"), "{}", front.screen());
}

#[test]
fn many_contacts_do_not_make_the_menu_longer_than_a_person_reads() {
    let mut front = Front::new(100, 30);
    let names: Vec<(String, String)> = (1..=5_000)
        .map(|n| (format!("张{n}"), format!("ipmsg://10.1.{}.{}", n / 250, n % 250 + 1)))
        .collect();
    let contacts: Vec<(&str, &str)> = names.iter().map(|(name, at)| (name.as_str(), at.as_str())).collect();
    front.load(&contacts);
    front.ui.navigation.forget_lost();
    front.follow();
    front.write("/to z");
    assert!(front.shows("1/200+"), "{}", front.screen());
}

#[test]
fn who_moves_in_a_text_opens_no_menu_and_enter_sends_it() {
    let mut front = office(100, 30);
    front.write("see :smile later");
    for _ in 0..9 {
        front.press("Left");
        assert!(!front.shows("Tab takes it"), "{}", front.screen());
    }
    front.press("Enter");
    assert_eq!(front.sent, ["see :smile later"]);
    front.write("hi :sm");
    assert!(front.shows("Tab takes it"), "{}", front.screen());
    front.press("Left");
    assert!(!front.shows("Tab takes it"), "{}", front.screen());
}

#[test]
fn the_menu_keeps_its_height_over_a_letter_too_many() {
    let mut front = office(100, 30);
    front.write("/s");
    let before = row(&front, "/seal");
    front.write("x");
    assert!(!front.shows("Tab takes it"), "{}", front.screen());
    front.press("Backspace 'e");
    assert_eq!(row(&front, "/seal"), before, "{}", front.screen());
}

#[test]
fn a_file_that_is_to_be_written_has_a_name_of_its_own() {
    use crate::runtime::FoundPath;
    let mut front = office(100, 30);
    let found = |front: &mut Front, typed: &str| {
        let path = format!("{typed}put.txt");
        let found =
            vec![FoundPath { path, size: Some(9) }, FoundPath { path: format!("{typed}/"), size: None }];
        crate::tui::update::completed(&mut front.ui, typed, found);
        front.draw();
    };
    front.write("/export out").press("Tab");
    found(&mut front, "out");
    assert!(front.shows("output.txt"), "{}", front.screen());
    front.press("Enter");
    let file = |request: &UiRequest| match request {
        UiRequest::Export { file, .. } => file.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(front.requests.last().map(file).as_deref(), Some("out"));
    front.write("/file out").press("Tab");
    found(&mut front, "out");
    front.press("Enter");
    assert_eq!(front.draft(), "/file output.txt ", "what is sent has to be there");
}

#[test]
fn the_menu_goes_with_the_conversation_and_the_words_stay() {
    let mut front = office(100, 30);
    front.write("hi :sm");
    assert!(front.shows("Tab takes it"), "{}", front.screen());
    let open = front.open().to_owned();
    let left = [("bea", "ipmsg://10.77.5.33"), ("alex", "127.0.0.1:8081")];
    let left: Vec<(&str, &str)> = left.into_iter().filter(|(name, _)| *name != open).collect();
    front.load(&left);
    assert_eq!((front.open(), front.draft()), ("", "hi :sm"), "{}", front.screen());
    front.press("Tab");
    assert_eq!(front.draft(), "hi :sm");
}

#[test]
fn a_text_from_before_and_a_click_elsewhere_leave_no_menu_to_enter() {
    let mut front = office(100, 30);
    front.write("hi :sm").press("Esc Enter");
    assert_eq!(front.sent, ["hi :sm"]);
    front.press("Ctrl-R Enter");
    assert_eq!(front.draft(), "hi :sm");
    front.press("Enter");
    assert_eq!(front.sent.len(), 2, "{}", front.screen());
    front.write("hi :sm");
    mouse(&mut front, MouseEventKind::Down(MouseButton::Left), 2);
    assert!(!front.shows("Tab takes it"), "{}", front.screen());
}

#[test]
fn names_take_no_place_in_words_that_come_at_once() {
    for (typed, draft) in [("/me is with be", ""), ("/away a", ""), ("hello zw", "")] {
        let mut front = office(100, 30);
        front.input(InputEvent::Text(typed.to_owned()));
        assert!(!front.shows("Tab takes it"), "{typed}\n{}", front.screen());
        front.press("Enter");
        assert_eq!(front.draft(), draft, "{typed}\n{}", front.screen());
    }
}
