//! What the person has switched on and off.

/// What the person has switched on.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::tui) struct Switches {
    mouse: bool,
    /// Only the conversation's text is drawn, for copying with the terminal.
    bare: bool,
}

impl Switches {
    pub(in crate::tui) const fn new(mouse: bool) -> Self {
        Self { mouse, bare: false }
    }

    /// The mouse is ours, and not the terminal's for copying.
    pub(in crate::tui) const fn mouse(self) -> bool {
        self.mouse
    }

    pub(in crate::tui) const fn set_mouse(&mut self, mouse: bool) {
        self.mouse = mouse;
    }

    pub(in crate::tui) const fn bare(self) -> bool {
        self.bare
    }

    pub(in crate::tui) const fn set_bare(&mut self, bare: bool) {
        self.bare = bare;
    }
}
