//! What has to be true of the state, whatever came.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::app::conversation::Conversation;
use crate::app::world::World;
use crate::model::history::StoreCommand;
use crate::model::{ConversationId, Draft, Mark, Message, MessageId, NetEvent, Uid};

/// What the network side has said of our messages: no mark says more.
#[derive(Debug, Default)]
pub(super) struct Promises {
    said: BTreeMap<MessageId, u8>,
    read_up_to: Option<MessageId>,
    marked: BTreeMap<MessageId, u8>,
}

/// Of what can be said about a message, later ones are more.
const fn level(mark: &Mark) -> u8 {
    match mark {
        Mark::Waiting | Mark::Failed(_) => 0,
        Mark::Sent => 1,
        Mark::Delivered => 2,
        Mark::Read => 3,
    }
}

impl Promises {
    pub(super) fn hear(&mut self, event: &NetEvent, world: &World) {
        let mut say = |message: &MessageId, level: u8| {
            let said = self.said.entry(*message).or_default();
            *said = (*said).max(level);
        };
        if let NetEvent::Handed { message, .. } = event {
            say(message, 1);
        } else if let NetEvent::Delivered { message } = event {
            say(message, 2);
        } else if let NetEvent::Read { message } = event {
            say(message, 3);
        } else if let NetEvent::ReadUpTo { uid, .. } = event {
            self.read_up_to = self.read_up_to.max(named(world, *uid));
        }
    }

    pub(super) fn check<'a>(&mut self, commands: impl IntoIterator<Item = &'a StoreCommand>) {
        for command in commands {
            let (StoreCommand::Insert(message)
            | StoreCommand::Replace(message)
            | StoreCommand::Keep(message)) = command
            else {
                continue;
            };
            self.check_message(message);
            let Some(mark) = message.mark() else { continue };
            let before = self.marked.entry(message.id).or_default();
            assert!(*before < 2 || level(mark) >= *before, "a receipt is taken back: {message:?}");
            *before = level(mark).max(*before);
        }
    }

    fn check_message(&self, message: &Message) {
        let Some(mark) = message.mark() else { return };
        let said = self.said.get(&message.id).copied().unwrap_or_default();
        let is_read = said == 2 && self.read_up_to >= Some(message.id);
        let said = if is_read { 3 } else { said };
        assert!(level(mark) <= said, "it was promised {said}: {message:?}");
    }

    pub(super) fn check_shown(&self, world: &World) {
        let shown = world.state.conversations().flat_map(Conversation::messages);
        shown.for_each(|message| self.check_message(message));
    }
}

fn named(world: &World, uid: Uid) -> Option<MessageId> {
    let commands = world.ops.iter().chain(&world.refused);
    let ours = commands.filter_map(StoreCommand::arrival).filter(|message| message.is_outgoing());
    ours.filter(|message| message.uid == Some(uid)).map(|message| message.id).max()
}

/// The conversations that a message may be in: whatever its own one went over into.
fn places_of(world: &World, message: &Message) -> BTreeSet<ConversationId> {
    let mut places = BTreeSet::from([message.conversation]);
    for _ in 0..world.ops.len().saturating_add(world.refused.len()) {
        let before = places.len();
        for command in world.ops.iter().chain(&world.refused) {
            if let StoreCommand::Merge { from, into } = command
                && places.contains(from)
            {
                places.insert(into.conversation);
            }
        }
        if places.len() == before {
            break;
        }
    }
    places
}

/// The conversation that goes with this.
const fn gone(command: &StoreCommand) -> Option<ConversationId> {
    if let StoreCommand::Forget { conversation } | StoreCommand::Evict { conversation } = command {
        Some(*conversation)
    } else {
        None
    }
}

fn was_removed(world: &World, places: &BTreeSet<ConversationId>, message: &Message) -> bool {
    let removes = |command: &StoreCommand| {
        if let StoreCommand::Clear { conversation, up_to } = command {
            places.contains(conversation) && message.id <= *up_to
        } else if let StoreCommand::Trim { conversations, before } = command {
            message.id < *before && conversations.iter().any(|one| places.contains(one))
        } else {
            gone(command).is_some_and(|conversation| places.contains(&conversation))
        }
    };
    let has_come = message.expires.is_some_and(|expires| expires <= world.now.wall);
    has_come || world.ops.iter().chain(&world.refused).any(removes)
}

/// What we have said is where it can be read, unless it was removed or its time has come; also what the store did not take at
/// once.
pub(super) fn nothing_is_lost(world: &World) {
    let ours = |message: &&Arc<Message>| message.is_outgoing() && !message.is_change();
    let commands = world.ops.iter().chain(&world.refused);
    for message in commands.filter_map(StoreCommand::arrival).filter(ours) {
        let places = places_of(world, message);
        let there = places.iter().filter(|id| world.state.conversation(**id).is_some());
        let is_kept = there.flat_map(|id| world.store.messages(*id)).any(|kept| kept.id == message.id);
        assert!(is_kept || was_removed(world, &places, message), "lost: {message:?}");
    }
}

/// The history has each draft as it stands.
pub(super) fn drafts_are_kept(world: &World) {
    let mut kept: BTreeMap<ConversationId, &Draft> = BTreeMap::new();
    for command in &world.ops {
        if let StoreCommand::Draft { conversation, draft } = command {
            kept.insert(*conversation, draft);
        } else if let Some(conversation) = gone(command) {
            kept.remove(&conversation);
        }
    }
    for conversation in world.state.conversations() {
        let kept = kept.get(&conversation.id).map_or(Draft::EMPTY, |draft| Draft::clone(draft));
        assert_eq!(kept, *conversation.input.draft(), "{:?}", conversation.id);
    }
}
