//! Which conversation is open.

use super::cx::UiCx;
use super::{kinds, read};
use crate::app::{Conversation, Intent, KeyDecision, PeerKind};
use crate::model::{ConversationId, Phrase};
use crate::tui::action::Action;
use crate::tui::lock::KeyLock;
use crate::tui::naming::reaches_everybody;
use crate::tui::ui::{Mode, PendingOpen, Ui};

pub(super) fn act(cx: &mut UiCx<'_>, action: Action) {
    if action == Action::NextUnread {
        next_unread(cx);
        return;
    }
    let target = match action {
        Action::Next => beside(cx, true),
        Action::Previous => beside(cx, false),
        Action::Nth(number) => cx.ui.list.numbered(number).filter(|id| cx.state.conversation(*id).is_some()),
        // Esc and a slash in one read look like Alt-/: that must not lead to where Enter reaches everybody.
        Action::LastVisited => {
            let last = cx.ui.navigation.last().and_then(|last| cx.state.conversation(last));
            last.filter(|last| !reaches_everybody(last)).map(|last| last.id)
        }
        _ => None,
    };
    if let Some(target) = target {
        open(cx, target);
    }
    // On a narrow screen choosing has to be seen.
    let is_over = matches!(action, Action::Next | Action::Previous)
        && cx.ui.viewport.areas().divider.width == 0
        && !cx.ui.switches.bare();
    cx.ui.list.put_over(is_over);
}

/// Where something is unread; at last in what is open, below what one sees of it.
fn next_unread(cx: &mut UiCx<'_>) {
    let here = cx.ui.navigation.open();
    cx.ui.list.renew(cx.state, here, cx.ui.viewport.moment());
    let mut unread = cx.state.list().filter(|one| one.calls() > 0 && Some(one.id) != here);
    let elsewhere = unread.next().map(|one| one.id);
    if let Some(target) = elsewhere {
        open(cx, target);
        return;
    }
    let here = cx.conversation().filter(|place| place.activity.unread() > 0);
    match here.map(|place| place.activity.marker().filter(|marker| !cx.ui.viewport.scene().shows(*marker))) {
        Some(Some(marker)) => read::show(cx, marker),
        // It can be seen where it begins: the rest is below.
        Some(None) => read::act(cx, Action::Newest),
        None => cx.ui.flash(Phrase::new("flash-nothing-unread-anywhere")),
    }
}

/// Opens a conversation. Its draft and the place where one read are as they were.
pub(super) fn open(cx: &mut UiCx<'_>, target: ConversationId) {
    if cx.ui.navigation.open() == Some(target) {
        return;
    }
    leave_selection(cx.ui);
    if let Some(left) = cx.ui.navigation.open() {
        cx.intend(Intent::Leave { conversation: left });
    }
    cx.intend(Intent::Open { conversation: target });
    cx.ui.navigation.enter(target);
    cx.ui.positions.stay();
    cx.ui.mode = Mode::Writing;
    let _closed = cx.ui.completer.take();
}

/// Opens the conversation that a person picked, by its name or by a click, and not on the way to another one.
pub(super) fn choose(cx: &mut UiCx<'_>, target: ConversationId) {
    cx.intend(Intent::Choose { conversation: target });
    open(cx, target);
}

/// The neighbour in the list, round and round.
fn beside(cx: &UiCx<'_>, below: bool) -> Option<ConversationId> {
    let mut listed: Vec<ConversationId> = cx.ui.list.entries().collect();
    let at = listed.iter().position(|id| Some(*id) == cx.ui.navigation.open());
    match (at, below) {
        (Some(at), true) => listed.rotate_left(at.saturating_add(1)),
        (Some(at), false) => {
            listed.rotate_left(at);
            listed.reverse();
        }
        (None, _) => {}
    }
    listed.into_iter().find(|id| cx.state.conversation(*id).is_some())
}

/// Opens what was waited for; opens something when the open conversation is gone.
pub(super) fn follow_state(cx: &mut UiCx<'_>) {
    let awaited = match cx.ui.navigation.pending() {
        Some(PendingOpen::Contact(name)) => cx.state.contact_named(name),
        Some(PendingOpen::Place(address) | PendingOpen::Everyone { address, .. }) => {
            cx.state.at_address(address)
        }
        None => None,
    };
    if let Some(awaited) = awaited.map(|one| one.id) {
        match cx.ui.navigation.take_pending() {
            // One stays where one is: a plain Enter there would reach everybody once more.
            Some(PendingOpen::Everyone { text, .. }) => {
                cx.intend(kinds::said_to_everyone(awaited, &text));
                cx.ui.flash(Phrase::new("flash-everyone"));
            }
            Some(PendingOpen::Place(_)) => {
                open(cx, awaited);
                cx.ui.navigation.set_addressed();
            }
            Some(PendingOpen::Contact(_)) | None => open(cx, awaited),
        }
    }
    follow_encrypted(cx);
    if cx.conversation().is_some_and(|place| !place.ignored) {
        return;
    }
    if let Some(gone) = cx.ui.navigation.lose() {
        let _closed = cx.ui.completer.take();
        if cx.state.conversation(gone).is_none() {
            // What was being written to nobody any more stands there still.
            cx.ui.drafts.keep_lost(gone);
        }
        cx.ui.positions.go_to_end(gone);
        cx.ui.positions.stay();
        cx.ui.mode = Mode::Writing;
    }
    if !cx.ui.navigation.is_gone()
        && let Some(first) = usual(cx)
    {
        open(cx, first);
    }
}

/// Whoever was picked in the open, and with whom nothing was said yet, turns out to be encrypted: that is where one wanted to
/// go, and what is being written goes along.
fn follow_encrypted(cx: &mut UiCx<'_>) {
    let Some(open) = cx.ui.navigation.open().filter(|_| !cx.ui.navigation.is_addressed()) else { return };
    let instead = cx.state.encrypted_instead(open);
    let asks = |one: &Conversation| KeyLock::of(one) == KeyLock::Requested;
    let Some(instead) = instead.filter(|one| asks(one) || !KeyLock::of(one).stops_sending()) else { return };
    if !cx.ui.drafts.hand_over(open, instead.id) {
        return;
    }
    choose(cx, instead.id);
    if asks(instead) {
        // Whoever asks to talk was picked before they asked.
        cx.intend(Intent::Decide { conversation: instead.id, decision: KeyDecision::Accept });
    }
    cx.intend(Intent::Remove { conversation: open });
    cx.ui.flash(Phrase::new("flash-encrypted-now").text("name", instead.name.as_str()));
}

/// What is open at first: the first of those a person has added, else the top of the list. The echo peer stands there as
/// soon as it is ready, which may be before the first frame.
fn usual(cx: &UiCx<'_>) -> Option<ConversationId> {
    let is_contact = |one: &Conversation| one.kind == PeerKind::Contact;
    let first = cx.state.listed().find(|one| is_contact(one)).or_else(|| cx.state.listed().next());
    first.map(|one| one.id)
}

/// Opens the neighbour, because the person is about to take the open conversation away.
pub(super) fn step_aside(cx: &mut UiCx<'_>) {
    if let Some(other) = beside(cx, true) {
        open(cx, other);
    }
}

/// Select mode ends where it began. Another conversation is about to be opened, so nothing is laid out for it.
fn leave_selection(ui: &mut Ui) {
    if let (Mode::Selecting(chosen), Some(open)) = (&ui.mode, ui.navigation.open()) {
        let chosen = *chosen;
        read::put_back(ui, open, chosen.from);
    }
}
