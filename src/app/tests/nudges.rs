//! Windows that shake.

use std::time::Duration;

use super::world::World;
use crate::app::{Event, Intent};
use crate::model::{ConversationId, NetCommand, NetEvent, PeerCommand};

fn nudges(world: &World) -> usize {
    let nudge = |command: &&NetCommand| matches!(command, NetCommand::Peer(_, PeerCommand::Nudge));
    world.ordered.iter().filter(nudge).count()
}

fn nudge(world: &mut World, conversation: ConversationId) {
    world.happen(Event::Intent(Intent::Nudge { conversation }));
}

#[test]
fn whoever_was_nudged_can_nudge_back_but_not_all_the_time() {
    let mut world = World::with(&[("bea", "lan://10.0.0.2:2425"), ("alex", "127.0.0.1:1")]);
    let bea = world.open("bea");
    world.happen(Event::Intent(Intent::Away(true)));
    world.happen(Event::Net(NetEvent::Nudged { conversation: bea }));
    assert_eq!((world.rings, world.shown("bea").len()), (1, 1));
    nudge(&mut world, bea);
    nudge(&mut world, bea);
    assert_eq!((nudges(&world), world.shown("bea").len()), (1, 2));
    assert!(world.state.status_line_after(0).is_some(), "a person reads why");
    world.now.mono += Duration::from_secs(10);
    nudge(&mut world, bea);
    assert_eq!(nudges(&world), 2);
}

#[test]
fn nobody_is_nudged_who_has_no_window_that_shakes() {
    let mut world = World::with(&[("alex", "127.0.0.1:1"), ("hall", "hall://10.0.0.255:7788")]);
    for name in ["alex", "hall"] {
        let id = world.open(name);
        nudge(&mut world, id);
    }
    assert_eq!(nudges(&world), 0);
}
