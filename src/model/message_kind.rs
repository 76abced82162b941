//! What a message is, or how it was sent.

/// What a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageKind {
    #[default]
    Text,
    /// The usual words of a program that has joined a room: no more than a line of ours that says so.
    Joined,
    /// Sealed, and not opened yet.
    Sealed,
    /// It was sealed, and has been opened.
    Opened,
    /// To several people, each in a conversation of their own.
    Several,
    /// To everybody on the network.
    Everyone,
    /// A program wrote it, since nobody is there.
    Automatic,
    /// Encrypted in a way that we cannot read: there is no text.
    Unreadable,
    /// Other words for an earlier message, by its author.
    Edit,
    /// Takes an earlier message back, by its author: there is no text.
    Deletion,
    /// One emoji about an earlier message; no text: it is taken back.
    Reaction,
    /// Takes back the files that an earlier message offers, by its author: there is no text.
    Withdrawal,
    /// The people in charge of a room have removed an earlier message, whoever wrote it: there is no text.
    Removal,
    /// A person has decided that the peer has another key from here on: both keys, the older one first. A line of this program,
    /// which nobody sends and no dialect makes.
    KeyChange,
}

impl MessageKind {
    pub const ALL: [Self; 14] = [
        Self::Text,
        Self::Joined,
        Self::Sealed,
        Self::Opened,
        Self::Several,
        Self::Everyone,
        Self::Automatic,
        Self::Unreadable,
        Self::Edit,
        Self::Deletion,
        Self::Reaction,
        Self::Withdrawal,
        Self::Removal,
        Self::KeyChange,
    ];

    /// The kind as one word, for scripts and exports.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Joined => "joined",
            Self::Sealed => "sealed",
            Self::Opened => "opened",
            Self::Several => "several",
            Self::Everyone => "everyone",
            Self::Automatic => "automatic",
            Self::Unreadable => "unreadable",
            Self::Edit => "edit",
            Self::Deletion => "deletion",
            Self::Reaction => "reaction",
            Self::Withdrawal => "withdrawal",
            Self::Removal => "removal",
            Self::KeyChange => "key-change",
        }
    }

    /// Whether it changes another message, instead of having a row of its own.
    pub const fn is_change(self) -> bool {
        matches!(self, Self::Edit | Self::Deletion | Self::Reaction | Self::Withdrawal | Self::Removal)
    }

    /// Whether it counts only if its author says so soon after that message.
    pub const fn has_deadline(self) -> bool {
        matches!(self, Self::Edit | Self::Deletion)
    }

    /// Whether nobody wrote it: it only says that something happened, is never unread and is not found.
    pub const fn is_event(self) -> bool {
        matches!(self, Self::Joined | Self::KeyChange)
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}
