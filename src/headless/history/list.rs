//! `udpqq history list`: a line for each conversation.

use std::cmp::Reverse;

use serde::Serialize;

use super::{CommandError, Console, Profile};
use crate::headless::columns::aligned;
use crate::headless::record::json;
use crate::model::text::plain_line;
use crate::model::{PeerKind, Phrase, WallTime};
use crate::runtime::history::{History, Summary, aside, rfc3339};

/// A line in columns: the name, the address, how many messages there are, how many are unread, the last time.
type Columns = [String; 5];

/// Which of them are numbers.
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
        aligned(&list.iter().map(|summary| columns(summary, output)).collect::<Vec<_>>(), IS_NUMBER)
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
