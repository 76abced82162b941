//! Who sees us on the networks that this machine is on, in words.

use std::collections::BTreeSet;

use super::list_words;
use super::text::clip_with_ellipsis;
use super::ui::Ui;
use crate::app::{Conversation, State};
use crate::model::text::plain_line;
use crate::model::traffic::{ConnectionState, OwnNetwork};
use crate::runtime::registry;

/// Interfaces that are named.
const MAX_NAMED: usize = 3;

/// Cells of our own name in a sentence.
const MAX_NAME: u16 = 24;

/// Whether others can know of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    NoNetwork,
    /// Nobody is told that we are here.
    Hidden,
    /// Only those who know our key are.
    Contacts,
    /// No dialect that tells it listens.
    Off,
    /// Nobody else has become known so far.
    Alone,
    Seen,
}

impl Sight {
    /// `None`: nobody knows what a person wants.
    pub(super) fn of(state: &State, ui: &Ui) -> Option<Self> {
        let wanted = ui.style.setting("visible");
        let schemes = registry().schemes();
        let announces = |name: &str| schemes.iter().any(|one| one.name == name && one.caps.presence);
        let mut sockets = state.listening.iter().filter(|one| announces(one.scheme)).peekable();
        let is_off = sockets.peek().is_some() && sockets.all(|one| one.address.is_none());
        let is_here = |one: &Conversation| {
            one.address.scheme.caps.presence && one.status.connection() == Some(&ConnectionState::Up)
        };
        Some(match wanted {
            "" => return None,
            _ if ui.style.networks.here.is_empty() => Self::NoNetwork,
            "contacts" => Self::Contacts,
            "true" if is_off => Self::Off,
            "true" if state.conversations().any(is_here) => Self::Seen,
            "true" => Self::Alone,
            _ => Self::Hidden,
        })
    }

    /// What is said of it; on the first page, where nothing has been said at all, that we are seen too.
    pub(super) fn said(self, ui: &Ui, is_first: bool) -> Option<String> {
        let lang = &ui.style.lang;
        let key = match self {
            Self::NoNetwork => "sight-no-network",
            Self::Hidden => "sight-hidden",
            Self::Contacts => "sight-contacts",
            Self::Off => "sight-off",
            Self::Alone if is_first => "sight-alone-first",
            Self::Alone => "sight-alone",
            Self::Seen if is_first => "sight-seen",
            Self::Seen => return None,
        };
        let name = clip_with_ellipsis(&plain_line(&ui.style.me), MAX_NAME).into_owned();
        let time = list_words::time(&ui.style, ui.viewport.began(), ui.viewport.wall());
        Some(lang.with(key, &[("name", &name), ("where", &interfaces(ui)), ("time", &time)]))
    }
}

/// The interfaces by which others see us.
pub(super) fn interfaces(ui: &Ui) -> String {
    let names: BTreeSet<&str> = ui.style.networks.here.iter().map(|one| one.interface.as_str()).collect();
    named(names.into_iter().map(plain_line))
}

/// The networks on which others see us, each with its interface.
pub(super) fn networks(ui: &Ui) -> String {
    let network = |one: &OwnNetwork| format!("{}, {}", plain_line(&one.interface), plain_line(&one.network));
    let shown: Vec<String> = ui.style.networks.here.iter().map(network).take(MAX_NAMED).collect();
    let rest = if ui.style.networks.here.len() > MAX_NAMED { "; …" } else { "" };
    format!("{}{rest}", shown.join("; "))
}

fn named(mut names: impl Iterator<Item = String>) -> String {
    let shown: Vec<String> = names.by_ref().take(MAX_NAMED).collect();
    let rest = if names.next().is_some() { ", …" } else { "" };
    format!("{}{rest}", shown.join(", "))
}
