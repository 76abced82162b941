//! The connection to the servers, and what becomes known of it.
//!
//! The servers are tried in the order in which they were named, so that each relay has the nearest first; others that they
//! tell of are not used. A request that is not permitted gets no answer: only the connection hears of it.

use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_nats::{Client, ConnectError, ConnectErrorKind, ConnectOptions, ServerAddr};
use tokio::sync::watch;

use super::error::NatsError;
use super::link::{LinkEvent, LinkEvents, LinkState};
use crate::model::text::plain_line;

/// The oldest servers that will do: batched reads, and duplicates that are recognised after a change of leader.
const MIN_VERSION: [u32; 2] = [2, 11];

/// How often it is asked whether the server is there. Two questions without an answer end the connection when the third is
/// due, and a second later members are told: within six seconds of the last word of the server.
const PING: Duration = Duration::from_millis(1_500);
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);
/// How long a relay that starts looks for servers, which may start at the same moment.
const START_PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(200);
/// Messages of a room that wait to be looked at. What finds no room is read like anything that got lost.
const MAX_SUBSCRIPTION: usize = 65_536;

/// Where the servers are, and how a relay shows who it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NatsServers {
    /// `nats://host:4222`, `tls://host:4222`, or `host`: tried in this order.
    pub addresses: Vec<String>,
    /// Authorities instead of the system's.
    pub ca: Option<PathBuf>,
    /// A file with a JWT and its key.
    pub creds: Option<PathBuf>,
    /// A file with the seed of a key.
    pub nkey: Option<PathBuf>,
}

#[derive(Debug)]
pub(super) struct NatsLink {
    pub(super) client: Client,
    pub(super) events: LinkEvents,
}

/// Connects, and tells from then on what happens. `inbox`: what answers come on.
pub(super) async fn connect(servers: &NatsServers, inbox: String) -> Result<NatsLink, NatsError> {
    let addresses = addresses(servers)?;
    let (sender, latest) = watch::channel(LinkState::default());
    let options = options(servers, sender)?.custom_inbox_prefix(inbox);
    let connecting = async {
        loop {
            match options.clone().connect(&addresses[..]).await {
                Ok(client) => return Ok(client),
                Err(error) if is_final(&error) => return Err(refused(&error)),
                Err(_not_there_yet) => tokio::time::sleep(PAUSE).await,
            }
        }
    };
    let unreachable = || NatsError::Unreachable(shown(&addresses));
    let client =
        tokio::time::timeout(START_PATIENCE, connecting).await.map_err(|_elapsed| unreachable())??;
    check_version(&client)?;
    Ok(NatsLink { client, events: LinkEvents::new(latest) })
}

/// The same, once: for whoever wants to know why not.
pub(super) async fn attempt(servers: &NatsServers, inbox: String) -> Result<NatsLink, NatsError> {
    let addresses = addresses(servers)?;
    let (sender, latest) = watch::channel(LinkState::default());
    let connecting = options(servers, sender)?.custom_inbox_prefix(inbox).connect(&addresses[..]);
    let unreachable = || NatsError::Unreachable(shown(&addresses));
    match tokio::time::timeout(CONNECT_PATIENCE * 2, connecting).await.map_err(|_elapsed| unreachable())? {
        Ok(client) => Ok(NatsLink { client, events: LinkEvents::new(latest) }),
        Err(error) if is_final(&error) => Err(refused(&error)),
        Err(_not_there) => Err(unreachable()),
    }
}

/// Ends when something is not permitted. Cancel-safe.
pub(super) async fn denied(events: &mut LinkEvents) -> NatsError {
    loop {
        match events.next().await {
            Some(LinkEvent::Denied(reason)) => return NatsError::Denied(reason),
            Some(_) => {}
            None => return NatsError::NoLeader,
        }
    }
}

/// Whether the server that is connected to will do.
pub(super) fn check_version(client: &Client) -> Result<(), NatsError> {
    let Some(server) = client.try_server_info() else { return Ok(()) };
    let mut parts = server.version.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    let version = [parts.next().unwrap_or_default(), parts.next().unwrap_or_default()];
    if version < MIN_VERSION { Err(NatsError::Version(plain_line(&server.version))) } else { Ok(()) }
}

fn addresses(servers: &NatsServers) -> Result<Vec<ServerAddr>, NatsError> {
    let parse = |text: &String| {
        let address: Option<ServerAddr> = text.parse().ok();
        let ours = |address: &ServerAddr| !address.is_websocket() && !address.host().is_empty();
        // Secrets do not belong into a command line, which everybody on the machine can read.
        let open = |address: &ServerAddr| !address.has_user_pass() && address.password().is_none();
        address
            .filter(|address| ours(address) && open(address))
            .ok_or_else(|| NatsError::Address(without_secret(text)))
    };
    servers.addresses.iter().map(parse).collect()
}

/// An address as it may be printed: without what stands before an `@`.
fn without_secret(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://…@{host}"),
        None => text.to_owned(),
    }
}

fn options(servers: &NatsServers, state: watch::Sender<LinkState>) -> Result<ConnectOptions, NatsError> {
    let mut options = ConnectOptions::new()
        .name("udpqq relay")
        .ping_interval(PING)
        .connection_timeout(CONNECT_PATIENCE)
        .subscription_capacity(MAX_SUBSCRIPTION)
        .ignore_discovered_servers()
        .retain_servers_order()
        .reconnect_delay_callback(|attempts| if attempts <= 1 { Duration::ZERO } else { PAUSE })
        .event_callback(move |event| {
            state.send_modify(|state| state.note(&event));
            std::future::ready(())
        });
    if let Some(ca) = &servers.ca {
        options = options.add_root_certificates(ca.clone());
    }
    if let Some(creds) = &servers.creds {
        let text = secret(creds)?;
        options = options.credentials(&text).map_err(|error| NatsError::file(creds, &error))?;
    }
    if let Some(nkey) = &servers.nkey {
        options = options.nkey(secret(nkey)?.trim().to_owned());
    }
    Ok(options)
}

/// What stands in a file that nobody else may read.
fn secret(path: &Path) -> Result<String, NatsError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let about = std::fs::metadata(path).map_err(|error| NatsError::file(path, &error))?;
        // The service manager gives a credential to the relay's user by an access list, whose mask is shown as the group's.
        let is_credential = std::env::var_os("CREDENTIALS_DIRECTORY").is_some_and(|at| path.starts_with(at));
        let others = if is_credential { 0o037 } else { 0o077 };
        if about.permissions().mode() & others != 0 {
            return Err(NatsError::OpenToOthers(path.display().to_string()));
        }
    }
    std::fs::read_to_string(path).map_err(|error| NatsError::file(path, &error))
}

/// Whether it makes no sense to try again.
fn is_final(error: &ConnectError) -> bool {
    let kind = error.kind();
    is_distrusted(error)
        || matches!(kind, ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication)
}

/// Whether there was no encryption that can be relied on. A handshake that failed passes for an error of the stream.
fn is_distrusted(error: &ConnectError) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
    let inner = source.and_then(std::io::Error::get_ref);
    let inner = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
    error.kind() == ConnectErrorKind::Tls || inner.is_some()
}

fn refused(error: &ConnectError) -> NatsError {
    let text = plain_line(&error.to_string());
    if is_distrusted(error) { NatsError::Tls(text) } else { NatsError::Denied(text) }
}

fn shown(addresses: &[ServerAddr]) -> String {
    let shown = addresses.iter().map(|address| format!("{}:{}", address.host(), address.port()));
    shown.collect::<Vec<_>>().join(", ")
}
