//! Text in and out: which encoding a peer's bytes are in, what fits one packet, and what `FeiQ` puts around its words.

use super::packet::{Packet, command, flag};
use crate::wire::{Encoding, has_long};

/// A name on the wire is cut behind so many bytes: an answer that holds all of them twice stays below 512.
pub(super) const MAX_OWN_NAME: usize = 60;
/// A name from the wire is cut behind so many bytes.
pub(super) const MAX_NAME: usize = 256;
/// What stands in for a character that a peer's encoding does not have, in names only.
const UNKNOWN: u8 = b'?';
/// What `FeiQ` writes behind words: how they are to look. It names a font, which has no braces.
const FEIQ_FONT: (&str, &str) = ("{/font;", ";}");
/// What stands for braces where they would end a text.
const WIDE_BRACES: [&str; 2] = ["｛", "｝"];

/// How the strings of a peer are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextDecoder {
    /// A person said so.
    pub chosen: Option<Encoding>,
    /// The program said so.
    pub declared: Option<Encoding>,
    /// The encoding of those who write neither UTF-8 nor say what they write.
    pub legacy: Encoding,
    pub feiq: bool,
    /// The peer writes no UTF-8, as earlier words or other parts of the same packet show.
    pub paged: bool,
}

impl TextDecoder {
    /// The same, where the parts of a packet tell more.
    pub(super) fn of(self, packet: &Packet<'_>) -> Self {
        let words = packet.strings().next().filter(|_| packet.kind() == command::MESSAGE);
        let mut parts = [packet.user, packet.host].into_iter().chain(words);
        Self { paged: self.paged || (!packet.has(flag::UTF8) && parts.any(is_paged)), ..self }
    }

    /// The same for what is inside a folder, which programs name in UTF-8 although they write something else, and the other
    /// way round.
    pub(super) fn inside_folders(self) -> Self {
        let paged = self.paged || self.feiq || self.chosen.is_some_and(|chosen| chosen != Encoding::UTF_8);
        Self { chosen: None, declared: None, legacy: self.other(), feiq: false, paged }
    }

    /// The encoding of these bytes. `flagged`: their packet says that they are UTF-8. Who says that it writes UTF-8 is believed
    /// as far as that can be; iptux does, and writes to each peer as that peer writes.
    pub(super) fn encoding_of(&self, flagged: bool, bytes: &[u8]) -> Encoding {
        match self.chosen {
            _ if flagged => Encoding::UTF_8,
            None if self.takes_for_utf8(bytes) => Encoding::UTF_8,
            Some(_) | None => self.other(),
        }
    }

    /// Two bytes of UTF-8 are two bytes of many a character in the encodings of old as well, so there they prove nothing of
    /// who is known to write such an encoding; what has characters of three bytes is hardly ever both.
    fn takes_for_utf8(&self, bytes: &[u8]) -> bool {
        if self.feiq {
            return is_beyond_gbk(bytes);
        }
        let declared = self.declared == Some(Encoding::UTF_8);
        let doubtful = self.paged && !declared && !self.other().is_single_byte();
        is_utf8(bytes, declared) && (!doubtful || has_long(bytes) || self.other().decode(bytes).1)
    }

    /// The encoding of what is not UTF-8.
    pub(super) fn other(&self) -> Encoding {
        let declared = self.declared.filter(|declared| *declared != Encoding::UTF_8);
        let known = if self.feiq { Some(Encoding::GBK) } else { declared };
        self.chosen.or(known).unwrap_or(self.legacy)
    }

    pub(super) fn decode(&self, flagged: bool, bytes: &[u8]) -> (String, bool) {
        self.encoding_of(flagged, bytes).decode(bytes)
    }

    /// The words of a message: without what `FeiQ` adds about fonts.
    pub(super) fn words(&self, flagged: bool, bytes: &[u8]) -> (String, bool) {
        let (text, lossy) = self.decode(flagged, bytes);
        let text = if self.feiq { super::feiq::readable(without_fonts(&text)) } else { text };
        (text, lossy)
    }
}

/// Whether these bytes are UTF-8, also where a program with short buffers has cut a line inside its last character. Where
/// nobody has declared it, that only shows if there is a whole character that is not ASCII.
fn is_utf8(bytes: &[u8], declared: bool) -> bool {
    let (mut whole, mut cut) = (false, false);
    for line in bytes.split(u8::is_ascii_control) {
        let kept = match str::from_utf8(line) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => {
                cut = true;
                error.valid_up_to()
            }
            Err(_) => return false,
        };
        whole |= !line.iter().take(kept).all(u8::is_ascii);
    }
    whole || !cut || declared
}

/// Whether these bytes are UTF-8 with characters of three or four bytes.
pub(super) fn is_long_utf8(bytes: &[u8]) -> bool {
    has_long(bytes) && is_utf8(bytes, false)
}

/// Whether these bytes are in an encoding of old, and cannot be anything else.
pub(super) fn is_paged(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && !is_utf8(bytes, true)
}

/// Whether this is UTF-8 because GBK could not have held it, as some kin of `FeiQ` write it.
fn is_beyond_gbk(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let lacks = |c: char| c.len_utf8() > 2 && Encoding::GBK.encode(c.encode_utf8(&mut [0; 4])).is_err();
    !text.is_ascii() && (text.chars().any(lacks) || Encoding::GBK.decode(bytes).1)
}

/// The words without the `{/font;…;}` at their end. Anything else in braces was typed.
fn without_fonts(text: &str) -> &str {
    let (begin, end) = FEIQ_FONT;
    let tag = text.strip_suffix(end).and_then(|text| text.rsplit_once(begin));
    tag.filter(|(_, font)| !font.contains(['{', '}'])).map_or(text, |(words, _font)| words)
}

/// A text as the clones of `FeiQ` show it whole: they take what stands from the first brace to the next one that closes for
/// a font, and show nothing of what follows.
pub(super) fn without_braces(encoding: Encoding, text: &str) -> String {
    if WIDE_BRACES.iter().any(|brace| encoding.encode(brace).is_err()) {
        return text.to_owned();
    }
    let [open, close] = WIDE_BRACES;
    text.replace('{', open).replace('}', close)
}

/// A name of ours as a peer can read it: what would end a field is replaced, what its encoding lacks too.
pub(super) fn name(encoding: Encoding, text: &str, most: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for character in text.chars().filter(|c| !c.is_control()) {
        let character = if character == ':' { ';' } else { character };
        let encoded = encoding.encode(character.encode_utf8(&mut [0; 4])).unwrap_or_else(|_| vec![UNKNOWN]);
        // Encodings that shift may use the bytes that end a field.
        let encoded = if encoded.contains(&b':') || encoded.contains(&0) { vec![UNKNOWN] } else { encoded };
        if bytes.len().saturating_add(encoded.len()) > most {
            break;
        }
        bytes.extend(encoded);
    }
    bytes
}

/// A text in pieces of at most `most` bytes, cut between characters; or the first character that the encoding lacks.
/// At least one piece.
pub(super) fn pieces(encoding: Encoding, text: &str, most: usize) -> Result<Vec<Vec<u8>>, char> {
    let whole = encoding.encode(text)?;
    if whole.len() <= most {
        return Ok(vec![whole]);
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let piece = longest(encoding, rest, most);
        let (head, tail) = rest.split_at_checked(piece).unwrap_or((rest, ""));
        pieces.push(encoding.encode(head)?);
        rest = tail;
    }
    Ok(pieces)
}

/// How much of the start of a text makes no more than `most` bytes; at least one character.
fn longest(encoding: Encoding, text: &str, most: usize) -> usize {
    let fits = |length: usize| {
        let encoded = text.get(..length).map(|head| encoding.encode(head));
        encoded.is_some_and(|bytes| bytes.is_ok_and(|bytes| bytes.len() <= most))
    };
    let mut length = text.floor_char_boundary(most);
    while length > 0 && !fits(length) {
        // No encoding needs more than a few times the bytes of UTF-8, so this ends soon.
        length = text.floor_char_boundary(length.saturating_sub(length.div_ceil(8)));
    }
    if length > 0 { length } else { text.chars().next().map_or(text.len(), char::len_utf8) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAIN: TextDecoder =
        TextDecoder { chosen: None, declared: None, legacy: Encoding::UTF_8, feiq: false, paged: false };

    fn legacy(label: &str) -> Encoding {
        Encoding::from_label(label).expect(label)
    }

    #[test]
    fn the_flag_wins_then_the_person_then_the_bytes() {
        let gb = Encoding::GB18030;
        let decoder = TextDecoder { legacy: gb, ..PLAIN };
        assert_eq!(decoder.encoding_of(false, "你好".as_bytes()), Encoding::UTF_8);
        assert_eq!(decoder.decode(false, b"\xC4\xE3\xBA\xC3"), ("你好".to_owned(), false));
        assert!(decoder.decode(true, b"\xC4\xE3\xBA\xC3").1);
        let chosen = TextDecoder { chosen: Encoding::from_label("shift_jis"), ..decoder };
        assert_eq!(chosen.decode(false, b"\x93\xFA\x96\x7B").0, "日本");
        assert_eq!(chosen.decode(true, "你好".as_bytes()).0, "你好");
        // Valid UTF-8 by chance, but FeiQ never writes that.
        let feiq = TextDecoder { feiq: true, ..decoder };
        assert_eq!(feiq.decode(false, b"\xC1\xAA\xCD\xA8").0, "联通");
    }

    #[test]
    fn fonts_of_feiq_are_no_words() {
        let feiq = TextDecoder { feiq: true, ..PLAIN };
        let words = |text: &str| feiq.words(false, &Encoding::GBK.encode(text).expect(text)).0;
        let font = "{/font;-8 0 0 0 400 0 0 0 134 0 0 2 32 微软雅黑 8404992;}";
        assert_eq!(words(&format!("你好{font}")), "你好");
        assert_eq!(words(font), "", "nothing was typed");
        assert_eq!(words(&format!("{font}{font}")), font, "the last one alone is its own");
        for typed in [
            "for (;;) { sleep(1); }",
            r#"{"level":"critical","host":{"ip":"10.0.0.1"}}"#,
            "{x}",
            "a{b",
            "{/font;",
            "{/font;}",
            "a{/font;1 2;} b",
            "a{/font;1 {2};}",
            "a{/font;1 2}",
        ] {
            assert_eq!(words(typed), typed);
            assert_eq!(words(&format!("{typed}{font}")), typed);
        }
        assert_eq!(PLAIN.words(false, b"a{/font;1;}").0, "a{/font;1;}");
        assert_eq!(words(&format!("/:strong{font}")), "👍");
        assert_eq!(PLAIN.words(false, b"/:strong").0, "/:strong", "no other program writes signs like that");
    }

    #[test]
    fn a_program_that_says_what_it_writes_is_believed() {
        let declared =
            |label| TextDecoder { declared: Encoding::from_label(label), legacy: Encoding::GB18030, ..PLAIN };
        assert_eq!(declared("utf-8").decode(false, b"\xE4\xB8"), ("\u{fffd}".to_owned(), true));
        assert_eq!(declared("utf-8").decode(false, b"\xC4\xE3").0, "你", "iptux, to one who writes GBK");
        assert_eq!(declared("big5").decode(false, b"\xA4\xA4\xA4\xE5").0, "中文");
        assert_eq!(declared("big5").decode(false, "中文".as_bytes()).0, "中文", "it writes what we read");
        let chosen = TextDecoder { chosen: Encoding::from_label("gbk"), ..declared("utf-8") };
        assert_eq!(chosen.decode(false, b"\xC4\xE3").0, "你", "a person knows better");
    }

    #[test]
    fn who_writes_a_code_page_is_not_taken_for_a_writer_of_utf_8_by_two_bytes() {
        let paged = TextDecoder { legacy: Encoding::GB18030, paged: true, ..PLAIN };
        let read = |bytes: &[u8]| paged.decode(false, bytes).0;
        for (bytes, text) in
            [(&b"\xD2\xBB"[..], "一"), (b"\xC3\xAB", "毛"), (b"ok \xD2\xBB\xC3\xAB", "ok 一毛")]
        {
            assert_eq!(read(bytes), text);
            assert_ne!(
                TextDecoder { paged: false, ..paged }.decode(false, bytes).0,
                text,
                "nobody has said so"
            );
        }
        assert_eq!(read("你好 é".as_bytes()), "你好 é", "three bytes tell");
        assert_eq!(read("👍".as_bytes()), "👍");
        let declared = TextDecoder { declared: Some(Encoding::UTF_8), ..paged };
        assert_eq!(declared.decode(false, "é".as_bytes()).0, "é");
        let cyrillic = TextDecoder { legacy: legacy("windows-1251"), ..paged };
        assert_eq!(
            cyrillic.decode(false, "Привет".as_bytes()).0,
            "Привет",
            "one byte is one character there"
        );
    }

    #[test]
    fn the_kin_of_feiq_write_utf_8_where_gbk_lacks_something() {
        let feiq = TextDecoder { legacy: Encoding::GB18030, feiq: true, ..PLAIN };
        for text in ["👍", "收到👍", "❤\u{fe0f}", "한글", "好☺"] {
            assert_eq!(feiq.decode(false, text.as_bytes()), (text.to_owned(), false));
        }
        for text in ["一毛", "联通", "好的", "妈妈"] {
            let bytes = Encoding::GBK.encode(text).expect(text);
            assert_eq!(feiq.decode(false, &bytes), (text.to_owned(), false));
        }
    }

    #[test]
    fn utf_8_that_is_cut_inside_its_last_character_is_utf_8() {
        let decoder = TextDecoder { legacy: Encoding::GB18030, ..PLAIN };
        let read = |bytes: &[u8]| decoder.decode(false, bytes);
        assert_eq!(read(b"\xE4\xBD\xA0\xE5\xA5"), ("你\u{fffd}".to_owned(), true));
        assert_eq!(
            read(b"\xE4\xBD\xA0\xE5\n\xE5\xA5\xBD").0,
            "你\u{fffd}\n好",
            "a name, and a group after it"
        );
        // Nothing whole tells.
        assert_eq!(read(b"\xE4\xB8"), ("涓".to_owned(), false));
        assert_eq!(read(b"\xC4\xE3\xBA\xC3").0, "你好");
    }

    #[test]
    fn braces_become_others_that_feiq_shows() {
        let gbk = |text: &str| without_braces(Encoding::GBK, text);
        assert_eq!(gbk("for (;;) { x(); }"), "for (;;) ｛ x(); ｝");
        assert_eq!(gbk("none"), "none");
        assert_eq!(without_braces(legacy("iso-8859-1"), "{x}"), "{x}", "there are no others");
    }

    #[test]
    fn a_name_ends_no_field_and_keeps_within_its_limit() {
        assert_eq!(name(Encoding::UTF_8, "a:b\nc\0d", 60), b"a;bcd");
        assert_eq!(name(Encoding::GBK, "好😀", 60), b"\xBA\xC3?");
        assert_eq!(name(Encoding::UTF_8, "好好", 5), "好".as_bytes());
        let jis = Encoding::from_label("iso-2022-jp").expect("jis");
        assert!(!name(jis, "日本語、。", 60).contains(&b':'));
    }

    proptest! {
        #[test]
        fn pieces_make_the_whole_again(text in ".{0,300}", most in 8..64_usize, label in 0..3_usize) {
            let encoding = legacy(["gb18030", "utf-8", "iso-2022-jp"][label]);
            match pieces(encoding, &text, most) {
                Ok(pieces) => {
                    prop_assert!(pieces.iter().all(|piece| piece.len() <= most));
                    let back: String = pieces.iter().map(|piece| encoding.decode(piece).0).collect();
                    prop_assert_eq!(back, text);
                }
                Err(character) => prop_assert!(encoding.encode(&character.to_string()).is_err()),
            }
        }
    }
}
