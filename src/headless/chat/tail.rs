//! What a chat begins with: the end of the history, and all that was not read, however long that is.

use std::sync::Arc;

use super::{Chat, conversation_of};
use crate::app::Intent;
use crate::headless::{CommandError, step};
use crate::model::history::PageAnchor;
use crate::model::{Message, MessageId};

impl Chat<'_> {
    /// Prints what was said before.
    pub(super) async fn begin(&mut self, history: usize) -> Result<(), CommandError> {
        self.load().await?;
        self.print_tail(history).await
    }

    /// Waits for the newest part of the conversation. The messenger goes on where one was reading, which may be far above.
    async fn load(&mut self) -> Result<(), CommandError> {
        while !self.place()?.is_loaded() && !self.place()?.is_stuck() {
            step(&mut self.session).await?;
        }
        if self.place()?.has_newer() {
            self.read(PageAnchor::Newest).await?;
        }
        Ok(())
    }

    /// Waits for another part of it.
    async fn read(&mut self, at: PageAnchor) -> Result<(), CommandError> {
        self.session.ask(Intent::Page { conversation: self.conversation, at });
        while self.place()?.is_paging() {
            step(&mut self.session).await?;
        }
        Ok(())
    }

    /// What was said last, and all that was not read. That is read then.
    async fn print_tail(&mut self, history: usize) -> Result<(), CommandError> {
        let activity = &self.place()?.activity;
        let unread = usize::try_from(activity.unread()).unwrap_or(usize::MAX);
        let marker = activity.marker().filter(|_| unread > 0);
        if let Some(first) =
            marker.filter(|first| self.place().is_ok_and(|place| place.message(*first).is_none()))
        {
            self.read(PageAnchor::Around(first)).await?;
        }
        let place = self.place()?;
        let (messages, is_end) = (place.messages(), !place.has_newer());
        let tail = messages.len().saturating_sub(history);
        let start = marker.map(|first| place.position(first));
        let start = start.map_or(tail, |start| if is_end { start.min(tail) } else { start });
        let mut next = messages.get(start).map(|message| message.id);
        while let Some(first) = next {
            let last = self.print_from(first, marker.map(|marker| (marker, unread))).await?;
            next = self.behind(last).await?;
        }
        // What was unread before is no news.
        self.unread_elsewhere = self.session.state.unread_elsewhere(Some(self.conversation));
        self.session.ask(Intent::Read { conversation: self.conversation, arriving: true });
        Ok(())
    }

    /// Prints what is held from this message on, and says which is the last. `new`: before which one it is said how many are
    /// new.
    async fn print_from(
        &mut self,
        first: MessageId,
        new: Option<(MessageId, usize)>,
    ) -> Result<MessageId, CommandError> {
        let place = conversation_of(&self.session, self.conversation)?;
        let messages: Vec<Arc<Message>> =
            place.messages().get(place.position(first)..).unwrap_or_default().to_vec();
        let mut rows = Vec::new();
        for message in &messages {
            if let Some((_, count)) = new.filter(|(marker, _)| *marker == message.id) {
                rows.push(self.output.lang().with("chat-new", &[("count", &count.to_string())]));
            }
            rows.extend(self.lines.stored(place, message, self.output));
            self.outgoing.restore(message);
        }
        self.print(rows).await?;
        Ok(messages.last().map_or(first, |last| last.id))
    }

    /// The message behind this one, if there is one yet.
    async fn behind(&mut self, last: MessageId) -> Result<Option<MessageId>, CommandError> {
        let next = |chat: &Self| {
            let place = chat.place()?;
            let messages = place.messages().get(place.position(last)..).unwrap_or_default();
            Ok::<_, CommandError>(messages.iter().map(|message| message.id).find(|id| *id > last))
        };
        if next(self)?.is_none() && self.place()?.has_newer() {
            self.read(PageAnchor::After(last)).await?;
        }
        next(self)
    }
}
