//! What is said to everybody: one datagram on each network. Where somebody does not read UTF-8 that would be garbage to
//! them, so everybody who is there gets it alone, each in what they read.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use super::contacts::Letter;
use super::engine::Ipmsg;
use super::feiq::written;
use super::flight::Flight;
use super::text::without_braces;
use crate::model::{Address, ErrorCode, Fault, Now};
use crate::wire::Encoding;

/// Stands for a character that an encoding lacks: one colleague's old program must not keep it from all the others.
const UNKNOWN: char = '?';

/// Datagrams that a socket takes at once without any being refused; where it would be more, all get the same.
const MAX_POSTS: usize = 256;

/// Who gets the same, by the name of the encoding and whether they run `FeiQ`.
type Readers = BTreeMap<(&'static str, bool), (Encoding, Vec<SocketAddr>)>;

/// One datagram, and where it goes.
pub(super) type Post = (SocketAddr, Arc<[u8]>);

impl Ipmsg {
    /// The message, and all the datagrams that it is to everybody behind this address.
    pub(super) fn pack_for_everybody(
        &mut self,
        now: Now,
        to: SocketAddr,
        encoding: Encoding,
        letter: &Letter,
    ) -> Result<(Flight, Vec<Post>), Fault> {
        let everywhere = to == SocketAddr::from(([255, 255, 255, 255], super::PORT));
        let readers = if everywhere { self.readers(encoding) } else { Readers::new() };
        let flight = self.pack(now, to, encoding, letter.clone())?;
        let mut posts = Vec::new();
        for ((_, feiq), (other, readers)) in readers {
            if other == encoding {
                posts.extend(flight.to_each(&readers));
            } else {
                let text = lossy(other, &written(other, &letter.text));
                let text = if feiq { without_braces(other, &text) } else { text };
                let copy = Letter { text, ..letter.clone() };
                posts.extend(self.pack(now, to, other, copy)?.to_each(&readers));
            }
        }
        if posts.is_empty() || posts.len() > MAX_POSTS {
            posts = flight.to_each(&if everywhere { self.networks() } else { vec![to] });
        }
        if posts.is_empty() {
            return Err(Fault::Network { to: Some(to), code: ErrorCode::ENETUNREACH });
        }
        Ok((flight, posts))
    }

    /// All who are there, by what they are written; nobody if that is the same for all. Those who are announced to and have
    /// said nothing are taken to read the usual encoding.
    fn readers(&self, usual: Encoding) -> Readers {
        let here = self.peers.here().filter(|at| self.may_answer(*at));
        let mut readers = Readers::new();
        readers.insert((usual.name(), false), (usual, Vec::new()));
        for at in here {
            let encoding = self.encoding_at(at);
            let feiq = self.peers.get(at).is_some_and(|peer| peer.traits.feiq);
            readers.entry((encoding.name(), feiq)).or_insert_with(|| (encoding, Vec::new())).1.push(at);
        }
        if readers.len() == 1 {
            return Readers::new();
        }
        let announced = self.own.iter().flat_map(|own| &own.announce).filter_map(Address::literal);
        let silent = announced.filter(|at| !self.is_broadcast(at.ip()) && self.peers.get(*at).is_none());
        if let Some((_, usual)) = readers.get_mut(&(usual.name(), false)) {
            usual.extend(silent);
        }
        readers
    }
}

impl Flight {
    /// Its packets, each to all of these.
    pub(super) fn to_each(&self, targets: &[SocketAddr]) -> Vec<Post> {
        let parts = self.parts.iter();
        parts.flat_map(|part| targets.iter().map(|at| (*at, Arc::clone(&part.bytes)))).collect()
    }
}

/// As much of a text as an encoding has.
fn lossy(encoding: Encoding, text: &str) -> String {
    let has = |c: char| encoding.encode(c.encode_utf8(&mut [0; 4])).is_ok();
    text.chars().map(|c| if has(c) { c } else { UNKNOWN }).collect()
}
