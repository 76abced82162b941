//! Orders of members who are in charge, and what they came to.

use super::{KeyProof, SALT_LENGTH};
use crate::dialects::relay::order_texts::order_sentence;
use crate::model::Phrase;
use crate::model::phrase::Value;
use crate::model::text::plain_line;
use crate::wire::cursor::{Cursor, Put};

/// Bytes of the name of somebody in charge.
const MAX_NAME: usize = 255;
/// Words of an order: the order, whom or what it is about, and how; some to spare.
const MAX_WORDS: usize = 8;
/// Arguments of a sentence.
const MAX_ARGS: u8 = 8;
/// Bytes of the sentence that says how many more there are.
const MAX_MORE: usize = 64;
const NUMBER: u8 = 0;
const TEXT: u8 = 1;

/// Somebody says to be in charge: under which name, and proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperatorClaim<'a> {
    /// That the key was stretched with; zeros: it is not known yet.
    pub salt: [u8; SALT_LENGTH],
    pub proof: KeyProof,
    pub name: &'a str,
}

impl<'a> OperatorClaim<'a> {
    /// Bytes of one before the name.
    const LENGTH: usize = SALT_LENGTH.saturating_add(32);

    pub(super) fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let (salt, proof) = (cursor.array()?, cursor.array()?);
        let name =
            str::from_utf8(cursor.take_rest()).ok().filter(|name| (1..=MAX_NAME).contains(&name.len()))?;
        Some(Self { salt, proof, name })
    }

    pub(super) fn encode<'p, P: Put>(&self, out: &'p mut P) -> &'p mut P {
        let length = Self::LENGTH.saturating_add(self.name.len());
        out.varint(u32::try_from(length).unwrap_or_default());
        out.bytes(&self.salt).bytes(&self.proof).bytes(self.name.as_bytes())
    }
}

/// Why somebody is not in charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimRefusal {
    /// It was not proved yet.
    Unproved,
    /// It was not the password of this name, or there is no such name.
    Wrong,
    /// Too many were wrong lately.
    Later,
    /// Nobody is in charge among the members here.
    Nobody,
}

impl ClaimRefusal {
    const BY_CODE: [Self; 4] = [Self::Unproved, Self::Wrong, Self::Later, Self::Nobody];

    pub(super) fn code(self) -> u8 {
        (0..4).find(|code| Self::from_code(*code) == Some(self)).unwrap_or_default()
    }

    pub(super) fn from_code(code: u8) -> Option<Self> {
        Self::BY_CODE.get(usize::from(code)).copied()
    }
}

/// The words of an order, of which the first is the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordList<'a>(&'a [u8]);

impl<'a> WordList<'a> {
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let count = usize::from(cursor.u8()?);
        for _ in 0..count {
            cursor.short_text()?;
        }
        (count <= MAX_WORDS && cursor.is_empty()).then_some(Self(bytes))
    }

    pub const fn bytes(&self) -> &'a [u8] {
        self.0
    }

    pub fn words(&self) -> Vec<String> {
        let mut cursor = Cursor::new(self.0.get(1..).unwrap_or_default());
        std::iter::from_fn(|| cursor.short_text().map(str::to_owned)).collect()
    }
}

/// As a frame has them. A word beyond 255 bytes is cut.
pub fn put_words(out: &mut impl Put, words: &[String]) {
    let count = words.len().min(MAX_WORDS);
    out.u8(u8::try_from(count).unwrap_or_default());
    for word in words.iter().take(count) {
        out.short_text(word);
    }
}

/// Sentences, as their keys and arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentenceList<'a>(&'a [u8]);

impl<'a> SentenceList<'a> {
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        for _ in 0..cursor.u8()? {
            sentence(&mut cursor)?;
        }
        cursor.is_empty().then_some(Self(bytes))
    }

    pub const fn bytes(&self) -> &'a [u8] {
        self.0
    }

    /// Those that this version knows; the others were said by a later one.
    pub fn phrases(&self) -> Vec<Phrase> {
        let mut cursor = Cursor::new(self.0.get(1..).unwrap_or_default());
        let sentences = std::iter::from_fn(|| sentence(&mut cursor));
        sentences.filter_map(|(key, args)| order_sentence(&key, args)).collect()
    }
}

type Sentence = (String, Vec<(String, Value)>);

fn sentence(cursor: &mut Cursor<'_>) -> Option<Sentence> {
    let (key, count) = (cursor.short_text()?.to_owned(), cursor.u8()?);
    let arg = |cursor: &mut Cursor<'_>| {
        let (name, kind) = (cursor.short_text()?.to_owned(), cursor.u8()?);
        let value = match kind {
            NUMBER => Value::Number(cursor.u64()?.cast_signed()),
            TEXT => Value::Text(plain_line(cursor.short_text()?)),
            _ => return None,
        };
        Some((name, value))
    };
    let args = (0..count).map(|_| arg(cursor)).collect::<Option<Vec<_>>>()?;
    (count <= MAX_ARGS).then_some((key, args))
}

/// As many of the sentences as there is room for, as a frame has them; `more` says how many it leaves out. A text beyond 255
/// bytes is cut.
pub fn encode_sentences(said: &[Phrase], room: usize, more: impl Fn(usize) -> Phrase) -> Vec<u8> {
    let mut out = vec![0];
    let mut count: u8 = 0;
    for (at, one) in said.iter().enumerate() {
        let left = said.len().saturating_sub(at);
        let mut bytes = Vec::new();
        put_sentence(&mut bytes, one);
        // There has to be room for `more` behind it.
        let taken = out.len().saturating_add(bytes.len()).saturating_add(if left > 1 { MAX_MORE } else { 0 });
        let is_last = taken > room || count >= u8::MAX - 1;
        if is_last {
            bytes.clear();
            put_sentence(&mut bytes, &more(left));
        }
        count = count.saturating_add(1);
        out.append(&mut bytes);
        if is_last {
            break;
        }
    }
    if let Some(first) = out.first_mut() {
        *first = count;
    }
    out
}

fn put_sentence(out: &mut impl Put, said: &Phrase) {
    let count = said.args.len().min(MAX_ARGS.into());
    out.short_text(said.key).u8(u8::try_from(count).unwrap_or_default());
    for (name, value) in said.args.iter().take(count) {
        out.short_text(name);
        match value {
            Value::Number(number) => out.u8(NUMBER).u64(number.cast_unsigned()),
            Value::Text(text) => out.u8(TEXT).short_text(text),
        };
    }
}
