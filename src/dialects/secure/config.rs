//! How QUIC is set up: every source of chance and time is ours, so that a run is repeated by its seed, except for the bytes
//! of TLS, whose secrets must come from the system.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use quinn_proto::{
    ClientConfig, EndpointConfig, IdleTimeout, MtuDiscoveryConfig, ServerConfig, Side, TimeSource, TokenLog,
    TokenReuseError, TransportConfig, ValidationTokenConfig, VarInt,
};
use ring::{hkdf, hmac};

use super::congestion::FlooredCubicConfig;
use super::gate::{OwnIds, VERSION};
use crate::wire::RecentSet;

/// A peer that vanished is seen within this time, or within that of a question to it and this one.
const IDLE: VarInt = VarInt::from_u32(30_000);
/// Who began a connection asks so often whether the other is there. The other only answers: were it to ask as well, both
/// would at the same moment, since an answer starts the time of both anew. Routers forget a way in after 30 s (RFC 9000,
/// section 10.1.2), and nobody with many sessions is to be woken more than once in five seconds for each.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// The first probe goes out after three of these, and no silent peer is to get two datagrams within a second.
const INITIAL_RTT: Duration = Duration::from_millis(400);
/// What every network carries that carries QUIC, and the most that Ethernet does.
pub(super) const INITIAL_MTU: u16 = 1_200;
const MAX_MTU: u16 = 1_452;
/// 1 Gbit/s at 30 ms, for one stream; and for a peer in all: four files that nobody takes leave room for messages.
const STREAM_WINDOW: u32 = 4 << 20;
const RECEIVE_WINDOW: u32 = 18 << 20;
const SEND_WINDOW: u64 = 18 << 20;
/// Streams that a peer may have open: control and messages; one for each file.
const UNI_STREAMS: u32 = 4;
const BIDI_STREAMS: u32 = 32;
/// Notices that somebody is typing.
const DATAGRAMS: usize = 64 << 10;
const CRYPTO_BUFFER: usize = 16 << 10;
/// First packets that wait for a decision: each gets one before the next is looked at.
const MAX_INCOMING: usize = 16;
/// Tokens for a next time that were used.
const MAX_USED_TOKENS: usize = 4_096;
const TOKENS: u32 = 2;
const TOKEN_LIFETIME: Duration = Duration::from_hours(24);
const RETRY_LIFETIME: Duration = Duration::from_secs(15);

/// The time since the start, as a date: nothing that a wall clock does changes what a token is worth.
#[derive(Debug, Default)]
pub(super) struct VirtualClock {
    started: Mutex<Option<Instant>>,
    micros: AtomicU64,
}

impl VirtualClock {
    pub(super) fn set(&self, now: Instant) {
        let Ok(mut started) = self.started.lock() else { return };
        let since = now.saturating_duration_since(*started.get_or_insert(now));
        self.micros.store(u64::try_from(since.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl TimeSource for VirtualClock {
    fn now(&self) -> SystemTime {
        let since = Duration::from_micros(self.micros.load(Ordering::Relaxed));
        SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

/// Tokens that spare the next connection a round trip; each is good once.
struct UsedTokens(Mutex<RecentSet<u128>>);

impl TokenLog for UsedTokens {
    fn check_and_insert(
        &self,
        nonce: u128,
        _issued: SystemTime,
        _lifetime: Duration,
    ) -> Result<(), TokenReuseError> {
        let fresh = self.0.lock().is_ok_and(|mut used| used.insert(nonce));
        if fresh { Ok(()) } else { Err(TokenReuseError) }
    }
}

pub(super) fn endpoint(secret: &[u8; 32], own: OwnIds) -> EndpointConfig {
    let derive = |purpose| blake3::derive_key(purpose, secret);
    let reset = hmac::Key::new(hmac::HMAC_SHA256, &derive("udpqq stateless reset"));
    let mut config = EndpointConfig::new(Arc::new(reset));
    config
        .cid_generator(move || Box::new(own.clone()))
        .supported_versions(vec![VERSION])
        // The gate looks at the fixed bit, which RFC 9287 would clear.
        .grease_quic_bit(false)
        .rng_seed(Some(derive("udpqq random numbers of quic")));
    config
}

pub(super) fn transport(side: Side) -> TransportConfig {
    let mut config = TransportConfig::default();
    let mut discovery = MtuDiscoveryConfig::default();
    discovery.upper_bound(MAX_MTU);
    config
        .max_idle_timeout(Some(IdleTimeout::from(IDLE)))
        .keep_alive_interval(side.is_client().then_some(KEEP_ALIVE))
        .initial_rtt(INITIAL_RTT)
        .initial_mtu(INITIAL_MTU)
        .min_mtu(INITIAL_MTU)
        .mtu_discovery_config(Some(discovery))
        .stream_receive_window(STREAM_WINDOW.into())
        .receive_window(RECEIVE_WINDOW.into())
        .send_window(SEND_WINDOW)
        .max_concurrent_uni_streams(UNI_STREAMS.into())
        .max_concurrent_bidi_streams(BIDI_STREAMS.into())
        .datagram_receive_buffer_size(Some(DATAGRAMS))
        .datagram_send_buffer_size(DATAGRAMS)
        .crypto_buffer_size(CRYPTO_BUFFER)
        .congestion_controller_factory(Arc::new(FlooredCubicConfig::default()));
    config
}

pub(super) fn server(
    crypto: Arc<dyn quinn_proto::crypto::ServerConfig>,
    secret: &[u8; 32],
    clock: Arc<VirtualClock>,
    transport: Arc<TransportConfig>,
) -> ServerConfig {
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]);
    let tokens = salt.extract(&blake3::derive_key("udpqq address tokens", secret));
    let mut validation = ValidationTokenConfig::default();
    validation
        .sent(TOKENS)
        .lifetime(TOKEN_LIFETIME)
        .log(Arc::new(UsedTokens(Mutex::new(RecentSet::new(MAX_USED_TOKENS)))));
    let mut config = ServerConfig::new(crypto, Arc::new(tokens));
    config
        .transport_config(transport)
        .validation_token_config(validation)
        .retry_token_lifetime(RETRY_LIFETIME)
        .max_incoming(MAX_INCOMING)
        .time_source(clock);
    config
}

pub(super) fn client(
    crypto: Arc<dyn quinn_proto::crypto::ClientConfig>,
    transport: Arc<TransportConfig>,
) -> ClientConfig {
    let mut config = ClientConfig::new(crypto);
    config.transport_config(transport);
    config
}
