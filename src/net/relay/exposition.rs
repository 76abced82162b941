//! The figures of a relay in the Prometheus text format, version 0.0.4.
//!
//! The words of the `HELP` lines are for tools, as the names are: one language, part of the format. No name of a
//! member or a room stands in a label: whoever joins would make a new series.

use std::fmt::{self, Write as _};

use super::Snapshot;

/// What a scraper is told to expect.
pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All figures, ready to be sent.
pub(super) fn exposition(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    // A string takes whatever is written into it.
    let _written: fmt::Result = write_all(&mut text, snapshot);
    text
}

fn write_all(text: &mut String, snapshot: &Snapshot) -> fmt::Result {
    for (name, help, value) in counters(snapshot) {
        figure(text, "counter", &format!("{name}_total"), help, &value)?;
    }
    for (name, help, value) in gauges(snapshot) {
        figure(text, "gauge", name, help, &value)?;
    }
    let up = snapshot.up.as_secs_f64();
    figure(text, "gauge", "uptime_seconds", "Time since the start.", &format_args!("{up:.3}"))
}

fn figure(text: &mut String, kind: &str, name: &str, help: &str, value: &dyn fmt::Display) -> fmt::Result {
    writeln!(text, "# HELP udpqq_relay_{name} {help}")?;
    writeln!(text, "# TYPE udpqq_relay_{name} {kind}")?;
    writeln!(text, "udpqq_relay_{name} {value}")
}

fn counters(snapshot: &Snapshot) -> [(&'static str, &'static str, u64); 18] {
    let (counted, sending) = (&snapshot.counters, &snapshot.sending);
    [
        ("received_datagrams", "Datagrams that arrived.", counted.datagrams_in),
        ("received_bytes", "Bytes in the datagrams that arrived.", counted.bytes_in),
        ("sent_datagrams", "Datagrams that the relay had to send.", counted.datagrams_out),
        ("sent_bytes", "Bytes in the datagrams that the relay had to send.", counted.bytes_out),
        ("messages", "Messages taken from members.", counted.messages),
        ("deliveries", "Messages times the members they went to.", counted.deliveries),
        ("challenges", "Addresses asked to prove themselves.", counted.challenges),
        ("proofs", "Addresses that proved themselves.", counted.proofs),
        ("wrong_proofs", "Proofs that were wrong or too late.", counted.wrong_proofs),
        ("repeated_messages", "Messages that came again and were not forwarded.", counted.repeated),
        ("resent_messages", "Messages sent again because a member missed them.", counted.resent),
        ("limited_messages", "Messages refused because of a limit.", counted.limited),
        ("malformed_datagrams", "Datagrams that made no sense.", counted.malformed),
        ("kernel_datagrams", "Datagrams that the kernel took.", sending.datagrams),
        ("kernel_calls", "Calls with which the kernel took datagrams.", sending.calls),
        ("refused_datagrams", "Datagrams that the kernel did not take.", sending.refused),
        ("dropped_datagrams", "Datagrams given up because the network was too slow.", sending.dropped),
        (
            "overflowed_datagrams",
            "Datagrams that arrived faster than they were taken and were lost.",
            snapshot.overflowed,
        ),
    ]
}

fn gauges(snapshot: &Snapshot) -> [(&'static str, &'static str, usize); 4] {
    [
        ("rooms", "Rooms there are.", snapshot.rooms.len()),
        ("members", "Members in all rooms.", snapshot.member_count()),
        ("rooms_limit", "Rooms there may be.", snapshot.options.rooms),
        ("members_limit", "Members there may be.", snapshot.options.members),
    ]
}
