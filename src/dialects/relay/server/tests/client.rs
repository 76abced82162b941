//! The least a framed member must know: places in a stream, names behind indexes, and asking again.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::{Sent, frame};
use crate::dialects::relay::frame::{
    BundleEntry, Cookie, FromMember, FromRelay, Join, MemberRequest, MemberToken, RefusalReason,
};
use crate::dialects::relay::stretched_key::StretchedKey;
use crate::model::room_log::{LogTail, PageStart};

/// Sender, number and text of a message.
pub(super) type Got = (u64, u32, String);

#[derive(Debug, Default)]
pub(super) struct Answers {
    /// Number and place.
    pub(super) taken: Vec<(u32, u64)>,
    pub(super) refused: Vec<(u32, RefusalReason)>,
    /// Newest entry and members.
    pub(super) pongs: Vec<(u64, u32)>,
    pub(super) gone: Vec<u64>,
    pub(super) unknown: Vec<MemberToken>,
    /// Parts of pages of the log: ticket, part, parts, whether there is more, texts.
    pub(super) log: Vec<(u32, u16, u16, bool, Vec<String>)>,
    /// The places of what came from the log.
    pub(super) places: Vec<u64>,
    /// The log that each welcome told of.
    pub(super) welcomes: Vec<Option<LogTail>>,
    pub(super) closing: bool,
    /// Other relays, as welcomes and the end named them.
    pub(super) relays: Vec<SocketAddr>,
    pub(super) renewed: usize,
    /// Whether each welcome said that it is in charge.
    pub(super) operator: Vec<bool>,
    /// The pages of the list: index, id, here, name.
    pub(super) pages: Vec<Vec<(u32, u64, bool, String)>>,
}

#[derive(Debug)]
pub(super) struct Client {
    pub(super) address: SocketAddr,
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) room: String,
    pub(super) token: MemberToken,
    pub(super) stream: u32,
    pub(super) index: u32,
    /// The newest entry before the first gap.
    pub(super) seen: u64,
    pub(super) got: Vec<Got>,
    /// Who joined, left or was renamed, as it came.
    pub(super) changes: Vec<String>,
    pub(super) answers: Answers,
    /// What it thinks is the password.
    pub(super) key: Option<StretchedKey>,
    ids: BTreeMap<u32, u64>,
    number: u32,
}

impl Client {
    pub(super) fn new(address: SocketAddr, id: u64, name: &str, room: &str) -> Self {
        Self {
            address,
            id,
            name: name.to_owned(),
            room: room.to_owned(),
            token: MemberToken::NONE,
            stream: 0,
            index: 0,
            seen: 0,
            got: Vec::new(),
            changes: Vec::new(),
            answers: Answers::default(),
            key: None,
            ids: BTreeMap::new(),
            number: 0,
        }
    }

    pub(super) fn join(&self, cookie: Cookie) -> Vec<u8> {
        let (name, room) = (&self.name, &self.room);
        let proof = self.key.as_ref().map(|key| key.prove(9, &cookie, &room.to_lowercase()));
        let (id, token, operator) = (self.id, self.token, None);
        frame(&FromMember::Join(Join { nonce: 9, cookie, id, token, name, room, proof, operator }))
    }

    fn ask(&self, request: MemberRequest<'_>) -> Vec<u8> {
        frame(&FromMember::Request { token: self.token, request })
    }

    pub(super) fn say(&mut self, text: &str) -> Vec<u8> {
        self.number += 1;
        self.say_again(self.number, text)
    }

    pub(super) fn say_again(&self, number: u32, text: &str) -> Vec<u8> {
        self.say_after(number, 0, text)
    }

    pub(super) fn say_after(&self, number: u32, after: u32, text: &str) -> Vec<u8> {
        self.ask(MemberRequest::Say { number, after, text: text.as_bytes() })
    }

    pub(super) fn ping(&self) -> Vec<u8> {
        self.ask(MemberRequest::Ping)
    }

    pub(super) fn missing(&self, from: u64, count: u16) -> Vec<u8> {
        self.ask(MemberRequest::Missing { stream: self.stream, from, count })
    }

    pub(super) fn members(&self, from: u32) -> Vec<u8> {
        self.ask(MemberRequest::Members { from })
    }

    pub(super) fn read_log(&self, ticket: u32, start: PageStart, count: u16) -> Vec<u8> {
        self.ask(MemberRequest::Read { ticket, start, count })
    }

    pub(super) fn nick(&self, name: &str) -> Vec<u8> {
        self.ask(MemberRequest::Nick { name })
    }

    pub(super) fn leave(&self) -> Vec<u8> {
        self.ask(MemberRequest::Leave)
    }

    pub(super) fn take_all(&mut self, sent: &[Sent]) {
        for (to, bytes) in sent {
            if *to == self.address {
                self.take(bytes);
            }
        }
    }

    pub(super) fn take(&mut self, bytes: &[u8]) {
        let answers = &mut self.answers;
        match FromRelay::decode(bytes).expect("a frame") {
            FromRelay::Welcome(welcome) => {
                answers.welcomes.push(welcome.log);
                answers.operator.push(welcome.is_operator);
                answers.relays.extend(welcome.others.iter());
                if self.stream != welcome.stream {
                    self.seen = welcome.seq;
                }
                (self.token, self.id, self.index) = (welcome.token, welcome.id, welcome.index);
                self.stream = welcome.stream;
                (self.name, self.room) = (welcome.name.to_owned(), welcome.room.to_owned());
            }
            FromRelay::Bundle { stream, seq, entries } => {
                assert!(bytes.len() <= 1_200 || entries.clone().count() == 1, "a bundle too long");
                for (place, entry) in (seq..).zip(entries) {
                    if stream == self.stream && place == self.seen + 1 {
                        self.seen = place;
                        self.read(entry);
                    }
                }
            }
            FromRelay::Taken { number, seq, .. } => answers.taken.push((number, seq)),
            FromRelay::Pong { rooms } => {
                answers.pongs.extend(rooms.of(self.stream).map(|news| (news.seq, news.count)));
            }
            FromRelay::Gone { seq, .. } => answers.gone.push(seq),
            FromRelay::Members { roster, .. } => answers
                .pages
                .push(roster.map(|line| (line.index, line.id, line.here, line.name.to_owned())).collect()),
            FromRelay::Log(part) => {
                let texts = part.lines.map(|line| String::from_utf8_lossy(&line.record.body).into_owned());
                answers.log.push((part.ticket, part.part, part.parts, part.more, texts.collect()));
            }
            FromRelay::Refused { number, why, .. } => answers.refused.push((number, why)),
            FromRelay::Renewed { token, next } => {
                assert!(token == self.token, "of another token");
                self.token = next;
                answers.renewed += 1;
            }
            FromRelay::Unknown { token, .. } => answers.unknown.push(token),
            FromRelay::Closing { next, .. } => {
                answers.closing = true;
                answers.relays.extend(next);
            }
            FromRelay::Challenge { .. }
            | FromRelay::Locked { .. }
            | FromRelay::Unclaimed { .. }
            | FromRelay::Ordered { .. } => {}
        }
    }

    fn read(&mut self, entry: BundleEntry<'_>) {
        match entry {
            BundleEntry::Text { index, number, kept, text } => {
                self.answers.places.extend(kept.map(|kept| kept.place.get()));
                let id = self.ids.get(&index).copied().unwrap_or_default();
                self.got.push((id, number, String::from_utf8_lossy(text).into_owned()));
            }
            BundleEntry::Joined { index, id, name } => {
                self.ids.insert(index, id);
                self.changes.push(format!("+{name}"));
            }
            BundleEntry::Left { index } => self.changes.push(format!("-{index}")),
            BundleEntry::Renamed { name, .. } => self.changes.push(format!("={name}")),
            BundleEntry::Rules(rules) => self.changes.push(format!("#{}", rules.topic)),
            BundleEntry::Crowded(is_crowded) => self.changes.push(format!("crowded {is_crowded}")),
            BundleEntry::Omitted => {}
            BundleEntry::Removed { message, .. } => self.changes.push(format!("removed {}", message.get())),
        }
    }

    /// The texts alone.
    pub(super) fn texts(&self) -> Vec<&str> {
        self.got.iter().map(|(_, _, text)| text.as_str()).collect()
    }
}
