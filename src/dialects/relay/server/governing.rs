//! Carrying out orders: what becomes of members and rooms, and what they and the rest are told of it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::Relay;
use super::api::{Leaving, RelayEvent, RelayLimit};
use super::moderation::{Ban, BanOrigin, RoomRules, Sanction};
use super::moderation_records::{self, Setting};
use super::names::folded;
use super::notices::RelayNotice;
use super::orders::RelayOrder;
use super::texts;
use crate::dialects::relay::stretched_key::StretchedKey;
use crate::model::room_log::Place;
use crate::model::{KeepPeriod, Now, Password, Phrase};

/// Who was put out is kept out for so long: its program would be back at once.
const KICKED: Duration = Duration::from_mins(1);
const PASSED_ON: &str = "relay-order-passed-on";

/// What is kept of bans and rules: of an earlier run of the relay, or of what another one has ordered.
pub(super) fn learn(relay: &mut Relay, now: Now, key: &str, value: &[u8]) {
    match moderation_records::read(now, key, value) {
        Some(Setting::Rules { room, rules }) => {
            let is_news = relay.moderation.rules(&room).cloned().unwrap_or_default() != rules;
            if is_news && change_rules(relay, &room, |old| *old = rules).is_some_and(|rules| rules.closed) {
                empty_room(relay, now, &room);
            }
        }
        Some(Setting::Imposed(sanction)) => {
            let (ban, id) = (sanction.ban, sanction.id);
            if sanction.until.is_some_and(|until| until <= now.mono) {
                keep(relay, key.to_owned(), Vec::new());
            } else if relay.moderation.impose(now.mono, sanction) && ban != Ban::Speak {
                relay.remove(now.mono, id, put_out_as(ban));
            }
        }
        Some(Setting::Lifted { ban, id }) => relay.moderation.lift_one(ban, id),
        None => {}
    }
}

/// What another relay of this log has announced.
pub(super) fn hear(relay: &mut Relay, now: Now, notice: &[u8]) {
    match RelayNotice::decode(notice) {
        Some(RelayNotice::Order(order)) => {
            // Whoever has nobody of that name has nothing to say of it.
            let said = obey(relay, now, &order).ok().filter(|said| said.key != PASSED_ON);
            if let Some(said) = said {
                relay.out.report(RelayEvent::Ordered(said));
            }
        }
        Some(RelayNotice::Kicked { id, address, name }) => {
            let (ban, until) = (Ban::Kick, now.mono.checked_add(KICKED));
            let sanction = Sanction { ban, name, id, origin: BanOrigin::of(ban, address), until };
            relay.moderation.impose(now.mono, sanction);
            relay.remove(now.mono, id, put_out_as(ban));
        }
        Some(RelayNotice::Here { run, public }) => relay.others.hear(now.mono, run, public),
        None => {}
    }
}

/// Tells the other relays. Nobody hears it where the log cannot be reached.
pub(super) fn announce(relay: &mut Relay, announcement: &RelayNotice) {
    if let Some(backplane) = relay.backplane.as_mut().filter(|_| relay.options.is_shared) {
        backplane.announce(announcement.encode());
    }
}

/// Keeps something where there is a log.
fn keep(relay: &mut Relay, key: String, value: Vec<u8>) {
    if let Some(backplane) = &mut relay.backplane {
        backplane.set(key, value);
    }
}

const fn put_out_as(ban: Ban) -> Leaving {
    match ban {
        Ban::Kick => Leaving::Kicked,
        Ban::Enter | Ban::Speak => Leaving::Banned,
    }
}

/// What came of it, a sentence a line.
pub(super) fn order(relay: &mut Relay, now: Now, order: &RelayOrder) -> Result<Vec<Phrase>, Phrase> {
    if *order == RelayOrder::Bans {
        return Ok(bans(relay, now));
    }
    let said = obey(relay, now, order)?;
    if let Some(announcement) = RelayNotice::of(order) {
        announce(relay, &announcement);
    }
    relay.out.report(RelayEvent::Ordered(said.clone()));
    Ok(vec![said])
}

fn obey(relay: &mut Relay, now: Now, order: &RelayOrder) -> Result<Phrase, Phrase> {
    match order {
        RelayOrder::Kick { name } => put_out(relay, now, name, Ban::Kick, Some(KICKED)),
        RelayOrder::Ban { name, time } => put_out(relay, now, name, Ban::Enter, *time),
        RelayOrder::Mute { name, time } => mute(relay, now, name, *time),
        RelayOrder::Unban { who } => lift(relay, now, &[Ban::Enter, Ban::Kick], who),
        RelayOrder::Unmute { name } => lift(relay, now, &[Ban::Speak], name),
        RelayOrder::Slow { room, seconds } => {
            let said = Phrase::new("relay-order-slow").number("seconds", *seconds);
            rule(relay, room, said, |rules| rules.slow = *seconds)
        }
        RelayOrder::Moderated { room, on } => {
            let key = if *on { "relay-order-moderated" } else { "relay-order-unmoderated" };
            rule(relay, room, Phrase::new(key), |rules| rules.moderated = *on)
        }
        RelayOrder::Topic { room, topic } => {
            let said = match topic.as_str() {
                "" => Phrase::new("relay-order-no-topic"),
                topic => Phrase::new("relay-order-topic").text("topic", topic),
            };
            rule(relay, room, said, |rules| topic.clone_into(&mut rules.topic))
        }
        RelayOrder::Close { room } => close(relay, now, room),
        RelayOrder::Open { room } => {
            rule(relay, room, Phrase::new("relay-order-opened"), |rules| rules.closed = false)
        }
        RelayOrder::Password { room, password } => lock(relay, room, password.as_ref()),
        RelayOrder::Remove { room, places } => remove(relay, now, room, places),
        RelayOrder::Bans => Ok(Phrase::new("relay-order-no-bans")),
    }
}

/// Whether a member may write now.
pub(super) fn lets_speak(relay: &Relay, now: Instant, id: u64) -> Result<(), RelayLimit> {
    let Some(member) = relay.directory.members().get(id) else { return Ok(()) };
    relay.moderation.lets_speak(now, member)
}

/// Name and room of a member, and how that room is run, a sentence a line.
pub(super) fn place_of(relay: &Relay, id: u64) -> Option<Vec<Phrase>> {
    let (member, room) = relay.directory.seat(id)?;
    let rules = relay.moderation.rules(&member.room).map(texts::rules).unwrap_or_default();
    Some([vec![texts::welcome(&member.name, room)], rules].concat())
}

fn put_out(
    relay: &mut Relay,
    now: Now,
    name: &str,
    ban: Ban,
    time: Option<Duration>,
) -> Result<Phrase, Phrase> {
    let ids = impose(relay, now, name, ban, time)?;
    if ids.is_empty() {
        return Ok(passed_on(name));
    }
    for id in ids {
        relay.remove(now.mono, id, put_out_as(ban));
    }
    let said =
        if ban == Ban::Kick { Phrase::new("relay-order-kicked") } else { timed("relay-order-banned", time) };
    Ok(said.text("name", name))
}

fn mute(relay: &mut Relay, now: Now, name: &str, time: Option<Duration>) -> Result<Phrase, Phrase> {
    let ids = impose(relay, now, name, Ban::Speak, time)?;
    if ids.is_empty() {
        return Ok(passed_on(name));
    }
    for id in ids {
        relay.refuse(now.mono, id, RelayLimit::Muted, 0);
    }
    Ok(timed("relay-order-muted", time).text("name", name))
}

/// Nobody here is called so. The other relays are told.
fn passed_on(name: &str) -> Phrase {
    Phrase::new(PASSED_ON).text("name", name)
}

/// The ids of whoever has that name, in each of its rooms, about whom that holds from now on. None where somebody at another
/// relay may have it.
fn impose(
    relay: &mut Relay,
    now: Now,
    name: &str,
    ban: Ban,
    time: Option<Duration>,
) -> Result<Vec<u64>, Phrase> {
    let (wanted, members) = (folded(name), relay.directory.members());
    let named = members.iter().filter(|member| folded(&member.name) == wanted);
    // Also in rooms where its name is another.
    let addresses: BTreeSet<SocketAddr> = named.map(|member| member.address).collect();
    let members = addresses.iter().flat_map(|address| members.all_at(*address));
    let until = time.and_then(|time| now.mono.checked_add(time));
    let sanctions: Vec<Sanction> = members
        .map(|member| Sanction {
            ban,
            name: member.name.clone(),
            id: member.id,
            origin: BanOrigin::of(ban, member.address),
            until,
        })
        .collect();
    if sanctions.is_empty() && !relay.options.is_shared {
        return Err(Phrase::new("relay-order-nobody").text("name", name));
    }
    let ids = sanctions.iter().map(|sanction| sanction.id).collect();
    for sanction in sanctions {
        let kept = moderation_records::ban(now, &sanction);
        let kicked = kicked(&sanction);
        if !relay.moderation.impose(now.mono, sanction) {
            return Err(Phrase::new("relay-order-many"));
        }
        if let Some(kicked) = kicked {
            announce(relay, &kicked);
        }
        if let Some((key, value)) = kept {
            keep(relay, key, value);
        }
    }
    Ok(ids)
}

/// What is not kept, and holds everywhere all the same.
fn kicked(sanction: &Sanction) -> Option<RelayNotice> {
    match (sanction.ban, sanction.origin) {
        (Ban::Kick, BanOrigin::Program(address)) => {
            Some(RelayNotice::Kicked { id: sanction.id, address, name: sanction.name.clone() })
        }
        _ => None,
    }
}

fn lift(relay: &mut Relay, now: Now, bans: &[Ban], who: &str) -> Result<Phrase, Phrase> {
    let lifted = relay.moderation.lift(now.mono, bans, who);
    let count = lifted.len();
    for one in lifted {
        if let Some(key) = moderation_records::ban_key(one.ban, one.id) {
            keep(relay, key, Vec::new());
        }
    }
    let key = match (count, bans.contains(&Ban::Speak)) {
        (0, _) => return Err(Phrase::new("relay-order-no-ban").text("name", who)),
        (_, true) => "relay-order-unmuted",
        (_, false) => "relay-order-unbanned",
    };
    Ok(Phrase::new(key).text("name", who))
}

/// Changes how a room is run, and tells those who are in it.
fn rule(
    relay: &mut Relay,
    room: &str,
    said: Phrase,
    change: impl FnOnce(&mut RoomRules),
) -> Result<Phrase, Phrase> {
    let rules = change_rules(relay, room, change).ok_or_else(|| Phrase::new("relay-order-many"))?;
    keep(relay, moderation_records::rules_key(room), moderation_records::rules_value(&rules));
    Ok(said.text("room", room))
}

/// The rules that hold then; `None`: there are too many rooms with rules.
fn change_rules(relay: &mut Relay, room: &str, change: impl FnOnce(&mut RoomRules)) -> Option<RoomRules> {
    let before = relay.moderation.rules(room).cloned().unwrap_or_default();
    if !relay.moderation.change(room, change) {
        return None;
    }
    let rules = relay.moderation.rules(room).cloned().unwrap_or_default();
    let told = texts::rules_changed(&before, &rules);
    let books = &relay.options.phrasebooks;
    relay.directory.tell_rules(room, &rules, |language| books.say_all(language, &told), &mut relay.out);
    Some(rules)
}

/// Those who are inside stay.
fn lock(relay: &mut Relay, room: &str, password: Option<&Password>) -> Result<Phrase, Phrase> {
    let said = Phrase::new(if password.is_some() { "relay-order-locked" } else { "relay-order-unlocked" });
    let salt = relay.validator.keys.draw_salt();
    let key = password.map(|password| StretchedKey::derive(password, salt));
    rule(relay, room, said, |rules| rules.key = key)
}

/// Whoever is in the room is told when the log has done it.
fn remove(relay: &mut Relay, now: Now, room: &str, places: &[Place]) -> Result<Phrase, Phrase> {
    let Some(backplane) = &mut relay.backplane else { return Err(Phrase::new("relay-order-no-log")) };
    let asked = places.iter().take_while(|place| backplane.remove(now.wall, room, **place)).count();
    let said = |key| Phrase::new(key).text("room", room);
    if asked == places.len() {
        return Ok(said("relay-order-removed").number("count", asked));
    }
    Err(said("relay-order-log-busy").number("count", places.len().saturating_sub(asked)))
}

fn close(relay: &mut Relay, now: Now, room: &str) -> Result<Phrase, Phrase> {
    let said = rule(relay, room, Phrase::new("relay-order-closed"), |rules| rules.closed = true)?;
    empty_room(relay, now, room);
    Ok(said)
}

fn empty_room(relay: &mut Relay, now: Now, room: &str) {
    let inside = relay.directory.members().iter().filter(|member| member.room == room);
    let inside: Vec<u64> = inside.map(|member| member.id).collect();
    for id in inside {
        relay.remove(now.mono, id, Leaving::Closed);
    }
}

fn bans(relay: &mut Relay, now: Now) -> Vec<Phrase> {
    let line = |one: &Sanction| {
        let key = match one.ban {
            Ban::Enter => "relay-order-is-banned",
            Ban::Kick => "relay-order-is-kicked",
            Ban::Speak => "relay-order-is-muted",
        };
        let left = one.until.map(|until| until.saturating_duration_since(now.mono));
        timed(key, left).text("name", &one.name).text("address", one.origin.shown())
    };
    let lines: Vec<Phrase> = relay.moderation.sanctions(now.mono).iter().map(line).collect();
    if lines.is_empty() { vec![Phrase::new("relay-order-no-bans")] } else { lines }
}

/// With the time as `count` of `unit`, in whole minutes; the unit `all`: for good.
fn timed(key: &'static str, time: Option<Duration>) -> Phrase {
    match time {
        Some(time) => KeepPeriod::about(time).phrase(key),
        None => Phrase::new(key).number("count", 0).text("unit", "all"),
    }
}
