//! Rooms of the group chat: heard while others may know that we are here, and spoken in only when a person writes.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::contacts::Letter;
use super::engine::{Ear, Ipmsg, UDP};
use super::flight::{Flight, Part};
use super::group::{self, ADDRESS, GROUP};
use super::packet::{self, Packet, command, flag};
use super::peers::Came;
use super::text::without_braces;
use super::{entry, feiq};
use crate::model::traffic::{MessageKind, Received};
use crate::model::{Address, ConversationId, ErrorCode, Fault, LinkId, NetEvent, Now};
use crate::wire::{Encoding, Interface, Output, SocketSpec, Ticket};

/// The socket that hears the groups where our own listens at one address alone, which hears no multicast.
pub(super) const SIDE: LinkId = LinkId(LinkId::FIRST_OWN.saturating_add(2));
/// What a person says at once in a group: `FeiQ` reads no more of a packet.
const MAX_TEXT: usize = 3_500;

impl Ipmsg {
    fn is_visible(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.visible)
    }

    /// The networks on which groups are heard.
    fn group_networks(&self) -> Vec<u32> {
        let bound = self.only_address();
        let usable = |one: &&Interface| {
            one.address.is_ipv4() && !one.loopback && bound.is_none_or(|bound| bound == one.address)
        };
        self.interfaces.iter().filter(usable).map(|one| one.index).collect()
    }

    /// Hears the groups from now on, if others may know that we are here.
    pub(super) fn hear_groups(&mut self) {
        let networks = self.group_networks();
        let Ear::Up(at) = self.udp else { return };
        if !self.is_visible() || networks.is_empty() {
            return;
        }
        if at.ip().is_unspecified() {
            self.join_groups(UDP);
        } else if self.side == Ear::Off {
            self.side = Ear::Opening;
            let at = SocketAddr::new(ADDRESS.into(), super::PORT);
            let socket = SocketSpec { at, shared: true, broadcast: true, hops: 1 };
            self.outbox.push_back(Output::Open { link: SIDE, socket });
        } else if matches!(self.side, Ear::Up(_)) {
            self.join_groups(SIDE);
        }
    }

    pub(super) fn side_up(&mut self, link: LinkId, address: SocketAddr) {
        if link == SIDE && self.side == Ear::Opening {
            self.side = Ear::Up(address);
            self.join_groups(link);
        }
    }

    /// Groups are less than people: it is not tried again before a network changes.
    pub(super) fn side_down(&mut self, link: LinkId) {
        if link == SIDE {
            self.side = Ear::Off;
        }
    }

    fn join_groups(&mut self, link: LinkId) {
        for interface in self.group_networks() {
            self.outbox.push_back(Output::Join { link, group: ADDRESS.into(), interface });
        }
    }

    pub(super) fn said_in_group(&mut self, now: Now, from: SocketAddr, packet: &Packet<'_>, bytes: &[u8]) {
        if !self.is_visible() {
            return;
        }
        let Some(said) = group::read(packet, self.reading_of(from)) else { return self.malformed(from) };
        let header = entry::read_header(packet, self.reading_of(from)).about;
        let (peer, gone) = self.peers.meet(now.mono, from);
        let came = peer.take(now.mono, packet, false);
        let name = if peer.here && !peer.about.name.is_empty() { &peer.about.name } else { &header.name };
        let sender = Some(name.clone()).filter(|name| !name.is_empty());
        if let Some((at, about)) = gone {
            self.tell_left(at, about);
        }
        if came != Came::New || said.text.is_empty() {
            return;
        }
        let room = Address::from_socket(super::SCHEME, SocketAddr::new(ADDRESS.into(), super::PORT));
        self.report(NetEvent::Received(Received {
            conversation: None,
            scheme: super::SCHEME,
            place: Some(Box::new(room.with_option(GROUP, Some(&said.group)))),
            source: from,
            sender,
            kind: MessageKind::Text,
            time: now.wall,
            text: said.text,
            files: crate::model::Files::default(),
            lossy: said.lossy,
            authenticated: false,
            payload: bytes.into(),
        }));
    }

    /// A person says something in a group.
    pub(super) fn say_in_group(
        &mut self,
        now: Now,
        conversation: ConversationId,
        group: &str,
        letter: &Letter,
    ) -> Result<(), Fault> {
        if !letter.files.is_empty() {
            return Err(Fault::FilesToEverybody);
        }
        let text = without_braces(Encoding::GBK, &feiq::written(Encoding::GBK, &letter.text));
        let encoded = super::codec::judge(Encoding::GBK, &text)?;
        if encoded > MAX_TEXT {
            return Err(Fault::TooLarge { bytes: encoded, limit: MAX_TEXT });
        }
        let number = self.next_number(now);
        let nothing = Fault::NotListening;
        let (version, body) = group::write(&self.group_key(), group, number, &text).ok_or(nothing)?;
        let (user, host) = self.header(Encoding::GBK);
        let command = u32::from(command::IN_GROUP) | flag::ENCRYPTED;
        let bytes: Arc<[u8]> = packet::write(&version, number, (&user, &host), command, &body).into();
        let to = SocketAddr::new(IpAddr::V4(ADDRESS), super::PORT);
        let ticket = Some(Ticket { message: letter.message, to });
        let networks = self.group_networks();
        if networks.is_empty() {
            return Err(Fault::Network { to: Some(to), code: ErrorCode::ENETUNREACH });
        }
        for index in &networks {
            let (via, bytes) = (Some(*index), Arc::clone(&bytes));
            self.outbox.push_back(Output::Datagram { link: UDP, to, from: None, via, bytes, ticket });
        }
        let parts = vec![Part { number, bytes: Arc::clone(&bytes) }];
        let flight = Flight { owed: networks.len(), ..Flight::unchecked(letter.message, to, parts, bytes) };
        self.contacts.flights.insert(conversation, flight);
        Ok(())
    }

    /// What stands for the address of a network card, by which `FeiQ` knows programs and finds the key: always the same
    /// for one user of one machine, and nobody's card (the bit for "given by hand" is set).
    fn group_key(&self) -> String {
        let (user, host) = self.header(Encoding::UTF_8);
        let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in user.iter().chain(b"@").chain(&host) {
            sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("02{:010X}", sum & 0xff_ffff_ffff)
    }
}
