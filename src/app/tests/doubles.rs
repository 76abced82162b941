//! One person is one row: wherever a key is seen, and whether or not its program makes itself known in the open as well.

use super::trust::{LOCKED, key};
use super::world::LAN;
use super::*;
use crate::model::traffic::{PeerInfo, Profile, Received};
use crate::model::{Address, Contact, PublicKey};

fn at(key: PublicKey, place: &str) -> Address {
    Address { key: Some(key), ..Address::from_socket(LOCKED, place.parse().expect(place)) }
}

fn seen(world: &mut World, number: u8, place: &str, name: &str, here: bool) {
    let address = at(key(number), place);
    let conversation = world.state.at_address(&address).map(|known| known.id);
    let about = Profile { name: name.to_owned(), ..Profile::default() };
    let peer = PeerInfo { conversation, address: Box::new(address), here, about };
    world.happen(Event::Net(NetEvent::Peer(peer)));
}

/// Somebody makes itself known without a key.
fn in_the_open(world: &mut World, host: &str, program: &str, here: bool) {
    let address = Box::new(Address::from_socket(LAN, format!("{host}:2425").parse().expect(host)));
    let conversation = world.state.at_address(&address).map(|known| known.id);
    let about = Profile { name: "mei".to_owned(), program: program.to_owned(), ..Profile::default() };
    world.happen(Event::Net(NetEvent::Peer(PeerInfo { conversation, address, here, about })));
}

#[test]
fn one_person_stays_one_row_whatever_ports_and_addresses_she_comes_from() {
    let mut world = World::new();
    seen(&mut world, 1, "10.0.0.7:7781", "Mei", true);
    let mei = world.id("Mei");
    for place in ["10.0.0.7:50000", "10.0.0.8:7781", "[fe80::7%3]:7781", "[2001:db8::7]:7781"] {
        seen(&mut world, 1, place, "Mei", true);
        assert_eq!((world.names(), world.id("Mei")), (vec!["Mei"], mei));
        let shown = &world.state.conversation(mei).expect("there").address;
        assert_eq!(shown.literal(), Some(place.parse().expect(place)));
    }
    assert!(world.ops.is_empty(), "nothing is kept of whom nobody has to do with");
    seen(&mut world, 2, "[2001:db8::7]:7781", "Mei", true);
    assert_eq!(world.names(), ["Mei", "Mei"], "another key is somebody else");
}

#[test]
fn a_strangers_record_follows_where_it_is_seen() {
    let mut world = World::new();
    seen(&mut world, 1, "10.0.0.7:7781", "Mei", true);
    world.open("Mei");
    world.ops.clear();
    seen(&mut world, 1, "10.0.0.8:7781", "Mei", true);
    seen(&mut world, 1, "10.0.0.8:7781", "Mei", true);
    let [StoreCommand::Know(card)] = world.ops.as_slice() else { panic!("{:?}", world.ops) };
    assert!(card.address.ends_with("@10.0.0.8:7781"), "{}", card.address);
}

#[test]
fn the_address_of_a_contact_stays_as_it_was_written() {
    for written in [Address::from_key(LOCKED, key(1)), at(key(1), "192.0.2.1:7781")] {
        let mut world = World::new();
        let contacts = vec![Contact {
            name: "梅".to_owned(),
            address: written.clone(),
            notify: crate::model::NotifyLevel::All,
            pinned: false,
            accept: None,
            keep: None,
        }];
        world.happen(Event::ContactsLoaded { contacts, edit: None });
        seen(&mut world, 1, "10.0.0.7:7781", "Mei", true);
        assert_eq!(world.names(), ["梅"]);
        assert_eq!(world.state.conversation(world.id("梅")).expect("there").address, written);
    }
}

#[test]
fn who_only_shows_its_key_keeps_its_name() {
    let mut world = World::new();
    seen(&mut world, 1, "10.0.0.7:7781", "Mei", true);
    seen(&mut world, 1, "10.0.0.7:7781", "", true);
    assert_eq!(world.names(), ["Mei"]);
    seen(&mut world, 2, "10.0.0.8:7781", "", true);
    assert_eq!(world.names()[0], key(2).groups());
}

#[test]
fn who_is_visible_in_the_open_too_is_shown_once_by_the_encrypted_row() {
    for open_first in [true, false] {
        let mut world = World::new();
        if open_first {
            in_the_open(&mut world, "10.0.0.7", "udpqq 0.1.0", true);
            assert_eq!(world.names(), ["mei"]);
        }
        seen(&mut world, 1, "10.0.0.7:7781", "Mei", true);
        in_the_open(&mut world, "10.0.0.7", "udpqq 0.1.0", true);
        in_the_open(&mut world, "10.0.0.8", "udpqq 0.1.0", true);
        in_the_open(&mut world, "10.0.0.9", "IPMsg", true);
        assert_eq!(
            world.state.listed().map(|one| one.address.key.is_some()).collect::<Vec<_>>(),
            [true, false, false]
        );
        seen(&mut world, 1, "10.0.0.7:7781", "Mei", false);
        assert_eq!(world.names(), ["mei", "mei", "mei"]);
        seen(&mut world, 1, "10.0.0.8:7781", "Mei", true);
        let listed =
            world.state.listed().map(|one| (one.address.host.to_string(), one.address.key.is_some()));
        let shown: std::collections::BTreeMap<String, bool> = listed.collect();
        let expected = [("10.0.0.7", false), ("10.0.0.8", true), ("10.0.0.9", false)];
        assert_eq!(shown, expected.map(|(host, keyed)| (host.to_owned(), keyed)).into());
        assert_eq!(world.names().len(), 3);
    }
}

#[test]
fn another_program_on_the_same_host_and_one_beside_a_contact() {
    let mut world = World::new();
    let contacts = vec![Contact {
        name: "梅".to_owned(),
        address: Address::from_key(LOCKED, key(1)),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    }];
    world.happen(Event::ContactsLoaded { contacts, edit: None });
    in_the_open(&mut world, "10.0.0.7", "FeiQ", true);
    in_the_open(&mut world, "10.0.0.8", "udpqq 9.1", true);
    assert_eq!(world.names(), ["梅", "mei", "mei"]);
    seen(&mut world, 1, "10.0.0.7:7781", "Mei", true);
    assert_eq!(world.names(), ["梅", "mei", "mei"]);
    seen(&mut world, 1, "10.0.0.8:7781", "Mei", true);
    assert_eq!(world.names(), ["梅", "mei"]);
}

#[test]
fn words_in_the_open_stand_in_a_conversation_of_their_own() {
    let mut world = World::new();
    in_the_open(&mut world, "10.0.0.7", "udpqq 0.1.0", true);
    seen(&mut world, 1, "10.0.0.7:7781", "Mei", true);
    assert_eq!(world.names(), ["Mei"]);
    let message = world.message(None, "10.0.0.7:2425", "no lock");
    world.happen(Event::Net(NetEvent::Received(Received { scheme: LAN, ..message })));
    assert_eq!(world.names(), ["mei", "Mei"]);
    assert_eq!((world.texts("mei"), world.texts("Mei")), (vec!["no lock".to_owned()], vec![]));
}
