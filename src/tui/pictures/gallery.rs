//! The pictures of the open conversation: which may be shown, how large each is, and what is drawn of it. Reads no file:
//! it says what is to be done next, and takes what came of it.
//!
//! Only what is visible is asked for. How large a picture is gets known before it is decoded, and its rows are laid out then,
//! so nothing moves when it appears.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use ratatui::layout::Size;

use super::PixelSize;
use super::decode::{PictureSource, Probed, Unshowable};
use super::encode::DrawnPicture;
use super::fit::{Fit, fit};
use super::graphics::PictureStyle;
use super::placeholder::MAX_COLUMNS;
use super::worker::{DrawOrder, PictureDone, PictureJob, PictureResult, PictureWork};
use crate::model::{MessageId, TransferId};

/// Rows of a picture at most, and never more than a third of the screen.
const MAX_ROWS: u16 = 12;
/// With fewer rows or columns there is nothing to be seen.
const MIN_ROWS: u16 = 3;
const MIN_COLUMNS: u16 = 8;
/// Bytes of what is drawn that are kept, so that scrolling back shows it at once.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Files that are known to be pictures, or none.
const MAX_FILES: usize = 4_096;
/// Messages of those who are no contacts whose pictures a person has wanted to see.
const MAX_REVEALED: usize = 1_024;

/// Whether there are pictures at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) enum GalleryStyle {
    /// The terminal has not said yet what it can show.
    #[default]
    Unknown,
    None,
    Drawn(PictureStyle),
}

/// The rows that are set aside for a picture, and what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureBox {
    pub columns: u16,
    pub rows: u16,
    /// Of the picture, in pixels.
    pub width: u32,
    pub height: u32,
}

/// What can be seen of a picture: it, its box, or a line that says why it is not shown.
#[derive(Clone, Debug)]
pub(in crate::tui) enum PictureView {
    /// It is not decoded yet.
    Pending,
    Drawn(DrawnPicture),
    /// It has more pixels than are decoded.
    TooLarge,
    Unshowable(Unshowable),
}

#[derive(Debug, Default)]
pub struct Gallery {
    style: GalleryStyle,
    /// Cells that a picture may take.
    room: Size,
    /// The folders for what comes.
    folders: Arc<[PathBuf]>,
    entries: BTreeMap<TransferId, GalleryEntry>,
    revealed: BTreeSet<MessageId>,
    /// Those that are visible, topmost first.
    wanted: Vec<TransferId>,
    /// Counts the frames, to know what was seen last.
    moment: u64,
    numbers: u32,
}

#[derive(Debug)]
struct GalleryEntry {
    source: PictureSource,
    probed: Option<Probed>,
    drawn: Option<(DrawOrder, PictureView)>,
    seen: u64,
}

impl Gallery {
    /// How pictures are drawn from now on.
    pub(in crate::tui) const fn set_style(&mut self, style: GalleryStyle) {
        self.style = style;
    }

    /// Where what came lies.
    pub(in crate::tui) fn set_folders(&mut self, folders: Arc<[PathBuf]>) {
        self.folders = folders;
    }

    pub(in crate::tui) const fn folders(&self) -> &Arc<[PathBuf]> {
        &self.folders
    }

    /// The room that there is for each: columns of the text, and rows of the screen.
    pub(in crate::tui) fn set_room(&mut self, columns: u16, rows: u16) {
        let room = Size::new(columns.saturating_sub(1).min(MAX_COLUMNS), (rows / 3).min(MAX_ROWS));
        let is_enough = room.width >= MIN_COLUMNS && room.height >= MIN_ROWS;
        self.room = if is_enough { room } else { Size::ZERO };
    }

    /// Whether there may be pictures, now or as soon as the terminal has answered.
    pub(in crate::tui) fn is_open(&self) -> bool {
        self.style != GalleryStyle::None && self.room != Size::ZERO
    }

    /// A person wants to see the pictures of that message.
    pub(in crate::tui) fn reveal(&mut self, message: MessageId) {
        while self.revealed.len() >= MAX_REVEALED {
            self.revealed.pop_first();
        }
        self.revealed.insert(message);
    }

    pub(in crate::tui) fn is_revealed(&self, message: MessageId) -> bool {
        self.revealed.contains(&message)
    }

    /// The pictures, or files that may be some, which are visible now.
    pub(in crate::tui) fn want(&mut self, visible: impl IntoIterator<Item = (TransferId, PictureSource)>) {
        self.wanted.clear();
        self.moment = self.moment.saturating_add(1);
        for (id, source) in visible {
            let known = self.entries.entry(id).or_insert_with(|| GalleryEntry::new(source.clone()));
            if known.source != source {
                *known = GalleryEntry::new(source);
            }
            known.seen = self.moment;
            self.wanted.push(id);
        }
        self.forget();
    }

    /// Lets go of what was seen longest ago, where there is too much.
    fn forget(&mut self) {
        let weight = |entry: &GalleryEntry| entry.drawn.as_ref().map_or(0, |(_, view)| view.weight());
        let mut bytes: usize = self.entries.values().map(weight).sum();
        let is_unseen = |entry: &&mut GalleryEntry| entry.seen < self.moment && entry.drawn.is_some();
        while bytes > MAX_BYTES {
            let oldest = self.entries.values_mut().filter(is_unseen).min_by_key(|entry| entry.seen);
            let Some(oldest) = oldest else { break };
            bytes = bytes.saturating_sub(weight(oldest));
            oldest.drawn = None;
        }
        while self.entries.len() > MAX_FILES {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.seen).map(|(id, _)| *id);
            let Some(oldest) = oldest else { break };
            self.entries.remove(&oldest);
        }
    }

    /// The next file of which it is to be found out how large a picture it is.
    pub(in crate::tui) fn next_probe(&self) -> Option<PictureJob> {
        let GalleryStyle::Drawn(_) = self.style else { return None };
        self.wanted.iter().find_map(|id| {
            let entry = self.entries.get(id).filter(|entry| entry.probed.is_none())?;
            Some(PictureJob { id: *id, source: entry.source.clone(), work: PictureWork::Probe })
        })
    }

    /// The next picture that is to be drawn.
    pub(in crate::tui) fn next_drawing(&mut self) -> Option<PictureJob> {
        let number = self.numbers.saturating_add(1);
        let (id, order) = self.wanted.iter().find_map(|id| Some((*id, self.order(*id, number)?)))?;
        self.numbers = number;
        let source = self.entries.get(&id)?.source.clone();
        Some(PictureJob { id, source, work: PictureWork::Draw(order) })
    }

    /// How that picture is to be drawn; `None`: it is, or cannot be.
    fn order(&self, id: TransferId, number: u32) -> Option<DrawOrder> {
        let GalleryStyle::Drawn(style) = self.style else { return None };
        let entry = self.entries.get(&id)?;
        let fit = self.fit(entry)?;
        let number = number_on(number);
        let is_drawn = |(order, _): &(DrawOrder, PictureView)| order.fit == fit && order.style == style;
        (!entry.drawn.as_ref().is_some_and(is_drawn)).then_some(DrawOrder { fit, style, number })
    }

    fn fit(&self, entry: &GalleryEntry) -> Option<Fit> {
        let GalleryStyle::Drawn(style) = self.style else { return None };
        match entry.probed? {
            Probed::Picture(size) if self.room != Size::ZERO => Some(fit(size, self.room, style.cell)),
            Probed::Picture(_) | Probed::TooLarge(_) | Probed::Unshowable(_) | Probed::Other => None,
        }
    }

    /// Takes what came of a job.
    pub(in crate::tui) fn take(&mut self, done: PictureDone) {
        let Some(entry) = self.entries.get_mut(&done.id) else { return };
        match done.result {
            PictureResult::Probed(probed) => entry.probed = Some(probed),
            PictureResult::Drawn(order, Ok(picture)) => {
                entry.drawn = Some((order, PictureView::Drawn(picture)));
            }
            // Rows that stay empty would say nothing.
            PictureResult::Drawn(_, Err(why)) => entry.probed = Some(Probed::Unshowable(why)),
        }
    }

    /// Whether it is not known yet how many rows something visible takes.
    pub(in crate::tui) fn is_probing(&self) -> bool {
        let is_unknown = |id: &TransferId| self.entries.get(id).is_some_and(|entry| entry.probed.is_none());
        matches!(self.style, GalleryStyle::Drawn(_)) && self.wanted.iter().any(is_unknown)
    }

    /// Whether anything visible may be a picture.
    pub(in crate::tui) const fn wants_any(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Whether something visible waits for what the terminal says.
    pub(in crate::tui) fn awaits_style(&self) -> bool {
        self.style == GalleryStyle::Unknown && !self.wanted.is_empty()
    }

    /// The rows for that file; `None`: it is no picture, or nobody knows yet.
    pub(in crate::tui) fn picture_box(&self, id: TransferId) -> Option<PictureBox> {
        let GalleryStyle::Drawn(_) = self.style else { return None };
        let entry = self.entries.get(&id).filter(|_| self.room != Size::ZERO)?;
        let (size, cells) = match entry.probed? {
            Probed::Other => return None,
            Probed::Picture(size) => (size, self.fit(entry)?.cells),
            // A row that says so.
            Probed::TooLarge(size) => (size, Size::new(self.room.width, 1)),
            Probed::Unshowable(_) => (PixelSize::new(0, 0), Size::new(self.room.width, 1)),
        };
        let PixelSize { width, height } = size;
        Some(PictureBox { columns: cells.width, rows: cells.height, width, height })
    }

    /// What is to be seen of it, in a box of that size.
    pub(in crate::tui) fn view(&self, id: TransferId, within: PictureBox) -> PictureView {
        let Some(entry) = self.entries.get(&id) else { return PictureView::Pending };
        match entry.probed {
            Some(Probed::TooLarge(_)) => return PictureView::TooLarge,
            Some(Probed::Unshowable(why)) => return PictureView::Unshowable(why),
            Some(Probed::Picture(_) | Probed::Other) | None => {}
        }
        let cells = Size::new(within.columns, within.rows);
        match &entry.drawn {
            Some((order, view)) if order.fit.cells == cells => view.clone(),
            Some(_) | None => PictureView::Pending,
        }
    }

    /// What is to be done next: first how large pictures are, then what they show.
    #[cfg(test)]
    pub(in crate::tui) fn next_job(&mut self) -> Option<PictureJob> {
        self.next_probe().or_else(|| self.next_drawing())
    }

    /// Bytes of all that is drawn.
    #[cfg(test)]
    pub(in crate::tui) fn weight(&self) -> usize {
        self.entries.values().filter_map(|entry| Some(entry.drawn.as_ref()?.1.weight())).sum()
    }
}

impl GalleryEntry {
    const fn new(source: PictureSource) -> Self {
        Self { source, probed: None, drawn: None, seen: 0 }
    }
}

impl PictureView {
    fn weight(&self) -> usize {
        match self {
            Self::Drawn(picture) => picture.weight(),
            Self::Pending | Self::TooLarge | Self::Unshowable(_) => 0,
        }
    }
}

/// The number of a picture at the terminal, which other programs there number theirs at as well: 24 bits, and never 0.
fn number_on(count: u32) -> u32 {
    let program = std::process::id() & 0xfff;
    (program << 12 | count & 0xfff).max(1)
}
