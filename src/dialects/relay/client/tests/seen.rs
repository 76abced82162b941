//! What the members of a [`World`] have seen.

use std::collections::BTreeMap;

use super::world::World;
use crate::model::traffic::{ConnectionState, MessageKind};
use crate::model::{Fault, MessageId, NetEvent, Recall, RoomHistory};

/// What a member saw of the room in order: what was written by others, and its own when the relay had it.
type Story = Vec<String>;

impl World {
    pub(super) fn events(&self, who: usize) -> impl Iterator<Item = &NetEvent> {
        self.members[who].events.iter().map(|(_, event)| event)
    }

    pub(super) fn reaches(&self, who: usize) -> Vec<ConnectionState> {
        let connection = |event: &NetEvent| match event {
            NetEvent::Connection { connection, .. } => Some(connection.clone()),
            _ => None,
        };
        self.events(who).filter_map(connection).collect()
    }

    pub(super) fn is_up(&self, who: usize) -> bool {
        self.reaches(who).last() == Some(&ConnectionState::Up)
    }

    pub(super) fn story(&self, who: usize) -> Story {
        let line = |event: &NetEvent| match event {
            NetEvent::Received(received) => Some(received.text.clone()),
            NetEvent::Handed { payload, .. } => Some(String::from_utf8(payload.to_vec()).expect("our own")),
            _ => None,
        };
        self.events(who).filter_map(line).collect()
    }

    /// Only what others wrote, with their names.
    pub(super) fn heard(&self, who: usize) -> Story {
        let line = |event: &NetEvent| match event {
            NetEvent::Received(received) | NetEvent::Recalled { why: Recall::Missed, received }
                if received.kind != MessageKind::Removal =>
            {
                Some(format!("{}: {}", received.sender.as_deref().unwrap_or("?"), received.text))
            }
            _ => None,
        };
        self.events(who).filter_map(line).collect()
    }

    /// What was read further back, in the order in which it came.
    pub(super) fn earlier(&self, who: usize) -> Vec<String> {
        let line = |event: &NetEvent| match event {
            NetEvent::Recalled { why: Recall::Earlier, received } => Some(received.text.clone()),
            _ => None,
        };
        self.events(who).filter_map(line).collect()
    }

    /// How often a question for it came to its end, and what can be read then.
    pub(super) fn histories(&self, who: usize) -> Vec<RoomHistory> {
        let line = |event: &NetEvent| match event {
            NetEvent::History { history, .. } => Some(*history),
            _ => None,
        };
        self.events(who).filter_map(line).collect()
    }

    pub(super) fn handed(&self, who: usize) -> Vec<MessageId> {
        let handed = |event: &NetEvent| match event {
            NetEvent::Handed { message, .. } => Some(*message),
            _ => None,
        };
        self.events(who).filter_map(handed).collect()
    }

    /// The texts that have the mark of what the peer has.
    pub(super) fn delivered(&self, who: usize) -> Vec<&str> {
        let delivered = |event: &NetEvent| match event {
            NetEvent::Delivered { message } | NetEvent::Kept { message, .. } => {
                self.said.get(message).map(String::as_str)
            }
            _ => None,
        };
        self.events(who).filter_map(delivered).collect()
    }

    pub(super) fn failed(&self, who: usize) -> Vec<(MessageId, Fault)> {
        let failed = |event: &NetEvent| match event {
            NetEvent::Failed { message, fault } => Some((*message, fault.clone())),
            _ => None,
        };
        self.events(who).filter_map(failed).collect()
    }

    /// The names a member believes to be in the room now.
    pub(super) fn members(&self, who: usize) -> Vec<String> {
        let mut here = BTreeMap::new();
        for event in self.events(who) {
            if let NetEvent::Member { member, .. } = event {
                here.remove(&member.id);
                if member.here {
                    here.insert(member.id, member.name.clone());
                }
            }
        }
        let mut names: Vec<String> = here.into_values().collect();
        names.sort();
        names
    }

    pub(super) fn notices(&self, who: usize) -> Vec<&'static str> {
        let notice = |event: &NetEvent| match event {
            NetEvent::Noticed { notice, .. } => Some(notice.key),
            _ => None,
        };
        self.events(who).filter_map(notice).collect()
    }
}
