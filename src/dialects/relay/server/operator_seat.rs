//! A member that is in charge, since the join with that nonce: which of its orders are done, and what they came to.

use std::collections::VecDeque;

/// Answers that are kept for orders that come twice.
const MAX_ANSWERS: usize = 8;

#[derive(Debug)]
pub(super) struct OperatorSeat {
    pub(super) name: String,
    pub(super) nonce: u64,
    /// The number of its last order.
    newest: u32,
    /// Numbers and sentences of the last orders, and whether each was done.
    answers: VecDeque<(u32, bool, Vec<u8>)>,
}

impl OperatorSeat {
    pub(super) const fn new(name: String, nonce: u64) -> Self {
        Self { name, nonce, newest: 0, answers: VecDeque::new() }
    }

    /// Whether the order with that number is a new one. Then it is not any longer.
    pub(super) const fn takes(&mut self, number: u32) -> bool {
        let is_new = number > self.newest;
        if is_new {
            self.newest = number;
        }
        is_new
    }

    /// Whether that order was done, and what it came to.
    pub(super) fn answer(&self, number: u32) -> Option<(bool, Vec<u8>)> {
        let found = self.answers.iter().find(|(of, ..)| *of == number);
        found.map(|(_, done, said)| (*done, said.clone()))
    }

    pub(super) fn keep(&mut self, number: u32, done: bool, said: Vec<u8>) {
        if self.answers.len() >= MAX_ANSWERS {
            self.answers.pop_front();
        }
        self.answers.push_back((number, done, said));
    }
}
