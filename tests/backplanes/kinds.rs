//! The backplanes, and how each is begun again with what it has.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tempfile::TempDir;
use tokio::sync::mpsc;
use udpqq::model::room_log::{BackplaneReport, LogSecret, LogSecrets};
use udpqq::model::{RoomRetention, WallTime};
use udpqq::net::relay::BackplanePort;
use udpqq::store::{RoomLog, RoomLogThread};

use crate::relay::Relay;
use crate::test_log::{EPOCH, TestLog};

/// Requests and reports on their way.
const MAX_WAITING: usize = 256;

const SECRETS: LogSecrets = LogSecrets::first(LogSecret::new([1; 16]));

pub(crate) enum LogKind {
    Memory(Arc<Mutex<TestLog>>),
    Sqlite(TempDir),
    #[cfg(feature = "nats")]
    Nats(crate::nats_servers::NatsCluster),
}

impl LogKind {
    pub(crate) fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// `None`: there are no servers.
    #[cfg(feature = "nats")]
    pub(crate) fn nats() -> Option<Self> {
        crate::nats_servers::NatsCluster::start(1).map(Self::Nats)
    }

    /// A relay with that log. Of a file there is one at a time.
    pub(crate) async fn open(&self) -> Relay {
        match self {
            Self::Memory(log) => {
                let (port, thread) = memory(log);
                let end = async {
                    tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
                };
                Relay::new(port, Box::pin(end)).await
            }
            Self::Sqlite(folder) => {
                let (port, thread) = sqlite(folder);
                let end = async {
                    tokio::task::spawn_blocking(|| thread.join()).await.unwrap();
                };
                Relay::new(port, Box::pin(end)).await
            }
            #[cfg(feature = "nats")]
            Self::Nats(servers) => {
                let (backplane, port) = nats(servers).await;
                Relay::new(port, Box::pin(backplane.join())).await
            }
        }
    }
}

fn memory(log: &Arc<Mutex<TestLog>>) -> (BackplanePort, JoinHandle<()>) {
    let (requests, mut asked) = mpsc::channel(MAX_WAITING);
    let (report, reports) = mpsc::channel(MAX_WAITING);
    log.lock().unwrap().disconnect();
    let log = Arc::clone(log);
    let thread = std::thread::spawn(move || {
        let _heard = report.blocking_send(BackplaneReport::Up(EPOCH));
        for (key, value) in log.lock().unwrap().settings.clone() {
            let _heard =
                report.blocking_send(BackplaneReport::Setting { key: key.into(), value: value.into() });
        }
        while let Some(request) = asked.blocking_recv() {
            let answers = log.lock().unwrap().answer(request);
            for answer in answers {
                let _heard = report.blocking_send(answer);
            }
        }
    });
    (BackplanePort { epoch: EPOCH, secrets: SECRETS, is_shared: false, requests, reports }, thread)
}

fn sqlite(folder: &TempDir) -> (BackplanePort, RoomLogThread) {
    let private = |path: &std::path::Path| std::fs::File::create_new(path).map(drop);
    let mut log = RoomLog::open(folder.path(), private, RoomRetention::default()).unwrap();
    let (epoch, secrets) = (log.epoch(), log.secrets(WallTime(1)).unwrap());
    let (requests, asked) = mpsc::channel(MAX_WAITING);
    let (report, reports) = mpsc::channel(MAX_WAITING);
    let thread = RoomLogThread::start(log, || WallTime(1), asked, report).unwrap();
    (BackplanePort { epoch, secrets, is_shared: false, requests, reports }, thread)
}

#[cfg(feature = "nats")]
async fn nats(
    servers: &crate::nats_servers::NatsCluster,
) -> (udpqq::net::relay::nats::NatsBackplane, BackplanePort) {
    use udpqq::net::relay::nats::{NatsBackplane, NatsLog, NatsServers, NatsSetup};

    let servers = NatsServers { addresses: servers.addresses(0), ..NatsServers::default() };
    let setup = NatsSetup { servers, prefix: "battery".to_owned(), shards: 1, log: NatsLog::default() };
    NatsBackplane::open(&setup).await.unwrap()
}
