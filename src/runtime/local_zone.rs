//! The time zone of this machine.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use jiff::tz::TimeZone;

/// What most systems have: the rules of the zone itself (RFC 9636), or a link to them.
const LOCALTIME: &str = "/etc/localtime";
/// Where most systems have the rules of all zones, each under its name.
const ZONES: &str = "/usr/share/zoneinfo";
/// The largest of all zones has some kilobytes.
const MAX_BYTES: u64 = 64 * 1024;

/// As the environment or the system says.
pub fn local_zone() -> TimeZone {
    zone(std::env::var_os("TZ").as_deref()).unwrap_or_else(TimeZone::system)
}

/// The zone of this name (`TZ`), or the system's own. The rules are read where they lie: to look a name up, all zones there
/// are would be listed first. `None`: they are not there, or it is no name.
fn zone(named: Option<&OsStr>) -> Option<TimeZone> {
    let file = named.map_or_else(|| Some(PathBuf::from(LOCALTIME)), file_of)?;
    TimeZone::tzif(&file.to_string_lossy(), &rules(&file).ok()?).ok()
}

/// Where the rules of a zone lie. `None`: a path that leads elsewhere, which is followed as the system does.
fn file_of(name: &OsStr) -> Option<PathBuf> {
    let name = Path::new(name.to_str()?.trim_start_matches(':'));
    let is_plain = name.components().all(|part| matches!(part, Component::Normal(_)));
    is_plain.then(|| Path::new(ZONES).join(name))
}

fn rules(file: &Path) -> io::Result<Vec<u8>> {
    let mut rules = Vec::new();
    File::open(file)?.take(MAX_BYTES).read_to_end(&mut rules)?;
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One is what the other is in every month of a year.
    fn same(found: &TimeZone, wanted: &TimeZone) {
        for month in 1..=12 {
            let noon = jiff::civil::date(2026, month, 1).at(12, 0, 0, 0);
            assert_eq!(found.to_timestamp(noon).ok(), wanted.to_timestamp(noon).ok(), "{noon}");
        }
    }

    #[test]
    fn it_is_the_zone_that_the_whole_search_finds() {
        same(&local_zone(), &TimeZone::system());
    }

    #[test]
    fn a_name_is_the_zone_that_the_whole_search_finds() {
        for name in ["Europe/Berlin", "Asia/Shanghai", "UTC", "America/Argentina/Buenos_Aires"] {
            // A machine may have no zones at all.
            let Ok(wanted) = TimeZone::get(name) else { continue };
            for name in [name.to_owned(), format!(":{name}")] {
                if let Some(found) = zone(Some(OsStr::new(&name))) {
                    same(&found, &wanted);
                }
            }
        }
    }

    #[test]
    fn what_is_no_name_is_left_to_the_search() {
        for other in ["", ":", "../zoneinfo/UTC", "/etc/localtime", "CET-1CEST,M3.5.0,M10.5.0/3", "Nowhere"] {
            assert!(zone(Some(OsStr::new(other))).is_none(), "{other:?}");
        }
    }
}
