//! Messages that are removed while members are there.

use super::kept::Kept;
use super::{RelayEvent, texts};
use crate::model::room_log::PlacedRecord;

#[test]
fn everybody_is_told_what_is_removed_and_nobody_gets_its_words_any_more() {
    let mut kept = Kept::new();
    let (mut ann, mut bob) = (kept.framed(1, "ann"), kept.framed(2, "bob"));
    let plain = kept.bench.plain(3);
    kept.hear(plain, "/join class");
    let asked = kept.hear(ann.address, ann.missing(ann.seen + 1, 10));
    ann.take_all(&asked);
    let said = ann.say("the code is 4711");
    // What goes to Bob is lost on the way.
    ann.take_all(&kept.hear(ann.address, said));
    let place = ann.answers.places[0];
    kept.bench.obey(&format!("remove class {place}"));
    let sent = kept.answer();
    ann.take_all(&sent);
    assert_eq!(ann.changes.last(), Some(&format!("removed {place}")));
    assert_eq!(texts(&sent, plain), ["* A message was removed by those in charge.\n"]);

    let asked = kept.hear(bob.address, bob.missing(bob.seen + 1, 10));
    bob.take_all(&asked);
    assert_eq!((bob.texts(), bob.changes.last()), (vec![""], ann.changes.last()));
    let read = texts(&kept.hear(plain, "/history"), plain);
    assert_eq!(read, ["* A message was removed by those in charge.\n"]);
    assert!(kept.log.texts().is_empty());
}

#[test]
fn what_was_removed_takes_no_line_of_what_a_plain_member_reads() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    let plain = kept.bench.plain(2);
    kept.hear(plain, "/join class");
    assert_eq!(texts(&kept.hear(plain, "/history"), plain), ["* Nothing was said in this room yet.\n"]);
    for text in ["one", "two", "three", "four"] {
        let said = ann.say(text);
        kept.hear(ann.address, said);
    }
    for text in ["three", "four"] {
        let said = |(_, placed): &&(String, PlacedRecord<'_>)| *placed.record.body == *text.as_bytes();
        let place = kept.log.records.iter().find(said).unwrap().1.place.get();
        kept.bench.obey(&format!("remove class {place}"));
        kept.answer();
    }
    let mut read = |line| texts(&kept.hear(plain, line), plain);
    assert_eq!(read("/history 1"), ["* 1970-01-01 00:00 ann: two\n"]);
    assert_eq!(read("/history 2").concat(), "* 1970-01-01 00:00 ann: one\n* 1970-01-01 00:00 ann: two\n");
}

/// Somebody has removed it before, or it is another room's: nobody in the room is told, and the relay says that it was not
/// done.
#[test]
fn what_is_not_there_is_removed_for_nobody() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    let said = ann.say("hello");
    ann.take_all(&kept.hear(ann.address, said));
    for order in ["remove class 900", "remove lobby 3"] {
        kept.bench.obey(order);
        let sent = kept.answer();
        assert_eq!(sent, [], "{order}");
        let events = kept.bench.events();
        let Some(RelayEvent::Ordered(told)) = events.last() else { panic!("{order}: {events:?}") };
        assert_eq!(told.key, "relay-order-not-removed", "{order}");
    }
    assert_eq!(kept.log.texts(), ["hello"]);
}
