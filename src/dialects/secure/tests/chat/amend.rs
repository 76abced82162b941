//! Messages that are changed or taken back while they wait: what was said before does not leave the machine.

use super::*;

impl Lab {
    /// Something that is said about another message, as the app gives it.
    fn change(&mut self, index: usize, change: OutgoingMessage) {
        let amend = MessageCommand::Amend(change.clone());
        self.input(index, Input::Command(NetCommand::Message(PEER, amend)));
        self.write(index, change);
    }
}

/// One of several that are about the first.
fn about_first(id: u8, kind: MessageKind, text: &str) -> OutgoingMessage {
    let base = OutgoingMessage::text(MessageId(id.into()), text.to_owned());
    OutgoingMessage { uid: Some(Uid([id; 16])), about: (id > 1).then_some(FIRST), kind, ..base }
}

#[test]
fn what_is_taken_back_before_it_went_out_does_not_go_out() {
    let mut lab = friends(1, CALM);
    lab.write(0, about_first(1, MessageKind::Text, "too quick"));
    lab.write(0, about_first(2, MessageKind::Edit, "too quick, too"));
    lab.write(0, about_first(3, MessageKind::Text, "an answer to it stays"));
    lab.change(0, about_first(4, MessageKind::Deletion, ""));
    lab.run(SECOND);
    let heard: Vec<_> = lab.received(1).iter().map(|it| (it.kind, it.text.as_str())).collect();
    let gone = (MessageKind::Deletion, "");
    assert_eq!(heard, [gone, gone, (MessageKind::Text, "an answer to it stays"), gone]);
    assert_eq!(lab.undelivered(0), 0);
}

#[test]
fn words_that_were_changed_before_they_went_out_do_not_go_out() {
    let mut lab = friends(1, CALM);
    let (text, edit, reaction) = (MessageKind::Text, MessageKind::Edit, MessageKind::Reaction);
    lab.write(0, about_first(1, text, "too quick"));
    lab.change(0, about_first(2, edit, "too quick, too"));
    lab.change(0, about_first(3, reaction, "👎"));
    lab.write(0, about_first(4, text, "an answer"));
    lab.change(0, about_first(5, edit, "better"));
    lab.change(0, about_first(6, reaction, "👍"));
    lab.run(SECOND);
    // What went out is changed by what comes after it, and by nothing else.
    lab.change(0, about_first(7, edit, "best"));
    lab.run(SECOND);
    let heard: Vec<_> = lab.received(1).iter().map(|it| (it.kind, it.text.as_str())).collect();
    let better = (edit, "better");
    let up = (reaction, "👍");
    assert_eq!(heard, [(text, "better"), better, up, (text, "an answer"), better, up, (edit, "best")]);
    assert_eq!(lab.undelivered(0), 0);
    let reworded = lab.nodes[0].events.iter().filter_map(|event| match event {
        NetEvent::Reworded { message, text } => Some((message.0, text.as_str())),
        _ => None,
    });
    let told: Vec<_> = reworded.collect();
    assert_eq!(told, [(1, "too quick, too"), (1, "better"), (2, "better"), (3, "👍")]);
}

#[test]
fn what_was_written_to_a_connection_is_not_changed_although_it_may_be_lost() {
    let mut lab = friends(1, CALM);
    lab.write(0, about_first(9, MessageKind::Text, "hello"));
    lab.run(SECOND);
    lab.write(0, about_first(1, MessageKind::Text, "too quick"));
    // Nothing has arrived yet.
    lab.change(0, about_first(2, MessageKind::Edit, "better"));
    lab.run(SECOND);
    let heard: Vec<_> = lab.received(1).iter().map(|it| it.text.as_str()).collect();
    assert_eq!(heard, ["hello", "too quick", "better"]);
    assert!(!lab.nodes[0].events.iter().any(|event| matches!(event, NetEvent::Reworded { .. })));
}

/// An answer to the first, which quotes it.
fn answer(id: u8, quote: &str) -> OutgoingMessage {
    OutgoingMessage { quote: Some(quote.into()), ..about_first(id, MessageKind::Text, "an answer") }
}

#[test]
fn answers_that_wait_quote_the_words_that_stand_and_none_that_were_taken_back() {
    let quotes = |kind, text: &str| {
        let mut lab = friends(1, CALM);
        lab.write(0, about_first(1, MessageKind::Text, "too quick"));
        lab.write(0, answer(2, "too quick"));
        lab.write(0, OutgoingMessage { about: Some(Uid([7; 16])), ..answer(3, "something else") });
        lab.change(0, about_first(4, kind, text));
        lab.run(SECOND);
        let heard = lab.received(1);
        let quotes: Vec<_> = heard.iter().filter_map(|it| it.quote.as_deref().map(str::to_owned)).collect();
        let requoted = lab.nodes[0].events.iter().filter_map(|event| match event {
            NetEvent::Requoted { message, quote } => Some((message.0, quote.clone())),
            _ => None,
        });
        (quotes, requoted.collect::<Vec<_>>())
    };
    let edited = quotes(MessageKind::Edit, "much\nbetter");
    assert_eq!(edited.0, ["much better", "something else"]);
    assert_eq!(edited.1, [(2, Some("much better".into()))]);
    assert_eq!(quotes(MessageKind::Deletion, ""), (vec!["something else".to_owned()], vec![(2, None)]));
}

#[test]
fn an_answer_that_was_written_keeps_its_quote_unless_that_was_taken_back() {
    let mut lab = friends(1, CALM);
    lab.write(0, about_first(9, MessageKind::Text, "hello"));
    lab.run(SECOND);
    lab.write(0, answer(2, "too quick"));
    // Nothing has arrived yet.
    lab.change(0, about_first(3, MessageKind::Edit, "better"));
    let requoted = |lab: &Lab| {
        lab.nodes[0].events.iter().filter(|event| matches!(event, NetEvent::Requoted { .. })).count()
    };
    assert_eq!(requoted(&lab), 0);
    lab.change(0, about_first(4, MessageKind::Deletion, ""));
    assert_eq!(requoted(&lab), 1, "it is not written once more as it was");
}

#[test]
fn a_change_that_cannot_be_said_changes_nothing_of_what_waits() {
    let mut lab = friends(1, CALM);
    lab.write(0, about_first(1, MessageKind::Text, "short"));
    lab.change(0, about_first(2, MessageKind::Edit, &"x".repeat(MAX_TEXT + 1)));
    lab.run(SECOND);
    assert_eq!(lab.received(1).iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["short"]);
}

#[test]
fn what_waits_for_a_key_goes_on_waiting_when_another_conversation_is_with_it() {
    let mut lab = friends(1, CALM);
    lab.write(0, about_first(1, MessageKind::Text, "while you are away"));
    let merged = ConversationId(PEER.0 + 1);
    let address = Address { key: Some(lab.key(1)), ..Address::from_socket(SCHEME, lab.nodes[1].at) };
    let order = |lab: &mut Lab, of, command| lab.input(0, Input::Command(NetCommand::Peer(of, command)));
    order(&mut lab, merged, PeerCommand::Follow { address, rank: 0, session: None });
    order(&mut lab, PEER, PeerCommand::Forget);
    // The app gives it once more, since it stands there now.
    let again = MessageCommand::Send(about_first(1, MessageKind::Text, "while you are away"));
    lab.input(0, Input::Command(NetCommand::Message(merged, again)));
    lab.input(0, Input::Command(NetCommand::Trust(merged, Trust::Pinned)));
    lab.run(SECOND);
    assert!(!lab.nodes[0].events.iter().any(|event| matches!(event, NetEvent::Failed { .. })));
    assert_eq!(lab.received(1).len(), 1);
    assert_eq!(lab.undelivered(0), 0);
}
