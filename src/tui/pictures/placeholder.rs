//! The cells of a picture that the terminal draws itself.
//!
//! Each says which cell of which picture it is: by two marks of kitty's table behind its character, and by its colour. So
//! a frame differs from the one before where, and only where, another part of a picture is to be seen; what lies over a
//! picture takes its cells; and where a terminal has no placeholders they are blanks, and the picture is drawn over them if
//! all of them are there. Nothing from others has these characters: the escaper lets no private use through.

use ratatui::style::Color;

/// Kitty's own character.
const KEPT: char = '\u{10eeee}';
/// Our own, which no terminal gets.
const INLINE: char = '\u{10eeed}';

/// The marks that count rows and columns: the first of kitty's `rowcolumn-diacritics.txt`, as many as a picture has cells.
const MARKS: [char; 40] = [
    '\u{305}', '\u{30d}', '\u{30e}', '\u{310}', '\u{312}', '\u{33d}', '\u{33e}', '\u{33f}', '\u{346}',
    '\u{34a}', '\u{34b}', '\u{34c}', '\u{350}', '\u{351}', '\u{352}', '\u{357}', '\u{35b}', '\u{363}',
    '\u{364}', '\u{365}', '\u{366}', '\u{367}', '\u{368}', '\u{369}', '\u{36a}', '\u{36b}', '\u{36c}',
    '\u{36d}', '\u{36e}', '\u{36f}', '\u{483}', '\u{484}', '\u{485}', '\u{486}', '\u{487}', '\u{592}',
    '\u{593}', '\u{594}', '\u{595}', '\u{597}',
];

/// Cells of a picture at most: as many as there are marks.
pub(in crate::tui) const MAX_COLUMNS: u16 = 40;

/// What stands in a cell; `None`: no picture is so large.
pub(in crate::tui) fn placeholder(is_kept: bool, row: u16, column: u16) -> Option<String> {
    let mark = |at: u16| MARKS.get(usize::from(at));
    let sign = if is_kept { KEPT } else { INLINE };
    Some(String::from_iter([sign, *mark(row)?, *mark(column)?]))
}

/// The colour that is the number of a picture, of which 24 bits count.
pub(in crate::tui) fn number_colour(number: u32) -> Color {
    let [_, red, green, blue] = number.to_be_bytes();
    Color::Rgb(red, green, blue)
}

/// A cell that the terminal fills itself: it is as wide as any terminal that knows it says.
pub(in crate::tui) fn is_kept(symbol: &str) -> bool {
    symbol.starts_with(KEPT)
}

/// A cell that stays blank for a picture to be drawn there.
pub(in crate::tui) fn is_inline(symbol: &str) -> bool {
    symbol.starts_with(INLINE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::escape;
    use crate::tui::text::cluster_width;

    #[test]
    fn a_placeholder_is_one_cell_and_nobody_can_send_one() {
        for is_kept in [true, false] {
            for at in 0..MAX_COLUMNS {
                let symbol = placeholder(is_kept, at, at).expect("a cell");
                assert_eq!(cluster_width(&symbol), 1, "{symbol:?}");
                assert!(!escape(&symbol).as_str().contains([KEPT, INLINE]), "{symbol:?}");
            }
        }
        assert_eq!(placeholder(true, 0, MAX_COLUMNS), None);
    }
}
