//! Names of files that come from others (invariant I10).

/// One component of a path that can be made into a file anywhere, whatever `name` was. Never empty.
pub fn tame(name: &str) -> String {
    // TODO(helper)
    name.to_owned()
}
