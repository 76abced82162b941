//! Streams of the simulated network: ordered, reliable, and read in other pieces than they were written in.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use udpqq::model::{ErrorCode, LinkId};
use udpqq::wire::{Input, StreamError};

use super::network::{Arrival, LATENCY, Network};
use super::program::{Link, ProgramId};
use super::transfers::Mover;

/// What one read takes at most.
const MAX_READ: usize = 65_536;

/// To whom a stream is dialled, and from which address.
type Call = (SocketAddr, Option<IpAddr>);

/// What is on its way to one end.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    /// In the pieces it was written in.
    pieces: VecDeque<Vec<u8>>,
    /// The other end has closed.
    ended: bool,
    /// A read has been announced.
    announced: bool,
}

/// An end without a program belongs to somebody outside.
#[derive(Debug)]
pub(super) struct Stream {
    ends: [Option<(ProgramId, LinkId)>; 2],
    /// Each leads to the end of the same number.
    pipes: [Pipe; 2],
}

// Opening and closing.
impl Network {
    pub(super) fn listen(&mut self, program: ProgramId, link: LinkId, at: SocketAddr) {
        self.take_number(program, link);
        let host = self.programs[program.0].host;
        let mut here = self.programs.iter().filter(|other| other.host == host);
        if here.any(|other| other.listens_for_streams(at)) {
            self.post(program, LATENCY, Arrival::LinkDown { link, code: "EADDRINUSE" });
            return;
        }
        self.programs[program.0].links.insert(link, Link::Listener(at));
        self.post(program, LATENCY, Arrival::LinkUp { link, address: at });
    }

    pub(super) fn dial(&mut self, program: ProgramId, link: LinkId, (to, from): Call, paced: bool) {
        self.programs[program.0].tally.sent += 1;
        self.take_number(program, link);
        self.programs[program.0].movers.insert(link, Mover::new(paced));
        self.programs[program.0].links.insert(link, Link::Dialling);
        self.post(program, LATENCY, Arrival::Knock { link, to, from });
    }

    pub(super) fn knock(&mut self, program: ProgramId, link: LinkId, (to, from): Call) {
        if !matches!(self.programs[program.0].links.get(&link), Some(Link::Dialling)) {
            return;
        }
        let host = self.programs[program.0].host;
        if from.is_some_and(|from| !self.hosts[host.0].has(from)) {
            self.programs[program.0].links.remove(&link);
            self.step(
                program,
                Input::StreamDown { link, error: Some(StreamError::Peer(ErrorCode::EADDRNOTAVAIL)) },
            );
            return;
        }
        let there = |index: usize| {
            let other = &self.programs[index];
            let reached =
                self.hosts[other.host.0].has(to.ip()) && (!to.ip().is_loopback() || other.host == host);
            reached && other.listens_for_streams(to)
        };
        let Some(other) = (0..self.programs.len()).find(|index| there(*index)).map(ProgramId) else {
            self.programs[program.0].links.remove(&link);
            self.step(
                program,
                Input::StreamDown { link, error: Some(StreamError::Peer(ErrorCode::ECONNREFUSED)) },
            );
            return;
        };
        let port = self.free_port();
        let usual = self.host_of(program).source(to.ip(), port);
        let peer = from.map_or(usual, |from| SocketAddr::new(from, port));
        let accepted = self.accept(other, Some((program, link)), peer);
        let stream = self.streams.len() - 1;
        self.streams[stream].ends[1] = Some((other, accepted));
        self.programs[program.0].links.insert(link, Link::Stream { stream, end: 0 });
        self.post(program, LATENCY, Arrival::Opened { link, peer: to, accepted: false });
    }

    /// A new stream, whose second end is a new link of `program`.
    fn accept(
        &mut self,
        program: ProgramId,
        dialler: Option<(ProgramId, LinkId)>,
        peer: SocketAddr,
    ) -> LinkId {
        let link = LinkId(self.programs[program.0].accepted);
        self.programs[program.0].accepted += 1;
        let stream = self.streams.len();
        self.streams.push(Stream { ends: [dialler, Some((program, link))], pipes: Default::default() });
        self.programs[program.0].links.insert(link, Link::Stream { stream, end: 1 });
        self.post(program, Duration::ZERO, Arrival::Opened { link, peer, accepted: true });
        link
    }

    pub(super) fn close(&mut self, program: ProgramId, link: LinkId) {
        self.programs[program.0].movers.remove(&link);
        self.programs[program.0].disks.remove(&link);
        if let Some(Link::Stream { stream, end }) = self.programs[program.0].links.remove(&link) {
            self.end(stream, 1 - end);
        }
    }

    /// Nothing more comes to this end.
    fn end(&mut self, stream: usize, end: usize) {
        self.streams[stream].pipes[end].ended = true;
        self.announce(stream, end);
    }

    /// Somebody who is no host of this network opens a stream.
    pub(crate) fn call_from_outside(&mut self, program: ProgramId, peer: SocketAddr) -> LinkId {
        self.accept(program, None, peer)
    }

    pub(crate) fn write_from_outside(&mut self, program: ProgramId, link: LinkId, bytes: &[u8]) {
        if let Some(Link::Stream { stream, end }) = self.programs[program.0].links.get(&link) {
            let (stream, end) = (*stream, *end);
            self.streams[stream].pipes[end].pieces.push_back(bytes.to_vec());
            self.announce(stream, end);
        }
    }

    pub(crate) fn hang_up_from_outside(&mut self, program: ProgramId, link: LinkId) {
        if let Some(Link::Stream { stream, end }) = self.programs[program.0].links.get(&link) {
            self.end(*stream, *end);
        }
    }
}

// Bytes.
impl Network {
    pub(super) fn write(
        &mut self,
        program: ProgramId,
        link: LinkId,
        bytes: &[u8],
    ) -> Result<(), &'static str> {
        let Some(Link::Stream { stream, end }) = self.programs[program.0].links.get(&link) else {
            self.blame(program, format_args!("a write to {link:?}, which is no open stream"));
            return Err("ENOTCONN");
        };
        let (stream, other) = (*stream, 1 - *end);
        if !bytes.is_empty() {
            self.streams[stream].pipes[other].pieces.push_back(bytes.to_vec());
            self.announce(stream, other);
        }
        Ok(())
    }

    fn announce(&mut self, stream: usize, end: usize) {
        let Some((program, link)) = self.streams[stream].ends[end] else { return };
        if !self.streams[stream].pipes[end].announced {
            self.streams[stream].pipes[end].announced = true;
            let jitter = u64::try_from(self.weather.jitter.as_micros()).unwrap_or(u64::MAX);
            let later = LATENCY + Duration::from_micros(self.chance.below(jitter));
            self.post(program, later, Arrival::Readable { link });
        }
    }

    /// One read, and the announcement of the next.
    pub(super) fn read(&mut self, program: ProgramId, link: LinkId) {
        let Some(Link::Stream { stream, end }) = self.programs[program.0].links.get(&link) else { return };
        let (stream, end) = (*stream, *end);
        self.streams[stream].pipes[end].announced = false;
        let piece = self.take_piece(stream, end);
        let ended = piece.is_none() && self.streams[stream].pipes[end].ended;
        if piece.is_some() {
            self.announce(stream, end);
        }
        let paced = self.programs[program.0].movers.get_mut(&link).filter(|mover| mover.paced);
        match (paced, piece) {
            (Some(mover), piece) => {
                mover.arrived.extend(piece.into_iter().flatten());
                mover.ended |= ended;
                self.move_on(program, link);
            }
            (None, Some(piece)) => self.step(program, Input::StreamData { link, bytes: &piece }),
            (None, None) if ended => self.come_down(program, link),
            (None, None) => {}
        }
    }

    /// Both directions are over: what is still written here goes nowhere.
    pub(super) fn come_down(&mut self, program: ProgramId, link: LinkId) {
        self.programs[program.0].movers.remove(&link);
        self.programs[program.0].links.remove(&link);
        self.step(program, Input::StreamDown { link, error: None });
    }

    fn take_piece(&mut self, stream: usize, end: usize) -> Option<Vec<u8>> {
        let pipe = &mut self.streams[stream].pipes[end];
        if self.weather.cut {
            let all: Vec<u8> = pipe.pieces.drain(..).flatten().collect();
            pipe.pieces.extend((!all.is_empty()).then_some(all));
        }
        let mut piece = pipe.pieces.pop_front()?;
        let all = piece.len().min(MAX_READ);
        let length = if self.weather.cut && all > 1 {
            // Short pieces are the ones that cut something: half of the reads bring at most eight bytes.
            let most = if self.chance.percent(50) { all.min(8) } else { all };
            1 + self.chance.index(most)
        } else {
            all
        };
        let rest = piece.split_off(length);
        if !rest.is_empty() {
            self.streams[stream].pipes[end].pieces.push_front(rest);
        }
        Some(piece)
    }
}
