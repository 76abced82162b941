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

    /// The form of that name; the usual one where there is no such name.
    pub fn named(name: Option<&str>) -> Self {
        let is_meant = |form: &Self| Some(form.name()) == name;
        [Self::One, Self::Two].into_iter().find(is_meant).unwrap_or_default()
    }
}
