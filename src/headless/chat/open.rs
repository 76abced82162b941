//! How a chat begins: the session, the conversation, and what whoever sits at a terminal is told first.

use crate::app::{Conversation, Intent};
use crate::headless::output::Console;
use crate::headless::{CommandError, HeadlessOptions};
use crate::lang::{Lang, locale};
use crate::model::{ConversationId, Phrase, Trust};
use crate::runtime::{Options, Session, parse_address};

/// A session as the messenger has it, with the conversation open.
pub(super) fn start(
    setup: &HeadlessOptions,
    target: &str,
    output: &mut Console,
) -> Result<(Session, ConversationId), CommandError> {
    let options = Options {
        profile: setup.profile.clone(),
        interface: setup.interface.clone(),
        listen: setup.listen.clone(),
        name: setup.name.clone(),
        open: Some(target.to_owned()),
        language: setup.language.clone(),
        locale: locale(),
        only: None,
        stays_out: false,
        asker: setup.asker.clone(),
        fallback: true,
        interactive: true,
    };
    let mut session = Session::start(&options).map_err(|error| error.phrase())?;
    output.speak(setup, session.config.language.as_deref());
    // No form asks here: where a person has not said yet who may see them, nobody does.
    session.introduce();
    let conversation = open(&mut session, target)?;
    Ok((session, conversation))
}

fn open(session: &mut Session, target: &str) -> Result<ConversationId, CommandError> {
    let contact = session.state.contact_named(target).map(|contact| contact.id);
    let conversation = if let Some(conversation) = contact {
        session.ask(Intent::EnterRoom { conversation });
        conversation
    } else {
        let address = parse_address(target).map_err(|error| error.phrase())?;
        session.ask(Intent::Visit { address: address.clone() });
        let there = session.state.at_address(&address);
        there.map(|place| place.id).ok_or_else(|| Phrase::new("chat-gone"))?
    };
    session.ask(Intent::Open { conversation });
    Ok(conversation)
}

/// Whom the lines go to, and how to end.
pub(super) fn greeting(place: &Conversation, lang: &Lang) -> Phrase {
    let lock = match place.trust().filter(|_| place.address.key.is_some()) {
        None => lang.text("header-plain"),
        Some(Trust::Verified { .. }) => lang.text("chat-encrypted-compared"),
        Some(Trust::Pinned) => lang.text("lock-pinned"),
        Some(Trust::Requested | Trust::Changed { .. } | Trust::Blocked) => {
            let key = place.forbids_sending().unwrap_or("trust-blocked");
            lang.with(key, &[("name", &place.name)])
        }
    };
    Phrase::new("chat-greeting").text("name", place.name.as_str()).text("lock", lock)
}
