//! What a whole control sequence (ECMA-48 5.4) says.
//!
//! | final | parameters | what | source |
//! |---|---|---|---|
//! | `A`-`F` `H` `P` `Q` `S` | `1;m` | arrows, Begin, End, Home, F1 F2 F4 | xterm ctlseqs, "PC-Style Function Keys" |
//! | `R` | none or `1;m` | F3; any other row is an answer to DSR 6 | the same; "Device Status Report" |
//! | `Z` | | Shift-Tab | the same |
//! | `~` | `n;m` | Home … F20; `27;m;c`: modifyOtherKeys; `200` `201`: a paste | the same; "Bracketed Paste Mode" |
//! | `u` | `c:s:b;m:e;t…` | any key | kitty keyboard protocol, "Comprehensive keyboard handling" |
//! | `M` `m` | `<b;x;y` | the mouse (1006) | xterm ctlseqs, "Extended coordinates" |
//! | `M` | `b;x;y` | the mouse (1015) | the same, urxvt |
//! | `I` `O` | | the focus | the same, "FocusIn/FocusOut" |
//! | `n` | `?997;n` | dark or light, see `colour` | |
//! | `?…c` `?…S` `6;h;w t` | | of pictures, see `graphics` | |
//! | `c` `n` `t` `$y`, `?…u`, `?…R` | | other answers: DA, DSR, window, DECRPM, kitty flags, DECXCPR | xterm ctlseqs; kitty |

use crossterm::event::{KeyCode, KeyModifiers};

use super::parameters::Parameters;
use super::token::InputToken;
use super::{colour, graphics, kitty, mouse};

pub(super) fn token(parameters: &[u8], between: &[u8], last: u8) -> InputToken {
    match (parameters.first(), between, last) {
        (Some(b'<'), [], b'M' | b'm') => {
            let numbers = Parameters::new(parameters.get(1..).unwrap_or_default());
            mouse::sgr(numbers, last == b'm').unwrap_or(InputToken::Unknown)
        }
        (Some(b'?'), [], b'n') if parameters.starts_with(b"?997;") => {
            let number = Parameters::new(parameters.get(1..).unwrap_or_default()).get(1);
            colour::scheme(number).map_or(InputToken::Reply, InputToken::Background)
        }
        (Some(b'?'), [], b'c' | b'S') => {
            let numbers = Parameters::new(parameters.get(1..).unwrap_or_default());
            graphics::private(numbers, last).map_or(InputToken::Reply, InputToken::Graphics)
        }
        (Some(b'?' | b'>' | b'='), [], b'c' | b'n' | b'u' | b'R' | b'S' | b't') | (_, b"$", b'y') => {
            InputToken::Reply
        }
        (Some(b'<'..=b'?'), ..) => InputToken::Unknown,
        (_, [], _) => plain(Parameters::new(parameters), last).unwrap_or(InputToken::Unknown),
        _ => InputToken::Unknown,
    }
}

fn plain(numbers: Parameters<'_>, last: u8) -> Option<InputToken> {
    let modifiers = numbers.modifiers();
    let key = |code| Some(InputToken::Key(modifiers.key(code)));
    match last {
        b'R' if numbers.count() > 0 && !is_modified(numbers) => Some(InputToken::Reply),
        b'A'..=b'H' | b'P'..=b'S' => key(letter(last)?),
        b'Z' => {
            let mut event = modifiers.key(KeyCode::BackTab);
            event.modifiers |= KeyModifiers::SHIFT;
            Some(InputToken::Key(event))
        }
        b'~' => tilde(numbers),
        b'u' => kitty::key(numbers),
        b'M' => mouse::urxvt(numbers),
        b'I' if numbers.count() == 0 => Some(InputToken::FocusGained),
        b'O' if numbers.count() == 0 => Some(InputToken::FocusLost),
        b't' => Some(graphics::window(numbers).map_or(InputToken::Reply, InputToken::Graphics)),
        b'c' | b'n' => Some(InputToken::Reply),
        _ => None,
    }
}

/// `1;m`, as a key with modifiers has it; a cursor in the first row says the same, but we never ask for it.
fn is_modified(numbers: Parameters<'_>) -> bool {
    numbers.count() == 2 && numbers.get(0) == Some(1) && numbers.get(1).is_some_and(|bits| bits > 1)
}

/// The key that a letter names, behind CSI or SS3.
pub(super) fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(last.wrapping_sub(b'P').wrapping_add(1)),
        _ => return None,
    })
}

fn tilde(numbers: Parameters<'_>) -> Option<InputToken> {
    let first = numbers.get(0)?;
    let code = match first {
        200 => return Some(InputToken::PasteStart),
        201 => return Some(InputToken::PasteEnd),
        27 if numbers.count() == 3 => return other_key(numbers),
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        57427 => KeyCode::KeypadBegin,
        // The gaps are where the VT220 has none.
        11..=15 => KeyCode::F(u8::try_from(first.checked_sub(10)?).ok()?),
        17..=21 => KeyCode::F(u8::try_from(first.checked_sub(11)?).ok()?),
        23..=26 => KeyCode::F(u8::try_from(first.checked_sub(12)?).ok()?),
        28..=29 => KeyCode::F(u8::try_from(first.checked_sub(15)?).ok()?),
        31..=34 => KeyCode::F(u8::try_from(first.checked_sub(17)?).ok()?),
        _ => return None,
    };
    Some(InputToken::Key(numbers.modifiers().key(code)))
}

/// xterm's modifyOtherKeys: `27;m;c`.
fn other_key(numbers: Parameters<'_>) -> Option<InputToken> {
    let code = char::from_u32(numbers.get(2)?)?;
    let modifiers = numbers.modifiers();
    Some(InputToken::Key(kitty::text_key(code, None, modifiers)))
}
