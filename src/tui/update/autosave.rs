//! What the history keeps of how things stand on the screen: drafts, and where one reads.

use std::collections::BTreeSet;

use crate::app::{Intent, State};
use crate::model::ConversationId;
use crate::model::history::ScrollPosition;
use crate::tui::scrollback::Position;
use crate::tui::ui::Ui;

/// What has changed since it was saved last.
pub(in crate::tui) fn save(ui: &Ui, state: &State) -> Vec<Intent> {
    let mut intents = Vec::new();
    // A person has been in a few; there may be thousands.
    let visited: BTreeSet<ConversationId> = ui.drafts.written().chain(ui.positions.moved()).collect();
    for place in visited.into_iter().filter_map(|id| state.conversation(id)) {
        let conversation = place.id;
        if let Some(draft) = ui.drafts.kept(conversation).filter(|draft| draft != place.input.draft()) {
            intents.push(Intent::SaveDraft { conversation, draft });
        }
        let at = match ui.positions.of(conversation) {
            Position::Top { message, at } => Some(ScrollPosition { message, row: at.number() }),
            Position::Newest => None,
        };
        if at != place.input.scroll() {
            intents.push(Intent::SaveScroll { conversation, at });
        }
    }
    intents
}
