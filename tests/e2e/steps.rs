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

/// Whether the contact list shows `count` unread beside `name`.
pub(crate) fn shows_unread(screen: &Screen, name: &str, count: usize) -> bool {
    let number = count.to_string();
    screen::rows(screen).iter().filter_map(|row| row.split_once(name)).any(|(_, after)| {
        let column: String = after.chars().take_while(|c| !"│┃|║".contains(*c)).take(24).collect();
        column.split(|c: char| !c.is_ascii_digit()).any(|digits| digits == number)
    })
}

/// Whether `number` stands on the screen, with or without a thousands separator.
pub(crate) fn shows_number(screen: &Screen, number: usize) -> bool {
    let (plain, thousands) = (number.to_string(), format!("{},{:03}", number / 1000, number % 1000));
    let contents = screen.contents();
    contents.contains(&plain) || contents.contains(&thousands)
}
