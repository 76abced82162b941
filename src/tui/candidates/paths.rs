//! Paths that the session has found, as candidates.

use super::{Candidate, MAX_CANDIDATES};
use crate::model::text::plain_line;
use crate::runtime::FoundPath;
use crate::tui::amounts::size;
use crate::tui::words;

/// The command with one path, which is written as it is.
pub(in crate::tui) const ONE_PATH: &str = "/export ";

/// The candidates; `quote` is what the word is written in. Folders end in a slash, so that one goes on in them.
pub(in crate::tui) fn paths(found: &[FoundPath], quote: Option<char>, is_raw: bool) -> Vec<Candidate> {
    let candidate = |one: &FoundPath| {
        let size = one.size.map(size).unwrap_or_default();
        Candidate::new(written_path(&one.path, quote, is_raw), plain_line(last_part(&one.path))).taking(size)
    };
    found.iter().take(MAX_CANDIDATES).map(candidate).collect()
}

/// A path as it stands in the draft: a file gets a blank behind it.
fn written_path(path: &str, quote: Option<char>, is_raw: bool) -> String {
    let is_file = !path.ends_with('/');
    if is_raw {
        return path.to_owned();
    }
    let blank = if is_file { " " } else { "" };
    words::written(path, quote, is_file) + blank
}

/// What of a path differs from its neighbours: its last part, with the slash of a folder.
fn last_part(path: &str) -> &str {
    let end = path.strip_suffix('/').unwrap_or(path);
    end.rfind('/').and_then(|slash| path.get(slash.saturating_add(1)..)).unwrap_or(path)
}
