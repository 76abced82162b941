//! Messages that are removed while members are there.

use super::kept::Kept;
use super::texts;

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
    assert_eq!(read, ["* Nothing was said in this room yet.\n"]);
    assert!(kept.log.texts().is_empty());
}

/// A person removed it at another relay, or twice: whoever orders it once more is told that it is gone already.
#[test]
fn what_is_not_there_is_removed_for_nobody() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    let said = ann.say("hello");
    ann.take_all(&kept.hear(ann.address, said));
    for order in ["remove class 900", "remove lobby 3"] {
        kept.bench.obey(order);
        let sent = kept.answer();
        ann.take_all(&sent);
        assert_eq!(sent, [], "{order}");
    }
    assert_eq!(kept.log.texts(), ["hello"]);
}
