//! Messages that are more than a text to one peer: sealed, to several, to everybody. And being away.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::cx::UiCx;
use super::draft;
use crate::app::{Conversation, Intent, State};
use crate::model::traffic::MessageKind;
use crate::model::{Address, ConversationId, Phrase};
use crate::runtime;
use crate::tui::commands::{Verb, misused};
use crate::tui::everybody::speaks_to_several;
use crate::tui::lock::KeyLock;
use crate::tui::naming::{GROUP, group_of, is_receiver};
use crate::tui::request::UiRequest;
use crate::tui::ui::PendingOpen;
use crate::tui::words;

/// `/seal TEXT`
pub(super) fn seal(cx: &mut UiCx<'_>, text: &str) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    if !place.address.scheme.caps.chat.seals {
        return Err(Phrase::new("seal-not-here").text("name", place.name.as_str()));
    }
    if text.is_empty() {
        return Err(misused(Verb::Seal));
    }
    let seal = said(place.id, text, MessageKind::Sealed);
    draft::say(cx, text, seal)
}

/// `/everyone TEXT`: to the address that reaches everybody. Where no conversation with it is open yet, one is.
pub(super) fn everyone(cx: &mut UiCx<'_>, text: &str) -> Result<(), Phrase> {
    let scheme = speaks_to_several(cx.state, cx.conversation());
    let scheme = scheme.ok_or_else(|| Phrase::new("several-nobody"))?;
    let all = std::net::SocketAddr::from((Ipv4Addr::BROADCAST, scheme.default_port));
    let address = Address::from_socket(scheme, all);
    runtime::check(&address, text).map_err(|fault| fault.phrase())?;
    cx.intend(Intent::Visit { address: address.clone() });
    cx.ui.navigation.wait_for(PendingOpen::Everyone { address: Box::new(address), text: text.to_owned() });
    Ok(())
}

/// `/to NAME,NAME TEXT`: to all of them or to none.
pub(super) fn several(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let needs = || misused(Verb::To);
    let (names, text) = words::first(args).ok_or_else(needs)?;
    if text.is_empty() {
        return Err(needs());
    }
    let to = Receivers::of(cx.state, &names, text)?;
    if to.named.is_empty() && to.members.is_empty() {
        return Err(to.refused.unwrap_or_else(needs));
    }
    cx.ui.flash(to.told());
    for place in to.named {
        let conversation = place.id;
        // Where a dialect cannot say that others get it too, it is a message as any other.
        cx.intend(if place.address.scheme.caps.several {
            said(conversation, text, MessageKind::Several)
        } else {
            Intent::Send { conversation, text: text.to_owned() }
        });
    }
    for place in to.members {
        cx.intend(Intent::SendToGroup { conversation: place.id, text: text.to_owned() });
    }
    Ok(())
}

/// Whom a message to several goes to.
#[derive(Default)]
struct Receivers<'a> {
    /// Those who were named one by one.
    named: Vec<&'a Conversation>,
    /// The others, who belong to a group that was named.
    members: Vec<&'a Conversation>,
    /// All of them, each once.
    ids: BTreeSet<ConversationId>,
    groups: Vec<&'a str>,
    /// Members of the groups that nothing can be sent to as things stand, and why not the first of them.
    left_out: usize,
    refused: Option<Phrase>,
}

impl<'a> Receivers<'a> {
    /// Whom the names mean. Somebody who was named and cannot be written to is a reason to send nothing; of a group the others
    /// get it all the same.
    fn of(state: &'a State, names: &'a str, text: &str) -> Result<Self, Phrase> {
        let mut to = Self::default();
        for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if let Some(group) = name.strip_prefix(GROUP) {
                to.add_group(state, group, text)?;
            } else {
                to.add_named(named(state, name)?, name, text)?;
            }
        }
        Ok(to)
    }

    fn add_named(&mut self, place: &'a Conversation, name: &str, text: &str) -> Result<(), Phrase> {
        if !is_receiver(place) {
            return Err(Phrase::new("several-not-there").text("name", name));
        }
        draft::check(place, text)?;
        self.members.retain(|member| member.id != place.id);
        if self.ids.insert(place.id) || !self.named.iter().any(|named| named.id == place.id) {
            self.named.push(place);
        }
        Ok(())
    }

    fn add_group(&mut self, state: &'a State, group: &'a str, text: &str) -> Result<(), Phrase> {
        let able = state.listed().filter(|one| is_receiver(one) && group_of(one) == Some(group));
        let mut is_known = false;
        for place in able {
            is_known = true;
            if let Some(why) = KeyLock::of(place).refusal() {
                self.left_out = self.left_out.saturating_add(1);
                self.refused.get_or_insert_with(|| Phrase::new(why).text("name", place.name.as_str()));
            } else if self.ids.insert(place.id) {
                draft::check(place, text)?;
                self.members.push(place);
            }
        }
        self.groups.push(group);
        if is_known { Ok(()) } else { Err(Phrase::new("several-no-group").text("name", group)) }
    }

    /// To how many it goes, and of groups to which ones and who of them is there to read it.
    fn told(&self) -> Phrase {
        let count = self.named.len().saturating_add(self.members.len());
        if self.groups.is_empty() {
            return Phrase::new("flash-several").number("count", count);
        }
        let all = self.named.iter().chain(&self.members);
        let away = all.filter(|place| !place.status.is_up()).count();
        let told = Phrase::new("flash-several-group").text("group", self.groups.join(", "));
        told.number("count", count).number("away", away).number("left", self.left_out)
    }
}

/// A contact of that name; or else the only one nearby who bears it.
fn named<'a>(state: &'a State, name: &str) -> Result<&'a Conversation, Phrase> {
    if let Some(contact) = state.contact_named(name) {
        return Ok(contact);
    }
    let mut bearers = state.listed().filter(|one| one.name == name);
    match (bearers.next(), bearers.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(Phrase::new("several-same-name").text("name", name)),
        (None, _) => Err(Phrase::new("contact-unknown").text("name", name)),
    }
}

/// `/away [TEXT]`: away with these words or the usual ones; while away and without words, back.
pub(super) fn away(cx: &mut UiCx<'_>, text: &str) {
    let away = match (text.is_empty(), cx.ui.attention.away()) {
        (true, Some(_)) => None,
        (true, None) => Some(cx.ui.style.lang.text("away-usual")),
        (false, _) => Some(text.to_owned()),
    };
    cx.ask(UiRequest::Away(away));
}

/// `/nudge`: the window of the open peer shakes.
pub(super) fn nudge(cx: &mut UiCx<'_>) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    if place.is_room() || !place.address.scheme.caps.chat.nudges {
        return Err(Phrase::new("nudge-not-here").text("name", place.name.as_str()));
    }
    cx.ui.positions.stay();
    cx.ui.positions.go_to_end(place.id);
    cx.intend(Intent::Nudge { conversation: place.id });
    Ok(())
}

/// What is said to everybody, in the conversation that has come up for it.
pub(super) fn said_to_everyone(conversation: ConversationId, text: &str) -> Intent {
    said(conversation, text, MessageKind::Everyone)
}

fn said(conversation: ConversationId, text: &str, kind: MessageKind) -> Intent {
    Intent::SendAs { conversation, text: text.to_owned(), kind }
}
