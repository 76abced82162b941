//! Which names there may be, and that no two are the same.

use std::collections::BTreeSet;

use crate::dialects::relay::frame::MAX_NAME_CHARS;
use crate::model::text::plain_line;

/// Tries to make a taken name free by a number behind it.
const MAX_NUMBERED: u32 = 9;

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

/// The names in use.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    guests: u64,
}

impl Names {
    /// `false`: it is taken.
    fn take(&mut self, name: &str) -> bool {
        self.taken.insert(folded(name))
    }

    /// Gives one name for another, which may be the same in other case. `false`: that is taken.
    pub(super) fn change(&mut self, old: &str, new: &str) -> bool {
        self.give_back(old);
        let free = self.take(new);
        if !free {
            self.take(old);
        }
        free
    }

    pub(super) fn give_back(&mut self, name: &str) {
        self.taken.remove(&folded(name));
    }

    /// Takes `wanted`, or what is nearest to it, or some guest's name.
    pub(super) fn take_like(&mut self, wanted: Option<&str>) -> String {
        wanted.and_then(acceptable).and_then(|name| self.take_near(name)).unwrap_or_else(|| self.take_guest())
    }

    fn take_near(&mut self, name: &str) -> Option<String> {
        if self.take(name) {
            return Some(name.to_owned());
        }
        // Room for the hyphen and one digit.
        let stem: String = name.chars().take(MAX_NAME_CHARS.saturating_sub(2)).collect();
        (2..=MAX_NUMBERED)
            .map(|number| format!("{stem}-{number}"))
            .find(|near| acceptable(near).is_some() && self.take(near))
    }

    fn take_guest(&mut self) -> String {
        loop {
            self.guests = self.guests.wrapping_add(1);
            let name = format!("guest-{}", self.guests);
            if self.take(&name) {
                return name;
            }
        }
    }
}
