//! From the start of the process to the first complete frame, and the memory that is taken then; without the encrypted
//! dialect and with it.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::figure::{Figure, quantile};
use crate::idle::resident;
use crate::support::profile::Profile;
use crate::support::screen;

const RUNS: usize = 20;
/// Starts with the encrypted dialect, and as many without.
const PAIRS: usize = 9;
/// What is still settling after the start is no memory that stays.
const SETTLE: Duration = Duration::from_secs(1);
const NAMES: [&str; 4] = ["alex", "瞎驴", "黎诗", "egon"];

/// In turn without and with the encrypted dialect, so that both are measured on the same machine.
pub(crate) fn measure() -> Vec<Figure> {
    let profiles = [false, true].map(profile);
    let mut times = [const { Vec::new() }; 2];
    for _ in 0..RUNS {
        for (profile, times) in profiles.iter().zip(&mut times) {
            times.push(first_frame(profile));
        }
    }
    let [off, on] = times.each_mut().map(|times| quantile(times, 0.5));
    let [worst, _] = times.each_mut().map(|times| quantile(times, 1.0));
    vec![
        Figure::time("first frame with contacts and status line, median", off).goal(20.0),
        Figure::time("first frame, worst of 20", worst),
        Figure::time("first frame with the encrypted dialect, median", on).goal(20.0),
        Figure::new(
            "first frame with the encrypted dialect, to without",
            on.as_secs_f64() / off.as_secs_f64(),
            "x",
        ),
    ]
}

/// Two programs beside each other, of which one listens for encrypted sessions.
pub(crate) fn measure_memory() -> Vec<Figure> {
    let profiles = [false, true].map(profile);
    let (mut with, mut more) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        let terminals = profiles.each_ref().map(|profile| profile.start().0);
        sleep(SETTLE);
        let [off, on] = terminals.each_ref().map(resident);
        with.push(on);
        more.push(on - off);
        for terminal in terminals {
            terminal.quit();
        }
    }
    vec![
        Figure::new("idle, with the encrypted dialect: resident memory", median(with), "MB"),
        Figure::new("idle, with the encrypted dialect: more than without", median(more), "MB").goal(2.0),
    ]
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

/// Contacts, and a key if the encrypted dialect is on: it is made once, and not by a start that is measured.
fn profile(encrypted: bool) -> Profile {
    let profile = Profile::with_contacts(&NAMES.map(|name| (name, "127.0.0.1:9")));
    if !encrypted {
        return profile;
    }
    let profile = profile.encrypted_at("127.0.0.1:0");
    profile.address();
    profile
}

fn first_frame(profile: &Profile) -> Duration {
    let start = Instant::now();
    let terminal = profile.launch((100, 30));
    let shown = terminal.wait_arrival("the contact list and the status line", |screen| {
        let rows = screen::rows(screen);
        let last = rows.iter().rev().take(2).any(|row| row.contains("Ctrl-Q"));
        last && NAMES.iter().all(|name| screen::find(screen, name).is_some())
    });
    terminal.key("C-q");
    terminal.wait_exit();
    shown - start
}
