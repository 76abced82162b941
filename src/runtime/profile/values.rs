//! The settings as a person sees them: what stands there now, and what may.

use super::config::{Config, KEYS, settings};
use crate::model::traffic::Audience;

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
            "bell" => flag(self.terminal.bell),
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
