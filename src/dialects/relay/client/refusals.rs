//! What the refusals of a relay mean for a membership, and how a person is told of them.

use crate::dialects::relay::frame::RefusalReason;
use crate::model::Phrase;

/// Whether somebody in charge does not want us in the room.
pub(super) const fn puts_out(why: RefusalReason) -> bool {
    matches!(why, RefusalReason::Kicked | RefusalReason::Banned | RefusalReason::Closed)
}

/// Whether another relay may take us.
pub(super) const fn leads_elsewhere(why: RefusalReason) -> bool {
    matches!(why, RefusalReason::Full | RefusalReason::Rooms | RefusalReason::Apart)
}

pub(super) fn phrase_of(why: RefusalReason) -> Phrase {
    Phrase::new(match why {
        RefusalReason::Full => "relay-full",
        RefusalReason::Rooms => "relay-rooms-full",
        RefusalReason::Rate | RefusalReason::Bytes | RefusalReason::Bandwidth => "relay-busy",
        RefusalReason::Apart => "relay-apart",
        RefusalReason::Kicked => "relay-kicked",
        RefusalReason::Banned => "relay-banned",
        RefusalReason::Closed => "relay-room-closed",
        RefusalReason::Password => "room-password-wanted",
        RefusalReason::Muted => "relay-muted",
        RefusalReason::Moderated => "relay-moderated",
        RefusalReason::Slow => "relay-slowed",
        RefusalReason::NameTaken => "relay-name-taken",
        RefusalReason::BadName => "relay-bad-name",
        RefusalReason::TooLong | RefusalReason::Other => "relay-refused",
    })
}
