//! A room with a password, and what a person is asked on the way in.

use std::time::Duration;

use super::weather::Weather;
use super::world::{ROOM, World};
use crate::dialects::relay::server::RelayOrder;
use crate::model::traffic::{ConnectionState, DownReason};
use crate::model::{NetCommand, Password, PeerCommand};

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
        self.order(who, NetCommand::Peer(ROOM, PeerCommand::Unlock(password)));
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
