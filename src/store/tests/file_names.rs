//! What a message offers is found by its name, as words are.

use super::battery::each;
use super::changes::said;
use super::samples::{ALEX, hits, incoming, insert, lookup};
use super::uids::theirs;
use crate::model::traffic::MessageKind;
use crate::model::{File, Files, Message, TransferState};

fn offering(message: Message, names: &[&str]) -> Message {
    let file = |name: &&str| File {
        name: (*name).to_owned(),
        size: 1,
        folder: false,
        state: TransferState::Offered,
    };
    Message { files: Files::new(names.iter().map(file).collect()), ..message }
}

#[test]
fn a_search_finds_messages_by_the_names_of_what_they_offer_and_by_names_with_words() {
    each(|backend, rest| {
        let plain = offering(incoming(1, ALEX, ""), &["schedule.pdf", "周报 11.txt"]);
        let named =
            offering(Message { text: "look".to_owned(), ..theirs(2, ALEX, 2) }, &["Plan of June.odt"]);
        let edited = said(4, MessageKind::Edit, 2, "have a look");
        let all = [plain, named, incoming(3, ALEX, "no file"), edited];
        backend.commit(&all.iter().map(insert).collect::<Vec<_>>()).expect("kept");
        for indexed in [false, true] {
            for (typed, found) in [
                ("schedule.pdf", &[1][..]),
                ("sched", &[1]),
                ("周报", &[1]),
                ("plan", &[2]),
                ("plan have", &[2]),
                ("plan look", &[2]),
                ("june.odt from:me", &[]),
                ("file", &[3]),
                ("nothing", &[]),
            ] {
                assert_eq!(hits(backend, typed), found, "{typed}, indexed: {indexed}");
            }
            let texts = backend.search(&lookup("plan have")).expect("searched").hits;
            assert_eq!(texts[0].text, "have a look");
            rest(backend);
        }
    });
}

#[test]
fn a_message_that_was_taken_back_is_not_found_by_what_it_offered() {
    each(|backend, rest| {
        let offer = offering(theirs(1, ALEX, 1), &["secret.pdf"]);
        backend.commit(&[insert(&offer)]).expect("kept");
        rest(backend);
        assert_eq!(hits(backend, "secret"), [1]);
        backend.commit(&[insert(&said(2, MessageKind::Deletion, 1, ""))]).expect("kept");
        assert!(hits(backend, "secret").is_empty());
        rest(backend);
        assert!(hits(backend, "secret").is_empty());
    });
}
