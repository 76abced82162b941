//! Says when the machine's interfaces or their addresses may have changed.
//!
//! On Linux the kernel tells (rtnetlink(7)), so that nothing wakes while nothing happens; elsewhere, or where it does
//! not, we look every few seconds.

use std::time::{Duration, Instant};

use super::clock;

/// An interface that comes brings a dozen messages: they are taken together.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// Short enough that a person who plugs in a cable does not wonder.
const POLL: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Watch {
    source: ChangeSource,
    /// Something happened; when it is told.
    due: Option<Instant>,
}

#[derive(Debug)]
enum ChangeSource {
    #[cfg(target_os = "linux")]
    Kernel(linux::Netlink),
    Clock(Instant),
}

impl Watch {
    /// Must be called inside a tokio runtime with I/O.
    pub(super) fn start() -> Self {
        Self { source: ChangeSource::open(), due: None }
    }

    /// Waits until the interfaces may have changed. Cancel-safe: what happened is noted before it waits again.
    pub(super) async fn changed(&mut self) {
        loop {
            if let Some(due) = self.due {
                tokio::time::sleep_until(due.into()).await;
                self.due = None;
                self.source.settle();
                return;
            }
            self.source.happened().await;
            self.due = clock::now().mono.checked_add(DEBOUNCE);
        }
    }
}

impl ChangeSource {
    fn open() -> Self {
        #[cfg(target_os = "linux")]
        if let Ok(netlink) = linux::Netlink::open() {
            return Self::Kernel(netlink);
        }
        Self::clock()
    }

    fn clock() -> Self {
        let now = clock::now().mono;
        Self::Clock(now.checked_add(POLL).unwrap_or(now))
    }

    async fn happened(&mut self) {
        match self {
            #[cfg(target_os = "linux")]
            Self::Kernel(netlink) => netlink.happened().await,
            Self::Clock(at) => tokio::time::sleep_until((*at).into()).await,
        }
    }

    /// From now on only what comes later counts.
    fn settle(&mut self) {
        match self {
            #[cfg(target_os = "linux")]
            Self::Kernel(netlink) => {
                netlink.discard();
            }
            Self::Clock(_) => *self = Self::clock(),
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::os::fd::AsRawFd;

    use nix::libc;
    use nix::sys::socket::{AddressFamily, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, socket};
    use tokio::net::UdpSocket;

    /// Messages thrown away at one go; a kernel that has more is asked again.
    const MAX_MESSAGES: usize = 256;
    /// What they say does not matter, so it may be cut.
    const BUFFER: usize = 64;

    /// A netlink socket. It is only waited for and read, so what tokio has for any socket with datagrams does.
    #[derive(Debug)]
    pub(super) struct Netlink(UdpSocket);

    impl Netlink {
        pub(super) fn open() -> io::Result<Self> {
            let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
            let socket = socket(AddressFamily::Netlink, SockType::Raw, flags, SockProtocol::NetlinkRoute)?;
            let groups = libc::RTMGRP_LINK | libc::RTMGRP_IPV4_IFADDR | libc::RTMGRP_IPV6_IFADDR;
            bind(socket.as_raw_fd(), &NetlinkAddr::new(0, groups.unsigned_abs()))?;
            Ok(Self(UdpSocket::from_std(socket.into())?))
        }

        /// Waits for a message and throws it away with those behind it.
        pub(super) async fn happened(&self) {
            loop {
                // Refused only when the runtime goes down.
                if self.0.readable().await.is_err() {
                    return std::future::pending().await;
                }
                if self.discard() {
                    return;
                }
            }
        }

        /// Whether there was anything.
        pub(super) fn discard(&self) -> bool {
            let mut buffer = [0; BUFFER];
            for already in 0..MAX_MESSAGES {
                match self.0.try_recv(&mut buffer) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return already > 0,
                    // An error says that more came than it had room for, which is a change like any other.
                    Ok(_) | Err(_) => {}
                }
            }
            true
        }
    }
}
