//! A relay as the fronts see it: opened as the command line and the profile say, then looked at and written down.
//!
//! Needs no session, and keeps nothing unless it is asked to: a relay runs where there is no home folder.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::opened_store::private;
use super::profile::{Config, Loaded, Profile, RelaySettings};
use super::relay_cluster::{RelayCluster, spoken_to_in_plain};
use super::relay_operators::OperatorsSource;
use super::relay_texts::phrasebooks;
use crate::model::{ClusterSettings, HostPort, ListenSetting, Phrase, RetentionSettings, SettledRetention};
use crate::net::checkup::relay_place;
use crate::net::relay::{BackplanePort, RelayError, RelaySetup, send_order};
use crate::net::{clock, registry};
use crate::store::{RoomLog, RoomLogThread};

pub use super::relay_cluster::permissions;
pub use super::relay_operators::{add_operator, operator_names, operators_path, remove_operator};
pub use crate::net::relay::{
    Counters, LogState, MemberView, OrderOutcome, RelayNotice, RelayOptions, RelayServer, RoomView, SCHEME,
    SendCounters, Snapshot, Viewer,
};

/// Requests on their way to the log, and what it has answered. A request is as large as a message.
const MAX_REQUESTS: usize = 256;
const MAX_REPORTS: usize = 256;

/// What the command line says. `None`: as the profile says, else the standard.
#[derive(Clone, Debug)]
pub struct RelayArgs {
    pub profile: Option<PathBuf>,
    pub interface: Option<String>,
    /// Of what is said to plain members.
    pub language: Option<String>,
    pub listen: Option<ListenSetting>,
    pub metrics: Option<SocketAddr>,
    pub options: RelayOptions,
    /// What is said in the rooms is kept, also where the profile does not say so.
    pub history: bool,
    pub retention: RetentionSettings,
    /// What is said is kept by servers, for all relays of this cluster.
    pub cluster: ClusterSettings,
    /// The file of those that are in charge among the members.
    pub operators: Option<PathBuf>,
}

/// A relay that runs.
#[derive(Debug)]
pub struct RunningRelay {
    pub server: RelayServer,
    pub config: Config,
    /// What a person should know of it.
    pub told: Vec<Phrase>,
    /// The log of its rooms, where they are kept.
    pub log: Option<RunningRoomLog>,
    /// Reads again who is in charge.
    pub operators: JoinSet<()>,
}

/// The log of the rooms while the relay runs. Dropping it ends it.
#[derive(Debug)]
pub struct RunningRoomLog(LogKeeper);

#[derive(Debug)]
enum LogKeeper {
    File { thread: RoomLogThread, path: PathBuf, retention: SettledRetention },
    Cluster(RelayCluster),
}

impl RunningRoomLog {
    /// What is kept, how long and where.
    pub fn phrase(&self) -> Phrase {
        match &self.0 {
            LogKeeper::File { path, retention, .. } => {
                retention.phrase("relay-history").text("path", path.to_string_lossy())
            }
            LogKeeper::Cluster(cluster) => cluster.phrase(),
        }
    }

    /// Waits until what it was asked for is kept. The relay has to have ended.
    pub async fn finish(self) {
        match self.0 {
            LogKeeper::File { thread, .. } => {
                // A panic there has been reported by its hook.
                let _ended = tokio::task::spawn_blocking(|| thread.join()).await.is_ok();
            }
            LogKeeper::Cluster(cluster) => cluster.finish().await,
        }
    }
}

/// Opens it. Must be called inside a tokio runtime with I/O and time.
pub async fn open(wanted: RelayArgs) -> Result<RunningRelay, Phrase> {
    let RelayArgs { profile, interface, language, listen, metrics, mut options, .. } = wanted;
    let RelayArgs { history, retention, cluster, operators: named, .. } = wanted;
    let RelayProfile { profile, config, mut told } = RelayProfile::open(profile.as_deref())?;
    let listen = listen.or_else(|| config.listen.get(SCHEME)).or_else(|| registry().server(SCHEME));
    let Some(address) = listen.and_then(ListenSetting::address) else {
        return Err(Phrase::new("relay-off"));
    };
    options.phrasebooks = phrasebooks(language.as_deref().or(config.language.as_deref()));
    if options.open {
        told.push(Phrase::new("relay-open"));
    }
    let settings = RelaySettings {
        history: history || config.relay.history,
        retention: retention.or(config.relay.retention),
        cluster: cluster.or(config.relay.cluster.clone()),
        operators: named.or_else(|| config.relay.operators.clone()),
    };
    let source = OperatorsSource::of(settings.operators.as_deref(), profile.as_ref());
    options.operators = source.as_ref().map_or_else(|| Ok(Vec::new()), OperatorsSource::read)?;
    if let Some(server) = spoken_to_in_plain(&settings.cluster) {
        told.push(Phrase::new("relay-cluster-plain").text("server", server));
    }
    options.public = public_addresses(&settings.cluster.public, address, interface.as_deref()).await?;
    let keeper = wanted_keeper(retention, &settings)?;
    let (log, port) = open_log(keeper, profile.as_ref(), &settings).await?.unzip();
    let orders = profile.as_ref().map(Profile::orders_path);
    let setup = RelaySetup { address, interface, metrics, orders, options };
    let mut server = RelayServer::open(setup, port).await.map_err(|error: RelayError| error.phrase())?;
    told.extend(server.deaf.take());
    let mut reading = JoinSet::new();
    if let (Some(relay), Some(source)) = (server.operators.take(), source) {
        let (tasks, unwatched) = source.keep_reading(relay);
        told.extend(unwatched);
        reading = tasks;
    }
    Ok(RunningRelay { server, config, told, log, operators: reading })
}

/// The log of the rooms, and the port by which the relay speaks to it; `None`: nothing is kept.
async fn open_log(
    keeper: WantedKeeper,
    profile: Option<&Profile>,
    settings: &RelaySettings,
) -> Result<Option<(RunningRoomLog, BackplanePort)>, Phrase> {
    Ok(match keeper {
        WantedKeeper::Nobody => None,
        WantedKeeper::File => Some(keep(profile, settings.retention)?),
        WantedKeeper::Cluster => {
            let (cluster, port) = Box::pin(RelayCluster::open(&settings.cluster, settings.retention)).await?;
            Some((RunningRoomLog(LogKeeper::Cluster(cluster)), port))
        }
    })
}

/// Where members reach it, so that the other relays can say so. Members look up no name that they got from a relay.
async fn public_addresses(
    public: &[HostPort],
    listen: SocketAddr,
    interface: Option<&str>,
) -> Result<Vec<SocketAddr>, Phrase> {
    let mut found = Vec::new();
    for HostPort { host, port } in public {
        let port = if *port == 0 { listen.port() } else { *port };
        let at = relay_place(&HostPort { host: host.clone(), port }, interface).await;
        found.push(at.ok_or_else(|| Phrase::new("relay-public-unknown").text("host", host.to_string()))?);
    }
    Ok(found)
}

/// Gives an order to the relay that runs with this profile: words, of which the first is the order.
pub async fn order(profile: &Profile, words: &[String]) -> OrderOutcome {
    send_order(&profile.orders_path(), words).await
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WantedKeeper {
    Nobody,
    File,
    Cluster,
}

/// `said`: how much is kept, on the command line.
fn wanted_keeper(said: RetentionSettings, settings: &RelaySettings) -> Result<WantedKeeper, Phrase> {
    let in_cluster = !settings.cluster.servers.is_empty();
    if settings.cluster.lacks_servers() {
        Err(Phrase::new("relay-cluster-unnamed"))
    } else if in_cluster && settings.history {
        Err(Phrase::new("relay-cluster-or-history"))
    } else if in_cluster {
        Ok(WantedKeeper::Cluster)
    } else if settings.history {
        Ok(WantedKeeper::File)
    } else if said.is_empty() {
        Ok(WantedKeeper::Nobody)
    } else {
        Err(Phrase::new("relay-keeps-nothing"))
    }
}

/// Opens the log of the rooms, and starts its thread.
fn keep(
    profile: Option<&Profile>,
    retention: RetentionSettings,
) -> Result<(RunningRoomLog, BackplanePort), Phrase> {
    let folder = profile.ok_or_else(|| Phrase::new("relay-history-nowhere"))?.rooms_folder();
    let retention = retention.settle();
    let mut log = RoomLog::open(folder, private, retention.bounds())?;
    let path = log.path().to_owned();
    let epoch = log.epoch();
    let secrets = log.secrets(clock::now().wall)?;
    let (ask, requests) = mpsc::channel(MAX_REQUESTS);
    let (report, reports) = mpsc::channel(MAX_REPORTS);
    let thread = RoomLogThread::start(log, || clock::now().wall, requests, report)
        .map_err(|error| Phrase::new("headless-system").text("reason", error.to_string()))?;
    let running = RunningRoomLog(LogKeeper::File { thread, path, retention });
    Ok((running, BackplanePort { epoch, secrets, is_shared: false, requests: ask, reports }))
}

/// What the profile says. One that nobody asked for need not be there: a service may have no home.
struct RelayProfile {
    profile: Option<Profile>,
    config: Config,
    told: Vec<Phrase>,
}

impl RelayProfile {
    fn open(chosen: Option<&Path>) -> Result<Self, Phrase> {
        let profile = match Profile::open(chosen) {
            Ok(profile) => profile,
            Err(error) if chosen.is_some() => return Err(error.phrase()),
            Err(_no_home) => return Ok(Self { profile: None, config: Config::default(), told: Vec::new() }),
        };
        let Loaded { value: config, warnings: mut told } =
            profile.load_config().map_err(|error| error.phrase())?;
        told.extend_from_slice(profile.warnings());
        Ok(Self { profile: Some(profile), config, told })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_keeps_what_is_said_in_the_rooms() {
        let cluster = |servers: &str| ClusterSettings {
            servers: ClusterSettings::parse_servers(servers),
            ..ClusterSettings::default()
        };
        let unnamed = ClusterSettings { replicas: Some(3), ..ClusterSettings::default() };
        let nothing = RetentionSettings::default();
        let month = RetentionSettings { age: RetentionSettings::parse_age("30d"), ..nothing };
        let wrong = |key| Err(Phrase::new(key));
        for (history, cluster, said, wanted) in [
            (false, cluster(""), nothing, Ok(WantedKeeper::Nobody)),
            (true, cluster(""), month, Ok(WantedKeeper::File)),
            (false, cluster("a,b"), month, Ok(WantedKeeper::Cluster)),
            (false, cluster(""), month, wrong("relay-keeps-nothing")),
            (true, cluster("a"), nothing, wrong("relay-cluster-or-history")),
            (false, unnamed, nothing, wrong("relay-cluster-unnamed")),
        ] {
            let settings = RelaySettings { history, retention: said, cluster, operators: None };
            assert_eq!(wanted_keeper(said, &settings), wanted, "{settings:?}");
        }
    }
}
