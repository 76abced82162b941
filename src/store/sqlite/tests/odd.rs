//! Values in the file that no version of ours has written.

use rusqlite::Connection;

use crate::model::file::MAX_FILES;
use crate::model::history::{PageAnchor, StoreCommand};
use crate::model::{ConversationId, MessageId, TransferState};
use crate::store::Backend;
use crate::store::tests::samples::{ALEX, Profile, card, hits, ids, incoming, insert, page, rest, show};

/// A history of four hundred messages, closed.
fn filled() -> Profile {
    let profile = Profile::new();
    let mut backend = profile.backend();
    backend.commit(&[StoreCommand::Know(card(ALEX, "Alex", "10.0.0.7:8081").into())]).expect("kept");
    let ops: Vec<StoreCommand> = (1..=400).map(|id| insert(&incoming(id, ALEX, "message"))).collect();
    backend.commit(&ops).expect("kept");
    rest(&mut *backend);
    drop(backend);
    profile
}

fn change(profile: &Profile, sql: &str) {
    Connection::open(profile.path()).expect("opened").execute_batch(sql).expect("written");
}

#[test]
fn values_that_nobody_wrote_are_clamped_or_left_out() {
    let profile = filled();
    let connection = Connection::open(profile.path()).expect("opened");
    connection
        .execute_batch(
            "UPDATE message SET source = 'nowhere', text = x'ff41', payload = 'text', time = 'noon' WHERE id = 1;
             UPDATE message SET direction = 9 WHERE id = 2;
             UPDATE message SET direction = 1, mark = 77, reason = x'ff', marked = 1.5 WHERE id = 3;
             UPDATE message SET direction = 1, mark = 3, reason = 'what' WHERE id = 4;
             UPDATE message SET id = -5 WHERE id = 5;
             UPDATE message SET id = 9223372036854775807 WHERE id = 400;
             UPDATE message SET conversation = -1 WHERE id = 6;
             UPDATE conversation SET read_to = 'x', cleared_to = 'y', reading_message = -3, standing = 8;
             INSERT INTO conversation (id, name) VALUES (9223372036854775807, x'ff00'), (-1, '');
             INSERT OR REPLACE INTO setting VALUES ('open', -7), ('last_message', 'x'), ('last_conversation', 1.5);",
        )
        .expect("written");
    drop(connection);
    let mut opened = profile.open();
    let backend = &mut *opened.backend;
    rest(backend);
    for at in [PageAnchor::Newest, PageAnchor::Oldest, PageAnchor::Around(MessageId(3))] {
        let _page = page(backend, ALEX, at);
    }
    let _hits = hits(backend, "message");
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(u64::MAX) }]).expect("kept");
    rest(backend);
    drop(opened);
    let _again = profile.open();
}

#[test]
fn no_odd_number_makes_ids_start_again_or_end() {
    let values =
        ["'x'", "x'00ff'", "1.5", "'-3'", "-7", "9223372036854775807", "9223372036854775806", "1e300"];
    for value in values {
        for sql in [
            format!("UPDATE conversation SET read_to = {value}"),
            format!("UPDATE conversation SET cleared_to = {value}"),
            format!("UPDATE conversation SET reading_message = {value}"),
            format!("INSERT OR REPLACE INTO setting VALUES ('last_message', {value})"),
            format!("INSERT OR REPLACE INTO setting VALUES ('last_conversation', {value})"),
        ] {
            let profile = filled();
            change(&profile, &sql);
            for last in 400..402 {
                let mut opened = profile.open();
                let remembered = opened.remembered;
                assert_eq!(remembered.last_message, Some(MessageId(last)), "{sql}");
                assert_eq!(remembered.last_conversation, Some(ALEX), "{sql}");
                opened.backend.commit(&[insert(&incoming(last + 1, ALEX, "new"))]).expect("kept");
                assert_eq!(
                    ids(&page(&mut *opened.backend, ALEX, PageAnchor::Newest)).last(),
                    Some(&(last + 1)),
                    "{sql}"
                );
            }
        }
    }
}

#[test]
fn a_message_with_an_odd_id_takes_no_ids_away_and_hides_nothing() {
    for id in ["9223372036854775807", "4611686018427387904", "-5"] {
        let profile = filled();
        change(&profile, &format!("UPDATE message SET id = {id} WHERE id = 5"));
        let mut opened = profile.open();
        assert_eq!(opened.remembered.last_message, Some(MessageId(400)), "{id}");
        assert_eq!(opened.remembered.conversations[0].newest, Some(MessageId(400)), "{id}");
        let backend = &mut *opened.backend;
        backend
            .commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(u64::MAX) }])
            .expect("kept");
        rest(backend);
        backend.commit(&[insert(&incoming(401, ALEX, "later"))]).expect("kept");
        rest(backend);
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Newest)), [401], "{id}");
        assert_eq!(hits(backend, "later"), [401], "{id}");
        drop(opened);
        assert_eq!(profile.open().remembered.last_message, Some(MessageId(401)), "{id}");
    }
}

#[test]
fn odd_ids_of_conversations_leave_room_for_new_ones() {
    for id in [i64::from(u32::MAX), i64::MAX, -1] {
        let profile = filled();
        change(&profile, &format!("INSERT INTO conversation (id) VALUES ({id})"));
        let remembered = profile.open().remembered;
        assert_eq!(remembered.last_conversation, Some(ConversationId(1)), "{id}");
    }
}

#[test]
fn paging_ends_where_rows_begin_that_nobody_can_have_written() {
    for odd in ["direction = 9", "direction = -1"] {
        let profile = filled();
        change(&profile, &format!("UPDATE message SET {odd} WHERE id < 3 OR id = 200 OR id > 398"));
        let mut backend = profile.backend();
        ends(&mut *backend, 3, 398);
    }
    let profile = filled();
    change(
        &profile,
        "UPDATE message SET id = -id WHERE id < 3; UPDATE message SET id = id + (1 << 61) WHERE id > 398",
    );
    ends(&mut *profile.backend(), 3, 398);
}

/// The conversation has these ends, and says so.
fn ends(backend: &mut dyn Backend, first: u64, last: u64) {
    let mut look = |at| {
        let page = backend.page(&show(ALEX, at, 1_000)).expect("read");
        (
            page.messages.first().map(|one| one.id.0),
            page.messages.last().map(|one| one.id.0),
            page.older,
            page.newer,
        )
    };
    assert_eq!(look(PageAnchor::Newest), (Some(first), Some(last), false, false));
    assert_eq!(look(PageAnchor::Oldest), (Some(first), Some(last), false, false));
    assert_eq!(look(PageAnchor::Before(MessageId(first))), (None, None, false, true));
    assert_eq!(look(PageAnchor::After(MessageId(last))), (None, None, true, false));
}

/// What a page takes and what it says of further ones must agree, whatever stands in the columns.
#[test]
fn a_row_counts_as_more_exactly_if_a_page_takes_it() {
    for (column, value) in [
        ("direction", "0"),
        ("direction", "1"),
        ("direction", "2"),
        ("direction", "-1"),
        ("direction", "'x'"),
        ("direction", "x'01'"),
        ("direction", "1.5"),
        ("direction", "9223372036854775807"),
        ("id", "0"),
        ("id", "-1"),
        ("id", "1 << 60"),
        ("id", "(1 << 60) + 1"),
        ("id", "1 << 62"),
        ("text", "x'ff'"),
        ("text", "7"),
        ("payload", "1.5"),
        ("source", "x'00'"),
        ("mark", "'y'"),
        ("time", "'noon'"),
        ("kind", "99"),
        ("kind", "x'01'"),
        ("files", "7"),
        ("files", "x'ff'"),
        ("files", "'[{'"),
    ] {
        let profile = Profile::new();
        let mut backend = profile.backend();
        backend.commit(&[insert(&incoming(9, ALEX, "x"))]).expect("kept");
        drop(backend);
        change(&profile, &format!("UPDATE message SET {column} = {value}"));
        let mut backend = profile.backend();
        let taken = backend.page(&show(ALEX, PageAnchor::Oldest, 9)).expect("read").messages.len() == 1;
        let none = backend.page(&show(ALEX, PageAnchor::Newest, 0)).expect("read");
        assert_eq!(none.older, taken, "{column} = {value}");
        let none = backend.page(&show(ALEX, PageAnchor::Oldest, 0)).expect("read");
        assert_eq!(none.newer, taken, "{column} = {value}");
    }
}

#[test]
fn a_list_of_files_that_nobody_wrote_is_clamped_or_left_out() {
    let many = format!("[{}]", vec![r#"{"name":"a","size":1}"#; MAX_FILES + 1].join(","));
    for (list, files) in [
        ("7", 0),
        ("x'ff00'", 0),
        ("''", 0),
        ("'null'", 0),
        ("'{}'", 0),
        ("'[1]'", 0),
        (r#"'[{"name":"a","size":-1}]'"#, 0),
        (r#"'[{"name":"a","size":1,"fate":7}]'"#, 0),
        (r#"'[{"name":"a","size":1,"fate":"eaten","later":1}]'"#, 1),
        (&format!("'{}'", "[".repeat(100_000)), 0),
        (&format!("'{many}'"), MAX_FILES),
    ] {
        let profile = Profile::new();
        profile.backend().commit(&[insert(&incoming(1, ALEX, "x"))]).expect("kept");
        change(&profile, &format!("UPDATE message SET files = {list}"));
        let message = page(&mut *profile.backend(), ALEX, PageAnchor::Newest).messages.remove(0);
        assert_eq!(message.files.as_slice().len(), files, "{}", list.get(..40).unwrap_or(list));
        assert!(message.files.as_slice().iter().all(|file| file.state == TransferState::Offered));
    }
}
