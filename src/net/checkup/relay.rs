//! Whether a relay is there: a hello, which it answers with a challenge. Nobody joins, and no member learns of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{sleep, timeout};

use super::interfaces::interface;
use crate::dialects::relay::frame::{FromMember, FromRelay, HELLO_LENGTH};
use crate::model::{Address, HostPort};
use crate::net::{bind, clock, ifaces};

/// What answers at all answers by then.
pub const RELAY_PATIENCE: Duration = Duration::from_secs(2);
/// One hello may get lost; a relay answers an address once a second at most.
const AGAIN: Duration = Duration::from_millis(900);
/// A challenge is shorter than the hello that it answers.
const BUFFER: usize = HELLO_LENGTH;

/// Why a relay did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayError {
    /// Nobody knows its name, or nobody may be asked.
    Unknown,
    /// No way leads there, or the system does not send it.
    Unsent,
    /// Nothing listens at its port.
    Unreachable,
    Silence,
}

/// Says hello to a relay; after how long it answers. Where several would do, the first that answers is the one.
pub async fn relay_answers(address: &Address, only: Option<&str>) -> Result<Duration, RelayError> {
    let mut answer = Err(RelayError::Unknown);
    for host in address.hosts() {
        answer = host_answers(&host, only).await;
        if answer.is_ok() {
            break;
        }
    }
    answer
}

async fn host_answers(host: &HostPort, only: Option<&str>) -> Result<Duration, RelayError> {
    let asked = async {
        let at = relay_place(host, only).await.ok_or(RelayError::Unknown)?;
        let socket = socket(at, only).await.ok_or(RelayError::Unsent)?;
        let begun = clock::now().mono;
        challenge(&socket).await.map(|()| clock::now().mono.saturating_duration_since(begun))
    };
    timeout(RELAY_PATIENCE, asked).await.unwrap_or(Err(RelayError::Silence))
}

/// Where a relay is. Where every byte stays on this machine no name server is asked.
pub async fn relay_place(address: &HostPort, only: Option<&str>) -> Option<SocketAddr> {
    if let Some(at) = address.literal() {
        return Some(at);
    }
    if only.and_then(interface).is_some_and(|only| only.loopback) {
        return None;
    }
    let found = tokio::net::lookup_host((address.host.to_string(), address.port)).await.ok()?;
    let found: Vec<SocketAddr> = found.collect();
    found.iter().copied().find(SocketAddr::is_ipv4).or_else(|| found.first().copied())
}

/// A socket that is connected there: what ICMP says of the port is told on it.
async fn socket(at: SocketAddr, only: Option<&str>) -> Option<UdpSocket> {
    let unspecified: IpAddr =
        if at.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = match only {
        Some(name) => {
            let only = interface(name)?;
            ifaces::source_for(at, Some(&only))?;
            bind::open_probe(unspecified, &only).ok()?
        }
        None => UdpSocket::bind(SocketAddr::new(unspecified, 0)).await.ok()?,
    };
    socket.connect(at).await.ok()?;
    Some(socket)
}

/// Waits for the answer to a hello, and says it again meanwhile.
async fn challenge(socket: &UdpSocket) -> Result<(), RelayError> {
    let mut nonce = [0; 8];
    getrandom::fill(&mut nonce).map_err(|_none| RelayError::Unsent)?;
    let nonce = u64::from_be_bytes(nonce);
    let mut hello = Vec::new();
    FromMember::Hello { nonce }.encode(&mut hello);
    let mut buffer = [0; BUFFER];
    loop {
        socket.send(&hello).await.map_err(|error| told(&error))?;
        let again = sleep(AGAIN);
        tokio::pin!(again);
        loop {
            tokio::select! {
                heard = socket.recv(&mut buffer) => {
                    let length = heard.map_err(|error| told(&error))?;
                    let frame = FromRelay::decode(buffer.get(..length).unwrap_or_default());
                    if matches!(frame, Some(FromRelay::Challenge { nonce: answered, .. }) if answered == nonce) {
                        return Ok(());
                    }
                }
                () = &mut again => break,
            }
        }
    }
}

fn told(error: &std::io::Error) -> RelayError {
    if error.kind() == std::io::ErrorKind::ConnectionRefused {
        RelayError::Unreachable
    } else {
        RelayError::Unsent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialects::DIALECTS;
    use crate::dialects::parse_address;

    fn at(port: u16) -> Address {
        parse_address(DIALECTS, &format!("relay://127.0.0.1:{port}/room")).expect("an address")
    }

    async fn socket_of_a_test() -> (UdpSocket, u16) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("bound");
        let port = socket.local_addr().expect("bound").port();
        (socket, port)
    }

    /// Answers what was not asked, then what was; the nonces of both hellos.
    async fn answer(relay: UdpSocket) -> Vec<u64> {
        let mut buffer = [0; 256];
        let mut heard = Vec::new();
        for wrong in [1, 0] {
            let (length, from) = relay.recv_from(&mut buffer).await.expect("a hello");
            let frame = FromMember::decode(&buffer[..length]);
            let Some(FromMember::Hello { nonce }) = frame else { panic!("nothing but a hello: {frame:?}") };
            let mut answer = Vec::new();
            FromRelay::Challenge { nonce: nonce ^ wrong, cookie: [7; 16] }.encode(&mut answer);
            relay.send_to(&answer, from).await.expect("sent");
            heard.push(nonce);
        }
        heard
    }

    #[tokio::test]
    async fn a_relay_is_there_that_answers_the_hello_it_was_sent() {
        let (relay, port) = socket_of_a_test().await;
        let address = at(port);
        let (heard, answered) = tokio::join!(answer(relay), relay_answers(&address, None));
        assert!(answered.is_ok_and(|after| after >= AGAIN), "the first was the answer to something else");
        assert_eq!(heard.first(), heard.last(), "one question");
    }

    #[tokio::test]
    async fn who_is_not_there_is_told_from_who_is_silent() {
        let (closed, port) = socket_of_a_test().await;
        drop(closed);
        assert_eq!(relay_answers(&at(port), None).await, Err(RelayError::Unreachable));
        let (_silent, port) = socket_of_a_test().await;
        assert_eq!(relay_answers(&at(port), None).await, Err(RelayError::Silence));
        let named = parse_address(DIALECTS, "relay://relay.example/room").expect("an address");
        assert_eq!(
            relay_answers(&named, Some("lo")).await,
            Err(RelayError::Unknown),
            "no name server is asked"
        );
    }
}
