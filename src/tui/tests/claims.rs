//! Requests and changed keys: what they say, and how a person answers.

use super::locks::{changed, front, header, key, open_stranger, place, says, sends, style_of, trust};
use super::*;
use crate::app::Conversation;
use crate::model::Trust;

#[test]
fn a_request_is_rows_and_takes_no_key_press() {
    let mut front = front(80, 24);
    front.press("'half");
    says(&mut front, 7, "guest", "may I write to you?");
    front.press("'-typed");
    assert_eq!((front.open(), front.draft()), ("bob", "half-typed"));
    assert!(
        front.ui.popup.is_none() && front.shows("Requests") && front.shows("guest ◇?"),
        "{}",
        front.screen()
    );
    open_stranger(&mut front, "guest");
    assert!(header(&front).starts_with("◇? guest  wants to talk to you"), "{}", header(&front));
    for said in
        ["may I write to you?", "Nobody has compared this key.", "◇? to guest: answer first", "?  /accept"]
    {
        assert!(front.shows(said), "{said}\n{}", front.screen());
    }
    front.press("'hello Enter");
    assert_eq!((front.draft(), front.sent.len()), ("hello", 0));
    assert!(front.shows("answer first with"), "{}", front.screen());
}

#[test]
fn a_request_is_accepted_declined_or_ignored() {
    let asked = || {
        let mut front = front(80, 24);
        says(&mut front, 7, "guest", "may I?");
        open_stranger(&mut front, "guest");
        front
    };
    let mut front = asked();
    front.press("'/accept Enter");
    assert_eq!(trust(&front, "guest"), Some(Trust::Pinned));
    assert!(sends(&mut front));
    let mut front = asked();
    front.press("'/decline Enter");
    assert!(front.open() != "guest" && !front.shows("guest ◇?"), "{}", front.screen());
    says(&mut front, 7, "guest", "please");
    assert!(!front.shows("Requests"), "{}", front.screen());
    let mut front = asked();
    let id = front.id("guest");
    front.press("'/ignore Enter");
    assert_ne!(front.open(), "guest");
    assert_eq!(front.state.conversation(id).expect("kept").trust(), Some(Trust::Blocked));
    assert!(front.shows("guest is blocked for good"), "{}", front.screen());
    assert!(
        front.ui.drafts.of(id).is_none_or(crate::tui::composer::Composer::is_empty),
        "the command is no draft for the guest"
    );
}

#[test]
fn adding_whoever_asks_accepts_them() {
    let mut front = front(80, 24);
    says(&mut front, 7, "guest", "may I?");
    open_stranger(&mut front, "guest");
    front.press("Alt-C");
    assert!(front.shows(&key(7).groups().replace(' ', "")), "{}", front.screen());
    front.press("Esc");
    let id = front.id("guest");
    let contact = |name: &str, number| Contact {
        name: name.to_owned(),
        address: place(number),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    };
    let contacts = vec![contact("bob", 2), contact("guest", 7)];
    front.happen(Event::ContactsLoaded { contacts, edit: None });
    assert_eq!(front.state.conversation(id).expect("the same").trust(), Some(Trust::Pinned));
}

#[test]
fn a_changed_key_stops_sending_and_says_which_and_what_to_do() {
    let mut front = changed(120, 36);
    front.press("'secret Enter");
    assert_eq!((front.draft(), front.sent.len()), ("secret", 0));
    assert!(header(&front).starts_with("◆! bob  "), "{}", header(&front));
    let (before, now) = (key(2).groups(), key(9).groups());
    for said in [
        "KEY CHANGED · sending is stopped · /key".to_owned(),
        "◆! to bob: sending is stopped".to_owned(),
        format!("{before}  compared 2026-11-21"),
        format!("{now}  from 10.77.5.9:7781"),
        "/key same    it is the same person".to_owned(),
        "/key other ".to_owned(),
        "/key ignore ".to_owned(),
    ] {
        assert!(front.shows(&said), "{said}\n{}", front.screen());
    }
    let alarm = front.ui.style.theme.style(Role::Error);
    assert_eq!(
        (style_of(&front, "KEY CHANGED").bg, style_of(&front, "bob ◆!").bg),
        (alarm.bg, front.ui.style.theme.style(Role::Open).bg)
    );
}

#[test]
fn a_changed_key_is_decided_by_a_command() {
    for (answer, wanted) in [("same", Trust::Pinned), ("other", Trust::Pinned), ("ignore", Trust::Pinned)] {
        let mut front = changed(100, 30);
        let id = front.id("bob");
        front.press("'/key Space").write(answer).press("Enter");
        let bob = front.state.conversation(id).expect("there");
        let verified = Trust::Verified { since: front.now.wall };
        let wanted = if answer == "same" { wanted } else { verified };
        assert_eq!(bob.trust(), Some(wanted), "{answer}");
        assert_eq!(bob.address.key, Some(key(if answer == "same" { 9 } else { 2 })), "{answer}");
        assert!(sends(&mut front), "{answer}");
        let asks = front.state.at_address(&place(9)).and_then(Conversation::trust);
        let wanted = match answer {
            "same" => Some(Trust::Pinned),
            "other" => Some(Trust::Requested),
            _ => Some(Trust::Blocked),
        };
        assert_eq!(asks, wanted, "{answer}");
    }
    let mut front = front(80, 24);
    front.press("'/key Space 'same Enter");
    assert!(front.shows("has not changed"), "{}", front.screen());
}

#[test]
fn the_page_of_keys_says_what_can_be_answered_where_a_key_has_changed() {
    let answers = ["/key same    it is the same person", "/key other   it is", "/key ignore  nothing of"];
    let mut changed = changed(120, 40);
    changed.press("'/key Enter");
    for answer in answers {
        assert!(changed.shows(&format!("│ {answer}")), "{answer}\n{}", changed.screen());
    }
    changed.press("Esc '/key Space");
    assert!(changed.draft().starts_with("/key ") && changed.shows("other"), "{}", changed.screen());
    let mut front = front(120, 40);
    front.press("'/key Enter");
    assert!(!front.shows("/key same"), "{}", front.screen());
}

#[test]
fn two_of_one_name_are_told_apart_in_the_list_by_the_beginning_of_their_keys() {
    let mut front = front(120, 24);
    says(&mut front, 7, "guest", "may I?");
    let beginning = |number| key(number).groups().split(' ').next().map(|group| format!("guest ◇?  {group}"));
    let (one, other) = (beginning(7).expect("a key"), beginning(9).expect("a key"));
    assert!(front.shows("guest ◇?") && !front.shows(&one), "alone it needs none: {}", front.screen());
    says(&mut front, 9, "guest", "and I?");
    assert!(front.shows(&one) && front.shows(&other), "{}", front.screen());
}

#[test]
fn what_went_to_the_key_before_is_asked_about_as_what_goes_only_here() {
    let mut front = locked_talk();
    front.press("Ctrl-O Up E");
    assert!(front.shows("earlier key: it can only be deleted here"), "{}", front.screen());
    front.press("Esc Ctrl-O Up Delete");
    assert!(front.shows("contact's earlier key, and"), "{}", front.screen());
    front.press("Enter");
    assert!(front.shows("message deleted") && !front.shows("✓"), "{}", front.screen());
    front.press("Esc Ctrl-O Up V");
    assert!(front.shows("Deleted here only  "), "{}", front.screen());
}

/// With bob, who had that message before there was another key.
fn locked_talk() -> Front {
    let mut front = front(100, 30);
    let id = front.id("bob");
    let chat = crate::model::ChatCaps { edits: true, ..crate::model::ChatCaps::default() };
    front.state.change(id, |bob| bob.address.scheme.caps.chat = chat);
    let text = "to the first".to_owned();
    front.happen(Event::Intent(Intent::Send { conversation: id, text }));
    let message = front.state.conversation(id).and_then(|bob| bob.messages().last()).expect("sent").id;
    front.happen(Event::Net(NetEvent::Handed {
        message,
        to: "10.77.5.9:7781".parse().expect("literal"),
        payload: std::sync::Arc::from(*b"x"),
    }));
    front.happen(Event::Net(NetEvent::Delivered { message }));
    assert!(front.shows("✓✓ to the first"), "{}", front.screen());
    front.now.wall.0 += 1;
    says(&mut front, 9, "bob", "new laptop");
    front.press("'/key Space 'same Enter");
    assert!(front.shows("bob has another key from here on"), "{}", front.screen());
    front
}
