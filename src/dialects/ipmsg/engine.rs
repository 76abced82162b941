//! The state machine: its inputs, its two sockets, and the orders it gets.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::answers::Answers;
use super::budget::Budget;
use super::contacts::Contacts;
use super::entry;
use super::files::Transfers;
use super::flight::Pasts;
use super::groups;
use super::notices::Notices;
use super::numbers::Numbers;
use super::packet::{self, flag};
use super::peers::{Peer, Peers};
use super::pictures::Pictures;
use super::pieces::Acknowledged;
use super::presence::Presence;
use super::text::{self, MAX_OWN_NAME};
use crate::model::traffic::{Listening, LocalIdentity};
use crate::model::{
    ErrorCode, Fault, FileCommand, LinkId, MessageCommand, MessageId, NetCommand, NetEvent, Now, PeerCommand,
};
use crate::wire::resolution::{Answer, Resolver};
use crate::wire::{Encoding, Engine, Input, Interface, Output, Paths, Rng, SocketSpec, Ticket};

pub(super) const UDP: LinkId = LinkId(LinkId::FIRST_OWN);
pub(super) const TCP: LinkId = LinkId(LinkId::FIRST_OWN.saturating_add(1));
/// What we say we are. The 1 is the protocol; the rest holds no name that others know a program by.
pub(super) const VERSION: &[u8] = concat!("1_udpqq ", env!("CARGO_PKG_VERSION")).as_bytes();
/// The same in answers, which are to be short.
pub(super) const SHORT_VERSION: &[u8] = b"1";
/// A socket that could not be opened is tried again after this time: whoever holds the port may have ended.
const RETRY: Duration = Duration::from_secs(10);

/// One of the two sockets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ear {
    /// Nobody asked for it.
    #[default]
    Off,
    Opening,
    Up(SocketAddr),
    /// It could not be had. To be tried again at that time.
    Down(Instant),
}

#[derive(Debug, Default)]
pub(super) struct Ipmsg {
    pub(super) listen: Option<SocketAddr>,
    pub(super) udp: Ear,
    pub(super) tcp: Ear,
    /// The one for groups, where one is needed.
    pub(super) side: Ear,
    pub(super) own: Option<LocalIdentity>,
    pub(super) interfaces: Vec<Interface>,
    pub(super) contacts: Contacts,
    pub(super) peers: Peers,
    pub(super) lookups: Resolver,
    pub(super) paths: Paths,
    pub(super) pasts: Pasts,
    pub(super) notices: Notices,
    pub(super) presence: Presence,
    pub(super) budget: Budget,
    pub(super) answers: Answers,
    pub(super) transfers: Transfers,
    pub(super) pictures: Pictures,
    pub(super) acknowledged: Acknowledged,
    pub(super) chance: Rng,
    numbers: Numbers,
    pub(super) outbox: VecDeque<Output>,
    /// What was last said of the socket.
    told: Option<Listening>,
}

impl Engine for Ipmsg {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::LinkUp { link, address, only: None } => self.link_up(now, link, address),
            Input::LinkDown { link, code } => self.link_down(now, link, code),
            Input::Datagram { link: UDP | groups::SIDE, from, to, bytes } => {
                self.receive(now, from, to, bytes);
            }
            Input::Interfaces(interfaces) => self.take_interfaces(now, interfaces),
            Input::Handed { ticket, result } => self.handed(now, ticket, result),
            Input::Unreachable { link: UDP, to } => self.unreachable(to),
            Input::Resolved { conversation, host, addresses } => {
                self.resolved(now, &Answer { conversation, host: &host, addresses: &addresses });
            }
            Input::Command(command) => self.obey(now, command),
            Input::Tick => self.tick(now),
            Input::StreamUp { link, peer, accepted } => self.transfers.stream_up(now, link, peer, accepted),
            Input::StreamData { link, bytes } => self.transfers.stream_data(now, link, bytes),
            Input::StreamDown { link, error } => self.transfers.stream_down(link, error.as_ref()),
            Input::Stepped { link, step } => self.transfers.stepped(now, link, step),
            Input::LinkUp { .. } | Input::Datagram { .. } | Input::Unreachable { .. } => {}
        }
        self.outbox.append(&mut self.transfers.outbox);
    }

    fn poll(&mut self, _now: Now) -> Output {
        self.outbox.pop_front().unwrap_or_else(|| Output::Wait(self.deadline()))
    }
}

impl Ipmsg {
    pub(super) fn new(seed: u64, listen: Option<SocketAddr>) -> Self {
        let listen = listen.map(in_ipv4);
        let mut engine = Self { listen, chance: Rng::new(seed), ..Self::default() };
        engine.open();
        engine
    }

    pub(super) fn open(&mut self) {
        let Some(at) = self.listen else { return };
        self.udp = Ear::Opening;
        let socket = SocketSpec { at, shared: false, broadcast: true, hops: 1 };
        self.outbox.push_back(Output::Open { link: UDP, socket });
    }

    pub(super) fn report(&mut self, event: NetEvent) {
        self.outbox.push_back(Output::Event(event));
    }

    pub(super) fn fail(&mut self, message: MessageId, fault: Fault) {
        self.report(NetEvent::Failed { message, fault });
    }

    fn deadline(&self) -> Option<Instant> {
        let retry = |ear| match ear {
            Ear::Down(at) => Some(at),
            Ear::Off | Ear::Opening | Ear::Up(_) => None,
        };
        let flights = self.contacts.flights.values().filter_map(|flight| flight.due).min();
        [
            retry(self.udp),
            // It waits for the other one, whose port it takes.
            retry(self.tcp).filter(|_| self.is_up()),
            self.lookups.deadline(),
            self.transfers.deadline(),
            flights,
            self.held_deadline(),
            self.notices.deadline(),
            self.pictures.deadline(),
            self.presence_deadline(),
            self.answers_deadline(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn tick(&mut self, now: Now) {
        if matches!(self.udp, Ear::Down(at) if at <= now.mono) {
            self.open();
        }
        if let (Ear::Down(due), Ear::Up(at)) = (self.tcp, self.udp)
            && due <= now.mono
        {
            self.listen_for_streams(at);
        }
        self.expire(now);
        self.release_held(now);
        self.repeat_flights(now);
        self.repeat_notices(now);
        self.give_up_pictures(now);
        self.keep_present(now);
        self.send_answers(now);
        self.transfers.tick(now);
    }
}

// Links.
impl Ipmsg {
    pub(super) const fn is_up(&self) -> bool {
        matches!(self.udp, Ear::Up(_))
    }

    /// Nothing at all is sent before it is known who we are, and what others may know of that.
    pub(super) const fn may_speak(&self) -> bool {
        self.is_up() && self.own.is_some()
    }

    fn link_up(&mut self, now: Now, link: LinkId, address: SocketAddr) {
        if link == TCP && self.tcp == Ear::Opening {
            self.tcp = Ear::Up(address);
        }
        self.side_up(link, address);
        if link != UDP || self.udp != Ear::Opening {
            return;
        }
        self.udp = Ear::Up(address);
        self.tell(Listening { scheme: super::SCHEME.name, address: Some(address), wanted: None, code: None });
        if matches!(self.tcp, Ear::Off | Ear::Down(_)) {
            self.listen_for_streams(address);
        }
        self.hear_groups();
        self.appear(now);
        self.release_all(now);
    }

    /// Whether what is offered can be fetched from us.
    pub(super) const fn may_serve(&self) -> bool {
        !matches!(self.tcp, Ear::Down(_))
    }

    /// Files are fetched at the same port.
    fn listen_for_streams(&mut self, at: SocketAddr) {
        self.tcp = Ear::Opening;
        self.outbox.push_back(Output::Listen { link: TCP, at });
    }

    fn link_down(&mut self, now: Now, link: LinkId, code: Option<ErrorCode>) {
        let again = now.after(RETRY).mono;
        if link == TCP && !matches!(self.tcp, Ear::Off) {
            self.tcp = Ear::Down(again);
        }
        self.side_down(link);
        if link != UDP || matches!(self.udp, Ear::Off | Ear::Down(_)) {
            return;
        }
        self.udp = Ear::Down(again);
        let scheme = super::SCHEME.name;
        self.tell(Listening { scheme, address: None, wanted: self.listen, code });
        self.ground();
        self.fall_silent();
    }

    /// Said again only where it is something else: the socket is tried many times.
    pub(super) fn tell(&mut self, listening: Listening) {
        if self.told.as_ref() != Some(&listening) {
            self.told = Some(listening.clone());
            self.report(NetEvent::Listening(listening));
        }
    }

    /// What kept the port from us may be gone with its interface.
    pub(super) fn open_again(&mut self) {
        if matches!(self.udp, Ear::Down(_)) {
            self.open();
        }
    }
}

// Sending.
impl Ipmsg {
    pub(super) fn next_number(&mut self, now: Now) -> u32 {
        self.numbers.next(now.wall, &mut self.chance)
    }

    /// A packet of ours that nobody confirms.
    pub(super) fn packet(&mut self, now: Now, encoding: Encoding, command: u32, body: &[u8]) -> Vec<u8> {
        let number = self.plain_number(now);
        self.compose(encoding, number, command, body)
    }

    pub(super) fn plain_number(&mut self, now: Now) -> u32 {
        self.numbers.plain(now.wall, &mut self.chance)
    }

    pub(super) fn compose(&self, encoding: Encoding, number: u32, command: u32, body: &[u8]) -> Vec<u8> {
        self.compose_as(VERSION, encoding, number, command, body)
    }

    pub(super) fn compose_as(
        &self,
        version: &[u8],
        encoding: Encoding,
        number: u32,
        command: u32,
        body: &[u8],
    ) -> Vec<u8> {
        let (user, host) = self.header(encoding);
        packet::write(version, number, (&user, &host), command, body)
    }

    /// Our user and host as they stand in every packet.
    pub(super) fn header(&self, encoding: Encoding) -> (Vec<u8>, Vec<u8>) {
        let unknown = LocalIdentity::default();
        let own = self.own.as_ref().unwrap_or(&unknown);
        let field = |text: &str| text::name(encoding, text, MAX_OWN_NAME);
        (field(entry::user(own)), field(entry::host(own)))
    }

    /// Sends one datagram, if there is a socket for it.
    pub(super) fn post(&mut self, to: SocketAddr, bytes: Arc<[u8]>, message: Option<MessageId>) {
        if self.may_speak() {
            let ticket = message.map(|message| Ticket { message, to });
            let from = self.paths.local(to);
            self.outbox.push_back(Output::Datagram { link: UDP, to, from, via: None, bytes, ticket });
        }
    }
}

/// A bare port means every address of the machine, and this family knows those of IPv4 only.
pub(super) fn in_ipv4(at: SocketAddr) -> SocketAddr {
    if at.ip().is_unspecified() { SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), at.port()) } else { at }
}

// Orders.
impl Ipmsg {
    fn obey(&mut self, now: Now, command: NetCommand) {
        match command {
            NetCommand::Introduce(own) => self.introduce(now, own),
            NetCommand::Peer(conversation, PeerCommand::Follow { address, rank }) => {
                self.follow(now, conversation, address, rank);
            }
            NetCommand::Peer(_, PeerCommand::Enter) => {}
            NetCommand::Listen { at, .. } => self.listen_at(at),
            NetCommand::Peer(conversation, PeerCommand::Forget) => self.forget(conversation),
            NetCommand::Message(conversation, MessageCommand::Send { message, text, kind, files }) => {
                let letter = super::contacts::Letter { message, text, kind, files };
                self.send(now, conversation, letter);
            }
            NetCommand::Message(conversation, MessageCommand::Unseal { message, payload }) => {
                self.unseal(now, conversation, message, &payload);
            }
            NetCommand::Message(conversation, MessageCommand::Redecode { message, payload }) => {
                let (text, lossy) = self.read_again(conversation, &payload);
                self.report(NetEvent::Redecoded { message, text, lossy });
            }
            NetCommand::File(conversation, FileCommand::Fetch { transfer, payload, target: place, from }) => {
                self.fetch(now, conversation, transfer, &payload, (place, from));
            }
            NetCommand::File(conversation, FileCommand::Decline { message: _, payload }) => {
                self.decline(now, conversation, &payload);
            }
            NetCommand::File(_, FileCommand::Stop { transfer }) => self.transfers.stop(transfer),
            NetCommand::Message(_, MessageCommand::Stored { source, payload }) => {
                self.stored(now, source, &payload)
            }
            NetCommand::File(_, FileCommand::Withdraw { message }) => {
                self.transfers.withdraw(message);
                self.withdrawn(now, message);
            }
        }
    }

    /// The encoding that somebody is written to in: what a person said, else what is known of it.
    pub(super) fn encoding_for(&self, chosen: Option<Encoding>, to: Option<SocketAddr>) -> Encoding {
        let peer = to.and_then(|to| self.peers.get(to));
        match (chosen, peer) {
            (Some(chosen), _) => chosen,
            (None, Some(peer)) if peer.traits.feiq => Encoding::GBK,
            (None, Some(peer)) if !peer.reads_utf8() && (peer.traits.legacy || self.guesses_legacy(peer)) => {
                self.code_page()
            }
            (None, Some(_) | None) => Encoding::UTF_8,
        }
    }

    /// Whoever has said something and nothing of UTF-8 runs a program of old more often than not, where people are used to
    /// those: what it cannot read would be lost.
    fn guesses_legacy(&self, peer: &Peer) -> bool {
        peer.spoke && self.own.as_ref().is_some_and(|own| own.legacy_first)
    }

    /// How those are read who write neither UTF-8 nor say what they write.
    pub(super) fn legacy(&self) -> Encoding {
        text::legacy(self.own.as_ref().map_or("", |own| own.legacy.as_str()))
    }

    /// What they write in, and are written to.
    pub(super) fn code_page(&self) -> Encoding {
        text::code_page(self.own.as_ref().map_or("", |own| own.legacy.as_str()))
    }

    /// The flag that goes with a text in this encoding.
    pub(super) fn flag_of(encoding: Encoding) -> u32 {
        if encoding == Encoding::UTF_8 { flag::UTF8 } else { 0 }
    }
}
