//! What every backend has to do, and what the thread makes of it.

use std::sync::Arc;

use super::*;
use crate::model::history::{At, Purpose};
use crate::model::{Direction, Mark, Message, MessageId, WallTime};

const HERE: ConversationId = ConversationId(1);

fn message(id: u64, bytes: usize) -> Arc<Message> {
    Arc::new(Message {
        id: MessageId(id),
        conversation: HERE,
        dialect: "udp".into(),
        time: WallTime(0),
        direction: Direction::Outgoing { mark: Mark::Waiting, marked: WallTime(0) },
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
        memory.commit(&[Op::Insert(message(id, third))]).expect("kept");
    }
    assert_eq!(ids(&memory), [1, 2, 3]);
    memory.commit(&[Op::Replace(message(3, 1))]).expect("kept");
    memory.commit(&[Op::Insert(message(4, third))]).expect("kept");
    assert_eq!(ids(&memory), [1, 2, 3, 4]);
    memory.commit(&[Op::Insert(message(5, third))]).expect("kept");
    assert_eq!(ids(&memory), [2, 3, 4, 5]);
}

#[test]
fn trimming_takes_what_is_older() {
    let mut memory = Memory::default();
    for id in 1..=4 {
        memory.commit(&[Op::Insert(message(id, 1))]).expect("kept");
    }
    let trim = |before| [Op::Trim { conversations: vec![HERE], before: MessageId(before) }];
    memory.commit(&trim(3)).expect("kept");
    assert_eq!(ids(&memory), [3, 4]);
    memory.commit(&trim(9)).expect("kept");
    assert!(ids(&memory).is_empty());
}

#[test]
fn pages_tile_a_conversation_without_a_gap() {
    let mut memory = Memory::default();
    for id in 1..=100 {
        memory.commit(&[Op::Insert(message(id * 2, 1))]).expect("kept");
    }
    let mut page = |at| {
        let query = PageQuery { conversation: HERE, at, messages: 10, purpose: Purpose::Show };
        let page = memory.page(&query).expect("read");
        let ids: Vec<u64> = page.messages.iter().map(|message| message.id.0).collect();
        (ids.first().copied(), ids.last().copied(), ids.len(), page.older, page.newer)
    };
    assert_eq!(page(At::Newest), (Some(182), Some(200), 10, true, false));
    assert_eq!(page(At::Before(MessageId(182))), (Some(162), Some(180), 10, true, true));
    assert_eq!(page(At::Before(MessageId(6))), (Some(2), Some(4), 2, false, true));
    assert_eq!(page(At::Oldest), (Some(2), Some(20), 10, false, true));
    assert_eq!(page(At::After(MessageId(20))), (Some(22), Some(40), 10, true, true));
    assert_eq!(page(At::Around(MessageId(101))), (Some(92), Some(110), 10, true, true));
    assert_eq!(page(At::Around(MessageId(1))), (Some(2), Some(10), 5, false, true));
    assert_eq!(page(At::After(MessageId(200))), (None, None, 0, true, false));
}

/// A backend whose every commit fails.
#[derive(Debug)]
struct Refusing(Phrase);

impl Backend for Refusing {
    fn commit(&mut self, _ops: &[Op]) -> Result<(), Phrase> {
        Err(self.0.clone())
    }

    fn page(&mut self, _query: &PageQuery) -> Result<Page, Phrase> {
        Err(self.0.clone())
    }

    fn sent(&mut self, _conversation: ConversationId, _limit: usize) -> Result<Vec<String>, Phrase> {
        Err(self.0.clone())
    }

    fn search(&mut self, _lookup: &Lookup) -> Result<Found, Phrase> {
        Err(self.0.clone())
    }
}

#[tokio::test]
async fn every_change_is_reported_once_and_in_order() {
    let mut store = StoreHandle::start(Box::new(Memory::default())).expect("thread");
    for number in 0..3_000 {
        store.ask(Op::Forget { conversation: ConversationId(number) }).expect("room");
    }
    let mut seen = Vec::new();
    while store.in_flight() > 0 {
        if let StoreEvent::Committed(ops) = store.next().await.expect("alive") {
            seen.extend(ops);
        }
    }
    let wanted: Vec<Op> =
        (0..3_000).map(|number| Op::Forget { conversation: ConversationId(number) }).collect();
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn a_page_holds_what_was_asked_for_before_it_and_nothing_after() {
    let mut store = StoreHandle::start(Box::new(Memory::default())).expect("thread");
    let query = PageQuery { conversation: HERE, at: At::Newest, messages: 10, purpose: Purpose::Show };
    store.ask(Op::Insert(message(1, 1))).expect("room");
    assert!(store.page(query));
    store.ask(Op::Insert(message(2, 1))).expect("room");
    let mut pages = Vec::new();
    while store.in_flight() > 0 {
        if let StoreEvent::Page(page) = store.next().await.expect("alive") {
            pages.push(page.messages.len());
        }
    }
    assert_eq!(pages, [1]);
}

#[tokio::test]
async fn a_refused_change_comes_back_with_the_reason() {
    let why = Phrase::new("fault-busy");
    let mut store = StoreHandle::start(Box::new(Refusing(why.clone()))).expect("thread");
    let op = Op::Forget { conversation: ConversationId(1) };
    store.ask(op.clone()).expect("room");
    assert_eq!(store.next().await, Some(StoreEvent::Refused { ops: vec![op], why }));
}
