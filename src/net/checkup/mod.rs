//! What a machine tells of its own network to whoever looks for what does not work: interfaces, who holds a port, what a
//! firewall drops, and whether a datagram to everybody comes back.
//!
//! Only looks: nothing is changed, and nothing leaves the machine but one datagram for each interface, to a port that is
//! free here, and a hello to the relay that a person names. What is special to a system stands in `interfaces`,
//! `holders` and `firewall`, behind `cfg`.

mod firewall;
mod holders;
mod interfaces;
mod reach;
mod relay;

pub use firewall::{BlockingChain, Firewall, FirewallVerdict, InboundPacket, PacketVerdict, firewall};
pub use holders::{PortHolder, Program, holders, receivers};
pub use interfaces::{HostInterface, interfaces};
pub use reach::{LARGEST, ReachError, hears_broadcast, hears_large, route_to};
pub use relay::{RELAY_PATIENCE, RelayError, relay_answers, relay_place};

/// What a port is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortKind {
    Udp,
    Tcp,
}

impl PortKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        }
    }
}
