//! What is known of our own sockets.

use crate::app::state::State;
use crate::model::traffic::Listening;
use crate::model::{ErrorCode, Phrase};

/// A dialect's socket came up, or did not. A fall-back port is worth a line.
pub(super) fn on_listening(state: &mut State, listening: Listening) {
    if let (Some(wanted), Some(address)) = (listening.wanted, listening.address) {
        let told = match &listening.code {
            Some(code) if *code != ErrorCode::EADDRINUSE => {
                Phrase::new("status-port-refused").text("code", code)
            }
            Some(_) | None => Phrase::new("status-port-taken"),
        };
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
}
