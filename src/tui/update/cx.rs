//! What one input may read and change: the front's own state, the app's state, and the requests that leave for the
//! program around. The app's state is read only: the front changes it by intents.

use crate::app::{Conversation, Intent, State};
use crate::model::Phrase;
use crate::tui::action::Action;
use crate::tui::commands::Verb;
use crate::tui::request::UiRequest;
use crate::tui::ui::Ui;

/// The context of one input.
#[derive(Debug)]
pub(super) struct UiCx<'a> {
    pub(super) ui: &'a mut Ui,
    pub(super) state: &'a State,
    requests: Vec<UiRequest>,
}

impl<'a> UiCx<'a> {
    pub(super) const fn new(ui: &'a mut Ui, state: &'a State) -> Self {
        Self { ui, state, requests: Vec::new() }
    }

    /// Asks the program around for something, behind what was asked for before.
    pub(super) fn ask(&mut self, request: UiRequest) {
        self.requests.push(request);
    }

    /// Asks the app for something.
    pub(super) fn intend(&mut self, intent: Intent) {
        self.ask(UiRequest::Intent(intent));
    }

    /// The open conversation.
    pub(super) fn conversation(&self) -> Option<&'a Conversation> {
        self.ui.conversation(self.state)
    }

    /// The open conversation; `Err` says that a command needs one.
    pub(super) fn open_conversation(&self) -> Result<&'a Conversation, Phrase> {
        self.conversation().ok_or_else(|| Phrase::new("flash-nobody"))
    }

    /// Everything asked for, in order.
    pub(super) fn into_requests(self) -> Vec<UiRequest> {
        self.requests
    }
}

/// What became of an action while a popup is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handled {
    /// The popup has no use for it.
    No,
    Yes,
    /// The popup is closed, and the person chose this in it.
    Chose(Chosen),
}

/// What was chosen from a list, and is the caller's to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    Do(Action),
    /// This command, without words behind it.
    Run(Verb),
}
