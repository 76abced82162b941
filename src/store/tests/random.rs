//! Whatever is done to them, memory and a file show the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::samples::{Profile, incoming, insert, joining, outgoing, rest, show};
use super::uids::{asked, ours, replace, theirs};
use crate::model::history::{PageAnchor, StoreCommand};
use crate::model::{ConversationId, Fault, Mark, MessageId};
use crate::store::{Backend, Memory, OutboxQuery, SearchQuery};

#[derive(Clone, Debug)]
enum Deed {
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
}

fn conversation() -> impl Strategy<Value = u32> {
    1..4_u32
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ab会开]{0,4}", "(ab|ba|会开|开会)( (a|会))?"]
}

fn mark() -> impl Strategy<Value = Mark> {
    prop_oneof![Just(Mark::Sent), Just(Mark::Delivered), Just(Mark::Read), Just(Mark::Failed(Fault::Busy)),]
}

fn deed() -> impl Strategy<Value = Deed> {
    let id = 0..60_u64;
    prop_oneof![
        8 => (conversation(), any::<bool>(), text()).prop_map(|(c, ours, text)| Deed::Insert(c, ours, text)),
        1 => (conversation(), text()).prop_map(|(c, text)| Deed::Join(c, text)),
        4 => (conversation(), 0..9_u64).prop_map(|(c, name)| Deed::Named(c, name)),
        3 => conversation().prop_map(Deed::Post),
        3 => (conversation(), id.clone(), mark()).prop_map(|(c, id, mark)| Deed::Mark(c, id, mark)),
        2 => (conversation(), id.clone(), text()).prop_map(|(c, id, text)| Deed::Replace(c, id, text)),
        1 => (conversation(), id.clone()).prop_map(|(c, id)| Deed::Clear(c, id)),
        1 => conversation().prop_map(Deed::Forget),
        1 => (prop::collection::vec(conversation(), 0..3), id).prop_map(|(c, id)| Deed::Trim(c, id)),
        2 => Just(Deed::Work),
        1 => Just(Deed::Reopen),
        3 => text().prop_map(Deed::Search),
    ]
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
        Deed::Work | Deed::Reopen | Deed::Search(_) => return None,
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

fn same(memory: &mut Memory, file: &mut dyn Backend) -> Result<(), TestCaseError> {
    for (conversation, at) in (1..4).flat_map(|c| ats().into_iter().map(move |at| (c, at))) {
        let query = show(ConversationId(conversation), at, 4);
        prop_assert_eq!(memory.page(&query), file.page(&query));
    }
    for (conversation, after) in (1..4).flat_map(|c| [None, Some(3), Some(8)].map(|after| (c, after))) {
        let query = OutboxQuery { messages: 5, ..asked(ConversationId(conversation), after) };
        prop_assert_eq!(memory.outbox(&query), file.outbox(&query));
    }
    prop_assert_eq!(memory.sent(ConversationId(1), 3), file.sent(ConversationId(1), 3));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn memory_and_a_file_show_the_same(deeds in prop::collection::vec(deed(), 1..60)) {
        let (profile, mut memory, mut given) = (Profile::new(), Memory::default(), Given::default());
        let mut file = profile.backend();
        for deed in &deeds {
            if let Some(op) = op(deed, &mut given) {
                prop_assert_eq!(memory.commit(std::slice::from_ref(&op)), file.commit(&[op]));
                continue;
            }
            match deed {
                Deed::Work => prop_assert!(rest(&mut *file).is_empty()),
                Deed::Reopen => {
                    drop(file);
                    file = profile.backend();
                }
                Deed::Search(typed) => {
                    let lookup = SearchQuery { limit: 3, ..super::samples::lookup(typed) };
                    prop_assert_eq!(memory.search(&lookup), file.search(&lookup));
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
        same(&mut memory, &mut *file)?;
    }
}
