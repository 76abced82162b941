//! Searches: what is asked of the store, and what its answers mean.

use crate::app::context::UpdateCx;
use crate::app::event::Effect;
use crate::app::state::State;
use crate::model::ConversationId;
use crate::model::history::SearchHits;
use crate::model::search::Search;

pub(super) fn look_up(cx: &mut UpdateCx<'_>, within: Option<ConversationId>, search: Search) {
    cx.effects.extend(cx.state.search.start(within, search).map(Effect::Search));
}

pub(super) fn look_further(cx: &mut UpdateCx<'_>, everywhere: bool) {
    cx.effects.extend(cx.state.search.continue_search(everywhere).map(Effect::Search));
}

pub(super) fn on_found(state: &mut State, mut found: SearchHits) {
    // What was removed while the search ran is not found.
    found.hits.retain(|hit| {
        let conversation = state.conversation(hit.conversation);
        conversation.is_some_and(|conversation| !conversation.unsaved.is_cleared(hit.id))
    });
    state.search.on_found(found);
}
