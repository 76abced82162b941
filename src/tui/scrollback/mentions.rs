//! Where what is visible speaks to us by name.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::{RowKind, Scene, WrappedText, whole_clusters};
use crate::model::MessageId;
use crate::model::search::OwnNames;

/// Our names in the bodies of a scene.
#[derive(Debug, Default)]
pub struct MentionMarks {
    names: OwnNames,
    of: BTreeMap<MessageId, (Arc<WrappedText>, Vec<Range<usize>>)>,
}

impl MentionMarks {
    /// Byte ranges of the escaped text, in rising order.
    pub fn of(&self, message: MessageId) -> &[Range<usize>] {
        self.of.get(&message).map_or(&[], |(_, ranges)| ranges)
    }

    /// Follows the scene: what is still visible is not looked through again.
    pub fn follow(&mut self, scene: &Scene, names: OwnNames) {
        let mut known = std::mem::take(&mut self.of);
        if self.names != names {
            self.names = names;
            known.clear();
        }
        if self.names == OwnNames::default() {
            return;
        }
        for row in &scene.rows {
            let RowKind::Body { body, own: false, .. } = &row.kind else { continue };
            if self.of.contains_key(&row.message) {
                continue;
            }
            let same = known.remove(&row.message).filter(|(of, _)| Arc::ptr_eq(of, body));
            let fresh = || {
                let text = body.escaped.as_str();
                (Arc::clone(body), whole_clusters(text, self.names.ranges(text)))
            };
            self.of.insert(row.message, same.unwrap_or_else(fresh));
        }
    }
}
