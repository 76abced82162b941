//! What every backend has to do, and what the thread makes of it.

mod battery;
pub(super) mod changes;
mod expiry;
mod file_names;
mod lock;
mod merges;
mod random;
pub(super) mod samples;
mod searches;
pub(super) mod uids;

use std::sync::Arc;

use super::*;
use crate::model::history::{PageAnchor, Purpose};
use crate::model::{Direction, Mark, Message, MessageId, WallTime};

const HERE: ConversationId = ConversationId(1);

fn message(id: u64, bytes: usize) -> Arc<Message> {
    Arc::new(Message {
        uid: None,
        about: None,
        quote: None,
        expires: None,
        files: crate::model::Files::default(),
        id: MessageId(id),
        conversation: HERE,
        dialect: "udp".into(),
        time: WallTime(0),
        direction: Direction::Outgoing {
            kind: crate::model::traffic::MessageKind::Text,
            mark: Mark::Waiting,
            marked: WallTime(0),
        },
        text: "x".repeat(bytes),
        payload: Arc::from([]),
    })
}

fn ids(memory: &Memory) -> Vec<u64> {
    memory.messages(HERE).map(|message| message.id.0).collect()
}

#[test]
fn the_oldest_go_when_the_bytes_are_too_many() {
    let mut memory = Memory::default();
    let third = 64 * 1024 * 1024 / 3 - 1_024;
    for id in 1..=3 {
        memory.commit(&[StoreCommand::Insert(message(id, third))]).expect("kept");
    }
    assert_eq!(ids(&memory), [1, 2, 3]);
    memory.commit(&[StoreCommand::Replace(message(3, 1))]).expect("kept");
    memory.commit(&[StoreCommand::Insert(message(4, third))]).expect("kept");
    assert_eq!(ids(&memory), [1, 2, 3, 4]);
    memory.commit(&[StoreCommand::Insert(message(5, third))]).expect("kept");
    assert_eq!(ids(&memory), [2, 3, 4, 5]);
}

/// A backend whose every commit fails.
#[derive(Debug)]
struct Refusing(Phrase);

impl Backend for Refusing {
    fn commit(&mut self, _ops: &[StoreCommand]) -> Result<Vec<usize>, Phrase> {
        Err(self.0.clone())
    }

    fn page(&mut self, _query: &PageQuery) -> Result<Page, Phrase> {
        Err(self.0.clone())
    }

    fn outbox(&mut self, _query: &OutboxQuery) -> Result<OutboxPage, Phrase> {
        Err(self.0.clone())
    }

    fn expire(&mut self, _now: WallTime) -> Result<ExpiredPart, Phrase> {
        Err(self.0.clone())
    }

    fn sent(&mut self, _conversation: ConversationId, _limit: usize) -> Result<Vec<String>, Phrase> {
        Err(self.0.clone())
    }

    fn search(&mut self, _lookup: &SearchQuery) -> Result<SearchHits, Phrase> {
        Err(self.0.clone())
    }
}

#[tokio::test]
async fn every_change_is_reported_once_and_in_order() {
    let mut store = StoreHandle::start(Box::new(Memory::default())).expect("thread");
    for number in 0..3_000 {
        store.ask(StoreCommand::Forget { conversation: ConversationId(number) }).expect("room");
    }
    let mut seen = Vec::new();
    while store.in_flight() > 0 {
        if let StoreEvent::Committed(ops) = store.next().await.expect("alive") {
            seen.extend(ops);
        }
    }
    let wanted: Vec<StoreCommand> =
        (0..3_000).map(|number| StoreCommand::Forget { conversation: ConversationId(number) }).collect();
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn a_page_holds_what_was_asked_for_before_it_and_nothing_after() {
    let mut store = StoreHandle::start(Box::new(Memory::default())).expect("thread");
    let query =
        PageQuery { conversation: HERE, at: PageAnchor::Newest, messages: 10, purpose: Purpose::Show };
    store.ask(StoreCommand::Insert(message(1, 1))).expect("room");
    assert!(store.page(query));
    store.ask(StoreCommand::Insert(message(2, 1))).expect("room");
    let mut pages = Vec::new();
    while store.in_flight() > 0 {
        if let StoreEvent::Page(page) = store.next().await.expect("alive") {
            pages.push(page.messages.len());
        }
    }
    assert_eq!(pages, [1]);
}

#[tokio::test]
async fn what_came_before_is_told_by_itself_after_what_was_done() {
    let mut store = StoreHandle::start(Box::new(Memory::default())).expect("thread");
    let ops: Vec<StoreCommand> = [(1, 1), (2, 2), (3, 1), (4, 3), (5, 2)]
        .into_iter()
        .map(|(id, name)| StoreCommand::Insert(Arc::new(uids::theirs(id, HERE, name))))
        .collect();
    let (mut done, mut known) = (Vec::new(), Vec::new());
    for op in &ops {
        store.ask(op.clone()).expect("room");
    }
    while store.in_flight() > 0 {
        let event = store.next().await.expect("alive");
        if let StoreEvent::Committed(ops) = event {
            done.extend(ops);
        } else if let StoreEvent::Known(ops) = event {
            known.extend(ops);
        }
    }
    assert_eq!(done, [&ops[0], &ops[1], &ops[3]].map(Clone::clone));
    assert_eq!(known, [&ops[2], &ops[4]].map(Clone::clone));
    assert!(store.has_room());
}

#[test]
fn of_one_group_what_was_done_is_told_first() {
    let ops: Vec<StoreCommand> =
        (0..4).map(|id| StoreCommand::Forget { conversation: ConversationId(id) }).collect();
    let split = |known: &[usize]| thread::committed(ops.clone(), known);
    assert_eq!(split(&[]), [Some(StoreEvent::Committed(ops.clone())), None]);
    let (done, before) = (vec![ops[0].clone(), ops[2].clone()], vec![ops[1].clone(), ops[3].clone()]);
    assert_eq!(split(&[1, 3]), [Some(StoreEvent::Committed(done)), Some(StoreEvent::Known(before))]);
    assert_eq!(split(&[0, 1, 2, 3]), [None, Some(StoreEvent::Known(ops.clone()))]);
}

#[tokio::test]
async fn an_outbox_is_read_after_what_was_asked_for_before() {
    let mut store = StoreHandle::start(Box::new(Memory::default())).expect("thread");
    let message = uids::ours(1, HERE, Mark::Waiting);
    store.ask(StoreCommand::Insert(Arc::new(message.clone()))).expect("room");
    let query = uids::asked(HERE, None);
    assert!(store.outbox(query));
    let mut read = None;
    while store.in_flight() > 0 {
        if let StoreEvent::Outbox(page) = store.next().await.expect("alive") {
            read = Some(page);
        }
    }
    assert_eq!(read, Some(OutboxPage { query, messages: vec![Arc::new(message)], more: false }));
    let mut store = StoreHandle::start(Box::new(Refusing(Phrase::new("fault-busy")))).expect("thread");
    assert!(store.outbox(query));
    let why = Phrase::new("fault-busy");
    assert_eq!(store.next().await, Some(StoreEvent::NoOutbox { query, why }));
    assert_eq!(store.in_flight(), 0);
}

#[tokio::test]
async fn a_refused_change_comes_back_with_the_reason() {
    let why = Phrase::new("fault-busy");
    let mut store = StoreHandle::start(Box::new(Refusing(why.clone()))).expect("thread");
    let op = StoreCommand::Forget { conversation: ConversationId(1) };
    store.ask(op.clone()).expect("room");
    assert_eq!(store.next().await, Some(StoreEvent::Refused { ops: vec![op], why }));
}
