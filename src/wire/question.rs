//! Who answers what was asked of everybody, or of one host: each once, and within some seconds.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// On one network an answer takes milliseconds; where many answer they spread over a second.
const PATIENCE: Duration = Duration::from_secs(3);
/// Who is silent by then is asked once more: a datagram is easily lost.
const AGAIN: Duration = Duration::from_millis(1_500);
/// Answers to one question; more are forged, or nobody counts them.
const MAX_ANSWERS: usize = 1_024;
/// Everybody is asked again only after this: each answers.
const REST: Duration = Duration::from_secs(5);

/// `W`: by what those who answer are told apart: some are heard at several addresses.
#[derive(Debug)]
pub struct Question<W> {
    until: Option<Instant>,
    /// `None`: everybody.
    whom: Option<IpAddr>,
    heard: BTreeSet<W>,
    /// When everybody was asked last.
    everybody: Option<Instant>,
    /// What follows for those who are silent, and when.
    next: Option<(Instant, Overdue)>,
}

/// Everybody was asked at that time, and some have not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// They are to be asked once more.
    Again(Instant),
    /// They are not there.
    Gone(Instant),
}

impl<W> Default for Question<W> {
    fn default() -> Self {
        Self { until: None, whom: None, heard: BTreeSet::new(), everybody: None, next: None }
    }
}

impl<W: Ord> Question<W> {
    /// Everybody is asked from now on. `false`: they were, a moment ago, and nothing is to be said again.
    pub fn ask_everybody(&mut self, now: Instant) -> bool {
        let again = self.everybody.is_none_or(|last| now.saturating_duration_since(last) >= REST);
        if again {
            self.everybody = Some(now);
            self.next = now.checked_add(AGAIN).map(|at| (at, Overdue::Again(now)));
        }
        self.begin(now, None);
        again
    }

    /// What is due for those who have not answered a question to everybody.
    pub fn overdue(&mut self, now: Instant) -> Option<Overdue> {
        let (_, overdue) = self.next.take_if(|(at, _)| *at <= now)?;
        if let Overdue::Again(asked) = overdue {
            self.next = asked.checked_add(PATIENCE).map(|at| (at, Overdue::Gone(asked)));
        }
        Some(overdue)
    }

    /// Nobody is asked any more.
    pub fn stop(&mut self) {
        (self.until, self.next) = (None, None);
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.next.map(|(at, _)| at)
    }

    /// One host is asked from now on.
    pub fn ask(&mut self, now: Instant, whom: IpAddr) {
        self.begin(now, Some(whom));
    }

    fn begin(&mut self, now: Instant, whom: Option<IpAddr>) {
        (self.until, self.whom) = (now.checked_add(PATIENCE), whom);
        self.heard.clear();
    }

    /// Whether this is the first answer of that one.
    pub fn is_answer(&mut self, now: Instant, from: IpAddr, who: W) -> bool {
        let asked = self.until.is_some_and(|until| now <= until);
        let meant = self.whom.is_none_or(|whom| whom == from);
        asked && meant && self.heard.len() < MAX_ANSWERS && self.heard.insert(who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn each_answers_once_in_time_and_only_who_was_asked() {
        let (mut question, now) = (Question::default(), Instant::now());
        let hears = |question: &mut Question<u8>, now, last: u8| {
            question.is_answer(now, IpAddr::from([10, 0, 0, last]), last)
        };
        assert!(!hears(&mut question, now, 7), "nobody was asked");
        assert!(question.ask_everybody(now));
        assert!(hears(&mut question, now, 7) && !hears(&mut question, now, 7));
        assert!(!question.is_answer(now, IpAddr::from([10, 0, 1, 7]), 7), "the same one elsewhere");
        assert!(hears(&mut question, now + PATIENCE, 8));
        assert!(!hears(&mut question, now + PATIENCE * 2, 9), "too late");
        assert!(!question.ask_everybody(now + PATIENCE), "so soon nothing is said again");
        assert!(hears(&mut question, now + PATIENCE, 8), "but answers count anew");
        question.ask(now, IpAddr::from([10, 0, 0, 9]));
        assert!(!hears(&mut question, now, 8) && hears(&mut question, now, 9));
        assert!(question.ask_everybody(now + REST));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn who_is_silent_is_asked_once_more_and_then_gone() {
        let (mut question, now) = (Question::<u8>::default(), Instant::now());
        question.ask(now, IpAddr::from([10, 0, 0, 9]));
        assert_eq!(question.deadline(), None, "one alone is not everybody");
        question.ask_everybody(now);
        assert_eq!((question.overdue(now), question.deadline()), (None, Some(now + AGAIN)));
        assert_eq!(question.overdue(now + AGAIN), Some(Overdue::Again(now)));
        assert_eq!(question.deadline(), Some(now + PATIENCE));
        assert_eq!(question.overdue(now + PATIENCE), Some(Overdue::Gone(now)));
        assert_eq!((question.overdue(now + REST), question.deadline()), (None, None));
    }
}
