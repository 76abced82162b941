//! The echo peers: one in the messenger, so that one person alone sees the whole loop work, and one for tests on a port
//! of its own (`udpqq echo`).
//!
//! Something that answers everything is half of a loop (CVE-2024-2169). So the one in the messenger answers the one
//! socket of this program that talks to it, and nobody else. The other one never answers itself, a service port, a group
//! or a broadcast address, and no host more than [`MAX_ANSWERS`] times a second. Two of these can keep a datagram between
//! them only where it is slow; where it is fast the bound drops it, and that is its end.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use super::datagram_socket::{BUFFER, DatagramSocket};
use super::interface_filter::InterfaceFilter;
use super::kernel::RecvMeta;
use super::udp::{Transmit, UdpLink};
use super::{OpenError, bind, clock, find_interface};
use crate::dialects::DIALECTS;
use crate::model::traffic::Listening;
use crate::model::{ErrorCode, ListenSetting, WallTime};
use crate::wire::Segments;
use crate::wire::endpoint::is_nobody;

/// Answers a second to one host: more than a person or a script makes by hand, too few to hurt a host whose address is
/// forged.
pub const MAX_ANSWERS: u32 = 100;
/// Hosts counted at once. While all of them are busy, a new one waits.
const MAX_HOSTS: usize = 4_096;
const WINDOW: Duration = Duration::from_secs(1);

/// Why a datagram gets no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// The host asks too often.
    TooMany,
    /// An answer there could start a loop.
    Loop,
}

/// What became of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EchoOutcome {
    Sent,
    /// `Some` for the first of a host within a second, which is worth a line.
    Dropped(Option<DropReason>),
    /// Why the kernel did not send it.
    Refused(ErrorCode),
}

/// One datagram and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Echoed {
    pub from: SocketAddr,
    pub time: WallTime,
    pub bytes: Vec<u8>,
    pub outcome: EchoOutcome,
}

/// An echo peer while it runs.
#[derive(Debug, Default)]
pub struct EchoServer {
    /// `None`: it is off.
    link: Option<UdpLink>,
    limits: AnswerLimits,
    buffer: Vec<u8>,
}

impl EchoServer {
    /// Opens the peer of `udpqq echo`. Must be called inside a tokio runtime with I/O.
    pub fn open(listen: ListenSetting, interface: Option<String>) -> Result<Self, OpenError> {
        let interface = interface.map(find_interface).transpose()?;
        let open = |at| {
            let link = UdpLink::open(&bind::plain(at), interface.as_ref());
            link.map_err(|error| OpenError::from_bind(at, &error))
        };
        let link = listen.address().map(open).transpose()?;
        Ok(Self { link, limits: AnswerLimits::default(), buffer: vec![0; BUFFER] })
    }

    /// Opens the messenger's own peer and the socket that talks to it, both on loopback and on any free port.
    pub(super) fn built_in() -> io::Result<(Self, SocketAddr, DatagramSocket)> {
        let anywhere = bind::plain(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let (own, partner) = (bind::open(&anywhere, None)?, bind::open(&anywhere, None)?);
        let limits = AnswerLimits { partner: Some(partner.local), hosts: BTreeMap::new() };
        let address = own.local;
        let link = Some(UdpLink::new(own, InterfaceFilter::Loopback(0)));
        Ok((Self { link, limits, buffer: vec![0; BUFFER] }, address, partner))
    }

    pub fn listening(&self) -> Listening {
        let scheme = DIALECTS.first().map_or("", |dialect| dialect.scheme.name);
        let address = self.link.as_ref().map(|link| link.socket.local);
        Listening { scheme, address, wanted: None, code: None }
    }

    /// Waits until there is something to do. Cancel-safe.
    pub(super) async fn ready(&mut self) {
        match &mut self.link {
            Some(link) => link.ready().await,
            None => std::future::pending().await,
        }
    }

    /// The next datagram, answered with `reply` of its bytes. Cancel-safe: nothing is taken before it is answered.
    pub async fn next(&mut self, reply: fn(&[u8]) -> Vec<u8>) -> Echoed {
        loop {
            if let Some(echoed) = self.answer(reply) {
                return echoed;
            }
            self.ready().await;
        }
    }

    /// Answers one datagram, if one is there.
    pub(super) fn answer(&mut self, reply: fn(&[u8]) -> Vec<u8>) -> Option<Echoed> {
        let link = self.link.as_mut()?;
        link.socket.read_errors();
        // An asker that is gone is of no interest here.
        link.socket.unreachable.clear();
        while link.send_waiting().is_some() {}
        let RecvMeta { length, from, to, .. } = link.socket.receive(&mut self.buffer)?;
        let bytes = self.buffer.get(..length).unwrap_or_default().to_vec();
        let now = clock::now();
        let outcome = match self.limits.judge(now.mono, link.socket.local, from) {
            Ok(()) => send(link, from, to, &reply(&bytes)),
            Err(why) => EchoOutcome::Dropped(why),
        };
        Some(Echoed { from, time: now.wall, bytes, outcome })
    }
}

/// From the address that was asked. What was asked of everybody is answered from the address that the system chooses, as
/// it refuses to send from a broadcast address.
fn send(link: &mut UdpLink, to: SocketAddr, asked: Option<IpAddr>, bytes: &[u8]) -> EchoOutcome {
    let from = asked.filter(|asked| !asked.is_multicast());
    let (segments, bytes) = (Segments::ONE, bytes.into());
    match link.send(Transmit { to, from, via: None, segments, bytes, sent: 0, ticket: None }) {
        // An answer that waits for room in the kernel's buffer is as good as sent.
        Some(Ok(())) | None => EchoOutcome::Sent,
        Some(Err(code)) => EchoOutcome::Refused(code),
    }
}

/// The answers of one host within a second.
#[derive(Debug)]
struct AnswerWindow {
    since: Instant,
    answers: u32,
    told: bool,
}

/// Which hosts are answered, and how often.
#[derive(Debug, Default)]
struct AnswerLimits {
    /// Only this one is, as often as it likes.
    partner: Option<SocketAddr>,
    hosts: BTreeMap<IpAddr, AnswerWindow>,
}

impl AnswerLimits {
    fn judge(&mut self, now: Instant, own: SocketAddr, from: SocketAddr) -> Result<(), Option<DropReason>> {
        let Self { partner, hosts } = self;
        if let Some(partner) = partner {
            return if *partner == from { Ok(()) } else { Err(None) };
        }
        let is_fresh = |window: &AnswerWindow| now.saturating_duration_since(window.since) < WINDOW;
        if hosts.len() >= MAX_HOSTS && !hosts.contains_key(&from.ip()) {
            hosts.retain(|_, window| is_fresh(window));
            if hosts.len() >= MAX_HOSTS {
                return Err(None);
            }
        }
        let new = || AnswerWindow { since: now, answers: 0, told: false };
        let window = hosts.entry(from.ip()).or_insert_with(new);
        if !is_fresh(window) {
            *window = new();
        }
        let why = if may_loop(own, from) {
            DropReason::Loop
        } else if window.answers >= MAX_ANSWERS {
            DropReason::TooMany
        } else {
            window.answers += 1;
            return Ok(());
        };
        Err((!std::mem::replace(&mut window.told, true)).then_some(why))
    }
}

fn may_loop(own: SocketAddr, from: SocketAddr) -> bool {
    let ip = from.ip();
    let is_of_card = || if_addrs::get_if_addrs().unwrap_or_default().iter().any(|entry| entry.ip() == ip);
    // Asked for only when the ports agree, which is rare.
    let ourselves = from.port() == own.port() && (ip.is_loopback() || ip == own.ip() || is_of_card());
    is_nobody(from) || ourselves
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    const OWN: &str = "127.0.0.1:8081";

    fn at(text: &str) -> SocketAddr {
        text.parse().expect("address")
    }

    #[test]
    fn a_host_gets_a_bounded_number_of_answers_a_second() {
        let (mut limits, start) = (AnswerLimits::default(), clock::now().mono);
        let mut ask =
            |after: u64, from: &str| limits.judge(start + Duration::from_millis(after), at(OWN), at(from));
        for port in 0..MAX_ANSWERS {
            assert_eq!(ask(0, &format!("127.0.0.1:{}", 2_000 + port)), Ok(()), "whatever its port");
        }
        assert_eq!(ask(500, "127.0.0.1:3000"), Err(Some(DropReason::TooMany)));
        assert_eq!(ask(999, "127.0.0.1:3000"), Err(None), "told once");
        assert_eq!(ask(999, "127.0.0.2:3000"), Ok(()), "others are not held up");
        assert_eq!(ask(1_000, "127.0.0.1:3000"), Ok(()));
    }

    #[test]
    fn what_could_answer_for_ever_is_never_answered() {
        for from in [OWN, "127.0.0.1:0", "127.0.0.1:7", "127.0.0.1:1023", "255.255.255.255:9000"] {
            assert!(may_loop(at(OWN), at(from)), "{from}");
        }
        assert!(may_loop(at("[::]:8081"), at(OWN)));
        assert!(!may_loop(at(OWN), at("127.0.0.1:1024")));
        assert!(!may_loop(at(OWN), at("192.0.2.1:8081")), "the same port of another machine");
    }

    #[test]
    fn the_table_of_hosts_is_bounded() {
        let (mut limits, start) = (AnswerLimits::default(), clock::now().mono);
        for host in 0..u32::try_from(MAX_HOSTS).expect("small") {
            let from = SocketAddr::from((Ipv4Addr::from(0x0a00_0001 + host), 5_000));
            assert_eq!(limits.judge(start, at(OWN), from), Ok(()));
        }
        assert_eq!(limits.judge(start, at(OWN), at("127.0.0.9:5000")), Err(None));
        assert_eq!(limits.judge(start + WINDOW, at(OWN), at("127.0.0.9:5000")), Ok(()));
        assert_eq!(limits.hosts.len(), 1);
    }

    #[tokio::test]
    async fn any_bytes_come_back_as_they_were() {
        let mut server = EchoServer::open(ListenSetting::At(at("127.0.0.1:0")), None).expect("open");
        let to = server.listening().address.expect("on");
        let peer = UdpSocket::bind("127.0.0.1:0").expect("bind");
        peer.set_read_timeout(Some(Duration::from_secs(10))).expect("timeout");
        for bytes in [&b"\xff\x00\xfe"[..], b""] {
            peer.send_to(bytes, to).expect("sent");
            let echoed = server.next(<[u8]>::to_vec).await;
            assert_eq!((echoed.bytes.as_slice(), &echoed.outcome), (bytes, &EchoOutcome::Sent));
            let mut buffer = [0; 16];
            let (length, from) = peer.recv_from(&mut buffer).expect("an answer");
            assert_eq!((&buffer[..length], from), (bytes, to));
        }
    }
}
