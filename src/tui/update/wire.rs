//! The page of `/wire`: opening it, and what its keys and the mouse do.

use jiff::Timestamp;
use ratatui::layout::{Position, Rect};

use super::cx::{Handled, UiCx};
use crate::app::Conversation;
use crate::model::Phrase;
use crate::model::text::plain_line;
use crate::runtime::capture::SaveRequest;
use crate::runtime::parse_address;
use crate::tui::action::Action;
use crate::tui::composer::{Composer, Edit};
use crate::tui::naming::name_of;
use crate::tui::popup::Popup;
use crate::tui::request::UiRequest;
use crate::tui::ui::Ui;
use crate::tui::view;
use crate::tui::wire_page::{PacketFilter, WireAreas, WireEntry, WirePage, WirePeer};

/// Rows that one notch of the wheel moves.
const WHEEL: usize = 3;

/// `/wire [CONTACT|all]`: of the open conversation if nobody is named.
pub(super) fn open(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let place = match args {
        "all" => None,
        "" => cx.conversation(),
        name => Some(named(cx, name).ok_or_else(|| Phrase::new("wire-unknown").text("name", name))?),
    };
    let peer = place.map(|place| WirePeer {
        conversation: place.id,
        name: plain_line(&name_of(&cx.ui.style.lang, place)),
    });
    let endpoints = place.map(|place| cx.state.endpoints(place)).unwrap_or_default();
    let encoding = place.and_then(|place| place.effective_address().option("encoding").map(str::to_owned));
    let legacy = encoding.unwrap_or_else(|| cx.ui.style.legacy.clone());
    let page = cx.ui.wire.get_or_insert_default();
    page.set_peer(peer, endpoints, legacy);
    // One of an earlier time would hide what a person has come to see.
    page.set_filter(PacketFilter::default());
    cx.ui.popup = Some(Popup::Wire);
    Ok(())
}

/// A contact, a stranger or an address that there is a conversation with.
pub(super) fn named<'a>(cx: &UiCx<'a>, name: &str) -> Option<&'a Conversation> {
    let at_address = || cx.state.at_address(&parse_address(name).ok()?);
    let stranger = || cx.state.conversations().find(|place| place.name == name);
    cx.state.contact_named(name).or_else(stranger).or_else(at_address)
}

/// A key in the page.
pub(super) fn act(cx: &mut UiCx<'_>, action: Action) -> Handled {
    if matches!(action, Action::Quit | Action::Redraw | Action::Suspend | Action::Mouse) {
        return Handled::No;
    }
    let screen = cx.ui.viewport.page();
    let last = view::wire_last_row(cx.ui);
    let Some(page) = cx.ui.wire.as_mut() else { return Handled::No };
    if page.entry.is_some() {
        act_in_entry(cx, action);
        return Handled::Yes;
    }
    let areas = WireAreas::of(screen, page.whole.is_some());
    match action {
        Action::WirePause => page.pause(),
        Action::WireClear => page.clear(),
        Action::WireFilter => page.entry = Some(WireEntry::Filter(field(page.filter().text()))),
        Action::WireSave if page.shown_len() == 0 => cx.ui.status.fail(Phrase::new("wire-nothing-to-save")),
        Action::WireSave => {
            let name = default_name(cx);
            let page = cx.ui.wire.get_or_insert_default();
            page.entry = Some(WireEntry::SaveAs(field(&name)));
        }
        Action::NextField | Action::PreviousField => page.shows_text = !page.shows_text,
        Action::Accept | Action::Send => {
            page.whole = if page.whole.is_some() || page.chosen_at().is_none() { None } else { Some(0) };
        }
        Action::Back | Action::ClearOrQuit if page.whole.is_some() => page.whole = None,
        Action::Back | Action::ClearOrQuit => close(cx.ui),
        _ => scroll(page, areas, action, last),
    }
    Handled::Yes
}

/// Moves in the list, or in the bytes where they fill the page. `last`: the row on top when their end is visible.
fn scroll(page: &mut WirePage, areas: WireAreas, action: Action, last: usize) {
    let whole = page.whole.is_some();
    let rows = if whole { usize::from(areas.bytes.height) } else { areas.rows() };
    let by_page = rows.saturating_sub(1).max(1);
    let (down, by) = match action {
        Action::Up => (false, 1),
        Action::Down => (true, 1),
        Action::PageUp => (false, by_page),
        Action::PageDown => (true, by_page),
        Action::Oldest | Action::First | Action::Edit(Edit::LineStart | Edit::TextStart) => {
            (false, usize::MAX)
        }
        Action::Newest | Action::Last | Action::Edit(Edit::LineEnd | Edit::TextEnd) => (true, usize::MAX),
        _ => return,
    };
    move_by(page, rows, last, down, by);
}

fn move_by(page: &mut WirePage, rows: usize, last: usize, down: bool, by: usize) {
    if let Some(top) = page.whole {
        let to = if down { top.saturating_add(by) } else { top.min(last).saturating_sub(by) };
        page.whole = Some(to.min(last));
    } else {
        page.step(down, by, rows);
    }
}

pub(super) fn wheel(cx: &mut UiCx<'_>, down: bool) {
    let (screen, last) = (cx.ui.viewport.page(), view::wire_last_row(cx.ui));
    if let Some(page) = &mut cx.ui.wire {
        let areas = WireAreas::of(screen, page.whole.is_some());
        move_by(page, areas.rows(), last, down, WHEEL);
    }
}

/// A click chooses a packet, and shows the chosen one whole.
pub(super) fn click(cx: &mut UiCx<'_>, at: Position) {
    let screen: Rect = cx.ui.viewport.page();
    let Some(page) = &mut cx.ui.wire else { return };
    let areas = WireAreas::of(screen, page.whole.is_some());
    let Some(row) = areas.row_at(at) else { return };
    let clicked = page.top(areas.rows()).saturating_add(row);
    if clicked >= page.shown_len() {
        return;
    }
    if page.chosen_at() == Some(clicked) && !page.is_following() {
        page.whole = Some(0);
    } else {
        page.choose(clicked, areas.rows());
    }
}

/// Leaves the page: nothing more is captured, what was is kept.
fn close(ui: &mut Ui) {
    ui.popup = None;
    let kept = ui.wire.as_ref().map_or(0, |page| page.kept());
    if kept == 0 {
        ui.wire = None;
    } else {
        ui.flash(Phrase::new("flash-wire-kept").number("count", i64::try_from(kept).unwrap_or(i64::MAX)));
    }
}

// --- What is written on the last row. ---

fn field(text: &str) -> Composer {
    let mut field = Composer::default();
    field.insert_str(text);
    field
}

/// What it is called if nobody says otherwise: when it was saved.
fn default_name(cx: &UiCx<'_>) -> String {
    let now = Timestamp::from_microsecond(cx.ui.keys.now().0).unwrap_or_default();
    let now = now.to_zoned(cx.ui.style.zone.clone());
    format!("wire-{}.pcap", now.strftime("%Y-%m-%d-%H%M%S"))
}

fn act_in_entry(cx: &mut UiCx<'_>, action: Action) {
    let Some(page) = &mut cx.ui.wire else { return };
    match (action, &mut page.entry) {
        (Action::Accept | Action::Send, Some(WireEntry::SaveAs(name))) => {
            let file = name.text().trim().to_owned();
            if file.is_empty() {
                return;
            }
            page.entry = None;
            let packets = page.shown().cloned().collect();
            cx.ask(UiRequest::SaveCapture(SaveRequest { file, packets }));
        }
        (Action::Back | Action::ClearOrQuit, Some(WireEntry::Filter(_))) => {
            page.entry = None;
            page.set_filter(PacketFilter::default());
        }
        (Action::Accept | Action::Send | Action::Back | Action::ClearOrQuit, _) => page.entry = None,
        (Action::Edit(Edit::InsertNewline), _) => {}
        (Action::Edit(edit), Some(entry)) => {
            entry.field_mut().apply(edit, u16::MAX);
            filter_as_typed(page);
        }
        _ => {}
    }
}

/// A text typed or pasted. `false`: it is too long.
pub(super) fn insert(cx: &mut UiCx<'_>, text: &str) -> bool {
    let Some(page) = &mut cx.ui.wire else { return true };
    let Some(entry) = &mut page.entry else { return true };
    let fits = entry.insert(text);
    filter_as_typed(page);
    fits
}

/// The list narrows while one types.
fn filter_as_typed(page: &mut WirePage) {
    if let Some(WireEntry::Filter(field)) = &page.entry {
        let filter = PacketFilter::new(field.text());
        page.set_filter(filter);
    }
}
