//! What trusted peers say passes what is there against floods, and nobody waits for ever for an answer about what is not kept.

use super::trust::{LOCKED, add, place};
use super::*;
use crate::model::traffic::Received;
use crate::model::{Trust, Uid};

/// More than the gate lets through at once, and more than waits for the store.
const MANY: u32 = 20_000;

fn said(world: &World, conversation: ConversationId, number: u32) -> Received {
    let message = world.message(Some(conversation), "10.0.0.7:7781", &number.to_string());
    Received {
        scheme: LOCKED,
        place: Some(Box::new(place(2))),
        authenticated: true,
        uid: Some(Uid(u128::from(number).to_be_bytes())),
        ..message
    }
}

fn hear(world: &mut World, received: Received) {
    world.happen(Event::Net(NetEvent::Received(received)));
}

/// How many messages the network side was told are kept, and of each that is not whether it is wanted.
fn answers<'a>(orders: impl Iterator<Item = &'a NetCommand>) -> (usize, Vec<bool>) {
    let mut answers = (0, Vec::new());
    for order in orders {
        let NetCommand::Message(_, command) = order else { continue };
        if let MessageCommand::Stored { .. } = command {
            answers.0 += 1;
        } else if let MessageCommand::Unkept { wanted, .. } = command {
            answers.1.push(*wanted);
        }
    }
    answers
}

fn told(world: &World) -> (usize, Vec<bool>) {
    answers(world.ordered.iter())
}

#[test]
fn what_a_trusted_peer_says_is_kept_however_much_it_is() {
    for low in [false, true] {
        let mut world = World::new();
        let ben = add(&mut world, "ben", 2);
        world.happen(Event::Stored(StoreEvent::DiskLow(low)));
        for number in 0..MANY {
            let received = said(&world, ben, number);
            hear(&mut world, received);
        }
        assert_eq!(world.state.counters.dropped, 0);
        assert_eq!(told(&world), (usize::try_from(MANY).expect("small"), Vec::new()));
    }
}

#[test]
fn nothing_of_it_is_dropped_where_the_store_is_slow_and_it_stays_in_order() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    let mut inserted = Vec::new();
    let mut orders = Vec::new();
    let mut take = |effects: Vec<Effect>, inserted: &mut Vec<StoreCommand>| {
        for effect in effects {
            if let Effect::Store(op @ StoreCommand::Insert(_)) = effect {
                inserted.push(op);
            } else if let Effect::Net(order) = effect {
                orders.push(order);
            }
        }
    };
    for number in 0..MANY {
        let event = Event::Net(NetEvent::Received(said(&world, ben, number)));
        take(update(&mut world.state, world.now, event), &mut inserted);
    }
    let mut texts = Vec::new();
    while !inserted.is_empty() {
        let ops = std::mem::take(&mut inserted);
        let messages = ops.iter().filter_map(StoreCommand::arrival);
        texts.extend(messages.map(|message| message.text.clone()));
        take(update(&mut world.state, world.now, Event::Stored(StoreEvent::Committed(ops))), &mut inserted);
    }
    assert!(texts.into_iter().eq((0..MANY).map(|number| number.to_string())));
    assert_eq!(answers(orders.iter()), (usize::try_from(MANY).expect("small"), Vec::new()));
}

#[test]
fn whoever_only_says_that_it_is_a_trusted_peer_passes_as_everybody() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    for number in 0..MANY {
        let received = said(&world, ben, number);
        hear(&mut world, Received { authenticated: false, ..received });
    }
    assert!(world.state.counters.dropped > 0);
}

#[test]
fn what_a_peer_says_whose_key_is_in_doubt_may_come_again_where_there_is_no_room() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    let effects = world.state.conversations.get_mut(ben).expect("ben").set_trust(Trust::Requested);
    assert!(!effects.is_empty());
    for number in 0..MANY {
        let received = said(&world, ben, number);
        hear(&mut world, received);
    }
    let (stored, unkept) = told(&world);
    assert!(!unkept.is_empty() && unkept.iter().all(|wanted| *wanted));
    assert_eq!(stored + unkept.len(), usize::try_from(MANY).expect("small"), "each has an answer");
}

#[test]
fn whoever_is_ignored_has_an_answer_and_it_is_no_receipt() {
    let mut world = World::new();
    let received = Received { conversation: None, ..said(&world, ConversationId(0), 1) };
    hear(&mut world, received);
    let mei = world.state.at_address(&place(2)).expect("a stranger").id;
    assert_eq!(told(&world), (1, Vec::new()));
    world.happen(Event::Intent(Intent::Decide { conversation: mei, decision: KeyDecision::Accept }));
    world.happen(Event::Intent(Intent::Ignore { conversation: mei }));
    for number in 2..=3 {
        let received = said(&world, mei, number);
        hear(&mut world, received);
    }
    assert_eq!(told(&world), (1, vec![false, false]));
    assert_eq!(world.state.counters.ignored, 2);
}
