//! Searches: what comes while one looks, what goes, and pages that a jump asked for.

use jiff::tz::TimeZone;

use super::*;
use crate::model::MessageId;
use crate::model::search::Search;
use crate::store::Backend as _;

fn look_up(world: &mut World, within: Option<ConversationId>, input: &str) {
    let search = Search::parse(input, &TimeZone::UTC, world.now.wall).expect(input);
    world.happen(Event::Intent(Intent::Search { within, search }));
}

fn texts(results: &SearchResults) -> Vec<&str> {
    results.hits.iter().map(|hit| hit.text.as_str()).collect()
}

#[test]
fn what_comes_while_one_looks_is_a_hit_where_all_filters_let_it_pass() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    for (filter, found) in [
        ("", &["a needle"][..]),
        ("from:me", &[]),
        ("from:alex", &["a needle"]),
        ("in:egon", &[]),
        ("after:2026", &[]),
        ("before:2026", &["a needle"]),
    ] {
        look_up(&mut world, Some(alex), &format!("needle {filter}"));
        world.state.search.remove(alex, MessageId(u64::MAX));
        world.hear(Some(alex), "127.0.0.1:8081", "a needle");
        world.hear(Some(alex), "127.0.0.1:8081", "hay");
        assert_eq!(texts(world.state.search.located()), found, "{filter}");
    }
}

#[test]
fn hits_go_with_their_messages() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081"), ("bea", "127.0.0.1:2")]);
    let (alex, bea) = (world.id("alex"), world.id("bea"));
    world.hear(Some(alex), "127.0.0.1:8081", "needle of alex");
    world.hear(Some(bea), "127.0.0.1:2", "needle of bea");
    look_up(&mut world, None, "needle");
    assert_eq!(texts(world.state.search.found()), ["needle of bea", "needle of alex"]);
    world.happen(Event::Intent(Intent::Clear { conversation: alex }));
    assert_eq!(texts(world.state.search.found()), ["needle of bea"]);
}

#[test]
fn an_earlier_page_is_no_answer_to_a_later_jump() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    for number in 1..=1_000 {
        world.hear(Some(alex), "127.0.0.1:8081", &number.to_string());
    }
    let pages = [PageAnchor::Around(MessageId(300)), PageAnchor::Around(MessageId(600))].map(|at| {
        let turn = Event::Intent(Intent::Page { conversation: alex, at });
        let effects = update(&mut world.state, world.now, turn);
        let [Effect::Page(query)] = effects.as_slice() else { panic!("{effects:?}") };
        Event::Stored(StoreEvent::Page(world.store.page(query).expect("memory")))
    });
    let is_paging = |world: &World| world.state.conversation(alex).expect("alex").is_paging();
    let [first, second] = pages;
    world.happen(first);
    assert!(is_paging(&world));
    world.happen(second);
    assert!(!is_paging(&world) && world.shown("alex").contains(&"600"));
}

#[test]
fn what_comes_while_one_searches_is_bounded() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    let search = Search::parse("a", &TimeZone::UTC, world.now.wall).expect("search");
    world.happen(Event::Intent(Intent::Search { within: Some(alex), search }));
    for _ in 0..3_000 {
        world.hear(Some(alex), "127.0.0.1:8081", "a");
    }
    assert_eq!(world.state.search.located().hits.len(), 2_000);
    world.happen(Event::Intent(Intent::Leave { conversation: alex }));
    assert!(world.state.search.located().hits.is_empty());
}
