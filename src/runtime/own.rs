//! Who we are, from the config, the command line and the system.

use super::profile::Config;
use crate::model::traffic::Own;

/// What nobody is called who says nothing.
const NOBODY: &str = "udpqq";

/// As others may know us. `name` is what the command line says, which wins over the config.
pub(super) fn own(config: &Config, name: Option<&str>) -> Own {
    let login = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let name = name.map(str::to_owned).or_else(|| config.name.clone()).or_else(login);
    Own {
        name: name.filter(|name| !name.is_empty()).unwrap_or_else(|| NOBODY.to_owned()),
        visible: config.visible,
        greeting: config.greeting.clone(),
        ..Own::default()
    }
}
