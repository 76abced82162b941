//! Changes of the files while the program runs.

use std::time::Duration;

use tokio::time::timeout;

use super::*;

const LONG: Duration = Duration::from_secs(10);
/// Several times the pause in which changes are gathered.
const QUIET: Duration = Duration::from_millis(700);

async fn next(watcher: &mut Watcher) -> Changed {
    timeout(LONG, watcher.next()).await.expect("a change is told")
}

#[tokio::test]
async fn changes_are_told_once_and_reading_is_no_change() {
    let (folder, profile) = profile();
    let (mut watcher, warning) = Watcher::start(&profile);
    assert_eq!(warning, None);
    assert!(watcher.is_active());
    profile.set("bell", "off").unwrap();
    assert_eq!(next(&mut watcher).await, Changed::Config);
    profile.load_config().unwrap();
    fs::write(folder.path().join("udpqq.log"), "line").unwrap();
    assert!(timeout(QUIET, watcher.next()).await.is_err(), "nothing more to tell");
    fs::write(profile.contacts_path(), "[contacts]\n").unwrap();
    assert_eq!(next(&mut watcher).await, Changed::Contacts);
    fs::remove_file(profile.config_path()).unwrap();
    // On a slow machine the write before may be told in two parts.
    while next(&mut watcher).await != Changed::Config {}
}

#[tokio::test]
async fn a_history_that_is_removed_is_told_and_one_that_is_written_is_not() {
    let (folder, profile) = profile();
    fs::write(profile.history_path(), "").unwrap();
    let (mut watcher, _) = Watcher::start(&profile);
    for number in 0..100 {
        fs::write(folder.path().join("history.db-wal"), format!("{number}")).unwrap();
        fs::write(profile.history_path(), format!("{number}")).unwrap();
    }
    assert!(timeout(QUIET, watcher.next()).await.is_err(), "nothing to look at");
    fs::remove_file(profile.history_path()).unwrap();
    assert_eq!(next(&mut watcher).await, Changed::History);
    fs::write(folder.path().join("other"), "").unwrap();
    fs::rename(folder.path().join("other"), profile.history_path()).unwrap();
    assert_eq!(next(&mut watcher).await, Changed::History);
}

#[tokio::test]
async fn both_files_at_once_are_both_told() {
    let (_folder, profile) = profile();
    let (mut watcher, _) = Watcher::start(&profile);
    profile.set("bell", "off").unwrap();
    profile.add_contact("a", "h:1").unwrap();
    assert_eq!(next(&mut watcher).await, Changed::Config);
    assert_eq!(next(&mut watcher).await, Changed::Contacts);
}

#[cfg(unix)]
#[tokio::test]
async fn the_target_of_a_symlink_is_watched_too() {
    let (_folder, profile) = profile();
    let elsewhere = TempDir::new().unwrap();
    let target = elsewhere.path().join("people");
    fs::write(&target, "").unwrap();
    std::os::unix::fs::symlink(&target, profile.contacts_path()).unwrap();
    let (mut watcher, _) = Watcher::start(&profile);
    fs::write(&target, "[contacts]\n").unwrap();
    assert_eq!(next(&mut watcher).await, Changed::Contacts);
}

#[tokio::test]
async fn what_cannot_be_watched_is_a_warning() {
    let (folder, profile) = profile();
    drop(folder);
    let (mut watcher, warning) = Watcher::start(&profile);
    assert_eq!(warning.map(|warning| warning.key), Some("profile-not-watched"));
    assert!(!watcher.is_active());
    assert!(timeout(QUIET, watcher.next()).await.is_err());
}
