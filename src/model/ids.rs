//! Newtypes for everything that could be mixed up as a bare number.

/// One conversation: a contact's, a stranger's or a room's. The same in every run of a profile, never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversationId(pub u32);

/// One message. Rises strictly, over restarts too, so the order of ids is the order of arrival whatever the wall
/// clock does. Only what a person reads of a room's history, further and further back, is counted downwards, below
/// everything that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub u64);

impl MessageId {
    /// Messages that arrive have ids above this one.
    pub const ARRIVALS: u64 = 1_000_000_000;
    /// Those from a room's history have ids from here on and below [`Self::ARRIVALS`].
    pub const BACKFILL: u64 = 500_000_000;

    /// Whether it was read from a room's history, further back than what was here.
    pub const fn is_backfilled(self) -> bool {
        self.0 >= Self::BACKFILL && self.0 < Self::ARRIVALS
    }
}

/// The name of a message that both sides know, for ever: what tells a message that comes twice, and what replies and edits
/// are about. Random; only where a dialect carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(pub [u8; 16]);

/// One socket or stream that the net actor owns, among those of one dialect.
///
/// An engine numbers what it asks for from [`LinkId::FIRST_OWN`] on; below are the sockets it is given at the start,
/// from [`LinkId::FIRST_ACCEPTED`] on the streams that others opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u32);

impl LinkId {
    pub const FIRST_OWN: u32 = 16;
    pub const FIRST_ACCEPTED: u32 = 1 << 31;

    /// Whether it is one of the sockets that a dialect is given at the start.
    pub const fn is_given(self) -> bool {
        self.0 < Self::FIRST_OWN
    }
}
