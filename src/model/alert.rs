//! What a person is called with who does not look.

use super::ConversationId;

/// Something was said while nobody looked. Nothing in it is escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    pub conversation: ConversationId,
    /// Who said it.
    pub from: String,
    /// In which room.
    pub room: Option<String>,
    /// What was said; `None`: nobody is to read that in passing.
    pub text: Option<String>,
    /// It speaks to us by name.
    pub names_us: bool,
    /// Nothing was said: our window shakes.
    pub shakes: bool,
}
