//! What says to a sender that its sealed message was opened, said again until it is heard.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::model::Now;

/// As the official client does it.
const PAUSE: Duration = Duration::from_millis(750);
const MAX_SENDS: u8 = 12;
/// Sealed messages opened within nine seconds. A person opens one after the other.
const MAX_NOTICES: usize = 64;

#[derive(Debug)]
struct Notice {
    to: SocketAddr,
    number: u32,
    bytes: Arc<[u8]>,
    sends: u8,
    due: Instant,
}

#[derive(Debug, Default)]
pub(super) struct Notices {
    table: Vec<Notice>,
}

impl Notices {
    /// Repeats one that was just sent.
    pub(super) fn keep(&mut self, now: Now, to: SocketAddr, number: u32, bytes: Arc<[u8]>) {
        if self.table.len() < MAX_NOTICES {
            self.table.push(Notice { to, number, bytes, sends: 1, due: now.after(PAUSE).mono });
        }
    }

    /// The other side has it.
    pub(super) fn heard(&mut self, from: SocketAddr, number: u32) {
        self.table.retain(|notice| (notice.to, notice.number) != (from, number));
    }

    /// Those that are to be sent again now.
    pub(super) fn due(&mut self, now: Now) -> Vec<(SocketAddr, Arc<[u8]>)> {
        let mut due = Vec::new();
        for notice in self.table.iter_mut().filter(|notice| notice.due <= now.mono) {
            notice.sends = notice.sends.saturating_add(1);
            notice.due = now.after(PAUSE).mono;
            due.push((notice.to, Arc::clone(&notice.bytes)));
        }
        self.table.retain(|notice| notice.sends < MAX_SENDS);
        due
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.table.iter().map(|notice| notice.due).min()
    }
}
