//! A file that makes no sense is moved aside, whole, and a person is told its name.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use crate::model::history::{PageAnchor, StoreCommand};
use crate::model::phrase::Value;
use crate::model::{ConversationId, MessageId, Phrase};
use crate::store::tests::samples::{
    ALEX, NOW, Profile, a_lock, card, hits, ids, incoming, insert, lookup, page, private, rest,
};
use crate::store::{Backend, Searcher, Work, open};

/// A history of a few hundred messages in a file of its own, with nothing left in the log.
fn filled() -> Profile {
    let profile = Profile::new();
    let ops: Vec<StoreCommand> = (1..=400)
        .map(|id| insert(&incoming(id, ALEX, &format!("message {id} {}", "x".repeat(100)))))
        .collect();
    let mut backend = profile.backend();
    backend.commit(&[StoreCommand::Know(card(ALEX, "Alex", "10.0.0.7:8081").into())]).expect("kept");
    backend.commit(&ops).expect("kept");
    rest(&mut *backend);
    drop(backend);
    assert_eq!(profile.names(), ["history.db"]);
    profile
}

fn the_name(told: &[Phrase]) -> String {
    let [phrase] = told else { panic!("{told:?}") };
    assert_eq!(phrase.key, "store-moved-aside");
    let Some((_, Value::Text(name))) = phrase.args.first() else { panic!("{phrase:?}") };
    name.clone()
}

/// Not the logs that belong to it.
fn is_aside(name: &str) -> bool {
    name.starts_with("history-damaged-") && Path::new(name).extension() == Some("db".as_ref())
}

fn works(backend: &mut dyn Backend) {
    backend.commit(&[insert(&incoming(1_000, ALEX, "new"))]).expect("kept");
    assert_eq!(ids(&page(backend, ALEX, PageAnchor::Newest)), [1_000]);
}

/// The file is replaced by these bytes; a start must move exactly them aside.
fn is_moved_aside(bytes: &[u8]) {
    let profile = Profile::new();
    fs::write(profile.path(), bytes).expect("written");
    let mut opened = profile.open();
    let name = the_name(&opened.told);
    assert!(name.starts_with("history-damaged-202"), "{name}");
    assert_eq!(fs::read(profile.folder().join(&name)).expect("there"), bytes);
    works(&mut *opened.backend);
}

#[test]
fn an_empty_file_is_a_new_history() {
    let profile = Profile::new();
    fs::write(profile.path(), b"").expect("written");
    works(&mut *profile.backend());
}

#[test]
fn what_is_no_database_is_moved_aside() {
    is_moved_aside(b"This is a letter to Mei and no database at all.");
    is_moved_aside(
        &(0..20_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect::<Vec<u8>>(),
    );
}

#[test]
fn a_file_that_was_cut_off_is_moved_aside() {
    let whole = fs::read(filled().path()).expect("there");
    is_moved_aside(&whole[..6_000]);
    is_moved_aside(&whole[..4_096]);
}

#[test]
fn a_page_of_nonsense_is_moved_aside_when_a_start_needs_it() {
    let mut bytes = fs::read(filled().path()).expect("there");
    for page in bytes.chunks_mut(4_096).skip(1) {
        page[..64].fill(0xa5);
    }
    is_moved_aside(&bytes);
}

#[test]
fn a_damaged_file_takes_no_name_that_is_taken() {
    let profile = Profile::new();
    let mut names = Vec::new();
    for number in 0..3 {
        fs::write(profile.path(), format!("no database, number {number}")).expect("written");
        names.push(the_name(&profile.open().told));
        for log in ["-wal", "-shm"] {
            let _there = fs::remove_file(profile.folder().join(format!("history.db{log}"))).is_ok();
        }
    }
    for (number, name) in names.iter().enumerate() {
        let text = fs::read_to_string(profile.folder().join(name)).expect("there");
        assert_eq!(text, format!("no database, number {number}"));
    }
}

/// Overwrites every page but the first through another door while the backend has the file open.
fn ruin(path: &Path) {
    let mut bytes = fs::read(path).expect("there");
    for page in bytes.chunks_mut(4_096).skip(1) {
        page.fill(0xa5);
    }
    fs::write(path, bytes).expect("written");
}

#[test]
fn damage_met_by_a_commit_loses_nothing_of_that_commit() {
    let profile = filled();
    let mut backend = profile.backend();
    ruin(&profile.path());
    // The second has to look at the page where it stood.
    let ops = [insert(&incoming(1_000, ALEX, "new")), StoreCommand::Keep(Arc::new(incoming(200, ALEX, "x")))];
    backend.commit(&ops).expect("kept");
    assert_eq!(ids(&page(&mut *backend, ALEX, PageAnchor::Newest)), [200, 1_000]);
    assert_eq!(rest(&mut *backend), ["store-moved-aside"]);
    drop(backend);
    let opened = profile.open();
    assert_eq!(opened.remembered.conversations[0].card, card(ALEX, "Alex", "10.0.0.7:8081"));
    assert_eq!(opened.remembered.last_message.map(|id| id.0), Some(1_000));
    assert_eq!(profile.names().iter().filter(|name| is_aside(name)).count(), 1);
}

#[test]
fn damage_met_by_a_page_is_told_and_the_next_one_is_of_a_new_file() {
    let profile = filled();
    let mut backend = profile.backend();
    ruin(&profile.path());
    let query = crate::store::tests::samples::show(ALEX, PageAnchor::Oldest, 500);
    assert_eq!(backend.page(&query).expect_err("damaged").key, "store-not-read");
    assert_eq!(rest(&mut *backend), ["store-moved-aside"]);
    works(&mut *backend);
}

#[test]
fn a_damaged_index_is_made_anew_and_no_message_is_lost() {
    let profile = filled();
    let connection = Connection::open(profile.path()).expect("opened");
    connection.execute_batch("UPDATE search_data SET block = x'a5a5a5a5a5' WHERE id > 100").expect("ruined");
    drop(connection);
    let mut backend = profile.backend();
    assert_eq!(backend.search(&lookup("message")).expect_err("damaged").key, "store-not-read");
    assert_eq!(rest(&mut *backend), ["store-index-damaged"]);
    assert_eq!(hits(&mut *backend, "message 77"), [77]);
    assert_eq!(page(&mut *backend, ALEX, PageAnchor::Newest).messages.len(), 400);
    assert_eq!(profile.names().iter().filter(|name| is_aside(name)).count(), 0);
}

#[test]
fn a_damaged_index_does_not_keep_messages_from_being_erased() {
    let profile = filled();
    let connection = Connection::open(profile.path()).expect("opened");
    connection.execute_batch("UPDATE search_data SET block = x'a5a5a5a5a5'").expect("ruined");
    drop(connection);
    let mut backend = profile.backend();
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(400) }]).expect("kept");
    rest(&mut *backend);
    drop(backend);
    assert_eq!(profile.holding(&"x".repeat(100)), [""; 0]);
}

#[test]
fn a_history_of_a_later_version_is_left_alone() {
    let profile = filled();
    let connection = Connection::open(profile.path()).expect("opened");
    connection.pragma_update(None, "user_version", 99).expect("set");
    drop(connection);
    let before = fs::read(profile.path()).expect("there");
    let mut opened = profile.open();
    let [phrase] = opened.told.as_slice() else { panic!("{:?}", opened.told) };
    assert_eq!(phrase, &Phrase::new("store-in-memory").text("fault", "foreign").text("code", ""));
    works(&mut *opened.backend);
    drop(opened);
    assert_eq!(fs::read(profile.path()).expect("there"), before);
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let profile = Profile::new();
    let connection = Connection::open(profile.path()).expect("opened");
    connection.execute_batch("CREATE TABLE bookmark (url TEXT)").expect("created");
    drop(connection);
    let before = fs::read(profile.path()).expect("there");
    assert_eq!(profile.open().told[0].key, "store-in-memory");
    assert_eq!(fs::read(profile.path()).expect("there"), before);
}

#[test]
fn where_no_file_can_be_memory_takes_its_place() {
    let profile = Profile::new();
    let mut opened = open(&profile.folder().join("nowhere").join("history.db"), a_lock(), private, NOW);
    assert_eq!(opened.told[0].key, "store-in-memory");
    works(&mut *opened.backend);
    fs::create_dir(profile.path()).expect("created");
    let mut opened = profile.open();
    assert_eq!(opened.told, [Phrase::new("store-in-memory").text("fault", "cannot-open").text("code", "")]);
    works(&mut *opened.backend);
}

/// Whether a page of 4096 bytes is one of a table with rows.
fn is_leaf(page: &[u8]) -> bool {
    page.first() == Some(&0x0d)
}

#[test]
fn a_damaged_page_of_messages_is_told_from_a_damaged_index() {
    let profile = filled();
    let connection = Connection::open(profile.path()).expect("opened");
    connection.execute_batch("DELETE FROM setting WHERE key = 'index_version'").expect("set");
    drop(connection);
    let mut bytes = fs::read(profile.path()).expect("there");
    let has = |page: &[u8], needle: &[u8]| page.windows(needle.len()).any(|window| window == needle);
    let page = bytes.chunks_mut(4_096).find(|page| is_leaf(page) && has(page, b"message 200 "));
    page.expect("a page of messages").fill(0xa5);
    fs::write(profile.path(), bytes).expect("written");
    let mut backend = profile.backend();
    let mut told = Vec::new();
    // Four hundred messages are a few steps.
    for _ in 0..100 {
        match backend.work() {
            Work::More => {}
            Work::Told(phrase) => told.push(phrase.key),
            Work::Done => break,
        }
    }
    assert!(matches!(backend.work(), Work::Done));
    assert_eq!(told, ["store-index-damaged", "store-moved-aside"]);
    works(&mut *backend);
}

#[test]
fn searches_that_meet_a_damaged_index_while_it_is_made_anew_cost_no_message() {
    let profile = filled();
    let connection = Connection::open(profile.path()).expect("opened");
    connection.execute_batch("UPDATE search_data SET block = x'a5a5a5a5a5' WHERE id > 100").expect("ruined");
    drop(connection);
    let mut backend = profile.backend();
    let search = |mut searcher: Box<dyn Searcher>| searcher.search(&lookup("message"));
    search(backend.searcher().expect("one")).expect_err("damaged");
    assert!(matches!(backend.work(), Work::More));
    // As the next search would have done that had begun before.
    let connection = Connection::open(profile.path()).expect("opened");
    connection.execute_batch("INSERT OR REPLACE INTO setting VALUES ('indexed_to', 400)").expect("set");
    connection.execute_batch("UPDATE search_data SET block = x'a5a5a5a5a5'").expect("ruined");
    search(backend.searcher().expect("one")).expect_err("damaged");
    connection.execute_batch("DROP TABLE search").expect("dropped");
    connection.execute_batch(crate::store::db::INDEX).expect("made anew");
    assert_eq!(rest(&mut *backend), ["store-index-damaged"]);
    assert_eq!(page(&mut *backend, ALEX, PageAnchor::Newest).messages.len(), 400);
}

#[test]
fn a_new_file_gives_no_id_again() {
    let profile = filled();
    let mut backend = profile.backend();
    let of = |id| ConversationId(id);
    backend.commit(&[StoreCommand::Know(card(of(7), "Gone", "10.0.0.8:8081").into())]).expect("kept");
    backend.commit(&[StoreCommand::Forget { conversation: of(7) }]).expect("kept");
    rest(&mut *backend);
    drop(backend);
    let mut backend = profile.backend();
    ruin(&profile.path());
    let query = crate::store::tests::samples::show(ALEX, PageAnchor::Oldest, 500);
    backend.page(&query).expect_err("damaged");
    assert_eq!(rest(&mut *backend), ["store-moved-aside"]);
    drop(backend);
    let remembered = profile.open().remembered;
    assert_eq!((remembered.last_conversation, remembered.last_message), (Some(of(7)), Some(MessageId(400))));
}
