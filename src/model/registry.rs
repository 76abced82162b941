//! What the command line, the settings and the texts have to know of the dialects.
//!
//! Plain data, filled from the list in `dialects/mod.rs`: no dialect is named here.

use super::{ListenMode, ListenSetting, Scheme};

/// One dialect, as it is described to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DialectInfo {
    pub scheme: Scheme,
    /// An address as a person would type it.
    pub example: &'static str,
    pub listens: ListenMode,
    /// Where a server of this dialect listens when nobody says otherwise; `None`: udpqq is no such server.
    pub server: Option<ListenSetting>,
}

/// All dialects; an address without a scheme means the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry {
    pub dialects: Vec<DialectInfo>,
    /// Names of dialects that this version lacks. Settings may name them, so that one file serves several versions.
    pub reserved: Vec<&'static str>,
}

impl Registry {
    pub fn schemes(&self) -> Vec<Scheme> {
        self.dialects.iter().map(|dialect| dialect.scheme).collect()
    }

    /// The dialects that the messenger listens for, and where it does when nobody says otherwise.
    pub fn listen_kinds(&self) -> impl Iterator<Item = (&'static str, ListenSetting)> {
        self.dialects.iter().filter_map(|one| Some((one.scheme.name, one.listens.usual()?)))
    }

    /// Every name that a `[listen]` line or `--listen` may begin with.
    pub fn listen_keys(&self) -> Vec<&'static str> {
        let listens = |one: &&DialectInfo| one.listens.usual().is_some() || one.server.is_some();
        let known = self.dialects.iter().filter(listens).map(|one| one.scheme.name);
        known.chain(self.reserved.iter().copied()).collect()
    }

    /// Where a server of the dialect listens when nobody says otherwise.
    pub fn server(&self, name: &str) -> Option<ListenSetting> {
        self.dialects.iter().find(|one| one.scheme.name == name)?.server
    }
}
