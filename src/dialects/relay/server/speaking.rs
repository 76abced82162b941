//! Messages: what a member may say, to whom it goes, and what comes of saying too much.

use std::time::Instant;

use super::api::{Limit, RelayEvent};
use super::joining::person;
use super::limits::{BANDWIDTH_BURST, BURST, NOTICE_PAUSE, cost};
use super::room::Room;
use super::{Relay, count, texts};
use crate::dialects::relay::frame::{FromRelay, MAX_TEXT, RefusalReason};

/// Bytes that the name and the frame add to a message, as far as limits are concerned.
const OVERHEAD: usize = 16;
/// Names that may stand before a message that went round through other relays.
const MAX_ROUND: usize = 4;
/// An echo is told of once in so long. What sends it back once more finds nobody.
const ECHO_PAUSES_PER_NOTICE: u32 = 60;

impl Relay {
    /// A new message of a member, to all others of its room.
    pub(super) fn speak(&mut self, now: Instant, key: usize, number: u32, text: &[u8]) -> bool {
        let receivers = self.room_of(key).map_or(0, Room::len).saturating_sub(1);
        let allowed = if text.len() > MAX_TEXT {
            Err(Limit::TooLong)
        } else {
            self.afford(now, key, text.len(), receivers)
        };
        if let Err(limit) = allowed {
            self.refuse(now, key, limit, number);
            return false;
        }
        let Some(member) = self.members.get_mut(key) else { return false };
        member.messages = member.messages.saturating_add(1);
        let room_key = member.room;
        if let Some(room) = self.rooms.get_mut(room_key)
            && let Some(sent) = room.say(person(key, member), number, text, &mut self.post)
        {
            self.past.said(now, self.secret.fingerprint(sent));
        }
        self.soil(room_key);
        count(&mut self.counters.messages, 1);
        count(&mut self.counters.deliveries, receivers);
        true
    }

    /// Whether the limits allow so many bytes to so many. What they refuse costs nothing.
    pub(super) fn afford(
        &mut self,
        now: Instant,
        key: usize,
        bytes: usize,
        receivers: usize,
    ) -> Result<(), Limit> {
        let Some(member) = self.members.get_mut(key) else { return Err(Limit::Members) };
        let pace = &mut member.pace;
        if !pace.messages.has_room(now, BURST) {
            return Err(Limit::Rate);
        }
        if !pace.bytes.has_room(now, BANDWIDTH_BURST) {
            return Err(Limit::Bytes);
        }
        if !self.total.has_room(now, BANDWIDTH_BURST) {
            return Err(Limit::Bandwidth);
        }
        let length = u64::try_from(bytes).unwrap_or(u64::MAX);
        pace.messages.charge(now, cost(1, self.options.rate.into()));
        pace.bytes.charge(now, cost(length, self.options.bytes.into()));
        self.charge_total(now, bytes.saturating_add(OVERHEAD).saturating_mul(receivers));
        Ok(())
    }

    pub(super) fn charge_total(&mut self, now: Instant, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.total.charge(now, cost(bytes, self.options.bandwidth));
    }

    /// Tells a member that a limit is met, once a second at most.
    pub(super) fn refuse(&mut self, now: Instant, key: usize, limit: Limit, number: u32) {
        count(&mut self.counters.limited, 1);
        let Some(member) = self.members.get_mut(key) else { return };
        if !member.pace.notices.has_room(now, std::time::Duration::from_nanos(1)) {
            return;
        }
        member.pace.notices.charge(now, NOTICE_PAUSE);
        let (address, framed, to) = (member.address, member.is_framed(), member.token());
        self.report(RelayEvent::Limited { member: address, limit });
        if framed {
            self.send(key, &FromRelay::Refused { to, number, why: refusal(limit) });
        } else {
            self.tell(now, key, &texts::refused(limit));
        }
    }

    /// Whether the relay said this itself a moment ago, so that something sends back what it gets.
    ///
    /// Where no proof is asked for, other relays may be members: they put a name before what they pass on, and say
    /// things of their own.
    pub(super) fn is_echo(&self, now: Instant, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        for _ in 0..=MAX_ROUND {
            let own = self.past.is_echo(now, self.secret.fingerprint(rest));
            if own || !self.options.open {
                return own;
            }
            if texts::is_of_a_relay(rest) {
                return true;
            }
            let Some(at) = rest.windows(2).position(|pair| pair == b": ") else { return false };
            rest = rest.get(at.saturating_add(2)..).unwrap_or_default();
        }
        false
    }

    pub(super) fn drop_echo(&mut self, now: Instant, key: usize) {
        count(&mut self.counters.repeated, 1);
        let Some(member) = self.members.get_mut(key) else { return };
        if member.pace.echoes.has_room(now, std::time::Duration::from_nanos(1)) {
            member.pace.echoes.charge(now, NOTICE_PAUSE.saturating_mul(ECHO_PAUSES_PER_NOTICE));
            self.tell(now, key, texts::ECHO);
        }
    }

    pub(super) fn room_of(&self, key: usize) -> Option<&Room> {
        self.rooms.get(self.members.get(key)?.room)
    }
}

pub(super) const fn refusal(limit: Limit) -> RefusalReason {
    match limit {
        Limit::Members => RefusalReason::Full,
        Limit::Rooms => RefusalReason::Rooms,
        Limit::Rate => RefusalReason::Rate,
        Limit::Bytes => RefusalReason::Bytes,
        Limit::Bandwidth => RefusalReason::Bandwidth,
        Limit::TooLong => RefusalReason::TooLong,
    }
}
