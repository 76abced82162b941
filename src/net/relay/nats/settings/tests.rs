//! What of the settings is written, what holds while it is not, and who wins.

use super::*;
use crate::net::clock;

const BANS: SettingsBucket = SettingsBucket::Bans;

fn stored(revision: u64, key: &str, value: &str) -> StoredSetting {
    StoredSetting { revision, key: key.to_owned(), value: value.as_bytes().to_vec() }
}

fn hear(settings: &mut SettingsReplica, setting: StoredSetting) -> Option<String> {
    let heard = settings.hear(BANS, setting.revision, Some(setting));
    heard.map(|(key, value)| format!("{key}={}", String::from_utf8_lossy(&value)))
}

fn read(settings: &mut SettingsReplica, now: Instant, all: &[StoredSetting], up_to: u64) -> usize {
    settings.read(now, BANS, SettingsRead { settings: all.to_vec(), up_to }).len()
}

fn due(settings: &mut SettingsReplica, now: Instant) -> Option<u64> {
    settings.due(now).into_iter().find_map(|(bucket, after)| (bucket == BANS).then_some(after))
}

fn writes(settings: &mut SettingsReplica, now: Instant) -> Vec<(String, String)> {
    let next = || settings.next_write(now);
    let shown = |write: SettingWrite| (write.key, String::from_utf8_lossy(&write.value).into_owned());
    std::iter::from_fn(next).map(shown).collect()
}

#[test]
fn the_last_write_wins_whatever_comes_late() {
    let mut settings = SettingsReplica::new();
    assert_eq!(hear(&mut settings, stored(1, "a", "x")).as_deref(), Some("a=x"));
    assert_eq!(hear(&mut settings, stored(3, "a", "z")).as_deref(), Some("a=z"));
    assert_eq!(hear(&mut settings, stored(2, "a", "y")), None);
    assert_eq!(hear(&mut settings, stored(4, "a", "z")), None, "nothing changes");
    assert_eq!(hear(&mut settings, stored(5, "b", "")), None);
}

#[test]
fn what_was_missed_is_read() {
    let (now, mut settings) = (clock::now().mono, SettingsReplica::new());
    assert_eq!(due(&mut settings, now), Some(0));
    assert_eq!(due(&mut settings, now), None, "being read");
    assert_eq!(read(&mut settings, now, &[stored(2, "a", "x")], 2), 1);
    assert_eq!(due(&mut settings, now), None);
    assert!(hear(&mut settings, stored(3, "b", "x")).is_some());
    assert_eq!(due(&mut settings, now), None, "nothing is missing");
    assert!(hear(&mut settings, stored(5, "d", "x")).is_some(), "it holds at once");
    assert_eq!(due(&mut settings, now), Some(3));
    let both = [stored(4, "c", "x"), stored(5, "d", "x")];
    assert_eq!(read(&mut settings, now, &both, 5), 1);
    assert_eq!(due(&mut settings, now + CHECK), Some(5));
    settings.not_read(now, BANS);
    assert_eq!((due(&mut settings, now), due(&mut settings, now + RETRY)), (None, Some(5)));
}

#[test]
fn what_is_ordered_is_written_until_it_is_there_and_nothing_older_holds_meanwhile() {
    let (now, mut settings) = (clock::now().mono, SettingsReplica::new());
    settings.set("a".to_owned(), b"x".to_vec());
    let write = settings.next_write(now).expect("a write");
    assert_eq!(settings.next_write(now), None);
    settings.not_written(now, &write);
    assert_eq!(settings.next_write(now), None);
    assert_eq!(hear(&mut settings, stored(1, "a", "older")), None);
    let again = settings.next_write(now + RETRY).expect("a write");
    assert_eq!(again, write);
    // Ordered otherwise meanwhile.
    settings.set("a".to_owned(), b"y".to_vec());
    assert_eq!(settings.next_write(now + RETRY), None, "one after the other");
    assert_eq!(settings.written(again, 2), None);
    let last = settings.next_write(now + RETRY).expect("a write");
    assert_eq!(last.value, b"y");
    // Somebody is later still, and is heard before the answer comes.
    assert_eq!(hear(&mut settings, stored(4, "a", "later")), None);
    assert_eq!(settings.written(last, 3), Some(("a".to_owned(), b"later".to_vec())));
    assert_eq!(hear(&mut settings, stored(3, "a", "y")), None, "one's own");
    assert_eq!(hear(&mut settings, stored(5, "a", "z")).as_deref(), Some("a=z"));
    settings.set("a".to_owned(), b"z".to_vec());
    settings.set("gone".to_owned(), Vec::new());
    assert_eq!(settings.next_write(now + RETRY), None, "it is so already");
}

#[test]
fn what_a_bucket_has_lost_is_written_again_and_what_is_newer_is_taken() {
    let (now, mut settings) = (clock::now().mono, SettingsReplica::new());
    for (revision, key) in (1..).zip(["a", "b", "c", "d"]) {
        hear(&mut settings, stored(revision, key, "x"));
    }
    hear(&mut settings, stored(5, "a", ""));
    hear(&mut settings, stored(6, "b", "y"));
    // It has the first three, and somebody has written since.
    let there = [stored(1, "a", "x"), stored(2, "b", "x"), stored(3, "c", "x"), stored(4, "e", "new")];
    due(&mut settings, now);
    assert_eq!(read(&mut settings, now, &[], 4), 0, "it goes back");
    assert_eq!(due(&mut settings, now), Some(0));
    assert_eq!(read(&mut settings, now, &there, 4), 1);
    let again = [("a", ""), ("b", "y"), ("d", "x")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(writes(&mut settings, now), again);
    let faster = SettingWrite { number: 1, key: "a".to_owned(), value: Vec::new(), expected: Some(1) };
    let before = settings.superseded(faster);
    assert_eq!(before, Some(("a".to_owned(), Vec::new())), "until it is read");
    assert_eq!(due(&mut settings, now), Some(0));
    assert_eq!(read(&mut settings, now, &[stored(9, "a", "of another")], 9), 1);
    assert_eq!(hear(&mut settings, stored(10, "c", "z")).as_deref(), Some("c=z"));
}

#[test]
fn what_was_being_read_when_the_connection_was_lost_says_nothing_of_what_was_before() {
    let (now, mut settings) = (clock::now().mono, SettingsReplica::new());
    hear(&mut settings, stored(1, "a", "x"));
    due(&mut settings, now);
    settings.doubt_all();
    assert_eq!(due(&mut settings, now), None, "being read");
    assert_eq!(read(&mut settings, now, &[stored(2, "b", "x")], 2), 0);
    assert_eq!(due(&mut settings, now), Some(0));
    assert_eq!(read(&mut settings, now, &[stored(1, "a", "x"), stored(2, "b", "x")], 2), 1);
    assert_eq!(writes(&mut settings, now), []);
}

#[test]
fn what_is_too_large_is_not_shared() {
    let mut settings = SettingsReplica::new();
    settings.set("a".to_owned(), vec![0; MAX_SETTING + 1]);
    settings.set("k".repeat(MAX_SETTING_KEY + 1), vec![0]);
    assert_eq!(settings.next_write(clock::now().mono), None);
}
