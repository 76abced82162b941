//! A paste in brackets while it comes: `ESC [ 200 ~` text `ESC [ 201 ~` (xterm ctlseqs, "Bracketed Paste Mode").

use super::InputEvent;
use super::scan::scan;
use super::token::{ESC, InputToken, Scan};
use crossterm::event::{Event, KeyCode, KeyModifiers};

/// Bytes that are kept of one paste: far more than a draft takes, as a whole log can be sent as a file.
pub(super) const MAX_PASTE: usize = 16 * crate::tui::composer::MAX_TEXT;

const END: &[u8] = b"\x1b[201~";

/// Text that is pasted, bounded; how much there was of it is known all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BracketedPaste {
    kept: Vec<u8>,
    total: usize,
    /// The beginning of the end, perhaps.
    tail: Vec<u8>,
}

impl BracketedPaste {
    /// Takes what belongs to the paste: how much of `bytes` that is, and whether the end was among them.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        let before = self.tail.len();
        let seen = [std::mem::take(&mut self.tail), bytes.to_vec()].concat();
        if let Some(at) = seen.windows(END.len()).position(|window| window == END) {
            self.keep(seen.get(..at).unwrap_or_default());
            return (at.saturating_add(END.len()).saturating_sub(before), true);
        }
        let tail =
            (1..END.len()).rev().find(|length| END.get(..*length).is_some_and(|end| seen.ends_with(end)));
        let (text, tail) =
            seen.split_at_checked(seen.len().saturating_sub(tail.unwrap_or(0))).unwrap_or_default();
        self.keep(text);
        self.tail = tail.to_vec();
        (bytes.len(), false)
    }

    fn keep(&mut self, text: &[u8]) {
        self.total = self.total.saturating_add(text.len());
        let room = MAX_PASTE.saturating_sub(self.kept.len());
        self.kept.extend_from_slice(text.get(..text.len().min(room)).unwrap_or_default());
    }

    /// What may have been the beginning of the end.
    pub(super) fn tail(&self) -> &[u8] {
        &self.tail
    }

    /// `None`: nothing was pasted.
    pub(super) fn finish(self) -> Option<InputEvent> {
        (self.total > 0).then(|| pasted(&String::from_utf8_lossy(&self.kept), self.total))
    }
}

/// The event of a paste of `total` bytes, of which `text` was kept.
pub(super) fn pasted(text: &str, total: usize) -> InputEvent {
    if total > MAX_PASTE {
        return InputEvent::TooLong(total);
    }
    InputEvent::Terminal(Event::Paste(text.to_owned()))
}

/// Ctrl-C and nothing else: a person wants out. In a pasted text it does not come alone.
pub(super) fn is_ctrl_c(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(&(0x03 | ESC)))
        && matches!(scan(bytes), Scan::Done(length, InputToken::Key(key)) if length == bytes.len()
            && key.code == KeyCode::Char('c')
            && key.modifiers == KeyModifiers::CONTROL)
}
