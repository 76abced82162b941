//! The engines of all dialects, and the only caller of `Engine::handle`: one input, then drained at once.
//!
//! Does no I/O itself: what comes out goes to [`Ports`].

use std::collections::BTreeMap;
use std::time::Instant;

use super::ports::Ports;
use crate::model::{ConversationId, NetCommand, Now, PeerCommand};
use crate::wire::{Engine, Input, Output};

/// Which engine: its place in the list of dialects.
pub(super) type Slot = usize;

/// The dialect an address without a scheme means; it answers for conversations nobody follows.
pub(super) const FIRST: Slot = 0;

struct Running {
    scheme: &'static str,
    engine: Box<dyn Engine>,
    deadline: Option<Instant>,
}

pub(super) struct Mux {
    running: Vec<Running>,
    /// Whose a conversation is. One entry for each followed peer, so the engines' limit bounds it.
    owners: BTreeMap<ConversationId, Slot>,
}

impl Mux {
    /// The engines in the order of their slots, by the name of their scheme.
    pub(super) fn new(engines: Vec<(&'static str, Box<dyn Engine>)>) -> Self {
        let start = |(scheme, engine)| Running { scheme, engine, deadline: None };
        Self { running: engines.into_iter().map(start).collect(), owners: BTreeMap::new() }
    }

    /// The earliest instant at which an engine wants a tick.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.running.iter().filter_map(|running| running.deadline).min()
    }

    /// Hands an order to the engine it is for.
    pub(super) fn obey(&mut self, now: Now, command: NetCommand, ports: &mut Ports) {
        let slot = match &command {
            NetCommand::Introduce(_) => {
                return self.feed_all(now, &Input::Command(command), ports);
            }
            NetCommand::Listen { scheme, .. } => self.slot_of(scheme),
            NetCommand::Peer(conversation, PeerCommand::Follow { address, .. }) => {
                let slot = self.slot_of(address.scheme.name);
                let before = self.owners.insert(*conversation, slot);
                if let Some(before) = before.filter(|before| *before != slot) {
                    let forget = NetCommand::Peer(*conversation, PeerCommand::Forget);
                    self.feed(now, before, Input::Command(forget), ports);
                }
                slot
            }
            NetCommand::Peer(conversation, PeerCommand::Forget) => {
                self.owners.remove(conversation).unwrap_or(FIRST)
            }
            NetCommand::Peer(conversation, PeerCommand::Enter)
            | NetCommand::Message(conversation, _)
            | NetCommand::File(conversation, _) => self.owners.get(conversation).copied().unwrap_or(FIRST),
        };
        self.feed(now, slot, Input::Command(command), ports);
    }

    /// Wakes every engine whose deadline has passed.
    pub(super) fn tick(&mut self, now: Now, ports: &mut Ports) {
        for slot in 0..self.running.len() {
            let due = self.running.get(slot).and_then(|running| running.deadline);
            if due.is_some_and(|due| due <= now.mono) {
                self.feed(now, slot, Input::Tick, ports);
            }
        }
    }

    /// One input, and all that follows from it.
    pub(super) fn feed(&mut self, now: Now, slot: Slot, input: Input<'_>, ports: &mut Ports) {
        self.step(now, slot, input, ports);
        self.settle(now, ports);
    }

    /// Tells every engine the same.
    pub(super) fn feed_all(&mut self, now: Now, input: &Input<'_>, ports: &mut Ports) {
        for slot in 0..self.running.len() {
            self.feed(now, slot, input.clone(), ports);
        }
    }

    /// Tells the engines what is there for them, and all that follows from it.
    pub(super) fn settle(&mut self, now: Now, ports: &mut Ports) {
        while let Some((slot, input)) = ports.told.pop_front() {
            self.step(now, slot, input, ports);
        }
    }

    fn step(&mut self, now: Now, slot: Slot, input: Input<'_>, ports: &mut Ports) {
        let Some(running) = self.running.get_mut(slot) else { return };
        running.engine.handle(now, input);
        loop {
            let output = running.engine.poll(now);
            if let Output::Wait(deadline) = output {
                running.deadline = deadline;
                return;
            }
            ports.perform(slot, output);
        }
    }

    pub(super) fn scheme(&self, slot: Slot) -> &'static str {
        self.running.get(slot).map_or("", |running| running.scheme)
    }

    pub(super) fn slot_of(&self, scheme: &str) -> Slot {
        self.running.iter().position(|running| running.scheme == scheme).unwrap_or(FIRST)
    }
}

impl std::fmt::Debug for Mux {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mux").field("engines", &self.running.len()).finish_non_exhaustive()
    }
}
