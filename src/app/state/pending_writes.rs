//! What the store refused and is given again when it takes changes, and the page that it could not read.

use std::collections::BTreeMap;

use crate::model::ConversationId;
use crate::model::history::{PageQuery, StoreCommand};

/// Removals that are put off at once: those of a flood while the disk is full. The oldest are the next start's.
const MAX_DEFERRED: usize = 1_024;

#[derive(Clone, Debug, Default)]
pub(in crate::app) struct PendingWrites {
    /// There may be something that the store refused.
    any: bool,
    /// So many messages it was given again, and has yet to answer for.
    resent: usize,
    /// Removals and the like.
    deferred: Vec<StoreCommand>,
    /// Which conversations went over into which: what the store is given later than that is about the other one.
    merged: BTreeMap<ConversationId, ConversationId>,
    /// The page that could not be read last. Apart from the rest, since there hardly ever is one.
    failed_page: Option<Box<PageQuery>>,
    /// A line has said so.
    page_told: bool,
}

impl PendingWrites {
    /// There may be something that the store refused.
    pub(in crate::app) const fn any(&self) -> bool {
        self.any
    }

    /// Something was refused: messages, or records, which their conversations hold.
    pub(in crate::app) const fn mark(&mut self) {
        self.any = true;
    }

    /// A removal was refused: the store is asked again when it takes changes.
    pub(in crate::app) fn defer(&mut self, command: StoreCommand) {
        if matches!(command, StoreCommand::Open { .. }) {
            self.on_opened();
        }
        if self.deferred.len() >= MAX_DEFERRED {
            self.deferred.remove(0);
        }
        self.deferred.push(command);
        self.any = true;
    }

    pub(in crate::app) fn take_deferred(&mut self) -> Vec<StoreCommand> {
        std::mem::take(&mut self.deferred)
    }

    /// The store has another conversation as the open one: what was refused before says nothing new.
    pub(in crate::app) fn on_opened(&mut self) {
        self.deferred.retain(|known| !matches!(known, StoreCommand::Open { .. }));
    }

    pub(in crate::app) fn on_merged(&mut self, from: ConversationId, into: ConversationId) {
        if self.merged.len() >= MAX_DEFERRED {
            self.merged.pop_first();
        }
        self.merged.insert(from, into);
    }

    /// What a conversation has become. Whatever goes over into another one is gone, so that there is an end to it.
    pub(in crate::app) fn present(&self, mut conversation: ConversationId) -> ConversationId {
        while let Some(into) = self.merged.get(&conversation) {
            conversation = *into;
        }
        conversation
    }

    /// Whether there is something to be given to the store again, and no answer is waited for.
    pub(in crate::app) const fn is_due(&self) -> bool {
        self.any && self.resent == 0
    }

    /// So many messages were given to the store again. `more`: and something else.
    pub(in crate::app) const fn on_resent(&mut self, messages: usize, more: bool) {
        self.resent = messages;
        self.any = messages > 0 || more || !self.deferred.is_empty();
    }

    /// A page could not be read. `true`: that is news.
    pub(in crate::app) fn on_no_page(&mut self, query: PageQuery) -> bool {
        self.failed_page = Some(Box::new(query));
        !std::mem::replace(&mut self.page_told, true)
    }

    /// A person asks for a page, or one has come: that another cannot be read is news again.
    pub(in crate::app) const fn allow_telling_of_pages(&mut self) {
        self.page_told = false;
    }

    /// The page that may be read now that the store works.
    pub(in crate::app) fn take_failed_page(&mut self) -> Option<PageQuery> {
        self.failed_page.take().map(|query| *query)
    }

    /// The store has answered for one of them.
    pub(in crate::app) const fn on_answer(&mut self) {
        self.resent = self.resent.saturating_sub(1);
    }
}
