//! When a peer is dialled, and where: a few addresses shortly after each other, then ever longer pauses.
//!
//! Knows nothing of connections but their numbers.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use quinn_proto::ConnectionHandle;

use crate::wire::Rng;

/// Addresses of one peer, newest success first.
const MAX_CANDIDATES: usize = 8;
/// Between two addresses, as happy eyeballs have it (RFC 8305, section 5).
const STAGGER: Duration = Duration::from_millis(250);
/// An attempt that has led to nothing.
const PATIENCE: Duration = Duration::from_secs(8);
/// After the first round, and after many.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Two that have one key take turns with a peer.
const TURN: Duration = Duration::from_secs(5);
/// Something that says the peer may be there now ends a pause, at most once in this time; and no more often than the pauses
/// end by themselves, since it may be a lie each time.
const WAKE: Duration = Duration::from_secs(10);

/// One round through the candidates: the one with this number is next, at that time.
#[derive(Clone, Copy, Debug)]
struct Round {
    next: usize,
    at: Instant,
}

#[derive(Debug)]
struct Attempt {
    handle: ConnectionHandle,
    until: Instant,
}

#[derive(Debug)]
pub(super) struct Dialler {
    candidates: Vec<SocketAddr>,
    /// A name leads to the peer, whatever it led to so far: each round begins with asking for it.
    named: bool,
    attempts: Vec<Attempt>,
    /// `None`: no connection is wanted.
    round: Option<Round>,
    /// The next one: how long, and when it is over.
    pause: Duration,
    rested: Option<Instant>,
    woken: Option<Instant>,
}

impl Default for Dialler {
    fn default() -> Self {
        Self {
            candidates: Vec::new(),
            named: false,
            attempts: Vec::new(),
            round: None,
            pause: FIRST_PAUSE,
            rested: None,
            woken: None,
        }
    }
}

impl Dialler {
    /// The peer may be there.
    pub(super) fn add(&mut self, at: SocketAddr) {
        if self.candidates.is_empty() {
            // Until now there was nothing to wait for the end of.
            (self.round, self.rested) = (None, None);
        }
        if !self.candidates.contains(&at) {
            self.candidates.truncate(MAX_CANDIDATES.saturating_sub(1));
            self.candidates.push(at);
        }
    }

    pub(super) const fn set_named(&mut self, named: bool) {
        self.named = named;
    }

    /// A round begins now.
    pub(super) fn begins_round(&self, now: Instant) -> bool {
        self.round.is_some_and(|round| round.next == 0 && round.at <= now)
    }

    /// There is somewhere to look for the peer.
    pub(super) const fn has_candidates(&self) -> bool {
        !self.candidates.is_empty()
    }

    /// The peer was there.
    pub(super) fn prefer(&mut self, at: SocketAddr) {
        self.candidates.retain(|known| *known != at);
        self.candidates.insert(0, at);
        self.candidates.truncate(MAX_CANDIDATES);
    }

    /// A connection is wanted. A round that is under way, and a pause, go on.
    pub(super) fn want(&mut self, now: Instant) {
        if self.round.is_none() && (self.named || !self.candidates.is_empty()) {
            self.round = Some(Round { next: 0, at: self.rested.map_or(now, |rested| rested.max(now)) });
        }
    }

    /// Something says that the peer may be there now.
    pub(super) fn wake(&mut self, now: Instant) {
        let between = WAKE.max(self.pause);
        let again = self.woken.is_none_or(|woken| now.saturating_duration_since(woken) >= between);
        if again && self.rested.is_some_and(|rested| rested > now) {
            self.woken = Some(now);
            self.rested = None;
            self.round = self.round.map(|_| Round { next: 0, at: now });
        }
    }

    /// Nothing more is wanted. Gives the attempts that are to be given up.
    pub(super) fn stop(&mut self, now: Instant, rng: &mut Rng) -> Vec<ConnectionHandle> {
        if self.round.take().is_some_and(|round| round.next > 0) {
            self.rest(now, rng);
        }
        self.attempts.drain(..).map(|attempt| attempt.handle).collect()
    }

    /// The peer has said hello: only now is it known that we are welcome, so only now a pause is short again.
    pub(super) const fn succeed(&mut self) {
        self.pause = FIRST_PAUSE;
        self.rested = None;
    }

    /// Somebody else with our key talks to the peer now.
    pub(super) fn give_way(&mut self, now: Instant, rng: &mut Rng) {
        self.rested = now.checked_add(jitter(TURN, rng));
    }

    fn rest(&mut self, now: Instant, rng: &mut Rng) {
        self.rested = now.checked_add(jitter(self.pause, rng));
        self.pause = self.pause.saturating_mul(2).min(LONGEST_PAUSE);
    }

    /// Where to dial now.
    pub(super) fn next(&mut self, now: Instant) -> Option<SocketAddr> {
        let Round { next, at } = self.round?;
        let candidate = self.candidates.get(next).copied().filter(|_| at <= now)?;
        let at = now.checked_add(STAGGER).unwrap_or(now);
        self.round = Some(Round { next: next.saturating_add(1), at });
        Some(candidate)
    }

    /// That attempt is under way.
    pub(super) fn begin(&mut self, now: Instant, handle: ConnectionHandle) {
        let until = now.checked_add(PATIENCE).unwrap_or(now);
        self.attempts.push(Attempt { handle, until });
    }

    /// An attempt that has had its time.
    pub(super) fn expire(&mut self, now: Instant) -> Option<ConnectionHandle> {
        let index = self.attempts.iter().position(|attempt| attempt.until <= now)?;
        Some(self.attempts.remove(index).handle)
    }

    pub(super) fn has(&self, handle: ConnectionHandle) -> bool {
        self.attempts.iter().any(|attempt| attempt.handle == handle)
    }

    pub(super) const fn is_busy(&self) -> bool {
        self.round.is_some()
    }

    /// The attempt has come to something, or to nothing.
    pub(super) fn end(&mut self, handle: ConnectionHandle) {
        self.attempts.retain(|attempt| attempt.handle != handle);
    }

    /// Ends a round that has led to nothing; the next one begins after a pause.
    pub(super) fn settle(&mut self, now: Instant, rng: &mut Rng) {
        let over = self.round.is_some_and(|round| round.next >= self.candidates.len());
        if over && self.attempts.is_empty() {
            self.rest(now, rng);
            self.round = self.rested.map(|at| Round { next: 0, at });
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let goes_on = |round: &Round| round.next < self.candidates.len() || self.candidates.is_empty();
        let round = self.round.filter(goes_on).map(|round| round.at);
        self.attempts.iter().map(|attempt| attempt.until).chain(round).min()
    }
}

/// A fifth more or less, so that two who lost each other do not go on missing each other.
fn jitter(pause: Duration, rng: &mut Rng) -> Duration {
    let fifth = pause.checked_div(5).unwrap_or_default();
    pause.saturating_sub(fifth).saturating_add(rng.within(fifth.saturating_mul(2)))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
mod tests {
    use super::*;

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, 1], port))
    }

    /// How often is dialled within an hour when nobody is there.
    #[test]
    fn a_silent_peer_is_dialled_ever_less() {
        let (mut dialler, mut rng, start) = (Dialler::default(), Rng::new(1), Instant::now());
        dialler.add(at(1));
        dialler.want(start);
        let (mut dials, mut now) = (Vec::new(), start);
        while now.saturating_duration_since(start) < Duration::from_hours(1) {
            while dialler.expire(now).is_some() {}
            dialler.settle(now, &mut rng);
            if let Some(_candidate) = dialler.next(now) {
                dialler.begin(now, ConnectionHandle(dials.len()));
                dials.push(now);
            }
            dialler.settle(now, &mut rng);
            now = dialler.deadline().expect("never gives up");
        }
        assert!((40..70).contains(&dials.len()), "{}", dials.len());
        let mut gaps = dials.windows(2).map(|pair| pair[1].saturating_duration_since(pair[0]));
        assert!(gaps.clone().all(|gap| gap >= Duration::from_secs(8)));
        assert!(gaps.next_back().expect("many") > Duration::from_secs(50));
    }

    #[test]
    fn the_address_that_worked_comes_first_and_others_shortly_after() {
        let (mut dialler, now) = (Dialler::default(), Instant::now());
        for port in 1..20 {
            dialler.add(at(port));
        }
        dialler.prefer(at(99));
        dialler.want(now);
        assert_eq!(dialler.next(now), Some(at(99)));
        assert_eq!(dialler.next(now), None);
        let later = dialler.deadline().expect("the next one");
        assert_eq!(later.saturating_duration_since(now), STAGGER);
        assert_eq!(dialler.next(later), Some(at(1)));
        assert_eq!(dialler.candidates.len(), MAX_CANDIDATES);
    }
}
