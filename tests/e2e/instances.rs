//! One messenger for each profile, files for the owner alone, and a damaged history that is never thrown away.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::steps::with_alex;
use crate::storage_faults::asides;
use crate::support::chance::Chance;
use crate::support::film::{self, Name};
use crate::support::history::{History, Mark};
use crate::support::profile::{Profile, listening_port};
use crate::support::pty::{Exit, Terminal};
use crate::support::socket::Socket;

const SIZE: (u16, u16) = (100, 30);

/// Starts udpqq behind a shell that has done something before; `$0` is a folder of the test's own.
fn behind(shell: &str, folder: &Path, args: &[String]) -> Terminal {
    let mut all = ["/bin/sh", "-c", shell, folder.to_str().unwrap(), env!("CARGO_BIN_EXE_udpqq")]
        .map(str::to_owned)
        .to_vec();
    all.extend_from_slice(args);
    Terminal::spawn_behind(&all, SIZE)
}

#[test]
fn a_second_messenger_on_a_profile_says_who_has_it_and_the_first_goes_on() {
    let (first, port, peer, profile) = with_alex();
    let folder = tempfile::tempdir().unwrap();
    let second = behind("exec \"$@\" 2> \"$0/errors\"", folder.path(), &profile.args());
    assert_eq!(second.expect_sane_exit(), Exit::Code(1));
    let errors = fs::read_to_string(folder.path().join("errors")).unwrap();
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.contains(&first.pid().to_string()), "{errors}");
    // What it offers works.
    let (_, other) = errors.trim().rsplit_once("--profile ").expect("another folder is offered");
    assert!(!Path::new(other).exists(), "{errors}");

    peer.send(b"still here?", port);
    first.wait_text("still here?");
    first.line("yes");
    assert_eq!(peer.receive().0, b"yes");

    first.kill();
    let third = profile.open(SIZE);
    third.wait_text("still here?");
    third.wait_text("yes");
}

#[test]
fn scripts_use_a_profile_while_a_messenger_has_it() {
    let (first, port, peer, profile) = with_alex();
    let outcome = crate::support::command::run(&profile.args_and(&["send", "alex", "from a script"]), b"");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(peer.receive().0, b"from a script");
    peer.send(b"and on", port);
    first.wait_text("and on");
}

#[test]
fn the_history_is_for_the_owner_alone_whatever_the_umask_is() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("new");
    let mut args = Profile::new().args();
    let at = args.iter().position(|arg| arg == "--profile").unwrap();
    args[at + 1] = own.to_str().unwrap().to_owned();
    let terminal = behind("umask 000; exec \"$@\"", folder.path(), &args);
    terminal.wait_text("echo");
    terminal.line("into the history");
    terminal
        .wait_for("the answer of echo", |screen| screen.contents().matches("into the history").count() >= 2);
    let mode = |path: &Path| {
        fs::metadata(path).unwrap_or_else(|error| panic!("{path:?}: {error}")).permissions().mode()
    };
    assert_eq!(mode(&own) & 0o777, 0o700);
    for name in ["history.db", "history.db-wal", "history.db-shm", "history.lock"] {
        assert_eq!(mode(&own.join(name)) & 0o777, 0o600, "{name}");
    }
    for entry in fs::read_dir(&own).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
    }
}

/// A profile with some hundred messages, closed.
fn filled() -> (Profile, Socket) {
    let (terminal, port, peer, profile) = with_alex();
    for number in 1..=300 {
        peer.send(Name::incoming(number).text().as_bytes(), port);
    }
    terminal.wait_text(&Name::incoming(300).text());
    terminal.key("C-q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    (profile, peer)
}

/// Starts on a history that is damaged in this way: it is moved aside as it is, and a new one takes its place.
fn start_on_damage(profile: &Profile, peer: &Socket, number: u32, damaged: &[u8]) {
    let (path, before) = (profile.path("history.db"), asides(profile));
    fs::write(&path, damaged).unwrap();
    let kept: Vec<Vec<u8>> = before.iter().map(|path| fs::read(path).unwrap()).collect();

    let terminal = profile.open(SIZE);
    terminal.wait_text("history-damaged-");
    let after = asides(profile);
    let new: Vec<_> = after.iter().filter(|path| !before.contains(path)).collect();
    assert_eq!(new.len(), 1, "{after:?}");
    assert!(fs::read(new[0]).unwrap() == damaged, "what was damaged is as it was");
    for (path, bytes) in before.iter().zip(kept) {
        assert!(fs::read(path).unwrap() == bytes, "an earlier one is as it was: {}", path.display());
    }
    assert_eq!(fs::metadata(new[0]).unwrap().permissions().mode() & 0o777, 0o600);

    let name = Name::incoming(number);
    crate::steps::wait_ready(&terminal, "alex");
    peer.send(name.text().as_bytes(), listening_port(&terminal));
    terminal.wait_text(&name.text());
    terminal.line(&Name::own(number).text());
    terminal.wait_for("the mark", |screen| {
        film::lines(screen).iter().any(|line| line.name == Name::own(number) && line.mark == '✓')
    });
    terminal.kill();
    let history = History::left_at(&path);
    history.assert_searchable();
    let kept = history.named();
    assert_eq!(kept[&Name::own(number)].mark, Mark::Sent);
    assert!(kept.contains_key(&name));
}

#[test]
fn a_damaged_history_is_moved_aside_as_it_is_and_never_over_another_one() {
    let (profile, peer) = filled();
    let mut chance = Chance::new();
    let whole = fs::read(profile.path("history.db")).unwrap();
    let noise: Vec<u8> = (0..whole.len()).map(|_| chance.next().to_le_bytes()[0]).collect();
    start_on_damage(&profile, &peer, 1, &noise);
    remove_log(&profile);
    start_on_damage(&profile, &peer, 2, &noise);
    remove_log(&profile);
    start_on_damage(&profile, &peer, 3, b"this is no history at all");
}

/// Without what belongs to the history that is about to be replaced by a damaged one.
fn remove_log(profile: &Profile) {
    for name in ["history.db-wal", "history.db-shm"] {
        let _none = fs::remove_file(profile.path(name));
    }
}

#[test]
fn a_history_that_was_cut_off_is_moved_aside_as_it_is_and_the_chat_goes_on() {
    for keep in [30, 60, 90] {
        let (profile, peer) = filled();
        let path = profile.path("history.db");
        let mut bytes = fs::read(&path).unwrap();
        bytes.truncate(bytes.len() * keep / 100);
        fs::write(&path, &bytes).unwrap();
        let terminal = profile.open(SIZE);
        terminal.wait_text("alex");
        let port = listening_port_soon(&terminal);
        peer.send(b"after the damage", port);
        terminal.wait_text("after the damage");
        terminal.key("M-Home");
        terminal.send("typing");
        terminal.wait_text("typing");
        terminal.key("M-End");
        terminal.wait_text("after the damage");
        terminal.key("C-q");
        assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
        let aside = asides(&profile).into_iter().find(|path| path.extension().is_some_and(|end| end == "db"));
        let aside = aside.unwrap_or_else(|| panic!("{keep} of a hundred: nothing was moved aside"));
        assert!(fs::read(aside).unwrap() == bytes, "{keep} of a hundred: what was damaged is as it was");
        let again = profile.open(SIZE);
        again.wait_text("after the damage");
    }
}

/// As `listening_port`, when a line about something else may stand there first.
fn listening_port_soon(terminal: &Terminal) -> u16 {
    terminal.send("?");
    terminal.wait_text("?");
    terminal.key("Backspace");
    terminal.key("Esc");
    listening_port(terminal)
}
