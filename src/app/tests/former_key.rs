//! What was said to a key that the peer has no more, and what never went out: it changes here only, and no mark says more.

use super::talk::Talk;
use super::trust::{add, decide, place, says};
use super::*;
use crate::model::MessageId;
use crate::model::history::{ConversationRecord, PeerKind, StoredConversation};
use crate::model::traffic::MessageKind;
use crate::model::{Direction, KeyEpoch, Trust, WallTime};

impl Talk {
    /// Ben has another key from now on.
    fn gets_another_key(&mut self) {
        self.world.now.wall.0 += 1;
        says(&mut self.world, 9, "ben", "new laptop");
        decide(&mut self.world, self.ben, KeyDecision::SamePerson);
        self.world.now.wall.0 += 1;
    }

    fn sends_and_hears_of_it(&mut self, text: &str) -> MessageId {
        let id = self.sends(text);
        self.is_there(id);
        id
    }

    fn is_there(&mut self, id: MessageId) {
        self.handed(id);
        self.delivered(id);
    }

    fn deletes(&mut self, message: MessageId) -> MessageId {
        let conversation = self.ben;
        self.wants(Intent::Delete { conversation, message })
    }

    fn mark(&self, id: MessageId) -> Option<&Mark> {
        let place = self.place();
        place.message(id).and_then(|message| place.mark_of(message))
    }

    /// The kinds of what went to the network side since then.
    fn sent_since(&self, before: usize) -> Vec<MessageKind> {
        let kind = |command: &NetCommand| {
            let NetCommand::Message(_, MessageCommand::Send(message)) = command else { return None };
            Some(message.kind)
        };
        self.world.ordered.iter().skip(before).filter_map(kind).collect()
    }
}

#[test]
fn what_went_to_the_key_before_is_deleted_only_here_and_not_edited() {
    let mut talk = Talk::new();
    let (there, written) = (talk.sends_and_hears_of_it("there"), talk.sends("written"));
    talk.handed(written);
    let waits = talk.sends("waits");
    talk.gets_another_key();
    talk.is_there(waits);
    let before = talk.world.ordered.len();
    for id in [there, written] {
        talk.edits(id, "x");
        assert_eq!(talk.told(), Some("talk-former-key"));
        talk.deletes(id);
        let changes = talk.changes(id).expect("deleted");
        assert!(changes.deleted().is_some() && changes.failed().is_empty());
        assert_eq!(talk.mark(id), None);
    }
    assert_eq!(talk.sent_since(before), [], "nobody is told");
    assert_eq!(talk.world.texts("ben")[..2], ["", ""]);
    talk.reopens();
    assert_eq!((talk.mark(there), talk.mark(written)), (None, None));
    // What went to the present key is taken back there.
    let edit = talk.edits(waits, "better");
    talk.is_there(edit);
    assert_eq!(talk.mark(waits), Some(&Mark::Delivered));
    let deletion = talk.deletes(waits);
    assert_eq!((talk.mark(waits), talk.sent_since(before).len()), (Some(&Mark::Waiting), 2));
    talk.is_there(deletion);
    assert_eq!(talk.mark(waits), Some(&Mark::Delivered));
}

#[test]
fn a_change_that_waited_goes_to_the_new_key_and_its_receipt_says_nothing_of_what_the_key_before_has() {
    let mut talk = Talk::new();
    let [edited, told] = ["a", "b"].map(|text| talk.sends_and_hears_of_it(text));
    let early = talk.edits(told, "better b");
    talk.is_there(early);
    let late = talk.edits(edited, "better a");
    assert_eq!(talk.mark(edited), Some(&Mark::Waiting));
    talk.gets_another_key();
    assert_eq!(talk.mark(edited), None);
    talk.is_there(late);
    assert_eq!((talk.mark(edited), talk.mark(told)), (None, Some(&Mark::Delivered)));
}

#[test]
fn what_did_not_reach_the_key_before_is_not_said_again_to_the_new_one() {
    let mut talk = Talk::new();
    let (id, conversation) = (talk.sends_and_hears_of_it("blunder"), talk.ben);
    let deletion = talk.deletes(id);
    talk.world.happen(Event::Net(NetEvent::Failed { message: deletion, fault: Fault::NoSuchPeer }));
    assert_eq!(talk.changes(id).expect("deleted").failed().len(), 1);
    talk.gets_another_key();
    let before = talk.world.ordered.len();
    talk.wants(Intent::Retry { conversation, message: id });
    assert_eq!((talk.told(), talk.sent_since(before)), (Some("talk-former-key"), vec![]));
}

#[test]
fn the_key_before_is_known_after_a_start() {
    let mut world = World::new();
    let card = ConversationRecord {
        conversation: ConversationId(3),
        name: "ben".to_owned(),
        address: place(9).to_string(),
        kind: PeerKind::Contact,
        known: true,
        aside: false,
        joined: false,
        trust: Some(Trust::Pinned),
    };
    let (line, since) = (MessageId(20), WallTime(1_000_005));
    let epoch = Some(KeyEpoch { line, since });
    let stored = StoredConversation { newest: Some(line), epoch, ..StoredConversation::of(card) };
    let last_message = Some(line);
    let conversations = vec![(stored, place(9))];
    world.happen(Event::Restored(Restored { conversations, last_message, ..Restored::default() }));
    add(&mut world, "ben", 9);
    let ben = world.open("ben");
    let any = sample(&mut world, ben);
    let ours = |id, marked| Message {
        id: MessageId(id),
        direction: Direction::Outgoing {
            mark: Mark::Delivered,
            marked: WallTime(marked),
            kind: MessageKind::Text,
        },
        ..Message::clone(&any)
    };
    let [before, waited, after] =
        [(7, 1_000_004), (8, 1_000_006), (21, 1_000_004)].map(|(id, at)| ours(id, at));
    let place = world.state.conversation(ben).expect("ben");
    let went = [&before, &waited, &after].map(|message| place.went_to_former_key(message));
    assert_eq!(went, [true, false, false]);
}

/// Any message of ours.
fn sample(world: &mut World, conversation: ConversationId) -> Arc<Message> {
    world.happen(Event::Intent(Intent::Send { conversation, text: "hi".to_owned() }));
    world.kept("ben").pop().expect("kept")
}

#[test]
fn another_key_in_the_list_of_contacts_is_another_key_too() {
    let mut talk = Talk::new();
    let id = talk.sends_and_hears_of_it("to the first");
    talk.world.now.wall.0 += 1;
    add(&mut talk.world, "ben", 9);
    let kept = talk.world.kept("ben");
    assert_eq!(kept.last().and_then(|line| line.kind()), Some(MessageKind::KeyChange));
    talk.deletes(id);
    assert_eq!(talk.mark(id), None);
    let lines = talk.world.kept("ben").len();
    add(&mut talk.world, "ben", 9);
    assert_eq!(talk.world.kept("ben").len(), lines, "the same key is no news");
}

#[test]
fn what_is_taken_back_before_it_went_out_is_never_marked_as_delivered() {
    let mut talk = Talk::new();
    let id = talk.sends("blunder");
    let deletion = talk.deletes(id);
    assert_eq!(talk.mark(id), None);
    // In the place of the message its deletion goes out.
    talk.is_there(id);
    talk.is_there(deletion);
    for _ in 0..2 {
        assert_eq!(talk.mark(id), None);
        assert_eq!(talk.world.stored(talk.ben, id).mark(), Some(&Mark::Waiting));
        talk.reopens();
    }
    // One that had gone out is marked.
    let id = talk.sends("another");
    talk.handed(id);
    let deletion = talk.deletes(id);
    talk.is_there(deletion);
    assert_eq!(talk.mark(id), Some(&Mark::Delivered));
}

#[test]
fn what_is_taken_back_before_it_went_out_makes_room_for_what_waits() {
    let mut talk = Talk::new();
    for _ in 0..600 {
        let id = talk.sends("x");
        let deletion = talk.deletes(id);
        talk.is_there(id);
        talk.is_there(deletion);
    }
    let before = talk.world.ordered.len();
    talk.sends("last");
    assert_eq!(talk.sent_since(before), [MessageKind::Text]);
}
