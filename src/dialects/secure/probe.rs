//! When a peer that owes something is asked whether it is still there: soon, and ever more seldom where it answers each time
//! and still owes it, as somebody does who was asked to talk and has not decided.
//!
//! Knows nothing of connections but when something came last.

use std::time::{Duration, Instant};

/// After the first silence, and as long as a question has no answer: an end to that comes with the end of the session.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Longer than the pauses of what keeps a session alive, which is enough by then.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A question without an answer for so long: the session may be stuck in long pauses, and the peer is dialled beside it.
const STUCK: Duration = Duration::from_secs(4);

/// What is to be done about a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    Usual,
    /// The peer is to be asked now.
    Long,
    /// It is to be asked, and dialled as well.
    Stuck,
}

#[derive(Debug)]
pub(super) struct Probe {
    pause: Duration,
    /// Since when a question has no answer.
    asked: Option<Instant>,
}

impl Default for Probe {
    fn default() -> Self {
        Self { pause: FIRST_PAUSE, asked: None }
    }
}

impl Probe {
    /// Something new was said, here or there: an answer is missed soon again.
    pub(super) const fn hurry(&mut self) {
        self.pause = FIRST_PAUSE;
    }

    /// `heard`: when anything came last.
    pub(super) fn look(&mut self, now: Instant, heard: Instant) -> Silence {
        if self.asked.is_some_and(|asked| heard > asked) {
            self.asked = None;
            self.pause = self.pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
        if self.asked.is_none() && now.saturating_duration_since(heard) < self.pause {
            return Silence::Usual;
        }
        let asked = *self.asked.get_or_insert(now);
        if now.saturating_duration_since(asked) < STUCK { Silence::Long } else { Silence::Stuck }
    }

    /// When to look again.
    pub(super) fn due(&self, now: Instant, heard: Instant) -> Option<Instant> {
        match self.asked {
            Some(asked) if asked >= heard => now.checked_add(FIRST_PAUSE),
            Some(_) | None => heard.checked_add(self.pause),
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn who_answers_and_still_owes_is_asked_ever_less_until_something_is_said() {
        let (mut probe, start) = (Probe::default(), Instant::now());
        let mut heard = start;
        for pause in [1, 2, 4, 8, 16, 30, 30] {
            let due = probe.due(heard, heard).expect("once more");
            assert_eq!(due, heard + pause * SECOND);
            assert_eq!(probe.look(due, heard), Silence::Long);
            heard = due + Duration::from_millis(1);
            assert_eq!(probe.look(heard, heard), Silence::Usual);
        }
        probe.hurry();
        assert_eq!(probe.look(heard + SECOND, heard), Silence::Long);
    }

    #[test]
    fn who_does_not_answer_is_asked_every_second_and_soon_dialled_as_well() {
        let (mut probe, heard) = (Probe::default(), Instant::now());
        for second in 1..20 {
            let now = heard + second * SECOND;
            let silence = if second < 5 { Silence::Long } else { Silence::Stuck };
            assert_eq!(probe.look(now, heard), silence, "{second}");
            assert_eq!(probe.due(now, heard), Some(now + SECOND));
        }
    }
}
