//! The style that the terminal writes with (SGR, ECMA-48 8.3.117), changed by as few parameters as it takes.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::escapes::EscapeBuffer;

/// Modifiers and the parameter that switches each on.
const MODIFIERS: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// As after a reset, unless it was switched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sgr {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Sgr {
    pub(super) const fn of(cell: &Cell) -> Self {
        // Other bits say which link the cell belongs to.
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier.intersection(Modifier::all()) }
    }

    /// Writes what makes this style the other.
    pub(super) fn switch(&mut self, to: Self, out: &mut EscapeBuffer) {
        if *self == to {
            return;
        }
        out.put(b"\x1b[");
        let start = out.len();
        // Parameters that switch one off are younger than the one for all, and bold and dim share theirs.
        if !to.modifier.contains(self.modifier) {
            *self = Self::default();
            out.parameter(0);
        }
        for (modifier, code) in MODIFIERS {
            if to.modifier.contains(modifier) && !self.modifier.contains(modifier) {
                out.parameter(code);
            }
        }
        if self.fg != to.fg {
            colour(out, to.fg, 0);
        }
        if self.bg != to.bg {
            colour(out, to.bg, 10);
        }
        *self = to;
        out.finish(start, b'm');
    }
}

/// `ground`: 0 for what is written, 10 for what it stands on.
fn colour(out: &mut EscapeBuffer, colour: Color, ground: u8) {
    let basic = |index: u8| if index < 8 { index + 30 } else { index + 82 };
    let index = match colour {
        Color::Reset => return out.parameter(ground + 39),
        Color::Rgb(red, green, blue) => {
            return [ground + 38, 2, red, green, blue].into_iter().for_each(|code| out.parameter(code));
        }
        Color::Indexed(index) => {
            return [ground + 38, 5, index].into_iter().for_each(|code| out.parameter(code));
        }
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    out.parameter(basic(index) + ground);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switched(from: Sgr, to: Sgr) -> String {
        let (mut sgr, mut out) = (from, EscapeBuffer::default());
        sgr.switch(to, &mut out);
        assert_eq!(sgr, to);
        String::from_utf8(out.into_bytes()).unwrap()
    }

    #[test]
    fn only_what_changes_is_written() {
        let plain = Sgr::default();
        let blue = Sgr { bg: Color::Blue, modifier: Modifier::BOLD, ..plain };
        let bright = Sgr { fg: Color::LightRed, ..blue };
        let rgb = Sgr { fg: Color::Rgb(1, 20, 255), bg: Color::Indexed(7), modifier: Modifier::UNDERLINED };
        for (from, to, bytes) in [
            (plain, plain, ""),
            (plain, blue, "\x1b[1;44m"),
            (blue, bright, "\x1b[91m"),
            (bright, blue, "\x1b[39m"),
            (bright, plain, "\x1b[0m"),
            (bright, rgb, "\x1b[0;4;38;2;1;20;255;48;5;7m"),
            (plain, Sgr { bg: Color::White, ..plain }, "\x1b[107m"),
        ] {
            assert_eq!(switched(from, to), bytes);
        }
    }
}
