//! What `FeiQ` writes between its words, as a person reads it: signs for faces, and marks where a picture stands.
//!
//! ```text
//! "/:strong"            an emoticon: a slash, a colon or semicolon, a name
//! "/~#>" ID "<B~"       a picture, whose bytes come by themselves (`pictures`)
//! ```
//! The signs are those of `FeiQ` 2012 and 2013, which has its set from QQ, in the order of its pictures; open programs
//! that talk to it (compilelife/feiq) list the same ones. Each stands here with the emoji that shows what its picture
//! shows. All of one width in any terminal: none needs a selector.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::wire::Encoding;

/// A sign, and what it shows. Where several signs show one thing, what we write is the first.
#[rustfmt::skip]
const EMOTICONS: &[(&str, &str)] = &[
    ("/:)", "🙂"), ("/:~", "😖"), ("/:*", "😍"), ("/:|", "😳"), ("/8-)", "😎"), ("/:<", "😭"),
    ("/:$", "😊"), ("/:X", "🤐"), ("/:Z", "😴"), ("/:'(", "😢"), ("/:-|", "😅"), ("/:@", "😡"),
    ("/:P", "😜"), ("/:D", "😁"), ("/:O", "😮"), ("/<rotate>", "💫"), ("/:(", "🙁"), ("/:+", "🆒"),
    ("/:lenhan", "😓"), ("/:Q", "😫"), ("/:T", "🤮"), ("/;P", "🤭"), ("/;-D", "😋"), ("/;d", "🙄"),
    ("/;o", "😤"), ("/:g", "🤤"), ("/|-)", "😪"), ("/:!", "😱"), ("/:L", "😥"), ("/:>", "😄"),
    ("/;bin", "🪖"), ("/:fw", "💪"), ("/;fd", "🤬"), ("/:-S", "😕"), ("/;?", "🤔"), ("/;x", "🤫"),
    ("/;@", "😵"), ("/:8", "😣"), ("/;!", "😞"), ("/!!!", "💀"), ("/:xx", "🔨"), ("/:bye", "👋"),
    ("/:csweat", "😰"), ("/:knose", "👃"), ("/:applause", "👏"), ("/:cdale", "😧"), ("/:huaixiao", "😏"),
    ("/:shake", "🥶"), ("/:lhenhen", "😒"), ("/:rhenhen", "😑"), ("/:yawn", "🥱"), ("/:snooty", "😼"),
    ("/:chagrin", "😔"), ("/:kcry", "🥹"), ("/:yinxian", "😈"), ("/:qinqin", "😘"), ("/:xiaren", "😨"),
    ("/:kelin", "🥺"), ("/:caidao", "🔪"), ("/:xig", "🍉"), ("/:bj", "🍺"), ("/:basketball", "🏀"),
    ("/:pingpong", "🏓"), ("/:jump", "🤸"), ("/:coffee", "☕"), ("/:eat", "🍚"), ("/:pig", "🐷"),
    ("/:rose", "🌹"), ("/:fade", "🥀"), ("/:kiss", "💋"), ("/:heart", "💗"), ("/:break", "💔"),
    ("/:cake", "🎂"), ("/:shd", "⚡"), ("/:bomb", "💣"), ("/:dao", "🔪"), ("/:footb", "⚽"),
    ("/:piaocon", "🐞"), ("/:shit", "💩"), ("/:oh", "😯"), ("/:moon", "🌙"), ("/:sun", "🌞"),
    ("/;gift", "🎁"), ("/:gift", "🎁"), ("/:hug", "🤗"), ("/:strong", "👍"), ("/;weak", "👎"),
    ("/:weak", "👎"), ("/:share", "🤝"), ("/:shl", "✌"), ("/:baoquan", "🙏"), ("/:cajole", "😇"),
    ("/:quantou", "👊"), ("/:chajin", "🤏"), ("/:aini", "🤟"), ("/:sayno", "🙅"), ("/:sayok", "👌"),
    ("/:ok", "👌"), ("/:love", "💕"),
];

/// Around the id of a picture.
const PICTURE: (&str, &str) = ("/~#>", "<B~");
/// Of the id of a picture, or of a group. `FeiQ` writes eight digits.
const MAX_ID: usize = 32;

/// Whether a picture or a group can be called so.
pub(super) fn is_id(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The words of `FeiQ` as a person reads them.
pub(super) fn readable(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('/') {
        let (before, from) = rest.split_at(at);
        read.push_str(before);
        if let Some((id, behind)) = picture(from) {
            read.extend(["[picture ", id, "]"]);
            rest = behind;
        } else {
            let (sign, emoji) = emoticon(&read, from).unwrap_or(("/", "/"));
            read.push_str(emoji);
            rest = from.get(sign.len()..).unwrap_or_default();
        }
    }
    read.push_str(rest);
    read
}

/// The id of the picture that stands at the start, and what stands behind it.
fn picture(text: &str) -> Option<(&str, &str)> {
    let (id, behind) = text.strip_prefix(PICTURE.0)?.split_once(PICTURE.1)?;
    is_id(id).then_some((id, behind))
}

/// The sign that stands at the start, the longest that fits. In an address (`http://:8080`) there is none, nor where a
/// short sign is the beginning of a word.
fn emoticon(before: &str, text: &str) -> Option<(&'static str, &'static str)> {
    if before.ends_with([':', '/']) {
        return None;
    }
    let stands = |sign: &str| {
        let next = text.strip_prefix(sign).map(|rest| rest.chars().next());
        let short = sign.len() <= 3 && sign.ends_with(|c: char| c.is_ascii_alphanumeric());
        next.is_some_and(|next| !(short && next.is_some_and(|c| c.is_ascii_alphanumeric())))
    };
    EMOTICONS.iter().filter(|(sign, _)| stands(sign)).max_by_key(|(sign, _)| sign.len()).copied()
}

/// Our words as they go out: an emoji that GBK lacks and `FeiQ` has a sign for goes as that sign. Whoever else reads GBK
/// finds a word there.
pub(super) fn written(encoding: Encoding, text: &str) -> String {
    if encoding != Encoding::GBK || text.is_ascii() {
        return text.to_owned();
    }
    let sign = |cluster: &str| {
        let bare = cluster.trim_end_matches('\u{fe0f}');
        EMOTICONS.iter().find(|(_, emoji)| *emoji == bare).map(|(sign, _)| *sign)
    };
    text.graphemes(true).map(|cluster| sign(cluster).unwrap_or(cluster)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_is_read_as_what_it_shows_and_written_back() {
        for (sign, emoji) in EMOTICONS {
            assert_eq!(readable(&format!("好{sign}")), format!("好{emoji}"));
            assert_eq!(readable(&written(Encoding::GBK, emoji)), *emoji);
            assert!(Encoding::GBK.encode(&written(Encoding::GBK, emoji)).is_ok(), "{emoji}");
            assert!(!emoji.contains('\u{fe0f}'), "{emoji} is as wide as its terminal thinks");
        }
    }

    #[test]
    fn signs_stand_between_words_and_one_after_the_other() {
        assert_eq!(readable("赞/:strong/:strong!"), "赞👍👍!");
        assert_eq!(readable("/:shit/:shake/:share"), "💩🥶🤝", "the longest that fits");
    }

    #[test]
    fn what_is_no_sign_stays_as_it_is() {
        for text in ["http://host:8080/:8080", "http://:8", "a/b", "/:", "/:Please", "/:nothing-known", "/"] {
            assert_eq!(readable(text), text);
        }
    }

    #[test]
    fn a_picture_has_its_place_between_the_words() {
        assert_eq!(readable("see /~#>abcdef01<B~ there"), "see [picture abcdef01] there");
        assert_eq!(readable("/~#>1<B~/~#>2<B~"), "[picture 1][picture 2]");
        for odd in ["/~#>", "/~#><B~", "/~#>a b<B~", "/~#>\u{1b}[31m<B~"] {
            assert_eq!(readable(odd), odd);
        }
    }

    #[test]
    fn an_emoji_goes_as_a_sign_to_those_who_read_gbk() {
        assert_eq!(written(Encoding::GBK, "好👍\u{fe0f}✌\u{fe0f}"), "好/:strong/:shl");
        assert_eq!(written(Encoding::GBK, "好🦀"), "好🦀", "there is no sign for it");
        assert_eq!(written(Encoding::UTF_8, "好👍"), "好👍");
    }
}
