//! A peer for tests on a port of its own: every datagram is handed out, and what the caller makes of it goes back.
//!
//! Something that answers everything is half of a loop (CVE-2024-2169), so it never answers itself, a service
//! port, a group or a broadcast address, and no host more than [`MAX_ANSWERS`] times a second. Two of these can
//! keep a datagram between them only where it is slow; where it is fast the bound drops it, and that is its end.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::bind;
use super::interface_filter::InterfaceFilter;
use super::pktinfo::RecvMeta;
use super::udp::{Transmit, UdpLink};
use super::{Listen, MAIN, StartError, clock, find_interface};
use crate::dialects::DIALECTS;
use crate::model::traffic::Listening;
use crate::model::{ErrorCode, WallTime};
use crate::wire::endpoint::is_nobody;

/// Answers a second to one host: more than a person or a script makes by hand, too few to hurt anybody whose
/// address is forged.
pub const MAX_ANSWERS: u32 = 100;
/// Hosts counted at once. While all of them are busy, a new one waits.
const MAX_HOSTS: usize = 4_096;
const WINDOW: Duration = Duration::from_secs(1);
/// Larger than any datagram (65,527 bytes over IPv6).
const BUFFER: usize = 65_536;

/// Why a datagram gets no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// The host asks too often.
    TooMany,
    /// An answer there could start a loop.
    Loop,
}

/// What became of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Given,
    /// `Some` for the first of a host within a second, which is worth a line.
    Withheld(Option<Withheld>),
    /// Why the kernel did not send it.
    Refused(ErrorCode),
}

/// One datagram and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reflected {
    pub from: SocketAddr,
    pub time: WallTime,
    pub bytes: Vec<u8>,
    pub answer: Answer,
}

/// The peer while it runs.
#[derive(Debug)]
pub struct Reflector {
    /// `None`: it is off.
    link: Option<UdpLink>,
    turns: Turns,
    buffer: Vec<u8>,
}

impl Reflector {
    /// Opens the socket. Must be called inside a tokio runtime with I/O.
    pub fn open(listen: &Listen, interface: Option<String>) -> Result<Self, StartError> {
        let interface = interface.map(find_interface).transpose()?;
        let filter = InterfaceFilter::to(interface.as_ref());
        let link = match *listen {
            Listen::Off => None,
            Listen::At { address, fallback: _ } => {
                let bound = bind::open(&bind::plain(address), interface.as_ref());
                let bound = bound.map_err(|error| StartError::from_bind(address, &error))?;
                Some(UdpLink::new(MAIN, bound, None, filter))
            }
        };
        Ok(Self { link, turns: Turns::default(), buffer: vec![0; BUFFER] })
    }

    pub fn listening(&self) -> Listening {
        let scheme = DIALECTS.first().map_or("", |dialect| dialect.scheme.name);
        let address = self.link.as_ref().map(|link| link.local);
        Listening { scheme, address, wanted: None, code: None }
    }

    /// The next datagram, answered with `reply` of its bytes. Cancel-safe: nothing is taken before it is answered.
    pub async fn next(&mut self, reply: fn(&[u8]) -> Vec<u8>) -> Reflected {
        let Some(link) = &mut self.link else { return std::future::pending().await };
        loop {
            link.read_errors();
            // That nobody waits for an answer is no news here.
            while link.take_unreachable().is_some() {}
            while link.send_waiting().is_some() {}
            if let Some(RecvMeta { length, from, to, .. }) = link.receive(&mut self.buffer) {
                let bytes = self.buffer.get(..length).unwrap_or_default().to_vec();
                let now = clock::now();
                let answer = match self.turns.judge(now.mono, link.local, from) {
                    Ok(()) => answer(link, from, to, &reply(&bytes)),
                    Err(why) => Answer::Withheld(why),
                };
                return Reflected { from, time: now.wall, bytes, answer };
            }
            link.ready().await;
        }
    }
}

/// From the address that was asked; what was asked of everybody is answered from the one that the system chooses, as it
/// refuses to send from a broadcast address.
fn answer(link: &mut UdpLink, to: SocketAddr, asked: Option<IpAddr>, bytes: &[u8]) -> Answer {
    let from = asked.filter(|asked| !asked.is_multicast());
    match link.send(Transmit { to, from, via: None, bytes: bytes.into(), ticket: None }) {
        // One that waits for room in the kernel's buffer is as good as sent.
        Some(Ok(())) | None => Answer::Given,
        Some(Err(code)) => Answer::Refused(code),
    }
}

#[derive(Debug)]
struct Turn {
    since: Instant,
    answers: u32,
    told: bool,
}

/// Who got how many answers within the present second.
#[derive(Debug, Default)]
struct Turns {
    hosts: BTreeMap<IpAddr, Turn>,
}

impl Turns {
    fn judge(&mut self, now: Instant, own: SocketAddr, from: SocketAddr) -> Result<(), Option<Withheld>> {
        let fresh = |turn: &Turn| now.saturating_duration_since(turn.since) < WINDOW;
        if self.hosts.len() >= MAX_HOSTS && !self.hosts.contains_key(&from.ip()) {
            self.hosts.retain(|_, turn| fresh(turn));
            if self.hosts.len() >= MAX_HOSTS {
                return Err(None);
            }
        }
        let turn = self.hosts.entry(from.ip()).or_insert(Turn { since: now, answers: 0, told: false });
        if !fresh(turn) {
            *turn = Turn { since: now, answers: 0, told: false };
        }
        let why = if may_loop(own, from) {
            Withheld::Loop
        } else if turn.answers >= MAX_ANSWERS {
            Withheld::TooMany
        } else {
            turn.answers += 1;
            return Ok(());
        };
        Err((!std::mem::replace(&mut turn.told, true)).then_some(why))
    }
}

fn may_loop(own: SocketAddr, from: SocketAddr) -> bool {
    let ip = from.ip();
    // Asked for only when the ports agree, which is rare.
    let ourselves =
        from.port() == own.port() && (ip.is_loopback() || ip == own.ip() || own_addresses().contains(&ip));
    is_nobody(from) || ourselves
}

fn own_addresses() -> Vec<IpAddr> {
    let all = if_addrs::get_if_addrs().unwrap_or_default();
    all.into_iter().map(|entry| entry.ip()).collect()
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, UdpSocket};

    use super::*;

    const OWN: &str = "127.0.0.1:8081";

    fn at(text: &str) -> SocketAddr {
        text.parse().expect("address")
    }

    #[test]
    fn a_host_gets_a_bounded_number_of_answers_a_second() {
        let (mut turns, start) = (Turns::default(), clock::now().mono);
        let mut ask =
            |after: u64, from: &str| turns.judge(start + Duration::from_millis(after), at(OWN), at(from));
        for port in 0..MAX_ANSWERS {
            assert_eq!(ask(0, &format!("127.0.0.1:{}", 2_000 + port)), Ok(()), "whatever its port");
        }
        assert_eq!(ask(500, "127.0.0.1:3000"), Err(Some(Withheld::TooMany)));
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
        let (mut turns, start) = (Turns::default(), clock::now().mono);
        for host in 0..u32::try_from(MAX_HOSTS).expect("small") {
            let from = SocketAddr::from((Ipv4Addr::from(0x0a00_0001 + host), 5_000));
            assert_eq!(turns.judge(start, at(OWN), from), Ok(()));
        }
        assert_eq!(turns.judge(start, at(OWN), at("127.0.0.9:5000")), Err(None));
        assert_eq!(turns.judge(start + WINDOW, at(OWN), at("127.0.0.9:5000")), Ok(()));
        assert_eq!(turns.hosts.len(), 1);
    }

    #[tokio::test]
    async fn any_bytes_come_back_as_they_were() {
        let listen = Listen::At { address: at("127.0.0.1:0"), fallback: false };
        let mut reflector = Reflector::open(&listen, None).expect("open");
        let to = reflector.listening().address.expect("on");
        let peer = UdpSocket::bind("127.0.0.1:0").expect("bind");
        peer.set_read_timeout(Some(Duration::from_secs(10))).expect("timeout");
        for bytes in [&b"\xff\x00\xfe"[..], b""] {
            peer.send_to(bytes, to).expect("sent");
            let reflected = reflector.next(<[u8]>::to_vec).await;
            assert_eq!((reflected.bytes.as_slice(), &reflected.answer), (bytes, &Answer::Given));
            let mut buffer = [0; 16];
            let (length, from) = peer.recv_from(&mut buffer).expect("an answer");
            assert_eq!((&buffer[..length], from), (bytes, to));
        }
    }
}
