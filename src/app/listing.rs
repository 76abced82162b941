//! The list of conversations: its sections, their order, and who has a row.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::state::State;
use super::{Conversation, Standing};
use crate::model::traffic::Reach;

impl State {
    /// The list as it is shown: contacts, rooms, those nearby, strangers; unread first, then the most recent. Those
    /// nearby who never said anything stand in the order of their names, the others in that of their ranks.
    pub fn listed(&self) -> Vec<&Conversation> {
        let mut listed: Vec<&Conversation> = self.conversations().filter(|one| is_listed(one)).collect();
        listed.sort_by_cached_key(|&one| {
            let section = one.section();
            let place = (section, one.unread == 0, Reverse(one.activity), one.standing == Standing::Echo);
            let nearby = section == Section::Nearby;
            let name = if nearby { folded(&one.name) } else { Cow::Borrowed("") };
            (place, nearby && !is_here(one), name, one.rank)
        });
        listed
    }
}

/// The parts of the list, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    Contacts,
    /// Contacts or not.
    Rooms,
    /// Those who make themselves known, and are no contacts.
    Nearby,
    Strangers,
}

impl Conversation {
    pub fn section(&self) -> Section {
        match self.standing {
            _ if self.is_room() => Section::Rooms,
            Standing::Contact | Standing::Echo => Section::Contacts,
            Standing::Stranger if self.address.scheme.caps.presence => Section::Nearby,
            Standing::Stranger => Section::Strangers,
        }
    }
}

/// A stranger has a row as soon as there is something to read in it, or a person opened it; one that makes itself
/// known, as long as it is there.
fn is_listed(one: &Conversation) -> bool {
    let is_silent = one.standing == Standing::Stranger && !one.known && one.activity.is_none();
    !one.ignored && (!is_silent || is_here(one))
}

/// Without a copy where there is nothing to fold: a frame may ask for hundreds.
fn folded(name: &str) -> Cow<'_, str> {
    if name.chars().any(char::is_uppercase) { name.to_lowercase().into() } else { name.into() }
}

fn is_here(one: &Conversation) -> bool {
    one.reach == Some(Reach::Up)
}
