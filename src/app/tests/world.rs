//! A state with a store and a network that only note what they are told: what the tests happen in.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use super::*;
use crate::model::history::{PageAnchor, PageQuery, Purpose, StoreCommand, StoreEvent};
use crate::model::traffic::{MessageKind, PeerInfo, Profile, Received};
use crate::model::{
    Address, Caps, ChatCaps, Contact, ConversationId, Files, Message, MessageId, NetCommand, NetEvent, Now,
    Phrase, Scheme, TransferId, WallTime,
};
use crate::store::{Backend as _, Memory};

pub(super) const UDP: Scheme =
    Scheme { name: "udp", default_port: 8081, caps: Caps { encodings: true, ..Caps::NONE } };

/// A room whose members are known by where they send from, and one where they have names.
pub(super) const HALL: Scheme =
    Scheme { name: "hall", default_port: 7788, caps: Caps { group: true, ..Caps::NONE } };
pub(super) const CLUB: Scheme = Scheme {
    name: "club",
    default_port: 6000,
    caps: Caps { group: true, rooms: true, chat: ChatCaps { history: true, ..ChatCaps::NONE }, ..Caps::NONE },
};

/// People who make themselves known, with all that they can do.
pub(super) const LAN: Scheme = Scheme {
    name: "lan",
    default_port: 2425,
    caps: Caps {
        receipts: true,
        encodings: true,
        presence: true,
        files: true,
        several: true,
        chat: ChatCaps { seals: true, nudges: true, ..ChatCaps::NONE },
        ..Caps::NONE
    },
};

/// Peers with keys, who get what waits for them.
pub(super) const LOCKED: Scheme = Scheme {
    name: "locked",
    default_port: 7_781,
    caps: Caps {
        receipts: true,
        authenticated: true,
        presence: true,
        keys: true,
        outbox: true,
        chat: ChatCaps::REMARKS,
        ..Caps::NONE
    },
};

/// A state with a store that answers at once, and everything the network was told.
pub(super) struct World {
    pub state: State,
    pub store: Memory,
    pub now: Now,
    pub ordered: Vec<NetCommand>,
    pub edits: Vec<ContactsEdit>,
    pub(super) fetched: Vec<FetchRequest>,
    pub(super) discarded: Vec<TransferId>,
    pub rings: usize,
    pub refuse: bool,
    /// How often the store was asked to remove what is due.
    pub(super) asked_to_expire: usize,
    /// The files that an earlier run has offered are not there any more.
    pub(super) missing: bool,
    /// What the store has carried out, and what it has refused.
    pub(super) ops: Vec<StoreCommand>,
    pub(super) refused: Vec<StoreCommand>,
}

impl World {
    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    pub(super) fn new() -> Self {
        let now = Now { mono: Instant::now(), wall: WallTime(1_000_000) };
        let (state, store) = (State::default(), Memory::default());
        Self {
            state,
            store,
            now,
            ordered: vec![],
            edits: vec![],
            rings: 0,
            fetched: Vec::new(),
            discarded: Vec::new(),
            refuse: false,
            asked_to_expire: 0,
            missing: false,
            ops: Vec::new(),
            refused: Vec::new(),
        }
    }

    pub(super) fn with(contacts: &[(&str, &str)]) -> Self {
        let mut world = Self::new();
        world.load(contacts, None);
        world
    }

    pub(super) fn load(&mut self, contacts: &[(&str, &str)], edit: Option<ContactsEdit>) {
        let contacts = contacts
            .iter()
            .map(|(name, at)| Contact {
                name: (*name).to_owned(),
                address: address(at),
                notify: crate::model::NotifyLevel::All,
                pinned: false,
                accept: None,
                keep: None,
            })
            .collect();
        self.happen(Event::ContactsLoaded { contacts, edit });
    }

    pub(super) fn happen(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in update(&mut self.state, self.now, event) {
                match effect {
                    Effect::Net(command) => self.ordered.push(command),
                    Effect::Contacts(edit) => self.edits.push(edit),
                    Effect::Alert(_) => self.rings += 1,
                    Effect::Fetch(fetch) => self.fetched.push(fetch),
                    Effect::Discard(fetch) => self.discarded.push(fetch.transfer),
                    Effect::FindFiles(message) => {
                        let found = |sources: &Arc<[_]>| !self.missing && !sources.is_empty();
                        let sources = message.files.sources().cloned().filter(found);
                        events.push_back(Event::FilesFound { message, sources });
                    }
                    Effect::Store(op) => events.push_back(Event::Stored(self.commit(op))),
                    Effect::Page(query) => {
                        let page = self.store.page(&query).expect("memory");
                        events.push_back(Event::Stored(StoreEvent::Page(page)));
                    }
                    Effect::Outbox(query) => {
                        let page = self.store.outbox(&query).expect("memory");
                        events.push_back(Event::Stored(StoreEvent::Outbox(page)));
                    }
                    Effect::Expire(now) => {
                        self.asked_to_expire += 1;
                        let expired = self.store.expire(now).expect("memory");
                        events.push_back(Event::Stored(StoreEvent::Expired(expired)));
                    }
                    Effect::Sent(conversation) => {
                        let texts = self.store.sent(conversation, MAX_SENT).expect("memory");
                        events.push_back(Event::Stored(StoreEvent::Sent { conversation, texts }));
                    }
                    Effect::Search(lookup) => {
                        let found = self.store.search(&lookup).expect("memory");
                        events.push_back(Event::Stored(StoreEvent::Found(found)));
                    }
                }
            }
        }
    }

    pub(super) fn commit(&mut self, op: StoreCommand) -> StoreEvent {
        if self.refuse {
            self.refused.push(op.clone());
            return StoreEvent::Refused { ops: vec![op], why: Phrase::new("fault-busy") };
        }
        self.ops.push(op.clone());
        let ops = vec![op];
        let known = self.store.commit(&ops).expect("memory");
        if known.is_empty() { StoreEvent::Committed(ops) } else { StoreEvent::Known(ops) }
    }

    pub(super) fn open(&mut self, name: &str) -> ConversationId {
        let conversation = self.id(name);
        self.happen(Event::Intent(Intent::Open { conversation }));
        conversation
    }

    /// What the history has of a conversation.
    pub(super) fn kept(&mut self, name: &str) -> Vec<Arc<Message>> {
        let query = PageQuery {
            conversation: self.id(name),
            at: PageAnchor::Newest,
            messages: usize::MAX,
            purpose: Purpose::Show,
        };
        self.store.page(&query).expect("memory").messages
    }

    pub(super) fn hear(&mut self, conversation: Option<ConversationId>, from: &str, text: &str) {
        self.happen(self.received(conversation, from, text));
    }

    /// A message that has arrived and that the store still has to answer for.
    pub(super) fn late(
        &mut self,
        conversation: Option<ConversationId>,
        from: &str,
        text: &str,
    ) -> StoreCommand {
        let event = self.received(conversation, from, text);
        let effects = update(&mut self.state, self.now, event);
        let insert = effects.into_iter().find_map(|effect| match effect {
            Effect::Store(op @ StoreCommand::Insert(_)) => Some(op),
            Effect::Store(_)
            | Effect::Page(_)
            | Effect::Outbox(_)
            | Effect::Sent(_)
            | Effect::Expire(_)
            | Effect::Fetch(_)
            | Effect::Discard(_)
            | Effect::FindFiles(_)
            | Effect::Search(_)
            | Effect::Net(_)
            | Effect::Contacts(_)
            | Effect::Alert(_) => None,
        });
        insert.expect("a message for the store")
    }

    pub(super) fn received(&self, conversation: Option<ConversationId>, from: &str, text: &str) -> Event {
        Event::Net(NetEvent::Received(self.message(conversation, from, text)))
    }

    pub(super) fn message(&self, conversation: Option<ConversationId>, from: &str, text: &str) -> Received {
        Received {
            uid: None,
            about: None,
            quote: None,
            files: Files::default(),
            conversation,
            scheme: UDP,
            place: None,
            source: from.parse().expect("socket address"),
            sender: None,
            kind: MessageKind::Text,
            time: self.now.wall,
            text: text.to_owned(),
            lossy: false,
            authenticated: false,
            payload: text.as_bytes().into(),
        }
    }

    /// Somebody nearby comes, leaves, or says something else of itself.
    pub(super) fn peer(&mut self, conversation: Option<ConversationId>, at: &str, name: &str, here: bool) {
        let about = Profile { name: name.to_owned(), ..Profile::default() };
        let address = Box::new(address(at));
        self.happen(Event::Net(NetEvent::Peer(PeerInfo { conversation, address, here, about })));
    }

    /// A person nearby writes something.
    pub(super) fn writes(&mut self, from: &str, kind: MessageKind, files: Files, text: &str) -> MessageId {
        let message = self.message(None, from, text);
        let payload = Arc::from(format!("packet of {text}").into_bytes());
        self.happen(Event::Net(NetEvent::Received(Received {
            scheme: LAN,
            kind,
            files,
            payload,
            ..message
        })));
        MessageId(self.state.next_message_id().0 - 1)
    }

    /// A message as the history has it.
    pub(super) fn stored(&self, conversation: ConversationId, id: MessageId) -> Arc<Message> {
        Arc::clone(self.store.messages(conversation).find(|one| one.id == id).expect("stored"))
    }

    /// Somebody's program says that it came into a room.
    pub(super) fn joins(&mut self, room: ConversationId, from: &str) {
        let message = self.message(Some(room), from, "***");
        self.happen(Event::Net(NetEvent::Received(Received { kind: MessageKind::Joined, ..message })));
    }

    /// A member of a room says something under its name.
    pub(super) fn says(&mut self, room: ConversationId, name: &str, text: &str) {
        let message = self.message(Some(room), "10.0.0.1:6000", text);
        let sender = Some(name.to_owned());
        self.happen(Event::Net(NetEvent::Received(Received { sender, ..message })));
    }

    pub(super) fn id(&self, name: &str) -> ConversationId {
        self.state.conversations().find(|one| one.name == name).expect(name).id
    }

    /// What of a conversation is held to be read, notices left out.
    pub(super) fn shown(&self, name: &str) -> Vec<&str> {
        let place = self.state.conversation(self.id(name)).expect(name);
        place.messages().iter().map(|message| message.text.as_str()).collect()
    }

    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        self.kept(name).iter().map(|message| message.text.clone()).collect()
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.state.listed().map(|one| one.name.as_str()).collect()
    }
}

pub(super) fn address(text: &str) -> Address {
    Address::parse(text, &[UDP, HALL, CLUB, LAN]).expect(text)
}
