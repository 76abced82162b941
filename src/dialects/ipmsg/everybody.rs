//! What is said to everybody: one datagram on each network. Where somebody does not read UTF-8 that would be garbage to
//! them, so everybody who is there gets it alone, each in what they read.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use super::contacts::Letter;
use super::engine::Ipmsg;
use super::flight::Flight;
use crate::model::{Address, Fault, Now};
use crate::wire::Encoding;

/// Stands for a character that an encoding lacks: one colleague's old program must not keep it from all the others.
const UNKNOWN: char = '?';

/// One datagram, and where it goes.
pub(super) type Post = (SocketAddr, Arc<[u8]>);

impl Ipmsg {
    /// The message, and all the datagrams that it is to everybody behind this address.
    pub(super) fn pack_for_everybody(
        &mut self,
        now: Now,
        to: SocketAddr,
        encoding: Encoding,
        letter: Letter,
    ) -> Result<(Flight, Vec<Post>), Fault> {
        let everywhere = to == SocketAddr::from(([255, 255, 255, 255], super::PORT));
        let others = if everywhere { self.readers_of_others(encoding) } else { BTreeMap::new() };
        let text = letter.text.clone();
        let copy = |text: String| Letter { text, ..letter.clone() };
        let mut posts = Vec::new();
        for (other, readers) in others.values().filter(|(other, _)| *other != encoding) {
            let flight = self.pack(now, to, *other, copy(lossy(*other, &text)))?;
            posts.extend(flight.to_each(readers));
        }
        let targets = match others.get(encoding.name()) {
            Some((_, readers)) => readers.clone(),
            None if everywhere => self.networks(),
            None => vec![to],
        };
        let flight = self.pack(now, to, encoding, letter)?;
        posts.extend(flight.to_each(&targets));
        if posts.is_empty() {
            return Err(Fault::Network { to: Some(to), code: "ENETUNREACH".to_owned() });
        }
        Ok((flight, posts))
    }

    /// All who are there, by the name of the encoding they read, if there is more than the usual one. Those who are
    /// announced to and have said nothing read that.
    fn readers_of_others(&self, usual: Encoding) -> BTreeMap<&'static str, (Encoding, Vec<SocketAddr>)> {
        let here = self.peers.here().filter(|at| self.may_answer(*at));
        let mut readers: BTreeMap<&'static str, (Encoding, Vec<SocketAddr>)> = BTreeMap::new();
        readers.insert(usual.name(), (usual, Vec::new()));
        for at in here {
            let encoding = self.encoding_at(at);
            readers.entry(encoding.name()).or_insert_with(|| (encoding, Vec::new())).1.push(at);
        }
        if readers.len() == 1 {
            return BTreeMap::new();
        }
        let announced = self.own.iter().flat_map(|own| &own.announce).filter_map(Address::literal);
        let silent = announced.filter(|at| !self.is_broadcast(at.ip()) && self.peers.get(*at).is_none());
        if let Some((_, usual)) = readers.get_mut(usual.name()) {
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
