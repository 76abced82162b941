//! What has to be decided about a key, as rows below a conversation: never a dialog, since nothing that arrives may take a key
//! press.

use super::appearance::Appearance;
use super::lock::KeyLock;
use super::text::{width, wrap};
use super::theme::Role;
use crate::app::{Conversation, State};
use crate::model::text::plain_line;
use crate::model::{Address, PublicKey, Trust, WallTime};

/// Columns before the texts: those of the gutter.
const GUTTER: u16 = 3;

/// One row: what stands in the gutter, a command, and words behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoticeRow {
    pub sign: &'static str,
    pub key: String,
    pub text: String,
    pub role: Role,
}

impl NoticeRow {
    /// Cells before the key or the text.
    pub(super) const fn indent() -> u16 {
        GUTTER
    }
}

/// The rows for a pane of that size; none, where nothing is to be decided. What can be done is left out last.
pub(super) fn rows(
    style: &Appearance,
    state: &State,
    place: &Conversation,
    pane: (u16, u16),
    now: WallTime,
) -> Vec<NoticeRow> {
    let (columns, height) = pane;
    let most = usize::from(height / 2);
    let said = |key: &'static str| words(&style.lang.text(key), columns);
    match (KeyLock::of(place), place.trust()) {
        (KeyLock::Requested, _) => fitting(&[said("notice-requested")], most),
        (KeyLock::Blocked, _) => fitting(&[said("notice-blocked")], most),
        (KeyLock::Changed, Some(Trust::Changed { claimed, compared, since, from })) => {
            let name = plain_line(&place.name);
            let what = match since.map(|since| style.when(since, now)) {
                Some(time) => style.lang.with("notice-changed-since", &[("name", &name), ("time", &time)]),
                None => style.lang.with("notice-changed", &[("name", &name)]),
            };
            let from = from.map(|from| from.to_string()).or_else(|| whereabouts_of(state, place, claimed));
            let mut first = words(&what, columns);
            for row in &mut first {
                row.role = Role::Warn;
            }
            if let Some(first) = first.first_mut() {
                first.sign = "!";
            }
            let keys = keys(style, place, (claimed, from), compared);
            fitting(
                &[first, keys.into_iter().flat_map(|row| words(&row, columns)).collect(), answers(style)],
                most,
            )
        }
        (KeyLock::Plain | KeyLock::Inside | KeyLock::Pinned | KeyLock::Verified(_) | KeyLock::Changed, _) => {
            Vec::new()
        }
    }
}

/// All parts; or without the middle ones, where there is no room; and never more than that many rows.
fn fitting(parts: &[Vec<NoticeRow>], most: usize) -> Vec<NoticeRow> {
    let count: usize = parts.iter().map(Vec::len).sum();
    let last = parts.len().saturating_sub(1);
    let is_kept = |at: usize| count <= most || at == 0 || at == last;
    let kept = parts.iter().enumerate().filter(|(at, _)| is_kept(*at));
    kept.flat_map(|(_, rows)| rows.iter().cloned()).take(most).collect()
}

/// The key that was known, and the one that is said to be in its place.
fn keys(
    style: &Appearance,
    place: &Conversation,
    now: (PublicKey, Option<String>),
    compared: Option<WallTime>,
) -> [String; 2] {
    let (claimed, from) = now;
    let lang = &style.lang;
    let known = place.address.key.map(|key| key.groups()).unwrap_or_default();
    let until = match compared {
        Some(since) => lang.with("notice-key-compared", &[("key", &known), ("date", &style.day(since))]),
        None => lang.with("notice-key-before", &[("key", &known)]),
    };
    let claimed = claimed.groups();
    let now = match from {
        Some(from) => lang.with("notice-key-from", &[("key", &claimed), ("from", &from)]),
        None => lang.with("notice-key-now", &[("key", &claimed)]),
    };
    [until, now]
}

/// Where the claim came from is not written down: where whoever has that key is now.
fn whereabouts_of(state: &State, place: &Conversation, claimed: PublicKey) -> Option<String> {
    let asking = Address { key: Some(claimed), ..place.address.clone() };
    state.at_address(&asking).and_then(whereabouts)
}

/// Where a peer with a key is now, as far as that is known.
pub(super) fn whereabouts(place: &Conversation) -> Option<String> {
    let address = Some(plain_line(&place.address.location())).filter(|at| !at.is_empty());
    address.or_else(|| place.status.seen().map(|ip| ip.to_string()))
}

/// What can be said about a key that has changed.
pub(super) fn answers(style: &Appearance) -> Vec<NoticeRow> {
    let answers =
        [("/key same", "notice-same"), ("/key other", "notice-other"), ("/key ignore", "notice-ignore")];
    let widest = answers.iter().map(|(key, _)| width(key)).max().unwrap_or_default();
    let row = |(key, text): (&str, &str)| NoticeRow {
        sign: "",
        key: format!("{key:widest$}  "),
        text: style.lang.text(text),
        role: Role::Dim,
    };
    answers.into_iter().map(row).collect()
}

fn words(text: &str, columns: u16) -> Vec<NoticeRow> {
    let rows = wrap(text, columns.saturating_sub(GUTTER).max(1)).into_iter();
    let row = |text: &str| NoticeRow {
        sign: "",
        key: String::new(),
        text: text.trim_end().to_owned(),
        role: Role::Dim,
    };
    rows.filter_map(|range| text.get(range)).map(row).collect()
}
