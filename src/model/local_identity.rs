//! Who we are, as others may know us, who of them is told without asking, and where we listen.

use std::net::SocketAddr;

use super::{Address, ErrorCode};

/// Who is told that we are here without having asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    #[default]
    Nobody,
    /// Those who know our key, where peers have keys. For all others it is as if we were not there.
    Contacts,
    Everybody,
}

impl Audience {
    pub fn is_everybody(self) -> bool {
        self == Self::Everybody
    }
}

/// A switch is on for everybody or off.
impl From<bool> for Audience {
    fn from(on: bool) -> Self {
        if on { Self::Everybody } else { Self::Nobody }
    }
}

/// Who we are, as far as others may know. Every dialect is told at the start, before anything it sends by itself, and
/// whenever it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalIdentity {
    /// Never empty.
    pub name: String,
    /// Whom we announce ourselves to without being asked to.
    pub visible: Audience,
    /// Peers may see when we write to them, where a dialect tells.
    pub shows_typing: bool,
    /// Peers may see up to where we have read what they wrote, and we see it of them; where a dialect tells.
    pub shows_reads: bool,
    /// What is sent to a broadcast room on joining; empty: nothing.
    pub greeting: String,
    /// The group of people that we belong to, where a dialect knows groups; empty: none.
    pub group: String,
    /// The name we are logged in by, and the machine's.
    pub user: String,
    pub host: String,
    /// We are not at the keyboard, and this is what others are told; `None`: we are here.
    pub away: Option<String>,
    /// Where else a person wants us announced, for networks that broadcasts do not reach.
    pub announce: Vec<Address>,
    /// The encoding of those who do not say theirs and do not write UTF-8, as a label of the WHATWG; empty: GB18030.
    pub legacy: String,
    /// It goes to all who have not said that they read UTF-8, before they have shown what they write.
    pub legacy_first: bool,
}

/// The state of one dialect's listening socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    pub scheme: &'static str,
    /// Where it listens now; `None` when it is off or could not be opened at all.
    pub address: Option<SocketAddr>,
    /// What was asked for, when that is not what came out.
    pub wanted: Option<SocketAddr>,
    /// The kernel's short name for what went wrong, such as `EADDRINUSE`.
    pub code: Option<ErrorCode>,
}

/// A network that this machine is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnNetwork {
    /// The name of the interface that leads there.
    pub interface: String,
    /// As `10.77.5.0/24`.
    pub network: String,
}
