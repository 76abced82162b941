//! The state under whatever the network, the store and a person can bring, for the fuzzer.

mod intents;
mod laws;
mod net_events;
mod places;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::world::World;
use super::{ContactsEdit, Event, Intent, KeyDecision, MAX_STRANGERS};
use crate::model::fuzzing::{Choices, FuzzTarget};
use crate::model::history::{StoreCommand, StoreEvent};
use crate::model::{Contact, ConversationId, Draft, MessageId, NetEvent, NotifyLevel, WallTime};
use laws::Promises;
use places::parse;

pub const TARGETS: &[FuzzTarget] = &[FuzzTarget { name: "app", run: app }];

/// More of them find nothing else and take longer.
const MAX_EVENTS: usize = 96;

/// The state with its surroundings, and what has to be true of it.
struct Scenario {
    world: World,
    /// As the file has them.
    contacts: Vec<Contact>,
    /// The conversation that is on the screen.
    open: Option<ConversationId>,
    /// What a person has written and not sent.
    drafts: BTreeMap<ConversationId, Draft>,
    promises: Promises,
    /// Conversations that a person has made.
    asked_for: usize,
    /// Of what the store has carried out, and refused, so much has been looked at.
    seen: (usize, usize),
}

fn app(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let mut scenario = Scenario {
        world: World::new(),
        contacts: Vec::new(),
        open: None,
        drafts: BTreeMap::new(),
        promises: Promises::default(),
        asked_for: 0,
        seen: (0, 0),
    };
    scenario.world.state.alerts.own_name.push_str("mei");
    for _ in 0..MAX_EVENTS {
        if choices.is_over() {
            break;
        }
        scenario.step(&mut choices);
    }
    scenario.end();
}

impl Scenario {
    fn step(&mut self, choices: &mut Choices<'_>) {
        match choices.byte() {
            0..=9 => self.wait(Duration::from_millis(1 << choices.below(32))),
            10..=15 => self.world.refuse = choices.is_chosen(),
            16..=19 => self.happen(Event::Stored(StoreEvent::TryAgain)),
            20..=25 => self.happen(Event::Stored(StoreEvent::DiskLow(choices.is_chosen()))),
            26..=140 => {
                let event = net_events::next(self, choices);
                self.on_net(event);
            }
            _ => {
                let intent = intents::next(self, choices);
                self.on_intent(intent);
            }
        }
        self.check();
    }

    fn wait(&mut self, time: Duration) {
        self.world.now.mono += time;
        let micros = i64::try_from(time.as_micros()).unwrap_or_default();
        self.world.now.wall = WallTime(self.world.now.wall.0.saturating_add(micros));
        if self.world.state.next_expiry().is_some_and(|due| due <= self.world.now.wall) {
            self.happen(Event::Due);
        }
    }

    fn on_net(&mut self, event: Option<NetEvent>) {
        let Some(event) = event else { return };
        self.promises.hear(&event, &self.world);
        self.happen(Event::Net(event));
    }

    fn on_intent(&mut self, intent: Option<Intent>) {
        let Some(intent) = intent else { return };
        if let Intent::Open { conversation } = &intent {
            let is_there = self.world.state.conversation(*conversation).is_some();
            self.open = if is_there { Some(*conversation) } else { self.open };
        } else if matches!(intent, Intent::Leave { .. }) {
            self.open = None;
        } else if matches!(intent, Intent::Visit { .. } | Intent::Connect { .. }) {
            self.asked_for += 1;
        } else if let Intent::SaveDraft { conversation, draft } = &intent {
            self.drafts.insert(*conversation, draft.clone());
        } else if let Intent::Remove { conversation }
        | Intent::Decide { conversation, decision: KeyDecision::Decline } = &intent
        {
            // Who wants a conversation to be gone does not want to write there any more.
            self.drafts.remove(conversation);
        }
        self.happen(Event::Intent(intent));
    }

    /// Also what the file of contacts says to it.
    fn happen(&mut self, event: Event) {
        self.world.happen(event);
        for edit in std::mem::take(&mut self.world.edits) {
            self.contacts = edited(std::mem::take(&mut self.contacts), &edit);
            let contacts = self.contacts.clone();
            self.world.happen(Event::ContactsLoaded { contacts, edit: Some(edit) });
        }
    }

    fn check(&mut self) {
        let World { ops, refused, .. } = &self.world;
        let ops = ops.get(self.seen.0..).unwrap_or_default();
        let refused = refused.get(self.seen.1..).unwrap_or_default();
        self.promises.check(ops.iter().chain(refused));
        let merged =
            |op: &StoreCommand| if let StoreCommand::Merge { from, .. } = op { Some(*from) } else { None };
        let merged: BTreeSet<ConversationId> = ops.iter().chain(refused).filter_map(merged).collect();
        self.seen = (self.world.ops.len(), self.world.refused.len());
        let state = &self.world.state;
        // A front puts the draft of a conversation that is with somebody else now where it can be seen.
        self.drafts.retain(|id, _| !merged.contains(id));
        for (id, draft) in &self.drafts {
            let kept = state.conversation(*id).map(|conversation| conversation.input.draft());
            assert_eq!(kept, Some(draft), "the draft of {id:?}");
        }
        let most = MAX_STRANGERS + self.contacts.len() + self.asked_for;
        assert!(state.conversations().count() <= most + 1, "no more than {most} conversations");
        let mut listed = BTreeSet::new();
        for conversation in state.listed() {
            assert!(listed.insert(conversation.id), "{:?} stands in the list twice", conversation.id);
        }
    }

    /// The store takes everything again: nothing was lost.
    fn end(&mut self) {
        self.world.refuse = false;
        for _ in 0..MAX_EVENTS {
            self.happen(Event::Intent(Intent::Flush));
            self.happen(Event::Stored(StoreEvent::TryAgain));
            if self.world.state.unsaved() == 0 {
                break;
            }
        }
        self.check();
        assert_eq!(self.world.state.unsaved(), 0, "the store has everything that it takes");
        self.promises.check_shown(&self.world);
        laws::nothing_is_lost(&self.world);
        laws::drafts_are_kept(&self.world);
    }

    /// One of all conversations.
    fn conversation(&self, choices: &mut Choices<'_>) -> ConversationId {
        let ids: Vec<ConversationId> = self.world.state.conversations().map(|one| one.id).collect();
        choices.one_of(&ids).unwrap_or(ConversationId(1))
    }

    /// One of the messages of a conversation, or one that is not there.
    fn message(&self, conversation: ConversationId, choices: &mut Choices<'_>) -> MessageId {
        let ids: Vec<MessageId> = self.world.store.messages(conversation).map(|one| one.id).collect();
        choices.one_of(&ids).unwrap_or(MessageId(1))
    }
}

/// What the runtime makes of the file.
fn edited(mut contacts: Vec<Contact>, edit: &ContactsEdit) -> Vec<Contact> {
    let mut change = |name: &String, change: &dyn Fn(&mut Contact)| {
        contacts.iter_mut().filter(|contact| contact.name == *name).for_each(change);
    };
    match edit {
        ContactsEdit::Rename { old, new } => change(old, &|contact| contact.name.clone_from(new)),
        ContactsEdit::SetAddress { name, address } => change(name, &|contact| {
            if let Some(address) = parse(address) {
                contact.address = address;
            }
        }),
        ContactsEdit::SetAccept { name, up_to } => change(name, &|contact| contact.accept = *up_to),
        ContactsEdit::SetNotify { name, notify } => change(name, &|contact| contact.notify = *notify),
        ContactsEdit::SetPinned { name, pinned } => change(name, &|contact| contact.pinned = *pinned),
        ContactsEdit::SetKeep { name, period } => change(name, &|contact| contact.keep = *period),
        ContactsEdit::Remove { name } => contacts.retain(|contact| contact.name != *name),
        ContactsEdit::Add { name, address } => {
            let Some(address) = parse(address) else { return contacts };
            if !name.is_empty() && contacts.iter().all(|contact| contact.name != *name) {
                let (name, notify) = (name.clone(), NotifyLevel::All);
                contacts.push(Contact { name, address, notify, pinned: false, accept: None, keep: None });
            }
        }
    }
    contacts
}
