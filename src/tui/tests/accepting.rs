//! Files of a contact that are fetched without asking: what a person sees of that, and how it is chosen.

use super::locks::{front, open_stranger, place, says};
use super::*;

#[test]
fn details_say_what_becomes_of_the_files_of_a_contact() {
    let mut front = front(120, 36);
    front.press("Alt-N");
    assert!(front.shows("you are asked each time"), "{}", front.screen());
    let accept = Some(20 << 20);
    let bob = Contact {
        name: "bob".to_owned(),
        address: place(2),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept,
        keep: None,
    };
    front.happen(Event::ContactsLoaded { contacts: vec![bob], edit: None });
    front.draw();
    assert!(front.shows("accepted without asking up to 20.0 MiB"), "{}", front.screen());
    front.press("Esc");
    says(&mut front, 7, "guest", "hi");
    open_stranger(&mut front, "guest");
    front.press("Alt-N");
    assert!(!front.shows("Their files"), "{}", front.screen());
}

#[test]
fn a_person_says_within_the_program_up_to_which_size_files_are_fetched() {
    let mut front = front(120, 36);
    front.press("'/auto-a Tab '20 Tab Enter");
    let edit = |up_to| ContactsEdit::SetAccept { name: "bob".to_owned(), up_to };
    assert_eq!(front.edits, [edit(Some(20 << 20))]);
    let bob = Contact {
        name: "bob".to_owned(),
        address: place(2),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: Some(20 << 20),
        keep: None,
    };
    let edited = Some(edit(bob.accept));
    front.happen(Event::ContactsLoaded { contacts: vec![bob], edit: edited });
    front.draw();
    assert!(front.shows("What bob offers is accepted without asking up to 20.0 MiB"), "{}", front.screen());
    front.press("'/auto-accept Space 'much Enter");
    assert!(front.shows("Usage: /auto-accept [20MB|off]"), "{}", front.screen());
    front.press("Esc '/auto-accept Space 'off Enter");
    assert_eq!(front.edits.last(), Some(&edit(None)));
    says(&mut front, 7, "guest", "hi");
    open_stranger(&mut front, "guest");
    front.press("'/auto-accept Enter");
    assert!(front.shows("/add or Alt-C adds guest"), "{}", front.screen());
    assert_eq!(front.edits.len(), 2);
}
