//! Where one reads within the block of a message: by its text, so that another width finds the place again.

use super::Row;

/// A place in the block of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// So many rows down; for what stands above the text, which has as many rows at nearly every width.
    Row(usize),
    /// The row on which this byte of the escaped text stands.
    Text(usize),
    /// So many rows below the text: files, and what is said about the message.
    Below(usize),
}

/// Numbers from here on are bytes of the text; those before it rows, of which nothing has so many above its text.
const TEXT: u32 = 1 << 8;

/// Numbers from here on are rows below the text.
const BELOW: u32 = 1 << 31;

impl Anchor {
    /// The place of the `row`-th row.
    pub(super) fn of(block: &[Row], row: usize) -> Self {
        if let Some(text) = block.get(row).and_then(Row::text) {
            return Self::Text(text.start);
        }
        let last = block.iter().rposition(|row| row.text().is_some());
        match last.and_then(|last| row.checked_sub(last.saturating_add(1))) {
            Some(below) => Self::Below(below),
            None => Self::Row(row),
        }
    }

    /// The row of the block that stands there now.
    pub(super) fn row(self, block: &[Row]) -> usize {
        let is_text = |row: &Row| row.text().is_some();
        let row = match self {
            Self::Row(row) => row,
            Self::Text(byte) => {
                let holds = |row: &Row| row.text().is_some_and(|text| text.start <= byte);
                block.iter().rposition(holds).or_else(|| block.iter().position(is_text)).unwrap_or(0)
            }
            Self::Below(rows) => {
                block.iter().rposition(is_text).map_or(0, |last| last.saturating_add(1)).saturating_add(rows)
            }
        };
        row.min(block.len().saturating_sub(1))
    }

    /// As the history keeps it.
    pub fn number(self) -> u32 {
        let number = |value: usize| u32::try_from(value).unwrap_or(BELOW);
        match self {
            Self::Row(row) => number(row).min(TEXT - 1),
            Self::Text(byte) => number(byte).saturating_add(TEXT).min(BELOW - 1),
            Self::Below(rows) => number(rows).saturating_add(BELOW),
        }
    }

    /// What the history has kept. Earlier versions kept the row, whatever the width was.
    pub fn kept(number: u32) -> Self {
        let size = |value: u32| usize::try_from(value).unwrap_or_default();
        if let Some(rows) = number.checked_sub(BELOW) {
            Self::Below(size(rows))
        } else if let Some(byte) = number.checked_sub(TEXT) {
            Self::Text(size(byte))
        } else {
            Self::Row(size(number))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_as_one_number_and_read_again() {
        for anchor in
            [Anchor::Row(0), Anchor::Row(3), Anchor::Text(0), Anchor::Text(70_000), Anchor::Below(2)]
        {
            assert_eq!(Anchor::kept(anchor.number()), anchor);
        }
    }
}
