//! udpqq as a member of an IP Messenger network, and what its files are compared with.
//!
//! Every member has an address of its own on loopback, so that all can have the one port they need. Nobody is reached by
//! a broadcast there: they are announced to each other.

use std::collections::BTreeMap;
use std::fs;
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};

use tempfile::TempDir;

use super::profile::Profile;
use super::pty::Terminal;
use super::screen;

/// Addresses of one test alone, all on loopback.
pub(crate) struct Network {
    base: String,
}

/// How many networks this process has made.
static NETWORKS: AtomicU8 = AtomicU8::new(0);

impl Network {
    pub(crate) fn new() -> Self {
        // Other test runs on this machine are other processes.
        let run = 64 + std::process::id() % 128;
        loop {
            let number = NETWORKS.fetch_add(1, Ordering::Relaxed);
            let network = Self { base: format!("127.{run}.{number}") };
            if UdpSocket::bind((network.at(1).as_str(), PORT)).is_ok() {
                return network;
            }
        }
    }

    /// Its addresses are counted from 1.
    pub(crate) fn at(&self, number: u8) -> String {
        format!("{}.{number}", self.base)
    }
}

/// All of the family are there, and nowhere else.
pub(crate) const PORT: u16 = 2425;
/// Room for a list of files with their names, and for a few messages above it.
const SIZE: (u16, u16) = (120, 40);

/// The messenger, its profile, and a folder for its files that is not in the profile.
pub(crate) struct Member {
    pub(crate) terminal: Terminal,
    pub(crate) profile: Profile,
    folder: TempDir,
}

impl Member {
    /// Starts udpqq at this address. `announce`: to whom it makes itself known.
    pub(crate) fn start(name: &str, address: &str, announce: &[&str]) -> Self {
        Self::start_with(name, address, &format!("visible = true\nannounce = {announce:?}\n"))
    }

    /// Starts udpqq behind a command that leads to another network, where it is known by `interface`.
    pub(crate) fn start_behind(words: &[String], interface: &str, name: &str) -> Self {
        let profile = Profile::new();
        let folder = prepare(&profile, name, "visible = true\n");
        let terminal = behind(words, interface, &profile);
        Self { terminal, profile, folder }
    }

    /// As `again`, for one that was started behind a command.
    pub(crate) fn again_behind(&mut self, words: &[String], interface: &str) {
        self.terminal = behind(words, interface, &self.profile);
    }

    /// As `start`, with these settings instead.
    pub(crate) fn start_with(name: &str, address: &str, settings: &str) -> Self {
        let profile = Profile::new();
        let folder = prepare(&profile, name, settings);
        let listen = format!("ipmsg={address}:{PORT}");
        let terminal = Terminal::spawn(&profile.args_and(&["--listen", &listen]), SIZE);
        terminal.wait_text(&format!(":{PORT}"));
        Self { terminal, profile, folder }
    }

    /// Starts udpqq with a profile that says where it listens and whom it knows.
    pub(crate) fn start_in(profile: Profile, name: &str, settings: &str) -> Self {
        let folder = prepare(&profile, name, settings);
        let terminal = profile.launch(SIZE);
        terminal.wait_text("Write to ");
        Self { terminal, profile, folder }
    }

    /// As `again`, for one that was started in its profile.
    pub(crate) fn again_in_profile(&mut self) {
        self.again_with_draft("Write to ");
    }

    /// The same where this stands in the composer.
    pub(crate) fn again_with_draft(&mut self, draft: &str) {
        self.terminal = self.profile.launch(SIZE);
        self.terminal.wait_text(draft);
    }

    /// The same person, after the program has ended.
    pub(crate) fn again(&mut self, address: &str) {
        let listen = format!("ipmsg={address}:{PORT}");
        self.terminal = Terminal::spawn(&self.profile.args_and(&["--listen", &listen]), SIZE);
        self.terminal.wait_text(&format!(":{PORT}"));
    }

    /// Where what it receives goes.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.folder.path().join("in")
    }

    /// Makes a file outside the downloads, to be offered.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        write(self.folder.path(), name, content)
    }

    /// Everything outside the downloads, by its path.
    pub(crate) fn outside(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = tree(self.folder.path());
        found.retain(|path, _| !path.starts_with("in"));
        found
    }

    /// Blocks until what is there under this name has this content.
    pub(crate) fn wait_file(&self, name: &str, content: &[u8]) {
        let path = self.downloads().join(name);
        let whole = || fs::read(&path).is_ok_and(|found| found == content);
        self.terminal.wait_for(&format!("{name:?}, whole, among the downloads"), |_| whole());
    }

    /// Opens the conversation with this person, by name.
    pub(crate) fn talk_to(&self, name: &str, address: &str) {
        self.terminal.wait_text(name);
        self.terminal.key("C-g");
        self.terminal.send(name);
        self.terminal.key("Enter");
        self.wait_header(name);
        self.wait_header(address);
    }

    /// Blocks until the header of the open conversation says this.
    pub(crate) fn wait_header(&self, text: &str) {
        self.terminal.wait_for(&format!("{text:?} in the header"), |screen| {
            screen::rows(screen).first().is_some_and(|row| row.contains(text))
        });
    }

    /// Blocks until this text of ours stands there with this mark.
    pub(crate) fn wait_mark(&self, text: &str, mark: &str) {
        self.terminal.wait_for(&format!("{text:?} with {mark}"), |screen| {
            screen::rows(screen).iter().any(|row| row.contains(text) && has_mark(row, mark))
        });
    }

    /// Blocks until a row has all of these.
    pub(crate) fn wait_row(&self, parts: &[&str]) {
        self.terminal.wait_for(&format!("a row with {parts:?}"), |screen| {
            screen::rows(screen).iter().any(|row| parts.iter().all(|part| row.contains(part)))
        });
    }

    /// Gives a command that names files, each in quotes.
    pub(crate) fn command_for(&self, command: &str, paths: &[&Path]) {
        let quoted: Vec<String> = paths.iter().map(|path| format!("\"{}\"", path.display())).collect();
        // By paste: a path may be longer than a row, and Tab would complete it.
        self.terminal.paste(&format!("{command} {}", quoted.join(" ")));
        self.terminal.wait_text(command);
        self.terminal.key("Enter");
    }

    /// Types a command and presses Enter.
    pub(crate) fn command(&self, command: &str) {
        self.terminal.send(command);
        self.terminal.wait_text(command);
        self.terminal.key("Enter");
        self.terminal.wait_text("Write to ");
    }
}

fn behind(words: &[String], interface: &str, profile: &Profile) -> Terminal {
    let own = [env!("CARGO_BIN_EXE_udpqq"), "--interface", interface, "--defaults", "--listen", "udp=off"];
    let place = ["--profile", profile.path("").to_str().unwrap()].map(str::to_owned);
    let words: Vec<String> = words.iter().cloned().chain(own.map(str::to_owned)).chain(place).collect();
    let terminal = Terminal::spawn_behind(&words, SIZE);
    terminal.wait_text(&format!(":{PORT}"));
    terminal
}

/// Gives a profile these settings, and makes the folder for files, with the downloads in it.
fn prepare(profile: &Profile, name: &str, settings: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    profile.write("config.toml", &config(name, &folder.path().join("in"), settings));
    fs::create_dir(folder.path().join("in")).unwrap();
    folder
}

/// English and nothing but loopback, whatever the machine is set to.
fn config(name: &str, downloads: &Path, settings: &str) -> String {
    let downloads = downloads.to_str().unwrap();
    format!(
        "language = \"en\"\ntheme = \"classic\"\nlist = \"one\"\nname = {name:?}\ngroup = \"attic\"\ndownloads = {downloads:?}\n\
         {settings}"
    )
}

/// `✓` is in `✓✓`, but says less.
fn has_mark(row: &str, mark: &str) -> bool {
    row.contains(mark) && (mark.contains("✓✓") || !row.contains("✓✓"))
}

/// Makes a file, and the folders that it lies in.
pub(crate) fn write(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path
}

/// Bytes in which no part is like another.
pub(crate) fn content(size: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(size).collect()
}

/// Every file below a folder by its path there, and every folder, which ends in `/` and has no content. What is neither
/// stands as what it is.
pub(crate) fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    gather(folder, Path::new(""), &mut found);
    found
}

fn gather(folder: &Path, inside: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder.join(inside)).unwrap() {
        let (entry, name) = entry.map(|entry| (entry.file_type().unwrap(), entry.file_name())).unwrap();
        let path = inside.join(name);
        if entry.is_dir() {
            found.insert(path.join(""), Vec::new());
            gather(folder, &path, found);
        } else if entry.is_file() {
            found.insert(path.clone(), fs::read(folder.join(&path)).unwrap());
        } else {
            found.insert(path, format!("{entry:?}").into_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{content, has_mark, tree, write};

    #[test]
    fn a_tree_has_all_files_and_folders() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a/深/b", b"x");
        let names: Vec<_> = tree(folder.path()).into_keys().map(|path| path.display().to_string()).collect();
        assert_eq!(names, ["a/", "a/深/", "a/深/b"]);
    }

    #[test]
    fn the_lesser_mark_is_not_the_greater() {
        assert!(has_mark("hello ✓", "✓") && has_mark("hello ✓✓", "✓✓"));
        assert!(!has_mark("hello ✓✓", "✓") && !has_mark("hello ✓", "✓✓"));
    }

    #[test]
    fn content_does_not_repeat() {
        let bytes = content(4_096, 7);
        assert_ne!(bytes[..1_024], bytes[1_024..2_048]);
        assert_ne!(bytes, content(4_096, 8));
    }
}
