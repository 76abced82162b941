//! The task between a relay and its cluster: takes requests, asks the servers, reports.
//!
//! It waits for nobody but the relay, which takes reports for as long as it lives: every question to the servers is a task of
//! its own, whose answer comes back here. While the log cannot be written nothing is taken; what was taken before is tried
//! for as long as whoever said it waits.

mod answers;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use async_nats::Subscriber;
use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::archive::WantedPage;
use super::health::{Health, LogIdentity};
use super::link::{LinkEvent, LinkEvents};
use super::marks::{LogMarks, Verification};
use super::names::ClusterNames;
use super::outlet::NewsOutlet;
use super::presence::ClusterPresence;
use super::questions::{Cluster, Questions};
use super::removals::{ClusterRemovals, RemovedMessage};
use super::rooms::{ClusterRooms, HeardLive};
use super::settings::SettingsReplica;
use super::writer::LogWriter;
use crate::model::room_archive::ArchiveQuestion;
use crate::model::room_log::{
    BackplaneRefusal, BackplaneReport, BackplaneRequest, DownCause, LogRecord, NameClaim, RecordKind, Ticket,
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
    settings: SettingsReplica,
    names: ClusterNames,
    presence: ClusterPresence,
    removals: ClusterRemovals,
    outlet: NewsOutlet,
    reports: VecDeque<Report>,
}

/// What comes in, and where reports go.
pub(super) struct DriverPort {
    pub(super) requests: mpsc::Receiver<BackplaneRequest<'static>>,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) events: LinkEvents,
    pub(super) heard: mpsc::Receiver<HeardLive>,
    /// What relays are told besides messages.
    pub(super) news: Subscriber,
}

impl ClusterDriver {
    /// `run`: which run of a relay it is, and of no other.
    pub(super) fn new(cluster: Cluster, rooms: ClusterRooms, identity: LogIdentity, run: u64) -> Self {
        let now = clock::now();
        let subject = cluster.subjects.presence(run);
        Self {
            presence: ClusterPresence::new(now.mono, run),
            outlet: NewsOutlet::new(cluster.jetstream.client.clone(), subject),
            writer: LogWriter::new(run, cluster.subjects.clone()),
            questions: Questions::new(cluster),
            reports: VecDeque::from([BackplaneReport::Up(identity.history.epoch)]),
            names: ClusterNames::new(now.mono, run, identity.history.epoch),
            health: Health::new(now.mono, identity),
            rooms,
            marks: LogMarks::default(),
            verification: Verification::default(),
            era: 0,
            settings: SettingsReplica::new(),
            removals: ClusterRemovals::default(),
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
                Some(message) = port.news.next() => self.hear_news(&message),
                Some(answer) = self.questions.answer() => self.settle(answer),
                _ = ticks.tick() => self.tick(),
            }
            self.send();
        }
        // What was said is still stored; nobody asks what became of it.
        self.names.refuse_all();
        let farewell = async {
            while !self.is_done() {
                tokio::select! {
                    Some(answer) = self.questions.answer() => self.settle(answer),
                    _ = ticks.tick() => {}
                }
                self.send();
            }
        };
        let _stored: Result<(), _> = tokio::time::timeout(FAREWELL, farewell).await;
    }

    /// All that was asked for is at the servers.
    fn is_done(&self) -> bool {
        let (are_written, are_removed) = (self.settings.are_written(), self.removals.is_empty());
        self.writer.is_empty() && are_written && self.names.is_idle() && are_removed
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
            BackplaneRequest::Unfollow { room } => {
                self.rooms.unfollow(&room);
                self.presence.unfollow(&room);
            }
            BackplaneRequest::Presence(presence) => {
                self.presence.note_own(clock::now().mono, presence);
            }
            BackplaneRequest::Set { key, value } => self.settings.set(key.into_owned(), value.into_owned()),
            BackplaneRequest::Announce { notice } => {
                self.questions.announce(self.writer.run(), notice.into_owned());
            }
            BackplaneRequest::Append { ticket, room, record } => match record.kind {
                RecordKind::Said => self.append(ticket, &room, &record),
                RecordKind::Removed(place) => {
                    let message = RemovedMessage { room: room.into_owned(), place };
                    self.questions.find(ticket, message, record.at);
                }
            },
            BackplaneRequest::Claim { ticket, claim } => self.claim(ticket, claim),
            BackplaneRequest::Release { name, id } => self.names.release(name.into_owned(), id),
            BackplaneRequest::Search { ticket, room, words, limit } => {
                self.questions.search(ticket, ArchiveQuestion::Search { room, words, limit });
            }
            BackplaneRequest::Page { ticket, room, start, limit } => {
                let epoch = self.health.identity().history.epoch;
                self.read_page(ticket, WantedPage { epoch, room: room.into_owned(), start, limit });
            }
        }
    }

    fn read_page(&mut self, ticket: Ticket, wanted: WantedPage) {
        let known = self.rooms.covered(&wanted.room);
        self.questions.page(ticket, wanted, known);
    }

    fn claim(&mut self, ticket: Ticket, claim: NameClaim<'static>) {
        self.names.claim(clock::now().mono, ticket, claim);
        if self.health.is_apart() {
            self.names.refuse_all();
        }
    }

    fn follow(&mut self, room: &str) {
        self.presence.follow(room);
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
            self.removals.refused(ticket);
            self.reports.push_back(BackplaneReport::Refused { ticket, why });
        }
    }

    /// Sends what may be sent now.
    fn send(&mut self) {
        self.report_members();
        if !self.health.is_connected() {
            return;
        }
        let now = clock::now().mono;
        while let Some(question) = self.names.next(now) {
            self.questions.ask_name(question);
        }
        self.report_members();
        while let Some(write) = self.settings.next_write(now) {
            self.questions.write_setting(write);
        }
        for (bucket, after) in self.settings.due(now) {
            self.questions.read_settings(bucket, after);
        }
        while let Some(message) = self.removals.next(now) {
            self.questions.remove(message);
        }
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

    /// What has become known of members here and at other relays.
    fn report_members(&mut self) {
        self.reports.extend(std::iter::from_fn(|| self.names.take_report()));
        let told = std::iter::from_fn(|| self.presence.take_report());
        self.reports.extend(told.map(BackplaneReport::Presence));
        while let Some(message) = self.presence.take_message() {
            self.outlet.send(message);
        }
    }

    // How it stands with the servers.

    fn link_event(&mut self, event: LinkEvent) {
        let now = clock::now().mono;
        match event {
            LinkEvent::Up => self.connected(now),
            LinkEvent::Down => self.health.disconnected(now),
            LinkEvent::LameDuck => self.questions.leave(),
            LinkEvent::Overrun => {
                self.rooms.check_all(now);
                self.settings.check_all();
                self.names.doubt_all();
            }
            LinkEvent::Denied(reason) if self.questions.is_archive_denied(&reason) => {
                tracing::warn!(reason, "no archive can be asked");
            }
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
        self.settings.doubt_all();
        self.names.connected(now);
        self.verification.doubt(now);
        self.check(now);
    }

    /// Looks whether the log is the same, and can be written.
    fn check(&mut self, now: Instant) {
        if self.health.begin_check(now) {
            self.questions.check(self.health.epochs());
        }
    }

    fn set_down(&mut self, now: Instant, cause: DownCause) {
        let cause = self.health.set_down(now, cause);
        self.reports.extend(cause.map(BackplaneReport::Down));
    }

    /// What is due.
    fn tick(&mut self) {
        let now = clock::now().mono;
        let (refused, why) = (self.writer.expire(now), BackplaneRefusal::Down);
        for ticket in refused {
            self.removals.refused(ticket);
            self.reports.push_back(BackplaneReport::Refused { ticket, why });
        }
        let stalled = [self.writer.stalled_since(), self.verification.doubted_since()];
        let stalled = stalled.into_iter().flatten().min();
        let overdue = self.health.overdue(now, stalled);
        self.reports.extend(overdue.map(BackplaneReport::Down));
        self.names.expire(now);
        let is_connected = self.health.is_connected();
        self.presence.tick(now, |run| is_connected && self.names.is_dead(now, run));
        if self.health.is_apart() {
            self.names.refuse_all();
        }
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
