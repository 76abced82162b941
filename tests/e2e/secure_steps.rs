//! What the tests of the encrypted dialect share: two of us who have each other's key, and the cable between them.

use std::fs;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::cable::Cable;
use crate::support::PATIENCE;
use crate::support::ipmsg::{Member, Network};
use crate::support::profile::Profile;
use crate::support::pty::Exit;

pub(crate) const URSULA: &str = "ursula";
pub(crate) const VIKTOR: &str = "viktor";
/// Nothing else listens there, since the addresses are of one test alone.
const PORT: u16 = 2_426;
const PAUSE: Duration = Duration::from_millis(5);

/// Ursula and Viktor, each with the conversation with the other open.
pub(crate) struct Pair {
    pub(crate) us: Member,
    pub(crate) them: Member,
    pub(crate) cable: Cable,
}

/// What one of them has set: lines of the settings, and what stands beside the address of the other.
#[derive(Clone, Copy, Default)]
pub(crate) struct Setting<'a> {
    pub(crate) lines: &'a str,
    pub(crate) beside: &'a str,
}

impl Pair {
    pub(crate) fn start() -> Self {
        Self::start_with(Setting::default(), Setting::default())
    }

    pub(crate) fn start_with(ours: Setting<'_>, theirs: Setting<'_>) -> Self {
        let network = Network::new();
        let [here, there, near, far] = [1, 2, 3, 4].map(|number| format!("{}:{PORT}", network.at(number)));
        let cable = Cable::new((&here, &near), (&there, &far));
        let [ursula, viktor] = [&here, &there].map(|at| Profile::new().listening_at("off").encrypted_at(at));
        let [(ursulas, _), (viktors, _)] = [&ursula, &viktor].map(Profile::address);
        let contact = |name: &str, key: &str, end: &str, beside: &str| {
            format!("[contacts]\n{name} = {{ address = \"udpqq://{key}@{end}\"{beside} }}\n")
        };
        ursula.write("contacts.toml", &contact(VIKTOR, &viktors, &near, ours.beside));
        viktor.write("contacts.toml", &contact(URSULA, &ursulas, &far, theirs.beside));
        let us = Member::start_in(ursula, URSULA, ours.lines);
        let them = Member::start_in(viktor, VIKTOR, theirs.lines);
        let pair = Self { us, them, cable };
        for (one, other) in [(&pair.us, VIKTOR), (&pair.them, URSULA)] {
            one.terminal.wait_text(&format!("Write to {other}"));
            one.wait_header("encrypted");
        }
        pair
    }
}

/// Ends the program as if by a failing machine.
pub(crate) fn kill(member: &Member) {
    member.terminal.signal(Signal::SIGKILL);
    assert_eq!(member.terminal.wait_exit(), Exit::Signal(Signal::SIGKILL));
}

/// Bytes of what is among the downloads, whole or not.
pub(crate) fn landed(member: &Member) -> u64 {
    below(&member.downloads())
}

fn below(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().map(Result::unwrap);
    let bytes = |entry: fs::DirEntry| {
        // It may have got its name just now.
        entry.metadata().map_or(0, |found| if found.is_dir() { below(&entry.path()) } else { found.len() })
    };
    entries.map(bytes).sum()
}

/// Blocks until so many bytes of what comes are on the disk.
pub(crate) fn wait_landed(member: &Member, bytes: u64) {
    for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
        if landed(member) >= bytes {
            return;
        }
        let _pause = member.terminal.bytes_come(usize::MAX, PAUSE);
    }
    panic!("{} of {bytes} bytes came; screen:\n{}", landed(member), member.terminal.screen());
}
