//! Histories as older versions left them, one of each.

/// What each version left behind, as that version wrote it; by the number of the version, less one.
pub(super) const FIXTURES: &[&str] = &[
    include_str!("fixtures/version_01.sql"),
    include_str!("fixtures/version_02.sql"),
    include_str!("fixtures/version_03.sql"),
    include_str!("fixtures/version_04.sql"),
    include_str!("fixtures/version_05.sql"),
    include_str!("fixtures/version_06.sql"),
    include_str!("fixtures/version_07.sql"),
    include_str!("fixtures/version_08.sql"),
    include_str!("fixtures/version_09.sql"),
    include_str!("fixtures/version_10.sql"),
    include_str!("fixtures/version_11.sql"),
    include_str!("fixtures/version_12.sql"),
];
