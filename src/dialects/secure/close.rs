//! What a peer is told with the end of a connection: the codes.

/// Another connection to the same peer counts.
pub(super) const SUPERSEDED: u32 = 1;
/// What came breaks the rules.
pub(super) const MALFORMED: u32 = 2;
/// Nobody is to talk there any more.
pub(super) const UNWANTED: u32 = 3;
/// An attempt that is not wanted any more.
pub(super) const GIVEN_UP: u32 = 4;
/// There is no room for what came: it is to be said again.
pub(super) const CROWDED: u32 = 5;
/// The program ends.
pub(super) const LEAVING: u32 = 6;
