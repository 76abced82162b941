//! Who we are to one relay: our name there, and the id under which it knows us again.

use super::naming::variant;
use crate::dialects::relay::frame::{MemberToken, RefusalReason, Welcome};

/// Forms of our name that are tried: whoever finds nine of them taken should choose another.
const MAX_TAKEN: u32 = 9;

#[derive(Debug)]
pub(super) struct RelayIdentity {
    /// Our own; none before we were introduced.
    pub(super) name: Option<String>,
    /// So many forms of it were taken.
    taken: u32,
    /// What the relay knows us by. We choose it, so that a join that comes twice is still one member.
    pub(super) id: u64,
    /// The proof that the id is ours, once there is one.
    pub(super) token: MemberToken,
    /// The id that we had before this one; 0: none.
    pub(super) former: u64,
    /// Our place in the present life of the room.
    index: Option<u32>,
}

impl RelayIdentity {
    /// `id` is one that nobody else has, and not 0.
    pub(super) const fn new(id: u64, name: Option<String>) -> Self {
        Self { name, taken: 0, id, token: MemberToken::NONE, former: 0, index: None }
    }

    /// Whether this place is ours.
    pub(super) fn is_at(&self, index: u32) -> bool {
        self.index == Some(index)
    }

    /// Our place in the present life of the room.
    pub(super) const fn index(&self) -> Option<u32> {
        self.index
    }

    /// Whether what this member has said was said by us, in this run or an earlier one.
    pub(super) const fn is_own(&self, id: u64) -> bool {
        id == self.id || (id == self.former && id != 0)
    }

    /// We are somebody else from now on.
    pub(super) const fn renew(&mut self, id: u64) {
        (self.former, self.id, self.token, self.index) = (self.id, id, MemberToken::NONE, None);
    }

    /// The form of our name that may be free.
    pub(super) fn wanted_name(&self) -> String {
        variant(self.name.as_deref().unwrap_or_default(), self.taken)
    }

    pub(super) fn set_name(&mut self, name: &str) {
        self.name = Some(name.to_owned());
        self.taken = 0;
    }

    /// Goes on to the next form of a name that was taken. `false`: asking once more is of no use.
    pub(super) fn try_next_name(&mut self, why: RefusalReason) -> bool {
        let more = why == RefusalReason::NameTaken && self.taken < MAX_TAKEN;
        self.taken = if more { self.taken.saturating_add(1) } else { 0 };
        more
    }

    /// What the welcome says of us.
    pub(super) fn learn(&mut self, welcome: &Welcome<'_>) {
        if self.token != MemberToken::NONE && self.id != welcome.id {
            self.former = self.id;
        }
        (self.id, self.token, self.index) = (welcome.id, welcome.token, Some(welcome.index));
    }
}
