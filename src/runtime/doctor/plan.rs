//! What is to be looked at: the interface, our ports, the profile, and whom it is about.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use crate::model::traffic::Listening;
use crate::model::{Address, DialectInfo, ErrorCode, ListenMode, ListenSettings, Phrase};
use crate::net::checkup::PortKind;
use crate::net::registry;
use crate::runtime::listening::listening;
use crate::runtime::profile::Profile;

/// A port that one of our dialects wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedPort {
    pub scheme: &'static str,
    pub transport: PortKind,
    /// Where it was meant to be.
    pub at: SocketAddr,
    /// Where it is; `None`: nowhere, or nobody knows.
    pub is: Option<SocketAddr>,
    /// The system's short name for why not.
    pub code: Option<ErrorCode>,
    /// Other programs may have it as well.
    pub shared: bool,
    /// A free port takes its place where it cannot be had.
    pub moves: bool,
}

/// The ports that dialects are to have, by the settings; `told`: what came of it, where a session runs.
pub fn wanted_ports(settings: &ListenSettings, told: Option<&[Listening]>) -> Vec<WantedPort> {
    let all = registry();
    let listens = listening(settings);
    let wanted = |dialect: &DialectInfo| {
        let scheme = dialect.scheme.name;
        let known = told.and_then(|told| told.iter().find(|one| one.scheme == scheme));
        let setting = listens.get(scheme).and_then(|setting| setting.address());
        let is = known.and_then(|known| known.address);
        let at = known.and_then(|known| known.wanted).or(setting).or(is)?;
        let transport = transport(dialect);
        let code = known.and_then(|known| known.code.clone());
        let moves = !matches!(dialect.listens, ListenMode::Itself(_));
        Some(WantedPort { scheme, transport, at, is, code, shared: dialect.scheme.caps.group, moves })
    };
    all.dialects.iter().filter_map(wanted).collect()
}

/// What carries the messages of a dialect.
pub(super) const fn transport(dialect: &DialectInfo) -> PortKind {
    if matches!(dialect.listens, ListenMode::Streams(_)) { PortKind::Tcp } else { PortKind::Udp }
}

/// A peer on this machine whose dialect has no question: the system tells whether a program has its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPeer {
    pub name: String,
    pub scheme: &'static str,
    pub transport: PortKind,
    pub at: SocketAddr,
    /// When it was last heard.
    pub heard: Option<Phrase>,
}

/// What is to be looked at.
#[derive(Clone, Debug, Default)]
pub struct DoctorPlan {
    /// The only one that may be used.
    pub interface: Option<String>,
    pub ports: Vec<WantedPort>,
    /// A session of ours runs here, and has these ports or not.
    pub running: bool,
    /// The process of the messenger that runs in this profile: its ports are ours.
    pub messenger: Option<u32>,
    /// Folders that have to be writable.
    pub folders: Vec<PathBuf>,
    /// What is wrong with the profile already.
    pub profile_fault: Option<Phrase>,
    /// Where the peer is, and the scheme it speaks.
    pub peer: Option<(IpAddr, &'static str)>,
    /// The peer, where this machine itself knows whether it is there.
    pub local: Option<LocalPeer>,
    /// The relay that is asked whether it is there.
    pub relay: Option<Address>,
}

impl DoctorPlan {
    /// The folders of a profile.
    #[must_use]
    pub fn in_profile(mut self, profile: &Profile) -> Self {
        let paths = [profile.config_path(), profile.history_path(), profile.log_path()];
        self.messenger = if self.running { Some(std::process::id()) } else { messenger(profile) };
        self.folders = paths.iter().filter_map(|path| path.parent()).map(PathBuf::from).collect();
        self.folders.dedup();
        self
    }
}

/// As it has written down itself. It may have ended since: then its number has no port of ours.
fn messenger(profile: &Profile) -> Option<u32> {
    let written = std::fs::read_to_string(profile.history_lock_path()).ok()?;
    written.trim().parse().ok()
}
