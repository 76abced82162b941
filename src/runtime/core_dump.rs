//! Keeps messages and keys out of core dumps (invariant U1).

#[cfg(unix)]
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// From now on a crash of this process leaves no image of its memory, and no other program of this user can read it.
/// What cannot be forbidden stays as the system has it.
pub fn forbid_core_dumps() {
    #[cfg(unix)]
    {
        // The hard limit stays, so that what we start can choose.
        let limit = Rlimit { current: Some(0), ..getrlimit(Resource::Core) };
        let _unchanged = setrlimit(Resource::Core, limit).is_ok();
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // Crash handlers that the kernel pipes dumps to ignore the limit (core(5)), but not this. execve resets it, so
        // an editor that we start is as it always is.
        let _unchanged = set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok();
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_crash_leaves_nothing() {
        forbid_core_dumps();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        assert_eq!(
            rustix::process::dumpable_behavior().ok(),
            Some(rustix::process::DumpableBehavior::NotDumpable)
        );
    }
}
