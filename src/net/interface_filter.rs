//! What `--interface` forbids: where a socket may send, and by which interface.
//!
//! The sockets are bound to the interface as well (`bind`); this is what holds where the system cannot do that, and
//! what a multicast datagram that names its own way out could get around.

use std::net::IpAddr;

use super::ifaces::NetInterface;
use crate::model::ErrorCode;

/// What a refused destination is answered with: as if there were no route, which is what was asked for.
pub(super) const NO_ROUTE: ErrorCode = ErrorCode::ENETUNREACH;

/// The interface that everything has to use, by the kernel's number. 0 where it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum InterfaceFilter {
    #[default]
    Free,
    /// Nothing may leave this machine.
    Loopback(u32),
    Device(u32),
}

impl InterfaceFilter {
    pub(super) fn to(interface: Option<&NetInterface>) -> Self {
        let Some(interface) = interface else { return Self::Free };
        let index = interface.index.unwrap_or(0);
        if interface.loopback { Self::Loopback(index) } else { Self::Device(index) }
    }

    /// By which interface a datagram may go to `to`, when `via` was asked for: `Ok(None)` is any that routes there.
    pub(super) fn egress(self, to: IpAddr, via: Option<u32>) -> Result<Option<u32>, ErrorCode> {
        let via = via.filter(|index| *index != 0);
        let (to, no_route) = (to.to_canonical(), || Err(NO_ROUTE));
        match self {
            Self::Loopback(own) if to.is_multicast() => {
                // Without a way of its own it would go where the routes say.
                if via == Some(own) { Ok(via) } else { no_route() }
            }
            Self::Loopback(own) => {
                if to.is_loopback() && via.is_none_or(|index| index == own) {
                    Ok(via)
                } else {
                    no_route()
                }
            }
            Self::Device(own) if via.is_some_and(|index| index != own) => no_route(),
            Self::Device(own) if to.is_multicast() && own != 0 => Ok(Some(own)),
            Self::Free | Self::Device(_) => Ok(via),
        }
    }

    /// Whether a stream may be opened to `to`.
    pub(super) fn permits(self, to: IpAddr) -> bool {
        !matches!(self, Self::Loopback(_)) || to.to_canonical().is_loopback()
    }

    /// Whether a group may be heard on the interface with this number.
    pub(super) const fn includes(self, index: u32) -> bool {
        match self {
            Self::Free => true,
            Self::Loopback(own) | Self::Device(own) => own == index,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("address")
    }

    /// `Err`: not at all.
    fn way(filter: InterfaceFilter, to: &str, via: Option<u32>) -> Result<Option<u32>, ()> {
        filter.egress(ip(to), via).map_err(|code| assert_eq!(code, NO_ROUTE))
    }

    fn permits(filter: InterfaceFilter, to: &str) -> bool {
        filter.permits(ip(to))
    }

    const LO: InterfaceFilter = InterfaceFilter::Loopback(1);

    #[test]
    fn the_loopback_interface_reaches_this_machine_alone() {
        for to in ["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(way(LO, to, None), Ok(None), "{to}");
            assert_eq!(way(LO, to, Some(1)), Ok(Some(1)), "{to}");
            assert_eq!(way(LO, to, Some(2)), Err(()), "{to} by another interface");
            assert!(permits(LO, to), "{to}");
        }
        for to in ["255.255.255.255", "192.0.2.255", "192.0.2.1", "0.0.0.0", "2001:db8::1", "fe80::1", "::"] {
            assert!([None, Some(1), Some(2)].into_iter().all(|via| way(LO, to, via) == Err(())), "{to}");
            assert!(!permits(LO, to), "{to}");
        }
    }

    #[test]
    fn a_group_stays_on_the_machine_only_when_it_is_pinned_to_the_loopback_interface() {
        for to in ["239.7.8.8", "ff02::7788", "ff12::1", "::ffff:239.7.8.8"] {
            assert!([None, Some(0), Some(2)].into_iter().all(|via| way(LO, to, via) == Err(())), "{to}");
            assert_eq!(way(LO, to, Some(1)), Ok(Some(1)), "{to}");
        }
        assert!(LO.includes(1) && !LO.includes(2));
        // Where the interface has no number, no group can be pinned to it.
        assert_eq!(way(InterfaceFilter::Loopback(0), "239.7.8.8", Some(0)), Err(()));
    }

    #[test]
    fn no_other_interface_is_used_than_the_one_that_was_named() {
        let device = InterfaceFilter::Device(2);
        assert_eq!(way(device, "255.255.255.255", None), Ok(None));
        assert_eq!(way(device, "192.0.2.1", Some(2)), Ok(Some(2)));
        assert_eq!(way(device, "192.0.2.1", Some(3)), Err(()));
        assert_eq!(way(device, "239.7.8.8", None), Ok(Some(2)), "pinned");
        assert!(device.includes(2) && !device.includes(1));
        assert_eq!(way(InterfaceFilter::Free, "239.7.8.8", Some(3)), Ok(Some(3)));
    }
}
