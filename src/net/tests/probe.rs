//! An engine that does what a test says, and tells it all it hears.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::sync::mpsc;

use super::{LIMIT, loopback, udp};
use crate::dialects::{DIALECTS, ListenMode, Setup};
use crate::model::traffic::LocalIdentity;
use crate::model::{ErrorCode, LinkId, ListenSetting, MessageId, NetCommand, NetEvent, Now};
use crate::net::{NetHandle, NetOptions, OpenError, start};
use crate::wire::{
    Batch, DiskEvent, Ecn, Engine, Input, Interface, Output, SocketSpec, Step, StepEvent, StreamError, Ticket,
};

/// More than any test causes.
const MAX_HEARD: usize = 65_536;

/// An input, kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    LinkUp(u32, SocketAddr),
    LinkDown(u32, Option<ErrorCode>),
    Datagram { link: u32, from: SocketAddr, to: Option<IpAddr>, bytes: Vec<u8> },
    Datagrams { link: u32, from: SocketAddr, to: Option<IpAddr>, ecn: Option<Ecn>, sizes: Vec<usize> },
    Interfaces(Vec<Interface>),
    StreamUp { link: u32, peer: SocketAddr, accepted: bool },
    Data(u32, Vec<u8>),
    StreamDown(u32, Option<StreamError>),
    Handed(u64, Result<(), ErrorCode>),
    Unreachable(u32, SocketAddr),
    Stepped(u32, StepEvent),
    Disk(u32, DiskEvent),
    Order,
    Other,
}

impl Heard {
    fn of(input: &Input<'_>) -> Self {
        match *input {
            Input::LinkUp { link, address, .. } => Self::LinkUp(link.0, address),
            Input::LinkDown { link, ref code } => Self::LinkDown(link.0, code.clone()),
            Input::Datagram { link, from, to, bytes } => {
                Self::Datagram { link: link.0, from, to, bytes: bytes.to_vec() }
            }
            Input::Datagrams { link, batch } => {
                let Batch { from, to, ecn, .. } = batch;
                let sizes = batch.datagrams().map(<[u8]>::len).collect();
                Self::Datagrams { link: link.0, from, to, ecn, sizes }
            }
            Input::Interfaces(all) => Self::Interfaces(all.to_vec()),
            Input::StreamUp { link, peer, accepted } => Self::StreamUp { link: link.0, peer, accepted },
            Input::StreamData { link, bytes } => Self::Data(link.0, bytes.to_vec()),
            Input::StreamDown { link, ref error } => Self::StreamDown(link.0, error.clone()),
            Input::Handed { ticket, ref result } => Self::Handed(ticket.message.0, result.clone()),
            Input::Unreachable { link, to } => Self::Unreachable(link.0, to),
            Input::Stepped { link, ref step } => Self::Stepped(link.0, step.clone()),
            Input::Disk { link, ref event } => Self::Disk(link.0, event.clone()),
            Input::Command(_) => Self::Order,
            Input::Resolved { .. } | Input::Tick => Self::Other,
        }
    }
}

#[derive(Debug)]
struct Probe {
    /// What is asked for at once is one item, so that it is one turn.
    asked: mpsc::Receiver<Vec<Output>>,
    wants: VecDeque<Output>,
    heard: mpsc::Sender<Heard>,
    /// Tells the app of everything that came from outside.
    talks: bool,
    told: Option<NetEvent>,
}

impl Engine for Probe {
    fn handle(&mut self, _now: Now, input: Input<'_>) {
        let heard = Heard::of(&input);
        let arrived = matches!(heard, Heard::Datagram { .. } | Heard::Data(..));
        self.told = (self.talks && arrived).then_some(NetEvent::Empty { source: loopback(0) });
        // What comes in bulk may be more than a test holds.
        if matches!(heard, Heard::Datagrams { .. }) {
            let _flood = self.heard.try_send(heard);
        } else if heard != Heard::Order {
            self.heard.try_send(heard).expect("room");
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        if self.wants.is_empty() {
            self.wants.extend(self.asked.try_recv().into_iter().flatten());
        }
        let told = self.told.take().map(Output::Event);
        told.or_else(|| self.wants.pop_front()).unwrap_or(Output::Wait(None))
    }
}

/// What the test holds of one engine.
#[derive(Debug)]
pub(super) struct Ear {
    pub(super) setup: Setup,
    wants: mpsc::Sender<Vec<Output>>,
    heard: mpsc::Receiver<Heard>,
}

/// A network side with such engines.
#[derive(Debug)]
pub(super) struct Rig {
    pub(super) handle: NetHandle,
    pub(super) ears: Vec<Ear>,
}

pub(super) fn confined() -> NetOptions {
    NetOptions {
        listen: udp(ListenSetting::Off),
        fallback: false,
        interface: None,
        echo: false,
        throttled: true,
        secret: [0; 32],
        key_pair: None,
    }
}

/// The sockets of the program are told apart by what they are given to listen at.
pub(super) fn open(
    listens: &[(&'static str, ListenMode)],
    talks: bool,
    options: NetOptions,
) -> Result<Rig, OpenError> {
    let mut ears = Vec::new();
    let mut members = Vec::new();
    let mut setups = Vec::new();
    for (name, listens) in listens {
        let (wants, asked) = mpsc::channel(MAX_HEARD);
        let (heard, told) = mpsc::channel(MAX_HEARD);
        let (given, setup) = std::sync::mpsc::channel();
        let probe = Probe { asked, wants: VecDeque::new(), heard, talks, told: None };
        let engine = Box::new(move |setup: &Setup| {
            given.send(setup.clone()).expect("kept");
            let engine: Box<dyn Engine> = Box::new(probe);
            engine
        });
        let scheme = crate::model::Scheme { name, ..DIALECTS[0].scheme };
        members.push(start::EngineFactory { scheme, listens: *listens, engine });
        setups.push(setup);
        ears.push(Ear { setup: Setup::default(), wants, heard: told });
    }
    let handle = start::open(members, options)?;
    for (ear, setup) in ears.iter_mut().zip(setups) {
        ear.setup = setup.recv().unwrap_or_default();
    }
    Ok(Rig { handle, ears })
}

impl Rig {
    /// One engine that opens what it needs.
    pub(super) fn start() -> Self {
        Self::start_with(&[("probe", ListenMode::Nowhere)], false, confined())
    }

    pub(super) fn start_with(
        listens: &[(&'static str, ListenMode)],
        talks: bool,
        options: NetOptions,
    ) -> Self {
        let mut rig = open(listens, talks, options).expect("open");
        rig.handle.begin();
        rig
    }

    pub(super) fn ask(&mut self, output: Output) {
        self.ask_of(0, [output]);
    }

    /// What the engine asks for in its next turn, whatever that is about.
    pub(super) fn prepare(&self, engine: usize, outputs: impl IntoIterator<Item = Output>) {
        self.ears[engine].wants.try_send(outputs.into_iter().collect()).expect("room");
    }

    /// All in one turn.
    pub(super) fn ask_of(&mut self, engine: usize, outputs: impl IntoIterator<Item = Output>) {
        self.prepare(engine, outputs);
        self.handle.order(NetCommand::Introduce(LocalIdentity::default())).expect("room");
    }

    pub(super) async fn next(&mut self) -> Heard {
        self.next_of(0).await
    }

    /// What the engine hears next. The interfaces of this machine may change while it is tested.
    pub(super) async fn next_of(&mut self, engine: usize) -> Heard {
        loop {
            let next = tokio::time::timeout(LIMIT, self.ears[engine].heard.recv());
            let heard = next.await.expect("something in time").expect("running");
            if !matches!(heard, Heard::Interfaces(_)) {
                return heard;
            }
        }
    }

    /// The very next, whatever it is.
    pub(super) async fn next_at_all(&mut self) -> Heard {
        let next = tokio::time::timeout(LIMIT, self.ears[0].heard.recv());
        next.await.expect("something in time").expect("running")
    }

    /// Opens a datagram socket and says where it is.
    pub(super) async fn open_socket(&mut self, link: u32, socket: SocketSpec) -> SocketAddr {
        self.ask(Output::Open { link: LinkId(link), socket });
        match self.next().await {
            Heard::LinkUp(up, address) if up == link => address,
            other => panic!("{other:?}"),
        }
    }

    /// Opens a stream to `to`.
    pub(super) async fn dial(&mut self, link: u32, to: SocketAddr) {
        self.ask(Output::Dial { from: None, paced: false, link: LinkId(link), to });
        assert_eq!(self.next().await, Heard::StreamUp { link, peer: to, accepted: false });
    }

    /// Gives everybody a turn until nothing is left to hear.
    pub(super) fn hears_nothing(&mut self) -> bool {
        self.ears[0].heard.try_recv().is_err()
    }
}

pub(super) fn ticket(message: u64) -> Ticket {
    Ticket { message: MessageId(message), to: loopback(1) }
}

pub(super) fn datagram(link: u32, to: SocketAddr, via: Option<u32>, bytes: &[u8]) -> Output {
    let ticket = Some(ticket(0));
    Output::Datagram { link: LinkId(link), to, from: None, via, bytes: bytes.into(), ticket }
}

pub(super) fn write(link: u32, bytes: impl Into<Arc<[u8]>>, message: u64) -> Output {
    Output::Write { link: LinkId(link), bytes: bytes.into(), ticket: Some(ticket(message)) }
}

pub(super) const fn step(link: u32, step: Step) -> Output {
    Output::Step { link: LinkId(link), step }
}

pub(super) const fn close(link: u32) -> Output {
    Output::Close { link: LinkId(link) }
}
