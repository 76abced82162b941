//! What a proved key says is worth no more on the screen than what anybody says.

use super::locks::{front, place};
use super::*;

/// Nothing of this is ever in a cell: it would move what stands beside it, or be seen by nobody.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..)
}

/// Above the words of bob it stands where they came from, if nothing is proved.
fn is_head(row: &str) -> bool {
    row.contains("bob")
}

/// bob says this, who has a key, and proves it or does not.
fn say(front: &mut Front, text: &str, authenticated: bool) {
    // Slowly, as a person would.
    front.now.mono += Duration::from_mins(1);
    front.now.wall.0 += 60_000_000;
    let received = Received {
        conversation: Some(front.id("bob")),
        place: Some(Box::new(place(2))),
        time: front.now.wall,
        authenticated,
        text: text.to_owned(),
        payload: text.as_bytes().into(),
        ..Received::new(place(2).scheme, ([10, 77, 5, 9], 7_781).into(), front.now.wall, [].into())
    };
    front.happen(Event::Net(NetEvent::Received(received)));
}

/// Every file of the corpus, at three widths, from a contact whose key is proved: each cell is as if nothing were (E14).
#[test]
fn the_corpus_from_a_proved_contact_is_drawn_as_from_anybody() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect(folder).map(|it| it.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "bin"));
    files.sort();
    assert!(files.len() > 300, "{}", files.len());
    let (mut proved, mut anybody) = (front(80, 24), front(80, 24));
    let newest = |front: &Front| front.ui.conversation(&front.state).and_then(|bob| bob.activity.newest());
    let mut drawn = 0;
    for path in files {
        let bytes = std::fs::read(&path).expect("readable");
        let text = String::from_utf8_lossy(&bytes);
        let before = newest(&proved);
        say(&mut proved, &text, true);
        say(&mut anybody, &text, false);
        for width in [20, 80, 200] {
            proved.resize(width, 24);
            anybody.resize(width, 24);
            let (one, other) = (proved.screen(), anybody.screen());
            let same = |(one, other): (&str, &str)| one == other || is_head(one) && is_head(other);
            let alike =
                one.lines().count() == other.lines().count() && one.lines().zip(other.lines()).all(same);
            assert!(alike, "{}:\n{one}\n{other}", path.display());
            let cells = proved.buffer.content().iter();
            let bad: Vec<_> = cells.filter(|cell| cell.symbol().contains(is_hostile)).collect();
            assert!(bad.is_empty(), "{} at {width}: {bad:?}", path.display());
        }
        drawn += usize::from(newest(&proved) != before);
    }
    assert!(drawn > 300, "{drawn}");
}
