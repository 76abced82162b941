//! Everything the relay sends: to many at once where they get the same, in order, and nothing lost in silence.
//!
//! What finds no room in the kernel's buffer waits here, bounded; the loop takes nothing in meanwhile. Knows no
//! member and no room.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, SocketAddrV6};
use std::time::Instant;

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::kernel::{self, MAX_BYTES, MAX_SEGMENTS, MAX_TOGETHER};
use super::sources::Sources;
use crate::dialects::relay::server::Sink;
use crate::net::bind::Bound;
use crate::net::icmp;
use crate::net::ifaces::Interface;
use crate::net::losses::Losses;
use crate::net::pktinfo;
use crate::net::udp::canonical;

/// What one message to a thousand members takes; the usual 208 KiB would make the loop wait for each hundred.
const SEND_BUFFER: usize = 4 * 1024 * 1024;
/// Bytes that wait, with the addresses they go to: what one turn of the loop can bring for a thousand members.
const MAX_WAITING: usize = 16 * 1024 * 1024;
/// Refusals to cut, with no success between them, after which it is not asked for so many times. One member behind a
/// narrow link must not take it from all others for ever.
const MAX_CUT_REFUSALS: u32 = 8;
const CUT_PAUSE: u32 = 1_024;
/// Errors met in a row before a receive turn ends: each stands for one ICMP answer, not for a broken socket.
const MAX_RECEIVE_ERRORS: usize = 64;

/// What became of the datagrams, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sending {
    /// Taken by the kernel.
    pub datagrams: u64,
    /// Calls that took.
    pub calls: u64,
    /// The kernel would not have them: no route, too long for the way.
    pub refused: u64,
    /// Waited for room in vain.
    pub dropped: u64,
}

/// A send that is not done yet. The first address has the first `offset` bytes already.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) to: Vec<SocketAddr>,
    pub(super) bytes: Vec<u8>,
    pub(super) segment: usize,
    pub(super) offset: usize,
}

/// How far a send came: addresses that have all of it, and bytes that the next one has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Reached {
    done: usize,
    offset: usize,
}

/// What the kernel said.
enum Said {
    Took(usize),
    Full,
    Refused,
    /// It may be the cutting alone that cannot be had.
    CannotCut,
}

#[derive(Debug)]
pub(super) struct Outlet {
    socket: UdpSocket,
    /// IPv4 goes through mapped addresses.
    v6: bool,
    /// Nothing may leave this machine.
    confined: bool,
    /// The system chooses the address that a datagram leaves from.
    chooses: bool,
    waiting: VecDeque<Waiting>,
    waiting_bytes: usize,
    /// The addresses of one send as the socket wants them; kept, so that it grows once.
    targets: Vec<SocketAddr>,
    unreachable: VecDeque<SocketAddr>,
    sources: Sources,
    /// What the kernel threw away before it was taken.
    pub(super) losses: Losses,
    cut_refusals: u32,
    cut_pause: u32,
    pub(super) sending: Sending,
}

impl Outlet {
    /// `interface`: the only one that may be used.
    pub(super) fn new(bound: Bound, interface: Option<Interface>) -> Self {
        // The kernel cuts the wish down to its own limit; a smaller buffer still works.
        let _smaller: io::Result<()> = SockRef::from(&bound.socket).set_send_buffer_size(SEND_BUFFER);
        Self {
            v6: bound.local.is_ipv6(),
            chooses: bound.local.ip().is_unspecified(),
            socket: bound.socket,
            confined: interface.as_ref().is_some_and(|interface| interface.loopback),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            targets: Vec::new(),
            unreachable: VecDeque::new(),
            sources: Sources::new(interface),
            losses: Losses::default(),
            cut_refusals: 0,
            cut_pause: 0,
            sending: Sending::default(),
        }
    }

    /// Waits until there is something to do with the socket. While something waits for room, what came in does
    /// not wake anybody. Cancel-safe.
    pub(super) async fn ready(&self) {
        let mut interest = if self.is_waiting() { Interest::WRITABLE } else { Interest::READABLE };
        if cfg!(target_os = "linux") {
            interest |= Interest::ERROR;
        }
        if self.socket.ready(interest).await.is_err() {
            // Only when the runtime goes down: there will be nothing more.
            std::future::pending::<()>().await;
        }
    }

    /// Takes one datagram into `buffer`; `None` when there is none.
    pub(super) fn receive(&mut self, now: Instant, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        for _ in 0..MAX_RECEIVE_ERRORS {
            match pktinfo::receive(&self.socket, buffer) {
                Ok(arrived) => {
                    self.losses.count(arrived.lost);
                    let from = canonical(arrived.from);
                    // Bound to one address there is nothing to choose.
                    if let Some(to) = arrived.to.filter(|_| self.chooses) {
                        self.sources.heard(now, from, to);
                    }
                    return Some((arrived.length, from));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                // An ICMP answer to something we sent shows up here once; the queue has the details.
                Err(_) => {}
            }
        }
        None
    }

    pub(super) fn read_errors(&mut self) {
        icmp::drain_ready(&self.socket, &mut self.unreachable);
    }

    /// One address at which nobody gets what we sent.
    pub(super) fn take_unreachable(&mut self) -> Option<SocketAddr> {
        self.unreachable.pop_front()
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Goes on with what waits; whether anything moved.
    pub(super) fn resume(&mut self) -> bool {
        let mut moved = false;
        while let Some(mut first) = self.waiting.pop_front() {
            let size = first.size();
            let before = Reached { done: 0, offset: first.offset };
            let reached = self.hand_over(&first.to, &first.bytes, first.segment, first.offset);
            moved |= reached != before;
            if reached.done >= first.to.len() {
                self.waiting_bytes = self.waiting_bytes.saturating_sub(size);
                continue;
            }
            first.to.drain(..reached.done);
            first.offset = reached.offset;
            self.waiting_bytes = self.waiting_bytes.saturating_sub(size.saturating_sub(first.size()));
            self.waiting.push_front(first);
            break;
        }
        moved
    }

    /// Gives up what waits.
    pub(super) fn drop_waiting(&mut self) {
        for gone in std::mem::take(&mut self.waiting) {
            self.sending.dropped += gone.datagrams();
        }
        self.waiting_bytes = 0;
    }

    pub(super) fn keep(&mut self, waiting: Waiting) {
        let size = waiting.size();
        if self.waiting_bytes.saturating_add(size) > MAX_WAITING {
            self.sending.dropped += waiting.datagrams();
            return;
        }
        self.waiting_bytes += size;
        self.waiting.push_back(waiting);
    }

    /// The addresses as this socket wants them, without those that are not to be reached.
    fn aim(&mut self, to: &[SocketAddr]) {
        self.targets.clear();
        let (v6, confined) = (self.v6, self.confined);
        let allowed = to.iter().filter(|to| !confined || to.ip().is_loopback());
        self.targets.extend(allowed.map(|to| on_socket(v6, *to)));
    }

    /// Sends until all is gone or the kernel has no more room.
    fn hand_over(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize, offset: usize) -> Reached {
        let mut reached = Reached { done: 0, offset };
        while let Some(rest) = to.get(reached.done..).filter(|rest| !rest.is_empty()) {
            let next = if bytes.len() <= segment {
                self.whole(rest, bytes).map(|done| Reached { done: reached.done + done, offset: 0 })
            } else {
                self.cut(rest, bytes, segment, reached.offset).map(|offset| match bytes.len() {
                    all if offset >= all => Reached { done: reached.done + 1, offset: 0 },
                    _ => Reached { done: reached.done, offset },
                })
            };
            match next {
                Some(next) => reached = next,
                None => break,
            }
        }
        reached
    }

    /// One datagram to the first few of `to`: how many are done with, or `None` for no room.
    fn whole(&mut self, to: &[SocketAddr], bytes: &[u8]) -> Option<usize> {
        let (group, from) = self.sources.group(to.get(..MAX_TOGETHER).unwrap_or(to));
        let mut said = self.ask(|socket| kernel::to_each(socket, group, from, bytes));
        if let (Said::Refused | Said::CannotCut, Some(_), Some(first)) = (&said, from, group.first()) {
            // The address may be gone.
            self.sources.forget(*first);
            said = self.ask(|socket| kernel::to_each(socket, group, None, bytes));
        }
        match said {
            Said::Full => None,
            Said::Took(0) | Said::Refused | Said::CannotCut => {
                self.sending.refused += 1;
                Some(1)
            }
            Said::Took(count) => {
                self.took(count);
                Some(count)
            }
        }
    }

    /// The next datagrams of `bytes` to the first of `to`: the bytes it is done with, or `None` for no room.
    fn cut(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize, offset: usize) -> Option<usize> {
        let rest = bytes.get(offset..).unwrap_or_default();
        let longest = segment.saturating_mul((MAX_BYTES / segment).clamp(1, MAX_SEGMENTS));
        let run = rest.get(..longest).unwrap_or(rest);
        let whole = match (to.first(), u16::try_from(segment)) {
            (Some(first), Ok(length)) if run.len() > segment && self.asks_to_cut() => {
                let from = self.sources.of(*first);
                match self.ask(|socket| kernel::segmented(socket, (*first, from), run, length).map(|()| 1)) {
                    // The address may be gone, which is found out one by one.
                    Said::Refused if from.is_some() => Said::CannotCut,
                    said @ (Said::Took(_) | Said::Full | Said::Refused | Said::CannotCut) => said,
                }
            }
            // A single one is nothing to cut.
            _ => Said::CannotCut,
        };
        let done = match whole {
            Said::Full => 0,
            Said::CannotCut => self.one_by_one(to, run, segment),
            Said::Refused => {
                self.sending.refused += count(run.len().div_ceil(segment));
                run.len()
            }
            Said::Took(_) => {
                self.cut_refusals = 0;
                self.took(run.len().div_ceil(segment));
                run.len()
            }
        };
        (done > 0).then_some(offset + done)
    }

    /// The bytes that are done with.
    fn one_by_one(&mut self, to: &[SocketAddr], run: &[u8], segment: usize) -> usize {
        let first = to.get(..1).unwrap_or(to);
        let gone = run.chunks(segment).map_while(|one| self.whole(first, one).map(|_done| one.len()));
        gone.sum()
    }

    /// Whether the kernel is asked to cut this time. Counts as refused until it is not.
    pub(super) const fn asks_to_cut(&mut self) -> bool {
        if self.cut_refusals >= MAX_CUT_REFUSALS {
            (self.cut_refusals, self.cut_pause) = (0, CUT_PAUSE);
        }
        let asks = self.cut_pause == 0;
        self.cut_pause = self.cut_pause.saturating_sub(1);
        if asks {
            self.cut_refusals += 1;
        }
        asks
    }

    fn ask(&mut self, call: impl Fn(&UdpSocket) -> io::Result<usize>) -> Said {
        let mut result = call(&self.socket);
        if result.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock) {
            // The error may be the ICMP answer to an earlier datagram, which says nothing about this one.
            icmp::drain(&self.socket, &mut self.unreachable);
            result = call(&self.socket);
        }
        match result {
            Ok(count) => Said::Took(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Said::Full,
            Err(error) if kernel::cannot_segment(&error) => Said::CannotCut,
            Err(_) => Said::Refused,
        }
    }

    #[cfg(test)]
    pub(super) fn local_port(&self) -> u16 {
        self.socket.local_addr().map_or(0, |local| local.port())
    }

    /// As a kernel that refuses every time.
    #[cfg(test)]
    pub(super) const fn forbid_cutting(&mut self) {
        self.cut_pause = CUT_PAUSE;
    }

    fn took(&mut self, datagrams: usize) {
        self.sending.datagrams += count(datagrams);
        self.sending.calls += 1;
    }
}

impl Sink for Outlet {
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize) {
        let segment = segment.max(1);
        self.aim(to);
        // Taken out for as long as it is read.
        let targets = std::mem::take(&mut self.targets);
        let missed = to.len().saturating_sub(targets.len());
        self.sending.refused += count(missed.saturating_mul(datagrams(bytes.len(), segment)));
        let mut reached = Reached::default();
        if !self.is_waiting() {
            reached = self.hand_over(&targets, bytes, segment, 0);
        }
        if let Some(rest) = targets.get(reached.done..).filter(|rest| !rest.is_empty()) {
            let (to, bytes) = (rest.to_vec(), bytes.to_vec());
            self.keep(Waiting { to, bytes, segment, offset: reached.offset });
        }
        self.targets = targets;
    }
}

impl Waiting {
    fn size(&self) -> usize {
        self.bytes.len() + self.to.len() * size_of::<SocketAddr>() + size_of::<Self>()
    }

    /// How many it still stands for.
    fn datagrams(&self) -> u64 {
        let all = self.to.len().saturating_mul(datagrams(self.bytes.len(), self.segment));
        count(all.saturating_sub(self.offset / self.segment))
    }
}

/// Datagrams that so many bytes make. None at all make one.
fn datagrams(bytes: usize, segment: usize) -> usize {
    bytes.div_ceil(segment).max(1)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// An IPv6 socket reaches IPv4 through mapped addresses (RFC 4291, section 2.5.5.2).
fn on_socket(v6: bool, to: SocketAddr) -> SocketAddr {
    match to {
        SocketAddr::V4(v4) if v6 => {
            SocketAddr::V6(SocketAddrV6::new(v4.ip().to_ipv6_mapped(), v4.port(), 0, 0))
        }
        SocketAddr::V4(_) | SocketAddr::V6(_) => to,
    }
}
