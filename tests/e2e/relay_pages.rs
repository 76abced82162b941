//! What was said in the room of a relay that keeps it, before one came or while the messenger did not run, as a person in a
//! terminal sees it.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::relay_server::{listening, start_with};
use crate::steps::wait_open;
use crate::support::command::{run, udpqq};
use crate::support::lines::Talker;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::screen;

const SIZE: (u16, u16) = (110, 30);
const NIGHT: &str = "UDPQQ_NIGHT";
const SHORT_NIGHT: usize = 1_000;
/// Lines that are said before it is waited for the last of them.
const AT_ONCE: usize = 100;
/// In which a night has to be there.
const SOON: Duration = Duration::from_secs(2);

#[expect(clippy::disallowed_methods, reason = "how long it takes is what is promised")]
fn now() -> Instant {
    Instant::now()
}

/// A relay that keeps what is said, and somebody who talks there in plain lines.
struct Hall {
    relay: Talker,
    talk: Talker,
    said: usize,
    port: u16,
    _profiles: [Profile; 2],
}

impl Hall {
    fn open() -> Self {
        let (keeping, talking, port) = (Profile::new(), Profile::new(), free_port());
        let at = format!("127.0.0.1:{port}");
        let relay = start_with(&keeping.args_and(&["relay", &at, "--history", "--rate", "1000"]), &[]);
        listening(&relay);
        let room = format!("relay://{at}/hall");
        let talk = Talker::start(&mut udpqq(&talking.args_and(&["--name", "ben", "chat", &room])));
        Self { relay, talk, said: 0, port, _profiles: [keeping, talking] }
    }

    fn says(&mut self, count: usize) {
        for _ in 0..count {
            self.said += 1;
            self.talk.say(&format!("<{:04}>", self.said));
        }
        // A line of its own is printed when the relay has it.
        let last = format!("<{:04}>", self.said);
        self.talk.wait_line("its last line", |line| line.contains(&last) && !line.ends_with("[waiting]"));
    }

    fn enter(&self, profile: &Profile) -> Terminal {
        let terminal = Terminal::spawn(&profile.args_and(&["--name", "ann", "hall"]), SIZE);
        wait_open(&terminal, "hall", &format!("127.0.0.1:{}", self.port));
        terminal.wait_text("2 here");
        terminal
    }

    fn profile(&self) -> Profile {
        Profile::with_contacts(&[("hall", &format!("relay://127.0.0.1:{}/hall", self.port))])
    }
}

/// What one has of the room, in its order, by what it exports.
fn kept(profile: &Profile) -> Vec<usize> {
    let outcome = run(&profile.args_and(&["history", "export", "hall"]), b"");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let number = |line: &str| line.split_once("\"<")?.1.split_once('>')?.0.parse().ok();
    outcome.stdout.lines().filter_map(number).collect()
}

fn all(terminal: &Terminal) -> String {
    terminal.look(screen::rows).join("\n")
}

#[test]
fn a13_a_messenger_that_was_closed_or_killed_has_all_that_was_said_meanwhile_in_order_before_what_is_new() {
    let mut hall = Hall::open();
    let profile = hall.profile();
    for end in ["C-q", "kill"] {
        let terminal = hall.enter(&profile);
        hall.says(3);
        terminal.wait_text(&format!("<{:04}>", hall.said));
        if end == "kill" {
            terminal.signal(Signal::SIGKILL);
            assert_eq!(terminal.wait_exit(), Exit::Signal(Signal::SIGKILL));
        } else {
            terminal.key(end);
            let _exit = terminal.wait_exit();
        }
        hall.says(200);
        let terminal = hall.enter(&profile);
        terminal.wait_text(&format!("<{:04}>", hall.said));
        hall.says(2);
        terminal.wait_text(&format!("<{:04}>", hall.said));
        terminal.key("C-q");
        let _exit = terminal.wait_exit();
        assert_eq!(kept(&profile), (1..=hall.said).collect::<Vec<_>>(), "after {end}");
    }
    let mode = std::fs::metadata(profile.path("history.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "what proves who we are is in there");
    drop(hall.relay);
}

#[test]
fn going_up_in_a_room_reads_what_was_said_before_one_came_to_its_beginning() {
    let mut hall = Hall::open();
    hall.says(300);
    let profile = hall.profile();
    let terminal = hall.enter(&profile);
    hall.says(1);
    terminal.wait_text("<0301>");
    assert!(!all(&terminal).contains("<0300>"), "{}", all(&terminal));
    terminal.key("PgUp");
    terminal.wait_text("<0300>");
    terminal.wait_text("from the room's history");
    let begun = |terminal: &Terminal| all(terminal).contains("the beginning of the room's history");
    for _ in 0..200 {
        if begun(&terminal) {
            break;
        }
        terminal.key("PgUp");
        let _some = terminal.bytes_come(usize::MAX, Duration::from_millis(100));
    }
    assert!(begun(&terminal) && all(&terminal).contains("<0001>"), "{}", all(&terminal));
    terminal.key("C-q");
    let _exit = terminal.wait_exit();
    assert_eq!(kept(&profile), (1..=301).collect::<Vec<_>>());
}

/// What a messenger that was closed for a night finds: `UDPQQ_NIGHT=10000` is strict about the time it takes.
#[test]
fn a13_a_night_of_messages_is_there_soon_after_the_start() {
    let asked: Option<usize> = std::env::var(NIGHT).ok().map(|count| count.parse().expect(NIGHT));
    let mut hall = Hall::open();
    let profile = hall.profile();
    let terminal = hall.enter(&profile);
    hall.says(1);
    terminal.wait_text("<0001>");
    terminal.key("C-q");
    let _exit = terminal.wait_exit();
    for _ in 0..asked.unwrap_or(SHORT_NIGHT) / AT_ONCE {
        hall.says(AT_ONCE);
    }
    let (last, begun) = (format!("<{:04}>", hall.said), now());
    let terminal = hall.enter(&profile);
    terminal.wait_text(&last);
    let took = begun.elapsed();
    let line = format!("{} messages were there {took:?} after the start\n", hall.said - 1);
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    terminal.key("C-q");
    let _exit = terminal.wait_exit();
    assert_eq!(kept(&profile), (1..=hall.said).collect::<Vec<_>>());
    assert!(asked.is_none() || took <= SOON, "{took:?}");
}
