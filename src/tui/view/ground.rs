//! The columns in which messages stand, and the grounds below their texts.

use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::tui::scrollback::{gutter, text_width};
use crate::tui::text::width;
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Cells from the left end of the pane to where text ends.
pub(super) fn text_edge(ui: &Ui) -> u16 {
    let width = ui.viewport.areas().scrollback.width;
    if ui.switches.bare() { width } else { gutter(width).saturating_add(text_width(width)) }
}

/// Cells before a message's text.
pub(in crate::tui) fn text_indent(ui: &Ui) -> u16 {
    if ui.switches.bare() { 0 } else { gutter(ui.viewport.areas().scrollback.width) }
}

/// What stands behind the gutter.
pub(super) fn behind_gutter(ui: &Ui, area: Rect) -> Rect {
    let indent = text_indent(ui);
    Rect { x: area.x.saturating_add(indent), width: area.width.saturating_sub(indent), ..area }
}

pub(super) fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// What the text of a message stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextGround {
    /// Our own words have none.
    Own,
    Incoming,
    /// Lines of code have their own, whoever wrote them.
    Code,
    /// It is chosen in select mode.
    Selected,
}

impl TextGround {
    /// Code can be told from the rest by its ground. With few colours there is none to spare for it.
    pub(super) fn has_code(self, ui: &Ui) -> bool {
        self != Self::Selected && ui.style.theme.style(Role::Code).bg.is_some()
    }

    /// A role as it is drawn there.
    pub(super) fn on(self, ui: &Ui, role: Role) -> Style {
        let theme = &ui.style.theme;
        let is_dim = matches!(role, Role::Dim | Role::System | Role::IncomingDim);
        match self {
            Self::Own if role == Role::IncomingDim => theme.style(Role::Dim),
            Self::Own => theme.style(role),
            Self::Incoming if role == Role::Link => theme.style(Role::IncomingLink),
            Self::Incoming if is_dim => theme.style(Role::IncomingDim),
            Self::Incoming if matches!(role, Role::Outgoing | Role::Base) => theme.style(Role::Incoming),
            Self::Incoming => {
                // Of sixteen colours nobody knows which can be seen on that ground.
                let style = theme.style(role);
                let fg = style.fg.filter(|fg| matches!(fg, Color::Rgb(..) | Color::Indexed(_)));
                theme.style(Role::Incoming).patch(Style { fg, ..style })
            }
            Self::Code if matches!(role, Role::Outgoing | Role::Base) => theme.style(Role::Code),
            Self::Code => theme.style(Role::Code).patch(Style { bg: None, ..theme.style(role) }),
            Self::Selected if is_dim => theme.style(Role::SelectedDim),
            Self::Selected if role == Role::Link => {
                theme.style(Role::Selected).add_modifier(Modifier::UNDERLINED)
            }
            Self::Selected => theme.style(Role::Selected),
        }
    }
}
