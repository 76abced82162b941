//! A profile in a folder that vanishes with the test. Every run stays on loopback and starts with defaults.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use super::command;
use super::pty::Terminal;
use super::screen;

#[cfg(target_os = "linux")]
const LOOPBACK: &str = "lo";
#[cfg(not(target_os = "linux"))]
const LOOPBACK: &str = "lo0";

/// English and the tutorial's colours, whatever the machine's locale is.
/// With names only in the list: what was said last stands once on the screen.
const CONFIG: &str = "language = \"en\"\ntheme = \"classic\"\nlist = \"one\"\n";

/// The folder and the addresses to listen at.
pub(crate) struct Profile {
    folder: Arc<TempDir>,
    listen: String,
    ipmsg: String,
    encrypted: String,
}

impl Profile {
    /// A profile without contacts; the kernel chooses the port.
    pub(crate) fn new() -> Self {
        let mine = fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().permissions(mine).tempdir().unwrap();
        let [listen, ipmsg, encrypted] = ["127.0.0.1:0", "off", "off"].map(str::to_owned);
        let profile = Self { folder: Arc::new(folder), listen, ipmsg, encrypted };
        profile.write("config.toml", CONFIG);
        profile
    }

    /// One contact a line: name and address.
    pub(crate) fn with_contacts(contacts: &[(&str, &str)]) -> Self {
        let lines = contacts.iter().map(|(name, address)| format!("{name:?} = {address:?}\n"));
        let profile = Self::new();
        profile.write("contacts.toml", &format!("[contacts]\n{}", lines.collect::<String>()));
        profile
    }

    #[must_use]
    pub(crate) fn listening_at(mut self, address: &str) -> Self {
        address.clone_into(&mut self.listen);
        self
    }

    #[must_use]
    pub(crate) fn encrypted_at(mut self, address: &str) -> Self {
        address.clone_into(&mut self.encrypted);
        self
    }

    /// For the owner alone, as the program keeps them: it reports and closes a file that is open to others.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let mut options = fs::OpenOptions::new();
        let mut file =
            options.write(true).create(true).truncate(true).mode(0o600).open(self.path(name)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The key of the profile, made if it has none, and the address that leads there while it listens.
    pub(crate) fn address(&self) -> (String, String) {
        let outcome = command::run(&self.args_and(&["key"]), b"");
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
        let mut lines = outcome.stdout.lines().map(str::to_owned);
        let anywhere = lines.next().unwrap();
        (anywhere.strip_prefix("udpqq://").unwrap().to_owned(), lines.next().unwrap())
    }

    /// The global options of every run.
    pub(crate) fn args(&self) -> Vec<String> {
        let folder = self.folder.path().to_str().unwrap().to_owned();
        let listen = format!("udp={}", self.listen);
        // Ports that all of a family share would be wanted by every test at once.
        let ipmsg = format!("ipmsg={}", self.ipmsg);
        let encrypted = format!("udpqq={}", self.encrypted);
        let listen = [&listen, &ipmsg, &encrypted].map(|at| ["--listen", at]);
        let own = ["--interface", LOOPBACK, "--profile", &folder, "--defaults"];
        own.iter().chain(listen.as_flattened()).map(|&arg| arg.to_owned()).collect()
    }

    /// The global options, then `more`.
    pub(crate) fn args_and(&self, more: &[&str]) -> Vec<String> {
        self.args().into_iter().chain(more.iter().map(|&arg| arg.to_owned())).collect()
    }

    /// Starts the messenger and does not wait.
    pub(crate) fn launch(&self, size: (u16, u16)) -> Terminal {
        Terminal::spawn(&self.args(), size).keeping(&self.folder)
    }

    /// Starts the messenger and waits for its first screen.
    pub(crate) fn open(&self, size: (u16, u16)) -> Terminal {
        let terminal = self.launch(size);
        terminal.wait_for("a first screen", |screen| !screen.contents().trim().is_empty());
        terminal
    }

    /// Starts the messenger at a usual size and reads from its status line where it listens.
    pub(crate) fn start(&self) -> (Terminal, u16) {
        let terminal = self.open((100, 30));
        let port = listening_port(&terminal);
        (terminal, port)
    }
}

/// The UDP port in the status line. Lines that tell something stand in its place until Esc lets them go.
pub(crate) fn listening_port(terminal: &Terminal) -> u16 {
    let (mut shown, mut told) = (None, String::new());
    loop {
        let mut now = String::new();
        terminal.wait_for("a status line with the UDP port", |screen| {
            let rows = screen::rows(screen);
            shown = rows.iter().rev().take(2).find_map(|row| port_of(row));
            now = rows.last().map(|row| row.trim().to_owned()).unwrap_or_default();
            let tells = now.contains("Esc ") || !now.is_empty() && !now.contains("Ctrl-Q ");
            shown.is_some() || tells && now != told
        });
        if let Some(port) = shown {
            return port;
        }
        told = now;
        terminal.key("Esc");
    }
}

/// `:8081`, a word of its own: the first port in the row is that of plain UDP.
fn port_of(row: &str) -> Option<u16> {
    row.split_whitespace().find_map(|word| word.strip_prefix(':')?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::port_of;

    #[test]
    fn the_port_is_the_first_word_of_its_kind() {
        assert_eq!(port_of(" 2 unread Alt-A   :8081 :7788   F1 help"), Some(8081));
        assert_eq!(port_of(" alex  udp://127.0.0.1:4567"), None);
        assert_eq!(port_of(" 11:25  F1 help"), None);
    }
}
