//! The relay under a virtual clock, without a socket.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test names what it expects; all else fails it")]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "the numbers of a test are small"
)]

mod client;
mod cluster;
mod framed;
mod keeping;
mod kept;
mod languages;
mod laws;
mod limits;
mod loops;
mod member_names;
mod operators;
mod orders;
mod passwords;
mod plain;
mod presence;
mod removals;
mod strangers;
mod streams;
mod turns;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use client::Client;

use super::room::RelayRoom;
use super::{Leaving, Phrasebooks, Relay, RelayEvent, RelayLimit, RelayOptions, Sink};
use crate::dialects::relay::frame::{
    COOKIE_LENGTH, FromMember, FromRelay, Join, MemberRequest, MemberToken, RefusalReason,
};
use crate::dialects::relay::test_texts::phrasebooks;
use crate::model::room_log::{BackplaneReport, BackplaneRequest};
use crate::model::{Now, WallTime};

/// One datagram and where it goes.
type Sent = (SocketAddr, Vec<u8>);

/// Keeps what the relay sends, cut as a socket would.
#[derive(Debug, Default)]
struct Wire {
    datagrams: Vec<Sent>,
    /// Receivers, bytes and segment of each call.
    calls: Vec<(usize, usize, usize)>,
}

impl Sink for Wire {
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize) {
        assert!(!to.is_empty() && !bytes.is_empty() && segment > 0, "a call that sends nothing");
        assert!(bytes.len() <= 65_507 && bytes.len().div_ceil(segment) <= 64, "more than the kernel takes");
        self.calls.push((to.len(), bytes.len(), segment));
        for address in to {
            self.datagrams.extend(bytes.chunks(segment).map(|datagram| (*address, datagram.to_vec())));
        }
    }
}

struct Bench {
    relay: Relay,
    now: Now,
    /// What it has asked a log, and was not answered yet.
    asked: VecDeque<BackplaneRequest<'static>>,
    /// Of the last flush.
    wire: Wire,
}

/// Somebody's address; each number is another.
fn at(number: u16) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 2_000 + number))
}

fn frame(frame: &FromMember<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame.encode(&mut bytes);
    bytes
}

impl Bench {
    fn new() -> Self {
        Self::with(RelayOptions::default())
    }

    fn open() -> Self {
        Self::with(RelayOptions { open: true, ..RelayOptions::default() })
    }

    fn with(options: RelayOptions) -> Self {
        Self::seeded([7; 16], options)
    }

    #[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
    fn seeded(seed: [u8; 16], mut options: RelayOptions) -> Self {
        if options.phrasebooks == Phrasebooks::default() {
            options.phrasebooks = phrasebooks("en");
        }
        let now = Now { mono: Instant::now(), wall: WallTime(0) };
        Self { relay: Relay::new(now, seed, options), now, asked: VecDeque::new(), wire: Wire::default() }
    }

    /// Time passes, and the relay is woken when it wants to be.
    fn later(&mut self, by: Duration) -> Vec<Sent> {
        let end = self.now.after(by);
        while let Some(due) = self.relay.deadline().filter(|due| *due <= end.mono) {
            self.now = self.now.after(due.saturating_duration_since(self.now.mono));
            self.relay.tick(self.now);
        }
        self.now = end;
        self.flush()
    }

    fn seconds(&mut self, seconds: u64) -> Vec<Sent> {
        self.later(Duration::from_secs(seconds))
    }

    fn flush(&mut self) -> Vec<Sent> {
        self.wire = Wire::default();
        self.relay.flush(&mut self.wire);
        self.wire.datagrams.clone()
    }

    /// A datagram comes; what is sent because of it comes with the next flush.
    fn handle(&mut self, from: SocketAddr, bytes: impl AsRef<[u8]>) {
        self.relay.handle(self.now, from, bytes.as_ref());
    }

    /// A datagram comes; what is sent because of it.
    fn hear(&mut self, from: SocketAddr, bytes: impl AsRef<[u8]>) -> Vec<Sent> {
        self.handle(from, bytes);
        self.flush()
    }

    /// The one text that somebody is answered.
    fn answer(&mut self, from: SocketAddr, bytes: impl AsRef<[u8]>) -> String {
        let sent = self.hear(from, bytes);
        let mut own: Vec<_> = sent.into_iter().filter(|(to, _)| *to == from).collect();
        assert_eq!(own.len(), 1, "{own:?}");
        String::from_utf8(own.remove(0).1).unwrap()
    }

    /// The line that proves the address.
    fn challenge(&mut self, from: SocketAddr) -> String {
        let text = self.answer(from, "hello, is anybody there?\n");
        text.lines().find(|line| line.starts_with("/prove ")).unwrap().to_owned()
    }

    /// Makes a plain member.
    fn plain(&mut self, number: u16) -> SocketAddr {
        let line = self.challenge(at(number));
        self.handle(at(number), line);
        self.follow_all();
        let told = texts(&self.flush(), at(number));
        assert!(told.len() == 1 && told[0].starts_with("* You are "), "{told:?}");
        at(number)
    }

    fn take_request(&mut self) -> Option<BackplaneRequest<'static>> {
        self.asked.pop_front().or_else(|| self.relay.take_request())
    }

    /// Other relays, if there are any, have no name that is claimed.
    fn grant_names(&mut self) {
        while let Some(request) = self.relay.take_request() {
            match request {
                BackplaneRequest::Claim { ticket, .. } => {
                    self.relay.report(self.now, BackplaneReport::Claimed { ticket, is_held: true });
                }
                other => self.asked.push_back(other),
            }
        }
    }

    /// The log, if there is one, says that it has nothing of the rooms that there are.
    fn follow_all(&mut self) {
        self.grant_names();
        let is_unknown = |room: &RelayRoom| self.relay.options().log.is_some() && !room.followed;
        let rooms = self.relay.directory.rooms().iter().filter(|(_, room)| is_unknown(room));
        for room in rooms.map(|(name, _)| name.to_owned()).collect::<Vec<_>>() {
            let following = BackplaneReport::Following { room: room.into(), last: None };
            self.relay.report(self.now, following);
        }
    }

    fn plain_named(&mut self, number: u16, name: &str, room: &str) -> SocketAddr {
        let address = self.plain(number);
        self.handle(address, format!("/nick {name}"));
        self.grant_names();
        self.flush();
        self.handle(address, format!("/join {room}"));
        self.follow_all();
        self.flush();
        address
    }

    fn cookie(&mut self, from: SocketAddr) -> [u8; COOKIE_LENGTH] {
        let sent = self.hear(from, frame(&FromMember::Hello { nonce: 9 }));
        match FromRelay::decode(&sent[0].1) {
            Some(FromRelay::Challenge { nonce: 9, cookie }) if sent[0].0 == from => cookie,
            other => panic!("{other:?}"),
        }
    }

    /// Makes a framed member.
    fn framed(&mut self, number: u16, name: &str, room: &str) -> Client {
        let mut client = Client::new(at(number), u64::from(number) + 1_000, name, room);
        self.join(&mut client);
        client
    }

    fn join(&mut self, client: &mut Client) {
        let cookie = self.cookie(client.address);
        let join = client.join(cookie);
        let sent = self.hear(client.address, join);
        client.take_all(&sent);
        assert_ne!(client.token, MemberToken::NONE, "{sent:?}");
    }

    /// The member asks for what it missed.
    fn catch_up(&mut self, client: &mut Client) {
        let ask = client.missing(client.seen + 1, 1_000);
        client.take_all(&self.hear(client.address, ask));
    }

    fn names(&self) -> Vec<String> {
        self.relay.members(usize::MAX).into_iter().map(|member| member.name).collect()
    }

    fn events(&mut self) -> Vec<RelayEvent> {
        std::iter::from_fn(|| self.relay.take_event()).collect()
    }
}

/// What of it goes to one address, as text.
fn texts(sent: &[Sent], to: SocketAddr) -> Vec<String> {
    let own = sent.iter().filter(|(address, _)| *address == to);
    own.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).collect()
}
