//! What a person does in several tests: go to a contact, look who is open, read an unread count.

use vt100::Screen;

use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::screen;
use crate::support::socket::Socket;

/// Opens the conversation named `name` by the go-to list.
pub(crate) fn go_to(terminal: &Terminal, name: &str, address: &str) {
    terminal.key("C-g");
    terminal.send(name);
    terminal.key("Enter");
    wait_open(terminal, name, address);
}

/// Blocks until the header, the top row, shows this conversation: its name and its address.
pub(crate) fn wait_open(terminal: &Terminal, name: &str, address: &str) {
    terminal.wait_for(&format!("the conversation with {name} at {address}"), |screen| {
        screen::rows(screen).first().is_some_and(|row| row.contains(name) && row.contains(address))
    });
}

/// The messenger with one contact, and that contact's socket.
pub(crate) fn with_alex() -> (Terminal, u16, Socket, Profile) {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let (terminal, port) = profile.start();
    wait_ready(&terminal, "alex");
    (terminal, port, peer, profile)
}

/// The conversation of the first contact is open, and the composer takes keys.
pub(crate) fn wait_ready(terminal: &Terminal, first_contact: &str) {
    terminal.wait_text(first_contact);
    terminal.send("?");
    terminal.wait_text("?");
    terminal.key("Backspace");
}

/// What stands before last words in the list.
const WORDS_AT: &str = "     ";

/// Whether the contact list shows `count` unread beside `name`.
pub(crate) fn shows_unread(screen: &Screen, name: &str, count: usize) -> bool {
    let number = count.to_string();
    // The number stands on the row of the name, or on that of the last words below it.
    let list: Vec<String> = screen::rows(screen)
        .iter()
        .map(|row| row.chars().take_while(|c| !"│┃|║".contains(*c)).collect())
        .collect();
    let below = list.iter().skip(1).map(String::as_str).chain([""]);
    list.iter().zip(below).filter_map(|(row, below)| Some((row.split_once(name)?.1, below))).any(
        |(row, below)| {
            let words = row
                .split_whitespace()
                .chain(below.strip_prefix(WORDS_AT).and_then(|words| words.split_whitespace().last()));
            words.map(|word| word.trim_start_matches(['@', '~'])).any(|word| word == number)
        },
    )
}

/// Whether `number` stands on the screen, with or without a thousands separator.
pub(crate) fn shows_number(screen: &Screen, number: usize) -> bool {
    let (plain, thousands) = (number.to_string(), format!("{},{:03}", number / 1000, number % 1000));
    let contents = screen.contents();
    contents.contains(&plain) || contents.contains(&thousands)
}
