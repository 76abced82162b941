//! Which names there may be, and that no two programs have the same.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::dialects::relay::frame::MAX_NAME_CHARS;
use crate::model::text::plain_line;

/// Tries to make a taken name free by a number behind it.
const MAX_NUMBERED: u32 = 9;
/// The form of a name that is the name itself.
pub(super) const FIRST_FORM: u32 = 1;

/// The name as it may be shown and sent before a message: no character that cannot be seen, nothing that separates
/// (`:`) or that marks the relay's own texts (`*`) and commands (`/`).
pub(crate) fn acceptable(name: &str) -> Option<&str> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS;
    let plain = fits && !name.contains(':') && !name.starts_with(['*', '/']) && plain_line(name) == name;
    plain.then_some(name)
}

/// The name of a room: one that an address can hold as well (`relay://host/room`), so that everybody can go there.
pub(in crate::dialects::relay) fn acceptable_room(name: &str) -> Option<&str> {
    acceptable(name).filter(|name| !name.contains(|c: char| c.is_whitespace() || "/?#&=%".contains(c)))
}

/// What counts as the same name.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// Whether a member can have had this name.
pub fn is_member_name(name: &str) -> bool {
    acceptable(name) == Some(name)
}

/// Whether a log can know a room by this name. One letter may have become three in small letters.
pub fn is_room_key(name: &str) -> bool {
    let fits = !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS.saturating_mul(3);
    fits && folded(name) == name
}

/// Whose a name is: whoever is at that address, who has it in so many rooms.
#[derive(Debug)]
struct NameHolder {
    address: SocketAddr,
    rooms: usize,
}

/// The names in use. One that stood for somebody in one room and for somebody else in the next would fool everybody who is
/// in both, so a name has one holder at the whole relay.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeMap<String, NameHolder>,
    guests: u64,
}

impl Names {
    /// `false`: it is another's.
    pub(super) fn take(&mut self, address: SocketAddr, name: &str) -> bool {
        let holder = self.taken.entry(folded(name)).or_insert(NameHolder { address, rooms: 0 });
        let own = holder.address == address;
        if own {
            holder.rooms = holder.rooms.saturating_add(1);
        }
        own
    }

    /// Gives one name for another, which may be the same in other case. `false`: that is taken.
    pub(super) fn change(&mut self, address: SocketAddr, old: &str, new: &str) -> bool {
        let free = self.take(address, new);
        if free {
            self.give_back(old);
        }
        free
    }

    pub(super) fn give_back(&mut self, name: &str) {
        let name = folded(name);
        if let Some(holder) = self.taken.get_mut(&name) {
            holder.rooms = holder.rooms.saturating_sub(1);
            if holder.rooms == 0 {
                self.taken.remove(&name);
            }
        }
    }

    /// Its holder is at another address now.
    pub(super) fn readdress(&mut self, name: &str, to: SocketAddr) {
        if let Some(holder) = self.taken.get_mut(&folded(name)) {
            holder.address = to;
        }
    }

    /// Takes `wanted`, or what is nearest to it, or some guest's name: one of the forms from `first` on, and which.
    pub(super) fn take_like(
        &mut self,
        address: SocketAddr,
        wanted: Option<&str>,
        first: u32,
    ) -> (String, u32) {
        let near = wanted.and_then(acceptable).and_then(|name| self.take_near(address, name, first));
        near.unwrap_or_else(|| (self.take_guest(address), MAX_NUMBERED))
    }

    fn take_near(&mut self, address: SocketAddr, name: &str, first: u32) -> Option<(String, u32)> {
        if first <= FIRST_FORM && self.take(address, name) {
            return Some((name.to_owned(), FIRST_FORM));
        }
        // Room for the hyphen and one digit.
        let stem: String = name.chars().take(MAX_NAME_CHARS.saturating_sub(2)).collect();
        (first.max(2)..=MAX_NUMBERED)
            .map(|number| (format!("{stem}-{number}"), number))
            .find(|(near, _)| acceptable(near).is_some() && self.take(address, near))
    }

    /// Guests have other numbers from now on: somebody has those that follow.
    pub(super) const fn skip_guests(&mut self, to: u64) {
        self.guests = to;
    }

    fn take_guest(&mut self, address: SocketAddr) -> String {
        loop {
            self.guests = self.guests.wrapping_add(1);
            let name = format!("guest-{}", self.guests);
            if self.take(address, &name) {
                return name;
            }
        }
    }
}
