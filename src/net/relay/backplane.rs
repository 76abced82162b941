//! The way to a log of the rooms that somebody else keeps: requests go there, reports come back.

use tokio::sync::mpsc;

use crate::dialects::relay::server::Relay;
use crate::model::Now;
use crate::model::room_log::{BackplaneReport, BackplaneRequest, DownCause, LogEpoch, LogSecrets};

/// Reports taken before what they cause is sent: those that wait together share datagrams.
const MAX_BATCH: usize = 256;

/// Both ends are bounded by whoever keeps the log.
#[derive(Debug)]
pub struct BackplanePort {
    pub epoch: LogEpoch,
    /// As the log has them now.
    pub secrets: LogSecrets,
    /// Other relays may have the log as well.
    pub is_shared: bool,
    pub requests: mpsc::Sender<BackplaneRequest<'static>>,
    pub reports: mpsc::Receiver<BackplaneReport<'static>>,
}

impl BackplanePort {
    /// The next report. Cancel-safe. Never where there is no log, or none any more.
    pub(super) async fn next(port: &mut Option<Self>) -> BackplaneReport<'static> {
        let Some(open) = port else { return std::future::pending().await };
        if let Some(report) = open.reports.recv().await {
            return report;
        }
        *port = None;
        BackplaneReport::Down(DownCause::Broken)
    }

    /// Gives the relay what has been reported.
    pub(super) fn take(&mut self, relay: &mut Relay, now: Now) {
        for _ in 0..MAX_BATCH {
            let Ok(report) = self.reports.try_recv() else { return };
            relay.report(now, report);
        }
    }

    /// Asks for what the relay wants; what finds no room waits in the relay.
    pub(super) fn ask(&self, relay: &mut Relay) {
        while let Ok(room) = self.requests.try_reserve() {
            let Some(request) = relay.take_request() else { return };
            room.send(request);
        }
    }
}
