//! Keys as the kitty keyboard protocol reports them: `CSI code:shifted:base ; modifiers:event ; text u`.
//!
//! `code` is the key without Shift on the layout in use, `shifted` what Shift makes of it there, `base` the key at
//! the same place of a US keyboard. With the alternate keys asked for (flag 4) Ctrl-Shift-7 on a German keyboard is
//! `55:47;6u`, which is Ctrl-/, and Ctrl-С on a Russian one is `1089::99;5u`, which is Ctrl-C.
//! Source: sw.kovidgoyal.net/kitty/keyboard-protocol, "Key codes" and "Functional key definitions".

use crossterm::event::{KeyCode, KeyEvent, KeyEventState, KeyModifiers, MediaKeyCode, ModifierKeyCode};

use super::modifiers::Modifiers;
use super::parameters::Parameters;
use super::token::InputToken;

/// Characters that one key types at once; more than any does.
const MAX_KEY_TEXT: usize = 16;

/// The key of a `CSI … u`.
pub(super) fn key(numbers: Parameters<'_>) -> Option<InputToken> {
    let modifiers = numbers.modifiers();
    let mut codes = numbers.field(0);
    let code = codes.next().flatten()?;
    if let Some((code, state)) = functional(code) {
        let mut key = modifiers.key(code);
        key.state |= state;
        return Some(InputToken::Key(key));
    }
    let text: String = numbers.field(2).take(MAX_KEY_TEXT).flatten().filter_map(char::from_u32).collect();
    if modifiers.types() && modifiers.is_press() && !text.is_empty() && !text.contains(char::is_control) {
        return Some(InputToken::Text(text));
    }
    let code = char::from_u32(code)?;
    let mut alternate = || codes.next().flatten().and_then(char::from_u32);
    let shifted = alternate();
    let base = alternate();
    // A shortcut on a layout without Latin letters is that of the same place on a US keyboard.
    let (code, shifted) = match base {
        Some(base) if !modifiers.types() && !code.is_ascii() => (base, None),
        _ => (code, shifted),
    };
    Some(InputToken::Key(text_key(code, shifted, modifiers)))
}

/// A key that is named by what it types.
pub(super) fn text_key(code: char, shifted: Option<char>, modifiers: Modifiers) -> KeyEvent {
    let shift = modifiers.held.contains(KeyModifiers::SHIFT);
    let code = match code {
        '\u{1b}' => KeyCode::Esc,
        '\r' => KeyCode::Enter,
        '\t' if shift => KeyCode::BackTab,
        '\t' => KeyCode::Tab,
        '\u{8}' | '\u{7f}' => KeyCode::Backspace,
        c => return character(c, shifted, modifiers),
    };
    modifiers.key(code)
}

/// Shift has done its work, as far as we know what it does on this layout: on most it is that of a US keyboard, and
/// where it is not, no key of ours is hit by chance, as the bare digit would be.
fn character(c: char, shifted: Option<char>, modifiers: Modifiers) -> KeyEvent {
    let capital =
        modifiers.types() && modifiers.state.contains(KeyEventState::CAPS_LOCK) && c.is_alphabetic();
    let shift = modifiers.held.contains(KeyModifiers::SHIFT);
    if !shift && !capital {
        return modifiers.key(KeyCode::Char(c));
    }
    let typed = match shifted {
        Some(shifted) if shift => shifted,
        _ if shift && capital => c,
        _ => us_shifted(c),
    };
    let mut key = modifiers.key(KeyCode::Char(typed));
    key.modifiers.remove(KeyModifiers::SHIFT);
    key
}

fn us_shifted(c: char) -> char {
    const PLAIN: &str = "`1234567890-=[]\\;',./";
    const SHIFTED: &str = "~!@#$%^&*()_+{}|:\"<>?";
    let found = PLAIN.chars().zip(SHIFTED.chars()).find(|(plain, _)| *plain == c);
    found.map_or_else(|| c.to_uppercase().next().unwrap_or(c), |(_, shifted)| shifted)
}

/// The keys that have no character, from the protocol's table.
fn functional(code: u32) -> Option<(KeyCode, KeyEventState)> {
    keypad(code)
        .map(|code| (code, KeyEventState::KEYPAD))
        .or_else(|| special(code).map(|code| (code, KeyEventState::NONE)))
}

fn keypad(code: u32) -> Option<KeyCode> {
    const KEYS: [KeyCode; 29] = [
        KeyCode::Char('0'),
        KeyCode::Char('1'),
        KeyCode::Char('2'),
        KeyCode::Char('3'),
        KeyCode::Char('4'),
        KeyCode::Char('5'),
        KeyCode::Char('6'),
        KeyCode::Char('7'),
        KeyCode::Char('8'),
        KeyCode::Char('9'),
        KeyCode::Char('.'),
        KeyCode::Char('/'),
        KeyCode::Char('*'),
        KeyCode::Char('-'),
        KeyCode::Char('+'),
        KeyCode::Enter,
        KeyCode::Char('='),
        KeyCode::Char(','),
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Insert,
        KeyCode::Delete,
        KeyCode::KeypadBegin,
    ];
    let at = usize::try_from(code.checked_sub(57_399)?).ok()?;
    KEYS.get(at).copied()
}

fn special(code: u32) -> Option<KeyCode> {
    let nth = |first: u32| usize::try_from(code.saturating_sub(first)).ok();
    Some(match code {
        57_358 => KeyCode::CapsLock,
        57_359 => KeyCode::ScrollLock,
        57_360 => KeyCode::NumLock,
        57_361 => KeyCode::PrintScreen,
        57_362 => KeyCode::Pause,
        57_363 => KeyCode::Menu,
        57_376..=57_398 => KeyCode::F(u8::try_from(code.saturating_sub(57_363)).ok()?),
        57_428..=57_440 => KeyCode::Media(MEDIA.get(nth(57_428)?).copied()?),
        57_441..=57_454 => KeyCode::Modifier(MODIFIERS.get(nth(57_441)?).copied()?),
        // Of the private use area the protocol may name more: none of them is text.
        57_344..=63_743 => KeyCode::Null,
        _ => return None,
    })
}

const MEDIA: [MediaKeyCode; 13] = [
    MediaKeyCode::Play,
    MediaKeyCode::Pause,
    MediaKeyCode::PlayPause,
    MediaKeyCode::Reverse,
    MediaKeyCode::Stop,
    MediaKeyCode::FastForward,
    MediaKeyCode::Rewind,
    MediaKeyCode::TrackNext,
    MediaKeyCode::TrackPrevious,
    MediaKeyCode::Record,
    MediaKeyCode::LowerVolume,
    MediaKeyCode::RaiseVolume,
    MediaKeyCode::MuteVolume,
];

const MODIFIERS: [ModifierKeyCode; 14] = [
    ModifierKeyCode::LeftShift,
    ModifierKeyCode::LeftControl,
    ModifierKeyCode::LeftAlt,
    ModifierKeyCode::LeftSuper,
    ModifierKeyCode::LeftHyper,
    ModifierKeyCode::LeftMeta,
    ModifierKeyCode::RightShift,
    ModifierKeyCode::RightControl,
    ModifierKeyCode::RightAlt,
    ModifierKeyCode::RightSuper,
    ModifierKeyCode::RightHyper,
    ModifierKeyCode::RightMeta,
    ModifierKeyCode::IsoLevel3Shift,
    ModifierKeyCode::IsoLevel5Shift,
];
