//! Fields of a line of JSON that is read, and why one makes no sense.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::model::WallTime;

/// Why a line is no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineError {
    /// Not a JSON object with these fields; what the parser says.
    Json(String),
    /// What this field says makes no sense.
    Field { field: &'static str, value: String },
}

/// The parser counts lines within the line; ours is counted by whoever reads the file.
pub(in crate::runtime) fn not_json(error: &serde_json::Error) -> LineError {
    let said = error.to_string();
    LineError::Json(said.split(" at line ").next().unwrap_or_default().to_owned())
}

pub(in crate::runtime) fn wrong(field: &'static str, value: &str) -> LineError {
    /// Characters of a wrong value that are shown: it may be as long as the line.
    const MAX_SHOWN: usize = 60;
    LineError::Field { field, value: value.chars().take(MAX_SHOWN).collect() }
}

pub(in crate::runtime) fn moment(field: &'static str, value: &str) -> Result<WallTime, LineError> {
    let time: Timestamp = value.parse().map_err(|_no_time| wrong(field, value))?;
    Ok(WallTime(time.as_microsecond()))
}

/// The bytes of a message: a field in base64, where they are not just the text in UTF-8.
pub(in crate::runtime) fn payload(given: Option<&str>, text: &str) -> Result<Vec<u8>, LineError> {
    given.map_or_else(
        || Ok(text.as_bytes().to_vec()),
        |payload| STANDARD.decode(payload).map_err(|_no_base64| wrong("payload", payload)),
    )
}

/// That field, where it is needed.
pub(in crate::runtime) fn payload_field(payload: &[u8], text: &str) -> Option<String> {
    (*payload != *text.as_bytes()).then(|| STANDARD.encode(payload))
}
