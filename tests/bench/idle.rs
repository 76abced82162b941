//! What the messenger costs while nothing happens: bytes to the terminal, wake-ups, memory.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use crate::figure::Figure;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;

/// What is still settling after the start is not idleness.
const SETTLE: Duration = Duration::from_secs(1);
const WATCH: Duration = Duration::from_secs(5);

pub(crate) fn measure() -> Vec<Figure> {
    let (terminal, _) = Profile::with_contacts(&[("alex", "127.0.0.1:9")]).start();
    sleep(SETTLE);
    let (bytes, wakes) = (terminal.raw_len(), wake_ups(&terminal));
    sleep(WATCH);
    let woken = (wake_ups(&terminal) - wakes) / WATCH.as_secs_f64();
    let written = f64::from(u32::try_from(terminal.raw_len() - bytes).unwrap());
    vec![
        Figure::new("idle: bytes to the terminal in 5 s", written, "B").goal(0.0),
        Figure::new("idle: wake-ups a second, all threads", woken, "").goal(3.0),
        Figure::new("idle: resident memory", resident(&terminal), "MB").goal(10.0),
    ]
}

/// Times any thread of the program gave its core back by itself.
pub(crate) fn wake_ups(terminal: &Terminal) -> f64 {
    let tasks = fs::read_dir(process(terminal).join("task")).expect("needs /proc, as on Linux");
    // A thread may end between being listed and being read.
    let statuses = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("status")).ok());
    statuses.map(|status| number(&status, "voluntary_ctxt_switches:")).sum()
}

/// Memory of the program that is in use now, in MB.
pub(crate) fn resident(terminal: &Terminal) -> f64 {
    memory(terminal, "VmRSS:")
}

/// A line of the kernel's account of the program's memory, in MB.
pub(crate) fn memory(terminal: &Terminal, line: &str) -> f64 {
    number(&fs::read_to_string(process(terminal).join("status")).unwrap(), line) / 1024.0
}

fn process(terminal: &Terminal) -> PathBuf {
    PathBuf::from(format!("/proc/{}", terminal.pid()))
}

/// The number after `key` at the start of a line.
fn number(status: &str, key: &str) -> f64 {
    let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
