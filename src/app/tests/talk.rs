//! Answers, other words, taking back, emoji; who sees that one writes, and up to where it was read.

use super::trust::{LOCKED, add, place};
use super::*;
use crate::model::message::CHANGEABLE_FOR;
use crate::model::traffic::{MessageKind, Received};
use crate::model::{Fault, MessageId, PeerCommand, Uid};

/// A conversation that is open, and the names of what was said in it, by the last one that was given.
pub(super) struct Talk {
    pub(super) world: World,
    pub(super) ben: ConversationId,
}

impl Talk {
    pub(super) fn new() -> Self {
        let mut world = World::new();
        let ben = add(&mut world, "ben", 2);
        world.open("ben");
        Self { world, ben }
    }

    fn last(&self) -> MessageId {
        MessageId(self.world.state.next_message_id().0 - 1)
    }

    fn says(&mut self, name: u8, text: &str) -> MessageId {
        self.hears(name, MessageKind::Text, None, text)
    }

    fn hears(&mut self, name: u8, kind: MessageKind, about: Option<Uid>, text: &str) -> MessageId {
        let message = self.world.message(Some(self.ben), "10.0.0.7:7781", text);
        let (uid, place) = (Some(Uid([name; 16])), Some(Box::new(place(2))));
        let received = Received { scheme: LOCKED, place, authenticated: true, uid, about, kind, ..message };
        self.world.happen(Event::Net(NetEvent::Received(received)));
        self.last()
    }

    pub(super) fn wants(&mut self, intent: Intent) -> MessageId {
        self.world.happen(Event::Intent(intent));
        self.last()
    }

    pub(super) fn sends(&mut self, text: &str) -> MessageId {
        let conversation = self.ben;
        self.wants(Intent::Send { conversation, text: text.to_owned() })
    }

    pub(super) fn edits(&mut self, message: MessageId, text: &str) -> MessageId {
        let conversation = self.ben;
        self.wants(Intent::Edit { conversation, message, text: text.to_owned() })
    }

    pub(super) fn place(&self) -> &Conversation {
        self.world.state.conversation(self.ben).expect("ben")
    }

    fn message(&self, id: MessageId) -> &Arc<Message> {
        self.place().message(id).expect("shown")
    }

    pub(super) fn changes(&self, id: MessageId) -> Option<&Changes> {
        self.place().changes(self.message(id))
    }

    fn name(&self, id: MessageId) -> Uid {
        self.message(id).uid.expect("a name")
    }

    /// What went to the network side last.
    pub(super) fn sent(&self) -> &OutgoingMessage {
        let sent = self.world.ordered.iter().rev().find_map(|command| {
            if let NetCommand::Message(_, MessageCommand::Send(message)) = command {
                Some(message)
            } else {
                None
            }
        });
        sent.expect("a message")
    }

    /// The line that was said last.
    pub(super) fn told(&self) -> Option<&'static str> {
        let mut told = None;
        let mut seen = 0;
        while let Some((number, line)) = self.world.state.status_line_after(seen) {
            (seen, told) = (number, Some(line.key));
        }
        told
    }

    pub(super) fn handed(&mut self, message: MessageId) {
        let (to, payload) = ("10.0.0.7:7781".parse().expect("literal"), Arc::from(*b"bytes"));
        self.world.happen(Event::Net(NetEvent::Handed { message, to, payload }));
    }

    pub(super) fn delivered(&mut self, message: MessageId) {
        self.world.happen(Event::Net(NetEvent::Delivered { message }));
    }

    pub(super) fn reopens(&mut self) {
        let conversation = self.ben;
        self.world.happen(Event::Intent(Intent::Leave { conversation }));
        self.world.open("ben");
    }
}

#[test]
fn an_answer_names_and_quotes_what_it_answers() {
    let mut talk = Talk::new();
    let question = talk.says(1, "你好  world\nand so on");
    let conversation = talk.ben;
    let answer = talk.wants(Intent::Reply { conversation, message: question, text: "yes".to_owned() });
    assert_eq!(
        (talk.sent().about, talk.sent().quote.as_deref()),
        (Some(Uid([1; 16])), Some("你好 world and so on"))
    );
    assert_eq!(talk.place().answered(talk.message(answer)).map(|one| one.id), Some(question));
    talk.reopens();
    assert_eq!(talk.place().answered(talk.message(answer)).map(|one| one.id), Some(question));
    let long = talk.says(2, &"会".repeat(500));
    talk.wants(Intent::Reply { conversation, message: long, text: "yes".to_owned() });
    assert_eq!(talk.sent().quote.as_deref(), Some("会".repeat(40).as_str()));
}

#[test]
fn an_edit_changes_the_words_here_and_goes_out_behind_what_it_changes() {
    let mut talk = Talk::new();
    let id = talk.sends("helo");
    talk.handed(id);
    let first = talk.edits(id, "hello");
    talk.handed(first);
    let edit = talk.edits(id, "hello!");
    assert_eq!((talk.sent().kind, talk.sent().about), (MessageKind::Edit, Some(talk.name(id))));
    for _ in 0..2 {
        let changes = talk.changes(id).expect("changed");
        assert_eq!(changes.text(), Some("hello!"));
        assert_eq!(changes.versions().map(|(_, text)| text).collect::<Vec<_>>(), ["hello", "hello!"]);
        assert_eq!((talk.world.shown("ben"), changes.mark()), (vec!["helo"], Some(&Mark::Waiting)));
        talk.reopens();
    }
    talk.delivered(edit);
    assert_eq!(talk.changes(id).and_then(Changes::mark), Some(&Mark::Delivered));
    assert_eq!(talk.place().input.sent(), ["helo"], "Up brings back what was said, not what it became");
    for (text, told) in [(" ", Some("talk-empty")), ("hello!", Some("talk-empty"))] {
        let before = talk.last();
        assert_eq!((talk.edits(id, text), talk.told()), (before, told), "nothing is sent");
    }
}

#[test]
fn what_the_peer_changes_is_nothing_new() {
    let mut talk = Talk::new();
    talk.world.happen(Event::Intent(Intent::Away(true)));
    let id = talk.says(1, "hi");
    let conversation = talk.ben;
    talk.world.happen(Event::Intent(Intent::Read { conversation, arriving: true }));
    let (before, newest) = (talk.world.rings, talk.place().activity.newest());
    talk.world.now.mono += Duration::from_mins(10);
    talk.hears(9, MessageKind::Edit, Some(Uid([1; 16])), "hi");
    assert!(!talk.changes(id).expect("changed").is_edited(), "it was changed before it went out");
    talk.hears(2, MessageKind::Edit, Some(Uid([1; 16])), "hi there");
    assert!(talk.changes(id).expect("changed").is_edited());
    talk.hears(3, MessageKind::Reaction, Some(Uid([1; 16])), "👍");
    let changes = talk.changes(id).expect("changed");
    assert_eq!((changes.text(), changes.reactions()[0].emoji.as_str()), (Some("hi there"), "👍"));
    assert_eq!((talk.world.rings, talk.place().activity.unread()), (before, 0));
    assert_eq!((talk.place().activity.newest(), talk.place().messages().len()), (newest, 1));
    talk.hears(4, MessageKind::Reaction, Some(Uid([1; 16])), "");
    assert!(talk.changes(id).expect("changed").reactions().is_empty());
}

#[test]
fn what_is_taken_back_is_gone_here_and_in_the_history() {
    let mut talk = Talk::new();
    let (theirs, ours) = (talk.says(1, "secret"), talk.sends("blunder"));
    let conversation = talk.ben;
    let deletion = talk.wants(Intent::Delete { conversation, message: ours });
    assert_eq!((talk.sent().kind, talk.sent().text.as_str()), (MessageKind::Deletion, ""));
    talk.hears(2, MessageKind::Deletion, Some(Uid([1; 16])), "");
    for id in [theirs, ours] {
        assert!(talk.message(id).is_emptied());
        assert!(talk.changes(id).and_then(Changes::deleted).is_some());
    }
    // What the network side says of it now brings nothing back.
    talk.world.happen(Event::Net(NetEvent::Reworded { message: ours, text: "blunder".to_owned() }));
    talk.handed(ours);
    talk.delivered(ours);
    talk.delivered(deletion);
    assert_eq!(talk.world.shown("ben"), ["", ""]);
    assert_eq!(talk.world.texts("ben"), ["", ""]);
    assert_eq!(talk.changes(ours).and_then(Changes::mark), Some(&Mark::Delivered));
    talk.edits(ours, "again");
    assert_eq!(talk.told(), Some("talk-gone"));
}

#[test]
fn an_answer_that_waits_quotes_what_stands_when_it_leaves() {
    let mut talk = Talk::new();
    let (ours, conversation) = (talk.sends("blunder"), talk.ben);
    let answer = talk.wants(Intent::Reply { conversation, message: ours, text: "as I said".to_owned() });
    assert_eq!(talk.sent().quote.as_deref(), Some("blunder"));
    talk.world.happen(Event::Net(NetEvent::Requoted { message: answer, quote: None }));
    talk.handed(answer);
    let kept = talk.world.kept("ben").pop().expect("kept");
    assert_eq!((kept.id, kept.quote.as_deref()), (answer, None), "what stands here is what went out");
    // It is sent once more, when other words stand.
    let failing = talk.wants(Intent::Reply { conversation, message: ours, text: "again".to_owned() });
    talk.world.happen(Event::Net(NetEvent::Failed { message: failing, fault: Fault::Ourselves }));
    talk.edits(ours, "better");
    talk.wants(Intent::Retry { conversation, message: failing });
    assert_eq!((talk.sent().text.as_str(), talk.sent().quote.as_deref()), ("again", Some("better")));
}

#[test]
fn nobody_changes_what_another_one_said_nor_what_is_older_than_a_day() {
    let mut talk = Talk::new();
    let (theirs, ours) = (talk.says(1, "hers"), talk.sends("mine"));
    let name = talk.name(ours);
    talk.hears(2, MessageKind::Edit, Some(name), "forged");
    talk.hears(3, MessageKind::Deletion, Some(name), "");
    assert_eq!((talk.changes(ours), talk.world.shown("ben")), (None, vec!["hers", "mine"]));
    talk.edits(theirs, "forged");
    assert_eq!(talk.told(), Some("talk-not-ours"));
    talk.world.now.wall.0 += CHANGEABLE_FOR + 1;
    talk.hears(4, MessageKind::Edit, Some(Uid([1; 16])), "late");
    assert_eq!(talk.changes(theirs), None);
    talk.edits(ours, "late");
    assert_eq!(talk.told(), Some("talk-too-old"));
    let conversation = talk.ben;
    talk.wants(Intent::React { conversation, message: theirs, emoji: "👍".to_owned() });
    assert!(talk.changes(theirs).expect("reactions are for ever").reactions()[0].own);
}

#[test]
fn what_never_went_out_is_taken_back_only_here() {
    let mut talk = Talk::new();
    let id = talk.sends("blunder");
    talk.world.happen(Event::Net(NetEvent::Failed { message: id, fault: Fault::Ourselves }));
    talk.edits(id, "x");
    assert_eq!(talk.told(), Some("talk-not-sent"));
    let conversation = talk.ben;
    talk.wants(Intent::Delete { conversation, message: id });
    assert_eq!((talk.sent().id, talk.world.shown("ben")), (id, vec![""]));
}

#[test]
fn an_answer_to_what_is_gone_by_now_can_be_had_back() {
    let mut talk = Talk::new();
    let (conversation, message) = (talk.ben, talk.says(1, "hi"));
    talk.hears(2, MessageKind::Deletion, Some(Uid([1; 16])), "");
    talk.wants(Intent::Reply { conversation, message, text: "hello".to_owned() });
    assert_eq!((talk.told(), talk.place().input.sent()), (Some("talk-gone"), &["hello".to_owned()][..]));
}

/// Begins a change, which does not go out.
fn fails(talk: &mut Talk, intent: Intent) -> MessageId {
    let id = talk.wants(intent);
    talk.world.happen(Event::Net(NetEvent::Failed { message: id, fault: Fault::NoSuchPeer }));
    id
}

#[test]
fn a_change_that_failed_is_sent_again_and_then_nothing_is_left_to_try() {
    let mut talk = Talk::new();
    let (conversation, theirs) = (talk.ben, talk.says(1, "hi"));
    let ours = talk.sends("words");
    talk.delivered(ours);
    let edit = Intent::Edit { conversation, message: ours, text: "others".to_owned() };
    let react = Intent::React { conversation, message: theirs, emoji: "👍".to_owned() };
    let delete = Intent::Delete { conversation, message: ours };
    for (message, intent) in [(ours, edit), (theirs, react), (ours, delete)] {
        let failed = fails(&mut talk, intent);
        assert_eq!(talk.changes(message).expect("failed").failed().len(), 1);
        talk.reopens();
        let (kind, about, text) = (talk.sent().kind, talk.sent().about, talk.sent().text.clone());
        let again = talk.wants(Intent::Retry { conversation, message });
        assert_ne!(again, failed);
        assert_eq!((talk.sent().id, talk.sent().kind, talk.sent().about), (again, kind, about));
        assert_eq!(talk.sent().text, text);
        assert!(talk.changes(message).expect("said again").failed().is_empty());
        talk.delivered(again);
        assert_eq!(talk.wants(Intent::Retry { conversation, message }), again, "nothing new is sent");
    }
    assert_eq!(talk.changes(ours).expect("deleted").mark(), Some(&Mark::Delivered));
}

#[test]
fn words_that_never_went_out_are_no_version_once_there_are_others() {
    let mut talk = Talk::new();
    let (conversation, message) = (talk.ben, talk.sends("words"));
    talk.delivered(message);
    fails(&mut talk, Intent::Edit { conversation, message, text: "others".to_owned() });
    assert_eq!(
        talk.changes(message).expect("edited").text(),
        Some("others"),
        "what was typed stays to be read"
    );
    talk.wants(Intent::Retry { conversation, message });
    assert_eq!(talk.changes(message).expect("edited").versions().count(), 1);
}

#[test]
fn a_change_that_came_too_late_to_be_tried_again_says_so() {
    let mut talk = Talk::new();
    let (conversation, message) = (talk.ben, talk.sends("words"));
    let failed = fails(&mut talk, Intent::Edit { conversation, message, text: "others".to_owned() });
    talk.world.now.wall.0 += CHANGEABLE_FOR + 1;
    assert_eq!(talk.wants(Intent::Retry { conversation, message }), failed);
    assert_eq!(talk.told(), Some("talk-too-old"));
}

#[test]
fn where_a_dialect_knows_nothing_of_it_nothing_is_sent() {
    let mut world = World::with(&[("mei", "udp://10.0.0.9:8081")]);
    let conversation = world.open("mei");
    world.hear(Some(conversation), "10.0.0.9:8081", "hi");
    let before = world.ops.len();
    let message = MessageId(1);
    for intent in [
        Intent::Reply { conversation, message, text: "x".to_owned() },
        Intent::Edit { conversation, message, text: "x".to_owned() },
        Intent::Delete { conversation, message },
        Intent::React { conversation, message, emoji: "x".to_owned() },
        Intent::Type { conversation },
    ] {
        world.happen(Event::Intent(intent));
    }
    assert_eq!(world.ops.len(), before);
}

#[test]
fn a_peer_that_is_trusted_is_told_that_one_writes_and_not_too_often() {
    let mut talk = Talk::new();
    let typing = |talk: &Talk| {
        let is_it = |command: &&NetCommand| matches!(command, NetCommand::Peer(_, PeerCommand::Typing));
        talk.world.ordered.iter().filter(is_it).count()
    };
    let conversation = talk.ben;
    for _ in 0..7 {
        talk.wants(Intent::Type { conversation });
        talk.world.now.mono += Duration::from_secs(1);
    }
    assert_eq!(typing(&talk), 3);
    talk.wants(Intent::Type { conversation });
    assert_eq!(typing(&talk), 3);
    talk.wants(Intent::Send { conversation, text: "done".to_owned() });
    talk.wants(Intent::Type { conversation });
    assert_eq!(typing(&talk), 4, "what came ended the writing there");
    talk.wants(Intent::Decide { conversation, decision: KeyDecision::Block });
    talk.world.now.mono += Duration::from_mins(1);
    talk.wants(Intent::Type { conversation });
    assert_eq!(typing(&talk), 4);
}

#[test]
fn what_a_person_reads_is_told_and_what_the_peer_reads_is_shown() {
    let mut talk = Talk::new();
    let reads = |talk: &Talk| {
        let uid = |command: &NetCommand| {
            if let NetCommand::Message(_, MessageCommand::Read { uid }) = command {
                Some(uid.0[0])
            } else {
                None
            }
        };
        talk.world.ordered.iter().filter_map(uid).collect::<Vec<_>>()
    };
    let conversation = talk.ben;
    talk.says(1, "a");
    talk.says(2, "b");
    talk.hears(3, MessageKind::Reaction, Some(Uid([1; 16])), "👍");
    assert!(reads(&talk).is_empty());
    talk.wants(Intent::Read { conversation, arriving: true });
    talk.wants(Intent::Read { conversation, arriving: true });
    assert_eq!(reads(&talk), [2]);

    let sent: Vec<MessageId> = ["c", "d", "e"].map(|text| talk.sends(text)).to_vec();
    talk.delivered(sent[0]);
    talk.delivered(sent[2]);
    let uid = talk.name(sent[1]);
    let marks = |talk: &Talk| -> Vec<Mark> {
        sent.iter().map(|id| talk.message(*id).mark().cloned().expect("ours")).collect()
    };
    talk.world.happen(Event::Net(NetEvent::ReadUpTo { conversation, uid }));
    assert_eq!(marks(&talk), [Mark::Read, Mark::Waiting, Mark::Delivered], "only what is there can be read");
    talk.delivered(sent[1]);
    assert_eq!(marks(&talk), [Mark::Read, Mark::Read, Mark::Delivered]);
    talk.reopens();
    assert_eq!(marks(&talk), [Mark::Read, Mark::Read, Mark::Delivered]);
    // While it is closed, the history knows which message is meant.
    let uid = talk.name(sent[2]);
    talk.world.happen(Event::Intent(Intent::Leave { conversation }));
    talk.world.happen(Event::Net(NetEvent::ReadUpTo { conversation, uid }));
    talk.world.happen(Event::Net(NetEvent::ReadUpTo { conversation, uid: Uid([9; 16]) }));
    let kept = StoreCommand::PeerRead { conversation, up_to: sent[2] };
    assert_eq!(talk.world.ops.iter().filter(|op| **op == kept).count(), 1);
    talk.world.open("ben");
    assert_eq!(marks(&talk), [Mark::Read, Mark::Read, Mark::Read]);
}
