//! Whom the command in the draft reaches, where these are several.

use super::commands::{Typed, Verb, read};
use super::words;

/// Their names as they were typed. `None`: Enter reaches the open conversation, everybody, or nobody.
pub(super) fn receivers(draft: &str) -> Option<String> {
    match read(draft) {
        Typed::Command(Verb::To, args) => words::first(args).map(|(names, _)| names.replace(',', ", ")),
        Typed::Command(..) | Typed::Message(_) | Typed::Unknown { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_to_several_says_to_whom() {
        for (draft, names) in [
            ("/to ", None),
            ("/to a,group:b hi", Some("a, group:b")),
            ("/to a\\ b", Some("a b")),
            ("/everyone hi", None),
            ("//to a hi", None),
            ("hi", None),
        ] {
            assert_eq!(receivers(draft).as_deref(), names, "{draft}");
        }
    }
}
