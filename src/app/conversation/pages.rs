//! The pages of a conversation that are read from the store: which are held, which are on their way.

use std::sync::Arc;

use super::changes::ChangeTable;
use super::window::MessageWindow;
use crate::model::history::{PAGE, Page, PageAnchor};
use crate::model::{Message, MessageId};

/// How much of a conversation is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LoadState {
    /// Nothing: it is not open.
    #[default]
    Closed,
    /// The first page is on its way.
    Loading,
    /// It could not be read: what has been said since is all there is to show.
    Failed,
    Loaded,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    load: LoadState,
    window: MessageWindow,
    /// What was said about its messages, and what they answer.
    changes: ChangeTable,
    /// The page on its way that was asked for last: an earlier one is no answer to that.
    requested: Option<PageAnchor>,
    /// The last page that was asked for could not be read.
    stuck: bool,
}

impl Pages {
    pub(super) const fn window(&self) -> &MessageWindow {
        &self.window
    }

    pub(super) const fn changes(&self) -> &ChangeTable {
        &self.changes
    }

    /// Drops what is older than that message.
    pub(super) fn drop_before(&mut self, id: MessageId) {
        self.window.drop_before(id);
        self.changes.retain(self.window.messages());
    }

    /// Drops a message, and what was said about it.
    pub(super) fn remove(&mut self, message: &Message) {
        self.window.remove(message.id);
        self.changes.remove(message);
    }

    /// Another version of all that is held, where there is one.
    pub(super) fn renew(&mut self, version: impl Fn(&Arc<Message>) -> Option<Arc<Message>>) {
        let renewed: Vec<Arc<Message>> = self.window.messages().iter().filter_map(&version).collect();
        for message in renewed {
            self.window.replace(&message);
        }
        self.changes.renew(version);
    }

    pub(super) fn is_loading(&self) -> bool {
        self.load == LoadState::Loading
    }

    pub(super) fn is_loaded(&self) -> bool {
        self.load == LoadState::Loaded
    }

    /// Whether what comes is shown at once. Behind a page on its way it is left to that: it has all that was said before it.
    fn shows(&self) -> bool {
        matches!(self.load, LoadState::Loaded | LoadState::Failed)
    }

    pub(super) fn is_paging(&self) -> bool {
        self.requested.is_some() || self.is_loading()
    }

    pub(super) const fn is_stuck(&self) -> bool {
        self.stuck
    }

    /// Another try may succeed.
    pub(super) const fn unstick(&mut self) {
        self.stuck = false;
    }

    pub(super) const fn request(&mut self, at: PageAnchor) {
        self.requested = Some(at);
        if matches!(self.load, LoadState::Closed | LoadState::Failed) {
            self.load = LoadState::Loading;
        }
    }

    /// A page has come. After the conversation was left it is of no use.
    pub(super) fn take(&mut self, page: Page, unstored: &[Arc<Message>]) {
        self.requested = self.requested.filter(|at| *at != page.query.at);
        self.stuck = false;
        if self.load == LoadState::Closed {
            return;
        }
        self.load = LoadState::Loaded;
        let related = page.related.clone();
        let (changes, messages): (Vec<_>, Vec<_>) =
            unstored.iter().cloned().partition(|message| message.is_change());
        self.window.take(page, &messages);
        let shown = self.window.messages().to_vec();
        for message in related.iter().chain(&changes).chain(&shown) {
            self.note(message);
        }
        self.tidy();
    }

    /// What a message says about others, or what was said about it. Gives those that lost their words by that.
    fn note(&mut self, message: &Arc<Message>) -> Vec<Arc<Message>> {
        let emptied = self.changes.take(message);
        for message in &emptied {
            self.window.replace(message);
        }
        emptied
    }

    fn tidy(&mut self) {
        if self.changes.len() > self.window.messages().len().saturating_mul(2).saturating_add(PAGE) {
            self.changes.retain(self.window.messages());
        }
    }

    /// No page will come. What memory has does not wait for one.
    pub(super) fn fail(&mut self, at: PageAnchor, unstored: &[Arc<Message>]) {
        self.requested = self.requested.filter(|requested| *requested != at);
        self.stuck = true;
        if self.load == LoadState::Loading {
            self.load = LoadState::Failed;
            for message in unstored {
                let _emptied = self.put(message);
            }
        }
    }

    /// Shows a message, or the new version of one.
    pub(super) fn put(&mut self, message: &Arc<Message>) -> Vec<Arc<Message>> {
        if !self.shows() {
            return Vec::new();
        }
        if !message.is_change() {
            self.window.put(Arc::clone(message));
        }
        let emptied = self.note(message);
        self.tidy();
        emptied
    }

    /// Takes the new version of a message that is held.
    pub(super) fn replace(&mut self, message: &Arc<Message>) {
        self.window.replace(message);
        if self.shows() {
            self.note(message);
        }
    }
}
