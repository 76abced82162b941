//! The store's thread: takes what has queued up, commits it as one group, reports.

use std::sync::mpsc as blocking;
use std::thread;

use tokio::sync::mpsc;

use super::{Backend, Op, StoreEvent};

/// Changes on their way at once. The session stops reading the network before this is reached, so that a
/// full queue means a store that has stopped answering.
pub const MAX_IN_FLIGHT: usize = 8_192;

/// Changes committed as one group. Bounds how long the first of them waits for the last.
const MAX_GROUP: usize = 1_024;

/// The way to the store's thread. Dropping it ends the thread after what was asked for.
#[derive(Debug)]
pub struct StoreHandle {
    ops: blocking::SyncSender<Op>,
    events: mpsc::Receiver<StoreEvent>,
    in_flight: usize,
}

impl StoreHandle {
    /// Starts the thread that owns `backend`.
    pub fn start(backend: Box<dyn Backend>) -> std::io::Result<Self> {
        let (ops, asked) = blocking::sync_channel(MAX_IN_FLIGHT);
        // An event stands for at least one change in flight, so this can never be the tighter bound.
        let (report, events) = mpsc::channel(MAX_IN_FLIGHT);
        thread::Builder::new().name("store".to_owned()).spawn(move || run(backend, &asked, &report))?;
        Ok(Self { ops, events, in_flight: 0 })
    }

    /// Asks for one change. Gives it back when the queue is full or the thread is gone.
    pub fn ask(&mut self, op: Op) -> Result<(), Op> {
        match self.ops.try_send(op) {
            Ok(()) => {
                self.in_flight = self.in_flight.saturating_add(1);
                Ok(())
            }
            Err(blocking::TrySendError::Full(op) | blocking::TrySendError::Disconnected(op)) => Err(op),
        }
    }

    /// Changes asked for and not yet reported on.
    pub const fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// The next report. Cancel-safe. `None`: the thread is gone.
    pub async fn next(&mut self) -> Option<StoreEvent> {
        let event = self.events.recv().await?;
        self.settle(&event);
        Some(event)
    }

    /// The next report if there is one already.
    pub fn try_next(&mut self) -> Option<StoreEvent> {
        let event = self.events.try_recv().ok()?;
        self.settle(&event);
        Some(event)
    }

    const fn settle(&mut self, event: &StoreEvent) {
        let (StoreEvent::Committed(ops) | StoreEvent::Refused { ops, .. }) = event;
        self.in_flight = self.in_flight.saturating_sub(ops.len());
    }
}

fn run(mut backend: Box<dyn Backend>, asked: &blocking::Receiver<Op>, report: &mpsc::Sender<StoreEvent>) {
    while let Ok(first) = asked.recv() {
        let mut ops = vec![first];
        ops.extend(asked.try_iter().take(MAX_GROUP.saturating_sub(1)));
        let event = match backend.commit(&ops) {
            Ok(()) => StoreEvent::Committed(ops),
            Err(why) => StoreEvent::Refused { ops, why },
        };
        if report.blocking_send(event).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Memory;
    use super::*;
    use crate::model::{ConversationId, Phrase};

    /// A backend whose every commit fails.
    #[derive(Debug)]
    struct Refusing(Phrase);

    impl Backend for Refusing {
        fn commit(&mut self, _ops: &[Op]) -> Result<(), Phrase> {
            Err(self.0.clone())
        }
    }

    #[tokio::test]
    async fn every_change_is_reported_once_and_in_order() {
        let mut store = StoreHandle::start(Box::new(Memory::default())).expect("thread");
        for number in 0..3_000 {
            store.ask(Op::Clear { conversation: ConversationId(number) }).expect("room");
        }
        let mut seen = Vec::new();
        while store.in_flight() > 0 {
            match store.next().await.expect("alive") {
                StoreEvent::Committed(ops) => seen.extend(ops),
                StoreEvent::Refused { .. } => panic!("memory refuses nothing"),
            }
        }
        let wanted: Vec<Op> =
            (0..3_000).map(|number| Op::Clear { conversation: ConversationId(number) }).collect();
        assert_eq!(seen, wanted);
    }

    #[tokio::test]
    async fn a_refused_change_comes_back_with_the_reason() {
        let why = Phrase::new("fault-busy");
        let mut store = StoreHandle::start(Box::new(Refusing(why.clone()))).expect("thread");
        let op = Op::Clear { conversation: ConversationId(1) };
        store.ask(op.clone()).expect("room");
        assert_eq!(store.next().await, Some(StoreEvent::Refused { ops: vec![op], why }));
    }
}
