//! Frames: what has to be sent so that the terminal shows the next one.
//!
//! Two buffers: what the terminal shows once all that was handed over is written, and the one that is drawn. A frame
//! that is never drawn costs nothing, since the next is compared with what was handed over. Writes nothing itself.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};

use super::escapes::EscapeBuffer;
use super::pictures::{TerminalPictures, whole};
use super::sgr::Sgr;
use super::width_repair::reach;
use crate::tui::hyperlinks::{Hyperlinks, number_of};
use crate::tui::pictures::{PicturePlacement, is_inline};
use crate::tui::text::cluster_width;

/// What begins and ends a synchronized update: terminals that know it show nothing of it before its end.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
/// The style first: cleared cells take its background.
const CLEAR: &[u8] = b"\x1b[m\x1b[2J";
const SHOW_CURSOR: &[u8] = b"\x1b[?25h";
const HIDE_CURSOR: &[u8] = b"\x1b[?25l";
/// Wide characters at the right edge must not go on in the next row: in the last one they would scroll the screen.
const WRAP_OFF: &[u8] = b"\x1b[?7l";
const WRAP_ON: &[u8] = b"\x1b[?7h";

/// Ends a link (OSC 8).
pub(super) const NO_LINK: &[u8] = b"\x1b]8;;\x1b\\";

/// The cursor as the terminal has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CursorState {
    Unknown,
    Hidden,
    At(Position),
}

/// What belongs to a frame besides its cells: where its links lead, and the pictures that stand in it.
#[derive(Clone, Copy, Debug)]
pub(in crate::tui) struct Attachments<'a> {
    pub links: &'a Hyperlinks,
    pub pictures: &'a [PicturePlacement],
}

impl Attachments<'_> {
    pub(in crate::tui) const NONE: Attachments<'static> =
        Attachments { links: const { &Hyperlinks::new() }, pictures: &[] };
}

#[derive(Debug)]
pub(super) struct Frames {
    shown: Buffer,
    next: Buffer,
    cursor: CursorState,
    /// Nobody knows what the terminal shows.
    stale: bool,
    pictures: TerminalPictures,
}

impl Frames {
    pub(super) const fn new() -> Self {
        let empty = Buffer { area: Rect::ZERO, content: Vec::new() };
        let next = Buffer { area: Rect::ZERO, content: Vec::new() };
        Self {
            shown: empty,
            next,
            cursor: CursorState::Unknown,
            stale: true,
            pictures: TerminalPictures::new(),
        }
    }

    /// Sends everything with the next frame, on a cleared screen.
    pub(super) const fn forget(&mut self) {
        self.stale = true;
    }

    /// Sends the pictures again that the terminal keeps.
    pub(super) fn forget_pictures(&mut self) {
        self.pictures.forget();
    }

    /// What frees what the terminal keeps of pictures.
    pub(super) fn give_back(&mut self) -> Vec<u8> {
        self.pictures.give_back()
    }

    /// Draws a frame and the pictures that stand in it; the answer is `before` and what makes the terminal show it, nothing
    /// more where it does already.
    pub(super) fn render(
        &mut self,
        before: Vec<u8>,
        area: Rect,
        attachments: Attachments<'_>,
        view: impl FnOnce(&mut Buffer) -> Option<Position>,
    ) -> Vec<u8> {
        if self.next.area != area {
            self.next.resize(area);
        }
        self.next.reset();
        let cursor = view(&mut self.next).map_or(CursorState::Hidden, CursorState::At);
        let whole = whole(&mut self.next, attachments.pictures);
        let is_anew = self.stale || self.shown.area != area;
        if is_anew {
            self.pictures.forget();
        }
        let mut out = EscapeBuffer::behind(before);
        self.pictures.send(attachments.pictures, &mut out);
        let start = out.len();
        out.put(BEGIN);
        let body = out.len();
        if is_anew {
            self.shown.resize(area);
            self.shown.reset();
            self.cursor = CursorState::Unknown;
            out.put(CLEAR);
        }
        self.stale = false;
        let links = attachments.links;
        let mut painter =
            Painter { out, sgr: Sgr::default(), links, link: 0, at: None, spilled: 0, blanked: Vec::new() };
        painter.paint(&self.shown, &self.next);
        for placement in whole {
            painter.picture(placement);
        }
        let mut out = painter.out;
        std::mem::swap(&mut self.shown, &mut self.next);
        if out.len() == body && cursor == self.cursor {
            let mut bytes = out.into_bytes();
            bytes.truncate(start);
            return bytes;
        }
        self.place(cursor, &mut out);
        out.put(END);
        out.into_bytes()
    }

    fn place(&mut self, cursor: CursorState, out: &mut EscapeBuffer) {
        match cursor {
            CursorState::At(at) => {
                out.go(at.x, at.y);
                if !matches!(self.cursor, CursorState::At(_)) {
                    out.put(SHOW_CURSOR);
                }
            }
            CursorState::Hidden if self.cursor == CursorState::Hidden => {}
            CursorState::Hidden | CursorState::Unknown => out.put(HIDE_CURSOR),
        }
        self.cursor = cursor;
    }
}

/// The cells of what begins at this cell. What has none is given one, as it has one in the buffer.
fn cells(cell: &Cell) -> u16 {
    u16::try_from(cluster_width(cell.symbol())).unwrap_or(u16::MAX).max(1)
}

/// Writes cells.
struct Painter<'a> {
    out: EscapeBuffer,
    sgr: Sgr,
    links: &'a Hyperlinks,
    /// The link that what is written belongs to; 0: to none.
    link: u8,
    /// Where the terminal writes next; `None`: not known.
    at: Option<(u16, u16)>,
    /// Cells at the start of the next row that may have been drawn over, by a terminal that always wraps.
    spilled: u16,
    /// Cells of pictures that were made blank, and are to be drawn over.
    blanked: Vec<Position>,
}

impl Painter<'_> {
    fn paint(&mut self, shown: &Buffer, next: &Buffer) {
        let width = usize::from(next.area.width).max(1);
        let rows = shown.content.chunks(width).zip(next.content.chunks(width));
        for (y, (shown, next)) in (next.area.y..).zip(rows) {
            self.row(y, shown, next);
        }
        self.sgr.switch(Sgr::default(), &mut self.out);
        self.switch_link(0);
    }

    /// What is written from here on belongs to that link. Its number is the id by which a terminal knows that the rows
    /// of one link belong together.
    fn switch_link(&mut self, number: u8) {
        if number == self.link {
            return;
        }
        self.link = number;
        match self.links.address(number) {
            Some(address) => {
                self.out.put(b"\x1b]8;id=");
                self.out.number(number.into());
                self.out.put(b";");
                self.out.put(address.as_bytes());
                self.out.put(b"\x1b\\");
            }
            None => self.out.put(NO_LINK),
        }
    }

    /// Sends what differs. Cells behind the first of a wide character stand for nothing.
    fn row(&mut self, y: u16, shown: &[Cell], next: &[Cell]) {
        let right = u16::try_from(next.len()).unwrap_or(u16::MAX);
        // Where what is shown begins next, and up to where cells were drawn over.
        let (mut shown_at, mut over) = (0, std::mem::take(&mut self.spilled));
        let (mut x, mut before) = (0, None);
        while let (Some(cell), true) = (next.get(usize::from(x)), x < right) {
            let width = cells(cell);
            let same = shown_at == x && shown.get(usize::from(x)) == Some(cell);
            if !same || x < over {
                let reached = self.cluster(x, y, cell, right);
                over = over.max(reached);
                let left_over = before.filter(|_| x.saturating_add(1) == right && reached > right);
                if let Some((x, cell)) = left_over {
                    // A terminal that gives it two cells, and has no next row to go on in, takes the one before.
                    self.cluster(x, y, cell, right);
                }
            }
            before = Some((x, cell));
            x = x.saturating_add(width);
            while let Some(cell) = shown.get(usize::from(shown_at)).filter(|_| shown_at < x) {
                shown_at = shown_at.saturating_add(if same { width } else { cells(cell) });
            }
        }
    }

    /// Sends what begins at `x`; the answer is up to where it may have been drawn over what stands behind.
    fn cluster(&mut self, x: u16, y: u16, cell: &Cell, right: u16) -> u16 {
        let width = cells(cell);
        let end = x.saturating_add(width);
        // Half of a character is none.
        let is_inline = is_inline(cell.symbol());
        if is_inline {
            self.blanked.push(Position { x, y });
        }
        let symbol = if end > right || is_inline { " " } else { cell.symbol() };
        self.go(x, y);
        self.sgr.switch(Sgr::of(cell), &mut self.out);
        self.switch_link(number_of(cell.modifier));
        let Some(reach) = reach(symbol) else {
            self.out.put(symbol.as_bytes());
            // Behind the last column every terminal is somewhere else.
            self.at = (end < right).then_some((end, y));
            return end;
        };
        self.out.blanks(width);
        self.at = None;
        self.go(x, y);
        let most = x.saturating_add(reach);
        if most > right {
            self.out.put(WRAP_OFF);
        }
        self.out.put(symbol.as_bytes());
        if most > right {
            self.out.put(WRAP_ON);
            self.spilled = self.spilled.max(most.saturating_sub(right));
        }
        self.at = None;
        most
    }

    /// Draws a picture over its blank cells, unless it stands there since an earlier frame.
    fn picture(&mut self, placement: &PicturePlacement) {
        if self.blanked.iter().any(|cell| placement.area.contains(*cell)) {
            self.out.go(placement.area.x, placement.area.y);
            self.out.put(&placement.picture.bytes);
            self.at = None;
        }
    }

    fn go(&mut self, x: u16, y: u16) {
        if self.at != Some((x, y)) {
            self.out.go(x, y);
        }
    }
}
