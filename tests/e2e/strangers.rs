//! Who writes first without being a contact: shown with an unread count, made a contact by one key, never answered by itself.

use crate::steps::{shows_unread, wait_open};
use crate::support::profile::Profile;
use crate::support::pty::Exit;
use crate::support::python::Peer;
use crate::support::socket::Socket;

#[test]
fn a_client_that_speaks_first_becomes_a_contact_and_gets_an_answer() {
    let profile = Profile::new();
    let (terminal, port) = profile.start();
    let Some(client) = Peer::start("client_first.py", &[&port.to_string(), "有人吗"]) else { return };
    let address = client.address();
    terminal.wait_text(&address);
    terminal.wait_for("unread 1 at the stranger", |screen| shows_unread(screen, &address, 1));

    terminal.key("M-a");
    terminal.wait_text("有人吗");
    assert!(terminal.look_of("有人吗").is_on_blue());
    terminal.key("M-c");
    terminal.key("Enter");
    terminal.line("有，我在");
    let printed = client.wait_text("有，我在");
    assert_eq!(printed, format!("127.0.0.1:{port} 有，我在"));

    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
    let contacts = profile.read("contacts.toml");
    assert!(contacts.contains(&address), "{contacts}");
}

#[test]
fn nothing_is_sent_because_something_came() {
    let (terminal, port) = Profile::new().start();
    let (quiet, late) = (Socket::bind(), Socket::bind());
    for text in ["", "hello", "/help", "ping\n", "\x1b[6n"] {
        quiet.send(text.as_bytes(), port);
    }
    late.send(b"the last one", port);
    terminal.wait_text("5 unread");
    quiet.assert_silent();
    late.assert_silent();
}

#[test]
fn unread_messages_are_counted_for_each_stranger() {
    let (terminal, port) = Profile::new().start();
    let (one, three) = (Socket::bind(), Socket::bind());
    one.send(b"a", port);
    for text in ["b", "c", "d"] {
        three.send(text.as_bytes(), port);
    }
    // Ports of one host are one row until a person opens it.
    terminal.wait_text("4 unread");
    terminal.line("/fold 127.0.0.1");
    let [one, three] = [one, three].map(|socket| format!(":{}", socket.address().port()));
    terminal.wait_for("unread 1 and unread 3", |screen| {
        shows_unread(screen, &one, 1) && shows_unread(screen, &three, 3)
    });
}

#[test]
fn another_port_of_a_contact_we_wrote_to_is_its_conversation_with_the_true_source() {
    let (contact, other) = (Socket::bind(), Socket::bind());
    let address = contact.address().to_string();
    let profile = Profile::with_contacts(&[("alex", &address)]);
    let (terminal, port) = profile.start();
    wait_open(&terminal, "alex", &address);
    terminal.line("where are you");
    contact.receive();
    other.send(b"on another port", port);
    terminal.wait_text("on another port");
    terminal.wait_text(&other.address().to_string());
    wait_open(&terminal, "alex", &address);
}
