//! What the bytes of a terminal come to: one token for one sequence, or that more bytes are needed.

use crossterm::event::{KeyEvent, MouseEvent};

use crate::tui::pictures::TerminalReply;
use crate::tui::theme::Background;

/// The byte that begins every escape sequence.
pub(super) const ESC: u8 = 0x1b;

/// One sequence, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum InputToken {
    /// Text, with CR, LF and Tab, which are text in a paste.
    Char(char),
    Key(KeyEvent),
    /// What a key typed, by the kitty protocol.
    Text(String),
    Mouse(MouseEvent),
    FocusGained,
    FocusLost,
    PasteStart,
    PasteEnd,
    /// The terminal says whether it is dark or light.
    Background(Background),
    /// The terminal says what it knows of pictures.
    Graphics(TerminalReply),
    /// The terminal answers another question.
    Reply,
    /// A sequence that means nothing to us, or bytes that are none.
    Unknown,
}

/// What may still become of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// They may be a key of their own as well.
    Key,
    /// They are the beginning of something.
    Sequence,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// So many bytes are this.
    Done(usize, InputToken),
    More(Wait),
}
