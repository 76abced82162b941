//! Being in charge of the relay of a room, and what whoever is orders there.

use super::cx::UiCx;
use crate::app::{Conversation, Intent};
use crate::model::{KeepPeriod, Phrase, RoomCommand};
use crate::tui::commands::{FORGET, Verb, misused};
use crate::tui::popup::{Field, Form, FormKind, Popup};
use crate::tui::words;

/// `/operator NAME`: asks for the password. `/operator forget`: no longer, and the password is forgotten.
pub(super) fn operator(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let place = room_of_a_relay(cx)?;
    let conversation = place.id;
    if args.is_empty() || args.contains(char::is_whitespace) {
        return Err(misused(Verb::Operator));
    }
    if args == FORGET {
        cx.intend(Intent::Room { conversation, command: RoomCommand::Resign });
        return Ok(());
    }
    let kind = FormKind::Operator { conversation, name: args.to_owned() };
    cx.ui.popup = Some(Popup::Form(Form::new(kind, vec![Field::secret("form-room-password")])));
    Ok(())
}

/// Gives an order, as it is said by this command.
pub(super) fn order(cx: &mut UiCx<'_>, verb: Verb, args: &str) -> Result<(), Phrase> {
    let place = room_of_a_relay(cx)?;
    let conversation = place.id;
    if !place.status.is_in_charge() {
        return Err(Phrase::new("operator-needed"));
    }
    let (order, rest) = match verb {
        Verb::Kick => ("kick", args),
        Verb::Ban => ("ban", args),
        Verb::Topic => ("topic", args),
        _ => args.split_once(char::is_whitespace).unwrap_or((args, "")),
    };
    let words = words_of(order, rest.trim()).ok_or_else(|| misused(verb))??;
    cx.intend(Intent::Room { conversation, command: RoomCommand::Order(words) });
    Ok(())
}

fn room_of_a_relay<'c>(cx: &'c UiCx<'_>) -> Result<&'c Conversation, Phrase> {
    let place = cx.open_conversation()?;
    if place.address.scheme.caps.rooms {
        Ok(place)
    } else {
        Err(Phrase::new("operator-no-room").text("name", place.name.as_str()))
    }
}

/// The words of an order as `udpqq relay order` has them; an empty one stands for the open room. `None`: something is missing.
fn words_of(order: &str, rest: &str) -> Option<Result<Vec<String>, Phrase>> {
    let said = |words: &[&str]| Some(Ok(words.iter().map(|word| (*word).to_owned()).collect()));
    let needed = (!rest.is_empty()).then_some(rest);
    match order {
        "kick" | "unban" | "unmute" => said(&[order, &unquoted(needed?)]),
        "ban" | "mute" => {
            let timed = needed?.rsplit_once(char::is_whitespace);
            match timed.filter(|(_, time)| KeepPeriod::parse(time).is_some()) {
                Some((name, time)) => said(&[order, &unquoted(name.trim_end()), time]),
                None => said(&[order, &unquoted(rest)]),
            }
        }
        "slow" | "moderated" => match needed?.split_once(char::is_whitespace) {
            Some((room, how)) => said(&[order, room, how.trim()]),
            None => said(&[order, "", rest]),
        },
        "remove" => {
            let places: Vec<&str> = needed?.split_whitespace().collect();
            said(&[&[order, ""], places.as_slice()].concat())
        }
        "topic" => said(&[order, "", rest]),
        "close" | "open" => said(&[order, rest]),
        "bans" if rest.is_empty() => said(&[order]),
        "password" => Some(Err(Phrase::new("order-password"))),
        "" | "bans" => None,
        other => Some(Err(Phrase::new("relay-order-unknown").text("order", other))),
    }
}

/// A name in quotes is meant without them.
fn unquoted(name: &str) -> String {
    let quoted = name.starts_with(['"', '\'']).then(|| words::split(name)).flatten();
    quoted.and_then(|mut words| words.pop().filter(|_| words.is_empty())).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_said_as_on_the_machine_of_the_relay_with_the_open_room_left_out() {
        for (line, words) in [
            ("kick Ann Lee", &["kick", "Ann Lee"][..]),
            ("kick \"Ann Lee\"", &["kick", "Ann Lee"]),
            ("ban ann", &["ban", "ann"]),
            ("ban Ann Lee 10m", &["ban", "Ann Lee", "10m"]),
            ("mute 10m", &["mute", "10m"]),
            ("unban 10.0.0.7", &["unban", "10.0.0.7"]),
            ("slow 10", &["slow", "", "10"]),
            ("slow dev off", &["slow", "dev", "off"]),
            ("moderated on", &["moderated", "", "on"]),
            ("topic page 7", &["topic", "", "page 7"]),
            ("topic", &["topic", "", ""]),
            ("close", &["close", ""]),
            ("open dev", &["open", "dev"]),
            ("bans", &["bans"]),
            ("remove 7 9", &["remove", "", "7", "9"]),
        ] {
            let (order, rest) = line.split_once(' ').unwrap_or((line, ""));
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(words_of(order, rest), Some(Ok(words)), "{line}");
        }
        for line in ["", "kick", "ban", "slow", "bans all"] {
            let (order, rest) = line.split_once(' ').unwrap_or((line, ""));
            assert_eq!(words_of(order, rest), None, "{line}");
        }
        for (line, key) in [("dance", "relay-order-unknown"), ("password", "order-password")] {
            assert_eq!(words_of(line, "").unwrap().map_err(|told| told.key), Err(key), "{line}");
        }
    }
}
