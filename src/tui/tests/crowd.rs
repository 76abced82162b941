//! Thousands of conversations: what a key and a turn of the loop look at does not depend on how many there are.

use super::*;

/// More than any key needs to look at, and far fewer than there are.
const FEW: usize = 200;

const MANY: usize = 2_000;

fn crowd() -> Front {
    let mut front = Front::new(100, 30);
    let name = |n: usize| if n.is_multiple_of(2) { format!("张{n}") } else { format!("peer {n}") };
    let at = |n: usize| format!("ipmsg://10.1.{}.{}", n / 250, n % 250 + 1);
    let names: Vec<(String, String)> = (1..=MANY).map(|n| (name(n), at(n))).collect();
    let contacts: Vec<(&str, &str)> = names.iter().map(|(name, at)| (name.as_str(), at.as_str())).collect();
    front.load(&contacts);
    front.ui.navigation.forget_lost();
    front.follow();
    front
}

/// How many conversations are looked at meanwhile.
fn looked_at(front: &mut Front, does: impl FnOnce(&mut Front)) -> usize {
    let before = front.state.visits();
    does(front);
    front.state.visits() - before
}

#[test]
fn a_key_looks_at_few_of_thousands_of_conversations() {
    let mut front = crowd();
    front.press("'x Backspace");
    for keys in ["'hello", "Space", "'z", "Left", "Backspace", "Ctrl-U", "PgUp", "Ctrl-S Esc", "F1", "Esc"] {
        let seen = looked_at(&mut front, |front| {
            front.press(keys);
        });
        assert!(seen < FEW, "{keys}: {seen}");
    }
}

#[test]
fn writing_to_everybody_and_keeping_drafts_looks_at_few_of_thousands_of_conversations() {
    let mut front = crowd();
    front.press("Alt-3").write("half").press("Alt-1").write("/everyone hi");
    let seen = looked_at(&mut front, |front| {
        front.write(" all");
        front.draw();
        let kept = crate::tui::update::save(&front.ui, &front.state);
        assert!(
            kept.iter()
                .any(|intent| matches!(intent, Intent::SaveDraft { draft, .. } if draft.text == "half"))
        );
    });
    assert!(seen < FEW, "{seen}");
}

#[test]
fn a_turn_of_the_loop_looks_at_few_of_thousands_of_conversations() {
    let mut front = crowd();
    let (writer, now) = (front.id("张2"), front.now.mono);
    front.state.change(writer, |one| one.status.start_typing(now));
    let seen = looked_at(&mut front, |front| {
        assert_eq!(front.ui.stale_at(&front.state), Some(now + Duration::from_secs(10)));
        front.follow();
        assert!(missing_page(&front.ui, &front.state).is_none());
    });
    assert!(seen < FEW, "{seen}");
}
