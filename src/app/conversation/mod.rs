//! One conversation: who it is with, and the parts that each keep one side of it.
//!
//! Knows nothing of other conversations. What the store or the network side has to be told comes back as an effect.

mod activity;
mod changes;
mod confusables;
mod input;
mod members;
mod mentions;
mod messages;
mod pages;
mod standing;
mod status;
mod unsaved;
mod window;

#[cfg(test)]
mod tests;

use super::event::Effect;
use crate::model::history::{ConversationRecord, StoreCommand, StoredConversation};
use crate::model::traffic::FIRST_STRANGER;
use crate::model::{
    Address, BackfillCommand, ConversationId, Message, MessageId, NetCommand, NotifyLevel, PeerCommand,
    PeerKind, Person, RoomHistory, Trust,
};

pub use activity::Activity;
pub use changes::{Changes, Reaction};
pub use input::{InputState, MAX_SENT};
pub use members::{MAX_HEARD, MAX_TOLD, MemberInfo, MemberKey, RoomMembers};
pub use status::{PeerStatus, Reachability};

use pages::Pages;
use standing::PeerStanding;
use unsaved::Unsaved;

/// One conversation. Messages are in order of their ids, which is the order of arrival.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub id: ConversationId,
    pub name: String,
    pub address: Address,
    pub kind: PeerKind,
    /// Place in `contacts.toml`; strangers in the order they came, behind all contacts.
    pub rank: u32,
    pub notify: NotifyLevel,
    /// It stands on top of the list.
    pub pinned: bool,
    /// Hidden, and what it sends is only counted.
    pub ignored: bool,
    standing: PeerStanding,
    pub status: PeerStatus,
    /// Who is there, in a room.
    pub members: RoomMembers,
    pub activity: Activity,
    pub input: InputState,
    pages: Pages,
    pub(super) unsaved: Unsaved,
}

impl Conversation {
    pub(super) fn new(id: ConversationId, name: String, address: Address, kind: PeerKind) -> Self {
        Self {
            id,
            name,
            address,
            kind,
            rank: id.0,
            notify: NotifyLevel::All,
            pinned: false,
            ignored: false,
            standing: PeerStanding::NEW,
            status: PeerStatus::default(),
            members: RoomMembers::default(),
            activity: Activity::default(),
            input: InputState::default(),
            pages: Pages::default(),
            unsaved: Unsaved::default(),
        }
    }

    /// With a stranger who comes up when `since` is the next message.
    pub(super) fn stranger(id: ConversationId, name: String, address: Address, since: MessageId) -> Self {
        Self {
            rank: stranger_rank(id),
            activity: Activity::starting(since),
            ..Self::new(id, name, address, PeerKind::Stranger)
        }
    }

    /// As the last run left it.
    pub(super) fn restored(mut stored: StoredConversation, address: Address) -> Self {
        let activity = Activity::restored(&mut stored);
        let StoredConversation { card, draft, reading, epoch, session, cleared, unheard, .. } = stored;
        let is_left = address.is_room() && card.kind == PeerKind::Stranger && card.aside;
        Self {
            activity,
            status: PeerStatus::restored(session, cleared, unheard),
            input: InputState::restored(draft, reading),
            standing: PeerStanding::restored(&card, epoch, is_left),
            ..Self::new(card.conversation, card.name, address, card.kind)
        }
    }

    /// Many people are in it.
    pub fn is_room(&self) -> bool {
        self.address.is_room()
    }

    /// The list of contacts can say something of it: it is in there, or makes itself known by a name, under which it comes in.
    pub fn can_be_contact(&self) -> bool {
        let is_known =
            !self.is_room() && self.address.scheme.caps.presence && self.forbids_sending().is_none();
        self.kind == PeerKind::Contact || (self.kind == PeerKind::Stranger && is_known)
    }

    /// What a person wants to be told of that comes there.
    pub fn notify_level(&self) -> NotifyLevel {
        let is_contact = self.kind == PeerKind::Contact;
        if is_contact { self.notify.there(self.is_room()) } else { NotifyLevel::All }
    }

    /// Whether something that comes there is a reason to ring. `names_us`: it speaks to us by name, or to nobody else.
    pub(super) fn tells_of(&self, names_us: bool) -> bool {
        match self.notify.there(self.is_room()) {
            NotifyLevel::All => true,
            NotifyLevel::Mentions => names_us,
            NotifyLevel::None => false,
        }
    }

    /// A room that was not entered: its history can be read, nothing can be sent.
    pub fn is_out(&self) -> bool {
        self.is_room() && !self.is_followed()
    }

    /// A person opened it or wrote to it.
    pub(super) fn is_known(&self) -> bool {
        self.standing.is_known()
    }

    /// A person picked it in this run, and did not just come past it.
    pub(super) fn is_chosen(&self) -> bool {
        self.standing.is_chosen()
    }

    /// The history knows who it is with.
    pub(super) fn is_recorded(&self) -> bool {
        self.standing.is_recorded()
    }

    /// A stranger that a person neither opened nor wrote to.
    pub(super) fn is_unasked(&self) -> bool {
        self.kind == PeerKind::Stranger && !self.is_known()
    }

    /// A person has let its peer talk to them or written to it, and did not take it from the contacts since.
    pub(super) fn is_talked_with(&self) -> bool {
        let is_wanted = match self.address.key {
            Some(_) => self.trust().is_some_and(|trust| trust.is_wanted()),
            None => self.is_known() && self.activity.newest().is_some(),
        };
        is_wanted && !self.standing.is_aside()
    }

    /// A contact, or somebody with a key who stands among them, since a person wants to talk to whoever has it.
    pub fn is_contact_like(&self) -> bool {
        let is_wanted = || self.address.key.is_some() && self.is_talked_with();
        self.kind == PeerKind::Contact || (self.kind == PeerKind::Stranger && is_wanted())
    }

    /// Whoever writes there goes on talking with somebody.
    pub(super) fn is_talked_with_or_contact(&self) -> bool {
        self.kind != PeerKind::Stranger || self.is_talked_with()
    }

    /// It was a contact, and a person did not want that any more.
    pub(super) fn dismiss(&mut self) {
        self.kind = PeerKind::Stranger;
        (self.notify, self.pinned) = (NotifyLevel::All, false);
        // No flood of strangers takes what was said with a contact.
        self.set_known();
        self.standing.set_aside(true);
    }

    /// The network side knows of it.
    pub(super) fn is_followed(&self) -> bool {
        self.standing.is_followed()
    }

    pub(super) fn has_left(&self) -> bool {
        self.standing.has_left()
    }

    /// Whether it can be with this person: the person at its address is not known yet, or is the same.
    pub(super) fn may_be(&self, person: Option<&Person>) -> bool {
        let known = person.and_then(|person| Some((person, Person::of(&self.address)?)));
        known.is_none_or(|(person, known)| known.is_same(person))
    }

    /// Whether the room has a history of its own, and says of each message that it stands there.
    pub fn is_kept_elsewhere(&self) -> bool {
        self.status.history() != RoomHistory::None
    }

    /// Its address with the encoding that is written there: as a person chose it, or else as its dialect knows it by
    /// now. By this it can be judged what can be said.
    pub fn effective_address(&self) -> Address {
        let known = self.status.profile().map(|profile| profile.encoding.as_str());
        let known = known.filter(|label| !label.is_empty());
        let chosen = self.address.option("encoding");
        let learned = known.filter(|_| chosen.is_none() && self.address.scheme.caps.encodings);
        let address = self.address.clone();
        if learned.is_some() { address.with_option("encoding", learned) } else { address }
    }

    /// Changes the address. At another place nothing is known of the peer yet.
    pub(super) fn move_to(&mut self, address: Address) {
        if !self.address.is_same_place(&address) {
            self.status.reset();
            self.members = RoomMembers::default();
        }
        if self.address.key != address.key {
            self.standing.forget_key();
        }
        self.address = address;
    }

    /// Both are with one peer: what was said in the other one, which is gone, was said here.
    pub(super) fn merge(&mut self, other: &Self) {
        self.activity.merge(&other.activity);
        self.unsaved.merge(&other.unsaved, self.id);
        self.standing.set_trust(Trust::merged(self.trust(), other.trust()));
        self.standing.merge(&other.standing);
    }

    // --- What the store and the network side are told of it. ---

    /// What the history keeps of it besides its messages.
    pub(super) fn record(&self) -> ConversationRecord {
        ConversationRecord {
            conversation: self.id,
            name: self.name.clone(),
            address: self.address.to_string(),
            kind: self.kind,
            known: self.is_known(),
            aside: self.standing.is_aside(),
            joined: self.standing.is_joined(),
            trust: self.trust(),
        }
    }

    /// The history is told who it is with.
    pub(super) fn save_record(&mut self) -> Effect {
        self.standing.set_recorded();
        Effect::Store(StoreCommand::Know(Box::new(self.record())))
    }

    /// A person has to do with this peer: no flood of strangers takes what was said with it.
    pub(super) fn mark_known(&mut self) -> Option<Effect> {
        if self.is_known() {
            return None;
        }
        self.set_known();
        Some(self.save_record())
    }

    /// The same, where its record is saved anyway.
    pub(super) fn set_known(&mut self) {
        self.standing.set_known();
    }

    /// A person picked it, so it is known, too.
    pub(super) fn set_chosen(&mut self) -> Option<Effect> {
        let known = self.mark_known();
        self.standing.set_chosen();
        known
    }

    /// A person writes to it: it is among those that one talks with.
    pub(super) fn mark_spoken_to(&mut self) -> Option<Effect> {
        if !self.standing.is_aside() {
            return self.mark_known();
        }
        self.standing.set_aside(false);
        Some(self.save_record())
    }

    /// A person writes to a whole group that its peer is in. What was said stays, and is no reason to talk with each of them.
    pub(super) fn mark_addressed(&mut self) -> Effect {
        self.standing.set_aside(true);
        self.set_known();
        self.save_record()
    }

    /// The same for all names that look like this one.
    pub(super) fn skeleton(&self) -> String {
        confusables::skeleton(&self.name)
    }

    /// What a person thinks of the peer's key, where it has one; `None`: nothing was decided yet.
    pub fn trust(&self) -> Option<Trust> {
        self.standing.trust()
    }

    /// The message of ours went to the key that the peer had before, and not to the present one: nobody who has it can be
    /// told anything about it.
    pub fn went_to_former_key(&self, message: &Message) -> bool {
        self.standing.epoch().is_some_and(|epoch| epoch.is_after(message))
    }

    /// Who offers files here proves who they are, so that a person may be asked once for all of them.
    pub fn proves_files(&self) -> bool {
        let caps = self.address.scheme.caps;
        caps.files && caps.authenticated
    }

    /// The text that says why the peer's key keeps anything from being sent; `None`: nothing does.
    pub fn forbids_sending(&self) -> Option<&'static str> {
        match self.trust()? {
            Trust::Pinned | Trust::Verified { .. } => None,
            Trust::Requested => Some("trust-answer-first"),
            Trust::Changed { .. } => Some("trust-changed"),
            Trust::Blocked => Some("trust-blocked"),
        }
    }

    /// A person, or what came from the peer, has decided this. The history and the network side are told.
    pub(super) fn set_trust(&mut self, trust: Trust) -> Vec<Effect> {
        self.standing.set_aside(false);
        self.standing.set_trust(Some(trust));
        let told = self.is_followed().then(|| self.tell_trust()).flatten();
        std::iter::once(self.save_record()).chain(told).collect()
    }

    fn tell_trust(&self) -> Option<Effect> {
        self.trust().map(|trust| Effect::Net(NetCommand::Trust(self.id, trust)))
    }

    /// A person wants to talk to whoever has this key, unless something else was decided.
    pub(super) fn trust_by_default(&mut self) {
        let open = matches!(self.trust(), None | Some(Trust::Requested));
        if self.address.key.is_some() && open {
            self.standing.set_trust(Some(Trust::Pinned));
        }
    }

    pub(super) fn follow(&mut self) -> Vec<Effect> {
        let is_first = !self.is_followed();
        self.standing.set_followed();
        let (address, rank, session) = (self.address.clone(), self.rank, self.status.session().cloned());
        // Where it is not known which of a room's history is here already, nothing of it can be put in its place; and what a
        // person has removed does not come again.
        let knows_nothing = is_first && session.is_none() && self.activity.newest().is_some();
        let ends = self.address.scheme.caps.chat.history && (knows_nothing || self.status.is_cleared());
        let end = ends.then_some(PeerCommand::History(BackfillCommand::End));
        let orders = std::iter::once(PeerCommand::Follow { address, rank, session }).chain(end);
        let orders = orders.map(|order| Effect::Net(NetCommand::Peer(self.id, order)));
        orders.chain(self.tell_trust()).chain(self.tell_read()).collect()
    }

    /// Tells the network side of a conversation of an earlier run, now that it is needed.
    pub(super) fn follow_once(&mut self) -> Vec<Effect> {
        if self.is_followed() { Vec::new() } else { self.follow() }
    }

    /// The history says that one is in this room.
    pub(super) fn is_joined(&self) -> bool {
        self.standing.is_joined()
    }

    /// Where one is in a room that a person has to do with, one comes back into it at the next start. Of those among the
    /// contacts their file says so.
    pub(super) fn mark_joined(&mut self) -> Option<Effect> {
        let is_in = self.is_room() && self.is_followed() && self.is_known();
        let is_new = is_in && self.kind == PeerKind::Stranger && !self.standing.is_joined();
        is_new.then(|| {
            self.standing.set_joined();
            self.save_record()
        })
    }

    /// Leaves a room: nothing of it is shown before it is entered again.
    pub(super) fn leave(&mut self) -> Vec<Effect> {
        let forget = Effect::Net(NetCommand::Peer(self.id, PeerCommand::Forget));
        let told = self.is_followed().then_some(forget);
        self.standing.set_left();
        self.status.on_left();
        self.members = RoomMembers::default();
        told.into_iter().chain([self.save_record()]).collect()
    }
}

/// Strangers stand in the order they came, behind all contacts.
pub(super) const fn stranger_rank(id: ConversationId) -> u32 {
    FIRST_STRANGER.saturating_add(id.0)
}
