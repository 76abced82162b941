//! What is known of our own sockets.

use std::net::SocketAddr;

use crate::app::state::State;
use crate::model::traffic::Listening;
use crate::model::{ErrorCode, Phrase};

/// A dialect's socket came up, or did not. A fall-back port is worth a line.
pub(super) fn on_listening(state: &mut State, listening: Listening) {
    let told = taken(state);
    if let Some(code) = listening.code.as_ref().filter(|code| **code != ErrorCode::EADDRINUSE) {
        let port = |at: Option<SocketAddr>| at.map(|at| at.port().to_string()).unwrap_or_default();
        let (wanted, is) = (port(listening.wanted), port(listening.address));
        state.tell(match listening.address {
            Some(_) => {
                Phrase::new("status-port-refused").text("code", code).text("wanted", wanted).text("port", is)
            }
            None => not_listening(&listening, code),
        });
    }
    // In place, so that the status line keeps its order.
    match state.listening.iter_mut().find(|known| known.scheme == listening.scheme) {
        Some(known) => *known = listening,
        None => state.listening.push(listening),
    }
    let now = taken(state);
    for line in told.iter().filter(|line| !now.contains(line)) {
        state.withdraw(line);
    }
    for line in now.into_iter().filter(|line| !told.contains(line)) {
        state.tell(line);
    }
}

fn not_listening(listening: &Listening, code: &ErrorCode) -> Phrase {
    let port = listening.wanted.map(|wanted| wanted.port().to_string()).unwrap_or_default();
    Phrase::new("status-not-listening").text("scheme", listening.scheme).text("code", code).text("port", port)
}

/// Lines about the ports that somebody else has. Another messenger on this machine has several of ours: one line says all.
fn taken(state: &State) -> Vec<Phrase> {
    let is_taken = |one: &&Listening| one.code.as_ref().is_none_or(|code| *code == ErrorCode::EADDRINUSE);
    let taken: Vec<&Listening> = state.listening.iter().filter(is_taken).collect();
    let moved = || taken.iter().filter_map(|one| Some((one.wanted?.port(), one.address?.port())));
    let (wanted, ports): (Vec<u16>, Vec<u16>) = moved().unzip();
    let off: Vec<&Listening> =
        taken.iter().filter(|one| one.address.is_none() && one.code.is_some()).copied().collect();
    let list = |ports: &[u16]| ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    let moved = Phrase::new("status-port-taken").text("wanted", list(&wanted)).text("port", list(&ports));
    let moved = moved.number("count", wanted.len());
    if wanted.is_empty() || off.is_empty() {
        let alone = off.iter().filter_map(|one| Some(not_listening(one, one.code.as_ref()?)));
        return alone.chain((!wanted.is_empty()).then_some(moved)).collect();
    }
    let off = off.iter().map(|one| one.scheme).collect::<Vec<_>>().join(", ");
    vec![Phrase { key: "status-ports-taken", ..moved }.text("off", off)]
}
