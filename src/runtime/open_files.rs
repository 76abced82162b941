//! How many files this process may have open at one time.

use crate::model::Phrase;

/// What the messenger opens at its start, and as much again. With less some library panics where it finds none left.
#[cfg(target_os = "linux")]
const MIN_FILES: u64 = 64;
/// What is asked for where the limit is lower and may be raised: the usual one.
#[cfg(target_os = "linux")]
const USUAL_FILES: u64 = 1_024;

/// Raises a low limit as far as that is allowed. `Err`: the program cannot run with what is left.
#[cfg(target_os = "linux")]
pub fn allow_open_files() -> Result<(), Phrase> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    // A system that cannot be asked sets no limit.
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return Ok(()) };
    let wanted = USUAL_FILES.min(hard);
    let raised = soft < wanted && setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_ok();
    let limit = if raised { wanted } else { soft };
    if limit >= MIN_FILES {
        return Ok(());
    }
    Err(Phrase::new("start-few-files").number("limit", limit).number("needed", MIN_FILES))
}

#[cfg(not(target_os = "linux"))]
pub const fn allow_open_files() -> Result<(), Phrase> {
    Ok(())
}
