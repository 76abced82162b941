//! A room with a password, and what a person is asked on the way in.

use std::time::Duration;

use super::weather::Weather;
use super::world::{ROOM, World};
use crate::dialects::relay::server::RelayOrder;
use crate::model::traffic::{ConnectionState, DownReason};
use crate::model::{NetCommand, NetEvent, Password, PeerCommand, PeerSecret, RoomCommand};

const SECRET: &str = "open sesame";

impl World {
    fn lock(&mut self, password: &str) {
        let order = RelayOrder::parse(&["password", "class", password].map(str::to_owned)).expect("an order");
        let now = self.now;
        let relay = self.relay.as_mut().expect("a relay");
        relay.order(now, &order).expect("carried out");
    }

    fn unlock(&mut self, who: usize, password: &str) {
        let password = Password::new(password).expect("a password");
        self.order(who, NetCommand::Peer(ROOM, PeerCommand::Room(RoomCommand::Unlock(password))));
        self.run(Duration::from_secs(3));
    }
}

fn locked(wrong: bool) -> ConnectionState {
    ConnectionState::Down(DownReason::Locked { wrong })
}

#[test]
fn a_person_is_asked_for_the_password_and_comes_in_with_the_right_one_in_any_weather() {
    for (seed, weather) in [(1, Weather::FINE), (2, Weather::BAD), (3, Weather::BAD)] {
        let mut world = World::new(seed, weather);
        world.lock(SECRET);
        let ada = world.add("ada");
        world.run(Duration::from_secs(20));
        assert_eq!(world.reaches(ada).pop(), Some(locked(false)), "{seed}");
        world.unlock(ada, "open barley");
        world.run(Duration::from_secs(20));
        assert_eq!(world.reaches(ada).pop(), Some(locked(true)), "{seed}");
        world.unlock(ada, SECRET);
        world.settle(Duration::from_secs(20));
        // It is known for as long as the program runs: a relay that restarts asks nobody, whatever its salt is.
        world.kill_relay();
        world.run(Duration::from_secs(5));
        world.start_relay();
        world.lock(SECRET);
        world.run(Duration::from_secs(40));
        assert!(world.is_up(ada), "{seed}: {:?}", world.reaches(ada));
        // And with another password it is asked again.
        world.kill_relay();
        world.run(Duration::from_secs(5));
        world.start_relay();
        world.lock("open the other way");
        world.run(Duration::from_secs(40));
        assert_eq!(world.reaches(ada).pop(), Some(locked(true)), "{seed}");
    }
}

/// What another run of a member is given, of what it has told so far.
fn kept(world: &World, who: usize) -> Option<PeerSecret> {
    let secret = |event: &NetEvent| match event {
        NetEvent::Secret { secret, .. } => Some(secret.clone()),
        _ => None,
    };
    world.events(who).filter_map(secret).last()
}

#[test]
fn who_gave_the_password_once_is_not_asked_in_another_run_until_it_is_another_one() {
    for (seed, weather) in [(1, Weather::FINE), (2, Weather::BAD)] {
        let mut world = World::new(seed, weather);
        world.lock(SECRET);
        let ada = world.add("ada");
        world.run(Duration::from_secs(20));
        world.unlock(ada, "open barley");
        world.run(Duration::from_secs(20));
        assert_eq!(kept(&world, ada), None, "a wrong one is not kept");
        world.unlock(ada, SECRET);
        world.settle(Duration::from_secs(20));
        let secret = kept(&world, ada).expect("the key of the right one");
        let has = |bytes: &[u8]| bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes());
        assert!(!has(secret.bytes()) && !format!("{secret:?}").contains("key"), "{secret:?}");

        world.kill(ada);
        world.restart(ada, "ada");
        let remember = PeerCommand::Room(RoomCommand::Remember(secret.clone()));
        world.order(ada, NetCommand::Peer(ROOM, remember.clone()));
        let before = world.reaches(ada).len();
        world.settle(Duration::from_mins(1));
        assert!(!world.reaches(ada)[before..].contains(&locked(false)), "{seed}: nobody is asked");

        world.lock("open the other way");
        world.kill(ada);
        world.run(Duration::from_secs(90));
        world.restart(ada, "ada");
        world.order(ada, NetCommand::Peer(ROOM, remember));
        world.run(Duration::from_mins(1));
        assert_eq!(world.reaches(ada).pop(), Some(locked(false)), "{seed}: it is another one, and asked for");
        assert!(kept(&world, ada).is_some_and(|secret| secret.is_empty()), "{seed}");
        world.unlock(ada, "open the other way");
        world.settle(Duration::from_mins(1));
        assert!(kept(&world, ada).is_some_and(|kept| !kept.is_empty() && kept != secret), "{seed}");
        world.order(ada, NetCommand::Peer(ROOM, PeerCommand::Room(RoomCommand::ForgetPassword)));
        assert!(world.is_up(ada), "who is inside stays");
        assert!(kept(&world, ada).is_some_and(|secret| secret.is_empty()), "{seed}");
    }
}
