//! What a command reads from standard input.

use std::io::{self, Read as _};

use super::{CommandError, broken};
use crate::model::Phrase;

/// More than any datagram holds in any encoding, so that a refusal can name the size.
const MAX_INPUT: u64 = 1024 * 1024;

/// All of standard input.
pub(super) async fn read_text() -> Result<String, CommandError> {
    let reading = tokio::task::spawn_blocking(|| {
        let mut bytes = Vec::new();
        io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes).map(|_length| bytes)
    });
    let unreadable = |error: io::Error| Phrase::new("headless-input").text("reason", error.to_string());
    let bytes = reading.await.map_err(|_panicked| broken())?.map_err(unreadable)?;
    Ok(text_of(bytes)?)
}

/// A message is exactly its text, and the line end that every tool puts behind a line is not part of it.
pub(super) fn text_of(mut bytes: Vec<u8>) -> Result<String, Phrase> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_INPUT) {
        return Err(Phrase::new("headless-input-too-long").number("limit", MAX_INPUT));
    }
    if bytes.pop_if(|last| *last == b'\n').is_some() {
        bytes.pop_if(|last| *last == b'\r');
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        Phrase::new("headless-input-not-utf8").number("at", at)
    })
}
