//! What engines want kept where nobody else reads it: given back when its peer is followed, gone when it is forgotten.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::profile::Profile;
use crate::model::{
    Address, ConversationId, NetCommand, NetEvent, PeerCommand, PeerSecret, Phrase, RoomCommand,
};
use crate::net::parse_address;

#[derive(Debug)]
pub(super) struct PeerSecrets {
    profile: Arc<Profile>,
    /// Where those peers are that may have some.
    followed: BTreeMap<ConversationId, Address>,
}

impl PeerSecrets {
    pub(super) const fn new(profile: Arc<Profile>) -> Self {
        Self { profile, followed: BTreeMap::new() }
    }

    /// What is to be ordered behind this.
    pub(super) fn behind(&mut self, command: &NetCommand) -> Option<NetCommand> {
        let NetCommand::Peer(conversation, command) = command else { return None };
        match command {
            PeerCommand::Follow { address, .. } if address.scheme.caps.rooms => {
                self.followed.insert(*conversation, address.clone());
                let kept = self.profile.secret_of(address, &parse_address)?;
                Some(NetCommand::Peer(*conversation, PeerCommand::Room(RoomCommand::Remember(kept))))
            }
            PeerCommand::Forget => {
                let left = self.followed.remove(conversation)?;
                if !self.followed.values().any(|other| other.is_same_place(&left)) {
                    // Whoever leaves has nothing to do about it.
                    let _kept = self.keep_at(&left, &PeerSecret::default());
                }
                None
            }
            PeerCommand::Follow { .. }
            | PeerCommand::Typing
            | PeerCommand::Nudge
            | PeerCommand::History(_)
            | PeerCommand::Enter
            | PeerCommand::Ask
            | PeerCommand::Room(_) => None,
        }
    }

    /// What an engine wants kept from now on. `Some`: why it is not.
    pub(super) fn note(&self, event: &NetEvent) -> Option<Phrase> {
        let NetEvent::Secret { conversation, secret } = event else { return None };
        self.keep_at(self.followed.get(conversation)?, secret).err()
    }

    fn keep_at(&self, address: &Address, secret: &PeerSecret) -> Result<(), Phrase> {
        self.profile.keep_secret(address, secret, &parse_address)
    }
}
