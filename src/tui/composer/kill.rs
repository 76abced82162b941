//! What was killed last, to be yanked back.
//!
//! Keeps the latest kill alone: without a key for yank-pop nobody could reach an older one. It cannot grow
//! beyond the longest draft, because kills that join come out of one draft with no insertion between them.

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Kills {
    latest: String,
}

impl Kills {
    /// Adds a kill. One that directly follows another `joined`s it on the side it was taken from, as in
    /// readline, so Ctrl-W pressed twice yanks both words in their order.
    pub(super) fn add(&mut self, text: &str, forward: bool, joined: bool) {
        if !joined {
            self.latest.clear();
        }
        if forward {
            self.latest.push_str(text);
        } else {
            self.latest.insert_str(0, text);
        }
    }

    pub(super) fn latest(&self) -> &str {
        &self.latest
    }
}
