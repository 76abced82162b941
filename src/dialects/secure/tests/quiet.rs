//! A session on which nobody says anything.

use super::*;
use crate::model::traffic::ConnectionState;

const MINUTE: Duration = Duration::from_mins(1);
/// Timers of both sides never end at quite the same moment, nor far from each other.
const UNEVEN: Weather = Weather { jitter: Duration::from_millis(3), ..CALM };

/// Two with a session, on which all is said.
fn quiet(weather: Weather) -> Lab {
    let mut lab = Lab::new(1, weather);
    let (anna, ben) = (lab.add(), lab.add());
    lab.befriend(anna, ben);
    lab.say(anna, 1, "hi");
    lab.run(MINUTE);
    assert_eq!(lab.undelivered(anna), 0);
    lab
}

fn is_gone(lab: &Lab, node: usize) -> bool {
    let gone =
        |event: &NetEvent| matches!(event, NetEvent::Connection { connection: ConnectionState::Unknown, .. });
    lab.nodes[node].events.iter().any(gone)
}

#[test]
fn one_side_asks_four_times_a_minute_and_the_other_answers() {
    let mut lab = quiet(UNEVEN);
    let before: Vec<usize> = lab.nodes.iter().map(|node| node.sent).collect();
    lab.run(20 * MINUTE);
    for (node, before) in lab.nodes.iter().zip(before) {
        let sent = node.sent - before;
        assert!((79..=82).contains(&sent), "{sent} datagrams");
    }
    assert!(!is_gone(&lab, 0) && !is_gone(&lab, 1));
}

/// As when a machine wakes up in another network: what is dead by then is let go, and nothing of it is asked any more.
#[test]
fn a_network_that_comes_back_with_other_addresses_finds_no_dead_session() {
    for late in [Duration::from_secs(31), Duration::from_secs(46), 5 * MINUTE] {
        let mut lab = quiet(CALM);
        let began = lab.now.mono;
        lab.blackout = Some(began + late);
        lab.run(late);
        for node in [0, 1] {
            for last in [200, 201] {
                let addresses = [lab.nodes[node].at.ip(), IpAddr::from([10, 0, 0, last])].map(interface);
                lab.input(node, Input::Interfaces(&addresses));
            }
        }
        lab.run(MINUTE);
        lab.say(0, 2, "here again");
        lab.run(MINUTE);
        assert_eq!(lab.undelivered(0), 0, "after {late:?}");
    }
}

#[test]
fn both_see_that_the_other_has_vanished() {
    let mut lab = quiet(CALM);
    lab.blackout = Some(lab.now.mono + 10 * MINUTE);
    lab.run(Duration::from_secs(46));
    assert!(is_gone(&lab, 0) && is_gone(&lab, 1));
}

/// A person has not decided: what waits for that is not asked after for ever, and soon again when more is said.
#[test]
fn a_request_that_nobody_answers_gets_as_quiet_as_a_session_on_which_all_is_said() {
    let mut lab = Lab::new(1, UNEVEN);
    let (anna, mei) = (lab.add(), lab.add());
    lab.admire(mei, anna);
    lab.say(mei, 1, "let us talk");
    lab.run(2 * MINUTE);
    assert_eq!(lab.undelivered(mei), 1);
    let before: Vec<usize> = lab.nodes.iter().map(|node| node.sent).collect();
    lab.run(20 * MINUTE);
    for (node, before) in lab.nodes.iter().zip(before) {
        let sent = node.sent - before;
        assert!((79..=82).contains(&sent), "{sent} datagrams");
    }
    // Gone without a word: this is noticed as soon as one more is said.
    lab.blackout = Some(lab.now.mono + MINUTE);
    lab.say(mei, 2, "are you there?");
    let before = lab.nodes[mei].sent;
    lab.run(Duration::from_secs(10));
    assert!(lab.nodes[mei].sent - before >= 8, "{} datagrams", lab.nodes[mei].sent - before);
}
