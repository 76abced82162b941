//! Addresses that name several relays: in what order they are asked, and which answer counts.

use std::net::SocketAddr;

use super::bench::{Bench, ROOM, address, at, destinations, follow, reaches, said};
use crate::model::traffic::ConnectionState;
use crate::model::{Fault, NetCommand, Phrase};
use crate::wire::{Input, Output};

fn resolved(host: &str, addresses: &[&str]) -> Input<'static> {
    let addresses: Vec<SocketAddr> = addresses.iter().map(|text| at(text)).collect();
    Input::Resolved { conversation: ROOM, host: host.to_owned(), addresses }
}

fn name(output: &Output) -> Option<&str> {
    if let Output::Resolve { host, .. } = output { Some(host) } else { None }
}

/// The names that are looked up.
fn looked_up(outputs: &[Output]) -> Vec<&str> {
    outputs.iter().filter_map(name).collect()
}

#[test]
fn hosts_are_asked_in_the_order_in_which_they_are_written() {
    let mut bench = Bench::new();
    let hello = bench.follow("relay://192.0.2.1,192.0.2.2:7000,[2001:db8::1]/x");
    assert_eq!(destinations(&hello), [at("192.0.2.1:6000")]);
    let next = bench.wait(3_500);
    assert_eq!(
        destinations(&next)[..3],
        [at("192.0.2.2:7000"), at("[2001:db8::1]:6000"), at("192.0.2.1:6000")]
    );
}

#[test]
fn a_port_at_which_nobody_is_leads_to_the_next_host_at_once() {
    let mut bench = Bench::new();
    bench.follow("relay://192.0.2.1,192.0.2.2/x");
    let link = bench.link;
    let next = bench.feed(Input::Unreachable { link, to: at("192.0.2.1:6000") });
    assert_eq!((destinations(&next), reaches(&next)), (vec![at("192.0.2.2:6000")], vec![]));
    let none = bench.feed(Input::Unreachable { link, to: at("192.0.2.2:6000") });
    let down = ConnectionState::Down(Phrase::new("relay-no-answer").into());
    assert_eq!((destinations(&none), reaches(&none)), (vec![], vec![down]));
}

#[test]
fn all_names_are_looked_up_and_the_first_that_is_anywhere_is_asked_first() {
    let mut bench = Bench::new();
    let asked = bench.follow("relay://a.example,b.example:7000,a.example:7001/x");
    assert_eq!(looked_up(&asked), ["a.example", "b.example", "a.example"]);
    assert_eq!(bench.feed(resolved("b.example", &["192.0.2.2:1"])), [], "the first may be found yet");
    let hello = bench.feed(resolved("a.example", &["192.0.2.1:1"]));
    assert_eq!(destinations(&hello), [at("192.0.2.1:6000")]);
    let next = bench.wait(3_000);
    assert_eq!(destinations(&next)[..2], [at("192.0.2.2:7000"), at("192.0.2.1:7001")]);
}

#[test]
fn nobody_waits_long_for_a_name_where_it_is_known_who_else_may_be_asked() {
    let mut bench = Bench::new();
    bench.follow("relay://a.example,192.0.2.2/x");
    let passed = bench.pass(std::time::Duration::from_millis(1_500));
    let (when, first) = passed.first().expect("a hello");
    assert_eq!(
        (when.as_millis(), destinations(std::slice::from_ref(first))),
        (1_000, vec![at("192.0.2.2:6000")])
    );
}

#[test]
fn a_name_that_leads_nowhere_is_no_obstacle_and_only_all_of_them_are() {
    let mut bench = Bench::new();
    bench.follow("relay://a.example,b.example/x");
    assert_eq!(bench.feed(resolved("a.example", &[])), []);
    let none = bench.feed(resolved("b.example", &[]));
    let why = Fault::NameNotFound { host: "a.example, b.example".to_owned() };
    assert_eq!(reaches(&none), [ConnectionState::Down(why.into())]);
    let again = bench.wait(7_000);
    assert_eq!(looked_up(&again), ["a.example", "b.example"]);
    assert_eq!(bench.feed(resolved("a.example", &[])), []);
    let hello = bench.feed(resolved("b.example", &["192.0.2.2:1"]));
    assert_eq!(destinations(&hello), [at("192.0.2.2:6000")]);
}

#[test]
fn another_order_of_the_same_hosts_changes_nothing() {
    let mut bench = Bench::new();
    bench.follow("relay://192.0.2.1,192.0.2.2/x");
    assert_eq!(bench.order(follow("relay://192.0.2.2,192.0.2.1/x")), []);
    assert!(
        address("relay://192.0.2.1,192.0.2.2/x").is_same_place(&address("relay://192.0.2.2,192.0.2.1/x"))
    );
    let moved = bench.order(follow("relay://192.0.2.3,192.0.2.1/x"));
    assert!(said(&moved).is_empty() && moved.iter().any(|output| matches!(output, Output::Open { .. })));
    assert_eq!(bench.order(NetCommand::Peer(ROOM, crate::model::PeerCommand::Forget)).len(), 1);
}
