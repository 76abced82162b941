//! What a person may ask for, as the fuzzer chooses.

use jiff::tz::TimeZone;

use super::{Scenario, places};
use crate::app::event::{Intent, KeyDecision};
use crate::model::fuzzing::Choices;
use crate::model::history::{PageAnchor, ScrollPosition};
use crate::model::lab::LabSettings;
use crate::model::search::Search;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Draft, EditDraft, KeepPeriod, NotifyLevel, RoomCommand};

/// `None`: the bytes make none, or no front would ask for it.
pub(super) fn next(scenario: &Scenario, choices: &mut Choices<'_>) -> Option<Intent> {
    let conversation = scenario.conversation(choices);
    match choices.below(8) {
        0..=2 => Some(writing(scenario, conversation, choices)),
        3 => drafting(scenario, choices),
        4 => Some(reading(scenario, conversation, choices)),
        5 => Some(of_contact(conversation, choices)),
        6 => visiting(conversation, choices),
        _ => Some(of_message(scenario, conversation, choices)),
    }
}

fn writing(scenario: &Scenario, conversation: ConversationId, choices: &mut Choices<'_>) -> Intent {
    let (text, message) = (choices.word(), scenario.message(conversation, choices));
    match choices.below(12) {
        0..=3 => Intent::Send { conversation, text },
        4 => Intent::Reply { conversation, message, text },
        5 | 6 => Intent::Edit { conversation, message, text },
        7 => Intent::Delete { conversation, message },
        8 => Intent::React { conversation, message, emoji: text },
        9 => Intent::SendBytes { conversation, bytes: text.as_bytes().into(), text },
        10 => Intent::SendToGroup { conversation, text },
        _ => {
            let kind = choices.one_of(&MessageKind::ALL).unwrap_or_default();
            Intent::SendAs { conversation, text, kind }
        }
    }
}

/// A person writes where they are.
fn drafting(scenario: &Scenario, choices: &mut Choices<'_>) -> Option<Intent> {
    let conversation = scenario.open.filter(|open| scenario.world.state.conversation(*open).is_some())?;
    let message = scenario.message(conversation, choices);
    Some(match choices.below(5) {
        0 => Intent::Type { conversation },
        1 => Intent::RememberText { conversation, text: choices.word() },
        2 => {
            let at = choices.is_chosen().then_some(ScrollPosition { message, row: choices.byte().into() });
            Intent::SaveScroll { conversation, at }
        }
        _ => {
            let edit = choices.is_chosen().then(|| EditDraft { message, text: choices.word() });
            let reply = choices.is_chosen().then_some(message);
            Intent::SaveDraft { conversation, draft: Draft { text: choices.word(), reply, edit } }
        }
    })
}

fn reading(scenario: &Scenario, conversation: ConversationId, choices: &mut Choices<'_>) -> Intent {
    let message = scenario.message(conversation, choices);
    match choices.below(8) {
        0..=2 => Intent::Open { conversation },
        3 => Intent::Choose { conversation },
        4 => {
            let anchors = [
                PageAnchor::Newest,
                PageAnchor::Oldest,
                PageAnchor::Around(message),
                PageAnchor::Before(message),
                PageAnchor::After(message),
            ];
            Intent::Page { conversation, at: choices.one_of(&anchors).unwrap_or(PageAnchor::Newest) }
        }
        5 => Intent::Read { conversation, arriving: choices.is_chosen() },
        6 => Intent::Leave { conversation },
        _ => search(scenario, conversation, choices),
    }
}

fn search(scenario: &Scenario, conversation: ConversationId, choices: &mut Choices<'_>) -> Intent {
    let within = choices.is_chosen().then_some(conversation);
    match Search::parse(&choices.word(), &TimeZone::UTC, scenario.world.now.wall) {
        Ok(search) if choices.is_chosen() => Intent::Search { within, search },
        _ => Intent::SearchMore { everywhere: within.is_none() },
    }
}

fn of_contact(conversation: ConversationId, choices: &mut Choices<'_>) -> Intent {
    match choices.below(9) {
        0 => Intent::Rename { conversation, name: choices.word() },
        1 => Intent::Remove { conversation },
        2 => Intent::AcceptUpTo { conversation, up_to: choices.is_chosen().then_some(100) },
        3 | 4 => {
            let period = KeepPeriod::parse(if choices.is_chosen() { "1m" } else { "1h" });
            Intent::KeepFor { conversation, period: period.filter(|_| choices.is_chosen()) }
        }
        5 => {
            let levels = [NotifyLevel::All, NotifyLevel::Mentions, NotifyLevel::None];
            Intent::Notify { conversation, level: choices.one_of(&levels).unwrap_or_default() }
        }
        6 => Intent::Pin { conversation, pinned: choices.is_chosen() },
        7 => Intent::Ignore { conversation },
        _ => Intent::Clear { conversation },
    }
}

fn visiting(conversation: ConversationId, choices: &mut Choices<'_>) -> Option<Intent> {
    let address = places::address(choices)?;
    Some(match choices.below(14) {
        0 | 1 => Intent::Add { name: choices.word(), address },
        2 => Intent::SetAddress { conversation, address },
        3 => Intent::Visit { address },
        4 => Intent::Connect { address },
        5 => Intent::Reconnect { conversation },
        6 => Intent::Disconnect { conversation },
        7 => Intent::EnterRoom { conversation },
        8 => Intent::LeaveRoom { conversation },
        9 => Intent::Room { conversation, command: RoomCommand::Resign },
        10 => {
            let settings = LabSettings::parse("loss=20% delay=200ms").ok();
            Intent::Lab { conversation, settings: settings.filter(|_| choices.is_chosen()) }
        }
        11 => Intent::Away(choices.is_chosen()),
        12 => Intent::Look,
        _ => Intent::Ask { conversation },
    })
}

fn of_message(scenario: &Scenario, conversation: ConversationId, choices: &mut Choices<'_>) -> Intent {
    let message = scenario.message(conversation, choices);
    let file = choices.is_chosen().then_some(u16::from(choices.byte() & 3));
    match choices.below(10) {
        0 => Intent::Unseal { conversation, message },
        1 => Intent::Accept { conversation, message, file },
        2 => Intent::Decline { conversation, message },
        3 => Intent::Stop { conversation, message, file },
        4 => Intent::Retry { conversation, message },
        5 => Intent::ReadEarlier { conversation, count: file },
        6 => Intent::Nudge { conversation },
        _ => Intent::Decide { conversation, decision: decision(choices) },
    }
}

fn decision(choices: &mut Choices<'_>) -> KeyDecision {
    let all = [
        KeyDecision::Accept,
        KeyDecision::Block,
        KeyDecision::Verify,
        KeyDecision::Unverify,
        KeyDecision::SamePerson,
        KeyDecision::SomebodyElse,
        KeyDecision::IgnoreClaim,
        KeyDecision::Decline,
    ];
    choices.one_of(&all).unwrap_or(KeyDecision::Accept)
}
