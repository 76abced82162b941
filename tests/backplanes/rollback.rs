//! Servers that lose power together, and with it what they had said to have: all relays notice, agree on another log, and
//! show what is said next.

use std::borrow::Cow;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::timeout;
use udpqq::model::room_log::{BackplaneReport, BackplaneRequest, LogEpoch, Ticket};
use udpqq::net::relay::BackplanePort;
use udpqq::net::relay::nats::{NatsBackplane, NatsLog, NatsServers, NatsSetup};

use crate::failures::alone;
use crate::nats_servers::NatsCluster;
use crate::relay::{record, text};

/// How long servers have to find each other, and relays to find them.
const PATIENCE: Duration = Duration::from_mins(1);
const ROOM: &str = "a";

/// A relay with one room.
struct RoomListener {
    port: BackplanePort,
    _backplane: NatsBackplane,
    epoch: LogEpoch,
    heard: Vec<String>,
    /// Tickets that were answered, and whether the log has it.
    answered: Vec<(Ticket, bool)>,
    tickets: u64,
}

impl RoomListener {
    async fn open(servers: &NatsCluster, first: usize) -> Self {
        let servers = NatsServers { addresses: servers.addresses(first), ..NatsServers::default() };
        let setup = NatsSetup { servers, prefix: "power".to_owned(), shards: 1, log: NatsLog::default() };
        let (backplane, port) = NatsBackplane::open(&setup).await.unwrap();
        let epoch = port.epoch;
        let follow = BackplaneRequest::Follow { room: Cow::Borrowed(ROOM) };
        let mut relay =
            Self { port, _backplane: backplane, epoch, heard: Vec::new(), answered: Vec::new(), tickets: 0 };
        relay.port.requests.send(follow).await.unwrap();
        while !matches!(relay.next().await, BackplaneReport::Following { .. }) {}
        relay
    }

    async fn next(&mut self) -> BackplaneReport<'static> {
        let report = timeout(PATIENCE, self.port.reports.recv()).await;
        let report = report.unwrap_or_else(|_| panic!("nothing after {:?}", self.heard)).unwrap();
        match &report {
            BackplaneReport::Up(epoch) => self.epoch = *epoch,
            BackplaneReport::Entry { placed, .. } => self.heard.push(text(placed)),
            BackplaneReport::Appended { ticket, .. } => self.answered.push((*ticket, true)),
            BackplaneReport::Refused { ticket, .. } => self.answered.push((*ticket, false)),
            _ => {}
        }
        report
    }

    /// Says it until the log has it, as members do.
    async fn say(&mut self, number: u32, said: &str) {
        loop {
            self.tickets += 1;
            let (ticket, room) = (Ticket(self.tickets), Cow::Borrowed(ROOM));
            let request = BackplaneRequest::Append { ticket, room, record: record(1, number, said) };
            self.port.requests.send(request).await.unwrap();
            let is_stored = loop {
                if let Some((_, is_stored)) = self.answered.iter().find(|(other, _)| *other == ticket) {
                    break *is_stored;
                }
                self.next().await;
            };
            if is_stored {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Until a message has come: how often it has.
    async fn hear(&mut self, wanted: &str) -> usize {
        while !self.heard.iter().any(|heard| heard == wanted) {
            self.next().await;
        }
        self.heard.iter().filter(|heard| *heard == wanted).count()
    }

    async fn has_epoch(&mut self, wanted: impl Fn(LogEpoch) -> bool) -> LogEpoch {
        while !wanted(self.epoch) {
            self.next().await;
        }
        self.epoch
    }
}

struct Pair {
    servers: NatsCluster,
    relays: [RoomListener; 2],
    number: u32,
}

impl Pair {
    /// Two relays, which know some messages, and what the servers had on their disks by then.
    async fn begin(servers: usize) -> Option<(Self, TempDir)> {
        let servers = NatsCluster::start(servers)?;
        let relays = [RoomListener::open(&servers, 0).await, RoomListener::open(&servers, 1).await];
        let mut pair = Self { servers, relays, number: 0 };
        pair.say_and_hear(3, "kept").await;
        let copy = pair.servers.kill_and_copy();
        pair.servers.start_all();
        Some((pair, copy))
    }

    async fn say_and_hear(&mut self, count: u32, what: &str) {
        for _ in 0..count {
            self.number += 1;
            let said = format!("{what} {}", self.number);
            self.relays[0].say(self.number, &said).await;
            for relay in &mut self.relays {
                assert_eq!(relay.hear(&said).await, 1, "{said}");
            }
        }
    }

    /// Both have the same log, which is none of these.
    async fn agree(&mut self, before: &[LogEpoch]) -> LogEpoch {
        let is_new = |epoch| !before.contains(&epoch);
        let one = self.relays[0].has_epoch(is_new).await;
        assert_eq!(self.relays[1].has_epoch(is_new).await, one);
        one
    }
}

#[test]
fn what_is_said_after_a_power_cut_is_seen_and_all_relays_agree_on_another_log() {
    for count in [1, 3] {
        alone(async {
            let Some((mut pair, copy)) = Pair::begin(count).await else { return };
            let first = pair.relays[0].epoch;
            pair.say_and_hear(5, "lost").await;
            assert_eq!(pair.relays[1].epoch, first, "servers that are killed lose nothing");
            pair.servers.kill_and_restore(&copy);
            pair.servers.start_all();
            pair.say_and_hear(3, "after the first").await;
            let second = pair.agree(&[first]).await;
            // Once more, and now the number of the log goes back as well.
            pair.servers.kill_and_restore(&copy);
            pair.servers.start_all();
            pair.say_and_hear(3, "after the second").await;
            let third = pair.agree(&[first, second]).await;
            let late = RoomListener::open(&pair.servers, 0).await;
            assert_eq!(late.epoch, third);
        });
    }
}

/// A relay that knows less than the log has again notices nothing, and appends; one that knows more does.
#[test]
fn places_that_were_given_away_again_are_noticed_by_what_stands_there() {
    alone(async {
        let Some((mut pair, copy)) = Pair::begin(1).await else { return };
        let first = pair.relays[0].epoch;
        pair.say_and_hear(2, "lost").await;
        pair.servers.kill_and_restore(&copy);
        // Both are apart; somebody who knows nothing comes first, and fills the places.
        pair.servers.start_all();
        let mut third = RoomListener::open(&pair.servers, 0).await;
        for number in 1000..1010 {
            third.say(number, "of somebody else").await;
        }
        let second = pair.agree(&[first]).await;
        third.has_epoch(|epoch| epoch == second).await;
        pair.say_and_hear(1, "next").await;
        third.hear("next 6").await;
    });
}
