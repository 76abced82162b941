//! What a relay or an archive has to be permitted at the servers, and nothing else: whoever has an account with others is given this list.
//!
//! Wildcards cover whole tokens, so a prefix cannot stand for the names of streams: each is named.

use super::error::NatsError;
use super::subjects::{SettingsBucket, Subjects, is_prefix};
use crate::model::MAX_SHARDS;

/// Subjects that a relay publishes to and subscribes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatsPermissions {
    pub publish: Vec<String>,
    pub subscribe: Vec<String>,
}

impl NatsPermissions {
    pub fn of(prefix: &str, shards: u16) -> Result<Self, NatsError> {
        if !is_prefix(prefix) {
            return Err(NatsError::Prefix(prefix.to_owned()));
        }
        let subjects = Subjects::new(prefix.to_owned(), shards.clamp(1, MAX_SHARDS));
        let (mut publish, mut subscribe) = (Vec::new(), vec![format!("{}.>", subjects.inbox())]);
        for shard in 0..subjects.shards() {
            let asked = ["STREAM.INFO", "STREAM.CREATE", "STREAM.MSG.GET", "STREAM.MSG.DELETE", "DIRECT.GET"];
            publish.extend(asked.map(|what| format!("$JS.API.{what}.{}", subjects.stream(shard))));
            publish.push(subjects.all_appended(shard));
            subscribe.push(subjects.all_live(shard));
        }
        let asked = ["STREAM.INFO", "STREAM.CREATE", "STREAM.MSG.GET"];
        publish.extend(asked.map(|what| format!("$JS.API.{what}.{}", subjects.secret_stream())));
        publish.extend([subjects.secrets(), subjects.epoch()]);
        for bucket in SettingsBucket::ALL {
            let asked = ["STREAM.INFO", "STREAM.CREATE", "STREAM.MSG.GET", "DIRECT.GET"];
            publish.extend(asked.map(|what| format!("$JS.API.{what}.{}", subjects.bucket_stream(bucket))));
            publish.push(subjects.all_settings(bucket));
        }
        let asked = ["STREAM.INFO", "STREAM.CREATE", "STREAM.MSG.GET"];
        publish.extend(asked.map(|what| format!("$JS.API.{what}.{}", subjects.name_stream())));
        publish.push(subjects.all_names());
        publish.extend([subjects.epoch_news(), subjects.all_relay_news(), subjects.all_presence()]);
        publish.push(subjects.archive());
        subscribe.push(subjects.all_news());
        Ok(Self { publish, subscribe })
    }

    /// What an archive needs: it reads, and answers relays.
    pub fn of_archive(prefix: &str, shards: u16) -> Result<Self, NatsError> {
        if !is_prefix(prefix) {
            return Err(NatsError::Prefix(prefix.to_owned()));
        }
        let subjects = Subjects::new(prefix.to_owned(), shards.clamp(1, MAX_SHARDS));
        let answers = format!("{}.>", subjects.inbox());
        let (mut publish, mut subscribe) = (vec![answers.clone()], vec![answers]);
        for shard in 0..subjects.shards() {
            let asked = ["STREAM.INFO", "DIRECT.GET"];
            publish.extend(asked.map(|what| format!("$JS.API.{what}.{}", subjects.stream(shard))));
            subscribe.push(subjects.all_live(shard));
        }
        publish.push(format!("$JS.API.STREAM.MSG.GET.{}", subjects.secret_stream()));
        subscribe.extend([subjects.epoch_news(), subjects.archive()]);
        Ok(Self { publish, subscribe })
    }

    /// As it stands in the settings of a server, behind a user.
    pub fn snippet(&self) -> Vec<String> {
        let mut lines = vec!["permissions: {".to_owned()];
        for (name, subjects) in [("publish", &self.publish), ("subscribe", &self.subscribe)] {
            lines.push(format!("  {name}: {{ allow: ["));
            lines.extend(subjects.iter().map(|subject| format!("    \"{subject}\"")));
            lines.push("  ] }".to_owned());
        }
        lines.push("}".to_owned());
        lines
    }
}
