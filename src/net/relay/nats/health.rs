//! Whether the log can be used, and since when not. No I/O, no clock.

use std::time::{Duration, Instant};

use super::epoch::{Epochs, LogHistory, is_former};
use super::error::NatsError;
use crate::model::room_log::{DownCause, LogSecrets};

/// A connection that is lost for longer is told; a server that ended is left within milliseconds.
const APART: Duration = Duration::from_secs(1);
/// Servers that find no leader for longer are told: they usually need some seconds.
const STALLED: Duration = Duration::from_secs(12);
/// Between two looks whether the log takes messages again.
const RETRY: Duration = Duration::from_secs(1);
/// Numbers of the log that are remembered: it has another one after a power cut, not each day.
const MAX_EPOCHS: usize = 64;
/// Between two looks whether a day is over, for this relay or for another.
const SECRETS: Duration = Duration::from_mins(1);

/// Which log it is, and what is secret of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LogIdentity {
    pub(super) history: LogHistory,
    pub(super) secrets: LogSecrets,
}

#[derive(Debug)]
pub(super) struct Health {
    identity: LogIdentity,
    epochs: Epochs,
    down: Option<DownCause>,
    /// Since when there is no connection.
    lost: Option<Instant>,
    is_checking: bool,
    next_check: Instant,
    next_secrets: Instant,
}

/// What another look has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recovery {
    /// The secrets are other ones.
    pub(super) secrets: bool,
    /// It is up again, or is another log.
    pub(super) up: bool,
    pub(super) another: bool,
}

impl Health {
    pub(super) fn new(now: Instant, identity: LogIdentity) -> Self {
        Self {
            epochs: vec![identity.history.epoch],
            identity,
            down: None,
            lost: None,
            is_checking: false,
            next_check: now,
            next_secrets: now + SECRETS,
        }
    }

    /// The numbers that the log had, the present one last.
    pub(super) fn epochs(&self) -> Epochs {
        self.epochs.clone()
    }

    /// The log has this history.
    pub(super) fn agreed(&mut self, history: LogHistory) -> Recovery {
        self.learn(LogIdentity { history, secrets: self.identity.secrets })
    }

    /// What there is. While the log is down the next look tells whether it is up again.
    pub(super) fn learn(&mut self, mut found: LogIdentity) -> Recovery {
        // Whoever was asked before the number changed has seen the one of before.
        if is_former(&self.epochs, found.history.epoch) {
            found.history = self.identity.history.clone();
        }
        let epoch = found.history.epoch;
        let another = epoch != self.identity.history.epoch;
        let secrets = found.secrets != self.identity.secrets;
        self.identity = found;
        if another {
            let old = self.epochs.len().saturating_sub(MAX_EPOCHS);
            self.epochs.drain(..old);
            self.epochs.push(epoch);
        }
        Recovery { secrets, up: another && self.down.is_none(), another }
    }

    pub(super) const fn identity(&self) -> &LogIdentity {
        &self.identity
    }

    pub(super) const fn is_down(&self) -> bool {
        self.down.is_some()
    }

    pub(super) fn is_apart(&self) -> bool {
        self.down == Some(DownCause::Apart)
    }

    pub(super) const fn is_connected(&self) -> bool {
        self.lost.is_none()
    }

    pub(super) fn disconnected(&mut self, now: Instant) {
        self.lost.get_or_insert(now);
    }

    pub(super) const fn connected(&mut self) {
        self.lost = None;
    }

    /// The cause, if it was another one before.
    pub(super) fn set_down(&mut self, now: Instant, cause: DownCause) -> Option<DownCause> {
        self.next_check = now + RETRY;
        (self.down.replace(cause) != Some(cause)).then_some(cause)
    }

    /// Whether it has come to nothing for too long. `stalled`: since when nothing could be stored.
    pub(super) fn overdue(&mut self, now: Instant, stalled: Option<Instant>) -> Option<DownCause> {
        let is_long = |since: Option<Instant>, limit| {
            since.is_some_and(|since| now.saturating_duration_since(since) >= limit)
        };
        let is_over = self.down.is_none() && (is_long(self.lost, APART) || is_long(stalled, STALLED));
        if is_over { self.set_down(now, DownCause::Apart) } else { None }
    }

    /// Whether it is to be looked now if the log can be used; told once for each look.
    pub(super) fn begin_check(&mut self, now: Instant) -> bool {
        let begins = !self.is_checking && self.lost.is_none();
        if begins {
            (self.is_checking, self.next_check) = (true, now + RETRY);
        }
        begins
    }

    pub(super) fn is_check_due(&self, now: Instant) -> bool {
        self.down.is_some() && now >= self.next_check
    }

    /// It can be used.
    pub(super) fn checked(&mut self, found: LogIdentity) -> Recovery {
        self.is_checking = false;
        let recovery = self.learn(found);
        Recovery { up: self.down.take().is_some() || recovery.up, ..recovery }
    }

    /// It cannot be used. What is known of the cause already is not worse than that.
    pub(super) fn check_failed(&mut self, now: Instant, error: &NatsError) -> Option<DownCause> {
        self.is_checking = false;
        self.next_check = now + RETRY;
        let cause = match error {
            NatsError::Version(_) => DownCause::Version,
            NatsError::Denied(_) => DownCause::Denied,
            NatsError::Full(_) => DownCause::Full,
            NatsError::NoLeader | NatsError::Echo(_) | NatsError::Unreachable(_) | NatsError::FewServers => {
                DownCause::Apart
            }
            NatsError::Address(_)
            | NatsError::Prefix(_)
            | NatsError::File { .. }
            | NatsError::OpenToOthers(_)
            | NatsError::Tls(_)
            | NatsError::NoJetStream
            | NatsError::Differs { .. }
            | NatsError::Api(_) => DownCause::Broken,
        };
        if self.down.is_none() { self.set_down(now, cause) } else { None }
    }

    /// Whether the secrets are to be looked at; told once a minute.
    pub(super) fn are_secrets_due(&mut self, now: Instant) -> bool {
        let due = self.lost.is_none() && now >= self.next_secrets;
        if due {
            self.next_secrets = now + SECRETS;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::room_log::{LogEpoch, LogSecret};
    use crate::net::clock;

    const SECOND: Duration = Duration::from_secs(1);

    fn identity(epoch: u64) -> LogIdentity {
        LogIdentity {
            history: LogHistory { epoch: LogEpoch(epoch), behind: Vec::new() },
            secrets: LogSecrets::first(LogSecret::new([1; 16])),
        }
    }

    #[test]
    fn a_short_loss_is_told_to_nobody() {
        let now = clock::now().mono;
        let mut health = Health::new(now, identity(1));
        health.disconnected(now);
        assert_eq!(health.overdue(now + SECOND / 2, None), None);
        health.connected();
        assert_eq!(health.overdue(now + SECOND * 5, None), None);
        health.disconnected(now);
        assert_eq!(health.overdue(now + SECOND, None), Some(DownCause::Apart));
        assert_eq!(health.overdue(now + SECOND * 2, None), None, "told once");
        assert!(!health.begin_check(now + SECOND * 2), "nobody is there to ask");
        health.connected();
        assert!(health.is_check_due(now + SECOND * 2) && health.begin_check(now + SECOND * 2));
        assert!(!health.begin_check(now + SECOND * 3), "being asked");
        let found = health.checked(identity(1));
        assert_eq!(found, Recovery { secrets: false, up: true, another: false });
        assert!(!health.is_down());
    }

    #[test]
    fn servers_without_a_leader_are_told_after_a_while() {
        let now = clock::now().mono;
        let mut health = Health::new(now, identity(1));
        assert_eq!(health.overdue(now + SECOND * 11, Some(now)), None);
        assert_eq!(health.overdue(now + SECOND * 12, Some(now)), Some(DownCause::Apart));
    }

    #[test]
    fn another_log_is_told_though_it_was_never_down() {
        let now = clock::now().mono;
        let mut health = Health::new(now, identity(1));
        assert!(health.begin_check(now));
        assert_eq!(health.checked(identity(2)), Recovery { secrets: false, up: true, another: true });
        assert!(health.begin_check(now));
        assert_eq!(health.check_failed(now, &NatsError::NoLeader), Some(DownCause::Apart));
        assert_eq!(health.set_down(now, DownCause::Denied), Some(DownCause::Denied));
        assert_eq!(health.check_failed(now, &NatsError::NoLeader), None, "the cause is known");
    }
}
