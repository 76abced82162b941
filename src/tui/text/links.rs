//! Where links stand in a text. Nothing is ever opened: a click copies one.

use std::ops::Range;

/// What a link may start with, before its `://`.
const SCHEMES: [&str; 9] = ["https", "http", "udpqq", "udp", "tcp", "room", "relay", "ipmsg", "ftp"];

/// What needs no slashes behind its colon, and an `@` instead.
const MAILTO: &str = "mailto";

/// Longest link in bytes: more than programs take, and a bound for the brackets that wait for their other half.
const MAX_LINK: usize = 8 * 1024;

/// Longest address of mail in bytes (RFC 5321 4.5.3.1: 64 and 255 around the `@`).
const MAX_MAILTO: usize = 320;

/// The links of a text. A link ends at white space, at what cannot stand in one, at a bracket that is not opened in it,
/// and before punctuation. Each byte is looked at once or twice, whatever the text.
pub fn find_links(text: &str) -> Vec<Range<usize>> {
    let mut links: Vec<Range<usize>> = Vec::new();
    let mut end = 0;
    for (colon, _) in text.match_indices(':') {
        if colon < end {
            continue;
        }
        let (before, behind) = (
            text.get(end..colon).unwrap_or_default(),
            text.get(colon.saturating_add(1)..).unwrap_or_default(),
        );
        let slashes = if behind.starts_with("//") { 2 } else { 0 };
        let Some(scheme) = scheme_of(before, slashes > 0) else { continue };
        let body = behind.get(slashes..).unwrap_or_default();
        let longest = if slashes > 0 { MAX_LINK } else { MAX_MAILTO };
        let body = body.get(..length(body, longest)).unwrap_or_default();
        if body.is_empty() || (slashes == 0 && !body.contains('@')) {
            continue;
        }
        let start = colon.saturating_sub(scheme);
        end = colon.saturating_add(1).saturating_add(slashes).saturating_add(body.len());
        links.push(start..end);
    }
    links
}

/// The host a link leads to, and what stands before it and looks like one: `https://bank.example@host`. A browser takes `\`
/// for a slash.
fn host_and_user(link: &str) -> (&str, &str) {
    let (scheme, body) = link.split_once(':').unwrap_or_default();
    let body = body.strip_prefix("//").unwrap_or(body);
    let end = body.find(['/', '?', '#', '\\']).unwrap_or(body.len());
    let authority = body.get(..end).unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    (host, if scheme.eq_ignore_ascii_case(MAILTO) { "" } else { user })
}

/// Whether a character of a host looks like another one: all that are neither of ASCII nor of the scripts of Chinese, Japanese
/// and Korean, which resemble none of that.
fn is_lookalike(c: char) -> bool {
    !c.is_ascii()
        && !c.is_control()
        && !matches!(u32::from(c), 0x2e80..=0x9fff | 0xac00..=0xd7a3 | 0x2_0000..=0x3_ffff)
}

/// Whether a link leads elsewhere than it looks: letters of its host resemble those of ours, are encoded, or the host stands
/// behind what looks like it.
pub fn is_misleading(link: &str) -> bool {
    let (host, user) = host_and_user(link);
    let is_encoded = |label: &str| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    !user.is_empty()
        || host.contains('%')
        || host.chars().any(is_lookalike)
        || host.split('.').any(is_encoded)
}

/// The host a link leads to, so that no letter of it can be taken for another one.
pub fn plain_host(link: &str) -> String {
    let (host, _) = host_and_user(link);
    let plain = |c: char| if is_lookalike(c) { format!("<U+{:04X}>", u32::from(c)) } else { c.to_string() };
    host.chars().map(plain).collect()
}

/// The bytes that the scheme of a link takes before its colon. A word that only ends like one is none.
fn scheme_of(before: &str, has_slashes: bool) -> Option<usize> {
    let letters = before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
    let word = before.get(before.len().saturating_sub(letters)..)?;
    let is_scheme = |scheme: &str| word.eq_ignore_ascii_case(scheme);
    let known = if has_slashes { SCHEMES.into_iter().any(is_scheme) } else { is_scheme(MAILTO) };
    known.then_some(letters)
}

/// Bytes of what stands behind the scheme.
fn length(body: &str, longest: usize) -> usize {
    let mut open: Vec<char> = Vec::new();
    let mut end = 0;
    for (at, c) in body.char_indices() {
        if at >= longest || ends_link(c) {
            break;
        }
        match c {
            '(' | '[' => open.push(if c == '(' { ')' } else { ']' }),
            ')' | ']' if open.pop() != Some(c) => break,
            _ => {}
        }
        end = at.saturating_add(c.len_utf8());
    }
    body.get(..end).map_or(0, |link| link.trim_end_matches(trails_link).len())
}

fn ends_link(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || "<>\"'`|^{}…，。；：！？、（）［］｛｝「」『』《》〈〉〔〕“”‘’【】".contains(c)
}

/// Punctuation of the sentence around a link, and marks of emphasis.
const fn trails_link(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '*' | '~' | '_' | '(' | '[')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_end_where_a_person_would_end_them() {
        for (text, found) in [
            ("see https://a.b/c?d=e, please", &["https://a.b/c?d=e"][..]),
            ("（http://例子.中国/路）好", &["http://例子.中国/路"]),
            ("看https://a.b/c。", &["https://a.b/c"]),
            ("udp://1.2.3.4:5 and http://x", &["udp://1.2.3.4:5", "http://x"]),
            ("http:// gopher://x :// shttp://x", &[]),
            ("udp://udp://udp://x", &["udp://udp://udp://x"]),
            // A closer belongs to a link if its opener is in it.
            (
                "https://en.wikipedia.org/wiki/Rust_(language)",
                &["https://en.wikipedia.org/wiki/Rust_(language)"],
            ),
            (
                "(https://en.wikipedia.org/wiki/Rust_(language)).",
                &["https://en.wikipedia.org/wiki/Rust_(language)"],
            ),
            ("[https://xkcd.com/599/] and (http://x)", &["https://xkcd.com/599/", "http://x"]),
            ("[one](https://a.b/c)(Fixes it", &["https://a.b/c"]),
            ("https://a.b/(c]d)", &["https://a.b/(c"]),
            ("**https://a.b/c** ~~http://x~~ https://a.b…", &["https://a.b/c", "http://x", "https://a.b"]),
            ("udp://[::1]:8081, http://x( y", &["udp://[::1]:8081", "http://x"]),
            ("HTTPS://A.B/c Http://x", &["HTTPS://A.B/c", "Http://x"]),
            ("mailto:a@b.c, mailto: nobody mailto:x", &["mailto:a@b.c"]),
            (
                "relay://h:1/room tcp://h:1 room://255.255.255.255:7788 ipmsg://h ftp://h/x",
                &["relay://h:1/room", "tcp://h:1", "room://255.255.255.255:7788", "ipmsg://h", "ftp://h/x"],
            ),
        ] {
            let links: Vec<&str> = find_links(text).into_iter().filter_map(|range| text.get(range)).collect();
            assert_eq!(links, found, "{text}");
        }
    }

    #[test]
    fn a_link_that_leads_elsewhere_than_it_looks_is_known() {
        for (link, host) in [
            ("https://bank.example@evil.example/", "evil.example"),
            ("https://bank.example:443@evil.example:80/x", "evil.example:80"),
            ("https://a@b@evil.example?bank.example", "evil.example"),
            ("https://\u{430}pple.example/", "<U+0430>pple.example"),
            ("https://xn--pple-43d.example", "xn--pple-43d.example"),
            ("https://bank\u{ff0e}example/x", "bank<U+FF0E>example"),
            ("http://%65vil.example", "%65vil.example"),
        ] {
            assert!(is_misleading(link), "{link}");
            assert_eq!(plain_host(link), host, "{link}");
        }
        for link in [
            "https://a.example/@someone",
            "https://a.example?mail=a@b.example",
            "http://例子.中国/路",
            "mailto:a@b.example",
            "https://[::1]:8443/x",
        ] {
            assert!(!is_misleading(link), "{link}");
        }
    }

    #[test]
    fn no_text_makes_links_slow() {
        // Counted, not timed: links never overlap, so what they cover is no more than the text.
        let text = format!("{}{}", "http://(".repeat(20_000), ":".repeat(100_000));
        let covered: usize = find_links(&text).iter().map(Range::len).sum();
        assert!(covered <= text.len());
    }
}
