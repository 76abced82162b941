//! Two who write to each other under their keys are killed again and again: nothing that either has written down is lost
//! or comes twice, and what is marked as delivered is there (E5, E6).
//!
//! 200 kills; `UDPQQ_KILLS` asks for more. `UDPQQ_SEED` repeats a run.

use std::io::{Write as _, stderr};
use std::thread;

use crate::encrypted_trust::{Person, befriended};
use crate::support::chance::Chance;
use crate::support::film::Name;
use crate::support::history::{History, Mark, Row};
use crate::support::pty::{Exit, Terminal};

const KILLS: &str = "UDPQQ_KILLS";
const FEW: usize = 200;
/// Pairs that are killed side by side.
const LANES: usize = 2;
const SIZE: (u16, u16) = (80, 24);

#[test]
fn whoever_is_killed_loses_nothing_and_hears_nothing_twice() {
    let kills = std::env::var(KILLS).map_or(FEW, |kills| kills.parse().expect(KILLS));
    let chance = Chance::new();
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| {
            let chance = chance.branch(u64::try_from(lane).unwrap());
            thread::spawn(move || Pair::new(chance).run(kills / LANES))
        })
        .collect();
    let failed = lanes.into_iter().filter_map(|lane| lane.join().err()).count();
    assert_eq!(failed, 0, "pairs that failed; see above");
}

struct Pair {
    chance: Chance,
    people: [Person; 2],
    terminals: [Terminal; 2],
    /// The number of the next message of each.
    next: [u32; 2],
    kills: usize,
}

/// What the second of the two says bears another letter.
const fn name(who: usize, number: u32) -> Name {
    if who == 0 { Name::own(number) } else { Name::incoming(number) }
}

/// The numbers of what one of the two wrote, as they stand in a history.
fn numbers(rows: &[Row], who: usize) -> Vec<u32> {
    let names = rows.iter().filter_map(|row| Name::read(&row.text));
    names.filter(|name| name.own == (who == 0)).map(|name| name.number).collect()
}

impl Pair {
    fn new(chance: Chance) -> Self {
        let people = befriended();
        let terminals = [0, 1].map(|who: usize| people[who].open(SIZE));
        Self { chance, people, terminals, next: [0; 2], kills: 0 }
    }

    fn run(mut self, kills: usize) {
        while self.kills < kills {
            self.round();
            self.kills += 1;
        }
        for terminal in &self.terminals {
            terminal.key("C-u");
        }
        self.all_comes();
        let kept = [0, 1].map(|who| self.rows(who));
        for (writer, reader) in [(0, 1), (1, 0)] {
            let (said, heard) = (numbers(&kept[writer], writer), numbers(&kept[reader], writer));
            assert_eq!(said, heard, "what {writer} said, and what came of it");
            assert!(said.len() > kills, "too little happened: {} messages", said.len());
        }
        if std::env::var(KILLS).is_ok() {
            // Past the test harness, which keeps what a passing test prints to itself.
            let line = format!("{kills} kills: {} and {} messages\n", kept[0].len(), kept[1].len());
            stderr().write_all(line.as_bytes()).unwrap();
        }
    }

    /// Both write, one of them is killed in the middle of it, and what is left is looked at.
    fn round(&mut self) {
        for _ in 0..self.chance.within(2..=8) {
            let who = usize::from(self.chance.one_in(2));
            self.say(who);
        }
        let victim = usize::from(self.chance.one_in(2));
        let patience = self.chance.micros(0..=30_000);
        let _came = self.terminals[victim].bytes_come(usize::MAX, patience);
        let exit = self.terminals[victim].kill();
        assert!(matches!(exit, Exit::Signal(_)), "{exit:?}");
        self.marks_are_true(victim);
        self.terminals[victim] = self.people[victim].launch(SIZE);
        if self.chance.one_in(5) {
            // In the middle of starting.
            let (bytes, patience) = (self.chance.within(0..=3000), self.chance.micros(0..=60_000));
            let _came = self.terminals[victim].bytes_come(usize::try_from(bytes).unwrap(), patience);
            self.terminals[victim].kill();
            self.marks_are_true(victim);
            self.terminals[victim] = self.people[victim].launch(SIZE);
        }
        self.terminals[victim].wait_text(&format!(" to {}", self.people[1 - victim].name));
        self.terminals[victim].key("C-u");
    }

    fn say(&mut self, who: usize) {
        let text = name(who, self.next[who]).text();
        let terminal = &self.terminals[who];
        terminal.send(&text);
        // Lines that come faster than they are read are a paste, and not sent.
        terminal.wait_text(&text);
        terminal.key("Enter");
        self.next[who] += 1;
    }

    fn rows(&self, who: usize) -> Vec<Row> {
        History::live(&self.people[who].profile.path("history.db")).rows_after(-1)
    }

    /// What one is said to have is there, each thing once and in order; nothing failed.
    fn marks_are_true(&self, victim: usize) {
        History::left_at(&self.people[victim].profile.path("history.db")).assert_sound();
        // Of who goes on first what it knows, then what the other has.
        let first = [1 - victim, victim].map(|who| (who, self.rows(who)));
        let kept = |who: usize| first.iter().find(|(of, _)| *of == who).map(|(_, rows)| rows).unwrap();
        for (writer, reader) in [(0, 1), (1, 0)] {
            let heard = numbers(kept(reader), writer);
            let case = format!("kill {} of {victim}, of {writer} {reader} has {heard:?}", self.kills);
            assert!(heard.is_sorted_by(|one, next| one < next), "{case}");
            // Who is alive may have got more since.
            let heard = if reader == victim { heard } else { numbers(&self.rows(reader), writer) };
            for row in kept(writer).iter().filter(|row| row.mark != Mark::None) {
                let there = heard.contains(&Name::read(&row.text).unwrap().number);
                assert_ne!(row.mark, Mark::Failed, "{case}");
                assert!(there || row.mark != Mark::Delivered, "{case}, and not {row:?}");
            }
        }
    }

    /// Everything is delivered in the end.
    fn all_comes(&self) {
        for who in 0..2 {
            let waits =
                |rows: Vec<Row>| rows.iter().any(|row| [Mark::Waiting, Mark::Sent].contains(&row.mark));
            self.terminals[who].wait_for("all to be delivered", |_| !waits(self.rows(who)));
        }
    }
}
