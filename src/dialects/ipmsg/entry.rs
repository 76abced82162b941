//! What a program says of itself: the body of entries, of answers to them, and of changes.
//!
//! ```text
//! nick NUL group NUL                                             everybody
//! nick NUL group NUL LF "UN:"user LF "HN:"host LF "NN:"nick LF "GN:"group NUL "utf-8" NUL        what we write
//! ```
//! The lines are those of the official client, which it reads where the flag says that we know UTF-8; the fourth string
//! is the encoding that iptux looks for. All of it is in one encoding: iptux guesses over the whole packet.

use super::packet::{Packet, command, flag};
use super::text::{self, MAX_NAME, MAX_OWN_NAME, TextDecoder};
use crate::model::traffic::{LocalIdentity, Profile};
use crate::wire::Encoding;

/// Of the words that go with an absence, so much stands behind the nick.
const MAX_AWAY: usize = 32;
/// Stands for a colon in a name.
const DUMMY: &str = "\u{8}";
/// The version of iptux, and of `FeiQ`.
const IPTUX: &str = "1_iptux";
const FEIQ: &str = "1_lbt";

/// What a packet tells of its sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PeerEntry {
    pub about: Profile,
    pub quirks: ClientQuirks,
}

/// What is known of the program that somebody runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
pub(super) struct ClientQuirks {
    pub feiq: bool,
    pub iptux: bool,
    /// It reads UTF-8.
    pub utf8: bool,
    /// It has said so itself, which no words of it take back.
    pub says_utf8: bool,
    /// It has written something that was not UTF-8.
    pub legacy: bool,
    /// It gives receipts for offers too, and knows one again that comes twice: the official client, and we.
    pub confirms_offers: bool,
    /// What it says that it writes.
    pub declared: Option<Encoding>,
}

impl ClientQuirks {
    /// By the header alone.
    pub(super) fn of(packet: &Packet<'_>) -> Self {
        let (feiq, iptux) =
            (packet.version.starts_with(FEIQ.as_bytes()), packet.version.starts_with(IPTUX.as_bytes()));
        // What both say of themselves. In other packets the bit means other things.
        let modern = matches!(packet.kind(), command::ENTRY | command::ANSWER_ENTRY | command::ABSENCE);
        let confirms_offers = modern && packet.has(flag::CAN_UTF8) && !feiq && !iptux;
        let utf8 = packet.has(flag::UTF8) || (modern && packet.has(flag::CAN_UTF8));
        Self { feiq, iptux, utf8, says_utf8: utf8, confirms_offers, ..Self::default() }
    }

    /// What its words tell, which say nothing of what it reads: it may write to each peer as that peer writes.
    pub(super) const fn hear(self, words: Self) -> Self {
        self.join(Self { legacy: words.legacy && !self.says_utf8, ..words })
    }

    /// As these strings of it show. What is UTF-8 of two bytes may be anything else as well.
    pub(super) fn shown_by(self, strings: &[&[u8]]) -> Self {
        let paged = strings.iter().any(|string| text::is_paged(string));
        let long = strings.iter().any(|string| text::is_long_utf8(string));
        let utf8 = self.utf8 || (long && !paged);
        Self { utf8, legacy: !utf8 && paged, ..self }
    }

    /// The same program, of which more is known now.
    pub(super) const fn join(self, newer: Self) -> Self {
        Self {
            feiq: newer.feiq,
            iptux: newer.iptux,
            utf8: newer.utf8 || (self.utf8 && !newer.legacy),
            says_utf8: newer.says_utf8 || (self.says_utf8 && !newer.legacy),
            legacy: newer.legacy || (self.legacy && !newer.utf8),
            confirms_offers: newer.confirms_offers || (self.confirms_offers && !newer.feiq && !newer.iptux),
            declared: if newer.declared.is_some() { newer.declared } else { self.declared },
        }
    }
}

/// Reads what a packet of the entry family says.
pub(super) fn read(packet: &Packet<'_>, decoder: TextDecoder) -> PeerEntry {
    let strings: Vec<&[u8]> = packet.strings().take(4).collect();
    let string = |at: usize| strings.get(at).copied().unwrap_or_default();
    let flagged = packet.has(flag::UTF8);
    let is_block = |string: &[u8]| string.first() == Some(&b'\n') && packet.has(flag::CAN_UTF8);
    // The official client leaves out a group that is empty.
    let ungrouped = is_block(string(1));
    let (nick, group) = (string(0), if ungrouped { b"" } else { string(1) });
    let block = Some(if ungrouped { string(1) } else { string(2) }).filter(|string| is_block(string));
    let ours = [nick, b"\n", group].concat();
    let mut traits = ClientQuirks::of(packet);
    traits.declared = str::from_utf8(string(3)).ok().and_then(Encoding::from_label);
    let decoder = TextDecoder { declared: traits.declared, ..decoder.of(packet) };
    // All of it is in one encoding.
    let decoder = TextDecoder { paged: decoder.paged || (!flagged && text::is_paged(&ours)), ..decoder };
    let encoding = match traits.declared {
        // What iptux writes of itself is in what it says, wherever it was cut.
        Some(declared) if !flagged && decoder.chosen.is_none() => declared,
        Some(_) | None => decoder.encoding_of(flagged, &ours),
    };
    traits.says_utf8 |= !string(3).is_empty();
    traits.utf8 |= traits.says_utf8;
    let traits = traits.shown_by(&[packet.user, packet.host, &ours]);
    let named = matches!(packet.kind(), command::ENTRY | command::ABSENCE);
    let line = |key: &str| line_of(block.unwrap_or_default(), key);
    let nick = line("NN:").filter(|_| named).unwrap_or_else(|| bounded(encoding.decode(nick).0));
    let group = line("GN:").filter(|_| named).unwrap_or_else(|| bounded(encoding.decode(group).0));
    let field = |bytes: &[u8]| field(packet, decoder, bytes);
    let user = line("UN:").unwrap_or_else(|| field(packet.user));
    let host = line("HN:").unwrap_or_else(|| field(packet.host));
    // iptux sets the bit of absence in all it says.
    let absent = packet.has(flag::ABSENT) && !traits.iptux;
    // `nick[words]`: so the official client shows that nobody is there.
    let (name, away) = match nick.strip_suffix(']').and_then(|nick| nick.split_once('[')) {
        Some((name, words)) if absent => (name, Some(words.to_owned())),
        Some(_) | None => (nick.as_str(), absent.then(String::new)),
    };
    let name = if name.is_empty() { user.clone() } else { name.to_owned() };
    let program = program(packet, decoder);
    PeerEntry {
        about: Profile { name, group, user, host, program, away, ..Profile::default() },
        quirks: traits,
    }
}

/// The header alone, for a peer that speaks without having come in.
pub(super) fn read_header(packet: &Packet<'_>, decoder: TextDecoder) -> PeerEntry {
    let decoder = decoder.of(packet);
    let (user, host) = (field(packet, decoder, packet.user), field(packet, decoder, packet.host));
    let about =
        Profile { name: user.clone(), user, host, program: program(packet, decoder), ..Profile::default() };
    PeerEntry { about, quirks: ClientQuirks::of(packet).shown_by(&[packet.user, packet.host]) }
}

/// A part of the header.
fn field(packet: &Packet<'_>, decoder: TextDecoder, bytes: &[u8]) -> String {
    bounded(decoder.decode(packet.has(flag::UTF8), bytes).0)
}

/// A name of no more than it may have. `FeiQ` and its kin write no colon, which would end a field, but this; and lists of
/// hosts have it alone where there is no name.
fn bounded(mut text: String) -> String {
    if text.contains(DUMMY) {
        text = if text == DUMMY { String::new() } else { text.replace(DUMMY, ":") };
    }
    text.truncate(text.floor_char_boundary(MAX_NAME));
    text
}

/// The value behind `key` among the lines of the official client.
fn line_of(lines: &[u8], key: &str) -> Option<String> {
    let line = lines.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(key.as_bytes()))?;
    let value = bounded(Encoding::UTF_8.decode(line).0);
    (!value.is_empty()).then_some(value)
}

/// The program that somebody runs, as its version field tells it.
fn program(packet: &Packet<'_>, decoder: TextDecoder) -> String {
    let (version, _lossy) = decoder.decode(false, packet.version);
    let rest = version.strip_prefix("1_").unwrap_or_default();
    if version.starts_with(FEIQ) {
        "FeiQ".to_owned()
    } else if !rest.is_empty() {
        bounded(rest.to_owned())
    } else if packet.has(flag::CAN_UTF8) {
        "IPMsg".to_owned()
    } else {
        String::new()
    }
}

/// Whether all that our entries say is the same in every encoding.
pub(super) fn is_plain(own: &LocalIdentity) -> bool {
    let all = [own.name.as_str(), &own.group, user(own), host(own), own.away.as_deref().unwrap_or_default()];
    all.iter().all(|text| text.is_ascii())
}

/// The flags of our entries: some believe that a peer reads UTF-8 only if the entry itself is flagged as such. The bit for
/// encryption stays out: all then comes in clear.
pub(super) fn flags(own: &LocalIdentity, encoding: Encoding) -> u32 {
    let absent = if own.away.is_some() { flag::ABSENT } else { 0 };
    let utf8 = if encoding == Encoding::UTF_8 { flag::CAN_UTF8 | flag::UTF8 } else { 0 };
    flag::FILES | absent | utf8
}

/// How much of it an entry of ours says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All: who gets it knows nothing of us.
    Whole,
    /// An answer. Its header is UTF-8 by its flag, so none of the lines is needed; but iptux looks for the string after them.
    Brief,
    Names,
    Nick,
}

/// The body of an entry of ours.
pub(super) fn write(own: &LocalIdentity, encoding: Encoding, extent: Extent) -> Vec<u8> {
    let field = |text: &str| text::name(encoding, text, MAX_OWN_NAME);
    let nick = nick(own, encoding);
    if extent == Extent::Nick {
        return [&nick[..], b"\0"].concat();
    }
    let group = field(&own.group);
    let mut body = [&nick[..], b"\0", &group, b"\0"].concat();
    if encoding != Encoding::UTF_8 || extent == Extent::Names {
        return body;
    }
    if extent == Extent::Brief {
        body.push(b'\n');
    } else {
        let (user, host) = (field(user(own)), field(host(own)));
        for (key, value) in [("UN:", &user), ("HN:", &host), ("NN:", &nick), ("GN:", &group)] {
            body.push(b'\n');
            body.extend_from_slice(key.as_bytes());
            body.extend_from_slice(value);
        }
    }
    body.extend_from_slice(b"\0utf-8\0");
    body
}

/// Our name, with what is said of our absence.
pub(super) fn nick(own: &LocalIdentity, encoding: Encoding) -> Vec<u8> {
    let mut nick = text::name(encoding, &own.name, MAX_OWN_NAME);
    if let Some(away) = own.away.as_deref().filter(|away| !away.is_empty()) {
        nick.push(b'[');
        nick.extend(text::name(encoding, away, MAX_AWAY));
        nick.push(b']');
    }
    nick
}

/// The user of our packets; the field is never empty.
pub(super) fn user(own: &LocalIdentity) -> &str {
    [own.user.as_str(), own.name.as_str()].into_iter().find(|name| !name.is_empty()).unwrap_or("udpqq")
}

pub(super) fn host(own: &LocalIdentity) -> &str {
    if own.host.is_empty() { "udpqq" } else { &own.host }
}
