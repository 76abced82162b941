//! The terminal's file, and its size. The one place of the way out that is specific to a system.

use std::fs::File;
use std::io::{self, Write as _};
use std::time::Duration;

/// What a terminal that does not know its size is taken for, as everywhere.
const STANDARD: (u16, u16) = (80, 24);

/// The terminal that standard output is.
#[derive(Debug)]
pub(super) struct TtyOutput {
    file: File,
    /// A write to it may wait for the terminal.
    waits: bool,
}

impl TtyOutput {
    /// Any file as the terminal.
    #[cfg(test)]
    pub(super) const fn of(file: File, waits: bool) -> Self {
        Self { file, waits }
    }

    /// Writes some of it.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        (&self.file).write(bytes)
    }

    /// Writes what the terminal takes without waiting: nothing, where that cannot be asked for.
    pub(super) fn write_at_once(&self, bytes: &[u8]) -> io::Result<usize> {
        if self.waits {
            return Ok(0);
        }
        let mut written = 0;
        while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
            match self.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(more) => written = written.saturating_add(more),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(written)
    }

    /// Writes all of it from any thread, for a program that is about to end: waits for the terminal at most `bound`
    /// each time it takes nothing.
    pub(super) fn write_last(&self, bytes: &[u8], bound: Duration) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let written = if self.waits { self.write(rest)? } else { self.write_at_once(rest)? };
            rest = rest.get(written..).unwrap_or_default();
            if written == 0 && !self.wait(Some(bound))? {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        Ok(())
    }
}

#[cfg(unix)]
mod system {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::fd::{AsFd as _, OwnedFd};
    use std::os::unix::fs::OpenOptionsExt as _;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::OFlags;
    use rustix::termios::tcgetwinsize;

    use super::{STANDARD, TtyOutput};
    use crate::tui::pictures::PixelSize;

    /// Standard output by a name that opens the terminal anew.
    #[cfg(target_os = "linux")]
    const ANEW: &str = "/proc/self/fd/1";
    /// Elsewhere the names of open files give the same one again, which everybody who has it would find changed.
    #[cfg(not(target_os = "linux"))]
    const ANEW: &str = "";

    impl TtyOutput {
        /// That writes do not wait is a property of the open file, which the shell and others share: so the terminal is
        /// opened once more. It may not be ours to open, behind `su` for one; then writes wait.
        pub(in crate::tui) fn of_terminal() -> io::Result<Self> {
            let flags = OFlags::NOCTTY | OFlags::NONBLOCK;
            let flags = i32::try_from(flags.bits()).unwrap_or_default();
            if let Ok(file) = OpenOptions::new().write(true).custom_flags(flags).open(ANEW) {
                return Ok(Self { file, waits: false });
            }
            let shared: OwnedFd = io::stdout().as_fd().try_clone_to_owned()?;
            Ok(Self { file: File::from(shared), waits: true })
        }

        /// Waits until the terminal takes something, or for `bound`; whether it does.
        pub(in crate::tui) fn wait(&self, bound: Option<Duration>) -> io::Result<bool> {
            let bound = bound.map(Timespec::try_from).transpose().unwrap_or_default();
            match poll(&mut [PollFd::new(&self.file, PollFlags::OUT)], bound.as_ref()) {
                Ok(ready) => Ok(ready > 0),
                Err(rustix::io::Errno::INTR) => Ok(true),
                Err(error) => Err(error.into()),
            }
        }

        /// Columns and rows, asked of the kernel.
        pub(in crate::tui) fn size(&self) -> io::Result<(u16, u16)> {
            let size = tcgetwinsize(&self.file)?;
            let or = |cells: u16, standard| if cells == 0 { standard } else { cells };
            Ok((or(size.ws_col, STANDARD.0), or(size.ws_row, STANDARD.1)))
        }

        /// The pixels of a cell, where the kernel has been told.
        pub(in crate::tui) fn cell(&self) -> Option<PixelSize> {
            let size = tcgetwinsize(&self.file).ok()?;
            let of =
                |pixels: u16, cells: u16| pixels.checked_div(cells).filter(|cell| *cell > 0).map(u32::from);
            Some(PixelSize::new(of(size.ws_xpixel, size.ws_col)?, of(size.ws_ypixel, size.ws_row)?))
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::fs::OpenOptions;
    use std::io;
    use std::time::Duration;

    use super::TtyOutput;
    use crate::tui::pictures::PixelSize;

    impl TtyOutput {
        pub(in crate::tui) fn of_terminal() -> io::Result<Self> {
            Ok(Self { file: OpenOptions::new().write(true).open("CONOUT$")?, waits: true })
        }

        pub(in crate::tui) fn wait(&self, _bound: Option<Duration>) -> io::Result<bool> {
            Ok(true)
        }

        pub(in crate::tui) fn size(&self) -> io::Result<(u16, u16)> {
            crossterm::terminal::size()
        }

        pub(in crate::tui) fn cell(&self) -> Option<PixelSize> {
            None
        }
    }
}
