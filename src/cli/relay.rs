//! What `udpqq relay` was told. Only the form is judged; what is not said is left to whoever opens the relay.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::{ArchiveFlags, CliCommand, EarlyExit, RoomHistoryArgs, commands, optional, required, values};
use crate::lang::Lang;
use crate::model::{ClusterSettings, ListenSetting, MAX_SHARDS, OperatorChange, RetentionSettings};

/// `None`: not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelayFlags {
    pub listen: Option<ListenSetting>,
    /// No proof of addresses.
    pub open: bool,
    pub members: Option<usize>,
    pub rooms: Option<usize>,
    /// Messages a second of one member.
    pub rate: Option<u32>,
    /// Bytes a second of one member.
    pub bytes: Option<u32>,
    /// Bytes a second to all.
    pub bandwidth: Option<u64>,
    pub silence: Option<Duration>,
    /// The page instead of the log.
    pub tui: bool,
    /// What is said in the rooms is kept.
    pub history: bool,
    pub retention: RetentionSettings,
    /// What is said in the rooms is kept by servers that several relays share.
    pub cluster: ClusterSettings,
    /// The file of those that are in charge among the members.
    pub operators: Option<PathBuf>,
    pub metrics: Option<SocketAddr>,
}

impl RelayFlags {
    pub(super) fn read(lang: &Lang, matches: &ArgMatches) -> Result<Self, EarlyExit> {
        let text = |id| optional(matches, id);
        let place = text("relay-address").map(|value| values::relay_place(lang, &value)).transpose()?;
        let silence = values::count_to(lang, "--silence", text("silence"), values::MAX_SECONDS)?;
        Ok(Self {
            listen: place,
            open: matches.get_flag("relay-open"),
            members: values::count(lang, "--members", text("members"))?,
            rooms: values::count(lang, "--rooms", text("rooms"))?,
            rate: values::count(lang, "--rate", text("rate"))?,
            bytes: values::count(lang, "--bytes", text("bytes"))?,
            bandwidth: values::count(lang, "--bandwidth", text("bandwidth"))?,
            silence: silence.map(Duration::from_secs),
            // Whoever only looks has no page.
            tui: matches.try_get_one("tui").ok().flatten().copied().unwrap_or_default(),
            history: matches.get_flag("relay-history"),
            retention: retention(lang, matches, "")?,
            cluster: ClusterSettings {
                replicas: values::count(lang, "--replicas", text("replicas"))?,
                shards: shards(lang, matches)?,
                public: values::public(lang, text("public"))?,
                ..cluster_servers(lang, matches, "cluster")?
            },
            operators: text("operators").map(PathBuf::from),
            metrics: text("metrics").map(|value| values::metrics(lang, &value)).transpose()?,
        })
    }
}

/// How much is kept. `before`: what the ids of the options begin with.
pub(super) fn retention(
    lang: &Lang,
    matches: &ArgMatches,
    before: &str,
) -> Result<RetentionSettings, EarlyExit> {
    let text = |id: &str| optional(matches, &format!("{before}{id}"));
    let (age, messages, bytes) = (text("keep"), text("keep-messages"), text("keep-bytes"));
    Ok(RetentionSettings {
        age: values::retention(lang, "--keep", age, RetentionSettings::parse_age)?,
        messages: values::retention(lang, "--keep-messages", messages, RetentionSettings::parse_messages)?,
        bytes: values::retention(lang, "--keep-bytes", bytes, RetentionSettings::parse_bytes)?,
    })
}

/// Which servers, and how to get in there. `servers`: the id of that option.
pub(super) fn cluster_servers(
    lang: &Lang,
    matches: &ArgMatches,
    servers: &str,
) -> Result<ClusterSettings, EarlyExit> {
    let path = |id| optional(matches, id).map(PathBuf::from);
    Ok(ClusterSettings {
        servers: values::servers(lang, optional(matches, servers))?,
        ca: path("cluster-ca"),
        creds: path("cluster-creds"),
        nkey: path("cluster-nkey"),
        prefix: optional(matches, "prefix"),
        ..ClusterSettings::default()
    })
}

/// For whom permissions are printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionFlags {
    pub prefix: Option<String>,
    pub shards: Option<u16>,
    /// For an archive, not for a relay.
    pub archive: bool,
}

/// That a relay is to run, or what is asked of it, or of what it has kept.
pub(super) fn read(lang: &Lang, relay: &ArgMatches) -> Result<CliCommand, EarlyExit> {
    match below(lang, relay)? {
        Some(command) => Ok(command),
        None => Ok(CliCommand::Relay(Box::new(RelayFlags::read(lang, relay)?))),
    }
}

/// `None`: it is to run.
fn below(lang: &Lang, relay: &ArgMatches) -> Result<Option<CliCommand>, EarlyExit> {
    let Some((name, matches)) = relay.subcommand() else { return Ok(None) };
    if let Some(arg) = unexpected(relay) {
        return Err(EarlyExit::usage(lang, "cli-error-unexpected", &[("arg", &arg)]));
    }
    Ok(Some(match name {
        "history" => CliCommand::RoomHistory(RoomHistoryArgs::read(lang, matches)?),
        "doctor" => CliCommand::RelayDoctor {
            relay: Box::new(RelayFlags::read(lang, matches)?),
            json: matches.get_flag("json"),
        },
        "archive" => CliCommand::RelayArchive(Box::new(ArchiveFlags::read(lang, matches)?)),
        "permissions" => CliCommand::RelayPermissions(PermissionFlags {
            prefix: optional(matches, "prefix"),
            shards: shards(lang, matches)?,
            archive: matches.get_flag("for-archive"),
        }),
        "operator" => operator(matches),
        _ => {
            let words = matches.get_many("order-words").into_iter().flatten().cloned().collect();
            CliCommand::RelayOrder(words)
        }
    }))
}

fn operator(matches: &ArgMatches) -> CliCommand {
    let Some((verb, inner)) = matches.subcommand() else {
        return CliCommand::RelayOperator(OperatorChange::List, None);
    };
    let name = || required(inner, "operator-name");
    let change = match verb {
        "add" => OperatorChange::Add(name()),
        "remove" => OperatorChange::Remove(name()),
        _ => OperatorChange::List,
    };
    CliCommand::RelayOperator(change, optional(inner, "operators").map(PathBuf::from))
}

fn shards(lang: &Lang, matches: &ArgMatches) -> Result<Option<u16>, EarlyExit> {
    let shards = values::count_to(lang, "--shards", optional(matches, "shards"), MAX_SHARDS.into())?;
    Ok(shards.and_then(|shards| shards.try_into().ok()))
}

/// What was said to a relay that is not to run, as it was typed.
fn unexpected(relay: &ArgMatches) -> Option<String> {
    let tree = commands::relay();
    let mut args = tree.get_arguments();
    let said = args.find(|arg| {
        let id = arg.get_id().as_str();
        matches!(relay.value_source(id), Some(ValueSource::CommandLine))
    })?;
    let address = || optional(relay, "relay-address").unwrap_or_default();
    Some(said.get_long().map_or_else(address, |long| format!("--{long}")))
}
