//! The terminal: taken over once, given back on every way out.
//!
//! Given back by `Drop`, by the panic hook, and before the program stops itself; each is harmless twice. Everything
//! that is written to it goes through one writer, and nothing here waits for a terminal that does not read, but on the
//! way out, for a moment.

mod escapes;
mod frame;
mod output;
mod pictures;
mod sgr;
mod width_repair;
mod writer;

#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, queue};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use self::frame::Frames;
use self::output::TtyOutput;
use self::writer::{RESUME, TtyWriter};
use crate::model::text::plain_line;
use crate::tui::pictures::{PixelSize, THREAD};

pub(super) use self::frame::Attachments;

/// What is drawn at most, whatever size a terminal says it has: more than the largest screens have, and 100 MB of cells.
const MAX_COLUMNS: u16 = 1_500;
const MAX_ROWS: u16 = 700;

/// How long a panic waits for the terminal to take what gives it back.
const PANIC_WAIT: Duration = Duration::from_millis(250);

/// Whether the terminal says it when it turns dark or light (mode 2031). One that does not know it ignores it.
const TELL_BACKGROUND: &[u8] = b"\x1b[?2031h";
const TELL_NO_BACKGROUND: &[u8] = b"\x1b[?2031l";

/// Buttons and the wheel, by coordinates without a limit (1006; urxvt has 1015). Not the mere way of the mouse, which would
/// wake the program for each cell.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1015h\x1b[?1006h";

/// xterm by its defaults makes letters with accents of Alt: it is told to send Esc before them (1036), and what it did before
/// is put aside and taken back (XTSAVE, XTRESTORE). Others do that anyway, and ignore it.
const ALT_IS_ESC: &[u8] = b"\x1b[?1036s\x1b[?1036h";
const ALT_AS_BEFORE: &[u8] = b"\x1b[?1036r";

/// Asks whether it takes a picture of one pixel (kitty, "Querying support").
const ASK_KITTY: &[u8] = b"\x1b_Gi=1,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";
/// Its name, the pixels of a cell, the colours of sixels, and at last, as every terminal answers that, what it is.
const ASK_GRAPHICS: &[u8] = b"\x1b[>0q\x1b[16t\x1b[?1;1;0S\x1b[c";
/// Puts the title of the window aside (XTPUSHTITLE), and takes it back; a terminal that keeps none has its own again.
const KEEP_TITLE: &[u8] = b"\x1b[22;0t";
const RESTORE_TITLE: &[u8] = b"\x1b]2;\x1b\\\x1b[23;0t";

/// The terminal while it is ours.
#[derive(Debug)]
pub(super) struct Screen {
    output: Arc<TtyOutput>,
    writer: TtyWriter,
    frames: Frames,
    waiting: QueuedOutput,
    taken: bool,
    mouse: bool,
    title: Title,
}

/// The title of the window. The one from before comes back on every way out, if ours was ever set.
#[derive(Debug, Default)]
struct Title {
    text: String,
    is_set: Arc<AtomicBool>,
}

/// What goes out before the next frame: of each kind the last, so that nothing piles up before a terminal that does
/// not read.
#[derive(Debug, Default)]
struct QueuedOutput {
    /// Taking the terminal over; `Some(true)`: it has not been given back since the last time.
    taking: Option<bool>,
    mouse: Option<bool>,
    /// The terminal is asked what it stands on.
    asks: bool,
    /// It is asked what pictures it can show; `Some(true)`: also by kitty's query.
    graphics: Option<bool>,
    bell: bool,
    /// A sequence that shows a notice.
    notice: Vec<u8>,
    /// The title of the window.
    title: Option<String>,
    copy: Option<String>,
}

impl Screen {
    /// Takes the terminal over: raw, alternate screen, pastes in brackets, focus reports, mouse if wanted. From then on
    /// a panic gives it back.
    pub(super) fn take(mouse: bool) -> io::Result<Self> {
        let output = Arc::new(TtyOutput::of_terminal()?);
        let title = Title::default();
        install_panic_hook(Arc::clone(&output), Arc::clone(&title.is_set));
        let writer = TtyWriter::start(Arc::clone(&output))?;
        let (frames, waiting) = (Frames::new(), QueuedOutput::default());
        let mut screen = Self { output, writer, frames, waiting, taken: false, mouse, title };
        screen.enter()?;
        Ok(screen)
    }

    /// Takes it over (again), after a stop or an editor; everything is drawn anew.
    pub(super) fn enter(&mut self) -> io::Result<()> {
        if self.taken {
            // Whoever stopped us may have left other modes behind.
            disable_raw_mode()?;
        }
        enable_raw_mode()?;
        self.waiting.taking = Some(self.taken);
        self.waiting.title = Some(self.title.text.clone()).filter(|title| !title.is_empty());
        self.taken = true;
        self.frames.forget();
        self.flush()
    }

    /// Gives it back. A terminal that does not read may not hear of it.
    pub(super) fn leave(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        // Modes that were never switched are not ours to switch back.
        if std::mem::take(&mut self.taken) && waiting.taking != Some(false) {
            let title = restored_title(&self.title.is_set);
            self.writer.finish(&[&self.frames.give_back(), title, &given_back()].concat());
        }
        let _cooked = disable_raw_mode().is_ok();
    }

    pub(super) fn set_mouse(&mut self, mouse: bool) -> io::Result<()> {
        if self.mouse == mouse {
            return Ok(());
        }
        self.mouse = mouse;
        self.waiting.mouse = Some(mouse);
        self.flush()
    }

    /// The whole screen. Asked each time, for less than a microsecond: what is drawn must fit also where no event has
    /// told of another size yet.
    pub(super) fn area(&self) -> io::Result<Rect> {
        let (columns, rows) = self.output.size()?;
        Ok(Rect::new(0, 0, columns.min(MAX_COLUMNS), rows.min(MAX_ROWS)))
    }

    /// Whether the terminal has not taken the last frame yet, so that there is no use in drawing another.
    pub(super) const fn is_writing(&self) -> bool {
        self.writer.is_writing()
    }

    /// Waits until the terminal has taken the last frame; forever, where it had at once. Cancel-safe.
    pub(super) async fn written(&mut self) -> io::Result<()> {
        self.writer.written().await
    }

    /// Draws one frame, as one update where the terminal can do that. Dropped while the last is under way.
    pub(super) fn draw(
        &mut self,
        area: Rect,
        attachments: Attachments<'_>,
        view: impl FnOnce(&mut Buffer) -> Option<Position>,
    ) -> io::Result<()> {
        if !self.taken || !self.writer.is_idle()? {
            return Ok(());
        }
        let waiting = self.waiting.take(self.mouse, &self.title.is_set)?;
        let bytes = self.frames.render(waiting, area, attachments, view);
        self.write(bytes)
    }

    /// Writes what waits for no frame.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if !self.taken || !self.writer.is_idle()? {
            return Ok(());
        }
        let bytes = self.waiting.take(self.mouse, &self.title.is_set)?;
        self.write(bytes)
    }

    fn write(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        if bytes.is_empty() { Ok(()) } else { self.writer.write(bytes) }
    }

    /// Forgets what is on the screen, so that the next frame draws all of it.
    pub(super) const fn clear(&mut self) {
        self.frames.forget();
    }

    /// The terminal may not have got the pictures that it was sent: it is sent them again.
    pub(super) fn lose_pictures(&mut self) {
        self.frames.forget_pictures();
    }

    /// Asks the terminal to put `text` on the clipboard (OSC 52; base64, so nothing in it can do harm).
    pub(super) fn copy(&mut self, text: String) -> io::Result<()> {
        self.waiting.copy = Some(text);
        self.flush()
    }

    /// Asks the terminal for the colour of its ground (OSC 11). The answer comes as a key does.
    pub(super) fn ask_background(&mut self) -> io::Result<()> {
        self.waiting.asks = true;
        self.flush()
    }

    /// Asks the terminal what pictures it can show. The answers come as keys do.
    pub(super) fn ask_graphics(&mut self, by_query: bool) -> io::Result<()> {
        self.waiting.graphics = Some(by_query);
        self.flush()
    }

    /// The pixels of a cell, where the terminal tells the kernel.
    pub(super) fn cell(&self) -> Option<PixelSize> {
        self.output.cell()
    }

    /// Shows a notice by that sequence.
    pub(super) fn notify(&mut self, sequence: Vec<u8>) -> io::Result<()> {
        self.waiting.notice = sequence;
        self.flush()
    }

    /// The title of the window from now on, with the next frame. It is our own text: nobody's who writes to us.
    pub(super) fn set_title(&mut self, title: String) {
        if self.title.text != title {
            self.waiting.title = Some(title.clone());
            self.title.text = title;
        }
    }

    pub(super) fn ring(&mut self) -> io::Result<()> {
        self.waiting.bell = true;
        self.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.taken {
            self.leave();
        }
    }
}

impl QueuedOutput {
    /// The bytes of all that waits, which then waits no more.
    fn take(&mut self, mouse: bool, titled: &AtomicBool) -> io::Result<Vec<u8>> {
        let Self { taking, mouse: switched, asks, graphics, bell, notice, title, copy } =
            std::mem::take(self);
        let mut out = Vec::new();
        if let Some(again) = taking {
            if again {
                out.extend(given_back());
            }
            out.extend(taken_over(mouse)?);
        } else if let Some(mouse) = switched {
            if mouse { out.extend(MOUSE_ON) } else { queue!(out, DisableMouseCapture)? }
        }
        if asks {
            out.extend(b"\x1b]11;?\x1b\\");
        }
        if let Some(queries) = graphics {
            out.extend(if queries { ASK_KITTY } else { b"" });
            out.extend(ASK_GRAPHICS);
        }
        if bell {
            out.push(b'\x07');
        }
        out.extend(notice);
        if let Some(title) = title {
            if !titled.swap(true, Ordering::AcqRel) {
                out.extend(KEEP_TITLE);
            }
            out.extend([b"\x1b]2;", title.as_bytes(), b"\x1b\\"].concat());
        }
        if let Some(text) = copy {
            queue!(out, CopyToClipboard::to_clipboard_from(text))?;
        }
        Ok(out)
    }
}

/// Switches the modes that are ours.
fn taken_over(mouse: bool) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    queue!(
        out,
        EnterAlternateScreen,
        EnableBracketedPaste,
        EnableFocusChange,
        // Terminals that do not know it ignore it; asking first would cost up to two seconds.
        PushKeyboardEnhancementFlags(
            KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES
                | KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS
        )
    )?;
    if mouse {
        out.extend(MOUSE_ON);
    }
    out.extend([TELL_BACKGROUND, ALT_IS_ESC].concat());
    Ok(out)
}

/// Undoes everything that taking over did.
fn given_back() -> Vec<u8> {
    let mut out = [TELL_NO_BACKGROUND, ALT_AS_BEFORE].concat();
    let _into_memory = queue!(
        out,
        PopKeyboardEnhancementFlags,
        DisableMouseCapture,
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    )
    .is_ok();
    out
}

/// What brings the title from before back, if ours stands there.
fn restored_title(titled: &AtomicBool) -> &'static [u8] {
    if titled.swap(false, Ordering::AcqRel) { RESTORE_TITLE } else { b"" }
}

/// A panic gives the terminal back first, then says what happened in one escaped line. On whichever thread: a frame
/// that is being written meanwhile is cut.
fn install_panic_hook(output: Arc<TtyOutput>, titled: Arc<AtomicBool>) {
    std::panic::set_hook(Box::new(move |panic| {
        let line = plain_line(&panic.to_string());
        tracing::error!(line, "panic");
        // A decoder's, which is caught: that picture cannot be shown.
        if std::thread::current().name() == Some(THREAD) {
            return;
        }
        let given_back = [RESUME, restored_title(&titled), &given_back()].concat();
        let taken = output.write_last(&given_back, PANIC_WAIT).is_ok();
        let _cooked = disable_raw_mode().is_ok();
        if taken {
            let _told = writeln!(io::stderr(), "udpqq: {line}").is_ok();
        }
    }));
}
