//! What the people of a [`World`] do.

use std::borrow::Cow;
use std::ops::Range;

use super::world::{ROOM, World};
use crate::dialects::relay::SCHEME;
use crate::dialects::relay::client::Client;
use crate::model::room_log::{BackplaneReport, MemberPresence};
use crate::model::{Address, BackfillCommand, ConversationId, MessageId, NetCommand, PeerCommand};
use crate::wire::{Driver, Input};

impl World {
    /// Its program ends, as `kill -9` does it.
    pub(super) fn kill(&mut self, who: usize) {
        let member = &mut self.members[who];
        (member.wake, member.links) = (None, Vec::new());
    }

    /// Its program is there again, with what it has kept. What it saw before stays among its events.
    pub(super) fn restart(&mut self, who: usize, name: &str) {
        self.members[who].engine = Driver::new(self.chance.next(), Client::default());
        self.begin(who, name);
    }

    pub(super) fn read_earlier(&mut self, who: usize, count: u16) {
        let read = PeerCommand::History(BackfillCommand::ReadEarlier { count });
        self.order(who, NetCommand::Peer(ROOM, read));
    }

    /// A member goes into another room as well.
    pub(super) fn follow(&mut self, who: usize, conversation: ConversationId, room: &str) {
        let session = self.members[who].session.clone().filter(|_| conversation == ROOM);
        let address = Address::parse(&format!("relay://10.0.0.1/{room}"), &[SCHEME]).expect("an address");
        self.order(who, NetCommand::Peer(conversation, PeerCommand::Follow { address, rank: 0, session }));
    }

    pub(super) fn add_all(&mut self, names: &[&str]) {
        for name in names {
            self.add(name);
        }
    }

    pub(super) fn order(&mut self, who: usize, command: NetCommand) {
        self.feed(who, Input::Command(command));
    }

    /// So many people come to other relays of the same log, or go from there.
    pub(super) fn elsewhere(&mut self, ids: Range<u64>, is_here: bool) {
        for id in ids {
            let name = is_here.then(|| Cow::Owned(format!("far-{id}")));
            let presence = MemberPresence { room: Cow::Borrowed("class"), id, name };
            self.turn(|relay, now| relay.report(now, BackplaneReport::Presence(presence)));
        }
    }

    pub(super) fn say(&mut self, who: usize, text: &str) -> MessageId {
        self.message += 1;
        let message = MessageId(self.message);
        self.said.insert(message, text.to_owned());
        self.order(who, NetCommand::plain(ROOM, message, text.to_owned()));
        message
    }
}
