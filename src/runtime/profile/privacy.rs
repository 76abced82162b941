//! What trusted peers may see of us, as a person sets it.

/// What trusted peers may see of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrivacySettings {
    /// That we are writing.
    pub typing: bool,
    /// Up to where we have read.
    pub reads: bool,
}

impl Default for PrivacySettings {
    fn default() -> Self {
        Self { typing: true, reads: true }
    }
}
