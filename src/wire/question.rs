//! Who answers what was asked of everybody, or of one host: each once, and within some seconds.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// On one network an answer takes milliseconds; where many answer they spread over a second.
const PATIENCE: Duration = Duration::from_secs(3);
/// Answers to one question; more are forged, or nobody counts them.
const MAX_ANSWERS: usize = 1_024;
/// Everybody is asked again only after this: each answers.
const REST: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub struct Question {
    until: Option<Instant>,
    /// `None`: everybody.
    whom: Option<IpAddr>,
    heard: BTreeSet<SocketAddr>,
    /// When everybody was asked last.
    everybody: Option<Instant>,
}

impl Question {
    /// Everybody is asked from now on. `false`: they were, a moment ago, and nothing is to be said again.
    pub fn ask_everybody(&mut self, now: Instant) -> bool {
        let again = self.everybody.is_none_or(|last| now.saturating_duration_since(last) >= REST);
        if again {
            self.everybody = Some(now);
        }
        self.begin(now, None);
        again
    }

    /// One host is asked from now on.
    pub fn ask(&mut self, now: Instant, whom: IpAddr) {
        self.begin(now, Some(whom));
    }

    fn begin(&mut self, now: Instant, whom: Option<IpAddr>) {
        (self.until, self.whom) = (now.checked_add(PATIENCE), whom);
        self.heard.clear();
    }

    /// Whether this is the first answer from there.
    pub fn is_answer(&mut self, now: Instant, from: SocketAddr) -> bool {
        let asked = self.until.is_some_and(|until| now <= until);
        let meant = self.whom.is_none_or(|whom| whom == from.ip());
        asked && meant && self.heard.len() < MAX_ANSWERS && self.heard.insert(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn each_answers_once_in_time_and_only_who_was_asked() {
        let (mut question, now) = (Question::default(), Instant::now());
        let at = |text: &str| -> SocketAddr { text.parse().expect("literal") };
        assert!(!question.is_answer(now, at("10.0.0.7:2425")), "nobody was asked");
        assert!(question.ask_everybody(now));
        assert!(question.is_answer(now, at("10.0.0.7:2425")));
        assert!(!question.is_answer(now, at("10.0.0.7:2425")));
        assert!(question.is_answer(now + PATIENCE, at("10.0.0.8:2425")));
        assert!(!question.is_answer(now + PATIENCE * 2, at("10.0.0.9:2425")), "too late");
        assert!(!question.ask_everybody(now + PATIENCE), "so soon nothing is said again");
        assert!(question.is_answer(now + PATIENCE, at("10.0.0.8:2425")), "but answers count anew");
        question.ask(now, at("10.0.0.9:0").ip());
        assert!(
            !question.is_answer(now, at("10.0.0.8:2425")) && question.is_answer(now, at("10.0.0.9:2426"))
        );
        assert!(question.ask_everybody(now + REST));
    }
}
