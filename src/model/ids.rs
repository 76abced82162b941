//! Newtypes for everything that could be mixed up as a bare number.

/// One conversation: a contact's, a stranger's or a room's. The same in every run of a profile, never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversationId(pub u32);

/// One message. Rises strictly, over restarts too, so the order of ids is the order of arrival whatever the wall
/// clock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub u64);

/// One socket or stream that the net actor owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u16);
