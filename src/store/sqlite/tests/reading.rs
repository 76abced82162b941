//! Commands that only read, beside a messenger that runs and without one.

use std::fs;
use std::path::Path;

use crate::model::history::{PageAnchor, StoreCommand};
use crate::model::{MessageId, WallTime};
use crate::store::tests::samples::{
    ALEX, MEI, NOW, Profile, card, incoming, insert, lookup, outgoing, page, rest,
};
use crate::store::{Backend, Reader};

fn filled() -> (Profile, Box<dyn Backend>) {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let mut ops = vec![
        StoreCommand::Know(card(ALEX, "Alex", "10.0.0.7:8081").into()),
        StoreCommand::Know(card(MEI, "Mei", "mei.lan:8081").into()),
    ];
    ops.extend((1..=10).map(|id| insert(&incoming(id, ALEX, &format!("word n{id}n")))));
    ops.extend([
        insert(&outgoing(11, MEI, "word")),
        StoreCommand::Read { conversation: ALEX, up_to: MessageId(6) },
    ]);
    ops.push(StoreCommand::Clear { conversation: ALEX, up_to: MessageId(2) });
    backend.commit(&ops).expect("kept");
    (profile, backend)
}

fn reader(path: &Path) -> Reader {
    Reader::open(path, || NOW).expect("readable").expect("there")
}

fn is_whole(reader: &mut Reader) {
    let list = reader.list().expect("read");
    let shown: Vec<_> = list
        .iter()
        .map(|one| (one.card.name.as_str(), one.messages, one.unread, one.first, one.last))
        .collect();
    let time = |id| Some(incoming(id, ALEX, "").time);
    assert_eq!(shown, [("Alex", 8, 4, time(3), time(10)), ("Mei", 1, 0, time(11), time(11))]);
    let ids = |messages: Vec<std::sync::Arc<crate::model::Message>>| -> Vec<u64> {
        messages.iter().map(|message| message.id.0).collect()
    };
    assert_eq!(ids(reader.walk(None, None, 3).expect("read")), [3, 4, 5]);
    assert_eq!(ids(reader.walk(None, Some(MessageId(9)), 9).expect("read")), [10, 11]);
    assert_eq!(ids(reader.walk(Some(MEI), None, 9).expect("read")), [11]);
    assert_eq!(ids(reader.search(&lookup("n7n")).expect("read").hits), [7]);
    assert_eq!(reader.search(&lookup("word in:mei from:me")).expect("read").hits.len(), 1);
}

#[test]
fn a_history_is_read_while_the_messenger_runs() {
    let (profile, mut backend) = filled();
    let mut reader = reader(&profile.path());
    is_whole(&mut reader);
    rest(&mut *backend);
    is_whole(&mut reader);
    backend.commit(&[insert(&incoming(12, MEI, "n12n"))]).expect("kept");
    assert_eq!(reader.search(&lookup("n12n")).expect("read").hits.len(), 1);
}

#[test]
fn a_history_at_rest_is_read_without_a_trace() {
    let (profile, backend) = filled();
    drop(backend);
    let before = fs::read(profile.path()).expect("there");
    is_whole(&mut reader(&profile.path()));
    assert_eq!(profile.names(), ["history.db"]);
    assert_eq!(fs::read(profile.path()).expect("there"), before);
}

#[test]
fn a_messenger_that_starts_meanwhile_is_noticed() {
    let (profile, backend) = filled();
    drop(backend);
    let mut reader = reader(&profile.path());
    is_whole(&mut reader);
    let mut backend = profile.backend();
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(9) }]).expect("kept");
    rest(&mut *backend);
    assert_eq!(page(&mut *backend, ALEX, PageAnchor::Newest).messages.len(), 1);
    assert_eq!(reader.list().expect("read")[0].messages, 1);
    drop(backend);
    assert_eq!(reader.list().expect("read")[0].first, Some(WallTime(incoming(10, ALEX, "").time.0)));
}

#[test]
fn a_path_of_any_characters_is_read() {
    let (profile, backend) = filled();
    drop(backend);
    let odd = profile.folder().join("a b?c#d%41&mode=rw 历史.db");
    fs::copy(profile.path(), &odd).expect("copied");
    is_whole(&mut reader(&odd));
}

#[cfg(unix)]
#[test]
fn a_folder_that_nothing_can_be_created_in_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let (profile, backend) = filled();
    drop(backend);
    let mode = |mode| fs::set_permissions(profile.folder(), fs::Permissions::from_mode(mode)).expect("set");
    mode(0o500);
    is_whole(&mut reader(&profile.path()));
    mode(0o700);
}

#[test]
fn where_there_is_no_history_there_is_nothing_to_read() {
    let profile = Profile::new();
    assert!(Reader::open(&profile.path(), || NOW).expect("no failure").is_none());
    fs::write(profile.path(), b"").expect("written");
    assert!(Reader::open(&profile.path(), || NOW).expect("no failure").is_none());
    assert_eq!(profile.names(), ["history.db"]);
}

#[test]
fn what_is_no_history_of_ours_is_refused() {
    let profile = Profile::new();
    fs::write(profile.path(), b"This is a letter to Mei and no database at all.").expect("written");
    assert_eq!(Reader::open(&profile.path(), || NOW).expect_err("refused").key, "store-not-read");
    let (profile, backend) = filled();
    drop(backend);
    let connection = rusqlite::Connection::open(profile.path()).expect("opened");
    connection.pragma_update(None, "user_version", 99).expect("set");
    drop(connection);
    let refused = Reader::open(&profile.path(), || NOW).expect_err("refused");
    assert!(refused.args.contains(&("fault", crate::model::phrase::Value::Text("foreign".to_owned()))));
}

#[test]
fn a_history_without_an_index_is_searched_all_the_same() {
    let (profile, backend) = filled();
    drop(backend);
    let connection = rusqlite::Connection::open(profile.path()).expect("opened");
    let back = "DROP TABLE search; DELETE FROM setting WHERE key = 'indexed_to'; PRAGMA user_version = 1";
    connection.execute_batch(back).expect("back");
    drop(connection);
    is_whole(&mut reader(&profile.path()));
}
