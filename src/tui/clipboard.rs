//! The clipboard. Inside tmux its own buffer, which is known to have the text afterwards; elsewhere the terminal is asked
//! (OSC 52), and never says what it did.
//!
//! tmux by its defaults ignores OSC 52 of what runs in it, but hands its own buffers on to the terminal around it.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::clipboard_picture::PictureReader;
use super::dropped::existing;
use super::own_files;
use crate::model::ConversationId;

/// How long tmux may take before the terminal is asked instead.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// Ways to hand over a buffer, best first: `-w` is younger (tmux 3.2), and hands it on to the terminal.
const WAYS: [&[&str]; 2] = [&["load-buffer", "-w", "-"], &["load-buffer", "-"]];

/// Looks at the disk and the clipboard that are under way at once.
const MAX_LOOKS: usize = 4;

/// What became of a copy, or of a paste.
#[derive(Debug)]
pub(super) enum ClipboardEvent {
    /// tmux has it.
    ToTmux,
    /// tmux did not take it; the terminal may.
    NotToTmux(String),
    /// A picture that lay there is a file now; `Err`: the key of why not.
    Picture(ConversationId, Result<PathBuf, &'static str>),
    /// What was pasted names these files. None: it names nothing that is there.
    Files(DroppedFiles),
    /// A text that no message carries is a file now, or why not.
    Written(LongText, io::Result<PathBuf>),
}

/// A text that goes out as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LongText {
    pub conversation: ConversationId,
    /// What the file is called.
    pub name: String,
    pub text: String,
}

/// Files that a paste names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DroppedFiles {
    pub conversation: ConversationId,
    pub pasted: String,
    pub paths: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Clipboard {
    in_tmux: bool,
    /// At most one, the last.
    copies: JoinSet<ClipboardEvent>,
    pictures: Option<PictureReader>,
    looks: JoinSet<ClipboardEvent>,
}

impl Clipboard {
    /// `env`: the environment, where tmux says that one is inside it.
    pub(super) fn new(env: impl Fn(&str) -> Option<String>) -> Self {
        let in_tmux = env("TMUX").is_some_and(|socket| !socket.is_empty());
        let pictures = PictureReader::new(&env);
        Self { in_tmux, copies: JoinSet::new(), pictures, looks: JoinSet::new() }
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

    /// Reads the picture that lies there into a file of that folder. `Err`: the key of why not.
    pub(super) fn read_picture(
        &mut self,
        conversation: ConversationId,
        folder: PathBuf,
    ) -> Result<(), &'static str> {
        let reader = self.pictures.ok_or("clipboard-no-display")?;
        if self.looks.len() >= MAX_LOOKS {
            return Err("files-busy");
        }
        self.looks.spawn(async move { ClipboardEvent::Picture(conversation, reader.read(folder).await) });
        Ok(())
    }

    /// Writes a text into a file of that folder, as no message carries it.
    pub(super) fn write_text(&mut self, text: LongText, folder: PathBuf) {
        // Each was said yes to, so none is dropped for others that are under way.
        self.looks.spawn_blocking(move || {
            let written = own_files::write(&folder, &text.name, text.text.as_bytes());
            ClipboardEvent::Written(text, written)
        });
    }

    /// Looks whether what was pasted names files that are there.
    pub(super) fn look_for_files(
        &mut self,
        conversation: ConversationId,
        pasted: String,
        readings: Vec<Vec<String>>,
    ) {
        if self.looks.len() < MAX_LOOKS {
            self.looks.spawn_blocking(move || {
                let paths = existing(readings).unwrap_or_default();
                ClipboardEvent::Files(DroppedFiles { conversation, pasted, paths })
            });
        }
    }

    /// What came of something; forever, where nothing is under way. Cancel-safe.
    pub(super) async fn next(&mut self) -> ClipboardEvent {
        loop {
            let done = tokio::select! {
                Some(done) = self.copies.join_next() => done,
                Some(done) = self.looks.join_next() => done,
                else => return std::future::pending().await,
            };
            // A copy may have been given up for a newer one.
            if let Ok(event) = done {
                return event;
            }
        }
    }
}

async fn copy_to_tmux(tmux: &str, text: String) -> ClipboardEvent {
    for way in WAYS {
        if timeout(MAX_WAIT, takes(tmux, way, &text)).await.unwrap_or(false) {
            return ClipboardEvent::ToTmux;
        }
    }
    ClipboardEvent::NotToTmux(text)
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
        assert!(
            matches!(copied, ClipboardEvent::NotToTmux(text) if text == "x"),
            "a container knows TMUX but has no tmux"
        );
    }
}
