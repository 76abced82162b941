//! The thread that reads and decodes pictures, one at a time: begun with the first, left alone if one takes too long.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

use tokio::sync::mpsc;
use tokio::time::timeout_at;

use super::decode::{self, MAX_TIME, PictureSource, Probed, Unshowable};
use super::encode::{self, DrawnPicture};
use super::fit::Fit;
use super::graphics::PictureStyle;
use crate::model::TransferId;
use crate::runtime::now;

/// The thread's name. A panic on it is a decoder's, and ends nothing.
pub(in crate::tui) const THREAD: &str = "pictures";
/// Threads that are left alone with what they have, before there are no pictures any more.
const MAX_LOST: u8 = 2;

/// What is to be found out about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) struct PictureJob {
    pub id: TransferId,
    pub source: PictureSource,
    pub work: PictureWork,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum PictureWork {
    Probe,
    Draw(DrawOrder),
}

/// How a picture is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) struct DrawOrder {
    pub fit: Fit,
    pub style: PictureStyle,
    pub number: u32,
}

/// What came of it.
#[derive(Debug)]
pub(in crate::tui) struct PictureDone {
    pub id: TransferId,
    pub result: PictureResult,
}

#[derive(Debug)]
pub(in crate::tui) enum PictureResult {
    Probed(Probed),
    Drawn(DrawOrder, Result<DrawnPicture, Unshowable>),
}

impl PictureJob {
    /// Does it, here and now. A decoder that panics could not show the picture.
    pub(in crate::tui) fn run(self) -> PictureDone {
        let Self { id, ref source, work } = self;
        let result = match work {
            PictureWork::Probe => {
                let probed = catch_unwind(AssertUnwindSafe(|| decode::probe(source)));
                PictureResult::Probed(probed.unwrap_or(Probed::Unshowable(Unshowable::Damaged)))
            }
            PictureWork::Draw(order) => {
                let drawn = catch_unwind(AssertUnwindSafe(|| draw(source, order)));
                PictureResult::Drawn(order, drawn.unwrap_or(Err(Unshowable::Damaged)))
            }
        };
        PictureDone { id, result }
    }

    fn given_up(&self) -> PictureDone {
        let result = match self.work {
            PictureWork::Probe => PictureResult::Probed(Probed::Other),
            PictureWork::Draw(order) => PictureResult::Drawn(order, Err(Unshowable::TooLarge)),
        };
        PictureDone { id: self.id, result }
    }
}

fn draw(source: &PictureSource, order: DrawOrder) -> Result<DrawnPicture, Unshowable> {
    let small = decode::small(source, order.fit.pixels, order.style.ground)?;
    encode::drawn(&small, order.fit, order.style, order.number)
}

/// The thread, seen from the front.
#[derive(Debug, Default)]
pub(in crate::tui) struct PictureWorker {
    running: Option<RunningWorker>,
    busy: Option<BusyWorker>,
    lost: u8,
}

#[derive(Debug)]
struct RunningWorker {
    jobs: SyncSender<PictureJob>,
    done: mpsc::Receiver<PictureDone>,
}

#[derive(Debug)]
struct BusyWorker {
    job: PictureJob,
    until: Instant,
}

impl PictureWorker {
    pub(in crate::tui) const fn is_idle(&self) -> bool {
        self.busy.is_none()
    }

    /// Begins a job. To be called when there is none under way.
    pub(in crate::tui) fn begin(&mut self, job: PictureJob) {
        let until = now().mono + MAX_TIME;
        if self.lost < MAX_LOST && self.running.is_none() {
            // Without a thread the job is given up at once.
            self.running = RunningWorker::start().ok();
        }
        let taken = self.running.as_ref().is_some_and(|worker| worker.jobs.try_send(job.clone()).is_ok());
        self.busy = Some(BusyWorker { job, until: if taken { until } else { now().mono } });
    }

    /// What came of the job under way; forever, where there is none. Cancel-safe.
    pub(in crate::tui) async fn done(&mut self) -> PictureDone {
        let Some(busy) = &self.busy else { return std::future::pending().await };
        let until = busy.until.into();
        let done = match &mut self.running {
            Some(worker) => timeout_at(until, worker.done.recv()).await.ok().flatten(),
            None => None,
        };
        let given_up = self.busy.take().map(|busy| busy.job.given_up());
        if done.is_none() && self.running.take().is_some() {
            self.lost = self.lost.saturating_add(1);
        }
        match done.or(given_up) {
            Some(done) => done,
            None => std::future::pending().await,
        }
    }
}

impl RunningWorker {
    fn start() -> std::io::Result<Self> {
        let (jobs, waiting) = sync_channel::<PictureJob>(1);
        let (end, done) = mpsc::channel(1);
        thread::Builder::new().name(THREAD.to_owned()).spawn(move || {
            while let Ok(job) = waiting.recv() {
                if end.blocking_send(job.run()).is_err() {
                    // Nobody waits for it any more.
                    return;
                }
            }
        })?;
        Ok(Self { jobs, done })
    }
}
