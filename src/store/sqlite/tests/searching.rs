//! Searches on another thread, and an index that follows at a distance.

use crate::model::history::{PageAnchor, StoreCommand};
use crate::store::tests::samples::{ALEX, Profile, hits, incoming, insert, lookup, page, rest};
use crate::store::{Backend, Searcher, StoreEvent, StoreHandle, Work};

fn fill(backend: &mut dyn Backend, count: u64) {
    let ops: Vec<StoreCommand> =
        (1..=count).map(|id| insert(&incoming(id, ALEX, &format!("word number{id} n{id}n")))).collect();
    for group in ops.chunks(500) {
        backend.commit(group).expect("kept");
    }
}

fn found(searcher: &mut dyn Searcher, typed: &str) -> Vec<u64> {
    let found = searcher.search(&lookup(typed)).expect("searched").expect("not interrupted");
    found.hits.iter().map(|hit| hit.id.0).collect()
}

#[test]
fn the_index_follows_in_steps_and_every_hit_is_found_meanwhile() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 2_000);
    let mut steps = 0;
    while matches!(backend.work(), Work::More) {
        steps += 1;
        for id in [1, 777, 1_500, 2_000] {
            assert_eq!(hits(&mut *backend, &format!("n{id}n word")), [id], "after {steps} steps");
        }
    }
    assert!(steps > 3, "{steps}");
    drop(backend);
    let mut backend = profile.backend();
    assert!(matches!(backend.work(), Work::Done), "nothing is indexed twice");
    assert_eq!(hits(&mut *backend, "number777"), [777]);
}

#[test]
fn another_connection_sees_what_was_committed() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    let mut searcher = backend.searcher().expect("a searcher");
    assert_eq!(found(&mut *searcher, "word"), [0; 0]);
    fill(&mut *backend, 3);
    assert_eq!(found(&mut *searcher, "word"), [3, 2, 1]);
    rest(&mut *backend);
    assert_eq!(found(&mut *searcher, "number2"), [2]);
    assert_eq!(page(&mut *backend, ALEX, PageAnchor::Newest).messages.len(), 3);
}

#[test]
fn an_interrupted_search_has_no_answer_and_the_next_one_has() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 5_000);
    let mut searcher = backend.searcher().expect("a searcher");
    assert_eq!(
        found(&mut *searcher, "number1"),
        (1..=5_000).rev().filter(|id| id.to_string().starts_with('1')).take(50).collect::<Vec<_>>()
    );
    let interrupt = searcher.interrupter();
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let nag = std::thread::spawn(move || {
        while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
            interrupt();
        }
    });
    while searcher.search(&lookup("absent")).expect("no failure").is_some() {}
    drop(stop);
    nag.join().expect("ended");
    assert_eq!(found(&mut *searcher, "number4999"), [4_999]);
}

#[tokio::test]
async fn the_last_of_many_searches_is_always_answered() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 2_000);
    let mut store = StoreHandle::start(backend).expect("threads");
    for ticket in 0..200 {
        // It is refused when the thread has not come to run since the queue was filled.
        let _taken = store.search(crate::store::SearchQuery { ticket, ..lookup("number1999") });
        // Some begin before they are overtaken, some do not.
        if ticket % 3 == 0 {
            tokio::task::yield_now().await;
        }
        while store.try_next().is_some() {}
    }
    while !store.search(crate::store::SearchQuery { ticket: 200, ..lookup("number1999") }) {
        tokio::task::yield_now().await;
    }
    loop {
        if let Some(StoreEvent::Found(found)) = store.next().await
            && found.ticket == 200
        {
            assert_eq!(found.hits.len(), 1);
            return;
        }
    }
}

#[test]
fn damage_met_by_a_search_elsewhere_is_mended_by_the_backend() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    fill(&mut *backend, 500);
    rest(&mut *backend);
    drop(backend);
    let connection = rusqlite::Connection::open(profile.path()).expect("opened");
    connection.execute_batch("UPDATE search_data SET block = x'a5a5a5a5a5' WHERE id > 100").expect("ruined");
    drop(connection);
    let mut backend = profile.backend();
    let mut searcher = backend.searcher().expect("a searcher");
    assert_eq!(searcher.search(&lookup("word")).expect_err("damaged").key, "store-not-read");
    assert_eq!(rest(&mut *backend), ["store-index-damaged"]);
    assert_eq!(found(&mut *searcher, "number77")[..], [77]);
}
