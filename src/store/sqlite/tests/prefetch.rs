//! What comes with a page takes a few statements, however much was said, and is the same as if each message had been asked
//! for by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::super::{amend, page, prefetch};
use super::uids::plan;
use crate::model::history::{MAX_PAGE_BYTES, MAX_VERSIONS, PAGE, PageAnchor, PageQuery};
use crate::model::message::CHANGEABLE_FOR;
use crate::model::traffic::MessageKind;
use crate::model::{Mark, Message, MessageId, WallTime};
use crate::store::tests::changes::{our_own, said};
use crate::store::tests::samples::{ALEX, MEI, NOW, Profile, incoming, insert, show};
use crate::store::tests::uids::{ours, theirs, uid};
use crate::store::{Backend, Memory};

const EDIT: MessageKind = MessageKind::Edit;
const DELETION: MessageKind = MessageKind::Deletion;
const REACTION: MessageKind = MessageKind::Reaction;

/// How many statements a page takes, and how many messages come along with it.
fn statements(profile: &Profile, query: &PageQuery) -> (usize, usize) {
    let mut connection = Connection::open(profile.path()).expect("opened");
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let trace = move |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(..) = event {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    };
    connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(trace)).expect("traced");
    let related = page::page(&connection, query, None).expect("read").related;
    (count.load(Ordering::Relaxed), related.len())
}

fn commit(backend: &mut dyn Backend, messages: &[Message]) {
    assert_eq!(backend.commit(&messages.iter().map(insert).collect::<Vec<_>>()), Ok(vec![]));
}

/// A message, which answers the first, with an edit and an emoji or taken back.
fn much_said(number: u64) -> Vec<Message> {
    let id = number * 10;
    let target = Message { about: Some(uid(10)), ..theirs(id, ALEX, id) };
    let changes = if number.is_multiple_of(5) {
        vec![said(id + 1, DELETION, id, "")]
    } else {
        vec![
            said(id + 1, EDIT, id, "one"),
            said(id + 2, EDIT, id, "two"),
            said(id + 3, REACTION, id, "👍"),
            our_own(id + 4, REACTION, id, "👀"),
        ]
    };
    [vec![target], changes].concat()
}

#[test]
fn a_page_takes_as_many_statements_whatever_was_said_and_fewer_where_nobody_has_a_name() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let plain: Vec<Message> = (1..=50).map(|id| incoming(id, MEI, "x")).collect();
    commit(&mut *backend, &plain);
    for number in 10..=400 {
        commit(&mut *backend, &much_said(number));
    }
    drop(backend);
    let at = |messages| statements(&profile, &show(ALEX, PageAnchor::Newest, messages));
    let (few, all) = (at(10), at(PAGE));
    assert_eq!((few.1, all.1), (8 * 4 + 2, 160 * 4 + 40));
    assert_eq!(few.0, all.0);
    let (none, related) = statements(&profile, &show(MEI, PageAnchor::Newest, PAGE));
    assert_eq!((none, related), (all.0 - 2, 0), "what is answered, and what was said");
}

#[test]
fn what_comes_with_a_page_is_the_same_as_if_each_message_was_asked_for() {
    let late = |message: Message| Message { time: WallTime(NOW.0 + 2 * CHANGEABLE_FOR), ..message };
    let answer = Message { about: Some(uid(2)), ..theirs(7, ALEX, 7) };
    let mut messages = vec![
        theirs(1, ALEX, 1),
        theirs(2, ALEX, 2),
        theirs(3, ALEX, 3),
        ours(4, ALEX, Mark::Delivered),
        theirs(5, ALEX, 5),
        Message { uid: Some(uid(5)), ..ours(6, ALEX, Mark::Delivered) },
        answer,
        said(8, DELETION, 3, ""),
        said(9, EDIT, 5, "theirs"),
        our_own(10, EDIT, 5, "ours"),
    ];
    // The newest do not count: they came too late, or have no words.
    let tail =
        (20..40).flat_map(|id| [late(said(id, DELETION, 3, "")), late(our_own(id + 20, EDIT, 4, "x"))]);
    messages.extend(tail);
    messages.push(our_own(60, EDIT, 4, "in time"));
    messages.extend((61..70).map(|id| our_own(id, EDIT, 4, "")));
    let versions = 100..100 + u64::try_from(MAX_VERSIONS).expect("small") + 10;
    messages.extend(versions.map(|id| said(id, EDIT, 2, "version")));
    messages.extend((200..210).map(|id| said(id, REACTION, 1, "👍")));
    is_the_same(&messages);
}

#[test]
fn what_is_too_heavy_to_be_read_ahead_comes_along_all_the_same() {
    let third = "x".repeat(MAX_PAGE_BYTES / 6);
    let mut messages: Vec<Message> = (1..=9).map(|id| theirs(id, ALEX, id)).collect();
    let edits = (1..=9).flat_map(|about| [0, 1].map(|more| said(about * 10 + more, EDIT, about, &third)));
    messages.extend(edits);
    messages.push(said(200, REACTION, 9, "👍"));
    is_the_same(&messages);
}

/// Memory asks for each message by itself.
fn is_the_same(messages: &[Message]) {
    let (profile, mut memory) = (Profile::new(), Memory::default());
    let mut file = profile.backend();
    commit(&mut memory, messages);
    commit(&mut *file, messages);
    for query in [
        show(ALEX, PageAnchor::Newest, PAGE),
        show(ALEX, PageAnchor::Newest, 1),
        show(ALEX, PageAnchor::Oldest, 2),
        show(ALEX, PageAnchor::Before(MessageId(5)), 3),
    ] {
        let (ours, wanted) = (file.page(&query).expect("read"), memory.page(&query).expect("read"));
        assert!(!wanted.related.is_empty(), "{query:?}");
        let ids = |page: &[Arc<Message>]| page.iter().map(|one| one.id.0).collect::<Vec<_>>();
        assert_eq!(ids(&ours.related), ids(&wanted.related), "{query:?}");
        assert_eq!(ours, wanted);
    }
}

#[test]
fn what_was_said_about_a_page_is_found_by_the_names_of_its_messages() {
    let profile = Profile::new();
    drop(profile.backend());
    let connection = Connection::open(profile.path()).expect("opened");
    let changes = plan(&connection, &prefetch::changes_sql());
    // The second step of the index comes only where the first one found something.
    let [first, second] =
        ["m USING COVERING INDEX change_of (conversation=? AND about=?", "direction=? AND rowid>?"]
            .map(|step| changes.find(step).unwrap_or_else(|| panic!("{step}: {changes}")));
    let sides = changes.find("SCAN side").expect("the sides");
    assert!(first < sides && sides < second, "{changes}");
    let named = plan(&connection, &amend::first_named_sql());
    assert!(named.contains("m USING INDEX message_uid (conversation=? AND uid=?"), "{named}");
    for plan in [changes, named] {
        let tables = plan.split("; ").filter(|step| step.contains(" m ") || step.ends_with(" m"));
        assert!(
            tables.clone().count() > 1 && tables.clone().all(|step| step.starts_with("SEARCH")),
            "{plan}"
        );
    }
}
