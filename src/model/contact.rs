//! A contact: a name and an address the user chose.

use super::{Address, Phrase};

/// One line of `contacts.toml`. Names are unique within the file and never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub address: Address,
    /// Bell and notification on incoming messages.
    pub notify: bool,
}

/// Bytes of a name, at most; a name has to fit a list and a header.
pub const MAX_NAME_BYTES: usize = 256;

/// The peer inside the program has this name, so no contact can.
pub const ECHO: &str = "echo";

/// A name a contact can have, without the spaces around it.
pub fn check_name(name: &str) -> Result<String, Phrase> {
    let name = name.trim();
    if name.is_empty() {
        Err(Phrase::new("contact-name-empty"))
    } else if name.len() > MAX_NAME_BYTES {
        Err(Phrase::new("contact-name-long").number("limit", MAX_NAME_BYTES))
    } else if name.chars().any(char::is_control) {
        Err(Phrase::new("contact-name-control"))
    } else if name == ECHO {
        Err(Phrase::new("contact-name-echo"))
    } else {
        Ok(name.to_owned())
    }
}
