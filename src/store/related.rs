//! What comes along with a page: the messages that its own answer, and what was said about both.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::history::{MAX_PAGE_BYTES, MAX_VERSIONS};
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Mark, Message, MessageId, Uid};

/// Where messages are found by what both sides know them by.
pub(super) trait Named {
    type Error;

    /// The messages of this name that change no other, oldest first; what has been cleared is not there.
    fn named(&self, conversation: ConversationId, uid: Uid) -> Result<Vec<Arc<Message>>, Self::Error>;

    /// The oldest message of each of these names, in their order.
    fn first_named(
        &self,
        conversation: ConversationId,
        uids: &BTreeSet<Uid>,
    ) -> Result<Vec<Arc<Message>>, Self::Error> {
        let mut first = Vec::new();
        for uid in uids {
            first.extend(self.named(conversation, *uid)?.into_iter().next());
        }
        Ok(first)
    }

    /// Whether anything at all was said about the message, at little cost: nearly always nothing was.
    fn has_changes(&self, target: &Message) -> Result<bool, Self::Error>;

    /// Changes of this kind that count for the message, from us or from the peer, the newest first.
    fn changes(
        &self,
        target: &Message,
        kind: MessageKind,
        ours: bool,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, Self::Error>;
}

/// The words of its author that stand for those of the message, the newest first.
pub(super) fn versions<N: Named>(
    source: &N,
    target: &Message,
    limit: usize,
) -> Result<Vec<Arc<Message>>, N::Error> {
    if target.uid.is_none() {
        return Ok(Vec::new());
    }
    source.changes(target, MessageKind::Edit, target.is_outgoing(), limit)
}

/// Whether its author has taken the message back, or its room has removed it.
pub(super) fn deletion<N: Named>(source: &N, target: &Message) -> Result<Option<Arc<Message>>, N::Error> {
    if target.uid.is_none() || target.is_change() {
        return Ok(None);
    }
    let removal = source.changes(target, MessageKind::Removal, false, 1)?.pop();
    if removal.is_some() {
        return Ok(removal);
    }
    Ok(source.changes(target, MessageKind::Deletion, target.is_outgoing(), 1)?.pop())
}

/// Whether its author has taken back what the message offers.
fn is_withdrawn<N: Named>(source: &N, message: &Message) -> Result<bool, N::Error> {
    if message.uid.is_none() || !message.files.is_open() {
        return Ok(false);
    }
    Ok(!source.changes(message, MessageKind::Withdrawal, message.is_outgoing(), 1)?.is_empty())
}

/// The message as it is to be kept: without its words if it was taken back, or is another version of one that was; and what
/// is withdrawn is not offered again.
pub(super) fn as_it_stands<N: Named>(source: &N, message: &Message) -> Result<Option<Message>, N::Error> {
    let gone = match (message.kind(), message.about) {
        (Some(MessageKind::Edit), Some(about)) => {
            let mut gone = false;
            for target in source.named(message.conversation, about)? {
                gone |= message.counts_for(&target) && deletion(source, &target)?.is_some();
            }
            gone
        }
        _ => deletion(source, message)?.is_some(),
    };
    if gone {
        return Ok(Some(message.emptied()));
    }
    Ok(is_withdrawn(source, message)?.then(|| message.withdrawn()))
}

/// The message as the network side is given it: of what waits the words before those that stand never go out. What may
/// have gone out stays as it was, and is changed by what comes after it.
pub(super) fn as_it_goes_out<N: Named>(source: &N, message: &Arc<Message>) -> Result<Arc<Message>, N::Error> {
    if !message.is_in_outbox() {
        return Ok(Arc::clone(message));
    }
    let text = if waits(message) { standing_words(source, message)? } else { None };
    let text = text.unwrap_or_else(|| message.text.clone());
    let quote = standing_quote(source, message)?;
    if text == message.text && quote == message.quote {
        return Ok(Arc::clone(message));
    }
    Ok(Arc::new(Message { quote, text, ..Message::clone(message) }))
}

fn waits(message: &Message) -> bool {
    message.mark() == Some(&Mark::Waiting)
}

/// The words that stand for those of a message of ours, or of a change of one.
fn standing_words<N: Named>(source: &N, message: &Message) -> Result<Option<String>, N::Error> {
    let kind = message.kind().unwrap_or_default();
    if !kind.is_change() {
        return words_of(source, message, MessageKind::Edit);
    }
    let mut text = None;
    if let Some(about) = message.about.filter(|_| matches!(kind, MessageKind::Edit | MessageKind::Reaction)) {
        for target in source.named(message.conversation, about)? {
            if message.counts_for(&target) {
                text = words_of(source, &target, kind)?;
            }
        }
    }
    Ok(text)
}

/// What an answer of ours quotes: the words that stand. Of what was taken back nothing is quoted, even where the answer may
/// have gone out.
fn standing_quote<N: Named>(source: &N, message: &Message) -> Result<Option<Arc<str>>, N::Error> {
    let Some(about) = message.about.filter(|_| message.quote.is_some() && !message.is_change()) else {
        return Ok(message.quote.clone());
    };
    let named = source.named(message.conversation, about)?;
    let Some(target) = named.first().filter(|target| waits(message) || target.is_emptied()) else {
        return Ok(message.quote.clone());
    };
    let standing = if target.is_outgoing() {
        words_of(source, target, MessageKind::Edit)?
    } else {
        versions(source, target, 1)?.first().map(|version| version.text.clone())
    };
    Ok(target.quoted(standing.as_deref()))
}

/// The words, or the emoji, that we have put last in the place of those before.
fn words_of<N: Named>(source: &N, target: &Message, kind: MessageKind) -> Result<Option<String>, N::Error> {
    let said = source.changes(target, kind, true, MAX_VERSIONS)?;
    Ok(said.iter().find(|change| !change.is_failed()).map(|change| change.text.clone()))
}

/// What comes with a page of these messages, which answer others: all of it in order of ids.
pub(super) fn related<N: Named>(
    source: &N,
    answered: Vec<Arc<Message>>,
    messages: &[Arc<Message>],
) -> Result<Vec<Arc<Message>>, N::Error> {
    let mut found = BTreeMap::new();
    let mut bytes = 0_usize;
    for target in answered.iter().chain(messages).filter(|target| target.uid.is_some()) {
        for change in standing(source, target)? {
            bytes = bytes.saturating_add(change.weight());
            found.insert(change.id, change);
        }
    }
    for target in messages.iter().rev().filter(|target| target.uid.is_some()) {
        let is_edited = found
            .values()
            .any(|change| change.kind() == Some(MessageKind::Edit) && change.about == target.uid);
        if !is_edited {
            continue;
        }
        for version in versions(source, target, MAX_VERSIONS)? {
            bytes = bytes.saturating_add(version.weight());
            if bytes > MAX_PAGE_BYTES {
                break;
            }
            found.insert(version.id, version);
        }
    }
    found.extend(answered.into_iter().map(|message| (message.id, message)));
    Ok(found.into_values().collect())
}

/// What the messages of a conversation answer, besides what they are themselves.
pub(super) fn answered<N: Named>(
    source: &N,
    messages: &[Arc<Message>],
) -> Result<Vec<Arc<Message>>, N::Error> {
    let Some(conversation) = messages.first().map(|message| message.conversation) else {
        return Ok(Vec::new());
    };
    let here: BTreeSet<MessageId> = messages.iter().map(|message| message.id).collect();
    let asked: BTreeSet<Uid> = messages.iter().filter_map(|message| message.about).collect();
    let mut answered = source.first_named(conversation, &asked)?;
    answered.retain(|message| !here.contains(&message.id));
    Ok(answered)
}

/// What stands of all that was said about a message.
fn standing<N: Named>(source: &N, target: &Message) -> Result<Vec<Arc<Message>>, N::Error> {
    if !source.has_changes(target)? {
        return Ok(Vec::new());
    }
    if let Some(deletion) = deletion(source, target)? {
        return Ok(vec![deletion]);
    }
    let mut standing = versions(source, target, 1)?;
    for ours in [false, true] {
        standing.extend(source.changes(target, MessageKind::Reaction, ours, 1)?);
    }
    // Of what the peer withdrew its message says enough; ours may have to be said again.
    if target.is_outgoing() && !target.files.is_empty() {
        standing.extend(source.changes(target, MessageKind::Withdrawal, true, MAX_VERSIONS)?);
    }
    Ok(standing)
}
