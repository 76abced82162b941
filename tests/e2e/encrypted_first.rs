//! Two who have never used udpqq, on one network: each opens the other at the same time, and both write.

use std::thread;

use crate::lan_steps::{Resident, lan};
use crate::support::history::Mark;
use crate::support::pty::Terminal;

/// What each says.
const LINES: usize = 5;

/// Answers the first questions, and wants to be seen.
fn first_start(person: &Resident) -> Terminal {
    let terminal = person.start_with(&[]);
    terminal.wait_text("Welcome to udpqq");
    terminal.key("C-u");
    terminal.send(person.name);
    terminal.wait_text(&format!("› {}", person.name));
    terminal.wait_text("‹ yes ›");
    terminal.key("Enter");
    terminal.wait_gone("Welcome to udpqq");
    terminal
}

fn lines(person: &Resident) -> Vec<String> {
    (0..LINES).map(|number| format!("{} says {number}.", person.name)).collect()
}

/// Opens the other, and writes.
fn talk(terminal: &Terminal, to: &str, lines: &[String]) {
    terminal.key("Enter");
    terminal.wait_text(&format!("◇ to {to}"));
    for line in lines {
        terminal.line(line);
        // Lines that come faster than they are read are a paste, and not sent.
        terminal.wait_text(&format!(" {line}"));
    }
}

#[test]
fn both_open_each_other_at_once_and_have_one_locked_conversation_each() {
    let Some(mut lan) = lan() else { return };
    let people = ["mei", "ben"].map(|name| Resident::newcomer(&mut lan, name));
    let terminals = [&people[0], &people[1]].map(first_start);
    // Each may be there in the open first. Whoever is chosen then is written to encrypted all the same.
    for (terminal, other) in [(&terminals[0], "ben"), (&terminals[1], "mei")] {
        terminal.wait_text(&format!(" {other}"));
        terminal.key("C-g");
        terminal.send(other);
        terminal.wait_text(&format!("› {other}"));
    }
    thread::scope(|scope| {
        for (at, other) in [(0, 1), (1, 0)] {
            let (terminal, lines) = (&terminals[at], lines(&people[at]));
            let name = people[other].name;
            scope.spawn(move || talk(terminal, name, &lines));
        }
    });
    all_comes(&people, &terminals);
    drop(lan);
}

/// Each has what both said, all of it once and in order, in the one conversation that it has.
fn all_comes(people: &[Resident; 2], terminals: &[Terminal; 2]) {
    for (writer, reader) in [(0, 1), (1, 0)] {
        let said = lines(&people[writer]);
        let delivered = |line: &String| people[writer].marks(line) == [Mark::Delivered];
        terminals[writer].wait_for("all to be delivered", |_| said.iter().all(delivered));
        for person in people {
            assert_eq!(person.kept_of(&said), said, "what {} has of {writer}", person.name);
        }
        terminals[reader].wait_text(&said[LINES - 1]);
    }
    for (person, other) in [(0, "ben"), (1, "mei")] {
        let screen = terminals[person].screen();
        assert!(screen.contains(&format!("◇ to {other}")), "{screen}");
        assert!(!screen.contains("Requests"), "nobody has to be let in:\n{screen}");
        let name = format!("{other} ◇");
        let in_list = screen.lines().filter(|row| row.chars().take(24).collect::<String>().contains(&name));
        assert_eq!(in_list.count(), 1, "one row of the list:\n{screen}");
        assert_eq!(people[person].history().conversations(), 1, "{screen}");
    }
}
