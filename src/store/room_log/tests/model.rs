//! Whatever is asked, the file answers as a plain list would.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;

use super::super::RoomRemoval;
use super::removing::removed;
use super::*;

#[derive(Clone, Debug)]
enum Deed {
    /// In this room, by this member, with this number.
    Append(u8, u64, u32, i64),
    Follow(u8),
    Unfollow(u8),
    Page(u8, StartOf, u16),
    Remove(u64),
}

#[derive(Clone, Copy, Debug)]
enum StartOf {
    Oldest,
    Latest,
    Before(u64),
    After(u64),
}

/// The same, in a list.
#[derive(Default)]
struct Model {
    said: Vec<(String, PlacedRecord<'static>)>,
    followed: Vec<String>,
    /// The last place that was given.
    last: u64,
    /// The places that the file has given and the list has not: they rise, and may have gaps.
    given: VecDeque<Place>,
}

impl Model {
    fn of(&self, room: &str) -> Vec<PlacedRecord<'static>> {
        self.said.iter().filter(|(in_room, _)| in_room == room).map(|(_, placed)| placed.clone()).collect()
    }

    fn carry_out(&mut self, request: Request) -> Vec<Report> {
        match request {
            BackplaneRequest::Append { ticket, room, record } => self.append(ticket, &room, record),
            BackplaneRequest::Follow { room } => {
                let last = self.of(&room).last().map(|placed| placed.place);
                self.followed.push(room.to_string());
                vec![BackplaneReport::Following { room, last }]
            }
            BackplaneRequest::Unfollow { room } => {
                self.followed.retain(|followed| *followed != room);
                Vec::new()
            }
            BackplaneRequest::Set { .. }
            | BackplaneRequest::Announce { .. }
            | BackplaneRequest::Presence(_)
            | BackplaneRequest::Release { .. } => Vec::new(),
            BackplaneRequest::Search { ticket, .. } => {
                vec![BackplaneReport::Refused { ticket, why: crate::model::room_log::BackplaneRefusal::Down }]
            }
            BackplaneRequest::Claim { ticket, .. } => {
                vec![BackplaneReport::Claimed { ticket, is_held: true }]
            }
            BackplaneRequest::Page { ticket, room, start, limit } => {
                let mut found = self.of(&room);
                let limit = usize::from(limit);
                match start {
                    PageStart::Oldest | PageStart::Latest => {}
                    PageStart::Before(place) => found.retain(|placed| placed.place < place),
                    PageStart::After(place) => found.retain(|placed| placed.place > place),
                }
                let more = found.len() > limit;
                if matches!(start, PageStart::After(_) | PageStart::Oldest) {
                    found.truncate(limit);
                } else {
                    found.drain(..found.len().saturating_sub(limit));
                }
                vec![BackplaneReport::Page { ticket, records: found, more }]
            }
        }
    }

    fn append(&mut self, ticket: Ticket, room: &str, mut record: LogRecord<'static>) -> Vec<Report> {
        let is_same = |placed: &PlacedRecord<'_>| {
            record.number > 0 && placed.record.id == record.id && placed.record.number == record.number
        };
        if let Some((_, known)) = self.said.iter().find(|(_, placed)| is_same(placed)) {
            return vec![BackplaneReport::Appended { ticket, place: known.place, again: true }];
        }
        let place = self.given.pop_front().expect("a place");
        assert!(place.get() > self.last, "{place:?}");
        self.last = place.get();
        let before = self.of(room).last().map_or(record.at, |placed| placed.record.at);
        record.at = record.at.max(before);
        let placed = PlacedRecord { place, record };
        self.said.push((room.to_owned(), placed.clone()));
        let mut reports = vec![BackplaneReport::Appended { ticket, place: placed.place, again: false }];
        if self.followed.iter().any(|followed| followed == room) {
            reports.push(BackplaneReport::Entry { room: Cow::Owned(room.to_owned()), placed });
        }
        reports
    }
}

fn deed() -> impl Strategy<Value = Deed> {
    let room = 0..3_u8;
    let start = prop_oneof![
        Just(StartOf::Oldest),
        Just(StartOf::Latest),
        (1..40_u64).prop_map(StartOf::Before),
        (1..40_u64).prop_map(StartOf::After),
    ];
    prop_oneof![
        10 => (room.clone(), 0..3_u64, 0..6_u32, -5..20_i64).prop_map(|(r, id, n, at)| Deed::Append(r, id, n, at)),
        2 => room.clone().prop_map(Deed::Follow),
        1 => room.clone().prop_map(Deed::Unfollow),
        4 => (room, start, 0..6_u16).prop_map(|(r, start, limit)| Deed::Page(r, start, limit)),
        1 => (1..40_u64).prop_map(Deed::Remove),
    ]
}

fn request(deed: &Deed, ticket: u64) -> Option<Request> {
    let name = |room: &u8| format!("room {room}");
    Some(match deed {
        Deed::Append(room, id, number, at) => {
            append(ticket, &name(room), record(*at, *id, *number, &format!("text {ticket}")))
        }
        Deed::Follow(room) => follow(&name(room)),
        Deed::Unfollow(room) => BackplaneRequest::Unfollow { room: Cow::Owned(name(room)) },
        Deed::Page(room, StartOf::Oldest, limit) => ask(ticket, &name(room), PageStart::Oldest, *limit),
        Deed::Page(room, StartOf::Latest, limit) => ask(ticket, &name(room), PageStart::Latest, *limit),
        Deed::Page(room, StartOf::Before(at), limit) => {
            ask(ticket, &name(room), PageStart::Before(place(*at)), *limit)
        }
        Deed::Page(room, StartOf::After(at), limit) => {
            ask(ticket, &name(room), PageStart::After(place(*at)), *limit)
        }
        Deed::Remove(_) => return None,
    })
}

/// The place of a new message.
fn given(report: &Report) -> Option<Place> {
    if let BackplaneReport::Appended { place, again: false, .. } = report { Some(*place) } else { None }
}

/// The file and the list, for groups with a restart after some of them.
fn run(groups: &[(Vec<Deed>, bool)]) -> Result<(), TestCaseError> {
    let (folder, mut model, mut ticket) = (LogFolder::new(), Model::default(), 0);
    let mut log = folder.open();
    for (deeds, restart) in groups {
        let mut requests = Vec::new();
        for deed in deeds {
            ticket += 1;
            requests.extend(request(deed, ticket));
        }
        let reports = apply(&mut log, requests.clone());
        model.given = reports.iter().filter_map(given).collect();
        let expected: Vec<Report> =
            requests.into_iter().flat_map(|request| model.carry_out(request)).collect();
        prop_assert_eq!(reports, expected);
        for deed in deeds {
            let Deed::Remove(number) = deed else { continue };
            let there = model.said.iter().any(|(_, placed)| placed.place.get() == *number);
            model.said.retain(|(_, placed)| placed.place.get() != *number);
            prop_assert_eq!(removed(&mut log, &RoomRemoval::Place(place(*number))), u64::from(there));
        }
        log.work(NOW);
        if *restart {
            drop(log);
            log = folder.open();
            model.followed.clear();
        }
    }
    let mut by_room: BTreeMap<String, u64> = BTreeMap::new();
    for (room, _) in &model.said {
        *by_room.entry(room.clone()).or_default() += 1;
    }
    let listed = reader(&log).list().unwrap_or_default().into_iter().map(|room| (room.name, room.messages));
    prop_assert_eq!(listed.collect::<BTreeMap<_, _>>(), by_room);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_file_answers_as_a_list_would(
        groups in prop::collection::vec((prop::collection::vec(deed(), 1..12), any::<bool>()), 1..8)
    ) {
        run(&groups)?;
    }
}
