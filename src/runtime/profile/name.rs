//! What a name may be: the person's own, and a contact's.

use unicode_width::UnicodeWidthStr;

pub use crate::model::contact::ECHO_NAME;
use crate::model::text;

/// A name stands in one row of the list, beside other things.
pub const MAX_NAME_CELLS: usize = 64;
/// Bounds what combining marks can pile up within those cells.
pub const MAX_NAME_BYTES: usize = 256;

/// Why a name is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("empty")]
    Empty,
    #[error("too long")]
    TooLong,
    #[error("unprintable characters")]
    Unprintable,
    #[error("reserved")]
    Reserved,
}

impl NameError {
    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "name-empty",
            Self::TooLong => "name-too-long",
            Self::Unprintable => "name-unprintable",
            Self::Reserved => "name-reserved",
        }
    }
}

/// A contact's name, trimmed.
pub fn check_name(name: &str) -> Result<&str, NameError> {
    let name = check_own_name(name)?;
    // `Echo` beside the built-in `echo` would only deceive.
    if name.eq_ignore_ascii_case(ECHO_NAME) { Err(NameError::Reserved) } else { Ok(name) }
}

/// The person's own name, trimmed.
pub fn check_own_name(name: &str) -> Result<&str, NameError> {
    let name = name.trim();
    if name.is_empty() {
        Err(NameError::Empty)
    } else if name.len() > MAX_NAME_BYTES || name.width() > MAX_NAME_CELLS {
        Err(NameError::TooLong)
    } else if name.chars().any(char::is_control) || text::plain_line(name) != name {
        // What the escaper changes would be seen as something else than what was written.
        Err(NameError::Unprintable)
    } else {
        Ok(name)
    }
}
