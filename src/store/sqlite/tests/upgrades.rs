//! A history of every older version is taken over.

use rusqlite::Connection;

use super::super::schema::VERSION;
use super::fixtures::FIXTURES;
use super::uids::count;
use crate::model::history::{PageAnchor, SearchQuery, StoreCommand};
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Fault, Mark, Message, MessageId, Uid, WallTime};
use crate::store::Reader;
use crate::store::tests::samples::{
    ALEX, NOW, Profile, files, hits, ids, incoming, insert, lookup, page, rest,
};
use crate::store::tests::uids::{ours, theirs, uid};

#[test]
fn there_is_a_fixture_of_every_older_version() {
    assert_eq!(FIXTURES.len() + 1, VERSION);
}

/// Every table and index with its columns, as SQLite knows them, and how the index of the search is merged.
fn shape(profile: &Profile) -> Vec<String> {
    let connection = Connection::open(profile.path()).expect("opened");
    let columns = "SELECT s.type || ' ' || s.name || ' ' || group_concat(c.name || ' ' || c.type || ' ' || c.pk) \
         FROM sqlite_schema s JOIN pragma_table_xinfo(s.name) c WHERE s.name NOT LIKE 'sqlite%' GROUP BY s.name";
    let indexes = "SELECT 'index ' || s.name || ' ' || group_concat(coalesce(c.name, '')) || ' ' || l.partial \
         FROM sqlite_schema s JOIN pragma_index_xinfo(s.name) c JOIN pragma_index_list(s.tbl_name) l \
         ON l.name = s.name WHERE s.type = 'index' GROUP BY s.name";
    let read = |sql: &str| {
        let mut statement = connection.prepare(sql).expect("a statement");
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).expect("asked");
        rows.collect::<Result<Vec<_>, _>>().expect("read")
    };
    let merging = "SELECT 'merging ' || k || ' ' || v FROM search_config ORDER BY k";
    [read(columns), read(indexes), read(merging)].concat()
}

#[test]
fn a_history_of_every_older_version_gets_the_shape_of_a_new_one() {
    let new = Profile::new();
    drop(new.backend());
    let wanted = shape(&new);
    for line in ["index message_uid conversation,uid", "merging automerge 0"] {
        assert!(wanted.iter().any(|there| there.starts_with(line)), "{wanted:?}");
    }
    for fixture in FIXTURES {
        let profile = Profile::new();
        Connection::open(profile.path()).expect("opened").execute_batch(fixture).expect("a fixture");
        drop(profile.backend());
        assert_eq!(shape(&profile), wanted);
    }
}

#[test]
fn a_history_of_every_older_version_is_taken_over() {
    for fixture in FIXTURES {
        let profile = Profile::new();
        Connection::open(profile.path()).expect("opened").execute_batch(fixture).expect("a fixture");
        let opened = profile.open();
        assert_eq!(opened.told, []);
        let remembered = opened.remembered;
        assert_eq!((remembered.open, remembered.last_message), (Some(ALEX), Some(MessageId(7))));
        assert_eq!(
            (remembered.conversations[0].card.trust, remembered.conversations[0].outbox),
            (None, None)
        );
        assert_eq!(
            (remembered.conversations[0].unread, remembered.conversations[0].draft.text.as_str()),
            (1, "d")
        );
        let mut backend = opened.backend;
        let messages = page(&mut *backend, ALEX, PageAnchor::Newest).messages;
        let failed = Mark::Failed(Fault::Network { to: None, code: "EPERM".into() });
        assert_eq!(messages[2].mark(), Some(&failed));
        assert!(matches!(messages[1].direction, Direction::Incoming { lossy: true, .. }));
        assert!(messages.iter().all(|one| one.files.is_empty() && one.kind() == Some(MessageKind::Text)));
        assert_eq!((&*messages[0].payload, &*messages[1].payload), ("明天开会".as_bytes(), &[0xff][..]));
        assert_eq!(hits(&mut *backend, "hello"), [3, 2]);
        rest(&mut *backend);
        assert_eq!(hits(&mut *backend, "开会"), [1]);
        drop(backend);
        is_like_a_new_one(&profile);
    }
}

#[test]
fn what_is_there_is_noted_once_and_what_is_gone_stays_known() {
    let profile = Profile::new();
    let connection = Connection::open(profile.path()).expect("opened");
    connection.execute_batch(FIXTURES[8]).expect("a fixture");
    let mut backend = profile.backend();
    let gone = Uid([0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    let there = Uid([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    assert_eq!(count(&profile, "SELECT count(*) FROM seen"), 1);
    let again = [gone, there].map(|uid| insert(&Message { uid: Some(uid), ..theirs(8, ALEX, 8) }));
    assert_eq!(backend.commit(&again), Ok(vec![0, 1]));
}

/// What only this version has is kept in it.
fn is_like_a_new_one(profile: &Profile) {
    let expires = Some(WallTime(i64::MAX));
    let new = Message {
        files: files(),
        about: Some(uid(1)),
        quote: Some("q".into()),
        expires,
        ..theirs(8, ALEX, 8)
    };
    let ours = ours(9, ALEX, Mark::Waiting);
    profile.backend().commit(&[insert(&new), insert(&ours)]).expect("kept");
    let opened = profile.open();
    assert_eq!(opened.remembered.conversations[0].outbox, Some(MessageId(9)));
    assert_eq!(opened.remembered.next_expiry, expires);
    let mut backend = opened.backend;
    assert_eq!(backend.commit(&[insert(&theirs(10, ALEX, 8))]), Ok(vec![0]));
    let page = page(&mut *backend, ALEX, PageAnchor::Newest);
    assert_eq!(ids(&page), [1, 2, 3, 8, 9]);
    assert_eq!((&*page.messages[3], &*page.messages[4]), (&new, &ours));
}

#[test]
fn a_history_of_every_older_version_can_be_read_where_it_is_not_taken_over() {
    for fixture in FIXTURES {
        let profile = Profile::new();
        Connection::open(profile.path()).expect("opened").execute_batch(fixture).expect("a fixture");
        let before = std::fs::read(profile.path()).expect("a file");
        let mut reader = Reader::open(&profile.path(), || NOW).expect("read").expect("there");
        let list = reader.list().expect("a list");
        assert_eq!((list[0].messages, list[0].unread, list[0].card.trust), (3, 1, None));
        let walked = reader.walk(Some(ALEX), None, 10).expect("read");
        assert_eq!(walked.iter().map(|message| message.id.0).collect::<Vec<_>>(), [1, 2, 3]);
        for (typed, found) in [("hello", &[3, 2][..]), ("开会", &[1]), ("hello from:alex", &[2])] {
            for within in [None, Some(ALEX)] {
                let hits = reader.search(&SearchQuery { within, ..lookup(typed) }).expect("searched").hits;
                let ids: Vec<u64> = hits.iter().map(|hit| hit.id.0).collect();
                assert_eq!(ids, found, "{typed} {within:?}");
            }
        }
        drop(reader);
        assert_eq!(std::fs::read(profile.path()).expect("a file"), before);
        assert_eq!(profile.names(), ["history.db"]);
    }
}

#[test]
fn members_of_a_room_are_found_by_their_names_also_where_a_history_is_only_read() {
    let profile = Profile::new();
    let version_3 = FIXTURES[2];
    Connection::open(profile.path()).expect("opened").execute_batch(version_3).expect("a fixture");
    let mut reader = Reader::open(&profile.path(), || NOW).expect("read").expect("there");
    let hits = reader.search(&lookup("hello from:mei")).expect("searched").hits;
    assert_eq!(hits.iter().map(|hit| hit.id.0).collect::<Vec<_>>(), [2]);
}

#[test]
fn an_upgrade_that_was_interrupted_between_two_versions_goes_on() {
    let profile = Profile::new();
    profile.backend().commit(&[StoreCommand::Open { conversation: ALEX }]).expect("kept");
    let connection = Connection::open(profile.path()).expect("opened");
    connection
        .execute_batch(
            "DROP TABLE search; DROP INDEX unfinished; DROP INDEX joined; DROP INDEX named; \
             DROP INDEX change; DROP INDEX change_of; DROP INDEX key_changed; \
             ALTER TABLE message DROP COLUMN quote; ALTER TABLE message DROP COLUMN sender; \
             ALTER TABLE message DROP COLUMN kind; ALTER TABLE message DROP COLUMN files; \
             DROP INDEX message_uid; DROP INDEX message_about; DROP INDEX waiting; DROP TABLE seen; \
             DROP TABLE outbox; ALTER TABLE message DROP COLUMN uid; ALTER TABLE message DROP COLUMN about; \
             ALTER TABLE conversation DROP COLUMN trust; ALTER TABLE conversation DROP COLUMN forgotten_to; \
             ALTER TABLE conversation DROP COLUMN peer_read; \
             ALTER TABLE conversation DROP COLUMN reply_message; ALTER TABLE conversation DROP COLUMN edit_message; \
             ALTER TABLE conversation DROP COLUMN edit_text; ALTER TABLE conversation DROP COLUMN session; \
             ALTER TABLE conversation DROP COLUMN unheard_message; \
             DROP INDEX expiring; ALTER TABLE message DROP COLUMN expires; \
             CREATE INDEX waiting ON message (mark) WHERE mark = 0; PRAGMA user_version = 1",
        )
        .expect("back");
    drop(connection);
    let mut backend = profile.backend();
    backend.commit(&[insert(&incoming(1, ALEX, "word"))]).expect("kept");
    rest(&mut *backend);
    assert_eq!(hits(&mut *backend, "word"), [1]);
}

#[test]
fn an_index_of_other_words_is_made_anew() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    backend.commit(&[insert(&incoming(1, ALEX, "word"))]).expect("kept");
    rest(&mut *backend);
    drop(backend);
    let connection = Connection::open(profile.path()).expect("opened");
    let others =
        "UPDATE setting SET value = 0 WHERE key = 'index_version'; DELETE FROM search WHERE rowid = 1;";
    connection.execute_batch(others).expect("written");
    drop(connection);
    let mut backend = profile.backend();
    rest(&mut *backend);
    assert_eq!(hits(&mut *backend, "word"), [1]);
}
