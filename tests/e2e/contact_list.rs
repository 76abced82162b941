//! The contact list in a real terminal: what a person finds again there at the next start.

use crate::steps::{go_to, wait_ready};
use crate::support::profile::{Profile, listening_port};
use crate::support::socket::Socket;

const SIZE: (u16, u16) = (120, 36);

#[test]
fn last_words_and_what_is_muted_come_back_with_the_next_start() {
    let (alex, bo) = (Socket::bind(), Socket::bind());
    let at = [&alex, &bo].map(|socket| socket.address().to_string());
    let profile = Profile::with_contacts(&[("alex", &at[0]), ("bo", &at[1])]);
    let config = profile.read("config.toml").replace("\"one\"", "\"auto\"");
    profile.write("config.toml", &config);
    let terminal = profile.open(SIZE);
    let port = listening_port(&terminal);
    wait_ready(&terminal, "alex");
    bo.send(b"see you at three", port);
    terminal.wait_text("     see you at three");
    go_to(&terminal, "bo", &at[1]);
    terminal.line("/mute");
    terminal.wait_text("bo is muted");
    go_to(&terminal, "alex", &at[0]);
    bo.send(b"and one more", port);
    terminal.wait_text("~1");
    let _exit = terminal.quit();
    assert!(profile.read("contacts.toml").contains("notify = false"));
    let again = profile.open(SIZE);
    again.wait_text("     and one more");
    again.wait_text("~1");
    assert!(!again.screen().contains("unread"), "what is muted counts nowhere:\n{}", again.screen());
    let _exit = again.quit();
}
