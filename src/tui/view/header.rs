//! The header: who it is, what is wrong, how safe it is, and where they are.
//!
//! What has no room is left out whole, in a fixed order: half a number or half a warning says something else.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::status::{counted, short};
use super::{fill, ground_of, text};
use crate::app::{Conversation, PeerKind, Reachability, State};
use crate::model::text::plain_line;
use crate::model::traffic::ConnectionState;
use crate::model::{Host, KeepPeriod, Phrase};
use crate::tui::action::Action;
use crate::tui::keymap::key_of;
use crate::tui::lock::KeyLock;
use crate::tui::lock_notice::whereabouts;
use crate::tui::naming::{encoding_of, name_of, name_within, whole_address};
use crate::tui::text::{clip_words, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Between the name and what is said of it, and between that and the address.
const GAP: u16 = 2;
const BETWEEN: &str = " · ";

/// Fewer columns have no room to spare for an address.
const WITH_ADDRESS: u16 = 50;

/// Fewer columns are for the name and the lock.
const WITH_UNREAD: u16 = 36;

/// Cells of a name that stay before the proof of who that is goes.
const LEAST_NAME: u16 = 12;

/// Cells of a name that say something, where there is room for little else.
const SHORTEST_NAME: u16 = 4;

/// Cells in which the beginning of what is wrong says enough.
const LEAST_TROUBLE: u16 = 12;

pub(super) fn draw(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    draw_of(state, ui, ui.conversation(state), area, buffer);
}

/// The header of any conversation.
pub(super) fn draw_of(state: &State, ui: &Ui, place: Option<&Conversation>, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    let lock = place.map(KeyLock::of);
    let alarm = lock == Some(KeyLock::Changed);
    let ground = if alarm { Role::Error } else { Role::Header };
    fill(ui, area, ground, buffer);
    let (Some(place), Some(lock)) = (place, lock) else { return };
    let elsewhere = elsewhere(state, ui);
    let area = Rect { width: area.width.saturating_sub(cells(&elsewhere)), ..area };
    let line = HeaderLine::new(ui, place, lock, area.width, state.keeps_for(place.id));
    let theme = &ui.style.theme;
    // One bright thing in the row: the name.
    let style = |role| match role {
        _ if alarm => theme.style(ground),
        Role::Header => theme.style(Role::Header),
        role => ground_of(ui, Role::Header).patch(theme.style(role)),
    };
    let (sign, name) = (lock.before_name(&ui.style), line.name.as_str());
    let lead = [(" ", style(Role::Header)), (&sign, style(lock.role())), (name, style(Role::Header))];
    let mut end = text::put_all(buffer, area.x, area.y, area.right(), &lead);
    for (at, (_, part, role)) in line.parts.iter().enumerate() {
        let between = if at == 0 { "  " } else { BETWEEN };
        let pieces = [(between, style(Role::Status)), (part.as_str(), style(*role))];
        end = text::put_all(buffer, end, area.y, area.right(), &pieces);
    }
    let room = cells(&line.address);
    let at = area.right().saturating_sub(room.saturating_add(1)).max(end);
    text::put(buffer, at, area.y, room, &line.address, style(Role::Status));
    text::put(buffer, area.right(), area.y, cells(&elsewhere), &elsewhere, style(Role::Soft));
}

/// What is unread elsewhere, where no list says it and the status line has no room for it.
fn elsewhere(state: &State, ui: &Ui) -> String {
    let count = state.unread_elsewhere(ui.navigation.open());
    let areas = ui.viewport.areas();
    if count == 0 || areas.divider.width > 0 || areas.header.width < WITH_UNREAD {
        return String::new();
    }
    format!(" {} ", counted(ui, "status-unread", count))
}

fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// In the order in which they stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PartPlace {
    Trouble,
    State,
    KeyLock,
    Key,
    Members,
    Encoding,
    Kept,
    Hint,
}

/// The header as it fits into a row.
struct HeaderLine {
    name: String,
    parts: Vec<(PartPlace, String, Role)>,
    /// At the right end; empty: there is no room for it.
    address: String,
    left: u16,
}

impl HeaderLine {
    /// The parts in the order of need.
    fn new(ui: &Ui, place: &Conversation, lock: KeyLock, room: u16, kept: Option<KeepPeriod>) -> Self {
        let mut words = lock.words(&ui.style);
        let (address, key) = (address(ui, place), key(ui, place));
        let lead = cells(&lock.before_name(&ui.style)).saturating_add(1);
        let narrow = room.saturating_sub(lead).saturating_sub(GAP);
        if cells(&words.short).saturating_add(SHORTEST_NAME) > narrow {
            words.short = words.brief;
        }
        let beside = cells(&words.short).saturating_add(GAP);
        // Anybody can bear any name: a long one must not push out what tells who it is.
        let proof = cells(key.as_ref().unwrap_or(&address)).saturating_add(3);
        let most = room.saturating_sub(lead).saturating_sub(LEAST_NAME);
        let with_proof = beside.saturating_add(proof).min(most).max(beside);
        let beside = if room >= WITH_ADDRESS { with_proof } else { beside };
        let left = room.saturating_sub(lead);
        let name = text::name_beside(&called(ui, place, left.saturating_sub(beside)), left, beside);
        let left = room.saturating_sub(lead).saturating_sub(cells(&name));
        let mut line = Self { name, parts: Vec::new(), address: String::new(), left };
        let reserved = cells(&words.short).saturating_add(3);
        if let Some(trouble) = trouble(ui, place) {
            let whole = line.left.saturating_sub(reserved.saturating_add(GAP));
            if cells(&trouble) <= whole || whole >= LEAST_TROUBLE {
                let trouble = clip_words(&trouble, whole).into_owned();
                line.add(PartPlace::Trouble, trouble, Role::Warn);
            }
        }
        line.add(PartPlace::KeyLock, words.short, lock.role());
        line.add_some(PartPlace::State, busy(ui, place), Role::Status);
        line.add_some(PartPlace::Key, key, Role::Dim);
        line.add_some(PartPlace::State, here(ui, place), Role::Status);
        line.lengthen(words.long);
        line.add_some(PartPlace::Members, members(ui, place), Role::Status);
        let in_charge = place.status.is_in_charge().then(|| ui.style.lang.text("header-operator"));
        line.add_some(PartPlace::Members, in_charge, Role::Status);
        // Else one comes back to an empty conversation, and looks for what is wrong.
        let kept = kept.map(|period| ui.style.lang.phrase(&period.phrase("header-kept")));
        line.add_some(PartPlace::Kept, kept, Role::Status);
        line.put_address(address);
        line.add_some(PartPlace::Encoding, encoding(place), Role::Status);
        line.add_some(PartPlace::Hint, hint(ui, place), Role::Dim);
        line.parts.sort_by_key(|(at, ..)| *at);
        line
    }

    fn add_some(&mut self, at: PartPlace, part: Option<String>, role: Role) {
        if let Some(part) = part {
            self.add(at, part, role);
        }
    }

    /// Takes a part, if all of it fits.
    fn add(&mut self, at: PartPlace, part: String, role: Role) {
        let gap = if self.parts.is_empty() { GAP } else { cells(BETWEEN) };
        let needed = cells(&part).saturating_add(gap);
        if !part.is_empty() && needed <= self.left {
            self.left = self.left.saturating_sub(needed);
            self.parts.push((at, part, role));
        }
    }

    /// The words of the lock in their long form, if there is room.
    fn lengthen(&mut self, long: String) {
        let Some((_, words, _)) = self.parts.iter_mut().find(|(at, ..)| *at == PartPlace::KeyLock) else {
            return;
        };
        let more = cells(&long).saturating_sub(cells(words));
        if more <= self.left {
            self.left = self.left.saturating_sub(more);
            *words = long;
        }
    }

    fn put_address(&mut self, address: String) {
        let needed = cells(&address).saturating_add(GAP).saturating_add(1);
        if !address.is_empty() && needed <= self.left {
            self.left = self.left.saturating_sub(needed);
            self.address = address;
        }
    }
}

/// It has no name but its address.
fn is_unnamed(ui: &Ui, place: &Conversation) -> bool {
    name_of(&ui.style.lang, place) == plain_line(&place.address.authority())
}

/// Whoever has no name is called by the whole address: that says by which dialect it is spoken to. A room is called so here as
/// everywhere else.
fn called(ui: &Ui, place: &Conversation, cells: u16) -> String {
    let by_address = is_unnamed(ui, place) && place.address.key.is_none() && !place.is_room();
    if by_address { whole_address(place) } else { name_within(&ui.style.lang, place, cells) }
}

/// Where it is, unless that is what it is called. Of a peer with a key the scheme says nothing that the lock does not.
fn address(ui: &Ui, place: &Conversation) -> String {
    match (place.address.key, is_unnamed(ui, place)) {
        _ if place.kind == PeerKind::Echo => String::new(),
        (Some(_), _) => whereabouts(place).unwrap_or_default(),
        (None, true) if !place.is_room() => String::new(),
        (None, _) => whole_address(place),
    }
}

/// Some of the letters of its key: to be recognised by, never to be trusted.
fn key(ui: &Ui, place: &Conversation) -> Option<String> {
    place
        .address
        .key
        .map(|key| key.groups())
        .filter(|_| !is_unnamed(ui, place) && KeyLock::of(place) != KeyLock::Changed)
}

/// What is wrong between us and the other side, as far as its dialect knows.
fn trouble(ui: &Ui, place: &Conversation) -> Option<String> {
    let lang = &ui.style.lang;
    if place.is_out() {
        return Some(lang.text("header-out"));
    }
    // Whoever was here a moment ago cannot be reached, and nothing else says so for a while.
    if let Some(interface) = cut_off_by(ui, place) {
        return Some(lang.with("header-interface-down", &[("name", &plain_line(interface))]));
    }
    match place.status.connection() {
        Some(ConnectionState::Seeking) => return Some(lang.text("reach-seeking")),
        Some(ConnectionState::Down(why)) => return Some(plain_line(&lang.phrase(&why.phrase()))),
        Some(ConnectionState::Up | ConnectionState::Unknown) | None => {}
    }
    (place.status.reachability() == Reachability::Unreachable).then(|| lang.text("header-unreachable"))
}

/// The interface that led to where it is, or was seen last, and is down.
fn cut_off_by<'a>(ui: &'a Ui, place: &Conversation) -> Option<&'a str> {
    let networks = &ui.style.networks;
    match &place.address.host {
        _ if place.kind == PeerKind::Echo => None,
        Host::Ip(ip) => networks.lost_way_to(Some(*ip)),
        Host::Scoped(_, zone) => {
            let lost = networks.lost.iter().find(|one| one.interface == *zone);
            lost.map(|one| one.interface.as_str())
        }
        Host::Name(_) | Host::Anywhere => networks.lost_way_to(place.status.seen()),
    }
}

/// That the peer is writing just now, or is away.
fn busy(ui: &Ui, place: &Conversation) -> Option<String> {
    let until = |typing: &std::time::Instant| ui.viewport.moment().is_none_or(|moment| moment < *typing);
    if place.status.typing().as_ref().is_some_and(until) {
        return Some(ui.style.lang.text("header-typing"));
    }
    let away = place.status.profile()?.away.as_ref()?;
    Some(away_text(ui, away))
}

/// That the peer is here, where its dialect knows; if it is busy, that says more.
fn here(ui: &Ui, place: &Conversation) -> Option<String> {
    let is_up = place.status.connection() == Some(&ConnectionState::Up);
    let answers = || is_up && place.address.scheme.caps.presence && cut_off_by(ui, place).is_none();
    let is_here = place.kind == PeerKind::Echo || answers();
    (is_here && busy(ui, place).is_none()).then(|| ui.style.lang.text("header-present"))
}

fn away_text(ui: &Ui, away: &str) -> String {
    if away.trim().is_empty() {
        return ui.style.lang.text("header-away");
    }
    ui.style.lang.with("header-away-text", &[("text", &short(away))])
}

fn members(ui: &Ui, place: &Conversation) -> Option<String> {
    // While the relay does not answer nobody knows who is there.
    if matches!(place.status.connection(), Some(ConnectionState::Down(_))) {
        return None;
    }
    let (key, count) = match place.members.here() {
        Some(here) => ("header-here", here),
        None => ("header-heard", place.members.known()),
    };
    (place.is_room() && count > 0).then(|| ui.style.lang.phrase(&Phrase::new(key).number("count", count)))
}

/// What is written there, if that is not what everybody writes.
fn encoding(place: &Conversation) -> Option<String> {
    let name = encoding_of(place);
    (place.address.scheme.caps.encodings && !name.eq_ignore_ascii_case("utf-8")).then_some(name)
}

pub(super) fn hint(ui: &Ui, place: &Conversation) -> Option<String> {
    let adds = place.kind == PeerKind::Stranger && !KeyLock::of(place).stops_sending();
    adds.then(|| ui.style.lang.with("header-stranger", &[("key", key_of(Action::AddContact))]))
}
