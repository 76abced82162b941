//! What the last keys left behind for the next one: the time, Esc that may be Alt, Ctrl-C that asks again.

use crate::model::WallTime;

/// The state of the keys.
#[derive(Debug)]
pub(in crate::tui) struct KeyState {
    /// The time of the last event of the terminal.
    now: WallTime,
    /// When Esc was pressed with nothing to leave: the next key may be one with Alt.
    escaped: Option<WallTime>,
    /// When Ctrl-C was pressed on an empty draft, by the key before.
    quitting: Option<WallTime>,
}

/// Microseconds in which a second Ctrl-C quits: one that is pressed later is a stray key.
const QUIT_WITHIN: i64 = 5_000_000;

impl Default for KeyState {
    fn default() -> Self {
        Self { now: WallTime(0), escaped: None, quitting: None }
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

    /// Ctrl-C was pressed on an empty draft just before.
    pub(in crate::tui) fn is_quitting(&self) -> bool {
        self.quitting.is_some_and(|at| (0..=QUIT_WITHIN).contains(&self.now.0.saturating_sub(at.0)))
    }

    pub(in crate::tui) fn set_quitting(&mut self, is_quitting: bool) {
        self.quitting = is_quitting.then_some(self.now);
    }
}
