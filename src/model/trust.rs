//! What a person has decided about the key of a peer.

use std::net::SocketAddr;

use super::{PublicKey, WallTime};

/// Stands where a key was compared at no time.
const NEVER: &str = "-";

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
    /// the key until now was; that is not lost if the claim is false. `since` and `from`: when the claim came, and from where;
    /// older versions did not write that down.
    Changed {
        claimed: PublicKey,
        compared: Option<WallTime>,
        since: Option<WallTime>,
        from: Option<SocketAddr>,
    },
    /// Nothing of this key is wanted.
    Blocked,
}

impl Trust {
    /// Whether messages may go to the peer.
    pub const fn sends(&self) -> bool {
        matches!(self, Self::Pinned | Self::Verified { .. })
    }

    /// Whether a person wants to talk to the peer, even if somebody claims meanwhile to be it.
    pub const fn is_wanted(&self) -> bool {
        self.sends() || matches!(self, Self::Changed { .. })
    }

    /// What holds where two conversations turn out to be with one key: nothing is better than it was in either, but for what
    /// nobody has decided.
    pub fn merged(into: Option<Self>, from: Option<Self>) -> Option<Self> {
        match (into, from) {
            (Some(Self::Blocked), _) | (_, Some(Self::Blocked)) => Some(Self::Blocked),
            (Some(Self::Pinned | Self::Verified { .. }), Some(claim @ Self::Changed { .. })) => Some(claim),
            (None | Some(Self::Requested), Some(decided)) => Some(decided),
            (into, _) => into,
        }
    }

    /// As it is stored: one word, and what belongs to it.
    pub fn code(&self) -> String {
        match self {
            Self::Pinned => "pinned".to_owned(),
            Self::Verified { since } => format!("verified {}", since.0),
            Self::Requested => "requested".to_owned(),
            Self::Changed { claimed, compared, since, from } => {
                let time = |time: &WallTime| time.0.to_string();
                let claim = since.as_ref().map(time);
                let compared =
                    compared.as_ref().map(time).or_else(|| claim.as_ref().map(|_| NEVER.to_owned()));
                let from = from.filter(|_| claim.is_some()).map(|from| from.to_string());
                let parts = ["changed".to_owned(), claimed.to_string()].into_iter();
                parts.chain(compared).chain(claim).chain(from).collect::<Vec<_>>().join(" ")
            }
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

/// Of a key that has changed: which one claims to be it, since when the one before was compared, when the claim came, and
/// from where. All that is there has to make sense.
fn changed(text: &str) -> Option<Trust> {
    let time = |text: &str| text.parse().map(WallTime).ok();
    let mut parts = text.split(' ');
    let claimed = parts.next()?.parse().ok()?;
    let (compared, since, from) = (parts.next(), parts.next(), parts.next());
    let compared = match compared {
        Some(NEVER) if since.is_some() => None,
        Some(compared) => Some(time(compared)?),
        None => None,
    };
    let since = since.map_or(Some(None), |since| time(since).map(Some))?;
    let from = from.map_or(Some(None), |from| from.parse().map(Some).ok())?;
    parts.next().is_none().then_some(Trust::Changed { claimed, compared, since, from })
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
            Trust::Blocked,
        ] {
            assert_eq!(Trust::from_code(&trust.code()), trust);
        }
        let from = Some("[fe80::1%3]:7781".parse().expect("literal"));
        for compared in [None, Some(WallTime(-7))] {
            for (since, from) in [(None, None), (Some(WallTime(9)), None), (Some(WallTime(9)), from)] {
                let trust = Trust::Changed { claimed, compared, since, from };
                assert_eq!(Trust::from_code(&trust.code()), trust);
            }
        }
        // As versions wrote it that noted less of a claim.
        let before = |compared| Trust::Changed { claimed, compared, since: None, from: None };
        assert_eq!(Trust::from_code(&format!("changed {claimed}")), before(None));
        assert_eq!(Trust::from_code(&format!("changed {claimed} 7")), before(Some(WallTime(7))));
        let odd = ["soon", "-", "- soon", "7 9 nowhere", "7 9 10.0.0.1:1 x", "7  9", "7 "];
        let odd = odd.map(|odd| format!("changed {claimed} {odd}"));
        let plain = ["", "trusted", "pinned x", "verified", "verified soon", "changed aaaa"];
        for unreadable in plain.into_iter().chain(odd.iter().map(String::as_str)) {
            assert_eq!(Trust::from_code(unreadable), Trust::Blocked, "{unreadable}");
        }
    }
}
