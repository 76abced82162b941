//! What was said in a room before, read from the history that the room keeps elsewhere.

use std::fmt;
use std::sync::Arc;

/// Why a message comes that was said before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recall {
    /// It was said while this program did not run: it is new, and stands behind all that is here.
    Missed,
    /// A person reads further back: it stands before all that is here. Those of one page come newest first.
    Earlier,
}

/// How much of a room's history lies before what is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RoomHistory {
    /// The room keeps none, or nothing is known of it yet.
    #[default]
    None,
    /// There may be more, which can be read.
    More,
    /// Nothing: all there is has come.
    AtBeginning,
}

/// What an engine wants back with the same peer at the next start: opaque to everybody else, and never printed, since it
/// may hold what proves who we are.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionState(pub Arc<[u8]>);

/// Bytes of it. What is longer is not kept.
pub const MAX_SESSION_STATE: u32 = 1_024;

impl fmt::Debug for SessionState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SessionState({} bytes)", self.0.len())
    }
}

/// What to do with the history of a room.
#[derive(Clone, Debug)]
pub enum BackfillCommand {
    /// The history has this one: another run may go on with it, or with a later one.
    Kept(SessionState),
    /// Read up to so many messages before those that are here. They come as `Recalled`, and a `History` says that it is done.
    ReadEarlier { count: u16 },
    /// Nothing before what is here is wanted any more.
    End,
}
