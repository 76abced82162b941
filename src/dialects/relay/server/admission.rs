//! How framed members come in: as who they were, as whoever they can prove to be, or as somebody new.

use std::net::SocketAddr;
use std::time::Instant;

use super::Relay;
use super::api::{Leaving, RelayEvent, RelayLimit, count};
use super::claims;
use super::departed::Window;
use super::hold_back::HeldTexts;
use super::limits::reason;
use super::members::{FramedMember, JoinRequest, RelayMember, Speech};
use super::moderation::RoomRules;
use super::names::{acceptable, acceptable_room, folded};
use super::operators;
use super::rooms::LOBBY;
use crate::dialects::relay::frame::{FromRelay, Join, MemberToken, RelayList, Welcome};
use crate::model::room_log::LogTail;

/// Lets somebody in whose address is proved, or says why not.
pub(super) fn join(relay: &mut Relay, now: Instant, from: SocketAddr, join: Join<'_>) {
    let room = acceptable_room(join.room).map_or_else(|| LOBBY.to_owned(), folded);
    let at = relay.directory.members().at(from);
    if relay.claims.join_again(at, &room, join.nonce) {
        return;
    }
    let owner = owner(relay, from, join);
    if !may_enter(relay, owner, &room, &join) {
        return ask_for_password(relay, from, &room, &join);
    }
    if !operators::may_join(relay, now, from, &join) {
        return;
    }
    let joined = match owner {
        _ if let Err(limit) = relay.moderation.opens(&room) => Err(limit),
        None if let Err(limit) = relay.moderation.admits(now, join.id, from) => Err(limit),
        // Where its room is cannot be known, and another relay may know it.
        None if relay.is_apart() => Err(RelayLimit::Log),
        Some(id) => {
            take_over(relay, now, id, from, join);
            Ok(id)
        }
        None => admit_framed(relay, now, from, join),
    };
    match joined {
        Ok(id) => {
            operators::seat(relay, id, &join);
            welcome(relay, now, id, Some(join.nonce));
        }
        Err(limit) => refuse(relay, from, join.nonce, limit),
    }
}

/// The address is proved, so this needs no budget.
pub(super) fn refuse(relay: &mut Relay, from: SocketAddr, nonce: u64, limit: RelayLimit) {
    count(&mut relay.out.counters.limited, 1);
    relay.out.report(RelayEvent::Limited { member: from, limit });
    relay.out.frame(from, &FromRelay::Refused { to: MemberToken(nonce), number: 0, why: reason(limit) });
}

/// Makes a member, if there is room for one. Where relays share a log it comes in as soon as its name is known to be nobody
/// else's; `is_proved`: it has its id from another one.
pub(super) fn admit(
    relay: &mut Relay,
    now: Instant,
    request: JoinRequest<'_>,
    nonce: Option<u64>,
    is_proved: bool,
) -> Result<(), RelayLimit> {
    if claims::are_needed(relay) {
        return claims::admit(relay, now, request, nonce, is_proved);
    }
    relay.directory.admit(now, request, &mut relay.out)
}

/// Whether it is in that room already, or knows its password where it has one.
fn may_enter(relay: &Relay, owner: Option<u64>, room: &str, join: &Join<'_>) -> bool {
    let Some(key) = relay.moderation.key(room) else { return true };
    let is_inside =
        owner.and_then(|id| relay.directory.members().get(id)).is_some_and(|one| one.room == room);
    is_inside || join.proof.is_some_and(|proof| key.is_proved(&proof, join.nonce, &join.cookie, room))
}

/// The address is proved, so this needs no budget. Only a wrong password is worth a line of the log.
fn ask_for_password(relay: &mut Relay, from: SocketAddr, room: &str, join: &Join<'_>) {
    let Some(salt) = relay.moderation.key(room).map(|key| key.salt) else { return };
    if join.proof.is_some() {
        count(&mut relay.out.counters.limited, 1);
        relay.out.report(RelayEvent::Limited { member: from, limit: RelayLimit::Password });
    }
    relay.out.frame(from, &FromRelay::Locked { nonce: join.nonce, salt });
}

/// The member that comes again: same id, and its token or its address.
fn owner(relay: &Relay, from: SocketAddr, join: Join<'_>) -> Option<u64> {
    let members = relay.directory.members();
    let is_owner = |member: &&RelayMember| {
        member.framed().is_some_and(|framed| framed.has(join.token))
            || (member.is_framed() && member.address == from)
            || (member.is_framed() && relay.tokens.is_proof(join.id, join.token))
    };
    let room = folded(join.room);
    let again = |member: &&RelayMember| {
        member.room == room && member.framed().is_some_and(|framed| framed.nonce == join.nonce)
    };
    let joined_before = || members.all_at(from).find(again);
    let is_in = |member: &&RelayMember| !relay.claims.is_entering(member.id);
    members.get(join.id).filter(is_owner).filter(is_in).or_else(joined_before).map(|member| member.id)
}

fn take_over(relay: &mut Relay, now: Instant, id: u64, from: SocketAddr, join: Join<'_>) {
    make_place(relay, now, Some(id), from, join.room);
    relay.directory.readdress(id, from);
    let token = relay.tokens.derive(id);
    if let Some(member) = relay.directory.member_mut(id) {
        member.heard = now;
        if let Some(framed) = member.framed_mut() {
            framed.nonce = join.nonce;
            // All of it is said again, and it may be for another room.
            framed.held.clear();
            (framed.token, framed.next) = (token.unwrap_or(framed.token), None);
        }
    }
    if let Some(name) = acceptable(join.name) {
        claims::rename(relay, id, name, false);
    }
    if let Some(room) = acceptable_room(join.room)
        && let Err(limit) = relay.move_to(id, room)
    {
        relay.refuse(now, id, limit, 0);
    }
}

fn admit_framed(
    relay: &mut Relay,
    now: Instant,
    address: SocketAddr,
    join: Join<'_>,
) -> Result<u64, RelayLimit> {
    make_place(relay, now, None, address, join.room);
    let (id, window) = identity(relay, now, join);
    let keys = &mut relay.validator.keys;
    let token = relay.tokens.derive(id).unwrap_or_else(|| MemberToken(keys.draw()));
    let (nonce, held) = (join.nonce, HeldTexts::default());
    let framed = FramedMember { token, next: None, nonce, window, held, operator: None };
    let (speech, stream) = (Speech::Framed(framed), keys.draw_stream());
    let request = JoinRequest { address, id, name: Some(join.name), room: join.room, speech, stream };
    let is_proved = relay.tokens.is_proof(join.id, join.token) && id == join.id;
    admit(relay, now, request, Some(join.nonce), is_proved).map(|()| id)
}

/// One framed membership for each address and room: others there end, and that of a plain member.
fn make_place(relay: &mut Relay, now: Instant, id: Option<u64>, address: SocketAddr, room: &str) {
    let room = folded(acceptable_room(room).unwrap_or(LOBBY));
    let ends = |other: &&RelayMember| Some(other.id) != id && (!other.is_framed() || other.room == room);
    let others = relay.directory.members().all_at(address).filter(ends);
    for other in others.map(|other| other.id).collect::<Vec<_>>() {
        relay.remove(now, other, Leaving::Asked);
    }
}

/// The id that was asked for, unless it is another's or may be. A token of an id is good for whoever has it, so none is
/// given for one that was not proved.
fn identity(relay: &mut Relay, now: Instant, join: Join<'_>) -> (u64, Window) {
    let free = join.id != 0 && relay.directory.members().get(join.id).is_none();
    let window = if free && relay.tokens.is_proof(join.id, join.token) {
        Some(relay.departed.window(now, join.id))
    } else if free && !relay.tokens.are_derived() {
        relay.departed.claim(now, join.id, join.token)
    } else {
        None
    };
    window.map_or_else(|| (relay.fresh_id(), Window::default()), |window| (join.id, window))
}

/// Tells a member where it is, once the log has told where its room is: what is said from then on reaches it. A framed
/// member has a nonce.
pub(super) fn welcome(relay: &mut Relay, now: Instant, id: u64, nonce: Option<u64>) {
    let Some((member, room)) = relay.directory.seat(id) else { return };
    let log = relay.options.log.map(|epoch| LogTail { epoch, last: room.last });
    if log.is_some() && !room.followed {
        relay.unwelcomed.insert(id, nonce);
        return;
    }
    let Some(nonce) = nonce else {
        let (address, said) = (member.address, relay.place_of(id));
        let text = relay.options.phrasebooks.say_all(relay.language_of(id), &said);
        return relay.say_text(now, address, &text);
    };
    let others = relay.others.list_of(id);
    let welcome = Welcome {
        nonce,
        token: member.token(),
        id: member.id,
        index: member.index,
        stream: room.buffer.id,
        seq: room.buffer.newest(),
        expiry: u16::try_from(relay.options.silence.as_secs()).unwrap_or(u16::MAX),
        log,
        rules: relay.moderation.rules(&member.room).map(RoomRules::framed).unwrap_or_default(),
        is_operator: member.is_operator(),
        is_crowded: room.crowd.is_crowded(),
        name: &member.name,
        room: &room.name,
        others: RelayList::decode(&others).unwrap_or_default(),
    };
    relay.out.frame(member.address, &FromRelay::Welcome(welcome));
}
