//! Says when the machine's interfaces or their addresses may have changed.
//!
//! On Linux the kernel tells (rtnetlink(7)), so that nothing wakes while nothing happens; elsewhere, or where it does
//! not, we look every few seconds.

use std::time::{Duration, Instant};

use super::clock;

/// Short enough that a person who plugs in a cable does not wonder.
const POLL: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Watch {
    /// The kernel's word; `None`: it gives none.
    #[cfg(target_os = "linux")]
    kernel: Option<linux::Netlink>,
    /// Something happened, or may have: when it is told.
    due: Option<Instant>,
}

impl Watch {
    /// Must be called inside a tokio runtime with I/O.
    pub(super) fn start() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            kernel: linux::Netlink::open().ok(),
            due: None,
        }
    }

    /// Waits until the interfaces may have changed. Cancel-safe: what happened is noted before it waits again.
    pub(super) async fn changed(&mut self) {
        if self.due.is_none() {
            #[cfg(target_os = "linux")]
            let wait = match &self.kernel {
                Some(kernel) => kernel.happened().await,
                None => POLL,
            };
            #[cfg(not(target_os = "linux"))]
            let wait = POLL;
            self.due = clock::now().mono.checked_add(wait);
        }
        clock::reached(self.due).await;
        self.due = None;
        // From now on only what comes later counts.
        #[cfg(target_os = "linux")]
        if let Some(kernel) = &self.kernel {
            kernel.discard();
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::os::fd::AsRawFd;
    use std::time::Duration;

    use nix::libc;
    use nix::sys::socket::{AddressFamily, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, socket};
    use tokio::net::UdpSocket;

    /// An interface that comes brings a dozen messages: they are taken together.
    const DEBOUNCE: Duration = Duration::from_millis(100);
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

        /// Waits for a message; says how long those behind it are to be waited for. An error says that more came than it
        /// had room for, which is a change like any other.
        pub(super) async fn happened(&self) -> Duration {
            let _any: io::Result<usize> = self.0.recv(&mut [0; BUFFER]).await;
            DEBOUNCE
        }

        /// Throws away what came meanwhile.
        pub(super) fn discard(&self) {
            for _ in 0..MAX_MESSAGES {
                let read = self.0.try_recv(&mut [0; BUFFER]);
                if read.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
                    return;
                }
            }
        }
    }
}
