//! The way from one relay to another: how long nobody is asked, and whether it took so long that a person is told. Relays that
//! end one after the other, or send their members to and fro, are not asked without pause.

use std::time::{Duration, Instant};

use crate::wire::{Backoff, Ctx};

/// All members of a relay look for another one at the same moment: they come within this time, a crowd within the longer one.
const SPREAD: Duration = Duration::from_millis(500);
const SPREAD_OF_CROWD: Duration = Duration::from_secs(5);
/// A membership that ends sooner was none, and the next one is waited for longer.
const SHORT: Duration = Duration::from_secs(1);
const AGAIN: Backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(8) };
/// Who is away for longer is told where the room goes on.
const LONG: Duration = Duration::from_secs(10);

/// Within which time the members of a room come that have lost their relay.
pub(super) const fn spread(is_crowded: bool) -> Duration {
    if is_crowded { SPREAD_OF_CROWD } else { SPREAD }
}

#[derive(Debug, Default)]
pub(super) struct Relocation {
    /// When the relay was heard last that is gone.
    away: Option<Instant>,
    entered: Option<Instant>,
    /// Memberships in a row that were short.
    short: u32,
}

impl Relocation {
    /// The relay is gone, or we leave it.
    pub(super) fn on_away(&mut self, heard: Instant) {
        self.away = self.away.or(Some(heard));
    }

    /// When another relay is asked.
    pub(super) fn begin(&mut self, cx: &mut Ctx<'_>, spread: Duration) -> Instant {
        let now = cx.now.mono;
        let is_short = self.entered.is_some_and(|entered| now.saturating_duration_since(entered) < SHORT);
        self.short = if is_short { self.short.saturating_add(1) } else { 0 };
        let rest = self.short.checked_sub(1).map(|before| AGAIN.pause(before)).unwrap_or_default();
        let spread = cx.rng.within(spread);
        cx.after(rest.saturating_add(spread))
    }

    /// A relay has let us in. Whether it took long.
    pub(super) fn on_entered(&mut self, now: Instant) -> bool {
        self.entered = Some(now);
        self.away.take().is_some_and(|away| now.saturating_duration_since(away) > LONG)
    }
}
