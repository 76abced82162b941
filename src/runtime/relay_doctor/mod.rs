//! Whether a relay with these settings could do its work: what its cluster, its file and its port say, a finding each.
//!
//! Nothing is made or changed but tries in the log of a cluster, which go by themselves. What is found has the form of the
//! messenger's own doctor ([`super::doctor`]).

#[cfg(feature = "nats")]
mod cluster;
mod rooms;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use tokio::sync::mpsc;

use super::doctor::{CheckName, Finding, Remedy, Verdict};
use super::parse_address;
use super::profile::{Config, Profile};
use super::relay::{RelayArgs, SCHEME};
use crate::model::{ClusterSettings, ListenSetting, Phrase};
use crate::net::checkup::{PortKind, RelayError, holders, relay_answers};
use crate::net::registry;

/// The profile of a relay, and its settings. A service may have none, unless it is named.
#[derive(Debug, Default)]
pub struct ExaminedProfile {
    profile: Option<Profile>,
    pub config: Config,
}

impl ExaminedProfile {
    pub fn open(named: Option<&Path>) -> Result<Self, Phrase> {
        let profile = match Profile::open_existing(named) {
            Ok(profile) => profile,
            Err(error) if named.is_some() => return Err(error.phrase()),
            Err(_no_home) => return Ok(Self::default()),
        };
        let config = profile.load_config().map_err(|error| error.phrase())?.value;
        Ok(Self { profile: Some(profile), config })
    }
}

/// Tells what it finds, in the order in which a person would look.
pub async fn examine_relay(
    examined: ExaminedProfile,
    wanted: RelayArgs,
    found: mpsc::Sender<Finding>,
) -> Result<(), Phrase> {
    let ExaminedProfile { profile, config } = examined;
    let (cluster, retention) =
        (wanted.cluster.or(config.relay.cluster.clone()), wanted.retention.or(config.relay.retention));
    if cluster.lacks_servers() {
        return Err(Phrase::new("relay-cluster-unnamed"));
    }
    let history = wanted.history || config.relay.history;
    // Whoever takes what is found waits for the end of it.
    let tell = |finding| found.send(finding);
    if !cluster.servers.is_empty() {
        look_at_cluster(&cluster, retention, &found).await;
    }
    if history && let Some(profile) = &profile {
        for finding in rooms::examine(profile, retention).await {
            let _heard = tell(finding).await;
        }
    }
    let listen = wanted.listen.or_else(|| config.listen.get(SCHEME)).or_else(|| registry().server(SCHEME));
    if let Some(finding) = port(listen, wanted.interface.as_deref()).await {
        let _heard = tell(finding).await;
    }
    Ok(())
}

#[cfg(feature = "nats")]
async fn look_at_cluster(
    settings: &ClusterSettings,
    retention: crate::model::RetentionSettings,
    found: &mpsc::Sender<Finding>,
) {
    cluster::examine(settings, retention, found).await;
}

#[cfg(not(feature = "nats"))]
async fn look_at_cluster(
    _settings: &ClusterSettings,
    _retention: crate::model::RetentionSettings,
    found: &mpsc::Sender<Finding>,
) {
    let told = vec![Phrase::new("relay-no-nats")];
    let remedy = Remedy::by(Phrase::new("doctor-do-build"), "cargo build --release --features nats");
    let finding = Finding::new(CheckName::Servers, Verdict::Bad, told).with(Some(remedy));
    let _heard = found.send(finding).await;
}

/// Whether the relay answers at its port, and otherwise who does.
async fn port(listen: Option<ListenSetting>, interface: Option<&str>) -> Option<Finding> {
    let at = listen.and_then(ListenSetting::address)?;
    // Any free port: nobody knows which.
    if at.port() == 0 {
        return None;
    }
    let here = match at.ip() {
        IpAddr::V4(four) if four.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(six) if six.is_unspecified() => {
            if interface == Some("lo") {
                Ipv4Addr::LOCALHOST.into()
            } else {
                Ipv6Addr::LOCALHOST.into()
            }
        }
        IpAddr::V4(_) | IpAddr::V6(_) => at.ip(),
    };
    let place = std::net::SocketAddr::new(here, at.port());
    let address = parse_address(&format!("{SCHEME}://{place}")).ok()?;
    let check = CheckName::RelayPort;
    let told = |key| Phrase::new(key).text("address", place.to_string()).number("port", at.port());
    let bad = |told, remedy| Some(Finding::new(check, Verdict::Bad, vec![told]).with(Some(remedy)));
    let start = || Remedy::by(Phrase::new("doctor-do-start-relay"), format!("udpqq {SCHEME} {at}"));
    let Err(error) = relay_answers(&address, interface).await else {
        return Some(Finding::new(check, Verdict::Good, vec![told("doctor-relay-answers")]));
    };
    if matches!(error, RelayError::Unreachable) {
        return bad(told("doctor-peer-unreachable"), start());
    }
    let number = at.port();
    let held = tokio::task::spawn_blocking(move || holders(&[(PortKind::Udp, number)])).await.ok().flatten();
    match held.unwrap_or_default().into_iter().next().map(|holder| holder.program) {
        Some(program) => {
            let pid = program.as_ref().map_or(0, |program| program.pid);
            let name = program.map(|program| program.name).unwrap_or_default();
            let told =
                told("doctor-port-taken").text("program", name).number("pid", pid).text("scheme", SCHEME);
            bad(
                told,
                Remedy::by(
                    Phrase::new("doctor-do-port-whose").number("port", number),
                    format!("sudo ss -lunp sport = :{number}"),
                ),
            )
        }
        None => bad(told("doctor-relay-silent"), start()),
    }
}
