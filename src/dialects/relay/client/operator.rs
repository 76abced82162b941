//! What a person and a relay say of being in charge.

use super::kept_secret::keep;
use super::known_password::NoProof;
use super::operator_role::OutboundOrder;
use super::session::{RoomSession, RoomStage};
use crate::dialects::relay::frame::{ClaimRefusal, MemberRequest, SALT_LENGTH, SentenceList, WordList};
use crate::model::{NetEvent, Password, Phrase};
use crate::wire::Ctx;

/// What a relay answers to whoever is not in charge any more.
const NOT_IN_CHARGE: &str = "relay-order-not-operator";
const UNANSWERED: &str = "operator-unanswered";

/// A person wants to be in charge, as whom, by that password.
pub(super) fn claim(session: &mut RoomSession, cx: &mut Ctx<'_>, name: String, password: Password) {
    session.credentials.operator.want(name, password);
    join_again(session, cx);
}

/// A person is in charge no longer, and what proved it is forgotten.
pub(super) fn resign(session: &mut RoomSession, cx: &mut Ctx<'_>) {
    let is_known = session.credentials.operator.forget();
    let key = if is_known { "operator-forgotten" } else { "operator-not-known" };
    session.feed.notice(cx, Phrase::new(key));
    keep(session, cx);
    if session.credentials.operator.is_in_charge() {
        join_again(session, cx);
    }
}

/// Whoever is inside joins once more, as who it wants to be now.
fn join_again(session: &mut RoomSession, cx: &mut Ctx<'_>) {
    if matches!(session.stage, RoomStage::Joined(_)) {
        let now = cx.now.mono;
        session.rejoin(cx, now);
    } else {
        session.probe_now(cx);
    }
}

/// The relay does not let us in as who we want to be.
pub(super) fn on_unclaimed(
    session: &mut RoomSession,
    cx: &mut Ctx<'_>,
    why: ClaimRefusal,
    salt: [u8; SALT_LENGTH],
) {
    let role = &mut session.credentials.operator;
    let Some(name) = role.name().map(str::to_owned) else { return };
    let told = match why {
        ClaimRefusal::Unproved => role.on_salt(salt).err().map(|why| match why {
            NoProof::Wrong => "operator-wrong",
            NoProof::Unknown => "operator-wanted",
        }),
        ClaimRefusal::Wrong => Some("operator-wrong"),
        ClaimRefusal::Later => Some("operator-later"),
        ClaimRefusal::Nobody => Some("operator-nobody"),
    };
    // What is not looked at now may be right all the same.
    let is_wrong = told.is_some() && matches!(why, ClaimRefusal::Unproved | ClaimRefusal::Wrong);
    if is_wrong {
        role.forget();
        keep(session, cx);
    } else if told.is_some() {
        role.rest();
    }
    if let Some(key) = told {
        session.feed.notice(cx, Phrase::new(key).text("name", name));
    }
    if let Some(joining) = session.stage.joining() {
        joining.join_with_proof(cx);
    }
}

/// We are in, as somebody in charge or not.
pub(super) fn entered(session: &mut RoomSession, cx: &mut Ctx<'_>, is_in_charge: bool) {
    let role = &mut session.credentials.operator;
    let (is_news, is_confirmed) = (role.set_in_charge(is_in_charge), is_in_charge && role.confirm());
    let name = role.name().unwrap_or_default().to_owned();
    // It was said to a relay that may have done it, or not.
    let unanswered = role.take_sent(UNANSWERED);
    if is_confirmed {
        keep(session, cx);
    }
    if is_news {
        let key = if is_in_charge { "operator-now" } else { "operator-no-more" };
        session.feed.notice(cx, Phrase::new(key).text("name", name));
        cx.report(NetEvent::Operator { conversation: session.conversation, is_in_charge });
    }
    if let Some(unanswered) = unanswered {
        session.feed.notice(cx, unanswered);
    }
}

/// A person orders something. An empty word behind the order is the room.
pub(super) fn order(session: &mut RoomSession, cx: &mut Ctx<'_>, mut words: Vec<String>) {
    if let Some(room) = words.get_mut(1).filter(|room| room.is_empty()) {
        *room = session.room_name();
    }
    let role = &mut session.credentials.operator;
    if !role.is_in_charge() {
        session.feed.notice(cx, Phrase::new("operator-needed"));
    } else if !role.push(cx, words) {
        session.feed.notice(cx, Phrase::new("operator-busy"));
    }
}

/// What the order with that number came to.
pub(super) fn on_ordered(
    session: &mut RoomSession,
    cx: &mut Ctx<'_>,
    number: u32,
    done: bool,
    said: SentenceList<'_>,
) {
    let key = if done { "operator-done" } else { "operator-refused" };
    let Some(answered) = session.credentials.operator.take_answered(number, key) else { return };
    let mut said = said.phrases();
    if said.iter().any(|phrase| phrase.key == NOT_IN_CHARGE) {
        entered(session, cx, false);
    }
    if said.is_empty() {
        said.push(answered);
    }
    for phrase in said {
        session.feed.notice(cx, phrase);
    }
}

/// Sends the order whose turn it is.
pub(super) fn send_due(session: &mut RoomSession, cx: &mut Ctx<'_>) {
    while let Some(late) = session.credentials.operator.take_overdue(cx.now.mono, UNANSWERED) {
        session.feed.notice(cx, late);
    }
    let RoomStage::Joined(membership) = &mut session.stage else { return };
    if let Some(OutboundOrder { number, words, proof }) =
        session.credentials.operator.take_due(cx, membership.nonce)
        && let Some(words) = WordList::decode(&words)
    {
        membership.send(cx, &session.socket, MemberRequest::Order { number, proof, words });
    }
}
