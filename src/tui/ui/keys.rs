//! What the last keys left behind for the next one: the time, Esc that may be Alt, Ctrl-C that asks again.

use crate::model::WallTime;

/// The state of the keys.
#[derive(Debug)]
pub(in crate::tui) struct KeyState {
    /// The time of the last event of the terminal.
    now: WallTime,
    /// When Esc was pressed with nothing to leave: the next key may be one with Alt.
    escaped: Option<WallTime>,
    /// Ctrl-C was pressed on an empty draft.
    is_quitting: bool,
}

impl Default for KeyState {
    fn default() -> Self {
        Self { now: WallTime(0), escaped: None, is_quitting: false }
    }
}

impl KeyState {
    pub(in crate::tui) const fn now(&self) -> WallTime {
        self.now
    }

    pub(in crate::tui) const fn set_now(&mut self, now: WallTime) {
        self.now = now;
    }

    /// Esc was pressed just now, with nothing to leave or with something.
    pub(in crate::tui) fn escape(&mut self, leaves: bool) {
        self.escaped = (!leaves).then_some(self.now);
    }

    /// Microseconds since Esc was pressed with nothing to leave, if that was the key before.
    pub(in crate::tui) fn take_escape(&mut self) -> Option<i64> {
        let escaped = self.escaped.take()?;
        Some(self.now.0.saturating_sub(escaped.0))
    }

    /// The next key is none with Alt.
    pub(in crate::tui) const fn forget_escape(&mut self) {
        self.escaped = None;
    }

    pub(in crate::tui) const fn is_quitting(&self) -> bool {
        self.is_quitting
    }

    pub(in crate::tui) const fn set_quitting(&mut self, is_quitting: bool) {
        self.is_quitting = is_quitting;
    }
}
