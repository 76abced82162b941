//! Starts this program once for each target, or is one of those.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::sync::OnceLock;
use std::{env, fs};

use udpqq::model::fuzzing::FuzzTarget;

use crate::engines;

/// What needs more of the program than one decoder, or what only tests have.
const STATEFUL: [FuzzTarget; 1] = [FuzzTarget { name: "engines", run: engines::engines }];

fn targets() -> impl Iterator<Item = FuzzTarget> {
    udpqq::fuzzing::targets().chain(STATEFUL)
}

/// Which target a process is.
const TARGET: &str = "UDPQQ_FUZZ_TARGET";
/// The target whose disk fails when it is told to.
const STORE: &str = "store";
/// How long each runs where nobody says.
const SECONDS: &str = "60";
/// Bytes of an input at most: what a datagram brings.
const MAX_LENGTH: usize = 65_536;

/// Without a target it runs all that are asked for, and does not return.
pub(crate) fn run_all() {
    if env::var_os(TARGET).is_some() {
        return;
    }
    let mut words = env::args().skip(1).filter(|word| !word.starts_with('-')).peekable();
    let name = words.next_if(|word| word.parse::<u64>().is_err());
    let seconds = words.next().unwrap_or_else(|| SECONDS.to_owned());
    let chosen: Vec<FuzzTarget> =
        targets().filter(|target| name.as_ref().is_none_or(|name| *name == target.name)).collect();
    if chosen.is_empty() {
        eprintln!(
            "There is no such target: {}",
            targets().map(|target| target.name).collect::<Vec<_>>().join(", ")
        );
        exit(2);
    }
    let failed: Vec<&str> =
        chosen.iter().filter(|target| !fuzz(target.name, &seconds)).map(|target| target.name).collect();
    if !failed.is_empty() {
        eprintln!("failed: {}", failed.join(", "));
    }
    exit(i32::from(!failed.is_empty()));
}

/// Fuzzes one for so long; 0: takes into its corpus what it has found. `false`: it broke a law, or took too long.
fn fuzz(name: &str, seconds: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (corpus, found) = (root.join("tests/fuzz/corpus").join(name), root.join("target/fuzz").join(name));
    let crashes = root.join("target/fuzz/crashes").join(name);
    for folder in [&corpus, &found, &crashes] {
        fs::create_dir_all(folder).expect("a folder");
    }
    let log = root.join("target/fuzz").join(format!("{name}.log"));
    let mut program = Command::new(env::current_exe().expect("this program"));
    program.env(TARGET, name).args(arguments(seconds));
    if name == STORE {
        program.envs(failing_disk(&root.join("target/fuzz")));
    }
    program.arg(format!("-artifact_prefix={}/", crashes.display()));
    let folders: [&PathBuf; 2] = if seconds == "0" { [&corpus, &found] } else { [&found, &corpus] };
    program.args(folders).stderr(File::create(&log).expect("a log"));
    let is_well = program.status().is_ok_and(|status| status.success());
    let said = fs::read(&log).unwrap_or_default();
    println!("{}", summary(name, is_well, &String::from_utf8_lossy(&said)));
    if !is_well {
        println!("  {}", log.display());
    }
    is_well
}

/// What a program needs in its environment so that its disk can fail: nothing, where no C compiler makes such a disk.
fn failing_disk(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
    let shim = folder.join("shim.so");
    let made =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&shim).arg(source).arg("-ldl").status();
    if !made.is_ok_and(|status| status.success()) {
        println!("no C compiler: the disk of `{STORE}` does not fail");
        return Vec::new();
    }
    vec![("LD_PRELOAD", shim), ("UDPQQ_FAULTS", folder.join(format!("{STORE}.faults")))]
}

/// How often it ran, and how long the slowest took in whole seconds.
fn summary(name: &str, is_well: bool, said: &str) -> String {
    let stat = |key: &str| {
        let line = said.lines().rev().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(key));
        line.map_or("?", str::trim).to_owned()
    };
    let (runs, slowest) = (stat("number_of_executed_units:"), stat("slowest_unit_time_sec:"));
    let verdict = if is_well { "" } else { "   FAILED" };
    format!("{name:18} {runs:>12} runs, slowest {slowest} s{verdict}")
}

fn arguments(seconds: &str) -> Vec<String> {
    if seconds == "0" {
        return ["-merge=1", "-use_counters=0", "-verbosity=0"].map(str::to_owned).to_vec();
    }
    let most = format!("-max_len={MAX_LENGTH}");
    // A unit that takes more than a second is slow, and more than five a fault. Without `entropic`, whose weights for a corpus
    // of thousands take longer than most targets, and it finds less in the same time.
    let rest = [
        "-entropic=0",
        "-timeout=5",
        "-report_slow_units=1",
        "-rss_limit_mb=512",
        "-print_final_stats=1",
        "-verbosity=0",
    ];
    [format!("-max_total_time={seconds}"), most].into_iter().chain(rest.map(str::to_owned)).collect()
}

pub(crate) fn run_one(bytes: &[u8]) {
    static RUN: OnceLock<fn(&[u8])> = OnceLock::new();
    let run = RUN.get_or_init(|| {
        let name = env::var(TARGET).expect("a target");
        targets().find(|target| target.name == name).expect("a target of that name").run
    });
    run(bytes);
}
