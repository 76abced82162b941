//! The part of `config.toml` that is about the relay.

use toml_edit::Item;

use super::document::TomlFile;
use super::{ConfigError, ValueKind};
use crate::model::{Phrase, RetentionSettings};

/// The table of it.
pub(super) const RELAY: &str = "relay";

/// What the relay does where the command line says nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RelaySettings {
    /// What is said in the rooms is kept.
    pub history: bool,
    pub retention: RetentionSettings,
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
                _ => {
                    let span = table.get_key_value(key).and_then(|(key, _)| key.span());
                    warnings.push(source.unknown_key(&full, source.line(span)));
                }
            }
        }
        Ok(warnings)
    }
}
