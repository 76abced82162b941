//! A peer inside the test: one UDP socket on loopback that waits with patience. For exact bytes and for speed.

use std::net::{SocketAddr, UdpSocket};

use super::PATIENCE;

/// More than any datagram.
const ANY_DATAGRAM: usize = 65_536;

/// A bound socket on 127.0.0.1.
pub(crate) struct Socket(UdpSocket);

impl Socket {
    pub(crate) fn bind() -> Self {
        Self::bind_at("127.0.0.1:0")
    }

    pub(crate) fn bind_at(address: &str) -> Self {
        let socket = UdpSocket::bind(address).unwrap_or_else(|error| panic!("{address}: {error}"));
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(socket)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    pub(crate) fn send(&self, bytes: &[u8], port: u16) {
        let sent = self.0.send_to(bytes, ("127.0.0.1", port)).unwrap();
        assert_eq!(sent, bytes.len());
    }

    /// As `send`, to any address.
    pub(crate) fn send_to(&self, bytes: &[u8], address: &str) {
        let sent = self.0.send_to(bytes, address).unwrap();
        assert_eq!(sent, bytes.len());
    }

    /// All datagrams that are already there.
    pub(crate) fn waiting(&self) -> Vec<Vec<u8>> {
        self.0.set_nonblocking(true).unwrap();
        let mut buffer = vec![0; ANY_DATAGRAM];
        let next = || self.0.recv_from(&mut buffer).ok().map(|(length, _)| buffer[..length].to_vec());
        let found = std::iter::from_fn(next).collect();
        self.0.set_nonblocking(false).unwrap();
        found
    }

    /// The next datagram and where it came from.
    pub(crate) fn receive(&self) -> (Vec<u8>, SocketAddr) {
        let mut buffer = vec![0; ANY_DATAGRAM];
        let (length, from) = self.0.recv_from(&mut buffer).expect("a datagram at the peer");
        buffer.truncate(length);
        (buffer, from)
    }

    /// Panics when a datagram is already waiting. Ask only after something that would have come later.
    pub(crate) fn assert_silent(&self) {
        self.0.set_nonblocking(true).unwrap();
        let mut buffer = vec![0; ANY_DATAGRAM];
        let came = self.0.recv_from(&mut buffer).map(|(length, from)| (buffer[..length].to_vec(), from));
        self.0.set_nonblocking(false).unwrap();
        assert!(came.is_err(), "an unasked datagram: {came:?}");
    }
}
