//! What is known of somebody on the network, or of a member of a room.

use super::{Address, ConversationId};

/// One member of a room, as the other side tells it: nothing of it is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The same as long as it stays, and nobody else's.
    pub id: u64,
    pub name: String,
    pub here: bool,
    /// That is us.
    pub own: bool,
}

/// Somebody on the network, as its program says: nothing of it is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerInfo {
    /// `None`: nobody follows it yet.
    pub conversation: Option<ConversationId>,
    /// Where it is reached.
    pub address: Box<Address>,
    /// It is there.
    pub here: bool,
    pub about: Profile,
}

/// What somebody tells of themselves. Each may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    pub group: String,
    pub user: String,
    pub host: String,
    /// The program it runs, with its version.
    pub program: String,
    /// Words that it shows to everybody.
    pub motto: String,
    /// It is not at the keyboard, and says this.
    pub away: Option<String>,
    /// The encoding that we write to it in.
    pub encoding: String,
}
