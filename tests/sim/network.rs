//! The network itself: what is on its way and when it arrives, under one virtual clock. The only caller of engines.
//!
//! Stricter than a kernel: an engine that breaks the contract ends the run with a sentence that says how.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use udpqq::model::{ConversationId, ErrorCode, LinkId, NetCommand, Now, WallTime};
use udpqq::wire::{Ecn, Engine, Input, Output, Segments, StepEvent, Ticket};

use super::chance::Chance;
use super::datagrams::{Departure, Parcel, Sent};
use super::history::{History, Record};
use super::program::{Bound, Host, HostId, Link, Program, ProgramId, drain};
use super::streams::Stream;
use super::{Verdict, ensure};

pub(crate) use super::weather::Weather;

/// Inputs of one run. The longest law, an hour of relayed conversation, needs a tenth of it.
const MAX_INPUTS: usize = 200_000;
/// One way between two hosts, and the time that a name or a socket takes: orders may come sooner.
pub(super) const LATENCY: Duration = Duration::from_millis(1);
/// One way to a program on the same host.
pub(super) const NEAR: Duration = Duration::from_micros(50);

/// What a program is given before it starts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given {
    Nothing,
    Datagrams(SocketAddr),
    Bulk(SocketAddr),
    Streams(SocketAddr),
}

/// Something on its way to a program.
#[derive(Debug)]
pub(super) enum Arrival {
    Order(NetCommand),
    /// Something is written down.
    Committed(Record),
    LinkUp {
        link: LinkId,
        address: SocketAddr,
    },
    LinkDown {
        link: LinkId,
        code: &'static str,
    },
    Datagram {
        link: LinkId,
        from: SocketAddr,
        to: IpAddr,
        ecn: Option<Ecn>,
        bytes: Arc<[u8]>,
    },
    Unreachable {
        link: LinkId,
        to: SocketAddr,
    },
    Handed {
        ticket: Ticket,
        result: Result<(), ErrorCode>,
    },
    /// A dial has reached the other host; not an input yet.
    Knock {
        link: LinkId,
        to: SocketAddr,
        from: Option<IpAddr>,
    },
    Opened {
        link: LinkId,
        peer: SocketAddr,
        accepted: bool,
    },
    /// A pipe has something to read for this end, or has ended.
    Readable {
        link: LinkId,
    },
    /// What a step took of a stream.
    Taken {
        link: LinkId,
        bytes: Vec<u8>,
    },
    Stepped {
        link: LinkId,
        step: StepEvent,
    },
    /// The oldest step of a disk channel is over.
    DiskDone {
        link: LinkId,
    },
    /// A step needs more than comes.
    Ended {
        link: LinkId,
    },
    Resolved {
        conversation: ConversationId,
        host: String,
        addresses: Vec<SocketAddr>,
    },
}

pub(crate) struct Network {
    pub(crate) now: Now,
    pub(super) began: Instant,
    pub(crate) weather: Weather,
    pub(super) chance: Chance,
    pub(super) queue: BTreeMap<(Instant, u64), (ProgramId, Arrival)>,
    counter: u64,
    pub(super) hosts: Vec<Host>,
    pub(super) programs: Vec<Program>,
    pub(super) streams: Vec<Stream>,
    /// What lies on the hosts; a folder is `None`.
    pub(super) files: BTreeMap<(HostId, PathBuf), Option<Vec<u8>>>,
    pub(super) names: BTreeMap<String, Vec<IpAddr>>,
    pub(super) ephemeral: u16,
    /// Nothing gets from one host to another until then.
    pub(crate) dark: Option<Instant>,
    /// Somebody notes what is sent to one place.
    pub(crate) tap: Option<Vec<Sent>>,
    /// When what each host has sent is out, where it may send only so fast.
    pub(super) free: BTreeMap<HostId, Instant>,
    /// The first thing an engine did that the contract does not allow.
    fault: Option<String>,
}

#[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
pub(crate) fn origin() -> Now {
    Now { mono: Instant::now(), wall: WallTime(0) }
}

// What stands on it.
impl Network {
    pub(crate) fn new(seed: u64, weather: Weather) -> Self {
        let now = origin();
        Self {
            now,
            began: now.mono,
            weather,
            chance: Chance::new(seed),
            queue: BTreeMap::new(),
            counter: 0,
            hosts: Vec::new(),
            programs: Vec::new(),
            streams: Vec::new(),
            files: BTreeMap::new(),
            names: BTreeMap::new(),
            ephemeral: 40_000,
            dark: None,
            tap: None,
            free: BTreeMap::new(),
            fault: None,
        }
    }

    /// A host, found by `name` as well.
    pub(crate) fn host(&mut self, number: u8, name: &str) -> HostId {
        let host = Host::numbered(number);
        self.hosts.push(host);
        self.names.insert(name.to_owned(), vec![host.v4.into()]);
        HostId(self.hosts.len() - 1)
    }

    /// Starts a program as the real caller does: interfaces, then the sockets it is given.
    pub(crate) fn launch(&mut self, host: HostId, engine: Box<dyn Engine>, given: Given) -> ProgramId {
        self.programs.push(Program::new(host, engine));
        let program = ProgramId(self.programs.len() - 1);
        self.start(program, given);
        program
    }

    /// Ends a program as `kill -9` does: what it had open is closed, what was on its way to it is lost.
    pub(crate) fn kill(&mut self, program: ProgramId) {
        let links: Vec<LinkId> = self.programs[program.0].links.keys().copied().collect();
        for link in links {
            self.close(program, link);
        }
        self.queue.retain(|_, (to, _)| *to != program);
        self.programs[program.0].deadline = None;
        self.programs[program.0].strikes_in = None;
    }

    /// The machine goes to sleep: nothing runs there, and what comes is lost.
    pub(crate) fn suspend(&mut self, program: ProgramId) {
        let now = self.now.mono;
        self.programs[program.0].clock.fall_asleep(now);
    }

    pub(crate) fn wake(&mut self, program: ProgramId) {
        let now = self.now.mono;
        self.programs[program.0].clock.wake_up(now);
    }

    /// Sets the wall clock of a program, which nothing else notices.
    pub(crate) fn shift_wall(&mut self, program: ProgramId, micros: i64) {
        self.programs[program.0].clock.shift = micros;
    }

    /// The program is killed when it has put out so many things more.
    pub(crate) fn strike(&mut self, program: ProgramId, outputs: usize) {
        self.programs[program.0].strikes_in = Some(outputs);
    }

    pub(crate) fn was_struck(&self, program: ProgramId) -> bool {
        self.program(program).strikes_in.is_none()
    }

    /// What a program has written down is replaced by an older copy of it.
    pub(crate) fn restore(&mut self, program: ProgramId, history: History) {
        self.programs[program.0].history = history;
    }

    /// A host gets other addresses.
    pub(crate) fn renumber(&mut self, host: HostId, number: u8) {
        let Host { v4, v6, .. } = Host::numbered(number);
        let interface = self.hosts[host.0].interface;
        self.hosts[host.0] = Host { v4, v6, interface };
        self.plug(host, interface);
    }

    /// Starts it again, with nothing of what it knew.
    pub(crate) fn restart(&mut self, program: ProgramId, engine: Box<dyn Engine>, given: Given) {
        self.kill(program);
        self.programs[program.0].engine = engine;
        self.start(program, given);
    }

    fn start(&mut self, program: ProgramId, given: Given) {
        let interfaces = self.host_of(program).interfaces();
        self.step(program, Input::Interfaces(&interfaces));
        let link = LinkId(0);
        let (address, kind) = match given {
            Given::Nothing => return,
            Given::Datagrams(at) | Given::Bulk(at) => {
                let bulk = matches!(given, Given::Bulk(_));
                let bound = Bound { at, shared: false, broadcast: false, bulk, groups: [].into() };
                (at, Link::Socket(bound))
            }
            Given::Streams(at) => (at, Link::Listener(at)),
        };
        self.programs[program.0].links.insert(link, kind);
        self.step(program, Input::LinkUp { link, address, only: None });
    }

    pub(crate) fn program(&self, id: ProgramId) -> &Program {
        &self.programs[id.0]
    }

    pub(crate) fn host_of(&self, id: ProgramId) -> Host {
        self.hosts[self.programs[id.0].host.0]
    }

    /// An order, obeyed `later` from now.
    pub(crate) fn order(&mut self, program: ProgramId, later: Duration, command: NetCommand) {
        self.post(program, later, Arrival::Order(command));
    }
}

// Time.
impl Network {
    pub(super) fn post(&mut self, program: ProgramId, later: Duration, arrival: Arrival) {
        self.counter += 1;
        self.queue.insert((self.now.after(later).mono, self.counter), (program, arrival));
    }

    /// Everything that happens within `span` of virtual time.
    pub(crate) fn run(&mut self, span: Duration) -> Verdict {
        let end = self.now.after(span).mono;
        for _ in 0..MAX_INPUTS {
            if !self.advance(end)? {
                return Ok(());
            }
        }
        Err(format!("more than {MAX_INPUTS} inputs within {span:?}: somebody talks for ever"))
    }

    /// The next `count` inputs, as far as they come within `span`.
    pub(crate) fn run_inputs(&mut self, count: usize, span: Duration) -> Verdict {
        let end = self.now.after(span).mono;
        for _ in 0..count {
            if !self.advance(end)? {
                break;
            }
        }
        Ok(())
    }

    /// One arrival or one tick; `false` when nothing happens any more until `end`.
    fn advance(&mut self, end: Instant) -> Verdict<bool> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let arrival = self.queue.first_key_value().map(|((at, _), _)| *at);
        let due = self
            .programs
            .iter()
            .enumerate()
            .filter_map(|(index, program)| program.wakes().map(|at| (at, ProgramId(index))));
        let due = due.min();
        let tick = due.filter(|(at, _)| arrival.is_none_or(|arrival| *at < arrival));
        let Some(next) = tick.map(|(at, _)| at).or(arrival).filter(|at| *at <= end) else {
            self.now = self.now.after(end.saturating_duration_since(self.now.mono));
            return Ok(false);
        };
        self.now = self.now.after(next.saturating_duration_since(self.now.mono));
        if let Some((_, program)) = tick {
            self.tick(program)?;
        } else if let Some((_, (program, arrival))) = self.queue.pop_first() {
            self.arrive(program, arrival);
        }
        Ok(true)
    }

    fn tick(&mut self, program: ProgramId) -> Verdict {
        self.programs[program.0].tally.ticks += 1;
        self.step(program, Input::Tick);
        let deadline = self.programs[program.0].wakes();
        // The caller would come back at once, and again.
        let late = deadline.is_some_and(|at| at <= self.now.mono);
        ensure!(!late, "{program:?}: a tick asks for a tick at once");
        Ok(())
    }
}

// Between the network and the engines.
impl Network {
    fn arrive(&mut self, program: ProgramId, arrival: Arrival) {
        // Nobody is there who would hear it.
        if self.programs[program.0].clock.sleeps() {
            return;
        }
        let links = &self.programs[program.0].links;
        match arrival {
            Arrival::Order(command) => self.step(program, Input::Command(command)),
            Arrival::Committed(record) => self.commit(program, record),
            Arrival::LinkUp { link, address } => self.opened(program, link, address),
            Arrival::LinkDown { link, code } => {
                self.step(program, Input::LinkDown { link, code: Some(code.into()) });
            }
            Arrival::Datagram { link, from, to, ecn, bytes } => {
                let parcel = Parcel { from, to, ecn, bytes };
                self.deliver(program, link, parcel);
            }
            Arrival::Unreachable { link, to } if links.contains_key(&link) => {
                self.step(program, Input::Unreachable { link, to });
            }
            Arrival::Handed { ticket, result } => self.step(program, Input::Handed { ticket, result }),
            Arrival::Knock { link, to, from } => self.knock(program, link, (to, from)),
            Arrival::Opened { link, peer, accepted } if links.contains_key(&link) => {
                self.step(program, Input::StreamUp { link, peer, accepted });
            }
            Arrival::Readable { link } => self.read(program, link),
            Arrival::Taken { link, bytes } if links.contains_key(&link) => {
                self.step(program, Input::StreamData { link, bytes: &bytes });
            }
            Arrival::Stepped { link, step } if links.contains_key(&link) => {
                self.step(program, Input::Stepped { link, step });
            }
            Arrival::DiskDone { link } => self.do_disk(program, link),
            Arrival::Ended { link } if links.contains_key(&link) => self.come_down(program, link),
            Arrival::Resolved { conversation, host, addresses } => {
                self.step(program, Input::Resolved { conversation, host, addresses });
            }
            // The program has closed it meanwhile.
            Arrival::Unreachable { .. }
            | Arrival::Opened { .. }
            | Arrival::Taken { .. }
            | Arrival::Stepped { .. }
            | Arrival::Ended { .. } => {}
        }
    }

    pub(super) fn step(&mut self, program: ProgramId, input: Input<'_>) {
        let now = self.programs[program.0].clock.read(self.now);
        match drain(self.programs[program.0].engine.as_mut(), now, input) {
            Ok((outputs, deadline)) => {
                self.programs[program.0].deadline = deadline;
                for output in outputs {
                    if self.programs[program.0].is_struck() {
                        return self.kill(program);
                    }
                    self.perform(program, output);
                }
            }
            Err(fault) => self.blame(program, fault),
        }
    }

    fn perform(&mut self, program: ProgramId, output: Output) {
        match output {
            Output::Datagram { link, to, from, via, bytes, ticket } => {
                self.programs[program.0].tally.sent += 1;
                let departure = Departure { to, own: from, via, segments: Segments::ONE };
                let result = self.send(program, link, departure, &bytes);
                self.answer(program, ticket, result);
            }
            Output::Datagrams { link, to, from, segments, bytes } => {
                let departure = Departure { to, own: from, via: None, segments };
                self.send_bulk(program, link, departure, &bytes);
            }
            Output::Open { link, socket } => self.open(program, link, socket),
            Output::Join { link, group, interface } => self.join(program, link, (group, interface)),
            Output::Listen { link, at } => self.listen(program, link, at),
            Output::Dial { link, to, from, paced } => self.dial(program, link, (to, from), paced),
            Output::Step { link, step } => self.ask_step(program, link, step),
            Output::Write { link, bytes, ticket } => {
                self.programs[program.0].tally.sent += 1;
                let result = self.write(program, link, &bytes);
                self.answer(program, ticket, result);
            }
            Output::Close { link } => self.close(program, link),
            Output::Resolve { conversation, host, port } => self.resolve(program, conversation, host, port),
            Output::Event(event) => self.tell(program, event),
            Output::Disk { link, step } => self.ask_disk(program, link, step),
            Output::Wait(_) => {}
        }
    }

    fn answer(&mut self, program: ProgramId, ticket: Option<Ticket>, result: Result<(), &str>) {
        if let Some(ticket) = ticket {
            let result = result.map_err(ErrorCode::from);
            self.post(program, Duration::ZERO, Arrival::Handed { ticket, result });
        }
    }

    fn resolve(&mut self, program: ProgramId, conversation: ConversationId, host: String, port: u16) {
        let known = self.names.get(&host).into_iter().flatten();
        let addresses = known.map(|ip| SocketAddr::new(*ip, port)).collect();
        self.post(program, LATENCY, Arrival::Resolved { conversation, host, addresses });
    }

    /// Takes a number for a new link; a number in use, or one that is not the engine's to give, is a fault.
    pub(super) fn take_number(&mut self, program: ProgramId, link: LinkId) {
        if !(LinkId::FIRST_OWN..LinkId::FIRST_ACCEPTED).contains(&link.0) {
            self.blame(program, format_args!("{link:?} is not a number of its own"));
        }
        if self.programs[program.0].links.contains_key(&link) {
            self.blame(program, format_args!("{link:?} is given twice"));
        }
    }

    pub(super) fn blame(&mut self, program: ProgramId, fault: impl Display) {
        self.fault.get_or_insert_with(|| format!("{program:?}: {fault}"));
    }
}
