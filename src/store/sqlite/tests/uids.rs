//! Messages that both sides know by a name, over restarts and kills, and how they are found.

use rusqlite::Connection;

use super::super::{expiry, import, outbox, seen, start};
use crate::model::history::{PageAnchor, StoreCommand, StoredConversation};
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Fault, KeyEpoch, Mark, Message, MessageId, PublicKey, Trust, WallTime};
use crate::store::tests::samples::{ALEX, MEI, Profile, card, incoming, insert, outgoing, page, rest};
use crate::store::tests::uids::{asked, ids_of, ours, replace, theirs, uid, waiting};
use crate::store::{MAX_SEEN, SEEN_FOR};

fn change(profile: &Profile, sql: &str) {
    Connection::open(profile.path()).expect("opened").execute_batch(sql).expect("written");
}

pub(super) fn count(profile: &Profile, sql: &str) -> i64 {
    let connection = Connection::open(profile.path()).expect("opened");
    connection.query_row(sql, [], |row| row.get(0)).expect("counted")
}

fn left(profile: &Profile) -> Vec<StoredConversation> {
    profile.open().remembered.conversations
}

#[test]
fn what_is_in_an_outbox_waits_on_after_a_kill() {
    let profile = Profile::new();
    let mut killed = profile.backend();
    let plain = Message { uid: None, ..ours(1, ALEX, Mark::Waiting) };
    let group: Vec<StoreCommand> = [
        plain,
        ours(2, ALEX, Mark::Delivered),
        ours(3, ALEX, Mark::Waiting),
        ours(4, ALEX, Mark::Waiting),
        ours(5, MEI, Mark::Delivered),
    ]
    .iter()
    .map(insert)
    .chain([replace(&ours(4, ALEX, Mark::Sent))])
    .collect();
    killed.commit(&group).expect("kept");
    for _ in 0..2 {
        let opened = profile.open();
        let first = opened.remembered.conversations.iter().map(|kept| kept.outbox).collect::<Vec<_>>();
        assert_eq!(first, [Some(MessageId(3)), None]);
        let mut backend = opened.backend;
        let marks: Vec<Option<Mark>> = page(&mut *backend, ALEX, PageAnchor::Newest)
            .messages
            .iter()
            .map(|one| one.mark().cloned())
            .collect();
        let interrupted = Mark::Failed(Fault::Interrupted);
        let wanted = [interrupted, Mark::Delivered, Mark::Waiting, Mark::Sent];
        assert_eq!(marks, wanted.map(Some));
        assert_eq!(waiting(&mut *backend, asked(ALEX, None)), (vec![3, 4], false));
    }
    drop(killed);
}

#[test]
fn what_has_come_is_known_after_a_kill_and_after_everything_was_removed() {
    let profile = Profile::new();
    let mut killed = profile.backend();
    killed.commit(&[insert(&theirs(1, ALEX, 1)), insert(&theirs(2, ALEX, 2))]).expect("kept");
    let mut backend = profile.backend();
    assert_eq!(backend.commit(&[insert(&theirs(3, ALEX, 1)), insert(&theirs(4, ALEX, 3))]), Ok(vec![0]));
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(9) }]).expect("kept");
    rest(&mut *backend);
    drop((killed, backend));
    assert_eq!(count(&profile, "SELECT count(*) FROM message"), 0);
    let mut backend = profile.backend();
    let again = [5, 6, 7].map(|id| insert(&theirs(id, ALEX, id - 4)));
    assert_eq!(backend.commit(&again), Ok(vec![0, 1, 2]));
    assert_eq!(ids_of(&mut *backend, ALEX), [0; 0]);
}

#[test]
fn a_group_that_fails_leaves_nothing_known_and_nothing_to_send() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let impossible = Message { id: MessageId(u64::MAX), ..incoming(1, ALEX, "x") };
    let group = [insert(&theirs(1, ALEX, 1)), insert(&ours(2, ALEX, Mark::Waiting)), insert(&impossible)];
    assert!(backend.commit(&group).is_err());
    assert_eq!(waiting(&mut *backend, asked(ALEX, None)), (vec![], false));
    assert_eq!(backend.commit(&[insert(&theirs(3, ALEX, 1))]), Ok(vec![]), "it had not come yet");
    assert_eq!(ids_of(&mut *backend, ALEX), [3]);
}

#[test]
fn a_group_that_is_carried_out_again_is_not_known_to_itself() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let group = [
        insert(&theirs(1, ALEX, 1)),
        insert(&ours(2, ALEX, Mark::Waiting)),
        insert(&theirs(3, ALEX, 1)),
        replace(&ours(2, ALEX, Mark::Sent)),
    ];
    for _ in 0..2 {
        assert_eq!(backend.commit(&group), Ok(vec![2]));
        assert_eq!(ids_of(&mut *backend, ALEX), [1, 2]);
        assert_eq!(waiting(&mut *backend, asked(ALEX, None)), (vec![2], false));
    }
    let another = Message { uid: Some(uid(9)), ..theirs(1, ALEX, 1) };
    assert!(backend.commit(&[insert(&another)]).is_err(), "it never takes the place of another one");
}

#[test]
fn what_is_gone_stays_known_and_the_oldest_of_each_are_forgotten() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let came: Vec<_> = (1..9).map(|id| insert(&theirs(id, ALEX, id))).collect();
    backend.commit(&came).expect("kept");
    backend.commit(&[insert(&theirs(20, MEI, 2))]).expect("kept");
    assert_eq!(count(&profile, "SELECT count(*) FROM seen"), 0, "what is there says so itself");
    // Older ones, but for two as many as there may be.
    change(
        &profile,
        &format!(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {MAX_SEEN} - 1)
             INSERT INTO seen SELECT 1, randomblob(16), 1 - n, (SELECT max(time) FROM message) FROM n"
        ),
    );
    let names = "SELECT count(*) FROM seen WHERE conversation = 1";
    for before in 2..8 {
        let trim = StoreCommand::Trim { conversations: vec![ALEX, MEI], before: MessageId(before) };
        backend.commit(&[trim]).expect("trimmed");
        let most = i64::try_from(MAX_SEEN).expect("small");
        assert_eq!(count(&profile, names), most, "with each as many go as there are too many");
    }
    let again = [insert(&theirs(30, ALEX, 6)), insert(&theirs(31, ALEX, 8)), insert(&theirs(32, MEI, 2))];
    assert_eq!(backend.commit(&again), Ok(vec![0, 1, 2]));
    backend.commit(&[StoreCommand::Forget { conversation: ALEX }]).expect("kept");
    rest(&mut *backend);
    let left =
        (count(&profile, names), count(&profile, "SELECT count(*) FROM message WHERE conversation = 1"));
    assert_eq!(left, (0, 0), "nobody remembers whom a person has removed");
    assert_eq!(backend.commit(&[insert(&theirs(40, ALEX, 8))]), Ok(vec![]));
}

#[test]
fn names_of_another_year_are_forgotten_two_by_two() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let day = 86_400_000_000;
    let at = |id, time| insert(&Message { time: WallTime(time), ..theirs(id, ALEX, id) });
    let late = 1 + SEEN_FOR;
    backend.commit(&[at(1, 1), at(2, 1), at(3, 1), at(4, late), at(5, late + day)]).expect("kept");
    for (before, left) in [(4, 3), (5, 4), (6, 3)] {
        let trim = StoreCommand::Trim { conversations: vec![ALEX], before: MessageId(before) };
        backend.commit(&[trim]).expect("trimmed");
        assert_eq!(count(&profile, "SELECT count(*) FROM seen"), left, "before {before}");
    }
}

#[test]
fn what_came_for_what_has_been_cleared_is_known_although_it_is_not_kept() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    backend.commit(&[insert(&theirs(5, ALEX, 5))]).expect("kept");
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(5) }]).expect("cleared");
    assert_eq!(backend.commit(&[insert(&theirs(3, ALEX, 3))]), Ok(vec![]));
    for _ in 0..2 {
        assert_eq!(
            backend.commit(&[insert(&theirs(7, ALEX, 3)), insert(&theirs(8, ALEX, 5))]),
            Ok(vec![0, 1])
        );
        rest(&mut *backend);
    }
}

#[test]
fn what_was_decided_about_a_key_is_there_at_the_next_start() {
    let profile = Profile::new();
    let decided = |trust| {
        StoreCommand::Know(Box::new(crate::model::history::ConversationRecord {
            trust,
            ..card(ALEX, "Alex", "10.0.0.7:8081")
        }))
    };
    let claimed = PublicKey::from_bytes([7; 32]).expect("a key");
    for trust in [
        None,
        Some(Trust::Pinned),
        Some(Trust::Verified { since: WallTime(-5) }),
        Some(Trust::Requested),
        Some(Trust::Changed { claimed, compared: None, since: None, from: None }),
        Some(Trust::Blocked),
    ] {
        profile.backend().commit(&[decided(trust)]).expect("kept");
        assert_eq!(left(&profile)[0].card.trust, trust);
    }
    let mut backend = profile.backend();
    backend.commit(&[decided(Some(Trust::Pinned)), insert(&incoming(1, ALEX, "x"))]).expect("kept");
    backend
        .commit(&[StoreCommand::Forget { conversation: ALEX }, insert(&incoming(2, ALEX, "x"))])
        .expect("kept");
    assert_eq!(left(&profile)[0].card.trust, None, "it began anew");
}

#[test]
fn a_decision_that_cannot_be_read_is_no_leave_to_write() {
    let profile = Profile::new();
    profile.backend().commit(&[StoreCommand::Know(card(ALEX, "Alex", "").into())]).expect("kept");
    for odd in ["'trusted'", "x'70696e6e6564'", "7", "' '", "'verified soon'", "1.5", "x''"] {
        change(&profile, &format!("UPDATE conversation SET trust = {odd}"));
        assert_ne!(left(&profile)[0].card.trust.map(|trust| trust.sends()), Some(true), "{odd}");
        assert!(left(&profile)[0].card.trust.is_some(), "{odd}");
    }
}

#[test]
fn names_and_rows_that_nobody_wrote_name_nothing_and_are_not_sent() {
    let profile = Profile::new();
    let group =
        [insert(&ours(1, ALEX, Mark::Waiting)), insert(&theirs(2, ALEX, 2)), insert(&theirs(3, MEI, 3))];
    profile.backend().commit(&group).expect("kept");
    change(
        &profile,
        "UPDATE message SET about = 'text', uid = x'00' WHERE id = 2;
         UPDATE message SET about = 7 WHERE id = 3;
         INSERT INTO outbox VALUES (1, 2), (1, 3), (1, 77), (1, 9223372036854775807), (1, -5), (2, 1), (-1, 3);
         INSERT INTO outbox VALUES (1, 'text'), ('x', x'00');
         INSERT INTO seen VALUES (1, 'text', 'x', 'y'), ('z', x'00', 1.5, -1), (1, x'01', 9223372036854775807, 0);",
    );
    let opened = profile.open();
    let mut backend = opened.backend;
    assert_eq!(opened.remembered.conversations[0].outbox, Some(MessageId(1)));
    assert_eq!(waiting(&mut *backend, asked(ALEX, None)), (vec![1], false));
    assert_eq!(waiting(&mut *backend, asked(MEI, None)), (vec![], false));
    let kept = page(&mut *backend, ALEX, PageAnchor::Newest).messages;
    assert_eq!((kept[1].uid, kept[1].about), (None, None));
    assert_eq!(backend.commit(&[insert(&theirs(4, ALEX, 4)), insert(&theirs(5, ALEX, 4))]), Ok(vec![1]));
}

#[test]
fn what_becomes_of_a_message_of_ours_is_written_without_its_indexes() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    backend.commit(&[insert(&ours(1, ALEX, Mark::Waiting)), insert(&theirs(2, ALEX, 2))]).expect("kept");
    let mut pages = |mark: Mark| {
        let log = profile.path().with_file_name("history.db-wal");
        let len = || log.metadata().expect("a log").len();
        let before = len();
        backend.commit(&[replace(&ours(1, ALEX, mark.clone()))]).expect("kept");
        assert_eq!(page(&mut *backend, ALEX, PageAnchor::Newest).messages[0].mark(), Some(&mark));
        (len() - before) / 4_096
    };
    assert_eq!([Mark::Sent, Mark::Delivered, Mark::Read].map(&mut pages), [1, 2, 1], "the outbox once");
}

/// How SQLite finds what this asks for.
pub(super) fn plan(connection: &Connection, sql: &str) -> String {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a statement");
    for parameter in 1..=statement.parameter_count() {
        statement.raw_bind_parameter(parameter, 1).expect("bound");
    }
    let (mut found, mut steps) = (statement.raw_query(), Vec::new());
    while let Some(row) = found.next().expect("a plan") {
        steps.push(row.get::<_, String>(3).expect("text"));
    }
    steps.join("; ")
}

#[test]
fn nothing_of_this_is_found_by_looking_at_every_message() {
    let profile = Profile::new();
    drop(profile.backend());
    let connection = Connection::open(profile.path()).expect("opened");
    for (sql, index) in [
        (start::INTERRUPT, "message USING INDEX waiting"),
        (outbox::FIRST, "outbox USING PRIMARY KEY"),
        (&*outbox::behind(), "m USING INTEGER PRIMARY KEY"),
        (seen::CAME, "m USING INDEX message_uid"),
        (seen::CAME, "seen USING PRIMARY KEY (conversation=? AND uid=?)"),
        (seen::NOTE, "seen_number"),
        (import::NAMED, "message_uid"),
        (&*expiry::due_sql(), "m USING INDEX expiring (expires<?)"),
        (start::EPOCH, "message USING INDEX key_changed (conversation=? AND id>? AND id<?)"),
        (expiry::NEXT, "message USING COVERING INDEX expiring (expires>?)"),
        ("SELECT id FROM message WHERE conversation = ?1 AND uid = ?2", "message_uid"),
        ("SELECT id FROM message WHERE conversation = ?1 AND about = ?2", "message_about"),
    ] {
        let plan = plan(&connection, sql);
        let walks = plan.split("; ").any(|step| step.starts_with("SCAN") && !step.contains("CONSTANT"));
        assert!(plan.contains(index) && !walks && !plan.contains("TEMP B-TREE"), "{sql}: {plan}");
    }
    let plan = plan(&connection, &start::unfinished_sql());
    assert!(plan.starts_with("SCAN m USING INDEX unfinished;") && !plan.contains("TEMP"), "{plan}");
}

#[test]
fn a_message_without_a_name_is_in_no_index_of_names_and_one_in_an_outbox_not_in_that_of_a_start() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let plain = Message { uid: None, ..ours(2, ALEX, Mark::Waiting) };
    let group = [
        insert(&incoming(1, ALEX, "x")),
        insert(&plain),
        insert(&outgoing(3, ALEX, "x")),
        insert(&ours(4, ALEX, Mark::Waiting)),
    ];
    backend.commit(&group).expect("kept");
    let entries = |index: &str, condition: &str| {
        count(&profile, &format!("SELECT count(*) FROM message INDEXED BY {index} WHERE {condition}"))
    };
    assert_eq!(entries("message_uid", "uid IS NOT NULL"), 1);
    assert_eq!(entries("message_about", "about IS NOT NULL"), 0);
    assert_eq!(entries("waiting", "mark = 0 AND uid IS NULL"), 1);
    assert_eq!(
        count(&profile, "SELECT count(*) FROM seen") + count(&profile, "SELECT count(*) FROM outbox"),
        1
    );
}

#[test]
fn a_start_knows_since_when_a_peer_has_its_key() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let line = |id, at| {
        let direction = Direction::Incoming {
            source: "0.0.0.0:0".parse().expect("literal"),
            lossy: false,
            authenticated: false,
            sender: None,
            kind: MessageKind::KeyChange,
        };
        Message { time: WallTime(at), direction, ..incoming(id, ALEX, "one other") }
    };
    let group = [
        StoreCommand::Know(Box::new(card(ALEX, "alex", "udpqq://x"))),
        insert(&line(1, 5)),
        insert(&line(2, 7)),
        insert(&incoming(3, ALEX, "x")),
    ];
    backend.commit(&group).expect("kept");
    drop(backend);
    let epoch = || profile.open().remembered.conversations[0].epoch;
    assert_eq!(epoch(), Some(KeyEpoch { line: MessageId(2), since: WallTime(7) }));
    let mut backend = profile.backend();
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(2) }]).expect("kept");
    drop(backend);
    assert_eq!(epoch(), None);
}
