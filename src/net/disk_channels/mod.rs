//! The disk channels of all engines: which are open, what each still has to do, and what of it engines are told.
//!
//! Each channel has a task of its own (`worker`), which takes a thread only while there is something to do. What comes of
//! its steps goes through one short queue, in which the channels have their turns, and in which all of them wait when the
//! app does not take its events.

mod hashed_io;
mod worker;

use std::collections::BTreeMap;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::keys::LinkKey;
use crate::model::ErrorCode;
use crate::wire::disk::{MAX_CHANNELS, MAX_STEPS};
use crate::wire::{DiskEvent, DiskStep};
use hashed_io::HashedIo;
use worker::Worker;

/// Tasks, with those that are not over though their channel is closed: a disk that hangs must not gather threads.
const MAX_TASKS: usize = 2 * MAX_CHANNELS;
/// Results on their way, of all channels: 4 MiB at the most, and as much again in hands that wait for a place.
const MAX_RESULTS: usize = 16;

/// Which channel of this run. Another one may have the same link later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChannelId {
    key: LinkKey,
    number: u64,
}

/// What a channel is to do next, or why it is not to go on.
type QueuedStep = Result<DiskStep, ErrorCode>;
type StepResult = (ChannelId, DiskEvent);

#[derive(Debug)]
struct OpenChannel {
    number: u64,
    /// Gone with the channel, which ends its task.
    steps: mpsc::Sender<QueuedStep>,
    unanswered: usize,
}

#[derive(Debug)]
pub(super) struct DiskChannels {
    tasks: JoinSet<()>,
    open: BTreeMap<LinkKey, OpenChannel>,
    next: u64,
    results: mpsc::Receiver<StepResult>,
    sender: mpsc::Sender<StepResult>,
    /// Channels that cannot be opened at all. Told in a turn of their own, so that an engine which asks again at once
    /// does not keep everything else waiting.
    refused: BTreeMap<LinkKey, ErrorCode>,
}

/// What is to be looked at.
#[derive(Debug)]
pub(super) enum DiskNews {
    Done(ChannelId, DiskEvent),
    Refused(LinkKey, ErrorCode),
}

impl DiskChannels {
    pub(super) fn new() -> Self {
        let (sender, results) = mpsc::channel(MAX_RESULTS);
        Self {
            tasks: JoinSet::new(),
            open: BTreeMap::new(),
            next: 0,
            results,
            sender,
            refused: BTreeMap::new(),
        }
    }

    /// Waits for something to look at. Cancel-safe: it is taken only in the poll that returns it.
    pub(super) async fn next(&mut self) -> DiskNews {
        if let Some((key, code)) = self.refused.pop_first() {
            return DiskNews::Refused(key, code);
        }
        match self.results.recv().await {
            Some((id, event)) => DiskNews::Done(id, event),
            // Never: a sender is kept here.
            None => std::future::pending().await,
        }
    }

    /// Asks a channel for a step; the first one opens it.
    pub(super) fn step(&mut self, key: LinkKey, step: DiskStep) {
        // What was asked for together with a step that was refused comes after it.
        if self.refused.contains_key(&key) {
            return;
        }
        if !self.open.contains_key(&key)
            && let Err(code) = self.start(key)
        {
            self.refused.insert(key, code);
            return;
        }
        if let Some(channel) = self.open.get_mut(&key) {
            channel.ask(step);
        }
    }

    fn start(&mut self, key: LinkKey) -> Result<(), ErrorCode> {
        while self.tasks.try_join_next().is_some() {}
        if !key.is_own() {
            return Err(ErrorCode::EINVAL);
        }
        if self.open.len() >= MAX_CHANNELS || self.tasks.len() >= MAX_TASKS {
            return Err(ErrorCode::EMFILE);
        }
        let number = self.next;
        self.next = number.wrapping_add(1);
        // Room for the one that is too many as well.
        let (steps, asked) = mpsc::channel(MAX_STEPS + 1);
        let id = ChannelId { key, number };
        let worker = Worker { id, steps: asked, results: self.sender.clone(), io: HashedIo::default() };
        self.tasks.spawn(worker.run());
        self.open.insert(key, OpenChannel { number, steps, unanswered: 0 });
        Ok(())
    }

    /// Its engine hears nothing of it any more. Whether there was such a channel.
    pub(super) fn close(&mut self, key: LinkKey) -> bool {
        let refused = self.refused.remove(&key).is_some();
        self.open.remove(&key).is_some() || refused
    }

    /// Looks at the news: what an engine is to be told comes back.
    pub(super) fn on_news(&mut self, news: DiskNews) -> Option<(LinkKey, DiskEvent)> {
        let (id, event) = match news {
            DiskNews::Done(id, event) => (id, event),
            DiskNews::Refused(key, code) => return Some((key, DiskEvent::Failed { error: code.into() })),
        };
        let channel = self.open.get_mut(&id.key).filter(|channel| channel.number == id.number)?;
        channel.unanswered = channel.unanswered.saturating_sub(1);
        if matches!(event, DiskEvent::Failed { .. }) {
            self.open.remove(&id.key);
        }
        Some((id.key, event))
    }
}

impl OpenChannel {
    fn ask(&mut self, step: DiskStep) {
        self.unanswered = self.unanswered.saturating_add(1);
        let step = if self.unanswered > MAX_STEPS { Err(ErrorCode::EINVAL) } else { Ok(step) };
        // Without room this one comes after the one too many, which ends the channel; a task that has ended has said why.
        let _unanswered = self.steps.try_send(step);
    }
}
