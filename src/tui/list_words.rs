//! The words of the contact list that several parts of the front say alike: its heads, its times.

use jiff::Timestamp;

use super::appearance::Appearance;
use super::contact_list::{Fold, ListTitle};
use crate::app::{Conversation, Section};
use crate::lang::Lang;
use crate::model::WallTime;
use crate::model::text::plain_line;

/// Days of which the name says which one it was.
const NAMED_DAYS: i64 = 6;

/// The name of a section.
pub(super) fn section(lang: &Lang, section: Section) -> String {
    lang.text(match section {
        Section::Pinned => "list-pinned",
        Section::Contacts => "list-contacts",
        Section::Rooms => "list-rooms",
        Section::Requests => "list-requests",
        Section::Nearby => "list-nearby",
        Section::Strangers => "list-strangers",
    })
}

/// The name of what can be folded, escaped.
pub(super) fn fold(lang: &Lang, fold: &Fold) -> String {
    match fold {
        Fold::Section(of) => section(lang, *of),
        Fold::Group(name) | Fold::Host(name) => plain_line(name),
    }
}

/// The name in a head, escaped.
pub(super) fn title(lang: &Lang, title: &ListTitle) -> String {
    match title {
        ListTitle::Section(of) => section(lang, *of),
        ListTitle::Fold { fold: of, .. } => fold(lang, of),
    }
}

/// What a click on a head does. Consoles of kernels have no triangles.
pub(super) const fn fold_sign(style: &Appearance, is_folded: bool) -> &'static str {
    match (style.blocks, is_folded) {
        (true, true) => "▸",
        (true, false) => "▾",
        (false, true) => "+",
        (false, false) => "-",
    }
}

/// The time of what was today, the day of the week of what was lately, the day of what was this year, else the year.
pub(super) fn time(style: &Appearance, time: WallTime, now: WallTime) -> String {
    let local =
        |time: WallTime| Timestamp::from_microsecond(time.0).unwrap_or_default().to_zoned(style.zone.clone());
    let (time, now) = (local(time), local(now));
    let days = time.date().until(now.date()).map_or(i64::MAX, |span| i64::from(span.get_days()));
    if days == 0 {
        time.strftime("%H:%M").to_string()
    } else if (1..=NAMED_DAYS).contains(&days) {
        style.lang.text(&format!("list-weekday-{}", time.weekday().to_monday_one_offset()))
    } else if time.year() == now.year() {
        time.strftime("%m-%d").to_string()
    } else {
        time.strftime("%Y").to_string()
    }
}

/// What tells somebody from others of the same name: the beginning of the key, the machine, or the address; escaped.
pub(super) fn telling(place: &Conversation) -> String {
    if let Some(key) = place.address.key {
        return key.groups();
    }
    let host = place.status.profile().map(|profile| profile.host.trim()).filter(|host| !host.is_empty());
    plain_line(host.unwrap_or(&place.address.authority()))
}
