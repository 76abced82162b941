//! The steps of one stream, seen from its task: gives the hand its turns on threads that may block, waits for the peer,
//! and tells how far it is.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use super::carry::{News, Serial};
use super::hand::{Failure, Hand, MAX_TURN, Said, Turned};
use crate::net::clock;
use crate::wire::{Step, StepEvent};

#[derive(Debug)]
pub(super) struct Steps {
    serial: Serial,
    /// How long the peer may take nothing. How long it may send nothing is for the engine to say.
    stall: Duration,
    /// Made with the first step: most streams have none.
    hand: Option<Box<Hand>>,
    phase: Phase,
    /// When it was last told how far the step is, what was said then, and what there is to say since.
    told: Instant,
    moved: u64,
    untold: Option<u64>,
    stop: Stop,
}

/// Ends the turn that is under way by being dropped: it cannot be ended from outside.
#[derive(Debug, Default)]
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

type Turn = (Box<Hand>, Result<Turned, Failure>);

#[derive(Debug)]
enum Phase {
    Idle,
    Go,
    Turn(JoinHandle<Turn>),
    Wait(Interest),
    Tell(Said),
}

impl Steps {
    pub(super) fn new(serial: Serial, stall: Duration) -> Self {
        Self {
            serial,
            stall,
            hand: None,
            phase: Phase::Idle,
            told: clock::now().mono,
            moved: 0,
            untold: None,
            stop: Stop::default(),
        }
    }

    pub(super) const fn busy(&self) -> bool {
        !matches!(self.phase, Phase::Idle)
    }

    pub(super) fn begin(&mut self, stream: &Arc<TcpStream>, step: Step) {
        let new = || Box::new(Hand::new(Arc::clone(stream), Arc::clone(&self.stop.0)));
        self.hand.get_or_insert_with(new).begin(step);
        (self.told, self.moved, self.untold) = (clock::now().mono, 0, None);
        self.phase = Phase::Go;
    }

    /// Goes on with the step for one phase. Cancel-safe: each waits for one thing, and keeps what it has.
    pub(super) async fn advance(
        &mut self,
        stream: &TcpStream,
        news: &mpsc::Sender<News>,
    ) -> Result<(), Failure> {
        self.phase = match &mut self.phase {
            Phase::Idle => Phase::Idle,
            Phase::Go => self.go(news)?,
            Phase::Turn(turn) => {
                // A turn that panicked is a fault of ours, and takes the file with it.
                let (hand, turned) = turn.await.map_err(|broken| Failure::Disk(io::Error::other(broken)))?;
                self.turned(hand, turned, news)?
            }
            Phase::Wait(interest) => {
                let (interest, due) = (*interest, self.due());
                tokio::select! {
                    ready = wait(stream, interest, self.stall) => match ready {
                        Ok(()) => Phase::Go,
                        Err(error) => {
                            self.tell_moved(news);
                            return Err(Failure::Net(error));
                        }
                    },
                    () = reached(due) => {
                        self.tell_moved(news);
                        Phase::Wait(interest)
                    }
                }
            }
            Phase::Tell(said) => {
                let serial = self.serial;
                let Ok(room) = news.reserve().await else { return Err(Failure::Ended) };
                match std::mem::replace(said, Said::Nothing) {
                    Said::Nothing => {}
                    Said::Data(bytes) => room.send(News::Data { serial, bytes }),
                    Said::Step(step) => room.send(News::Step { serial, step }),
                }
                Phase::Idle
            }
        };
        Ok(())
    }

    fn go(&mut self, news: &mpsc::Sender<News>) -> Result<Phase, Failure> {
        let Some(mut hand) = self.hand.take() else { return Ok(Phase::Idle) };
        if hand.is_quick() {
            let turned = hand.turn();
            return self.turned(hand, turned, news);
        }
        Ok(Phase::Turn(spawn_blocking(move || {
            let turned = hand.turn();
            (hand, turned)
        })))
    }

    fn turned(
        &mut self,
        hand: Box<Hand>,
        turned: Result<Turned, Failure>,
        news: &mpsc::Sender<News>,
    ) -> Result<Phase, Failure> {
        self.untold = (self.moved != hand.moved).then_some(hand.moved);
        let phase = match turned {
            Ok(Turned::Done(Said::Nothing)) => Phase::Idle,
            Ok(Turned::Done(said)) => Phase::Tell(said),
            Ok(Turned::Again) => Phase::Go,
            Ok(Turned::Waits(interest)) => Phase::Wait(interest),
            Err(failure) => {
                // Nobody is to think that nothing had come.
                self.tell_moved(news);
                return Err(failure);
            }
        };
        if matches!(phase, Phase::Go | Phase::Wait(_))
            && self.due().is_some_and(|due| due <= clock::now().mono)
        {
            self.tell_moved(news);
        }
        self.hand = Some(hand);
        Ok(phase)
    }

    /// When progress is to be told: a few times a second.
    fn due(&self) -> Option<Instant> {
        self.untold.and_then(|_| self.told.checked_add(MAX_TURN))
    }

    /// When there is no room for it, the next one does as well.
    fn tell_moved(&mut self, news: &mpsc::Sender<News>) {
        self.told = clock::now().mono;
        if let (Some(bytes), Ok(room)) = (self.untold, news.try_reserve()) {
            room.send(News::Step { serial: self.serial, step: StepEvent::Moved { bytes } });
            self.moved = bytes;
            self.untold = None;
        }
    }
}

async fn reached(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}

async fn wait(stream: &TcpStream, interest: Interest, stall: Duration) -> io::Result<()> {
    let ready = stream.ready(interest);
    if interest.is_writable() {
        timeout(stall, ready).await.unwrap_or_else(|_stalled| Err(io::ErrorKind::TimedOut.into()))?;
    } else {
        ready.await?;
    }
    Ok(())
}
