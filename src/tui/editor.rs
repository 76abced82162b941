//! The draft in the editor that the person has set.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::model::Phrase;
use crate::runtime::profile::create_private;

/// What came out of the editor, and the file it stands in until it is taken.
#[derive(Debug)]
pub(super) struct Edited {
    pub(super) text: String,
    pub(super) path: PathBuf,
}

impl Edited {
    /// Removes the file: left behind it would hold a draft that was meant to be sent.
    pub(super) fn discard(self) {
        let _removed = fs::remove_file(self.path).is_ok();
    }
}

/// Runs the editor on `draft` and gives what was written. Blocks until the editor ends.
///
/// The file stands in `folder`, a private one of the profile. When its text cannot be taken it stays there, and
/// the phrase names it.
pub(super) fn edit(folder: &Path, draft: &str) -> Result<Edited, Phrase> {
    let path = folder.join(format!("draft-{}.txt", std::process::id()));
    write(&path, draft).and_then(|()| run(&path)).map_err(|error| {
        let _removed = fs::remove_file(&path).is_ok();
        Phrase::new("flash-editor").text("reason", error.to_string())
    })?;
    let Ok(text) = fs::read_to_string(&path) else {
        return Err(Phrase::new("flash-editor-kept").text("path", path.display().to_string()));
    };
    // Editors end a file with a line feed that nobody typed.
    let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
    Ok(Edited { text, path })
}

fn write(path: &Path, draft: &str) -> io::Result<()> {
    create_private(path)?.write_all(draft.as_bytes())
}

fn run(path: &Path) -> io::Result<()> {
    let set = |name: &&str| std::env::var(name).ok().filter(|line| !line.trim().is_empty());
    let line = ["VISUAL", "EDITOR"].iter().find_map(set).unwrap_or_else(|| "vi".to_owned());
    let mut words = line.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program).args(words).arg(path).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{program}: {status}"))) }
}
