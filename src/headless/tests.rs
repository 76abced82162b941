//! What the commands print, and what they take from a pipe.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::*;
use crate::app::{Effect, Event, State, update};
use crate::model::file::{File, TransferState};
use crate::model::history::{StoreCommand, StoreEvent};
use crate::model::traffic::{Dropped, Listening, MessageKind, Received};
use crate::model::{
    Address, Caps, ConversationId, Direction, ErrorCode, Files, ListenSetting, Mark, Message, MessageId,
    NetEvent, Scheme, WallTime,
};

#[derive(Serialize)]
struct Line<'a> {
    text: &'a str,
}

/// Everything a payload could do to a terminal, or to a reader of lines.
const HOSTILE: &str = "\u{1b}[2J \u{9b}31m \u{7f}\0 \r\n\u{85}\u{2028} \u{202e}abc\u{2066} \u{200b}\u{feff} \u{e0041} \
                       \u{10ffff} \"\\u0041\" \u{300}x";

#[test]
fn json_is_one_clean_line_that_decodes_to_the_very_text() {
    for text in [HOSTILE, "", "在吗", "👨‍👩‍👧 e\u{301}", "\u{fffd}", "\\", "\u{301}"] {
        let line = record::json(&Line { text });
        assert_eq!(crate::model::text::plain_line(&line), line, "nothing in it needs to be escaped");
        assert!(!line.contains(['\n', '\r', '\u{1b}', '\u{202e}', '\u{9b}']), "{line:?}");
        let back: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(back["text"], text, "{line}");
    }
    assert!(record::json(&Line { text: "在吗" }).contains("在吗"), "what can be read stays readable");
    assert!(record::json(&Line { text: "\u{10ffff}" }).contains("\\udbff\\udfff"));
}

#[test]
fn a_plain_line_is_one_line_whatever_the_text() {
    let time = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
    assert_eq!(record::plain(&time, "alex (127.0.0.1:8081)", "a\nb"), "00:00:00 alex (127.0.0.1:8081): a^Jb");
    assert!(!record::plain(&time, "x", HOSTILE).chars().any(char::is_control));
}

#[test]
fn piped_text_loses_the_line_end_of_its_last_line_and_nothing_else() {
    for (input, text) in [
        ("hi\n", "hi"),
        ("hi", "hi"),
        ("hi\n\n", "hi\n"),
        (" a\nb\r\n", " a\nb"),
        ("a\r", "a\r"),
        ("\n", ""),
        ("\r\n", ""),
        ("", ""),
    ] {
        assert_eq!(input::text_of(input.into()), Ok(text.to_owned()), "{input:?}");
    }
    let phrase = input::text_of(b"ab\xff".to_vec()).unwrap_err();
    assert_eq!(phrase, Phrase::new("headless-input-not-utf8").number("at", 3));
    assert_eq!(input::text_of(vec![b'x'; 1 << 20]).map(|text| text.len()), Ok(1 << 20));
    assert_eq!(input::text_of(vec![b'x'; (1 << 20) + 1]).unwrap_err().key, "headless-input-too-long");
}

#[test]
fn upper_case_is_for_text_only() {
    assert_eq!(echo::in_upper_case("straße 在".as_bytes()), "STRASSE 在".as_bytes());
    assert_eq!(echo::in_upper_case(b"abc\xd4\xda"), b"abc\xd4\xda");
    assert_eq!(echo::in_upper_case(b""), b"");
}

fn message(id: u64, direction: Direction) -> Arc<Message> {
    Arc::new(Message {
        uid: None,
        about: None,
        quote: None,
        expires: None,
        files: Files::default(),
        id: MessageId(id),
        conversation: ConversationId(1),
        dialect: "udp".into(),
        time: WallTime(0),
        direction,
        text: "x".to_owned(),
        payload: Arc::from([]),
    })
}

#[test]
fn what_arrived_is_taken_out_of_an_event_and_the_rest_stays() {
    let source = "127.0.0.1:9".parse().unwrap();
    let incoming = message(1, Direction::incoming(source));
    let outgoing =
        message(2, Direction::Outgoing { kind: MessageKind::Text, mark: Mark::Waiting, marked: WallTime(0) });
    let ops =
        || vec![StoreCommand::Insert(Arc::clone(&incoming)), StoreCommand::Insert(Arc::clone(&outgoing))];
    let (arrived, rest) = listen::split(Event::Stored(StoreEvent::Committed(ops())));
    assert_eq!(arrived, [Arc::clone(&incoming)]);
    let Some(Event::Stored(StoreEvent::Committed(rest))) = rest else { panic!("{rest:?}") };
    assert_eq!(rest, [StoreCommand::Insert(Arc::clone(&outgoing))]);

    let why = Phrase::new("store-busy");
    let refused = StoreEvent::Refused { ops: ops(), why };
    let (arrived, rest) = listen::split(Event::Stored(refused));
    assert_eq!(arrived.len(), 1, "what cannot be kept is shown all the same");
    assert!(matches!(rest, Some(Event::Stored(StoreEvent::Refused { ops, .. })) if ops.len() == 1));

    let (arrived, rest) =
        listen::split(Event::Stored(StoreEvent::Committed(vec![StoreCommand::Insert(incoming)])));
    assert!(arrived.len() == 1 && rest.is_none());
}

#[test]
fn a_contact_is_a_name_a_tab_and_an_address() {
    let address = crate::runtime::parse_address("127.0.0.1:8081?encoding=gbk").unwrap();
    let contact = crate::model::Contact {
        name: "瞎\t驴".to_owned(),
        address,
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    };
    assert_eq!(contacts::line(&contact), "瞎→   驴\tudp://127.0.0.1:8081?encoding=gbk");
}

#[test]
fn exits_are_as_shells_have_them() {
    let all = [Exit::Done, Exit::Failed, Exit::Usage, Exit::Interrupted, Exit::Terminated];
    assert_eq!(all.map(Exit::status), [0, 1, 2, 130, 143]);
}

/// A room that a message is heard in, and the message.
fn heard(state: &mut State, sender: Option<&str>, kind: MessageKind, text: &str) -> Arc<Message> {
    let caps = Caps { group: true, rooms: true, ..Caps::NONE };
    let scheme = Scheme { name: "club", default_port: 6000, caps };
    let place = Address::parse("club://10.0.0.1:6000/r", &[scheme]).unwrap();
    let received = NetEvent::Received(Received {
        uid: None,
        about: None,
        quote: None,
        files: Files::default(),
        conversation: None,
        scheme,
        place: Some(Box::new(place)),
        source: "10.0.0.1:6000".parse().unwrap(),
        sender: sender.map(str::to_owned),
        kind,
        time: WallTime(0),
        text: text.to_owned(),
        lossy: false,
        authenticated: false,
        payload: text.as_bytes().into(),
    });
    let effects = update(state, crate::runtime::now(), Event::Net(received));
    let insert = effects.into_iter().find_map(|effect| {
        let Effect::Store(StoreCommand::Insert(message)) = effect else { return None };
        Some(message)
    });
    insert.unwrap()
}

#[tokio::test]
async fn a_message_in_a_room_says_which_room_and_who() {
    let output = Console::start(Lang::choose(Some("en"), registry()));
    for (sender, kind, plain, json) in [
        (
            Some("be\na"),
            MessageKind::Text,
            "10.0.0.1:6000/r <be^Ja>: a^Jb",
            r#""sender":"be\na","text":"a\nb""#,
        ),
        (None, MessageKind::Text, "10.0.0.1:6000/r <10.0.0.1:6000>: a^Jb", r#""sender":null,"text":"a\nb""#),
        (None, MessageKind::Joined, "10.0.0.1:6000/r: 10.0.0.1:6000 joined the room", r#","joined":true}"#),
        (Some("bea"), MessageKind::Joined, "10.0.0.1:6000/r: bea joined the room", r#","joined":true}"#),
    ] {
        let mut state = State::default();
        let message = heard(&mut state, sender, kind, "a\nb");
        let record = record::Record::of(&message, &state, &output).unwrap();
        let line = record.plain(output.lang());
        assert!(line.ends_with(&format!(" {plain}")), "{line}");
        assert!(record.json().contains(json), "{}", record.json());
        assert_eq!(record.json().contains("joined"), kind == MessageKind::Joined);
        assert!(record.json().contains(r#""conversation":"10.0.0.1:6000/r","sender":"#), "{}", record.json());
    }
}

#[test]
fn listening_is_over_only_when_no_dialect_listens() {
    let at = |scheme, address: Option<&str>, code: Option<&str>| Listening {
        scheme,
        address: address.map(|address| address.parse().unwrap()),
        wanted: None,
        code: code.map(ErrorCode::from),
    };
    let (off, taken) = (at("udp", None, None), at("room", None, Some("EADDRINUSE")));
    let on = at("tcp", Some("127.0.0.1:7788"), None);
    assert_eq!(listen::is_deaf(&[]), Ok(true), "who knows yet");
    assert_eq!(listen::is_deaf(&[off.clone(), on.clone()]), Ok(false));
    let nothing = listen::is_deaf(&[off.clone(), taken.clone()]).unwrap_err();
    assert_eq!(nothing, Phrase::new("headless-off").text("scheme", "udp"));
    let keys = [off, taken, on].map(|one| listen::news(&one).map(|phrase| phrase.key));
    assert_eq!(keys, [None, Some("status-not-listening"), Some("headless-listening")]);
}

/// A message of a stranger, as `listen` has it.
fn arrived(kind: MessageKind, text: &str, files: Vec<File>) -> Message {
    let direction = Direction::Incoming {
        source: "10.0.0.1:9".parse().unwrap(),
        lossy: false,
        authenticated: false,
        sender: None,
        kind,
    };
    let files = Files::new(files);
    Message {
        files,
        direction,
        text: text.to_owned(),
        ..Message::clone(&message(1, Direction::Notice(Phrase::new("x"))))
    }
}

fn file(name: &str, folder: bool) -> File {
    File { name: name.to_owned(), size: 12, folder, state: TransferState::Offered }
}

#[tokio::test]
async fn what_a_message_is_and_what_it_offers_stands_in_its_line() {
    let output = Console::start(Lang::choose(Some("en"), registry()));
    let lang = Lang::choose(Some("en"), registry());
    for (kind, text, files, plain, json) in [
        (MessageKind::Text, "hi", vec![], "hi", r#""authenticated":false}"#),
        (
            MessageKind::Sealed,
            "",
            vec![],
            "[sealed: it can be opened in the messenger]",
            r#","kind":"sealed"}"#,
        ),
        (MessageKind::Everyone, "all", vec![], "[to everybody] all", r#","kind":"everyone"}"#),
        (
            MessageKind::Text,
            "",
            vec![file("a\n\u{1b}[2J.txt", false), file("照片", true)],
            "[file a^J^[[2J.txt, 12 bytes] [folder 照片, 12 bytes]",
            r#","files":[{"name":"a\n\u001b[2J.txt","size":12,"folder":false},{"name":"照片","size":12,"folder":true}]}"#,
        ),
    ] {
        let message = arrived(kind, text, files);
        let state = State::default();
        let record = record::Record::of(&message, &state, &output).unwrap();
        assert!(record.plain(&lang).ends_with(&format!(" 10.0.0.1:9: {plain}")), "{}", record.plain(&lang));
        assert!(record.json().ends_with(json), "{}", record.json());
    }
}

#[test]
fn a_taken_port_is_left_for_a_free_one_and_any_other_trouble_is_not() {
    let at = |address: Option<&str>, code: Option<&str>| Listening {
        scheme: "near",
        address: address.map(|address| address.parse().unwrap()),
        wanted: "10.0.0.1:2425".parse().ok(),
        code: code.map(ErrorCode::from),
    };
    let free = "10.0.0.1:0".parse().ok().map(ListenSetting::At);
    assert_eq!(send::elsewhere(&[at(None, Some("EADDRINUSE"))], "near"), free);
    assert_eq!(send::elsewhere(&[at(None, Some("EADDRINUSE"))], "other"), None);
    assert_eq!(send::elsewhere(&[at(None, Some("EACCES"))], "near"), None);
    assert_eq!(send::elsewhere(&[at(None, None)], "near"), None);
    assert_eq!(send::elsewhere(&[at(Some("10.0.0.1:2425"), None)], "near"), None);
}

#[test]
fn a_receipt_is_waited_for_where_somebody_gives_one() {
    let scheme = |receipts, group| {
        let caps = Caps { receipts, group, ..Caps::NONE };
        Scheme { name: "near", default_port: 2425, caps }
    };
    let gives = |scheme, text: &str| send::gives_receipts(&Address::parse(text, &[scheme]).unwrap());
    assert!(gives(scheme(true, false), "near://10.0.0.1"));
    assert!(!gives(scheme(false, false), "near://10.0.0.1"));
    assert!(!gives(scheme(true, true), "near://10.0.0.1"));
    assert!(!gives(scheme(true, false), "near://255.255.255.255"));
}

#[test]
fn losses_are_told_with_the_socket_and_how_many() {
    let lost = Dropped { scheme: "udp", address: "127.0.0.1:8081".parse().unwrap(), count: 1_234 };
    let line = Lang::choose(Some("en"), registry()).phrase(&lost.phrase());
    assert!(line.starts_with("udp 127.0.0.1:8081: 1234 datagrams lost on arrival"), "{line}");
}
