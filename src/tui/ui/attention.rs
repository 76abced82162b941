//! Whether a person is there.

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
    /// We are away, and this is what others are told.
    away: Option<String>,
}

impl Attention {
    pub(in crate::tui) const fn focus(&self) -> Focus {
        self.focus
    }

    pub(in crate::tui) const fn set_focus(&mut self, focus: Focus) {
        self.focus = focus;
    }

    /// What others are told, if the person is away.
    pub(in crate::tui) fn away(&self) -> Option<&str> {
        self.away.as_deref()
    }

    pub(in crate::tui) fn set_away(&mut self, away: Option<String>) {
        self.away = away;
    }
}
