//! What a network sends faster than people write takes neither the disk nor the turn of anybody else, and is said; and
//! a history that somebody takes away while the program runs is said to be gone.

use std::fs;
use std::time::Duration;

use crate::steps::{wait_open, with_alex};
use crate::storage_faults::{Chat, SIZE, alex};
use crate::support::film::Name;
use crate::support::history::History;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::screen;
use crate::support::socket::Socket;

/// Datagrams that are sent before the screen is looked at again.
const VOLLEY: usize = 500;
/// Volleys after which a flood must have been noticed, however slow the machine is.
const MAX_VOLLEYS: usize = 2_000;

/// How long the screen is given after each volley.
const GLANCE: Duration = Duration::from_millis(20);
/// What the status line says first where the kernel had no room.
const LOST: &str = "lost on arrival: too many";

/// Sends until the status line says this of what was dropped.
fn flood(terminal: &Terminal, from: &Socket, port: u16, bytes: &[u8], said: &str) {
    for _ in 0..MAX_VOLLEYS {
        for _ in 0..VOLLEY {
            from.send(bytes, port);
        }
        if terminal.comes_within(said, GLANCE) {
            return;
        }
        if !terminal.rows_with(LOST).is_empty() {
            // Esc reads on. Twice it would read on over what is waited for.
            terminal.key("Esc");
            terminal.wait_gone(LOST);
            if terminal.comes_within(said, GLANCE) {
                return;
            }
        }
    }
    panic!("nothing was said to be dropped:\n{}", terminal.screen());
}

/// Says it again and again until it is there: what comes while the kernel's buffer is full is lost.
fn say(terminal: &Terminal, from: &Socket, port: u16, text: &str, shown: &str) {
    let said = (0..MAX_VOLLEYS).any(|_| {
        from.send(text.as_bytes(), port);
        terminal.comes_within(shown, GLANCE)
    });
    assert!(said, "{text:?} never came:\n{}", terminal.screen());
}

fn size(profile: &Profile) -> u64 {
    ["history.db", "history.db-wal"]
        .iter()
        .map(|name| fs::metadata(profile.path(name)).map_or(0, |file| file.len()))
        .sum()
}

#[test]
fn a_stranger_who_floods_is_said_to_be_and_fills_no_disk() {
    let (terminal, port, alex, profile) = with_alex();
    // Who has been heard from there speaks from there: another port of the host is a stranger.
    alex.send(b"hello", port);
    terminal.wait_text("hello");
    let stranger = Socket::bind();
    flood(&terminal, &stranger, port, &[b'x'; 1_400], "Strangers send more than there is room for");
    for _ in 0..20 * VOLLEY {
        stranger.send(&[b'x'; 1_400], port);
    }
    say(&terminal, &alex, port, "and me?", "and me?");
    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
    assert!(size(&profile) < 96 << 20, "{} bytes", size(&profile));
    History::left_at(&profile.path("history.db")).assert_searchable();
}

#[test]
fn a_contact_whose_address_floods_is_named_and_the_words_of_others_come() {
    let (alex, mei) = (Socket::bind(), Socket::bind());
    let profile =
        Profile::with_contacts(&[("alex", &alex.address().to_string()), ("mei", &mei.address().to_string())]);
    let (terminal, port) = profile.start();
    wait_open(&terminal, "alex", &alex.address().to_string());
    flood(&terminal, &alex, port, b"flood", "alex sends faster than people write");
    say(&terminal, &mei, port, "good morning", "● mei");
    // The status line goes on counting when the line that said so was read.
    terminal.send("x");
    terminal.wait_for("the count", |screen| {
        let status = screen::rows(screen).pop().unwrap_or_default();
        status.contains("dropped") || status.contains("lost on arrival")
    });
}

/// A messenger that has exchanged a message with alex.
fn chatting() -> Chat {
    let (profile, peer) = alex();
    let terminal = profile.open(SIZE);
    let mut chat = Chat::with(profile, peer, terminal);
    chat.exchange();
    chat
}

#[test]
fn a_history_that_is_removed_while_running_is_said_and_begun_anew_with_what_is_on_the_screen() {
    let mut chat = chatting();
    fs::remove_file(chat.path()).unwrap();
    // Nobody writes anything: it is noticed all the same.
    chat.terminal.wait_text("The history was removed or renamed");
    chat.assert_kept_in_the_end();
    chat.quit();
    chat.assert_complete();
}

#[test]
fn a_history_that_is_replaced_while_running_is_moved_aside_and_begun_anew() {
    let mut chat = chatting();
    let other = chat.profile.path("other");
    fs::write(&other, "somebody's").unwrap();
    fs::rename(&other, chat.path()).unwrap();
    chat.terminal.wait_text("history-replaced-");
    chat.assert_kept_in_the_end();
    chat.quit();
    chat.assert_complete();
    let entries = fs::read_dir(chat.profile.path("")).unwrap().map(|entry| entry.unwrap().path());
    let mut aside = entries.into_iter().filter(|path| path.to_string_lossy().contains("history-replaced-"));
    assert_eq!(fs::read(aside.next().unwrap()).unwrap(), b"somebody's");
    assert_eq!(aside.next(), None, "and nothing of ours beside it");
}

#[test]
fn a_folder_that_is_gone_keeps_nothing_and_says_so() {
    let mut chat = chatting();
    let away = tempfile::tempdir().unwrap();
    let moved = away.path().join("moved");
    fs::rename(chat.profile.path(""), &moved).unwrap();
    chat.number += 1;
    let name = Name::incoming(chat.number).text();
    chat.peer.send(name.as_bytes(), chat.port);
    chat.terminal.wait_text(&name);
    chat.terminal.wait_text("not in the history");
    fs::rename(&moved, chat.profile.path("")).unwrap();
    chat.terminal.quit();
}

#[test]
fn a_second_messenger_does_not_write_when_the_lock_was_removed() {
    let (first, port, peer, profile) = with_alex();
    fs::remove_file(profile.path("history.lock")).unwrap();
    let second = profile.launch(SIZE);
    assert_eq!(second.wait_exit(), Exit::Code(1));
    peer.send(b"still here?", port);
    first.wait_text("still here?");
}
