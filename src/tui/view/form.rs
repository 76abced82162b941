//! Forms: a few words, fields to fill in, and the keys below.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::dialog::{frame, input, more, put_rows};
use super::{popup_keys, text};
use crate::lang::name_of;
use crate::model::text::plain_line;
use crate::tui::layout::{edge_room, inner_width, inside, outline};
use crate::tui::popup::{Field, FieldInput, Form};
use crate::tui::question::parts;
use crate::tui::scrollback::WrappedText;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Columns that a value needs beside its label; with fewer it stands below.
const LEAST_VALUE: u16 = 11;

/// The texts of a form, cut into rows for the screen there is.
struct FormText {
    intro: WrappedText,
    /// The keys, or what is wrong.
    hint: WrappedText,
    /// Columns of the labels and the air behind; 0: each label has a row above its field.
    label_width: u16,
    /// Rows of one field.
    field_rows: u16,
}

impl FormText {
    fn new(ui: &Ui, form: &Form) -> Self {
        let lang = &ui.style.lang;
        let columns = inner_width(ui.viewport.screen()).max(1);
        let intro = lang.text(&format!("{}-intro", form.title()));
        let hint = match &form.error {
            Some(error) => format!(" {} ", plain_line(&lang.phrase(error))),
            None if on_edge(ui, form) => String::new(),
            None => parts(&lang.text(form.hint()), columns).collect::<Vec<_>>().join("\n"),
        };
        let labels = form.fields.iter().map(|field| width(&lang.text(field.label))).max().unwrap_or(0);
        let label_width = cells(labels).saturating_add(2);
        let is_beside = label_width.saturating_add(LEAST_VALUE) <= columns;
        let (label_width, field_rows) = if is_beside { (label_width, 1) } else { (0, 2) };
        let wrapped = |text: &str| WrappedText::new(text, columns, usize::MAX);
        Self { intro: wrapped(&intro), hint: wrapped(&hint), label_width, field_rows }
    }
}

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// How many rows of what are shown.
struct FormRows {
    intro: u16,
    fields: u16,
    hint: u16,
}

impl FormRows {
    /// The field that one is in comes first, then one row of keys, the other fields, and at last the words about them.
    fn new(texts: &FormText, fields: usize, room: u16) -> Self {
        let (intro, hint) = (cells(texts.intro.rows.len()), cells(texts.hint.rows.len()));
        let each = texts.field_rows;
        let beside = room.saturating_sub(cells(fields).saturating_mul(each)).max(1);
        let hint = hint.min(beside).min(room.saturating_sub(each));
        let fields = (room.saturating_sub(hint) / each).clamp(1, cells(fields).max(1));
        let intro = intro.min(room.saturating_sub(hint).saturating_sub(fields.saturating_mul(each)));
        Self { intro, fields, hint }
    }
}

/// The keys stand in the lower edge.
fn on_edge(ui: &Ui, form: &Form) -> bool {
    width(&ui.style.lang.text(form.hint())) <= edge_room(ui.viewport.screen())
}

/// Rows that all of it would have.
fn rows_of(texts: &FormText, form: &Form) -> usize {
    let fields = form.fields.len().saturating_mul(usize::from(texts.field_rows));
    texts.intro.rows.len().saturating_add(texts.hint.rows.len()).saturating_add(fields).saturating_add(2)
}

/// The field that stands there.
pub(in crate::tui) fn field_at(ui: &Ui, form: &Form, at: Position) -> Option<usize> {
    let mut texts = FormText::new(ui, form);
    let area = inside(outline(ui.viewport.screen(), rows_of(&texts, form)));
    texts.field_rows = texts.field_rows.min(area.height.max(1));
    let rows = FormRows::new(&texts, form.fields.len(), area.height);
    let skip = form.focus.saturating_add(1).saturating_sub(usize::from(rows.fields));
    let below = at.y.checked_sub(area.y.saturating_add(rows.intro)).filter(|_| area.contains(at))?;
    let shown = below.checked_div(texts.field_rows).filter(|shown| *shown < rows.fields)?;
    Some(skip.saturating_add(usize::from(shown))).filter(|field| *field < form.fields.len())
}

/// The answer is where the cursor stands.
pub(super) fn draw(ui: &Ui, form: &Form, buffer: &mut Buffer) -> Option<Position> {
    let mut texts = FormText::new(ui, form);
    let area = frame(ui, &ui.style.lang.text(form.title()), rows_of(&texts, form), buffer);
    texts.field_rows = texts.field_rows.min(area.height.max(1));
    let rows = FormRows::new(&texts, form.fields.len(), area.height);
    let style = |role| ui.style.theme.style(Role::Popup).patch(ui.style.theme.style(role));
    put_rows(&texts.intro, Rect { height: rows.intro, ..area }, style(Role::Dim), buffer);
    let tops = (area.y.saturating_add(rows.intro)..).step_by(usize::from(texts.field_rows));
    let shown = usize::from(rows.fields);
    let skip = form.focus.saturating_add(1).saturating_sub(shown);
    let mut cursor = None;
    for ((at, field), y) in form.fields.iter().enumerate().skip(skip).take(shown).zip(tops) {
        let is_focused = at == form.focus;
        let painter = FieldPainter { ui, is_focused, label_width: texts.label_width };
        let place = painter.draw(field, Rect { y, height: texts.field_rows, ..area }, buffer);
        cursor = if is_focused { place } else { cursor };
    }
    let taken = rows.intro.saturating_add(rows.fields.saturating_mul(texts.field_rows));
    // An empty row above the keys, where there is one.
    let air = u16::from(taken.saturating_add(rows.hint) < area.height);
    let below = Rect { y: area.y.saturating_add(taken).saturating_add(air), height: rows.hint, ..area };
    let role = if form.error.is_some() { Role::Error } else { Role::Dim };
    put_rows(&texts.hint, below, style(role), buffer);
    if form.error.is_none() && on_edge(ui, form) {
        popup_keys::draw_choices(ui, &ui.style.lang.text(form.hint()), area, buffer);
    }
    more(ui, form.fields.len().saturating_sub(skip).saturating_sub(shown), area, buffer);
    cursor
}

/// How one field is drawn.
#[derive(Clone, Copy)]
struct FieldPainter<'a> {
    ui: &'a Ui,
    is_focused: bool,
    /// 0: the label stands above.
    label_width: u16,
}

impl FieldPainter<'_> {
    fn style(self, role: Role) -> Style {
        self.ui.style.theme.style(Role::Popup).patch(self.ui.style.theme.style(role))
    }

    /// Of two rows one is the label's; with only one that is left out, and the value stays.
    fn draw(self, field: &Field, area: Rect, buffer: &mut Buffer) -> Option<Position> {
        let Self { ui, is_focused, label_width } = self;
        let value = Rect {
            x: area.x.saturating_add(label_width),
            y: area.bottom().saturating_sub(1),
            width: area.width.saturating_sub(label_width),
            height: 1,
        };
        if label_width > 0 || area.height > 1 {
            let label = ui.style.lang.text(field.label);
            let label = clip_with_ellipsis(&label, area.width);
            let role = if is_focused { Role::PopupTitle } else { Role::Dim };
            text::put(buffer, area.x, area.y, area.width, &label, self.style(role));
        }
        match &field.input {
            FieldInput::Text(composer) => {
                let cursor = input(ui, composer, value, buffer);
                if is_focused && field.selected {
                    let shown = composer.layout(u16::MAX).shown;
                    let inner = value.width.saturating_sub(2);
                    let x = value.x.saturating_add(2);
                    text::put(buffer, x, value.y, inner, shown.as_str(), ui.style.theme.style(Role::Choice));
                }
                Some(cursor)
            }
            FieldInput::Pick { options, chosen } => {
                let option = options.get(*chosen).copied().unwrap_or_default();
                let option = match name_of(option) {
                    Some(language) => language.to_owned(),
                    None if option.starts_with("form-") => ui.style.lang.text(option),
                    None => option.to_owned(),
                };
                let style =
                    if is_focused { ui.style.theme.style(Role::Choice) } else { self.style(Role::Popup) };
                let shown = clip_with_ellipsis(&option, value.width.saturating_sub(4));
                text::put(buffer, value.x, value.y, value.width, &format!("‹ {shown} ›"), style);
                None
            }
        }
    }
}
