//! Reads the emulator's screen: rows as text, where a text stands, how it is drawn.

use std::num::NonZeroU16;

use vt100::{Cell, Color, Parser, Screen};

use super::replacement;

/// How one cell is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) fg: Color,
    pub(crate) bg: Color,
    pub(crate) bold: bool,
    pub(crate) inverse: bool,
}

impl Look {
    pub(crate) fn of(cell: &Cell) -> Self {
        Self { fg: cell.fgcolor(), bg: cell.bgcolor(), bold: cell.bold(), inverse: cell.inverse() }
    }

    /// Whether the background is some blue: whichever palette the program speaks.
    pub(crate) fn is_on_blue(&self) -> bool {
        let [red, green, blue] = rgb(self.bg, [0, 0, 0]);
        blue > 80 && u16::from(blue) > u16::from(red) + 40 && blue > green
    }
}

/// A terminal of `size` (columns, rows) without scrollback.
pub(crate) fn emulator(size: (u16, u16)) -> Parser {
    let (rows, columns) = cells(size);
    Parser::new(rows, columns, 0)
}

pub(crate) fn cells((columns, rows): (u16, u16)) -> (NonZeroU16, NonZeroU16) {
    (NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap())
}

/// The screen row by row. A wide character stands once; an empty cell is a space.
pub(crate) fn rows(screen: &Screen) -> Vec<String> {
    (0..height(screen)).map(|row| row_cells(screen, row).map(|(_, text)| text).collect()).collect()
}

/// The whole screen as text.
pub(crate) fn contents(screen: &Screen) -> String {
    rows(screen).iter().map(|row| row.trim_end()).collect::<Vec<_>>().join("\n")
}

/// Where `text` stands first: (row, column).
pub(crate) fn find(screen: &Screen, text: &str) -> Option<(u16, u16)> {
    (0..height(screen)).find_map(|row| find_in_row(screen, row, text).map(|column| (row, column)))
}

pub(crate) fn look_of(screen: &Screen, text: &str) -> Option<Look> {
    let (row, column) = find(screen, text)?;
    screen.cell(row, column).map(Look::of)
}

pub(crate) fn height(screen: &Screen) -> u16 {
    screen.size().0.get()
}

pub(crate) fn width(screen: &Screen) -> u16 {
    screen.size().1.get()
}

fn find_in_row(screen: &Screen, row: u16, text: &str) -> Option<u16> {
    let whole: String = row_cells(screen, row).map(|(_, text)| text).collect();
    let at = whole.find(text)?;
    let mut offset = 0;
    row_cells(screen, row).find_map(|(column, cell)| {
        let here = offset;
        offset += cell.len();
        (at < offset && at >= here).then_some(column)
    })
}

fn row_cells(screen: &Screen, row: u16) -> impl Iterator<Item = (u16, String)> + '_ {
    (0..width(screen)).filter_map(move |column| {
        let cell = screen.cell(row, column)?;
        let text = if cell.has_contents() { cell.contents() } else { " " };
        (!cell.is_wide_continuation()).then(|| (column, replacement::restore(text)))
    })
}

/// The 16 colours as an xterm shows them.
const BASIC: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// A colour as red, green, blue; `default` for the terminal's own.
pub(crate) fn rgb(color: Color, default: [u8; 3]) -> [u8; 3] {
    match color {
        Color::Default => default,
        Color::Rgb(red, green, blue) => [red, green, blue],
        Color::Idx(index @ 0..16) => BASIC[usize::from(index)],
        Color::Idx(index @ 16..232) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let cube = index - 16;
            [level(cube / 36), level(cube / 6 % 6), level(cube % 6)]
        }
        Color::Idx(index) => [8 + 10 * (index - 232); 3],
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use super::{find, look_of, rows};

    #[test]
    fn a_text_after_wide_characters_is_found_at_its_column() {
        let (rows_, columns) = (NonZeroU16::new(2).unwrap(), NonZeroU16::new(20).unwrap());
        let mut parser = vt100::Parser::new(rows_, columns, 0);
        parser.process("\x1b[2;3H在吗\x1b[1;44mhello\x1b[m!".as_bytes());
        assert_eq!(find(parser.screen(), "在吗"), Some((1, 2)));
        assert_eq!(find(parser.screen(), "hello"), Some((1, 6)));
        assert!(rows(parser.screen())[1].starts_with("  在吗hello! "));
        let look = look_of(parser.screen(), "hello").unwrap();
        assert!(look.bold && look.is_on_blue());
        assert!(!look_of(parser.screen(), "!").unwrap().is_on_blue());
    }
}
