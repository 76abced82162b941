//! Colours by role, from the theme files in `assets/themes/`.
//!
//! A style is written `bold underline #ffffff on #1d4ed8`. Behind a `|` stands what a terminal with
//! sixteen colours gets instead. One with 256 gets the nearest of them, or the one whose number stands behind a colour:
//! `#31425f/238`. Views name roles only, never colours.

mod palette;
mod parse;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(in crate::tui) mod xterm;

use ratatui::style::Style;

use parse::parse_theme;

use crate::model::{DEFAULT_THEME, THEMES};

/// What a piece of the screen is. The name in a theme file is the same in kebab-case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The ground everything stands on.
    Base,
    /// Less important text: times, hints.
    Dim,
    /// Lines between panes.
    Border,
    Header,
    Status,
    /// A section's title in the contact list.
    Section,
    /// The numbers of the conversations that Alt-1…9 reach.
    Number,
    /// The conversation that is open, in the list.
    Open,
    /// What stands beside a name there, or beside the chosen line of a popup.
    OpenDim,
    Unread,
    /// Words that name us.
    Mention,
    /// Something that is so, and that nobody asked about: a draft, rows that are folded away.
    Soft,
    /// A line that says what happened.
    Notice,
    /// Heard from since the start.
    PresenceHeard,
    /// ICMP says nobody listens.
    PresenceAway,
    /// Names above messages.
    Name,
    OwnName,
    Incoming,
    /// What stands beside text on its ground: what a message answers.
    IncomingDim,
    IncomingLink,
    /// Beside what comes in, over the whole of a group.
    Bar,
    Outgoing,
    System,
    Gutter,
    Mark,
    /// Somebody has opened it there.
    MarkRead,
    MarkFailed,
    /// The name of a file.
    File,
    /// The full part of a progress bar.
    Progress,
    /// The ground of what is set apart: emoji under a message.
    Code,
    /// What stands for a character that cannot be shown.
    Token,
    Link,
    Match,
    MatchCurrent,
    /// The message chosen in select mode.
    Selected,
    SelectedDim,
    Prompt,
    /// On a ground of its own: what a person wanted did not happen.
    Error,
    /// The same in words, below what they are about.
    Fault,
    /// What reaches more people than one thinks.
    Danger,
    /// Packets are lost, doubled or held back on purpose.
    Lab,
    /// The state of a conversation's lock: two people have compared their keys, or nobody has.
    LockVerified,
    LockPinned,
    /// Something that a person has to decide, or to know before going on.
    Warn,
    Popup,
    PopupTitle,
    /// The chosen line of a list in a popup.
    Choice,
    Key,
    /// Bytes of a datagram that are no text: control characters, and those above 127.
    HexControl,
    HexHigh,
    /// Names in a room. Which one somebody has, the name says.
    Sender1,
    Sender2,
    Sender3,
    Sender4,
    Sender5,
    Sender6,
    Sender7,
    Sender8,
    /// The bars beside what they say.
    Bar1,
    Bar2,
    Bar3,
    Bar4,
    Bar5,
    Bar6,
    Bar7,
    Bar8,
}

/// The colours of those who write in a room, each with that of the bar. Another number of them would give everybody another
/// colour.
pub const SENDERS: [(Role, Role); 8] = [
    (Role::Sender1, Role::Bar1),
    (Role::Sender2, Role::Bar2),
    (Role::Sender3, Role::Bar3),
    (Role::Sender4, Role::Bar4),
    (Role::Sender5, Role::Bar5),
    (Role::Sender6, Role::Bar6),
    (Role::Sender7, Role::Bar7),
    (Role::Sender8, Role::Bar8),
];

impl Role {
    /// The bar beside what somebody says whose name has this colour.
    #[must_use]
    pub fn bar(self) -> Self {
        SENDERS.iter().find(|(name, _)| *name == self).map_or(Self::Bar, |(_, bar)| *bar)
    }
}

/// Every role with its name in a theme file, in the order of their declaration.
const ROLES: [(Role, &str); 66] = [
    (Role::Base, "base"),
    (Role::Dim, "dim"),
    (Role::Border, "border"),
    (Role::Header, "header"),
    (Role::Status, "status"),
    (Role::Section, "section"),
    (Role::Number, "number"),
    (Role::Open, "open"),
    (Role::OpenDim, "open-dim"),
    (Role::Unread, "unread"),
    (Role::Mention, "mention"),
    (Role::Soft, "soft"),
    (Role::Notice, "notice"),
    (Role::PresenceHeard, "presence-heard"),
    (Role::PresenceAway, "presence-away"),
    (Role::Name, "name"),
    (Role::OwnName, "own-name"),
    (Role::Incoming, "incoming"),
    (Role::IncomingDim, "incoming-dim"),
    (Role::IncomingLink, "incoming-link"),
    (Role::Bar, "bar"),
    (Role::Outgoing, "outgoing"),
    (Role::System, "system"),
    (Role::Gutter, "gutter"),
    (Role::Mark, "mark"),
    (Role::MarkRead, "mark-read"),
    (Role::MarkFailed, "mark-failed"),
    (Role::File, "file"),
    (Role::Progress, "progress"),
    (Role::Code, "code"),
    (Role::Token, "token"),
    (Role::Link, "link"),
    (Role::Match, "match"),
    (Role::MatchCurrent, "match-current"),
    (Role::Selected, "selected"),
    (Role::SelectedDim, "selected-dim"),
    (Role::Prompt, "prompt"),
    (Role::Error, "error"),
    (Role::Fault, "fault"),
    (Role::Danger, "danger"),
    (Role::Lab, "lab"),
    (Role::LockVerified, "lock-verified"),
    (Role::LockPinned, "lock-pinned"),
    (Role::Warn, "warn"),
    (Role::Popup, "popup"),
    (Role::PopupTitle, "popup-title"),
    (Role::Choice, "choice"),
    (Role::Key, "key"),
    (Role::HexControl, "hex-control"),
    (Role::HexHigh, "hex-high"),
    (Role::Sender1, "sender-1"),
    (Role::Sender2, "sender-2"),
    (Role::Sender3, "sender-3"),
    (Role::Sender4, "sender-4"),
    (Role::Sender5, "sender-5"),
    (Role::Sender6, "sender-6"),
    (Role::Sender7, "sender-7"),
    (Role::Sender8, "sender-8"),
    (Role::Bar1, "bar-1"),
    (Role::Bar2, "bar-2"),
    (Role::Bar3, "bar-3"),
    (Role::Bar4, "bar-4"),
    (Role::Bar5, "bar-5"),
    (Role::Bar6, "bar-6"),
    (Role::Bar7, "bar-7"),
    (Role::Bar8, "bar-8"),
];

const UNSTYLED: [Style; ROLES.len()] = [Style::new(); ROLES.len()];

/// The themes that come with the program.
const SOURCES: [(&str, &str); 4] = [
    ("dark", include_str!("../../../assets/themes/dark.toml")),
    ("light", include_str!("../../../assets/themes/light.toml")),
    ("classic", include_str!("../../../assets/themes/classic.toml")),
    ("mono", include_str!("../../../assets/themes/mono.toml")),
];

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// None: `NO_COLOR`, or a dumb terminal.
    Mono,
    /// The sixteen ANSI colours.
    Sixteen,
    /// 256 colours with numbers.
    Indexed,
    /// 24 bits.
    True,
}

impl Colours {
    /// Judges by the environment: `NO_COLOR`, `COLORTERM` and `TERM`, as most programs do. Over ssh there is no `COLORTERM`,
    /// and `TERM` says no more than 256, unless it is that of a terminal which is known to show all.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let term = variable("TERM").unwrap_or_default();
        let colorterm = variable("COLORTERM").unwrap_or_default();
        if variable("NO_COLOR").is_some_and(|set| !set.is_empty())
            || matches!(term.as_str(), "dumb" | "vt100")
        {
            Self::Mono
        } else if matches!(colorterm.as_str(), "truecolor" | "24bit")
            || term.ends_with("-direct")
            || TRUE_COLOUR.iter().any(|name| {
                term.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            })
        {
            Self::True
        } else if term.contains("256color") {
            Self::Indexed
        } else {
            Self::Sixteen
        }
    }
}

/// The names in `TERM` of terminals that show 24 bits in every version that has that name; variants of them go on with a
/// dash. From their terminfo entries (`RGB`, `Tc`).
const TRUE_COLOUR: [&str; 7] =
    ["xterm-kitty", "alacritty", "foot", "xterm-ghostty", "wezterm", "contour", "rio"];

/// What everything stands on in the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Background {
    #[default]
    Dark,
    Light,
}

impl Background {
    /// The nearer of the two: black text on it stands out more, or white.
    pub fn of([red, green, blue]: [u8; 3]) -> Self {
        let colour = [red, green, blue];
        let black = palette::contrast(colour, [0; 3]);
        if black > palette::contrast(colour, [255; 3]) { Self::Light } else { Self::Dark }
    }

    /// The theme that suits it.
    pub const fn theme(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }
}

/// Whether the terminal has block characters, as far as it tells: the consoles of kernels and old terminals have not.
pub fn has_blocks(variable: impl Fn(&str) -> Option<String>) -> bool {
    let term = variable("TERM").unwrap_or_default();
    !matches!(term.as_str(), "dumb" | "linux" | "cons25" | "sun" | "vt100" | "vt220")
}

/// A style for every role.
#[derive(Clone, Debug)]
pub struct Theme {
    name: &'static str,
    styles: [Style; ROLES.len()],
}

impl Theme {
    /// The theme of that name as this terminal can show it; `None`: there is no such theme.
    pub fn named(name: &str, colours: Colours, background: Background) -> Option<Self> {
        let wanted = match (name, colours) {
            (_, Colours::Mono) => "mono",
            ("auto", _) => background.theme(),
            (name, _) => name,
        };
        THEMES.contains(&name).then_some(())?;
        let (name, source) = SOURCES.iter().find(|(known, _)| *known == wanted)?;
        Some(Self { name, styles: parse_theme(source, colours).unwrap_or(UNSTYLED) })
    }

    /// What is used when nothing else was asked for.
    pub fn standard(colours: Colours, background: Background) -> Self {
        let plain = Self { name: "mono", styles: UNSTYLED };
        Self::named(DEFAULT_THEME, colours, background).unwrap_or(plain)
    }

    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub fn style(&self, role: Role) -> Style {
        let at = ROLES.binary_search_by_key(&role, |(known, _)| *known);
        at.ok().and_then(|at| self.styles.get(at)).copied().unwrap_or_default()
    }
}
