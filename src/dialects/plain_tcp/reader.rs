//! The bytes of one stream, cut into messages: each read is one, or each line.
//!
//! A read that ends inside of a character is not the end of what the peer wrote, so it waits a moment for the rest and
//! both are one message. It waits only where that can help: not when the bytes are no text in the stream's encoding
//! anyway, and not a second time. When the moment is over, what can be read is a message, and the one to three bytes of
//! the character that is not whole go on waiting, as a lost segment of TCP takes longer. In that way what is split on its
//! way is shown whole, in any encoding; and text in another encoding than we think arrives in one piece, so that it can
//! be read again in the right one.

use std::time::{Duration, Instant};

use super::codec::Framing;
use crate::model::Now;
use crate::wire::Encoding;

/// The longest line that is one message, without its ending; about what a datagram carries.
pub(super) const MAX_LINE: usize = 64 * 1024;
/// The most of a read that waits for the end of a character.
const MAX_READ: usize = 64 * 1024;
/// How long it waits. Parts of one write come within milliseconds of each other; longer, a person would notice.
pub(super) const WAIT: Duration = Duration::from_millis(200);

/// How long the bytes of one character wait alone: five retransmissions in a row (RFC 6298: 0.2 + 0.4 + … + 3.2 s) and
/// more. Bytes that nothing follows are shown then: they were no character after all.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What takes the messages.
pub(super) type Give<'a> = &'a mut dyn FnMut(&[u8]);

/// What of one stream is no message yet: at most `MAX_READ`, or a line of `MAX_LINE` with a byte more that may belong
/// to its ending.
#[derive(Debug, Default)]
pub(super) struct MessageReader {
    kept: Vec<u8>,
    /// So many bytes of `kept` have no line ending in them: a long line that comes byte by byte is searched once.
    searched: usize,
    /// When what is kept is given out although nothing more came.
    pub(super) until: Option<Instant>,
    /// It is the beginning of one character, and all before it was given out.
    patient: bool,
}

impl MessageReader {
    /// What arrived in one read.
    pub(super) fn take(&mut self, now: Now, framing: Framing, bytes: &[u8], give: Give<'_>) {
        if framing.lines {
            self.take_lines(framing.encoding, bytes, give);
        } else {
            self.take_read(now, framing, bytes, give);
        }
    }

    /// Nothing more came in time: what can be read is given out, and what may still become a character waits on.
    pub(super) fn expire(&mut self, now: Now, framing: Framing, give: Give<'_>) {
        let part = if self.patient { None } else { framing.encoding.part(&self.kept) };
        let Some((good, rest)) = part else { return self.flush(framing, give) };
        if good > 0 {
            give(self.kept.get(..good).unwrap_or_default());
        }
        self.kept = rest;
        self.patient = true;
        self.until = Some(now.after(PATIENCE).mono);
    }

    /// Gives out everything.
    pub(super) fn flush(&mut self, framing: Framing, give: Give<'_>) {
        self.until = None;
        self.patient = false;
        self.searched = 0;
        let kept = std::mem::take(&mut self.kept);
        let rest = if framing.lines { pieces(framing.encoding, &kept, MAX_LINE, give) } else { &kept };
        // An escape sequence that shifted nothing, or only shifts back, is no message.
        if !rest.is_empty() && !framing.encoding.decode(rest).0.is_empty() {
            give(rest);
        }
    }

    /// Another framing from now on.
    pub(super) fn change(&mut self, from: Framing, to: Framing, give: Give<'_>) {
        if from.lines && !to.lines {
            self.flush(from, give);
        }
        if to.lines {
            self.until = None;
            self.patient = false;
        }
    }

    fn take_read(&mut self, now: Now, framing: Framing, bytes: &[u8], give: Give<'_>) {
        let (encoding, first) = (framing.encoding, self.kept.is_empty());
        if first && encoding.cut(bytes).is_none() {
            return give(bytes);
        }
        encoding.join(&mut self.kept, bytes);
        let full = self.kept.len() > MAX_READ;
        match encoding.cut(&self.kept) {
            Some(_) if first && !full => self.wait(now),
            // Where it is not known what could be given out.
            Some(0) if !full => {}
            Some(0) | None => self.flush(framing, give),
            Some(at) => {
                let rest = self.kept.split_off(at);
                give(&std::mem::replace(&mut self.kept, rest));
                self.wait(now);
            }
        }
    }

    fn wait(&mut self, now: Now) {
        self.patient = false;
        self.until = Some(now.after(WAIT).mono);
    }

    /// Where a line is cut does not depend on how its bytes came.
    fn take_lines(&mut self, encoding: Encoding, bytes: &[u8], give: Give<'_>) {
        let mut searched = std::mem::take(&mut self.searched);
        let mut kept = std::mem::take(&mut self.kept);
        kept.extend_from_slice(bytes);
        let mut rest = kept.as_slice();
        while let Some(at) = rest.iter().skip(searched).position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(searched.saturating_add(at));
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = pieces(encoding, line, MAX_LINE, give);
            give(line);
            rest = after.get(1..).unwrap_or_default();
            searched = 0;
        }
        // One byte more is still the longest line if it turns out to be the first of its ending.
        rest = pieces(encoding, rest, MAX_LINE.saturating_add(1), give);
        self.searched = rest.len();
        if rest.len() < kept.len() {
            kept = rest.to_vec();
        }
        self.kept = kept;
    }
}

/// Gives out pieces of `MAX_LINE` from a line of more than `limit` bytes, and leaves the rest, which is not empty.
fn pieces<'a>(encoding: Encoding, mut line: &'a [u8], limit: usize, give: Give<'_>) -> &'a [u8] {
    while line.len() > limit {
        let (piece, _) = line.split_at(MAX_LINE.min(line.len()));
        let at = encoding.cut(piece).filter(|at| *at > 0).unwrap_or(piece.len());
        let (piece, rest) = line.split_at(at);
        give(piece);
        line = rest;
    }
    line
}
