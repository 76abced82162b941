//! The members of the room: kept by the entries that tell of them, in order, and by the list that the relay gives page by
//! page. Sends nothing itself.
//!
//! The list is always newer than the entries shown, so an entry may for a moment undo what the list says; when all
//! entries are shown, both agree.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::dialects::relay::frame::Listed;
use crate::model::Now;
use crate::model::traffic::Member;
use crate::wire::{Backoff, Retry};

/// More than a list on the screen is good for. Members beyond it are heard all the same, without a name.
const MAX_MEMBERS: usize = 4_096;
/// Those of a former life of the room as well, until the list of the new one is complete.
const MAX_SHOWN: usize = 2 * MAX_MEMBERS;
/// When a page is asked for again.
const AGAIN: Backoff = Backoff { first: Duration::from_millis(300), longest: Duration::from_secs(3) };
/// A list that does not agree with the relay's count is fetched anew, but not more often.
const RENEWAL: Duration = Duration::from_secs(10);

#[derive(Debug)]
struct Line {
    id: u64,
    name: String,
    here: bool,
    /// The fetching that saw it last.
    pass: u32,
}

/// What the app was told of a member.
#[derive(Debug)]
struct ShownMember {
    name: String,
    /// Its place in this life of the room, if it was seen there.
    index: Option<u32>,
}

/// A list being fetched.
#[derive(Debug)]
struct PageFetch {
    first: u32,
    from: u32,
    /// The last that was known at the beginning: if it is not in the list, it is gone.
    last: u32,
    /// Only one page of a list that is too long.
    is_page: bool,
    retry: Retry,
}

/// More members than this ask nothing after a lull; the relay tells them. It does so from a number on that is a little lower.
const LARGE: usize = 256;

#[derive(Debug, Default)]
pub(super) struct MemberRoster {
    lines: BTreeMap<u32, Line>,
    shown: BTreeMap<u64, ShownMember>,
    fetch: Option<PageFetch>,
    pass: u32,
    /// When a list that does not agree may be fetched.
    renewal: Option<Instant>,
    /// As the relay counts them.
    count: u32,
    /// The room is told only of those who write.
    is_crowded: bool,
}

impl MemberRoster {
    /// Id and name of the member at this place.
    pub(super) fn get(&self, index: u32) -> Option<(u64, &str)> {
        self.lines.get(&index).map(|line| (line.id, line.name.as_str()))
    }

    pub(super) fn is_full(&self) -> bool {
        self.lines.len() >= MAX_MEMBERS
    }

    /// Whether so many are here that what each of them asks the relay for is much in all.
    pub(super) fn is_large(&self) -> bool {
        let count = usize::try_from(self.count).unwrap_or(usize::MAX);
        self.lines.len().max(count) > LARGE
    }

    /// Whether the room is told only of those who write.
    pub(super) const fn is_crowded(&self) -> bool {
        self.is_crowded
    }

    /// The relay counts so many.
    pub(super) const fn on_count(&mut self, count: u32) {
        self.count = count;
    }

    /// How many are in a crowded room; `None`: it is not, and they stand in the list.
    pub(super) fn crowd_size(&self) -> Option<u32> {
        Some(self.count).filter(|count| self.is_crowded && *count > 0)
    }

    /// The room is a crowd from now on, of which nobody can be told who leaves it; or none any more, and the list is fetched
    /// at that time. Who is not known to be there.
    pub(super) fn set_crowded(&mut self, at: Instant, is_crowded: bool, own: u64) -> Vec<Member> {
        self.is_crowded = is_crowded;
        self.fetch = None;
        if !is_crowded {
            self.fetch_from(at, 0);
            return Vec::new();
        }
        self.lines.retain(|_, line| line.id == own);
        let gone = self.shown.extract_if(.., |id, _| *id != own);
        gone.map(|(id, shown)| Member { id, name: shown.name, here: false, own: false }).collect()
    }

    /// A new life of the room: places are given anew, and the list will say who is still there.
    pub(super) fn begin(&mut self, now: Instant) {
        self.lines.clear();
        for shown in self.shown.values_mut() {
            shown.index = None;
        }
        self.fetch = None;
        self.fetch_from(now, 0);
    }

    /// Fetches the list, beginning with this place, unless that is under way.
    pub(super) fn fetch_from(&mut self, now: Instant, first: u32) {
        if self.fetch.is_some() {
            return;
        }
        self.pass = self.pass.wrapping_add(1);
        let last = self.lines.keys().next_back().copied().unwrap_or(0);
        let is_page = self.is_crowded;
        self.fetch = Some(PageFetch { first, from: first, last, is_page, retry: Retry::new(now) });
    }

    /// Everything that happened so far is known, and the relay counts so many members.
    pub(super) fn compare(&mut self, now: Instant, count: u32) {
        if self.is_crowded {
            return;
        }
        let here = self.lines.values().filter(|line| line.here).count();
        let agrees = u32::try_from(here).is_ok_and(|here| here == count);
        let recent = self.renewal.is_some_and(|at| at > now);
        if !agrees && !recent && !self.is_full() {
            self.fetch_from(now, 0);
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.fetch.as_ref().map(|fetch| fetch.retry.at)
    }

    /// The page to ask for now: members from this place on.
    pub(super) fn take_due(&mut self, now: Now) -> Option<u32> {
        let fetch = self.fetch.as_mut().filter(|fetch| fetch.retry.at <= now.mono)?;
        fetch.retry.at = now.after(fetch.retry.pause(AGAIN)).mono;
        Some(fetch.from)
    }

    /// One page of the list. An empty one is the end. In a crowd it says who we are and who that one is that was asked for:
    /// when others leave is not told.
    pub(super) fn page<'a>(
        &mut self,
        now: Now,
        page: impl Iterator<Item = Listed<'a>>,
        own: u64,
    ) -> Vec<Member> {
        let (mut told, mut last) = (Vec::new(), None);
        let asked = self.fetch.as_ref().map(|fetch| fetch.first);
        for Listed { index, id, here, name } in page.take(MAX_MEMBERS) {
            last = Some(index);
            if self.is_crowded && id != own && asked != Some(index) {
                continue;
            }
            told.extend(self.enter(index, Line { id, name: name.to_owned(), here, pass: self.pass }));
        }
        let full = self.is_full();
        let Some(fetch) = self.fetch.as_mut() else { return told };
        match last {
            Some(last) if last >= fetch.from && last < u32::MAX && !full && !fetch.is_page => {
                fetch.from = last.saturating_add(1);
                fetch.retry = Retry::new(now.mono);
            }
            // An old page that was late.
            Some(last) if last < fetch.from => {}
            Some(_) | None => told.extend(self.finish(now)),
        }
        told
    }

    /// The list is complete: who was known before and does not stand in it has gone unseen.
    fn finish(&mut self, now: Now) -> Vec<Member> {
        let Some(fetch) = self.fetch.take().filter(|fetch| !fetch.is_page) else { return Vec::new() };
        self.renewal = Some(now.after(RENEWAL).mono);
        if self.is_full() {
            return Vec::new();
        }
        let known = self.lines.range(fetch.first..).take_while(|(index, _)| **index <= fetch.last);
        let gone = known.filter(|(_, line)| line.pass != self.pass).map(|(index, _)| *index);
        let gone: Vec<u32> = gone.collect();
        let mut told: Vec<Member> = gone.into_iter().filter_map(|index| self.leave(index)).collect();
        let former = self.shown.extract_if(.., |_, shown| shown.index.is_none());
        told.extend(former.map(|(id, shown)| Member { id, name: shown.name, here: false, own: false }));
        told
    }

    pub(super) fn join(&mut self, index: u32, id: u64, name: String) -> Option<Member> {
        self.enter(index, Line { id, name, here: true, pass: self.pass })
    }

    pub(super) fn rename(&mut self, index: u32, name: String) -> Option<Member> {
        let id = self.lines.get(&index).filter(|line| line.here)?.id;
        self.join(index, id, name)
    }

    pub(super) fn leave(&mut self, index: u32) -> Option<Member> {
        let line = self.lines.remove(&index)?;
        // Under the same id it may be here again already, with another place.
        let shown = self.shown.get(&line.id).filter(|shown| shown.index == Some(index))?;
        let member = Member { id: line.id, name: shown.name.clone(), here: false, own: false };
        self.shown.remove(&line.id);
        Some(member)
    }

    fn enter(&mut self, index: u32, line: Line) -> Option<Member> {
        if !self.make_room(index) {
            return None;
        }
        let (id, name, here) = (line.id, line.name.clone(), line.here);
        self.lines.insert(index, line);
        if !here || self.shown.len() >= MAX_SHOWN && !self.shown.contains_key(&id) {
            return None;
        }
        let shown = ShownMember { name: name.clone(), index: Some(index) };
        let before = self.shown.insert(id, shown);
        let news = before.is_none_or(|before| before.name != name);
        news.then_some(Member { id, name, here: true, own: false })
    }

    /// Whether this place can be kept. Those who have left give theirs up first.
    fn make_room(&mut self, index: u32) -> bool {
        if self.lines.contains_key(&index) || !self.is_full() {
            return true;
        }
        let left = self.lines.iter().find(|(_, line)| !line.here).map(|(index, _)| *index);
        left.is_some_and(|left| self.lines.remove(&left).is_some())
    }
}
