//! Bytes as people read them: rows of hexadecimal numbers with their characters beside them, and the names of those that
//! have none.

use std::fmt::Write as _;
use std::ops::Range;

use super::text::is_drawn;

/// Bytes of a row: the most that fit.
const ROWS: [usize; 5] = [16, 8, 4, 2, 1];
/// Stands for what has no character of its own.
const DOT: char = '·';

/// How bytes are divided into rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HexShape {
    /// Bytes of a row.
    pub bytes: usize,
    /// Of the number of its first byte.
    digits: usize,
}

/// What a byte is, where it is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteKind {
    Printable,
    Control,
    /// No ASCII.
    High,
}

impl ByteKind {
    pub const fn of(byte: u8) -> Self {
        match byte {
            b' '..=b'~' => Self::Printable,
            0..=0x1f | 0x7f => Self::Control,
            0x80..=0xff => Self::High,
        }
    }
}

impl HexShape {
    /// The longest rows that fit in so many cells, up to `most` bytes.
    pub fn fitting(len: usize, cells: usize, most: usize) -> Self {
        // What a datagram holds can be counted with four digits.
        let digits = if len <= 0x1_0000 { 4 } else { 8 };
        let shape = |bytes: usize| Self { bytes, digits };
        let fits = |bytes: &usize| *bytes <= most && shape(*bytes).cells() <= cells;
        shape(ROWS.into_iter().find(fits).unwrap_or(1))
    }

    /// Cells of a row.
    pub const fn cells(self) -> usize {
        self.text_column().saturating_add(self.bytes)
    }

    /// Where the number of a byte of the row stands, from its start. A gap in the middle of a long row helps counting.
    pub const fn hex_column(self, at: usize) -> usize {
        let gap = if self.bytes >= 8 && at >= self.bytes / 2 { 1 } else { 0 };
        self.digits.saturating_add(2).saturating_add(at.saturating_mul(3)).saturating_add(gap)
    }

    /// Where the characters of the row begin.
    pub const fn text_column(self) -> usize {
        self.hex_column(self.bytes).saturating_add(1)
    }

    /// The number of the first byte of a row.
    pub fn offset(self, row: usize) -> String {
        let digits = self.digits;
        format!("{:0digits$x}", row.saturating_mul(self.bytes))
    }

    /// A whole row.
    pub fn line(self, row: usize, chunk: &[u8]) -> String {
        let mut line = self.offset(row);
        for (at, byte) in chunk.iter().enumerate() {
            let column = self.hex_column(at);
            // Writing to a String cannot fail.
            let _written = write!(line, "{:1$}{byte:02x}", "", column.saturating_sub(line.len())).is_ok();
        }
        let _written = write!(line, "{:1$}", "", self.text_column().saturating_sub(line.len())).is_ok();
        line.extend(chunk.iter().map(|byte| byte_char(*byte)));
        line
    }
}

/// The character of a byte of ASCII; a dot stands for all others.
pub fn byte_char(byte: u8) -> char {
    match ByteKind::of(byte) {
        ByteKind::Printable => char::from(byte),
        ByteKind::Control | ByteKind::High => DOT,
    }
}

/// The names of ASCII's control characters (RFC 20).
const CONTROLS: [&str; 32] = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI",
    "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS",
    "US",
];

/// What has no character of its own: where it begins, and its name. Of bytes that are no UTF-8 only those of ASCII.
pub fn names(bytes: &[u8], within: Range<usize>) -> Vec<(usize, String)> {
    let ascii = |at: usize, byte: u8| {
        let name = if byte == 0x7f { Some("DEL") } else { CONTROLS.get(usize::from(byte)).copied() };
        name.map(|name| (at, name.to_owned()))
    };
    // A character may begin before the row: up to three bytes.
    let from = within.start.saturating_sub(3);
    let end = within.end.saturating_add(3).min(bytes.len());
    let mut found = Vec::new();
    let mut at = from;
    while let Some(byte) = bytes.get(at).filter(|_| at < within.end) {
        let character = bytes.get(at..end).and_then(first_character);
        let name = match character {
            Some(c) if !c.is_ascii() => (!is_drawn(c)).then(|| (at, format!("U+{:04X}", u32::from(c)))),
            _ => ascii(at, *byte),
        };
        found.extend(name.filter(|(at, _)| within.contains(at)));
        at = at.saturating_add(character.map_or(1, char::len_utf8));
    }
    found
}

/// The character that these bytes begin with.
fn first_character(bytes: &[u8]) -> Option<char> {
    let longest = bytes.get(..4).unwrap_or(bytes);
    let valid = match std::str::from_utf8(longest) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(longest.get(..error.valid_up_to())?).ok()?,
    };
    valid.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &[u8] = "esc \x1b[31mred\x1b[0m \x07bell \u{202e}abc\u{202c} end\ttab\nline2".as_bytes();

    #[test]
    fn a_row_has_numbers_and_characters_side_by_side() {
        let shape = HexShape::fitting(SAMPLE.len(), 80, 16);
        let rows: Vec<String> =
            SAMPLE.chunks(shape.bytes).enumerate().map(|(row, chunk)| shape.line(row, chunk)).collect();
        assert_eq!(
            rows,
            [
                "0000  65 73 63 20 1b 5b 33 31  6d 72 65 64 1b 5b 30 6d  esc ·[31mred·[0m",
                "0010  20 07 62 65 6c 6c 20 e2  80 ae 61 62 63 e2 80 ac   ·bell ···abc···",
                "0020  20 65 6e 64 09 74 61 62  0a 6c 69 6e 65 32         end·tab·line2",
            ]
        );
        assert_eq!(shape.cells(), rows[0].chars().count());
    }

    #[test]
    fn narrow_rows_have_fewer_bytes() {
        for (cells, most, bytes) in [(80, 16, 16), (80, 8, 8), (60, 16, 8), (30, 16, 4), (3, 16, 1)] {
            assert_eq!(HexShape::fitting(9, cells, most).bytes, bytes, "{cells}");
        }
        assert_eq!(HexShape::fitting(0x1_0001, 99, 16).offset(1), "00000010");
    }

    #[test]
    fn what_has_no_character_is_named_where_it_begins() {
        let named = |row: Range<usize>| {
            names(SAMPLE, row).iter().map(|(at, name)| format!("{name} at {at}")).collect::<Vec<_>>()
        };
        assert_eq!(named(0..16), ["ESC at 4", "ESC at 12"]);
        assert_eq!(named(16..32), ["BEL at 17", "U+202E at 23", "U+202C at 29"]);
        assert_eq!(named(32..46), ["TAB at 36", "LF at 40"]);
        // One that a row cuts stands where it begins, and only there.
        assert_eq!(named(24..32), ["U+202C at 29"]);
        assert_eq!(names(b"\xc4\xe3\x00\x7f", 0..4), [(2, "NUL".to_owned()), (3, "DEL".to_owned())]);
        assert_eq!(names("你好".as_bytes(), 0..6), []);
    }
}
