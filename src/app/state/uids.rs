//! The names of our messages.

use crate::model::Uid;

/// Gives names that nobody can foresee and that are never given again, all from one secret of this run: a profile that was
/// copied or restored has another one at its next start.
#[derive(Debug, Default)]
pub(in crate::app) struct UidSource {
    secret: [u8; 32],
    given: u64,
}

impl UidSource {
    pub(in crate::app) const fn new(secret: [u8; 32]) -> Self {
        Self { secret, given: 0 }
    }

    pub(in crate::app) fn next(&mut self) -> Uid {
        self.given = self.given.wrapping_add(1);
        let hash = blake3::keyed_hash(&self.secret, &self.given.to_be_bytes());
        Uid(hash.as_bytes().first_chunk().copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_given_twice_and_another_run_gives_others() {
        let mut names: Vec<Uid> = Vec::new();
        for secret in [[1; 32], [2; 32]] {
            let mut source = UidSource::new(secret);
            names.extend(std::iter::repeat_with(|| source.next()).take(100));
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 200);
    }
}
