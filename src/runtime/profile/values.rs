//! The settings as a person sees them: what stands there now, and what may.

use super::alerts::NotifyCommand;
use super::config::{Config, KEYS};
use crate::model::traffic::Audience;

/// The keys that `/set` takes.
pub fn settings() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(key, _)| *key)
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
            "typing" => flag(self.privacy.typing),
            "reads" => flag(self.privacy.reads),
            "greeting" => self.greeting.clone(),
            "announce" => {
                let places: Vec<&str> = self.announce.iter().map(|place| place.written.as_str()).collect();
                places.join(" ")
            }
            "downloads" => self.downloads.clone().unwrap_or_default(),
            "legacy-encoding" => self.legacy_encoding().to_owned(),
            _ => String::new(),
        }
    }
}
