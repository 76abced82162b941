//! What passed the sockets, as people and other programs read it: one line for each packet, and files for Wireshark.

mod pcap;
mod save;
#[cfg(test)]
mod tests;
mod text;

pub use pcap::PcapEncoder;
pub(in crate::runtime) use save::save;
pub use save::{PcapFile, SaveRequest};
pub use text::{PacketContents, PacketText, fate_key, packet_line, whole_text};
