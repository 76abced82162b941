//! Files and folders that others hold, that cannot be written, or that have no room: each is named on the screen, the
//! chat goes on in both directions, and what was kept is there afterwards.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Once;

use nix::sys::signal::Signal;

use crate::encrypted_trust::befriended;
use crate::steps::wait_ready;
use crate::storage_faults::{Chat, IN_MEMORY, SIZE, UNKEPT, alex, quit_without_a_history};
use crate::support::faults::skipped;
use crate::support::film::Name;
use crate::support::history::{self, History, Mark};
use crate::support::profile::{Profile, listening_port};
use crate::support::pty::{Life, Terminal};
use crate::support::screen;

#[test]
fn a_file_that_another_program_holds_is_named_and_then_everything_is_kept() {
    let (profile, peer) = alex();
    let terminal = profile.open(SIZE);
    let mut chat = Chat::with(profile, peer, terminal);
    chat.exchange();
    let holding = history::hold(&chat.path());
    chat.exchange();
    chat.terminal.wait_text("another program holds the file");
    assert_eq!(chat.terminal.rows_with(UNKEPT).len(), 2, "{}", chat.terminal.screen());
    chat.assert_honest();
    drop(holding);
    chat.assert_kept_in_the_end();
    chat.quit();
    chat.assert_complete();
}

#[test]
fn a_file_that_another_program_holds_at_the_start_is_named_and_loses_nothing() {
    let (profile, peer) = alex();
    let terminal = profile.open(SIZE);
    let mut chat = Chat::with(profile, peer, terminal);
    chat.exchange();
    chat.quit();
    let holding = history::hold(&chat.path());
    let again = chat.profile.open(SIZE);
    again.wait_text("another program holds the file");
    wait_ready(&again, "alex");
    let port = listening_port(&again);
    chat.peer.send(b"meanwhile", port);
    again.wait_text("meanwhile");
    drop(holding);
    again.kill();
    let last = chat.profile.open(SIZE);
    last.wait_text(&Name::own(1).text());
}

static NO_MOUNT: Once = Once::new();

/// Whether a file system can be mounted that only one program sees; its name for `unshare`.
pub(crate) fn own_mounts() -> Option<&'static str> {
    let works = |&flag: &&str| {
        let mut command = Command::new("unshare");
        command.args([flag, "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let flag = ["-m", "-rm"].into_iter().find(works);
    if flag.is_none() {
        skipped(&NO_MOUNT, "nothing can be mounted here: no right to, or no unshare");
    }
    flag
}

/// Starts udpqq where a shell has prepared the profile's folder, which is `$0`.
fn start_behind(prepare: &str, profile: &Profile) -> Option<Terminal> {
    let script = format!("{prepare} && exec \"$@\"");
    let mut args =
        ["unshare", own_mounts()?, "sh", "-c", &script, &folder(profile)].map(str::to_owned).to_vec();
    args.push(env!("CARGO_BIN_EXE_udpqq").to_owned());
    args.extend(profile.args());
    Some(Terminal::spawn_behind(&args, SIZE))
}

fn folder(profile: &Profile) -> String {
    profile.path("").to_str().unwrap().trim_end_matches('/').to_owned()
}

/// Makes the profile's folder one that nothing can be written into.
const READ_ONLY: &str = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"";

#[test]
fn a_folder_that_is_read_only_is_named_and_the_chat_goes_on() {
    let (profile, peer) = alex();
    let Some(terminal) = start_behind(READ_ONLY, &profile) else { return };
    terminal.wait_text(IN_MEMORY);
    assert!(terminal.screen().contains("read-only"), "{}", terminal.screen());
    let mut chat = Chat::with(profile, peer, terminal);
    chat.exchange();
    quit_without_a_history(&chat.terminal);
    assert!(!chat.path().exists());
}

#[test]
fn whoever_has_no_history_gives_no_receipt_and_gets_the_message_again_when_there_is_one() {
    let [mei, ben] = befriended();
    let Some(at_ben) = start_behind(READ_ONLY, &ben.profile) else { return };
    at_ben.wait_text(IN_MEMORY);
    wait_ready(&at_ben, "mei");
    let at_mei = mei.open(SIZE);
    at_mei.line("keep this.");
    at_ben.wait_text("keep this.");
    at_ben.line("what?");
    at_mei.wait_text("what?");
    at_ben.wait_text("✓✓ what?");
    assert_eq!(mei.marks("keep this."), [Mark::Sent], "{}", at_mei.screen());
    quit_without_a_history(&at_ben);
    let at_ben = ben.open(SIZE);
    at_ben.wait_text("keep this.");
    at_mei.wait_text("✓✓ keep this.");
    assert_eq!(ben.marks("keep this."), [Mark::None]);
}

#[test]
fn a_file_system_that_is_really_full_is_named_and_with_room_again_everything_is_kept() {
    let (profile, peer) = alex();
    let prepare = "mkdir \"$0/own\" && cp -p \"$0\"/*.toml \"$0/own\" && files=$(cd \"$0/own\" && tar c .| base64) \
                   && mount -t tmpfs -o size=1m,mode=700 none \"$0\" \
                   && echo \"$files\" | base64 -d | tar x -C \"$0\" && head -c 300000 /dev/zero > \"$0/ballast\"";
    let Some(terminal) = start_behind(prepare, &profile) else { return };
    let inside = PathBuf::from(format!("/proc/{}/root{}", terminal.pid(), folder(&profile)));
    let mut chat = Chat::with(profile, peer, terminal);
    chat.exchange();
    let mut sent = 0;
    while !chat.terminal.screen().contains("the disk is full") {
        sent += 1;
        assert!(sent < 1_000, "never full:\n{}", chat.terminal.screen());
        let (name, end) = (Name::incoming(10_000 + sent).text(), format!("end {sent}."));
        chat.peer.send(format!("{name}{}{end}", "x".repeat(2_000)).as_bytes(), chat.port);
        chat.terminal.wait_text(&end);
    }
    chat.exchange();
    fs::remove_file(inside.join("ballast")).unwrap();
    chat.exchange();
    chat.terminal
        .wait_for("nothing that is not kept", |screen| !screen::contents(screen).contains(" not kept "));
    // Its files can be seen only as long as it lives.
    chat.terminal.signal(Signal::SIGSTOP);
    chat.terminal.wait_life(Life::Stopped);
    let kept = History::left_at(&inside.join("history.db"));
    kept.assert_sound();
    let kept = kept.named();
    for number in 1..=chat.number {
        assert!(kept.contains_key(&Name::incoming(number)), "{number}");
        assert_eq!(kept[&Name::own(number)].mark, Mark::Sent);
    }
    assert!((1..=sent).all(|number| kept.contains_key(&Name::incoming(10_000 + number))));
}
