//! The writing half of a stream: one write after the other, and a word when the kernel has them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::carry::{News, Serial};
use crate::net::fault::code_of;

#[derive(Debug)]
pub(super) struct Writer {
    serial: Serial,
    writes: mpsc::Receiver<Arc<[u8]>>,
    /// What is being written, and how much of it the kernel has.
    current: Option<(Arc<[u8]>, usize)>,
    /// Writes that are done and not told yet.
    done: usize,
    /// How long the kernel may take nothing.
    stall: Duration,
}

impl Writer {
    pub(super) const fn new(serial: Serial, writes: mpsc::Receiver<Arc<[u8]>>, stall: Duration) -> Self {
        Self { serial, writes, current: None, done: 0, stall }
    }

    /// Writes what it is given until that fails; the short name of the error. Cancel-safe: what the kernel took is
    /// noted at once.
    pub(super) async fn run(&mut self, stream: &TcpStream, news: &mpsc::Sender<News>) -> String {
        loop {
            let result = tokio::select! {
                // Telling never holds up writing: what waits to be told is a number.
                room = news.reserve(), if self.done > 0 => {
                    if let Ok(room) = room {
                        room.send(News::Written { serial: self.serial, count: self.take_done() });
                    }
                    Ok(())
                }
                result = write_some(stream, &mut self.current, self.stall), if self.current.is_some() => result,
                next = self.writes.recv(), if self.current.is_none() => match next {
                    Some(bytes) => {
                        self.current = Some((bytes, 0));
                        Ok(())
                    }
                    // The stream is being closed, which ends this.
                    None => std::future::pending().await,
                },
            };
            if let Err(error) = result {
                return code_of(&error);
            }
            self.note_whole();
        }
    }

    /// Writes all that it was given before the stream was closed.
    pub(super) async fn finish(&mut self, stream: &TcpStream) -> io::Result<()> {
        loop {
            if self.current.is_none() {
                // While the stream is not closed there may come more, but this is what there is.
                let Ok(bytes) = self.writes.try_recv() else { return Ok(()) };
                self.current = Some((bytes, 0));
            }
            write_some(stream, &mut self.current, self.stall).await?;
            self.note_whole();
        }
    }

    pub(super) const fn take_done(&mut self) -> usize {
        std::mem::replace(&mut self.done, 0)
    }

    fn note_whole(&mut self) {
        if self.current.take_if(|(bytes, written)| *written >= bytes.len()).is_some() {
            self.done = self.done.saturating_add(1);
        }
    }
}

/// Writes as much as the kernel takes. Cancel-safe: it waits before it writes.
async fn write_some(
    stream: &TcpStream,
    current: &mut Option<(Arc<[u8]>, usize)>,
    stall: Duration,
) -> io::Result<()> {
    let Some((bytes, written)) = current else { return Ok(()) };
    let rest = bytes.get(*written..).unwrap_or_default();
    if rest.is_empty() {
        return Ok(());
    }
    timeout(stall, stream.writable()).await.unwrap_or_else(|_stalled| Err(io::ErrorKind::TimedOut.into()))?;
    match stream.try_write(rest) {
        Ok(count) => *written = written.saturating_add(count),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
        Err(error) => return Err(error),
    }
    Ok(())
}
