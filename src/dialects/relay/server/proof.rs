//! All secrets of the relay: the codes and cookies that prove an address (as SYN cookies do), and random numbers.
//!
//! A proof is a keyed hash of address, port and time, so nothing is kept for those who only ask. It is good for the
//! span of time it was made in and the one after.

use std::fmt;
use std::hash::Hasher as _;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use siphasher::sip128::{Hash128, Hasher128 as _, SipHasher24};

use crate::dialects::relay::frame::{Cookie, SALT_LENGTH};
use crate::wire::endpoint::scope_of;

/// A proof is good for at least so long, and at most twice (R2).
pub(super) const PROOF_SPAN: Duration = Duration::from_secs(15);
/// Characters a person types: 30 bits, of which few can be tried.
pub(super) const CODE_LENGTH: usize = 6;
/// Crockford's base 32: nothing that looks like something else.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

pub(super) type Code = [u8; CODE_LENGTH];

/// What a hash is for stands before what is hashed, so that a code is never part of a cookie.
const FOR_CODE: u8 = 1;
const FOR_COOKIE: u8 = 2;
const FOR_RANDOM: u8 = 3;
const FOR_ECHO: u8 = 4;

pub(super) struct CookieKeys {
    hasher: SipHasher24,
    start: Instant,
    drawn: u64,
}

impl fmt::Debug for CookieKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieKeys").finish_non_exhaustive()
    }
}

impl CookieKeys {
    pub(super) fn new(now: Instant, seed: &[u8; 16]) -> Self {
        Self { hasher: SipHasher24::new_with_key(seed), start: now, drawn: 0 }
    }

    /// What is sent to `address` now.
    pub(super) fn code(&self, now: Instant, address: SocketAddr) -> Code {
        self.code_of(self.span(now), address)
    }

    /// `given` as a person may have typed it.
    pub(super) fn is_code(&self, now: Instant, address: SocketAddr, given: &[u8]) -> bool {
        let typed = || given.iter().map(|typed| canonical(*typed));
        self.spans(now).any(|span| typed().eq(self.code_of(span, address)))
    }

    pub(super) fn cookie(&self, now: Instant, address: SocketAddr) -> Cookie {
        self.cookie_of(self.span(now), address)
    }

    pub(super) fn is_cookie(&self, now: Instant, address: SocketAddr, given: &Cookie) -> bool {
        self.spans(now).any(|span| self.cookie_of(span, address) == *given)
    }

    /// A number nobody can guess, never 0.
    pub(super) fn draw(&mut self) -> u64 {
        self.drawn = self.drawn.wrapping_add(1);
        let (number, _) = self.hash(FOR_RANDOM, &self.drawn.to_be_bytes()).as_u64();
        number.max(1)
    }

    /// The life of a room.
    pub(super) fn draw_stream(&mut self) -> u32 {
        u32::try_from(self.draw() >> 32).unwrap_or_default()
    }

    /// For a password.
    pub(super) fn draw_salt(&mut self) -> [u8; SALT_LENGTH] {
        (u128::from(self.draw()) << 64 | u128::from(self.draw())).to_be_bytes()
    }

    /// Tells datagrams apart.
    pub(super) fn fingerprint(&self, bytes: &[u8]) -> u64 {
        self.hash(FOR_ECHO, bytes).as_u64().0
    }

    fn span(&self, now: Instant) -> u64 {
        let elapsed = now.saturating_duration_since(self.start).as_secs();
        elapsed.checked_div(PROOF_SPAN.as_secs()).unwrap_or_default()
    }

    fn spans(&self, now: Instant) -> impl Iterator<Item = u64> + use<> {
        let span = self.span(now);
        std::iter::once(span).chain(span.checked_sub(1))
    }

    fn code_of(&self, span: u64, address: SocketAddr) -> Code {
        let (mut bits, _) = self.proof(FOR_CODE, span, address).as_u64();
        std::array::from_fn(|_| {
            let digit = usize::try_from(bits & 31).unwrap_or_default();
            bits >>= 5;
            ALPHABET.get(digit).copied().unwrap_or_default()
        })
    }

    fn cookie_of(&self, span: u64, address: SocketAddr) -> Cookie {
        self.proof(FOR_COOKIE, span, address).as_bytes()
    }

    /// Of span, address and port, each at its place.
    fn proof(&self, purpose: u8, span: u64, address: SocketAddr) -> Hash128 {
        let ip = match address.ip() {
            IpAddr::V4(ip) => ip.to_ipv6_mapped(),
            IpAddr::V6(ip) => ip,
        };
        let place = (u128::from(scope_of(address)) << 16) | u128::from(address.port());
        self.hash(purpose, &[span.into(), ip.to_bits(), place].map(u128::to_be_bytes).concat())
    }

    fn hash(&self, purpose: u8, bytes: &[u8]) -> Hash128 {
        let mut hasher = self.hasher;
        hasher.write_u8(purpose);
        hasher.write(bytes);
        hasher.finish128()
    }
}

/// As Crockford reads it: letters of both cases, and what only looks like a digit.
const fn canonical(typed: u8) -> u8 {
    match typed.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    }
}
