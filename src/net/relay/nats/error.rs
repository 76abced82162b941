//! Why a relay does not start with a cluster.

use std::io;
use std::path::Path;

use super::jetstream::{ApiError, codes};
use crate::model::Phrase;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NatsError {
    /// It is no address of a server.
    #[error("{0}")]
    Address(String),
    #[error("{0}")]
    Prefix(String),
    #[error("{path}: {code}")]
    File { path: String, code: String },
    /// Others on the machine can read what is secret.
    #[error("{0}")]
    OpenToOthers(String),
    /// None of the servers answers.
    #[error("{0}")]
    Unreachable(String),
    #[error("{0}")]
    Tls(String),
    #[error("{0}")]
    Denied(String),
    #[error("{0}")]
    Version(String),
    /// The servers keep no logs.
    #[error("no JetStream")]
    NoJetStream,
    /// There are not as many as there are to be copies.
    #[error("too few servers")]
    FewServers,
    /// There is no room for another message.
    #[error("{0}")]
    Full(String),
    /// The log is there, with another setting.
    #[error("{setting}: {there}, {wanted}")]
    Differs { setting: &'static str, there: String, wanted: String },
    /// What was appended does not come out again.
    #[error("{0}")]
    Echo(String),
    #[error("{0}")]
    Api(String),
    /// The servers find no leader.
    #[error("no leader")]
    NoLeader,
}

impl NatsError {
    pub(super) fn file(path: &Path, error: &io::Error) -> Self {
        Self::File { path: path.display().to_string(), code: error.kind().to_string() }
    }

    pub(super) fn of(error: ApiError) -> Self {
        match error {
            ApiError::NoAnswer => Self::NoLeader,
            ApiError::Refused { code, .. } if codes::NOT_ENABLED.contains(&code) => Self::NoJetStream,
            ApiError::Refused { code, .. } if codes::FEW_SERVERS.contains(&code) => Self::FewServers,
            ApiError::Refused { code, text } if codes::FULL.contains(&code) => Self::Full(text),
            ApiError::Refused { text, .. } => Self::Api(text),
        }
    }

    /// As a sentence.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Address(address) => Phrase::new("nats-address").text("address", address),
            Self::Prefix(prefix) => Phrase::new("nats-prefix").text("prefix", prefix),
            Self::File { path, code } => Phrase::new("nats-file").text("path", path).text("code", code),
            Self::OpenToOthers(path) => Phrase::new("nats-open-to-others").text("path", path),
            Self::Unreachable(servers) => Phrase::new("nats-unreachable").text("servers", servers),
            Self::Tls(reason) => Phrase::new("nats-tls").text("reason", reason),
            Self::Denied(reason) => Phrase::new("nats-denied").text("reason", reason),
            Self::Version(version) => Phrase::new("nats-version").text("version", version),
            Self::NoJetStream => Phrase::new("nats-no-jetstream"),
            Self::FewServers => Phrase::new("nats-few-servers"),
            Self::Full(reason) => Phrase::new("nats-full").text("reason", reason),
            Self::Differs { setting, there, wanted } => Phrase::new("nats-differs")
                .text("setting", *setting)
                .text("there", there)
                .text("wanted", wanted),
            Self::Echo(subject) => Phrase::new("nats-echo").text("subject", subject),
            Self::Api(reason) => Phrase::new("nats-api").text("reason", reason),
            Self::NoLeader => Phrase::new("nats-no-leader"),
        }
    }
}
