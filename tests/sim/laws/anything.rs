//! Anything may come in, in any order, also what no network would bring: an engine neither panics nor talks for ever,
//! and keeps its part of the contract.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{TestRng, TestRunner};
use udpqq::dialects::{Dialect, ListenMode, Setup};
use udpqq::model::{
    Fault, FileCommand, LinkId, MessageCommand, MessageId, NetCommand, NetEvent, Now, OutgoingMessage,
    PeerCommand,
};
use udpqq::wire::{Batch, Engine, Input, Output, StreamError, Ticket};

use crate::sim::keys::setup;
use crate::sim::network::origin;
use crate::sim::program::drain;
use crate::sim::stage::answered;
use crate::sim::{Verdict, ensure};

use super::inputs::{Step, Which, steps};
use super::is_plain;

/// What lets an engine speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Only a person who writes: a plain dialect between two.
    OnDemand,
    /// Also that others may know of it: a plain room.
    InRooms,
    /// Its own promises, and what comes in.
    ByItself,
}

/// A caller that remembers what the engine asked for.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that a step may make true")]
struct Caller {
    engine: Box<dyn Engine>,
    now: Now,
    manner: Manner,
    /// It may let others know of it, as soon as it knows who it is.
    wanted: bool,
    introduced: bool,
    /// A person can ask for a connection.
    connects: bool,
    /// The link that it is given carries datagrams in bulk.
    bulk: bool,
    /// A person has spoken.
    spoken: bool,
    asked: Vec<LinkId>,
    sockets: BTreeSet<LinkId>,
    tickets: Vec<Ticket>,
    /// Orders to send that have no answer yet.
    open: BTreeMap<MessageId, usize>,
    /// Messages that were handed over, where a receipt is to come: that none came may be said of each.
    awaited: Option<BTreeMap<MessageId, usize>>,
    deadline: Option<Instant>,
}

/// A member keeps the contract whatever happens around it.
pub(crate) fn a_member_keeps_the_contract(dialect: &Dialect, steps: &[Step]) -> Verdict {
    let manner = match (is_plain(dialect), dialect.scheme.caps.group) {
        (true, false) => Manner::OnDemand,
        (true, true) => Manner::InRooms,
        (false, _) => Manner::ByItself,
    };
    let listen = Some(([0, 0, 0, 0], dialect.scheme.default_port).into());
    let engine = (dialect.engine)(&Setup { listen, ..setup(1, 7) });
    let awaited = dialect.scheme.caps.receipts.then(BTreeMap::new);
    let connects = dialect.scheme.caps.connects;
    let bulk = matches!(dialect.listens, ListenMode::Bulk(_));
    Caller { manner, connects, bulk, awaited, ..Caller::of(engine) }.run(steps)
}

/// So does what stands between: it has no person to wait for.
pub(crate) fn what_stands_between_keeps_the_contract(dialect: &Dialect, steps: &[Step]) -> Verdict {
    let Some(start) = dialect.between else { return Ok(()) };
    let listen = Some(([0, 0, 0, 0], dialect.scheme.default_port).into());
    let engine = start(&Setup { listen, ..setup(1, 7) });
    Caller { spoken: true, ..Caller::of(engine) }.run(steps)
}

impl Caller {
    fn of(engine: Box<dyn Engine>) -> Self {
        Self {
            engine,
            now: origin(),
            manner: Manner::ByItself,
            wanted: false,
            introduced: false,
            connects: false,
            bulk: false,
            spoken: false,
            asked: Vec::new(),
            sockets: BTreeSet::new(),
            tickets: Vec::new(),
            open: BTreeMap::new(),
            awaited: None,
            deadline: None,
        }
    }

    fn run(&mut self, steps: &[Step]) -> Verdict {
        for (index, step) in steps.iter().enumerate() {
            self.step(step).map_err(|fault| format!("step {index}, {step:?}: {fault}"))?;
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Verdict {
        self.note(step);
        let Some(input) = self.input(step) else { return Ok(()) };
        let (outputs, deadline) = drain(self.engine.as_mut(), self.now, input)?;
        let arrived = matches!(step, Step::Datagram(..) | Step::StreamData(..));
        for output in outputs {
            self.take(&output, arrived)?;
        }
        // A deadline that has passed already would make the caller spin after a tick.
        let late = matches!(step, Step::Later(_)) && deadline.is_some_and(|at| at <= self.now.mono);
        ensure!(!late, "a tick asks for a tick at once");
        self.deadline = deadline;
        Ok(())
    }

    /// What follows from a step before the engine hears of it.
    fn note(&mut self, step: &Step) {
        match step {
            Step::Later(seconds) => self.now = self.now.after(Duration::from_secs(*seconds)),
            Step::Up(which, _) => drop(self.sockets.insert(self.link(*which))),
            Step::Down(which, _) => drop(self.sockets.remove(&self.link(*which))),
            Step::Command(NetCommand::Introduce(own)) => {
                self.introduced = true;
                // A membership of something that stands between is no announcement.
                self.wanted |= own.visible.is_everybody() || self.manner == Manner::ByItself;
            }
            Step::Command(NetCommand::Peer(_, PeerCommand::Enter)) => {
                self.wanted = true;
                self.spoken |= self.connects;
            }
            Step::Command(NetCommand::Message(
                _,
                MessageCommand::Send(OutgoingMessage { id: message, .. }),
            )) => {
                *self.open.entry(*message).or_default() += 1;
                self.spoken = true;
            }
            // A person's doing, too: whoever offered or sealed something is told.
            Step::Command(
                NetCommand::Message(_, MessageCommand::Unseal { .. })
                | NetCommand::File(_, FileCommand::Decline { .. }),
            ) => self.spoken = true,
            _ => {}
        }
    }

    fn link(&self, which: Which) -> LinkId {
        match which {
            Which::Number(number) => LinkId(number),
            Which::Asked(pick) => {
                let asked = self.asked.get(pick.checked_rem(self.asked.len()).unwrap_or_default());
                asked.copied().unwrap_or(LinkId(0))
            }
        }
    }

    fn input<'a>(&mut self, step: &'a Step) -> Option<Input<'a>> {
        Some(match step {
            Step::Up(link, only) => {
                let address = ([127, 0, 0, 1], 8_081).into();
                Input::LinkUp { link: self.link(*link), address, only: *only }
            }
            Step::Down(link, code) => Input::LinkDown { link: self.link(*link), code: code.clone() },
            Step::Datagram(link, from, bytes) if self.bulk && self.link(*link).is_given() => {
                let stride = bytes.first().copied().map_or(0, usize::from);
                let batch = Batch { from: *from, to: None, ecn: None, stride, bytes };
                Input::Datagrams { link: self.link(*link), batch }
            }
            Step::Datagram(link, from, bytes) => {
                Input::Datagram { link: self.link(*link), from: *from, to: None, bytes }
            }
            Step::StreamUp(link, peer, accepted) => {
                Input::StreamUp { link: self.link(*link), peer: *peer, accepted: *accepted }
            }
            Step::StreamData(link, bytes) => Input::StreamData { link: self.link(*link), bytes },
            Step::StreamDown(link, code) => {
                let error = code.clone().map(StreamError::Peer);
                Input::StreamDown { link: self.link(*link), error }
            }
            Step::Handed(pick, result) => {
                let pick = pick.checked_rem(self.tickets.len())?;
                Input::Handed { ticket: self.tickets.swap_remove(pick), result: result.clone() }
            }
            Step::Stray(ticket, result) => Input::Handed { ticket: *ticket, result: result.clone() },
            Step::Unreachable(link, to) => Input::Unreachable { link: self.link(*link), to: *to },
            Step::Resolved(conversation, host, addresses) => Input::Resolved {
                conversation: *conversation,
                host: host.clone(),
                addresses: addresses.clone(),
            },
            Step::Interfaces(interfaces) => Input::Interfaces(interfaces),
            Step::Command(command) => Input::Command(command.clone()),
            Step::Later(_) => Input::Tick,
        })
    }

    fn take(&mut self, output: &Output, arrived: bool) -> Verdict {
        match output {
            Output::Datagram { link, ticket, .. } => {
                ensure!(self.sockets.contains(link), "{link:?} is not up: {output:?}");
                self.tickets.extend(*ticket);
                self.speaks(arrived, output)
            }
            Output::Datagrams { link, .. } => {
                ensure!(self.bulk && link.is_given(), "{link:?} carries none in bulk: {output:?}");
                ensure!(self.sockets.contains(link), "{link:?} is not up: {output:?}");
                self.speaks(arrived, output)
            }
            Output::Write { ticket, .. } => {
                self.tickets.extend(*ticket);
                self.speaks(arrived, output)
            }
            Output::Dial { link, .. } => {
                self.ask(*link)?;
                self.speaks(arrived, output)
            }
            Output::Open { link, .. } | Output::Listen { link, .. } => self.ask(*link),
            Output::Close { link } => {
                self.sockets.remove(link);
                Ok(())
            }
            Output::Event(event) => self.hear(event),
            Output::Step { .. } => self.speaks(arrived, output),
            Output::Disk { .. } | Output::Join { .. } | Output::Resolve { .. } | Output::Wait(_) => Ok(()),
        }
    }

    fn ask(&mut self, link: LinkId) -> Verdict {
        let own = LinkId::FIRST_OWN..LinkId::FIRST_ACCEPTED;
        ensure!(own.contains(&link.0), "{link:?} is not a number of its own");
        self.asked.push(link);
        Ok(())
    }

    fn speaks(&self, arrived: bool, output: &Output) -> Verdict {
        let announces = self.manner != Manner::OnDemand && self.introduced && self.wanted;
        ensure!(self.spoken || announces, "nobody asked for {output:?}");
        ensure!(!arrived || self.manner == Manner::ByItself, "an answer to what came in: {output:?}");
        Ok(())
    }

    fn hear(&mut self, event: &NetEvent) -> Verdict {
        let Some(message) = answered(event) else { return Ok(()) };
        if let Some(awaited) = &mut self.awaited {
            let count = awaited.entry(message).or_default();
            match event {
                NetEvent::Failed { fault: Fault::NoAnswer, .. } if *count > 0 => {
                    *count -= 1;
                    return Ok(());
                }
                NetEvent::Handed { .. } => *count += 1,
                _ => {}
            }
        }
        let left = self.open.entry(message).or_default();
        ensure!(*left > 0, "{message:?} was answered more often than it was sent");
        *left -= 1;
        Ok(())
    }
}

/// Both, over inputs that are the same in each run.
pub(crate) fn any_input(dialect: &Dialect) -> Verdict {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let chance = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, chance);
    let result = runner.run(&steps(*dialect), |steps| {
        a_member_keeps_the_contract(dialect, &steps)
            .and_then(|()| what_stands_between_keeps_the_contract(dialect, &steps))
            .map_err(TestCaseError::fail)
    });
    result.map_err(|error| error.to_string())
}
