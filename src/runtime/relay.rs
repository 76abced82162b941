//! A relay as the fronts see it: opened as the command line and the profile say, then looked at and written down.
//!
//! Needs no session, and keeps nothing: a relay runs where there is no home folder.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::profile::{Config, Loaded, Profile};
use crate::model::{ListenSetting, Phrase};
use crate::net::registry;
use crate::net::relay::{RelayError, RelaySetup};

pub use crate::net::relay::{
    Counters, MemberView, RelayNotice, RelayOptions, RelayServer, RoomView, SCHEME, SendCounters, Snapshot,
    Viewer,
};

/// What the command line says. `None`: as the profile says, else the standard.
#[derive(Clone, Debug)]
pub struct RelayArgs {
    pub profile: Option<PathBuf>,
    pub interface: Option<String>,
    pub listen: Option<ListenSetting>,
    pub metrics: Option<SocketAddr>,
    pub options: RelayOptions,
}

/// A relay that runs.
#[derive(Debug)]
pub struct RunningRelay {
    pub server: RelayServer,
    pub config: Config,
    /// What a person should know of it.
    pub told: Vec<Phrase>,
}

/// Opens it. Must be called inside a tokio runtime with I/O and time.
pub async fn open(wanted: RelayArgs) -> Result<RunningRelay, Phrase> {
    let RelayArgs { profile, interface, listen, metrics, options } = wanted;
    let Loaded { value: config, warnings: mut told } = config(profile.as_deref())?;
    let listen = listen.or_else(|| config.listen.get(SCHEME)).or_else(|| registry().server(SCHEME));
    let Some(address) = listen.and_then(ListenSetting::address) else {
        return Err(Phrase::new("relay-off"));
    };
    if options.open {
        told.push(Phrase::new("relay-open"));
    }
    let setup = RelaySetup { address, interface, metrics, options };
    let server = RelayServer::open(setup, None).await.map_err(|error: RelayError| error.phrase())?;
    Ok(RunningRelay { server, config, told })
}

/// What the profile says. One that nobody asked for need not be there: a service may have no home.
fn config(chosen: Option<&Path>) -> Result<Loaded<Config>, Phrase> {
    let profile = match Profile::open(chosen) {
        Ok(profile) => profile,
        Err(error) if chosen.is_some() => return Err(error.phrase()),
        Err(_no_home) => return Ok(Loaded { value: Config::default(), warnings: Vec::new() }),
    };
    let mut loaded = profile.load_config().map_err(|error| error.phrase())?;
    loaded.warnings.extend_from_slice(profile.warnings());
    Ok(loaded)
}
