//! What QUIC gives to be sent, as the network side takes it: in pieces of several packets, with their marks.

use quinn_proto::{EcnCodepoint, Transmit};

use super::config::INITIAL_MTU;
use crate::wire::engine::Output;
use crate::wire::{Ctx, Ecn, LocalSockets, Segments};

/// Packets in one piece.
pub(super) const fn packets(out: &Transmit) -> usize {
    match out.segment_size {
        Some(size) if size > 0 => out.size.div_ceil(size),
        Some(_) | None => 1,
    }
}

/// `fragment`: the way may carry no packet of the least size.
pub(super) fn send(cx: &mut Ctx<'_>, sockets: &LocalSockets, out: &Transmit, fragment: bool, buffer: &[u8]) {
    let to = out.destination;
    if let (Some(link), Some(bytes)) = (sockets.link_for(to), buffer.get(..out.size)) {
        let size = out.segment_size.and_then(|size| u16::try_from(size).ok());
        // A larger one finds out whether the way carries it.
        let fragment = fragment && out.segment_size.unwrap_or(out.size) <= usize::from(INITIAL_MTU);
        let segments = Segments { size, ecn: out.ecn.map(mark), fragment };
        cx.push(Output::Datagrams { link, to, from: out.src_ip, segments, bytes: bytes.into() });
    }
}

pub(super) const fn codepoint(mark: Ecn) -> EcnCodepoint {
    match mark {
        Ecn::Capable => EcnCodepoint::Ect0,
        Ecn::LowDelay => EcnCodepoint::Ect1,
        Ecn::Congested => EcnCodepoint::Ce,
    }
}

const fn mark(codepoint: EcnCodepoint) -> Ecn {
    match codepoint {
        EcnCodepoint::Ect0 => Ecn::Capable,
        EcnCodepoint::Ect1 => Ecn::LowDelay,
        EcnCodepoint::Ce => Ecn::Congested,
    }
}
