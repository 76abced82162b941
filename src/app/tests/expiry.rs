//! How long our own copy of what is said is kept: what a person sets, and what becomes of messages.

use super::world::{World, address};
use super::*;
use crate::model::search::Search;
use crate::model::{Contact, Gist, KeepPeriod, MessageId, NetEvent, PeerKind, WallTime};

const MINUTE: i64 = 60_000_000;
const FROM_ALEX: &str = "127.0.0.1:8081";

fn period(text: &str) -> Option<KeepPeriod> {
    KeepPeriod::parse(text)
}

/// The list of contacts says this of alex.
fn set(world: &mut World, keep: Option<KeepPeriod>, edit: bool) {
    let contact = |name: &str, at, keep| Contact {
        name: name.to_owned(),
        address: address(at),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep,
    };
    let contacts = vec![contact("alex", FROM_ALEX, keep), contact("bea", "127.0.0.1:8082", None)];
    let edit = edit.then(|| ContactsEdit::SetKeep { name: "alex".to_owned(), period: keep });
    world.happen(Event::ContactsLoaded { contacts, edit });
}

/// Lets the time pass; the clock wakes the state where it has asked for that.
fn pass(world: &mut World, minutes: i64) {
    let until = world.now.wall.0 + minutes * MINUTE;
    while let Some(next) = world.state.next_expiry().filter(|next| next.0 <= until) {
        world.now.wall = WallTime(next.0.max(world.now.wall.0));
        world.happen(Event::Due);
    }
    world.now.wall = WallTime(until);
}

fn say(world: &mut World, name: &str, text: &str) {
    let conversation = world.id(name);
    world.happen(Event::Intent(Intent::Send { conversation, text: text.to_owned() }));
    // The network takes it at once.
    let message = MessageId(world.state.next_message_id().0 - 1);
    world.happen(handed(message));
}

fn handed(message: MessageId) -> Event {
    let (to, payload) = (FROM_ALEX.parse().expect("literal"), Arc::from(*b"x"));
    Event::Net(NetEvent::Handed { message, to, payload })
}

#[test]
fn what_is_said_from_then_on_goes_after_its_time_and_what_was_said_before_stays() {
    let mut world = World::with(&[("alex", FROM_ALEX), ("bea", "127.0.0.1:8082")]);
    let alex = world.open("alex");
    world.hear(Some(alex), FROM_ALEX, "before");
    set(&mut world, period("10m"), false);
    world.hear(Some(alex), FROM_ALEX, "theirs");
    say(&mut world, "alex", "ours");
    let bea = world.id("bea");
    world.hear(Some(bea), "127.0.0.1:8082", "elsewhere");
    pass(&mut world, 5);
    // From now on another time holds, for what comes from now on.
    set(&mut world, period("1m"), false);
    world.hear(Some(alex), FROM_ALEX, "short");
    set(&mut world, None, false);
    world.hear(Some(alex), FROM_ALEX, "for good");
    assert_eq!(world.shown("alex"), ["before", "theirs", "ours", "short", "for good"]);
    pass(&mut world, 1);
    assert_eq!(world.shown("alex"), ["before", "theirs", "ours", "for good"]);
    pass(&mut world, 3);
    assert_eq!(world.texts("alex"), ["before", "theirs", "ours", "for good"]);
    pass(&mut world, 1);
    assert_eq!(world.shown("alex"), ["before", "for good"]);
    assert_eq!(world.texts("alex"), ["before", "for good"]);
    let last = world.state.conversation(alex).and_then(|alex| alex.activity.last());
    assert_eq!(last.map(|last| &last.gist), Some(&Gist::Words("for good".into())));
    pass(&mut world, 100_000);
    assert_eq!((world.texts("alex").len(), world.texts("bea").len()), (2, 1));
}

#[test]
fn nothing_wakes_the_state_where_nothing_is_due() {
    let mut world = World::with(&[("alex", FROM_ALEX)]);
    let alex = world.id("alex");
    world.hear(Some(alex), FROM_ALEX, "x");
    assert_eq!(world.state.next_expiry(), None);
    set(&mut world, period("1h"), false);
    assert_eq!(world.state.next_expiry(), None, "no message has a time");
    world.hear(Some(alex), FROM_ALEX, "x");
    let due = WallTime(world.now.wall.0 + 60 * MINUTE);
    assert_eq!(world.state.next_expiry(), Some(due));
    // Woken too early, as by a clock that was set.
    world.happen(Event::Due);
    assert_eq!((world.asked_to_expire, world.state.next_expiry()), (0, Some(due)));
    pass(&mut world, 60);
    assert_eq!((world.asked_to_expire, world.state.next_expiry()), (1, None));
}

#[test]
fn a_message_that_has_gone_is_neither_unread_nor_found() {
    let mut world = World::with(&[("alex", FROM_ALEX), ("bea", "127.0.0.1:8082")]);
    let (alex, bea) = (world.id("alex"), world.id("bea"));
    world.happen(Event::Intent(Intent::Open { conversation: bea }));
    set(&mut world, period("1m"), false);
    world.hear(Some(alex), FROM_ALEX, "word one");
    set(&mut world, None, false);
    world.hear(Some(alex), FROM_ALEX, "word two");
    let search = Search::parse("word", &jiff::tz::TimeZone::UTC, world.now.wall).expect("a search");
    world.happen(Event::Intent(Intent::Search { within: None, search }));
    assert_eq!((world.state.unread_elsewhere(Some(bea)), world.state.search.found().hits.len()), (2, 2));
    pass(&mut world, 1);
    assert_eq!((world.state.unread_elsewhere(Some(bea)), world.state.search.found().hits.len()), (1, 1));
}

#[test]
fn what_waits_to_go_out_stays_until_it_has_gone() {
    let mut world = World::with(&[("alex", FROM_ALEX)]);
    let alex = world.open("alex");
    set(&mut world, period("1m"), false);
    world.happen(Event::Intent(Intent::Send { conversation: alex, text: "late".to_owned() }));
    let message = MessageId(world.state.next_message_id().0 - 1);
    pass(&mut world, 30);
    assert_eq!((world.shown("alex"), world.asked_to_expire), (vec!["late"], 1));
    world.happen(handed(message));
    pass(&mut world, 0);
    assert_eq!((world.shown("alex"), world.asked_to_expire), (vec![], 2));
}

#[test]
fn a_store_that_cannot_remove_anything_is_asked_again_after_a_minute() {
    let mut world = World::with(&[("alex", FROM_ALEX)]);
    let alex = world.id("alex");
    set(&mut world, period("1m"), false);
    world.hear(Some(alex), FROM_ALEX, "x");
    world.now.wall.0 += MINUTE;
    let asked = update(&mut world.state, world.now, Event::Due);
    assert!(matches!(asked[..], [Effect::Expire(_)]), "{asked:?}");
    assert_eq!(world.state.next_expiry(), None, "it has yet to answer");
    world.happen(Event::Stored(StoreEvent::NotExpired));
    assert_eq!(world.state.next_expiry(), Some(WallTime(world.now.wall.0 + MINUTE)));
    pass(&mut world, 1);
    assert_eq!(world.texts("alex"), [""; 0]);
}

#[test]
fn only_a_contact_can_have_a_time_and_its_list_is_where_it_stands() {
    let mut world = World::with(&[("alex", FROM_ALEX)]);
    let alex = world.id("alex");
    world.hear(None, "10.0.0.9:1234", "hi");
    let stranger = world.state.conversations().find(|one| one.kind == PeerKind::Stranger).expect("one").id;
    for conversation in [alex, stranger] {
        world.happen(Event::Intent(Intent::KeepFor { conversation, period: period("7d") }));
    }
    assert_eq!(world.edits, [ContactsEdit::SetKeep { name: "alex".to_owned(), period: period("7d") }]);
    set(&mut world, period("7d"), true);
    assert_eq!(world.state.keeps_for(alex), period("7d"));
    let (_, told) = world.state.status_line_after(0).expect("a line");
    assert_eq!(*told, KeepPeriod::told(period("7d"), "alex"));
    world.load(&[], None);
    assert_eq!(world.state.keeps_for(alex), None, "it is no contact any more");
}

#[test]
fn what_was_said_before_is_said_last_again_when_its_time_has_come() {
    let mut world = World::with(&[("alex", FROM_ALEX)]);
    let alex = world.id("alex");
    world.hear(Some(alex), FROM_ALEX, "stays");
    set(&mut world, period("1m"), false);
    world.hear(Some(alex), FROM_ALEX, "goes");
    let last = |world: &World| {
        world.state.conversation(alex).and_then(|alex| alex.activity.last().map(|last| last.gist.clone()))
    };
    assert_eq!(last(&world), Some(Gist::Words("goes".into())));
    pass(&mut world, 2);
    assert_eq!(last(&world), Some(Gist::Words("stays".into())), "nobody has it open");
}
