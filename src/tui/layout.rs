//! Where everything stands for a terminal of a given size.

use ratatui::layout::{Position, Rect};

use super::scrollback::{gutter, text_width};
use crate::model::ListForm;

/// Below this many columns the contact list lies over the conversation, when it is asked for.
const LIST_BESIDE: u16 = 60;

/// Below this many rows header, rule and status line go.
const FULL_HEIGHT: u16 = 10;

/// Rows that the draft and the last message take from a banner.
const LEAST_BELOW_BANNER: u16 = 2;

/// Rows of the composer, at most; and never more than a third of the screen.
const MAX_COMPOSER: u16 = 8;

/// With fewer rows above the draft, what was said last is more than what one answers.
const WITH_QUOTE: u16 = 4;

/// Columns between the list and the conversation: the divider, and air.
const BESIDE_GAP: u16 = 2;

/// The areas of the screen; an area without room has no width or no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Areas {
    /// What must not go unnoticed, over the whole width.
    pub banner: Rect,
    pub list: Rect,
    /// The column between list and conversation.
    pub divider: Rect,
    pub header: Rect,
    pub scrollback: Rect,
    /// What is to be decided about the key of the open conversation, below what was said.
    pub notice: Rect,
    /// The line above the composer.
    pub rule: Rect,
    /// What the draft answers, above it.
    pub quote: Rect,
    pub composer: Rect,
    /// What the status line has no room for, over the whole width.
    pub note: Rect,
    pub status: Rect,
}

/// What the layout depends on besides the size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LayoutParams {
    /// Rows the draft takes at the composer's width.
    pub composer_rows: u16,
    /// The draft answers something that has to be seen.
    pub quotes: bool,
    /// Rows of what is to be decided.
    pub notice_rows: u16,
    /// Rows of what the status line has no room for.
    pub note_rows: u16,
    /// Lines of the list that is wanted over a narrow screen; 0: it is not.
    pub overlay_rows: u16,
    /// Only the conversation's text, for copying with the terminal.
    pub bare: bool,
    /// A lab is on.
    pub banner: bool,
}

/// Fewer columns have no room for a prompt.
const WITH_PROMPT: u16 = 8;

/// Fewer columns have none for air before the conversation.
const WITH_AIR: u16 = 30;

/// Columns before the conversation: the list, what parts it, and air.
const fn before_pane(width: u16, bare: bool) -> u16 {
    if bare || width < WITH_AIR {
        0
    } else if width < LIST_BESIDE {
        1
    } else {
        list_width(width).saturating_add(BESIDE_GAP)
    }
}

/// Width of the composer's text for a screen of this width: rows of a draft end where they will end when it was sent.
pub(super) fn composer_width(width: u16, bare: bool) -> u16 {
    let pane = width.saturating_sub(before_pane(width, bare));
    if prompt_width(width) > 0 { text_width(pane) } else { pane.max(1) }
}

/// Columns before the composer's text, on a screen of this width: a draft stands in the column of what was said.
pub(super) const fn prompt_width(width: u16) -> u16 {
    if width >= WITH_PROMPT { gutter(width) } else { 0 }
}

const fn list_width(width: u16) -> u16 {
    let wanted = width / 4 + 4;
    if wanted < 19 {
        19
    } else if wanted > 38 {
        38
    } else {
        wanted
    }
}

/// From this size of the screen on there is room for last words in the list, on rows of their own.
const TALL_LIST: (u16, u16) = (100, 30);

/// Whether conversations in the list have two rows.
pub(super) const fn is_list_tall(form: ListForm, screen: Rect) -> bool {
    match form {
        ListForm::One => false,
        // Over a narrow screen it has few rows.
        ListForm::Two => screen.width >= LIST_BESIDE,
        ListForm::Auto => screen.width >= TALL_LIST.0 && screen.height >= TALL_LIST.1,
    }
}

/// Divides the screen.
pub(super) fn divide(screen: Rect, params: LayoutParams) -> Areas {
    let full = screen.height >= FULL_HEIGHT && !params.bare;
    let beside = screen.width >= LIST_BESIDE && !params.bare;
    let mut areas = Areas::default();
    let banner = u16::from(params.banner && screen.height > LEAST_BELOW_BANNER);
    areas.banner = Rect { height: banner, ..screen };
    let below = screen.height.saturating_sub(banner);
    let mut rest = Rect { y: screen.y.saturating_add(banner), height: below, ..screen };
    if full {
        let (above, status) = cut_bottom(rest, 1);
        (rest, areas.status) = (above, status);
        (rest, areas.note) = cut_bottom(rest, params.note_rows);
    }
    if beside {
        let width = list_width(screen.width);
        areas.list = Rect { width, ..rest };
        areas.divider = Rect { x: rest.x.saturating_add(width), width: 1, ..rest };
    }
    let taken = before_pane(screen.width, params.bare);
    rest = Rect { x: rest.x.saturating_add(taken), width: rest.width.saturating_sub(taken), ..rest };
    let composer = params.composer_rows.clamp(1, MAX_COMPOSER.min((screen.height / 3).max(1)));
    (rest, areas.composer) = cut_bottom(rest, composer);
    (rest, areas.quote) = cut_bottom(rest, u16::from(params.quotes && rest.height >= WITH_QUOTE));
    if full {
        (rest, areas.rule) = cut_bottom(rest, 1);
        areas.header = Rect { height: 1, ..rest };
        rest = Rect { y: rest.y.saturating_add(1), height: rest.height.saturating_sub(1), ..rest };
    }
    // Something of what was said stays visible.
    let notice = if params.bare { 0 } else { params.notice_rows.min(rest.height / 2) };
    (areas.scrollback, areas.notice) = cut_bottom(rest, notice);
    if taken > 0 {
        // Header and rule reach the divider or the edge; only text needs air.
        areas.header = to_the_left(areas.header);
        areas.rule = to_the_left(areas.rule);
    }
    if params.overlay_rows > 0 && !beside {
        areas.list = list_over(to_the_left(rest), params.overlay_rows);
    }
    areas
}

/// Rows of the conversation that a list over it leaves free: what comes meanwhile stays to be read.
const BELOW_LIST: u16 = 2;

/// Over all of the conversation but its newest rows.
fn list_over(pane: Rect, rows: u16) -> Rect {
    let width = pane.width.min(list_width(LIST_BESIDE).saturating_add(6));
    let room = pane.height.saturating_sub(BELOW_LIST).max(pane.height / 2);
    Rect { width, height: room.min(rows), ..pane }
}

const fn to_the_left(area: Rect) -> Rect {
    if area.width == 0 {
        return area;
    }
    Rect { x: area.x.saturating_sub(1), width: area.width.saturating_add(1), ..area }
}

fn cut_bottom(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let height = area.height.saturating_sub(rows);
    (Rect { height, ..area }, Rect { y: area.y.saturating_add(height), height: rows, ..area })
}

/// With fewer columns a result takes two rows: whom it is with and when, and below them its text.
const RESULT_BESIDE: u16 = 60;

/// With more rows a line parts the results from what was typed.
const WITH_LINE: u16 = 12;

/// Where the parts of the search through every conversation stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ResultsAreas {
    pub frame: Rect,
    pub query: Rect,
    /// The row of the line between.
    pub line: Option<u16>,
    pub list: Rect,
    /// Rows that one result takes.
    pub rows: u16,
}

pub(super) fn results_areas(screen: Rect) -> ResultsAreas {
    let frame = panel_frame(screen, u16::MAX);
    let inner = inside(frame);
    let query = Rect { height: inner.height.min(1), ..inner };
    let line = (frame.height > WITH_LINE).then_some(inner.y.saturating_add(1));
    let above = if line.is_some() { 2 } else { 1 };
    let height = inner.height.saturating_sub(above);
    let list = Rect { y: inner.y.saturating_add(above), height, ..inner };
    let rows = if inner.width < RESULT_BESIDE && height > 1 { 2 } else { 1 };
    ResultsAreas { frame, query, line, list, rows }
}

/// Results that are visible at once.
pub(super) fn results_height(screen: Rect) -> usize {
    let areas = results_areas(screen);
    usize::from(areas.list.height / areas.rows)
}

/// Which of the visible results stands there.
pub(super) fn result_row(screen: Rect, at: Position) -> Option<usize> {
    let areas = results_areas(screen);
    let row = at.y.saturating_sub(areas.list.y) / areas.rows;
    let row = usize::from(row);
    (areas.list.contains(at) && row < results_height(screen)).then_some(row)
}

/// Columns that a popup takes at most: lines stay short enough to read.
const MAX_POPUP: u16 = 84;

/// Columns of a list with something beside it, and rows of a list.
const MAX_PANEL: u16 = 102;
const MAX_PANEL_ROWS: u16 = 24;

/// Fewer columns or rows have no room for anything beside a popup.
const FULL_WIDTH: u16 = 80;
const FULL_ROWS: u16 = 20;

/// Columns of a text in two columns, and those that each of them needs: with fewer most lines would go on in a second row,
/// beside one that says something else.
const MAX_TWO_COLUMNS: u16 = 156;
const LEAST_COLUMN: u16 = 64;

/// Cells between them.
pub(super) const COLUMN_GAP: u16 = 3;

/// From so many columns on there is room for a list and what it is about.
const WIDE: u16 = 100;

/// Rows above a popup: its top stands on the third one, whatever it holds.
const ABOVE_POPUP: u16 = 2;

const fn is_small(screen: Rect) -> bool {
    screen.width < FULL_WIDTH || screen.height < FULL_ROWS
}

/// What one of two columns of a text has of an area; `None`: there is room for one only.
pub(super) fn column_of_two(area: Rect) -> Option<u16> {
    let column = area.width.saturating_sub(COLUMN_GAP) / 2;
    (column >= LEAST_COLUMN).then_some(column)
}

/// A list and what it is about have room.
const fn is_wide(screen: Rect) -> bool {
    screen.width >= WIDE && screen.height >= FULL_ROWS
}

/// Where a popup of that many rows of content stands, frame and all.
pub(super) fn outline(screen: Rect, rows: usize) -> Rect {
    let small = is_small(screen);
    let (margin, above) = if small { (0, 0) } else { (4, ABOVE_POPUP) };
    let width = screen.width.saturating_sub(margin).min(if small { u16::MAX } else { MAX_POPUP });
    let room = screen.height.saturating_sub(above).saturating_sub(u16::from(!small));
    let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2).min(room);
    let y = if small { screen.height.saturating_sub(height) / 2 } else { above };
    Rect { x: screen.width.saturating_sub(width) / 2, y, width, height }
}

/// Columns of a frame that has keys in its lower edge, and cells that a count beside them takes.
const EDGE_WIDTH: u16 = 40;
const EDGE_COUNT: u16 = 15;

/// Cells that keys have in the lower edge of a popup on such a screen.
pub(super) fn edge_room(screen: Rect) -> usize {
    let outline = outline(screen, 1);
    let has_edge = outline.width >= EDGE_WIDTH && screen.height >= FULL_HEIGHT;
    if has_edge { usize::from(outline.width.saturating_sub(4).saturating_sub(EDGE_COUNT)) } else { 0 }
}

/// The frame of a popup with a field to type into: its size is that of the screen's, whatever it holds.
fn panel_frame(screen: Rect, rows: u16) -> Rect {
    wide_frame(screen, MAX_PANEL, rows)
}

fn wide_frame(screen: Rect, columns: u16, rows: u16) -> Rect {
    if is_small(screen) {
        return screen;
    }
    let width = screen.width.saturating_sub(4).min(columns);
    let height = screen.height.saturating_sub(ABOVE_POPUP.saturating_mul(2)).min(rows);
    Rect { x: screen.width.saturating_sub(width) / 2, y: ABOVE_POPUP, width, height }
}

/// Where the parts of a popup with a field and a list stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PanelAreas {
    pub frame: Rect,
    pub query: Rect,
    /// The row of the line between.
    pub line: Option<u16>,
    pub list: Rect,
    /// What is beside the list.
    pub preview: Option<Rect>,
}

/// A list, with something beside it if that is wanted and has room.
pub(super) fn panel(screen: Rect, previews: bool) -> PanelAreas {
    panel_in(panel_frame(screen, MAX_PANEL_ROWS), previews && is_wide(screen))
}

/// A text that takes all the height there is, and the width of two columns where they have room.
pub(super) fn tall_panel(screen: Rect) -> PanelAreas {
    let wide = panel_in(wide_frame(screen, MAX_TWO_COLUMNS, u16::MAX), false);
    if column_of_two(wide.list).is_some() {
        return wide;
    }
    panel_in(panel_frame(screen, u16::MAX), false)
}

fn panel_in(frame: Rect, previews: bool) -> PanelAreas {
    let inner = inside(frame);
    let query = Rect { height: inner.height.min(1), ..inner };
    let line = (frame.height > WITH_LINE).then_some(inner.y.saturating_add(1));
    let above = if line.is_some() { 2 } else { 1 };
    let height = inner.height.saturating_sub(above);
    let list = Rect { y: inner.y.saturating_add(above), height, ..inner };
    if !previews {
        return PanelAreas { frame, query, line, list, preview: None };
    }
    let taken = frame.width.saturating_mul(9) / 20;
    let x = frame.x.saturating_add(taken).saturating_add(1);
    let width = frame.right().saturating_sub(1).saturating_sub(x);
    let list = Rect { width: taken.saturating_sub(3), ..list };
    PanelAreas { frame, query, line, list, preview: Some(Rect { x, width, ..list }) }
}

/// Columns of the content of every popup on such a screen.
pub(super) fn inner_width(screen: Rect) -> u16 {
    inside(outline(screen, 1)).width
}

/// What of a popup holds the content. Where there is no room for a frame, there is none.
pub(super) const fn inside(area: Rect) -> Rect {
    if area.width < 4 || area.height < 3 {
        return area;
    }
    Rect {
        x: area.x.saturating_add(2),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composer_and_last_message_stay_on_every_screen_that_has_two_rows() {
        let sizes = (1..=130).flat_map(|width| (1..=50).map(move |height| (width, height)));
        for ((width, height), composer_rows) in sizes.flat_map(|size| [0, 1, 3, 40].map(|rows| (size, rows)))
        {
            let params = LayoutParams { composer_rows, ..LayoutParams::default() };
            let areas = divide(Rect::new(0, 0, width, height), params);
            assert!(areas.composer.area() > 0, "{width}x{height}");
            assert!(height < 2 || areas.scrollback.area() > 0, "{width}x{height}");
            let room = areas.composer.width.saturating_sub(prompt_width(width)).max(1);
            assert!(composer_width(width, false) <= room.min(100), "{width}x{height}");
            assert!(composer_width(width, false).saturating_add(1) >= room.min(99), "{width}x{height}");
        }
    }

    #[test]
    fn a_narrow_screen_has_the_list_only_when_it_is_asked_for() {
        let screen = Rect::new(0, 0, 40, 20);
        assert_eq!(divide(screen, LayoutParams::default()).list.area(), 0);
        let over = divide(screen, LayoutParams { overlay_rows: 40, ..LayoutParams::default() });
        assert!(over.list.area() > 0);
        assert_eq!((over.list.x, over.scrollback.x, over.scrollback.width), (0, 1, 39));
        let free = over.scrollback.bottom().saturating_sub(over.list.bottom());
        assert_eq!(free, BELOW_LIST, "what is new is not covered, and no more is kept from the list");
    }
}
