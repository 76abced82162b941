//! What `udpqq relay` was told. Only the form is judged; what is not said is left to whoever opens the relay.

use std::net::SocketAddr;
use std::time::Duration;

use clap::ArgMatches;

use super::{EarlyExit, optional, values};
use crate::lang::Lang;
use crate::model::{ListenSetting, RetentionSettings};

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
    /// What is said in the rooms is kept.
    pub history: bool,
    pub retention: RetentionSettings,
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
            history: matches.get_flag("relay-history"),
            retention: RetentionSettings {
                age: values::retention(lang, "--keep", text("keep"), RetentionSettings::parse_age)?,
                messages: values::retention(
                    lang,
                    "--keep-messages",
                    text("keep-messages"),
                    RetentionSettings::parse_messages,
                )?,
                bytes: values::retention(
                    lang,
                    "--keep-bytes",
                    text("keep-bytes"),
                    RetentionSettings::parse_bytes,
                )?,
            },
            metrics: text("metrics").map(|value| values::metrics(lang, &value)).transpose()?,
        })
    }
}
