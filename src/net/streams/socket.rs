//! A stream's socket on a thread that may block: moves bytes without asking the runtime first, and waits a little.

use std::io;
#[cfg(unix)]
use std::io::Read as _;
#[cfg(unix)]
use std::time::Duration;

#[cfg(unix)]
use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::TcpStream;

/// How long a thread waits for a peer before it is given back. Peers that keep up never need so long, and for them
/// waiting here is cheaper than going to and fro between threads.
#[cfg(unix)]
const MAX_LULL: Duration = Duration::from_millis(10);

/// `WouldBlock`: nothing is there.
#[cfg(unix)]
pub(super) fn receive(stream: &TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    (&*SockRef::from(stream)).read(bytes)
}

/// `WouldBlock`: no room is left. `more`: what follows at once goes into the same packet.
#[cfg(target_os = "linux")]
pub(super) fn send(stream: &TcpStream, bytes: &[u8], more: bool) -> io::Result<usize> {
    use rustix::net::SendFlags;
    let flags = if more { SendFlags::MORE } else { SendFlags::empty() };
    Ok(rustix::net::send(stream, bytes, flags | SendFlags::NOSIGNAL)?)
}

#[cfg(all(unix, not(target_os = "linux")))]
pub(super) fn send(stream: &TcpStream, bytes: &[u8], _more: bool) -> io::Result<usize> {
    io::Write::write(&mut &*SockRef::from(stream), bytes)
}

/// Waits a moment until the peer has sent or taken something. When it has not, the runtime tells whoever waits for it.
#[cfg(unix)]
pub(super) fn soon(stream: &TcpStream, interest: Interest) -> bool {
    // The runtime forgets that the socket was ready only while this looks at it, so it misses nothing.
    let still = || {
        if ready(stream, interest, Duration::ZERO) { Ok(()) } else { Err(io::ErrorKind::WouldBlock.into()) }
    };
    ready(stream, interest, MAX_LULL) || stream.try_io(interest, still).is_ok()
}

#[cfg(unix)]
fn ready(stream: &TcpStream, interest: Interest, wait: Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let flags = if interest.is_readable() { PollFlags::IN } else { PollFlags::OUT };
    let wait = Timespec::try_from(wait).ok();
    // An interrupted wait is as good as a sign: the next attempt tells.
    poll(&mut [PollFd::new(stream, flags)], wait.as_ref()) != Ok(0)
}

#[cfg(not(unix))]
pub(super) fn receive(stream: &TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    stream.try_read(bytes)
}

#[cfg(not(unix))]
pub(super) fn send(stream: &TcpStream, bytes: &[u8], _more: bool) -> io::Result<usize> {
    stream.try_write(bytes)
}

/// The runtime was asked, and tells.
#[cfg(not(unix))]
pub(super) const fn soon(_stream: &TcpStream, _interest: Interest) -> bool {
    false
}
