//! How a person wants to be called: the settings of the bell, of notices and of a command.

use toml_edit::Item;

/// How the terminal is asked to show that something was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotifyBy {
    /// By the sequence that this terminal is known to show.
    #[default]
    Auto,
    Osc9,
    Osc777,
    Osc99,
    /// By its bell alone.
    Bell,
    Off,
}

impl NotifyBy {
    /// As they stand in the file, in the order of the variants.
    pub(super) const NAMES: [&'static str; 6] = ["auto", "osc9", "osc777", "osc99", "bell", "off"];

    const ALL: [Self; 6] = [Self::Auto, Self::Osc9, Self::Osc777, Self::Osc99, Self::Bell, Self::Off];

    pub(super) fn of(name: &str) -> Self {
        let named = Self::NAMES.iter().zip(Self::ALL).find(|(known, _)| **known == name);
        named.map(|(_, by)| by).unwrap_or_default()
    }

    pub(super) fn name(self) -> &'static str {
        Self::NAMES.iter().zip(Self::ALL).find(|(_, by)| *by == self).map_or("", |(name, _)| *name)
    }
}

/// What is run when somebody is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotifyCommand {
    /// A line for `sh`.
    Shell(String),
    /// A program and its arguments.
    Program(Vec<String>),
}

impl NotifyCommand {
    /// On one line, as a person reads it.
    pub(super) fn line(&self) -> String {
        match self {
            Self::Shell(line) => line.clone(),
            Self::Program(words) => words.join(" "),
        }
    }

    /// `Err`: it is neither a line nor a list of words. Empty is "not set".
    pub(super) fn of(item: &Item) -> Result<Option<Self>, ()> {
        if let Some(line) = item.as_str() {
            return Ok(Some(line.trim())
                .filter(|line| !line.is_empty())
                .map(|line| Self::Shell(line.to_owned())));
        }
        let words = item.as_array().ok_or(())?;
        let words: Option<Vec<String>> = words.iter().map(|word| word.as_str().map(str::to_owned)).collect();
        let words = words.ok_or(())?;
        Ok(Some(words).filter(|words| words.iter().any(|word| !word.is_empty())).map(Self::Program))
    }
}

/// How a person is called who does not look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertSettings {
    pub bell: bool,
    pub notify: NotifyBy,
    /// Notices say who wrote, and what.
    pub content: bool,
    pub command: Option<NotifyCommand>,
    /// The title of the window says how much is unread.
    pub title: bool,
}

impl AlertSettings {
    /// Whether the bell is rung.
    pub const fn rings(&self) -> bool {
        self.bell || matches!(self.notify, NotifyBy::Bell)
    }
}

impl Default for AlertSettings {
    fn default() -> Self {
        Self { bell: true, notify: NotifyBy::Auto, content: true, command: None, title: true }
    }
}
