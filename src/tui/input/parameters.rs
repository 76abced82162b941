//! The parameters of a control sequence (ECMA-48 5.4.1).

use super::modifiers::Modifiers;

/// Numbers between `;`, each of several between `:`. What is not there, or is none, is `None`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameters<'a>(&'a [u8]);

impl<'a> Parameters<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Those of the `n`-th field.
    pub(super) fn field(self, n: usize) -> impl Iterator<Item = Option<u32>> + 'a {
        let field = self.0.split(|byte| *byte == b';').nth(n).unwrap_or_default();
        field.split(|byte| *byte == b':').map(number)
    }

    pub(super) fn get(self, n: usize) -> Option<u32> {
        self.field(n).next().flatten()
    }

    pub(super) fn count(self) -> usize {
        if self.0.is_empty() { 0 } else { self.0.split(|byte| *byte == b';').count() }
    }

    /// The modifiers and the kind of event that the second field of a key has.
    pub(super) fn modifiers(self) -> Modifiers {
        let mut field = self.field(1);
        let bits = field.next().flatten().unwrap_or(1);
        Modifiers::read(bits, field.next().flatten().unwrap_or(1))
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    str::from_utf8(digits).ok()?.parse().ok()
}
