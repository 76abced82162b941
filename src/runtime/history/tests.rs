//! Lines and transcripts: what is written is read again as it was.

use std::io::{BufReader, Cursor};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::exports::expanded;
use super::import_lines::{ImportLines, MAX_LINE};
use super::transcript::Transcript;
use super::*;
use crate::lang::Lang;
use crate::model::history::{PeerKind, StoreCommand};
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Fault, File, Files, Mark, PublicKey, TransferState, Trust, Uid, WallTime};
use crate::runtime::profile::create_private;

/// 2026-11-21 09:30:12.345678 UTC, a Saturday.
const MORNING: i64 = 1_795_253_412_345_678;
const DAY: i64 = 86_400_000_000;
const SOURCE: &str = "127.0.0.1:8081";
const HOSTILE: &str = "\u{1b}[2J\u{9b}31m\r\n\n\u{85}\u{2028}\u{202e}abc \"\\u0041\" \u{10ffff}\t\0 \u{301}";

fn card(name: &str, address: &str, kind: PeerKind) -> ConversationRecord {
    let (name, address) = (name.to_owned(), address.to_owned());
    ConversationRecord {
        conversation: ConversationId(0),
        name,
        address,
        kind,
        known: true,
        aside: false,
        joined: false,
        trust: None,
    }
}

fn alex() -> ConversationRecord {
    card("alex", "udp://127.0.0.1:8081", PeerKind::Contact)
}

fn message(text: &str, direction: Direction) -> Message {
    Message {
        uid: None,
        about: None,
        quote: None,
        expires: None,
        files: Files::default(),
        id: MessageId(0),
        conversation: ConversationId(0),
        dialect: "udp".into(),
        time: WallTime(MORNING),
        direction,
        text: text.to_owned(),
        payload: Arc::from(text.as_bytes()),
    }
}

fn incoming(text: &str) -> Message {
    message(text, Direction::incoming(SOURCE.parse().expect("literal")))
}

fn outgoing(text: &str, mark: Mark) -> Message {
    message(text, Direction::Outgoing { kind: MessageKind::Text, mark, marked: WallTime(MORNING + 1) })
}

fn zones() -> Vec<TimeZone> {
    let shanghai = TimeZone::fixed(jiff::tz::offset(8));
    // As Amsterdam had it: an offset that RFC 3339 cannot say.
    let odd = TimeZone::fixed(jiff::tz::Offset::from_seconds(1_172).expect("in range"));
    vec![TimeZone::UTC, shanghai, odd]
}

fn nobody(_name: &str) -> Option<Address> {
    None
}

fn round_trip(card: &ConversationRecord, message: &Message) {
    for zone in zones() {
        let line = line(card, message, &zone).expect("no notice");
        assert_eq!(crate::model::text::plain_line(&line), line, "nothing in it needs to be escaped");
        let back = read(&line, &nobody).expect(&line);
        assert_eq!((&back.card, &back.message), (card, message), "{line}");
    }
}

#[test]
fn every_message_is_read_as_it_was_written() {
    let stranger = card(SOURCE, "udp://127.0.0.1:8081", PeerKind::Stranger);
    let gbk = card("瞎\n驴", "udp://peer.local:9?encoding=gb18030", PeerKind::Contact);
    let echo = card("echo", "udp://[::1]:40000", PeerKind::Echo);
    for card in [alex(), stranger, gbk, echo] {
        for text in ["在吗", "", HOSTILE, "👨‍👩‍👧 e\u{301}", "\u{fffd}", "a\nb\n"] {
            round_trip(&card, &incoming(text));
            for mark in [
                Mark::Waiting,
                Mark::Sent,
                Mark::Delivered,
                Mark::Failed(Fault::Interrupted),
                Mark::Failed(Fault::TooLarge { bytes: 70_000, limit: 65_507 }),
                Mark::Failed(Fault::Network { to: SOURCE.parse().ok(), code: "EPERM".into() }),
            ] {
                round_trip(&card, &outgoing(text, mark));
            }
        }
    }
}

#[test]
fn what_is_not_said_by_the_text_is_read_as_it_was_written() {
    let source = "[fe80::1%3]:9".parse().expect("literal");
    let mut lossy = message(
        "在\u{fffd}",
        Direction::Incoming {
            source,
            lossy: true,
            authenticated: true,
            sender: None,
            kind: MessageKind::Text,
        },
    );
    lossy.payload = Arc::from(*b"\xd4\xda\xff");
    round_trip(&alex(), &lossy);
    for (sender, kind) in
        [(Some("侯\n哥"), MessageKind::Text), (None, MessageKind::Joined), (Some("x"), MessageKind::Joined)]
    {
        let sender = sender.map(Arc::from);
        let direction = Direction::Incoming { source, lossy: false, authenticated: false, sender, kind };
        round_trip(&alex(), &message("in a room", direction));
    }
    let mut unsent = outgoing("在吗", Mark::Waiting);
    unsent.payload = Arc::from([]);
    round_trip(&alex(), &unsent);
    for time in [0, -1, MORNING + 999_999, 4_102_444_800_000_000] {
        let early = Message { time: WallTime(time), ..incoming("x") };
        round_trip(&alex(), &early);
    }
}

#[test]
fn names_and_decisions_are_read_as_they_were_written() {
    let claimed = PublicKey::from_bytes([7; 32]).expect("a key");
    let (uid, about) = (Some(Uid([0xff; 16])), Some(Uid([0; 16])));
    for trust in [
        Trust::Pinned,
        Trust::Verified { since: WallTime(MORNING) },
        Trust::Requested,
        Trust::Changed { claimed, compared: None, since: None, from: None },
        Trust::Blocked,
    ] {
        let card = ConversationRecord { trust: Some(trust), ..alex() };
        round_trip(&card, &Message { uid, ..incoming("x") });
        round_trip(&card, &Message { uid, about, ..outgoing("x", Mark::Sent) });
        round_trip(&card, &Message { about, ..incoming("x") });
    }
    let expires = Some(WallTime(MORNING + DAY));
    round_trip(&alex(), &Message { expires, ..incoming("x") });
    round_trip(&alex(), &Message { uid, expires, ..outgoing("x", Mark::Sent) });
    let plain = line(&alex(), &incoming("x"), &TimeZone::UTC).expect("no notice");
    assert!(!["uid", "about", "trust", "expires"].iter().any(|field| plain.contains(field)), "{plain}");
}

#[test]
fn names_and_decisions_that_make_no_sense_are_refused() {
    let whole = Message { uid: Some(Uid([1; 16])), about: Some(Uid([2; 16])), ..incoming("x") };
    let card = ConversationRecord { trust: Some(Trust::Pinned), ..alex() };
    let line = line(&card, &whole, &TimeZone::UTC).expect("no notice");
    let (uid, about) = ("AQEBAQEBAQEBAQEBAQEBAQ==", "AgICAgICAgICAgICAgICAg==");
    for (field, good, bad) in [
        ("uid", uid, "AQEB"),
        ("uid", uid, "?"),
        ("about", about, ""),
        ("about", about, "AgICAgICAgICAgICAgICAgIC"),
        ("trust", "pinned", "verified"),
        ("trust", "pinned", ""),
    ] {
        let wrong = line.replace(&format!("\"{good}\""), &format!("\"{bad}\""));
        assert_eq!(read(&wrong, &nobody), Err(LineError::Field { field, value: bad.to_owned() }), "{wrong}");
    }
}

fn files() -> Files {
    let fates = [
        TransferState::Offered,
        TransferState::Moving,
        TransferState::Done { path: "/home/hou/a b\n".to_owned() },
        TransferState::Done { path: String::new() },
        TransferState::Declined,
        TransferState::Stopped { bytes: 0 },
        TransferState::Broken { fault: Fault::Disk { code: "ENOSPC".into() }, bytes: u64::MAX },
        TransferState::Withdrawn,
    ];
    let file =
        |(state, size)| File { name: format!("文\u{202e}件\n{size}"), size, folder: size == 9, state };
    Files::new(fates.into_iter().zip(3..).map(file).collect())
}

#[test]
fn files_kinds_and_what_became_of_them_are_read_as_they_were_written() {
    // `Joined` is a field of its own, above.
    for kind in MessageKind::ALL.into_iter().filter(|kind| *kind != MessageKind::Joined) {
        let source = SOURCE.parse().expect("literal");
        let theirs = Direction::Incoming { source, lossy: false, authenticated: false, sender: None, kind };
        let ours = Direction::Outgoing { mark: Mark::Read, marked: WallTime(MORNING), kind };
        for direction in [theirs, ours] {
            round_trip(&alex(), &Message { files: files(), ..message("", direction) });
        }
    }
}

#[test]
fn a_transcript_says_what_a_message_offers_and_why_it_has_no_text() {
    let of_kind = |kind| {
        let source = SOURCE.parse().expect("literal");
        message("", Direction::Incoming { source, lossy: false, authenticated: false, sender: None, kind })
    };
    let text = transcript(&[
        (alex(), Message { files: files(), ..incoming("look\n09:31 eve: hi") }),
        (alex(), of_kind(MessageKind::Sealed)),
        (alex(), of_kind(MessageKind::Unreadable)),
    ]);
    let expected = "\
09:30 alex: look
      09:31 eve: hi
      file “文<U+202E>件^J3”, 3 bytes: offered
      file “文<U+202E>件^J4”, 4 bytes: on its way
      file “文<U+202E>件^J5”, 5 bytes: done, /home/hou/a b^J
      file “文<U+202E>件^J6”, 6 bytes: done
      file “文<U+202E>件^J7”, 7 bytes: declined
      file “文<U+202E>件^J8”, 8 bytes: stopped
      folder “文<U+202E>件^J9”: broken off after 18446744073709551615 bytes: the disk is full
      file “文<U+202E>件^J10”, 10 bytes: withdrawn
09:30 alex:
      (sealed, not opened)
09:30 alex:
      (encrypted in a way that udpqq cannot read)";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn another_key_of_a_contact_is_a_line_of_its_own_in_transcripts_and_exports() {
    let key = |number| PublicKey::from_bytes([number; 32]).expect("a key");
    let source = "0.0.0.0:0".parse().expect("literal");
    let kind = MessageKind::KeyChange;
    let direction = Direction::Incoming { source, lossy: false, authenticated: false, sender: None, kind };
    let change = message(&format!("{} {}", key(2), key(9)), direction);
    let (before, now) = (key(2).groups(), key(9).groups());
    let text = transcript(&[(alex(), change.clone())]);
    let said = format!("09:30 * alex has another key from here on: {now} instead of {before}.");
    assert!(text.contains(&said), "{text}");
    let exported = line(&alex(), &change, &TimeZone::UTC).expect("a line");
    assert!(exported.contains(r#""kind":"key-change""#), "{exported}");
    // Whatever a file of somebody else says, the line stands, and says no more.
    let odd = transcript(&[(alex(), Message { text: "\u{1b}[2J".to_owned(), ..change })]);
    assert!(odd.contains("09:30 * alex has another key") && !odd.contains('\u{1b}'), "{odd}");
}

#[test]
fn a_line_has_the_fields_of_listen_and_more() {
    let received =
        line(&alex(), &incoming("在吗"), &TimeZone::fixed(jiff::tz::offset(8))).expect("a message");
    assert_eq!(
        received,
        r#"{"time":"2026-11-21T17:30:12.345678+08:00","dialect":"udp","from":"127.0.0.1:8081","contact":"alex","conversation":"alex","sender":null,"text":"在吗","bytes":6,"lossy":false,"authenticated":false,"id":0,"direction":"in","mark":null,"reason":null,"address":"udp://127.0.0.1:8081","standing":"contact"}"#
    );
    let mut failed = outgoing("a\u{1b}", Mark::Failed(Fault::NotListening));
    failed.payload = Arc::from([]);
    let failed = line(&card(SOURCE, "udp://127.0.0.1:8081", PeerKind::Stranger), &failed, &TimeZone::UTC);
    assert_eq!(
        failed.expect("a message"),
        r#"{"time":"2026-11-21T09:30:12.345678+00:00","dialect":"udp","from":null,"contact":null,"conversation":"127.0.0.1:8081","sender":null,"text":"a\u001b","bytes":0,"lossy":false,"authenticated":false,"id":0,"direction":"out","mark":"failed","reason":"not-listening","address":"udp://127.0.0.1:8081","standing":"stranger","marked":"2026-11-21T09:30:12.345679+00:00","payload":""}"#
    );
    let notice = message("", Direction::Notice(Phrase::new("x")));
    assert_eq!(line(&alex(), &notice, &TimeZone::UTC), None);
}

#[test]
fn a_line_of_listen_is_an_incoming_message() {
    let stranger = r#"{"time":"2026-11-21T17:30:12.345678+08:00","dialect":"udp","from":"127.0.0.1:8081","contact":null,"conversation":"127.0.0.1:8081","sender":null,"text":"在吗","bytes":6,"lossy":false,"authenticated":false}"#;
    let back = read(stranger, &nobody).expect("a message");
    assert_eq!(back.card, card(SOURCE, "udp://127.0.0.1:8081", PeerKind::Stranger));
    assert_eq!(back.message, incoming("在吗"));

    let known = stranger.replace("null", "\"瞎驴\"");
    let address = "udp://there:9?encoding=gbk";
    let in_contacts = |name: &str| (name == "瞎驴").then(|| parse_address(address).ok()).flatten();
    let back = read(&known, &in_contacts).expect("a message");
    assert_eq!((back.card.address.as_str(), back.card.kind), (address, PeerKind::Contact));
    let back = read(&known, &nobody).expect("a message");
    assert_eq!(back.card.address, "udp://127.0.0.1:8081", "where it came from is the best that is known");

    // The key says who it was, from wherever it came.
    let key = "bnitvwnusjablsqjalwqpece2owf3pwcgbxqnfemcdni5nxdt4wu6fqb";
    let proved = stranger.replace(r#""udp""#, r#""udpqq""#).replace('}', &format!(r#","key":"{key}"}}"#));
    let back = read(&proved, &nobody).expect("a message");
    assert_eq!(back.card.address, format!("udpqq://{key}@127.0.0.1:8081"));

    let least = r#"{"text":"x","time":"2026-11-21T09:30:12Z","from":"127.0.0.1:8081","later":[1]}"#;
    let odd = least.replacen('{', r#"{"unheard-of": ["\ud800", 1e999],"#, 1);
    read(&odd, &nobody).expect("however odd what is new may be");
    let back = read(least, &nobody).expect("what is new is ignored");
    assert_eq!((back.card.name.as_str(), &*back.message.dialect), (SOURCE, "udp"));
    let sent =
        r#"{"text":"x","time":"2026-11-21T09:30:12Z","conversation":"127.0.0.1:8081","direction":"out"}"#;
    let back = read(sent, &nobody).expect("a message");
    assert_eq!(back.message.mark(), Some(&Mark::Sent));
}

#[test]
fn a_field_that_makes_no_sense_is_named() {
    let good = r#"{"text":"x","time":"2026-11-21T09:30:12Z","from":"127.0.0.1:8081","direction":"in","mark":"sent"}"#;
    read(good, &nobody).expect("a message");
    for (from, to, field) in [
        ("2026-11-21T09:30:12Z", "2026-11-21T09:30:12", "time"),
        ("127.0.0.1:8081", "there:8081", "from"),
        (r#""direction":"in""#, r#""direction":"up""#, "direction"),
        (r#""in","mark":"sent""#, r#""out","mark":"lost","address":"h:1""#, "mark"),
        (r#""mark":"#, r#""address":"fax://h:1","mark":"#, "address"),
        (r#""mark":"#, r#""standing":"friend","mark":"#, "standing"),
        (r#""mark":"#, r#""payload":"!","mark":"#, "payload"),
        (r#""mark":"#, r#""kind":"song","mark":"#, "kind"),
        (r#""mark":"#, r#""expires":"soon","mark":"#, "expires"),
        (r#""mark":"#, r#""files":[{"name":"a","size":1,"fate":"eaten"}],"mark":"#, "fate"),
        (r#""in""#, r#""out""#, "address"),
    ] {
        let line = good.replace(from, to);
        match read(&line, &nobody) {
            Err(LineError::Field { field: named, .. }) => assert_eq!(named, field, "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
    for line in ["", "x", "[]", "{}", r#"{"text":1,"time":""}"#, r#"{"text":"x"}"#] {
        assert!(matches!(read(line, &nobody), Err(LineError::Json(_))), "{line}");
    }
}

fn taken_in(file: &[u8]) -> Vec<Result<String, (&'static str, i64)>> {
    // Small pieces, as they come from a pipe.
    let input = BufReader::with_capacity(7, Cursor::new(file));
    let messages = ImportLines::new(input, "file", |line: &str| read(line, &nobody));
    let short = |why: Phrase| {
        let line = why.args.iter().find(|(name, _)| *name == "line").map(|(_, value)| value.clone());
        let Some(crate::model::phrase::Value::Number(line)) = line else { panic!("{why:?}") };
        (why.key, line)
    };
    messages.map(|item| item.map(|read| read.message.text).map_err(short)).collect()
}

#[test]
fn the_first_bad_line_ends_a_file_and_is_told_by_its_number() {
    let good = |text: &str| {
        line(&alex(), &incoming(text), &TimeZone::UTC)
            .map(|line| line + "\n")
            .expect("a message")
            .into_bytes()
    };
    let text = |text: &str| Ok(text.to_owned());
    assert_eq!(taken_in(b""), []);
    assert_eq!(taken_in(b"\n \n"), []);
    assert_eq!(taken_in(good("a").trim_ascii_end()), [text("a")]);
    assert_eq!(taken_in(&[good("a"), b"\r\n".to_vec(), good("b")].concat()), [text("a"), text("b")]);
    let bad = [good("a"), b"\n{\n".to_vec(), good("b")].concat();
    assert_eq!(taken_in(&bad), [text("a"), Err(("import-not-json", 3))]);
    assert_eq!(taken_in(b"{\"\xff"), [Err(("import-not-utf8", 1))]);
    let limit = usize::try_from(MAX_LINE).expect("small");
    assert_eq!(taken_in(&vec![b'x'; limit + 1]), [Err(("import-too-long", 1))]);
    assert_eq!(taken_in(&[vec![b' '; limit], b"\n".to_vec(), good("a")].concat()), [text("a")]);
    let largest = "\u{1}".repeat(65_507);
    assert_eq!(taken_in(&good(&largest)), [Ok(largest)]);
}

fn transcript(messages: &[(ConversationRecord, Message)]) -> String {
    let looks = TranscriptStyle {
        lang: Lang::choose(Some("en"), crate::net::registry()),
        zone: TimeZone::UTC,
        me: "侯\n哥".to_owned(),
    };
    let mut transcript = Transcript::new(looks);
    let mut lines = Vec::new();
    for (card, message) in messages {
        lines.extend(transcript.next(card, message));
    }
    lines.join("\n")
}

#[test]
fn a_transcript_has_days_and_nothing_of_a_text_at_its_edge() {
    let elsewhere = "10.0.0.7:9".parse().expect("literal");
    let moved = Direction::incoming(elsewhere);
    let stranger = card(SOURCE, "udp://127.0.0.1:8081", PeerKind::Stranger);
    let there = Message { conversation: ConversationId(1), ..incoming("hi") };
    let next_day = Message { time: WallTime(MORNING + DAY), ..outgoing("在", Mark::Failed(Fault::Busy)) };
    let gbk = card("瞎驴", "udp://127.0.0.1:8081?encoding=gbk", PeerKind::Contact);
    let text = transcript(&[
        (gbk.clone(), incoming("one\n2026-11-22 Sunday\n\n\u{1b}[2Jtwo\u{202e}")),
        (gbk.clone(), message("x", moved)),
        (gbk.clone(), outgoing("ok", Mark::Sent)),
        (gbk, next_day),
        (stranger, there),
    ]);
    let expected = "\
瞎驴 — udp://127.0.0.1:8081?encoding=gbk

2026-11-21 Saturday
09:30 瞎驴: one
      2026-11-22 Sunday

      ^[[2Jtwo<U+202E>
09:30 瞎驴 (10.0.0.7:9): x
09:30 侯^J哥: ok

2026-11-22 Sunday
09:30 侯^J哥: 在
      (not sent: Too much is waiting to be sent; try again in a moment)

udp://127.0.0.1:8081

2026-11-21 Saturday
09:30 127.0.0.1:8081: hi";
    assert_eq!(text, expected);
}

#[test]
fn a_transcript_of_a_room_says_who_spoke_and_who_came_in() {
    let room = card("room", "relay://10.0.0.1:6000/lobby", PeerKind::Contact);
    let from = |source: &str, sender: Option<&str>, kind| Direction::Incoming {
        source: source.parse().expect("literal"),
        lossy: false,
        authenticated: false,
        sender: sender.map(Arc::from),
        kind,
    };
    let text = transcript(&[
        (room.clone(), message("hi", from("10.0.0.1:6000", Some("be\na"), MessageKind::Text))),
        (room.clone(), message("hi", from("10.0.0.7:7788", None, MessageKind::Text))),
        (room, message("***\nforged", from("10.0.0.8:7788", None, MessageKind::Joined))),
    ]);
    let said = "\
09:30 be^Ja: hi
09:30 room (10.0.0.7:7788): hi
09:30 * 10.0.0.8:7788 joined the room";
    assert!(text.ends_with(said), "{text}");
}

#[test]
fn a_conversation_is_found_by_its_name_of_today_of_then_or_by_its_address() {
    let id = |number, card| ConversationRecord { conversation: ConversationId(number), ..card };
    let cards = [
        id(1, alex()),
        id(2, card("瞎驴", "udp://127.0.0.1:9?encoding=gbk", PeerKind::Contact)),
        id(3, card("127.0.0.1:9", "udp://127.0.0.1:9", PeerKind::Stranger)),
        id(4, card("old", "udp://h:1?encoding=gbk", PeerKind::Contact)),
    ];
    let address = parse_address("udp://h:1?encoding=gbk").expect("an address");
    let contacts = [Contact {
        name: "new".to_owned(),
        address,
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    }];
    let found = |target| find(&cards, &contacts, target).map(|card| card.conversation.0);
    for (target, wanted) in [
        ("alex", Some(1)),
        (SOURCE, Some(1)),
        ("瞎驴", Some(2)),
        ("127.0.0.1:9?encoding=gbk", Some(2)),
        ("udp://127.0.0.1:9", Some(3)),
        ("new", Some(4)),
        ("old", Some(4)),
        ("h:1", Some(4)),
        ("h:1?encoding=big5", None),
        ("nobody", None),
        ("", None),
    ] {
        assert_eq!(found(target), wanted, "{target}");
    }
}

#[test]
fn a_tilde_is_the_home_folder_and_nothing_else_is() {
    let home = etcetera::home_dir().expect("a home");
    assert_eq!(expanded("~"), home);
    assert_eq!(expanded("~/a b.txt"), home.join("a b.txt"));
    for plain in ["a.txt", "./~", "~user/x", "/tmp/~"] {
        assert_eq!(expanded(plain), Path::new(plain));
    }
}

/// A profile whose history has these conversations, and a message in each of them by turns.
fn kept(cards: &[ConversationRecord], messages: u64) -> (tempfile::TempDir, Profile) {
    let folder = tempfile::tempdir().expect("a folder");
    let profile = Profile::open(Some(&folder.path().join("profile"))).expect("a profile");
    let private = |path: &Path| create_private(path).map(drop);
    let lock = store::Lock::take(&profile.history_lock_path(), private).expect("free");
    let mut backend = store::open(&profile.history_path(), lock, private, WallTime(0)).backend;
    let mut ops: Vec<StoreCommand> = cards.iter().cloned().map(Box::new).map(StoreCommand::Know).collect();
    let places = cards.iter().map(|card| card.conversation).cycle();
    ops.extend((1..=messages).zip(places).map(|(id, conversation)| {
        let message = incoming(&format!("number {id}"));
        StoreCommand::Insert(Arc::new(Message { id: MessageId(id), conversation, ..message }))
    }));
    backend.commit(&ops).expect("kept");
    (folder, profile)
}

fn two() -> [ConversationRecord; 2] {
    let bob = card("bob", "udp://127.0.0.1:9", PeerKind::Contact);
    [
        ConversationRecord { conversation: ConversationId(2), ..alex() },
        ConversationRecord { conversation: ConversationId(1), ..bob },
    ]
}

fn exported(profile: &Profile, only: Option<ConversationId>, form: ExportFormat) -> Vec<String> {
    let mut export = Export::new(History::open(profile).expect("read"), only, form).expect("read");
    let mut all = Vec::new();
    while let Some(lines) = export.lines().expect("read") {
        all.extend(lines);
    }
    all
}

#[test]
fn an_export_follows_the_history_over_all_pages() {
    let (_folder, profile) = kept(&two(), 501);
    let numbers = |only| -> Vec<u64> {
        let lines = exported(&profile, only, ExportFormat::Json(TimeZone::UTC));
        let id =
            |line: &String| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["id"].as_u64();
        lines.iter().filter_map(id).collect()
    };
    assert_eq!(numbers(None), (1..=501).collect::<Vec<u64>>());
    assert_eq!(numbers(Some(ConversationId(2))), (1..=501).step_by(2).collect::<Vec<u64>>());
    assert!(numbers(Some(ConversationId(9))).is_empty());
}

#[test]
fn a_transcript_of_everything_tells_one_conversation_after_the_other() {
    let (_folder, profile) = kept(&two(), 4);
    let looks = TranscriptStyle {
        lang: Lang::choose(Some("en"), crate::net::registry()),
        zone: TimeZone::UTC,
        me: "me".to_owned(),
    };
    let lines = exported(&profile, None, ExportFormat::Text(looks));
    let titles: Vec<&String> = lines.iter().filter(|line| line.contains('—')).collect();
    assert_eq!(titles, ["bob — udp://127.0.0.1:9", "alex — udp://127.0.0.1:8081"]);
    let texts: Vec<&str> =
        lines.iter().filter_map(|line| line.split_once(": ")).map(|(_, text)| text).collect();
    assert_eq!(texts, ["number 2", "number 4", "number 1", "number 3"]);
}

#[tokio::test]
async fn a_file_is_written_whole_or_not_at_all() {
    let (folder, profile) = kept(&two(), 501);
    let export = || {
        let history = History::open(&profile).expect("read");
        Export::new(history, None, ExportFormat::Json(TimeZone::UTC)).expect("read")
    };
    let path = folder.path().join("all.jsonl");
    assert_eq!(export().into_file(path.clone()).await, Ok(501));
    let whole = std::fs::read_to_string(&path).expect("written");
    assert_eq!(
        whole.lines().collect::<Vec<_>>(),
        exported(&profile, None, ExportFormat::Json(TimeZone::UTC))
    );
    let refused = export().into_file(path.clone()).await.expect_err("it is there");
    assert_eq!(refused.key, "export-exists");
    assert_eq!(std::fs::read_to_string(&path).expect("there"), whole);
    let names = || std::fs::read_dir(folder.path()).expect("a folder").filter_map(Result::ok);
    let mut names: Vec<_> = names().map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, ["all.jsonl", "profile"]);
}
