//! The written format of the relay's frames says what the code does: every vector of `assets/formats/relay.md` is taken
//! apart by the tables of the document and by the code, and written again. (Rooms: `src/dialects/room/tests`.)
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a failed expectation is the failure of the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use udpqq::dialects::relay::frame::{
    BundleEntries, BundleEntry, ClaimRefusal, FromMember, FromRelay, HELLO_LENGTH, Join, Kept, Listed,
    LogLines, LogPart, MAGIC, MemberPage, MemberRequest, MemberToken, OperatorClaim, REQUEST_LENGTH,
    RefusalReason, RoomNews, Rules, Welcome,
};
use udpqq::model::Phrase;
use udpqq::model::phrase::Value;
use udpqq::model::room_log::{LogRecord, LogTail, PageStart, Place, PlacedRecord, RecordKind};

const DOCUMENT: &str = include_str!("../assets/formats/relay.md");

// --- The document. ---

/// What stands below a heading, up to the next one.
fn section(heading: &str) -> &'static str {
    let found =
        DOCUMENT.split("\n#").find(|part| part.trim_start_matches('#').trim_start().starts_with(heading));
    found.unwrap_or_else(|| panic!("no section {heading}"))
}

/// The rows of the first table below a heading, without its head.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let lines = section(heading).lines().filter(|line| line.starts_with('|')).skip(2);
    lines
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect())
        .collect()
}

/// A frame or an entry as a table has it: its name, and the names and types of its fields.
struct Layout {
    name: &'static str,
    fields: Vec<(&'static str, &'static str)>,
}

impl Layout {
    fn new(name: &'static str, fields: &'static str) -> Self {
        let fields = fields.split(", ").filter(|field| !field.is_empty());
        let fields = fields.map(|field| field.split_once(' ').expect(field)).collect();
        Self { name, fields }
    }
}

/// The layouts of a table, by their kinds.
fn layouts(heading: &str) -> BTreeMap<&'static str, Layout> {
    rows(heading).into_iter().map(|row| (row[0], Layout::new(row[1], row[2]))).collect()
}

/// A vector: its bytes, and what the document says of them.
fn vectors(heading: &str) -> Vec<(Vec<u8>, String)> {
    let block = section(heading).split("```").nth(1).expect("a block");
    let (_, block) = block.split_once('\n').expect("the word behind the fence");
    let vector = |part: &str| {
        let at = part.find(['=', '!']).expect(part);
        (bytes(&part[..at]), part[at + 1..].trim().to_owned())
    };
    block.trim().split("\n\n").map(vector).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().filter(|digit| !digit.is_whitespace()).collect();
    let byte = |two: &[char]| u8::from_str_radix(&two.iter().collect::<String>(), 16).expect(hex);
    digits.chunks(2).map(byte).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes all");
        hex
    })
}

// --- A vector by the tables. ---

/// Bytes that are taken apart as the document has it.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        taken
    }

    fn integer(&mut self, count: usize) -> u64 {
        self.take(count).iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
    }

    fn varint(&mut self) -> u64 {
        let last = self.rest.iter().position(|byte| *byte < 0x80).expect("an end of the number");
        self.take(last + 1).iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f))
    }

    fn text(&mut self, count: usize) -> String {
        format!("\"{}\"", str::from_utf8(self.take(count)).expect("text"))
    }

    /// One field, as vectors are written.
    fn field(&mut self, kind: &str) -> String {
        match kind {
            "u8" => self.integer(1).to_string(),
            "u16" => self.integer(2).to_string(),
            "u32" => self.integer(4).to_string(),
            "u64" => format!("{:016x}", self.integer(8)),
            "varint" | "long" => self.varint().to_string(),
            "short" => {
                let length = self.integer(1);
                self.text(usize::try_from(length).expect("a length"))
            }
            "bytes" => {
                let length = self.varint();
                self.text(usize::try_from(length).expect("a length"))
            }
            "perhaps" if self.rest.is_empty() => "none".to_owned(),
            "cookie" | "perhaps" => hex(self.take(16)),
            "proof" => hex(self.take(32)),
            "sized" => {
                let length = self.integer(2);
                self.text(usize::try_from(length).expect("a length"))
            }
            _ => panic!("no type is called {kind}"),
        }
    }

    fn fields(&mut self, layout: &Layout) -> String {
        let mut told = layout.name.to_owned();
        for (name, kind) in &layout.fields {
            match *kind {
                "zeros" | "filling" => assert!(self.take(self.rest.len()).iter().all(|byte| *byte == 0)),
                "entries" => told += &self.entries("Entries of a bundle"),
                "page" => told += &self.entries("Messages of the log"),
                "options" => told += &self.options(),
                "words" => told += &self.words(),
                "sentences" => told += &self.sentences(),
                "list" | "rooms" | "relays" => {
                    let heading = match *kind {
                        "list" => "Lines of the list",
                        "relays" => "Other relays",
                        _ => "News of rooms",
                    };
                    let listed = rows(heading).remove(0);
                    while !self.rest.is_empty() {
                        told.push_str("\n  ");
                        told.push_str(&self.fields(&Layout::new(listed[0], listed[1])));
                    }
                }
                kind => write!(told, " {name}={}", self.field(kind)).expect("a string takes all"),
            }
        }
        told
    }

    fn options(&mut self) -> String {
        let (mut proof, mut operator) = ("none".to_owned(), String::new());
        while !self.rest.is_empty() {
            let (kind, length) = (self.integer(1), self.varint());
            let mut value = Reader { rest: self.take(usize::try_from(length).expect("a length")) };
            match kind {
                1 => proof = hex(value.take(32)),
                2 => {
                    let (salt, claim) = (hex(value.take(16)), hex(value.take(32)));
                    operator =
                        format!(" operator={} salt={salt} claim={claim}", value.text(value.rest.len()));
                }
                _ => {}
            }
        }
        format!(" proof={proof}{operator}")
    }

    fn words(&mut self) -> String {
        let words: Vec<String> = (0..self.integer(1)).map(|_| self.field("short")).collect();
        format!(" words={}", words.join(","))
    }

    fn sentences(&mut self) -> String {
        let mut told = String::new();
        for _ in 0..self.integer(1) {
            write!(told, "\n  sentence key={}", self.field("short")).expect("a string takes all");
            for _ in 0..self.integer(1) {
                let (name, kind) = (self.field("short"), self.integer(1));
                let value = if kind == 0 { self.integer(8).to_string() } else { self.field("short") };
                write!(told, " {}={value}", name.trim_matches('"')).expect("a string takes all");
            }
        }
        told
    }

    /// Each begins with its kind.
    fn entries(&mut self, heading: &str) -> String {
        let layouts = layouts(heading);
        let mut told = String::new();
        while let [kind, ..] = self.rest {
            if *kind == 0 {
                assert!(self.take(self.rest.len()).iter().all(|byte| *byte == 0));
                break;
            }
            self.take(1);
            told.push_str("\n  ");
            told.push_str(&self.fields(&layouts[kind.to_string().as_str()]));
        }
        told
    }
}

/// What the tables say that these bytes are.
fn by_the_tables(bytes: &[u8], heading: &str) -> String {
    let mut reader = Reader { rest: bytes };
    assert_eq!(reader.take(3), MAGIC);
    let kind = char::from(reader.take(1)[0]).to_string();
    let told = reader.fields(&layouts(heading)[kind.as_str()]);
    assert!(reader.rest.is_empty(), "{told}: {} bytes too many", reader.rest.len());
    told
}

// --- A vector by the code. ---

fn quoted(text: &[u8]) -> String {
    format!("\"{}\"", str::from_utf8(text).expect("text"))
}

fn member_says(frame: &FromMember<'_>) -> String {
    match frame {
        FromMember::Hello { nonce } => format!("hello nonce={nonce:016x}"),
        FromMember::Join(Join {
            nonce,
            cookie,
            id,
            token: MemberToken(token),
            name,
            room,
            proof,
            operator,
        }) => {
            let (cookie, proof) = (hex(cookie), proof.map_or_else(|| "none".to_owned(), |proof| hex(&proof)));
            let operator = operator.map_or_else(String::new, |OperatorClaim { salt, proof, name }| {
                format!(" operator={name:?} salt={} claim={}", hex(&salt), hex(&proof))
            });
            format!(
                "join nonce={nonce:016x} cookie={cookie} id={id:016x} token={token:016x} name={name:?} room={room:?} \
                 proof={proof}{operator}"
            )
        }
        FromMember::Request { token, request } => request_says(token.0, request),
    }
}

fn request_says(token: u64, request: &MemberRequest<'_>) -> String {
    match request {
        MemberRequest::Say { number, after, text } => {
            format!("say token={token:016x} number={number} after={after} text={}", quoted(text))
        }
        MemberRequest::Ping => format!("ping token={token:016x}"),
        MemberRequest::Missing { stream, from, count } => {
            format!("missing token={token:016x} stream={stream} from={from:016x} count={count}")
        }
        MemberRequest::Members { from } => format!("members token={token:016x} from={from}"),
        MemberRequest::Read { ticket, start, count } => {
            let (start, place) = match start {
                PageStart::Latest => (0, 0),
                PageStart::Before(place) => (1, place.get()),
                PageStart::After(place) => (2, place.get()),
                PageStart::Oldest => (3, 0),
            };
            format!("read token={token:016x} ticket={ticket} start={start} place={place:016x} count={count}")
        }
        MemberRequest::Nick { name } => format!("nick token={token:016x} name={name:?}"),
        MemberRequest::Order { number, proof, words } => {
            let words: Vec<String> = words.words().iter().map(|word| format!("{word:?}")).collect();
            format!("order token={token:016x} number={number} proof={} words={}", hex(proof), words.join(","))
        }
        MemberRequest::Leave => format!("leave token={token:016x}"),
    }
}

fn relay_says(frame: &FromRelay<'_>) -> String {
    match frame {
        FromRelay::Challenge { nonce, cookie } => {
            format!("challenge nonce={nonce:016x} cookie={}", hex(cookie))
        }
        FromRelay::Welcome(welcome) => welcomes(welcome),
        FromRelay::Bundle { stream, seq, entries } => {
            format!("bundle stream={stream} seq={seq:016x}{}", all_entries(entries))
        }
        FromRelay::Taken { stream, number, seq } => {
            format!("taken stream={stream} number={number} seq={seq:016x}")
        }
        FromRelay::Pong { rooms } => rooms.iter().fold("pong".to_owned(), |told, news| {
            let RoomNews { stream, seq, count } = news;
            format!("{told}\n  news stream={stream} seq={seq:016x} count={count}")
        }),
        FromRelay::Gone { stream, seq } => format!("gone stream={stream} seq={seq:016x}"),
        FromRelay::Members { stream, count, roster } => {
            format!("members stream={stream} count={count}{}", all_listed(roster))
        }
        FromRelay::Log(LogPart { stream, ticket, part, parts, more, lines }) => {
            let more = u8::from(*more);
            format!(
                "log stream={stream} ticket={ticket} part={part} parts={parts} more={more}{}",
                all_kept(lines)
            )
        }
        FromRelay::Refused { to: MemberToken(to), number, why } => {
            format!("refused to={to:016x} number={number} reason={}", reason(*why))
        }
        FromRelay::Locked { nonce, salt } => format!("locked nonce={nonce:016x} salt={}", hex(salt)),
        FromRelay::Unclaimed { nonce, why, salt } => {
            let why = match why {
                ClaimRefusal::Unproved => 0,
                ClaimRefusal::Wrong => 1,
                ClaimRefusal::Later => 2,
                ClaimRefusal::Nobody => 3,
            };
            format!("unclaimed nonce={nonce:016x} why={why} salt={}", hex(salt))
        }
        FromRelay::Ordered { token: MemberToken(token), number, done, said } => {
            let said = said.phrases().iter().map(sentence_says).collect::<String>();
            format!("ordered token={token:016x} number={number} done={}{said}", u8::from(*done))
        }
        FromRelay::Renewed { token: MemberToken(token), next: MemberToken(next) } => {
            format!("renewed token={token:016x} next={next:016x}")
        }
        FromRelay::Unknown { token: MemberToken(token), cookie } => {
            format!(
                "unknown token={token:016x} cookie={}",
                cookie.as_ref().map_or_else(|| "none".to_owned(), |cookie| hex(cookie))
            )
        }
        FromRelay::Closing { token: MemberToken(token), next } => {
            let next = next.map(|next| next.to_string()).unwrap_or_default();
            format!("closing token={token:016x} next={next:?}")
        }
    }
}

fn sentence_says(said: &Phrase) -> String {
    said.args.iter().fold(format!("\n  sentence key={:?}", said.key), |told, (name, value)| match value {
        Value::Number(number) => format!("{told} {name}={number}"),
        Value::Text(text) => format!("{told} {name}={text:?}"),
    })
}

fn welcomes(welcome: &Welcome<'_>) -> String {
    let Welcome { nonce, token, id, index, stream, seq, expiry, log, rules, .. } = welcome;
    let Welcome { is_operator, is_crowded, name, room, others, .. } = welcome;
    let (MemberToken(token), rules) = (token, rules_say(rules));
    let others =
        others.iter().fold(String::new(), |told, relay| format!("{told}\n  relay address=\"{relay}\""));
    let (flags, epoch, place) = match log {
        Some(LogTail { epoch, last }) => (1, epoch.0, Place::or_zero(*last)),
        None => (0, 0, 0),
    };
    let flags = flags + if *is_operator { 4 } else { 0 } + if *is_crowded { 16 } else { 0 };
    format!(
        "welcome nonce={nonce:016x} token={token:016x} id={id:016x} index={index} stream={stream} seq={seq:016x} \
         expiry={expiry} flags={flags} epoch={epoch:016x} place={place:016x} {rules} name={name:?} room={room:?}{others}"
    )
}

fn rules_say(rules: &Rules<'_>) -> String {
    let Rules { moderated, slow, topic } = rules;
    format!("rules={} slow={slow} topic={topic:?}", u8::from(*moderated))
}

fn all_entries(entries: &BundleEntries<'_>) -> String {
    let told = entries.clone().map(|entry| match entry {
        BundleEntry::Text { index, number, kept: Some(Kept { place, at }), text } => {
            let (place, at, text) = (place.get(), at.0 / 1_000, quoted(text));
            format!("kept index={index} number={number} place={place} at={at} text={text}")
        }
        BundleEntry::Text { index, number, kept: None, text } => {
            format!("text index={index} number={number} text={}", quoted(text))
        }
        BundleEntry::Joined { index, id, name } => format!("joined index={index} id={id:016x} name={name:?}"),
        BundleEntry::Crowded(is_crowded) => format!("crowded crowded={}", u8::from(is_crowded)),
        BundleEntry::Omitted => "omitted".to_owned(),
        BundleEntry::Rules(rules) => format!("rules {}", rules_say(&rules)),
        BundleEntry::Left { index } => format!("left index={index}"),
        BundleEntry::Renamed { index, name } => format!("renamed index={index} name={name:?}"),
        BundleEntry::Removed { kept: Kept { place, at }, message } => {
            format!("removed place={} at={} message={}", place.get(), at.0 / 1_000, message.get())
        }
    });
    told.flat_map(|entry| ["\n  ".to_owned(), entry]).collect()
}

fn all_kept(lines: &LogLines<'_>) -> String {
    let told = lines.clone().map(|PlacedRecord { place, record }| {
        let LogRecord { at, kind, id, number, name, body } = record;
        let (place, at, text) = (place.get(), at.0 / 1_000, quoted(&body));
        if let RecordKind::Removed(message) = kind {
            return format!("removed place={place} at={at} message={}", message.get());
        }
        format!("message place={place} at={at} id={id:016x} number={number} name={name:?} text={text}")
    });
    told.flat_map(|line| ["\n  ".to_owned(), line]).collect()
}

fn all_listed(roster: &MemberPage<'_>) -> String {
    let told = roster.clone().map(|Listed { index, id, here, name }| {
        format!("listed index={index} id={id:016x} here={} name={name:?}", u8::from(here))
    });
    told.flat_map(|listed| ["\n  ".to_owned(), listed]).collect()
}

/// The number that the document gives to a reason.
fn reason(why: RefusalReason) -> &'static str {
    rows("Reasons").into_iter().find(|row| row[1] == format!("{why:?}")).expect("a reason of the document")[0]
}

// --- Both say the same. ---

#[test]
fn what_a_member_sends_is_what_the_document_says() {
    let mut kinds = BTreeSet::new();
    for (bytes, told) in vectors("Sent by a member") {
        let frame = FromMember::decode(&bytes).unwrap_or_else(|| panic!("no frame: {told}"));
        assert_eq!(member_says(&frame), told);
        assert_eq!(by_the_tables(&bytes, "From a member"), told);
        let mut again = Vec::new();
        frame.encode(&mut again);
        assert_eq!(hex(&again), hex(&bytes), "{told}");
        kinds.insert(char::from(bytes[3]).to_string());
    }
    assert_eq!(kinds, layouts("From a member").into_keys().map(str::to_owned).collect());
}

#[test]
fn what_a_relay_sends_is_what_the_document_says() {
    let (mut kinds, mut entries) = (BTreeSet::new(), String::new());
    for (bytes, told) in vectors("Sent by the relay") {
        let frame = FromRelay::decode(&bytes).unwrap_or_else(|| panic!("no frame: {told}"));
        assert_eq!(relay_says(&frame), told);
        assert_eq!(by_the_tables(&bytes, "From the relay"), told);
        let mut again = Vec::new();
        frame.encode(&mut again);
        assert_eq!(hex(&again), hex(&bytes), "{told}");
        kinds.insert(char::from(bytes[3]).to_string());
        entries += &told;
    }
    assert_eq!(kinds, layouts("From the relay").into_keys().map(str::to_owned).collect());
    for layout in layouts("Entries of a bundle").values() {
        let is_it =
            |line: &str| line.starts_with("  ") && line.split_whitespace().next() == Some(layout.name);
        assert!(entries.lines().any(is_it), "no vector has the entry {}", layout.name);
    }
}

/// Entries and lines are written one by one: each vector that holds some is put together from them.
#[test]
fn what_a_bundle_and_a_list_hold_is_written_so() {
    for (bytes, told) in vectors("Sent by the relay") {
        let mut again = Vec::new();
        match FromRelay::decode(&bytes) {
            Some(FromRelay::Bundle { entries, .. }) => entries.for_each(|entry| entry.encode(&mut again)),
            Some(FromRelay::Members { roster, .. }) => roster.for_each(|listed| listed.encode(&mut again)),
            _ => continue,
        }
        assert!(hex(&bytes).trim_end_matches('0').ends_with(hex(&again).trim_end_matches('0')), "{told}");
    }
}

#[test]
fn what_the_document_calls_no_frame_is_none() {
    for (bytes, why) in vectors("No frames of a member") {
        assert_eq!(FromMember::decode(&bytes), None, "{why}");
    }
    for (bytes, why) in vectors("No frames of the relay") {
        assert_eq!(FromRelay::decode(&bytes), None, "{why}");
    }
}

#[test]
fn reasons_and_lengths_are_those_of_the_code() {
    for row in rows("Reasons") {
        let code: u8 = row[0].parse().expect(row[0]);
        let bytes = [&MAGIC[..], b"x", &[0; 12], &[code]].concat();
        match FromRelay::decode(&bytes) {
            Some(FromRelay::Refused { why, .. }) => assert_eq!(format!("{why:?}"), row[1]),
            other => panic!("{other:?}"),
        }
    }
    assert!(section("Every frame").contains(&format!("{HELLO_LENGTH} bytes or longer")));
    assert!(section("Every frame").contains(&format!("up to {REQUEST_LENGTH} bytes in all")));
    assert!(section("Every frame").contains(&hex(&MAGIC).as_bytes().chunks(2).fold(
        String::new(),
        |all, two| {
            format!("{all}{}{}", if all.is_empty() { "" } else { " " }, String::from_utf8_lossy(two))
        }
    )));
}
