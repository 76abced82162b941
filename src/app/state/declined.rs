//! The keys whose requests a person has declined in this run: nothing else is kept of them.

use std::collections::VecDeque;

use crate::model::PublicKey;

/// More than a person declines in a day. Beyond it the oldest may ask again.
const MAX_DECLINED: usize = 256;

#[derive(Debug, Default)]
pub(in crate::app) struct DeclinedKeys(VecDeque<PublicKey>);

impl DeclinedKeys {
    pub(in crate::app) fn add(&mut self, key: PublicKey) {
        self.0.retain(|known| *known != key);
        if self.0.len() >= MAX_DECLINED {
            self.0.pop_front();
        }
        self.0.push_back(key);
    }

    pub(in crate::app) fn contains(&self, key: &PublicKey) -> bool {
        self.0.contains(key)
    }
}
