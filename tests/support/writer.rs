//! Writes into a history that no messenger has open, through the program's own store.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use udpqq::model::history::{StoreCommand, StoreSnapshot};
use udpqq::model::{Direction, Message, MessageId, WallTime};
use udpqq::store::{self, Backend};

/// An open history.
pub(crate) struct Writer {
    backend: Box<dyn Backend>,
    remembered: StoreSnapshot,
    next: u64,
}

impl Writer {
    pub(crate) fn open(path: &Path) -> Self {
        let private: store::Private = |path| std::fs::File::create_new(path).map(drop);
        let lock = store::Lock::take(&path.with_file_name("history.lock"), private).unwrap();
        let opened = store::open(path, lock, private, WallTime(0));
        assert!(opened.told.is_empty(), "{:?}", opened.told);
        let next = opened.remembered.last_message.map_or(0, |last| last.0) + 1;
        Self { backend: opened.backend, remembered: opened.remembered, next }
    }

    /// One more message that came to the conversation `name`, at a time such as `2026-03-29T01:00:00Z`.
    pub(crate) fn incoming(&mut self, name: &str, source: SocketAddr, time: &str, text: &str) {
        let named = self.remembered.conversations.iter().find(|kept| kept.card.name == name);
        let time: jiff::Timestamp = time.parse().unwrap();
        let message = Message {
            uid: None,
            about: None,
            quote: None,
            expires: None,
            files: udpqq::model::Files::default(),
            id: MessageId(self.next),
            conversation: named.unwrap_or_else(|| panic!("no conversation {name}")).card.conversation,
            dialect: "udp".into(),
            time: WallTime(time.as_microsecond()),
            direction: Direction::Incoming {
                source,
                lossy: false,
                authenticated: false,
                sender: None,
                kind: udpqq::model::traffic::MessageKind::Text,
            },
            text: text.to_owned(),
            payload: text.as_bytes().into(),
        };
        self.next += 1;
        self.backend.commit(&[StoreCommand::Insert(Arc::new(message))]).unwrap();
    }
}
