//! Messages from elsewhere find their places, once.

use std::sync::Arc;

use crate::model::history::{ConversationRecord, PageAnchor, PeerKind, ScrollPosition, StoreCommand};
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Fault, Mark, Message, MessageId, Phrase, WallTime};
use crate::store::tests::changes::our_own;
use crate::store::tests::samples::{
    ALEX, MEI, NOW, Profile, card, hits, ids, incoming, insert, outgoing, page, private, rest,
};
use crate::store::tests::uids::{asked, ours, theirs, uid, waiting};
use crate::store::{Imported, Lock, import};

type Item = Result<(ConversationRecord, Message), Phrase>;

fn lock(profile: &Profile) -> Lock {
    Lock::take(&profile.folder().join("history.lock"), private).expect("free")
}

fn take_all(profile: &Profile, items: impl IntoIterator<Item = Item>) -> Result<Imported, Phrase> {
    import(&profile.path(), &lock(profile), private, NOW, &mut items.into_iter())
}

fn take(profile: &Profile, items: impl IntoIterator<Item = Item>) -> Result<(u64, u64), Phrase> {
    let Imported { new, known, .. } = take_all(profile, items)?;
    Ok((new, known))
}

fn alex() -> ConversationRecord {
    card(ConversationId(77), "Alex", "10.0.0.7:8081")
}

fn stranger(address: &str) -> ConversationRecord {
    ConversationRecord {
        kind: PeerKind::Stranger,
        known: false,
        aside: false,
        joined: false,
        ..card(ConversationId(78), "whoever", address)
    }
}

/// At so many seconds.
fn at(second: i64, text: &str) -> Message {
    Message { time: WallTime(NOW.0 + second * 1_000_000), ..incoming(0, ConversationId(77), text) }
}

fn stored(id: u64, second: i64, text: &str) -> StoreCommand {
    insert(&Message { id: MessageId(id), conversation: ALEX, ..at(second, text) })
}

fn texts(profile: &Profile, conversation: ConversationId) -> Vec<String> {
    let page = page(&mut *profile.backend(), conversation, PageAnchor::Newest);
    page.messages.iter().map(|message| message.text.clone()).collect()
}

/// Alex wrote at 10, 20 and 30; the first two have been seen, and one reads at the second.
fn profile() -> Profile {
    let profile = Profile::new();
    let mut backend = profile.backend();
    backend
        .commit(&[
            StoreCommand::Know(card(ALEX, "Alex", "10.0.0.7:8081").into()),
            stored(1, 10, "ten"),
            stored(2, 20, "twenty"),
            stored(3, 30, "thirty"),
            StoreCommand::Read { conversation: ALEX, up_to: MessageId(2) },
            StoreCommand::Stand {
                conversation: ALEX,
                at: Some(ScrollPosition { message: MessageId(2), row: 1 }),
            },
        ])
        .expect("kept");
    rest(&mut *backend);
    profile
}

#[test]
fn every_message_finds_its_place_in_time() {
    let profile = profile();
    let items = [at(15, "fifteen"), at(5, "five after fifteen"), at(25, "twenty-five"), at(99, "last")];
    assert_eq!(take(&profile, items.map(|message| Ok((alex(), message)))), Ok((4, 0)));
    let wanted = ["ten", "fifteen", "five after fifteen", "twenty", "twenty-five", "thirty", "last"];
    assert_eq!(texts(&profile, ALEX), wanted);
    let opened = profile.open();
    let kept = &opened.remembered.conversations[0];
    assert_eq!((kept.card.clone(), kept.unread), (card(ALEX, "Alex", "10.0.0.7:8081"), 3));
    assert_eq!(kept.first_unread, Some(MessageId(5)));
    assert_eq!(kept.reading, Some(ScrollPosition { message: MessageId(4), row: 1 }));
    assert_eq!(opened.remembered.last_message, Some(MessageId(7)));
    let mut backend = opened.backend;
    for _ in 0..2 {
        assert_eq!(hits(&mut *backend, "five"), [5, 3]);
        assert_eq!(hits(&mut *backend, "thirty"), [6]);
        rest(&mut *backend);
    }
}

#[test]
fn what_is_there_already_is_not_taken_again() {
    let profile = profile();
    let items = || {
        [at(20, "twenty"), at(20, "other"), at(21, "twenty"), Message { ..outgoing(0, ALEX, "mine") }]
            .map(|message| Ok((alex(), message)))
    };
    assert_eq!(take(&profile, items()), Ok((3, 1)));
    let before = texts(&profile, ALEX);
    assert_eq!(take(&profile, items()), Ok((0, 4)));
    assert_eq!(texts(&profile, ALEX), before);
    assert_eq!(before.len(), 6);
}

#[test]
fn a_new_profile_takes_all_of_it_and_has_seen_it() {
    let profile = Profile::new();
    let items = [
        Ok((alex(), at(1, "a"))),
        Ok((stranger("10.0.0.9:8081"), at(2, "b"))),
        Ok((alex(), at(3, "c"))),
        Ok((stranger("10.0.0.8:8081"), at(4, "d"))),
    ];
    assert_eq!(take(&profile, items), Ok((4, 0)));
    let remembered = profile.open().remembered;
    let shown: Vec<_> = remembered
        .conversations
        .iter()
        .map(|kept| (kept.card.conversation.0, kept.card.address.as_str(), kept.unread, kept.newest))
        .collect();
    let wanted = [
        (1, "10.0.0.7:8081", 0, Some(MessageId(3))),
        (2, "10.0.0.9:8081", 0, Some(MessageId(2))),
        (3, "10.0.0.8:8081", 0, Some(MessageId(4))),
    ];
    assert_eq!(shown, wanted);
    assert_eq!(texts(&profile, ALEX), ["a", "c"]);
}

#[test]
fn a_failure_among_the_messages_leaves_everything_as_it_was() {
    let profile = profile();
    let items = [Ok((alex(), at(15, "fifteen"))), Err(Phrase::new("fault-busy"))];
    assert_eq!(take(&profile, items), Err(Phrase::new("fault-busy")));
    assert_eq!(texts(&profile, ALEX), ["ten", "twenty", "thirty"]);
}

#[test]
fn what_was_cleared_stays_away_and_what_is_taken_in_is_not_hidden() {
    let profile = profile();
    profile
        .backend()
        .commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(2) }])
        .expect("kept");
    assert_eq!(take(&profile, [Ok((alex(), at(15, "fifteen")))]), Ok((1, 0)));
    assert_eq!(texts(&profile, ALEX), ["fifteen", "thirty"]);
}

#[test]
fn the_ids_of_other_conversations_follow() {
    let profile = profile();
    let mut backend = profile.backend();
    backend
        .commit(&[insert(&Message { conversation: MEI, id: MessageId(4), ..at(40, "forty") })])
        .expect("kept");
    backend.commit(&[StoreCommand::Read { conversation: MEI, up_to: MessageId(4) }]).expect("kept");
    backend
        .commit(&[StoreCommand::Replace(Arc::new(Message {
            conversation: MEI,
            id: MessageId(4),
            ..at(40, "vierzig")
        }))])
        .expect("kept");
    drop(backend);
    assert_eq!(take(&profile, [Ok((alex(), at(0, "zero")))]), Ok((1, 0)));
    let mut opened = profile.open();
    assert_eq!(ids(&page(&mut *opened.backend, MEI, PageAnchor::Newest)), [5]);
    assert_eq!(opened.remembered.conversations[1].unread, 0);
}

#[test]
fn a_file_that_is_not_ours_takes_nothing() {
    let profile = Profile::new();
    std::fs::write(profile.path(), "a letter to Mei, not a database").expect("written");
    let refused = take(&profile, [Ok((alex(), at(1, "a")))]).expect_err("refused");
    assert_eq!(refused.key, "store-not-imported");
    assert_eq!(std::fs::read(profile.path()).expect("there"), b"a letter to Mei, not a database");
}

#[test]
fn a_message_that_was_decoded_otherwise_since_is_known() {
    let profile = Profile::new();
    let bytes: Arc<[u8]> = Arc::from(*b"\xc4\xe3\xba\xc3");
    let lossy = Message { payload: Arc::clone(&bytes), ..at(10, "\u{fffd}\u{fffd}") };
    let other = Message { payload: Arc::from(*b"\xc4\xe4\xba\xc3"), ..lossy.clone() };
    let sent = Message { payload: bytes, ..outgoing(0, ConversationId(77), "你好") };
    let file = [lossy.clone(), other, sent];
    let items = || file.clone().map(|message| Ok((alex(), message)));
    assert_eq!(take(&profile, items()), Ok((3, 0)));
    let mut backend = profile.backend();
    for stored in page(&mut *backend, ALEX, PageAnchor::Newest).messages {
        let text =
            if stored.is_outgoing() { "你好".to_owned() } else { format!("{} otherwise", stored.id.0) };
        backend
            .commit(&[StoreCommand::Replace(Arc::new(Message { text, ..(*stored).clone() }))])
            .expect("kept");
    }
    drop(backend);
    assert_eq!(take(&profile, items()), Ok((0, 3)));
}

/// The same message under whatever id and conversation an export has given it.
fn elsewhere(message: Message) -> Message {
    Message { id: MessageId(0), conversation: ConversationId(77), ..message }
}

#[test]
fn a_message_whose_name_is_there_is_no_second_copy() {
    let profile = profile();
    let named = Message { time: at(15, "").time, ..theirs(4, ALEX, 1) };
    let sent = Message { time: at(16, "").time, ..ours(5, ALEX, Mark::Delivered) };
    profile.backend().commit(&[insert(&named), insert(&sent)]).expect("kept");
    // Decoded otherwise, at another time, with another mark: the names say that they are the same.
    let items = || {
        [
            Message { text: "otherwise".to_owned(), ..elsewhere(named.clone()) },
            Message { time: at(99, "").time, ..elsewhere(sent.clone()) },
            elsewhere(Message { time: at(18, "").time, ..theirs(0, ALEX, 2) }),
            elsewhere(Message { about: Some(uid(1)), time: at(19, "").time, ..ours(7, ALEX, Mark::Sent) }),
        ]
        .map(|message| Ok((alex(), message)))
    };
    assert_eq!(take(&profile, items()), Ok((2, 2)));
    assert_eq!(take(&profile, items()), Ok((0, 4)));
    let mut backend = profile.backend();
    let kept = page(&mut *backend, ALEX, PageAnchor::Newest).messages;
    assert_eq!(kept.last().and_then(|last| last.about), None);
    assert_eq!(kept.iter().filter(|one| one.about == Some(uid(1))).count(), 1);
    assert_eq!(
        backend.commit(&[insert(&theirs(50, ALEX, 2))]),
        Ok(vec![0]),
        "it comes from the network as well"
    );
}

#[test]
fn what_was_cleared_can_be_taken_in_again_although_it_is_known() {
    let profile = profile();
    let named = theirs(4, ALEX, 1);
    let mut backend = profile.backend();
    backend.commit(&[insert(&named)]).expect("kept");
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(9) }]).expect("kept");
    drop(backend);
    assert_eq!(take(&profile, [Ok((alex(), elsewhere(named)))]), Ok((1, 0)));
    assert_eq!(texts(&profile, ALEX), ["theirs 1"]);
    assert_eq!(profile.backend().commit(&[insert(&theirs(50, ALEX, 1))]), Ok(vec![0]));
}

#[test]
fn an_outbox_follows_its_messages_and_nothing_is_sent_that_waited_elsewhere() {
    let profile = profile();
    let waits = |id, conversation, second| Message {
        time: at(second, "").time,
        ..ours(id, conversation, Mark::Waiting)
    };
    profile
        .backend()
        .commit(&[insert(&waits(4, ALEX, 40)), insert(&waits(5, MEI, 50)), insert(&waits(6, ALEX, 60))])
        .expect("kept");
    let imported = elsewhere(Message { text: "elsewhere".to_owned(), ..waits(9, ALEX, 45) });
    let items = [Ok((alex(), at(5, "five"))), Ok((alex(), imported))];
    assert_eq!(take(&profile, items), Ok((2, 0)));
    let mut backend = profile.backend();
    assert_eq!(waiting(&mut *backend, asked(ALEX, None)), (vec![5, 8], false));
    assert_eq!(waiting(&mut *backend, asked(MEI, None)), (vec![7], false));
    let kept = page(&mut *backend, ALEX, PageAnchor::Newest).messages;
    let elsewhere = kept.iter().find(|one| one.text == "elsewhere").expect("taken in");
    assert_eq!(elsewhere.mark(), Some(&Mark::Failed(Fault::Interrupted)));
}

#[test]
fn what_is_overdue_is_left_out_with_its_changes_and_the_rest_goes_in_its_time() {
    let profile = profile();
    let until = |second: i64, message: Message| Message {
        expires: Some(WallTime(NOW.0 + second * 1_000_000)),
        ..message
    };
    let change = |id, of: u64, text: &str| Message {
        time: WallTime(NOW.0 + 16_000_000),
        ..our_own(id, MessageKind::Edit, of, text)
    };
    let named = |id, text: &str| Message {
        time: WallTime(NOW.0 + 15_000_000),
        text: text.to_owned(),
        ..ours(id, ALEX, Mark::Delivered)
    };
    let items = [
        until(-1, at(11, "over")),
        until(0, named(71, "over as well")),
        change(81, 71, "over with it"),
        until(60, named(72, "for a minute")),
        until(90, change(82, 72, "other words")),
        at(17, "stays"),
    ];
    let imported = take_all(&profile, items.into_iter().map(|message| Ok((alex(), message))));
    assert_eq!(imported, Ok(Imported { new: 3, known: 0, overdue: 3 }));
    let all = ["ten", "for a minute", "stays", "twenty", "thirty"];
    assert_eq!(texts(&profile, ALEX), all);
    let mut backend = profile.backend();
    let expired = backend.expire(WallTime(NOW.0 + 60_000_000)).expect("written");
    assert_eq!((expired.messages.len(), expired.next), (1, None), "the change goes with its message");
    drop(backend);
    assert_eq!(texts(&profile, ALEX), ["ten", "stays", "twenty", "thirty"]);
}
