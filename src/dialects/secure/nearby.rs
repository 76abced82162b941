//! Who is near, as beacons say: hints, of which nothing is proved. What follows from one is decided elsewhere.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::beacon_plan::period;
use super::deadlines::Deadlines;
use crate::model::PublicKey;
use crate::model::bucket::{Bucket, Limit};

/// As many as the app keeps rows for.
pub(super) const MAX_NEAR: usize = 4_096;
/// Several interfaces, each with addresses of both families.
const MAX_PLACES: usize = 8;
/// People on one host who are no contacts: one who invents keys takes no more places than those.
const MAX_ON_HOST: usize = 32;
/// People who are no contacts and were not near before.
const NEWCOMERS: Limit = Limit { burst: 512, each: Duration::from_millis(10) };
/// Without a beacon for so many periods somebody is gone: two in a row may get lost.
const PERIODS: u32 = 3;
/// What is shown of one person changes no more often than this, whatever is sent in their name.
const TOLD: Duration = Duration::from_secs(5);
/// The places of one round of beacons come together.
const ROUND: Duration = Duration::from_secs(20);
/// Keys that one start of a program is known under: one, unless somebody lies.
const MAX_OF_BOOT: usize = 8;

/// One beacon of somebody whose key is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sighting<'a> {
    pub key: PublicKey,
    pub boot: u64,
    /// Where QUIC is said to be.
    pub at: SocketAddr,
    /// `None`: the beacon says none.
    pub name: Option<&'a str>,
    /// A person has decided to talk with them: no flood takes their place.
    pub contact: bool,
}

#[derive(Clone, Debug)]
pub(super) struct NearbyPeer {
    pub name: String,
    boot: u64,
    heard: Instant,
    contact: bool,
    /// The first one is the one that is shown; with the time of the last beacon from there.
    places: Vec<(SocketAddr, Instant)>,
    /// What was told last, and when.
    told: Option<(SocketAddr, String, Instant)>,
}

impl NearbyPeer {
    /// Where they are shown to be.
    pub(super) fn place(&self) -> Option<SocketAddr> {
        self.places().next()
    }

    /// Wherever they may be.
    pub(super) fn places(&self) -> impl Iterator<Item = SocketAddr> {
        self.places.iter().map(|(at, _)| *at)
    }

    fn host(&self) -> Option<IpAddr> {
        self.place().map(|at| at.ip())
    }

    /// Takes a place in; `true`: it is new. Who has several keeps the first one as long as that is heard too.
    fn note_place(&mut self, now: Instant, at: SocketAddr, moved: bool) -> bool {
        let known = self.places.iter_mut().find(|(place, _)| *place == at);
        let is_new = known.is_none();
        if let Some((_, heard)) = known {
            *heard = now;
        } else {
            if self.places.len() >= MAX_PLACES {
                let heard = |index: &usize| self.places.get(*index).map(|(_, heard)| *heard);
                let oldest = (1..self.places.len()).min_by_key(heard);
                self.places.swap_remove(oldest.unwrap_or_default());
            }
            self.places.push((at, now));
        }
        let quiet =
            self.places.first().is_none_or(|(_, heard)| now.saturating_duration_since(*heard) > ROUND);
        if moved || quiet {
            let index = self.places.iter().position(|(place, _)| *place == at).unwrap_or_default();
            self.places.swap(0, index);
        }
        is_new
    }

    /// Whether something else is to be told than last time; it counts as told from then on.
    fn is_news(&mut self, now: Instant) -> bool {
        let Some(place) = self.place() else { return false };
        let news = self.told.as_ref().is_none_or(|(at, name, when)| {
            (*at, name) != (place, &self.name) && now.saturating_duration_since(*when) >= TOLD
        });
        if news {
            self.told = Some((place, self.name.clone(), now));
        }
        news
    }
}

/// What a beacon has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotedBeacon {
    /// The app does not know it yet.
    pub news: bool,
    /// They were not near, have started anew, or are in another place: they may be reached now.
    pub reachable: bool,
    /// Had to go for this one.
    pub evicted: Option<PublicKey>,
}

/// Whoever is new has to do without a row.
struct NoRoom;

#[derive(Debug, Default)]
pub(super) struct NearbyTable {
    table: BTreeMap<PublicKey, NearbyPeer>,
    boots: BTreeMap<u64, Vec<PublicKey>>,
    ends: Deadlines<PublicKey>,
    newcomers: Bucket,
}

impl NearbyTable {
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    pub(super) fn get(&self, key: &PublicKey) -> Option<&NearbyPeer> {
        self.table.get(key)
    }

    /// Those who are known under this start of a program.
    pub(super) fn of_boot(&self, boot: u64) -> &[PublicKey] {
        self.boots.get(&boot).map(Vec::as_slice).unwrap_or_default()
    }

    fn set_boot(&mut self, key: PublicKey, before: u64, now: Option<u64>) {
        if let Some(keys) = self.boots.get_mut(&before) {
            keys.retain(|known| *known != key);
            if keys.is_empty() {
                self.boots.remove(&before);
            }
        }
        if let Some(boot) = now {
            let keys = self.boots.entry(boot).or_default();
            if keys.len() < MAX_OF_BOOT {
                keys.push(key);
            }
        }
    }

    /// Takes a beacon in; `None`: there is no room for one more.
    pub(super) fn note(&mut self, now: Instant, sighting: Sighting<'_>) -> Option<NotedBeacon> {
        let Sighting { key, boot, at, name, contact } = sighting;
        let known = self.table.contains_key(&key);
        let evicted = if known { None } else { self.make_room(now, at.ip(), contact).ok()? };
        let peer = self.table.entry(key).or_insert_with(|| NearbyPeer {
            name: String::new(),
            boot,
            heard: now,
            contact,
            places: Vec::new(),
            told: None,
        });
        let before = std::mem::replace(&mut peer.boot, boot);
        let restarted = before != boot;
        (peer.heard, peer.contact) = (now, contact);
        if let Some(name) = name {
            name.clone_into(&mut peer.name);
        }
        let moved = peer.note_place(now, at, restarted);
        let news = peer.is_news(now);
        self.set_boot(key, before, Some(boot));
        let life = period(self.table.len()).saturating_mul(PERIODS);
        self.ends.set(key, now.checked_add(life));
        Some(NotedBeacon { news, reachable: !known || restarted || moved, evicted })
    }

    /// They said goodbye, or there is no room for them.
    pub(super) fn remove(&mut self, key: &PublicKey) -> Option<NearbyPeer> {
        let gone = self.table.remove(key)?;
        self.set_boot(*key, gone.boot, None);
        self.ends.set(*key, None);
        Some(gone)
    }

    /// Nothing was heard of them for too long.
    pub(super) fn expire(&mut self, now: Instant) -> Option<PublicKey> {
        self.ends.pop(now)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.ends.next()
    }

    /// Room for one more, for which the one may have to go of whom nothing was heard for longest. A contact never goes
    /// for somebody else; and who is on a host with many others only takes the place of one of those.
    fn make_room(&mut self, now: Instant, host: IpAddr, contact: bool) -> Result<Option<PublicKey>, NoRoom> {
        if !contact && !self.newcomers.take(now, 1, NEWCOMERS) {
            return Err(NoRoom);
        }
        let strangers = || self.table.iter().filter(|(_, peer)| !peer.contact);
        let neighbours = || strangers().filter(|(_, peer)| peer.host() == Some(host));
        let oldest = |(key, peer): (&PublicKey, &NearbyPeer)| (peer.heard, *key);
        if !contact && neighbours().count() >= MAX_ON_HOST {
            return Ok(neighbours().map(oldest).min().map(|(_, key)| key));
        }
        if self.table.len() < MAX_NEAR {
            return Ok(None);
        }
        strangers().map(oldest).min().map(|(_, key)| Some(key)).ok_or(NoRoom)
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the times and numbers of a test are small")]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn key(number: u32) -> PublicKey {
        let mut bytes = [7; 32];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        PublicKey::from_bytes(bytes).expect("a key")
    }

    fn at(host: u32) -> SocketAddr {
        SocketAddr::new(Ipv4Addr::from_bits(0x0a00_0000 + host).into(), 7_781)
    }

    fn of(number: u32, place: SocketAddr) -> Sighting<'static> {
        Sighting { key: key(number), boot: u64::from(number), at: place, name: Some("Mei"), contact: false }
    }

    #[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
    fn start() -> Instant {
        Instant::now()
    }

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    /// As the engine does it.
    fn note(nearby: &mut NearbyTable, now: Instant, sighting: Sighting<'_>) -> Option<NotedBeacon> {
        let noted = nearby.note(now, sighting)?;
        noted.evicted.iter().for_each(|key| drop(nearby.remove(key)));
        Some(noted)
    }

    #[test]
    fn somebody_is_told_once_and_gone_after_three_periods() {
        let (mut nearby, start) = (NearbyTable::default(), start());
        let told = |news, reachable| Some(NotedBeacon { news, reachable, evicted: None });
        assert_eq!(note(&mut nearby, start, of(1, at(1))), told(true, true));
        assert_eq!(note(&mut nearby, after(start, 15), of(1, at(1))), told(false, false));
        assert_eq!(nearby.expire(after(start, 59)), None);
        assert_eq!(nearby.deadline(), Some(after(start, 60)));
        assert_eq!(nearby.expire(after(start, 60)), Some(key(1)));
    }

    #[test]
    fn a_person_has_one_place_as_long_as_it_is_heard_from_there_and_another_after_a_start() {
        let (mut nearby, start) = (NearbyTable::default(), start());
        let place = |nearby: &NearbyTable| nearby.get(&key(1)).and_then(NearbyPeer::place);
        for seconds in [0, 15, 30] {
            let now = after(start, seconds);
            for host in 1..4 {
                let noted = note(&mut nearby, now, of(1, at(host))).expect("room");
                assert_eq!(noted.news, seconds == 0 && host == 1);
            }
            assert_eq!(place(&nearby), Some(at(1)));
        }
        let noted = note(&mut nearby, after(start, 55), of(1, at(2))).expect("room");
        assert_eq!((place(&nearby), noted.news), (Some(at(2)), true));
        let again = Sighting { boot: 99, ..of(1, at(3)) };
        let noted = note(&mut nearby, after(start, 61), again).expect("room");
        assert_eq!((place(&nearby), noted.news, noted.reachable), (Some(at(3)), true, true));
        assert_eq!((nearby.of_boot(1), nearby.of_boot(99)), ([].as_slice(), [key(1)].as_slice()));
    }

    #[test]
    fn lies_in_a_persons_name_change_what_is_shown_seldom_and_take_few_places() {
        let (mut nearby, start) = (NearbyTable::default(), start());
        let mut news = 0;
        for lie in 0..10_000 {
            let now = start + Duration::from_millis(u64::from(lie));
            let sighting = Sighting { boot: u64::from(lie), ..of(1, at(lie)) };
            news += u32::from(note(&mut nearby, now, sighting).expect("room").news);
        }
        assert_eq!(news, 2);
        assert_eq!((nearby.len(), nearby.boots.len()), (1, 1));
        assert_eq!(nearby.get(&key(1)).map(|peer| peer.places().count()), Some(MAX_PLACES));
    }

    #[test]
    fn a_flood_of_keys_takes_no_place_of_a_contact_and_has_an_end() {
        let (mut nearby, start) = (NearbyTable::default(), start());
        let friend = Sighting { contact: true, ..of(1, at(1)) };
        note(&mut nearby, start, friend).expect("room");
        let mut taken = 0;
        for number in 2..100_002 {
            let now = start + Duration::from_millis(u64::from(number) / 2);
            let noted = note(&mut nearby, now, of(number, at(number)));
            taken += u32::from(noted.is_some());
        }
        assert!(taken < 6_000, "{taken}");
        assert_eq!(nearby.len(), MAX_NEAR);
        assert_eq!((nearby.boots.len(), nearby.get(&key(1)).is_some()), (MAX_NEAR, true));
        let friend = Sighting { contact: true, ..of(200_000, at(1)) };
        assert!(note(&mut nearby, after(start, 50), friend).is_some());
    }

    #[test]
    fn one_host_takes_few_places_and_only_those_of_its_own() {
        let (mut nearby, start) = (NearbyTable::default(), start());
        note(&mut nearby, start, of(1, at(1))).expect("room");
        for number in 2..10_000 {
            let now = start + Duration::from_millis(20 * u64::from(number));
            note(&mut nearby, now, of(number, at(2))).expect("room");
        }
        assert_eq!(nearby.len(), 1 + MAX_ON_HOST);
        assert!(nearby.get(&key(1)).is_some());
    }
}
