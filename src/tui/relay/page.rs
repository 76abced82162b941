//! What the page of a relay shows: the last look at it, the rates between the last two, and how far it is scrolled.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use ratatui::layout::Rect;

use crate::lang::Lang;
use crate::runtime::relay::{Counters, MemberView, RoomView, Snapshot};
use crate::tui::theme::Theme;

/// Rows of the page beside the list.
pub(super) const HEAD: u16 = 4;
pub(super) const FOOT: u16 = 1;
/// Below this height the list has everything but the first row.
pub(super) const LOW: u16 = 8;

/// Rows that one notch of the wheel moves.
const WHEEL: usize = 3;

/// A step through the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Up,
    Down,
    PageUp,
    PageDown,
    WheelUp,
    WheelDown,
    Top,
    Bottom,
}

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RelayRow<'a> {
    Room(&'a RoomView),
    Member(&'a MemberView),
    /// So many are not listed.
    More(usize),
}

/// Each in a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rates {
    pub(super) datagrams_in: f64,
    pub(super) bytes_in: f64,
    pub(super) datagrams_out: f64,
    pub(super) bytes_out: f64,
    pub(super) messages: f64,
}

#[derive(Debug)]
pub(super) struct RelayPage {
    pub(super) address: SocketAddr,
    pub(super) lang: Lang,
    pub(super) theme: Theme,
    pub(super) snapshot: Option<Snapshot>,
    pub(super) rates: Rates,
    pub(super) ending: bool,
    pub(super) area: Rect,
    /// The first row of the list that is shown.
    pub(super) top: usize,
}

impl RelayPage {
    pub(super) fn new(address: SocketAddr, lang: Lang, theme: Theme) -> Self {
        Self {
            address,
            lang,
            theme,
            snapshot: None,
            rates: Rates::default(),
            ending: false,
            area: Rect::ZERO,
            top: 0,
        }
    }

    /// A look at the relay; without one the last stays.
    pub(super) fn take(&mut self, snapshot: Option<Snapshot>) {
        let Some(new) = snapshot else { return };
        if let Some(old) = &self.snapshot {
            let time = new.at.saturating_duration_since(old.at);
            self.rates = Rates::between(&old.counters, &new.counters, time).unwrap_or(self.rates);
        }
        self.snapshot = Some(new);
    }

    /// The size of the screen.
    pub(super) fn fit(&mut self, area: Rect) {
        self.area = area;
        self.top = self.top.min(self.last_top());
    }

    pub(super) fn scroll(&mut self, by: Move) {
        let page = self.list_height().saturating_sub(1).max(1);
        let top = match by {
            Move::Up => self.top.saturating_sub(1),
            Move::Down => self.top.saturating_add(1),
            Move::WheelUp => self.top.saturating_sub(WHEEL),
            Move::WheelDown => self.top.saturating_add(WHEEL),
            Move::PageUp => self.top.saturating_sub(page),
            Move::PageDown => self.top.saturating_add(page),
            Move::Top => 0,
            Move::Bottom => usize::MAX,
        };
        self.top = top.min(self.last_top());
    }

    /// Where the list stands.
    pub(super) fn list_area(&self) -> Rect {
        let (head, foot) = if self.area.height < LOW { (1, 0) } else { (HEAD, FOOT) };
        let height = self.area.height.saturating_sub(head + foot);
        Rect { y: self.area.y.saturating_add(head), height, ..self.area }
    }

    fn list_height(&self) -> usize {
        usize::from(self.list_area().height)
    }

    fn last_top(&self) -> usize {
        self.rows().len().saturating_sub(self.list_height())
    }

    /// The whole list: each room, with its members below it.
    pub(super) fn rows(&self) -> Vec<RelayRow<'_>> {
        let Some(snapshot) = &self.snapshot else { return Vec::new() };
        let mut inside: BTreeMap<&str, Vec<&MemberView>> = BTreeMap::new();
        for member in &snapshot.members {
            inside.entry(&member.room).or_default().push(member);
        }
        let mut rows = Vec::new();
        for room in &snapshot.rooms {
            rows.push(RelayRow::Room(room));
            let members = inside.remove(room.name.as_str()).unwrap_or_default();
            rows.extend(members.into_iter().map(RelayRow::Member));
        }
        let more = snapshot.member_count().saturating_sub(snapshot.members.len());
        rows.extend((more > 0).then_some(RelayRow::More(more)));
        rows
    }
}

impl Rates {
    fn between(old: &Counters, new: &Counters, time: Duration) -> Option<Self> {
        let seconds = time.as_secs_f64();
        let rate = |of: fn(&Counters) -> u64| {
            let more = of(new).saturating_sub(of(old));
            f64::from(u32::try_from(more).unwrap_or(u32::MAX)) / seconds
        };
        (seconds > 0.0).then(|| Self {
            datagrams_in: rate(|counted| counted.datagrams_in),
            bytes_in: rate(|counted| counted.bytes_in),
            datagrams_out: rate(|counted| counted.datagrams_out),
            bytes_out: rate(|counted| counted.bytes_out),
            messages: rate(|counted| counted.messages),
        })
    }
}
