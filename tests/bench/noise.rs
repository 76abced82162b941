//! Whether the machine let us measure at all: a busy clock reader on each core counts the time taken away from it.

use std::fmt::Write as _;
use std::thread;
use std::time::{Duration, Instant};

/// How long each core is watched.
const WATCH: Duration = Duration::from_secs(1);
/// Reading the clock takes well under a microsecond; a hole longer than this is somebody else's work.
const GAP: Duration = Duration::from_micros(20);
/// A run that lost more than this, in percent, does not count.
const MAX_LOST: f64 = 2.0;

/// Percent of the time lost on each core.
pub(crate) fn measure() -> Vec<f64> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let watchers: Vec<_> = (0..cores).map(|core| thread::spawn(move || watch(core))).collect();
    watchers.into_iter().map(|watcher| watcher.join().unwrap()).collect()
}

/// One line for the end of the table.
pub(crate) fn verdict(before: &[f64], after: &[f64]) -> String {
    let worst = before.iter().chain(after).copied().fold(0.0, f64::max);
    let mut line = "noise, time lost on each core:".to_owned();
    for (when, cores) in [("before", before), ("after", after)] {
        write!(line, " {when}").unwrap();
        for lost in cores {
            write!(line, " {lost:.1} %").unwrap();
        }
    }
    let verdict = if worst > MAX_LOST { "noisy: this run does not count" } else { "quiet" };
    format!("{line}: {verdict}")
}

fn watch(core: usize) -> f64 {
    pin(core);
    let start = Instant::now();
    let (mut last, mut gone) = (start, Duration::ZERO);
    while last - start < WATCH {
        let now = Instant::now();
        if now - last > GAP {
            gone += now - last;
        }
        last = now;
    }
    100.0 * gone.as_secs_f64() / (last - start).as_secs_f64()
}

/// Without it two watchers may share a core; a machine that does not allow it only measures less exactly.
#[cfg(target_os = "linux")]
pub(crate) fn pin(core: usize) {
    use nix::sched::{CpuSet, sched_setaffinity};
    let mut set = CpuSet::new();
    if set.set(core).is_ok() {
        let _not_allowed = sched_setaffinity(nix::unistd::Pid::from_raw(0), &set);
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn pin(_core: usize) {}
