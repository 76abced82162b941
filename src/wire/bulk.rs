//! Many datagrams of one peer as one piece of bytes, on a link that carries them in bulk: one input and one output for as
//! many as the system takes or gives at once, with the marks that routers leave on them.
//!
//! What is not bulk stays as it is: a text must be one datagram, and may be cut into fragments on its way.

use std::net::{IpAddr, SocketAddr};

/// Explicit congestion notification: the two bits of an IP header that say whether a router is busy (RFC 3168, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ecn {
    /// The sender understands it: `10`.
    Capable,
    /// The same, marked for a low delay (RFC 9331): `01`.
    LowDelay,
    /// A router on the way was busy: `11`.
    Congested,
}

impl Ecn {
    /// Of the last two bits of a traffic class, or of the byte that was the type of service. `None`: the sender does not
    /// understand it.
    pub const fn from_bits(class: u8) -> Option<Self> {
        match class & 0b11 {
            0b10 => Some(Self::Capable),
            0b01 => Some(Self::LowDelay),
            0b11 => Some(Self::Congested),
            _ => None,
        }
    }

    pub const fn bits(self) -> u8 {
        match self {
            Self::Capable => 0b10,
            Self::LowDelay => 0b01,
            Self::Congested => 0b11,
        }
    }
}

/// Datagrams that came from one peer to one address with one mark, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    pub from: SocketAddr,
    /// As of a single one.
    pub to: Option<IpAddr>,
    pub ecn: Option<Ecn>,
    /// Bytes of each but the last, which may be shorter.
    pub stride: usize,
    pub bytes: &'a [u8],
}

impl<'a> Batch<'a> {
    pub fn datagrams(&self) -> impl Iterator<Item = &'a [u8]> {
        self.bytes.chunks(self.stride.max(1))
    }
}

/// Many datagrams for one peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// Bytes of each but the last, which may be shorter; `None`: it is but one.
    pub size: Option<u16>,
    pub ecn: Option<Ecn>,
    /// They may be cut into fragments on their way; else what is too large for a network is lost there.
    pub fragment: bool,
}

impl Segments {
    /// What every other datagram is.
    pub const ONE: Self = Self { size: None, ecn: None, fragment: true };
}

/// The datagrams in so many bytes.
pub fn datagrams(bytes: &[u8], size: Option<u16>) -> impl Iterator<Item = &[u8]> {
    bytes.chunks(size.map_or(usize::MAX, usize::from).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_the_last_two_bits() {
        for bits in 0..=u8::MAX {
            assert_eq!(Ecn::from_bits(bits).map_or(0, Ecn::bits), bits & 0b11);
        }
    }

    #[test]
    fn bytes_are_cut_into_datagrams_of_which_the_last_may_be_shorter() {
        let cut = |size| datagrams(b"abcdefgh", size).map(<[u8]>::len).collect::<Vec<_>>();
        assert_eq!(cut(Some(3)), [3, 3, 2]);
        assert_eq!(cut(Some(4)), [4, 4]);
        assert_eq!(cut(None), [8]);
        assert_eq!(cut(Some(0)).len(), 8);
    }
}
