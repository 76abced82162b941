//! Which cluster a relay belongs to, as it was said on a command line or in the settings.

use std::path::PathBuf;

use super::{HostPort, MAX_HOSTS};

/// Streams of one cluster at most: each is a group of its own among the servers.
pub const MAX_SHARDS: u16 = 64;

/// `None`: not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterSettings {
    /// Addresses of servers, in the order in which they are tried. None: there is no cluster.
    pub servers: Vec<String>,
    /// The authority that the servers' certificates are from.
    pub ca: Option<PathBuf>,
    /// A file with a JWT and its key.
    pub creds: Option<PathBuf>,
    /// A file with the seed of a key.
    pub nkey: Option<PathBuf>,
    /// Before all names at the servers.
    pub prefix: Option<String>,
    /// How many servers keep each message.
    pub replicas: Option<u8>,
    /// Streams that share the rooms: the same at all relays of a cluster.
    pub shards: Option<u16>,
    /// Where members of the other relays reach this one.
    pub public: Vec<HostPort>,
}

impl ClusterSettings {
    /// `nats://a:4222,b`: what has no scheme has the first one's.
    pub fn parse_servers(text: &str) -> Vec<String> {
        let scheme = text.split_once("://").map_or("nats", |(scheme, _)| scheme.trim());
        let named = text.split(',').map(str::trim).filter(|server| !server.is_empty());
        let whole = |server: &str| {
            if server.contains("://") { server.to_owned() } else { format!("{scheme}://{server}") }
        };
        named.map(whole).collect()
    }

    /// `a.example,b.example:7000`: what has no port (0) has that of the relay. `None`: one of them is no address, or there is
    /// none.
    pub fn parse_public(text: &str) -> Option<Vec<HostPort>> {
        let named = text.split(',').map(str::trim).filter(|one| !one.is_empty());
        let public: Option<Vec<HostPort>> = named.map(|one| HostPort::parse(one, 0).ok()).collect();
        public.filter(|public| (1..=MAX_HOSTS).contains(&public.len()))
    }

    /// These, and of `others` what these leave open.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            servers: if self.servers.is_empty() { others.servers } else { self.servers },
            ca: self.ca.or(others.ca),
            creds: self.creds.or(others.creds),
            nkey: self.nkey.or(others.nkey),
            prefix: self.prefix.or(others.prefix),
            replicas: self.replicas.or(others.replicas),
            shards: self.shards.or(others.shards),
            public: if self.public.is_empty() { others.public } else { self.public },
        }
    }

    /// Whether something is said of a cluster that is not named.
    pub fn lacks_servers(&self) -> bool {
        self.servers.is_empty() && *self != Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_named_with_commas_between_them() {
        let parse = ClusterSettings::parse_servers;
        assert_eq!(parse("nats://a:4222,b"), ["nats://a:4222", "nats://b"]);
        assert_eq!(parse("tls://a, b:5 ,nats://c,"), ["tls://a", "tls://b:5", "nats://c"]);
        assert_eq!(parse("a"), ["nats://a"]);
        assert_eq!(parse(" , "), [""; 0]);
    }

    #[test]
    fn a_relay_says_where_it_is_reached() {
        let parse = |text| {
            let public = ClusterSettings::parse_public(text)?;
            Some(public.iter().map(HostPort::to_string).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(
            parse("a.example, [::1]:7000,10.0.0.7").as_deref(),
            Some("a.example:0 [::1]:7000 10.0.0.7:0")
        );
        for bad in ["", ",", "a,b:0", "a b", "relay://a", "a,b,c,d,e,f,g,h,i"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_command_line_comes_before_the_settings() {
        let said = ClusterSettings { prefix: Some("a".to_owned()), ..ClusterSettings::default() };
        assert!(said.lacks_servers() && !ClusterSettings::default().lacks_servers());
        let servers = vec!["nats://a".to_owned()];
        let others =
            ClusterSettings { servers: servers.clone(), prefix: Some("b".to_owned()), ..said.clone() };
        let both = said.or(others);
        assert_eq!((both.servers, both.prefix.as_deref()), (servers, Some("a")));
    }
}
