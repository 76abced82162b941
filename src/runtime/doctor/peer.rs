//! Whether one peer is there, and how it is reached.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::judging::milliseconds;
use super::plan::{LocalPeer, transport};
use super::report::{CheckName, Finding, PEER_SILENT, Remedy, Verdict};
use crate::app::{Conversation, Intent, Reachability, State};
use crate::model::text::plain_line;
use crate::model::traffic::ConnectionState;
use crate::model::{Address, ConversationId, Host, PeerKind, Phrase, WallTime};
use crate::net::checkup::route_to;
use crate::net::registry;
use crate::runtime::history::local;
use crate::runtime::local_zone;

/// What answers at all answers by then.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why it is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerQuestion {
    Asked,
    /// Its dialect has no question that no person would read.
    Unasked,
    /// Another program of ours has the port that the answer would come to.
    Elsewhere,
}

/// One peer under examination.
#[derive(Clone, Debug)]
pub struct PeerCheck {
    conversation: ConversationId,
    question: PeerQuestion,
    begun: Instant,
    interface: Option<String>,
    /// When something was last said there, where the conversation does not know it.
    last: Option<WallTime>,
    local: Option<LocalPeer>,
}

impl PeerCheck {
    /// Begins; what is to be asked of the session comes with it.
    pub fn start(
        place: &Conversation,
        now: Instant,
        interface: Option<String>,
        last: Option<WallTime>,
    ) -> (Self, Option<Intent>) {
        let conversation = place.id;
        let asks = place.address.scheme.caps.asks && !place.is_room();
        let question = if asks { PeerQuestion::Asked } else { PeerQuestion::Unasked };
        let mut check = Self { conversation, question, begun: now, interface, last, local: None };
        check.local = check.local_peer(place);
        (check, asks.then_some(Intent::Ask { conversation }))
    }

    /// It cannot be asked from here.
    #[must_use]
    pub fn elsewhere(mut self) -> Self {
        self.question = PeerQuestion::Elsewhere;
        self
    }

    /// The peer, where nobody can be asked and this machine itself knows: the examination looks for it.
    pub const fn local(&self) -> Option<&LocalPeer> {
        self.local.as_ref()
    }

    fn local_peer(&self, place: &Conversation) -> Option<LocalPeer> {
        if self.asked() || place.is_room() || place.kind == PeerKind::Echo {
            return None;
        }
        let address = place.effective_address();
        let at = address.literal().filter(|at| at.port() != 0)?;
        let is_here = at.ip().is_loopback() || route_to(at.ip(), self.interface.as_deref()) == Some(at.ip());
        let registry = registry();
        let dialect = registry.dialects.iter().find(|one| one.scheme.name == address.scheme.name)?;
        is_here.then(|| LocalPeer {
            name: plain_line(&place.name),
            scheme: address.scheme.name,
            transport: transport(dialect),
            at,
            heard: self.heard(place),
        })
    }

    /// Whether it was sent anything.
    pub fn asked(&self) -> bool {
        self.question == PeerQuestion::Asked
    }

    /// When nobody waits for an answer any more.
    pub fn until(&self) -> Instant {
        self.begun.checked_add(PATIENCE).unwrap_or(self.begun)
    }

    /// What is known now; nothing while an answer may still come.
    pub fn judge(&self, state: &State, now: Instant) -> Option<Vec<Finding>> {
        let place = state.conversation(self.conversation)?;
        let answered = place.status.answered().filter(|at| *at >= self.begun);
        if self.asked() && answered.is_none() && now < self.until() {
            return None;
        }
        let after = answered.map(|at| at.saturating_duration_since(self.begun));
        // Whether a relay is there is asked beside the session, and of a local port the system.
        let is_told = place.address.scheme.caps.rooms || self.local.is_some();
        let there = (!is_told).then(|| self.there(place, after));
        Some(there.into_iter().chain([Self::way(place)]).collect())
    }

    fn there(&self, place: &Conversation, after: Option<Duration>) -> Finding {
        let check = CheckName::Peer;
        let heard = self.heard(place);
        if let Some(after) = after {
            let told = Phrase::new("doctor-peer-answered").text("after", milliseconds(after));
            return Finding::new(check, Verdict::Good, [Some(told), heard].into_iter().flatten().collect());
        }
        let (verdict, told, remedy) = self.silent(place);
        Finding::new(check, verdict, [Some(told), heard].into_iter().flatten().collect()).with(remedy)
    }

    /// What is known of a peer that has not answered, or was not asked.
    fn silent(&self, place: &Conversation) -> (Verdict, Phrase, Option<Remedy>) {
        let address = &place.address;
        if place.kind == PeerKind::Echo {
            return (Verdict::Good, Phrase::new("doctor-peer-inside"), None);
        }
        if let Some(ip) = place_of(place).filter(|ip| route_to(*ip, self.interface.as_deref()).is_none()) {
            let told = Phrase::new("doctor-peer-no-route").text("address", ip.to_string());
            let remedy =
                Remedy::by(Phrase::new("doctor-do-route").text("address", ip.to_string()), "ip route");
            return (Verdict::Bad, told, Some(remedy));
        }
        if place.status.reachability() == Reachability::Unreachable {
            let told = Phrase::new("doctor-peer-unreachable").text("address", address.location());
            let remedy = Phrase::new("doctor-do-start").number("port", address.port);
            return (Verdict::Bad, told, Some(Remedy::told(remedy)));
        }
        match (place.status.connection(), self.question) {
            (Some(ConnectionState::Down(why)), _) => (Verdict::Bad, why.phrase(), Some(Self::remedy(place))),
            (_, PeerQuestion::Asked) => {
                let told = Phrase::new(PEER_SILENT).number("seconds", PATIENCE.as_secs());
                (Verdict::Bad, told, Some(Self::remedy(place)))
            }
            (Some(ConnectionState::Up), _) => (Verdict::Good, Phrase::new("doctor-peer-up"), None),
            (_, PeerQuestion::Elsewhere) => {
                let remedy = Phrase::new("doctor-do-elsewhere");
                let command = format!("/doctor {}", plain_line(&place.name));
                (Verdict::Note, Phrase::new("doctor-peer-elsewhere"), Some(Remedy::by(remedy, command)))
            }
            (_, PeerQuestion::Unasked) => {
                let told = Phrase::new("doctor-peer-unasked").text("scheme", address.scheme.name);
                let remedy = Phrase::new("doctor-do-write").text("name", plain_line(&place.name));
                (Verdict::Note, told, (!place.is_room()).then(|| Remedy::told(remedy)))
            }
        }
    }

    /// What a person can do about a peer that does not answer.
    fn remedy(place: &Conversation) -> Remedy {
        if place_of(place).is_some_and(|ip| ip.is_loopback()) {
            return Remedy::told(Phrase::new("doctor-do-start").number("port", place.address.port));
        }
        let told = Phrase::new("doctor-do-peer").text("name", plain_line(&place.name));
        let told = told.text("address", place.address.location()).number("port", place.address.port);
        match place_of(place) {
            Some(ip) => Remedy::by(told, format!("ping -c 3 {ip}")),
            None => Remedy::told(told),
        }
    }

    /// When it was last heard, and from where.
    fn heard(&self, place: &Conversation) -> Option<Phrase> {
        let said = place.messages().iter().rev().find(|message| message.is_incoming() && !message.is_event());
        let (at, source) = said.map_or((self.last?, None), |message| (message.time, message.source()));
        let from = source.map(|source| source.to_string()).unwrap_or_default();
        let time = local(at, &local_zone()).strftime("%Y-%m-%d %H:%M").to_string();
        let told = Phrase::new("doctor-peer-last").text("time", time).number("sourced", source.is_some());
        Some(told.text("from", from))
    }

    fn way(place: &Conversation) -> Finding {
        let (at, profile) = (place.effective_address(), place.status.profile());
        let known = profile.map(|profile| profile.encoding.as_str()).filter(|label| !label.is_empty());
        let mut finding = way(&at, known);
        let program =
            profile.map(|profile| plain_line(&profile.program)).filter(|program| !program.is_empty());
        finding
            .told
            .extend(program.map(|program| Phrase::new("doctor-way-program").text("program", program)));
        if let Some(ConnectionState::Down(why)) = place.status.connection().filter(|_| place.is_room()) {
            finding.told.push(why.phrase());
        }
        finding
    }
}

/// How a room is reached that nobody is in.
pub fn way_to(room: &Address) -> Finding {
    way(room, None)
}

/// `known`: the encoding that the peer says it writes.
fn way(at: &Address, known: Option<&str>) -> Finding {
    let caps = at.scheme.caps;
    let shown = if at.location().is_empty() { at.to_string() } else { at.location() };
    let encoding = at.option("encoding").or(known).unwrap_or_else(|| at.usual_encoding());
    let told = Phrase::new("doctor-way").text("scheme", at.scheme.name).text("address", shown);
    let told = told.text("encoding", plain_line(encoding).to_uppercase());
    let told = told.text("receipts", if caps.receipts { "yes" } else { "no" });
    let told = told.text("encrypted", if caps.authenticated { "yes" } else { "no" });
    Finding::new(CheckName::Way, Verdict::Note, vec![told])
}

/// Where it is, as far as that is known without asking anybody.
pub fn place_of(place: &Conversation) -> Option<IpAddr> {
    place.status.seen().or_else(|| literal(&place.address)).map(|ip| ip.to_canonical())
}

fn literal(address: &Address) -> Option<IpAddr> {
    match &address.host {
        Host::Ip(ip) => Some(*ip),
        Host::Scoped(..) | Host::Name(_) | Host::Anywhere => None,
    }
    .filter(|_| address.literal().is_some_and(|at: SocketAddr| !at.ip().is_unspecified()))
}
