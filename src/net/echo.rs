//! The built-in echo peer: answers every datagram with the same bytes, so that one person alone sees the
//! whole loop work.
//!
//! Answers only the one socket of this program that talks to it: with any other partner two services that
//! answer everything could keep each other busy for ever.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::UdpSocket;

use super::bind;

/// Datagrams answered before others get their turn.
const MAX_TURN: usize = 64;

#[derive(Debug)]
pub(super) struct Echo {
    socket: UdpSocket,
    pub(super) address: SocketAddr,
    partner: SocketAddr,
}

impl Echo {
    /// Opens the peer and the socket that talks to it, both on loopback and on any free port.
    pub(super) fn open() -> io::Result<(Self, bind::Bound)> {
        let anywhere = bind::plain(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let (own, side) = (bind::open(&anywhere, None)?, bind::open(&anywhere, None)?);
        Ok((Self { socket: own.socket, address: own.local, partner: side.local }, side))
    }

    /// Waits for a datagram. Cancel-safe.
    pub(super) async fn ready(&self) {
        if self.socket.readable().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Answers what has come. An answer that finds no room is lost, as it could be on any network.
    pub(super) fn answer(&self, buffer: &mut [u8]) {
        for _ in 0..MAX_TURN {
            match self.socket.try_recv_from(buffer) {
                Ok((length, from)) if from == self.partner => {
                    let bytes = buffer.get(..length).unwrap_or_default();
                    let _lost: io::Result<usize> = self.socket.try_send_to(bytes, from);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Ok(_) | Err(_) => {}
            }
        }
    }
}
