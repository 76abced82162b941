//! Writes `assets/link/hot.ld`: which functions run in an ordinary session. `assets/link/build.rs` says what for.
//!
//! By hand, on Linux on x86-64, when much was added: `cargo hot`. Of a list that is older than the code a part has no effect,
//! and nothing else comes of it.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends by panicking; the harness belongs to the tests"
)]

#[expect(dead_code, reason = "a session needs little of what tests stand on")]
#[path = "../support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::profile::{Profile, listening_port};
use support::pty::Terminal;
use support::socket::Socket;

const PROGRAM: &str = env!("CARGO_BIN_EXE_udpqq");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/link/hot.ld");
const CALLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hot_functions/calls.c");
const SIZE: (u16, u16) = (120, 36);

#[test]
#[ignore = "writes assets/link/hot.ld; run by hand: cargo hot"]
fn a_list_of_the_functions_of_an_ordinary_session() {
    let functions = Functions::of_the_program();
    let trace = Trace::new(&functions);
    session(&trace);
    let calls = trace.calls();
    let called = calls.iter().filter_map(|address| functions.names.get(address)).flatten();
    // Sorted, so that lists of two days can be compared.
    let names: BTreeSet<String> = called.map(|name| pattern(name)).collect();
    assert!(names.len() > 1_000, "only {} functions ran", names.len());
    fs::write(SCRIPT, script(&names)).unwrap();
}

/// What people do every day: a start with all dialects, a conversation by plain UDP and with itself, another start with a
/// history, scrolling, the end.
fn session(trace: &Trace) {
    let peer = Socket::bind();
    let address = peer.address().to_string();
    let profile = Profile::with_contacts(&[("alex", &address)]);
    profile.write("config.toml", "name = \"ann\"\nlanguage = \"en\"\nvisible = true\n");
    let folder = profile.path("").to_str().unwrap().to_owned();
    let environment = trace.environment();
    let environment = environment.each_ref().map(|(key, value)| (*key, value.as_str()));
    for round in 0..2 {
        let terminal = Terminal::spawn_with(&["--interface", "lo", "--profile", &folder], SIZE, &environment);
        terminal.wait_text("alex");
        let port = listening_port(&terminal);
        terminal.key("M-1");
        let words = format!("hello {round}, 你好");
        terminal.line(&words);
        terminal.wait_for("an echo", |screen| screen.contents().matches(&words).count() > 1);
        terminal.key("M-2");
        terminal.wait_text(&address);
        terminal.line(&words);
        assert_eq!(peer.receive().0, words.as_bytes());
        peer.send(format!("answer {round}").as_bytes(), port);
        terminal.wait_text(&format!("answer {round}"));
        for key in ["PgUp", "PgDn", "Up", "Down", "a", "Backspace"] {
            terminal.key(key);
        }
        terminal.quit();
    }
}

/// The functions of the program, by their addresses in the file.
struct Functions {
    names: BTreeMap<u64, Vec<String>>,
}

impl Functions {
    fn of_the_program() -> Self {
        let told =
            Command::new("nm").args(["--defined-only", PROGRAM]).output().expect("nm, of the binutils");
        let mut names: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for line in String::from_utf8(told.stdout).unwrap().lines() {
            let mut words = line.split(' ');
            let (Some(address), Some("t" | "T" | "w" | "W"), Some(name)) =
                (words.next(), words.next(), words.next())
            else {
                continue;
            };
            names.entry(u64::from_str_radix(address, 16).unwrap()).or_default().push(name.to_owned());
        }
        assert!(!names.is_empty(), "the program has no symbols: run `cargo hot`");
        Self { names }
    }
}

/// What a program is started with so that it tells which functions it calls.
struct Trace {
    folder: tempfile::TempDir,
}

impl Trace {
    fn new(functions: &Functions) -> Self {
        let trace = Self { folder: tempfile::tempdir().unwrap() };
        let addresses = functions.names.keys().fold(String::new(), |mut lines, address| {
            writeln!(lines, "{address:x}").unwrap();
            lines
        });
        fs::write(trace.path("functions"), addresses).unwrap();
        let args = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"];
        let compiled = Command::new("cc").args(args).arg(trace.path("calls.so")).arg(CALLS).status();
        assert!(compiled.expect("a C compiler").success(), "{CALLS} does not compile");
        trace
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn environment(&self) -> [(&'static str, String); 3] {
        let text = |name| Path::to_str(&self.path(name)).unwrap().to_owned();
        [
            ("LD_PRELOAD", text("calls.so")),
            ("UDPQQ_FUNCTIONS", text("functions")),
            ("UDPQQ_CALLS", text("calls")),
        ]
    }

    /// The addresses of what was called.
    fn calls(&self) -> Vec<u64> {
        let told = fs::read_to_string(self.path("calls")).unwrap();
        told.lines().map(|line| u64::from_str_radix(line, 16).unwrap()).collect()
    }
}

/// The function's name without what differs from compiler to compiler.
///
/// The hash of a crate (`Cs` … `_`, RFC 2603) and the one behind a name of the older kind (`17h` … `E`), which the standard library
/// has, and the number that the optimiser gives to what it takes into another unit.
fn pattern(name: &str) -> String {
    let (name, unit) = name.split_once(".llvm.").map_or((name, ""), |(name, _)| (name, ".llvm.*"));
    if let Some((path, _hash)) = name.rsplit_once("17h").filter(|_| name.starts_with("_ZN")) {
        return format!("{path}17h*E{unit}");
    }
    let mut parts = name.split("Cs");
    let mut pattern = parts.next().unwrap().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric());
        let is_hash = name.starts_with("_R") && rest.starts_with('_') && rest.len() < part.len();
        pattern += if is_hash { "Cs*" } else { "Cs" };
        pattern += if is_hash { rest } else { part };
    }
    pattern + unit
}

#[test]
fn a_pattern_leaves_out_what_differs_from_compiler_to_compiler() {
    for (name, wanted) in [
        ("_RNvNtCshXBd8Ispo7F_5udpqq3app6update", "_RNvNtCs*_5udpqq3app6update"),
        ("_RNvCs1_5udpqq4mainCs2b_4core.llvm.123", "_RNvCs*_5udpqq4mainCs*_4core.llvm.*"),
        ("_ZN3std2rt4main17h0123456789abcdefE", "_ZN3std2rt4main17h*E"),
        ("sqlite3VdbeExec", "sqlite3VdbeExec"),
    ] {
        assert_eq!(pattern(name), wanted);
    }
}

/// A script that adds to the one that the linker has (GNU ld and LLD: `INSERT`).
fn script(names: &BTreeSet<String>) -> String {
    let mut script = String::from(
        "/* Written by `cargo hot`: functions that run in an ordinary session. See build.rs beside it. */\nSECTIONS {\n.text.hot : {\n",
    );
    for name in names {
        // What Rust thinks is seldom called is in sections whose names have one more word.
        let between = if name.starts_with("_R") || name.starts_with("_ZN") { "*" } else { "" };
        writeln!(script, "*(.text.{between}{name})").unwrap();
    }
    script + "}\n}\nINSERT BEFORE .text;\n"
}
