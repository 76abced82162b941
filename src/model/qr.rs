//! Codes that a phone reads from the screen (QR, ISO/IEC 18004), drawn with half blocks: two rows of the code in one of the
//! terminal.
//!
//! Pure: which colours there are is the business of whoever draws.

use qrcode::{Color, EcLevel};

/// Modules of light around the code, as the standard wants them.
const MARGIN: usize = 4;

/// Which modules are drawn; the others are blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The dark ones: for dark letters on a light ground, which is what every reader knows.
    Dark,
    /// The light ones, for a terminal of light letters on a dark ground.
    Light,
}

/// One code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrCode {
    width: usize,
    /// Row by row.
    dark: Vec<bool>,
}

impl QrCode {
    /// `None`: the text is too long for a code.
    pub fn of(text: &str) -> Option<Self> {
        // A screen has no dirt and no folds: the lowest level keeps the code small.
        let code = qrcode::QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
        let width = code.width();
        Some(Self { width, dark: code.into_colors().into_iter().map(|color| color == Color::Dark).collect() })
    }

    /// Cells of a row, and letters of each of [`Self::rows`].
    pub const fn columns(&self) -> usize {
        self.width.saturating_add(2 * MARGIN)
    }

    /// The rows from the top, with the margin.
    pub fn rows(&self, ink: Ink) -> Vec<String> {
        let is_inked = |row, column| self.is_dark(row, column) == (ink == Ink::Dark);
        let cell = |row, column| match (is_inked(row, column), is_inked(row + 1, column)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        let row = |row| (0..self.columns()).map(|column| cell(row, column)).collect();
        (0..self.columns()).step_by(2).map(row).collect()
    }

    fn is_dark(&self, row: usize, column: usize) -> bool {
        let inside = |at: usize| at.checked_sub(MARGIN).filter(|at| *at < self.width);
        let at = inside(row).zip(inside(column)).map(|(row, column)| row * self.width + column);
        at.and_then(|at| self.dark.get(at)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str =
        "udpqq://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@192.168.100.200:7781";

    fn corner(ink: Ink) -> Vec<String> {
        let code = QrCode::of(ADDRESS).expect("it fits");
        code.rows(ink).iter().map(|row| row.chars().take(MARGIN + 8).collect()).take(6).collect()
    }

    /// The margin, and in it the pattern that readers look for.
    #[test]
    fn a_code_begins_with_its_margin_and_the_finder_pattern() {
        let dark =
            ["            ", "            ", "    █▀▀▀▀▀█ ", "    █ ███ █ ", "    █ ▀▀▀ █ ", "    ▀▀▀▀▀▀▀ "];
        assert_eq!(corner(Ink::Dark), dark);
        let light =
            ["████████████", "████████████", "████ ▄▄▄▄▄ █", "████ █   █ █", "████ █▄▄▄█ █", "████▄▄▄▄▄▄▄█"];
        assert_eq!(corner(Ink::Light), light);
    }

    #[test]
    fn an_address_fits_on_a_small_terminal() {
        let code = QrCode::of(ADDRESS).expect("it fits");
        let rows = code.rows(Ink::Dark);
        assert!(rows.len() <= 23 && code.columns() <= 45, "{} x {}", rows.len(), code.columns());
        assert!(rows.iter().all(|row| row.chars().count() == code.columns()));
    }

    #[test]
    fn what_no_code_can_hold_is_none() {
        assert_eq!(QrCode::of(&"a".repeat(3_000)), None);
    }
}
