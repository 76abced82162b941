//! Packets as a file that Wireshark and tcpdump open: the classic format of libpcap, each record one IP packet.
//!
//! ```text
//! file     magic 0xa1b2c3d4, version 2.4, zone 0, figures 0, longest record, link type 101 (LINKTYPE_RAW: IP)
//! record   seconds, microseconds, bytes kept, bytes there were, then an IPv4 or IPv6 header, one of UDP or TCP, the bytes
//! ```
//! Our sockets see no headers, so these are made up: addresses, ports, lengths and checksums are right; hop limits and the
//! numbers of TCP segments are not those of the network. What one read or write moved stands as one segment, or as several
//! where it is longer than a packet.
//!
//! Facts: draft-ietf-opsawg-pcap, RFC 791, 768, 8200, 9293, 1071. No crate: the kept ones either read only or bring a parser of
//! every protocol.

use std::collections::BTreeMap;
use std::net::{Ipv6Addr, SocketAddr};

use crate::model::WallTime;
use crate::model::packet::{PacketDirection, PacketFate, WirePacket, WireTransport};

/// The longest record: one IP packet.
const MAX_RECORD: u32 = 65_575;
/// Bytes of an IP packet behind which a TCP segment is cut.
const MAX_IP: usize = 65_535;
const LINKTYPE_RAW: u32 = 101;
const UDP: u8 = 17;
const TCP: u8 = 6;
const HOPS: u8 = 64;
const UDP_HEADER: usize = 8;
const TCP_HEADER: usize = 20;
const IPV4_HEADER: usize = 20;
/// Streams whose numbers are remembered: more than a program has at a time.
const MAX_STREAMS: usize = 4_096;
/// PSH and ACK.
const TCP_FLAGS: u8 = 0x18;

/// Turns packets into records, one after the other.
#[derive(Debug, Default)]
pub struct PcapEncoder {
    /// Of each stream, by its two ends: the numbers of the next byte from here and from there.
    sequences: BTreeMap<(SocketAddr, SocketAddr), (u32, u32)>,
    identification: u16,
}

/// The ends of a packet, both of one family.
#[derive(Clone, Copy)]
struct Ends {
    from: SocketAddr,
    to: SocketAddr,
}

impl PcapEncoder {
    /// What a file begins with.
    pub fn header() -> Vec<u8> {
        let mut out = Vec::with_capacity(24);
        out.extend(0xa1b2_c3d4_u32.to_le_bytes());
        out.extend(2_u16.to_le_bytes());
        out.extend(4_u16.to_le_bytes());
        out.extend([0; 8]);
        out.extend(MAX_RECORD.to_le_bytes());
        out.extend(LINKTYPE_RAW.to_le_bytes());
        out
    }

    /// The records of one packet. None for what did not leave: it never was on the wire.
    pub fn encode(&mut self, packet: &WirePacket) -> Vec<u8> {
        let stayed = matches!(packet.fate, PacketFate::Lost | PacketFate::Refused);
        if stayed && packet.direction == PacketDirection::Out {
            return Vec::new();
        }
        let ends = Ends::of(packet);
        match packet.transport {
            WireTransport::Udp => {
                let length = UDP_HEADER.saturating_add(packet.bytes.len());
                let mut datagram = udp_header(ends, length);
                datagram.extend_from_slice(&packet.bytes);
                let sum = finish(ends.checksum(UDP, &datagram));
                // Zero says that there is none (RFC 768).
                put_sum(&mut datagram, 6, if sum == 0 { u16::MAX } else { sum });
                self.record(packet.time, ends, UDP, &datagram)
            }
            WireTransport::Tcp => {
                let mut records = Vec::new();
                for part in packet.bytes.chunks(MAX_IP - IPV4_HEADER - TCP_HEADER) {
                    let mut segment = self.tcp_header(packet, ends, part.len());
                    segment.extend_from_slice(part);
                    let sum = finish(ends.checksum(TCP, &segment));
                    put_sum(&mut segment, 16, sum);
                    records.extend(self.record(packet.time, ends, TCP, &segment));
                }
                records
            }
        }
    }

    /// Counts the bytes of a stream on, each way.
    fn tcp_header(&mut self, packet: &WirePacket, ends: Ends, length: usize) -> Vec<u8> {
        let key = (packet.local, packet.remote);
        if self.sequences.len() >= MAX_STREAMS && !self.sequences.contains_key(&key) {
            self.sequences.pop_first();
        }
        let (ours, theirs) = self.sequences.entry(key).or_insert((1, 1));
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let (number, acknowledged) = match packet.direction {
            PacketDirection::Out => (ours, theirs),
            PacketDirection::In => (theirs, ours),
        };
        let (sequence, acknowledgement) = (*number, *acknowledged);
        *number = number.wrapping_add(length);
        let mut header = Vec::with_capacity(TCP_HEADER);
        header.extend(ends.from.port().to_be_bytes());
        header.extend(ends.to.port().to_be_bytes());
        header.extend(sequence.to_be_bytes());
        header.extend(acknowledgement.to_be_bytes());
        // Five words of header, then the flags, the window, and room for the checksum and the urgent pointer.
        header.extend([0x50, TCP_FLAGS, 0xff, 0xff, 0, 0, 0, 0]);
        header
    }

    fn ip_header(&mut self, ends: Ends, protocol: u8, length: usize) -> Vec<u8> {
        let (SocketAddr::V4(from), SocketAddr::V4(to)) = (ends.from, ends.to) else {
            return ip_header_six(ends, protocol, length);
        };
        self.identification = self.identification.wrapping_add(1);
        let mut header = vec![0x45, 0];
        header.extend(u16_of(IPV4_HEADER.saturating_add(length)).to_be_bytes());
        header.extend(self.identification.to_be_bytes());
        header.extend([0, 0, HOPS, protocol, 0, 0]);
        header.extend(from.ip().octets());
        header.extend(to.ip().octets());
        let sum = finish(sum(&header));
        put_sum(&mut header, 10, sum);
        header
    }

    fn record(&mut self, time: WallTime, ends: Ends, protocol: u8, inner: &[u8]) -> Vec<u8> {
        let header = self.ip_header(ends, protocol, inner.len());
        let length = u32::try_from(header.len().saturating_add(inner.len())).unwrap_or(u32::MAX);
        let seconds = u32::try_from(time.0.div_euclid(1_000_000)).unwrap_or_default();
        let micros = u32::try_from(time.0.rem_euclid(1_000_000)).unwrap_or_default();
        let head: Vec<u8> =
            [seconds, micros, length, length].into_iter().flat_map(u32::to_le_bytes).collect();
        [&*head, &*header, inner].concat()
    }
}

fn ip_header_six(ends: Ends, protocol: u8, length: usize) -> Vec<u8> {
    let mut header = vec![0x60, 0, 0, 0];
    header.extend(u16_of(length).to_be_bytes());
    header.extend([protocol, HOPS]);
    header.extend(six(ends.from).octets());
    header.extend(six(ends.to).octets());
    header
}

impl Ends {
    fn of(packet: &WirePacket) -> Self {
        match packet.direction {
            PacketDirection::In => Self { from: packet.remote, to: packet.local },
            PacketDirection::Out => Self { from: packet.local, to: packet.remote },
        }
    }

    /// The sum over what a checksum covers besides the IP header: both addresses, the protocol, the length, and these bytes.
    fn checksum(self, protocol: u8, inner: &[u8]) -> u32 {
        let addresses = if let (SocketAddr::V4(from), SocketAddr::V4(to)) = (self.from, self.to) {
            [from.ip().octets(), to.ip().octets()].concat()
        } else {
            [six(self.from).octets(), six(self.to).octets()].concat()
        };
        let length = u32::try_from(inner.len()).unwrap_or(u32::MAX);
        let lengths = (length >> 16).saturating_add(length & 0xffff);
        sum(&addresses).saturating_add(u32::from(protocol)).saturating_add(lengths).saturating_add(sum(inner))
    }
}

fn udp_header(ends: Ends, length: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(length);
    header.extend(ends.from.port().to_be_bytes());
    header.extend(ends.to.port().to_be_bytes());
    header.extend(u16_of(length).to_be_bytes());
    header.extend([0, 0]);
    header
}

/// What stands for an address in IPv6: of two families only this one can say both.
fn six(at: SocketAddr) -> Ipv6Addr {
    match at {
        SocketAddr::V4(four) => four.ip().to_ipv6_mapped(),
        SocketAddr::V6(six) => *six.ip(),
    }
}

fn u16_of(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// Words of sixteen bits; an odd byte at the end counts as the upper half (RFC 1071).
fn sum(bytes: &[u8]) -> u32 {
    let word = |pair: &[u8]| match *pair {
        [high, low] => u32::from(u16::from_be_bytes([high, low])),
        [high] => u32::from(u16::from_be_bytes([high, 0])),
        _ => 0,
    };
    bytes.chunks(2).map(word).fold(0, u32::saturating_add)
}

/// The complement of the sum with its carries added.
const fn finish(mut sum: u32) -> u16 {
    while sum > 0xffff {
        sum = (sum >> 16).saturating_add(sum & 0xffff);
    }
    let [_, _, high, low] = sum.to_be_bytes();
    !u16::from_be_bytes([high, low])
}

fn put_sum(bytes: &mut [u8], at: usize, sum: u16) {
    if let Some(place) = bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
        *place = sum.to_be_bytes();
    }
}
