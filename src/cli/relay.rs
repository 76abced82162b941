//! What `udpqq relay` was told. Only the form is judged; what is not said is left to whoever opens the relay.

use std::net::SocketAddr;
use std::time::Duration;

use clap::ArgMatches;

use super::{EarlyExit, optional, values};
use crate::lang::Lang;
use crate::model::ListenSetting;

/// `None`: not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelayFlags {
    pub listen: Option<ListenSetting>,
    /// No proof of addresses.
    pub open: bool,
    pub members: Option<usize>,
    pub rooms: Option<usize>,
    /// Messages a second of one member.
    pub rate: Option<u32>,
    /// Bytes a second of one member.
    pub bytes: Option<u32>,
    /// Bytes a second to all.
    pub bandwidth: Option<u64>,
    pub silence: Option<Duration>,
    /// The page instead of the log.
    pub tui: bool,
    pub metrics: Option<SocketAddr>,
}

impl RelayFlags {
    pub(super) fn read(lang: &Lang, matches: &ArgMatches) -> Result<Self, EarlyExit> {
        let text = |id| optional(matches, id);
        let place = text("relay-address").map(|value| values::relay_place(lang, &value)).transpose()?;
        let silence = values::count_to(lang, "--silence", text("silence"), values::MAX_SECONDS)?;
        Ok(Self {
            listen: place,
            open: matches.get_flag("relay-open"),
            members: values::count(lang, "--members", text("members"))?,
            rooms: values::count(lang, "--rooms", text("rooms"))?,
            rate: values::count(lang, "--rate", text("rate"))?,
            bytes: values::count(lang, "--bytes", text("bytes"))?,
            bandwidth: values::count(lang, "--bandwidth", text("bandwidth"))?,
            silence: silence.map(Duration::from_secs),
            tui: matches.get_flag("tui"),
            metrics: text("metrics").map(|value| values::metrics(lang, &value)).transpose()?,
        })
    }
}
