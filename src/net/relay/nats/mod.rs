//! The log of the rooms at servers of NATS (`JetStream`), which several relays share.
//!
//! A message is appended to the stream of its room's shard, and has its place as soon as a majority of the servers has it.
//! The stream sends what it has stored to whoever listens, with the place of the message before in the same room: that is
//! how relays hear of it, how they notice that one got lost, and why all have the same order. There is nothing at the
//! servers for a relay but what it listens to. See [`crate::model::room_log`] for what is asked and answered.

mod append;
mod archive;
mod buckets;
mod checkup;
mod connect;
mod driver;
mod epoch;
mod error;
mod fill;
mod follow;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod health;
mod jetstream;
mod link;
mod marks;
mod name_bucket;
mod names;
mod outlet;
mod page;
mod permissions;
mod presence;
mod questions;
mod record;
mod removals;
mod rooms;
mod secrets;
mod settings;
mod setup;
mod subjects;
mod writer;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::BackplanePort;
use crate::model::MAX_SHARDS;
pub use archive::{ArchiveInput, ArchiveNotice, ArchivePort, ArchiveRequest, NatsArchive};
pub use checkup::{AppendFacts, ClusterCheckup, ServerCheckup, ServerFacts, ShardFacts, ask_servers};
pub use connect::NatsServers;
use connect::{NatsLink, connect, denied};
use driver::{ClusterDriver, DriverPort};
pub use error::NatsError;
use jetstream::JetStream;
pub use permissions::NatsPermissions;
use questions::Cluster;
use rooms::ClusterRooms;
pub use setup::NatsLog;
use subjects::{Subjects, is_prefix};

/// Requests and reports on their way.
const MAX_REQUESTS: usize = 1_024;
const MAX_REPORTS: usize = 1_024;

/// Which cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatsSetup {
    pub servers: NatsServers,
    /// Before all names; clusters with another one know nothing of each other.
    pub prefix: String,
    /// Streams that share the rooms.
    pub shards: u16,
    pub log: NatsLog,
}

/// A relay's part in a cluster. Dropping it ends it.
#[derive(Debug)]
pub struct NatsBackplane {
    tasks: JoinSet<()>,
}

impl NatsBackplane {
    /// Connects, makes or compares the streams, and begins. Must be called inside a tokio runtime with I/O and time.
    pub async fn open(setup: &NatsSetup) -> Result<(Self, BackplanePort), NatsError> {
        if !is_prefix(&setup.prefix) {
            return Err(NatsError::Prefix(setup.prefix.clone()));
        }
        let subjects = Subjects::new(setup.prefix.clone(), setup.shards.clamp(1, MAX_SHARDS));
        let NatsLink { client, mut events } = connect(&setup.servers, subjects.inbox()).await?;
        let cluster = Cluster {
            jetstream: JetStream { client },
            subjects,
            log: setup.log.clone(),
            servers: setup.servers.addresses.len(),
        };
        // Before the rest: whether it is permitted is known by then.
        let news = cluster.jetstream.client.subscribe(cluster.subjects.all_news()).await;
        let news = news.map_err(|_gone| NatsError::NoLeader)?;
        // Empty: nobody minds.
        let announced = cluster.jetstream.client.publish(cluster.subjects.relay_news(0), "".into()).await;
        announced.map_err(|_gone| NatsError::NoLeader)?;
        // What is not permitted gets no answer.
        let identity = tokio::select! {
            identity = cluster.check(&[]) => identity?,
            error = denied(&mut events) => return Err(error),
        };

        let (rooms, heard) = ClusterRooms::new();
        let (requests, asked) = mpsc::channel(MAX_REQUESTS);
        let (reports, told) = mpsc::channel(MAX_REPORTS);
        let (epoch, secrets) = (identity.history.epoch, identity.secrets);
        let driver = ClusterDriver::new(cluster, rooms, identity, setup::random()?);
        let mut tasks = JoinSet::new();
        tasks.spawn(driver.run(DriverPort { requests: asked, reports, events, heard, news }));
        Ok((Self { tasks }, BackplanePort { epoch, secrets, is_shared: true, requests, reports: told }))
    }

    /// Waits until what was asked for is done. The channel of requests has to be closed.
    pub async fn join(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}
