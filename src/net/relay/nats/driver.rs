//! The task between a relay and its cluster: takes requests, asks the servers, reports.
//!
//! It waits for nobody but the relay, which takes reports for as long as it lives: every question to the servers is a task of
//! its own, whose answer comes back here. While the log cannot be written nothing is taken; what was taken before is tried
//! for as long as whoever said it waits.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use async_nats::Subscriber;
use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::epoch::LogHistory;
use super::error::NatsError;
use super::health::{Health, LogIdentity, Recovery};
use super::jetstream::{ApiError, AppendAck, codes};
use super::link::{LinkEvent, LinkEvents};
use super::marks::{LogMarks, Verification};
use super::page::LogPage;
use super::questions::{Cluster, Questions, ServerAnswer};
use super::rooms::{ClusterRooms, FollowId, HeardLive};
use super::writer::LogWriter;
use crate::model::room_log::{
    BackplaneRefusal, BackplaneReport, BackplaneRequest, DownCause, LogRecord, Place, PlacedRecord, Ticket,
};
use crate::net::clock;

/// How often it is looked what is due.
const TICK: Duration = Duration::from_millis(100);
/// How long what a relay has said last may take, once it has ended.
const FAREWELL: Duration = Duration::from_secs(2);

type Report = BackplaneReport<'static>;

pub(super) struct ClusterDriver {
    questions: Questions,
    health: Health,
    writer: LogWriter,
    rooms: ClusterRooms,
    marks: LogMarks,
    verification: Verification,
    /// Counts the logs that took the place of another.
    era: u64,
    reports: VecDeque<Report>,
}

/// What comes in, and where reports go.
pub(super) struct DriverPort {
    pub(super) requests: mpsc::Receiver<BackplaneRequest<'static>>,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) events: LinkEvents,
    pub(super) heard: mpsc::Receiver<HeardLive>,
    /// Another relay has found that the log has another number.
    pub(super) news: Subscriber,
}

impl ClusterDriver {
    pub(super) fn new(cluster: Cluster, rooms: ClusterRooms, identity: LogIdentity) -> Self {
        let now = clock::now();
        Self {
            writer: LogWriter::new(now.wall, cluster.subjects.clone()),
            questions: Questions::new(cluster),
            reports: VecDeque::from([BackplaneReport::Up(identity.history.epoch)]),
            health: Health::new(now.mono, identity),
            rooms,
            marks: LogMarks::default(),
            verification: Verification::default(),
            era: 0,
        }
    }

    pub(super) async fn run(mut self, mut port: DriverPort) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.tell(&port.reports).await;
            // All of these can be given up at any time: each takes its item only in the poll that returns it.
            tokio::select! {
                request = port.requests.recv() => match request {
                    Some(request) => self.carry_out(request),
                    None => break,
                },
                Some(event) = port.events.next() => self.link_event(event),
                Some(heard) = port.heard.recv() => self.hear(heard),
                Some(_) = port.news.next() => self.questions.identity(self.health.epochs()),
                Some(answer) = self.questions.answer() => self.settle(answer),
                _ = ticks.tick() => self.tick(),
            }
            self.send();
        }
        // What was said is still stored; nobody asks what became of it.
        let farewell = async {
            while !self.writer.is_empty() {
                tokio::select! {
                    Some(answer) = self.questions.answer() => self.settle(answer),
                    _ = ticks.tick() => {}
                }
                self.send();
            }
        };
        let _stored: Result<(), _> = tokio::time::timeout(FAREWELL, farewell).await;
    }

    /// Where nobody listens any more, what was asked for is still done.
    async fn tell(&mut self, reports: &mpsc::Sender<Report>) {
        while let Some(report) = self.reports.pop_front() {
            let _heard = reports.send(report).await.is_ok();
        }
    }

    // What the relay asks for.

    fn carry_out(&mut self, request: BackplaneRequest<'static>) {
        match request {
            BackplaneRequest::Follow { room } => self.follow(&room),
            BackplaneRequest::Unfollow { room } => self.rooms.unfollow(&room),
            // Each relay has its own orders as yet.
            BackplaneRequest::Set { .. } => {}
            BackplaneRequest::Append { ticket, room, record } => self.append(ticket, &room, &record),
            BackplaneRequest::Page { ticket, room, start, limit } => {
                let known = self.rooms.covered(&room);
                self.questions.page(ticket, &room, start, limit, known);
            }
        }
    }

    fn follow(&mut self, room: &str) {
        let Cluster { jetstream, subjects, .. } = &self.questions.cluster;
        self.rooms.follow(clock::now().mono, &jetstream.client, room, subjects.live(room));
    }

    fn append(&mut self, ticket: Ticket, room: &str, record: &LogRecord<'_>) {
        let taken = if self.health.is_down() {
            Err(BackplaneRefusal::Down)
        } else {
            self.writer.add(clock::now().mono, ticket, room, record)
        };
        if let Err(why) = taken {
            self.reports.push_back(BackplaneReport::Refused { ticket, why });
        }
    }

    /// Sends what may be sent now.
    fn send(&mut self) {
        if !self.health.is_connected() {
            return;
        }
        let now = clock::now().mono;
        if let Some(look) = self.verification.begin(now) {
            self.questions.verify(look, self.marks.clone(), self.health.epochs());
        }
        // What is appended to a log that went back is not shown to who knows more of it.
        if self.verification.doubted_since().is_some() {
            return;
        }
        while let Some((shard, attempt)) = self.writer.next(now) {
            self.questions.append(shard, attempt);
        }
    }

    // What the servers say.

    fn hear(&mut self, heard: HeardLive) {
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

    fn shard(&self, room: &str) -> u16 {
        self.questions.cluster.subjects.shard(room)
    }

    fn report_entries(&mut self, room: &str, told: Vec<PlacedRecord<'static>>) {
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

    fn settle(&mut self, answer: ServerAnswer) {
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
            ServerAnswer::Tails { era, tails } => {
                for (room, place) in if era == self.era { tails } else { Vec::new() } {
                    self.marks.note(self.shard(&room), place);
                    self.rooms.announce(&room, place);
                    self.ask_for(now, &room);
                }
            }
            ServerAnswer::Page { ticket, result } => self.reports.push_back(match result {
                Ok(LogPage { records, more }) => BackplaneReport::Page { ticket, records, more },
                Err(_) => BackplaneReport::Refused { ticket, why: BackplaneRefusal::Down },
            }),
            ServerAnswer::Check(Ok(found)) => self.checked(now, found),
            ServerAnswer::Check(Err(error)) => self.check_failed(now, &error),
            ServerAnswer::Verify { look, result } => self.verified(now, look, result),
            ServerAnswer::Identity(Ok(found)) => {
                let recovery = self.health.learn(found);
                self.recovered(now, recovery);
            }
            ServerAnswer::Identity(Err(error)) => tracing::debug!(%error, "the secrets cannot be read"),
            ServerAnswer::Left => {}
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
                let Some(stored) = self.writer.stored(shard, ticket) else { return };
                // One that an earlier attempt of ours stored is reported like any other.
                let again = duplicate && stored.attempts == 1;
                self.reports.push_back(BackplaneReport::Appended { ticket, place, again });
                self.rooms.expect(now, &stored.room, place);
                self.marks.note(shard, place);
            }
            Err(ApiError::Refused { code: codes::TOO_LARGE, .. }) => {
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

    // How it stands with them.

    fn link_event(&mut self, event: LinkEvent) {
        let now = clock::now().mono;
        match event {
            LinkEvent::Up => self.connected(now),
            LinkEvent::Down => self.health.disconnected(now),
            LinkEvent::LameDuck => self.questions.leave(),
            LinkEvent::Overrun => self.rooms.check_all(now),
            LinkEvent::Denied(reason) => {
                tracing::debug!(reason, "the servers do not permit it");
                self.set_down(now, DownCause::Denied);
            }
        }
    }

    fn connected(&mut self, now: Instant) {
        self.health.connected();
        self.writer.restart(now);
        self.rooms.check_all(now);
        self.verification.doubt(now);
        self.check(now);
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

    /// Looks whether the log is the same, and can be written.
    fn check(&mut self, now: Instant) {
        if self.health.begin_check(now) {
            self.questions.check(self.health.epochs());
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

    fn set_down(&mut self, now: Instant, cause: DownCause) {
        let cause = self.health.set_down(now, cause);
        self.reports.extend(cause.map(BackplaneReport::Down));
    }

    /// What is due.
    fn tick(&mut self) {
        let now = clock::now().mono;
        let (refused, why) = (self.writer.expire(now), BackplaneRefusal::Down);
        let refused = refused.into_iter().map(|ticket| BackplaneReport::Refused { ticket, why });
        self.reports.extend(refused);
        let stalled = [self.writer.stalled_since(), self.verification.doubted_since()];
        let stalled = stalled.into_iter().flatten().min();
        let overdue = self.health.overdue(now, stalled);
        self.reports.extend(overdue.map(BackplaneReport::Down));
        if self.health.is_check_due(now) {
            self.check(now);
        }
        if self.health.is_connected() {
            for (id, need) in self.rooms.needs(now) {
                self.questions.ask_for(id, need);
            }
            let unchecked = self.rooms.unchecked(now);
            self.questions.tails(self.era, &unchecked);
        }
        if self.health.are_secrets_due(now) {
            self.questions.identity(self.health.epochs());
        }
    }
}
