//! Files and folders between two of us, encrypted: whole, asked for, and gone on with whoever was killed.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Once;
use std::time::Duration;

use crate::secure_steps::{Pair, kill, landed, wait_landed};
use crate::support::faults::skipped;
use crate::support::ipmsg::{Member, content, tree};

const MIB: usize = 1 << 20;
/// Size of what somebody is killed in the middle of; how much of what is sent gets through before; how much of that is on
/// the disk at least.
const LONG: usize = 16 * MIB;
const HELD: u64 = 12 << 20;
const KEPT: u64 = 6 << 20;
/// What besides the rest goes through the cable: what a window holds, sent to whoever was not there any more, and all that
/// is no file.
const BESIDES: u64 = (4 << 20) + (3 << 19);

/// Offers a file, and waits until it is seen.
fn offer(from: &Member, to: &Member, name: &str, bytes: &[u8]) {
    let path = from.file(name, bytes);
    from.command_for("/file", &[&path]);
    to.wait_row(&[name, "offered"]);
}

#[test]
fn a_file_and_a_folder_come_whole_and_both_sides_say_so() {
    let pair = Pair::start();
    let (name, bytes) = ("报告 final.bin", content(3 * MIB + 1, 1));
    offer(&pair.us, &pair.them, name, &bytes);
    assert!(tree(&pair.them.downloads()).is_empty(), "nothing is written before it is accepted");
    pair.them.command("/accept");
    pair.them.wait_file(name, &bytes);
    pair.them.wait_row(&[name, "done"]);
    pair.us.wait_row(&["✓✓", name, "fetched"]);

    for (name, size) in [("资料/a.bin", 70_000), ("资料/empty", 0), ("资料/里 面/更深/b.bin", MIB)]
    {
        pair.them.file(name, &content(size, 5));
    }
    let folder = pair.them.file("资料/last", b"last").parent().unwrap().to_owned();
    fs::create_dir(folder.join("nothing in it")).unwrap();
    pair.them.command_for("/file", &[&folder]);
    pair.us.wait_row(&["资料", "offered"]);
    pair.us.command("/accept");
    pair.us.wait_row(&["资料", "done"]);
    assert!(
        tree(&pair.us.downloads().join("资料")) == tree(&folder),
        "{:?}",
        tree(&pair.us.downloads()).keys()
    );
    pair.them.wait_row(&["资料", "fetched"]);
}

#[test]
fn what_is_declined_or_withdrawn_is_not_fetched_and_both_sides_say_so() {
    let pair = Pair::start();
    offer(&pair.us, &pair.them, "unwanted.bin", b"spam");
    pair.them.command("/decline");
    pair.them.wait_row(&["unwanted.bin", "declined"]);
    pair.us.wait_row(&["unwanted.bin", "declined"]);

    offer(&pair.us, &pair.them, "mistake.bin", b"not for you");
    pair.us.command("/stop");
    pair.us.wait_row(&["mistake.bin", "withdrawn"]);
    pair.them.wait_row(&["mistake.bin", "not offered any more"]);
    assert!(tree(&pair.them.downloads()).is_empty());
}

#[test]
fn a_log_that_no_message_carries_goes_whole_as_a_file_also_after_a_restart() {
    let mut pair = Pair::start();
    let log = "a line of a log\n".repeat(9_000);
    pair.us.terminal.send(&format!("\x1b[200~{}\x1b[201~", log.replace('\n', "\r")));
    pair.us.terminal.wait_text("f send as a file");
    pair.us.terminal.key("f");
    pair.them.wait_row(&["text-", ".txt", "offered"]);
    kill(&pair.us);
    pair.us.again_in_profile();
    pair.us.wait_row(&["text-", ".txt"]);
    pair.them.command("/accept");
    pair.them.wait_row(&["text-", ".txt", "done"]);
    let files = tree(&pair.them.downloads());
    assert!(files.values().any(|bytes| *bytes == log.as_bytes()), "{:?}", files.keys());
}

#[test]
fn who_was_not_there_when_a_file_was_withdrawn_sees_it_later_and_so_does_its_sender_after_a_restart() {
    let mut pair = Pair::start();
    offer(&pair.us, &pair.them, "mistake.bin", b"not for you");
    kill(&pair.them);
    pair.us.command("/stop");
    pair.us.wait_row(&["mistake.bin", "withdrawn"]);
    kill(&pair.us);
    pair.them.again_in_profile();
    pair.them.wait_row(&["mistake.bin", "offered"]);
    pair.us.again_in_profile();
    pair.us.wait_row(&["mistake.bin", "withdrawn"]);
    pair.them.wait_row(&["mistake.bin", "not offered any more"]);
    kill(&pair.them);
    pair.them.again_in_profile();
    pair.them.wait_row(&["mistake.bin", "not offered any more"]);
}

/// The middle of what was offered: part of it is on the disk, and no more gets through.
fn in_the_middle(pair: &Pair) {
    pair.cable.hold_ours_after(HELD);
    pair.them.command("/accept");
    wait_landed(&pair.them, KEPT);
}

/// It comes whole, and what was there already is not sent again.
fn assert_goes_on(pair: &Pair, bytes: &[u8], kept: u64, carried: u64) {
    pair.them.wait_file("long.bin", bytes);
    pair.them.wait_row(&["long.bin", "done"]);
    pair.us.wait_row(&["long.bin", "fetched"]);
    assert_eq!(tree(&pair.them.downloads()).len(), 1, "{:?}", tree(&pair.them.downloads()).keys());
    let rest = u64::try_from(bytes.len()).unwrap() - kept;
    let sent = pair.cable.carried_ours() - carried;
    assert!(sent < rest + BESIDES, "{sent} bytes for {rest} that were missing");
}

#[test]
fn a_file_goes_on_where_it_was_when_its_receiver_was_killed() {
    let (mut pair, bytes) = (Pair::start(), content(LONG, 2));
    offer(&pair.us, &pair.them, "long.bin", &bytes);
    in_the_middle(&pair);
    kill(&pair.them);
    let kept = landed(&pair.them);
    assert!((KEPT..=HELD).contains(&kept), "{kept}");
    assert!(!pair.them.downloads().join("long.bin").exists(), "only what is whole has its name");
    let carried = pair.cable.carried_ours();
    pair.cable.let_go();
    pair.them.again_in_profile();
    assert_goes_on(&pair, &bytes, kept, carried);
}

#[test]
fn a_file_goes_on_where_it_was_when_its_sender_was_killed() {
    let (mut pair, bytes) = (Pair::start(), content(LONG, 3));
    offer(&pair.us, &pair.them, "long.bin", &bytes);
    in_the_middle(&pair);
    kill(&pair.us);
    let (kept, carried) = (landed(&pair.them), pair.cable.carried_ours());
    pair.cable.let_go();
    pair.us.again_in_profile();
    assert_goes_on(&pair, &bytes, kept.min(HELD), carried);
}

#[test]
fn a_folder_comes_whole_although_its_receiver_and_then_its_sender_were_killed() {
    let mut pair = Pair::start();
    for (name, seed) in [("夹/one.bin", 6), ("夹/in/two.bin", 7), ("夹/in/three.bin", 8), ("夹/four.bin", 9)]
    {
        pair.us.file(name, &content(LONG / 2, seed));
    }
    let folder = pair.us.file("夹/empty", b"").parent().unwrap().to_owned();
    pair.us.command_for("/file", &[&folder]);
    pair.them.wait_row(&["夹", "offered"]);
    in_the_middle(&pair);
    kill(&pair.them);
    assert!(!pair.them.downloads().join("夹").exists(), "only what is whole has its name");
    pair.cable.hold_ours_after(HELD);
    let before = landed(&pair.them);
    pair.them.again_in_profile();
    wait_landed(&pair.them, before + 1);
    kill(&pair.us);
    pair.cable.let_go();
    pair.us.again_in_profile();
    pair.them.wait_row(&["夹", "done"]);
    assert!(
        tree(&pair.them.downloads().join("夹")) == tree(&folder),
        "{:?}",
        tree(&pair.them.downloads()).keys()
    );
    pair.us.wait_row(&["夹", "fetched"]);
    // Twice it went on where it was.
    let (whole, sent) = (u64::try_from(2 * LONG).unwrap(), pair.cable.carried_ours());
    assert!(sent < whole + 2 * BESIDES, "{sent} bytes for {whole}");
}

#[test]
fn what_a_chosen_contact_offers_comes_by_itself_up_to_a_size() {
    let pair = Pair::start();
    pair.them.command("/auto-accept 1MB");
    pair.them.terminal.wait_text("is accepted without asking up to 1.0 MiB");
    let small = content(MIB, 4);
    let path = pair.us.file("small.bin", &small);
    pair.us.command_for("/file", &[&path]);
    pair.them.wait_file("small.bin", &small);
    pair.them.wait_row(&["small.bin", "done"]);

    offer(&pair.us, &pair.them, "large.bin", &content(MIB + 1, 5));
    // Who has chosen nothing is asked.
    offer(&pair.them, &pair.us, "other.bin", b"small as well");
    for (one, other) in [(&pair.us, &pair.them), (&pair.them, &pair.us)] {
        one.terminal.line("nothing of that yet");
        other.wait_row(&["▌", "nothing of that yet"]);
    }
    pair.them.wait_row(&["large.bin", "offered"]);
    pair.us.wait_row(&["other.bin", "offered"]);
    assert_eq!(tree(&pair.them.downloads()).len(), 1, "{:?}", tree(&pair.them.downloads()).keys());
    assert!(tree(&pair.us.downloads()).is_empty());
}

#[test]
fn messages_go_through_at_once_while_a_big_file_is_on_its_way() {
    let pair = Pair::start();
    // More than this line carries while anybody waits.
    pair.cable.slow(Duration::from_micros(250));
    let path = pair.us.file("big.bin", b"");
    fs::File::options().write(true).open(&path).unwrap().set_len(1 << 30).unwrap();
    pair.us.command_for("/file", &[&path]);
    pair.them.wait_row(&["big.bin", "offered"]);
    pair.them.command("/accept");
    wait_landed(&pair.them, 1 << 20);
    for number in 0..5 {
        let before = landed(&pair.them);
        for (one, other, who) in [(&pair.us, &pair.them, "ours"), (&pair.them, &pair.us, "theirs")] {
            let text = format!("<{who} {number}>");
            one.terminal.line(&text);
            other.wait_row(&["▌", &text]);
            one.wait_mark(&text, "✓✓");
        }
        wait_landed(&pair.them, before + 1);
    }
    assert!(!pair.them.downloads().join("big.bin").exists(), "it was on its way all the time");
    pair.them.command("/stop");
    pair.them.wait_row(&["big.bin", "stopped"]);
}

static NO_MOUNT: Once = Once::new();

/// A disk of its own in place of a folder.
struct OwnDisk(PathBuf);

impl OwnDisk {
    /// `None` where we may not mount one.
    fn mount(folder: PathBuf, mib: usize) -> Option<Self> {
        fs::create_dir_all(&folder).unwrap();
        let options = format!("mode=700,size={mib}m");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "none"]).arg(&folder).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        skipped(&NO_MOUNT, "nothing can be mounted here: no right to");
        None
    }
}

impl Drop for OwnDisk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn a_disk_that_others_fill_meanwhile_keeps_its_reserve_and_the_reason_is_told_on_both_sides() {
    const RESERVE: usize = 1024;
    let pair = Pair::start();
    let Some(disk) = OwnDisk::mount(pair.them.downloads(), RESERVE + 50) else { return };
    offer(&pair.us, &pair.them, "long.bin", &content(40 * MIB, 4));
    in_the_middle(&pair);
    fs::write(disk.0.join("of others"), vec![0; 40 * MIB]).unwrap();
    pair.cable.let_go();
    for words in ["too little room", "1.0 GiB must stay free", "lacking"] {
        pair.them.wait_row(&[words]);
    }
    assert!(!pair.them.terminal.screen().contains("is full"), "{}", pair.them.terminal.screen());
    pair.us.wait_row(&["the disk of the other side"]);
}
