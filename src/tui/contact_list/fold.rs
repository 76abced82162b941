//! What of the contact list can be folded, and what a person has folded or opened in this run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::app::{ListRow, Section, State};

/// A part of the list that goes into one row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tui) enum Fold {
    Section(Section),
    /// Colleagues of one group.
    Group(Arc<str>),
    /// Strangers at one host.
    Host(Arc<str>),
}

impl Fold {
    /// The section of these rows, where it can be folded: who is there by no wish of a person's.
    pub(super) const fn of_section(section: Section) -> Option<Self> {
        match section {
            Section::Nearby | Section::Strangers => Some(Self::Section(section)),
            Section::Pinned | Section::Contacts | Section::Rooms | Section::Requests => None,
        }
    }

    /// What a row stands with.
    pub(super) fn of_cluster(row: &ListRow) -> Option<Self> {
        let name = Arc::clone(row.cluster.as_ref()?);
        match row.section {
            Section::Nearby => Some(Self::Group(name)),
            Section::Strangers => Some(Self::Host(name)),
            Section::Pinned | Section::Contacts | Section::Rooms | Section::Requests => None,
        }
    }

    /// Everything that can be folded now, sections first. A host of one port is none of it.
    pub(in crate::tui) fn all(state: &State) -> BTreeSet<Self> {
        let mut counts: BTreeMap<Self, usize> = BTreeMap::new();
        for fold in
            state.list().flat_map(|row| [Self::of_section(row.section), Self::of_cluster(row)]).flatten()
        {
            let count = counts.entry(fold).or_default();
            *count = count.saturating_add(1);
        }
        counts.retain(|fold, count| !matches!(fold, Self::Host(_)) || *count > 1);
        counts.into_keys().collect()
    }
}

/// What a person has changed: sections and groups are open at first, hosts are folded.
#[derive(Debug, Default)]
pub(super) struct Folds(BTreeSet<Fold>);

impl Folds {
    pub(super) fn is_folded(&self, fold: &Fold) -> bool {
        matches!(fold, Fold::Host(_)) != self.0.contains(fold)
    }

    pub(super) fn toggle(&mut self, fold: Fold) {
        if !self.0.remove(&fold) {
            self.0.insert(fold);
        }
    }
}
