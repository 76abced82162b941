//! What is said of a setting that was changed, and of going away.

use crate::model::Phrase;
use crate::model::traffic::Audience;
use crate::runtime::Visibility;

/// What a person reads who goes away: who is told, if anybody is.
pub(super) fn away_told(visibility: Visibility) -> Phrase {
    match visibility {
        Visibility::Announced => Phrase::new("flash-away"),
        Visibility::Hidden => Phrase::new("flash-away-hidden"),
        Visibility::NoDialect(scheme) => Phrase::new("flash-away-off").text("scheme", scheme),
    }
}

/// What a person reads who wants to be seen, and is not, as nothing here can announce them.
fn unseen_told(wanted: Audience, visibility: Visibility) -> Option<Phrase> {
    match (wanted, visibility) {
        (Audience::Nobody, _) | (_, Visibility::Announced | Visibility::Hidden) => None,
        (Audience::Contacts | Audience::Everybody, Visibility::NoDialect(scheme)) => {
            Some(Phrase::new("flash-visible-off").text("scheme", scheme))
        }
    }
}

/// What a person reads who says who is to see them.
pub(super) fn visible_told(wanted: Audience, visibility: Visibility) -> Phrase {
    let seen = match wanted {
        Audience::Nobody => "flash-visible-nobody",
        Audience::Contacts => "flash-visible-contacts",
        Audience::Everybody => "flash-visible-everybody",
    };
    unseen_told(wanted, visibility).unwrap_or_else(|| Phrase::new(seen))
}

/// What a person reads who has changed any other setting.
pub(super) fn set_told(key: &str, value: &str) -> Phrase {
    let told = if value.is_empty() { "flash-unset" } else { "flash-set" };
    Phrase::new(told).text("key", key).text("value", value)
}

/// What a person reads who says whether others see what was read.
pub(super) const fn reads_told(reads: bool) -> Phrase {
    Phrase::new(if reads { "flash-reads-on" } else { "flash-reads-off" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::runtime::registry;

    #[test]
    fn whoever_sets_who_sees_them_reads_what_is_so_now() {
        let lang = Lang::choose(Some("en"), registry());
        let said = |wanted, visibility| lang.phrase(&visible_told(wanted, visibility));
        for (wanted, visibility, words) in [
            (Audience::Everybody, Visibility::Announced, "Everybody on the network sees you"),
            (Audience::Contacts, Visibility::Hidden, "Only those who know your key see you"),
            (Audience::Nobody, Visibility::Hidden, "Nobody is told that you are here"),
            (Audience::Nobody, Visibility::NoDialect("x"), "Nobody is told that you are here"),
            (Audience::Everybody, Visibility::NoDialect("x"), "x is off, so nobody can see you"),
        ] {
            let said = said(wanted, visibility);
            assert!(said.contains(words), "{said}");
        }
        assert!(lang.phrase(&reads_told(true)).contains("see what you have read"));
        assert!(lang.phrase(&reads_told(false)).contains("Nobody is told what you have read"));
    }
}
