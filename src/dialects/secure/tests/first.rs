//! Two that know each other talk.

use super::*;
use crate::model::traffic::ConnectionState;
use crate::model::{Fault, Host};

#[test]
fn a_message_comes_once_and_its_receipt_is_true() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    lab.befriend(anna, ben);
    lab.say(anna, 1, "hi");
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.nodes[ben].texts, ["hi"]);
    assert_eq!(lab.undelivered(anna), 0);
    lab.say(ben, 1, "hello");
    lab.run(Duration::from_millis(30));
    assert_eq!(lab.nodes[anna].texts, ["hello"]);
    assert_eq!(lab.undelivered(ben), 0);
}

#[test]
fn a_name_that_does_not_exist_is_told_at_once_and_no_more_when_it_does() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    let (at, host) = (lab.nodes[ben].at, "nohost.invalid".to_owned());
    let address = lab.named(anna, ben);
    let why = Fault::NameNotFound { host: host.clone() }.into();
    for (addresses, told) in [(Vec::new(), ConnectionState::Down(why)), (vec![at], ConnectionState::Unknown)]
    {
        let follow = PeerCommand::Follow { address: address.clone(), rank: 0, session: None };
        lab.input(anna, Input::Command(NetCommand::Peer(PEER, follow)));
        lab.nodes[anna].events.clear();
        lab.input(anna, Input::Resolved { conversation: PEER, host: host.clone(), addresses });
        let connections = lab.nodes[anna].events.iter().filter_map(|event| match event {
            NetEvent::Connection { connection, .. } => Some(connection.clone()),
            _ => None,
        });
        assert_eq!(connections.collect::<Vec<_>>(), [told]);
        lab.run(Duration::from_secs(1));
    }
}

#[test]
fn a_name_is_asked_for_again_as_long_as_somebody_is_looked_for_there() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    let (at, host) = (lab.nodes[ben].at, "nohost.invalid".to_owned());
    let follow = PeerCommand::Follow { address: lab.named(anna, ben), rank: 0, session: None };
    lab.input(anna, Input::Command(NetCommand::Peer(PEER, follow)));
    lab.input(anna, Input::Command(NetCommand::Trust(PEER, Trust::Pinned)));
    lab.admire(ben, anna);
    lab.say(anna, 1, "are you there?");
    // There was no network yet.
    lab.input(anna, Input::Resolved { conversation: PEER, host: host.clone(), addresses: Vec::new() });
    let asked = lab.asks_within(anna, Duration::from_mins(10));
    assert!((8..20).contains(&asked), "asked {asked} times");
    let round = Input::Command(NetCommand::Peer(
        PEER,
        PeerCommand::Follow { address: lab.named(anna, ben), rank: 0, session: None },
    ));
    lab.input(anna, round);
    lab.input(anna, Input::Resolved { conversation: PEER, host, addresses: vec![at] });
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.nodes[ben].texts, ["are you there?"], "it is dialled at once");
}

impl Lab {
    /// One is to look for the other by a name that leads nowhere.
    fn named(&mut self, index: usize, other: usize) -> Address {
        let (at, key) = (self.nodes[other].at, self.key(other));
        self.nodes[index].to.insert(PEER, key);
        let host = Host::Name("nohost.invalid".to_owned());
        Address { key: Some(key), host, ..Address::from_socket(SCHEME, at) }
    }

    /// How often it asks for a name within that time, and each time hears that there is none.
    fn asks_within(&mut self, index: usize, time: Duration) -> usize {
        let (end, mut asked) = (self.now.mono + time, 0);
        while let Some(deadline) = self.nodes[index].deadline.filter(|at| *at <= end) {
            self.now = self.now.after(deadline.saturating_duration_since(self.now.mono));
            let engine = &mut self.nodes[index].engine;
            engine.handle(self.now, Input::Tick);
            let mut answers = Vec::new();
            self.nodes[index].deadline = loop {
                match self.nodes[index].engine.poll(self.now) {
                    Output::Wait(deadline) => break deadline,
                    Output::Resolve { conversation, host, .. } => answers.push((conversation, host)),
                    _ => {}
                }
            };
            for (conversation, host) in answers {
                asked += 1;
                self.input(index, Input::Resolved { conversation, host, addresses: Vec::new() });
            }
        }
        asked
    }
}
