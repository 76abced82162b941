//! A disk that fails when it is told to: `tests/faults/shim.c`, loaded before the C library.
//!
//! A machine without a C compiler, or that is no Linux, skips the tests that need it, in plain words.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Once, OnceLock};

use super::pty::Terminal;

/// A disk under the files of the history. It is well until it is told otherwise.
pub(crate) struct Disk {
    folder: tempfile::TempDir,
    shim: &'static Path,
    seed: u64,
}

impl Disk {
    /// `None`: there can be none here, and the test returns.
    pub(crate) fn new(seed: u64) -> Option<Self> {
        let shim = shim()?;
        Some(Self { folder: tempfile::tempdir().unwrap(), shim, seed })
    }

    /// Starts udpqq on this disk.
    pub(crate) fn spawn(&self, args: &[String], size: (u16, u16)) -> Terminal {
        let environment = self.environment();
        let environment = environment.each_ref().map(|(key, value)| (key.as_str(), value.as_str()));
        Terminal::spawn_with(args, size, &environment)
    }

    /// What a program needs in its environment so that this is its disk.
    pub(crate) fn environment(&self) -> [(String, String); 3] {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        [
            ("LD_PRELOAD".to_owned(), text(self.shim)),
            ("UDPQQ_FAULTS".to_owned(), text(&self.control())),
            ("UDPQQ_FAULT_SEED".to_owned(), self.seed.to_string()),
        ]
    }

    /// From now on these calls fail, such as `write EIO 30`: thirty in a hundred.
    pub(crate) fn fail(&self, faults: &[&str]) {
        let fresh = self.folder.path().join("next");
        fs::write(&fresh, faults.join("\n")).unwrap();
        fs::rename(fresh, self.control()).unwrap();
    }

    /// From now on it is well.
    pub(crate) fn recover(&self) {
        // It may be well already.
        let _well = fs::remove_file(self.control());
    }

    /// How many calls it made fail.
    pub(crate) fn hits(&self) -> u64 {
        fs::metadata(self.folder.path().join("faults.hits")).map_or(0, |file| file.len())
    }

    fn control(&self) -> PathBuf {
        self.folder.path().join("faults")
    }
}

static SHIM: OnceLock<Option<PathBuf>> = OnceLock::new();
static SAID: Once = Once::new();

/// The compiled shim.
fn shim() -> Option<&'static Path> {
    let shim = SHIM.get_or_init(|| if cfg!(target_os = "linux") { compile() } else { None }).as_deref();
    if shim.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "a C compiler is required where CI=true");
        skipped(&SAID, "no C compiler, or this is no Linux");
    }
    shim
}

/// Says past the test harness, which keeps what a passing test prints to itself, why a test does nothing.
pub(crate) fn skipped(once: &Once, why: &str) {
    once.call_once(|| std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes()).unwrap());
}

fn compile() -> Option<PathBuf> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/shim.c");
    let folder = target_folder();
    let (fresh, shim) = (folder.join(format!("shim-{}.so", std::process::id())), folder.join("shim.so"));
    let args = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"];
    let compiled = ["cc", "gcc"].iter().find_map(|compiler| {
        Command::new(compiler).args(args).arg(&fresh).args([source, "-ldl"]).status().ok()
    })?;
    assert!(compiled.success(), "{source} does not compile");
    fs::rename(fresh, &shim).unwrap();
    Some(shim)
}

/// Beside the program under test.
fn target_folder() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_udpqq")).parent().unwrap().to_owned()
}

#[cfg(test)]
#[path = "faults_tests.rs"]
mod tests;
