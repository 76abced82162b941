//! What was removed is in no file any more, whatever happens in between.

use crate::model::history::{PageAnchor, StoreCommand};
use crate::model::{ConversationId, Draft, EditDraft, MessageId};
use crate::store::tests::samples::{
    ALEX, MEI, PageCounter, Profile, card, hits, ids, incoming, insert, page, rest,
};
use crate::store::{Backend, Work};

/// A word that no other message has, of letters that are hard to compress away.
fn secret(id: u64) -> String {
    let letters = |seed: u64| {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678;
        (0..12).map(move |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'a' + u8::try_from((state >> 33) % 26).expect("small"))
        })
    };
    letters(id).collect()
}

/// Messages of two conversations by turns, each with words of its own; some of them long.
fn fill(backend: &mut dyn Backend, ids: std::ops::RangeInclusive<u64>) {
    let ops: Vec<StoreCommand> = ids
        .map(|id| {
            let conversation = if id % 3 == 0 { MEI } else { ALEX };
            let padding = "many words ".repeat(if id % 50 == 0 { 900 } else { 2 });
            insert(&incoming(id, conversation, &format!("{} 会议{id} {padding}", secret(id))))
        })
        .collect();
    for group in ops.chunks(100) {
        backend.commit(group).expect("kept");
    }
}

fn count_found(profile: &Profile, ids: impl Iterator<Item = u64>) -> usize {
    let there = profile.letters(12);
    ids.filter(|id| there.contains(&secret(*id))).count()
}

#[test]
fn a_cleared_conversation_leaves_no_byte_and_no_word_behind() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 1..=300);
    rest(&mut *backend);
    fill(&mut *backend, 301..=600);
    rest(&mut *backend);
    assert_eq!(count_found(&profile, 1..=600), 600);
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(600) }]).expect("kept");
    rest(&mut *backend);
    let (alex, mei): (Vec<u64>, Vec<u64>) = (1..=600).partition(|id| id % 3 != 0);
    // The program still runs: neither the file nor its log may hold them.
    assert_eq!(count_found(&profile, alex.into_iter()), 0);
    assert_eq!(count_found(&profile, mei.iter().copied()), mei.len());
    assert_eq!(hits(&mut *backend, &secret(3)), [3]);
    backend.commit(&[StoreCommand::Forget { conversation: MEI }]).expect("kept");
    rest(&mut *backend);
    assert_eq!(count_found(&profile, mei.into_iter()), 0);
    assert_eq!(profile.holding("words"), [""; 0]);
    drop(backend);
    let conversations = profile.open().remembered.conversations;
    assert_eq!(
        conversations.iter().map(|kept| kept.cleared).collect::<Vec<_>>(),
        [true],
        "it is known next time"
    );
}

#[test]
fn what_was_moved_about_in_the_file_is_erased_with_all_its_copies() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 1..=600);
    rest(&mut *backend);
    for id in (3..=600).step_by(6) {
        let other =
            incoming(id, MEI, &format!("{} {}", secret(id + 10_000), "longer than before ".repeat(30)));
        backend.commit(&[StoreCommand::Replace(std::sync::Arc::new(other))]).expect("kept");
    }
    rest(&mut *backend);
    backend
        .commit(&[StoreCommand::Trim { conversations: vec![ALEX, MEI], before: MessageId(200) }])
        .expect("kept");
    rest(&mut *backend);
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(600) }]).expect("kept");
    rest(&mut *backend);
    backend.commit(&[StoreCommand::Clear { conversation: MEI, up_to: MessageId(600) }]).expect("kept");
    rest(&mut *backend);
    assert_eq!(count_found(&profile, (1..=600).chain(10_003..=10_600)), 0);
}

#[test]
fn the_name_and_the_draft_of_a_forgotten_conversation_go_too() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let edit = Some(EditDraft { message: MessageId(1), text: secret(4) });
    let draft = StoreCommand::Draft { conversation: ALEX, draft: Draft { edit, ..Draft::of(&secret(1)) } };
    backend.commit(&[StoreCommand::Know(card(ALEX, &secret(2), &secret(3)).into()), draft]).expect("kept");
    backend.commit(&[insert(&incoming(1, ALEX, &secret(4)))]).expect("kept");
    backend.commit(&[StoreCommand::Forget { conversation: ALEX }]).expect("kept");
    rest(&mut *backend);
    assert_eq!(count_found(&profile, 1..=4), 0);
}

#[test]
fn erasing_goes_on_where_it_was_interrupted() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 1..=600);
    rest(&mut *backend);
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(600) }]).expect("kept");
    for _ in 0..2 {
        assert!(matches!(backend.work(), Work::More));
    }
    // As if the program had been killed: what closing would have done is not done.
    std::mem::forget(backend);
    assert!(count_found(&profile, (1..=600).filter(|id| id % 3 != 0)) > 0);
    let mut backend = profile.backend();
    assert_eq!(ids(&page(&mut *backend, ALEX, PageAnchor::Newest)), [0; 0]);
    rest(&mut *backend);
    assert_eq!(count_found(&profile, (1..=600).filter(|id| id % 3 != 0)), 0);
}

#[test]
fn a_program_that_ends_at_once_erases_before_it_goes() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 1..=100);
    rest(&mut *backend);
    backend.commit(&[StoreCommand::Forget { conversation: ALEX }]).expect("kept");
    drop(backend);
    assert_eq!(count_found(&profile, (1..=100).filter(|id| id % 3 != 0)), 0);
    assert_eq!(profile.open().remembered.conversations[0].card.conversation, ConversationId(2));
}

#[test]
fn somebody_who_reads_only_delays_it() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 1..=100);
    let reader = rusqlite::Connection::open(profile.path()).expect("opened");
    reader.execute_batch("BEGIN; SELECT count(*) FROM message").expect("read");
    backend.commit(&[StoreCommand::Forget { conversation: ALEX }]).expect("kept");
    rest(&mut *backend);
    reader.execute_batch("COMMIT").expect("read");
    rest(&mut *backend);
    assert_eq!(count_found(&profile, (1..=100).filter(|id| id % 3 != 0)), 0);
}

#[test]
fn what_a_flood_drives_out_is_gone_without_writing_the_file_anew() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 1..=6);
    backend.commit(&[StoreCommand::Evict { conversation: ALEX }]).expect("kept");
    let connection = rusqlite::Connection::open(profile.path()).expect("open");
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("count");
    assert_eq!(count("SELECT count(*) FROM setting WHERE key = 'purge'"), 0);
    rest(&mut *backend);
    assert_eq!(count("SELECT count(*) FROM message"), 2);
    backend.commit(&[StoreCommand::Forget { conversation: MEI }]).expect("kept");
    assert_eq!(count("SELECT count(*) FROM setting WHERE key = 'purge'"), 1);
}

#[test]
fn no_step_of_clearing_writes_more_pages_than_some_milliseconds_take() {
    const MESSAGES: u64 = 9_000;
    const STEPS: usize = 29;
    const MAX_PAGES: i64 = 300;
    let profile = Profile::new();
    let mut backend = profile.backend();
    for first in (1..=MESSAGES).step_by(500) {
        fill(&mut *backend, first..=first + 499);
        rest(&mut *backend);
    }
    backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(MESSAGES) }]).expect("kept");
    let counter = PageCounter::new(&profile.path());
    counter.count();
    let mut pages = Vec::new();
    for _ in 0..STEPS {
        assert!(matches!(backend.work(), Work::More));
        pages.push(counter.count());
    }
    assert!(pages.iter().all(|pages| *pages <= MAX_PAGES), "{pages:?}");
}
