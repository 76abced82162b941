//! What a person finds again at the next start, however the last one ended.

use std::time::Duration;

use nix::sys::signal::Signal;

use crate::steps::{go_to, shows_unread, wait_open, wait_ready};
use crate::support::film::{self, Name};
use crate::support::history::History;
use crate::support::profile::{Profile, listening_port};
use crate::support::pty::{Exit, Terminal};
use crate::support::screen;
use crate::support::socket::Socket;
use crate::support::writer::Writer;

const SIZE: (u16, u16) = (100, 30);
/// Central Europe's clock, in a form that needs no list of time zones.
const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

#[derive(Clone, Copy, Debug)]
enum End {
    Quit,
    Terminated,
    Killed,
}

impl End {
    fn of(self, terminal: &Terminal) {
        match self {
            Self::Quit => terminal.key("C-q"),
            Self::Terminated => terminal.signal(Signal::SIGTERM),
            Self::Killed => terminal.signal(Signal::SIGKILL),
        }
        let exit = terminal.wait_exit();
        assert_eq!(matches!(self, Self::Killed), exit == Exit::Signal(Signal::SIGKILL), "{exit:?}");
    }
}

/// Two contacts with their sockets.
fn two() -> (Profile, Socket, Socket) {
    let (alex, bo) = (Socket::bind(), Socket::bind());
    let contacts = [("alex", alex.address().to_string()), ("bo", bo.address().to_string())];
    let profile =
        Profile::with_contacts(&contacts.each_ref().map(|(name, address)| (*name, address.as_str())));
    (profile, alex, bo)
}

/// Waits until all of these drafts are saved.
fn wait_drafts(terminal: &Terminal, profile: &Profile, drafts: &[&str]) {
    let mut saved = Vec::new();
    for _ in 0..1_000 {
        saved = History::live(&profile.path("history.db")).drafts();
        if drafts.iter().all(|draft| saved.iter().any(|one| one == draft)) && saved.len() == drafts.len() {
            return;
        }
        let _pause = terminal.bytes_come(usize::MAX, Duration::from_millis(5));
    }
    panic!("saved: {saved:?}, written: {drafts:?}");
}

/// The numbers on the screen, from the top.
fn numbers(terminal: &Terminal) -> Vec<Name> {
    terminal.look(film::lines).iter().map(|line| line.name).collect()
}

#[test]
fn messages_unread_counts_drafts_and_places_come_back_however_it_ended() {
    for end in [End::Quit, End::Terminated, End::Killed] {
        let (profile, alex, bo) = two();
        let terminal = profile.open(SIZE);
        let port = listening_port(&terminal);
        wait_ready(&terminal, "alex");
        alex.send(Name::incoming(1).text().as_bytes(), port);
        terminal.wait_text(&Name::incoming(1).text());
        terminal.line(&Name::own(2).text());
        assert_eq!(alex.receive().0, Name::own(2).text().as_bytes());
        terminal.send("half a thought");
        terminal.wait_text("half a thought");

        go_to(&terminal, "bo", &bo.address().to_string());
        for number in 101..=200 {
            bo.send(Name::incoming(number).text().as_bytes(), port);
        }
        terminal.wait_text(&Name::incoming(200).text());
        terminal.send("for bo");
        terminal.wait_text("for bo");
        terminal.key("PgUp");
        terminal.wait_gone(&Name::incoming(200).text());
        let shown = terminal.screen();
        terminal.key("PgUp");
        terminal.wait_for("another page", |now| screen::contents(now) != shown);
        for number in 3..=5 {
            alex.send(Name::incoming(number).text().as_bytes(), port);
        }
        terminal.wait_for("three unread of alex", |screen| shows_unread(screen, "alex", 3));
        let place = numbers(&terminal);
        wait_drafts(&terminal, &profile, &["half a thought", "for bo"]);
        end.of(&terminal);

        let terminal = profile.open(SIZE);
        wait_open(&terminal, "bo", &bo.address().to_string());
        terminal.wait_text("for bo");
        terminal.wait_for("three unread of alex", |screen| shows_unread(screen, "alex", 3));
        terminal.wait_text(&place[0].text());
        assert_eq!(numbers(&terminal), place, "{end:?}: where one read");
        go_to(&terminal, "alex", &alex.address().to_string());
        terminal.wait_text("half a thought");
        terminal.wait_text(&Name::incoming(5).text());
        let rows = terminal.look(screen::rows);
        let row = |text: &str| rows.iter().position(|row| row.contains(text));
        let marker = rows.iter().position(|row| row.contains(" new ─"));
        assert!(
            row(&Name::own(2).text()) < marker && marker < row(&Name::incoming(3).text()),
            "{end:?}: the mark above what is unread\n{}",
            terminal.screen()
        );
        assert_eq!(numbers(&terminal).len(), 5, "{end:?}");
    }
}

#[test]
fn what_was_sent_does_not_come_back_as_a_draft() {
    let (profile, alex, _bo) = two();
    let terminal = profile.open(SIZE);
    wait_ready(&terminal, "alex");
    terminal.send("typed slowly");
    wait_drafts(&terminal, &profile, &["typed slowly"]);
    terminal.key("Enter");
    assert_eq!(alex.receive().0, b"typed slowly");
    terminal.wait_text("✓  typed slowly");
    End::Killed.of(&terminal);
    let again = profile.open(SIZE);
    again.wait_text("typed slowly");
    wait_ready(&again, "alex");
    assert_eq!(again.rows_with("typed slowly").len(), 1, "{}", again.screen());
}

#[test]
fn a_contact_that_writes_while_it_starts_is_no_stranger() {
    let (alex, port) = (Socket::bind(), crate::support::ports::free_port());
    let profile = Profile::with_contacts(&[("alex", &alex.address().to_string())])
        .listening_at(&format!("127.0.0.1:{port}"));
    for start in 0..20 {
        let terminal = profile.launch(SIZE);
        let mut number = 0;
        // From before it listens until it is up.
        while !terminal.screen().contains(&format!(":{port} ")) {
            number += 1;
            alex.send(format!("{start}.{number}.").as_bytes(), port);
            let _pause = terminal.bytes_come(usize::MAX, Duration::from_micros(50));
        }
        alex.send(format!("up {start}.").as_bytes(), port);
        terminal.wait_text(&format!("up {start}."));
        assert!(!terminal.screen().contains("Strangers"), "start {start}:\n{}", terminal.screen());
        End::Quit.of(&terminal);
    }
}

/// A profile whose conversation with alex holds incoming messages of these times, in the order of their arrival.
fn with_times(times: &[&str]) -> (Profile, String) {
    let (profile, alex, _bo) = two();
    let terminal = profile.open(SIZE);
    wait_ready(&terminal, "alex");
    End::Quit.of(&terminal);
    let mut writer = Writer::open(&profile.path("history.db"));
    for (number, time) in (1..).zip(times) {
        writer.incoming("alex", alex.address(), time, &Name::incoming(number).text());
    }
    (profile, alex.address().to_string())
}

/// Days, times and messages of the conversation, from the top: `2026-03-28`, `23:30`, `<i000001>`.
fn chronicle(terminal: &Terminal) -> Vec<String> {
    let rows = terminal.look(screen::rows);
    let words = rows.iter().skip(1).flat_map(|row| row.rsplit('│').next().unwrap_or(row).split_whitespace());
    let is_day = |word: &str| word.len() == 10 && word.starts_with("2026-");
    let is_time = |word: &str| word.len() == 5 && word.as_bytes()[2] == b':';
    let wanted = words.filter(|word| is_day(word) || is_time(word) || Name::read(word).is_some());
    wanted.map(str::to_owned).collect()
}

fn assert_chronicle(zone: &str, times: &[&str], expected: &[&str]) {
    let (profile, _) = with_times(times);
    let terminal = Terminal::spawn_with(&profile.args(), SIZE, &[("TZ", zone)]);
    let last = Name::incoming(u32::try_from(times.len()).unwrap()).text();
    terminal.wait_text(&last);
    assert_eq!(chronicle(&terminal), expected, "{zone}\n{}", terminal.screen());
}

/// The zone by its rule, and by its name where the machine knows it.
fn berlin() -> impl Iterator<Item = &'static str> {
    let named = std::path::Path::new("/usr/share/zoneinfo/Europe/Berlin").exists();
    std::iter::once(BERLIN).chain(named.then_some("Europe/Berlin"))
}

#[test]
fn days_and_times_follow_the_clock_that_goes_forward() {
    for zone in berlin() {
        assert_chronicle(
            zone,
            &[
                "2026-03-28T22:59:00Z",
                "2026-03-28T23:00:00Z",
                "2026-03-29T00:59:59Z",
                "2026-03-29T01:00:00Z",
                "2026-03-29T21:59:00Z",
                "2026-03-29T22:00:00Z",
            ],
            &[
                "2026-03-28",
                "23:59",
                "<i000001>",
                "2026-03-29",
                "00:00",
                "<i000002>",
                "01:59",
                "<i000003>",
                "03:00",
                "<i000004>",
                "23:59",
                "<i000005>",
                "2026-03-30",
                "00:00",
                "<i000006>",
            ],
        );
    }
}

#[test]
fn days_and_times_follow_the_clock_that_goes_back() {
    for zone in berlin() {
        assert_chronicle(
            zone,
            &[
                "2026-10-24T21:59:00Z",
                "2026-10-24T22:00:00Z",
                "2026-10-25T00:30:00Z",
                "2026-10-25T01:30:00Z",
                "2026-10-25T22:59:00Z",
                "2026-10-25T23:00:00Z",
            ],
            &[
                "2026-10-24",
                "23:59",
                "<i000001>",
                "2026-10-25",
                "00:00",
                "<i000002>",
                "02:30",
                "<i000003>",
                "02:30",
                "<i000004>",
                "23:59",
                "<i000005>",
                "2026-10-26",
                "00:00",
                "<i000006>",
            ],
        );
    }
}

#[test]
fn messages_stand_in_the_order_of_their_arrival_whatever_the_clock_said() {
    assert_chronicle(
        "UTC",
        &["2026-05-05T12:00:00Z", "2026-05-01T08:00:00Z", "2026-05-01T08:01:00Z", "2026-05-05T12:10:00Z"],
        &[
            "2026-05-05",
            "12:00",
            "<i000001>",
            "2026-05-01",
            "08:00",
            "<i000002>",
            "<i000003>",
            "08:01",
            "2026-05-05",
            "12:10",
            "<i000004>",
        ],
    );
}
