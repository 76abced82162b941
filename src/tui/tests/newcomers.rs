//! What somebody meets in the first hour and has to understand at once: guesses, hints, names, and where things are explained.

use super::*;
use crate::tui::update::ask_for_path;

#[test]
fn a_slash_alone_guesses_no_command_and_a_letter_or_a_choice_does() {
    let mut front = Front::new(80, 24);
    front.press("/");
    let composer = |front: &Front| {
        let screen = front.screen();
        screen
            .lines()
            .rev()
            .nth(1)
            .unwrap_or_default()
            .rsplit('│')
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    assert!(front.shows("/accept"), "the menu is there: {}", front.screen());
    assert_eq!(composer(&front), "›  /");
    front.press("Down");
    assert!(composer(&front).starts_with("›  /add"), "{}", front.screen());
    front.press("Up Esc Ctrl-C / j");
    assert!(composer(&front).starts_with("›  /join"), "{}", front.screen());
}

#[test]
fn where_no_desktop_opens_a_link_the_hint_says_that_it_is_copied() {
    for (desktop, link, hint) in [
        (true, "http://a.example/x", "open link"),
        (false, "http://a.example/x", "copy link"),
        (false, "udp://127.0.0.1:8083", "open link"),
    ] {
        let mut front = Front::new(80, 24);
        front.ui.style.desktop = desktop;
        front.press("Alt-1");
        front.hear("alex", link);
        front.press("Ctrl-O");
        assert!(front.shows(hint), "{desktop} {link}\n{}", front.screen());
    }
    let lang = Lang::choose(Some("en"), registry());
    let told = lang.phrase(&Phrase::new("flash-link-copied").text("link", "http://a.example/x"));
    assert!(told.contains("http://a.example/x"), "{told}");
}

#[test]
fn a_room_has_one_name_in_the_list_the_header_and_the_rule() {
    for (address, name) in [
        ("relay://127.0.0.1/class", "class 127.0.0.1"),
        ("relay://127.0.0.1:6001/class", "class 127.0.0.1:6001"),
        ("room://255.255.255.255", "this network"),
        ("room://239.1.2.3:7788", "239.1.2.3:7788"),
    ] {
        let mut front = Front::new(120, 24);
        front.write(&format!("/join {address}")).press("Enter");
        let screen = front.screen();
        let header = screen.lines().next().unwrap_or_default();
        let header = header.split('│').nth(1).unwrap_or_default();
        assert!(header.starts_with(&format!(" {name}  ")), "{address}\n{screen}");
        assert!(
            header.contains(address.split('/').nth(2).unwrap_or_default()),
            "{address}: and where\n{screen}"
        );
        assert!(header.contains("://"), "{address}: and by what\n{screen}");
        let listed = screen.lines().filter_map(|row| row.split('│').next());
        assert!(listed.map(str::trim_end).any(|row| row.ends_with(name)), "{address}\n{screen}");
        assert!(screen.contains(&format!("to everybody in {name} ─")), "{address}\n{screen}");
    }
}

#[test]
fn a_room_of_a_relay_is_named_whole_or_by_its_room_and_never_by_half_an_address() {
    for width in 60..130 {
        let mut front = Front::new(width, 24);
        front.write("/join relay://192.168.100.200:6001/class").press("Enter Esc");
        let screen = front.screen();
        for row in screen.lines().filter(|row| row.contains("class")) {
            let rest = row.split("class").nth(1).unwrap_or_default();
            let is_whole = rest.starts_with(" 192.168.100.200:6001") || !rest.trim_start().starts_with("192");
            assert!(is_whole, "{width}: {row}\n{screen}");
        }
    }
}

#[test]
fn the_keys_of_a_chosen_message_stand_whole_on_a_small_screen() {
    let mut front = Front::new(80, 24);
    front.press("Alt-1 'hello Enter Ctrl-O");
    assert!(front.shows("Choose a message with ↑ ↓; Esc goes back to the draft"), "{}", front.screen());
}

#[test]
fn the_signs_are_found_by_any_word_for_them() {
    for word in ["mark", "marks", "sign", "tick", "ticks", "✓✓"] {
        let mut front = Front::new(100, 30);
        front.press("F1").write(word);
        assert!(front.shows("the other side has it"), "{word}\n{}", front.screen());
        front.press("Esc Ctrl-X").write(word).press("Enter");
        assert!(front.shows("handed to the network; plain text"), "{word}\n{}", front.screen());
    }
    for (tag, word) in [("zh-CN", "标记"), ("zh-TW", "勾")] {
        let mut front = Front::new(100, 30);
        front.ui.style.lang = Lang::choose(Some(tag), registry());
        front.press("F1").write(word);
        assert!(front.shows("✓✓"), "{tag}\n{}", front.screen());
    }
}

#[test]
fn where_no_picture_can_be_had_the_path_is_asked_for() {
    let mut front = Front::new(80, 24);
    let open = front.ui.navigation.open().expect("alex");
    front.press("'/file Enter");
    front.press("Ctrl-C");
    ask_for_path(&mut front.ui, open, Phrase::new("clipboard-no-display"));
    front.draw();
    assert_eq!(front.draft(), "/file ");
    assert!(front.shows("Which file? Type /file PATH; Tab completes."), "{}", front.screen());
    // What is written by then stays.
    front.press("Ctrl-C 'hi");
    ask_for_path(&mut front.ui, open, Phrase::new("clipboard-no-xclip"));
    assert_eq!(front.draft(), "hi");
}
