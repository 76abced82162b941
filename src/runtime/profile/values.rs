//! The settings as a person sees them: what stands there now, and what may.

use std::path::Path;

use super::alerts::NotifyCommand;
use super::config::{ANNOUNCE, Config, KEYS};
use crate::model::traffic::Audience;
use crate::net::is_encoding;

/// The keys that `/set` takes.
pub fn settings() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(key, _)| *key).filter(|key| *key != ANNOUNCE)
}

/// The values that the key of the config has to choose from; empty where it takes others too.
pub fn choices(key: &str) -> &'static [&'static str] {
    KEYS.iter().find(|(known, _)| *known == key).map_or(&[], |(_, kind)| kind.offered())
}

impl Config {
    /// Each key that can be set, with what holds now; empty: nothing is set.
    pub fn shown(&self) -> Vec<(&'static str, String)> {
        settings().map(|key| (key, self.value(key))).collect()
    }

    fn value(&self, key: &str) -> String {
        let flag = |is_on: bool| is_on.to_string();
        match key {
            "name" => self.name.clone().unwrap_or_default(),
            "group" => self.group.clone(),
            "language" => self.language.clone().unwrap_or_default(),
            "visible" => match self.visible {
                Audience::Everybody => flag(true),
                Audience::Contacts => "contacts".to_owned(),
                Audience::Nobody => flag(false),
            },
            "theme" => self.theme.clone(),
            "list" => self.list.name().to_owned(),
            "pictures" => self.terminal.pictures.name().to_owned(),
            "mouse" => flag(self.terminal.mouse),
            "bell" => flag(self.terminal.alerts.bell),
            "title" => flag(self.terminal.alerts.title),
            "notify" => self.terminal.alerts.notify.name().to_owned(),
            "notify-content" => flag(self.terminal.alerts.content),
            "notify-command" => {
                self.terminal.alerts.command.as_ref().map(NotifyCommand::line).unwrap_or_default()
            }
            "hyperlinks" => flag(self.terminal.hyperlinks),
            "typing" => flag(self.typing),
            "reads" => flag(self.reads),
            "greeting" => self.greeting.clone(),
            "downloads" => self.downloads.clone().unwrap_or_default(),
            "legacy-encoding" => self.legacy_encoding().to_owned(),
            _ => String::new(),
        }
    }
}

/// A folder that is the same wherever the program is started; empty is "not set".
pub(super) fn folder(text: &str) -> Option<&str> {
    let text = text.trim();
    let home = text == "~" || text.starts_with("~/");
    (text.is_empty() || home || Path::new(text).is_absolute()).then_some(text)
}

pub(super) fn encoding(text: &str) -> Option<&str> {
    let text = text.trim();
    (text.is_empty() || is_encoding(text)).then_some(text)
}

/// Whether this says yes or no.
pub(super) fn flag(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" => Some(true),
        "false" | "off" | "no" => Some(false),
        _ => None,
    }
}
