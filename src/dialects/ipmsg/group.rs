//! The group chat of `FeiQ`: one multicast group for all, in which each packet says which room it is for.
//!
//! ```text
//! packet   command 0x23 | 0x400000, version "1_lbt6_0#128#" MAC "#0#0#" LENGTH "#4001#9", body CIPHER
//! CIPHER   Blowfish (CBC, no vector, PKCS #5) with the twelve letters of MAC as its key, LENGTH bytes:
//!          "QUNMSGMARK#" GROUP ["_" NUMBER] "#" TEXT
//! ```
//! Whoever hears it can read it: the key stands beside it. Facts from open programs that read and write it (Kevin Lynx's
//! feiqgroup of 2011, `iFreeChat`, and one of 2016); where they differ in the mode of the cipher, both are read.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use blowfish::Blowfish;
use blowfish::cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _};

use super::feiq::is_id;
use super::packet::{Packet, flag};
use super::text::TextDecoder;
use crate::wire::Encoding;

/// Where the groups are heard, at the usual port.
pub(super) const GROUPS_AT: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(226, 81, 9, 8)), super::PORT);

const MARK: &[u8] = b"QUNMSGMARK#";
/// Of the parts of the version field: where the key is, and the length of the cipher.
const KEY_AT: usize = 2;
const LENGTH_AT: usize = 5;
const BLOCK: usize = 8;
/// How words of `FeiQ` are to look, as it writes that itself.
const FONT: &str = "{/font;-16 0 0 0 400 0 0 0 134 0 0 2 32 微软雅黑 8404992;}";

/// What somebody says in a group.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct GroupMessage {
    pub group: String,
    pub text: String,
    pub lossy: bool,
}

/// Reads what was said; `None`: it is none that can be read.
pub(super) fn read(packet: &Packet<'_>, decoder: TextDecoder) -> Option<GroupMessage> {
    let plain = if packet.has(flag::ENCRYPTED) { decrypt(packet)? } else { packet.body.to_vec() };
    let mut parts = plain.strip_prefix(MARK)?.splitn(2, |byte| *byte == b'#');
    let (group, words) = (parts.next()?, parts.next()?);
    let group = str::from_utf8(group).ok()?.split('_').next()?;
    if !is_id(group) {
        return None;
    }
    let words = words.split(|byte| *byte == 0).next().unwrap_or_default();
    let (text, lossy) = TextDecoder { feiq: true, ..decoder }.words(packet.has(flag::UTF8), words);
    Some(GroupMessage { group: group.to_owned(), text, lossy })
}

/// What goes out: the version field, and the body.
pub(super) fn write(key: &str, group: &str, number: u32, text: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let words = Encoding::GBK.encode(&format!("{text}{FONT}")).ok()?;
    let mut plain = [MARK, format!("{group}_{number}#").as_bytes(), &words].concat();
    let fill = BLOCK.saturating_sub(plain.len().checked_rem(BLOCK).unwrap_or_default());
    plain.resize(plain.len().saturating_add(fill), u8::try_from(fill).unwrap_or_default());
    let cipher: Blowfish = Blowfish::new_from_slice(key.as_bytes()).ok()?;
    let mut chain = [0; BLOCK];
    let mut body = Vec::with_capacity(plain.len());
    for block in plain.as_chunks::<BLOCK>().0 {
        let mut mixed = xor(*block, chain).into();
        cipher.encrypt_block(&mut mixed);
        chain = mixed.into();
        body.extend_from_slice(&chain);
    }
    let version = format!("1_lbt6_0#128#{key}#0#0#{}#4001#9", body.len());
    Some((version.into_bytes(), body))
}

fn decrypt(packet: &Packet<'_>) -> Option<Vec<u8>> {
    let parts: Vec<&[u8]> = packet.version.split(|byte| *byte == b'#').collect();
    let key = parts.get(KEY_AT)?;
    let length = parts.get(LENGTH_AT).and_then(|text| str::from_utf8(text).ok()?.parse::<usize>().ok());
    let body = length.and_then(|length| packet.body.get(..length)).unwrap_or(packet.body);
    let cipher: Blowfish = Blowfish::new_from_slice(key).ok()?;
    let (mut chained, mut alone) = (Vec::new(), Vec::new());
    let mut chain = [0; BLOCK];
    for block in body.as_chunks::<BLOCK>().0 {
        let mut plain = (*block).into();
        cipher.decrypt_block(&mut plain);
        alone.extend_from_slice(&plain);
        chained.extend_from_slice(&xor(plain.into(), chain));
        chain = *block;
    }
    let plain = if chained.starts_with(MARK) { chained } else { alone };
    Some(unfilled(plain))
}

const fn xor(one: [u8; BLOCK], other: [u8; BLOCK]) -> [u8; BLOCK] {
    (u64::from_ne_bytes(one) ^ u64::from_ne_bytes(other)).to_ne_bytes()
}

/// Without what fills the last block.
fn unfilled(mut plain: Vec<u8>) -> Vec<u8> {
    let last = plain.last().copied().unwrap_or_default();
    let kept = plain.len().saturating_sub(last.into());
    let fills =
        (1..=8).contains(&last) && plain.get(kept..).is_some_and(|end| end.iter().all(|byte| *byte == last));
    if fills {
        plain.truncate(kept);
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dialects::ipmsg::packet::Number;

    const DECODER: TextDecoder =
        TextDecoder { chosen: None, declared: None, legacy: Encoding::GB18030, feiq: true, paged: false };
    const KEY: &str = "080027090471";

    fn packet<'a>(version: &'a [u8], body: &'a [u8]) -> Packet<'a> {
        let number = Number::read(b"1").expect("digits");
        Packet { version, number, user: b"virtual", host: b"VB", command: 4_194_339, body }
    }

    #[test]
    fn what_was_written_is_read() {
        let (version, body) = write(KEY, "3b199b07", 24_901_708, "你好/:bomb").expect("written");
        let said = read(&packet(&version, &body), DECODER).expect("read");
        assert_eq!((said.group.as_str(), said.text.as_str(), said.lossy), ("3b199b07", "你好💣", false));
        assert_eq!(packet(&version, &body).command, 0x40_0023);
    }

    #[test]
    fn blocks_that_do_not_depend_on_each_other_are_read_too() {
        let cipher: Blowfish = Blowfish::new_from_slice(KEY.as_bytes()).expect("key");
        let mut body = Vec::new();
        for block in b"QUNMSGMARK#3b199b07_1#hello there\0\0\0\0\0\0\0".as_chunks::<8>().0 {
            let mut block = (*block).into();
            cipher.encrypt_block(&mut block);
            body.extend_from_slice(&block);
        }
        let version = format!("1_lbt4_0#128#{KEY}#0#0#{}", body.len());
        assert_eq!(read(&packet(version.as_bytes(), &body), DECODER).expect("read").text, "hello there");
    }

    #[test]
    fn a_group_without_a_name_that_can_stand_in_an_address_is_none() {
        for body in ["QUNMSGMARK##x", "QUNMSGMARK#a b#x", "QUNMSGMARK#\u{1b}#x", "QUNMSGMARK#a", "x"] {
            let plain = Packet { command: 0x23, ..packet(b"1_lbt6_0#128#x", body.as_bytes()) };
            assert_eq!(read(&plain, DECODER), None, "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(version in ".{0,60}", body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _said = read(&packet(version.as_bytes(), &body), DECODER);
        }
    }
}
