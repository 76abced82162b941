//! What the tests of people in a network of their own share: who is there, how they start, and how they meet.

use std::io::{Write as _, stderr};

use crate::lan::{Lan, Node};
use crate::steps::go_to;
use crate::support::history::{History, Mark};
use crate::support::profile::Profile;
use crate::support::pty::Terminal;

const SIZE: (u16, u16) = (100, 30);

/// One who runs udpqq on a machine of its own.
pub(crate) struct Resident {
    pub(crate) name: &'static str,
    pub(crate) node: Node,
    pub(crate) profile: Profile,
}

impl Resident {
    pub(crate) fn new(lan: &mut Lan, name: &'static str) -> Self {
        let profile = Profile::new();
        let folder = profile.path("in");
        let settings = format!(
            "language = \"en\"\ntheme = \"classic\"\nlist = \"one\"\nname = \"{name}\"\nvisible = true\ndownloads = \"{}\"\n",
            folder.display()
        );
        profile.write("config.toml", &settings);
        Self { name, node: lan.node(name), profile }
    }

    /// One who has never started it.
    pub(crate) fn newcomer(lan: &mut Lan, name: &'static str) -> Self {
        let resident = Self::new(lan, name);
        std::fs::remove_file(resident.profile.path("config.toml")).unwrap();
        resident
    }

    /// With the encrypted dialect alone.
    pub(crate) fn start(&self) -> Terminal {
        self.start_with(&["--listen", "udp=off", "--listen", "ipmsg=off"])
    }

    pub(crate) fn start_with(&self, options: &[&str]) -> Terminal {
        let folder = self.profile.path("");
        let place = ["--interface", "eth0", "--profile", folder.to_str().unwrap()];
        let own = place.iter().chain(options).map(|&word| word.to_owned());
        let program = [env!("CARGO_BIN_EXE_udpqq").to_owned()];
        let words: Vec<String> = self.node.enter().into_iter().chain(program).chain(own).collect();
        Terminal::spawn_behind(&words, SIZE)
    }

    pub(crate) fn history(&self) -> History {
        History::live(&self.profile.path("history.db"))
    }

    pub(crate) fn marks(&self, text: &str) -> Vec<Mark> {
        let rows = self.history().rows_after(-1);
        rows.iter().filter(|row| row.text == text).map(|row| row.mark).collect()
    }

    /// What the history has of these, in its order.
    pub(crate) fn kept_of(&self, texts: &[String]) -> Vec<String> {
        let rows = self.history().rows_after(-1);
        rows.into_iter().map(|row| row.text).filter(|text| texts.contains(text)).collect()
    }
}

/// `None`, and why: it cannot be done here.
pub(crate) fn lan() -> Option<Lan> {
    match Lan::obstacle() {
        None => Some(Lan::new()),
        Some(why) => {
            let line = format!("skipped: no people in a network of their own: {why}\n");
            stderr().write_all(line.as_bytes()).unwrap();
            None
        }
    }
}

/// Mei and Ben, who have started it before and want to be seen.
pub(crate) fn two() -> Option<(Lan, Resident, Resident)> {
    let mut lan = lan()?;
    let (mei, ben) = (Resident::new(&mut lan, "mei"), Resident::new(&mut lan, "ben"));
    Some((lan, mei, ben))
}

/// The first opens the second, who is near, and writes; the second lets the first in, and answers.
pub(crate) fn meet(one: &Terminal, other: &Terminal, names: [&str; 2]) {
    go_to(one, names[1], "not compared");
    one.wait_text(&format!("◇ to {}", names[1]));
    one.line("hello.");
    other.wait_text("Requests");
    go_to(other, names[0], "wants to talk to you");
    other.wait_text("hello.");
    other.line("/accept");
    other.wait_text(&format!("◇ to {}", names[0]));
    other.line("hello to you.");
    one.wait_text("hello to you.");
    one.wait_text("✓✓ hello.");
    other.wait_text("✓✓ hello to you.");
}
