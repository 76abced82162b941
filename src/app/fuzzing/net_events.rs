//! What the network side may report, as the fuzzer chooses.

use std::net::SocketAddr;
use std::sync::Arc;

use super::{Scenario, places};
use crate::model::fuzzing::Choices;
use crate::model::traffic::{
    ConnectionState, Dropped, Listening, Member, MessageKind, PeerInfo, Profile, Received,
};
use crate::model::{
    Address, ConversationId, Fault, File, Files, MessageId, NetEvent, Phrase, Progress, Recall, RoomHistory,
    SessionState, TransferId, TransferState, Uid,
};

/// `None`: the bytes make none.
pub(super) fn next(scenario: &Scenario, choices: &mut Choices<'_>) -> Option<NetEvent> {
    match choices.below(8) {
        0..=2 => received(scenario, choices).map(NetEvent::Received),
        3..=5 => Some(of_message(scenario, choices)),
        6 => of_peer(scenario, choices),
        _ => Some(of_conversation(scenario, choices)),
    }
}

/// One of few, so that one comes twice, or is about another.
fn uid(choices: &mut Choices<'_>) -> Option<Uid> {
    let number = choices.byte();
    (number & 0x80 == 0).then_some(Uid([number & 7; 16]))
}

fn source(address: &Address) -> SocketAddr {
    address.literal().unwrap_or_else(|| SocketAddr::from(([10, 0, 0, 9], 7_781)))
}

fn received(scenario: &Scenario, choices: &mut Choices<'_>) -> Option<Received> {
    let address = places::address(choices)?;
    let caps = address.scheme.caps;
    let known = scenario.world.state.at_address(&address).map(|known| known.id);
    let about = uid(choices).filter(|_| caps.outbox || choices.is_chosen());
    let text = choices.word();
    let files = if caps.files && choices.is_chosen() { files(choices) } else { Files::default() };
    let kinds = MessageKind::ALL.map(Some);
    let kind = choices.one_of(&kinds).flatten().filter(|kind| *kind != MessageKind::KeyChange);
    let base =
        Received::new(address.scheme, source(&address), scenario.world.now.wall, text.as_bytes().into());
    Some(Received {
        conversation: known.filter(|_| choices.is_chosen()),
        sender: (caps.rooms || choices.is_chosen()).then(|| choices.word()),
        kind: kind.filter(|_| choices.is_chosen()).unwrap_or_default(),
        place: (caps.keys || caps.group).then(|| Box::new(address)),
        authenticated: caps.keys,
        uid: uid(choices).filter(|_| caps.outbox || caps.chat.history),
        about,
        files,
        text,
        ..base
    })
}

fn files(choices: &mut Choices<'_>) -> Files {
    let size = u64::from(choices.byte());
    let file =
        File { name: choices.word(), size, folder: choices.is_chosen(), state: TransferState::Offered };
    Files::new(vec![file; choices.below(3) + 1])
}

fn fault(choices: &mut Choices<'_>) -> Fault {
    let faults = [Fault::NoAnswer, Fault::Busy, Fault::NoSuchPeer, Fault::Interrupted, Fault::FormerKey];
    choices.one_of(&faults).unwrap_or(Fault::Busy)
}

fn of_message(scenario: &Scenario, choices: &mut Choices<'_>) -> NetEvent {
    let conversation = scenario.conversation(choices);
    let message = scenario.message(conversation, choices);
    let text = choices.word();
    match choices.below(12) {
        0..=2 => {
            NetEvent::Handed { message, to: ([10, 0, 0, 1], 8_081).into(), payload: text.as_bytes().into() }
        }
        3 | 4 => NetEvent::Delivered { message },
        5 => NetEvent::Read { message },
        6 => NetEvent::Failed { message, fault: fault(choices) },
        7 => NetEvent::Reworded { message, text },
        8 => NetEvent::Requoted { message, quote: choices.is_chosen().then(|| Arc::from(text)) },
        9 => NetEvent::Redecoded { message, text, lossy: choices.is_chosen() },
        10 => NetEvent::Opened { message, text, lossy: choices.is_chosen() },
        _ => NetEvent::Transfer {
            transfer: TransferId { message, file: choices.byte().into() },
            progress: progress(choices),
        },
    }
}

fn progress(choices: &mut Choices<'_>) -> Progress {
    let bytes = u64::from(choices.byte());
    match choices.below(5) {
        0 => Progress::Moved { bytes, of: choices.is_chosen().then_some(u64::from(choices.byte())) },
        1 => Progress::Done { path: choices.word(), skipped: choices.byte().into() },
        2 => Progress::Declined,
        3 => Progress::Gone,
        _ => Progress::Broken { fault: fault(choices), bytes },
    }
}

fn of_peer(scenario: &Scenario, choices: &mut Choices<'_>) -> Option<NetEvent> {
    let address = places::address(choices)?;
    let known = scenario.world.state.at_address(&address).map(|known| known.id);
    let about = Profile {
        name: choices.word(),
        motto: choices.word(),
        program: "udpqq 0.1.0".to_owned(),
        away: choices.is_chosen().then(|| choices.word()),
        ..Profile::default()
    };
    let conversation = known.filter(|_| choices.is_chosen());
    Some(match conversation {
        Some(conversation) if choices.is_chosen() => {
            NetEvent::Introduced { conversation, about: Box::new(about) }
        }
        _ => NetEvent::Peer(PeerInfo {
            conversation,
            address: Box::new(address),
            here: choices.is_chosen(),
            about,
        }),
    })
}

fn of_conversation(scenario: &Scenario, choices: &mut Choices<'_>) -> NetEvent {
    let conversation = scenario.conversation(choices);
    let at = SocketAddr::from(([10, 0, 0, 1], 8_081));
    match choices.below(16) {
        0 => NetEvent::Unreachable { conversation, to: at },
        1 => NetEvent::Connection { conversation, connection: connection(choices) },
        2 | 3 => {
            let (id, name) = (choices.byte().into(), choices.word());
            let member = Member { id, name, here: choices.is_chosen(), own: choices.is_chosen() };
            NetEvent::Member { conversation, member }
        }
        4 => NetEvent::Operator { conversation, is_in_charge: choices.is_chosen() },
        5 => NetEvent::Noticed { conversation, notice: Phrase::new("room-left") },
        6 => NetEvent::Nudged { conversation },
        7 => NetEvent::Typing { conversation },
        8 => NetEvent::Answered { conversation: Some(conversation), from: at },
        9 | 10 => read_up_to(scenario, conversation, choices),
        11 => {
            let all = [RoomHistory::None, RoomHistory::More, RoomHistory::AtBeginning];
            NetEvent::History { conversation, history: choices.one_of(&all).unwrap_or_default() }
        }
        12 => NetEvent::Session { conversation, state: SessionState(Arc::from([choices.byte()])) },
        13 => recalled(scenario, choices).unwrap_or(NetEvent::Malformed { source: at }),
        14 => NetEvent::Dropped(Dropped { scheme: "udp", address: at, count: choices.byte().into() }),
        _ => NetEvent::Listening(Listening { scheme: "udp", address: Some(at), wanted: None, code: None }),
    }
}

fn connection(choices: &mut Choices<'_>) -> ConnectionState {
    match choices.below(4) {
        0 => ConnectionState::Unknown,
        1 => ConnectionState::Seeking,
        2 => ConnectionState::Up,
        _ => ConnectionState::Down(fault(choices).into()),
    }
}

/// Up to one of the messages that are there.
fn read_up_to(scenario: &Scenario, conversation: ConversationId, choices: &mut Choices<'_>) -> NetEvent {
    let message: MessageId = scenario.message(conversation, choices);
    let mut there = scenario.world.store.messages(conversation);
    let uid = there.find(|one| one.id == message).and_then(|one| one.uid);
    NetEvent::ReadUpTo { conversation, uid: uid.unwrap_or(Uid([0; 16])) }
}

fn recalled(scenario: &Scenario, choices: &mut Choices<'_>) -> Option<NetEvent> {
    let why = if choices.is_chosen() { Recall::Missed } else { Recall::Earlier };
    let received = received(scenario, choices).filter(|received| received.scheme.caps.chat.history)?;
    Some(NetEvent::Recalled { why, received })
}
