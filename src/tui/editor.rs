//! The draft in the editor that the person has set.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::model::Phrase;
use crate::runtime::profile::create_private;

/// Runs the editor on `draft` and gives what was written. Blocks until the editor ends.
///
/// The file stands in `folder`, a private one of the profile, and is removed afterwards.
pub(super) fn edit(folder: &Path, draft: &str) -> Result<String, Phrase> {
    let failed = |reason: String| Phrase::new("flash-editor").text("reason", reason);
    let path = folder.join(format!("draft-{}.txt", std::process::id()));
    let run = || -> std::io::Result<String> {
        let mut file = create_private(&path)?;
        file.write_all(draft.as_bytes())?;
        drop(file);
        let line = ["VISUAL", "EDITOR"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|set| !set.is_empty()));
        let line = line.unwrap_or_else(|| "vi".to_owned());
        let mut words = line.split_whitespace();
        let program = words.next().unwrap_or("vi");
        let status = Command::new(program).args(words).arg(&path).status()?;
        if !status.success() {
            return Err(std::io::Error::other(format!("{program}: {status}")));
        }
        fs::read_to_string(&path)
    };
    let edited = run().map_err(|error| failed(error.to_string()));
    // Left behind it would hold a draft that was meant to be sent.
    let _removed = fs::remove_file(&path).is_ok();
    // Editors end a file with a line feed that nobody typed.
    edited.map(|text| text.strip_suffix('\n').unwrap_or(&text).to_owned())
}
