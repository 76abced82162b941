//! Messages whose time came while the program was off, and what is left of those that have gone.

use rusqlite::Connection;

use crate::model::history::{PageAnchor, StoreCommand};
use crate::model::traffic::MessageKind;
use crate::model::{Draft, EditDraft, Mark, Message, MessageId, WallTime};
use crate::store::Reader;
use crate::store::tests::changes::said;
use crate::store::tests::samples::{ALEX, NOW, Profile, hits, incoming, insert, lookup, page, rest};
use crate::store::tests::uids::{asked, ids_of, ours, theirs, uid, waiting};

const SECOND: i64 = 1_000_000;

/// Expires so many seconds after the next start.
fn until(seconds: i64, message: Message) -> Message {
    Message { expires: Some(WallTime(NOW.0 + seconds * SECOND)), ..message }
}

#[test]
fn what_became_due_while_the_program_was_off_is_gone_at_the_start() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let due: Vec<StoreCommand> = (10..=700).map(|id| insert(&until(-1, incoming(id, ALEX, "due")))).collect();
    backend.commit(&due).expect("kept");
    let others = [
        incoming(1, ALEX, "stays"),
        until(5, incoming(2, ALEX, "later")),
        until(-1, ours(3, ALEX, Mark::Waiting)),
        until(-1, theirs(701, ALEX, 701)),
    ];
    backend.commit(&others.iter().map(insert).collect::<Vec<_>>()).expect("kept");
    rest(&mut *backend);
    drop(backend);
    let opened = profile.open();
    let kept = &opened.remembered.conversations[0];
    assert_eq!((kept.unread, kept.newest), (2, Some(MessageId(3))));
    assert_eq!(opened.remembered.last_message, Some(MessageId(701)), "its id is not given again");
    assert_eq!(opened.remembered.next_expiry, Some(WallTime(NOW.0 - SECOND)), "it has to go out first");
    let mut backend = opened.backend;
    assert_eq!(ids_of(&mut *backend, ALEX), [1, 2, 3]);
    assert_eq!((hits(&mut *backend, "due"), hits(&mut *backend, "later")), (vec![], vec![2]));
    assert_eq!(waiting(&mut *backend, asked(ALEX, None)).0, [3]);
    assert_eq!(backend.commit(&[insert(&theirs(800, ALEX, 701))]), Ok(vec![0]), "its name stays known");
}

#[test]
fn what_is_due_is_not_read_where_nothing_may_be_removed_nor_what_was_said_about_it() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let messages = [
        incoming(1, ALEX, "stays"),
        until(5, incoming(2, ALEX, "later")),
        until(-1, ours(3, ALEX, Mark::Waiting)),
        until(0, incoming(4, ALEX, "due")),
        until(-1, theirs(5, ALEX, 705)),
        said(6, MessageKind::Edit, 705, "due as well"),
    ];
    backend.commit(&messages.iter().map(insert).collect::<Vec<_>>()).expect("kept");
    rest(&mut *backend);
    drop(backend);
    let before = std::fs::read(profile.path()).expect("there");
    let mut reader = Reader::open(&profile.path(), || NOW).expect("read").expect("there");
    let ids = |reader: &mut Reader| -> Vec<u64> {
        let walked = reader.walk(None, None, 9).expect("read");
        walked.iter().map(|message| message.id.0).collect()
    };
    assert_eq!(ids(&mut reader), [1, 2, 3]);
    assert_eq!(reader.search(&lookup("due")).expect("read").hits.len(), 0);
    assert_eq!(reader.search(&lookup("later")).expect("read").hits.len(), 1);
    let list = reader.list().expect("read");
    assert_eq!((list[0].messages, list[0].unread), (3, 2));
    assert_eq!(list[0].last, Some(messages[2].time));
    let later = || WallTime(NOW.0 + 5 * SECOND);
    let mut reader = Reader::open(&profile.path(), later).expect("read").expect("there");
    assert_eq!(ids(&mut reader), [1, 3]);
    assert_eq!(std::fs::read(profile.path()).expect("there"), before);
}

#[test]
fn what_is_due_and_cannot_be_removed_is_on_no_page() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let messages = [
        incoming(1, ALEX, "stays"),
        until(1, incoming(2, ALEX, "due")),
        until(1, ours(3, ALEX, Mark::Waiting)),
        until(5, incoming(4, ALEX, "later")),
        until(1, theirs(5, ALEX, 705)),
        Message { about: Some(uid(705)), ..theirs(6, ALEX, 706) },
    ];
    backend.commit(&messages.iter().map(insert).collect::<Vec<_>>()).expect("kept");
    rest(&mut *backend);
    let other = Connection::open(profile.path()).expect("opened");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let due = WallTime(NOW.0 + SECOND);
    assert!(backend.expire(due).is_err(), "somebody else writes");
    assert_eq!(ids_of(&mut *backend, ALEX), [1, 3, 4, 6], "what has to go out first is shown");
    let newest = page(&mut *backend, ALEX, PageAnchor::Newest);
    assert_eq!(newest.related, [], "nor does it come along with its answer");
    let before = page(&mut *backend, ALEX, PageAnchor::Before(MessageId(3)));
    assert_eq!((before.messages.len(), before.older), (1, false));
    other.execute_batch("ROLLBACK").expect("free");
    assert_eq!(backend.expire(due).expect("removed").messages.len(), 2);
    assert_eq!(ids_of(&mut *backend, ALEX), [1, 3, 4, 6]);
}

#[test]
fn a_draft_for_a_message_that_has_gone_is_one_by_itself() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    backend
        .commit(&[
            insert(&until(-1, ours(1, ALEX, Mark::Delivered))),
            insert(&ours(2, ALEX, Mark::Delivered)),
        ])
        .expect("kept");
    let edit = Some(EditDraft { message: MessageId(1), text: "better words".to_owned() });
    let draft = Draft { reply: Some(MessageId(1)), edit, ..Draft::EMPTY };
    backend.commit(&[StoreCommand::Draft { conversation: ALEX, draft }]).expect("kept");
    drop(backend);
    let left = profile.open().remembered.conversations[0].draft.clone();
    assert_eq!(left, Draft { text: "better words".to_owned(), ..Draft::EMPTY });
}

#[test]
fn nothing_of_a_message_that_has_gone_is_left_in_its_table() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    backend
        .commit(&[insert(&incoming(1, ALEX, "plain")), insert(&until(5, incoming(2, ALEX, "confidential")))])
        .expect("kept");
    assert_eq!(backend.expire(WallTime(NOW.0 + 5 * SECOND)).expect("removed").messages.len(), 1);
    drop(backend);
    assert_eq!(profile.holding("plain"), ["history.db"]);
    assert_eq!(profile.holding("confidential"), [""; 0]);
}

#[test]
fn a_message_without_a_time_costs_the_index_nothing() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    backend
        .commit(&[insert(&incoming(1, ALEX, "x")), insert(&until(5, incoming(2, ALEX, "x")))])
        .expect("kept");
    let connection = Connection::open(profile.path()).expect("opened");
    let sql = "SELECT count(*) FROM message INDEXED BY expiring WHERE expires IS NOT NULL";
    assert_eq!(connection.query_row(sql, [], |row| row.get::<_, i64>(0)), Ok(1));
}
