//! What the page of a relay shows: the last look at it, the rates between the last two, and which row of the list is
//! chosen.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use ratatui::layout::Rect;

use super::order_line::OrderLine;
use crate::lang::Lang;
use crate::runtime::relay::{Counters, MemberView, RoomView, Snapshot};
use crate::tui::theme::Theme;

/// Below this height the list has everything but the first row; below the next one there is no air.
pub(super) const LOW: u16 = 8;
const AIRY: u16 = 16;
/// Characters of a filter: more than any name or address has.
const MAX_FILTER: usize = 64;

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

/// What stays the same of a row while the relay goes on: the room, and who of it.
type RowKey = (String, Option<SocketAddr>);

impl RelayRow<'_> {
    fn key(&self) -> Option<RowKey> {
        match self {
            Self::Room(room) => Some((room.name.clone(), None)),
            Self::Member(member) => Some((member.room.clone(), Some(member.address))),
            Self::More(_) => None,
        }
    }
}

/// Each in a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rates {
    pub(super) datagrams_in: f64,
    pub(super) bytes_in: f64,
    pub(super) datagrams_out: f64,
    pub(super) bytes_out: f64,
}

/// What of the rooms and members is listed, and which of them is chosen.
#[derive(Debug, Default)]
pub(super) struct PageList {
    /// The first row that is shown.
    pub(super) top: usize,
    /// The chosen row; it is followed when the list changes.
    pub(super) chosen: usize,
    /// Rooms whose members are not listed.
    folded: BTreeSet<String>,
    /// Part of a name, a room or an address, in small letters.
    pub(super) filter: String,
    /// Keys go into the filter.
    pub(super) is_filtering: bool,
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
    pub(super) list: PageList,
    pub(super) order: OrderLine,
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
            list: PageList::default(),
            order: OrderLine::default(),
        }
    }

    /// A look at the relay; without one the last stays.
    pub(super) fn take(&mut self, snapshot: Option<Snapshot>) {
        let Some(new) = snapshot else { return };
        if let Some(old) = &self.snapshot {
            let time = new.at.saturating_duration_since(old.at);
            self.rates = Rates::between(&old.counters, &new.counters, time).unwrap_or(self.rates);
        }
        let chosen = self.chosen_key();
        self.snapshot = Some(new);
        self.follow(chosen);
    }

    /// The size of the screen.
    pub(super) fn fit(&mut self, area: Rect) {
        self.area = area;
        self.show_chosen();
    }

    pub(super) fn choose(&mut self, by: Move) {
        let page = self.list_height().saturating_sub(1).max(1);
        let chosen = self.list.chosen;
        self.list.chosen = match by {
            Move::Up => chosen.saturating_sub(1),
            Move::Down => chosen.saturating_add(1),
            Move::WheelUp => chosen.saturating_sub(WHEEL),
            Move::WheelDown => chosen.saturating_add(WHEEL),
            Move::PageUp => chosen.saturating_sub(page),
            Move::PageDown => chosen.saturating_add(page),
            Move::Top => 0,
            Move::Bottom => usize::MAX,
        };
        self.show_chosen();
    }

    /// Lists the members of the chosen room, or no longer.
    pub(super) fn fold(&mut self) {
        let Some((room, _)) = self.chosen_key() else { return };
        if !self.list.folded.remove(&room) {
            self.list.folded.insert(room.clone());
        }
        self.follow(Some((room, None)));
    }

    /// Text that came at once, where one is written. Where nothing is, letters mean something one by one.
    pub(super) fn write(&mut self, text: &str) {
        if self.order.typed().is_some() {
            self.order.insert(text);
        } else if self.list.is_filtering {
            text.chars().filter(|c| !c.is_control()).for_each(|letter| self.filter(Some(letter)));
        }
    }

    /// Adds to the filter, or takes its last character away.
    pub(super) fn filter(&mut self, letter: Option<char>) {
        let chosen = self.chosen_key();
        match letter {
            Some(letter) if self.list.filter.chars().count() < MAX_FILTER => {
                self.list.filter.extend(letter.to_lowercase());
            }
            Some(_) => {}
            None => drop(self.list.filter.pop()),
        }
        self.follow(chosen);
    }

    /// Lists all again.
    pub(super) fn drop_filter(&mut self) {
        let chosen = self.chosen_key();
        self.list.filter.clear();
        self.list.is_filtering = false;
        self.follow(chosen);
    }

    /// Begins an order about the chosen member.
    pub(super) fn order_about_chosen(&mut self, verb: &str) {
        let name = match self.rows().get(self.list.chosen) {
            Some(RelayRow::Member(member)) => Some(member.name.clone()),
            Some(RelayRow::Room(_) | RelayRow::More(_)) | None => None,
        };
        self.order.open(verb, name.as_deref());
    }

    fn chosen_key(&self) -> Option<RowKey> {
        self.rows().get(self.list.chosen).and_then(RelayRow::key)
    }

    /// Chooses that row again, wherever it stands now.
    fn follow(&mut self, key: Option<RowKey>) {
        let at = key.and_then(|key| self.rows().iter().position(|row| row.key().as_ref() == Some(&key)));
        self.list.chosen = at.unwrap_or(self.list.chosen);
        self.show_chosen();
    }

    /// Scrolls as little as it takes to show the chosen row.
    fn show_chosen(&mut self) {
        let (rows, height) = (self.rows().len(), self.list_height());
        let chosen = self.list.chosen.min(rows.saturating_sub(1));
        let least = chosen.saturating_add(1).saturating_sub(height);
        let end = rows.saturating_sub(height);
        self.list.chosen = chosen;
        self.list.top = self.list.top.clamp(least, chosen.max(least)).min(end);
    }

    /// Rows above the list; the last of them are the heads of the columns.
    pub(super) const fn head(&self) -> u16 {
        match self.area.height {
            ..LOW => 1,
            LOW..AIRY => 4,
            AIRY.. => 6,
        }
    }

    /// Where the list stands.
    pub(super) fn list_area(&self) -> Rect {
        let foot = u16::from(self.area.height >= LOW);
        let height = self.area.height.saturating_sub(self.head() + foot);
        Rect { y: self.area.y.saturating_add(self.head()), height, ..self.area }
    }

    fn list_height(&self) -> usize {
        usize::from(self.list_area().height)
    }

    pub(super) fn is_folded(&self, room: &str) -> bool {
        self.list.folded.contains(room) && self.list.filter.is_empty()
    }

    /// The whole list: each room, with its members below it. A filter leaves the rooms that it fits, whole, and of others
    /// the members that it fits.
    pub(super) fn rows(&self) -> Vec<RelayRow<'_>> {
        let Some(snapshot) = &self.snapshot else { return Vec::new() };
        let mut inside: BTreeMap<&str, Vec<&MemberView>> = BTreeMap::new();
        for member in &snapshot.members {
            inside.entry(&member.room).or_default().push(member);
        }
        let filter = self.list.filter.as_str();
        let fits = |text: &str| filter.is_empty() || text.to_lowercase().contains(filter);
        let mut rows = Vec::new();
        for room in &snapshot.rooms {
            let mut members = inside.remove(room.name.as_str()).unwrap_or_default();
            if !fits(&room.name) {
                members.retain(|member| fits(&member.name) || fits(&member.address.to_string()));
                if members.is_empty() {
                    continue;
                }
            }
            rows.push(RelayRow::Room(room));
            let is_open = !self.is_folded(&room.name);
            rows.extend(members.into_iter().filter(|_| is_open).map(RelayRow::Member));
        }
        let more = snapshot.member_count().saturating_sub(snapshot.members.len());
        rows.extend((more > 0 && filter.is_empty()).then_some(RelayRow::More(more)));
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
        })
    }
}
