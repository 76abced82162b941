//! The pages of a conversation that are read from the store: which are held, which are on their way.

use std::sync::Arc;

use super::window::MessageWindow;
use crate::model::Message;
use crate::model::history::{Page, PageAnchor};

/// How much of a conversation is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LoadState {
    /// Nothing: it is not open.
    #[default]
    Closed,
    /// The first page is on its way.
    Loading,
    /// It could not be read.
    Failed,
    Loaded,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    load: LoadState,
    window: MessageWindow,
    /// The page on its way that was asked for last: an earlier one is no answer to that.
    requested: Option<PageAnchor>,
    /// The last page that was asked for could not be read.
    stuck: bool,
}

impl Pages {
    pub(super) const fn window(&self) -> &MessageWindow {
        &self.window
    }

    pub(super) const fn window_mut(&mut self) -> &mut MessageWindow {
        &mut self.window
    }

    pub(super) fn is_loading(&self) -> bool {
        self.load == LoadState::Loading
    }

    pub(super) fn is_loaded(&self) -> bool {
        self.load == LoadState::Loaded
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
        if self.load != LoadState::Closed {
            self.load = LoadState::Loaded;
            self.window.take(page, unstored);
        }
    }

    /// No page will come.
    pub(super) fn fail(&mut self, at: PageAnchor) {
        self.requested = self.requested.filter(|requested| *requested != at);
        self.stuck = true;
        if self.load == LoadState::Loading {
            self.load = LoadState::Failed;
        }
    }

    /// Shows a message, or the new version of one.
    pub(super) fn put(&mut self, message: Arc<Message>) {
        if self.is_loaded() {
            self.window.put(message);
        }
    }
}
