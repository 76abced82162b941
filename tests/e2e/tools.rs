//! What the keys and commands open: help, select and copy, inspect, find, adding and renaming, paste, mouse.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::steps::{go_to, wait_open, wait_ready, with_alex};
use crate::support::oracle::{self, Allowed};
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::socket::Socket;

#[test]
fn help_names_the_keys_and_escape_leaves_it() {
    let (terminal, ..) = with_alex();
    terminal.key("F1");
    terminal.wait_text("Alt-Enter");
    terminal.key("Esc"); // With a letter right behind it, it would be Alt and that letter.
    terminal.wait_gone("Alt-Enter");
    terminal.send("typing again");
    terminal.wait_text("typing again");
}

#[test]
fn a_selected_message_is_copied_to_the_clipboard_and_to_nothing_else() {
    let (terminal, port, peer, _profile) = with_alex();
    peer.send(b"copy me", port);
    terminal.wait_text("copy me");
    terminal.key("C-o");
    terminal.key("y");
    // "copy me" in base64, as OSC 52 carries it.
    let copied = b"Y29weSBtZQ==";
    terminal.send("marker");
    terminal.wait_text("marker");
    let raw = terminal.raw();
    assert!(raw.windows(copied.len()).any(|window| window == copied), "{}", terminal.screen());
    oracle::assert_clean(&raw, Allowed { clipboard: true, title: true }, "copying");
}

#[test]
fn inspect_shows_the_raw_datagram_in_hex() {
    let (terminal, port, peer, _profile) = with_alex();
    peer.send(b"\x1b[31mred\xff", port);
    terminal.wait_text("red");
    terminal.key("C-o");
    terminal.key("i");
    terminal.wait_for("the bytes in hex", |screen| {
        let contents = screen.contents().to_lowercase();
        contents.contains("1b 5b 33 31 6d") || contents.contains("1b5b 3331 6d")
    });
    terminal.key("Esc");
}

#[test]
fn find_goes_to_an_old_message() {
    let (terminal, port, peer, _profile) = with_alex();
    peer.send(b"the needle is here", port);
    for index in 0..100 {
        peer.send(format!("hay {index:03}").as_bytes(), port);
    }
    terminal.wait_text("hay 099");
    terminal.wait_gone("needle");
    terminal.key("C-s");
    terminal.send("needle");
    terminal.key("Enter");
    terminal.wait_text("the needle is here");
}

#[test]
fn contacts_are_added_renamed_and_removed_by_commands() {
    let (terminal, _, _peer, profile) = with_alex();
    let other = Socket::bind();
    let address = other.address().to_string();
    terminal.line(&format!("/add 黎诗 {address}"));
    wait_open(&terminal, "黎诗", &address); // A contact just added is opened.
    terminal.key("M-1");
    terminal.wait_gone(&address);
    go_to(&terminal, "黎诗", &address);
    terminal.line("hello");
    assert_eq!(other.receive().0, b"hello");
    terminal.line("/rename egon");
    wait_open(&terminal, "egon", &address);
    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
    let contacts = profile.read("contacts.toml");
    assert!(
        contacts.contains("egon") && contacts.contains(&address) && !contacts.contains("黎诗"),
        "{contacts}"
    );
}

#[test]
fn an_unknown_command_is_not_sent_and_two_slashes_are_a_slash() {
    let (terminal, _, peer, _profile) = with_alex();
    terminal.line("/renmae egon");
    terminal.wait_text("/rename");
    terminal.wait_text("/renmae egon");
    terminal.key("C-c");
    terminal.line("//etc/hosts");
    assert_eq!(peer.receive().0, b"/etc/hosts");
}

#[test]
fn a_paste_never_sends_by_itself_and_loses_its_escapes() {
    let (terminal, _, peer, _profile) = with_alex();
    terminal.paste("two\nlines \x1b[31mred");
    terminal.wait_text("lines");
    peer.assert_silent();
    terminal.key("Enter");
    let (bytes, _) = peer.receive();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("two\nlines ") && text.ends_with("red") && !text.contains('\x1b'), "{text:?}");
}

#[test]
fn a_new_line_in_the_composer_goes_out_as_one_datagram() {
    let (terminal, _, peer, _profile) = with_alex();
    terminal.send("first");
    terminal.key("M-Enter");
    terminal.send("second");
    terminal.wait_text("second");
    terminal.key("Enter");
    assert_eq!(peer.receive().0, b"first\nsecond");
}

#[test]
fn a_click_opens_a_contact() {
    let (one, two) = (Socket::bind(), Socket::bind());
    let (first, second) = (one.address().to_string(), two.address().to_string());
    let (terminal, _) = Profile::with_contacts(&[("alex", &first), ("egon", &second)]).start();
    wait_open(&terminal, "alex", &first);
    let (row, column) = terminal.look(|screen| crate::support::screen::find(screen, "egon")).unwrap();
    terminal.click(column, row);
    wait_open(&terminal, "egon", &second);
}

#[test]
fn contacts_that_change_on_disk_change_on_the_screen() {
    let (terminal, _, peer, profile) = with_alex();
    profile.write("contacts.toml", &format!("[contacts]\nalexandra = \"{}\"\n", peer.address()));
    terminal.wait_text("alexandra");
    profile.write("contacts.toml", "[contacts\n");
    terminal.wait_text("contacts.toml");
    assert!(terminal.screen().contains("alexandra"), "the last good state stays");
    assert_eq!(profile.read("contacts.toml"), "[contacts\n");
}

#[test]
fn the_draft_goes_through_the_persons_editor_and_back() {
    let profile = Profile::with_contacts(&[("alex", "127.0.0.1:9")]);
    let editor = profile.path("editor.sh");
    fs::write(&editor, "#!/bin/sh\nprintf 'from the editor\\n' >> \"$1\"\n").unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o700)).unwrap();
    let editor = editor.to_str().unwrap().to_owned();
    let terminal = Terminal::spawn_with(&profile.args(), (80, 24), &[("EDITOR", &editor)]);
    wait_ready(&terminal, "alex");
    terminal.send("draft ");
    terminal.wait_text("draft");
    terminal.key("M-e");
    terminal.wait_text("draft from the editor");
    let left = fs::read_dir(profile.path("")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(
        left.into_iter().all(|name| !name.to_string_lossy().starts_with("draft")),
        "nothing is left behind"
    );
}
