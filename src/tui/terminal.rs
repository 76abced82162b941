//! The terminal: taken over once, given back on every way out.
//!
//! Given back by `Drop`, by the panic hook, and before the program stops itself; each is harmless twice.

use std::io::{self, BufWriter, Stdout, Write, stdout};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::Terminal;
use ratatui::backend::{Backend as _, ClearType, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::drift;
use crate::model::text::plain_line;

type Backend = CrosstermBackend<BufWriter<Stdout>>;

/// The terminal while it is ours.
#[derive(Debug)]
pub(super) struct Screen {
    terminal: Terminal<Backend>,
    taken: bool,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal over: raw, alternate screen, pastes in brackets, focus reports, mouse if wanted.
    pub(super) fn take(mouse: bool) -> io::Result<Self> {
        let terminal = Terminal::new(CrosstermBackend::new(BufWriter::new(stdout())))?;
        let mut screen = Self { terminal, taken: false, mouse };
        screen.enter()?;
        Ok(screen)
    }

    /// Takes it over (again), after a stop or an editor; everything is drawn anew.
    pub(super) fn enter(&mut self) -> io::Result<()> {
        if self.taken {
            self.leave();
        }
        enable_raw_mode()?;
        self.taken = true;
        let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES;
        execute!(
            stdout(),
            EnterAlternateScreen,
            EnableBracketedPaste,
            EnableFocusChange,
            // Terminals that do not know it ignore it; asking first would cost up to two seconds.
            PushKeyboardEnhancementFlags(flags)
        )?;
        if self.mouse {
            execute!(stdout(), EnableMouseCapture)?;
        }
        self.clear()
    }

    /// Gives it back.
    pub(super) fn leave(&mut self) {
        self.taken = false;
        give_back();
    }

    pub(super) fn set_mouse(&mut self, mouse: bool) -> io::Result<()> {
        if self.mouse == mouse {
            return Ok(());
        }
        self.mouse = mouse;
        if mouse { execute!(stdout(), EnableMouseCapture) } else { execute!(stdout(), DisableMouseCapture) }
    }

    /// The whole screen.
    pub(super) fn area(&self) -> io::Result<Rect> {
        Ok(Rect::from((Position::ORIGIN, self.terminal.size()?)))
    }

    /// Draws one frame, as one update where the terminal can do that.
    pub(super) fn draw(&mut self, view: impl FnOnce(&mut Buffer) -> Option<Position>) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            let cursor = view(frame.buffer_mut());
            drift::mark(frame.buffer_mut());
            if let Some(at) = cursor {
                frame.set_cursor_position(at);
            }
        })?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    /// Forgets what is on the screen, so that the next frame draws all of it.
    ///
    /// Not ratatui's own `clear`: that one asks the terminal where the cursor is, waits seconds for an answer
    /// that the key stream may take first, and takes silence for an error.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().clear_region(ClearType::All)?;
        // The buffer that the next frame is compared with becomes the empty one.
        self.terminal.swap_buffers();
        Ok(())
    }

    /// Asks the terminal to put `text` on the clipboard (OSC 52; base64, so nothing in it can do harm).
    pub(super) fn copy(text: &str) -> io::Result<()> {
        execute!(stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    pub(super) fn ring() -> io::Result<()> {
        stdout().write_all(b"\x07")?;
        stdout().flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.taken {
            self.leave();
        }
    }
}

/// Undoes everything `enter` did. Errors are ignored: on SIGHUP the terminal is gone already, and there is
/// nobody left to tell.
fn give_back() {
    let _shown = execute!(
        stdout(),
        PopKeyboardEnhancementFlags,
        DisableMouseCapture,
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    )
    .is_ok();
    let _cooked = disable_raw_mode().is_ok();
}

/// A panic gives the terminal back first, then says what happened in one escaped line.
pub(super) fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        give_back();
        let line = plain_line(&panic.to_string());
        let _told = writeln!(io::stderr(), "udpqq: {line}").is_ok();
        tracing::error!(line, "panic");
    }));
}
