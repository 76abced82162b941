//! Where one is while browsing what was sent before.
//!
//! The list belongs to the caller and is never changed here. It is in the order of sending, the newest last;
//! browsing starts at its end. What is recalled is a copy, to be edited freely.

/// Present while the composer shows an entry of the history instead of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Browsing {
    /// How far back: 1 is the newest entry. Counted from the end, since old entries may be dropped in front.
    pub(super) back: usize,
    pub(super) draft: String,
    pub(super) cursor: usize,
}

/// The entry so far back.
pub(super) fn older(history: &[String], back: usize) -> Option<&String> {
    history.get(history.len().checked_sub(back)?)
}
