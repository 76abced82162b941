//! What the messenger costs while nothing happens: bytes to the terminal, wake-ups, memory.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use crate::figure::Figure;
use crate::support::profile::Profile;

/// What is still settling after the start is not idleness.
const SETTLE: Duration = Duration::from_secs(1);
const WATCH: Duration = Duration::from_secs(5);

pub(crate) fn measure() -> Vec<Figure> {
    let (terminal, _) = Profile::with_contacts(&[("alex", "127.0.0.1:9")]).start();
    sleep(SETTLE);
    let process = PathBuf::from(format!("/proc/{}", terminal.pid()));
    let (bytes, wakes) = (terminal.raw_len(), wake_ups(&process));
    sleep(WATCH);
    let woken = (wake_ups(&process) - wakes) / WATCH.as_secs_f64();
    let written = f64::from(u32::try_from(terminal.raw_len() - bytes).unwrap());
    let resident = number(&fs::read_to_string(process.join("status")).unwrap(), "VmRSS:") / 1024.0;
    vec![
        Figure::new("idle: bytes to the terminal in 5 s", written, "B").goal(0.0),
        Figure::new("idle: wake-ups a second, all threads", woken, "").goal(3.0),
        Figure::new("idle: resident memory", resident, "MB").goal(12.0),
    ]
}

/// Times any thread of the process gave its core back by itself.
fn wake_ups(process: &std::path::Path) -> f64 {
    let tasks = fs::read_dir(process.join("task")).expect("needs /proc, as on Linux");
    // A thread may end between being listed and being read.
    let statuses = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("status")).ok());
    statuses.map(|status| number(&status, "voluntary_ctxt_switches:")).sum()
}

/// The number after `key` at the start of a line.
pub(crate) fn number(status: &str, key: &str) -> f64 {
    let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
