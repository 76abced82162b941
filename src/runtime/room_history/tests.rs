//! What is written of a room is read again as it was, and nothing else is read.

use std::borrow::Cow;
use std::io::Cursor;

use jiff::tz::TimeZone;
use tempfile::TempDir;

use super::*;
use crate::lang::Lang;
use crate::model::WallTime;
use crate::model::room_log::{LogRecord, Place, PlacedRecord, RecordKind};
use crate::runtime::history::{LineError, LinePages};

/// 2026-11-21 09:30:12.345678 UTC, a Saturday.
const MORNING: i64 = 1_795_253_412_345_678;
const DAY: i64 = 86_400_000_000;
const HOSTILE: &str = "\u{1b}[2J\u{9b}31m\r\n\n\u{2028}\u{202e}abc \"\\u0041\" \t\0";

fn said_by(id: u64, number: u32, name: &str, body: &[u8]) -> RoomMessage {
    let (name, body) = (Cow::Owned(name.to_owned()), Cow::Owned(body.to_vec()));
    let record = LogRecord { at: WallTime(MORNING), kind: RecordKind::Said, id, number, name, body };
    let place = Place::new(7).expect("not nought");
    RoomMessage { room: "dev".to_owned(), placed: PlacedRecord { place, record } }
}

fn line_of(message: &RoomMessage) -> String {
    room_line(message, &TimeZone::UTC)
}

/// A profile in which this has been taken in.
fn with(lines: &[String]) -> (TempDir, Profile) {
    let folder = tempfile::tempdir().expect("a folder");
    let profile = Profile::open(Some(&folder.path().join("profile"))).expect("opened");
    let imported = import_rooms(&profile, Cursor::new(lines.join("\n")), "file").expect("taken in");
    assert_eq!(usize::try_from(imported.new), Ok(lines.len()));
    (folder, profile)
}

fn exported(
    profile: &Profile,
    room: Option<&str>,
    member: Option<RoomMember>,
    form: RoomExportFormat,
) -> Result<Vec<String>, Phrase> {
    let mut export = RoomExport::new(RoomArchive::open(profile)?, room, member, form)?;
    let mut all = Vec::new();
    while let Some(lines) = export.lines()? {
        all.extend(lines);
    }
    Ok(all)
}

fn json_of(profile: &Profile) -> Vec<String> {
    exported(profile, None, None, RoomExportFormat::Json(TimeZone::UTC)).expect("read")
}

#[test]
fn a_line_has_the_fields_of_the_messengers_export_and_what_else_a_log_knows() {
    let line = line_of(&said_by(0xfeed, 3, "ann", "在吗".as_bytes()));
    let wanted = r#"{"time":"2026-11-21T09:30:12.345678+00:00","room":"dev","sender":"ann","text":"在吗","bytes":6,"lossy":false,"place":7,"member":"000000000000feed","number":3}"#;
    assert_eq!(line, wanted);
}

#[test]
fn whatever_was_said_is_read_as_it_was() {
    let bodies: [&[u8]; 6] =
        [b"", b"one", HOSTILE.as_bytes(), "瞎\u{301}驴".as_bytes(), b"\xff\xfe", b"half \xe5\x9c"];
    for (body, id) in bodies.into_iter().zip([0, 1, u64::MAX, 0x8000_0000_0000_0000, 12, 13]) {
        for number in [0, u32::MAX] {
            let message = said_by(id, number, "瞎驴", body);
            let line = line_of(&message);
            assert!(!line.contains(char::is_control) && !line.contains('\u{202e}'), "{line}");
            let read = read_room_line(&line).expect("a message");
            assert_eq!((read.room, read.record), (message.room, message.placed.record), "{line}");
        }
    }
}

#[test]
fn a_field_that_makes_no_sense_is_named() {
    let good = line_of(&said_by(1, 1, "ann", b"x"));
    let long = "x".repeat(100);
    for (from, to, field) in [
        ("2026-11-21T", "soon", "time"),
        (r#""dev""#, r#""""#, "room"),
        (r#""dev""#, r#""Dev""#, "room"),
        (r#""dev""#, &format!(r#""{long}""#), "room"),
        (r#""ann""#, r#""""#, "sender"),
        (r#""ann""#, r#""a\nn""#, "sender"),
        (r#""ann""#, r#""/nick""#, "sender"),
        (r#""ann""#, &format!(r#""{long}""#), "sender"),
        ("0000000000000001", "1", "member"),
        ("0000000000000001", "+000000000000001", "member"),
        (r#""number":1"#, r#""number":1,"payload":"?""#, "payload"),
        (r#""text":"x""#, &format!(r#""text":"{}""#, "x".repeat(60_001)), "text"),
    ] {
        match read_room_line(&good.replace(from, to)) {
            Err(LineError::Field { field: named, value }) => {
                assert_eq!(named, field, "{to}");
                assert!(value.len() <= 60, "{value}");
            }
            other => panic!("{to}: {other:?}"),
        }
    }
    for line in ["", "[]", "{}", &good.replace("sender", "from"), &good.replace(":1}", ":-1}")] {
        assert!(matches!(read_room_line(line), Err(LineError::Json(_))), "{line}");
    }
    // What a later version adds is no mistake.
    assert!(read_room_line(&good.replace('{', r#"{"kind":"song","#)).is_ok());
}

#[test]
fn nothing_of_a_file_with_a_bad_line_is_taken_in() {
    let good = |number| line_of(&said_by(1, number, "ann", b"x"));
    let (_folder, profile) = with(&[good(1)]);
    let file = format!("{}\n\n{{}}\n{}", good(2), good(3));
    let refused = import_rooms(&profile, Cursor::new(file), "file").expect_err("a bad line");
    assert_eq!(refused.key, "import-not-json");
    assert!(refused.args.contains(&("line", crate::model::phrase::Value::Number(3))), "{refused:?}");
    assert_eq!(json_of(&profile), [good(1).replace(r#""place":7"#, r#""place":1"#)]);
}

#[test]
fn a_member_is_meant_by_an_id_or_a_name() {
    assert_eq!(parse_member("00000000000000aF"), RoomMember::Id(0xaf));
    for name in ["ann", "af", "00000000000000ag", "+0000000000000af", "00000000000000000af"] {
        assert_eq!(parse_member(name), RoomMember::Named(name.to_owned()));
    }
}

/// Three members in two rooms on two days; one of them has been renamed.
fn crowd() -> Vec<String> {
    let said = |room: &str, id, name: &str, day: i64, text: &str| {
        let mut message = said_by(id, 0, name, text.as_bytes());
        message.room = room.to_owned();
        message.placed.record.at = WallTime(MORNING + day * DAY);
        line_of(&message)
    };
    vec![
        said("lobby", 1, "ann", 0, "hello\nall"),
        said("dev", 2, "ben", 0, "build is done"),
        said("lobby", 3, "Ann", 1, "I am another one"),
        said("lobby", 1, "anna", 1, "renamed"),
    ]
}

#[test]
fn an_export_is_of_a_room_and_of_a_member() {
    let (_folder, profile) = with(&crowd());
    let texts = |room: Option<&str>, member: Option<&str>| {
        let form = RoomExportFormat::Json(TimeZone::UTC);
        let lines = exported(&profile, room, member.map(parse_member), form)?;
        let text = |line: String| read_room_line(&line).expect("a message").record.body.into_owned();
        Ok::<_, Phrase>(
            lines.into_iter().map(|line| String::from_utf8(text(line)).expect("text")).collect::<Vec<_>>(),
        )
    };
    assert_eq!(texts(None, None).map(|all| all.len()), Ok(4));
    assert_eq!(texts(Some("Dev"), None), Ok(vec!["build is done".to_owned()]));
    let [hello, another, renamed] = ["hello\nall", "I am another one", "renamed"].map(str::to_owned);
    assert_eq!(texts(None, Some("ANN")), Ok(vec![hello.clone(), another]));
    assert_eq!(texts(None, Some("0000000000000001")), Ok(vec![hello, renamed]));
    assert_eq!(texts(Some("cellar"), None).expect_err("no such room").key, "room-history-no-room");
    assert_eq!(texts(None, Some("eve")).expect_err("nobody").key, "history-nothing");
    assert_eq!(texts(Some("dev"), Some("ann")).expect_err("not there").key, "history-nothing");
}

#[test]
fn a_transcript_has_one_room_after_the_other_and_its_days() {
    let (_folder, profile) = with(&crowd());
    let lang = Lang::choose(Some("en"), crate::net::registry());
    let form = || RoomExportFormat::Text(lang.clone(), TimeZone::UTC);
    let wanted = [
        "dev",
        "",
        "2026-11-21 Saturday",
        "09:30 ben: build is done",
        "",
        "lobby",
        "",
        "2026-11-21 Saturday",
        "09:30 ann: hello",
        "      all",
        "",
        "2026-11-22 Sunday",
        "09:30 Ann: I am another one",
        "09:30 anna: renamed",
    ];
    assert_eq!(exported(&profile, None, None, form()).expect("read"), wanted);
    let hostile = said_by(9, 9, "eve", HOSTILE.as_bytes());
    let (_folder, profile) = with(&[line_of(&hostile)]);
    let lines = exported(&profile, None, None, form()).expect("read");
    assert!(lines.iter().all(|line| !line.contains(char::is_control)), "{lines:?}");
    assert!(lines.iter().skip(4).all(|line| line.is_empty() || line.starts_with("      ")), "{lines:?}");
}

#[tokio::test]
async fn what_is_taken_in_elsewhere_is_written_the_same_and_goes_by_member() {
    let (_folder, profile) = with(&crowd());
    let before = json_of(&profile);
    let (_other, other) = with(&before);
    assert_eq!(json_of(&other), before);
    let remover = |target| RoomRemover::open(&other, target);
    let ann = remover(RemovalTarget::Member(parse_member("ann"))).expect("there");
    assert_eq!(ann.count(), 2);
    let outcome = ann.remove(&other).await.expect("removed");
    assert_eq!((outcome.messages, outcome.is_scrubbed), (2, true));
    let left: Vec<String> =
        before.iter().filter(|line| !line.to_lowercase().contains(r#""ann""#)).cloned().collect();
    assert_eq!(json_of(&other), left);
    for target in [
        RemovalTarget::Member(parse_member("ann")),
        RemovalTarget::Place(1),
        RemovalTarget::Place(0),
        RemovalTarget::Place(u64::MAX),
    ] {
        assert_eq!(remover(target).expect_err("nothing").key, "history-nothing");
    }
    let lobby = remover(RemovalTarget::Room("Lobby".to_owned())).expect("there");
    assert_eq!(lobby.remove(&other).await.expect("removed").messages, 1);
    assert_eq!(
        remover(RemovalTarget::Room("lobby".to_owned())).expect_err("gone").key,
        "room-history-no-room"
    );
}

#[test]
fn where_nothing_was_kept_nothing_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let profile = Profile::open(Some(folder.path())).expect("opened");
    let mut history = RoomArchive::open(&profile).expect("read");
    assert_eq!(history.list(), Ok(Vec::new()));
    assert_eq!(json_of(&profile), [""; 0]);
    assert!(RoomRemover::open(&profile, RemovalTarget::Place(1)).is_err());
    assert!(!folder.path().join("rooms.db").exists() && !folder.path().join("rooms.lock").exists());
}
