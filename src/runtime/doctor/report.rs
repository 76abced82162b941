//! What was found, as data.

use std::collections::BTreeMap;

use crate::model::Phrase;

/// What is said of a peer that was asked and did not answer.
pub(super) const PEER_SILENT: &str = "doctor-peer-silent";

/// What is looked at, in the order in which it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckName {
    Machine,
    Profile,
    Ports,
    Firewall,
    Broadcast,
    Large,
    /// The peer that a person names.
    Peer,
    /// How it is reached.
    Way,
    /// The servers of a relay's cluster, and what is wanted of them.
    Servers,
    Encryption,
    Version,
    JetStream,
    Access,
    Replicas,
    LogSettings,
    Appends,
    LogRoom,
    Clock,
    Archive,
    /// The file of a relay's rooms, and what is wanted of it.
    RoomFile,
    FileRights,
    Integrity,
    Disk,
    /// Whether a relay answers where it is to be.
    RelayPort,
}

impl CheckName {
    /// What every machine is asked.
    pub const OF_THE_MACHINE: [Self; 6] =
        [Self::Machine, Self::Profile, Self::Ports, Self::Firewall, Self::Broadcast, Self::Large];
    /// And this where a peer is named.
    pub const OF_A_PEER: [Self; 2] = [Self::Peer, Self::Way];

    /// For programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Profile => "profile",
            Self::Ports => "ports",
            Self::Firewall => "firewall",
            Self::Broadcast => "broadcast",
            Self::Large => "large",
            Self::Peer => "peer",
            Self::Way => "way",
            Self::Servers => "servers",
            Self::Encryption => "encryption",
            Self::Version => "version",
            Self::JetStream => "jetstream",
            Self::Access => "access",
            Self::Replicas => "replicas",
            Self::LogSettings => "settings",
            Self::Appends => "appends",
            Self::LogRoom => "room-left",
            Self::Clock => "clock",
            Self::Archive => "archive",
            Self::RoomFile => "file",
            Self::FileRights => "rights",
            Self::Integrity => "integrity",
            Self::Disk => "disk",
            Self::RelayPort => "port",
        }
    }

    /// Key of its name; a peer has one of its own.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Machine => "doctor-label-machine",
            Self::Profile => "doctor-label-profile",
            Self::Ports => "doctor-label-ports",
            Self::Firewall => "doctor-label-firewall",
            Self::Broadcast => "doctor-label-broadcast",
            Self::Large => "doctor-label-large",
            Self::Peer => "doctor-label-peer",
            Self::Way => "doctor-label-way",
            Self::Servers => "doctor-label-servers",
            Self::Encryption => "doctor-label-encryption",
            Self::Version => "doctor-label-version",
            Self::JetStream => "doctor-label-jetstream",
            Self::Access => "doctor-label-access",
            Self::Replicas => "doctor-label-replicas",
            Self::LogSettings => "doctor-label-log-settings",
            Self::Appends => "doctor-label-appends",
            Self::LogRoom => "doctor-label-log-room",
            Self::Clock => "doctor-label-clock",
            Self::Archive => "doctor-label-archive",
            Self::RoomFile => "doctor-label-room-file",
            Self::FileRights => "doctor-label-file-rights",
            Self::Integrity => "doctor-label-integrity",
            Self::Disk => "doctor-label-disk",
            Self::RelayPort => "doctor-label-relay-port",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Good,
    /// Something to know; nothing is wrong with it.
    Note,
    /// It may be in the way.
    Warning,
    /// It does not work.
    Bad,
}

impl Verdict {
    /// For programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }

    /// Key of the word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "doctor-word-good",
            Self::Note => "doctor-word-note",
            Self::Warning => "doctor-word-warning",
            Self::Bad => "doctor-word-bad",
        }
    }

    pub const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Note => "·",
            Self::Warning => "!",
            Self::Bad => "✗",
        }
    }
}

/// What a person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    pub told: Phrase,
    /// For a shell, or for the messenger where it begins with a slash.
    pub command: Option<String>,
}

impl Remedy {
    pub(in crate::runtime) const fn told(told: Phrase) -> Self {
        Self { told, command: None }
    }

    pub(in crate::runtime) fn by(told: Phrase, command: impl Into<String>) -> Self {
        Self { told, command: Some(command.into()) }
    }
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub check: CheckName,
    pub verdict: Verdict,
    /// One thing after the other.
    pub told: Vec<Phrase>,
    pub remedy: Option<Remedy>,
}

impl Finding {
    pub(in crate::runtime) const fn new(check: CheckName, verdict: Verdict, told: Vec<Phrase>) -> Self {
        Self { check, verdict, told, remedy: None }
    }

    /// Something to know.
    pub fn note(check: CheckName, told: Phrase) -> Self {
        Self::new(check, Verdict::Note, vec![told])
    }

    #[must_use]
    pub(in crate::runtime) fn with(mut self, remedy: Option<Remedy>) -> Self {
        self.remedy = remedy;
        self
    }
}

/// All that was found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    findings: BTreeMap<CheckName, Finding>,
    /// Whom it is about; `None`: the machine alone.
    pub about: Option<String>,
    /// The peer was sent something.
    pub asked_peer: bool,
    /// Interfaces on whose networks everybody was sent a probe.
    pub probed: Vec<String>,
}

impl Report {
    pub fn add(&mut self, finding: Finding) {
        self.findings.insert(finding.check, finding);
    }

    pub fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.add(finding);
        }
    }

    pub fn get(&self, check: CheckName) -> Option<&Finding> {
        self.findings.get(&check)
    }

    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.values()
    }

    /// What there is to come, in order.
    pub fn checks(&self) -> impl Iterator<Item = CheckName> + use<> {
        let of_a_peer = self.about.as_ref().map(|_| CheckName::OF_A_PEER);
        CheckName::OF_THE_MACHINE.into_iter().chain(of_a_peer.into_iter().flatten())
    }

    pub fn is_whole(&self) -> bool {
        self.checks().all(|check| self.findings.contains_key(&check))
    }

    /// Nothing is wrong, as far as can be known.
    pub fn is_well(&self) -> bool {
        self.findings.values().all(|finding| finding.verdict <= Verdict::Note)
    }

    /// The one thing to do first: what certainly does not work before what may be in the way; and where a peer does not
    /// answer, a firewall that may be why before the peer. Where nothing is wrong and the peer could not be asked, how else
    /// one learns whether it is there.
    pub fn remedy(&self) -> Option<&Remedy> {
        // Only silence can be a firewall's: of anything else the peer, its machine or the system tells.
        let is_silent = |peer: &Finding| peer.told.first().is_some_and(|told| told.key == PEER_SILENT);
        let peer_is_silent = self.get(CheckName::Peer).is_some_and(is_silent);
        let rank = |finding: &Finding| match (finding.check, finding.verdict) {
            (CheckName::Peer, Verdict::Bad) if !peer_is_silent => 1,
            (CheckName::Peer | CheckName::Way, Verdict::Bad) => 3,
            (_, Verdict::Bad) => 0,
            (CheckName::Firewall, Verdict::Warning) if peer_is_silent => 2,
            (_, Verdict::Warning) => 4,
            (_, Verdict::Good | Verdict::Note) => 5,
        };
        let wrong = self.findings.values().filter(|finding| finding.verdict > Verdict::Note);
        let first = wrong.filter(|finding| finding.remedy.is_some()).min_by_key(|finding| rank(finding));
        let unasked =
            || self.get(CheckName::Peer).filter(|peer| peer.verdict == Verdict::Note && self.is_whole());
        first.or_else(unasked).and_then(|finding| finding.remedy.as_ref())
    }

    /// Who was sent anything, as a sentence.
    pub fn asked(&self) -> Phrase {
        let name = self.about.as_deref().filter(|_| self.asked_peer).unwrap_or_default();
        let asked = Phrase::new("doctor-asked").text("name", name).text("networks", self.probed.join(", "));
        asked.number("peers", i64::from(!name.is_empty())).number("probed", self.probed.len())
    }
}
