//! The log file of the profile. Never the terminal; never a message's text, and no address.

use std::path::Path;

use tracing_subscriber::filter::LevelFilter;

use super::profile::append_private;

/// Starts writing to `udpqq.log`. A file that cannot be opened means no log, and nothing else.
pub fn start_log(path: &Path, verbose: bool) {
    let Ok(file) = append_private(path) else { return };
    let level = if verbose { LevelFilter::DEBUG } else { LevelFilter::WARN };
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_writer(std::sync::Mutex::new(file))
        .finish();
    // Only a second call in one process can fail, as tests make it.
    let _first = tracing::subscriber::set_global_default(subscriber).is_ok();
}
