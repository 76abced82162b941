//! The part of `config.toml` that is about the relay.

use std::path::PathBuf;

use toml_edit::Item;

use super::document::TomlFile;
use super::{ConfigError, ValueKind};
use crate::model::{ClusterSettings, HostPort, MAX_SHARDS, Phrase, RetentionSettings};

/// The table of it.
pub(super) const RELAY: &str = "relay";

/// What the relay does where the command line says nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelaySettings {
    /// What is said in the rooms is kept.
    pub history: bool,
    pub retention: RetentionSettings,
    /// What is said in the rooms is kept by servers that several relays share.
    pub cluster: ClusterSettings,
    /// Who is in charge among the members.
    pub operators: Option<PathBuf>,
}

impl RelaySettings {
    /// Takes the table; what a person should know of it.
    pub(super) fn take(&mut self, source: &TomlFile, item: &Item) -> Result<Vec<Phrase>, ConfigError> {
        let table = item.as_table_like().ok_or_else(|| source.wants(item, RELAY, ValueKind::Table))?;
        let mut warnings = Vec::new();
        for (key, value) in table.iter() {
            let full = format!("{RELAY}.{key}");
            let bad = |kind| source.wants(value, &full, kind);
            // A number needs no quotes.
            let number = || value.as_integer().map(|number| number.to_string());
            let text = || value.as_str().map(str::to_owned).or_else(number).unwrap_or_default();
            match key {
                "history" => self.history = value.as_bool().ok_or_else(|| bad(ValueKind::Flag))?,
                "keep" => {
                    let age = RetentionSettings::parse_age(&text());
                    self.retention.age = Some(age.ok_or_else(|| bad(ValueKind::KeepAge))?);
                }
                "keep-messages" => {
                    let messages = RetentionSettings::parse_messages(&text());
                    self.retention.messages = Some(messages.ok_or_else(|| bad(ValueKind::KeepMessages))?);
                }
                "keep-bytes" => {
                    let bytes = RetentionSettings::parse_bytes(&text());
                    self.retention.bytes = Some(bytes.ok_or_else(|| bad(ValueKind::KeepBytes))?);
                }
                "cluster" => self.cluster.servers = servers(value).ok_or_else(|| bad(ValueKind::Servers))?,
                "public" => self.cluster.public = public(value).ok_or_else(|| bad(ValueKind::Hosts))?,
                "ca" => self.cluster.ca = Some(file(value).ok_or_else(|| bad(ValueKind::Text))?),
                "creds" => self.cluster.creds = Some(file(value).ok_or_else(|| bad(ValueKind::Text))?),
                "nkey" => self.cluster.nkey = Some(file(value).ok_or_else(|| bad(ValueKind::Text))?),
                "operators" => self.operators = Some(file(value).ok_or_else(|| bad(ValueKind::Text))?),
                "prefix" => {
                    let prefix = value.as_str().ok_or_else(|| bad(ValueKind::Text))?;
                    self.cluster.prefix = Some(prefix.to_owned());
                }
                "replicas" => {
                    let replicas = value.as_integer().and_then(|number| u8::try_from(number).ok());
                    let replicas = replicas.filter(|number| *number > 0);
                    self.cluster.replicas = Some(replicas.ok_or_else(|| bad(ValueKind::Count))?);
                }
                "shards" => {
                    let shards = value.as_integer().and_then(|number| u16::try_from(number).ok());
                    let shards = shards.filter(|number| (1..=MAX_SHARDS).contains(number));
                    self.cluster.shards = Some(shards.ok_or_else(|| bad(ValueKind::Count))?);
                }
                _ => {
                    let span = table.get_key_value(key).and_then(|(key, _)| key.span());
                    warnings.push(source.unknown_key(&full, source.line(span)));
                }
            }
        }
        Ok(warnings)
    }
}

/// A list, or a text with commas. `None`: neither, or empty.
fn servers(value: &Item) -> Option<Vec<String>> {
    let servers = ClusterSettings::parse_servers(&texts(value)?);
    (!servers.is_empty()).then_some(servers)
}

fn public(value: &Item) -> Option<Vec<HostPort>> {
    ClusterSettings::parse_public(&texts(value)?)
}

fn texts(value: &Item) -> Option<String> {
    Some(match value.as_array() {
        Some(list) => list.iter().map(|text| text.as_str()).collect::<Option<Vec<_>>>()?.join(","),
        None => value.as_str()?.to_owned(),
    })
}

fn file(value: &Item) -> Option<PathBuf> {
    value.as_str().filter(|path| !path.is_empty()).map(PathBuf::from)
}
