//! Scrolling.

use crate::app::State;
use crate::model::{MessageId, Phrase};
use crate::tui::action::Action;
use crate::tui::scrollback::{Paper, Position};
use crate::tui::ui::Ui;

pub(super) fn act(ui: &mut Ui, state: &State, action: Action) {
    let page = isize::try_from(ui.areas.scrollback.height.saturating_sub(1).max(1)).unwrap_or(1);
    match action {
        Action::PageUp => scroll(ui, state, page.saturating_neg()),
        Action::PageDown => scroll(ui, state, page),
        Action::Oldest => go(ui, state, |paper, _| paper.oldest()),
        Action::Newest => go(ui, state, |_, _| Position::Newest),
        Action::FirstUnread => match ui.place(state).and_then(|place| place.marker) {
            Some(marker) => show(ui, state, marker),
            None => ui.flash = Some(Phrase::new("flash-nothing-unread")),
        },
        _ => {}
    }
}

/// Moves by rows, up when negative.
pub(super) fn scroll(ui: &mut Ui, state: &State, rows: isize) {
    if rows > 0 && ui.scene.at_end {
        return;
    }
    let scene = std::mem::take(&mut ui.scene);
    let position = ui.with_paper(state, |paper| paper.scrolled(&scene, rows));
    ui.scene = scene;
    settle(ui, state, position);
}

/// Scrolls so that `message` can be seen; not at all if it can be already.
pub(super) fn show(ui: &mut Ui, state: &State, message: MessageId) {
    if ui.scene.shows(message) {
        return;
    }
    go(ui, state, |paper, height| paper.showing(message, height));
}

fn go(ui: &mut Ui, state: &State, to: impl FnOnce(&mut Paper<'_>, u16) -> Position) {
    let height = ui.areas.scrollback.height;
    let position = ui.with_paper(state, |paper| to(paper, height));
    settle(ui, state, position);
}

/// Keeps a position, lays the rows out for it, and remembers what the newest message was on leaving the end.
fn settle(ui: &mut Ui, state: &State, position: Option<Position>) {
    let Some((open, position)) = ui.open.zip(position) else { return };
    let newest = ui.place(state).and_then(|place| place.messages().last()).map(|last| last.id);
    match position {
        Position::Newest => {
            ui.positions.remove(&open);
            ui.left_end.remove(&open);
        }
        Position::Top { .. } => {
            if let (None, Some(newest)) = (ui.positions.insert(open, position), newest) {
                ui.left_end.insert(open, newest);
            }
        }
    }
    ui.prepare(state, ui.screen);
}
