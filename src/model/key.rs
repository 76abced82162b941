//! Public keys as people write and compare them.
//!
//! A key is written as Tor writes the keys of its services (version 3): base32 (RFC 4648, lower case, no padding) of the
//! key, two bytes that check it, and the version; 56 letters. So a mistyped letter is found before anything is sent.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE32_NOPAD, Encoding, Specification};

/// Bytes of a key, of its check and of its version.
const KEY: usize = 32;
const CHECK: usize = 2;
const VERSION: u8 = 1;
/// Letters of the key as text.
pub const KEY_LETTERS: usize = 56;
/// Letters of one group, where a part of the key is shown, and how many groups.
const GROUP: usize = 4;
const GROUPS: usize = 4;

/// What may stand between letters and means nothing.
const IGNORED: &str = " -\t\r\n";

/// An ed25519 public key (RFC 8032, section 5.1.5): who a peer of an authenticated dialect is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; KEY]);

/// Why a text or some bytes are no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("not {KEY_LETTERS} letters of a key")]
    Length,
    #[error("a letter that no key has")]
    Letter,
    #[error("mistyped: the check does not fit")]
    Check,
    #[error("a version that is not known")]
    Version,
    /// One of the points of small order, which fit any signature, or a point that is not encoded as RFC 8032 wants it.
    #[error("no key that anybody may have")]
    Weak,
}

impl PublicKey {
    pub fn from_bytes(bytes: [u8; KEY]) -> Result<Self, KeyError> {
        if is_canonical(&bytes) && !is_small_order(&bytes) { Ok(Self(bytes)) } else { Err(KeyError::Weak) }
    }

    pub const fn as_bytes(&self) -> &[u8; KEY] {
        &self.0
    }

    /// The first letters, in groups: to be recognised by, never to be trusted.
    pub fn groups(&self) -> String {
        let text = self.to_string();
        grouped(text.get(..GROUPS * GROUP).unwrap_or_default())
    }

    fn check(&self) -> [u8; CHECK] {
        let hash = blake3::Hasher::new().update(b"udpqq key 1").update(&self.0).update(&[VERSION]).finalize();
        let [first, second, ..] = *hash.as_bytes();
        [first, second]
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.0.to_vec();
        bytes.extend(self.check());
        bytes.push(VERSION);
        f.write_str(&BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.groups())
    }
}

/// In either case; blanks and dashes between letters mean nothing.
impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = decode_base32(text)?;
        let (key, rest) = bytes.split_first_chunk::<KEY>().ok_or(KeyError::Length)?;
        let [first, second, version] = *rest else { return Err(KeyError::Length) };
        let key = Self(*key);
        if version != VERSION {
            return Err(KeyError::Version);
        }
        if [first, second] != key.check() {
            return Err(KeyError::Check);
        }
        Self::from_bytes(key.0)
    }
}

/// The letters in groups, as they are compared and copied.
pub fn grouped(letters: &str) -> String {
    // Never moved while it grows: it may be a secret.
    let mut text = String::with_capacity(letters.len() * 2);
    for (at, letter) in letters.chars().enumerate() {
        text.extend((at > 0 && at % GROUP == 0).then_some(' '));
        text.push(letter);
    }
    text
}

/// Bytes of base32 as a person types it.
pub fn decode_base32(text: &str) -> Result<Vec<u8>, KeyError> {
    let is_known = |c: char| c.is_ascii_alphabetic() || matches!(c, '2'..='7') || IGNORED.contains(c);
    if !text.chars().all(is_known) {
        return Err(KeyError::Letter);
    }
    // Letters that make no whole bytes are too few or too many.
    lenient_base32().and_then(|base32| base32.decode(text.as_bytes()).ok()).ok_or(KeyError::Length)
}

/// The same letters as [`BASE32_NOPAD`], read as people type them.
fn lenient_base32() -> Option<Encoding> {
    let mut letters = Specification::new();
    letters.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    letters.translate.from.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    letters.translate.to.push_str("abcdefghijklmnopqrstuvwxyz");
    letters.ignore.push_str(IGNORED);
    letters.encoding().ok()
}

/// What two people read to each other to know that nobody sits between them: the same on both screens.
///
/// 8 groups of 5 digits, 132 bits: somebody in the middle who may choose both of his keys has to try 2^66.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SafetyNumber([u32; 8]);

impl SafetyNumber {
    pub fn of(one: &PublicKey, other: &PublicKey) -> Self {
        let (smaller, larger) = if one <= other { (one, other) } else { (other, one) };
        let mut bytes = [0; 40];
        blake3::Hasher::new()
            .update(b"udpqq safety 1")
            .update(&smaller.0)
            .update(&larger.0)
            .finalize_xof()
            .fill(&mut bytes);
        let mut groups = [0; 8];
        for (group, bytes) in groups.iter_mut().zip(bytes.chunks_exact(5)) {
            let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            *group = u32::try_from(number % 100_000).unwrap_or_default();
        }
        Self(groups)
    }

    /// Each group as it is read aloud: five digits.
    pub fn groups(&self) -> [String; 8] {
        self.0.map(|group| format!("{group:05}"))
    }
}

impl fmt::Display for SafetyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.groups().join(" "))
    }
}

/// The y coordinate, without the sign of x.
fn y_of(bytes: &[u8; KEY]) -> [u8; KEY] {
    let mut y = *bytes;
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    y
}

/// Less than the prime 2^255 - 19, as RFC 8032, section 5.1.3, wants it.
fn is_canonical(bytes: &[u8; KEY]) -> bool {
    let [first, middle @ .., last] = y_of(bytes);
    !(last == 0x7f && middle.iter().all(|byte| *byte == 0xff) && first >= 0xed)
}

/// The y coordinates of the eight points whose order divides 8.
fn is_small_order(bytes: &[u8; KEY]) -> bool {
    const ORDER_8: [&[u8; 64]; 2] = [
        b"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        b"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ];
    let y = y_of(bytes);
    let [first, middle @ .., last] = y;
    let is_zero_or_one = first <= 1 && last == 0 && middle.iter().all(|byte| *byte == 0);
    let is_minus_one = first == 0xec && last == 0x7f && middle.iter().all(|byte| *byte == 0xff);
    let hex = data_encoding::HEXLOWER.encode(&y);
    is_zero_or_one || is_minus_one || ORDER_8.iter().any(|point| hex.as_bytes() == *point)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(first: u8) -> PublicKey {
        let mut bytes = [7; KEY];
        bytes[0] = first;
        PublicKey::from_bytes(bytes).expect("an ordinary key")
    }

    #[test]
    fn a_key_is_read_as_people_write_it() {
        let text = key(1).to_string();
        assert_eq!(text.len(), KEY_LETTERS);
        let (head, tail) = text.split_at(20);
        for written in
            [text.clone(), text.to_uppercase(), format!(" {head}-{tail}\n"), format!("{head} {tail}")]
        {
            assert_eq!(written.parse(), Ok(key(1)), "{written}");
        }
        assert_eq!(key(1).groups().len(), 19);
        assert!(text.starts_with(&key(1).groups().replace(' ', "")));
    }

    #[test]
    fn what_is_no_key_says_why() {
        let text = key(1).to_string();
        let other = if text.starts_with('b') { "c" } else { "b" };
        let mistyped = format!("{other}{}", text.get(1..).expect("letters"));
        assert_eq!(mistyped.parse::<PublicKey>(), Err(KeyError::Check));
        assert_eq!(text.get(..48).expect("letters").parse::<PublicKey>(), Err(KeyError::Length));
        assert_eq!(format!("1{mistyped}").parse::<PublicKey>(), Err(KeyError::Letter));
        assert_eq!("".parse::<PublicKey>(), Err(KeyError::Length));
        // Cut anywhere, also where the letters make no whole bytes.
        for letters in 1..KEY_LETTERS {
            let cut = text.get(..letters).expect("letters");
            assert_eq!(cut.parse::<PublicKey>(), Err(KeyError::Length), "{cut}");
        }
    }

    #[test]
    fn points_that_fit_any_signature_are_nobodys_key() {
        let mut minus_one = [0xff; KEY];
        (minus_one[0], minus_one[31]) = (0xec, 0x7f);
        let mut one = [0; KEY];
        one[0] = 1;
        let mut beyond = minus_one;
        beyond[0] = 0xee;
        let order_8 = data_encoding::HEXLOWER
            .decode(b"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")
            .expect("hex");
        for weak in [[0; KEY], one, minus_one, beyond, order_8.try_into().expect("32 bytes")] {
            assert_eq!(PublicKey::from_bytes(weak), Err(KeyError::Weak), "{weak:?}");
        }
    }

    #[test]
    fn the_safety_number_is_the_same_on_both_sides_and_another_for_others() {
        let number = SafetyNumber::of(&key(1), &key(2));
        assert_eq!(SafetyNumber::of(&key(2), &key(1)), number);
        assert_ne!(SafetyNumber::of(&key(1), &key(3)), number);
        assert_eq!(number.to_string().len(), 8 * 6 - 1);
        assert!(number.to_string().chars().all(|c| c.is_ascii_digit() || c == ' '));
    }

    proptest! {
        #[test]
        fn a_key_is_read_as_it_was_written(bytes in any::<[u8; KEY]>()) {
            if let Ok(key) = PublicKey::from_bytes(bytes) {
                prop_assert_eq!(key.to_string().parse(), Ok(key));
            }
        }

        #[test]
        fn no_text_makes_reading_a_key_panic(text in "\\PC{0,70}") {
            let _read = text.parse::<PublicKey>();
        }
    }
}
