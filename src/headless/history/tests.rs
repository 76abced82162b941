//! What the commands of the history print.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::search::HitStyle;
use crate::lang::Lang;
use crate::model::history::ConversationRecord;
use crate::model::{
    ConversationId, Direction, File, Files, Mark, Message, MessageId, PeerKind, TransferState, WallTime,
};

fn hit(direction: Direction) -> Message {
    Message {
        uid: None,
        about: None,
        quote: None,
        expires: None,
        files: Files::default(),
        id: MessageId(7),
        conversation: ConversationId(1),
        dialect: "udp".into(),
        time: WallTime(0),
        direction,
        text: "a\n\u{1b}[2J".to_owned(),
        payload: Arc::from([]),
    }
}

fn english() -> Lang {
    Lang::choose(Some("en"), crate::runtime::registry())
}

fn card(name: &str) -> ConversationRecord {
    ConversationRecord {
        conversation: ConversationId(1),
        name: name.to_owned(),
        address: "udp://127.0.0.1:9".to_owned(),
        kind: PeerKind::Contact,
        known: true,
        aside: false,
        joined: false,
        trust: None,
    }
}

#[test]
fn a_hit_is_one_line_that_says_when_where_and_who() {
    let source = "127.0.0.1:9".parse().expect("literal");
    let theirs = hit(Direction::incoming(source));
    let member = hit(Direction::Incoming {
        source,
        lossy: false,
        authenticated: false,
        sender: Some(Arc::from("be\na")),
        kind: crate::model::traffic::MessageKind::Text,
    });
    let ours = hit(Direction::Outgoing {
        kind: crate::model::traffic::MessageKind::Text,
        mark: Mark::Sent,
        marked: WallTime(0),
    });
    let looks = |json| HitStyle { zone: TimeZone::UTC, json, lang: english() };
    let line = |name: &str, message| looks(false).line(&card(name), message).expect("no notice");
    assert_eq!(line("瞎\n驴", &theirs), "1970-01-01 00:00:00 瞎^J驴 (127.0.0.1:9): a^J^[[2J");
    assert_eq!(line("127.0.0.1:9", &theirs), "1970-01-01 00:00:00 127.0.0.1:9: a^J^[[2J");
    assert_eq!(line("room", &member), "1970-01-01 00:00:00 room <be^Ja>: a^J^[[2J");
    assert_eq!(line("alex", &ours), "1970-01-01 00:00:00 alex ← me: a^J^[[2J");
    let exported = crate::runtime::history::line(&card("alex"), &ours, &TimeZone::UTC);
    assert_eq!(looks(true).line(&card("alex"), &ours), exported);
}

#[test]
fn a_hit_shows_what_it_offers_and_why_it_has_no_text() {
    let looks = HitStyle { zone: TimeZone::UTC, json: false, lang: english() };
    let line = |message: &Message| looks.line(&card("alex"), message).expect("no notice");
    let file = |name: &str, state| File { name: name.to_owned(), size: 9, folder: false, state };
    let done = TransferState::Done { path: "/d/plan\n.pdf".to_owned() };
    let files = Files::new(vec![file("plan\n.pdf", done), file("b", TransferState::Declined)]);
    let source = "127.0.0.1:9".parse().expect("literal");
    let offer = Message { text: String::new(), files, ..hit(Direction::incoming(source)) };
    let offered = "file “plan^J.pdf”, 9 bytes: done, /d/plan^J.pdf  file “b”, 9 bytes: declined";
    assert_eq!(line(&offer), format!("1970-01-01 00:00:00 alex (127.0.0.1:9): {offered}"));
    let both = Message { text: "see".to_owned(), ..offer };
    assert_eq!(line(&both), format!("1970-01-01 00:00:00 alex (127.0.0.1:9): see  {offered}"));
    let sealed = Direction::Incoming {
        source,
        lossy: false,
        authenticated: false,
        sender: None,
        kind: crate::model::traffic::MessageKind::Sealed,
    };
    let sealed = Message { text: String::new(), ..hit(sealed) };
    let why = english().text("history-sealed");
    assert_eq!(line(&sealed), format!("1970-01-01 00:00:00 alex (127.0.0.1:9): {why}"));
}
