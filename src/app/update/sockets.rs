//! What is known of our own sockets.

use crate::app::state::State;
use crate::model::traffic::Listening;
use crate::model::{ErrorCode, Phrase};

/// A dialect's socket came up, or did not. A fall-back port is worth a line.
pub(super) fn on_listening(state: &mut State, listening: Listening) {
    let taken_before = taken(state);
    if let (Some(wanted), Some(address), Some(code)) = (listening.wanted, listening.address, &listening.code)
        && *code != ErrorCode::EADDRINUSE
    {
        let told = Phrase::new("status-port-refused").text("code", code);
        state.tell(told.text("wanted", wanted.port().to_string()).text("port", address.port().to_string()));
    } else if let (None, Some(code)) = (listening.address, &listening.code) {
        let port = listening.wanted.map(|wanted| wanted.port().to_string()).unwrap_or_default();
        let told = Phrase::new("status-not-listening").text("scheme", listening.scheme);
        state.tell(told.text("code", code).text("port", port));
    }
    // In place, so that the status line keeps its order.
    match state.listening.iter_mut().find(|known| known.scheme == listening.scheme) {
        Some(known) => *known = listening,
        None => state.listening.push(listening),
    }
    let taken = taken(state);
    if taken != taken_before {
        // Another messenger here has more than one port: one line says all of it.
        if let Some(told) = &taken_before {
            state.withdraw(told);
        }
        if let Some(told) = taken {
            state.tell(told);
        }
    }
}

/// The line that says which ports somebody else has; `None`: none.
fn taken(state: &State) -> Option<Phrase> {
    let is_taken = |code: Option<&ErrorCode>| code.is_none_or(|code| *code == ErrorCode::EADDRINUSE);
    let listening = state.listening.iter().filter(|one| is_taken(one.code.as_ref()));
    let moved: Vec<_> = listening.filter_map(|one| Some((one.wanted?.port(), one.address?.port()))).collect();
    let list = |ports: Vec<u16>| ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    let (wanted, ports): (Vec<u16>, Vec<u16>) = moved.iter().copied().unzip();
    let told = Phrase::new("status-port-taken").text("wanted", list(wanted)).text("port", list(ports));
    (!moved.is_empty()).then(|| told.number("count", moved.len()))
}
