//! One followed room: its socket, where its relay is, and what stage it is at. How it gets in stands in `joining`, what
//! it does there in `inside`, what it shows in `delivery`.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use super::clock::later;
use super::inside::Inside;
use super::joining::Asking;
use super::outgoing::Outgoing;
use super::roster::Roster;
use super::seen::Seen;
use super::sequence::Sequence;
use super::turn::Turn;
use crate::model::traffic::ConnectionState;
use crate::model::{Address, ConversationId, ErrorCode, Fault, LinkId, MessageId, NetEvent, Now, Phrase};
use crate::wire::endpoint::with_port;
use crate::wire::{Output, SocketSpec};

/// Addresses of one name that are tried in turn.
const MAX_PLACES: usize = 8;
/// A look-up that takes longer counts as failed.
const LOOKUP_LIMIT: Duration = Duration::from_secs(10);
/// After a socket that could not be opened, or a name that was not found.
const REST: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) enum Stage {
    /// Nobody introduced us yet.
    Idle,
    /// A socket was asked for.
    Opening,
    /// The relay's name is looked up.
    Looking {
        until: Instant,
    },
    /// Something failed; then it begins anew.
    Resting {
        until: Instant,
    },
    Asking(Asking),
    In(Inside),
}

#[derive(Debug)]
pub(super) struct Session {
    pub(super) conversation: ConversationId,
    pub(super) address: Address,
    /// The socket, when it is open or asked for.
    pub(super) link: Option<LinkId>,
    /// This machine does not open sockets for both families.
    only_v4: bool,
    /// Where the relay may be.
    pub(super) places: Vec<SocketAddr>,
    pub(super) stage: Stage,
    pub(super) connection: Option<ConnectionState>,
    /// Since when there is no relay.
    pub(super) trying: Instant,
    /// The relay that let us in last.
    pub(super) relay: Option<SocketAddr>,
    /// Our place in the present life of the room.
    pub(super) index: Option<u32>,
    /// What the relay knows us by. We choose it, so that a join that comes twice is still one member.
    pub(super) id: u64,
    /// The proof that the id is ours; 0: none yet.
    pub(super) token: u64,
    /// So many forms of our name were taken.
    pub(super) taken: u32,
    pub(super) sequence: Option<Sequence>,
    pub(super) roster: Roster,
    pub(super) seen: Seen,
    /// Since when a message waits for the name of its sender.
    pub(super) nameless: Option<Instant>,
    pub(super) outgoing: Outgoing,
}

impl Session {
    /// `id` is one that nobody else has, and not 0.
    pub(super) fn new(now: Now, conversation: ConversationId, address: Address, id: u64) -> Self {
        Self {
            conversation,
            address,
            link: None,
            only_v4: false,
            places: Vec::new(),
            stage: Stage::Idle,
            connection: None,
            trying: now.mono,
            relay: None,
            index: None,
            id,
            token: 0,
            taken: 0,
            sequence: None,
            roster: Roster::default(),
            seen: Seen::default(),
            nameless: None,
            outgoing: Outgoing::default(),
        }
    }

    pub(super) const fn link(&self) -> Option<LinkId> {
        self.link
    }

    pub(super) fn carries(&self, message: MessageId) -> bool {
        self.outgoing.contains(message)
    }

    pub(super) fn accept(&mut self, turn: &Turn<'_>, message: MessageId, text: &str) -> Result<(), Fault> {
        self.outgoing.push(turn.now.mono, message, text.as_bytes().into())
    }

    pub(super) fn set_connection(&mut self, turn: &mut Turn<'_>, connection: ConnectionState) {
        if self.connection.as_ref() != Some(&connection) {
            self.connection = Some(connection.clone());
            turn.report(NetEvent::Connection { conversation: self.conversation, connection });
        }
    }

    pub(super) fn down(&mut self, turn: &mut Turn<'_>, why: Phrase) {
        self.set_connection(turn, ConnectionState::Down(why));
    }

    pub(super) fn rest(&mut self, turn: &mut Turn<'_>, by: Duration) {
        self.stage = Stage::Resting { until: turn.about(by) };
    }
}

// Time.
impl Session {
    pub(super) fn deadline(&self) -> Option<Instant> {
        let stage = match &self.stage {
            Stage::Idle | Stage::Opening => None,
            Stage::Looking { until } | Stage::Resting { until } => Some(*until),
            Stage::Asking(asking) => Some(self.asking_deadline(asking)),
            Stage::In(inside) => Some(self.inside_deadline(inside)),
        };
        stage.into_iter().chain(self.outgoing.expiry()).min()
    }

    /// Does whatever is due, and whatever the last input has made possible.
    pub(super) fn advance(&mut self, turn: &mut Turn<'_>) {
        // First, since the message behind one that failed may go out at once.
        self.expire(turn);
        match &self.stage {
            Stage::Idle if turn.name.is_some() => self.begin(turn),
            Stage::Resting { until } if *until <= turn.now.mono => self.begin(turn),
            Stage::Looking { until } if *until <= turn.now.mono => self.not_found(turn),
            Stage::Asking(_) => self.ask(turn),
            Stage::In(_) => self.stay(turn),
            Stage::Idle | Stage::Opening | Stage::Looking { .. } | Stage::Resting { .. } => {}
        }
    }

    /// Answers for the messages whose time is over. Those that the relay has are sent, even when their place among
    /// the others is not known yet.
    fn expire(&mut self, turn: &mut Turn<'_>) {
        while let Some(letter) = self.outgoing.expired(turn.now.mono) {
            if letter.taken {
                self.hand(turn, letter);
            } else {
                let fault = if letter.number == 0 { Fault::Unreached } else { Fault::NoAnswer };
                turn.report(NetEvent::Failed { message: letter.message, fault });
            }
        }
    }
}

// The socket, and where the relay is.
impl Session {
    /// The next thing that is wanting: the socket, the address, or an answer.
    fn begin(&mut self, turn: &mut Turn<'_>) {
        if self.connection.is_none() {
            self.trying = turn.now.mono;
            self.set_connection(turn, ConnectionState::Seeking);
        }
        if self.link.is_none() {
            return self.open(turn);
        }
        self.places = self.address.literal().map_or_else(|| std::mem::take(&mut self.places), |at| vec![at]);
        if self.places.is_empty() {
            self.stage = Stage::Looking { until: later(turn.now.mono, LOOKUP_LIMIT) };
            self.look_up(turn);
        } else {
            self.begin_asking(turn, Duration::ZERO);
            self.ask(turn);
        }
    }

    fn open(&mut self, turn: &mut Turn<'_>) {
        let link = turn.links.give();
        let ip = if self.only_v4 { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = SocketSpec { at: SocketAddr::new(ip, 0), shared: false, broadcast: false, hops: 1 };
        self.link = Some(link);
        self.stage = Stage::Opening;
        turn.outbox.push_back(Output::Open { link, socket });
    }

    pub(super) fn socket_up(&mut self, turn: &mut Turn<'_>) {
        if matches!(self.stage, Stage::Opening) {
            self.begin(turn);
        }
    }

    pub(super) fn socket_down(&mut self, turn: &mut Turn<'_>, code: Option<ErrorCode>) {
        self.link = None;
        self.interrupt();
        // A machine without IPv6 opens the other kind; what both refuse is said.
        self.only_v4 = matches!(self.stage, Stage::Opening) && !self.only_v4;
        if self.only_v4 {
            return self.open(turn);
        }
        let why = Phrase::new("relay-no-socket").text("code", code.as_ref().map_or("", ErrorCode::as_str));
        self.down(turn, why);
        self.rest(turn, REST);
    }

    pub(super) fn look_up(&self, turn: &mut Turn<'_>) {
        let (host, port) = (self.address.host.to_string(), self.address.port);
        turn.outbox.push_back(Output::Resolve { conversation: self.conversation, host, port });
    }

    pub(super) fn resolved(&mut self, turn: &mut Turn<'_>, host: &str, found: &[SocketAddr]) {
        if self.address.host.to_string() != host || self.address.literal().is_some() {
            return;
        }
        let port = self.address.port;
        let usable = found.iter().filter(|at| !at.ip().is_unspecified());
        let places: Vec<SocketAddr> = usable.map(|at| with_port(*at, port)).take(MAX_PLACES).collect();
        // A name that is not found again just now is still where it was.
        if !places.is_empty() {
            self.places = places;
        }
        match &self.stage {
            Stage::Looking { .. } if self.places.is_empty() => self.not_found(turn),
            Stage::Looking { .. } => self.begin(turn),
            Stage::Idle | Stage::Opening | Stage::Resting { .. } | Stage::Asking(_) | Stage::In(_) => {}
        }
    }

    fn not_found(&mut self, turn: &mut Turn<'_>) {
        let why = Fault::NameNotFound { host: self.address.host.to_string() };
        self.down(turn, why.phrase());
        self.rest(turn, REST);
    }
}

// Orders, and what the machine tells.
impl Session {
    /// The contact has another address now. What nobody was told yet is said there.
    pub(super) fn move_to(&mut self, turn: &mut Turn<'_>, address: Address) {
        self.part(turn);
        let fresh = Self::new(turn.now, self.conversation, address, turn.chance.id());
        let before = std::mem::replace(self, fresh);
        let mut outgoing = before.outgoing;
        while let Some(letter) = outgoing.remove_said() {
            let fault = Fault::NoAnswer;
            turn.report(NetEvent::Failed { message: letter.message, fault });
        }
        self.outgoing = outgoing;
    }

    /// The contact is forgotten.
    pub(super) fn close(&mut self, turn: &mut Turn<'_>) {
        self.part(turn);
        while let Some(letter) = self.outgoing.remove_first() {
            turn.report(NetEvent::Failed { message: letter.message, fault: Fault::NoSuchPeer });
        }
        // Nothing follows from it any more.
        self.stage = Stage::Opening;
    }

    /// Leaves the room and closes the socket.
    fn part(&mut self, turn: &mut Turn<'_>) {
        self.leave(turn);
        self.hand_taken(turn);
        if let Some(link) = self.link.take() {
            turn.outbox.push_back(Output::Close { link });
        }
    }

    pub(super) fn interfaces_changed(&mut self, turn: &mut Turn<'_>) {
        match &mut self.stage {
            Stage::In(inside) => inside.alive.hurry(turn.now.mono),
            Stage::Asking(asking) => asking.hurry(turn.now.mono),
            Stage::Resting { until } => *until = turn.now.mono,
            Stage::Idle | Stage::Opening | Stage::Looking { .. } => {}
        }
    }

    pub(super) fn renamed(&mut self, turn: &mut Turn<'_>) {
        self.taken = 0;
        if let Stage::In(inside) = &mut self.stage {
            inside.rename(turn.now.mono);
        }
    }
}
