//! Who is answered when several searches are asked for.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::samples::{ALEX, MEI, lookup};
use super::*;

/// A searcher that says which search begins, and ends it when it is told how.
struct Gate {
    begun: SyncSender<u64>,
    /// `false`: it was interrupted.
    end: Receiver<bool>,
}

impl Searcher for Gate {
    fn search(&mut self, lookup: &SearchQuery) -> Result<Option<SearchHits>, Phrase> {
        let _heard = self.begun.send(lookup.ticket).is_ok();
        // When the test has nothing more to say, all searches are answered.
        let answered = self.end.recv().unwrap_or(true);
        Ok(answered.then(|| SearchHits { ticket: lookup.ticket, hits: Vec::new(), more: false }))
    }

    fn interrupter(&self) -> Box<dyn Fn() + Send> {
        Box::new(|| {})
    }
}

struct Gated(std::sync::Mutex<Option<Gate>>);

impl Backend for Gated {
    fn commit(&mut self, _ops: &[StoreCommand]) -> Result<Vec<usize>, Phrase> {
        Ok(Vec::new())
    }

    fn page(&mut self, query: &PageQuery) -> Result<Page, Phrase> {
        Discard::default().page(query)
    }

    fn outbox(&mut self, query: &OutboxQuery) -> Result<OutboxPage, Phrase> {
        Discard::default().outbox(query)
    }

    fn expire(&mut self, now: WallTime) -> Result<ExpiredPart, Phrase> {
        Discard::default().expire(now)
    }

    fn sent(&mut self, _conversation: ConversationId, _limit: usize) -> Result<Vec<String>, Phrase> {
        Ok(Vec::new())
    }

    fn search(&mut self, lookup: &SearchQuery) -> Result<SearchHits, Phrase> {
        Discard::default().search(lookup)
    }

    fn searcher(&self) -> Option<Box<dyn Searcher>> {
        Some(Box::new(self.0.lock().expect("alone").take()?))
    }
}

fn asked(ticket: u64, within: Option<ConversationId>) -> SearchQuery {
    SearchQuery { ticket, within, ..lookup("word") }
}

/// Asks for the first, and for the others once it has begun. Says which searches began, and which were answered.
async fn run(
    first: SearchQuery,
    ends: bool,
    others: Vec<SearchQuery>,
    answers: usize,
) -> (Vec<u64>, Vec<u64>) {
    let (begun, beginnings) = sync_channel(64);
    let (end, told) = sync_channel(64);
    let gate = Gate { begun, end: told };
    let mut store = StoreHandle::start(Box::new(Gated(std::sync::Mutex::new(Some(gate))))).expect("thread");
    assert!(store.search(first));
    let mut order = vec![beginnings.recv().expect("it begins")];
    for lookup in others {
        assert!(store.search(lookup));
    }
    end.send(ends).expect("it waits");
    drop(end);
    let mut found = Vec::new();
    while found.len() < answers {
        let event = store.next().await.expect("alive");
        let StoreEvent::Found(one) = event else { panic!("{event:?}") };
        found.push(one.ticket);
    }
    order.extend(beginnings.try_iter());
    (order, found)
}

#[tokio::test]
async fn the_last_search_of_each_kind_is_answered_and_the_newest_first() {
    let others = vec![asked(2, Some(ALEX)), asked(3, None), asked(4, Some(MEI)), asked(5, None)];
    assert_eq!(run(asked(1, None), true, others, 3).await, (vec![1, 5, 4], vec![1, 5, 4]));
}

#[tokio::test]
async fn a_search_that_was_interrupted_for_one_of_the_other_kind_is_answered_after_it() {
    let others = vec![asked(2, Some(ALEX))];
    assert_eq!(run(asked(1, None), false, others, 2).await, (vec![1, 2, 1], vec![2, 1]));
}

#[tokio::test]
async fn a_search_that_was_interrupted_for_one_of_its_kind_is_not_answered() {
    let others = vec![asked(2, None), asked(3, Some(ALEX))];
    assert_eq!(run(asked(1, None), false, others, 2).await, (vec![1, 3, 2], vec![3, 2]));
}
