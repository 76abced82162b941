//! Messages on their way into one shard of the log: which is sent now, which waits, which is sent once more.
//!
//! Each member has one message under way, so its messages keep their order through retries. The first failure marks the
//! shard as stalled: from then on the oldest message alone is tried, four times a second, since servers that have no leader
//! say so at once and would be flooded. A server that ends takes its answers along, so a try waits no longer than answers
//! usually take. The same message stored twice is recognised by the servers for two minutes; what got no answer for much
//! less than that is given up. No I/O, no clock.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::model::room_log::{BackplaneRefusal, Ticket};

/// Messages of one shard that wait for their place, and their bytes.
const MAX_PENDING: usize = 4_096;
const MAX_PENDING_BYTES: usize = 4 * 1_024 * 1_024;

/// How long an answer may take: so long at first, and at most.
const PATIENCE: Duration = Duration::from_secs(2);
/// At least, where answers come at once: a server has its bad moments.
const LEAST_PATIENCE: Duration = Duration::from_millis(400);
/// Between two tries of the oldest message of a stalled shard.
const PROBE_PAUSE: Duration = Duration::from_millis(250);
/// After so long a message is refused: whoever said it has stopped repeating it.
pub(super) const MAX_AGE: Duration = Duration::from_secs(30);

/// One message, as the servers take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AppendMessage {
    pub(super) room: String,
    pub(super) subject: String,
    /// By which the servers recognise it.
    pub(super) name: String,
    pub(super) payload: Bytes,
}

/// A message to be sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AppendAttempt {
    pub(super) ticket: Ticket,
    /// From 1.
    pub(super) number: u32,
    pub(super) message: AppendMessage,
    pub(super) patience: Duration,
}

/// A message that the log has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) room: String,
    /// How often it was sent.
    pub(super) attempts: u32,
}

#[derive(Debug)]
struct PendingAppend {
    member: u64,
    message: AppendMessage,
    since: Instant,
    /// When it was last sent.
    sent: Instant,
    attempts: u32,
    under_way: bool,
}

/// How long answers usually take and how much that varies, as TCP reckons it (RFC 6298, section 2).
#[derive(Clone, Copy, Debug, Default)]
struct AnswerTime {
    smoothed: Duration,
    variation: Duration,
}

impl AnswerTime {
    fn note(&mut self, took: Duration) {
        if self.smoothed.is_zero() {
            (self.smoothed, self.variation) = (took, took / 2);
            return;
        }
        self.variation = (self.variation * 3 + self.smoothed.abs_diff(took)) / 4;
        self.smoothed = (self.smoothed * 7 + took) / 8;
    }

    /// Twice as long with each try (section 5.5): answers may have become slow.
    fn patience(self, attempts: u32) -> Duration {
        if self.smoothed.is_zero() {
            return PATIENCE;
        }
        let usual = (self.smoothed + self.variation * 4).max(LEAST_PATIENCE);
        usual.saturating_mul(1 << attempts.saturating_sub(1).min(3)).min(PATIENCE)
    }
}

#[derive(Debug)]
struct Stall {
    since: Instant,
    /// When the oldest is tried.
    next: Instant,
}

#[derive(Debug, Default)]
pub(super) struct Appends {
    /// Tickets rise: the first is the oldest.
    pending: BTreeMap<Ticket, PendingAppend>,
    /// Of each member in order. Only the first of each may be under way.
    members: BTreeMap<u64, VecDeque<Ticket>>,
    /// To be sent as soon as the shard is not stalled.
    ready: BTreeSet<Ticket>,
    bytes: usize,
    stall: Option<Stall>,
    answer_time: AnswerTime,
    /// Messages sent once more.
    pub(super) retries: u64,
}

impl Appends {
    pub(super) fn add(
        &mut self,
        now: Instant,
        ticket: Ticket,
        member: u64,
        message: AppendMessage,
    ) -> Result<(), BackplaneRefusal> {
        let bytes = self.bytes.saturating_add(message.payload.len());
        if self.pending.len() >= MAX_PENDING || bytes > MAX_PENDING_BYTES {
            return Err(BackplaneRefusal::Busy);
        }
        self.bytes = bytes;
        let of_member = self.members.entry(member).or_default();
        of_member.push_back(ticket);
        if of_member.len() == 1 {
            self.ready.insert(ticket);
        }
        let pending = PendingAppend { member, message, since: now, sent: now, attempts: 0, under_way: false };
        self.pending.insert(ticket, pending);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Since when nothing was stored though something should have been.
    pub(super) fn stalled_since(&self) -> Option<Instant> {
        self.stall.as_ref().map(|stall| stall.since)
    }

    /// The next message to send now, if there is one.
    pub(super) fn next(&mut self, now: Instant) -> Option<AppendAttempt> {
        let ticket = match &mut self.stall {
            None => *self.ready.first()?,
            Some(stall) => {
                let (ticket, oldest) = self.pending.first_key_value()?;
                if oldest.under_way || now < stall.next {
                    return None;
                }
                stall.next = now + PROBE_PAUSE;
                *ticket
            }
        };
        self.ready.remove(&ticket);
        let pending = self.pending.get_mut(&ticket)?;
        self.retries = self.retries.saturating_add(u64::from(pending.attempts > 0));
        pending.attempts = pending.attempts.saturating_add(1);
        pending.under_way = true;
        pending.sent = now;
        let (number, message) = (pending.attempts, pending.message.clone());
        Some(AppendAttempt { ticket, number, message, patience: self.answer_time.patience(number) })
    }

    /// Any attempt that was answered will do. `None`: answered before.
    pub(super) fn stored(&mut self, now: Instant, ticket: Ticket) -> Option<Stored> {
        let pending = self.remove(ticket)?;
        self.answer_time.note(now.saturating_duration_since(pending.sent));
        if self.stall.is_some() {
            self.release();
        }
        Some(Stored { room: pending.message.room, attempts: pending.attempts })
    }

    /// It will never be stored. `false`: answered before.
    pub(super) fn refuse(&mut self, ticket: Ticket) -> bool {
        self.remove(ticket).is_some()
    }

    /// An attempt came to nothing. Older attempts than the last say nothing.
    pub(super) fn failed(&mut self, now: Instant, ticket: Ticket, number: u32) {
        let Some(pending) = self.pending.get_mut(&ticket).filter(|pending| pending.attempts == number) else {
            return;
        };
        pending.under_way = false;
        let next = now + PROBE_PAUSE;
        self.stall.get_or_insert(Stall { since: now, next });
    }

    /// Another connection: what is under way got lost with the old one, and is sent again at once.
    pub(super) fn restart(&mut self, now: Instant) {
        for pending in self.pending.values_mut() {
            pending.under_way = false;
        }
        match &mut self.stall {
            Some(stall) => stall.next = now,
            None => self.release(),
        }
    }

    /// The log has been seen to take messages: from now on it counts how long none is stored.
    pub(super) fn relieve(&mut self, now: Instant) {
        if let Some(stall) = &mut self.stall {
            (stall.since, stall.next) = (now, now);
        }
    }

    /// Those that waited too long, which are given up.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<Ticket> {
        let is_old = |pending: &PendingAppend| now.saturating_duration_since(pending.since) >= MAX_AGE;
        // The older ones come first.
        let old = self.pending.iter().take_while(|(_, pending)| is_old(pending));
        let old: Vec<Ticket> = old.map(|(ticket, _)| *ticket).collect();
        for ticket in &old {
            self.remove(*ticket);
        }
        old
    }

    fn remove(&mut self, ticket: Ticket) -> Option<PendingAppend> {
        let pending = self.pending.remove(&ticket)?;
        self.ready.remove(&ticket);
        self.bytes = self.bytes.saturating_sub(pending.message.payload.len());
        if let Some(of_member) = self.members.get_mut(&pending.member) {
            of_member.retain(|other| *other != ticket);
            match of_member.front() {
                Some(next) if self.pending.get(next).is_some_and(|next| !next.under_way) => {
                    self.ready.insert(*next);
                }
                Some(_) => {}
                None => drop(self.members.remove(&pending.member)),
            }
        }
        Some(pending)
    }

    /// The shard takes messages again.
    fn release(&mut self) {
        self.stall = None;
        let first = self.members.values().filter_map(VecDeque::front);
        let waits = |ticket: &&Ticket| self.pending.get(ticket).is_some_and(|pending| !pending.under_way);
        self.ready = first.filter(waits).copied().collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::clock;

    const MOMENT: Duration = Duration::from_millis(1);

    fn message(bytes: usize) -> AppendMessage {
        let (room, subject, name) = ("a".to_owned(), "log.a".to_owned(), String::new());
        AppendMessage { room, subject, name, payload: vec![0; bytes].into() }
    }

    /// As many messages as tickets, each of the member beside it.
    fn appends(now: Instant, members: &[u64]) -> Appends {
        let mut appends = Appends::default();
        for (ticket, member) in (1..).zip(members) {
            appends.add(now, Ticket(ticket), *member, message(10)).expect("room");
        }
        appends
    }

    /// Tickets and how often each was sent.
    fn sent(appends: &mut Appends, now: Instant) -> Vec<(u64, u32)> {
        let next = || appends.next(now).map(|attempt| (attempt.ticket.0, attempt.number));
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn one_message_of_each_member_is_under_way() {
        let now = clock::now().mono;
        let mut appends = appends(now, &[7, 7, 8, 7]);
        assert_eq!(sent(&mut appends, now), [(1, 1), (3, 1)]);
        assert_eq!(appends.stored(now, Ticket(1)).map(|stored| stored.attempts), Some(1));
        assert_eq!(appends.stored(now, Ticket(1)), None, "answered once");
        assert_eq!(sent(&mut appends, now), [(2, 1)]);
        assert!(appends.refuse(Ticket(2)) && appends.stored(now, Ticket(3)).is_some());
        assert_eq!(sent(&mut appends, now), [(4, 1)]);
        assert!(appends.stored(now, Ticket(4)).is_some() && appends.is_empty());
    }

    #[test]
    fn a4_in_a_stalled_shard_the_oldest_alone_is_tried_four_times_a_second() {
        let start = clock::now().mono;
        let mut appends = appends(start, &[1, 2, 3]);
        assert_eq!(sent(&mut appends, start), [(1, 1), (2, 1), (3, 1)]);
        for ticket in 1..=3 {
            appends.failed(start, Ticket(ticket), 1);
        }
        assert_eq!(appends.stalled_since(), Some(start));
        appends.add(start, Ticket(4), 4, message(10)).expect("room");
        let mut now = start;
        while now < start + Duration::from_secs(5) {
            for (ticket, number) in sent(&mut appends, now) {
                assert_eq!(ticket, 1);
                appends.failed(now, Ticket(ticket), number);
            }
            now += MOMENT;
        }
        assert!((18..=20).contains(&appends.retries), "{}", appends.retries);
        let (ticket, number) = sent(&mut appends, now + PROBE_PAUSE)[0];
        assert_eq!(ticket, 1);
        // What an older attempt came to says nothing.
        appends.failed(now, Ticket(1), number - 1);
        assert_eq!(sent(&mut appends, now + PROBE_PAUSE), []);
        assert!(appends.stored(now, Ticket(1)).is_some());
        assert_eq!(appends.stalled_since(), None);
        assert_eq!(sent(&mut appends, now), [(2, 2), (3, 2), (4, 1)]);
    }

    #[test]
    fn with_another_connection_all_that_was_under_way_is_sent_again() {
        let now = clock::now().mono;
        let mut appends = appends(now, &[1, 1, 2]);
        assert_eq!(sent(&mut appends, now), [(1, 1), (3, 1)]);
        appends.restart(now);
        assert_eq!(sent(&mut appends, now), [(1, 2), (3, 2)]);
        appends.failed(now, Ticket(3), 1);
        assert_eq!(appends.stalled_since(), None, "the first attempt went with the connection");
        appends.failed(now, Ticket(3), 2);
        appends.restart(now);
        assert_eq!(sent(&mut appends, now), [(1, 3)], "stalled: the oldest alone");
    }

    #[test]
    fn what_waits_too_long_is_refused_and_too_much_is_not_taken() {
        let now = clock::now().mono;
        let mut appends = appends(now, &[1, 1]);
        appends.add(now + MOMENT, Ticket(3), 1, message(10)).expect("room");
        assert_eq!(appends.expire(now + MAX_AGE.saturating_sub(MOMENT)), []);
        assert_eq!(appends.expire(now + MAX_AGE), [Ticket(1), Ticket(2)]);
        assert_eq!(sent(&mut appends, now), [(3, 1)]);
        for ticket in 4..=u64::try_from(MAX_PENDING).expect("few") + 2 {
            appends.add(now, Ticket(ticket), ticket, message(0)).expect("room");
        }
        assert_eq!(appends.add(now, Ticket(0), 1, message(0)), Err(BackplaneRefusal::Busy));
        let mut appends = Appends::default();
        appends.add(now, Ticket(1), 1, message(MAX_PENDING_BYTES)).expect("room");
        assert_eq!(appends.add(now, Ticket(2), 1, message(1)), Err(BackplaneRefusal::Busy));
        appends.stored(now, Ticket(1)).expect("there");
        appends.add(now, Ticket(3), 1, message(1)).expect("room again");
    }

    #[test]
    fn a5_an_answer_is_awaited_as_long_as_answers_usually_take_and_longer_where_they_become_slow() {
        let mut now = clock::now().mono;
        let mut appends = appends(now, &[1; 200]);
        let mut answered = |appends: &mut Appends, took: Duration| {
            let attempt = appends.next(now).expect("the next");
            now += took.min(attempt.patience);
            if took <= attempt.patience {
                appends.stored(now, attempt.ticket).expect("there");
            } else {
                appends.failed(now, attempt.ticket, attempt.number);
            }
            now += PROBE_PAUSE;
            attempt.patience
        };
        assert_eq!(answered(&mut appends, MOMENT), PATIENCE, "nothing is known yet");
        assert_eq!(answered(&mut appends, MOMENT), LEAST_PATIENCE);
        let slow = LEAST_PATIENCE * 3;
        let waits: Vec<Duration> = std::iter::repeat_with(|| answered(&mut appends, slow)).take(3).collect();
        assert_eq!(waits, [LEAST_PATIENCE, LEAST_PATIENCE * 2, LEAST_PATIENCE * 4]);
        let settled = (0..50).map(|_| answered(&mut appends, slow)).last().expect("some");
        assert!(settled > slow && settled <= PATIENCE, "{settled:?}");
        let quick = (0..100).map(|_| answered(&mut appends, MOMENT)).last().expect("some");
        assert_eq!(quick, LEAST_PATIENCE);
    }
}
