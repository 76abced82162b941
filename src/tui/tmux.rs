//! tmux, where it stands between us and the terminal: what it hands on, and what it says of the terminal around it.
//!
//! It is asked by its own command. A question to the terminal around it would be answered into whichever pane has the
//! focus, as if somebody had typed that.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// How long it may take to answer.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// Bytes of an answer that are looked at.
const MAX_ANSWER: usize = 1_024;

/// What it is asked for: what stands between the bars.
const ASKED: &str =
    "#{allow-passthrough}|#{focus-events}|#{client_termname}|#{client_termtype}|#{client_termfeatures}";

/// Whether it is right around us: not with GNU screen in between, which is inside of it then.
pub(super) fn is_around(variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    is_set("TMUX") && !is_set("STY")
}

/// The sequences as it hands them on to the terminal around it, where `allow-passthrough` lets it.
pub(super) fn handed_on(bytes: &[u8]) -> Vec<u8> {
    let mut out = b"\x1bPtmux;".to_vec();
    for byte in bytes {
        if *byte == b'\x1b' {
            out.push(b'\x1b');
        }
        out.push(*byte);
    }
    out.extend(b"\x1b\\");
    out
}

/// What it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TmuxClient {
    passes: String,
    tells_focus: bool,
    terminal: String,
    version: String,
    features: String,
}

impl TmuxClient {
    /// Asks it; `None`: it does not answer.
    pub(super) async fn ask(pane: Option<String>) -> Option<Self> {
        let mut command = Command::new("tmux");
        command.args(["display-message", "-p"]);
        if let Some(pane) = &pane {
            command.args(["-t", pane]);
        }
        command.arg(ASKED).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let answer = timeout(MAX_WAIT, command.output()).await.ok()?.ok()?;
        let answer = answer.stdout.get(..answer.stdout.len().min(MAX_ANSWER))?;
        Self::read(std::str::from_utf8(answer).ok()?)
    }

    fn read(answer: &str) -> Option<Self> {
        let mut parts = answer.trim_end().split('|').map(str::to_owned);
        let mut next = || parts.next();
        let (passes, tells_focus) = (next()?, next()?);
        let (terminal, version, features) = (next()?, next()?, next()?);
        Some(Self { passes, tells_focus: tells_focus == "1", terminal, version, features })
    }

    /// Whether pictures by kitty's placeholders get through: the terminal knows them, tmux hands on what is sent, and the
    /// colours of cells stay as they are. What is sent while the pane is not visible is lost with `on`: it has to be told
    /// then when it is visible again.
    pub(super) fn shows_kitty(&self) -> bool {
        let is_terminal = ["xterm-kitty", "xterm-ghostty"].contains(&self.terminal.as_str())
            || ["kitty", "ghostty"].iter().any(|name| self.version.starts_with(name));
        let passes =
            self.passes == "all" || (["on", "1"].contains(&self.passes.as_str()) && self.tells_focus);
        is_terminal && passes && self.features.split(',').any(|feature| feature == "RGB")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_terminal_that_gets_all_of_a_picture_gets_one() {
        let shows = |answer: &str| TmuxClient::read(answer).is_some_and(|client| client.shows_kitty());
        for (answer, is_so) in [
            ("all|0|xterm-kitty|kitty(0.36.4)|256,RGB,title\n", true),
            ("on|1|xterm-256color|ghostty 1.1.3|RGB", true),
            // 3.3 says it by a number.
            ("1|1|xterm-kitty||RGB", true),
            ("0|1|xterm-kitty||RGB", false),
            ("on|0|xterm-kitty||RGB", false),
            ("off|1|xterm-kitty||RGB", false),
            ("all|1|xterm-kitty||256,title", false),
            ("all|1|xterm-256color|XTerm(379)|RGB", false),
            // Older than 3.3, and with nobody attached.
            ("|1|xterm-kitty||RGB", false),
            ("all|1|||\n", false),
            ("", false),
            ("no server running", false),
        ] {
            assert_eq!(shows(answer), is_so, "{answer}");
        }
    }

    #[test]
    fn what_is_handed_on_has_each_escape_twice() {
        assert_eq!(handed_on(b"\x1b_Gx\x1b\\"), b"\x1bPtmux;\x1b\x1b_Gx\x1b\x1b\\\x1b\\");
    }
}
