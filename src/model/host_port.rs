//! Hosts with their ports, as they stand in an address: one, or several of which any will do.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use super::{AddressError, Host, Scheme};

/// Hosts of one address. As many as are kept of one name: each may have to be asked before one answers.
pub const MAX_HOSTS: usize = 8;

/// Where a program is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostPort {
    pub host: Host,
    pub port: u16,
}

impl HostPort {
    /// Reads `host` or `host:port`, where IPv6 addresses stand in brackets.
    pub fn parse(text: &str, default_port: u16) -> Result<Self, AddressError> {
        let (host, port) = split_port(text)?;
        let port = port.map_or(Ok(default_port), parse_port)?;
        Ok(Self { host: parse_host(host)?, port })
    }

    /// The socket address, where nothing has to be looked up: also when the interface is given as its number.
    pub fn literal(&self) -> Option<SocketAddr> {
        match &self.host {
            Host::Ip(ip) => Some(SocketAddr::new(ip.to_canonical(), self.port)),
            Host::Scoped(ip, zone) => {
                let scope = zone.parse().ok()?;
                Some(SocketAddrV6::new(*ip, self.port, 0, scope).into())
            }
            Host::Name(_) | Host::Anywhere => None,
        }
    }
}

/// `host:port`; nothing, where it is nowhere that is known.
impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        match host {
            Host::Name(_) | Host::Ip(IpAddr::V4(_)) => write!(f, "{host}:{port}"),
            // With the separator of RFC 6874, where the zone would be taken for one that stands behind it: interface 251.
            Host::Scoped(ip, zone) if zone.starts_with("25") => write!(f, "[{ip}%25{zone}]:{port}"),
            Host::Ip(IpAddr::V6(_)) | Host::Scoped(..) => write!(f, "[{host}]:{port}"),
            Host::Anywhere => Ok(()),
        }
    }
}

/// The first host of several, and the text of each other one.
pub(super) fn split_hosts(authority: &str, scheme: Scheme) -> Result<(&str, Vec<&str>), AddressError> {
    let mut hosts = authority.split(',');
    let first = hosts.next().unwrap_or_default();
    let others: Vec<&str> = hosts.collect();
    let is_gap = first.is_empty() || others.contains(&"");
    if !others.is_empty() && (is_gap || !scheme.caps.rooms) {
        return Err(AddressError::Hosts(authority.to_owned()));
    }
    if others.len() >= MAX_HOSTS {
        return Err(AddressError::TooManyHosts(authority.to_owned()));
    }
    Ok((first, others))
}

/// The hosts behind the first one. One that is named twice counts once.
pub(super) fn parse_others(
    first: &HostPort,
    others: Vec<&str>,
    scheme: Scheme,
) -> Result<Vec<HostPort>, AddressError> {
    let mut found: Vec<HostPort> = Vec::new();
    for one in others {
        let one = HostPort::parse(one, scheme.default_port)?;
        if one != *first && !found.contains(&one) {
            found.push(one);
        }
    }
    Ok(found)
}

pub(super) fn split_port(authority: &str) -> Result<(&str, Option<&str>), AddressError> {
    if authority.starts_with('[') {
        let Some((inside, after)) = authority.split_once(']') else {
            return Err(AddressError::Brackets(authority.to_owned()));
        };
        let host = inside.strip_prefix('[').unwrap_or(inside);
        if !host.contains(':') {
            return Err(AddressError::Host(host.to_owned()));
        }
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if after.is_empty() => Ok((host, None)),
            None => Err(AddressError::Port(after.to_owned())),
        };
    }
    match authority.matches(':').count() {
        0 => Ok((authority, None)),
        1 => Ok(authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)))),
        _ => Err(AddressError::Brackets(authority.to_owned())),
    }
}

pub(super) fn parse_port(text: &str) -> Result<u16, AddressError> {
    let bad = || AddressError::Port(text.to_owned());
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad());
    }
    match text.parse::<u16>() {
        Ok(port) if port > 0 => Ok(port),
        Ok(_) | Err(_) => Err(bad()),
    }
}

pub(super) fn parse_host(text: &str) -> Result<Host, AddressError> {
    let bad = || AddressError::Host(text.to_owned());
    if let Some((ip, zone)) = text.split_once('%') {
        // RFC 6874 writes the zone separator as %25; people write a bare %.
        let zone = zone.strip_prefix("25").filter(|rest| !rest.is_empty()).unwrap_or(zone);
        let ip = ip.parse::<Ipv6Addr>().map_err(|_not_an_ip| bad())?;
        let good = !zone.is_empty() && zone.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        return if good { Ok(Host::Scoped(ip, zone.to_owned())) } else { Err(bad()) };
    }
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().map(|ip| Host::Ip(IpAddr::V6(ip))).map_err(|_not_an_ip| bad());
    }
    if let Ok(ip) = text.parse::<Ipv4Addr>() {
        return Ok(Host::Ip(IpAddr::V4(ip)));
    }
    if is_name(text) { Ok(Host::Name(text.to_owned())) } else { Err(bad()) }
}

/// A host name as RFC 1123 section 2.1 has it, and international letters as people type them.
/// A name whose last label is all digits would be a mistyped IPv4 address.
fn is_name(text: &str) -> bool {
    let labels: Vec<&str> = text.strip_suffix('.').unwrap_or(text).split('.').collect();
    let good = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let numeric = labels.last().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    text.len() <= 253 && labels.iter().all(good) && !numeric
}
