//! A contact: a name and an address the user chose.

use super::Address;

/// The name of the peer inside the program; no contact can have it.
pub const ECHO_NAME: &str = "echo";

/// One line of `contacts.toml`. Names are unique within the file and never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub address: Address,
    /// Bell and notification on incoming messages.
    pub notify: bool,
}
