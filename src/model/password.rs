//! A password as a person gave it. It shows nowhere, and is gone from memory with its last owner.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

/// The password of a room of a relay.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Arc<Zeroizing<String>>);

impl Password {
    /// Bytes of one: nobody types more.
    pub const MAX: usize = 1_024;

    /// Blanks around it are nobody's intention. `None`: nothing is left, or it is too long.
    pub fn new(typed: &str) -> Option<Self> {
        let password = typed.trim();
        let fits = !password.is_empty() && password.len() <= Self::MAX;
        fits.then(|| Self(Arc::new(Zeroizing::new(password.to_owned()))))
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_shows_nowhere_and_has_no_blanks_around_it() {
        let password = Password::new(" open sesame \n").expect("a password");
        assert_eq!(password.as_bytes(), b"open sesame");
        assert_eq!(format!("{password:?}"), "Password(…)");
        assert_eq!(Password::new(" \n"), None);
        assert_eq!(Password::new(&"x".repeat(Password::MAX + 1)), None);
    }
}
