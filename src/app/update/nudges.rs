//! Windows that shake: ours, and those of others.

use std::time::Duration;

use crate::app::context::UpdateCx;
use crate::model::{Alert, ConversationId, NetCommand, PeerCommand, Phrase};

/// A peer is not nudged more often: what wakes somebody once is a nuisance the second time.
const NUDGE_EVERY: Duration = Duration::from_secs(10);

/// The peer shakes our window.
pub(super) fn on_nudged(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let Some(conversation) = cx.state.conversation(id).filter(|conversation| !conversation.ignored) else {
        return;
    };
    let (is_told, alert) = (conversation.tells_of(true), Alert::nudge(conversation));
    let notice = Phrase::new("notice-shake").text("name", conversation.name.as_str());
    cx.notice(id, notice);
    if is_told {
        cx.alert(alert);
    }
}

/// A person shakes the window of a peer.
pub(super) fn nudge(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    let name = conversation.name.clone();
    if conversation.is_room() || !conversation.address.scheme.caps.chat.nudges {
        return cx.state.tell(Phrase::new("nudge-not-here").text("name", name));
    }
    if !conversation.input.may_nudge(cx.now.mono, NUDGE_EVERY) {
        return cx.state.tell(Phrase::new("nudge-too-soon").text("name", name));
    }
    cx.net(NetCommand::Peer(id, PeerCommand::Nudge));
    cx.notice(id, Phrase::new("notice-nudge").text("name", name));
}
