//! The task between a relay and its cluster: takes requests, asks the servers, reports.
//!
//! It waits for nobody but the relay, which takes reports for as long as it lives: every question to the servers is a task of
//! its own, whose answer comes back here. While the log cannot be written nothing is taken; what was taken before is tried
//! for as long as whoever said it waits.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::append::{AppendMessage, Appends};
use super::error::NatsError;
use super::health::{Health, LogIdentity};
use super::jetstream::{ApiError, AppendAck, codes};
use super::link::{LinkEvent, LinkEvents};
use super::page::LogPage;
use super::questions::{Cluster, Questions, ServerAnswer};
use super::record;
use super::rooms::{ClusterRooms, FollowId, HeardLive};
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
    /// Names messages that have no number of their own.
    run: u64,
    unnumbered: u64,
    health: Health,
    shards: Vec<Appends>,
    rooms: ClusterRooms,
    reports: VecDeque<Report>,
}

/// What comes in, and where reports go.
pub(super) struct DriverPort {
    pub(super) requests: mpsc::Receiver<BackplaneRequest<'static>>,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) events: LinkEvents,
    pub(super) heard: mpsc::Receiver<HeardLive>,
}

impl ClusterDriver {
    pub(super) fn new(cluster: Cluster, rooms: ClusterRooms, identity: LogIdentity) -> Self {
        let now = clock::now();
        Self {
            shards: (0..cluster.subjects.shards()).map(|_| Appends::default()).collect(),
            questions: Questions::new(cluster),
            // Two relays that start in the same microsecond have other members, whose ids are in the names as well.
            run: now.wall.0.cast_unsigned(),
            unnumbered: 0,
            health: Health::new(now.mono, identity),
            rooms,
            reports: VecDeque::from([BackplaneReport::Up(identity.epoch)]),
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
                Some(answer) = self.questions.answer() => self.settle(answer),
                _ = ticks.tick() => self.tick(),
            }
            self.send();
        }
        // What was said is still stored; nobody asks what became of it.
        let farewell = async {
            while self.shards.iter().any(|appends| !appends.is_empty()) {
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
        let message = AppendMessage {
            room: room.to_owned(),
            subject: self.questions.cluster.subjects.appended(room),
            name: self.name(record),
            payload: record::encode(record).into(),
        };
        let shard = usize::from(self.questions.cluster.subjects.shard(room));
        let taken = match self.shards.get_mut(shard) {
            Some(appends) if !self.health.is_down() => {
                appends.add(clock::now().mono, ticket, record.id, message)
            }
            Some(_) | None => Err(BackplaneRefusal::Down),
        };
        if let Err(why) = taken {
            self.reports.push_back(BackplaneReport::Refused { ticket, why });
        }
    }

    /// By which the servers recognise a message, whichever relay appends it.
    fn name(&mut self, record: &LogRecord<'_>) -> String {
        if record.number > 0 {
            return format!("{:x}.{}", record.id, record.number);
        }
        self.unnumbered = self.unnumbered.wrapping_add(1);
        format!("r{:x}.{:x}.{}", self.run, record.id, self.unnumbered)
    }

    /// Sends what may be sent now.
    fn send(&mut self) {
        if !self.health.is_connected() {
            return;
        }
        let now = clock::now().mono;
        for (shard, appends) in (0..).zip(&mut self.shards) {
            while let Some(attempt) = appends.next(now) {
                self.questions.append(shard, attempt);
            }
        }
    }

    // What the servers say.

    fn hear(&mut self, heard: HeardLive) {
        let (now, room) = (clock::now().mono, heard.id.room.clone());
        let told = self.rooms.hear(now, heard);
        self.report_entries(&room, told);
        self.ask_for(now, &room);
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
            ServerAnswer::Tails(tails) => {
                for (room, place) in tails {
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
            ServerAnswer::Secrets(Ok(secrets)) => {
                if self.health.has_new_secrets(secrets) {
                    self.reports.push_back(BackplaneReport::Secrets(secrets));
                }
            }
            ServerAnswer::Secrets(Err(error)) => tracing::debug!(%error, "the secrets cannot be read"),
            ServerAnswer::Left => {}
        }
    }

    fn began(&mut self, now: Instant, id: &FollowId, last: Option<Place>) {
        if !self.rooms.begin(id, last) {
            return;
        }
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
        let Some(appends) = self.shards.get_mut(usize::from(shard)) else { return };
        match result {
            Ok(AppendAck { place, duplicate }) => {
                let Some(stored) = appends.stored(ticket) else { return };
                // One that an earlier attempt of ours stored is reported like any other.
                let again = duplicate && stored.attempts == 1;
                self.reports.push_back(BackplaneReport::Appended { ticket, place, again });
                self.rooms.expect(now, &stored.room, place);
            }
            Err(ApiError::Refused { code: codes::TOO_LARGE, .. }) => {
                if appends.refuse(ticket) {
                    self.reports.push_back(BackplaneReport::Refused { ticket, why: BackplaneRefusal::Busy });
                }
            }
            Err(error) => {
                appends.failed(now, ticket, number);
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
        for appends in &mut self.shards {
            appends.restart(now);
        }
        self.rooms.check_all(now);
        self.check(now);
    }

    /// Looks whether the log is the same, and can be written.
    fn check(&mut self, now: Instant) {
        if self.health.begin_check(now) {
            self.questions.check();
        }
    }

    fn checked(&mut self, now: Instant, found: LogIdentity) {
        let recovery = self.health.checked(found);
        for appends in &mut self.shards {
            appends.relieve(now);
        }
        if recovery.secrets {
            self.reports.push_back(BackplaneReport::Secrets(found.secrets));
        }
        if recovery.up {
            self.reports.push_back(BackplaneReport::Up(found.epoch));
        }
        if recovery.another {
            for room in self.rooms.names() {
                self.follow(&room);
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
        for appends in &mut self.shards {
            let refused = appends.expire(now).into_iter();
            let why = BackplaneRefusal::Down;
            self.reports.extend(refused.map(|ticket| BackplaneReport::Refused { ticket, why }));
        }
        let stalled = self.shards.iter().filter_map(Appends::stalled_since).min();
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
            self.questions.tails(&unchecked);
        }
        if self.health.are_secrets_due(now) {
            self.questions.secrets();
        }
    }
}
