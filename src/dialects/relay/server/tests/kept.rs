//! A relay with a log behind it, and what both say to each other.

use super::*;
use crate::dialects::relay::frame::MemberToken;
use crate::dialects::relay::test_log::{EPOCH, SECRETS, TestLog};
use crate::model::room_log::{BackplaneReport, BackplaneRequest, LogSecrets};

/// A relay and its log, which answers when it is told to.
pub(super) struct Kept {
    pub(super) bench: Bench,
    pub(super) log: TestLog,
    pub(super) started: u8,
}

impl Kept {
    pub(super) fn new() -> Self {
        Self::started(1)
    }

    /// Chance is another each time.
    pub(super) fn started(started: u8) -> Self {
        let options = RelayOptions { log: Some(EPOCH), ..RelayOptions::default() };
        let mut kept =
            Self { bench: Bench::seeded([started; 16], options), log: TestLog::default(), started };
        kept.turn(SECRETS);
        kept
    }

    /// The log answers all that it was asked.
    pub(super) fn answer(&mut self) -> Vec<Sent> {
        let mut sent = self.bench.flush();
        loop {
            let requests = self.take_requests();
            if requests.is_empty() {
                return sent;
            }
            for request in requests {
                self.answer_one(request);
            }
            sent.extend(self.bench.flush());
        }
    }

    pub(super) fn answer_one(&mut self, request: BackplaneRequest<'static>) {
        for report in self.log.answer(request) {
            self.bench.relay.report(self.bench.now, report);
        }
    }

    pub(super) fn take_requests(&mut self) -> Vec<BackplaneRequest<'static>> {
        std::iter::from_fn(|| self.bench.relay.take_request()).collect()
    }

    /// A datagram, and what is sent when the log has answered.
    pub(super) fn hear(&mut self, from: SocketAddr, bytes: impl AsRef<[u8]>) -> Vec<Sent> {
        self.bench.handle(from, bytes);
        self.answer()
    }

    pub(super) fn framed(&mut self, number: u16, name: &str) -> Client {
        // One address is answered once a second.
        self.bench.seconds(2);
        let mut client = Client::new(at(number), u64::from(number) + 1_000, name, "class");
        let cookie = self.bench.cookie(client.address);
        let sent = self.hear(client.address, client.join(cookie));
        client.take_all(&sent);
        assert_ne!(client.token, MemberToken::NONE, "{sent:?}");
        client
    }

    pub(super) fn turn(&mut self, secrets: LogSecrets) {
        self.bench.relay.report(self.bench.now, BackplaneReport::Secrets(secrets));
    }

    /// Somebody joins with an id and a token.
    pub(super) fn claim(&mut self, number: u16, id: u64, token: MemberToken) -> Client {
        self.bench.seconds(2);
        let mut client = Client::new(at(number), id, "claims", "class");
        client.token = token;
        let cookie = self.bench.cookie(client.address);
        client.take_all(&self.hear(client.address, client.join(cookie)));
        client
    }

    /// The relay ends; another one begins with the same log.
    pub(super) fn restart(&mut self) {
        let log = std::mem::take(&mut self.log);
        let started = self.started + 1;
        *self = Self { log, ..Self::started(started) };
        self.log.disconnect();
    }
}
