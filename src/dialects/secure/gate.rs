//! What may reach QUIC at all: so whoever does not know our key meets silence, not even a refusal.
//!
//! A first packet proves that its sender knows our public key (the knock); every other one carries a connection ID that
//! we made. Both are told by a keyed hash, without a table, so a flood of strangers costs a hash each and nothing else.
//!
//! ```text
//! knock    destination ID of a first packet, 20 bytes: nonce[8] ‖ tag[12]
//!          tag = BLAKE3-keyed(BLAKE3-derive("udpqq knock 1", public key of the receiver), nonce)[..12]
//! own ID   8 bytes: nonce[4] ‖ SipHash-2-4(secret of this run, nonce)[..4]
//! ```

use std::hash::Hasher as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quinn_proto::{ConnectionId, ConnectionIdGenerator, InvalidCid};
use siphasher::sip::SipHasher24;

use crate::model::PublicKey;
use crate::wire::cursor::Cursor;

/// QUIC version 1 (RFC 9000).
pub(super) const VERSION: u32 = 1;
/// RFC 9000, section 14.1: a first packet is at least so long.
const MIN_INITIAL: usize = 1_200;
/// Bits of the first byte (RFC 9000, section 17.2).
const LONG_HEADER: u8 = 0x80;
const FIXED: u8 = 0x40;
const TYPE: u8 = 0x30;
const INITIAL: u8 = 0x00;

pub(super) const KNOCK: usize = 20;
const KNOCK_NONCE: usize = 8;
const OWN_ID: usize = 8;
const OWN_NONCE: usize = 4;

/// Numbers that nobody can foresee, all from one secret: the same secret gives the same run.
#[derive(Clone, Debug)]
pub(super) struct Nonces {
    key: [u8; 32],
    drawn: Arc<AtomicU64>,
}

impl Nonces {
    /// `purpose`: two with different ones have nothing in common.
    pub(super) fn new(secret: &[u8; 32], purpose: &str) -> Self {
        Self { key: blake3::derive_key(purpose, secret), drawn: Arc::default() }
    }

    pub(super) fn next(&self) -> [u8; 32] {
        let number = self.drawn.fetch_add(1, Ordering::Relaxed);
        *blake3::keyed_hash(&self.key, &number.to_be_bytes()).as_bytes()
    }
}

/// What opens the door of whoever has this key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Knock([u8; 32]);

impl Knock {
    pub(super) fn of(key: &PublicKey) -> Self {
        Self(blake3::derive_key("udpqq knock 1", key.as_bytes()))
    }

    /// A destination ID for a first packet.
    pub(super) fn connection_id(&self, nonce: [u8; 32]) -> ConnectionId {
        let nonce = nonce.first_chunk::<KNOCK_NONCE>().copied().unwrap_or_default();
        ConnectionId::new(&[nonce.as_slice(), &self.tag(nonce)].concat())
    }

    pub(super) fn fits(&self, id: &[u8]) -> bool {
        match id.split_first_chunk::<KNOCK_NONCE>() {
            Some((nonce, tag)) => id.len() == KNOCK && tag == self.tag(*nonce),
            None => false,
        }
    }

    pub(super) fn tag(&self, nonce: [u8; KNOCK_NONCE]) -> [u8; KNOCK - KNOCK_NONCE] {
        let hash = blake3::keyed_hash(&self.0, &nonce);
        hash.as_bytes().first_chunk().copied().unwrap_or_default()
    }
}

/// Connection IDs of our own, which are known again without a table.
#[derive(Clone, Debug)]
pub(super) struct OwnIds {
    hasher: SipHasher24,
    nonces: Nonces,
}

impl OwnIds {
    pub(super) fn new(secret: &[u8; 32]) -> Self {
        let key = blake3::derive_key("udpqq own connection ids", secret);
        let key = key.first_chunk::<16>().copied().unwrap_or_default();
        let nonces = Nonces::new(secret, "udpqq nonces of own connection ids");
        Self { hasher: SipHasher24::new_with_key(&key), nonces }
    }

    fn tag(&self, nonce: [u8; OWN_NONCE]) -> [u8; OWN_ID - OWN_NONCE] {
        let mut hasher = self.hasher;
        hasher.write(&nonce);
        hasher.finish().to_be_bytes().first_chunk().copied().unwrap_or_default()
    }

    fn made(&self, id: &[u8]) -> bool {
        match id.split_first_chunk::<OWN_NONCE>() {
            Some((nonce, tag)) => id.len() == OWN_ID && tag == self.tag(*nonce),
            None => false,
        }
    }
}

impl ConnectionIdGenerator for OwnIds {
    fn generate_cid(&mut self) -> ConnectionId {
        let nonce = self.nonces.next().first_chunk::<OWN_NONCE>().copied().unwrap_or_default();
        ConnectionId::new(&[nonce, self.tag(nonce)].concat())
    }

    /// What gets this far belongs to a connection that is gone. It gets no reset: a peer that restarted makes itself known
    /// by dialling.
    fn validate(&self, _id: &ConnectionId) -> Result<(), InvalidCid> {
        Err(InvalidCid)
    }

    fn cid_len(&self) -> usize {
        OWN_ID
    }

    fn cid_lifetime(&self) -> Option<std::time::Duration> {
        None
    }
}

/// The door.
#[derive(Clone, Debug)]
pub(super) struct KnockGate {
    own: OwnIds,
    knock: Knock,
}

impl KnockGate {
    pub(super) fn new(own: OwnIds, key: &PublicKey) -> Self {
        Self { own, knock: Knock::of(key) }
    }

    /// Whether QUIC is to see this packet, the first one of a datagram.
    pub(super) fn admits(&self, datagram: &[u8]) -> bool {
        self.judge(datagram).unwrap_or_default()
    }

    fn judge(&self, datagram: &[u8]) -> Option<bool> {
        let mut rest = Cursor::new(datagram);
        let [first] = rest.array()?;
        if first & FIXED == 0 {
            return Some(false);
        }
        if first & LONG_HEADER == 0 {
            return Some(self.own.made(rest.bytes(OWN_ID)?));
        }
        if u32::from_be_bytes(rest.array()?) != VERSION {
            return Some(false);
        }
        let [length] = rest.array()?;
        let id = rest.bytes(length.into())?;
        let opens = first & TYPE == INITIAL && datagram.len() >= MIN_INITIAL && self.knock.fits(id);
        Some(opens || self.own.made(id))
    }

    /// Whether a connection may begin with this destination ID, that of the very first packet.
    pub(super) fn knows(&self, original: &ConnectionId) -> bool {
        self.knock.fits(original)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(first: u8) -> PublicKey {
        PublicKey::from_bytes([first; 32]).expect("a key")
    }

    fn gate() -> KnockGate {
        KnockGate::new(OwnIds::new(&[1; 32]), &key(7))
    }

    fn long(kind: u8, version: u32, id: &[u8], length: usize) -> Vec<u8> {
        let mut packet = vec![LONG_HEADER | FIXED | kind];
        packet.extend(version.to_be_bytes());
        packet.push(u8::try_from(id.len()).expect("short"));
        packet.extend(id);
        packet.resize(length, 0);
        packet
    }

    #[test]
    fn a_first_packet_has_to_know_our_key() {
        let gate = gate();
        let knock = Knock::of(&key(7)).connection_id([3; 32]);
        assert!(gate.admits(&long(INITIAL, 1, &knock, 1_200)));
        for (packet, why) in [
            (long(INITIAL, 1, &knock, 1_199), "too short"),
            (long(INITIAL, 2, &knock, 1_200), "another version"),
            (long(INITIAL, 0, &knock, 1_200), "version negotiation"),
            (long(0x20, 1, &knock, 1_200), "no first packet"),
            (long(INITIAL, 1, &Knock::of(&key(8)).connection_id([3; 32]), 1_200), "another key"),
            (long(INITIAL, 1, &knock[..19], 1_200), "a shorter ID"),
            (long(INITIAL, 1, &[], 1_200), "no ID"),
            (vec![], "nothing"),
            (vec![0xc0], "a byte"),
        ] {
            assert!(!gate.admits(&packet), "{why}");
        }
        let mut unfixed = long(INITIAL, 1, &knock, 1_200);
        unfixed[0] &= !FIXED;
        assert!(!gate.admits(&unfixed));
    }

    #[test]
    fn what_goes_on_carries_an_id_that_we_made() {
        let (gate, mut own, mut others) = (gate(), OwnIds::new(&[1; 32]), OwnIds::new(&[2; 32]));
        let (own, foreign) = (own.generate_cid(), others.generate_cid());
        for kind in [0x00, 0x20, 0x30] {
            assert!(gate.admits(&long(kind, 1, &own, 60)));
            assert!(!gate.admits(&long(kind, 1, &foreign, 60)));
        }
        let short = |id: &[u8]| [&[FIXED], id, &[0; 30]].concat();
        assert!(gate.admits(&short(&own)));
        assert!(!gate.admits(&short(&foreign)));
        assert!(!gate.admits(&short(&own)[..8]));
    }
}
