//! The clipboard. Inside tmux its own buffer, which is known to have the text afterwards; elsewhere the terminal is asked
//! (OSC 52), and never says what it did.
//!
//! tmux by its defaults ignores OSC 52 of what runs in it, but hands its own buffers on to the terminal around it.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long tmux may take before the terminal is asked instead.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// Ways to hand over a buffer, best first: `-w` is younger (tmux 3.2), and hands it on to the terminal.
const WAYS: [&[&str]; 2] = [&["load-buffer", "-w", "-"], &["load-buffer", "-"]];

/// What became of a copy.
#[derive(Debug)]
pub(super) enum Copied {
    /// tmux has it.
    ToTmux,
    /// tmux did not take it; the terminal may.
    Not(String),
}

#[derive(Debug)]
pub(super) struct Clipboard {
    in_tmux: bool,
    /// At most one, the last.
    copies: JoinSet<Copied>,
}

impl Clipboard {
    /// `env`: the environment, where tmux says that one is inside it.
    pub(super) fn new(env: impl Fn(&str) -> Option<String>) -> Self {
        let in_tmux = env("TMUX").is_some_and(|socket| !socket.is_empty());
        Self { in_tmux, copies: JoinSet::new() }
    }

    /// Copies `text`. `Some`: the terminal is to be asked to.
    pub(super) fn copy(&mut self, text: String) -> Option<String> {
        if !self.in_tmux {
            return Some(text);
        }
        // The last copy is the one that counts; dropped, the older tmux is ended.
        self.copies.abort_all();
        self.copies.spawn(copy_to_tmux("tmux", text));
        None
    }

    /// What became of the last copy; forever, where there is none. Cancel-safe.
    pub(super) async fn copied(&mut self) -> Copied {
        loop {
            match self.copies.join_next().await {
                Some(Ok(copied)) => return copied,
                // One that was given up for a newer one.
                Some(Err(_aborted)) => {}
                None => return std::future::pending().await,
            }
        }
    }
}

async fn copy_to_tmux(tmux: &str, text: String) -> Copied {
    for way in WAYS {
        if timeout(MAX_WAIT, takes(tmux, way, &text)).await.unwrap_or(false) {
            return Copied::ToTmux;
        }
    }
    Copied::Not(text)
}

/// Runs a command on `text`, and says whether it succeeded.
async fn takes(program: &str, args: &[&str], text: &str) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut input) = child.stdin.take() {
        // One that does not read to the end says by its status what it thinks of that.
        let _read = input.write_all(text.as_bytes()).await.is_ok();
    }
    child.wait().await.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clipboard(tmux: &str) -> Clipboard {
        Clipboard::new(|name| (name == "TMUX").then(|| tmux.to_owned()))
    }

    #[test]
    fn outside_tmux_the_terminal_is_asked() {
        assert_eq!(clipboard("").copy("x".to_owned()), Some("x".to_owned()));
        assert!(clipboard("/tmp/tmux-0/default,1,0").in_tmux);
    }

    #[tokio::test]
    async fn where_there_is_no_tmux_after_all_the_terminal_is_asked() {
        let copied = copy_to_tmux("/nonexistent/tmux", "x".to_owned()).await;
        assert!(matches!(copied, Copied::Not(text) if text == "x"), "a container knows TMUX but has no tmux");
    }
}
