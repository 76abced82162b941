//! Which names look alike: one spelling for what the eye cannot tell apart.
//!
//! Anybody can choose a name that looks like another one's. This finds the common ways: case, width, accents, spaces,
//! letters of other scripts that are drawn like Latin ones (UTS 39 calls the result a skeleton; this is a small one).

use crate::model::search::fold;

/// Folded letters, and what they are taken for.
const TWINS: &[(&str, char)] = &[
    ("аα", 'a'),
    ("вβ", 'b'),
    ("сϲ", 'c'),
    ("ԁ", 'd'),
    ("еε", 'e'),
    ("ɡ", 'g'),
    ("нηһ", 'h'),
    ("јϳ", 'j'),
    ("кκ", 'k'),
    ("i1|ıіӏι", 'l'),
    ("мμ", 'm'),
    ("пո", 'n'),
    ("оοо0", 'o'),
    ("рρ", 'p'),
    ("ԛ", 'q'),
    ("гᴦ", 'r'),
    ("ѕ", 's'),
    ("тτ", 't'),
    ("υս", 'u'),
    ("νѵ", 'v'),
    ("ԝω", 'w'),
    ("хχ", 'x'),
    ("уγү", 'y'),
];

/// Pairs of letters that are drawn like one.
const PAIRS: [(&str, &str); 2] = [("rn", "m"), ("vv", "w")];

/// The same for all names that look alike.
pub(super) fn skeleton(name: &str) -> String {
    let words: Vec<String> =
        fold(name).split_whitespace().map(|word| word.chars().map(twin).collect()).collect();
    PAIRS.iter().fold(words.join(" "), |name, (pair, one)| name.replace(pair, one))
}

fn twin(c: char) -> char {
    TWINS.iter().find(|(twins, _)| twins.contains(c)).map_or(c, |(_, latin)| *latin)
}

/// Whether Latin letters stand beside Cyrillic or Greek ones, which no word of any language needs.
pub(super) fn is_mixed(name: &str) -> bool {
    let other = |c| matches!(c, '\u{370}'..='\u{52f}');
    name.chars().any(|c| c.is_ascii_alphabetic()) && name.chars().any(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_one_and_others_are_not() {
        for (one, other) in [
            ("alex", "Alex"),
            ("alex", "аlex"),
            ("alex", "ａｌｅｘ"),
            ("alex", " alex "),
            ("alex", "a1ex"),
            ("alex", "álex"),
            ("modem", "rnodern"),
            ("Bill", "BiII"),
            ("root", "r00t"),
            ("侯哥", "侯哥 "),
            ("ОЛЕГ", "олег"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        for (one, other) in [("alex", "alexa"), ("侯哥", "侯姐"), ("a b", "ab"), ("bob", "rob"), ("x", "")]
        {
            assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
        }
    }

    #[test]
    fn two_alphabets_in_one_name_are_seen() {
        assert!(is_mixed("аlex") && is_mixed("pαul"));
        assert!(!is_mixed("alex") && !is_mixed("Олег") && !is_mixed("侯哥 alex") && !is_mixed("Ωμέγα"));
    }
}
