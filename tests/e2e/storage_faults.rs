//! A disk that fails takes no message away: the chat goes on in both directions, what the history does not have is
//! said to be so, no mark lies, and when the disk is well again all of it is kept.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::steps::wait_ready;
use crate::support::chance::Chance;
use crate::support::faults::Disk;
use crate::support::film::{self, Name};
use crate::support::history::{History, Mark};
use crate::support::profile::{Profile, listening_port};
use crate::support::pty::{Exit, Terminal};
use crate::support::screen;
use crate::support::socket::Socket;

pub(crate) const SIZE: (u16, u16) = (120, 30);
pub(crate) const UNKEPT: &str = "not in the history";
pub(crate) const IN_MEMORY: &str = "kept only until udpqq ends";

/// The messenger on a disk, and who it talks with.
pub(crate) struct Chat {
    pub(crate) profile: Profile,
    pub(crate) peer: Socket,
    pub(crate) terminal: Terminal,
    pub(crate) port: u16,
    pub(crate) number: u32,
}

impl Chat {
    pub(crate) fn on(disk: &Disk) -> Self {
        let (profile, peer) = alex();
        let terminal = disk.spawn(&profile.args(), SIZE);
        Self::with(profile, peer, terminal)
    }

    pub(crate) fn with(profile: Profile, peer: Socket, terminal: Terminal) -> Self {
        // A key, and the line that says what is wrong makes room for the port.
        wait_ready(&terminal, "alex");
        let port = listening_port(&terminal);
        Self { profile, peer, terminal, port, number: 0 }
    }

    /// One message in each direction, seen at both ends.
    pub(crate) fn exchange(&mut self) {
        self.number += 1;
        let (incoming, own) = (Name::incoming(self.number), Name::own(self.number));
        self.peer.send(incoming.text().as_bytes(), self.port);
        self.terminal.wait_text(&incoming.text());
        self.terminal.send(&own.text());
        self.terminal.key("Enter");
        self.terminal.wait_for("the mark of what was sent", |screen| {
            film::lines(screen).iter().any(|line| line.name == own && line.mark == '✓')
        });
        assert_eq!(self.peer.receive().0, own.text().as_bytes());
    }

    /// What stands on the screen as kept is kept, and what is marked as sent and kept is kept as sent.
    pub(crate) fn assert_honest(&self) {
        // What is kept stays so: the history may know more than the screen, never less.
        let lines = self.terminal.look(film::lines);
        let kept = History::live(&self.path()).named();
        for line in lines.iter().filter(|line| !line.unkept) {
            let row = kept.get(&line.name);
            let row = row.unwrap_or_else(|| panic!("{line:?} is not kept\n{}", self.terminal.screen()));
            assert!(
                line.mark != '✓' || row.mark == Mark::Sent,
                "{line:?} {row:?}\n{}",
                self.terminal.screen()
            );
        }
    }

    /// The disk is well: with the next message all of them are kept.
    pub(crate) fn assert_kept_in_the_end(&mut self) {
        self.exchange();
        self.terminal.wait_for("nothing that is not kept", |screen| {
            let contents = screen::contents(screen);
            !contents.contains(UNKEPT) && !contents.contains(" not kept ")
        });
        self.assert_honest();
    }

    /// Every message of both directions is there once, and the file is sound.
    pub(crate) fn assert_complete(&self) {
        let history = History::left_at(&self.path());
        history.assert_searchable();
        let kept = history.named();
        for number in 1..=self.number {
            let (incoming, own) = (&kept[&Name::incoming(number)], &kept[&Name::own(number)]);
            assert_eq!((incoming.mark, own.mark), (Mark::None, Mark::Sent), "{incoming:?} {own:?}");
        }
        assert_eq!(kept.len(), 2 * usize::try_from(self.number).unwrap());
        let asides = asides(&self.profile);
        assert!(asides.is_empty(), "a disk that fails is no damaged file: {asides:?}");
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.profile.path("history.db")
    }

    pub(crate) fn quit(&self) {
        self.terminal.key("C-q");
        assert_eq!(self.terminal.expect_sane_exit(), Exit::Code(0));
    }
}

/// Something was said in a run without a history: that it will be gone is asked about before, and told after.
pub(crate) fn quit_without_a_history(terminal: &Terminal) {
    terminal.key("C-q");
    terminal.wait_text("not in the history and will be gone");
    terminal.key("Enter");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(1));
}

pub(crate) fn alex() -> (Profile, Socket) {
    let peer = Socket::bind();
    (Profile::with_contacts(&[("alex", &address(&peer))]), peer)
}

fn address(peer: &Socket) -> String {
    peer.address().to_string()
}

/// Files that were moved aside as damaged.
pub(crate) fn asides(profile: &Profile) -> Vec<PathBuf> {
    let entries = fs::read_dir(profile.path("")).unwrap().map(|entry| entry.unwrap().path());
    let mut asides: Vec<_> =
        entries.filter(|path| path.file_name().unwrap().to_str().unwrap().contains("damaged")).collect();
    asides.sort();
    asides
}

#[test]
fn no_message_is_lost_and_no_mark_is_false_while_writes_fail_at_random() {
    let mut chance = Chance::new();
    for (at, faults) in [
        &["write EIO 30"][..],
        &["write ENOSPC 20", "truncate ENOSPC 20"],
        &["write short 60", "write full 10"],
        &["write torn 20", "sync EIO 20"],
        &["sync EIO 60"],
        &["write EIO 60", "open EIO 50"],
        &["write EIO 5", "sync EIO 5", "truncate EIO 20", "open EACCES 10"],
    ]
    .into_iter()
    .enumerate()
    {
        let Some(disk) = Disk::new(chance.next()) else { return };
        let mut chat = Chat::on(&disk);
        chat.exchange();
        disk.fail(faults);
        for _ in 0..40 {
            chat.exchange();
            chat.assert_honest();
        }
        assert!(disk.hits() > 5, "{faults:?}: {} faults", disk.hits());
        disk.recover();
        chat.assert_kept_in_the_end();
        if at.is_multiple_of(2) {
            chat.terminal.kill();
        } else {
            chat.quit();
        }
        chat.assert_complete();
    }
}

#[test]
fn killed_in_the_middle_of_failing_writes_it_keeps_what_was_shown_as_kept() {
    let mut chance = Chance::new();
    for faults in ["write torn 40", "sync EIO 40", "write full 40"] {
        let Some(disk) = Disk::new(chance.next()) else { return };
        let mut chat = Chat::on(&disk);
        disk.fail(&[faults]);
        for _ in 0..15 {
            chat.exchange();
        }
        let lines = chat.terminal.look(film::lines);
        chat.terminal.kill();
        let history = History::left_at(&chat.path());
        history.assert_sound();
        let kept = history.named();
        for line in lines.iter().filter(|line| !line.unkept) {
            let row = kept.get(&line.name).unwrap_or_else(|| panic!("{faults}: {line:?} is not kept"));
            assert_eq!(row.mark.glyph(), line.mark, "{faults}");
        }
        assert!(disk.hits() > 0);
        // On a disk that is well the same profile opens, with the same messages.
        let again = chat.profile.open(SIZE);
        if let Some(newest) = history.newest(1).pop() {
            again.wait_text(&newest.text);
        }
        assert!(asides(&chat.profile).is_empty(), "{faults}: {}", again.screen());
    }
}

/// Starts on a disk that keeps nothing, chats, says why nothing is kept, and starts again on one that is well.
fn nothing_can_be_kept(fault: &str, reason: &str) {
    let Some(disk) = Disk::new(1) else { return };
    let (profile, peer) = alex();
    disk.fail(&[fault]);
    let terminal = disk.spawn(&profile.args(), SIZE);
    terminal.wait_text(IN_MEMORY);
    assert!(terminal.screen().contains(reason), "{fault}: {}", terminal.screen());
    let mut chat = Chat::with(profile, peer, terminal);
    chat.exchange();
    chat.exchange();
    quit_without_a_history(&chat.terminal);
    assert!(disk.hits() > 0);

    let mut again = Chat { terminal: chat.profile.open(SIZE), ..chat };
    again.port = listening_port(&again.terminal);
    again.number = 0;
    assert!(!again.terminal.screen().contains(IN_MEMORY), "{}", again.terminal.screen());
    wait_ready(&again.terminal, "alex");
    again.exchange();
    again.quit();
    again.assert_complete();
}

#[test]
fn a_disk_that_is_full_from_the_start_is_named_and_the_chat_goes_on() {
    nothing_can_be_kept("write ENOSPC 100", "full");
}

#[test]
fn a_history_that_cannot_be_opened_is_named_and_the_chat_goes_on() {
    nothing_can_be_kept("open EACCES 100", "cannot be opened");
    nothing_can_be_kept("open EROFS 100", "read-only");
}

#[test]
fn a_disk_that_cannot_write_is_named_and_when_it_is_well_everything_is_kept() {
    for (faults, reason) in [
        (&["sync EIO 100"][..], "fails to read or to write"),
        (&["write EIO 100"], "fails to read or to write"),
        (&["write ENOSPC 100"], "full"),
    ] {
        let Some(disk) = Disk::new(1) else { return };
        let mut chat = Chat::on(&disk);
        chat.exchange();
        disk.fail(faults);
        chat.exchange();
        let line = chat.terminal.rows_with("Not kept: ");
        assert!(line.iter().any(|row| row.contains(reason)), "{faults:?}:\n{}", chat.terminal.screen());
        assert_eq!(chat.terminal.rows_with(UNKEPT).len(), 2, "{faults:?}:\n{}", chat.terminal.screen());
        chat.exchange();
        disk.recover();
        chat.assert_kept_in_the_end();
        chat.quit();
        chat.assert_complete();
    }
}

#[test]
fn a_file_that_could_only_be_read_for_a_moment_is_written_again() {
    let Some(disk) = Disk::new(1) else { return };
    let mut chat = Chat::on(&disk);
    disk.fail(&["write EIO 100"]);
    chat.exchange();
    // It is opened anew, and SQLite takes what it can only read when it gets no more.
    disk.fail(&["reopen EACCES 100"]);
    chat.exchange();
    disk.recover();
    chat.assert_kept_in_the_end();
    chat.quit();
    chat.assert_complete();
}

#[test]
fn the_status_line_counts_what_is_not_kept() {
    let Some(disk) = Disk::new(1) else { return };
    let mut chat = Chat::on(&disk);
    disk.fail(&["write EIO 100"]);
    chat.exchange();
    // A key takes the line that says why away.
    chat.terminal.key("M-m");
    chat.terminal.key("M-m");
    chat.terminal.send("x");
    chat.terminal.wait_text("2 not kept");
    chat.terminal.key("Backspace");
    disk.recover();
    chat.assert_kept_in_the_end();
}

#[test]
fn what_was_written_before_leaving_is_kept_by_a_slow_disk_too() {
    let Some(disk) = Disk::new(1) else { return };
    let chat = Chat::on(&disk);
    disk.fail(&["sync slow100 100"]);
    // Each of them one group or part of one.
    let names: Vec<String> = (1..=20).map(|number| Name::own(number).text()).collect();
    for name in &names {
        chat.terminal.line(name);
    }
    chat.terminal.key("C-q");
    assert_eq!(chat.terminal.wait_exit(), Exit::Code(0));
    let kept = History::left_at(&chat.path());
    assert_eq!(kept.rows_after(-1).iter().map(|row| row.text.clone()).collect::<Vec<_>>(), names);
}

/// Two peers, so that one conversation is not on the screen.
#[test]
fn messages_of_a_conversation_that_is_not_open_are_kept_in_the_end_too() {
    let Some(disk) = Disk::new(1) else { return };
    let mut chat = Chat::on(&disk);
    let stranger = Socket::bind();
    let from: SocketAddr = stranger.address();
    disk.fail(&["write ENOSPC 100"]);
    for number in 501..510 {
        stranger.send(Name::incoming(number).text().as_bytes(), chat.port);
    }
    chat.terminal.wait_text(&from.port().to_string());
    chat.exchange();
    disk.recover();
    chat.assert_kept_in_the_end();
    chat.terminal.kill();
    let kept = History::left_at(&chat.path()).named();
    for number in 501..510 {
        assert!(kept.contains_key(&Name::incoming(number)), "{number}");
    }
}
