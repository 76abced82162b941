//! Bytes on their way to the terminal. Nobody waits for them but a thread of its own.
//!
//! A terminal may stop reading: the ssh it hangs on is stuck, or somebody scrolls back in it. So one write is under way
//! at a time and the next is not made before it has ended; whoever draws drops frames meanwhile. What the terminal
//! takes at once is written at once, by whoever asks, where that can be asked for.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

use tokio::sync::Notify;

use super::output::TtyOutput;

/// How long leaving waits for the write under way, and again for the last one: longer than any terminal that reads
/// needs for a frame, shorter than a person's patience with a program that was told to end.
const MAX_WAIT: Duration = Duration::from_millis(250);

/// Ends what a write that was given up may have left open: a sequence (CAN, ECMA-48 5.6), an update, a row without
/// wrapping, a style, a link.
pub(super) const RESUME: &[u8] = b"\x18\x1b[?2026l\x1b[?7h\x1b[m\x1b]8;;\x1b\\";

/// A write that goes on, on the thread.
#[derive(Debug)]
struct PendingWrite {
    bytes: Vec<u8>,
    written: usize,
    given_up: Arc<AtomicBool>,
}

/// The way to the terminal.
#[derive(Debug)]
pub(super) struct TtyWriter {
    output: Arc<TtyOutput>,
    jobs: SyncSender<PendingWrite>,
    ended: Receiver<io::Result<()>>,
    notify: Arc<Notify>,
    /// Gives up the write under way; `None`: there is none.
    under_way: Option<Arc<AtomicBool>>,
    /// A write was given up, nobody knows where.
    cut: bool,
}

impl TtyWriter {
    pub(super) fn start(output: Arc<TtyOutput>) -> io::Result<Self> {
        let (jobs, waiting) = sync_channel(1);
        let (end, ended) = sync_channel(1);
        let notify = Arc::new(Notify::new());
        let (terminal, woken) = (Arc::clone(&output), Arc::clone(&notify));
        thread::Builder::new().name("terminal".to_owned()).spawn(move || {
            while let Ok(job) = waiting.recv() {
                // Without a receiver the front is gone, and the sender with it.
                let _told = end.send(write_whole(&terminal, &job)).is_ok();
                woken.notify_one();
            }
        })?;
        Ok(Self { output, jobs, ended, notify, under_way: None, cut: false })
    }

    /// Whether a write is under way, as far as it is known here.
    pub(super) const fn is_writing(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether the next write may be made. An error is that of the last one.
    pub(super) fn is_idle(&mut self) -> io::Result<bool> {
        if self.under_way.is_none() {
            return Ok(true);
        }
        match self.ended.try_recv() {
            Ok(ended) => self.end(ended).map(|()| true),
            Err(TryRecvError::Empty) => Ok(false),
            Err(TryRecvError::Disconnected) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Waits for the end of the write under way; without one, forever. Cancel-safe.
    pub(super) async fn written(&mut self) -> io::Result<()> {
        if self.under_way.is_none() {
            return std::future::pending().await;
        }
        while !self.is_idle()? {
            self.notify.notified().await;
        }
        Ok(())
    }

    /// Begins the next write, and ends it where the terminal takes it at once. To be called when there is none.
    pub(super) fn write(&mut self, mut bytes: Vec<u8>) -> io::Result<()> {
        if std::mem::take(&mut self.cut) {
            drop(bytes.splice(..0, RESUME.iter().copied()));
        }
        let written = self.output.write_at_once(&bytes)?;
        if written == bytes.len() {
            return Ok(());
        }
        let given_up = Arc::new(AtomicBool::new(false));
        self.under_way = Some(Arc::clone(&given_up));
        let job = PendingWrite { bytes, written, given_up };
        self.jobs.try_send(job).map_err(|_gone| io::ErrorKind::BrokenPipe.into())
    }

    /// The last bytes for now. It is tried for a bounded time; a terminal that does not read does not get them.
    pub(super) fn finish(&mut self, last: &[u8]) {
        if !self.wait() {
            // Into a gap that came just now, or nowhere.
            let last = [RESUME, last].concat();
            let _tried = self.output.write_at_once(&last).is_ok();
            return;
        }
        if self.write(last.to_vec()).is_ok() {
            self.wait();
        }
    }

    /// Waits for the write under way for as long as leaving may take, then gives it up. Whether it has ended.
    fn wait(&mut self) -> bool {
        let Some(given_up) = &self.under_way else { return true };
        match self.ended.recv_timeout(MAX_WAIT) {
            Ok(ended) => self.end(ended).is_ok(),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                given_up.store(true, Ordering::Release);
                self.cut = true;
                false
            }
        }
    }

    fn end(&mut self, ended: io::Result<()>) -> io::Result<()> {
        self.under_way = None;
        ended
    }
}

/// Writes the rest, waiting for the terminal for as long as it takes, unless it is given up.
fn write_whole(output: &TtyOutput, job: &PendingWrite) -> io::Result<()> {
    let mut rest = job.bytes.get(job.written..).unwrap_or_default();
    while !rest.is_empty() && !job.given_up.load(Ordering::Acquire) {
        match output.write(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                output.wait(None)?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
