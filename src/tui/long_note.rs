//! What the status line has no room for, as rows of its own above that line.
//!
//! A row ends between words, and nothing is cut within one: half of a path or of a number looks like another one.

use super::text::{clip_words, width, wrap};

/// Rows that a note takes at most: what is said about a message must not cover the messages.
pub(super) const MAX_ROWS: usize = 3;

/// Cells beside a text on its ground, one at each end.
const AIR: u16 = 2;

/// The rows of a note.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LongNote {
    pub rows: Vec<String>,
    /// There is more of it than the rows show.
    pub is_cut: bool,
}

impl LongNote {
    /// A note for a screen of that width; none where one row has room for it, and for what has to stand beside it.
    pub(super) fn new(text: &str, beside: usize, columns: u16) -> Self {
        let room = columns.saturating_sub(AIR);
        if width(text).saturating_add(beside) <= usize::from(room) {
            return Self::default();
        }
        Self::within(text, room, MAX_ROWS)
    }

    /// As many rows of that width as the text takes, and never more than `most`.
    pub(super) fn within(text: &str, room: u16, most: usize) -> Self {
        let ranges = wrap(text, room.max(1));
        let is_cut = ranges.len() > most;
        let last = most.saturating_sub(1);
        let rows = ranges.iter().take(most).enumerate().map(|(at, row)| {
            let rest = text.get(row.start..).unwrap_or_default();
            let whole = text.get(row.clone()).unwrap_or_default().trim_end();
            if is_cut && at == last { clip_words(rest, room).into_owned() } else { whole.to_owned() }
        });
        Self { rows: rows.collect(), is_cut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_rows_only_where_one_is_too_short() {
        assert_eq!(LongNote::new("ten of ten", 0, 12), LongNote::default());
        assert_eq!(LongNote::new("ten of ten", 1, 12).rows, ["ten of ten"]);
        assert_eq!(LongNote::new("ten of ten", 0, 11).rows, ["ten of", "ten"]);
    }

    #[test]
    fn what_has_no_room_ends_in_an_ellipsis_and_never_within_a_word() {
        let text = "The file /home/me/a long name.txt has 123456 bytes, which is more than 65507";
        for columns in 12..60 {
            let note = LongNote::new(text, 0, columns);
            let last = note.rows.last().map(String::as_str).unwrap_or_default();
            assert_eq!(note.is_cut, last.ends_with('…'), "{columns}: {note:?}");
            assert!(note.rows.len() <= MAX_ROWS && (columns < 40 || !note.is_cut), "{columns}");
            let room = usize::from(columns.saturating_sub(AIR));
            assert!(note.rows.iter().all(|row| width(row) <= room), "{columns}: {note:?}");
            let shown = note.rows.join(" ");
            for (beginning, number) in [("123", "123456"), ("655", "65507")] {
                assert!(!shown.contains(beginning) || shown.contains(number), "{columns}: {shown}");
            }
        }
    }
}
