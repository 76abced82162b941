//! What the servers say, and what becomes of it.

use std::time::Instant;

use async_nats::Message;

use super::super::buckets;
use super::super::epoch::LogHistory;
use super::super::error::NatsError;
use super::super::health::{LogIdentity, Recovery};
use super::super::jetstream::{ApiError, AppendAck, codes};
use super::super::marks::LogMarks;
use super::super::name_bucket;
use super::super::page::LogPage;
use super::super::questions::{Cluster, ServerAnswer};
use super::super::removals::RemovedMessage;
use super::super::rooms::{FollowId, HeardLive};
use super::super::settings::{Changed, SettingWrite, SettingsRead};
use super::super::subjects::SettingsBucket;
use super::ClusterDriver;
use crate::model::WallTime;
use crate::model::room_archive::ArchiveAnswer;
use crate::model::room_log::{
    BackplaneRefusal, BackplaneReport, DownCause, LogRecord, MAX_NOTICE, Place, PlacedRecord, Ticket,
};
use crate::net::clock;

fn found(ticket: Ticket, result: Result<Option<ArchiveAnswer>, ApiError>) -> BackplaneReport<'static> {
    let refused = |why| BackplaneReport::Refused { ticket, why };
    match result {
        Ok(Some(ArchiveAnswer { records, more })) => BackplaneReport::Page { ticket, records, more },
        Ok(None) => refused(BackplaneRefusal::NoSearch),
        Err(_) => refused(BackplaneRefusal::Down),
    }
}

impl ClusterDriver {
    // What the servers say.

    pub(super) fn hear(&mut self, heard: HeardLive) {
        let (now, room) = (clock::now().mono, heard.id.room.clone());
        if let Some(live) = heard.live.as_ref().filter(|_| self.rooms.is_current(&heard.id)) {
            self.marks.note_message(self.shard(&room), live.place, live.digest);
        }
        let told = self.rooms.hear(now, heard);
        if self.rooms.is_late(&room) {
            self.verification.suspect(now);
        }
        self.report_entries(&room, told);
        self.ask_for(now, &room);
    }

    pub(super) fn shard(&self, room: &str) -> u16 {
        self.questions.cluster.subjects.shard(room)
    }

    fn report_entries(&mut self, room: &str, told: Vec<PlacedRecord<'static>>) {
        self.removals.hear(clock::now().mono, room, &told);
        let entry = |placed| BackplaneReport::Entry { room: room.to_owned().into(), placed };
        self.reports.extend(told.into_iter().map(entry));
    }

    /// Asks the log for what is missing of a room.
    fn ask_for(&mut self, now: Instant, room: &str) {
        if self.health.is_connected()
            && let Some((id, need)) = self.rooms.need(now, room)
        {
            self.questions.ask_for(id, need);
        }
    }

    /// What relays are told besides messages.
    pub(super) fn hear_news(&mut self, message: &Message) {
        let subjects = &self.questions.cluster.subjects;
        let subject = message.subject.as_str();
        if subject == subjects.epoch_news() {
            self.questions.identity(self.health.epochs());
        } else if let Some(run) = subjects.run_of_news(subject) {
            self.names.hear_relay(clock::now().mono, run);
            let is_own = run == self.writer.run();
            if !is_own && (1..=MAX_NOTICE).contains(&message.payload.len()) {
                let notice = message.payload.to_vec().into();
                self.reports.push_back(BackplaneReport::Announced { notice });
            }
        } else if let Some(run) = subjects.run_of_presence(subject) {
            let now = clock::now().mono;
            self.names.hear_relay(now, run);
            self.presence.hear(now, run, &message.payload);
        } else if let Some((revision, name)) = name_bucket::written(subjects, message) {
            self.names.hear(revision, &name, &message.payload);
        } else if let Some((bucket, revision, setting)) = buckets::setting(subjects, message) {
            let changed = self.settings.hear(bucket, revision, setting);
            self.report_settings(changed);
        }
    }

    fn report_settings(&mut self, changed: impl IntoIterator<Item = Changed>) {
        let setting =
            |(key, value): Changed| BackplaneReport::Setting { key: key.into(), value: value.into() };
        self.reports.extend(changed.into_iter().map(setting));
    }

    pub(super) fn settle(&mut self, answer: ServerAnswer) {
        let now = clock::now().mono;
        match answer {
            ServerAnswer::Append { ticket, shard, number, result } => {
                self.appended(now, ticket, shard, number, result);
            }
            ServerAnswer::Beginning { id, result: Ok(last) } => self.began(now, &id, last),
            ServerAnswer::Fill { id, result: Ok(gap) } => {
                let told = self.rooms.fill(&id, gap);
                self.report_entries(&id.room, told);
                self.ask_for(now, &id.room);
            }
            ServerAnswer::Beginning { id, .. } | ServerAnswer::Fill { id, .. } => self.rooms.failed(now, &id),
            ServerAnswer::Tails { era, tails } => self.learn_tails(now, era, tails),
            ServerAnswer::Page { ticket, result } => self.reports.push_back(match result {
                Ok(LogPage { records, more }) => BackplaneReport::Page { ticket, records, more },
                Err(_) => BackplaneReport::Refused { ticket, why: BackplaneRefusal::Down },
            }),
            ServerAnswer::Removable { ticket, message, at, result } => {
                self.removable(ticket, message, at, result == Ok(true));
            }
            ServerAnswer::Removed { message, result } => match result {
                Ok(()) => self.removals.done(&message),
                Err(_) => self.removals.failed(now, &message),
            },
            ServerAnswer::Search { ticket, result } => self.reports.push_back(found(ticket, result)),
            ServerAnswer::Check(Ok(found)) => self.checked(now, found),
            ServerAnswer::Check(Err(error)) => self.check_failed(now, &error),
            ServerAnswer::Verify { look, result } => self.verified(now, look, result),
            ServerAnswer::Identity(Ok(found)) => {
                let recovery = self.health.learn(found);
                self.recovered(now, recovery);
            }
            ServerAnswer::Identity(Err(error)) => tracing::debug!(%error, "the secrets cannot be read"),
            ServerAnswer::SettingsRead { bucket, result } => self.settings_read(now, bucket, result),
            ServerAnswer::SettingWritten { write, result } => self.setting_written(now, write, result),
            ServerAnswer::Name { name, finding } => self.names.found(now, name, finding),
            ServerAnswer::Left | ServerAnswer::Told => {}
        }
    }

    fn learn_tails(&mut self, now: Instant, era: u64, tails: Vec<(String, Place)>) {
        for (room, place) in if era == self.era { tails } else { Vec::new() } {
            self.marks.note(self.shard(&room), place);
            self.rooms.announce(&room, place);
            self.ask_for(now, &room);
        }
    }

    fn removable(&mut self, ticket: Ticket, message: RemovedMessage, at: WallTime, is_there: bool) {
        let (room, removal) = (message.room.clone(), LogRecord::removal(at, message.place));
        if is_there && self.removals.order(ticket, message) {
            self.append(ticket, &room, &removal);
        } else {
            self.reports.push_back(BackplaneReport::Refused { ticket, why: BackplaneRefusal::Down });
        }
    }

    fn settings_read(
        &mut self,
        now: Instant,
        bucket: SettingsBucket,
        result: Result<SettingsRead, ApiError>,
    ) {
        match result {
            Ok(read) => {
                let changed = self.settings.read(now, bucket, read);
                self.report_settings(changed);
            }
            Err(_) => self.settings.not_read(now, bucket),
        }
    }

    fn setting_written(&mut self, now: Instant, write: SettingWrite, result: Result<u64, ApiError>) {
        match result {
            Ok(revision) => {
                let changed = self.settings.written(write, revision);
                self.report_settings(changed);
            }
            Err(ApiError::Refused { code, .. }) if codes::NOT_EXPECTED.contains(&code) => {
                let changed = self.settings.superseded(write);
                self.report_settings(changed);
            }
            Err(error) => {
                tracing::debug!(?error, "a setting is not kept yet");
                self.settings.not_written(now, &write);
            }
        }
    }

    fn began(&mut self, now: Instant, id: &FollowId, last: Option<Place>) {
        let Some(behind) = self.rooms.begin(id, last) else { return };
        if let Some(last) = last {
            self.marks.note(self.shard(&id.room), last);
        }
        let last = Place::new(behind);
        self.reports.push_back(BackplaneReport::Following { room: id.room.clone().into(), last });
        let told = self.rooms.waited(id);
        self.report_entries(&id.room, told);
        self.ask_for(now, &id.room);
    }

    fn appended(
        &mut self,
        now: Instant,
        ticket: Ticket,
        shard: u16,
        number: u32,
        result: Result<AppendAck, ApiError>,
    ) {
        match result {
            Ok(AppendAck { place, duplicate }) => {
                let Some(stored) = self.writer.stored(now, shard, ticket) else { return };
                // One that an earlier attempt of ours stored is reported like any other.
                let again = duplicate && stored.attempts == 1;
                self.removals.stored(now, ticket);
                self.reports.push_back(BackplaneReport::Appended { ticket, place, again });
                self.rooms.expect(now, &stored.room, place);
                self.marks.note(shard, place);
            }
            Err(ApiError::Refused { code: codes::TOO_LARGE, .. }) => {
                self.removals.refused(ticket);
                if self.writer.refuse(shard, ticket) {
                    self.reports.push_back(BackplaneReport::Refused { ticket, why: BackplaneRefusal::Busy });
                }
            }
            Err(error) => {
                self.writer.failed(now, shard, ticket, number);
                // Servers that were without a leader may have found one that has less.
                self.verification.doubt(now);
                if matches!(error, ApiError::Refused { code, .. } if codes::FULL.contains(&code)) {
                    self.set_down(now, DownCause::Full);
                }
            }
        }
    }

    fn verified(&mut self, now: Instant, look: u64, result: Result<Option<LogHistory>, NatsError>) {
        match result {
            Ok(None) => {
                if self.verification.found(now, look) {
                    self.rooms.forgive();
                }
            }
            Ok(Some(history)) => {
                self.verification.found(now, look);
                let recovery = self.health.agreed(history);
                self.recovered(now, recovery);
            }
            Err(error) => {
                tracing::debug!(%error, "it is not known whether the log has what it had");
                self.verification.failed(now);
            }
        }
    }

    fn checked(&mut self, now: Instant, found: LogIdentity) {
        let recovery = self.health.checked(found);
        self.writer.relieve(now);
        self.recovered(now, recovery);
    }

    /// Tells what has changed, and begins anew in a log that took the place of another.
    fn recovered(&mut self, now: Instant, recovery: Recovery) {
        let LogIdentity { history, secrets } = self.health.identity();
        if recovery.secrets {
            self.reports.push_back(BackplaneReport::Secrets(*secrets));
        }
        if recovery.up {
            self.reports.push_back(BackplaneReport::Up(history.epoch));
        }
        if recovery.another {
            self.settings.doubt_all();
            self.names.doubt_all();
            (self.marks, self.era) = (LogMarks::default(), self.era.wrapping_add(1));
            let Cluster { jetstream, subjects, .. } = &self.questions.cluster;
            for room in self.rooms.names() {
                self.rooms.follow_anew(now, &jetstream.client, &room, subjects.live(&room));
                self.rooms
                    .begin_behind(&room, history.behind.get(usize::from(subjects.shard(&room))).copied());
            }
        }
    }

    fn check_failed(&mut self, now: Instant, error: &NatsError) {
        tracing::debug!(%error, "the log of the rooms cannot be used");
        let cause = self.health.check_failed(now, error);
        self.reports.extend(cause.map(BackplaneReport::Down));
    }
}
