//! Which messages have come, by their uids, for backends without a file.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{MAX_SEEN, SEEN_FOR};
use crate::model::{ConversationId, Message, Uid, WallTime};

/// What has come, by conversation: nobody can use up another one's.
#[derive(Clone, Debug, Default)]
pub(super) struct SeenMessages {
    conversations: BTreeMap<ConversationId, SeenUids>,
}

impl SeenMessages {
    /// The message has come; one without a uid is always new. `false`: it had come before.
    pub(super) fn note(&mut self, message: &Message) -> bool {
        let Some(uid) = message.incoming_uid() else { return true };
        self.conversations.entry(message.conversation).or_default().note(uid, message.time)
    }

    /// Whether a message of this name has come.
    pub(super) fn has_come(&self, conversation: ConversationId, uid: Uid) -> bool {
        self.conversations.get(&conversation).is_some_and(|seen| seen.known.contains(&uid))
    }

    /// What has come to the one has come to the other, too; the one is gone.
    pub(super) fn merge(&mut self, from: ConversationId, into: ConversationId) {
        let gone = self.conversations.remove(&from).unwrap_or_default();
        let seen = self.conversations.entry(into).or_default();
        for (uid, time) in gone.order {
            seen.note(uid, time);
        }
    }

    /// The conversation is gone.
    pub(super) fn forget(&mut self, conversation: ConversationId) {
        self.conversations.remove(&conversation);
    }
}

/// What has come in one conversation, the oldest first.
#[derive(Clone, Debug, Default)]
struct SeenUids {
    known: BTreeSet<Uid>,
    order: VecDeque<(Uid, WallTime)>,
}

impl SeenUids {
    /// This one has come. `false`: it had before.
    fn note(&mut self, uid: Uid, time: WallTime) -> bool {
        if !self.known.insert(uid) {
            return false;
        }
        self.order.push_back((uid, time));
        // As many as a file forgets at once.
        for _ in 0..2 {
            self.expire(time);
        }
        true
    }

    fn expire(&mut self, now: WallTime) {
        let is_old = |(_, time): &(Uid, WallTime)| time.0 < now.0.saturating_sub(SEEN_FOR);
        if (self.order.len() > MAX_SEEN || self.order.front().is_some_and(is_old))
            && let Some((oldest, _)) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}
