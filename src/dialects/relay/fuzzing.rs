//! The frames of a relay from both sides, and what plain members write, for the fuzzer.

use super::frame::{FromMember, FromRelay};
use super::server::fuzzing as server;
use crate::model::fuzzing::FuzzTarget;

pub const TARGETS: &[FuzzTarget] = &[
    FuzzTarget { name: "relay_from_member", run: from_member },
    FuzzTarget { name: "relay_from_relay", run: from_relay },
    FuzzTarget { name: "relay_plain", run: server::plain },
    FuzzTarget { name: "relay_settings", run: server::settings },
];

/// What is understood is understood the same once it is written anew.
fn from_member(bytes: &[u8]) {
    let Some(frame) = FromMember::decode(bytes) else { return };
    let mut again = Vec::new();
    frame.encode(&mut again);
    assert_eq!(FromMember::decode(&again), Some(frame));
}

fn from_relay(bytes: &[u8]) {
    let Some(frame) = FromRelay::decode(bytes) else { return };
    let mut again = Vec::new();
    frame.encode(&mut again);
    assert_eq!(FromRelay::decode(&again).as_ref(), Some(&frame));
    // What was looked at as a whole is whole, piece by piece.
    if let FromRelay::Bundle { entries, .. } = frame {
        assert!(entries.count() <= bytes.len());
    } else if let FromRelay::Members { roster, .. } = frame {
        assert!(roster.count() <= bytes.len());
    } else if let FromRelay::Log(part) = frame {
        assert!(part.lines.count() <= bytes.len());
    } else if let FromRelay::Pong { rooms } = frame {
        assert!(rooms.iter().count() <= bytes.len());
    }
}
