//! Settings that change while a session runs, and what follows at once.

use super::profile::{Config, EditError};
use super::session::Session;
use crate::model::{ListenSetting, NetCommand};
use crate::net::{self, Listen};

impl Session {
    /// Writes settings to config.toml and reads the file again. Settings are few and small: no thread.
    pub fn configure(&mut self, settings: &[(&str, &str)]) -> Result<(), EditError> {
        self.profile.set_all(settings)?;
        // Another name is meant for now, too, whatever the command line said at the start.
        self.said.name.take_if(|_| settings.iter().any(|(key, _)| *key == "name"));
        if let Ok(loaded) = self.profile.load_config() {
            self.take_config(loaded.value);
        }
        Ok(())
    }

    pub(super) fn take_config(&mut self, config: Config) {
        self.follow_listening(&config);
        self.config = config;
        if self.introduced.is_some() {
            self.introduce();
        }
    }

    /// Moves what listens somewhere else by the new config.
    fn follow_listening(&mut self, new: &Config) {
        // The file that the first start writes says nothing new.
        if !self.config.exists {
            return;
        }
        for (kind, usual) in net::registry().listen_kinds() {
            let at = |config: &Config| config.listen.get(kind).unwrap_or(usual);
            let wanted = at(new);
            if wanted != at(&self.config) {
                self.move_listening(kind, wanted);
            }
        }
    }

    fn move_listening(&mut self, scheme: &'static str, setting: ListenSetting) {
        let at = match Listen::new(setting, false) {
            Listen::Off => None,
            Listen::At { address, .. } => Some(address),
        };
        self.order(NetCommand::Listen { scheme, at }).into_iter().for_each(|event| self.apply(event));
    }

    /// Listens there from now on, and at the next start.
    pub fn listen(&mut self, kind: &'static str, setting: ListenSetting) -> Result<(), EditError> {
        // Also where the file says the same: the command line may have said something else.
        self.move_listening(kind, setting);
        self.profile.set(&format!("listen.{kind}"), &setting.to_string())?;
        if let Ok(loaded) = self.profile.load_config() {
            self.config = loaded.value;
        }
        Ok(())
    }
}
