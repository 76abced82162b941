//! Chinese names by their sound: `zw`, `zhangw` and `zhangwei` all find 张伟.
//!
//! Each character may be typed as its whole syllable, as its first letter (or `zh`, `ch`, `sh`), or as itself; the last
//! one as any beginning of its syllable. A character with several readings is found by each of them. `ü` is typed `v` or
//! `u`. The readings are a table in the program's read-only data: nothing of it is loaded before it is asked for.

use std::ops::Range;

use pinyin::{Pinyin, ToPinyinMulti};

/// Letters of a query at most, so that the places reached in it fit a word of the machine.
const MAX_LETTERS: usize = 60;

/// Characters of a name that are looked at.
const MAX_NAME: usize = 64;

/// What a letter counts, and a name that begins so: as much as letters that are found as they are.
const LETTER_SCORE: u32 = 20;
const START_BONUS: u32 = 20;

/// Characters of a name whose readings stand beside it: more is no name.
const MAX_SPELLED: usize = 6;

/// Characters that are read otherwise in a family name than mostly.
const FAMILY_NAMES: [(char, &str); 18] = [
    ('单', "shan"),
    ('單', "shan"),
    ('解', "xie"),
    ('仇', "qiu"),
    ('任', "ren"),
    ('曾', "zeng"),
    ('查', "zha"),
    ('朴', "piao"),
    ('盖', "ge"),
    ('区', "ou"),
    ('區', "ou"),
    ('翟', "zhai"),
    ('乐', "yue"),
    ('覃', "qin"),
    ('缪', "miao"),
    ('冼', "xian"),
    ('召', "shao"),
    ('尉', "wei"),
];

/// What was typed, as sounds.
#[derive(Clone, Debug)]
pub struct PinyinQuery {
    letters: Vec<char>,
}

impl PinyinQuery {
    /// `None`: nothing of it can be the sound of a character.
    pub fn new(typed: &str) -> Option<Self> {
        let letters: Vec<char> = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '\'')
            .flat_map(char::to_lowercase)
            .take(MAX_LETTERS.saturating_add(1))
            .collect();
        let sounds = letters.iter().any(char::is_ascii_lowercase);
        (sounds && letters.len() <= MAX_LETTERS).then_some(Self { letters })
    }

    /// The first characters of `name` in a row that sound so; at least one of them is Chinese.
    pub fn find(&self, name: &str) -> Option<Range<usize>> {
        let name: Vec<(usize, char)> = name.char_indices().take(MAX_NAME).collect();
        (0..name.len()).find_map(|first| self.find_at(name.get(first..)?))
    }

    /// How well a name fits, as the matcher of lists counts: by the letters that were typed, and best from its start.
    pub fn score(&self, name: &str) -> Option<u32> {
        let found = self.find(name)?;
        let letters = u32::try_from(self.letters.len()).unwrap_or(u32::MAX);
        let at_start = if found.start == 0 { START_BONUS } else { 0 };
        Some(letters.saturating_mul(LETTER_SCORE).saturating_add(at_start))
    }

    /// The characters at the start that sound so.
    fn find_at(&self, name: &[(usize, char)]) -> Option<Range<usize>> {
        let (start, first) = *name.first()?;
        if !first.is_alphanumeric() {
            return None;
        }
        let whole = 1_u64 << self.letters.len();
        let (mut reached, mut is_chinese) = (1_u64, false);
        for (at, c) in name {
            if c.is_alphanumeric() {
                is_chinese |= c.to_pinyin_multi().is_some();
                reached = self.go_on(reached, *c);
            }
            if reached == 0 {
                return None;
            }
            if is_chinese && reached & whole != 0 {
                return Some(start..at.saturating_add(c.len_utf8()));
            }
        }
        None
    }

    /// How far one can be in what was typed behind this character, from any of the places before it.
    fn go_on(&self, reached: u64, c: char) -> u64 {
        let mut next = 0;
        for at in (0..self.letters.len()).filter(|at| reached >> at & 1 == 1) {
            let rest = self.letters.get(at..).unwrap_or_default();
            let mut step = |letters: usize| next |= 1_u64 << at.saturating_add(letters);
            if rest.first().is_some_and(|letter| c.to_lowercase().eq(std::iter::once(*letter))) {
                step(1);
            }
            for reading in c.to_pinyin_multi().into_iter().flatten() {
                sounds(rest, reading.plain(), &mut step);
            }
        }
        next
    }
}

/// Tells how many of the letters may stand for a syllable.
fn sounds(letters: &[char], syllable: &str, tell: &mut impl FnMut(usize)) {
    let alike = letters.iter().zip(syllable.chars()).take_while(|(letter, sound)| is_typed(**letter, *sound));
    let (alike, whole) = (alike.count(), syllable.chars().count());
    if alike == 0 {
        return;
    }
    tell(1);
    if alike >= 2 && ["zh", "ch", "sh"].iter().any(|initial| syllable.starts_with(initial)) {
        tell(2);
    }
    // The last syllable may not be whole yet.
    if alike == whole || alike == letters.len() {
        tell(alike);
    }
}

/// Whether a letter of a keyboard stands for this one of a syllable.
const fn is_typed(letter: char, sound: char) -> bool {
    match sound {
        'ü' => matches!(letter, 'ü' | 'v' | 'u'),
        'ê' => letter == 'e',
        _ => letter == sound,
    }
}

/// The usual reading of a Chinese name: `Zhang Wei`. `None`: it is none, or too long for one.
pub fn spelled(name: &str) -> Option<String> {
    let mut syllables = Vec::new();
    for (at, c) in name.chars().enumerate().take(MAX_NAME) {
        let family = FAMILY_NAMES.iter().find(|(known, _)| at == 0 && *known == c).map(|(_, read)| *read);
        let usual = || c.to_pinyin_multi()?.into_iter().next().map(Pinyin::plain);
        syllables.extend(family.or_else(usual).map(capitalized));
    }
    (!syllables.is_empty() && syllables.len() <= MAX_SPELLED).then(|| syllables.join(" "))
}

fn capitalized(syllable: &str) -> String {
    let mut rest = syllable.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(name: &'a str, typed: &str) -> Option<&'a str> {
        name.get(PinyinQuery::new(typed)?.find(name)?)
    }

    #[test]
    fn a_name_is_found_by_initials_syllables_and_both_mixed() {
        for typed in
            ["z", "zw", "zh", "zhw", "zhangw", "zhangwei", "ZhangWei", "zhang wei", "zwei", "zhan", "zhangwe"]
        {
            assert!(found("张伟", typed).is_some(), "{typed}");
        }
        for typed in ["w z", "zhaw", "zwx", "zhangweii", "x", "zhangwu", "", "12"] {
            assert_eq!(found("张伟", typed), None, "{typed}");
        }
    }

    #[test]
    fn the_characters_that_sound_so_are_told() {
        assert_eq!(found("小张伟二号", "zw"), Some("张伟"));
        assert_eq!(found("王芳 HR", "wfh"), Some("王芳 H"));
        assert_eq!(found("B203 会议室", "hys"), Some("会议室"));
        assert_eq!(found("张伟", "张w"), Some("张伟"));
    }

    #[test]
    fn each_reading_of_a_character_counts() {
        for typed in ["chongqing", "zhongqing", "cq", "zq"] {
            assert_eq!(found("重庆", typed), Some("重庆"), "{typed}");
        }
        for typed in ["shandan", "dandan", "changdan"] {
            assert_eq!(found("单丹", typed).is_some(), typed != "changdan", "{typed}");
        }
        assert_eq!((found("吕布", "lvbu"), found("吕布", "lub")), (Some("吕布"), Some("吕布")));
    }

    #[test]
    fn names_without_chinese_characters_are_left_to_others() {
        assert_eq!((found("zw", "zw"), found("Zoë Wang", "zw")), (None, None));
    }

    #[test]
    fn a_name_is_spelled_by_its_usual_reading() {
        for (name, read) in [
            ("张伟", Some("Zhang Wei")),
            ("单晓明", Some("Shan Xiao Ming")),
            ("黎诗 (HR)", Some("Li Shi")),
            ("alex", None),
            ("下午三点在会议室开会", None),
        ] {
            assert_eq!(spelled(name).as_deref(), read, "{name}");
        }
    }

    #[test]
    fn a_long_name_and_a_long_query_cost_little_and_find_nothing() {
        let name = "张".repeat(10_000);
        assert_eq!(found(&name, &"z".repeat(61)), None);
        assert_eq!(found(&name, &"z".repeat(60)).map(str::len), Some(180));
        assert_eq!(found(&name, &format!("{}x", "z".repeat(59))), None);
    }
}
