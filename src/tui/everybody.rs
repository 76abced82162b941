//! What is about to go to everybody on the network: it looks dangerous, and is asked about once.

use super::commands::{Typed, Verb, read};
use super::naming::reaches_everybody;
use super::sight;
use super::ui::Ui;
use crate::app::{Conversation, State};
use crate::model::{Phrase, Scheme};

/// Those whom the draft would reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct ToEverybody {
    scheme: Scheme,
}

impl ToEverybody {
    /// `None`: what Enter sends goes to somebody, or to a room, which is made for that.
    pub(super) fn of(state: &State, ui: &Ui) -> Option<Self> {
        let open = ui.conversation(state);
        let draft = ui.draft().map_or("", |draft| draft.text());
        match read(draft) {
            Typed::Command(Verb::Everyone, args) if !args.is_empty() => {
                speaks_to_several(state, open).map(|scheme| Self { scheme })
            }
            Typed::Message(_) | Typed::Command(..) | Typed::Unknown { .. } => open
                .filter(|place| reaches_everybody(place))
                .map(|place| Self { scheme: place.address.scheme }),
        }
    }

    /// How many of them are known to be there.
    fn people(self, state: &State) -> usize {
        state.peers_here(self.scheme.name)
    }

    /// A sentence with how many they are and where, as far as that is known.
    pub(super) fn said(self, state: &State, ui: &Ui, key: &'static str) -> String {
        ui.style.lang.phrase(&self.phrase(state, ui, key))
    }

    pub(super) fn phrase(self, state: &State, ui: &Ui, key: &'static str) -> Phrase {
        let places = sight::interfaces(ui);
        let people = if places.is_empty() { 0 } else { self.people(state) };
        Phrase::new(key).number("count", people).text("where", places)
    }
}

/// The dialect of the open conversation, or of any other, that can speak to several at once.
pub(super) fn speaks_to_several(state: &State, open: Option<&Conversation>) -> Option<Scheme> {
    let mut all = open.map(|place| place.address.scheme).into_iter().chain(state.schemes());
    all.find(|scheme| scheme.caps.several)
}
