//! `udpqq history list`: a line for each conversation.

use std::cmp::Reverse;

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::{CommandError, Console, Profile};
use crate::headless::record::json;
use crate::model::text::plain_line;
use crate::model::{PeerKind, Phrase, WallTime};
use crate::runtime::history::{History, Summary, aside, rfc3339};

/// Between two columns.
const GAP: &str = "  ";

/// Cells that names have at the most: a longer one moves what stands behind it, and nothing in other rows.
const MAX_NAME: usize = 40;

/// A line in columns: the name, the address, how many messages there are, how many are unread, the last time.
type Columns = [String; 5];

/// How wide each column is, and whether it is a number, which ends where the others end.
const IS_NUMBER: [bool; 5] = [false, false, true, true, false];

#[derive(Serialize)]
struct SummaryFields<'a> {
    conversation: &'a str,
    address: &'a str,
    standing: &'static str,
    messages: u64,
    unread: u32,
    first: Option<String>,
    last: Option<String>,
}

pub(super) async fn run(profile: &Profile, as_json: bool, output: &Console) -> Result<(), CommandError> {
    let history = History::open(profile)?;
    let (_, list) = aside(history, History::list).await?;
    let mut list = list?;
    list.retain(|summary| summary.messages > 0);
    list.sort_by_key(|summary| Reverse(summary.last));
    let lines = if as_json {
        list.iter().map(|summary| record(summary, output)).collect()
    } else {
        aligned(&list.iter().map(|summary| columns(summary, output)).collect::<Vec<_>>())
    };
    for line in lines {
        output.line(line).await?;
    }
    Ok(())
}

fn record(summary: &Summary, output: &Console) -> String {
    let moment = |time: WallTime| rfc3339(&output.local(time));
    json(&SummaryFields {
        conversation: &summary.card.name,
        address: &summary.card.address,
        standing: match summary.card.kind {
            PeerKind::Contact => "contact",
            PeerKind::Echo => "echo",
            PeerKind::Stranger => "stranger",
        },
        messages: summary.messages,
        unread: summary.unread,
        first: summary.first.map(moment),
        last: summary.last.map(moment),
    })
}

fn columns(summary: &Summary, output: &Console) -> Columns {
    let said = |key, count: u64| output.lang().phrase(&Phrase::new(key).number("count", count));
    let last = summary.last.map(|last| output.local(last).strftime("%Y-%m-%d %H:%M").to_string());
    [
        plain_line(&summary.card.name),
        plain_line(&summary.card.address),
        said("history-messages", summary.messages),
        if summary.unread > 0 { said("history-unread", u64::from(summary.unread)) } else { String::new() },
        last.unwrap_or_default(),
    ]
}

/// Columns as wide as the widest of them on a terminal.
pub(super) fn aligned(rows: &[Columns]) -> Vec<String> {
    let mut widths = [0; 5];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let [name, ..] = &mut widths;
    *name = MAX_NAME.min(*name);
    let line = |row: &Columns| {
        let cells = row.iter().zip(widths).zip(IS_NUMBER).filter(|((_, width), _)| *width > 0);
        let cells: Vec<String> = cells.map(|((cell, width), number)| padded(cell, width, number)).collect();
        cells.join(GAP).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn padded(cell: &str, width: usize, number: bool) -> String {
    let room = " ".repeat(width.saturating_sub(cell.width()));
    if number { format!("{room}{cell}") } else { format!("{cell}{room}") }
}
