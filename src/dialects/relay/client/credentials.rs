//! What a member can prove at a relay: that it knows the password of the room, and that it is in charge.

use super::known_password::KnownPassword;
use super::operator_role::OperatorRole;

#[derive(Debug, Default)]
pub(super) struct Credentials {
    pub(super) room: KnownPassword,
    pub(super) operator: OperatorRole,
}
