//! A message as one line of JSON, and back: what `history export` writes and `history import` reads.
//!
//! Written are the fields of `listen --json`, what else a message knows, and what is needed to make the very same
//! message of it again. A line of `listen --json` can be read too: what it does not say has a likely value.

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::fields::{LineError, moment, not_json, payload, payload_field, wrong};
use super::json::{NameFields, json, local, rfc3339};
use crate::model::file::MAX_FILES;
use crate::model::history::{ConversationRecord, PeerKind};
use crate::model::traffic::MessageKind;
use crate::model::{
    Address, ConversationId, Direction, Fault, File, Files, Mark, Message, MessageId, TransferState, Trust,
    Uid, WallTime,
};
use crate::net::parse_address;

/// The fields that `listen --json` shows as well, in its order.
#[derive(Serialize)]
struct ShownFields<'a> {
    time: String,
    dialect: &'a str,
    from: Option<String>,
    contact: Option<&'a str>,
    conversation: &'a str,
    /// The name it went by in a room.
    sender: Option<&'a str>,
    text: &'a str,
    bytes: usize,
    lossy: bool,
    authenticated: bool,
}

/// The fields in the order they are written.
#[derive(Serialize)]
struct ExportedLine<'a> {
    #[serde(flatten)]
    shown: ShownFields<'a>,
    id: u64,
    direction: &'static str,
    mark: Option<&'static str>,
    reason: Option<String>,
    address: &'a str,
    standing: &'static str,
    /// What a person thinks of the peer's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    trust: Option<String>,
    /// The message only says that somebody came in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    joined: bool,
    /// What it is, if it is neither a text nor that.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// What it offers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileField>,
    /// Since when the mark holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    marked: Option<String>,
    /// When our own copy is to be removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(flatten)]
    names: NameFields<'a>,
    /// In base64, where it is not just the text in UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
}

/// A file or a folder, with what became of it.
#[derive(Serialize, Deserialize)]
struct FileField {
    name: String,
    size: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    folder: bool,
    fate: String,
}

/// One line; `None` for a notice, which nobody keeps.
pub fn line(card: &ConversationRecord, message: &Message, zone: &TimeZone) -> Option<String> {
    let moment = |time| rfc3339(&local(time, zone));
    let (from, lossy, authenticated, marks) = match &message.direction {
        Direction::Incoming { source, lossy, authenticated, .. } => {
            (Some(source.to_string()), *lossy, *authenticated, None)
        }
        Direction::Outgoing { mark, marked, .. } => (None, false, false, Some((mark, *marked))),
        Direction::Notice(_) => return None,
    };
    let shown = ShownFields {
        time: moment(message.time),
        dialect: &message.dialect,
        from,
        contact: (card.kind != PeerKind::Stranger).then_some(&*card.name),
        conversation: &card.name,
        sender: message.sender(),
        text: &message.text,
        bytes: message.payload.len(),
        lossy,
        authenticated,
    };
    Some(json(&ExportedLine {
        shown,
        id: message.id.0,
        direction: if marks.is_some() { "out" } else { "in" },
        mark: marks.map(|(mark, _)| mark_name(mark)),
        reason: marks.and_then(|(mark, _)| reason(mark)),
        address: &card.address,
        standing: kind_name(card.kind),
        trust: card.trust.as_ref().map(Trust::code),
        joined: message.is_joining(),
        kind: message
            .kind()
            .filter(|kind| !matches!(kind, MessageKind::Text | MessageKind::Joined))
            .map(MessageKind::code),
        files: message.files.as_slice().iter().map(offered).collect(),
        marked: marks.map(|(_, since)| moment(since)),
        expires: message.expires.map(moment),
        names: NameFields::of(message),
        payload: payload_field(&message.payload, &message.text),
    }))
}

fn offered(file: &File) -> FileField {
    FileField { name: file.name.clone(), size: file.size, folder: file.folder, fate: file.state.code() }
}

const fn mark_name(mark: &Mark) -> &'static str {
    match mark {
        Mark::Waiting => "waiting",
        Mark::Sent => "sent",
        Mark::Delivered => "delivered",
        Mark::Read => "read",
        Mark::Failed(_) => "failed",
    }
}

fn reason(mark: &Mark) -> Option<String> {
    match mark {
        Mark::Failed(fault) => Some(fault.code()),
        Mark::Waiting | Mark::Sent | Mark::Delivered | Mark::Read => None,
    }
}

const fn kind_name(kind: PeerKind) -> &'static str {
    match kind {
        PeerKind::Contact => "contact",
        PeerKind::Echo => "echo",
        PeerKind::Stranger => "stranger",
    }
}

/// A message that was read, with its conversation. Neither has a number yet: both are 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub card: ConversationRecord,
    pub message: Message,
}

/// What a line says of the peer.
#[derive(Default, Deserialize)]
struct ImportedPeer {
    dialect: Option<String>,
    key: Option<String>,
    from: Option<String>,
    contact: Option<String>,
    conversation: Option<String>,
    address: Option<String>,
    standing: Option<String>,
    sender: Option<String>,
    trust: Option<String>,
    #[serde(default)]
    authenticated: bool,
    #[serde(default)]
    joined: bool,
}

#[derive(Deserialize)]
struct ImportedLine {
    time: String,
    text: String,
    /// Read from the same object, by itself.
    #[serde(skip)]
    peer: ImportedPeer,
    #[serde(default)]
    lossy: bool,
    direction: Option<String>,
    mark: Option<String>,
    reason: Option<String>,
    kind: Option<String>,
    #[serde(default)]
    files: Vec<FileField>,
    marked: Option<String>,
    expires: Option<String>,
    uid: Option<String>,
    about: Option<String>,
    quote: Option<String>,
    payload: Option<String>,
}

/// Reads one line. `address_of` knows the addresses of contacts by their names, for lines that name nothing else.
pub fn read(line: &str, address_of: &dyn Fn(&str) -> Option<Address>) -> Result<Read, LineError> {
    let given: ImportedLine = serde_json::from_str(line).map_err(|error| not_json(&error))?;
    let peer: ImportedPeer = serde_json::from_str(line).map_err(|error| not_json(&error))?;
    let given = ImportedLine { peer, ..given };
    let time = moment("time", &given.time)?;
    let direction = direction(&given, time)?;
    let address = address(&given, &direction, address_of)?;
    let kind = match given.peer.standing.as_deref() {
        Some("contact") => PeerKind::Contact,
        Some("echo") => PeerKind::Echo,
        Some("stranger") => PeerKind::Stranger,
        Some(other) => return Err(wrong("standing", other)),
        None if given.peer.contact.is_some() => PeerKind::Contact,
        None => PeerKind::Stranger,
    };
    let payload = payload(given.payload.as_deref(), &given.text)?;
    let trust = given.peer.trust.as_deref().map(trust).transpose()?;
    let name = given.peer.conversation.or(given.peer.contact).filter(|name| !name.is_empty());
    Ok(Read {
        card: ConversationRecord {
            conversation: ConversationId(0),
            name: name.unwrap_or_else(|| address.authority()),
            kind,
            // A person wants to have it.
            known: true,
            aside: false,
            joined: false,
            trust,
            address: address.to_string(),
        },
        message: Message {
            files: files(&given.files)?,
            id: MessageId(0),
            uid: uid("uid", given.uid.as_deref())?,
            about: uid("about", given.about.as_deref())?,
            expires: given.expires.as_deref().map(|expires| moment("expires", expires)).transpose()?,
            quote: given.quote.filter(|quote| !quote.is_empty()).map(Arc::from),
            conversation: ConversationId(0),
            dialect: given.peer.dialect.unwrap_or_else(|| address.scheme.name.to_owned()).into(),
            time,
            direction,
            text: given.text,
            payload: Arc::from(payload),
        },
    })
}

fn direction(given: &ImportedLine, time: WallTime) -> Result<Direction, LineError> {
    match given.direction.as_deref() {
        None | Some("in") => {
            let from = given.peer.from.as_deref().unwrap_or_default();
            let source: SocketAddr = from.parse().map_err(|_no_address| wrong("from", from))?;
            Ok(Direction::Incoming {
                source,
                lossy: given.lossy,
                authenticated: given.peer.authenticated,
                sender: given.peer.sender.as_deref().filter(|name| !name.is_empty()).map(Arc::from),
                kind: if given.peer.joined { MessageKind::Joined } else { kind(given)? },
            })
        }
        Some("out") => {
            let marked = given.marked.as_deref().map_or(Ok(time), |marked| moment("marked", marked))?;
            Ok(Direction::Outgoing { mark: mark(given)?, marked, kind: kind(given)? })
        }
        Some(other) => Err(wrong("direction", other)),
    }
}

/// Only what was decided somewhere: what cannot be read is no decision.
fn trust(code: &str) -> Result<Trust, LineError> {
    let trust = Trust::from_code(code);
    if trust.code() == code { Ok(trust) } else { Err(wrong("trust", code)) }
}

fn uid(field: &'static str, value: Option<&str>) -> Result<Option<Uid>, LineError> {
    let Some(value) = value else { return Ok(None) };
    let bytes = STANDARD.decode(value).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(|bytes| Some(Uid(bytes))).ok_or_else(|| wrong(field, value))
}

fn kind(given: &ImportedLine) -> Result<MessageKind, LineError> {
    let code = given.kind.as_deref().unwrap_or(MessageKind::Text.code());
    MessageKind::from_code(code).ok_or_else(|| wrong("kind", code))
}

fn files(given: &[FileField]) -> Result<Files, LineError> {
    if given.len() > MAX_FILES {
        return Err(wrong("files", &given.len().to_string()));
    }
    let file = |one: &FileField| {
        let state = TransferState::from_code(&one.fate).ok_or_else(|| wrong("fate", &one.fate))?;
        Ok(File { name: one.name.clone(), size: one.size, folder: one.folder, state })
    };
    given.iter().map(file).collect::<Result<_, _>>().map(Files::new)
}

fn mark(given: &ImportedLine) -> Result<Mark, LineError> {
    match given.mark.as_deref() {
        Some("waiting") => Ok(Mark::Waiting),
        None | Some("sent") => Ok(Mark::Sent),
        Some("delivered") => Ok(Mark::Delivered),
        Some("read") => Ok(Mark::Read),
        Some("failed") => Ok(Mark::Failed(match &given.reason {
            Some(code) => Fault::from_code(code),
            None => Fault::Interrupted,
        })),
        Some(other) => Err(wrong("mark", other)),
    }
}

/// What the line says, else where the contact of that name is, else where the message came from.
fn address(
    given: &ImportedLine,
    direction: &Direction,
    address_of: &dyn Fn(&str) -> Option<Address>,
) -> Result<Address, LineError> {
    if let Some(address) = given.peer.address.as_deref().filter(|address| !address.is_empty()) {
        return parse_address(address).map_err(|_refused| wrong("address", address));
    }
    if let Some(address) = given.peer.contact.as_deref().and_then(address_of) {
        return Ok(address);
    }
    let place = match direction {
        Direction::Incoming { source, .. } => source.to_string(),
        Direction::Outgoing { .. } | Direction::Notice(_) => {
            given.peer.conversation.clone().unwrap_or_default()
        }
    };
    let dialect = given.peer.dialect.as_deref().filter(|dialect| !dialect.is_empty());
    let place = given.peer.key.as_ref().map_or_else(|| place.clone(), |key| format!("{key}@{place}"));
    let whole = dialect.map_or_else(|| place.clone(), |dialect| format!("{dialect}://{place}"));
    parse_address(&whole).map_err(|_refused| wrong("address", &place))
}
