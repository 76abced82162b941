//! What colours look like in xterm, for tests that compare them.

use ratatui::style::Color;

use super::palette::{self, Rgb};

/// The sixteen colours as xterm has them.
const XTERM: [(Color, u32); 16] = [
    (Color::Black, 0x00_00_00),
    (Color::Red, 0xcd_00_00),
    (Color::Green, 0x00_cd_00),
    (Color::Yellow, 0xcd_cd_00),
    (Color::Blue, 0x00_00_ee),
    (Color::Magenta, 0xcd_00_cd),
    (Color::Cyan, 0x00_cd_cd),
    (Color::Gray, 0xe5_e5_e5),
    (Color::DarkGray, 0x7f_7f_7f),
    (Color::LightRed, 0xff_00_00),
    (Color::LightGreen, 0x00_ff_00),
    (Color::LightYellow, 0xff_ff_00),
    (Color::LightBlue, 0x5c_5c_ff),
    (Color::LightMagenta, 0xff_00_ff),
    (Color::LightCyan, 0x00_ff_ff),
    (Color::White, 0xff_ff_ff),
];

/// `None`: what a person has chosen, or nothing.
pub(in crate::tui) fn rgb(colour: Color) -> Option<Rgb> {
    match colour {
        Color::Rgb(red, green, blue) => Some([red, green, blue]),
        Color::Indexed(index) => palette::rgb(index),
        other => {
            let found = XTERM.iter().find(|(known, _)| *known == other);
            found.map(|(_, value)| {
                [16, 8, 0].map(|shift| u8::try_from((value >> shift) & 0xff).expect("a byte"))
            })
        }
    }
}

/// The contrast of two colours; `None`: one of them is not known.
pub(in crate::tui) fn contrast(one: Color, other: Color) -> Option<f64> {
    Some(palette::contrast(rgb(one)?, rgb(other)?))
}
