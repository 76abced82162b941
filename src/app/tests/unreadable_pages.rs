//! A history that cannot be read hides nothing that is said, and calls nothing read.

use super::World;
use crate::app::{Conversation, Effect, Event, Intent, update};
use crate::model::Phrase;
use crate::model::history::StoreEvent;

#[test]
fn a_page_that_cannot_be_read_is_no_reason_to_call_anything_read() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.id("alex");
    world.hear(Some(alex), "127.0.0.1:8081", "unseen");
    let effects = update(&mut world.state, world.now, Event::Intent(Intent::Open { conversation: alex }));
    let query =
        effects.iter().find_map(|effect| if let Effect::Page(query) = effect { Some(*query) } else { None });
    let failed = StoreEvent::NoPage { query: query.expect("a page"), why: Phrase::new("fault-busy") };
    world.happen(Event::Stored(failed));
    let place = world.state.conversation(alex).expect("alex");
    assert!(place.is_stuck() && !place.is_loaded());
    world.open("alex");
    assert_eq!(world.shown("alex"), ["unseen"]);
}

#[test]
fn what_is_said_while_the_history_cannot_be_read_shows_and_the_rest_as_soon_as_it_can() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.id("alex");
    world.hear(Some(alex), "127.0.0.1:8081", "before");
    let effects = update(&mut world.state, world.now, Event::Intent(Intent::Open { conversation: alex }));
    let query =
        effects.iter().find_map(|effect| if let Effect::Page(query) = effect { Some(*query) } else { None });
    // One while the page is on its way, one when it will not come.
    world.refuse = true;
    world.hear(Some(alex), "127.0.0.1:8081", "on the way");
    let failed = StoreEvent::NoPage { query: query.expect("a page"), why: Phrase::new("fault-busy") };
    world.happen(Event::Stored(failed));
    world.hear(Some(alex), "127.0.0.1:8081", "since");
    assert_eq!(world.shown("alex"), ["on the way", "since"]);
    // What was said before was not seen.
    assert_eq!(world.state.conversation(alex).map(Conversation::is_loaded), Some(false));
    world.refuse = false;
    world.happen(Event::Stored(StoreEvent::TryAgain));
    assert_eq!(world.shown("alex"), ["before", "on the way", "since"]);
    assert_eq!(world.state.conversation(alex).map(Conversation::is_loaded), Some(true));
}
