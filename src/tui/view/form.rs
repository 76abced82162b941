//! Forms: a few words, fields to fill in, and the keys below.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::dialog::{frame_in, input, more, put_rows};
use super::{fill, on_popup, popup_keys, text};
use crate::lang::name_of;
use crate::model::text::plain_line;
use crate::model::{DEFAULT_THEME, Phrase, THEMES};
use crate::tui::layout::{edge_room, inner_width, inside, outline};
use crate::tui::popup::{COLOURS, Field, FieldInput, Form, FormKind};
use crate::tui::question::parts;
use crate::tui::scrollback::WrappedText;
use crate::tui::sight;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Columns that a value needs beside its label; with fewer it stands below.
const LEAST_VALUE: u16 = 11;

/// The texts of a form, cut into rows for the screen there is.
struct FormText {
    intro: WrappedText,
    /// What comes of it, below the fields.
    outro: WrappedText,
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
        let outro = outro(ui, form);
        Self { intro: wrapped(&intro), outro: wrapped(&outro), hint: wrapped(&hint), label_width, field_rows }
    }

    /// Rows of these words; a text of none has none.
    fn rows_of(words: &WrappedText) -> u16 {
        if words.escaped.as_str().is_empty() { 0 } else { cells(words.rows.len()) }
    }

    /// Rows of all that is said, with air.
    fn rows(&self, fields: usize) -> usize {
        let words: u16 = [&self.intro, &self.outro, &self.hint].into_iter().map(Self::rows_of).sum();
        let each = usize::from(self.field_rows).saturating_add(1);
        // Above it all and below the intro; above the keys.
        let air = 2_usize.saturating_add(usize::from(Self::rows_of(&self.hint) > 0));
        fields.saturating_mul(each).saturating_add(words.into()).saturating_add(air)
    }
}

/// Who will see a person, and where, as it is filled in now.
fn outro(ui: &Ui, form: &Form) -> String {
    let lang = &ui.style.lang;
    let count = ui.style.networks.here.len();
    match form.purpose {
        FormKind::Add | FormKind::Rename(_) | FormKind::Password(_) | FormKind::Operator { .. } => {
            String::new()
        }
        FormKind::FirstStart if form.value(VISIBLE) != "form-yes" => lang.text("form-first-start-hidden"),
        FormKind::FirstStart if count == 0 => lang.text("form-first-start-alone"),
        FormKind::FirstStart => {
            let name = clip_with_ellipsis(&plain_line(form.value(0)), MAX_NAME).into_owned();
            let said = Phrase::new("form-first-start-seen").number("count", count).text("name", name);
            plain_line(&lang.phrase(&said.text("where", sight::networks(ui))))
        }
    }
}

/// Cells of a name in a sentence.
const MAX_NAME: u16 = 24;

/// The place of the field that says whether others see us.
const VISIBLE: usize = 3;

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// How many rows of what are shown.
struct FormRows {
    intro: u16,
    fields: u16,
    outro: u16,
    hint: u16,
    /// Empty rows between the parts: one, or none.
    air: u16,
}

impl FormRows {
    /// The field that one is in comes first, then one row of keys, the other fields, and at last the words about them.
    fn new(texts: &FormText, fields: usize, room: u16) -> Self {
        let of = FormText::rows_of;
        let (intro, hint) = (of(&texts.intro), of(&texts.hint));
        let each = texts.field_rows;
        let beside = room.saturating_sub(cells(fields).saturating_mul(each)).max(1);
        let hint = hint.min(beside).min(room.saturating_sub(each));
        let fields = (room.saturating_sub(hint) / each).clamp(1, cells(fields).max(1));
        let left = room.saturating_sub(hint).saturating_sub(fields.saturating_mul(each));
        let intro = intro.min(left);
        let outro = of(&texts.outro).min(left.saturating_sub(intro));
        let left = left.saturating_sub(intro).saturating_sub(outro);
        let gaps = fields.saturating_add(2).saturating_add(u16::from(hint > 0));
        Self { intro, fields, outro, hint, air: u16::from(left >= gaps) }
    }

    /// Rows above the fields.
    const fn above(&self) -> u16 {
        let below = if self.intro > 0 { self.air } else { 0 };
        self.air.saturating_add(self.intro).saturating_add(below)
    }

    /// Rows of words that have no room at all, so that no sign can stand in them.
    fn hidden(&self, texts: &FormText) -> usize {
        let gone = |shown: u16, of: &WrappedText| if shown == 0 { FormText::rows_of(of) } else { 0 };
        gone(self.intro, &texts.intro).saturating_add(gone(self.outro, &texts.outro)).into()
    }
}

/// The keys stand in the lower edge.
fn on_edge(ui: &Ui, form: &Form) -> bool {
    width(&ui.style.lang.text(form.hint())) <= edge_room(ui.viewport.screen())
}

/// The field that stands there.
pub(in crate::tui) fn field_at(ui: &Ui, form: &Form, at: Position) -> Option<usize> {
    let mut texts = FormText::new(ui, form);
    let area = inside(place(ui, form, &texts));
    texts.field_rows = texts.field_rows.min(area.height.max(1));
    let rows = FormRows::new(&texts, form.fields.len(), area.height);
    let skip = form.focus.saturating_add(1).saturating_sub(usize::from(rows.fields));
    let below = at.y.checked_sub(area.y.saturating_add(rows.above())).filter(|_| area.contains(at))?;
    let each = texts.field_rows.saturating_add(rows.air);
    let shown = below.checked_div(each).filter(|shown| *shown < rows.fields)?;
    Some(skip.saturating_add(usize::from(shown))).filter(|field| *field < form.fields.len())
}

/// Rows of the first form, frame and all, where it says the most that is usual.
const FIRST_ROWS: u16 = 16;

/// Where the form stands, frame and all. The first one has the screen for itself: it stands in the middle, and stays there when
/// a row of it comes or goes.
fn place(ui: &Ui, form: &Form, texts: &FormText) -> Rect {
    let screen = ui.viewport.screen();
    let usual = outline(screen, texts.rows(form.fields.len()));
    if form.purpose != FormKind::FirstStart {
        return usual;
    }
    let room = screen.height.saturating_sub(ui.viewport.areas().status.height);
    let y = room.saturating_sub(usual.height.max(FIRST_ROWS)) / 2;
    Rect { y: y.min(screen.height.saturating_sub(usual.height)), ..usual }
}

/// Before the first form is answered nothing behind it is of use yet; what went wrong is said in the last row.
fn hide_all(ui: &Ui, buffer: &mut Buffer) {
    let screen = ui.viewport.screen();
    let height = screen.height.saturating_sub(ui.viewport.areas().status.height);
    fill(ui, Rect { height, ..screen }, Role::Base, buffer);
}

/// The answer is where the cursor stands.
pub(super) fn draw(ui: &Ui, form: &Form, buffer: &mut Buffer) -> Option<Position> {
    let mut texts = FormText::new(ui, form);
    if form.purpose == FormKind::FirstStart {
        hide_all(ui, buffer);
    }
    let area = frame_in(ui, &ui.style.lang.text(form.title()), place(ui, form, &texts), buffer);
    texts.field_rows = texts.field_rows.min(area.height.max(1));
    let rows = FormRows::new(&texts, form.fields.len(), area.height);
    let style = |role| on_popup(ui, role);
    let below = |y: u16, height: u16| Rect { y, height, ..area };
    put_rows(&texts.intro, below(area.y.saturating_add(rows.air), rows.intro), style(Role::Dim), buffer);
    let top = area.y.saturating_add(rows.above());
    let each = texts.field_rows.saturating_add(rows.air);
    let cursor = draw_fields(ui, form, &texts, (below(top, each), rows.fields), buffer);
    let top = top.saturating_add(rows.fields.saturating_mul(each));
    put_rows(&texts.outro, below(top, rows.outro), style(Role::Dim), buffer);
    let top = top.saturating_add(rows.outro);
    // An empty row above the keys, where there is one.
    let air = u16::from(top.saturating_add(rows.hint) < area.bottom());
    let role = if form.error.is_some() { Role::Error } else { Role::Dim };
    put_rows(&texts.hint, below(top.saturating_add(air), rows.hint), style(role), buffer);
    if on_edge(ui, form) {
        popup_keys::draw_choices(ui, &ui.style.lang.text(form.hint()), area, buffer);
    }
    let shown = usize::from(rows.fields);
    more(ui, form.fields.len().saturating_sub(shown).saturating_add(rows.hidden(&texts)), area, buffer);
    cursor
}

/// As many fields as there is room for, the one that one is in among them; the first in that area, all others below it. The
/// answer is where the cursor stands.
fn draw_fields(
    ui: &Ui,
    form: &Form,
    texts: &FormText,
    room: (Rect, u16),
    buffer: &mut Buffer,
) -> Option<Position> {
    let (area, shown) = (room.0, usize::from(room.1));
    let skip = form.focus.saturating_add(1).saturating_sub(shown);
    let tops = (area.y..).step_by(usize::from(area.height.max(1)));
    let mut cursor = None;
    for ((at, field), y) in form.fields.iter().enumerate().skip(skip).take(shown).zip(tops) {
        let is_focused = at == form.focus;
        let painter = FieldPainter { ui, is_focused, label_width: texts.label_width };
        let place = painter.draw(field, Rect { y, height: texts.field_rows, ..area }, buffer);
        cursor = if is_focused { place } else { cursor };
    }
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
        on_popup(self.ui, role)
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
                let cursor = input(ui, &field.shown(composer), value, buffer);
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
                let option = shown(ui, option);
                let style =
                    if is_focused { ui.style.theme.style(Role::Choice) } else { self.style(Role::Popup) };
                let option = clip_with_ellipsis(&option, value.width.saturating_sub(4));
                let option = format!("‹ {option} ›");
                let taken = text::put(buffer, value.x, value.y, value.width, &option, style);
                if field.label == COLOURS {
                    let gap = taken.saturating_add(3);
                    let room = value.width.saturating_sub(gap);
                    self.sample(Rect { x: value.x.saturating_add(gap), width: room, ..value }, buffer);
                }
                None
            }
        }
    }

    /// What others say, in the colours that are chosen; only whole.
    fn sample(self, area: Rect, buffer: &mut Buffer) {
        let words = format!(" {} ", self.ui.style.lang.text("form-sample"));
        if width(&words) <= usize::from(area.width) {
            let style = self.ui.style.theme.style(Role::Incoming);
            text::put(buffer, area.x, area.y, area.width, &words, style);
        }
    }
}

/// An option as people read it: languages by their own names, the theme of the terminal with what comes of it.
fn shown(ui: &Ui, option: &str) -> String {
    let lang = &ui.style.lang;
    match name_of(option) {
        Some(language) => language.to_owned(),
        None if option == DEFAULT_THEME => {
            let theme = lang.text(&format!("theme-{}", ui.style.background.theme()));
            lang.with("theme-auto", &[("theme", &theme)])
        }
        None if THEMES.contains(&option) => lang.text(&format!("theme-{option}")),
        None if option.starts_with("form-") => lang.text(option),
        None => option.to_owned(),
    }
}
