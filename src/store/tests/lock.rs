//! One writer at a time.

use std::fs;

use super::samples::{Profile, private};
use crate::store::{Lock, LockError};

#[test]
fn who_comes_second_is_told_who_was_first() {
    let profile = Profile::new();
    let path = profile.folder().join("history.lock");
    let first = Lock::take(&path, private).expect("free");
    let refused = Lock::take(&path, private).expect_err("taken");
    assert!(matches!(refused, LockError::InUse { pid: Some(pid) } if pid == std::process::id()));
    assert_eq!(refused.phrase().key, "store-in-use-by");
    drop(first);
    Lock::take(&path, private).expect("free again");
}

#[test]
fn a_lock_file_that_says_nothing_still_locks() {
    let profile = Profile::new();
    let path = profile.folder().join("history.lock");
    let _first = Lock::take(&path, private).expect("free");
    fs::write(&path, "what is this").expect("written");
    assert!(matches!(Lock::take(&path, private), Err(LockError::InUse { pid: None })));
}

#[test]
fn where_nothing_can_be_created_there_is_no_lock() {
    let profile = Profile::new();
    let path = profile.folder().join("nowhere").join("history.lock");
    assert!(matches!(Lock::take(&path, private), Err(LockError::Io(_))));
}
