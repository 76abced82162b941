//! Everything the relay sends: to many at once where they get the same, in order, and nothing lost in silence.
//!
//! What finds no room in the kernel's buffer waits here, bounded; the loop takes nothing in meanwhile. Knows no
//! member and no room.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::sources::SourceAddresses;
use crate::dialects::relay::server::Sink;
use crate::net::datagram_socket::DatagramSocket;
use crate::net::ifaces::NetInterface;
use crate::net::interface_filter::InterfaceFilter;
use crate::net::kernel::{self, Egress, MAX_TOGETHER};

/// What one message to a thousand members takes; the usual 208 KiB would make the loop wait for each hundred.
const SEND_BUFFER: usize = 4 * 1024 * 1024;
/// Bytes that wait, with the addresses they go to: what one turn of the loop can bring for a thousand members.
const MAX_WAITING: usize = 16 * 1024 * 1024;
/// Segments in one call: what every kernel with `UDP_SEGMENT` takes.
const MAX_SEGMENTS: usize = 64;
/// Bytes in one call: the largest datagram over IPv4, which is what the segments are until they are cut.
const MAX_BYTES: usize = 65_507;
/// A shorter list of addresses is not worth the headers that a call for several needs.
const FEW: usize = 3;
/// Refusals to cut, with no success between them, after which it is not asked for so many times. One member behind a
/// narrow link must not take it from all others for ever.
const MAX_GSO_REFUSALS: u32 = 8;
const GSO_PAUSE: u32 = 1_024;

/// What became of the datagrams, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SendCounters {
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
pub(super) struct WaitingSend {
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

#[derive(Debug)]
pub(super) struct Transmitter {
    pub(super) socket: DatagramSocket,
    filter: InterfaceFilter,
    waiting: VecDeque<WaitingSend>,
    waiting_bytes: usize,
    /// The addresses of one send as the socket wants them; kept, so that it grows once.
    targets: Vec<SocketAddr>,
    sources: SourceAddresses,
    gso_refusals: u32,
    /// So many times more it is not asked.
    pub(super) gso_pause: u32,
    pub(super) sending: SendCounters,
}

impl Transmitter {
    /// `interface`: the only one that may be used.
    pub(super) fn new(socket: DatagramSocket, interface: Option<NetInterface>) -> Self {
        // The kernel cuts the wish down to its own limit; a smaller buffer still works.
        let _smaller: io::Result<()> = SockRef::from(&socket.socket).set_send_buffer_size(SEND_BUFFER);
        Self {
            socket,
            filter: InterfaceFilter::to(interface.as_ref()),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            targets: Vec::new(),
            sources: SourceAddresses::new(interface),
            gso_refusals: 0,
            gso_pause: 0,
            sending: SendCounters::default(),
        }
    }

    /// Waits until there is something to do with the socket. While something waits for room, what came in does
    /// not wake anybody. Cancel-safe.
    pub(super) async fn ready(&mut self) {
        let waits = if self.is_waiting() { Interest::WRITABLE } else { Interest::READABLE };
        self.socket.ready(waits).await;
    }

    /// Takes one datagram into `buffer`; `None` when there is none.
    pub(super) fn receive(&mut self, now: Instant, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let meta = self.socket.receive(buffer)?;
        // Bound to one address there is nothing to choose.
        if let Some(to) = meta.to.filter(|_| self.socket.local.ip().is_unspecified()) {
            self.sources.heard(now, meta.from, to);
        }
        Some((meta.length, meta.from))
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Goes on with what waits; whether anything moved.
    pub(super) fn resume(&mut self) -> bool {
        let mut moved = false;
        while let Some(mut first) = self.waiting.pop_front() {
            self.waiting_bytes = self.waiting_bytes.saturating_sub(first.size());
            let before = Reached { done: 0, offset: first.offset };
            let reached = self.hand_over(&first.to, &first.bytes, first.segment, first.offset);
            moved |= reached != before;
            if reached.done < first.to.len() {
                first.to.drain(..reached.done);
                first.offset = reached.offset;
                self.waiting_bytes += first.size();
                self.waiting.push_front(first);
                break;
            }
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

    pub(super) fn enqueue(&mut self, waiting: WaitingSend) {
        let size = waiting.size();
        if self.waiting_bytes.saturating_add(size) > MAX_WAITING {
            self.sending.dropped += waiting.datagrams();
            return;
        }
        self.waiting_bytes += size;
        self.waiting.push_back(waiting);
    }

    /// Sends until all is gone or the kernel has no more room.
    fn hand_over(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize, offset: usize) -> Reached {
        let mut reached = Reached { done: 0, offset };
        while let Some(rest) = to.get(reached.done..).filter(|rest| !rest.is_empty()) {
            let next = if bytes.len() <= segment {
                self.send_each(rest, bytes).map(|done| Reached { done: reached.done + done, offset: 0 })
            } else {
                self.send_segments(rest, bytes, segment, reached.offset).map(|offset| match bytes.len() {
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
    fn send_each(&mut self, to: &[SocketAddr], bytes: &[u8]) -> Option<usize> {
        let (group, from) = self.sources.group(to.get(..MAX_TOGETHER).unwrap_or(to));
        let first = *group.first()?;
        let plain = |socket: &UdpSocket| match group.len() {
            ..=FEW => socket.try_send_to(bytes, first).map(|_bytes| 1),
            _ => kernel::send_mmsg(socket, group, bytes),
        };
        let mut result = if from.is_some() {
            let egress = Egress { from, ..Egress::default() };
            self.socket.send(|socket| kernel::send(socket, bytes, first, egress).map(|()| 1))?
        } else {
            self.socket.send(plain)?
        };
        if from.is_some() && result.is_err() {
            // The address may be gone.
            self.sources.forget(first);
            result = self.socket.send(plain)?;
        }
        match result {
            Ok(0) | Err(_) => {
                self.sending.refused += 1;
                Some(1)
            }
            Ok(count) => {
                self.took(count);
                Some(count)
            }
        }
    }

    /// The next datagrams of `bytes` to the first of `to`: the bytes it is done with, or `None` for no room.
    fn send_segments(
        &mut self,
        to: &[SocketAddr],
        bytes: &[u8],
        segment: usize,
        offset: usize,
    ) -> Option<usize> {
        let rest = bytes.get(offset..).unwrap_or_default();
        let longest = segment.saturating_mul((MAX_BYTES / segment).clamp(1, MAX_SEGMENTS));
        let run = rest.get(..longest).unwrap_or(rest);
        let done = if self.send_cut(*to.first()?, run, segment)? {
            run.len()
        } else {
            let first = to.get(..1).unwrap_or(to);
            let one_by_one =
                run.chunks(segment).map_while(|one| self.send_each(first, one).map(|_| one.len()));
            one_by_one.sum()
        };
        (done > 0).then_some(offset + done)
    }

    /// Lets the kernel cut, where it is asked to: whether it is done with the run, or `None` for no room.
    fn send_cut(&mut self, to: SocketAddr, run: &[u8], segment: usize) -> Option<bool> {
        let (from, datagrams) = (self.sources.of(to), run.len().div_ceil(segment));
        // A single datagram is nothing to cut.
        let segment = u16::try_from(segment).ok().filter(|_| datagrams > 1 && self.asks_for_gso());
        if segment.is_none() {
            return Some(false);
        }
        let egress = Egress { from, via: None, segment, ecn: None };
        match self.socket.send(|socket| kernel::send(socket, run, to, egress))? {
            Ok(()) => {
                self.gso_refusals = 0;
                self.took(datagrams);
                Some(true)
            }
            // It may be the cutting alone that cannot be had, or the address is gone, which is found out one by one.
            Err(error) if from.is_some() || kernel::cannot_segment(&error) => Some(false),
            Err(_) => {
                self.sending.refused += count(datagrams);
                Some(true)
            }
        }
    }

    /// Whether the kernel is asked to cut this time. Counts as refused until it is not.
    pub(super) const fn asks_for_gso(&mut self) -> bool {
        if self.gso_refusals >= MAX_GSO_REFUSALS {
            (self.gso_refusals, self.gso_pause) = (0, GSO_PAUSE);
        }
        let asks = self.gso_pause == 0;
        self.gso_pause = self.gso_pause.saturating_sub(1);
        if asks {
            self.gso_refusals += 1;
        }
        asks
    }

    fn took(&mut self, datagrams: usize) {
        self.sending.datagrams += count(datagrams);
        self.sending.calls += 1;
    }
}

impl Sink for Transmitter {
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize) {
        let segment = segment.max(1);
        // Taken out for as long as it is read.
        let mut targets = std::mem::take(&mut self.targets);
        targets.clear();
        let allowed = to.iter().filter(|to| self.filter.permits(to.ip()));
        targets.extend(allowed.map(|to| self.socket.target(*to)));
        let missed = to.len().saturating_sub(targets.len());
        self.sending.refused += count(missed.saturating_mul(datagrams(bytes.len(), segment)));
        let mut reached = Reached::default();
        if !self.is_waiting() {
            reached = self.hand_over(&targets, bytes, segment, 0);
        }
        if let Some(rest) = targets.get(reached.done..).filter(|rest| !rest.is_empty()) {
            let (to, bytes) = (rest.to_vec(), bytes.to_vec());
            self.enqueue(WaitingSend { to, bytes, segment, offset: reached.offset });
        }
        self.targets = targets;
    }
}

impl WaitingSend {
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
