//! How memberships end: whoever leaves, or is put out, and what it and the rest are told of that.

use std::net::SocketAddr;
use std::time::Instant;

use super::Relay;
use super::api::{Leaving, RelayEvent, RelayLimit, RelayOptions};
use super::claims;
use super::departed::DepartedPlain;
use super::limits::reason;
use super::members::{FramedMember, Speech};
use super::phrasebook::LanguageId;
use super::texts;
use crate::dialects::relay::frame::FromRelay;

/// Ends a membership, and tells the member if it can be told.
pub(super) fn remove(relay: &mut Relay, now: Instant, id: u64, why: Leaving) {
    let Some((member, room)) = claims::end(relay, id, why == Leaving::Elsewhere) else { return };
    relay.unwelcomed.remove(&id);
    let (address, name) = (member.address, member.name);
    match member.speech {
        Speech::Framed(FramedMember { token, window, .. }) => {
            relay.departed.framed_left(now, member.id, token, window);
            match told_of(why) {
                Some(limit) => {
                    let why = reason(limit);
                    relay.out.frame(address, &FromRelay::Refused { to: token, number: 0, why });
                }
                None if matches!(why, Leaving::Unreachable | Leaving::Elsewhere) => {}
                None => relay.say_unknown(now, address, token),
            }
        }
        Speech::Plain(_) if matches!(why, Leaving::Asked | Leaving::Elsewhere) => {}
        Speech::Plain(language) => {
            if why == Leaving::Silent {
                say_silent(relay, now, address, language);
            } else if let Some(limit) = told_of(why) {
                relay.tell(now, address, language, &texts::refused(limit));
            }
            let left = DepartedPlain { name: name.clone(), room: room.clone(), language };
            relay.departed.plain_left(now, address, left);
        }
    }
    // Of one that was not in yet nobody has heard.
    if !member.room.is_empty() {
        relay.out.report(RelayEvent::Left { member: address, name, room, why });
    }
}

/// What somebody is told who was put out.
const fn told_of(why: Leaving) -> Option<RelayLimit> {
    match why {
        Leaving::Kicked => Some(RelayLimit::Kicked),
        Leaving::Banned => Some(RelayLimit::Banned),
        Leaving::Closed => Some(RelayLimit::Closed),
        Leaving::Asked | Leaving::Silent | Leaving::Unreachable | Leaving::Elsewhere => None,
    }
}

fn say_silent(relay: &mut Relay, now: Instant, address: SocketAddr, language: LanguageId) {
    let code = Some(relay.validator.code_for_return(now, address)).filter(|_| !relay.options.open);
    let RelayOptions { silence, phrasebooks, .. } = &relay.options;
    let text = texts::silent(phrasebooks, language, silence.as_secs(), code);
    relay.say_text(now, address, &text);
}
