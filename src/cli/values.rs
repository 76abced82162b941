//! What the values of options mean, and what is said when they mean nothing.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::EarlyExit;
use crate::lang::Lang;
use crate::model::{ClusterSettings, HostPort, ListenSetting};

/// Seconds of `--wait` without a number: answers on a network come within one, people need some more.
pub(super) const DEFAULT_WAIT: &str = "5";
/// Hits of a search that says nothing else: some screens.
pub(super) const DEFAULT_LIMIT: &str = "50";
/// Messages that a chat in plain lines begins with: enough to know where one was, read aloud in half a minute.
pub(super) const DEFAULT_TAIL: &str = "10";
/// A year; a longer time is a mistyped one, and deadlines beyond the clock's range must not be reachable.
pub(super) const MAX_SECONDS: u64 = 31_536_000;

/// `KIND=WHERE`.
pub(super) fn listen(lang: &Lang, value: &str) -> Result<(String, ListenSetting), EarlyExit> {
    let registry = lang.registry();
    let kinds = registry.listen_keys();
    let refused = |key| EarlyExit::usage(lang, key, &[("value", value), ("kinds", &kinds.join(", "))]);
    let (kind, place) = value.split_once('=').ok_or_else(|| refused("cli-error-listen-form"))?;
    if !kinds.contains(&kind) {
        return Err(refused("cli-error-listen-kind"));
    }
    let place: ListenSetting = place.parse().map_err(|_not_a_place| refused("cli-error-listen-form"))?;
    if registry.reserved.contains(&kind) && place != ListenSetting::Off {
        return Err(refused("cli-error-listen-later"));
    }
    Ok((kind.to_owned(), place))
}

/// Where the relay is to be; to be off makes no sense here.
pub(super) fn relay_place(lang: &Lang, value: &str) -> Result<ListenSetting, EarlyExit> {
    let place = value.parse().ok().filter(|place| *place != ListenSetting::Off);
    place.ok_or_else(|| EarlyExit::usage(lang, "cli-error-relay-place", &[("value", value)]))
}

/// Where figures are served. A port alone is open to this machine only: they are nobody else's business.
pub(super) fn metrics(lang: &Lang, value: &str) -> Result<SocketAddr, EarlyExit> {
    match value.parse() {
        Ok(ListenSetting::At(address)) => Ok(address),
        Ok(ListenSetting::Port(port)) => Ok(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)),
        Ok(ListenSetting::Off) | Err(_) => {
            Err(EarlyExit::usage(lang, "cli-error-metrics", &[("value", value)]))
        }
    }
}

/// How much of the rooms is kept.
pub(super) fn retention<B>(
    lang: &Lang,
    arg: &str,
    value: Option<String>,
    parse: impl Fn(&str) -> Option<B>,
) -> Result<Option<B>, EarlyExit> {
    let Some(value) = value else { return Ok(None) };
    let kind = arg.trim_start_matches('-');
    let said = [("arg", arg), ("kind", kind), ("value", &value)];
    let refused = || EarlyExit::usage(lang, "cli-error-retention", &said);
    parse(&value).map(Some).ok_or_else(refused)
}

/// The servers of a cluster. What names none was meant to: a relay must not forget because a variable was empty.
pub(super) fn servers(lang: &Lang, value: Option<String>) -> Result<Vec<String>, EarlyExit> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let servers = ClusterSettings::parse_servers(&value);
    if servers.is_empty() { Err(EarlyExit::usage(lang, "relay-cluster-unnamed", &[])) } else { Ok(servers) }
}

/// Where members of other relays reach this one.
pub(super) fn public(lang: &Lang, value: Option<String>) -> Result<Vec<HostPort>, EarlyExit> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let refused = || EarlyExit::usage(lang, "cli-error-public", &[("value", &value)]);
    ClusterSettings::parse_public(&value).ok_or_else(refused)
}

/// Seconds, with decimals if wanted.
pub(super) fn seconds(lang: &Lang, arg: &str, value: Option<String>) -> Result<Option<Duration>, EarlyExit> {
    let Some(value) = value else { return Ok(None) };
    // `f64` would also read "inf", "nan", "1e9" and signs.
    let plain = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let duration =
        value.parse().ok().filter(|_| plain).and_then(|secs| Duration::try_from_secs_f64(secs).ok());
    match duration.filter(|duration| *duration <= Duration::from_secs(MAX_SECONDS)) {
        Some(duration) => Ok(Some(duration)),
        None => Err(EarlyExit::usage(lang, "cli-error-seconds", &[("arg", arg), ("value", &value)])),
    }
}

/// A whole number from 1, as large as its kind of number can be.
pub(super) fn count<N: TryFrom<u64>>(
    lang: &Lang,
    arg: &str,
    value: Option<String>,
) -> Result<Option<N>, EarlyExit> {
    let Some(value) = value else { return Ok(None) };
    let plain = value.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse().ok().filter(|number: &u64| plain && *number > 0);
    match number.and_then(|number| number.try_into().ok()) {
        Some(number) => Ok(Some(number)),
        None => Err(EarlyExit::usage(lang, "cli-error-count", &[("arg", arg), ("value", &value)])),
    }
}

/// As `count`, and no more than `most`.
pub(super) fn count_to(
    lang: &Lang,
    arg: &str,
    value: Option<String>,
    most: u64,
) -> Result<Option<u64>, EarlyExit> {
    let shown = value.clone().unwrap_or_default();
    match count(lang, arg, value)? {
        Some(number) if number > most => {
            Err(EarlyExit::usage(lang, "cli-error-count", &[("arg", arg), ("value", &shown)]))
        }
        number => Ok(number),
    }
}

/// The number of an open file.
pub(super) fn descriptor(lang: &Lang, arg: &str, value: Option<String>) -> Result<Option<u32>, EarlyExit> {
    let Some(value) = value else { return Ok(None) };
    let plain = value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse().ok().filter(|_| plain) {
        Some(number) => Ok(Some(number)),
        None => Err(EarlyExit::usage(lang, "cli-error-limit", &[("arg", arg), ("value", &value)])),
    }
}

/// A whole number; 0 is no limit.
pub(super) fn limit(lang: &Lang, arg: &str, value: &str) -> Result<Option<usize>, EarlyExit> {
    whole(lang, arg, value).map(|limit| (limit > 0).then_some(limit))
}

/// A whole number from 0.
pub(super) fn whole(lang: &Lang, arg: &str, value: &str) -> Result<usize, EarlyExit> {
    let plain = value.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse().ok().filter(|_| plain);
    number.ok_or_else(|| EarlyExit::usage(lang, "cli-error-limit", &[("arg", arg), ("value", value)]))
}
