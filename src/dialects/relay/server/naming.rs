//! What becomes of members once it is known whether the name that they wait for is somebody else's.

use std::time::Instant;

use super::Relay;
use super::admission;
use super::api::{Leaving, RelayLimit};
use super::claims::{self, ClaimPurpose, Entrance, NameRequest, PendingName};
use super::names::{FIRST_FORM, folded};
use super::text_keys;
use super::texts;
use crate::dialects::relay::frame::RefusalReason;
use crate::model::room_log::Ticket;
use crate::model::{Now, Phrase};

/// Names that are tried for one member.
const MAX_TRIES: u32 = 32;
/// Guests of this relay have numbers below this, where those that come first are another's.
const GUESTS: u64 = 1_000_000;

/// What the log says of a claim. `None`: it cannot say.
pub(super) fn answered(relay: &mut Relay, now: Now, id: u64, ticket: Ticket, is_held: Option<bool>) {
    let Some(PendingName { request, texts, .. }) = relay.claims.take(id, ticket) else { return };
    match is_held {
        Some(true) => granted(relay, now.mono, id, request),
        Some(false) if matches!(request.purpose, ClaimPurpose::Rename { .. }) => {
            refuse(relay, now.mono, id, &request);
        }
        Some(false) => return try_next(relay, now.mono, id, request, texts),
        None => not_known(relay, now.mono, id, &request),
    }
    if is_held.is_some() && relay.claims.lost.contains(&id) {
        replace(relay, id);
    }
    for text in texts {
        if relay.directory.members().get(id).is_some() {
            relay.on_text(now, id, &text);
        }
    }
    relay.say_held(now, id);
}

fn granted(relay: &mut Relay, now: Instant, id: u64, request: NameRequest) {
    let NameRequest { name, purpose, .. } = request;
    match purpose {
        ClaimPurpose::Enter(entrance) => come_in(relay, now, id, &entrance),
        ClaimPurpose::Rename { is_asked } => {
            take(relay, id, &name);
            if is_asked {
                tell(relay, now, id, &[texts::renamed(&name)]);
            }
        }
        ClaimPurpose::Replace => {
            relay.claims.lost.remove(&id);
            take(relay, id, &name);
            tell(relay, now, id, &[Phrase::new(text_keys::NAME_TAKEN), texts::renamed(&name)]);
        }
    }
}

/// The member has the name that was kept for it, and its old one no more.
fn take(relay: &mut Relay, id: u64, name: &str) {
    if let Some(old) = relay.directory.rename_reserved(id, name, &mut relay.out) {
        claims::release(relay, id, &old);
    }
    relay.tell_name(id);
    // It is nobody else's.
    relay.claims.lost.remove(&id);
}

/// Its room may have been closed meanwhile, or too many others may have begun.
fn come_in(relay: &mut Relay, now: Instant, id: u64, entrance: &Entrance) {
    let Entrance { room, stream, nonce } = entrance;
    let opens = relay.moderation.opens(&folded(room));
    let entered = opens.and_then(|()| relay.directory.place(id, room, *stream, &mut relay.out));
    match entered {
        Ok(()) => admission::welcome(relay, now, id, *nonce),
        Err(limit) => turn_away(relay, now, id, *nonce, limit),
    }
}

/// Of one that is not in yet.
fn turn_away(relay: &mut Relay, now: Instant, id: u64, nonce: Option<u64>, limit: RelayLimit) {
    let Some((member, _)) = claims::end(relay, id, false) else { return };
    match nonce {
        Some(nonce) => admission::refuse(relay, member.address, nonce, limit),
        None => relay.turn_away(now, member.address, member.language(), limit),
    }
}

fn refuse(relay: &mut Relay, now: Instant, id: u64, request: &NameRequest) {
    relay.directory.members_mut().give_back(&request.name);
    if !matches!(request.purpose, ClaimPurpose::Rename { is_asked: true }) {
        return;
    }
    relay.refuse_name(id, RefusalReason::NameTaken);
    tell(relay, now, id, &[Phrase::new(text_keys::NAME_TAKEN)]);
}

fn give_up(relay: &mut Relay, id: u64, request: &NameRequest) {
    relay.directory.members_mut().give_back(&request.name);
    claims::release(relay, id, &request.name);
}

/// Another form of the name, or some guest's.
fn try_next(relay: &mut Relay, now: Instant, id: u64, request: NameRequest, texts: Vec<Vec<u8>>) {
    let NameRequest { name: taken, wanted, form, tries, is_proved, purpose } = request;
    let tries = tries.saturating_add(1);
    if tries >= MAX_TRIES {
        let request = NameRequest { name: taken, wanted, form, tries, is_proved, purpose };
        return not_known(relay, now, id, &request);
    }
    if taken.starts_with("guest-") {
        let number = relay.validator.keys.draw().checked_rem(GUESTS).unwrap_or_default();
        relay.directory.members_mut().skip_guests(number);
    }
    let is_entering = matches!(purpose, ClaimPurpose::Enter(_));
    let members = relay.directory.members_mut();
    let first = form.saturating_add(1);
    let Some((name, form)) = members.reserve_like(id, wanted.as_deref(), first) else { return };
    if is_entering {
        members.rename_reserved(id, &name);
    } else {
        members.give_back(&taken);
    }
    claims::ask(relay, id, NameRequest { name, wanted, form, tries, is_proved, purpose }, texts);
}

/// Whose the name is cannot be known now.
fn not_known(relay: &mut Relay, now: Instant, id: u64, request: &NameRequest) {
    match &request.purpose {
        ClaimPurpose::Enter(Entrance { nonce, .. }) => turn_away(relay, now, id, *nonce, RelayLimit::Log),
        ClaimPurpose::Rename { is_asked } => {
            give_up(relay, id, request);
            if *is_asked {
                relay.refuse(now, id, RelayLimit::Log, 0);
            }
        }
        // Until the log can be asked again.
        ClaimPurpose::Replace => {
            give_up(relay, id, request);
            relay.claims.lost.insert(id);
        }
    }
}

/// Somebody at another relay has the name.
pub(super) fn lost(relay: &mut Relay, name: &str) {
    let members = relay.directory.members().iter().filter(|member| folded(&member.name) == name);
    let losers: Vec<u64> = members.map(|member| member.id).collect();
    for id in losers {
        // One that is not in yet is told whether it has it.
        if !relay.claims.is_entering(id) {
            relay.claims.lost.insert(id);
            replace(relay, id);
        }
    }
}

/// What was lost while the log could not be asked.
pub(super) fn replace_lost(relay: &mut Relay) {
    for id in relay.claims.lost.clone() {
        replace(relay, id);
    }
}

/// Claims another name for a member that has lost its own, unless a claim of it is under way.
fn replace(relay: &mut Relay, id: u64) {
    if relay.claims.is_pending(id) || relay.is_apart() {
        return;
    }
    let Some(member) = relay.directory.members().get(id) else { return };
    let wanted = Some(member.name.clone());
    let first = FIRST_FORM.saturating_add(1);
    let members = relay.directory.members_mut();
    let Some((name, form)) = members.reserve_like(id, wanted.as_deref(), first) else { return };
    let purpose = ClaimPurpose::Replace;
    let request = NameRequest { name, wanted, form, tries: 0, is_proved: false, purpose };
    claims::ask(relay, id, request, Vec::new());
}

/// The member has gone to another relay.
pub(super) fn moved_away(relay: &mut Relay, now: Instant, id: u64) {
    if !relay.claims.is_entering(id) {
        relay.remove(now, id, Leaving::Elsewhere);
    }
}

/// To a plain member.
fn tell(relay: &mut Relay, now: Instant, id: u64, said: &[Phrase]) {
    let Some(member) = relay.directory.members().get(id).filter(|member| !member.is_framed()) else {
        return;
    };
    let (address, language) = (member.address, member.language());
    let text = relay.options.phrasebooks.say_all(language, said);
    relay.say_text(now, address, &text);
}
