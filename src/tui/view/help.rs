//! F1: the first steps, then every key, sign and command; in two columns where there is room, and narrowed by what one types.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::dialog::{divider, frame_in, input, more};
use super::pager::{PagerRow, draw_row, rows};
use super::{on_popup, text};
use crate::model::Caps;
use crate::model::search::{contains_folded, fold};
use crate::tui::commands::COMMANDS;
use crate::tui::keymap::{BINDINGS, Binding, Layer};
use crate::tui::layout::{COLUMN_GAP, PanelAreas, column_of_two, tall_panel};
use crate::tui::popup::{HelpPage, PagerPart};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Keys and words that are something of their own, and the keys of the texts that say what.
type Entries = &'static [(&'static str, &'static str)];

/// What one needs at first.
const FIRST_STEPS: Entries = &[
    ("Enter", "first-write"),
    ("Up  Down", "first-choose"),
    ("Ctrl-G", "first-go"),
    ("Alt-C", "first-add"),
    ("Ctrl-O", "first-select"),
    ("/", "first-command"),
    ("/file", "first-file"),
    ("F1", "first-help"),
    ("Ctrl-Q", "first-quit"),
];

/// What stands beside messages, files and names, and the keys of the texts that say what it means.
const SIGNS: [(&str, Entries); 3] = [
    (
        "help-locks",
        &[
            ("◇", "sign-pinned"),
            ("◆", "sign-verified"),
            ("◇?", "sign-requested"),
            ("◆!", "sign-changed"),
            ("◇×", "sign-blocked"),
        ],
    ),
    (
        "help-marks",
        &[
            ("…", "sign-waiting"),
            ("✓", "sign-sent"),
            ("✓✓", "sign-delivered"),
            ("×", "sign-failed"),
            ("▣", "sign-sealed"),
            ("▤  ▸", "sign-files"),
        ],
    ),
    (
        "help-presence",
        &[
            ("●", "sign-here"),
            ("…", "sign-writing"),
            ("◐", "sign-away"),
            ("×", "sign-left"),
            ("○", "sign-unknown"),
            ("◌", "sign-seeking"),
            ("·", "sign-out"),
            (" 2 ", "sign-unread"),
            ("2", "sign-chatter"),
            ("~2", "sign-muted"),
            ("▸", "sign-folded"),
        ],
    ),
];

/// Bytes of a word that says which group of entries is meant: a letter of Chinese is one already.
const LEAST_WORD: usize = 3;

/// What belongs together.
struct HelpBlock {
    title: String,
    /// Keys, signs or commands, and what each does.
    entries: Vec<(String, String)>,
    /// What all of it is found by besides.
    words: String,
}

/// The first steps; then every key, every sign and every command, the first and the last from the tables the program
/// itself uses.
fn blocks(ui: &Ui, caps: Caps) -> Vec<HelpBlock> {
    let lang = &ui.style.lang;
    let block = |title: &str, entries| HelpBlock { title: lang.text(title), entries, words: String::new() };
    let own = |entries: Entries| {
        entries.iter().map(|(key, text)| ((*key).to_owned(), lang.text(text))).collect::<Vec<_>>()
    };
    let mut blocks = vec![block("help-first", own(FIRST_STEPS))];
    for (layer, title) in [
        (Layer::Writing, "help-writing"),
        (Layer::Anywhere, "help-anywhere"),
        (Layer::Selecting, "help-selecting"),
        (Layer::Finding, "help-finding"),
        (Layer::Popup, "help-popup"),
        (Layer::Results, "help-results"),
        (Layer::Wire, "help-wire"),
    ] {
        let is_here = |binding: &&Binding| binding.layer == layer && binding.is_in(caps.chat);
        let entry = |binding: &Binding| Some((binding.keys.join("  "), lang.text(binding.help?)));
        blocks.push(block(title, BINDINGS.iter().filter(is_here).filter_map(entry).collect()));
    }
    let words = || fold(&lang.text("help-signs-words"));
    blocks.extend(SIGNS.map(|(title, signs)| HelpBlock { words: words(), ..block(title, own(signs)) }));
    let commands = COMMANDS.iter().filter(|command| command.verb.is_in(caps));
    let commands = commands.map(|command| (command.usage(lang), lang.text(command.help)));
    blocks.push(block("help-commands", commands.collect()));
    blocks
}

/// The text in one or two columns, as parts that are cut into rows for their width.
fn columns(ui: &Ui, page: &HelpPage) -> Vec<Vec<PagerPart>> {
    let looked_for = fold(page.query.text().trim());
    let fits = |text: &str| contains_folded(text, &looked_for);
    let mut blocks = blocks(ui, page.caps);
    for block in &mut blocks {
        let is_meant = |word: &str| looked_for.len() >= LEAST_WORD && word.starts_with(&looked_for);
        let all = looked_for.is_empty() || block.words.split(' ').any(is_meant);
        block.entries.retain(|(key, text)| all || fits(key) || fits(text));
    }
    blocks.retain(|block| !block.entries.is_empty());
    let total: usize = blocks.iter().map(|block| block.entries.len().saturating_add(2)).sum();
    let wide = column_of_two(areas(ui).list).is_some();
    let mut columns: Vec<Vec<PagerPart>> = vec![Vec::new()];
    let mut taken = 0_usize;
    for block in blocks {
        if wide && columns.len() == 1 && taken.saturating_mul(2) >= total {
            columns.push(Vec::new());
        }
        taken = taken.saturating_add(block.entries.len().saturating_add(2));
        if let Some(column) = columns.last_mut() {
            column.push(PagerPart::Title(block.title));
            column.extend(block.entries.into_iter().map(|(key, text)| PagerPart::Entry { key, text }));
            column.push(PagerPart::Line(String::new()));
        }
    }
    columns
}

/// Cells of one column.
fn column_width(list: Rect) -> u16 {
    column_of_two(list).unwrap_or(list.width)
}

fn areas(ui: &Ui) -> PanelAreas {
    tall_panel(ui.viewport.screen())
}

/// The first row when the end is visible: nobody scrolls further.
pub(super) fn last_top(ui: &Ui, page: &HelpPage) -> usize {
    let list = areas(ui).list;
    let width = column_width(list);
    let longest = columns(ui, page).iter().map(|parts| rows(parts, width).len()).max().unwrap_or_default();
    longest.saturating_sub(usize::from(list.height))
}

/// The answer is where the cursor stands.
pub(super) fn draw(ui: &Ui, page: &HelpPage, buffer: &mut Buffer) -> Position {
    let areas = areas(ui);
    let _inside = frame_in(ui, &ui.style.lang.text("popup-help"), areas.frame, buffer);
    let style = |role| on_popup(ui, role);
    let cursor = input(ui, &page.query, areas.query, buffer);
    if page.query.is_empty() {
        let hint = ui.style.lang.text("popup-help-hint");
        let room = areas.query.width.saturating_sub(2);
        text::put(buffer, areas.query.x.saturating_add(2), areas.query.y, room, &hint, style(Role::Dim));
    }
    divider(ui, areas.frame, areas.line, buffer);
    let width = column_width(areas.list);
    let columns = columns(ui, page);
    let columns: Vec<Vec<PagerRow<'_>>> = columns.iter().map(|parts| rows(parts, width)).collect();
    let longest = columns.iter().map(Vec::len).max().unwrap_or_default();
    let height = usize::from(areas.list.height);
    let top = page.top.min(longest.saturating_sub(height));
    let starts = (areas.list.x..).step_by(usize::from(width.saturating_add(COLUMN_GAP)));
    for (rows, x) in columns.iter().zip(starts) {
        for (row, y) in rows.iter().skip(top).zip(areas.list.top()..areas.list.bottom()) {
            draw_row(ui, row, Rect { x, y, width, height: 1 }, buffer);
        }
    }
    if longest == 0 {
        let nothing = ui.style.lang.text("flash-not-found");
        text::put(buffer, areas.list.x, areas.list.y, areas.list.width, &nothing, style(Role::Dim));
    }
    more(ui, longest.saturating_sub(top).saturating_sub(height), areas.list, buffer);
    cursor
}
