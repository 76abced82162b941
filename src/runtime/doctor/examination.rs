//! The checks of this machine, each in a task of its own; what they find comes as it is found.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::JoinSet;

use super::judging::{self, Ourselves, Tried};
use super::plan::{DoctorPlan, WantedPort};
use super::report::{CheckName, Finding, Verdict};
use crate::model::Phrase;
use crate::net::checkup::{
    self, HostInterface, InboundPacket, PortKind, hears_broadcast, hears_large, holders, interfaces,
    receivers, relay_answers,
};

/// What one check may take; whoever waits for a peer as well waits no longer.
const MAX_CHECK: Duration = Duration::from_millis(2_500);
/// Networks on which we ask ourselves. More than a person has.
const MAX_TRIED: usize = 4;

/// Dropping it ends what is still asked.
#[derive(Debug)]
pub struct Examination {
    checks: JoinSet<Finding>,
    /// Interfaces on whose networks everybody is sent a probe.
    pub probed: Vec<String>,
}

impl Examination {
    /// Begins. Must be called inside a tokio runtime.
    pub fn start(plan: &DoctorPlan) -> Self {
        let found = interfaces(plan.interface.as_deref());
        let outside: Vec<HostInterface> = tried(&found, plan.interface.is_some());
        let probed = outside.iter().filter(|card| card.broadcast.is_some() && !card.loopback);
        let probed = probed.map(|card| card.name.clone()).collect();
        let mut checks = JoinSet::new();
        let machine = judging::machine(&found, plan.interface.as_deref());
        checks.spawn(async move { machine });
        let (fault, folders) = (plan.profile_fault.clone(), plan.folders.clone());
        checks.spawn(timed(CheckName::Profile, async move {
            let closed = aside(move || closed(&folders)).await.unwrap_or_default();
            judging::profile(fault.as_ref(), &closed)
        }));
        let (ports, running, messenger) = (plan.ports.clone(), plan.running, plan.messenger);
        checks.spawn(timed(CheckName::Ports, async move {
            let asked: Vec<_> = ports.iter().map(|port| (port.transport, port.at.port())).collect();
            let mut found = aside(move || holders(&asked)).await.flatten();
            if let Some(found) = found.as_mut().filter(|_| !running) {
                // Whoever asks for a script holds a port only for the question.
                found.retain(|one| one.program.as_ref().is_none_or(|it| it.pid != std::process::id()));
            }
            judging::ports(&ports, found.as_deref(), Ourselves { running, messenger })
        }));
        let packets = packets(plan, &outside);
        checks.spawn(timed(CheckName::Firewall, async move {
            judging::firewall(&checkup::firewall(&packets).await)
        }));
        let cards = outside.clone();
        checks.spawn(timed(CheckName::Broadcast, async move {
            let mut tried = Tried::new();
            for card in cards.iter().filter(|card| card.broadcast.is_some()) {
                tried.push((card.name.clone(), hears_broadcast(card).await));
            }
            judging::broadcast(&tried)
        }));
        checks.spawn(timed(CheckName::Large, async move {
            let mut tried = Tried::new();
            for card in outside.iter().filter(|card| !card.addresses.is_empty()) {
                tried.push((card.name.clone(), hears_large(card).await));
            }
            judging::large(&tried, &outside)
        }));
        spawn_peer(&mut checks, plan);
        Self { checks, probed }
    }

    /// What was found next; `None`: all of it has been. Cancel-safe.
    pub async fn next(&mut self) -> Option<Finding> {
        loop {
            match self.checks.join_next().await? {
                Ok(finding) => return Some(finding),
                // A check that failed by itself says nothing of the machine.
                Err(_panicked) => {}
            }
        }
    }
}

/// What can be learned of the peer beside the session: whether a relay answers, and whether a program has a port of this machine.
fn spawn_peer(checks: &mut JoinSet<Finding>, plan: &DoctorPlan) {
    if let Some(relay) = plan.relay.clone() {
        let only = plan.interface.clone();
        checks.spawn(timed(CheckName::Peer, async move {
            judging::relay(&relay, &relay_answers(&relay, only.as_deref()).await)
        }));
    }
    if let Some(peer) = plan.local.clone() {
        checks.spawn(timed(CheckName::Peer, async move {
            let (transport, at) = (peer.transport, peer.at);
            let found = aside(move || receivers(transport, at)).await.flatten();
            judging::local_peer(&peer, found.as_deref())
        }));
    }
}

/// What may ask the disk or the system, where it keeps nobody waiting.
async fn aside<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(act).await.ok()
}

async fn timed(check: CheckName, look: impl Future<Output = Finding> + Send) -> Finding {
    match tokio::time::timeout(MAX_CHECK, look).await {
        Ok(finding) => finding,
        Err(_elapsed) => Finding::new(check, Verdict::Note, vec![Phrase::new("doctor-took-too-long")]),
    }
}

/// The interfaces that lead to people; the loopback interface where a person has named it.
fn tried(cards: &[HostInterface], named: bool) -> Vec<HostInterface> {
    let leads = |card: &&HostInterface| !card.addresses.is_empty() && (named || !card.loopback);
    cards.iter().filter(leads).take(MAX_TRIED).cloned().collect()
}

/// What somebody else would send us. `outside`: the interfaces that lead to people; where there is one alone, it comes by
/// that.
fn packets(plan: &DoctorPlan, outside: &[HostInterface]) -> Vec<InboundPacket> {
    let only = match outside {
        [card] => Some(card.name.clone()),
        _ => None,
    };
    let interface = plan.interface.clone().or(only);
    let (source, scheme) = plan.peer.unzip();
    let meant = |port: &&WantedPort| scheme.is_none_or(|scheme| scheme == port.scheme);
    let packet = |port: &WantedPort, transport| InboundPacket {
        transport,
        port: port.is.unwrap_or(port.at).port(),
        source,
        interface: interface.clone(),
    };
    let mut all: Vec<InboundPacket> = Vec::new();
    for port in plan.ports.iter().filter(meant).filter(|port| port.at.port() != 0) {
        all.push(packet(port, port.transport));
    }
    all.sort_by_key(|one| (one.transport == PortKind::Tcp, one.port));
    all.dedup();
    all
}

/// The folders that we cannot write to.
fn closed(folders: &[PathBuf]) -> Vec<String> {
    let is_closed = |folder: &&PathBuf| folder.exists() && !is_writable(folder);
    folders.iter().filter(is_closed).map(|folder| folder.display().to_string()).collect()
}

/// Whether we may make files there. Nothing is made: whoever watches the folder would see it.
#[cfg(unix)]
pub(in crate::runtime) fn is_writable(folder: &Path) -> bool {
    use rustix::fs::{Access, access};
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
pub(in crate::runtime) fn is_writable(folder: &Path) -> bool {
    folder.metadata().is_ok_and(|found| !found.permissions().readonly())
}
