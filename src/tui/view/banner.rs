//! The row on top of everything while a lab is on: it can never stay on unnoticed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{fill, text};
use crate::app::{LabState, State};
use crate::lang::Lang;
use crate::model::Phrase;
use crate::model::text::plain_line;
use crate::tui::naming::name_of;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Cells of a name at most.
const MAX_NAME: u16 = 24;
/// What ends it.
const OFF: &str = "/lab off";

/// Whole parts: whose network it is and how it ends, then what became of the datagrams, then what is done to them.
pub(super) fn draw(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    let Some(lab) = state.lab().filter(|_| area.area() > 0) else { return };
    fill(ui, area, Role::Lab, buffer);
    let lang = &ui.style.lang;
    let name = state.conversation(lab.conversation).map(|place| name_of(lang, place)).unwrap_or_default();
    let name = clip_with_ellipsis(&plain_line(&name), MAX_NAME).into_owned();
    let title = lang.with("lab-banner", &[("name", &name)]);
    let (settings, counts) = (lab.settings.to_string(), counts(lang, lab));
    let room = usize::from(area.width).saturating_sub(width(OFF)).saturating_sub(4);
    let line = [
        format!("{title}: {settings}   {counts}"),
        format!("{title}   {counts}"),
        format!("{title}: {settings}"),
        title.clone(),
    ]
    .into_iter()
    .find(|line| width(line) <= room);
    let style = ui.style.theme.style(Role::Lab);
    let right = area.right().saturating_sub(1).saturating_sub(u16::try_from(width(OFF)).unwrap_or(0));
    match line {
        Some(line) => {
            text::put(buffer, area.x.saturating_add(1), area.y, area.width, &line, style);
            text::put(buffer, right, area.y, area.width, OFF, style);
        }
        None => {
            text::put(buffer, area.x, area.y, area.width, &clip_with_ellipsis(&title, area.width), style);
        }
    }
}

/// What became of the datagrams so far.
fn counts(lang: &Lang, lab: &LabState) -> String {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let counts = lab.counts;
    let said =
        Phrase::new("lab-counts").number("lost", number(counts.lost)).number("seen", number(counts.seen));
    lang.phrase(&said.number("doubled", number(counts.doubled)).number("late", number(counts.late)))
}
