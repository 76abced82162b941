//! What was kept is there at the next start, to the last byte.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::model::history::{ConversationRecord, PageAnchor, PeerKind, ScrollPosition, StoreCommand};
use crate::model::traffic::MessageKind;
use crate::model::{
    ConversationId, Direction, Draft, EditDraft, Fault, File, Mark, Message, MessageId, Phrase, SessionState,
    TransferState, WallTime,
};
use crate::store::Work;
use crate::store::tests::samples::{
    ALEX, MEI, NOW, Profile, card, files, ids, incoming, insert, joining, offering, outgoing, page,
};

fn marks() -> Vec<Mark> {
    let to: SocketAddr = "[fe80::1%3]:8081".parse().expect("literal");
    let error = [
        Fault::TooLarge { bytes: 70_000, limit: 65_507 },
        Fault::CannotEncode { character: '😀', encoding: "gbk".to_owned() },
        Fault::NameNotFound { host: "a b".to_owned() },
        Fault::Network { to: Some(to), code: "ENETUNREACH".into() },
        Fault::Network { to: None, code: "EPERM".into() },
        Fault::NotListening,
        Fault::Busy,
        Fault::NoSuchPeer,
        Fault::Interrupted,
    ];
    [Mark::Sent, Mark::Delivered, Mark::Read].into_iter().chain(error.map(Mark::Failed)).collect()
}

/// Every kind of message there is.
fn all_kinds() -> Vec<Message> {
    let long = "长".repeat(65_507 / 3);
    let texts = ["", "x", "a\0b\0", "\u{fffd}\u{fffd}", "e\u{301} 👩‍👩‍👧", &long];
    let mut messages: Vec<Message> = texts.iter().map(|text| incoming(0, ALEX, text)).collect();
    messages.extend(marks().into_iter().map(|mark| Message {
        direction: Direction::Outgoing { kind: MessageKind::Text, mark, marked: WallTime(-5) },
        ..outgoing(0, ALEX, "sent")
    }));
    for (source, lossy, authenticated, sender, kind) in [
        ("[fe80::1%3]:8081", true, false, None, MessageKind::Text),
        ("[2001:db8::1]:1", false, true, Some("侯 哥\0"), MessageKind::Text),
        ("127.0.0.1:65535", true, true, Some("x"), MessageKind::Joined),
        ("127.0.0.1:7788", false, false, None, MessageKind::Joined),
    ] {
        let (source, sender) = (source.parse().expect("literal"), sender.map(Arc::from));
        let direction = Direction::Incoming { source, lossy, authenticated, sender, kind };
        messages.push(Message { direction, payload: Arc::from([0xff, 0, 0xfe]), ..incoming(0, ALEX, "�") });
    }
    messages.push(Message { files: files(), ..incoming(0, ALEX, "") });
    messages.push(Message { payload: Arc::from([]), ..outgoing(0, ALEX, "not encoded yet") });
    messages.push(Message { payload: Arc::from(*b"bytes"), ..incoming(0, ALEX, "") });
    messages.push(Message { dialect: "未来".into(), time: WallTime(i64::MIN), ..incoming(0, ALEX, "x") });
    for (message, id) in messages.iter_mut().zip(1..) {
        message.id = MessageId(id);
    }
    messages
}

#[test]
fn every_part_of_every_message_survives_a_restart() {
    let profile = Profile::new();
    let messages = all_kinds();
    let ops: Vec<StoreCommand> = messages.iter().map(insert).collect();
    profile.backend().commit(&ops).expect("kept");
    let read = page(&mut *profile.backend(), ALEX, PageAnchor::Newest).messages;
    assert_eq!(read.iter().map(|message| (**message).clone()).collect::<Vec<_>>(), messages);
}

#[test]
fn who_comes_into_a_room_is_never_unread() {
    let profile = Profile::new();
    let mut ops: Vec<StoreCommand> = [1, 2, 4, 6, 7].map(|id| insert(&joining(id, ALEX, "in"))).into();
    ops.push(StoreCommand::Know(card(ALEX, "room", "255.255.255.255:7788").into()));
    profile.backend().commit(&ops).expect("kept");
    let kept = |profile: &Profile| {
        let kept = profile.open().remembered.conversations.swap_remove(0);
        (kept.unread, kept.first_unread, kept.newest)
    };
    assert_eq!(kept(&profile), (0, None, Some(MessageId(7))));
    let said = [insert(&incoming(3, ALEX, "a")), insert(&incoming(5, ALEX, "b"))];
    profile.backend().commit(&said).expect("kept");
    assert_eq!(kept(&profile), (2, Some(MessageId(3)), Some(MessageId(7))));
    let last = profile.open().remembered.conversations.swap_remove(0).last;
    assert_eq!(last.map(|last| last.message), Some(MessageId(5)), "who comes in says nothing");
    profile
        .backend()
        .commit(&[StoreCommand::Read { conversation: ALEX, up_to: MessageId(3) }])
        .expect("kept");
    assert_eq!(kept(&profile), (1, Some(MessageId(5)), Some(MessageId(7))));
}

#[test]
fn who_is_known_and_not_talked_with_or_in_a_room_is_so_at_the_next_start() {
    let profile = Profile::new();
    let stranger = ConversationRecord { kind: PeerKind::Stranger, ..card(MEI, "", "10.0.0.9:8081") };
    for (known, aside, joined) in
        [(true, true, false), (true, false, false), (true, false, true), (false, false, false)]
    {
        let record = ConversationRecord { known, aside, joined, ..stranger.clone() };
        profile.backend().commit(&[StoreCommand::Know(record.clone().into())]).expect("kept");
        let kept: Vec<_> = profile.open().remembered.conversations.into_iter().map(|one| one.card).collect();
        assert_eq!(kept, [record]);
    }
}

#[test]
fn a_conversation_is_as_it_was_left() {
    let profile = Profile::new();
    let spot = Some(ScrollPosition { message: MessageId(2), row: 3 });
    let stranger =
        ConversationRecord { kind: PeerKind::Stranger, known: false, ..card(MEI, "", "10.0.0.9:8081") };
    let edit = Some(EditDraft { message: MessageId(6), text: "ander".to_owned() });
    let draft = Draft { reply: Some(MessageId(4)), edit, ..Draft::of("half a 句") };
    let mut ops: Vec<StoreCommand> = (1..=5).map(|id| insert(&incoming(id, ALEX, "x"))).collect();
    ops.extend([
        insert(&outgoing(6, ALEX, "x")),
        insert(&incoming(7, MEI, "four")),
        StoreCommand::Know(card(ALEX, "Alex", "10.0.0.7:8081").into()),
        StoreCommand::Know(stranger.clone().into()),
        StoreCommand::Read { conversation: ALEX, up_to: MessageId(3) },
        StoreCommand::Read { conversation: ALEX, up_to: MessageId(1) },
        StoreCommand::Draft { conversation: ALEX, draft: draft.clone() },
        StoreCommand::Stand { conversation: ALEX, at: spot },
        StoreCommand::Open { conversation: ALEX },
    ]);
    profile.backend().commit(&ops).expect("kept");
    let opened = profile.open();
    assert_eq!(opened.told, []);
    let remembered = opened.remembered;
    let [alex, mei] = remembered.conversations.as_slice() else { panic!("{remembered:?}") };
    assert_eq!(alex.card, card(ALEX, "Alex", "10.0.0.7:8081"));
    assert_eq!((alex.newest, alex.unread, alex.first_unread), (Some(MessageId(6)), 2, Some(MessageId(4))));
    assert_eq!((&alex.draft, alex.reading), (&draft, spot));
    assert_eq!(mei.card, stranger);
    assert_eq!((mei.newest, mei.unread, mei.first_unread), (Some(MessageId(7)), 1, Some(MessageId(7))));
    assert_eq!((&mei.draft, mei.reading), (&Draft::EMPTY, None));
    assert_eq!((remembered.open, remembered.last_message), (Some(ALEX), Some(MessageId(7))));
    assert_eq!(remembered.last_conversation, Some(MEI));
    let held: Vec<_> =
        remembered.held.iter().map(|held| (held.message, held.conversation, held.bytes)).collect();
    assert_eq!(held, [(MessageId(7), MEI, incoming(7, MEI, "four").weight())]);
}

#[test]
fn a_draft_and_a_place_can_be_taken_back() {
    let profile = Profile::new();
    let draft = |draft| StoreCommand::Draft { conversation: ALEX, draft };
    let edit = Some(EditDraft { message: MessageId(1), text: "y".to_owned() });
    let written = Draft { reply: Some(MessageId(1)), edit, ..Draft::of("x") };
    let stand = |at| StoreCommand::Stand { conversation: ALEX, at };
    let spot = Some(ScrollPosition { message: MessageId(1), row: 0 });
    let first = [
        StoreCommand::Know(card(ALEX, "a", "").into()),
        insert(&incoming(1, ALEX, "x")),
        draft(written),
        stand(spot),
    ];
    let mut backend = profile.backend();
    backend.commit(&first).expect("kept");
    backend.commit(&[draft(Draft::EMPTY), stand(None)]).expect("kept");
    drop(backend);
    let kept = &profile.open().remembered.conversations[0];
    assert_eq!((&kept.draft, kept.reading), (&Draft::EMPTY, None));
}

#[test]
fn words_for_a_message_that_is_gone_are_not() {
    for (text, left) in [("", "better"), ("draft", "draft")] {
        let profile = Profile::new();
        let edit = Some(EditDraft { message: MessageId(1), text: "better".to_owned() });
        let draft = Draft { reply: Some(MessageId(1)), edit, ..Draft::of(text) };
        let ops = [
            StoreCommand::Know(card(ALEX, "a", "").into()),
            insert(&outgoing(1, ALEX, "x")),
            StoreCommand::Draft { conversation: ALEX, draft },
            StoreCommand::Clear { conversation: ALEX, up_to: MessageId(1) },
        ];
        profile.backend().commit(&ops).expect("kept");
        assert_eq!(profile.open().remembered.conversations[0].draft, Draft::of(left));
    }
}

#[test]
fn ids_are_never_given_twice() {
    let profile = Profile::new();
    assert_eq!(profile.open().remembered.last_message, None);
    let mut backend = profile.backend();
    backend.commit(&[insert(&incoming(5, ALEX, "x")), insert(&incoming(9, MEI, "x"))]).expect("kept");
    backend.commit(&[StoreCommand::Forget { conversation: MEI }]).expect("kept");
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(u64::MAX) }]).expect("kept");
    drop(backend);
    for _ in 0..2 {
        let remembered = profile.open().remembered;
        assert_eq!(remembered.last_message, Some(MessageId(9)));
        assert_eq!(remembered.last_conversation, Some(MEI));
        assert_eq!(remembered.conversations.len(), 1);
    }
}

#[test]
fn a_message_that_was_waiting_says_that_it_was_interrupted() {
    let profile = Profile::new();
    let waiting = Direction::Outgoing { kind: MessageKind::Text, mark: Mark::Waiting, marked: WallTime(1) };
    let message = Message { direction: waiting, ..outgoing(1, ALEX, "x") };
    profile.backend().commit(&[insert(&message), insert(&outgoing(2, ALEX, "y"))]).expect("kept");
    let messages = page(&mut *profile.backend(), ALEX, PageAnchor::Newest).messages;
    let interrupted = Mark::Failed(Fault::Interrupted);
    assert_eq!(
        messages[0].direction,
        Direction::Outgoing { kind: MessageKind::Text, mark: interrupted, marked: NOW }
    );
    assert_eq!(messages[1].mark(), Some(&Mark::Sent));
}

#[test]
fn a_message_of_an_unknown_conversation_is_kept_and_a_notice_is_not() {
    let profile = Profile::new();
    let notice = Message { direction: Direction::Notice(Phrase::new("fault-busy")), ..incoming(2, MEI, "x") };
    profile.backend().commit(&[insert(&incoming(1, ALEX, "x")), insert(&notice)]).expect("kept");
    let opened = profile.open();
    let mut backend = opened.backend;
    assert_eq!(ids(&page(&mut *backend, ALEX, PageAnchor::Newest)), [1]);
    assert_eq!(ids(&page(&mut *backend, MEI, PageAnchor::Newest)), [0; 0]);
    assert_eq!(opened.remembered.conversations[0].card.conversation, ALEX);
}

#[test]
fn a_group_is_kept_whole_or_not_at_all() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let impossible = Message { id: MessageId(u64::MAX), ..incoming(1, ALEX, "x") };
    let refused =
        backend.commit(&[insert(&incoming(1, ALEX, "x")), insert(&impossible)]).expect_err("refused");
    assert_eq!(refused.key, "store-not-kept");
    assert_eq!(ids(&page(&mut *backend, ALEX, PageAnchor::Newest)), [0; 0]);
    backend.commit(&[insert(&incoming(2, ALEX, "x"))]).expect("usable again");
    assert_eq!(ids(&page(&mut *backend, ALEX, PageAnchor::Newest)), [2]);
}

#[test]
fn a_forgotten_conversation_is_open_no_more() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    backend
        .commit(&[StoreCommand::Know(card(ALEX, "a", "").into()), StoreCommand::Open { conversation: ALEX }])
        .expect("kept");
    backend.commit(&[StoreCommand::Forget { conversation: ALEX }]).expect("kept");
    drop(backend);
    let remembered = profile.open().remembered;
    assert_eq!((remembered.open, remembered.conversations.len()), (None, 0));
    assert_eq!(remembered.last_conversation, Some(ConversationId(1)));
}

#[test]
fn a_new_message_never_takes_the_place_of_another_one() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let there = incoming(1, ALEX, "of another program");
    backend.commit(&[insert(&there)]).expect("kept");
    for other in [incoming(1, ALEX, "ours"), incoming(1, MEI, "of another program"), outgoing(1, ALEX, "x")] {
        let refused = backend.commit(&[insert(&incoming(2, ALEX, "x")), insert(&other)]).expect_err("taken");
        assert_eq!(refused, Phrase::new("store-not-kept").text("fault", "taken").text("code", ""));
    }
    let page = page(&mut *backend, ALEX, PageAnchor::Newest);
    assert_eq!(page.messages.iter().map(|one| (**one).clone()).collect::<Vec<_>>(), [there]);
}

#[test]
fn a_group_that_is_carried_out_again_changes_nothing() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let waiting = Direction::Outgoing { kind: MessageKind::Text, mark: Mark::Waiting, marked: WallTime(1) };
    let typed = Message { direction: waiting, payload: Arc::from([]), ..outgoing(1, ALEX, "typed") };
    let encoded = Message { payload: Arc::from(*b"bytes"), ..typed.clone() };
    let marked = Direction::Outgoing { kind: MessageKind::Text, mark: Mark::Sent, marked: WallTime(2) };
    let sent = Message { direction: marked, ..encoded.clone() };
    let decoded = Message { text: "otherwise".to_owned(), ..incoming(2, ALEX, "text") };
    let group = [
        insert(&typed),
        insert(&incoming(2, ALEX, "text")),
        StoreCommand::Replace(Arc::new(encoded)),
        StoreCommand::Replace(Arc::new(decoded)),
        StoreCommand::Replace(Arc::new(sent)),
    ];
    backend.commit(&group).expect("kept");
    let before = page(&mut *backend, ALEX, PageAnchor::Newest);
    backend.commit(&group).expect("there already");
    assert_eq!(page(&mut *backend, ALEX, PageAnchor::Newest), before);
}

#[test]
fn a_start_finds_offers_that_stand_and_files_that_were_on_their_way() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let file = |name: &str, state| {
        crate::model::Files::new(vec![File { name: name.to_owned(), size: 1, folder: false, state }])
    };
    let with = |id, files| Message { files, ..incoming(id, ALEX, "theirs") };
    let over = offering(5, ALEX);
    let over = Message { files: over.files.with_states(|_, _| Some(TransferState::Withdrawn)), ..over };
    let group = [
        insert(&incoming(1, ALEX, "\"source\": \"fate\":\"moving\"")),
        insert(&with(2, file("\"source\":,\"fate\":\"moving\"", TransferState::Offered))),
        insert(&with(3, file("a", TransferState::Moving))),
        insert(&offering(4, ALEX)),
        insert(&over),
    ];
    backend.commit(&group).expect("kept");
    drop(backend);
    let found: Vec<u64> = profile.open().remembered.unfinished.iter().map(|message| message.id.0).collect();
    assert_eq!(found, [3, 4]);
    let mut backend = profile.backend();
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(5) }]).expect("kept");
    drop(backend);
    assert_eq!(profile.open().remembered.unfinished, [], "what was cleared offers nothing");
}

#[test]
fn messages_from_the_history_of_a_room_stand_first_are_read_and_their_ids_are_not_given_twice() {
    let profile = Profile::new();
    let backfilled = |below: u64| MessageId(MessageId::ARRIVALS - below);
    let arrived = MessageId(MessageId::ARRIVALS + 1);
    let mut backend = profile.backend();
    let ops = [
        StoreCommand::Know(card(ALEX, "a", "").into()),
        insert(&incoming(backfilled(1).0, ALEX, "earlier")),
        insert(&incoming(backfilled(2).0, ALEX, "earliest")),
    ];
    backend.commit(&ops).expect("kept");
    drop(backend);
    let mut reopened = profile.open();
    assert_eq!(reopened.remembered.conversations[0].unread, 0);
    let backend = &mut reopened.backend;
    backend.commit(&[insert(&incoming(arrived.0, ALEX, "new"))]).expect("kept");
    backend.commit(&[insert(&incoming(backfilled(3).0, ALEX, "first"))]).expect("kept");
    drop(reopened);
    let mut opened = profile.open();
    let remembered = &opened.remembered;
    assert_eq!((remembered.last_message, remembered.first_backfilled), (Some(arrived), Some(backfilled(3))));
    let alex = &remembered.conversations[0];
    assert_eq!((alex.unread, alex.first_unread, alex.newest), (1, Some(arrived), Some(arrived)));
    opened.backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: arrived }]).expect("kept");
    while !matches!(opened.backend.work(), Work::Done) {}
    drop(opened);
    assert_eq!(profile.open().remembered.first_backfilled, Some(backfilled(3)), "their ids are used");
}

#[test]
fn the_message_that_nobody_listened_to_is_known_at_the_next_start() {
    let profile = Profile::new();
    let unheard = |message| StoreCommand::Unheard { conversation: ALEX, message };
    let kept = || profile.open().remembered.conversations[0].unheard;
    let mut ops = vec![StoreCommand::Know(card(ALEX, "a", "").into())];
    ops.extend([insert(&outgoing(1, ALEX, "x")), unheard(Some(MessageId(1)))]);
    profile.backend().commit(&ops).expect("kept");
    assert_eq!(kept(), Some(MessageId(1)));
    profile.backend().commit(&[unheard(None)]).expect("kept");
    assert_eq!(kept(), None);
    let clear = StoreCommand::Clear { conversation: ALEX, up_to: MessageId(1) };
    profile.backend().commit(&[unheard(Some(MessageId(1))), clear]).expect("kept");
    assert_eq!(kept(), None, "the message is gone");
}

#[test]
fn what_an_engine_wants_back_is_there_until_its_conversation_is_forgotten() {
    let profile = Profile::new();
    let state = |bytes: &[u8]| SessionState(bytes.into());
    let session = |state| StoreCommand::Session { conversation: ALEX, state };
    let mut backend = profile.backend();
    backend.commit(&[StoreCommand::Know(card(ALEX, "a", "").into()), session(state(b"one"))]).expect("kept");
    backend.commit(&[session(state(b"two"))]).expect("kept");
    drop(backend);
    assert_eq!(profile.open().remembered.conversations[0].session, Some(state(b"two")));
    let mut backend = profile.backend();
    backend.commit(&[session(state(&[7; 2_000]))]).expect("kept");
    drop(backend);
    assert_eq!(profile.open().remembered.conversations[0].session, None, "too long for any");
    let connection = rusqlite::Connection::open(profile.path()).expect("opened");
    let stored = "SELECT session IS NOT NULL FROM conversation";
    assert!(
        !connection.query_row(stored, [], |row| row.get::<_, bool>(0)).expect("a row"),
        "nor is it written"
    );
    drop(connection);
    let mut backend = profile.backend();
    backend.commit(&[session(state(b"three")), StoreCommand::Forget { conversation: ALEX }]).expect("kept");
    backend.commit(&[StoreCommand::Know(card(ALEX, "a", "").into())]).expect("kept");
    drop(backend);
    assert_eq!(profile.open().remembered.conversations[0].session, None);
}
