//! Whether a person is there.

use std::time::{Duration, Instant};

/// How long somebody who touches nothing still reads, where the terminal does not say whether it is looked at.
const READS_FOR: Duration = Duration::from_mins(1);

/// A click brings a window to the front, and comes here at once behind the report of that.
const RETURNS_WITHIN: Duration = Duration::from_millis(200);

/// Whether someone looks at the terminal, as far as it tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) enum Focus {
    #[default]
    Unknown,
    Here,
    Away,
}

/// The person before the terminal.
#[derive(Debug, Default)]
pub(in crate::tui) struct Attention {
    focus: Focus,
    /// When anything was touched last.
    touched: Option<Instant>,
    /// When somebody came back who has touched nothing since.
    returned: Option<Instant>,
    /// The app was told that nobody looks.
    is_absent: bool,
    /// We are away, and this is what others are told.
    away: Option<String>,
}

impl Attention {
    pub(in crate::tui) const fn focus(&self) -> Focus {
        self.focus
    }

    pub(in crate::tui) fn set_focus(&mut self, focus: Focus, now: Option<Instant>) {
        self.returned = now.filter(|_| matches!((self.focus, focus), (Focus::Away, Focus::Here)));
        self.focus = focus;
    }

    /// Something was done that needs no window to be brought back.
    pub(in crate::tui) const fn forget_return(&mut self) {
        self.returned = None;
    }

    /// Whether a click is the one that brought somebody back, which means no more. Who came by the keyboard clicks later.
    pub(in crate::tui) fn takes_click(&mut self, now: Option<Instant>) -> bool {
        let returned = self.returned.take().zip(now);
        returned.is_some_and(|(returned, now)| now.saturating_duration_since(returned) < RETURNS_WITHIN)
    }

    /// Something was touched: a key, the mouse.
    pub(in crate::tui) const fn touch(&mut self, now: Instant) {
        self.touched = Some(now);
    }

    /// Whether somebody looks, if that is not what the app was told last.
    pub(in crate::tui) fn changed(&mut self, now: Instant) -> Option<bool> {
        let is_still = self.touched.is_some_and(|at| now.saturating_duration_since(at) >= READS_FOR);
        let is_absent = match self.focus {
            Focus::Here => false,
            Focus::Away => true,
            Focus::Unknown => is_still,
        };
        (std::mem::replace(&mut self.is_absent, is_absent) != is_absent).then_some(is_absent)
    }

    /// What others are told, if the person is away.
    pub(in crate::tui) fn away(&self) -> Option<&str> {
        self.away.as_deref()
    }

    pub(in crate::tui) fn set_away(&mut self, away: Option<String>) {
        self.away = away;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn a_terminal_that_says_nothing_is_looked_at_for_a_while_after_a_key() {
        let (mut attention, start) = (Attention::default(), Instant::now());
        attention.touch(start);
        let late = start + READS_FOR;
        assert_eq!(attention.changed(start + Duration::from_secs(5)), None);
        assert_eq!(attention.changed(late), Some(true));
        assert_eq!(attention.changed(late), None, "it is said once");
        attention.touch(late);
        assert_eq!(attention.changed(late), Some(false));
        attention.set_focus(Focus::Here, None);
        assert_eq!(attention.changed(late + READS_FOR * 9), None, "whoever looks need not touch anything");
        attention.set_focus(Focus::Away, None);
        assert_eq!(attention.changed(late), Some(true));
    }
}
