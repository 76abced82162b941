//! A contact: a name and an address the user chose.

use super::{Address, KeepPeriod};

/// The name of the peer inside the program; no contact can have it.
pub const ECHO_NAME: &str = "echo";

/// What a person is told of that comes from a contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotifyLevel {
    #[default]
    All,
    /// In a room, only what speaks to us by name. Who writes to us alone speaks to us anyway.
    Mentions,
    None,
}

impl NotifyLevel {
    /// As a person types it.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "all" => Self::All,
            MENTION => Self::Mentions,
            "none" => Self::None,
            _ => return None,
        })
    }

    /// What it comes to in a room, or with one person.
    #[must_use]
    pub const fn there(self, in_room: bool) -> Self {
        match self {
            Self::Mentions if !in_room => Self::All,
            Self::All | Self::Mentions | Self::None => self,
        }
    }
}

/// The word for [`NotifyLevel::Mentions`], also in the list of contacts.
pub const MENTION: &str = "mention";

/// One line of `contacts.toml`. Names are unique within the file and never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub address: Address,
    /// What of it rings, is shown as a notice, and counts as unread.
    pub notify: NotifyLevel,
    /// It stands on top of the list.
    pub pinned: bool,
    /// What it offers is fetched without asking up to so many bytes in one message, where it proves who it is; `None`: a
    /// person is always asked.
    pub accept: Option<u64>,
    /// After how long our own copy of what is said from now on is removed; `None`: it stays.
    pub keep: Option<KeepPeriod>,
}

/// Bytes as a person writes them: `20MB`, `512 KB`, `1G`. Units are binary, as everywhere here. `None`: it is no size.
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let shift = match unit.trim().to_ascii_uppercase().as_str() {
        "" | "B" => 0,
        "K" | "KB" | "KIB" => 10,
        "M" | "MB" | "MIB" => 20,
        "G" | "GB" | "GIB" => 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(1 << shift)
}

/// The same the other way round, as it stands in the list of contacts.
pub fn written_size(bytes: u64) -> String {
    let units = [(30, "GB"), (20, "MB"), (10, "KB")];
    let whole = |(shift, _): &(u32, &str)| bytes > 0 && bytes.trailing_zeros() >= *shift;
    let (shift, unit) = units.into_iter().find(whole).unwrap_or((0, "B"));
    format!("{}{unit}", bytes >> shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_as_people_write_it() {
        let mib = 1 << 20;
        for (text, size) in [
            ("0", 0),
            ("17", 17),
            ("20MB", 20 * mib),
            (" 20 mib ", 20 * mib),
            ("1G", 1024 * mib),
            ("3 kB", 3 << 10),
        ] {
            assert_eq!(parse_size(text), Some(size), "{text}");
        }
        for (size, text) in
            [(20 * mib, "20MB"), (1 << 30, "1GB"), (0, "0B"), (1_025, "1025B"), (3 << 10, "3KB")]
        {
            assert_eq!((written_size(size).as_str(), parse_size(text)), (text, Some(size)));
        }
        for odd in ["", "MB", "-1", "1.5MB", "1TB", "20MB!", "99999999999G", "１"] {
            assert_eq!(parse_size(odd), None, "{odd}");
        }
    }
}
