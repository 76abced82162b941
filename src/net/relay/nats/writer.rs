//! The messages on their way into all shards of the log, and by which names the servers recognise them. No I/O, no clock.

use std::time::Instant;

use super::append::{AppendAttempt, AppendMessage, Appends, Stored};
use super::record;
use super::subjects::Subjects;
use crate::model::room_log::{BackplaneRefusal, LogRecord, Ticket};

pub(super) struct LogWriter {
    subjects: Subjects,
    /// Names messages that have no number of their own.
    run: u64,
    unnumbered: u64,
    shards: Vec<Appends>,
}

impl LogWriter {
    pub(super) fn new(run: u64, subjects: Subjects) -> Self {
        let shards = (0..subjects.shards()).map(|_| Appends::default()).collect();
        Self { subjects, run, unnumbered: 0, shards }
    }

    /// Which run of a relay it is.
    pub(super) const fn run(&self) -> u64 {
        self.run
    }

    pub(super) fn add(
        &mut self,
        now: Instant,
        ticket: Ticket,
        room: &str,
        record: &LogRecord<'_>,
    ) -> Result<(), BackplaneRefusal> {
        let message = AppendMessage {
            room: room.to_owned(),
            subject: self.subjects.appended(room),
            name: self.name(record),
            payload: record::encode(record).into(),
        };
        let appends = self.shard(self.subjects.shard(room)).ok_or(BackplaneRefusal::Down)?;
        appends.add(now, ticket, record.id, message)
    }

    /// By which the servers recognise a message, whichever relay appends it.
    fn name(&mut self, record: &LogRecord<'_>) -> String {
        if record.number > 0 {
            return format!("{:x}.{}", record.id, record.number);
        }
        self.unnumbered = self.unnumbered.wrapping_add(1);
        format!("r{:x}.{:x}.{}", self.run, record.id, self.unnumbered)
    }

    fn shard(&mut self, shard: u16) -> Option<&mut Appends> {
        self.shards.get_mut(usize::from(shard))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shards.iter().all(Appends::is_empty)
    }

    /// The next message to send now, with its shard.
    pub(super) fn next(&mut self, now: Instant) -> Option<(u16, AppendAttempt)> {
        (0..).zip(&mut self.shards).find_map(|(shard, appends)| Some((shard, appends.next(now)?)))
    }

    pub(super) fn stored(&mut self, now: Instant, shard: u16, ticket: Ticket) -> Option<Stored> {
        self.shard(shard)?.stored(now, ticket)
    }

    /// It will never be stored. `false`: answered before.
    pub(super) fn refuse(&mut self, shard: u16, ticket: Ticket) -> bool {
        self.shard(shard).is_some_and(|appends| appends.refuse(ticket))
    }

    pub(super) fn failed(&mut self, now: Instant, shard: u16, ticket: Ticket, number: u32) {
        if let Some(appends) = self.shard(shard) {
            appends.failed(now, ticket, number);
        }
    }

    pub(super) fn restart(&mut self, now: Instant) {
        self.shards.iter_mut().for_each(|appends| appends.restart(now));
    }

    pub(super) fn relieve(&mut self, now: Instant) {
        self.shards.iter_mut().for_each(|appends| appends.relieve(now));
    }

    /// Those that waited too long, which are given up.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<Ticket> {
        self.shards.iter_mut().flat_map(|appends| appends.expire(now)).collect()
    }

    /// Since when nothing was stored though something should have been.
    pub(super) fn stalled_since(&self) -> Option<Instant> {
        self.shards.iter().filter_map(Appends::stalled_since).min()
    }
}
