//! What a conversation is called on the screen.

use std::collections::BTreeMap;

use super::text::width;
use crate::app::{Conversation, PeerKind, State};
use crate::lang::Lang;
use crate::model::Address;
use crate::model::text::plain_line;

/// Its name, escaped. What is said to everybody on the network has no name of its own, and its address tells nobody that;
/// nor does that of a room tell at first sight which one it is.
pub(super) fn name_of(lang: &Lang, place: &Conversation) -> String {
    if is_everybody(place) {
        return lang.text("name-everybody");
    }
    let is_unnamed = place.is_room() && place.name == place.address.authority();
    match &place.address {
        address if is_unnamed && address.is_broadcast() => lang.text("name-network") + &unusual_port(address),
        // What people call it stands before where it is.
        address if is_unnamed && !address.room.is_empty() => {
            let others = address.others.len();
            let more = if others == 0 { String::new() } else { format!(" +{others}") };
            plain_line(&format!("{} {}{}{more}", address.room, address.host, unusual_port(address)))
        }
        _ => plain_line(&place.name),
    }
}

/// The same in so few cells. Of a room on a relay where it is goes first, whole: half an address is another one.
pub(super) fn name_within(lang: &Lang, place: &Conversation, cells: u16) -> String {
    let whole = name_of(lang, place);
    let is_by_room =
        place.is_room() && place.name == place.address.authority() && !place.address.room.is_empty();
    if is_by_room && width(&whole) > usize::from(cells) { plain_line(&place.address.room) } else { whole }
}

/// Nothing, where that dialect listens anyway.
fn unusual_port(address: &Address) -> String {
    let usual = address.port == address.scheme.default_port;
    if usual { String::new() } else { format!(":{}", address.port) }
}

/// It is the one that `/everyone` writes to, and nobody has named it.
fn is_everybody(place: &Conversation) -> bool {
    reaches_everybody(place) && place.kind == PeerKind::Stranger
}

/// What is written there goes to everybody on the network, whatever it is called. Rooms are made for that, and who is
/// in one is no surprise.
pub(super) fn reaches_everybody(place: &Conversation) -> bool {
    place.address.is_broadcast() && !place.is_room()
}

/// Before the name of a group among those that a message to several goes to.
pub(super) const GROUP: &str = "group:";

/// By which dialect and where somebody is spoken to, without how: that stands among the details.
pub(super) fn whole_address(place: &Conversation) -> String {
    format!("{}://{}", place.address.scheme.name, plain_line(&place.address.authority()))
}

/// The group of colleagues that somebody says to belong to.
pub(super) fn group_of(place: &Conversation) -> Option<&str> {
    place.status.profile().map(|about| about.group.trim()).filter(|group| !group.is_empty())
}

/// The groups that a message can go to, and how many people are in each.
pub(super) fn groups_of_colleagues(state: &State) -> BTreeMap<&str, usize> {
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    for group in state.listed().filter(|one| is_receiver(one)).filter_map(group_of) {
        let count = groups.entry(group).or_default();
        *count = count.saturating_add(1);
    }
    groups
}

/// Somebody that a message to several can go to, each by themselves: a person, and not all that are somewhere.
pub(super) fn is_receiver(place: &Conversation) -> bool {
    !place.is_room() && !reaches_everybody(place)
}

/// What is written there, as a person chose it or as the dialect knows it.
pub(super) fn encoding_of(place: &Conversation) -> String {
    let known = place.status.profile().map(|about| about.encoding.as_str()).filter(|label| !label.is_empty());
    plain_line(place.address.option("encoding").or(known).unwrap_or_else(|| place.address.usual_encoding()))
}
