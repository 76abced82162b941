//! What a person and the history have had to do with the peer, what is thought of its key, and whether the network side
//! knows of it in this run.

use crate::model::history::ConversationRecord;
use crate::model::{KeyEpoch, Trust};

/// Each step includes the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Acquaintance {
    /// The history does not know of it.
    Unrecorded,
    /// The history knows who it is.
    Recorded,
    /// A person opened the conversation or wrote to it.
    Known,
    /// A person picked it in this run, and did not just come past it.
    Chosen,
}

/// Whether the network side knows of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FollowState {
    /// Not yet in this run.
    None,
    Followed,
    /// A person went out of this room: what comes from there is only counted.
    Left,
}

#[derive(Clone, Debug)]
pub(super) struct PeerStanding {
    acquaintance: Acquaintance,
    following: FollowState,
    /// Of peers that are known by their keys; `None`: a person has decided nothing yet.
    trust: Option<Trust>,
    /// Since when the peer has its key, where it had another one before.
    epoch: Option<KeyEpoch>,
    /// A person took it from the contacts or wrote to all of its group, and has not spoken to it alone since.
    aside: bool,
    /// One is in this room, at the next start too.
    joined: bool,
}

impl PeerStanding {
    pub(super) const NEW: Self = Self {
        acquaintance: Acquaintance::Unrecorded,
        following: FollowState::None,
        trust: None,
        epoch: None,
        aside: false,
        joined: false,
    };

    /// As the history has it. `is_left`: it is a room that a person went out of.
    pub(super) const fn restored(card: &ConversationRecord, epoch: Option<KeyEpoch>, is_left: bool) -> Self {
        let following = if is_left { FollowState::Left } else { FollowState::None };
        let acquaintance = if card.known { Acquaintance::Known } else { Acquaintance::Recorded };
        let ConversationRecord { trust, aside, joined, .. } = *card;
        Self { acquaintance, following, trust, epoch, aside, joined }
    }

    /// A person opened it or wrote to it.
    pub(super) fn is_known(&self) -> bool {
        self.acquaintance >= Acquaintance::Known
    }

    pub(super) fn set_known(&mut self) {
        self.acquaintance = self.acquaintance.max(Acquaintance::Known);
    }

    pub(super) fn is_chosen(&self) -> bool {
        self.acquaintance == Acquaintance::Chosen
    }

    pub(super) const fn set_chosen(&mut self) {
        self.acquaintance = Acquaintance::Chosen;
    }

    /// The history knows who it is with.
    pub(super) fn is_recorded(&self) -> bool {
        self.acquaintance >= Acquaintance::Recorded
    }

    pub(super) fn set_recorded(&mut self) {
        self.acquaintance = self.acquaintance.max(Acquaintance::Recorded);
    }

    pub(super) fn is_followed(&self) -> bool {
        self.following == FollowState::Followed
    }

    pub(super) const fn set_followed(&mut self) {
        self.following = FollowState::Followed;
    }

    pub(super) fn has_left(&self) -> bool {
        self.following == FollowState::Left
    }

    pub(super) const fn set_left(&mut self) {
        self.following = FollowState::Left;
        (self.aside, self.joined) = (true, false);
    }

    pub(super) const fn is_joined(&self) -> bool {
        self.joined
    }

    pub(super) const fn set_joined(&mut self) {
        (self.aside, self.joined) = (false, true);
    }

    pub(super) const fn trust(&self) -> Option<Trust> {
        self.trust
    }

    pub(super) const fn set_trust(&mut self, trust: Option<Trust>) {
        self.trust = trust;
    }

    pub(super) const fn epoch(&self) -> Option<KeyEpoch> {
        self.epoch
    }

    pub(super) const fn set_epoch(&mut self, epoch: KeyEpoch) {
        self.epoch = Some(epoch);
    }

    pub(super) const fn is_aside(&self) -> bool {
        self.aside
    }

    pub(super) const fn set_aside(&mut self, aside: bool) {
        self.aside = aside;
    }

    /// What a person has to do with the same peer elsewhere counts here: whoever is talked with there is talked with.
    pub(super) fn merge(&mut self, other: &Self) {
        let regard = |one: &Self| (one.is_known(), !one.aside);
        let (is_known, talks) = regard(self).max(regard(other));
        if is_known {
            self.set_known();
        }
        self.aside = !talks;
    }

    /// Another key: what was decided about the one before says nothing of it.
    pub(super) fn forget_key(&mut self) {
        self.trust = None;
        self.acquaintance = self.acquaintance.min(Acquaintance::Known);
    }
}
