//! The lock of a conversation: what the screen says of the key of a peer, everywhere the same.
//!
//! It comes from what a person has decided and from what the dialect can do, never from the name of the dialect. The words
//! say all of it; sign and colour only repeat them.

use super::appearance::Appearance;
use super::naming::name_of;
use super::theme::Role;
use crate::app::{Conversation, PeerKind};
use crate::model::{Trust, WallTime};

/// How safe it is what is said there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyLock {
    /// Anybody on the way reads it.
    Plain,
    /// It stays inside of this program.
    Inside,
    /// Encrypted; nobody has compared the keys.
    Pinned,
    Verified(WallTime),
    /// Somebody asks to be let in.
    Requested,
    /// Another key claims to be this contact.
    Changed,
    Blocked,
}

/// The words of a header: the long form, the one for where that has no room, and the one for the narrowest screens.
pub(super) struct LockWords {
    pub long: String,
    pub short: String,
    pub brief: String,
}

impl KeyLock {
    pub(super) fn of(place: &Conversation) -> Self {
        if place.kind == PeerKind::Echo {
            return Self::Inside;
        }
        if !place.address.scheme.caps.keys {
            return Self::Plain;
        }
        match place.trust() {
            None | Some(Trust::Pinned) => Self::Pinned,
            Some(Trust::Verified { since }) => Self::Verified(since),
            Some(Trust::Requested) => Self::Requested,
            Some(Trust::Changed { .. }) => Self::Changed,
            Some(Trust::Blocked) => Self::Blocked,
        }
    }

    /// The sign beside a name; empty: there is none. Consoles of kernels have not all of the signs.
    pub(super) const fn sign(self, style: &Appearance) -> &'static str {
        let (sign, on_console) = match self {
            Self::Plain | Self::Inside => ("", ""),
            Self::Pinned => ("◇", "[-]"),
            Self::Verified(_) => ("◆", "[=]"),
            Self::Requested => ("◇?", "[?]"),
            Self::Changed => ("◆!", "[!]"),
            Self::Blocked => ("◇×", "[x]"),
        };
        if style.blocks { sign } else { on_console }
    }

    /// The same with a blank, to stand before a name.
    pub(super) fn before_name(self, style: &Appearance) -> String {
        let sign = self.sign(style);
        if sign.is_empty() { String::new() } else { format!("{sign} ") }
    }

    pub(super) const fn role(self) -> Role {
        match self {
            Self::Plain | Self::Inside => Role::Status,
            Self::Pinned => Role::LockPinned,
            Self::Verified(_) => Role::LockVerified,
            Self::Requested | Self::Blocked => Role::Warn,
            Self::Changed => Role::Error,
        }
    }

    /// Nothing can be sent before a person has decided something.
    pub(super) const fn stops_sending(self) -> bool {
        self.refusal().is_some()
    }

    /// The text that says why nothing can be sent; `None`: it can.
    pub(super) const fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Plain | Self::Inside | Self::Pinned | Self::Verified(_) => None,
            Self::Requested => Some("trust-answer-first"),
            Self::Changed => Some("trust-changed"),
            Self::Blocked => Some("trust-blocked"),
        }
    }

    /// What stands before the draft, and how.
    pub(super) const fn prompt(self) -> (&'static str, Role) {
        match self {
            Self::Plain | Self::Inside => ("›", Role::Prompt),
            Self::Pinned | Self::Verified(_) => ("›", self.role()),
            Self::Requested => ("?", self.role()),
            Self::Changed | Self::Blocked => ("!", self.role()),
        }
    }

    pub(super) fn words(self, style: &Appearance) -> LockWords {
        let lang = &style.lang;
        let all = |long, short, brief| LockWords {
            long: lang.text(long),
            short: lang.text(short),
            brief: lang.text(brief),
        };
        let both = |long, short| all(long, short, short);
        match self {
            Self::Plain => both("header-plain", "header-plain"),
            Self::Inside => both("lock-inside", "lock-inside"),
            Self::Pinned => all("lock-pinned", "lock-pinned-short", "lock-pinned-brief"),
            Self::Verified(since) => LockWords {
                long: lang.with("lock-verified", &[("date", &style.day(since))]),
                ..both("lock-verified-short", "lock-verified-short")
            },
            Self::Requested => all("lock-requested", "lock-requested", "lock-requested-brief"),
            Self::Changed => all("lock-changed", "lock-changed-short", "lock-changed-brief"),
            Self::Blocked => both("lock-blocked", "lock-blocked-short"),
        }
    }

    /// Whom Enter reaches, for a name of that form.
    pub(super) fn to_whom(self, style: &Appearance, name: &str) -> String {
        let key = match self {
            Self::Plain | Self::Inside | Self::Pinned | Self::Verified(_) => "rule-to",
            Self::Requested => "rule-requested",
            Self::Changed => "rule-changed",
            Self::Blocked => "rule-blocked",
        };
        style.lang.with(key, &[("name", name)])
    }

    /// The same for where a name has no room; `None`: it is cut.
    pub(super) fn to_nobody(self, style: &Appearance) -> Option<String> {
        let key = match self {
            Self::Plain | Self::Inside | Self::Pinned | Self::Verified(_) => return None,
            Self::Requested => "rule-requested-short",
            Self::Changed => "rule-changed-short",
            Self::Blocked => "lock-blocked-short",
        };
        Some(style.lang.text(key))
    }

    /// What an empty composer says.
    pub(super) fn hint(self, style: &Appearance, place: &Conversation) -> String {
        let lang = &style.lang;
        match self {
            Self::Plain | Self::Inside | Self::Pinned | Self::Verified(_) => {
                lang.with("composer-hint", &[("name", &name_of(lang, place))])
            }
            Self::Requested => lang.text("composer-requested"),
            Self::Changed => lang.text("composer-changed"),
            Self::Blocked => lang.text("composer-blocked"),
        }
    }
}
