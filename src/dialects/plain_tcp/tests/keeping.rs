//! Connections that a person wants kept.

use super::super::reconnect::AGAIN;
use super::*;

const AT: &str = "192.0.2.7:5000";

/// The stream that is dialled now, after at most so many milliseconds.
fn dialled_within(bench: &mut Bench, millis: u64) -> Option<LinkId> {
    (0..=millis / 100).find_map(|_| dials(&bench.later(100)).first().map(|(link, _)| *link))
}

#[test]
fn a_server_that_speaks_first_is_heard() {
    let mut bench = Bench::with_alex();
    let outputs = bench.enter(ALEX);
    assert_eq!(dials(&outputs), [(FIRST, at(AT))]);
    assert_eq!(reaches(&outputs), [(ALEX, ConnectionState::Seeking)]);
    assert_eq!(bench.enter(ALEX), [], "it is being opened");
    assert_eq!(reaches(&bench.up(FIRST, AT)), [(ALEX, ConnectionState::Up)]);
    assert_eq!(bench.enter(ALEX), [], "it is there");
    assert_eq!(bench.texts(FIRST, b"220 welcome\r\n"), ["220 welcome\r\n"]);
    assert_eq!(writes(&bench.send(ALEX, 1, "HELO")), [(FIRST, b"HELO".to_vec())]);
}

#[test]
fn a_connection_that_ends_comes_back() {
    let mut bench = Bench::with_alex();
    bench.enter(ALEX);
    bench.up(FIRST, AT);
    bench.data(FIRST, b"hi");
    assert_eq!(reaches(&bench.down(FIRST, None)), [(ALEX, offline())]);
    assert_eq!(bench.later(999), []);
    assert_eq!(dialled_within(&mut bench, 300), Some(SECOND));
    bench.up(SECOND, AT);
    assert_eq!(bench.texts(SECOND, b"again"), ["again"]);
}

#[test]
fn tries_that_fail_become_rarer_and_never_end() {
    let mut bench = Bench::with_alex();
    let mut link = dials(&bench.enter(ALEX)).first().map(|(link, _)| *link);
    let mut pauses = Vec::new();
    for _ in 0..10 {
        bench.down(link.expect("a try"), Some("ECONNREFUSED"));
        let before = bench.now.mono;
        link = dialled_within(&mut bench, 100_000);
        pauses.push(bench.now.mono.duration_since(before));
    }
    assert!(pauses[0] >= Duration::from_secs(1) && pauses[0] < Duration::from_millis(1_500), "{pauses:?}");
    assert!(pauses[9] >= AGAIN.longest && pauses[9] < AGAIN.longest * 3 / 2, "{pauses:?}");
    // A message does not wait for that.
    bench.down(link.expect("a try"), Some("ECONNREFUSED"));
    assert_eq!(dials(&bench.send(ALEX, 1, "x")).len(), 1);
}

#[test]
fn what_nobody_wants_kept_is_dialled_by_a_message_only() {
    let mut bench = Bench::connected();
    bench.down(FIRST, None);
    assert_eq!(dialled_within(&mut bench, 100_000), None);
    bench.enter(ALEX);
    bench.forget(ALEX);
    bench.follow(ALEX, AT);
    assert_eq!(dialled_within(&mut bench, 100_000), None, "it was ended");
    assert!(!bench.waits_for_time());
}

#[test]
fn a_kept_connection_follows_its_contact_to_another_address() {
    let mut bench = Bench::with_alex();
    bench.enter(ALEX);
    bench.up(FIRST, AT);
    assert_eq!(dials(&bench.follow(ALEX, "192.0.2.9:5000")), [(SECOND, at("192.0.2.9:5000"))]);
}

#[test]
fn a_kept_name_that_is_not_found_is_looked_up_again() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "alex.lan:5000");
    bench.enter(ALEX);
    bench.resolved(ALEX, "alex.lan", &[]);
    let asks = |outputs: &[Output]| outputs.iter().any(|output| matches!(output, Output::Resolve { .. }));
    assert!((0..20).any(|_| asks(&bench.later(100))));
    assert_eq!(dials(&bench.resolved(ALEX, "alex.lan", &["192.0.2.7:0"])), [(FIRST, at(AT))]);
}
