//! A relay's part in a cluster, where the program has it built in (`--features nats`).

use crate::model::{ClusterSettings, Phrase, RetentionSettings};
use crate::net::relay::BackplanePort;
#[cfg(feature = "nats")]
use crate::net::relay::nats::{NatsBackplane, NatsLog, NatsPermissions, NatsServers, NatsSetup};

/// Before all names where nothing else is said.
#[cfg(feature = "nats")]
const PREFIX: &str = "udpqq";

/// The part while the relay runs.
#[cfg(feature = "nats")]
#[derive(Debug)]
pub(super) struct RelayCluster {
    backplane: NatsBackplane,
    setup: NatsSetup,
}

/// There is none.
#[cfg(not(feature = "nats"))]
#[derive(Debug)]
pub(super) enum RelayCluster {}

#[cfg(not(feature = "nats"))]
impl RelayCluster {
    /// A program for one person has no use for it, and would be half as large again.
    pub(super) fn open(
        _settings: &ClusterSettings,
        _retention: RetentionSettings,
    ) -> impl Future<Output = Result<(Self, BackplanePort), Phrase>> {
        std::future::ready(Err(Phrase::new("relay-no-nats")))
    }

    pub(super) fn phrase(&self) -> Phrase {
        match *self {}
    }

    pub(super) fn finish(self) -> std::future::Ready<()> {
        match self {}
    }
}

#[cfg(feature = "nats")]
impl RelayCluster {
    /// Connects, makes the log or compares it, and begins.
    pub(super) async fn open(
        settings: &ClusterSettings,
        retention: RetentionSettings,
    ) -> Result<(Self, BackplanePort), Phrase> {
        let setup = setup(settings, retention);
        let opened = NatsBackplane::open(&setup).await;
        let (backplane, port) = opened.map_err(|error| error.phrase())?;
        Ok((Self { backplane, setup }, port))
    }

    /// Where what is said is kept.
    pub(super) fn phrase(&self) -> Phrase {
        cluster_phrase("relay-cluster", &self.setup)
    }

    /// Waits until what was asked for is done. The relay has to have ended.
    pub(super) async fn finish(self) {
        self.backplane.join().await;
    }
}

/// A sentence with the names of the servers and the prefix.
#[cfg(feature = "nats")]
pub(super) fn cluster_phrase(key: &'static str, setup: &NatsSetup) -> Phrase {
    let servers = setup.servers.addresses.join(", ");
    Phrase::new(key).text("servers", servers).text("prefix", &setup.prefix)
}

#[cfg(feature = "nats")]
pub(super) fn setup(settings: &ClusterSettings, retention: RetentionSettings) -> NatsSetup {
    use std::time::Duration;

    use crate::model::KeepPeriod;

    let ClusterSettings { servers, ca, creds, nkey, prefix, replicas, shards, public: _ } = settings.clone();
    NatsSetup {
        servers: NatsServers { addresses: servers, ca, creds, nkey },
        prefix: prefix.unwrap_or_else(|| PREFIX.to_owned()),
        shards: shards.unwrap_or(1),
        log: NatsLog {
            replicas,
            keep: retention.age.map(|age| age.bound().map_or(Duration::ZERO, KeepPeriod::duration)),
            keep_messages: retention.messages.map(|messages| messages.bound().unwrap_or(0)),
            keep_bytes: retention.bytes.map(|bytes| bytes.bound().unwrap_or(0)),
        },
    }
}

/// What a relay, or an archive, has to be permitted at the servers, line by line, as it stands in their settings.
#[cfg(feature = "nats")]
pub fn permissions(
    prefix: Option<&str>,
    shards: Option<u16>,
    is_archive: bool,
) -> Result<Vec<String>, Phrase> {
    let of = if is_archive { NatsPermissions::of_archive } else { NatsPermissions::of };
    let permissions = of(prefix.unwrap_or(PREFIX), shards.unwrap_or(1));
    permissions.map(|permissions| permissions.snippet()).map_err(|error| error.phrase())
}

#[cfg(not(feature = "nats"))]
pub fn permissions(
    _prefix: Option<&str>,
    _shards: Option<u16>,
    _is_archive: bool,
) -> Result<Vec<String>, Phrase> {
    Err(Phrase::new("relay-no-nats"))
}

/// A server that is spoken to without encryption though it is on another machine.
pub(super) fn spoken_to_in_plain(settings: &ClusterSettings) -> Option<&str> {
    let in_plain = |server: &&String| {
        let Some((scheme, place)) = server.split_once("://") else { return true };
        let host = match place.strip_prefix('[') {
            Some(host) => host.split(']').next(),
            None => place.split([':', '/']).next(),
        };
        let host = host.unwrap_or_default();
        let is_local = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        scheme != "tls" && !is_local
    };
    settings.servers.iter().find(in_plain).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_speaks_in_plain_to_another_machine_is_told() {
        let plain = |servers: &str| {
            let servers = ClusterSettings::parse_servers(servers);
            let settings = ClusterSettings { servers, ..ClusterSettings::default() };
            spoken_to_in_plain(&settings).map(str::to_owned)
        };
        for local in
            ["nats://127.0.0.1:4222,[::1]:4223", "localhost", "tls://n1.example,n2.example", "127.8.9.1"]
        {
            assert_eq!(plain(local), None, "{local}");
        }
        assert_eq!(plain("tls://a,nats://10.0.0.1:4222").as_deref(), Some("nats://10.0.0.1:4222"));
        assert_eq!(plain("[2001:db8::1]").as_deref(), Some("nats://[2001:db8::1]"));
    }
}
