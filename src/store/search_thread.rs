//! The thread that searches while the store's own goes on, so that no message waits for a search.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use tokio::sync::mpsc;

use super::{SearchHits, SearchQuery, Searcher, StoreEvent};
use crate::model::Phrase;

/// Searches that wait. Only the last one of each kind is carried out.
const MAX_SEARCHES: usize = 64;

/// The answer to a search.
pub(super) fn found(ticket: u64, result: Result<SearchHits, Phrase>) -> StoreEvent {
    result.map_or_else(|why| StoreEvent::NotFound { ticket, why }, StoreEvent::Found)
}

/// The way to the thread, and what ends its running search.
pub(super) type Searches = (SyncSender<SearchQuery>, Box<dyn Fn() + Send>);

/// Starts the thread that owns `searcher`. It ends when nobody asks any more.
pub(super) fn start(
    mut searcher: Box<dyn Searcher>,
    report: mpsc::Sender<StoreEvent>,
) -> std::io::Result<Searches> {
    let (ask, asked) = sync_channel::<SearchQuery>(MAX_SEARCHES);
    let interrupt = searcher.interrupter();
    thread::Builder::new()
        .name("store-search".to_owned())
        .spawn(move || run_searches(&mut *searcher, &asked, &report))?;
    Ok((ask, interrupt))
}

/// Runs the searches that are asked for, the newest first, until nobody asks or listens.
fn run_searches(
    searcher: &mut dyn Searcher,
    asked: &Receiver<SearchQuery>,
    report: &mpsc::Sender<StoreEvent>,
) {
    let mut waiting = SearchQueue::default();
    loop {
        if waiting.0.is_empty() {
            let Ok(lookup) = asked.recv() else { return };
            waiting.push(lookup);
        }
        for lookup in asked.try_iter() {
            waiting.push(lookup);
        }
        let Some(lookup) = waiting.0.pop() else { continue };
        match searcher.search(&lookup).transpose() {
            // Interrupted by a newer search, or the interrupt was meant for the search before: it is tried again.
            None => waiting.0.push(lookup),
            Some(result) => {
                if report.blocking_send(found(lookup.ticket, result)).is_err() {
                    return;
                }
            }
        }
    }
}

/// The searches that wait, oldest first.
#[derive(Default)]
struct SearchQueue(Vec<SearchQuery>);

impl SearchQueue {
    /// A newer search supersedes those of its kind: within one conversation, or everywhere.
    fn push(&mut self, lookup: SearchQuery) {
        self.0.retain(|older| older.within.is_some() != lookup.within.is_some());
        self.0.push(lookup);
    }
}
