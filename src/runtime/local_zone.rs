//! The time zone of this machine.

use std::fs::File;
use std::io::{self, Read as _};

use jiff::tz::TimeZone;

/// What most systems have: the rules of the zone itself (RFC 9636), or a link to them.
const LOCALTIME: &str = "/etc/localtime";
/// The largest of all zones has some kilobytes.
const MAX_BYTES: u64 = 64 * 1024;

/// As the environment or the system says. The rules are read where they lie: to find out the name of the zone, which nobody
/// asks for, all zones there are would have to be looked at.
pub fn local_zone() -> TimeZone {
    let named = std::env::var_os("TZ").is_some();
    let there = (!named).then(|| rules().ok()).flatten();
    there.and_then(|rules| TimeZone::tzif(LOCALTIME, &rules).ok()).unwrap_or_else(TimeZone::system)
}

fn rules() -> io::Result<Vec<u8>> {
    let mut rules = Vec::new();
    File::open(LOCALTIME)?.take(MAX_BYTES).read_to_end(&mut rules)?;
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_zone_that_the_whole_search_finds() {
        let (found, wanted) = (local_zone(), TimeZone::system());
        for month in 1..=12 {
            let noon = jiff::civil::date(2026, month, 1).at(12, 0, 0, 0);
            assert_eq!(found.to_timestamp(noon).ok(), wanted.to_timestamp(noon).ok(), "{noon}");
        }
    }
}
