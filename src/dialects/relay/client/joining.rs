//! The way into a room: hello, challenge, join, welcome; and again, for as long as it takes.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::clock::{backoff, later, since};
use super::inside::Inside;
use super::naming::{room_of, variant};
use super::session::{Session, Stage};
use super::turn::Turn;
use crate::dialects::relay::frame::{Cookie, FromMember, FromRelay, Refusal, Welcome};
use crate::model::Phrase;
use crate::model::traffic::ConnectionState;
use crate::wire::endpoint::same_endpoint;

/// When a hello or a join is said again, at first and at most.
const AGAIN: Duration = Duration::from_millis(500);
const MAX_AGAIN: Duration = Duration::from_secs(3);
/// A relay that says nothing for so long does not answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Joins with one cookie, which is good for 15 seconds.
const MAX_JOINS: u32 = 4;
/// Hellos after which the name is looked up again: about half a minute.
const HELLOS_PER_LOOKUP: u32 = 10;
/// After a refusal.
const REST: Duration = Duration::from_secs(10);
/// Forms of our name that are tried: whoever finds nine of them taken should choose another.
pub(super) const MAX_TAKEN: u32 = 9;

/// We are asking to be let in.
#[derive(Debug)]
pub(super) struct Asking {
    nonce: u64,
    /// What the relay gave us to prove where we are, and which of its addresses it was.
    cookie: Option<(SocketAddr, Cookie)>,
    hellos: u32,
    joins: u32,
    again: Instant,
    /// The name of the last join.
    name: String,
}

impl Asking {
    pub(super) const fn hurry(&mut self, now: Instant) {
        self.again = now;
    }
}

impl Session {
    /// There is no relay any more, or not yet: asks after `delay`.
    pub(super) fn begin_asking(&mut self, turn: &mut Turn<'_>, delay: Duration) {
        self.stage = Stage::Asking(Asking {
            nonce: turn.chance.next(),
            cookie: None,
            hellos: 0,
            joins: 0,
            again: later(turn.now.mono, delay),
            name: String::new(),
        });
    }

    pub(super) fn asking_deadline(&self, asking: &Asking) -> Instant {
        match self.connection {
            Some(ConnectionState::Down(_)) => asking.again,
            Some(ConnectionState::Seeking | ConnectionState::Up | ConnectionState::Unknown) | None => {
                asking.again.min(later(self.trying, PATIENCE))
            }
        }
    }

    pub(super) fn ask(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        if since(self.trying, now) >= PATIENCE && !matches!(self.connection, Some(ConnectionState::Down(_))) {
            self.down(turn, Phrase::new("relay-no-answer"));
        }
        let Stage::Asking(asking) = &mut self.stage else { return };
        if asking.again > now {
            return;
        }
        if asking.joins >= MAX_JOINS {
            (asking.cookie, asking.joins) = (None, 0);
        }
        if asking.cookie.is_some() { self.say_join(turn) } else { self.say_hello(turn) }
    }

    fn say_hello(&mut self, turn: &mut Turn<'_>) {
        let (Stage::Asking(asking), Some(link)) = (&mut self.stage, self.link) else { return };
        let turns = usize::try_from(asking.hellos).unwrap_or(usize::MAX);
        let place = self.places.get(turns.checked_rem(self.places.len()).unwrap_or(0)).copied();
        asking.again = turn.about(backoff(AGAIN, MAX_AGAIN, asking.hellos));
        asking.hellos = asking.hellos.saturating_add(1);
        if let Some(to) = place {
            turn.send(link, to, &FromMember::Hello { nonce: asking.nonce });
        }
        if asking.hellos.is_multiple_of(HELLOS_PER_LOOKUP) && self.address.literal().is_none() {
            self.look_up(turn);
        }
    }

    fn say_join(&mut self, turn: &mut Turn<'_>) {
        let name = self.wanted_name(turn);
        let (Stage::Asking(asking), Some(link)) = (&mut self.stage, self.link) else { return };
        let Some((to, cookie)) = asking.cookie else { return };
        let (nonce, room) = (asking.nonce, room_of(&self.address));
        let join = FromMember::Join { nonce, cookie, id: self.id, token: self.token, name: &name, room };
        turn.send(link, to, &join);
        asking.again = turn.about(backoff(AGAIN, MAX_AGAIN, asking.joins));
        asking.joins = asking.joins.saturating_add(1);
        asking.name = name;
    }

    pub(super) fn wanted_name(&self, turn: &Turn<'_>) -> String {
        variant(turn.name.unwrap_or_default(), self.taken)
    }

    pub(super) fn datagram(&mut self, turn: &mut Turn<'_>, from: SocketAddr, bytes: &[u8]) {
        let Some(frame) = FromRelay::decode(bytes) else { return };
        match &self.stage {
            Stage::Asking(_) => self.asked(turn, from, frame),
            Stage::In(inside) if same_endpoint(from, inside.at) => self.heard(turn, frame),
            Stage::Idle | Stage::Opening | Stage::Looking { .. } | Stage::Resting { .. } | Stage::In(_) => {}
        }
    }

    /// Something came while we ask.
    fn asked(&mut self, turn: &mut Turn<'_>, from: SocketAddr, frame: FromRelay<'_>) {
        let Stage::Asking(asking) = &mut self.stage else { return };
        match (frame, asking.cookie) {
            (FromRelay::Challenge { nonce, cookie }, before) if nonce == asking.nonce => {
                if let Some(place) = self.places.iter().find(|place| same_endpoint(from, **place)) {
                    asking.cookie = Some((*place, cookie));
                    // One that follows a join says that the cookie was too old: it is for the next.
                    asking.again = if before.is_none() { turn.now.mono } else { asking.again };
                }
            }
            (FromRelay::Welcome(welcome), Some((at, _)))
                if welcome.nonce == asking.nonce && same_endpoint(from, at) =>
            {
                let said = std::mem::take(&mut asking.name);
                self.enter(turn, at, &welcome, &said);
            }
            (FromRelay::Refused { to, number: 0, why }, Some((at, _)))
                if to == asking.nonce && same_endpoint(from, at) =>
            {
                self.refused(turn, why);
            }
            (frame, _) => self.heard_late(turn, from, frame),
        }
    }

    fn refused(&mut self, turn: &mut Turn<'_>, why: Refusal) {
        let Stage::Asking(asking) = &mut self.stage else { return };
        if why == Refusal::NameTaken && self.taken < MAX_TAKEN {
            self.taken = self.taken.saturating_add(1);
            (asking.joins, asking.again) = (0, turn.now.mono);
            return;
        }
        self.taken = 0;
        self.down(turn, phrase_of(why));
        self.rest(turn, REST);
    }

    fn enter(&mut self, turn: &mut Turn<'_>, at: SocketAddr, welcome: &Welcome<'_>, said: &str) {
        // Whoever asks for one room is not put into another without noticing.
        if welcome.room.to_lowercase() != room_of(&self.address).to_lowercase() {
            if let Some(link) = self.link {
                turn.send(link, at, &FromMember::Leave { token: welcome.token });
            }
            return self.refused(turn, Refusal::Other);
        }
        let mut inside = Inside::new(turn, at, welcome);
        if self.wanted_name(turn) != said {
            inside.rename(turn.now.mono);
        }
        self.relay = Some(at);
        self.begin_stream(turn, welcome.stream, welcome.seq);
        self.know(welcome);
        self.stage = Stage::In(inside);
        self.outgoing.hasten(turn.now.mono);
        self.set_connection(turn, ConnectionState::Up);
    }

    pub(super) fn unreachable(&mut self, turn: &mut Turn<'_>, to: SocketAddr) {
        match &mut self.stage {
            Stage::Asking(asking) => {
                let known = self.places.iter().any(|place| same_endpoint(to, *place));
                let tried = usize::try_from(asking.hellos).unwrap_or(usize::MAX);
                if known && tried < self.places.len() {
                    asking.hurry(turn.now.mono);
                } else if known {
                    self.down(turn, Phrase::new("relay-no-answer"));
                }
            }
            Stage::In(inside) if same_endpoint(to, inside.at) => {
                self.lose(turn, Phrase::new("relay-no-answer"));
            }
            Stage::Idle | Stage::Opening | Stage::Looking { .. } | Stage::Resting { .. } | Stage::In(_) => {}
        }
    }

    /// The relay is gone.
    pub(super) fn lose(&mut self, turn: &mut Turn<'_>, why: Phrase) {
        self.interrupt();
        self.trying = turn.now.mono;
        self.down(turn, why);
        let delay = turn.chance.spread(AGAIN);
        self.begin_asking(turn, delay);
    }
}

pub(super) fn phrase_of(why: Refusal) -> Phrase {
    Phrase::new(match why {
        Refusal::Full => "relay-full",
        Refusal::Rooms => "relay-rooms-full",
        Refusal::Rate | Refusal::Bytes | Refusal::Bandwidth => "relay-busy",
        Refusal::NameTaken => "relay-name-taken",
        Refusal::BadName => "relay-bad-name",
        Refusal::TooLong | Refusal::Other => "relay-refused",
    })
}
