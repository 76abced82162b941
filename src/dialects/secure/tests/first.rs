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
    let host = "nohost.invalid".to_owned();
    let (at, key) = (lab.nodes[ben].at, lab.key(ben));
    let address = Address {
        key: Some(lab.key(ben)),
        host: Host::Name(host.clone()),
        ..Address::from_socket(SCHEME, at)
    };
    lab.nodes[anna].to.insert(PEER, key);
    let why = Fault::NameNotFound { host: host.clone() }.phrase();
    for (addresses, told) in [(Vec::new(), ConnectionState::Down(why)), (vec![at], ConnectionState::Unknown)]
    {
        let follow = PeerCommand::Follow { address: address.clone(), rank: 0 };
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
