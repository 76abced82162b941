//! Memory and a file, to which the same is done: they have to show the same, and of what a failing disk refuses the file has
//! all or nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::messages::{
    asked, incoming, insert, joining, lookup, ours, outgoing, replace, rest, show, theirs,
};
use super::{Backend, Memory, OutboxQuery, SearchQuery};
use crate::model::history::{PageAnchor, StoreCommand};
use crate::model::{ConversationId, Mark, MessageId};

#[derive(Clone, Debug)]
pub(super) enum Deed {
    Insert(u32, bool, String),
    /// Into a room.
    Join(u32, String),
    /// With a name, of which there are few.
    Named(u32, u64),
    /// Of ours, to be sent until the peer has it.
    Post(u32),
    /// What has become of one of those.
    Mark(u32, u64, Mark),
    Replace(u32, u64, String),
    Clear(u32, u64),
    Forget(u32),
    Trim(Vec<u32>, u64),
    Work,
    Reopen,
    Search(String),
    /// From now on the disk fails: which call, and how.
    Break(&'static str),
    /// And no longer.
    Mend,
}

/// What the disk is made to do; where nobody can, nothing.
pub(super) trait Disk {
    /// The history, opened as at a start.
    fn open(&self) -> Box<dyn Backend>;
    /// Lets it fail, or work again.
    fn fail(&self, _how: Option<&str>) {}
}

/// The ids that were given, and those with a name: what becomes of a message never makes another one of it.
#[derive(Default)]
struct Given {
    last: u64,
    theirs: BTreeSet<u64>,
}

impl Given {
    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

pub(super) struct Twins<'d> {
    disk: &'d dyn Disk,
    memory: Memory,
    /// `None`: it is being opened again.
    file: Option<Box<dyn Backend>>,
    given: Given,
    is_broken: bool,
}

impl<'d> Twins<'d> {
    pub(super) fn new(disk: &'d dyn Disk) -> Self {
        let (memory, given) = (Memory::default(), Given::default());
        Self { disk, memory, file: Some(disk.open()), given, is_broken: false }
    }

    pub(super) fn carry_out(&mut self, deed: &Deed) {
        if let Some(op) = op(deed, &mut self.given) {
            self.commit(op);
            return;
        }
        match deed {
            Deed::Work => self.work(),
            Deed::Reopen => self.reopen(),
            Deed::Break(how) => self.set_broken(Some(how)),
            Deed::Mend => self.set_broken(None),
            Deed::Search(typed) => {
                let lookup = SearchQuery { limit: 3, ..lookup(typed) };
                assert_eq!(self.memory.search(&lookup), self.file().search(&lookup), "{typed:?}");
            }
            // Changes that were carried out above, or are not fair.
            Deed::Insert(..)
            | Deed::Named(..)
            | Deed::Post(_)
            | Deed::Mark(..)
            | Deed::Replace(..)
            | Deed::Join(..)
            | Deed::Clear(..)
            | Deed::Forget(_)
            | Deed::Trim(..) => {}
        }
    }

    fn file(&mut self) -> &mut dyn Backend {
        &mut **self.file.get_or_insert_with(|| self.disk.open())
    }

    fn commit(&mut self, op: StoreCommand) {
        let ops = [op];
        match self.file().commit(&ops) {
            Ok(known) => assert_eq!(Ok(known), self.memory.commit(&ops), "{ops:?}"),
            Err(why) => {
                assert!(self.is_broken, "{why:?}: {ops:?}");
                self.set_broken(None);
                self.settle(&ops);
                self.reopen();
                self.settle(&ops);
            }
        }
        if self.is_broken {
            self.compare();
        }
    }

    /// All of what was refused may be there all the same, or nothing.
    fn settle(&mut self, refused: &[StoreCommand]) {
        if difference(&mut self.memory.clone(), self.file()).is_some() {
            let _known = self.memory.commit(refused);
            self.compare();
        }
    }

    /// Told is what a person has to know of a disk that fails.
    fn work(&mut self) {
        if self.is_broken {
            (0..16).for_each(|_| drop(self.file().work()));
        } else {
            assert!(rest(self.file()).is_empty());
        }
    }

    fn reopen(&mut self) {
        self.set_broken(None);
        self.file = None;
        self.file();
    }

    fn set_broken(&mut self, how: Option<&str>) {
        self.is_broken = how.is_some();
        self.disk.fail(how);
    }

    pub(super) fn compare(&mut self) {
        let mut memory = self.memory.clone();
        if let Some(difference) = difference(&mut memory, self.file()) {
            panic!("{difference}");
        }
    }
}

fn op(deed: &Deed, given: &mut Given) -> Option<StoreCommand> {
    let of = |c: &u32| ConversationId(*c);
    Some(match deed {
        Deed::Insert(c, ours, text) => {
            let id = given.next();
            insert(&if *ours { outgoing(id, of(c), text) } else { incoming(id, of(c), text) })
        }
        Deed::Join(c, text) => insert(&joining(given.next(), of(c), text)),
        Deed::Named(c, name) => {
            let id = given.next();
            given.theirs.insert(id);
            insert(&theirs(id, of(c), *name))
        }
        Deed::Post(c) => insert(&ours(given.next(), of(c), Mark::Waiting)),
        Deed::Mark(_, id, _) | Deed::Replace(_, id, _) if given.theirs.contains(id) => return None,
        Deed::Mark(c, id, mark) => replace(&ours(*id, of(c), mark.clone())),
        Deed::Replace(c, id, text) => StoreCommand::Replace(Arc::new(outgoing(*id, of(c), text))),
        Deed::Clear(c, id) => StoreCommand::Clear { conversation: of(c), up_to: MessageId(*id) },
        Deed::Forget(c) => StoreCommand::Forget { conversation: of(c) },
        Deed::Trim(c, id) => {
            StoreCommand::Trim { conversations: c.iter().map(of).collect(), before: MessageId(*id) }
        }
        Deed::Work | Deed::Reopen | Deed::Search(_) | Deed::Break(_) | Deed::Mend => return None,
    })
}

fn ats() -> Vec<PageAnchor> {
    let around = |id| {
        [
            PageAnchor::Around(MessageId(id)),
            PageAnchor::Before(MessageId(id)),
            PageAnchor::After(MessageId(id)),
        ]
    };
    [PageAnchor::Newest, PageAnchor::Oldest]
        .into_iter()
        .chain([0, 3, 8, 20].into_iter().flat_map(around))
        .collect()
}

/// What memory and a file show otherwise.
fn difference(memory: &mut Memory, file: &mut dyn Backend) -> Option<String> {
    for (conversation, at) in (1..4).flat_map(|c| ats().into_iter().map(move |at| (c, at))) {
        let query = show(ConversationId(conversation), at, 4);
        let (ours, theirs) = (memory.page(&query), file.page(&query));
        if ours != theirs {
            return Some(format!("memory has {ours:?}\nthe file {theirs:?}"));
        }
    }
    for (conversation, after) in (1..4).flat_map(|c| [None, Some(3), Some(8)].map(|after| (c, after))) {
        let query = OutboxQuery { messages: 5, ..asked(ConversationId(conversation), after) };
        let (ours, theirs) = (memory.outbox(&query), file.outbox(&query));
        if ours != theirs {
            return Some(format!("memory has to send {ours:?}\nthe file {theirs:?}"));
        }
    }
    let sent = (memory.sent(ConversationId(1), 3), file.sent(ConversationId(1), 3));
    (sent.0 != sent.1).then(|| format!("sent: {sent:?}"))
}
