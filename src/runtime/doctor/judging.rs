//! What the facts of a machine mean. Pure: facts in, a finding out.

use std::net::IpAddr;
use std::time::Duration;

use super::advice;
use super::plan::{LocalPeer, WantedPort};
use super::report::{CheckName, Finding, PEER_SILENT, Remedy, Verdict};
use crate::model::{Address, Phrase};
use crate::net::checkup::{
    Firewall, FirewallVerdict, HostInterface, LARGEST, PortHolder, Program, RELAY_PATIENCE, ReachError,
    RelayError,
};

/// Interfaces that are told of one by one; the rest are counted.
const MAX_TOLD: usize = 6;
/// Bytes of headers before the first byte of a datagram of IPv4 (RFC 791, RFC 768).
const HEADERS: u32 = 28;

pub(super) fn machine(cards: &[HostInterface], only: Option<&str>) -> Finding {
    let check = CheckName::Machine;
    if cards.is_empty() {
        let told = only.map_or_else(
            || Phrase::new("doctor-no-interface"),
            |name| Phrase::new("doctor-no-such-interface").text("name", name),
        );
        return Finding::new(check, Verdict::Bad, vec![told.clone()])
            .with(Some(Remedy::by(Phrase::new("doctor-do-network"), "ip address")));
    }
    let outside: Vec<_> = cards.iter().filter(|card| !card.loopback).collect();
    let shown: Vec<&HostInterface> =
        if outside.is_empty() { cards.iter().collect() } else { outside.clone() };
    let mut told: Vec<Phrase> = shown.iter().take(MAX_TOLD).map(|card| card_told(card)).collect();
    let more = shown.len().saturating_sub(MAX_TOLD);
    if more > 0 {
        told.push(Phrase::new("doctor-more-interfaces").number("count", more));
    }
    if only.is_some() && outside.is_empty() {
        told.push(Phrase::new("doctor-only-loopback"));
        return Finding::new(check, Verdict::Note, told);
    }
    if outside.iter().all(|card| card.addresses.is_empty()) {
        told.push(Phrase::new("doctor-no-network"));
        return Finding::new(check, Verdict::Bad, told)
            .with(Some(Remedy::by(Phrase::new("doctor-do-network"), "ip address")));
    }
    Finding::new(check, Verdict::Good, told)
}

fn card_told(card: &HostInterface) -> Phrase {
    if card.addresses.is_empty() {
        return Phrase::new("doctor-card-empty").text("name", &*card.name);
    }
    let link_local = |address: &IpAddr| matches!(address, IpAddr::V6(six) if six.is_unicast_link_local());
    let all = || card.addresses.iter();
    // Such an address says nothing to a person, unless there is no other.
    let some = all().any(|(address, _)| !link_local(address));
    let shown = all().filter(|(address, _)| !some || !link_local(address));
    let addresses: Vec<String> = shown.map(|(address, prefix)| format!("{address}/{prefix}")).collect();
    let told = Phrase::new("doctor-card").text("name", &*card.name).text("addresses", addresses.join(" "));
    told.number("mtu", card.mtu.unwrap_or_default())
}

pub(super) fn profile(fault: Option<&Phrase>, closed: &[String]) -> Finding {
    let check = CheckName::Profile;
    if let Some(fault) = fault {
        return Finding::new(check, Verdict::Bad, vec![fault.clone()])
            .with(Some(Remedy::told(Phrase::new("doctor-do-settings"))));
    }
    let Some(path) = closed.first() else {
        return Finding::new(check, Verdict::Good, vec![Phrase::new("doctor-profile-good")]);
    };
    let told = Phrase::new("doctor-profile-closed").text("path", &**path);
    let remedy = Remedy::by(
        Phrase::new("doctor-do-profile").text("path", &**path),
        format!("sudo chown -R \"$USER\" {}", advice::quoted(path)),
    );
    Finding::new(check, Verdict::Bad, vec![told]).with(Some(remedy))
}

/// Whose sockets are ours.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ourselves {
    /// It is the messenger that asks.
    pub running: bool,
    /// The process of the messenger.
    pub messenger: Option<u32>,
}

impl Ourselves {
    fn have(self, program: &Program) -> bool {
        Some(program.pid) == self.messenger
    }
}

/// `holders`: `None` where the system does not tell.
pub(super) fn ports(ports: &[WantedPort], holders: Option<&[PortHolder]>, ours: Ourselves) -> Finding {
    let check = CheckName::Ports;
    let mut worst = Verdict::Good;
    let (mut told, mut remedy) = (Vec::new(), None);
    for port in ports {
        let (verdict, phrase) = port_told(port, holders, ours);
        if verdict > worst {
            worst = verdict;
            remedy = Some(advice::about_port(port, holder_of(port, holders, ours), ours.running));
        }
        told.push(phrase);
    }
    if ports.is_empty() {
        told.push(Phrase::new("doctor-ports-off"));
        worst = Verdict::Note;
    }
    Finding::new(check, worst, told).with(remedy)
}

/// Somebody else who has the port.
fn holder_of<'a>(
    port: &WantedPort,
    holders: Option<&'a [PortHolder]>,
    ours: Ourselves,
) -> Option<&'a PortHolder> {
    let theirs = |one: &&PortHolder| {
        (one.transport, one.port) == (port.transport, port.at.port())
            && one.program.as_ref().is_none_or(|program| !ours.have(program))
    };
    holders?.iter().find(theirs)
}

fn port_told(port: &WantedPort, holders: Option<&[PortHolder]>, ours: Ourselves) -> (Verdict, Phrase) {
    let number = port.at.port();
    let other = holder_of(port, holders, ours);
    let named = other.and_then(|one| one.program.as_ref());
    let phrase = |key| {
        let phrase = Phrase::new(key).number("port", number).text("scheme", port.scheme);
        let phrase = phrase.text("program", named.map_or("", |program| &*program.name));
        phrase.number("pid", named.map_or(0, |program| program.pid))
    };
    let running = ours.running;
    let held = holders.is_some_and(|all| {
        all.iter().any(|one| {
            (one.transport, one.port) == (port.transport, number)
                && one.program.as_ref().is_some_and(|program| ours.have(program))
        })
    });
    match (running, port.is.map(|is| is.port()), other) {
        (true, Some(is), None) if is == number => (Verdict::Good, phrase("doctor-port-ours")),
        (true, Some(is), Some(_)) if is == number => (Verdict::Good, phrase("doctor-port-shared")),
        (true, Some(is), _) => (Verdict::Warning, phrase("doctor-port-moved").number("instead", is)),
        (true, None, None) if port.code.is_some() => {
            let code = port.code.as_ref().map_or("", |code| code.as_str());
            (Verdict::Bad, phrase("doctor-port-refused").text("code", code))
        }
        (true, None, None) => (Verdict::Note, phrase("doctor-port-off")),
        (false, _, Some(_)) if held || port.shared => (Verdict::Good, phrase("doctor-port-shared")),
        (false, _, Some(_)) if port.moves => (Verdict::Warning, phrase("doctor-port-moves")),
        (true, None, Some(_)) | (false, _, Some(_)) => (Verdict::Bad, phrase("doctor-port-taken")),
        (false, _, None) if held => (Verdict::Good, phrase("doctor-port-ours")),
        (false, _, None) => (Verdict::Good, phrase("doctor-port-free")),
    }
}

pub(super) fn firewall(firewall: &Firewall) -> Finding {
    let check = CheckName::Firewall;
    let note = |key, tool: &'static str| {
        Finding::new(check, Verdict::Note, vec![Phrase::new(key).text("tool", tool)])
    };
    let verdicts = match firewall {
        Firewall::NoTool => return note("doctor-firewall-no-tool", ""),
        Firewall::Denied { tool } => return note("doctor-firewall-denied", tool),
        Firewall::Unclear { tool } => return note("doctor-firewall-unclear", tool),
        Firewall::Read(verdicts) => verdicts,
    };
    let dropped: Vec<_> =
        verdicts.iter().filter(|one| matches!(one.verdict, FirewallVerdict::Dropped(_))).collect();
    if let Some(FirewallVerdict::Dropped(chain)) = dropped.first().map(|one| &one.verdict) {
        let ports = dropped.iter().map(|one| (one.packet.transport, one.packet.port));
        let ports: Vec<_> = ports.collect();
        let key = if chain.policy { "doctor-firewall-policy" } else { "doctor-firewall-drops" };
        let told = Phrase::new(key).text("tool", chain.tool).text("ports", advice::named_ports(&ports));
        let told =
            told.text("table", format!("{} {}", chain.family, chain.table)).text("chain", &*chain.chain);
        return Finding::new(check, Verdict::Warning, vec![told])
            .with(Some(advice::about_firewall(chain, &ports)));
    }
    let unsure = verdicts.iter().find_map(|one| match &one.verdict {
        FirewallVerdict::Unsure(chain) => Some(chain),
        FirewallVerdict::LetIn | FirewallVerdict::Dropped(_) => None,
    });
    match unsure {
        Some(chain) => note("doctor-firewall-unsure", chain.tool),
        None => Finding::new(check, Verdict::Good, vec![Phrase::new("doctor-firewall-good")]),
    }
}

/// What was tried on each interface.
pub(super) type Tried = Vec<(String, Result<Duration, ReachError>)>;

pub(super) fn broadcast(tried: &Tried) -> Finding {
    let check = CheckName::Broadcast;
    if tried.is_empty() {
        return Finding::new(check, Verdict::Note, vec![Phrase::new("doctor-broadcast-none")]);
    }
    let told = tried.iter().map(|(name, result)| reach_told("doctor-broadcast", name, result)).collect();
    let failed = tried.iter().find_map(|(name, result)| Some((name, result.as_ref().err()?)));
    let heard = tried.iter().any(|(_, result)| result.is_ok());
    match failed {
        None => Finding::new(check, Verdict::Good, told),
        Some((name, _)) => {
            // One network of several is not what a person asks about, most of the time.
            let verdict = if heard { Verdict::Note } else { Verdict::Warning };
            Finding::new(check, verdict, told).with(Some(advice::about_broadcast(name)))
        }
    }
}

fn reach_told(stem: &'static str, name: &str, result: &Result<Duration, ReachError>) -> Phrase {
    let key = |good, silent, refused| match result {
        Ok(_) => good,
        Err(ReachError::Silence | ReachError::NoAddress) => silent,
        Err(ReachError::Refused(_)) => refused,
    };
    let key = if stem == "doctor-broadcast" {
        key("doctor-broadcast-heard", "doctor-broadcast-silent", "doctor-broadcast-refused")
    } else {
        key("doctor-large-good", "doctor-large-silent", "doctor-large-refused")
    };
    let code = match result {
        Err(ReachError::Refused(code)) => code.as_str(),
        Ok(_) | Err(ReachError::Silence | ReachError::NoAddress) => "",
    };
    let after = result.as_ref().map_or(Duration::ZERO, |after| *after);
    Phrase::new(key).text("name", name).text("after", milliseconds(after)).text("code", code)
}

/// `65,507`.
fn thousands(number: usize) -> String {
    let (thousands, rest) = (number.div_euclid(1_000), number.rem_euclid(1_000));
    if thousands == 0 { rest.to_string() } else { format!("{thousands},{rest:03}") }
}

/// `0.4`: what a person compares.
pub(in crate::runtime) fn milliseconds(time: Duration) -> String {
    let tenths = time.as_micros().div_euclid(100);
    format!("{}.{}", tenths.div_euclid(10), tenths.rem_euclid(10))
}

/// `cards`: those that were tried, for how a datagram leaves there.
pub(super) fn large(tried: &Tried, cards: &[HostInterface]) -> Finding {
    let check = CheckName::Large;
    let Some(worst) = tried.iter().max_by_key(|(_, result)| result.is_err()) else {
        return Finding::new(check, Verdict::Note, vec![Phrase::new("doctor-large-none")]);
    };
    if worst.1.is_err() {
        let told = reach_told("doctor-large", &worst.0, &worst.1);
        return Finding::new(check, Verdict::Warning, vec![told])
            .with(Some(Remedy::told(Phrase::new("doctor-do-large"))));
    }
    let mut told = vec![Phrase::new("doctor-large-good").text("bytes", thousands(LARGEST))];
    for card in cards {
        let part = card.mtu.and_then(|mtu| mtu.checked_sub(HEADERS)).filter(|part| *part > 0);
        let parts = part.and_then(|part| u32::try_from(LARGEST).ok().map(|bytes| bytes.div_ceil(part)));
        if let Some(parts) = parts.filter(|parts| *parts > 1) {
            told.push(Phrase::new("doctor-large-parts").text("name", &*card.name).number("parts", parts));
        }
    }
    Finding::new(check, Verdict::Good, told)
}

/// A relay that was asked whether it is there.
pub(super) fn relay(address: &Address, result: &Result<Duration, RelayError>) -> Finding {
    let check = CheckName::Peer;
    let at = || Address { room: String::new(), ..address.clone() }.location();
    let bad = |told: Phrase, remedy| Finding::new(check, Verdict::Bad, vec![told]).with(Some(remedy));
    match result {
        Ok(after) => {
            let told = Phrase::new("doctor-peer-answered").text("after", milliseconds(*after));
            Finding::new(check, Verdict::Good, vec![told])
        }
        Err(RelayError::Unknown) => bad(
            Phrase::new("doctor-peer-no-name").text("name", address.host.to_string()),
            Remedy::told(Phrase::new("doctor-do-name").text("name", address.host.to_string())),
        ),
        Err(RelayError::Unsent) => bad(
            Phrase::new("doctor-peer-no-route").text("address", at()),
            Remedy::by(Phrase::new("doctor-do-route").text("address", at()), "ip route"),
        ),
        Err(RelayError::Unreachable) => bad(
            Phrase::new("doctor-peer-unreachable").text("address", at()),
            Remedy::by(Phrase::new("doctor-do-start-relay"), format!("udpqq relay {}", address.port)),
        ),
        Err(RelayError::Silence) => bad(
            Phrase::new(PEER_SILENT).number("seconds", RELAY_PATIENCE.as_secs()),
            Remedy::told(Phrase::new("doctor-do-relay").text("address", at()).number("port", address.port)),
        ),
    }
}

/// A peer on this machine. `receivers`: who takes what is sent there; `None` where the system does not tell.
pub(super) fn local_peer(peer: &LocalPeer, receivers: Option<&[PortHolder]>) -> Finding {
    let (verdict, told, remedy) = match receivers {
        None => (
            Verdict::Note,
            Phrase::new("doctor-peer-unasked").text("scheme", peer.scheme),
            Some(Phrase::new("doctor-do-write").text("name", &*peer.name)),
        ),
        Some([]) => (
            Verdict::Bad,
            Phrase::new("doctor-peer-unreachable").text("address", peer.at.to_string()),
            Some(Phrase::new("doctor-do-start").number("port", peer.at.port())),
        ),
        Some([first, ..]) => {
            let program = first.program.as_ref();
            let told = Phrase::new("doctor-peer-listens").text("address", peer.at.to_string());
            let told = told.text("program", program.map_or("", |program| &*program.name));
            (Verdict::Good, told.number("pid", program.map_or(0, |program| program.pid)), None)
        }
    };
    let told = [Some(told), peer.heard.clone()].into_iter().flatten().collect();
    Finding::new(CheckName::Peer, verdict, told).with(remedy.map(Remedy::told))
}
