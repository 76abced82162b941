//! How bytes from the terminal become events.
//!
//! `tty` reads, `decoder` knows time and what is incomplete, `scan` knows one sequence, `burst` tells a paste from
//! typing. The decoder does no I/O and has no clock: bytes and the moment come in, events and a deadline go out.
//! The meaning of a key is none of its business.
//!
//! crossterm stays the owner of raw mode and of the event types. Its parser is not used: a lone ESC at the end of a
//! read is Esc to it and eats the byte behind it, and nothing that lacks its end ever ends. `terminput` is the same
//! parser, with neither time nor memory.

mod burst;
mod colour;
mod csi;
mod decoder;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod graphics;
mod kitty;
mod modifiers;
mod mouse;
mod parameters;
mod paste;
mod scan;
mod token;
#[cfg(unix)]
mod tty;

#[cfg(test)]
mod tests;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseEventKind};

use super::pictures::TerminalReply;
use super::theme::Background;

#[cfg(unix)]
pub(super) use tty::Keyboard;

/// What comes in from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum InputEvent {
    /// A key, a paste, the mouse, the focus, a new size.
    Terminal(Event),
    /// Characters that were typed, several at once: by an input method, on a slow line, or by a script.
    Text(String),
    /// A paste of this many bytes, more than is kept of one.
    TooLong(usize),
    /// The terminal says whether it is dark or light.
    Background(Background),
    /// The terminal says what it knows of pictures.
    Graphics(TerminalReply),
}

impl InputEvent {
    /// The mouse passes by without a button.
    pub(super) fn is_mere_move(&self) -> bool {
        matches!(self, Self::Terminal(Event::Mouse(mouse)) if mouse.kind == MouseEventKind::Moved)
    }

    fn key(key: KeyEvent) -> Self {
        Self::Terminal(Event::Key(key))
    }
}

/// The key that types `c`: Shift is held for a capital, as terminals without a better protocol let us guess.
pub(super) fn key_of_char(c: char) -> KeyEvent {
    match c {
        '\r' => KeyCode::Enter.into(),
        // In raw mode Enter is CR.
        '\n' => KeyEvent::new(KeyCode::Char('j'), KeyModifiers::CONTROL),
        '\t' => KeyCode::Tab.into(),
        c if c.is_uppercase() => KeyEvent::new(KeyCode::Char(c), KeyModifiers::SHIFT),
        c => KeyCode::Char(c).into(),
    }
}

#[cfg(not(unix))]
mod stream {
    use std::io;

    use crossterm::event::EventStream;
    use futures_util::StreamExt as _;

    use super::InputEvent;

    /// Where a terminal cannot be watched as a file, crossterm's thread reads it.
    #[derive(Debug)]
    pub(in crate::tui) struct StreamKeyboard {
        events: Option<EventStream>,
        early: Option<InputEvent>,
    }

    impl StreamKeyboard {
        pub(in crate::tui) fn open() -> io::Result<Self> {
            Ok(Self { events: Some(EventStream::new()), early: None })
        }

        pub(in crate::tui) async fn next(&mut self) -> io::Result<Option<InputEvent>> {
            if let Some(event) = self.early.take() {
                return Ok(Some(event));
            }
            let Some(stream) = &mut self.events else { return std::future::pending().await };
            stream.next().await.transpose().map(|event| event.map(InputEvent::Terminal))
        }

        /// Polling the stream without waiting would lose its wake-up.
        pub(in crate::tui) fn try_next(&mut self) -> io::Result<Option<InputEvent>> {
            Ok(self.early.take())
        }

        pub(in crate::tui) fn put_back(&mut self, event: InputEvent) {
            self.early = Some(event);
        }

        pub(in crate::tui) fn pause(&mut self) {
            self.events = None;
        }

        pub(in crate::tui) fn resume(&mut self) {
            self.events = Some(EventStream::new());
        }
    }
}

#[cfg(not(unix))]
pub(super) use stream::StreamKeyboard as Keyboard;
