//! The engines of all dialects, and the only caller of `Engine::handle`: one input, then drained at once.
//!
//! Does no I/O itself: what comes out goes to [`Executor`].

use std::collections::BTreeMap;
use std::time::Instant;

use super::executor::Executor;
use super::keys::EngineId;
use crate::model::{ConversationId, NetCommand, Now, PeerCommand};
use crate::wire::{Engine, Input, Output};

/// The dialect an address without a scheme means; it answers for conversations that are not followed.
pub(super) const FIRST: EngineId = 0;

struct RunningEngine {
    scheme: &'static str,
    engine: Box<dyn Engine>,
    deadline: Option<Instant>,
}

pub(super) struct Mux {
    running: Vec<RunningEngine>,
    /// Whose a conversation is. One entry for each followed peer, so the engines' limit bounds it.
    owners: BTreeMap<ConversationId, EngineId>,
}

impl Mux {
    /// The engines in the order of their numbers, by the name of their scheme.
    pub(super) fn new(engines: Vec<(&'static str, Box<dyn Engine>)>) -> Self {
        let start = |(scheme, engine)| RunningEngine { scheme, engine, deadline: None };
        Self { running: engines.into_iter().map(start).collect(), owners: BTreeMap::new() }
    }

    /// The earliest instant at which an engine wants a tick.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.running.iter().filter_map(|running| running.deadline).min()
    }

    /// Hands an order to the engine it is for.
    pub(super) fn execute(&mut self, now: Now, command: NetCommand, executor: &mut Executor) {
        let engine = match &command {
            NetCommand::Introduce(_) | NetCommand::Look | NetCommand::Leave => {
                return self.feed_all(now, &Input::Command(command), executor);
            }
            NetCommand::Lab(_) => return,
            NetCommand::Listen { scheme, .. } => self.engine_of(scheme),
            NetCommand::Peer(conversation, PeerCommand::Follow { address, .. }) => {
                let engine = self.engine_of(address.scheme.name);
                let before = self.owners.insert(*conversation, engine);
                if let Some(before) = before.filter(|before| *before != engine) {
                    let forget = NetCommand::Peer(*conversation, PeerCommand::Forget);
                    self.feed(now, before, Input::Command(forget), executor);
                }
                engine
            }
            NetCommand::Peer(conversation, PeerCommand::Forget) => {
                self.owners.remove(conversation).unwrap_or(FIRST)
            }
            NetCommand::Peer(
                conversation,
                PeerCommand::Enter
                | PeerCommand::Typing
                | PeerCommand::Nudge
                | PeerCommand::Ask
                | PeerCommand::History(_)
                | PeerCommand::Room(_),
            )
            | NetCommand::Trust(conversation, _)
            | NetCommand::Message(conversation, _)
            | NetCommand::File(conversation, _) => self.owners.get(conversation).copied().unwrap_or(FIRST),
        };
        self.feed(now, engine, Input::Command(command), executor);
    }

    /// Wakes every engine whose deadline has passed.
    pub(super) fn tick(&mut self, now: Now, executor: &mut Executor) {
        for engine in 0..self.running.len() {
            let due = self.running.get(engine).and_then(|running| running.deadline);
            if due.is_some_and(|due| due <= now.mono) {
                self.feed(now, engine, Input::Tick, executor);
            }
        }
    }

    /// One input, and all that follows from it.
    pub(super) fn feed(&mut self, now: Now, engine: EngineId, input: Input<'_>, executor: &mut Executor) {
        self.feed_one(now, engine, input, executor);
        self.feed_pending(now, executor);
    }

    /// Tells every engine the same.
    pub(super) fn feed_all(&mut self, now: Now, input: &Input<'_>, executor: &mut Executor) {
        for engine in 0..self.running.len() {
            self.feed(now, engine, input.clone(), executor);
        }
    }

    /// Tells the engines what is there for them, and all that follows from it.
    pub(super) fn feed_pending(&mut self, now: Now, executor: &mut Executor) {
        while let Some((engine, input)) = executor.inputs.pop() {
            self.feed_one(now, engine, input, executor);
        }
    }

    fn feed_one(&mut self, now: Now, engine: EngineId, input: Input<'_>, executor: &mut Executor) {
        let Some(running) = self.running.get_mut(engine) else { return };
        running.engine.handle(now, input);
        loop {
            let output = running.engine.poll(now);
            if let Output::Wait(deadline) = output {
                running.deadline = deadline;
                return;
            }
            executor.execute(engine, output);
        }
    }

    pub(super) fn scheme(&self, engine: EngineId) -> &'static str {
        self.running.get(engine).map_or("", |running| running.scheme)
    }

    pub(super) fn engine_of(&self, scheme: &str) -> EngineId {
        self.running.iter().position(|running| running.scheme == scheme).unwrap_or(FIRST)
    }
}

impl std::fmt::Debug for Mux {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mux").field("engines", &self.running.len()).finish_non_exhaustive()
    }
}
