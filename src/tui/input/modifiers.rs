//! What is held while a key is pressed, as xterm and the kitty keyboard protocol number it.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyEventState, KeyModifiers};

/// What is held while a key is pressed, repeated or released.
#[derive(Clone, Copy, Debug)]
pub(super) struct Modifiers {
    pub(super) held: KeyModifiers,
    pub(super) kind: KeyEventKind,
    pub(super) state: KeyEventState,
}

impl Modifiers {
    /// From the protocol's numbers; those of xterm are the same as far as they go.
    pub(super) fn read(bits: u32, event: u32) -> Self {
        const HELD: [(u32, KeyModifiers); 6] = [
            (1, KeyModifiers::SHIFT),
            (2, KeyModifiers::ALT),
            (4, KeyModifiers::CONTROL),
            (8, KeyModifiers::SUPER),
            (16, KeyModifiers::HYPER),
            (32, KeyModifiers::META),
        ];
        const LOCKS: [(u32, KeyEventState); 2] =
            [(64, KeyEventState::CAPS_LOCK), (128, KeyEventState::NUM_LOCK)];
        let bits = bits.saturating_sub(1);
        Self {
            held: HELD.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, held)| held).collect(),
            kind: match event {
                2 => KeyEventKind::Repeat,
                3 => KeyEventKind::Release,
                _ => KeyEventKind::Press,
            },
            state: LOCKS.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, lock)| lock).collect(),
        }
    }

    /// Nothing is held that keeps a key from typing.
    pub(super) fn types(self) -> bool {
        self.held.difference(KeyModifiers::SHIFT).is_empty()
    }

    pub(super) fn key(self, code: KeyCode) -> KeyEvent {
        KeyEvent { code, modifiers: self.held, kind: self.kind, state: self.state }
    }

    pub(super) fn is_press(self) -> bool {
        self.kind != KeyEventKind::Release
    }
}
