//! Where the links on the screen lead, as the terminal is told (OSC 8).
//!
//! The text of a link comes from others. What goes into the sequence is ASCII that can stand in an address, of schemes
//! that a terminal opens without harm; all else is percent-encoded. The number of a link rides on its cells, in the bits
//! of the modifier that stand for no style: what is drawn over a link takes it away, and a frame is compared with
//! the last one by its cells alone.

use ratatui::style::Modifier;

use super::scrollback::{RowKind, Scene};
use super::text::is_misleading;
use crate::model::MessageId;

/// Schemes that a terminal hands to a browser or to a program for mail. Ours are opened by this program, and `file`
/// would lead to whatever stands on this machine.
const SCHEMES: [&str; 4] = ["https://", "http://", "ftp://", "mailto:"];

/// Longest address in bytes: terminals drop longer ones.
const MAX_ADDRESS: usize = 2_000;

/// Bits of the modifier below those that are a number.
const SHIFT: u32 = 9;

/// The most links at once: what the bits can count.
const MAX_LINKS: u8 = 127;

/// A link that is visible, or was lately.
#[derive(Debug)]
struct Hyperlink {
    message: MessageId,
    /// Where in the escaped text it begins.
    start: usize,
    address: String,
    is_visible: bool,
}

/// The links of what is visible.
#[derive(Debug, Default)]
pub(super) struct Hyperlinks {
    /// Number 1 stands first. Numbers are given in turn, so that none means another link in the next frame.
    links: Vec<Option<Hyperlink>>,
    last: u8,
}

impl Hyperlinks {
    pub(super) const fn new() -> Self {
        Self { links: Vec::new(), last: 0 }
    }

    /// Follows what is visible; with `None` no link is one for the terminal.
    pub(super) fn follow(&mut self, scene: Option<&Scene>) {
        self.links.iter_mut().flatten().for_each(|link| link.is_visible = false);
        for row in scene.iter().flat_map(|scene| &scene.rows) {
            let RowKind::Body { body, row: at, .. } = &row.kind else { continue };
            let Some(shown) = body.rows.get(*at) else { continue };
            let on_row = body.links.iter().filter(|link| link.start < shown.end && shown.start < link.end);
            for link in on_row {
                let text = body.escaped.as_str().get(link.clone()).unwrap_or_default();
                if let Some(address) = address(text) {
                    self.see(row.message, link.start, address);
                }
            }
        }
    }

    fn see(&mut self, message: MessageId, start: usize, address: String) {
        let same =
            |link: &&mut Hyperlink| (link.message, link.start) == (message, start) && link.address == address;
        if let Some(link) = self.links.iter_mut().flatten().find(same) {
            link.is_visible = true;
            return;
        }
        for _ in 0..MAX_LINKS {
            self.last = if self.last >= MAX_LINKS { 1 } else { self.last.saturating_add(1) };
            let at = usize::from(self.last.saturating_sub(1));
            if self.links.len() <= at {
                self.links.resize_with(at.saturating_add(1), || None);
            }
            let Some(free) = self.links.get_mut(at) else { return };
            if free.as_ref().is_none_or(|link| !link.is_visible) {
                *free = Some(Hyperlink { message, start, address, is_visible: true });
                return;
            }
        }
    }

    /// What the cells of the link bear that begins there in the text of a message.
    pub(super) fn mark(&self, message: MessageId, start: usize) -> Option<Modifier> {
        let is_it = |link: &Hyperlink| link.is_visible && (link.message, link.start) == (message, start);
        let at = self.links.iter().position(|link| link.as_ref().is_some_and(is_it))?;
        let number = u16::try_from(at.saturating_add(1)).ok()?;
        Some(Modifier::from_bits_retain(number << SHIFT))
    }

    /// Where a link leads.
    pub(super) fn address(&self, number: u8) -> Option<&str> {
        let link = self.links.get(usize::from(number.checked_sub(1)?))?.as_ref()?;
        Some(&link.address)
    }
}

/// The number of the link whose cell has that modifier; 0: of none.
pub(super) fn number_of(modifier: Modifier) -> u8 {
    u8::try_from(modifier.bits() >> SHIFT).unwrap_or_default()
}

/// The link as it may stand in the sequence; `None`: it is not one for the terminal.
fn address(link: &str) -> Option<String> {
    let begins =
        |scheme: &str| link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    // A terminal opens it without a question, which such a link has to be asked about first.
    if !SCHEMES.into_iter().any(begins) || link.len() > MAX_ADDRESS || is_misleading(link) {
        return None;
    }
    let mut out = String::with_capacity(link.len());
    for byte in link.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend(
                [byte >> 4, byte & 15]
                    .map(|digit| char::from(*b"0123456789ABCDEF".get(usize::from(digit)).unwrap_or(&b'0'))),
            );
        }
    }
    (out.len() <= MAX_ADDRESS).then_some(out)
}

/// Whether the terminal is not known to choke on such a sequence: consoles print parts of it, GNU screen and what is
/// older than VTE 0.50 draw it wrongly.
pub(super) fn knows(variable: impl Fn(&str) -> Option<String>) -> bool {
    let term = variable("TERM").unwrap_or_default();
    let chokes =
        ["dumb", "linux", "cons25", "sun", "vt", "eterm", "wyse"].iter().any(|one| term.starts_with(one));
    let in_tmux = variable("TMUX").is_some_and(|socket| !socket.is_empty());
    let in_screen = term.starts_with("screen") && !in_tmux;
    let vte = variable("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
    !chokes && !in_screen && vte.is_none_or(|version| version >= 5_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::tui::scrollback::{Row, WrappedText};

    fn scene(texts: &[(u64, &str)], width: u16) -> Scene {
        let rows = texts.iter().flat_map(|(id, text)| {
            let body = Arc::new(WrappedText::new(text, width, usize::MAX));
            (0..body.rows.len()).map(move |row| Row {
                message: MessageId(*id),
                of_block: row,
                ground: None,
                kind: RowKind::Body {
                    own: false,
                    body: Arc::clone(&body),
                    row,
                    mark: None,
                    edited: false,
                    colour: None,
                    beside: None,
                },
            })
        });
        Scene { rows: rows.collect(), at_end: true }
    }

    #[test]
    fn nothing_that_others_write_leaves_the_sequence() {
        for hostile in [
            "http://x/\u{1b}\\\u{1b}]8;;http://evil/",
            "http://x/\u{7}\u{9c}\u{90}",
            "http://x/\r\n\t \u{202e}\u{200b}x",
            "https://例子.中国/路?q=\"<>^`{|}\\",
            "mailto:a@b\u{0}\u{85}",
            "HTTP://x/;id=1:2",
        ] {
            let address = address(hostile).expect(hostile);
            assert!(address.bytes().all(|byte| byte.is_ascii_graphic()), "{address}");
            assert!(!address.contains(['\\', '"', '<', '>', '^', '`', '{', '|', '}']), "{address}");
        }
        assert_eq!(address("http://例/a b").as_deref(), Some("http://%E4%BE%8B/a%20b"));
        let long = format!("http://{}", "é".repeat(700));
        for none in [
            "file:///etc/passwd",
            "udpqq://x",
            "javascript://x",
            "udp://1.2.3.4:5",
            "data:x",
            &long,
            "http:/",
        ] {
            assert_eq!(address(none), None, "{none}");
        }
    }

    #[test]
    fn a_link_over_two_rows_is_one_and_keeps_its_number_while_it_is_seen() {
        let mut links = Hyperlinks::default();
        links.follow(Some(&scene(&[(1, "http://a.example/long"), (2, "udp://h:1 http://b")], 8)));
        let (first, second) = (links.mark(MessageId(1), 0), links.mark(MessageId(2), 10));
        assert_eq!(first.map(number_of), Some(1));
        assert_eq!(second.map(number_of), Some(2));
        assert_eq!(links.mark(MessageId(2), 0), None, "ours are not the terminal's");
        assert_eq!(links.address(1), Some("http://a.example/long"));
        links.follow(Some(&scene(&[(2, "udp://h:1 http://b"), (3, "http://c")], 80)));
        assert_eq!((links.mark(MessageId(1), 0), links.mark(MessageId(2), 10)), (None, second));
        assert_eq!(links.mark(MessageId(3), 0).map(number_of), Some(3), "no number is given again at once");
        links.follow(Some(&scene(&[(2, "udp://h:2 http://d")], 80)));
        assert_eq!(links.mark(MessageId(2), 10).map(number_of), Some(4), "other words, another link");
        links.follow(None);
        assert_eq!(links.mark(MessageId(2), 10), None);
    }

    #[test]
    fn more_links_than_can_be_counted_are_left_alone() {
        let text = "http://x ".repeat(200);
        let mut links = Hyperlinks::default();
        for id in 1..5 {
            links.follow(Some(&scene(&[(id, &text)], 80)));
            let marked: Vec<u8> =
                (0..200).filter_map(|at| links.mark(MessageId(id), at * 9)).map(number_of).collect();
            assert_eq!(marked.len(), 127);
            assert!(!marked.contains(&0));
        }
    }

    #[test]
    fn terminals_that_choke_on_it_are_left_alone() {
        let says = |pairs: &[(&str, &str)]| {
            knows(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(
            says(&[("TERM", "xterm-256color")])
                && says(&[("TERM", "xterm-256color"), ("VTE_VERSION", "7603")])
        );
        assert!(says(&[("TERM", "screen-256color"), ("TMUX", "/tmp/tmux,1,0")]));
        assert!(!says(&[("TERM", "linux")]) && !says(&[("TERM", "screen.xterm")]));
        assert!(!says(&[("TERM", "xterm"), ("VTE_VERSION", "4602")]));
    }
}
