//! Whom one can go to, as the lines of a list; and how these follow what becomes known while the list is open. Nothing moves
//! then: a line says something else where it stands, and who comes up stands at the end.

use std::collections::BTreeSet;

use super::appearance::Appearance;
use super::chooser::{Chooser, ChooserKind, HiddenWords, Item, ItemAction};
use super::lock_notice::whereabouts;
use super::naming::{group_of, groups_of_colleagues, name_of, whole_address};
use crate::app::{Conversation, PeerKind, State};
use crate::model::search::spelled;
use crate::model::text::plain_line;
use crate::model::{ConversationId, Phrase};

/// Everybody and every room, the open one last; and the groups of colleagues.
pub(super) fn list(style: &Appearance, state: &State, open: Option<ConversationId>) -> Chooser {
    let others = state.listed().filter(|one| Some(one.id) != open);
    let here = state.listed().filter(|one| Some(one.id) == open);
    let people = others.chain(here).map(|one| line(style, one));
    let groups = groups_of_colleagues(state).into_iter().map(|(group, count)| {
        let detail = style.lang.phrase(&Phrase::new("go-to-group").number("count", count));
        let sound = spelled(group).unwrap_or_default();
        Item { sound, ..Item::new(plain_line(group), detail, ItemAction::Group(group.to_owned())) }
    });
    let mut chooser = Chooser::new("popup-go-to", people.chain(groups).collect()).of(ChooserKind::GoTo);
    chooser.follow(state.list_revision());
    chooser
}

/// The line of a conversation.
fn line(style: &Appearance, one: &Conversation) -> Item {
    let about = one.status.profile();
    let told = about.into_iter().flat_map(|about| [about.host.as_str(), &about.user]);
    let at = whereabouts(one).unwrap_or_default();
    let whole = one.address.key.is_none().then(|| plain_line(&one.address.to_string()));
    let address = match one.kind {
        PeerKind::Echo => style.lang.text("lock-inside"),
        PeerKind::Contact | PeerKind::Stranger if one.address.key.is_some() => at,
        PeerKind::Contact | PeerKind::Stranger => whole_address(one),
    };
    let words = told.map(plain_line).chain([address.clone()]).chain(whole).collect::<Vec<_>>().join(" ");
    let key = one.address.key.map(|key| key.to_string()).unwrap_or_default();
    let detail = group_of(one).map_or(address, plain_line);
    Item {
        sound: spelled(&one.name).unwrap_or_default(),
        hidden: Some(HiddenWords { words, key }),
        ..Item::new(name_of(&style.lang, one), detail, ItemAction::Open(one.id))
    }
}

/// Follows what is known by now, where `height` lines are visible.
pub(super) fn refresh(chooser: &mut Chooser, style: &Appearance, state: &State, height: usize) {
    if chooser.kind != ChooserKind::GoTo {
        return;
    }
    if chooser.follow(state.list_revision()) {
        follow_list(chooser, style, state);
    }
    for at in chooser.visible(height) {
        let shown = chooser.line(at).and_then(|line| place_of(&line.choice));
        if let Some(place) = shown.and_then(|id| state.conversation(id)) {
            chooser.replace(at, line(style, place));
        }
    }
}

/// Who turned out to be encrypted stands so where they stood, and who is new at the end.
fn follow_list(chooser: &mut Chooser, style: &Appearance, state: &State) {
    let places: Vec<Option<ConversationId>> = chooser.choices().map(place_of).collect();
    let mut known: BTreeSet<ConversationId> = places.iter().flatten().copied().collect();
    for (at, id) in places.iter().enumerate() {
        let instead = id.and_then(|id| state.shown_instead(id)).filter(|instead| known.insert(*instead));
        if let Some(place) = instead.and_then(|id| state.conversation(id)) {
            chooser.replace(at, line(style, place));
        }
    }
    for place in state.listed().filter(|one| !known.contains(&one.id)) {
        chooser.add(line(style, place));
    }
}

/// The conversation that a line leads to.
const fn place_of(choice: &ItemAction) -> Option<ConversationId> {
    if let ItemAction::Open(id) = choice { Some(*id) } else { None }
}
