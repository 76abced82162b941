//! Who may be in charge, as a file has it: a name, and the key of a password.

use zeroize::Zeroizing;

use super::names::{acceptable, folded};
use crate::dialects::relay::frame::SALT_LENGTH;
use crate::dialects::relay::stretched_key::StretchedKey;
use crate::model::Password;
use crate::model::hex_digits::bytes_of;

/// Somebody who may be in charge: the name, and the key of the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    name: String,
    key: StretchedKey,
}

impl Operator {
    /// Takes long on purpose. `None`: nobody can be called so.
    pub fn new(name: &str, password: &Password, salt: [u8; SALT_LENGTH]) -> Option<Self> {
        let name = operator_name(name)?.to_owned();
        Some(Self { name, key: StretchedKey::derive(password, salt) })
    }

    /// From its line: name, salt and key.
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let (name, salt, key) = (operator_name(words.next()?)?, words.next()?, words.next()?);
        let (salt, key) = (bytes_of(salt).ok()?, Zeroizing::new(bytes_of(key).ok()?));
        let key = StretchedKey::kept(salt.try_into().ok()?, key.as_slice().try_into().ok()?);
        words.next().is_none().then(|| Self { name: name.to_owned(), key })
    }

    /// As a file has it.
    pub fn line(&self) -> Zeroizing<String> {
        // As long from the beginning as it may get: a text that grows leaves copies behind.
        let mut line = Zeroizing::new(String::with_capacity(512));
        line.push_str(&self.name);
        for bytes in [self.key.salt.as_slice(), self.key.to_keep()] {
            line.push(' ');
            let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
            line.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
        }
        line
    }

    pub(super) const fn key(&self) -> &StretchedKey {
        &self.key
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn is_called(&self, name: &str) -> bool {
        folded(&self.name) == folded(name)
    }
}

/// The name of somebody in charge: one word, so that a line of a file can begin with it.
fn operator_name(name: &str) -> Option<&str> {
    acceptable(name).filter(|name| !name.contains(char::is_whitespace) && !name.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_key_and_not_the_password() {
        let password = Password::new("open sesame").expect("a password");
        let ann = Operator::new("Ann", &password, [0xab; SALT_LENGTH]).expect("a name");
        let line = ann.line();
        assert!(line.starts_with("Ann abababab") && !line.contains("sesame"), "{}", *line);
        assert_eq!(Operator::parse(&format!(" {}  ", *line)), Some(ann.clone()));
        assert!(ann.is_called("ANN") && !ann.is_called("ben"));
        assert!(!format!("{ann:?}").contains("abab") || !format!("{ann:?}").contains("171, 171"));
        for bad in ["", "ann", "ann 00", "#ann 00 00", "ann 00 00", "ann zz zz", &format!("{} x", *line)] {
            assert_eq!(Operator::parse(bad), None, "{bad}");
        }
        for name in ["", "ann lee", "#ann", "an:n", "*ann"] {
            assert_eq!(Operator::new(name, &password, [0; SALT_LENGTH]), None, "{name}");
        }
    }
}
