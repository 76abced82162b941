//! How many files this process may have open, and what of that is left for streams.

/// The history, the files of the profile, the watchers, the datagram sockets, the terminal, and room to spare.
#[cfg(unix)]
const MAX_OTHERS: usize = 128;

#[cfg(target_os = "linux")]
pub(super) fn room_for() -> usize {
    use nix::sys::resource::{Resource, getrlimit};
    let limit = getrlimit(Resource::RLIMIT_NOFILE).map_or(USUAL_LIMIT, |(soft, _)| soft);
    usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(MAX_OTHERS)
}

/// Where the process cannot ask: what macOS gives.
#[cfg(unix)]
const USUAL_LIMIT: u64 = 256;

#[cfg(all(unix, not(target_os = "linux")))]
pub(super) fn room_for() -> usize {
    usize::try_from(USUAL_LIMIT).unwrap_or(usize::MAX).saturating_sub(MAX_OTHERS)
}

/// No such limit.
#[cfg(not(unix))]
pub(super) const fn room_for() -> usize {
    usize::MAX
}
