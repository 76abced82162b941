//! Character encodings of the wire, by their WHATWG labels.
//!
//! Never guesses: no BOM sniffing, no detection, no replacement on the way out. What cannot be expressed is
//! refused, and the same bytes always give the same text.
//!
//! Labels follow <https://encoding.spec.whatwg.org/#names-and-labels>, with one difference: `gb2312` is GBK
//! there, a superset. Here it reads GBK, and writes only what a peer that knows no more than GB 2312 can read.

use std::slice;

use encoding_rs::{CoderResult, Decoder, EncoderResult};

use super::gb2312;

/// The most bytes of one character, in GB18030 and in UTF-8.
const LONGEST: usize = 4;

/// One encoding that works both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    standard: &'static encoding_rs::Encoding,
    /// GBK, of which only the GB 2312 part is written.
    only_gb2312: bool,
}

impl Encoding {
    /// What everybody speaks unless a contact says otherwise.
    pub const UTF_8: Self = Self { standard: &encoding_rs::UTF_8_INIT, only_gb2312: false };
    /// Chinese Windows of old.
    pub const GBK: Self = Self { standard: &encoding_rs::GBK_INIT, only_gb2312: false };
    /// All of GBK, and every other character.
    pub const GB18030: Self = Self { standard: &encoding_rs::GB18030_INIT, only_gb2312: false };

    /// Finds an encoding by any of its labels, in any case.
    ///
    /// `replacement` and UTF-16 are refused: the standard has no encoder for them.
    pub fn from_label(label: &str) -> Option<Self> {
        let standard = encoding_rs::Encoding::for_label(label.as_bytes())?;
        let only_gb2312 = gb2312::is_label(label);
        (standard.output_encoding() == standard).then_some(Self { standard, only_gb2312 })
    }

    /// The standard's name, such as `gb18030` or `Shift_JIS`.
    pub fn name(self) -> &'static str {
        if self.only_gb2312 { "GB2312" } else { self.standard.name() }
    }

    /// Whether each byte is a character.
    pub fn is_single_byte(self) -> bool {
        self.standard.is_single_byte()
    }

    /// The bytes of `text`, or the first character that the other side could not get as it was typed.
    ///
    /// That includes the few the standard's encoders bend (`¥` would reach a `Shift_JIS` peer as `\`):
    /// whatever is encoded decodes to the same text.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        if self == Self::UTF_8 {
            return Ok(text.as_bytes().to_vec());
        }
        let bytes = self.encode_strictly(text)?;
        let (back, _lossy) = self.decode(&bytes);
        if self.only_gb2312
            && let Some(beyond) = gb2312::first_beyond(text, &bytes)
        {
            return Err(beyond);
        }
        if back == text {
            return Ok(bytes);
        }
        let bent = text.chars().zip(back.chars()).find(|(typed, got)| typed != got);
        Err(bent.map_or(char::REPLACEMENT_CHARACTER, |(typed, _got)| typed))
    }

    fn encode_strictly(self, text: &str) -> Result<Vec<u8>, char> {
        let mut encoder = self.standard.new_encoder();
        let mut bytes = Vec::new();
        let mut rest = text;
        loop {
            let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len());
            // `None` only where the length overflows usize; then grow by steps.
            bytes.reserve(room.unwrap_or(rest.len()).max(16));
            let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
            match result {
                EncoderResult::InputEmpty => return Ok(bytes),
                EncoderResult::Unmappable(character) => return Err(character),
                EncoderResult::OutputFull => rest = rest.get(read..).unwrap_or_default(),
            }
        }
    }

    /// The text of `bytes`, and whether some did not decode and stand as U+FFFD, one for each maximal subpart.
    pub fn decode(self, bytes: &[u8]) -> (String, bool) {
        let (text, lossy) = self.standard.decode_without_bom_handling(bytes);
        (text.into_owned(), lossy)
    }

    /// The text of a whole message, as [`Self::decode`] has it. What can only be meant as UTF-8 is read so: programs change
    /// their encoding, and some write two.
    pub fn decode_message(self, bytes: &[u8]) -> (String, bool) {
        if has_long(bytes) && std::str::from_utf8(bytes).is_ok() {
            Self::UTF_8.decode(bytes)
        } else {
            self.decode(bytes)
        }
    }

    /// Where the character begins that `bytes` end inside of, so that what is missing may still come. 0 where the last
    /// few bytes do not tell: ISO-2022-JP, which ends inside of a run of shifted characters.
    ///
    /// `None` when they end between two characters, or when something before the end does not decode: it is then no
    /// text in this encoding, and nothing that comes can mend it.
    pub fn cut(self, bytes: &[u8]) -> Option<usize> {
        let mut decoder = self.standard.new_decoder_without_bom_handling();
        let near = bytes.len().saturating_sub(LONGEST.saturating_sub(1));
        let (before, end) = bytes.split_at(near);
        let mut whole = 0;
        for (at, part) in (near..).zip(std::iter::once(before).chain(end.iter().map(slice::from_ref))) {
            if !decodes(&mut decoder, part) {
                return None;
            }
            if is_between_characters(&decoder) {
                whole = at;
            }
        }
        let whole = if self.ends_shifted_back(&mut decoder) { bytes.len() } else { whole };
        (whole < bytes.len()).then_some(whole)
    }

    /// What can be read of `bytes` that end inside of a character, as a length, and what has to stand before the bytes
    /// that come next: one to three bytes of a character, in ISO-2022-JP with the escape sequence that shifts them.
    /// `None` as for [`Encoding::cut`].
    pub fn part(self, bytes: &[u8]) -> Option<(usize, Vec<u8>)> {
        let at = self.cut(bytes)?;
        if self.standard == &encoding_rs::ISO_2022_JP_INIT {
            return Some(shifted_part(bytes));
        }
        Some((at, bytes.get(at..).unwrap_or_default().to_vec()))
    }

    /// Adds bytes to those that wait. An escape sequence that shifted nothing is no text, and two in a row are an error.
    pub fn join(self, waiting: &mut Vec<u8>, bytes: &[u8]) {
        let shifts = self.standard == &encoding_rs::ISO_2022_JP_INIT && waiting.first() == Some(&ESCAPE);
        if shifts && waiting.len() == ESCAPE_LENGTH && bytes.first() == Some(&ESCAPE) {
            waiting.clear();
        }
        waiting.extend_from_slice(bytes);
    }

    /// Right after it was shifted back, a decoder of ISO-2022-JP is not neutral before it has seen one character.
    fn ends_shifted_back(self, decoder: &mut Decoder) -> bool {
        self.standard == &encoding_rs::ISO_2022_JP_INIT
            && decodes(decoder, b"a")
            && is_between_characters(decoder)
    }
}

/// The byte that an escape sequence of ISO-2022-JP begins with, and the length of one (RFC 1468).
const ESCAPE: u8 = 0x1B;
const ESCAPE_LENGTH: usize = 3;

/// `Encoding::part` of ISO-2022-JP: what is shifted goes on being so.
fn shifted_part(bytes: &[u8]) -> (usize, Vec<u8>) {
    let last = bytes.iter().rposition(|byte| *byte == ESCAPE).unwrap_or(bytes.len());
    let (before, run) = bytes.split_at(last);
    let (escape, shifted) = run.split_at(ESCAPE_LENGTH.min(run.len()));
    // After `ESC $` each character has two bytes.
    let tail = if escape.get(1) == Some(&b'$') { shifted.len() & 1 } else { 0 };
    if shifted.len() == tail {
        return (before.len(), run.to_vec());
    }
    let good = bytes.len().saturating_sub(tail);
    let left = bytes.get(good..).unwrap_or_default();
    (good, [escape, left].concat())
}

/// Feeds a decoder; `false` when something did not decode.
/// Whether there is a character of three or four bytes, in what is UTF-8. Text of other encodings hardly ever looks like that
/// by chance, while two bytes of UTF-8 are a character in many of them as well.
pub fn has_long(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte >= 0xE0)
}

fn decodes(decoder: &mut Decoder, mut bytes: &[u8]) -> bool {
    let mut unread_text = [0; 1_024];
    loop {
        let (result, read, _written, lossy) = decoder.decode_to_utf8(bytes, &mut unread_text, false);
        if lossy || result == CoderResult::InputEmpty {
            return !lossy;
        }
        bytes = bytes.get(read..).unwrap_or_default();
    }
}

/// The one question a decoder answers about its state: it is neutral, or it knows nothing of what comes.
fn is_between_characters(decoder: &Decoder) -> bool {
    decoder.latin1_byte_compatible_up_to(&[]).is_some()
}

#[cfg(test)]
mod tests {
    use super::Encoding;

    fn find(label: &str) -> Encoding {
        Encoding::from_label(label).expect(label)
    }

    #[test]
    fn labels_are_the_standards() {
        for (label, name) in [
            ("utf-8", "UTF-8"),
            ("GB18030", "gb18030"),
            ("gbk", "GBK"),
            ("gb2312", "GB2312"),
            ("big5", "Big5"),
            ("sjis", "Shift_JIS"),
            ("euc-kr", "EUC-KR"),
        ] {
            assert_eq!(find(label).name(), name);
        }
        for label in ["", "utf-16", "utf-16le", "utf-16be", "replacement", "iso-2022-kr", "klingon"] {
            assert_eq!(Encoding::from_label(label), None, "{label}");
        }
    }

    #[test]
    fn a_message_that_is_utf8_is_read_so_whatever_its_peer_writes() {
        let gbk = find("gbk");
        assert_eq!(gbk.decode_message("你好 ❤".as_bytes()), ("你好 ❤".to_owned(), false));
        assert_eq!(gbk.decode_message(b"\xc4\xe3\xba\xc3"), ("你好".to_owned(), false));
        // Two bytes are a character there: nobody knows.
        assert_eq!(gbk.decode_message("é".as_bytes()), ("茅".to_owned(), false));
    }

    #[test]
    fn known_bytes_both_ways() {
        for (label, text, bytes) in [
            ("gbk", "侯哥", &b"\xBA\xEE\xB8\xE7"[..]),
            ("gbk", "€", b"\x80"),
            ("gb18030", "€", b"\xA2\xE3"),
            ("gb18030", "😀", b"\x94\x39\xFC\x36"),
            ("big5", "中文", b"\xA4\xA4\xA4\xE5"),
            ("shift_jis", "日本ｱ", b"\x93\xFA\x96\x7B\xB1"),
            ("euc-kr", "한국", b"\xC7\xD1\xB1\xB9"),
            ("iso-2022-jp", "日", b"\x1B$BF|\x1B(B"),
            ("utf-8", "\u{feff}x", b"\xEF\xBB\xBFx"),
        ] {
            assert_eq!(find(label).encode(text).as_deref(), Ok(bytes), "{label}");
            assert_eq!(find(label).decode(bytes), (text.to_owned(), false), "{label}");
        }
    }

    #[test]
    fn what_cannot_be_expressed_is_named_and_never_written_otherwise() {
        for (label, text, first) in [
            ("gbk", "好😀", '😀'),
            ("big5", "xßy", 'ß'),
            ("shift_jis", "한", '한'),
            ("shift_jis", "10¥", '¥'),
            ("iso-8859-1", "中", '中'),
        ] {
            assert_eq!(find(label).encode(text), Err(first), "{label}");
        }
    }

    #[test]
    fn every_character_comes_back_or_is_refused() {
        for label in ["gbk", "gb18030", "big5", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr", "koi8-r"] {
            let encoding = find(label);
            // All of the first plane, where every table but gb18030's ends, and a sample of what lies beyond.
            for character in ('\0'..='\u{ffff}').chain(('\u{10000}'..=char::MAX).step_by(97)) {
                let text = character.to_string();
                if let Ok(bytes) = encoding.encode(&text) {
                    assert_eq!(encoding.decode(&bytes), (text, false), "{label}");
                }
            }
        }
    }

    #[test]
    fn broken_bytes_give_one_mark_for_each_maximal_subpart() {
        let (text, lossy) = Encoding::UTF_8.decode(b"a\xF0\x9F\x98b\xFF\xFE\xC3");
        assert_eq!((text.as_str(), lossy), ("a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}", true));
        let (text, lossy) = Encoding::UTF_8.decode("\u{fffd}".as_bytes());
        assert_eq!((text.as_str(), lossy), ("\u{fffd}", false));
        assert!(find("gbk").decode(b"\xBA").1);
    }

    #[test]
    fn a_cut_is_found_at_every_byte_of_a_text() {
        for (label, text) in [
            ("utf-8", "aé你😀"),
            ("gbk", "a你好z"),
            ("gb18030", "a你😀é"),
            ("big5", "a中文z"),
            ("shift_jis", "aｱ日本"),
            ("euc-jp", "a日ｱ本"),
            ("euc-kr", "a한국"),
            ("koi8-r", "да"),
        ] {
            let encoding = find(label);
            let mut ends = vec![0];
            for (at, character) in text.char_indices() {
                let (whole, _) = text.split_at(at + character.len_utf8());
                ends.push(encoding.encode(whole).expect(text).len());
            }
            let bytes = encoding.encode(text).expect(text);
            for length in 0..=bytes.len() {
                let begins = ends.iter().copied().filter(|end| *end <= length).max().expect("0");
                let cut = (begins < length).then_some(begins);
                assert_eq!(encoding.cut(&bytes[..length]), cut, "{label} {length}");
            }
        }
    }

    #[test]
    fn shifted_text_is_cut_until_it_is_shifted_back() {
        let bytes = find("iso-2022-jp").encode("日本語 a").expect("text");
        let back = bytes.len() - 2;
        assert_eq!(find("iso-2022-jp").cut(&bytes), None);
        assert_eq!(find("iso-2022-jp").cut(&bytes[..back]), None);
        for length in 1..back {
            assert_eq!(find("iso-2022-jp").cut(&bytes[..length]), Some(0), "{length}");
        }
    }

    #[test]
    fn what_comes_in_two_parts_is_read_in_two_parts_in_every_encoding() {
        for (label, text) in [
            ("utf-8", "aé你😀"),
            ("gbk", "a你好z"),
            ("gb18030", "a你😀é"),
            ("big5", "a中文z"),
            ("shift_jis", "aｱ日本"),
            ("euc-jp", "a日ｱ本"),
            ("euc-kr", "a한국"),
            ("iso-2022-jp", "a日本 x 語"),
        ] {
            let encoding = find(label);
            let bytes = encoding.encode(text).expect(text);
            for length in 1..bytes.len() {
                let (first, rest) = bytes.split_at(length);
                let (good, mut second) = encoding.part(first).unwrap_or((first.len(), Vec::new()));
                encoding.join(&mut second, rest);
                let (one, other) = (encoding.decode(&first[..good]), encoding.decode(&second));
                assert!(!one.1 && !other.1, "{label} {length}");
                assert_eq!(format!("{}{}", one.0, other.0), text, "{label} {length}");
            }
        }
    }

    #[test]
    fn what_does_not_decode_is_not_cut() {
        assert_eq!(Encoding::UTF_8.cut(b"\xBA\xEE\xB8\xE7"), None, "GBK in a place for UTF-8");
        assert_eq!(Encoding::UTF_8.cut(b"\xC0\xE7"), None);
        assert_eq!(Encoding::UTF_8.cut(b"caf\xE9"), Some(3), "could still become UTF-8");
        assert_eq!(find("gbk").cut(b"\xBA\xFF\xBA"), None);
    }
}
