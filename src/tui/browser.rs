//! Opens links with what the desktop opens them with. It is not waited for, and outlives this program: it may be the
//! browser itself.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

/// What opens links, if this is where a person's desktop is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Browser {
    opener: Option<&'static str>,
}

impl Browser {
    /// `env`: the environment. Who comes by ssh has the browser elsewhere.
    pub(super) fn new(env: impl Fn(&str) -> Option<String>) -> Self {
        let is_set = |name: &&str| env(name).is_some_and(|value| !value.is_empty());
        let is_remote = ["SSH_CONNECTION", "SSH_TTY"].iter().any(is_set);
        let has_desktop = ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(is_set);
        let opener = if cfg!(target_os = "macos") {
            Some("open")
        } else {
            (cfg!(unix) && has_desktop).then_some("xdg-open")
        };
        Self { opener: opener.filter(|_| !is_remote) }
    }

    /// Whether the link is on its way to a browser. It is one argument, and begins with its scheme: no shell reads it,
    /// and it is no option.
    pub(super) fn open(self, link: &str) -> bool {
        is_for_browsers(link) && self.run(link.as_ref())
    }

    /// Whether there is a desktop to open anything on.
    pub(super) const fn is_there(self) -> bool {
        self.opener.is_some()
    }

    /// Whether a file is on its way to whatever shows its kind. `path`: the whole of it, so that it is no option.
    pub(super) fn show(self, path: &Path) -> bool {
        path.is_absolute() && self.run(path.as_os_str())
    }

    fn run(self, argument: &OsStr) -> bool {
        let Some(opener) = self.opener else { return false };
        let mut command = Command::new(opener);
        command.arg(argument).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Whatever ends the terminal's own programs leaves it alone.
        #[cfg(unix)]
        command.process_group(0);
        command.spawn().is_ok()
    }
}

/// What a desktop opens without running anything of a stranger's.
fn is_for_browsers(link: &str) -> bool {
    let begins =
        |scheme: &str| link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    ["https://", "http://", "ftp://", "mailto:"].into_iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opener(set: &[&str]) -> Option<&'static str> {
        Browser::new(|name| set.contains(&name).then(|| "x".to_owned())).opener
    }

    #[test]
    fn links_open_only_where_the_person_sits() {
        if cfg!(target_os = "linux") {
            assert_eq!(opener(&["DISPLAY"]), Some("xdg-open"));
            assert_eq!(opener(&[]), None);
        }
        assert_eq!(opener(&["DISPLAY", "SSH_CONNECTION"]), None);
        assert!(!Browser { opener: None }.open("https://x"));
    }

    #[test]
    fn only_what_is_for_browsers_goes_to_one() {
        assert!(is_for_browsers("HTTPS://x") && is_for_browsers("mailto:a@b"));
        for other in ["file:///x", "-x", "udpqq://x", "javascript:x", "x"] {
            assert!(!is_for_browsers(other), "{other}");
        }
    }
}
