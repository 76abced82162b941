//! The lab: which peer has a bad network on purpose. Ends with the program and is never stored.

use crate::app::context::UpdateCx;
use crate::app::state::LabState;
use crate::model::lab::{LabCounts, LabOrder, LabSettings};
use crate::model::{ConversationId, NetCommand};

pub(super) fn set(cx: &mut UpdateCx<'_>, conversation: ConversationId, settings: Option<LabSettings>) {
    if cx.state.lab().is_none() && settings.is_none() {
        return;
    }
    cx.state.conversations.lab = settings.map(|settings| LabState::new(conversation, settings));
    if settings.is_none() {
        cx.net(NetCommand::Lab(None));
    }
    follow(cx);
}

/// What became of its datagrams so far.
pub(super) fn on_counts(cx: &mut UpdateCx<'_>, conversation: ConversationId, counts: LabCounts) {
    let lab = cx.state.conversations.lab.as_mut();
    if let Some(lab) = lab.filter(|lab| lab.conversation == conversation) {
        lab.counts = counts;
    }
}

/// A peer may have moved, and its conversation may have gone: no lab without it.
pub(super) fn follow(cx: &mut UpdateCx<'_>) {
    let Some(lab) = cx.state.lab() else { return };
    let (conversation, settings) = (lab.conversation, lab.settings);
    let Some(place) = cx.state.conversation(conversation) else {
        cx.state.conversations.lab = None;
        return cx.net(NetCommand::Lab(None));
    };
    let endpoints = cx.state.endpoints(place);
    let lab = cx.state.conversations.lab.as_mut();
    if let Some(lab) = lab.filter(|lab| lab.endpoints.as_ref() != Some(&endpoints)) {
        lab.endpoints = Some(endpoints.clone());
        cx.net(NetCommand::Lab(Some(LabOrder { conversation, endpoints, settings })));
    }
}
