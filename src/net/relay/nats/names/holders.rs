//! Who has a name, as the bucket keeps it.
//!
//! ```text
//! version u8 (1)  then for each member: id u64  run u64 of its relay  origin u64
//! ```
//! Nothing at all: nobody has it. The origin stands for the member's address, which is kept nowhere; 0: none.

use std::hash::Hasher as _;
use std::net::{IpAddr, SocketAddr};

use siphasher::sip::SipHasher24;

use crate::model::room_log::LogEpoch;
use crate::wire::cursor::{Cursor, Put};

const VERSION: u8 = 1;
/// Members under one name: one person, once for each room.
const MAX_HOLDERS: usize = 512;

/// A member that has a name, and at which run of a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HolderEntry {
    pub(super) id: u64,
    pub(super) run: u64,
    pub(super) origin: u64,
}

/// The members that have one name: all of them are the same person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct NameHolders(Vec<HolderEntry>);

impl NameHolders {
    /// `None`: a later relay says it, or nobody. Then the name is taken by whoever that is.
    pub(in super::super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let mut holders = Vec::new();
        if cursor.is_empty() {
            return Some(Self(holders));
        }
        cursor.u8().filter(|version| *version == VERSION)?;
        while !cursor.is_empty() && holders.len() < MAX_HOLDERS {
            holders.push(HolderEntry { id: cursor.u64()?, run: cursor.u64()?, origin: cursor.u64()? });
        }
        cursor.is_empty().then_some(Self(holders))
    }

    pub(in super::super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if !self.0.is_empty() {
            let out = bytes.u8(VERSION);
            for HolderEntry { id, run, origin } in &self.0 {
                out.u64(*id).u64(*run).u64(*origin);
            }
        }
        bytes
    }

    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MAX_HOLDERS
    }

    /// At which run of a relay a member has it.
    pub(super) fn run_of(&self, id: u64) -> Option<u64> {
        self.0.iter().find(|holder| holder.id == id).map(|holder| holder.run)
    }

    pub(super) fn has(&self, id: u64, run: u64) -> bool {
        self.run_of(id) == Some(run)
    }

    pub(super) fn all(&self, is_so: impl FnMut(&HolderEntry) -> bool) -> bool {
        self.0.iter().all(is_so)
    }

    /// Whether a member that claims the name at one of these relays' is the person that has it. `is_proved`: it has its id
    /// from a relay.
    pub(super) fn is_person(&self, claimant: &HolderEntry, is_proved: bool) -> bool {
        self.0.iter().any(|holder| {
            // A relay knows who of its own members is the same person.
            holder.run == claimant.run
                || (is_proved && holder.id == claimant.id)
                || (holder.origin == claimant.origin && holder.origin != 0)
        })
    }

    /// With this one, instead of what was said of it before.
    pub(super) fn with(&self, holder: HolderEntry) -> Self {
        Self(self.0.iter().filter(|other| other.id != holder.id).copied().chain([holder]).collect())
    }

    pub(super) fn without(&self, id: u64) -> Self {
        Self(self.0.iter().filter(|holder| holder.id != id).copied().collect())
    }
}

/// What stands for an address that nobody else can have, the same at all relays of the log of that number.
pub(super) fn origin(epoch: LogEpoch, address: SocketAddr) -> u64 {
    if !is_unique(address.ip()) {
        return 0;
    }
    let mut hasher = SipHasher24::new_with_keys(epoch.0, 0);
    hasher.write(address.to_string().as_bytes());
    hasher.finish().max(1)
}

/// Whether nobody else can have the same address, as two members can in two networks of their own.
fn is_unique(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()),
        IpAddr::V6(ip) => !(ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(id: u64, run: u64, address: &str) -> HolderEntry {
        HolderEntry { id, run, origin: origin(LogEpoch(1), address.parse().expect("an address")) }
    }

    #[test]
    fn what_is_kept_is_read_again_and_nothing_else() {
        let nobody = NameHolders::default();
        assert_eq!((nobody.encode(), NameHolders::decode(b"")), (Vec::new(), Some(nobody.clone())));
        let all = nobody.with(holder(1, 7, "192.0.2.1:9")).with(holder(2, 8, "[2001:db8::1]:65535"));
        let bytes = all.encode();
        assert_eq!(NameHolders::decode(&bytes), Some(all.clone()));
        for end in 1..bytes.len() {
            let cut = NameHolders::decode(&bytes[..end]);
            assert!(cut.is_none_or(|cut| cut.0.len() < 2), "{end}");
        }
        assert_eq!(NameHolders::decode(b"\x02"), None);
        assert_eq!(all.with(holder(1, 9, "192.0.2.1:9")).run_of(1), Some(9));
        assert_eq!(all.without(1).without(2), nobody);
        let many = (0..600).fold(NameHolders::default(), |all, id| all.with(holder(id, 1, "192.0.2.1:9")));
        assert!(many.is_full() && NameHolders::decode(&many.encode()).is_none());
    }

    #[test]
    fn the_same_person_is_known_by_its_id_its_relay_or_an_address_that_nobody_else_can_have() {
        let there = |address| NameHolders::default().with(holder(1, 7, address));
        let far = "198.51.100.1:9";
        assert!(!there(far).is_person(&holder(2, 8, "198.51.100.1:8"), true));
        assert!(there(far).is_person(&holder(2, 8, far), false));
        assert!(there(far).is_person(&holder(2, 7, "198.51.100.2:8"), false));
        assert!(there(far).is_person(&holder(1, 8, "198.51.100.2:8"), true));
        assert!(!there(far).is_person(&holder(1, 8, "198.51.100.2:8"), false));
        for near in ["192.168.0.1:9", "127.0.0.1:9", "[fd00::1]:9", "[::ffff:10.0.0.1]:9"] {
            assert!(!there(near).is_person(&holder(2, 8, near), false), "{near}");
        }
    }
}
