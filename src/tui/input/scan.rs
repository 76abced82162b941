//! One sequence at the start of some bytes: which one it is, and how long.
//!
//! Knows no time. What is incomplete is said to be, with what it may become, and whoever waits decides.
//!
//! | bytes | what | source |
//! |---|---|---|
//! | `00`-`1F`, `7F` | Ctrl and a letter, Enter, Tab, Backspace | ECMA-48 5.2, as crossterm maps them |
//! | UTF-8 | a character | RFC 3629 |
//! | `ESC x` | Alt and what `x` is | xterm, metaSendsEscape |
//! | `ESC ESC [ …` | Alt and that key | rxvt, PuTTY |
//! | `ESC O x` | SS3: F1-F4, arrows, keypad in application mode | xterm ctlseqs, "PC-Style Function Keys" |
//! | `ESC [ p… i… f` | CSI, see `csi` | ECMA-48 5.4 |
//! | `ESC [ M b x y` | the mouse as X10 has it | xterm ctlseqs, "Mouse Tracking" |
//! | `ESC [ [ A` | F1-F5 | the Linux console, `console_codes(4)` |
//! | `ESC ] n … ST` | OSC: an answer about colours | xterm ctlseqs, "Operating System Commands" |
//! | `ESC P … ST` | DCS: an answer to DECRQSS, XTGETTCAP, XTVERSION, DA3 | xterm ctlseqs, "Device-Control functions" |
//! | `ESC _ G … ST` | APC: an answer about graphics | kitty, "Graphics protocol" |

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::token::{ESC, InputToken, Scan, Wait};
use super::{colour, csi, graphics, key_of_char, mouse};

const BELL: u8 = 0x07;
const DELETE: u8 = 0x7f;

/// What `bytes`, which must not be empty, begin with.
pub(super) fn scan(bytes: &[u8]) -> Scan {
    match bytes.first() {
        None => Scan::More(Wait::Sequence),
        Some(&ESC) => escape(bytes),
        Some(&byte @ (b'\t' | b'\n' | b'\r' | b' '..=b'~')) => {
            Scan::Done(1, InputToken::Char(char::from(byte)))
        }
        Some(&byte) if byte < 0x80 => Scan::Done(1, InputToken::Key(control(byte))),
        Some(_) => character(bytes),
    }
}

/// The C0 controls that are no text, and DEL.
fn control(byte: u8) -> KeyEvent {
    let ctrl = |c: u8| KeyEvent::new(KeyCode::Char(char::from(c)), KeyModifiers::CONTROL);
    match byte {
        DELETE => KeyCode::Backspace.into(),
        0 => ctrl(b' '),
        0x01..=0x1a => ctrl(byte.wrapping_sub(1).wrapping_add(b'a')),
        _ => ctrl(byte.wrapping_sub(0x1c).wrapping_add(b'4')),
    }
}

fn character(bytes: &[u8]) -> Scan {
    let head = bytes.get(..bytes.len().min(4)).unwrap_or_default();
    let good = match str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => match (error.valid_up_to(), error.error_len()) {
            (0, None) => return Scan::More(Wait::Sequence),
            (0, Some(bad)) => return Scan::Done(bad, InputToken::Unknown),
            (good, _) => head.get(..good).and_then(|good| str::from_utf8(good).ok()).unwrap_or_default(),
        },
    };
    match good.chars().next() {
        // C1 controls: nobody types them.
        Some(c) if c.is_control() => Scan::Done(c.len_utf8(), InputToken::Unknown),
        Some(c) => Scan::Done(c.len_utf8(), InputToken::Char(c)),
        None => Scan::Done(1, InputToken::Unknown),
    }
}

fn escape(bytes: &[u8]) -> Scan {
    match bytes.get(1) {
        None => Scan::More(Wait::Key),
        Some(b'[') => control_sequence(bytes),
        Some(b'O') => single_shift(bytes),
        Some(b']') => string(bytes, |byte| byte.is_ascii_digit()),
        Some(b'_') => string(bytes, |byte| byte == b'G'),
        Some(b'P') => string(bytes, |byte| byte.is_ascii_digit() || b">!$+".contains(&byte)),
        Some(&ESC) => escape_twice(bytes),
        Some(_) => match scan(bytes.get(1..).unwrap_or_default()) {
            // Nothing is bound to such a letter with Alt: it is Esc, and what was typed behind it.
            Scan::Done(_, InputToken::Char(c)) if !c.is_ascii() => {
                Scan::Done(1, InputToken::Key(KeyCode::Esc.into()))
            }
            Scan::Done(length, token) => Scan::Done(length.saturating_add(1), with_alt(token)),
            Scan::More(wait) => Scan::More(wait),
        },
    }
}

fn with_alt(token: InputToken) -> InputToken {
    let alt = |mut key: KeyEvent| {
        key.modifiers |= KeyModifiers::ALT;
        InputToken::Key(key)
    };
    match token {
        InputToken::Char(c) => alt(key_of_char(c)),
        InputToken::Key(key) => alt(key),
        other => other,
    }
}

/// Esc, and then something of its own; but two of them before the sequence of a key are that key with Alt.
fn escape_twice(bytes: &[u8]) -> Scan {
    match bytes.get(2) {
        None => Scan::More(Wait::Key),
        Some(b'[' | b'O') => match scan(bytes.get(1..).unwrap_or_default()) {
            Scan::Done(length, token @ InputToken::Key(_)) => {
                Scan::Done(length.saturating_add(1), with_alt(token))
            }
            Scan::Done(..) => Scan::Done(1, InputToken::Key(KeyCode::Esc.into())),
            Scan::More(wait) => Scan::More(wait),
        },
        Some(_) => Scan::Done(1, InputToken::Key(KeyCode::Esc.into())),
    }
}

fn control_sequence(bytes: &[u8]) -> Scan {
    let body = bytes.get(2..).unwrap_or_default();
    match body.first() {
        None => return Scan::More(Wait::Sequence),
        Some(b'[') => return linux_console(body),
        Some(b'M') => return mouse::x10(body),
        Some(_) => {}
    }
    let parameters = body.iter().take_while(|byte| matches!(byte, 0x30..=0x3f)).count();
    let (parameters, rest) = body.split_at_checked(parameters).unwrap_or_default();
    let between = rest.iter().take_while(|byte| matches!(byte, 0x20..=0x2f)).count();
    let (between, rest) = rest.split_at_checked(between).unwrap_or_default();
    let length = bytes.len().saturating_sub(rest.len());
    match rest.first() {
        None => Scan::More(Wait::Sequence),
        Some(&last @ 0x40..=0x7e) => {
            Scan::Done(length.saturating_add(1), csi::token(parameters, between, last))
        }
        // Broken off by something that has its own meaning.
        Some(_) => Scan::Done(length, InputToken::Unknown),
    }
}

fn linux_console(body: &[u8]) -> Scan {
    match body.get(1) {
        None => Scan::More(Wait::Sequence),
        Some(&byte @ b'A'..=b'E') => {
            let number = byte.wrapping_sub(b'A').wrapping_add(1);
            Scan::Done(4, InputToken::Key(KeyCode::F(number).into()))
        }
        Some(_) => Scan::Done(3, InputToken::Unknown),
    }
}

fn single_shift(bytes: &[u8]) -> Scan {
    let Some(&byte) = bytes.get(2) else { return Scan::More(Wait::Sequence) };
    let token = match byte {
        b'A'..=b'H' | b'P'..=b'S' => csi::letter(byte).map(|code| InputToken::Key(code.into())),
        b'M' => Some(InputToken::Key(KeyCode::Enter.into())),
        b'X' => Some(InputToken::Char('=')),
        b'j'..=b'y' => keypad(byte).map(InputToken::Char),
        _ => None,
    };
    match token {
        Some(token) => Scan::Done(3, token),
        None if matches!(byte, 0x40..=0x7e) => Scan::Done(3, InputToken::Unknown),
        // Alt-O, and then something else.
        None => Scan::Done(2, with_alt(InputToken::Char('O'))),
    }
}

/// The keypad in application mode, which another program may have left on.
fn keypad(byte: u8) -> Option<char> {
    let at = usize::from(byte.checked_sub(b'j')?);
    b"*+,-./0123456789".get(at).copied().map(char::from)
}

/// OSC, DCS and APC, up to ST; whatever they say. Without the right byte behind the introducer it is Alt and that key.
fn string(bytes: &[u8], begins: impl Fn(u8) -> bool) -> Scan {
    let introducer = bytes.get(1).copied().unwrap_or_default();
    match bytes.get(2) {
        None => return Scan::More(Wait::Key),
        Some(&byte) if begins(byte) => {}
        Some(_) => return Scan::Done(2, with_alt(InputToken::Char(char::from(introducer)))),
    }
    let Some(end) = bytes.iter().skip(3).position(|byte| *byte < 0x20).map(|at| at.saturating_add(3)) else {
        return Scan::More(Wait::Sequence);
    };
    let text = bytes.get(2..end).unwrap_or_default();
    let said = match introducer {
        b']' => colour::reported(text).map(InputToken::Background),
        b'_' => graphics::kitty(text).map(InputToken::Graphics),
        _ => graphics::version(text).map(InputToken::Graphics),
    };
    let reply = said.unwrap_or(InputToken::Reply);
    match (bytes.get(end), bytes.get(end.saturating_add(1))) {
        (Some(&BELL), _) if introducer == b']' => Scan::Done(end.saturating_add(1), reply),
        (Some(&ESC), Some(b'\\')) => Scan::Done(end.saturating_add(2), reply),
        (Some(&ESC), None) => Scan::More(Wait::Sequence),
        _ => Scan::Done(end, InputToken::Unknown),
    }
}
