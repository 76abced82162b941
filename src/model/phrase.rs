//! A sentence as data: the key of a text in `assets/text/*.ftl` and its arguments.
//!
//! Lower layers say *what* is to be told, only the fronts know in which language. Arguments may come
//! from the network: whoever renders a phrase passes them through `text::escape` first.

/// One argument of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Number(i64),
}

/// A text to be looked up, with its arguments in the order they were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    pub key: &'static str,
    pub args: Vec<(&'static str, Value)>,
}

impl Phrase {
    pub const fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    #[must_use]
    pub fn text(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, Value::Text(value.into())));
        self
    }

    /// Numbers beyond `i64` are clamped: they are only ever shown.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: impl TryInto<i64>) -> Self {
        self.args.push((name, Value::Number(value.try_into().unwrap_or(i64::MAX))));
        self
    }
}
