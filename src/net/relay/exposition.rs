//! The figures of a relay in the Prometheus text format, version 0.0.4.
//!
//! The words of the `HELP` lines are for tools, as the names are: one language, part of the format. No name of a
//! member or a room stands in a label: whoever joins would make a new series.

use std::fmt::Display;

use super::{LogState, Snapshot};
use crate::model::room_log::DownCause;

/// What a scraper is told to expect.
pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Of the word that says how it is.
pub(super) const PLAIN: &str = "text/plain; charset=utf-8";

/// All figures, ready to be sent.
pub(super) fn exposition(snapshot: &Snapshot) -> String {
    let counters = counters(snapshot).map(|(name, help, value)| figure("counter", name, help, value));
    let gauges = gauges(snapshot).map(|(name, help, value)| figure("gauge", name, help, value));
    let up = format!("{:.3}", snapshot.up.as_secs_f64());
    let log: String =
        log(snapshot.log).map(|(name, help, value)| figure("gauge", name, help, value)).collect();
    counters.concat()
        + &gauges.concat()
        + &log
        + &figure("gauge", "uptime_seconds", "Time since the start.", up)
}

/// One word for the state of the relay, and whether that is well: what a load balancer or an operator asks.
pub(super) fn health(snapshot: &Snapshot) -> (bool, &'static str) {
    match snapshot.log {
        LogState::Absent | LogState::Up { .. } => (true, "up\n"),
        LogState::Down(DownCause::Apart) => (false, "apart\n"),
        LogState::Down(DownCause::Full) => (false, "full\n"),
        LogState::Down(DownCause::Denied) => (false, "denied\n"),
        LogState::Down(DownCause::Version) => (false, "version\n"),
        LogState::Down(DownCause::Broken) => (false, "broken\n"),
    }
}

fn figure(kind: &str, name: &str, help: &str, value: impl Display) -> String {
    let name = format!("udpqq_relay_{name}");
    format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n")
}

fn counters(snapshot: &Snapshot) -> [(&'static str, &'static str, u64); 18] {
    let (counted, sending) = (&snapshot.counters, &snapshot.sending);
    [
        ("received_datagrams_total", "Datagrams that arrived.", counted.datagrams_in),
        ("received_bytes_total", "Bytes in the datagrams that arrived.", counted.bytes_in),
        ("sent_datagrams_total", "Datagrams that the relay had to send.", counted.datagrams_out),
        ("sent_bytes_total", "Bytes in the datagrams that the relay had to send.", counted.bytes_out),
        ("messages_total", "Messages taken from members.", counted.messages),
        ("deliveries_total", "Messages times the members they went to.", counted.deliveries),
        ("challenges_total", "Addresses asked to prove themselves.", counted.challenges),
        ("proofs_total", "Addresses that proved themselves.", counted.proofs),
        ("wrong_proofs_total", "Proofs that were wrong or too late.", counted.wrong_proofs),
        ("repeated_messages_total", "Messages that came again and were not forwarded.", counted.repeated),
        ("resent_messages_total", "Messages sent again because a member missed them.", counted.resent),
        ("limited_messages_total", "Messages refused because of a limit.", counted.limited),
        ("malformed_datagrams_total", "Datagrams that made no sense.", counted.malformed),
        ("kernel_datagrams_total", "Datagrams that the kernel took.", sending.datagrams),
        ("kernel_calls_total", "Calls with which the kernel took datagrams.", sending.calls),
        ("refused_datagrams_total", "Datagrams that the kernel did not take.", sending.refused),
        ("dropped_datagrams_total", "Datagrams given up because the network was too slow.", sending.dropped),
        (
            "overflowed_datagrams_total",
            "Datagrams that arrived faster than they were taken and were lost.",
            snapshot.overflowed,
        ),
    ]
}

/// Without a log there are none of these.
fn log(log: LogState) -> impl Iterator<Item = (&'static str, &'static str, usize)> {
    let figures = |up, waiting| {
        [
            ("backplane_up", "Whether the log of the rooms takes messages.", up),
            ("pending", "Messages that the log has not taken yet.", waiting),
        ]
    };
    let figures = match log {
        LogState::Absent => None,
        LogState::Up { waiting } => Some(figures(1, waiting)),
        LogState::Down(_) => Some(figures(0, 0)),
    };
    figures.into_iter().flatten()
}

fn gauges(snapshot: &Snapshot) -> [(&'static str, &'static str, usize); 4] {
    [
        ("rooms", "Rooms there are.", snapshot.rooms.len()),
        ("members", "Members in all rooms.", snapshot.member_count()),
        ("rooms_limit", "Rooms there may be.", snapshot.options.rooms),
        ("members_limit", "Members there may be.", snapshot.options.members),
    ]
}
