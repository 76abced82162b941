//! Which conversation is open, and which one is to be opened next.

use crate::model::{Address, ConversationId};

/// A conversation that has yet to come up, to be opened then.
#[derive(Clone, Debug)]
pub(in crate::tui) enum PendingOpen {
    /// The contact of this name.
    Contact(String),
    /// Whatever is at this address.
    Place(Box<Address>),
    /// What is at this address, which reaches everybody, to say this there.
    Everyone { address: Box<Address>, text: String },
}

/// Where the person is among the conversations.
#[derive(Debug, Default)]
pub(in crate::tui) struct Navigation {
    open: Option<ConversationId>,
    /// The one that was open before.
    last: Option<ConversationId>,
    /// The open conversation was just opened: what is unread in it came before.
    is_entered: bool,
    /// The open conversation went away by itself: nothing is opened in its place, so that what is being typed
    /// does not end up with somebody else.
    is_gone: bool,
    /// A person named the address of the open conversation: it is that one, and no other way to the same person.
    is_addressed: bool,
    pending: Option<PendingOpen>,
    /// The room whose password was asked for last, and whether a wrong one had been given then.
    asked: Option<(ConversationId, bool)>,
}

impl Navigation {
    pub(in crate::tui) const fn open(&self) -> Option<ConversationId> {
        self.open
    }

    pub(in crate::tui) const fn last(&self) -> Option<ConversationId> {
        self.last
    }

    pub(in crate::tui) const fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// Opens a conversation. Whoever goes somewhere wants nothing else opened that comes up later.
    pub(in crate::tui) fn enter(&mut self, target: ConversationId) {
        self.pending.take_if(|pending| !matches!(pending, PendingOpen::Everyone { .. }));
        self.last = self.open;
        self.open = Some(target);
        self.is_entered = true;
        (self.is_gone, self.is_addressed) = (false, false);
    }

    /// Whether the password of a room was not asked for yet.
    pub(in crate::tui) fn asks_first(&mut self, room: ConversationId, wrong: bool) -> bool {
        self.asked.replace((room, wrong)) != Some((room, wrong))
    }

    /// No password is wanted at the moment; should one be later, it is asked for.
    pub(in crate::tui) const fn forget_asked(&mut self) {
        self.asked = None;
    }

    /// A person named the address of the open conversation.
    pub(in crate::tui) const fn set_addressed(&mut self) {
        self.is_addressed = true;
    }

    pub(in crate::tui) const fn is_addressed(&self) -> bool {
        self.is_addressed
    }

    /// The open conversation went away by itself. The answer is which one that was.
    pub(in crate::tui) const fn lose(&mut self) -> Option<ConversationId> {
        let lost = self.open.take();
        self.is_gone = self.is_gone || lost.is_some();
        lost
    }

    /// Something may be opened in the place of what went away.
    #[cfg(test)]
    pub(in crate::tui) const fn forget_lost(&mut self) {
        self.is_gone = false;
    }

    /// Whether the open conversation was opened since this was asked last.
    pub(in crate::tui) const fn take_entered(&mut self) -> bool {
        std::mem::replace(&mut self.is_entered, false)
    }

    /// Opens that as soon as it is there.
    pub(in crate::tui) fn wait_for(&mut self, pending: PendingOpen) {
        self.pending = Some(pending);
    }

    pub(in crate::tui) const fn pending(&self) -> Option<&PendingOpen> {
        self.pending.as_ref()
    }

    pub(in crate::tui) const fn take_pending(&mut self) -> Option<PendingOpen> {
        self.pending.take()
    }
}
