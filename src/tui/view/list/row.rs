//! One conversation in the list: number, presence, name, lock, time, badge; and its last words below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::{NAME_AT, STEP, words};
use crate::app::{Conversation, PeerKind, Reachability, State};
use crate::model::NotifyLevel;
use crate::model::text::plain_line;
use crate::model::traffic::ConnectionState;
use crate::tui::contact_list::{ListEntry, ListHead, ListLine};
use crate::tui::list_words;
use crate::tui::lock::KeyLock;
use crate::tui::naming::name_within;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::{Role, Theme};
use crate::tui::ui::Ui;
use crate::tui::view::{fill, text};

/// A list of fewer columns has no times.
const WITH_TIMES: u16 = 29;

/// Columns that stand free for a badge, so that times stand below each other.
const BADGE: u16 = 4;

/// Columns of a time, with the air before it.
const TIME: u16 = 6;

/// Cells without which the words beside a name say nothing.
const LEAST_BESIDE: u16 = 3;

/// What is unread in a conversation, as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Badge {
    Unread(u32),
    /// Some of it names us.
    Mentions(u32),
    /// What is said in a room, to all.
    Chatter(u32),
    Muted(u32),
}

impl Badge {
    fn of(entry: &ListEntry, place: &Conversation) -> Self {
        let row = &entry.row;
        match () {
            () if row.notify == NotifyLevel::None => Self::Muted(row.unread),
            () if row.mentions > 0 => Self::Mentions(row.mentions),
            () if row.notify == NotifyLevel::Mentions => Self::Muted(row.unread),
            () if place.is_room() => Self::Chatter(row.unread),
            () => Self::Unread(row.unread),
        }
    }

    pub(super) const fn of_head(head: &ListHead) -> Self {
        if head.mentions > 0 { Self::Mentions(head.mentions) } else { Self::Unread(head.unread) }
    }

    const fn count(self) -> u32 {
        match self {
            Self::Unread(count) | Self::Mentions(count) | Self::Chatter(count) | Self::Muted(count) => count,
        }
    }

    /// Empty: nothing is unread.
    fn text(self) -> String {
        let count = self.count().min(9_999);
        match self {
            _ if count == 0 => String::new(),
            Self::Unread(_) => format!(" {count} "),
            Self::Mentions(_) => format!(" @{count} "),
            Self::Chatter(_) => count.to_string(),
            Self::Muted(_) => format!("~{count}"),
        }
    }

    const fn role(self) -> Role {
        match self {
            Self::Unread(_) => Role::Unread,
            Self::Mentions(_) => Role::Mention,
            Self::Chatter(_) | Self::Muted(_) => Role::Dim,
        }
    }

    /// Draws it before a column; the answer is the first column that is taken now, with air before it.
    pub(super) fn put_left_of(self, right: u16, y: u16, theme: &Theme, buffer: &mut Buffer) -> u16 {
        self.put(right, y, theme.style(self.role()), buffer)
    }

    fn put(self, right: u16, y: u16, style: Style, buffer: &mut Buffer) -> u16 {
        let text = self.text();
        let cells = u16::try_from(width(&text)).unwrap_or(0);
        if cells == 0 {
            return right;
        }
        let at = right.saturating_sub(cells);
        text::put(buffer, at, y, cells, &text, style);
        at.saturating_sub(1)
    }
}

/// Whether the other side is there: what its dialect knows, or else what came from it.
pub(in crate::tui::view) fn presence(ui: &Ui, place: &Conversation) -> (Role, &'static str) {
    let writes = ui.viewport.moment().is_some_and(|now| place.status.is_typing(now));
    match (place.status.connection(), place.status.reachability()) {
        _ if writes => (Role::PresenceHeard, "…"),
        _ if place.kind == PeerKind::Echo => (Role::PresenceHeard, "●"),
        _ if place.is_out() => (Role::Dim, "·"),
        (Some(ConnectionState::Up), _) if is_away(place) => (Role::Dim, "◐"),
        (Some(ConnectionState::Up), _) | (Some(ConnectionState::Unknown) | None, Reachability::Heard) => {
            (Role::PresenceHeard, "●")
        }
        (Some(ConnectionState::Seeking), _) => (Role::Dim, "◌"),
        (Some(ConnectionState::Down(_)), _)
        | (Some(ConnectionState::Unknown) | None, Reachability::Unreachable) => (Role::PresenceAway, "×"),
        (Some(ConnectionState::Unknown) | None, Reachability::Unknown) => (Role::Dim, "○"),
    }
}

/// It says that nobody is at the keyboard.
fn is_away(place: &Conversation) -> bool {
    place.status.profile().is_some_and(|profile| profile.away.is_some())
}

/// Draws one conversation.
pub(super) struct RowPainter<'a> {
    state: &'a State,
    ui: &'a Ui,
    entry: &'a ListEntry,
    place: &'a Conversation,
    is_open: bool,
    badge: Badge,
}

impl<'a> RowPainter<'a> {
    pub(super) fn new(state: &'a State, ui: &'a Ui, entry: &'a ListEntry, place: &'a Conversation) -> Self {
        let is_open = ui.navigation.open() == Some(place.id);
        Self { state, ui, entry, place, is_open, badge: Badge::of(entry, place) }
    }

    /// A style on the ground of the open conversation, where this is it.
    fn style(&self, role: Role) -> Style {
        let theme = &self.ui.style.theme;
        if self.is_open { theme.style(Role::OpenDim) } else { theme.style(role) }
    }

    fn badge_style(&self) -> Style {
        match self.badge {
            Badge::Chatter(_) | Badge::Muted(_) => self.style(Role::Dim),
            Badge::Unread(_) | Badge::Mentions(_) => self.ui.style.theme.style(self.badge.role()),
        }
    }

    pub(super) fn paint(&self, row: Rect, buffer: &mut Buffer) {
        if self.is_open {
            fill(self.ui, row, Role::Open, buffer);
        }
        let step = if self.entry.is_inner { STEP } else { 0 };
        let (role, dot) = presence(self.ui, self.place);
        if let Some(number) = self.entry.number {
            let number = number.to_string();
            // Over the conversation it stands on a brighter ground.
            let is_over = self.ui.viewport.areas().divider.width == 0;
            let role = if is_over { Role::Dim } else { Role::Number };
            text::put(buffer, row.x.saturating_add(1), row.y, 1, &number, self.style(role));
        }
        let at = row.x.saturating_add(NAME_AT).saturating_add(step);
        text::put(buffer, at.saturating_sub(2), row.y, 1, dot, self.style(role));
        let right = row.right().saturating_sub(1);
        let right = if row.height > 1 {
            self.time(right, row, buffer)
        } else if row.width < WITH_TIMES {
            let before_badge = self.badge.put(right, row.y, self.badge_style(), buffer);
            self.lab(before_badge, row.y, buffer).unwrap_or(before_badge)
        } else {
            let before_badge = self.badge.put(right, row.y, self.badge_style(), buffer);
            let column = right.saturating_sub(BADGE);
            let fits = before_badge.saturating_add(1) >= column && !self.is_cut(column.saturating_sub(at));
            if fits { self.time(column, row, buffer) } else { before_badge }
        };
        self.name(Rect { x: at, width: right.saturating_sub(at), height: 1, ..row }, buffer);
        if row.height > 1 {
            let below = row.y.saturating_add(1);
            let edge = row.right().saturating_sub(1);
            let right = self.badge.put(edge, below, self.badge_style(), buffer);
            let area = Rect { x: at, y: below, width: right.saturating_sub(at), height: 1 };
            self.words(area, buffer);
        }
    }

    /// When something was said last, right before a column; the answer is the column that may be taken up to.
    fn time(&self, right: u16, row: Rect, buffer: &mut Buffer) -> u16 {
        if let Some(left) = self.lab(right, row.y, buffer) {
            return left;
        }
        let Some(last) = self.place.activity.last().filter(|_| row.width >= WITH_TIMES) else { return right };
        let time = list_words::time(&self.ui.style, last.time, self.ui.viewport.wall());
        let at = right.saturating_sub(u16::try_from(width(&time)).unwrap_or(0));
        text::put(buffer, at, row.y, right.saturating_sub(at), &time, self.style(Role::Dim));
        at.saturating_sub(1)
    }

    /// That its network is bad on purpose, in place of the time.
    fn lab(&self, right: u16, y: u16, buffer: &mut Buffer) -> Option<u16> {
        self.state.lab().filter(|lab| lab.conversation == self.place.id)?;
        let word = format!(" {} ", self.ui.style.lang.text("list-lab"));
        let cells = u16::try_from(width(&word)).unwrap_or(0);
        let at = right.saturating_sub(cells);
        text::put(buffer, at, y, cells, &word, self.ui.style.theme.style(Role::Lab));
        Some(at.saturating_sub(1))
    }

    /// An address that is a name would lose its port beside the time, in so many cells for both.
    fn is_cut(&self, room: u16) -> bool {
        let name = self.shown_name(u16::MAX);
        let is_address = name == plain_line(&self.place.address.authority());
        is_address && width(&name) > usize::from(room.saturating_sub(TIME))
    }

    fn name_style(&self) -> Style {
        let theme = &self.ui.style.theme;
        let base = theme.style(if self.is_open { Role::Open } else { Role::Base });
        match self.badge {
            Badge::Muted(_) => self.style(Role::Dim),
            Badge::Unread(1..) | Badge::Mentions(1..) => base.add_modifier(Modifier::BOLD),
            Badge::Unread(_) | Badge::Mentions(_) | Badge::Chatter(_) => base,
        }
    }

    /// The name with the sign of its lock, which no name pushes out, and what tells it from another one of that name.
    fn name(&self, area: Rect, buffer: &mut Buffer) {
        let (ui, lock) = (self.ui, KeyLock::of(self.place));
        let sign = lock.sign(&ui.style);
        let sign = if sign.is_empty() { String::new() } else { format!(" {sign}") };
        let beside = u16::try_from(width(&sign)).unwrap_or(0);
        let name = text::name_beside(&self.shown_name(area.width.saturating_sub(beside)), area.width, beside);
        let mut x = area.x;
        x = x.saturating_add(text::put(buffer, x, area.y, area.width, &name, self.name_style()));
        // An alarm is seen on the open row, too.
        let alarm = lock == KeyLock::Changed;
        let style = if alarm { ui.style.theme.style(Role::Error) } else { self.style(lock.role()) };
        x = x.saturating_add(text::put(buffer, x, area.y, area.right().saturating_sub(x), &sign, style));
        x = x.saturating_add(2);
        let left = area.right().saturating_sub(x);
        if left >= LEAST_BESIDE && self.is_namesake() {
            let beside = clip_with_ellipsis(&list_words::telling(self.place), left).into_owned();
            text::put(buffer, x, area.y, left, &beside, self.style(Role::Dim));
        }
    }

    /// Another visible row bears the name of this one, so that nobody could tell them apart.
    fn is_namesake(&self) -> bool {
        self.ui.list.lines().iter().any(|line| match line {
            ListLine::Entry(other) if other.row.id != self.place.id => {
                self.state.conversation(other.row.id).is_some_and(|other| other.name == self.place.name)
            }
            ListLine::Entry(_) | ListLine::Blank | ListLine::Head(_) | ListLine::More(_) => false,
        })
    }

    /// Below its host, a port says all that is new.
    fn shown_name(&self, cells: u16) -> String {
        let is_port = self.entry.is_inner && self.place.name == self.place.address.authority();
        if is_port {
            format!(":{}", self.place.address.port)
        } else {
            name_within(&self.ui.style.lang, self.place, cells)
        }
    }

    /// The second row.
    fn words(&self, area: Rect, buffer: &mut Buffer) {
        let (mut x, right) = (area.x, area.right());
        for (text, role) in words::of(self.ui, self.place, self.is_open) {
            let room = right.saturating_sub(x);
            let text = clip_with_ellipsis(&text, room);
            x = x.saturating_add(text::put(buffer, x, area.y, room, &text, self.style(role)));
        }
    }
}
