//! How many rows a conversation takes in the contact list.

/// The forms as they are written, in the order they are offered.
pub const LIST_FORMS: [&str; 3] = ["auto", "one", "two"];

/// Rows of a conversation in the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListForm {
    /// Two on large screens.
    #[default]
    Auto,
    One,
    /// What was said last has a row of its own.
    Two,
}

impl ListForm {
    /// How it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::One => "one",
            Self::Two => "two",
        }
    }

    /// `None`: there is no such form.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "auto" => Some(Self::Auto),
            "one" => Some(Self::One),
            "two" => Some(Self::Two),
            _ => None,
        }
    }
}
