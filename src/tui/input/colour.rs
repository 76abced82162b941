//! What a terminal says about its colours.
//!
//! | bytes | what | source |
//! |---|---|---|
//! | `ESC ] 11 ; rgb:r/g/b ST` | its ground, one to four hexadecimal digits a part | xterm ctlseqs, OSC 10-19; XParseColor |
//! | `CSI ? 997 ; n n` | 1: it is dark now, 2: light | contour, "Dark and light mode detection" (mode 2031) |

use crate::tui::theme::Background;

/// The text of an OSC sequence; `None`: it is about something else.
pub(super) fn reported(text: &[u8]) -> Option<Background> {
    let text = str::from_utf8(text).ok()?.strip_prefix("11;")?;
    let (_model, parts) = text.split_once(':')?;
    let mut parts = parts.split('/').map(part);
    Some(Background::of([parts.next()??, parts.next()??, parts.next()??]))
}

/// The number of a report about dark and light.
pub(super) const fn scheme(number: Option<u32>) -> Option<Background> {
    match number {
        Some(1) => Some(Background::Dark),
        Some(2) => Some(Background::Light),
        Some(_) | None => None,
    }
}

/// One part: as many digits as the terminal has, scaled to eight bits.
fn part(digits: &str) -> Option<u8> {
    let number = u32::from_str_radix(digits, 16).ok()?;
    let most = match digits.len() {
        1 => 0xf,
        2 => 0xff,
        3 => 0xfff,
        4 => 0xffff,
        _ => return None,
    };
    u8::try_from(number.saturating_mul(255) / most).ok()
}
