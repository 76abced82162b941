//! Ports that have to be known before the program that listens there starts, or are to be its own again after it was killed.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below those that the kernel gives to sockets that ask for any (from 32,768, `ip_local_port_range` of ip(7)): none of the many
/// sockets of other tests gets it while its own program is not there.
const FIRST: u16 = 12_000;
const COUNT: u16 = 20_000;

static GIVEN: AtomicU16 = AtomicU16::new(0);

/// A port that nobody has, for UDP and TCP. Each is given once; another test program begins elsewhere.
pub(crate) fn free_port() -> u16 {
    let own = u16::try_from(process::id().wrapping_mul(211) % u32::from(COUNT)).unwrap();
    let is_free = |port: &u16| {
        let at = (Ipv4Addr::LOCALHOST, *port);
        UdpSocket::bind(at).is_ok() && TcpListener::bind(at).is_ok()
    };
    let next = || FIRST + (own + GIVEN.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT;
    std::iter::repeat_with(next).take(usize::from(COUNT)).find(is_free).expect("a port that nobody has")
}
