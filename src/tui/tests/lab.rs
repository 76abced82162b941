//! `/lab`, and the banner that says that one is on.

use super::*;
use crate::model::lab::LabCounts;

const SETTINGS: &str = "loss=20% delay=200ms dup=5% reorder=10%";

fn alex(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    front.press("Ctrl-G 'alex Enter");
    front
}

fn lab(width: u16, height: u16) -> Front {
    let mut front = alex(width, height);
    front.write(&format!("/lab {SETTINGS}")).press("Enter");
    let conversation = front.state.lab().expect("a lab").conversation;
    let counts = LabCounts { seen: 148, lost: 31, doubled: 7, late: 14 };
    front.happen(Event::Net(NetEvent::Lab { conversation, counts }));
    front
}

fn first_row(front: &Front) -> String {
    front.screen().lines().next().unwrap_or_default().to_owned()
}

#[test]
fn the_banner_stands_above_every_conversation_until_the_lab_is_off() {
    let mut front = lab(120, 30);
    let banner =
        " LAB on alex: loss 20 %  delay 200 ms  dup 5 %  reorder 10 %   lost 31 of 148, doubled 7, late 14";
    for keys in ["Esc", "Ctrl-N", "Ctrl-N", "Alt-L", "Alt-L", "F1", "Esc"] {
        front.press(keys);
        let row = first_row(&front);
        assert!(row.starts_with(banner) && row.ends_with("/lab off"), "{keys}\n{}", front.screen());
    }
    front.write("/wire all").press("Enter");
    assert!(first_row(&front).starts_with(banner), "{}", front.screen());
    front.press("Esc").write("/lab off").press("Enter");
    assert!(!front.screen().contains("LAB on"), "{}", front.screen());
    assert!(front.screen().contains("The network of alex is good again"), "{}", front.screen());
    assert_eq!(front.state.lab(), None);
}

#[test]
fn narrow_screens_keep_whose_network_it_is_and_how_it_ends() {
    for (width, shown) in [
        (80, " LAB on alex   lost 31 of 148, doubled 7, late 14"),
        (60, " LAB on alex   "),
        (40, " LAB on alex "),
    ] {
        let row = first_row(&lab(width, 20));
        assert!(row.starts_with(shown) && row.ends_with("/lab off"), "{width}: {row}");
    }
    // The draft and the last message are there on a screen that has room for hardly more.
    let mut front = lab(30, 3);
    front.write("hi");
    assert!(front.screen().contains("hi"), "{}", front.screen());
}

#[test]
fn what_is_wrong_is_said_and_stays_in_the_composer() {
    let mut front = alex(120, 30);
    for (typed, said) in [
        ("/lab loss=120%", "“loss=120%”: a share from 0 to 100"),
        ("/lab speed=3", "“speed=3”: there are loss=20% delay=200ms"),
        ("/lab delay=1h", "“delay=1h”: a delay up to 10s"),
        ("/lab off", "No lab is on"),
    ] {
        front.write(typed).press("Enter");
        let screen = front.screen();
        assert!(screen.contains(said), "{screen}");
        assert_eq!(front.ui.draft().map(crate::tui::composer::Composer::text), Some(typed), "{screen}");
        assert_eq!(front.state.lab(), None);
        front.press("Ctrl-U");
    }
    front.write("/lab").press("Enter");
    assert!(front.screen().contains("No lab is on. /lab loss=20%"), "{}", front.screen());
}

#[test]
fn a_lab_needs_datagrams_and_a_place() {
    let mut front = alex(120, 30);
    front.load(&[("alex", "127.0.0.1:8081"), ("stream", "tcp://127.0.0.1:7788"), ("named", "build-01:8081")]);
    for (name, said) in [("stream", "is reached by TCP"), ("named", "Where named is is not known yet")] {
        front.press("Ctrl-G").write(name).press("Enter");
        front.write("/lab loss=5%").press("Enter");
        assert!(front.screen().contains(said), "{}", front.screen());
        front.press("Ctrl-U");
    }
}
