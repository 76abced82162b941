//! Where the parts of the page stand: it takes the whole screen.

use ratatui::layout::{Position, Rect};

/// With fewer rows the bytes are shown by Enter alone.
const WITH_BYTES: u16 = 12;
/// With fewer rows the heads of the columns go.
const WITH_HEADS: u16 = 6;
/// Rows of the bytes.
const MIN_BYTES: u16 = 3;
const MAX_BYTES: u16 = 8;

/// Parts without room have no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) struct WireAreas {
    pub header: Rect,
    /// The heads of the columns.
    pub heads: Rect,
    pub list: Rect,
    /// The line that says whose the bytes below it are.
    pub line: Rect,
    pub bytes: Rect,
    /// The keys, or what is being written.
    pub keys: Rect,
}

impl WireAreas {
    /// `whole`: the bytes take the place of the list.
    pub(in crate::tui) fn of(screen: Rect, whole: bool) -> Self {
        let mut rest = screen;
        let mut cut = |rows: u16| {
            let rows = rows.min(rest.height);
            let area = Rect { height: rows, ..rest };
            rest = Rect { y: rest.y.saturating_add(rows), height: rest.height.saturating_sub(rows), ..rest };
            area
        };
        let header = cut(1);
        let heads = cut(u16::from(!whole && screen.height >= WITH_HEADS));
        let below = screen.height.saturating_sub(header.height).saturating_sub(heads.height);
        let middle = below.saturating_sub(u16::from(below > 1));
        let (list, line) = if whole {
            (cut(0), cut(u16::from(middle > 1)))
        } else if screen.height >= WITH_BYTES {
            let bytes = (middle / 4).clamp(MIN_BYTES, MAX_BYTES);
            (cut(middle.saturating_sub(bytes).saturating_sub(1)), cut(1))
        } else {
            (cut(middle), cut(0))
        };
        let bytes = cut(middle.saturating_sub(list.height).saturating_sub(line.height));
        Self { header, heads, list, line, bytes, keys: cut(1) }
    }

    /// Which of the visible rows of the list stands there.
    pub(in crate::tui) fn row_at(&self, at: Position) -> Option<usize> {
        self.list.contains(at).then(|| usize::from(at.y.saturating_sub(self.list.y)))
    }

    /// Rows of the list.
    pub(in crate::tui) fn rows(&self) -> usize {
        usize::from(self.list.height)
    }
}
