//! Reports of the mouse, in the three ways terminals send them.
//!
//! Buttons (xterm ctlseqs, "Mouse Tracking"): bits 0-1 and 6-7 the button, 2 Shift, 3 Alt, 4 Ctrl, 5 it moves.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::parameters::Parameters;
use super::token::{InputToken, Scan, Wait};

/// `<b;x;y`; `m` at the end: released.
pub(super) fn sgr(numbers: Parameters<'_>, released: bool) -> Option<InputToken> {
    let mut event = report(numbers.get(0)?, numbers.get(1)?, numbers.get(2)?)?;
    if let (true, MouseEventKind::Down(button)) = (released, event.kind) {
        event.kind = MouseEventKind::Up(button);
    }
    Some(InputToken::Mouse(event))
}

/// `b;x;y`, where the button is 32 more.
pub(super) fn urxvt(numbers: Parameters<'_>) -> Option<InputToken> {
    let button = numbers.get(0)?.checked_sub(32)?;
    report(button, numbers.get(1)?, numbers.get(2)?).map(InputToken::Mouse)
}

/// `M` and three bytes, each of them 32 more. `body` begins with the `M`.
pub(super) fn x10(body: &[u8]) -> Scan {
    let bytes = body.get(1..body.len().min(4)).unwrap_or_default();
    if let Some(at) = bytes.iter().position(|byte| *byte < 0x20) {
        // Broken off by something that has its own meaning.
        return Scan::Done(at.saturating_add(3), InputToken::Unknown);
    }
    let [button, column, row] = bytes else { return Scan::More(Wait::Sequence) };
    let of = |byte: &u8| u32::from(byte.saturating_sub(32));
    let event = report(of(button), of(column), of(row));
    Scan::Done(6, event.map_or(InputToken::Unknown, InputToken::Mouse))
}

fn report(button: u32, column: u32, row: u32) -> Option<MouseEvent> {
    let held = [(4, KeyModifiers::SHIFT), (8, KeyModifiers::ALT), (16, KeyModifiers::CONTROL)];
    let modifiers =
        held.into_iter().filter(|(bit, _)| button & bit != 0).map(|(_, modifier)| modifier).collect();
    // The upper left cell is 1, 1.
    let cell = |number: u32| u16::try_from(number.saturating_sub(1)).ok();
    Some(MouseEvent { kind: kind(button)?, column: cell(column)?, row: cell(row)?, modifiers })
}

fn kind(button: u32) -> Option<MouseEventKind> {
    if button > 0xff {
        return None;
    }
    let moves = button & 32 != 0;
    let of = match (button & 3) | ((button & 0xc0) >> 4) {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        2 => MouseButton::Right,
        _ if moves => return Some(MouseEventKind::Moved),
        // Which one is not said.
        3 => return Some(MouseEventKind::Up(MouseButton::Left)),
        4 => return Some(MouseEventKind::ScrollUp),
        5 => return Some(MouseEventKind::ScrollDown),
        6 => return Some(MouseEventKind::ScrollLeft),
        7 => return Some(MouseEventKind::ScrollRight),
        _ => return None,
    };
    Some(if moves { MouseEventKind::Drag(of) } else { MouseEventKind::Down(of) })
}
