//! The rows of what a message offers: each file with its name, its size and what becomes of it.

use std::ops::Range;
use std::sync::Arc;

use super::context::{RenderCtx, indent, text_width};
use crate::app::ActiveTransfer;
use crate::lang::Lang;
use crate::model::file::{File, TransferId, TransferState};
use crate::model::text::{escape_line, plain_line};
use crate::model::{Fault, Message, Phrase};
use crate::tui::amounts;
use crate::tui::offers::{self, Transfers, can_decline, can_fetch, is_open};
use crate::tui::pictures::{Gallery, PictureBox};
use crate::tui::text::{width, wrap};

/// Cells a progress bar takes where there is room for figures beside it, or else; and those without which there is none.
const LONG_BAR: usize = 24;
const SHORT_BAR: usize = 14;
const WITH_LONG_BAR: usize = 52;
const LEAST_BAR: usize = 6;

/// The line of a file: its name, its size, and in a word what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileLine {
    /// Escaped, as all of it.
    pub text: String,
    /// Where in it the name stands, and the tokens of the escaper.
    pub name: Range<usize>,
    pub tokens: Vec<Range<usize>>,
    /// Byte ranges of the text, one a row.
    pub rows: Vec<Range<usize>>,
    pub folder: bool,
}

/// What stands on a row about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilePart {
    /// A row of its line.
    Line { line: Arc<FileLine>, row: usize },
    /// How far it is. `cells`: of the bar, with its ends; `permille`: how much of it is full.
    Bar { cells: u16, permille: u16, label: String },
    /// A row of where it lies or what went wrong.
    Note { text: String, bad: bool },
    /// A row of the picture that it is.
    Picture { row: u16, within: PictureBox },
}

impl FilePart {
    /// It stands on the ground of its message. What went wrong does not, and a picture has none.
    pub(in crate::tui) const fn has_ground(&self) -> bool {
        !matches!(self, Self::Note { bad: true, .. } | Self::Picture { .. })
    }

    /// Cells of it on the ground of its message, in a pane of that width. What went wrong stands below that. Only the line of
    /// a file stands behind its glyph.
    pub(super) fn cells(&self, pane: u16) -> u16 {
        let cells = |text: &str| u16::try_from(width(text)).unwrap_or(u16::MAX);
        match self {
            Self::Line { line, row } => {
                let row = line.rows.get(*row).and_then(|row| line.text.get(row.clone()));
                row.map_or(0, cells).saturating_add(indent(text_width(pane)))
            }
            Self::Bar { cells: bar, label, .. } => {
                cells(label).saturating_add(*bar).saturating_add(if *bar > 0 { 2 } else { 0 })
            }
            Self::Note { text, bad: false } => cells(text),
            Self::Note { bad: true, .. } | Self::Picture { .. } => 0,
        }
    }
}

/// Makes the rows about the files of messages, behind the gutter of a pane of that width.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileRows<'a> {
    /// Cells of a text, and of a line behind the glyph of its file.
    width: u16,
    behind_glyph: u16,
    looks: RenderCtx<'a>,
    transfers: &'a Transfers,
    /// The pictures that may be shown.
    gallery: Option<&'a Gallery>,
}

impl<'a> FileRows<'a> {
    pub(super) fn new(width: u16, looks: RenderCtx<'a>, transfers: &'a Transfers) -> Self {
        let width = text_width(width);
        let behind_glyph = width.saturating_sub(indent(width)).max(1);
        Self { width, behind_glyph, looks, transfers, gallery: None }
    }

    /// The same, with the pictures below their files.
    pub(super) const fn with_pictures(self, gallery: Option<&'a Gallery>) -> Self {
        Self { gallery, ..self }
    }

    /// What stands on the rows of every file of a message, each with the number of its file.
    pub(super) fn parts(&self, message: &Message) -> Vec<(u16, FilePart)> {
        let all = offers::files(message, None);
        all.flat_map(|(at, file)| self.of_file(message, at, file).into_iter().map(move |part| (at, part)))
            .collect()
    }

    fn of_file(&self, message: &Message, at: u16, file: &File) -> Vec<FilePart> {
        let (own, several) = (message.is_outgoing(), message.files.as_slice().len() > 1);
        let moving = offers::moving(self.transfers, message, at);
        let word = moving.map_or_else(|| state(file, own), |moving| moving.waits.then_some("file-queued"));
        let line = Arc::new(self.line(file, several.then_some(at), word));
        let rows = 0..line.rows.len();
        let mut parts: Vec<FilePart> =
            rows.map(|row| FilePart::Line { line: Arc::clone(&line), row }).collect();
        if let Some(moving) = moving.filter(|moving| !moving.waits) {
            parts.push(self.bar(moving, usize::from(self.width)));
        } else if let Some((text, bad)) = self.note(message, at, file).filter(|_| moving.is_none()) {
            let row = |row: Range<usize>| FilePart::Note {
                text: text.get(row).unwrap_or_default().to_owned(),
                bad,
            };
            parts.extend(wrap(&text, self.width).into_iter().map(row));
        }
        let picture = TransferId { message: message.id, file: at };
        if let Some(within) = self.gallery.and_then(|gallery| gallery.picture_box(picture)) {
            parts.extend((0..within.rows).map(|row| FilePart::Picture { row, within }));
        }
        parts
    }

    fn line(&self, file: &File, number: Option<u16>, word: Option<&str>) -> FileLine {
        let number = number.map(|at| format!("{}. ", at.saturating_add(1))).unwrap_or_default();
        let name = escape_line(&file.name);
        let slash = if file.folder { "/" } else { "" };
        let end = number.len().saturating_add(name.as_str().len()).saturating_add(slash.len());
        let shift = |range: &Range<usize>| {
            range.start.saturating_add(number.len())..range.end.saturating_add(number.len())
        };
        let tokens = name.tokens().iter().map(shift).collect();
        let size = is_measured(file).then(|| amounts::size(file.size));
        let word = word.map(|key| self.looks.lang.text(key));
        let beside = size.into_iter().chain(word).map(|words| format!("  {words}"));
        let text = format!("{number}{}{slash}{}", name.as_str(), beside.collect::<String>());
        let rows = wrap(&text, self.behind_glyph);
        FileLine { name: number.len()..end, tokens, rows, folder: file.folder, text }
    }

    /// How far it is, as a bar where there is room for one, and in figures: those that fit, the first ones first.
    fn bar(&self, moving: &ActiveTransfer, width: usize) -> FilePart {
        let lang = self.looks.lang;
        let mut figures = Vec::new();
        let permille = moving.of.map(|of| amounts::permille(moving.bytes, of));
        match permille {
            Some(permille) => figures.push(format!("{} %", permille / 10)),
            None => figures.push(amounts::size(moving.bytes)),
        }
        let stalls = moving.stalls_at().zip(self.looks.moment).is_some_and(|(at, moment)| at <= moment);
        if stalls {
            figures.push(lang.text("file-stalled"));
        }
        let rate = moving.rate.filter(|_| !stalls);
        figures.extend(rate.map(amounts::rate));
        let left = moving.of.zip(rate).and_then(|(of, rate)| amounts::left(moving.bytes, of, rate));
        figures.extend(left.map(|time| lang.with("file-left", &[("time", &time)])));
        let mut label = String::new();
        for figure in figures {
            let longer = if label.is_empty() { figure } else { format!("{label}  {figure}") };
            if !label.is_empty() && self::width(&longer) > width {
                break;
            }
            label = longer;
        }
        let most = if width < WITH_LONG_BAR { SHORT_BAR } else { LONG_BAR };
        let room = width.saturating_sub(self::width(&label)).saturating_sub(2).min(most);
        let cells = if room < LEAST_BAR || permille.is_none() { 0 } else { room };
        FilePart::Bar {
            cells: u16::try_from(cells).unwrap_or_default(),
            permille: permille.unwrap_or_default(),
            label,
        }
    }

    /// Where it lies, or what went wrong and what is kept.
    fn note(&self, message: &Message, at: u16, file: &File) -> Option<(String, bool)> {
        let (lang, own) = (self.looks.lang, message.is_outgoing());
        let kept = || kept(lang, message, at, file);
        match &file.state {
            TransferState::Done { path } if !own && !path.is_empty() => {
                Some((lang.with("file-saved", &[("path", path)]), false))
            }
            TransferState::Stopped { .. } if !own => Some((joined([kept(), Some(again(lang, file))]), false)),
            TransferState::Broken { fault, .. } => {
                let again = (!own).then(|| again(lang, file));
                Some((joined([Some(why(lang, fault)), kept(), again]), true))
            }
            // `ActiveTransfer`: it has just ended, and how is about to be shown.
            TransferState::Done { .. }
            | TransferState::Moving
            | TransferState::Stopped { .. }
            | TransferState::Offered
            | TransferState::Declined
            | TransferState::Withdrawn => None,
        }
    }

    /// What a person can do about an offer that nobody has decided on.
    pub(super) fn keys(&self, message: &Message) -> Option<String> {
        let lang = self.looks.lang;
        if !can_decline(self.transfers, message) || !can_fetch(self.transfers, message, None) {
            return None;
        }
        if message.files.as_slice().len() < 2 {
            return Some(lang.text("offer-keys"));
        }
        let open: Vec<&File> =
            offers::files(message, None).map(|(_, file)| file).filter(|file| is_open(file)).collect();
        let size = open.iter().fold(0_u64, |sum, file| sum.saturating_add(file.size));
        let known = open.iter().all(|file| is_measured(file));
        let size = if known { amounts::size(size) } else { "none".to_owned() };
        Some(lang.phrase(&Phrase::new("offer-keys-all").number("count", open.len()).text("size", size)))
    }
}

fn joined<const N: usize>(parts: [Option<String>; N]) -> String {
    plain_line(&parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

/// How much of a file is kept, and under which name; `None`: nothing, or it is ours.
pub(in crate::tui) fn kept(lang: &Lang, message: &Message, at: u16, file: &File) -> Option<String> {
    let name = message.part_name(at).filter(|_| file.state.begun() > 0 && message.is_incoming())?;
    let size = amounts::size(file.state.begun());
    Some(lang.with("file-kept", &[("size", &size), ("name", &plain_line(&name))]))
}

/// What a person can do about it.
fn again(lang: &Lang, file: &File) -> String {
    lang.text(if file.state.begun() > 0 { "file-goes-on" } else { "file-tries-again" })
}

/// Why it broke off. What is said of a message whose fate nobody knows is not true of a file.
pub(in crate::tui) fn why(lang: &Lang, fault: &Fault) -> String {
    match fault {
        Fault::Interrupted => lang.text("file-interrupted"),
        fault => lang.phrase(&fault.phrase()),
    }
}

/// Its size is known: of a folder most peers say 0.
const fn is_measured(file: &File) -> bool {
    !file.folder || file.size > 0
}

/// Key of the word that says what became of a file; `None`: that is not known yet.
pub(in crate::tui) const fn state(file: &File, own: bool) -> Option<&'static str> {
    Some(match (&file.state, own) {
        (TransferState::Offered, true) => "file-waits",
        (TransferState::Offered, false) => "file-offered",
        (TransferState::Done { .. }, true) => "file-fetched",
        (TransferState::Done { .. }, false) => "file-done",
        (TransferState::Declined, _) => "file-declined",
        (TransferState::Stopped { .. }, _) => "file-stopped",
        (TransferState::Moving, _) => return None,
        (TransferState::Broken { .. }, _) => "file-broken",
        (TransferState::Withdrawn, true) => "file-withdrawn",
        (TransferState::Withdrawn, false) => "file-gone",
    })
}
