//! What is written and has not left: the draft of each conversation, what stands by to come back to it, and a form that
//! was left half filled in. And what the draft becomes when it is sent: an answer, or other words for a message.

use std::collections::BTreeMap;

use crate::app::Conversation;
use crate::model::text::plain_line;
use crate::model::{ConversationId, Draft, EditDraft, Message, MessageId};
use crate::tui::chat::{author, first_words};
use crate::tui::composer::Composer;
use crate::tui::popup::Form;

/// A text for one conversation.
pub(in crate::tui) type Addressed = (ConversationId, String);
/// A command or a text, and what was open when it was typed.
pub(in crate::tui) type TypedCommand = (Option<ConversationId>, String);

/// What a draft answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) struct ReplyTo {
    pub message: MessageId,
    /// Who wrote that, and its first words. Both are escaped. `None`: it was chosen in an earlier run, and is not held yet.
    pub quoted: Option<QuotedWords>,
}

/// Who is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) struct QuotedWords {
    pub author: String,
    pub words: String,
}

impl ReplyTo {
    pub(in crate::tui) fn new(place: &Conversation, message: &Message, me: &str) -> Self {
        let (author, words) = (plain_line(&author(place, message, me)), first_words(place, message));
        Self { message: message.id, quoted: Some(QuotedWords { author, words }) }
    }
}

/// The message whose words stand in the composer to be changed.
#[derive(Clone, Debug)]
pub(in crate::tui) struct EditedMessage {
    pub message: MessageId,
    /// What stood in the composer at first; empty: that was in an earlier run.
    pub words: String,
    /// The draft that stood there before.
    draft: Composer,
}

/// The drafts.
#[derive(Debug, Default)]
pub(in crate::tui) struct Drafts {
    by_conversation: BTreeMap<ConversationId, Composer>,
    /// What each of them answers.
    replies: BTreeMap<ConversationId, ReplyTo>,
    /// Where no draft stands in the composer, but a message that is being edited.
    edits: BTreeMap<ConversationId, EditedMessage>,
    /// What is written while no conversation is open: commands, mostly.
    unaddressed: Composer,
    /// The draft that a command of the palette took the place of: it comes back when that has run.
    aside: Option<Addressed>,
    /// This text for everybody waits for a second Enter.
    unconfirmed: Option<TypedCommand>,
    /// A command that was refused, as it stands in the composer.
    refused: Option<String>,
    /// Words that could not be said, as they stand in the composer.
    unsaid: Option<String>,
    /// The command that the last key has begun: what it asks for may still be refused.
    running: Option<TypedCommand>,
    /// The draft was cleared by the key before: Up brings it back, and so does leaving with more of the same key.
    is_cleared: bool,
    /// A form that was left before it was accepted.
    form: Option<Form>,
    /// A form that was accepted, until it is known that the disk has what it says.
    handed_in: Option<Form>,
}

impl Drafts {
    /// The draft of the open conversation.
    pub(in crate::tui) fn of_open(&self, open: Option<ConversationId>) -> Option<&Composer> {
        match open {
            Some(open) => self.of(open),
            None => Some(&self.unaddressed),
        }
    }

    /// The draft of the open conversation, to be changed.
    pub(in crate::tui) fn of_open_mut(&mut self, open: Option<ConversationId>) -> &mut Composer {
        match open {
            Some(open) => self.by_conversation.entry(open).or_default(),
            None => &mut self.unaddressed,
        }
    }

    /// What is written to one goes to the other. `false`: something else is written there.
    pub(in crate::tui) fn hand_over(&mut self, from: ConversationId, to: ConversationId) -> bool {
        if !self.of(to).is_none_or(Composer::is_empty) {
            return false;
        }
        if let Some(draft) = self.by_conversation.remove(&from) {
            self.by_conversation.insert(to, draft);
        }
        true
    }

    /// The conversation is gone: its draft stands where none is open, behind what stands there already.
    pub(in crate::tui) fn keep_lost(&mut self, gone: ConversationId) {
        let Some(lost) = self.by_conversation.remove(&gone).filter(|lost| !lost.is_empty()) else { return };
        if self.unaddressed.is_empty() {
            self.unaddressed = lost;
        } else {
            self.unaddressed.keep(lost.text());
        }
    }

    /// The draft of any conversation.
    pub(in crate::tui) fn of(&self, conversation: ConversationId) -> Option<&Composer> {
        self.by_conversation.get(&conversation)
    }

    /// Where something is or was written.
    pub(in crate::tui) fn written(&self) -> impl Iterator<Item = ConversationId> {
        self.by_conversation.keys().copied()
    }

    /// The draft as it is kept for the next start: while a message is edited, the one that comes back after that, and what
    /// has become of the words of the message.
    pub(in crate::tui) fn kept(&self, conversation: ConversationId) -> Option<Draft> {
        let composer = self.of(conversation)?;
        let edited = self.edits.get(&conversation);
        let text = edited.map_or(composer, |edited| &edited.draft).text().to_owned();
        let reply = self.replies.get(&conversation).filter(|_| !text.is_empty()).map(|to| to.message);
        let changed = edited.filter(|edited| composer.text() != edited.words && !composer.is_empty());
        let edit =
            changed.map(|edited| EditDraft { message: edited.message, text: composer.text().to_owned() });
        Some(Draft { text, reply, edit })
    }

    /// Takes up what the last run left.
    pub(in crate::tui) fn restore(&mut self, conversation: ConversationId, kept: &Draft) {
        let composer = self.by_conversation.entry(conversation).or_default();
        composer.insert_str(&kept.text);
        if let Some(message) = kept.reply {
            self.begin_reply(conversation, ReplyTo { message, quoted: None });
        }
        if let Some(edit) = &kept.edit {
            self.begin_edit(conversation, edit.message, &edit.text);
            // Those are no words that anybody has seen.
            if let Some(edited) = self.edits.get_mut(&conversation) {
                edited.words.clear();
            }
        }
    }

    /// The message that the draft answers is held now.
    pub(in crate::tui) fn name_reply(&mut self, place: &Conversation, me: &str) {
        let reply = self.replies.get_mut(&place.id).filter(|to| to.quoted.is_none());
        if let Some((to, message)) =
            reply.and_then(|to| place.message(to.message).map(|message| (to, message)))
        {
            *to = ReplyTo::new(place, message, me);
        }
    }

    /// What the draft answers; while a message is edited it waits, as the draft does.
    pub(in crate::tui) fn reply(&self, open: Option<ConversationId>) -> Option<&ReplyTo> {
        let open = open.filter(|open| !self.edits.contains_key(open))?;
        self.replies.get(&open)
    }

    pub(in crate::tui) fn begin_reply(&mut self, conversation: ConversationId, to: ReplyTo) {
        self.replies.insert(conversation, to);
    }

    /// The draft stays, and answers nothing.
    pub(in crate::tui) fn end_reply(&mut self, conversation: ConversationId) {
        self.replies.remove(&conversation);
    }

    /// The message that is being edited.
    pub(in crate::tui) fn edited(&self, open: Option<ConversationId>) -> Option<&EditedMessage> {
        self.edits.get(&open?)
    }

    /// Puts the words of a message into the composer, and the draft aside.
    pub(in crate::tui) fn begin_edit(
        &mut self,
        conversation: ConversationId,
        message: MessageId,
        words: &str,
    ) {
        let composer = self.by_conversation.entry(conversation).or_default();
        let draft = std::mem::take(composer);
        composer.insert_str(words);
        self.edits.insert(conversation, EditedMessage { message, words: words.to_owned(), draft });
    }

    /// The draft comes back. The answer is what stood in its place, where that was changed.
    pub(in crate::tui) fn end_edit(&mut self, conversation: ConversationId) -> Option<String> {
        let EditedMessage { words, draft, .. } = self.edits.remove(&conversation)?;
        let edited = self.by_conversation.insert(conversation, draft)?;
        (edited.text() != words && !edited.is_empty()).then(|| edited.text().to_owned())
    }

    /// Puts a draft aside while a command is written in its place; `None`: there is none to come back.
    pub(in crate::tui) fn put_aside(&mut self, draft: Option<Addressed>) {
        self.aside = draft;
    }

    pub(in crate::tui) const fn take_aside(&mut self) -> Option<Addressed> {
        self.aside.take()
    }

    /// Whether a text has to be confirmed by the same text once more. `None`: this one need not be.
    pub(in crate::tui) fn asks_again(&mut self, text: Option<TypedCommand>) -> bool {
        let answered = self.unconfirmed.take();
        if text == answered {
            return false;
        }
        self.unconfirmed = text;
        self.unconfirmed.is_some()
    }

    /// A second Enter confirms nothing any more.
    pub(in crate::tui) fn forget_question(&mut self) {
        self.unconfirmed = None;
    }

    pub(in crate::tui) fn refuse(&mut self, command: Option<String>) {
        self.refused = command;
    }

    pub(in crate::tui) fn note_unsaid(&mut self, words: Option<String>) {
        self.unsaid = words;
    }

    /// The words that could not be said.
    pub(in crate::tui) fn unsaid(&self) -> Option<&str> {
        self.unsaid.as_deref()
    }

    /// The command that was refused.
    pub(in crate::tui) fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// A command runs that was typed in this conversation; `None`: the last key has begun none.
    pub(in crate::tui) fn note_running(&mut self, command: Option<TypedCommand>) {
        self.running = command;
    }

    /// Its words; empty: the last key has begun none.
    pub(in crate::tui) fn running(&self) -> &str {
        self.running.as_ref().map_or("", |(_, command)| command)
    }

    /// The command that the last key has begun comes to nothing.
    pub(in crate::tui) const fn take_running(&mut self) -> Option<TypedCommand> {
        self.running.take()
    }

    pub(in crate::tui) const fn is_cleared(&self) -> bool {
        self.is_cleared
    }

    /// Notes whether the draft was just cleared. The answer is what was noted before.
    pub(in crate::tui) const fn note_cleared(&mut self, is_cleared: bool) -> bool {
        std::mem::replace(&mut self.is_cleared, is_cleared)
    }

    /// A form was accepted; the disk may still refuse what it says.
    pub(in crate::tui) fn hand_in(&mut self, form: Form) {
        self.handed_in = Some(form);
    }

    /// The form that was accepted, if it is the one in question.
    pub(in crate::tui) fn take_handed_in(&mut self, is_it: impl FnOnce(&Form) -> bool) -> Option<Form> {
        self.handed_in.take_if(|form| is_it(form))
    }

    pub(in crate::tui) fn keep_form(&mut self, form: Form) {
        self.form = Some(form);
    }

    /// The form as it was left, if it asks the same as the fresh one.
    pub(in crate::tui) fn resume_form(&mut self, fresh: Form) -> Form {
        self.form.take_if(|form| form.is_like(&fresh)).unwrap_or(fresh)
    }
}
