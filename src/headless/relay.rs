//! `udpqq relay`: the relay in the foreground, a line on stdout for each thing that happens, for people and for systemd.
//!
//! Unlike the other commands it has something to do when it is told to end: its members are told.

use std::time::Duration;

use super::output::Console;
use super::service::{self, ServiceState};
use super::signals::StopSignals;
use super::{Exit, HeadlessOptions};
use crate::model::Phrase;
use crate::runtime::history::rfc3339;
use crate::runtime::relay::{RelayArgs, RelayNotice, RelayServer, RunningRelay, SCHEME, open};

/// Time for the last words and the last lines; the relay itself takes two seconds at the most.
const FAREWELL: Duration = Duration::from_secs(4);

pub(super) async fn run(
    setup: &HeadlessOptions,
    wanted: RelayArgs,
    signals: &mut StopSignals,
    output: &mut Console,
) -> Exit {
    let RunningRelay { mut server, config, told, log: rooms, operators: _operators } =
        match open(wanted).await {
            Ok(running) => running,
            Err(why) => {
                output.tell(&why);
                return Exit::Failed;
            }
        };
    output.speak(setup, config.language.as_deref());
    for warning in &told {
        output.tell(warning);
    }
    announce(&server, output);
    if let Some(rooms) = &rooms {
        output.tell(&rooms.phrase());
    }
    service::tell(ServiceState::Ready, output);
    let mut log = Log { closed: false };
    let asked = log.until_asked(&mut server, signals, output).await;
    let Some(asked) = asked else {
        output.tell(&Phrase::new("headless-broken"));
        return Exit::Failed;
    };
    service::tell(ServiceState::Stopping, output);
    server.stop();
    let ending = async {
        log.until_end(&mut server, output).await;
        if let Some(rooms) = rooms {
            rooms.finish().await;
        }
        output.finish().await
    };
    tokio::select! {
        biased;
        // Twice is an order to end now.
        again = signals.next() => again,
        // Without an end in time nobody reads the log; what else is wrong with it was told when it was found.
        // And to end in order is what a service is asked for, not a failure.
        _in_time_or_not = tokio::time::timeout(FAREWELL, ending) => {
            if asked == Exit::Terminated { Exit::Done } else { asked }
        }
    }
}

fn announce(server: &RelayServer, output: &Console) {
    let address = server.address.to_string();
    output.tell(&Phrase::new("headless-listening").text("scheme", SCHEME).text("address", address));
    if let Some(address) = server.metrics {
        output.tell(&Phrase::new("relay-metrics").text("address", address.to_string()));
    }
}

/// The lines on stdout.
struct Log {
    /// They cannot be written any more.
    closed: bool,
}

impl Log {
    /// Until a signal says to end; `None` when the relay ended by itself.
    async fn until_asked(
        &mut self,
        server: &mut RelayServer,
        signals: &mut StopSignals,
        output: &Console,
    ) -> Option<Exit> {
        loop {
            let notice = tokio::select! {
                biased;
                exit = signals.next() => return Some(exit),
                notice = server.next() => notice?,
            };
            // A reader that has stopped reading must not keep the signals waiting.
            tokio::select! {
                biased;
                exit = signals.next() => return Some(exit),
                () = self.write(&notice, output) => {}
            }
        }
    }

    async fn until_end(&mut self, server: &mut RelayServer, output: &Console) {
        while let Some(notice) = server.next().await {
            self.write(&notice, output).await;
        }
    }

    async fn write(&mut self, notice: &RelayNotice, output: &Console) {
        if self.closed {
            return;
        }
        let time = rfc3339(&output.local(notice.time));
        let line = format!("{time} {}", output.lang().phrase(&notice.phrase()));
        if output.line(line).await.is_err() {
            // Its members need it more than a log does.
            self.closed = true;
            output.tell(&Phrase::new("relay-no-log"));
        }
    }
}
