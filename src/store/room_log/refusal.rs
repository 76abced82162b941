//! Why the log cannot be used, as sentences for people.

use super::super::LockError;
use super::super::db::StoreError;
use crate::model::Phrase;

pub(super) fn told(key: &'static str, error: &StoreError) -> Phrase {
    error.told_of(key, "rooms.db")
}

/// Another relay has it, so that this one cannot run.
pub(super) fn locked(error: &LockError) -> Phrase {
    refused(error, "room-log-in-use", "room-log-in-use-by")
}

/// A relay has it, so that a command can change nothing.
pub(super) fn busy(error: &LockError) -> Phrase {
    refused(error, "room-log-busy", "room-log-busy-by")
}

fn refused(error: &LockError, by_somebody: &'static str, by_process: &'static str) -> Phrase {
    match error {
        LockError::InUse { pid: Some(pid) } => Phrase::new(by_process).text("pid", pid.to_string()),
        LockError::InUse { pid: None } => Phrase::new(by_somebody),
        LockError::Io(error) => Phrase::new("room-log-no-lock").text("code", error.kind().to_string()),
    }
}
