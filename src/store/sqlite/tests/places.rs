//! The file under its name: removed, renamed or replaced while the program runs; and the room that it takes.

use std::fs;

use rusqlite::Connection;

use crate::model::history::{PageAnchor, StoreCommand, StoreEvent};
use crate::model::{ConversationId, MessageId};
use crate::store::tests::samples::{ALEX, MEI, Profile, card, ids, incoming, insert, page, private, rest};
use crate::store::tests::uids::theirs;
use crate::store::{Backend, Lock, LockError, StoreHandle};

/// Why a new file has begun, if it has.
fn news(backend: &mut dyn Backend) -> Option<&'static str> {
    if let Some(StoreEvent::BegunAnew(why)) = backend.news() { Some(why.key) } else { None }
}

fn number(profile: &Profile, sql: &str) -> i64 {
    let connection = Connection::open(profile.path()).expect("opened");
    connection.query_row(sql, [], |row| row.get(0)).expect("a number")
}

fn with_one_message(profile: &Profile) -> Box<dyn Backend> {
    let mut backend = profile.backend();
    let known = StoreCommand::Know(card(ALEX, "alex", "127.0.0.1:8081").into());
    backend.commit(&[known, insert(&incoming(1, ALEX, "before"))]).expect("kept");
    backend
}

#[test]
fn a_history_that_was_removed_is_noticed_with_the_next_change_which_the_new_one_has() {
    let profile = Profile::new();
    let mut backend = with_one_message(&profile);
    fs::remove_file(profile.path()).expect("removed");
    backend.commit(&[insert(&incoming(2, ALEX, "after"))]).expect("kept");
    assert_eq!(news(&mut *backend), Some("store-gone"));
    assert_eq!(ids(&page(&mut *backend, ALEX, PageAnchor::Newest)), [2]);
    std::mem::forget(backend);
    let again = profile.open();
    assert_eq!(again.remembered.conversations[0].card.name, "alex");
    assert_eq!(again.remembered.last_message, Some(MessageId(2)));
}

#[test]
fn it_is_noticed_without_a_change_when_somebody_looks() {
    let profile = Profile::new();
    let mut backend = with_one_message(&profile);
    backend.check_file();
    assert_eq!(news(&mut *backend), None);
    fs::remove_file(profile.path()).expect("removed");
    backend.check_file();
    assert_eq!(news(&mut *backend), Some("store-gone"));
    assert!(profile.path().exists());
}

#[test]
fn a_log_that_was_removed_takes_nothing_along() {
    for (removed, looks) in [("-wal", false), ("-wal", true), ("-shm", false), ("-shm", true)] {
        let profile = Profile::new();
        let mut backend = with_one_message(&profile);
        fs::remove_file(profile.folder().join(format!("history.db{removed}"))).expect("there was one");
        if looks {
            backend.check_file();
        }
        backend.commit(&[insert(&incoming(2, ALEX, "after"))]).expect("kept");
        assert_eq!(number(&profile, "SELECT count(*) FROM message"), 2, "others see it");
        backend.commit(&[insert(&incoming(3, ALEX, "and on"))]).expect("kept");
        assert_eq!(news(&mut *backend), None);
        // As a crash leaves it.
        std::mem::forget(backend);
        assert_eq!(profile.open().remembered.last_message, Some(MessageId(3)));
    }
}

#[test]
fn a_history_that_was_renamed_stays_whole_under_its_new_name() {
    let profile = Profile::new();
    let mut backend = with_one_message(&profile);
    let elsewhere = profile.folder().join("kept-elsewhere.db");
    fs::rename(profile.path(), &elsewhere).expect("renamed");
    backend.commit(&[insert(&incoming(2, ALEX, "after"))]).expect("kept");
    assert_eq!(news(&mut *backend), Some("store-gone"));
    let connection = Connection::open(elsewhere).expect("opened");
    let texts: Vec<String> = connection
        .prepare("SELECT text FROM message")
        .and_then(|mut ask| ask.query_map([], |row| row.get(0))?.collect())
        .expect("read");
    assert_eq!(texts, ["before"]);
}

#[test]
fn a_file_in_the_place_of_the_history_is_moved_aside_as_it_is() {
    let profile = Profile::new();
    let mut backend = with_one_message(&profile);
    fs::write(profile.folder().join("other"), "somebody's").expect("written");
    fs::rename(profile.folder().join("other"), profile.path()).expect("renamed");
    backend.commit(&[insert(&incoming(2, ALEX, "after"))]).expect("kept");
    assert_eq!(news(&mut *backend), Some("store-replaced"));
    assert_eq!(ids(&page(&mut *backend, ALEX, PageAnchor::Newest)), [2]);
    let aside = profile.names().into_iter().find(|name| name.starts_with("history-replaced-"));
    let aside = fs::read(profile.folder().join(aside.expect("moved aside"))).expect("there");
    assert_eq!(aside, b"somebody's");
}

#[test]
fn with_the_folder_gone_nothing_is_said_to_be_kept() {
    let profile = Profile::new();
    let mut backend = with_one_message(&profile);
    let away = tempfile::tempdir().expect("a folder");
    fs::rename(profile.folder(), away.path().join("moved")).expect("renamed");
    let refused = backend.commit(&[insert(&incoming(2, ALEX, "after"))]);
    assert!(refused.is_err(), "{refused:?}");
    fs::create_dir(profile.folder()).expect("created");
    backend.commit(&[StoreCommand::Keep(std::sync::Arc::new(incoming(2, ALEX, "after")))]).expect("kept");
    assert_eq!(news(&mut *backend), Some("store-gone"));
    assert_eq!(ids(&page(&mut *backend, ALEX, PageAnchor::Newest)), [2]);
}

#[test]
fn a_lock_holds_when_its_file_is_removed() {
    let profile = Profile::new();
    let path = profile.folder().join("history.lock");
    let _first = Lock::take(&path, private).expect("free");
    fs::remove_file(&path).expect("removed");
    assert!(matches!(Lock::take(&path, private), Err(LockError::InUse { pid: None })));
}

fn fill(backend: &mut dyn Backend, ids: std::ops::RangeInclusive<u64>, bytes: usize) {
    let ops: Vec<StoreCommand> = ids.map(|id| insert(&incoming(id, MEI, &"x".repeat(bytes)))).collect();
    for group in ops.chunks(100) {
        backend.commit(group).expect("kept");
    }
}

#[test]
fn what_is_trimmed_is_gone_with_the_commit_and_its_room_is_given_back() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 1..=2_000, 10_000);
    let before = number(&profile, "PRAGMA page_count");
    backend
        .commit(&[StoreCommand::Trim { conversations: vec![MEI], before: MessageId(1_990) }])
        .expect("kept");
    assert_eq!(number(&profile, "SELECT count(*) FROM message"), 11);
    rest(&mut *backend);
    let after = number(&profile, "PRAGMA page_count");
    assert!(after < before / 3, "{before} pages, then {after}");
    assert_eq!(number(&profile, "PRAGMA auto_vacuum"), 2);
}

#[test]
fn who_is_driven_out_is_gone_with_the_commit() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 1..=100, 100);
    rest(&mut *backend);
    backend.commit(&[StoreCommand::Evict { conversation: MEI }]).expect("kept");
    assert_eq!(number(&profile, "SELECT count(*) FROM message"), 0);
    assert_eq!(number(&profile, "SELECT count(*) FROM conversation"), 0);
    drop(backend);
    assert_eq!(profile.open().remembered.last_message, Some(MessageId(100)));
}

#[test]
fn cleanup_is_done_although_messages_never_cease() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    for round in 0..30_u64 {
        fill(&mut *backend, round * 50 + 1..=round * 50 + 50, 100);
        backend.work_under_load();
    }
    assert_eq!(number(&profile, "SELECT value FROM setting WHERE key = 'indexed_to'"), 1_500);
    backend.commit(&[StoreCommand::Clear { conversation: MEI, up_to: MessageId(1_500) }]).expect("kept");
    for round in 30..60_u64 {
        fill(&mut *backend, round * 50 + 1..=round * 50 + 50, 100);
        backend.work_under_load();
    }
    assert_eq!(number(&profile, "SELECT count(*) FROM message WHERE id <= 1500"), 0);
}

#[test]
fn a_small_file_of_an_earlier_version_learns_to_give_room_back_and_keeps_its_messages() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 1..=50, 100);
    drop(backend);
    let connection = Connection::open(profile.path()).expect("opened");
    connection.execute_batch("PRAGMA auto_vacuum = NONE; VACUUM").expect("as it was");
    drop(connection);
    assert_eq!(number(&profile, "PRAGMA auto_vacuum"), 0);
    let mut backend = profile.backend();
    rest(&mut *backend);
    assert_eq!(number(&profile, "PRAGMA auto_vacuum"), 2);
    assert_eq!(ids(&page(&mut *backend, MEI, PageAnchor::Newest)).len(), 50);
}

#[test]
fn what_goes_is_noted_also_after_a_file_was_written_anew_beside_itself() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    // More than is written anew in the memory.
    fill(&mut *backend, 1..=60, 100_000);
    drop(backend);
    let connection = Connection::open(profile.path()).expect("opened");
    connection.execute_batch("PRAGMA auto_vacuum = NONE; VACUUM").expect("as it was");
    drop(connection);
    let mut backend = profile.backend();
    rest(&mut *backend);
    assert_eq!(number(&profile, "PRAGMA auto_vacuum"), 2);
    backend.commit(&[insert(&theirs(100, MEI, 1)), insert(&theirs(101, MEI, 2))]).expect("kept");
    let trim = StoreCommand::Trim { conversations: vec![MEI], before: MessageId(101) };
    backend.commit(&[trim]).expect("trimmed");
    assert_eq!(backend.commit(&[insert(&theirs(102, MEI, 1))]), Ok(vec![0]));
}

#[test]
fn a_disk_that_gets_low_is_news_once() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    backend.watch_space(|_folder| Ok(0));
    assert_eq!(backend.news(), Some(StoreEvent::DiskLow(true)));
    fill(&mut *backend, 1..=1, 1);
    assert_eq!(backend.news(), None);
}

#[test]
fn the_store_has_no_room_when_large_messages_wait() {
    let profile = Profile::new();
    let mut store = StoreHandle::start(profile.backend()).expect("a thread");
    for id in 1..=80 {
        store.ask(insert(&incoming(id, ConversationId(7), &"x".repeat(60_000)))).expect("taken");
    }
    assert!(!store.has_room(), "ten megabytes");
    let mut left = 80;
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    while left > 0 {
        if let Some(StoreEvent::Committed(ops)) = runtime.block_on(store.next()) {
            left -= ops.len();
        }
    }
    assert!(store.has_room());
}
