//! Which of GBK's two-byte codes GB 2312-80 has. Encodes nothing itself.
//!
//! The ranges are those of the standard's code table (7,445 characters), in the EUC-CN form that goes over the
//! wire: two bytes, each from A1 to FE.

/// The labels of the WHATWG list that mean GB 2312 to whoever writes them.
const LABELS: [&str; 6] = ["gb2312", "gb_2312", "gb_2312-80", "csgb2312", "iso-ir-58", "csiso58gb231280"];

/// Second bytes from A1 on.
const FIRST: u8 = 0xA1;
const LAST: u8 = 0xFE;

pub(super) fn is_label(label: &str) -> bool {
    LABELS.iter().any(|known| label.trim().eq_ignore_ascii_case(known))
}

/// The first character of `text` that GB 2312 does not have. `gbk` is the same text in GBK.
pub(super) fn first_beyond(text: &str, gbk: &[u8]) -> Option<char> {
    let mut bytes = gbk.iter().copied();
    text.chars().find(|_| match bytes.next() {
        Some(lead @ 0x81..) => !bytes.next().is_some_and(|trail| has(lead, trail)),
        // The euro sign, alone in GBK.
        Some(0x80) => true,
        Some(..=0x7F) | None => false,
    })
}

/// Whether GB 2312 has this code.
const fn has(lead: u8, trail: u8) -> bool {
    matches!(
        (lead, trail),
        (0xA1 | 0xA3 | 0xB0..=0xD6 | 0xD8..=0xF7, FIRST..=LAST)
            | (0xA2, 0xB1..=0xE2 | 0xE5..=0xEE | 0xF1..=0xFC)
            | (0xA4, FIRST..=0xF3)
            | (0xA5, FIRST..=0xF6)
            | (0xA6, FIRST..=0xB8 | 0xC1..=0xD8)
            | (0xA7, FIRST..=0xC1 | 0xD1..=0xF1)
            | (0xA8, FIRST..=0xBA | 0xC5..=0xE9)
            | (0xA9, 0xA4..=0xEF)
            | (0xD7, FIRST..=0xF9)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_as_many_characters_as_the_standard() {
        let codes = (0x81..=0xFE).flat_map(|lead| (0x40..=0xFE).map(move |trail| (lead, trail)));
        assert_eq!(codes.filter(|(lead, trail)| has(*lead, *trail)).count(), 7_445);
    }

    #[test]
    fn what_only_gbk_has_is_found() {
        let gbk = |text| encoding_rs::GBK.encode(text).0.into_owned();
        for (text, beyond) in
            [("你好，world。", None), ("朱镕基", Some('镕')), ("囍", Some('囍')), ("5€", Some('€'))]
        {
            assert_eq!(first_beyond(text, &gbk(text)), beyond, "{text}");
        }
    }
}
