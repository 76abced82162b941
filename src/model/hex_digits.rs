//! Bytes as people type them: `48 65 6c`, `48656c`, `0x48,0x65`, `\x48\x65`.
//!
//! Blanks, commas and colons stand between bytes where somebody puts them; each byte has two digits.

use super::Phrase;

/// Why that is no bytes. Characters are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexError {
    /// Nothing that stands for a byte.
    Empty,
    /// No hexadecimal digit, and nothing that may stand between bytes.
    NoDigit { at: usize, character: char },
    /// A byte begins there, and has one digit only.
    Half { at: usize },
}

impl HexError {
    pub fn phrase(self) -> Phrase {
        match self {
            Self::Empty => Phrase::new("hex-empty"),
            Self::NoDigit { at, character } => {
                Phrase::new("hex-no-digit").number("at", at).text("character", character.to_string())
            }
            Self::Half { at } => Phrase::new("hex-half").number("at", at),
        }
    }
}

/// The bytes that are meant.
pub fn bytes_of(text: &str) -> Result<Vec<u8>, HexError> {
    let mut bytes = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_between);
        rest = ["0x", "0X", "\\x"].iter().find_map(|prefix| rest.strip_prefix(prefix)).unwrap_or(rest);
        let mut digits = rest.chars();
        let at = text.chars().count().saturating_sub(digits.clone().count()).saturating_add(1);
        let Some(first) = digits.next() else { break };
        let high = first.to_digit(16).ok_or(HexError::NoDigit { at, character: first })?;
        let low = match digits.next() {
            None => return Err(HexError::Half { at }),
            Some(second) if is_between(second) => return Err(HexError::Half { at }),
            Some(second) => {
                let at = at.saturating_add(1);
                second.to_digit(16).ok_or(HexError::NoDigit { at, character: second })?
            }
        };
        bytes.extend(u8::try_from((high << 4) | low));
        rest = digits.as_str();
    }
    if bytes.is_empty() { Err(HexError::Empty) } else { Ok(bytes) }
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_in_every_way_they_are_typed() {
        for text in [
            "48 65 0a",
            "48650A",
            "0x48 0x65 0x0A",
            "\\x48\\x65\\x0a",
            "48:65:0a",
            "0x48,0x65,0x0a",
            " 4865\n0a ",
        ] {
            assert_eq!(bytes_of(text), Ok(vec![0x48, 0x65, 0x0a]), "{text}");
        }
        assert_eq!(bytes_of("0x"), Err(HexError::Empty));
        assert_eq!(bytes_of("00"), Ok(vec![0]));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, wrong) in [
            ("", HexError::Empty),
            (" ", HexError::Empty),
            ("48 6g", HexError::NoDigit { at: 5, character: 'g' }),
            ("48 在 65", HexError::NoDigit { at: 4, character: '在' }),
            ("在", HexError::NoDigit { at: 1, character: '在' }),
            ("48 6", HexError::Half { at: 4 }),
            ("48 6 5", HexError::Half { at: 4 }),
            ("0x48 0x6", HexError::Half { at: 8 }),
        ] {
            assert_eq!(bytes_of(text), Err(wrong), "{text}");
        }
    }
}
