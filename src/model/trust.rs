//! What a person has decided about the key of a peer.

use super::{PublicKey, WallTime};

/// Where a decision cannot be read, the answer is *no*: see [`Trust::from_code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The peer proves that it has this key. Nobody has compared it, so somebody may sit in between.
    Pinned,
    /// Two people have compared their safety number.
    Verified { since: WallTime },
    /// A key that nobody here knows wants to talk. Nothing is told to it before a person accepts.
    Requested,
    /// Somebody with another key claims to be this contact: nothing is sent until a person decides. `compared`: since when
    /// the key until now was; that is not lost if the claim is false.
    Changed { claimed: PublicKey, compared: Option<WallTime> },
    /// Nothing of this key is wanted.
    Blocked,
}

impl Trust {
    /// Whether messages may go to the peer.
    pub const fn sends(&self) -> bool {
        matches!(self, Self::Pinned | Self::Verified { .. })
    }

    /// As it is stored: one word, and what belongs to it.
    pub fn code(&self) -> String {
        match self {
            Self::Pinned => "pinned".to_owned(),
            Self::Verified { since } => format!("verified {}", since.0),
            Self::Requested => "requested".to_owned(),
            Self::Changed { claimed, compared: None } => format!("changed {claimed}"),
            Self::Changed { claimed, compared: Some(since) } => format!("changed {claimed} {}", since.0),
            Self::Blocked => "blocked".to_owned(),
        }
    }

    /// What `code` wrote. What nobody here can have written blocks: better silence than trust by mistake.
    pub fn from_code(code: &str) -> Self {
        let (word, rest) = code.split_once(' ').unwrap_or((code, ""));
        match (word, rest) {
            ("pinned", "") => Self::Pinned,
            ("requested", "") => Self::Requested,
            ("verified", since) => {
                since.parse().map_or(Self::Blocked, |since| Self::Verified { since: WallTime(since) })
            }
            ("changed", rest) => changed(rest).unwrap_or(Self::Blocked),
            (_, _) => Self::Blocked,
        }
    }
}

/// Of a key that has changed: which one claims to be it, and since when the one before was compared.
fn changed(text: &str) -> Option<Trust> {
    let (claimed, since) = text.split_once(' ').map_or((text, None), |(key, since)| (key, Some(since)));
    let compared = since.map(|since| since.parse().map(WallTime)).transpose().ok()?;
    Some(Trust::Changed { claimed: claimed.parse().ok()?, compared })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_read_as_it_was_written_and_anything_else_is_no() {
        let claimed = PublicKey::from_bytes([7; 32]).expect("a key");
        for trust in [
            Trust::Pinned,
            Trust::Verified { since: WallTime(1_790_000_000_000_000) },
            Trust::Requested,
            Trust::Changed { claimed, compared: None },
            Trust::Changed { claimed, compared: Some(WallTime(-7)) },
            Trust::Blocked,
        ] {
            assert_eq!(Trust::from_code(&trust.code()), trust);
        }
        let odd = format!("changed {claimed} soon");
        for unreadable in ["", "trusted", "pinned x", "verified", "verified soon", "changed aaaa", &odd] {
            assert_eq!(Trust::from_code(unreadable), Trust::Blocked, "{unreadable}");
        }
    }
}
