//! Where the dialects listen, as the command line and the config say.

use std::collections::BTreeMap;

use super::profile::{Config, Profile};
use crate::model::{ListenSetting, ListenSettings, NetCommand};
use crate::net::{parse_address, registry};

/// Where the dialects are to listen.
pub(super) fn listening(written: &ListenSettings) -> BTreeMap<&'static str, ListenSetting> {
    let at = |(kind, usual)| (kind, written.get(kind).unwrap_or(usual));
    registry().listen_kinds().map(at).collect()
}

/// A session that speaks to one peer opens no socket of another dialect: another program may want the port.
pub(super) fn listen_only_for(
    profile: &Profile,
    only: &str,
    listen: &mut BTreeMap<&'static str, ListenSetting>,
) {
    // What is wrong with the file is told by whoever reads it for the contacts.
    let contacts = profile.load_contacts(&parse_address).map(|loaded| loaded.value).unwrap_or_default();
    let contact = contacts.into_iter().find(|contact| contact.name == only).map(|contact| contact.address);
    let scheme = contact.or_else(|| parse_address(only).ok()).map(|address| address.scheme.name);
    for (_, at) in listen.iter_mut().filter(|(kind, _)| Some(**kind) != scheme) {
        *at = ListenSetting::Off;
    }
}

/// The orders that move what listens somewhere else by a new config. The file that the first start writes says nothing new.
pub(super) fn moves(before: &Config, after: &Config) -> Vec<NetCommand> {
    let at = |config: &Config, kind, usual| config.listen.get(kind).unwrap_or(usual);
    let moved = |(kind, usual)| {
        let to = at(after, kind, usual);
        (before.exists && to != at(before, kind, usual)).then(|| listen_at(kind, to))
    };
    registry().listen_kinds().filter_map(moved).collect()
}

/// The order to listen there from now on.
pub(super) fn listen_at(scheme: &'static str, setting: ListenSetting) -> NetCommand {
    NetCommand::Listen { scheme, at: setting.address() }
}
