//! Killed at any moment, nothing that was shown is lost: it is in the history once, with the mark it had.
//!
//! 200 kills; `UDPQQ_KILLS` asks for more. `UDPQQ_SEED` repeats a run.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Write as _, stderr};
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::PATIENCE;
use crate::support::chance::Chance;
use crate::support::faults::Disk;
use crate::support::film::{self, Line, Name};
use crate::support::history::{History, Mark, Row};
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};

const KILLS: &str = "UDPQQ_KILLS";
const FEW: usize = 200;
/// Profiles that are killed side by side.
const LANES: usize = 2;
const SIZE: (u16, u16) = (80, 24);
/// More messages than fit on the screen.
const SCREENFUL: u32 = 30;
/// How long the peer waits for a message before it sends its next.
const PACE: Duration = Duration::from_millis(1);
/// Messages that are read again by paging when all is over.
const READ_AGAIN: usize = 300;

#[test]
fn what_was_on_the_screen_when_it_was_killed_is_kept_once_with_its_mark() {
    let kills = std::env::var(KILLS).map_or(FEW, |kills| kills.parse().expect(KILLS));
    let chance = Chance::new();
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| {
            let chance = chance.branch(u64::try_from(lane).unwrap());
            thread::spawn(move || Lane::new(chance, lane % 2 == 1).run(kills / LANES))
        })
        .collect();
    let failed = lanes.into_iter().filter_map(|lane| lane.join().err()).count();
    assert_eq!(failed, 0, "lanes that failed; see above");
}

/// One profile and what is known of it.
struct Lane {
    chance: Chance,
    profile: Profile,
    /// A disk that takes its time: what is shown too early is shown long before it is kept.
    slow: Option<Disk>,
    peer: Arc<Peer>,
    /// The number of the next own message.
    next: u32,
    /// Every message that the history has had.
    known: BTreeMap<Name, i64>,
    last: i64,
    /// What was ever shown as handed to the network.
    sent: BTreeSet<Name>,
    /// The newest messages when it was killed last.
    newest: Vec<Row>,
    kills: usize,
}

/// Writes numbered messages while it may, and keeps the names of what comes.
struct Peer {
    socket: UdpSocket,
    port: u16,
    talks: AtomicBool,
    ends: AtomicBool,
    received: Mutex<Vec<Name>>,
}

impl Peer {
    fn new(port: u16) -> Arc<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(PACE)).unwrap();
        let (talks, ends) = (AtomicBool::new(false), AtomicBool::new(false));
        let peer = Arc::new(Self { socket, port, talks, ends, received: Mutex::default() });
        let talking = Arc::clone(&peer);
        thread::spawn(move || talking.talk());
        peer
    }

    fn talk(&self) {
        let (mut buffer, mut number) = ([0; 1024], 0);
        while !self.ends.load(Ordering::Acquire) {
            if let Ok((length, _)) = self.socket.recv_from(&mut buffer) {
                let text = std::str::from_utf8(&buffer[..length]).unwrap();
                self.received.lock().unwrap().push(Name::read(text).unwrap());
            }
            if self.talks.load(Ordering::Acquire) {
                // Nobody may listen just now.
                let text = Name::incoming(number).text();
                let _lost = self.socket.send_to(text.as_bytes(), ("127.0.0.1", self.port));
                number += 1;
            }
        }
    }
}

impl Lane {
    fn new(mut chance: Chance, slow: bool) -> Self {
        let slow = if slow { Disk::new(chance.next()) } else { None };
        if let Some(disk) = &slow {
            disk.fail(&["write slow5 10"]);
        }
        let port = free_port();
        let peer = Peer::new(port);
        let address = peer.socket.local_addr().unwrap().to_string();
        let profile =
            Profile::with_contacts(&[("alex", &address)]).listening_at(&format!("127.0.0.1:{port}"));
        Self {
            chance,
            profile,
            slow,
            peer,
            next: 0,
            known: BTreeMap::new(),
            last: -1,
            sent: BTreeSet::new(),
            newest: Vec::new(),
            kills: 0,
        }
    }

    fn run(mut self, kills: usize) {
        while self.kills < kills {
            self.round();
            self.kills += 1;
        }
        self.read_again();
        self.peer.ends.store(true, Ordering::Release);
        let history = History::left_at(&self.profile.path("history.db"));
        history.assert_searchable();
        let kept = history.named();
        assert_eq!(kept.len(), self.known.len(), "kept and known");
        let received = self.peer.received.lock().unwrap().clone();
        let once: BTreeSet<&Name> = received.iter().collect();
        assert_eq!(once.len(), received.len(), "sent twice");
        let (sent, kept) = (self.sent.len(), kept.len());
        if std::env::var(KILLS).is_ok() {
            // Past the test harness, which keeps what a passing test prints to itself.
            let line = format!("{kills} kills: {kept} messages kept, {sent} of them shown as sent\n");
            stderr().write_all(line.as_bytes()).unwrap();
        }
        assert!(
            received.len() > kills && sent > kills && kept > received.len(),
            "too little happened: {} received, {sent} shown as sent, {kept} kept",
            received.len()
        );
    }

    /// Starts it, uses it, kills it, and looks at what is left.
    fn round(&mut self) {
        let storm = self.chance.one_in(3);
        self.talk(storm);
        let terminal = match &self.slow {
            Some(disk) => disk.spawn(&self.profile.args(), SIZE),
            None => self.profile.launch(SIZE),
        };
        if self.chance.one_in(6) {
            // In the middle of starting, or right after it.
            let (bytes, patience) = (self.chance.within(0..=3000), self.chance.micros(0..=60_000));
            let _came = terminal.bytes_come(usize::try_from(bytes).unwrap(), patience);
        } else {
            if storm {
                terminal.wait_text("Ctrl-Q quit");
            } else {
                self.assert_as_it_was(&terminal);
            }
            self.talk(true);
            self.use_it(&terminal);
        }
        let exit = terminal.kill();
        assert!(matches!(exit, Exit::Signal(_) | Exit::Code(0)), "{exit:?}\n{}", terminal.screen());
        self.talk(false);
        self.look_at_what_is_left(&terminal.raw());
    }

    fn talk(&self, talks: bool) {
        self.peer.talks.store(talks, Ordering::Release);
    }

    /// The conversation stands there again, every message with the mark it had. Nobody writes meanwhile.
    fn assert_as_it_was(&self, terminal: &Terminal) {
        terminal.wait_text("Ctrl-Q quit");
        let Some(newest) = self.newest.last() else { return };
        terminal.wait_text(&newest.text);
        let lines = terminal.look(film::lines);
        let expected: Vec<Line> = self
            .newest
            .iter()
            .map(|row| Line { name: row.name(), mark: row.mark.settled().glyph(), unkept: false })
            .collect();
        assert!(expected.ends_with(&lines), "kill {}: {expected:?}\n{}", self.kills, terminal.screen());
    }

    /// Types and sends until a random moment, and sometimes quits just then.
    fn use_it(&mut self, terminal: &Terminal) {
        // What was being typed when it was killed last may have come back.
        terminal.key("C-u");
        for _ in 0..self.chance.within(0..=24) {
            let before = terminal.raw_len();
            let name = Name::own(self.next);
            let sends = !self.chance.one_in(8);
            terminal.send(&name.text());
            // Lines that come faster than they are read are a paste, and not sent.
            terminal.wait_text(&name.text());
            terminal.key(if sends { "Enter" } else { "C-u" });
            self.next += u32::from(sends);
            if sends && self.chance.one_in(2) {
                // Among many others it may have been on the screen only for a moment.
                let left = || self.peer.received.lock().unwrap().contains(&name);
                terminal.wait_for("what was sent", |screen| {
                    film::lines(screen).iter().any(|line| line.name == name) || left()
                });
            } else {
                let patience = self.chance.micros(0..=3_000);
                let _came = terminal.bytes_come(before + 200, patience);
            }
        }
        if self.chance.one_in(10) {
            terminal.key("C-q");
            let _came = terminal.bytes_come(usize::MAX, self.chance.micros(0..=10_000));
            return;
        }
        let patience = if self.chance.one_in(2) {
            // Right when something is shown.
            let shown = terminal.look(film::lines);
            terminal.wait_for("another message", |screen| film::lines(screen) != shown);
            Duration::ZERO
        } else {
            self.chance.micros(0..=4_000)
        };
        let _came = terminal.bytes_come(usize::MAX, patience);
    }

    fn look_at_what_is_left(&mut self, raw: &[u8]) {
        let path = self.profile.path("history.db");
        let shown = film::shown(raw, SIZE);
        if !path.exists() {
            assert!(shown.is_empty(), "kill {}: shown and not kept: {shown:?}", self.kills);
            return;
        }
        let history = History::left_at(&path);
        history.assert_sound();
        self.take(&history);
        for (name, ways) in &shown {
            let kept = self.kept(&history, *name);
            for line in ways {
                assert!(!line.unkept, "kill {}: {line:?}", self.kills);
                match line.mark {
                    '✓' => drop(self.sent.insert(*name)),
                    '×' => assert_eq!(kept.mark, Mark::Failed, "kill {}: {line:?}", self.kills),
                    _ => {}
                }
            }
            if self.sent.contains(name) {
                assert_eq!(kept.mark, Mark::Sent, "kill {}: {kept:?} {ways:?}", self.kills);
            }
        }
        // Nothing leaves before it is kept.
        for name in self.peer.received.lock().unwrap().iter() {
            assert!(self.known.contains_key(name), "kill {}: {name:?} left and is not kept", self.kills);
        }
        self.newest = history.newest(SCREENFUL);
    }

    /// Takes note of what is new in the history.
    fn take(&mut self, history: &History) {
        for row in history.rows_after(self.last) {
            let twin = self.known.insert(row.name(), row.id);
            assert_eq!(twin, None, "kill {}: twice: {row:?}", self.kills);
            self.last = row.id;
        }
    }

    fn kept(&self, history: &History, name: Name) -> Row {
        let row = self.known.get(&name).and_then(|id| history.row(*id));
        let row = row.unwrap_or_else(|| panic!("kill {}: {name:?} was shown and is not kept", self.kills));
        assert_eq!(row.name(), name);
        row
    }

    /// Pages up from the end: the messages stand there in their order, each once, as the history has them.
    fn read_again(&self) {
        let history = History::left_at(&self.profile.path("history.db"));
        let kept = history.newest(u32::try_from(READ_AGAIN).unwrap());
        let terminal = self.profile.open(SIZE);
        terminal.wait_text(&kept.last().unwrap().text);
        let place = |line: &Line| kept.iter().position(|row| row.name() == line.name);
        let (mut read, mut top) = (BTreeSet::new(), kept.len());
        while top > 0 {
            // What comes next overlaps with what was read, or begins right above it.
            terminal.wait_for("what stands above", |screen| {
                let places: Vec<_> = film::lines(screen).iter().filter_map(place).collect();
                places.first().is_some_and(|first| *first < top) && places.last() >= Some(&(top - 1))
            });
            let lines = terminal.look(film::lines);
            top = lines.iter().find_map(place).unwrap_or(0).min(top);
            read.extend(lines);
            terminal.key("PgUp");
        }
        for row in &kept {
            let line = Line { name: row.name(), mark: row.mark.settled().glyph(), unkept: false };
            assert!(read.contains(&line), "{row:?} is not there to be read");
        }
        terminal.key("C-q");
        assert_eq!(terminal.wait_exit(), Exit::Code(0), "within {PATIENCE:?}");
    }
}
