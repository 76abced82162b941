//! The front's own state: what is open, where one reads, what is being written. Nothing of it is the app's.

use std::collections::BTreeMap;
use std::time::Instant;

use ratatui::layout::Rect;

use super::appearance::Appearance;
use super::composer::Composer;
use super::contact_list::ContactList;
use super::details;
use super::finder::Finder;
use super::keymap::Layer;
use super::layout::{Areas, LayoutParams, composer_width, divide, results_height};
pub(super) use super::mode::{CompletionMenu, Edge, Find, Goal, Mode, Selection};
use super::popup::{Form, Popup};
use super::query::Query;
use super::scrollback::{Anchor, Highlights, Position, RenderCtx, Scene, ScrollbackLayout, WrapCache};
use crate::app::{Conversation, SearchResults, State};
use crate::model::history::ScrollPosition;
use crate::model::search::Search;
use crate::model::{Address, ConversationId, MessageId, Phrase, WallTime};

/// A conversation that has yet to come up.
#[derive(Clone, Debug)]
pub(super) enum PendingOpen {
    /// The contact of this name.
    Contact(String),
    /// Whatever is at this address.
    Place(Box<Address>),
    /// What is at this address, which reaches everybody, to say this there.
    Everyone { address: Box<Address>, text: String },
}

/// A place that has to be read from the history first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PendingJump {
    Oldest,
    Message(MessageId),
    /// A place where one has been.
    Back(Position),
}

/// Whether someone looks at the terminal, as far as it tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Focus {
    #[default]
    Unknown,
    Here,
    Away,
}

/// The front's state.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches that a person turns on and off one by one")]
pub(super) struct Ui {
    pub style: Appearance,
    pub screen: Rect,
    pub open: Option<ConversationId>,
    /// The one that was open before.
    pub last: Option<ConversationId>,
    pub drafts: BTreeMap<ConversationId, Composer>,
    /// What is written while no conversation is open: commands, mostly.
    pub loose: Composer,
    pub positions: BTreeMap<ConversationId, Position>,
    /// How many messages had come when one scrolled away from the end of a conversation: what came since is new
    /// below.
    pub left_end: BTreeMap<ConversationId, u64>,
    /// Where one is going in the open conversation, until that part of it is here.
    pub heading: Option<PendingJump>,
    pub mode: Mode,
    pub popup: Option<Popup>,
    pub finder: Finder,
    pub completion: Option<CompletionMenu>,
    /// The path whose candidates were asked for.
    pub completing: Option<String>,
    /// We are away, and this is what others are told.
    pub away: Option<String>,
    /// The moment that is drawn; `None`: nobody has said.
    pub moment: Option<Instant>,
    /// The answer to the last key: an error, mostly. Gone with the next key.
    pub flash: Option<Phrase>,
    /// The number of the last of the app's lines that was shown.
    pub told_seen: u64,
    /// The time of the last event of the terminal.
    pub now: WallTime,
    pub focus: Focus,
    pub mouse: bool,
    pub bare: bool,
    pub list: ContactList,
    /// This text for everybody waits for a second Enter.
    pub asked: Option<(ConversationId, String)>,
    /// The draft that a command of the palette took the place of: it comes back when that has run.
    pub aside: Option<(ConversationId, String)>,
    /// A command that was refused, as it stands in the composer.
    pub refused: Option<String>,
    /// The draft was cleared by the key before: Up brings it back, and so does leaving with more of the same key.
    pub cleared: bool,
    /// A form that was left before it was accepted.
    pub unfinished: Option<Form>,
    /// When Esc was pressed with nothing to leave: the next key may be one with Alt.
    pub escaped: Option<WallTime>,
    /// Ctrl-C was pressed on an empty draft.
    pub quitting: bool,
    /// The open conversation went away by itself: nothing is opened in its place, so that what is being typed
    /// does not end up with somebody else.
    pub gone: bool,
    /// What was looked for last in a conversation.
    pub looked_for: Query,
    /// The open conversation was just opened: what is unread in it came before.
    pub entered: bool,
    /// This shall be opened as soon as it is there.
    pub awaited: Option<PendingOpen>,
    pub areas: Areas,
    pub scene: Scene,
    /// Where the words that are looked for stand in the scene.
    pub marks: Highlights,
    pub cache: WrapCache,
}

impl Ui {
    pub(super) fn new(style: Appearance, mouse: bool) -> Self {
        Self {
            style,
            screen: Rect::default(),
            open: None,
            last: None,
            drafts: BTreeMap::new(),
            loose: Composer::default(),
            positions: BTreeMap::new(),
            left_end: BTreeMap::new(),
            heading: None,
            mode: Mode::Writing,
            popup: None,
            finder: Finder::default(),
            completion: None,
            completing: None,
            away: None,
            moment: None,
            flash: None,
            told_seen: 0,
            now: WallTime(0),
            focus: Focus::Unknown,
            mouse,
            bare: false,
            list: ContactList::default(),
            asked: None,
            aside: None,
            refused: None,
            cleared: false,
            unfinished: None,
            escaped: None,
            quitting: false,
            gone: false,
            looked_for: Query::default(),
            entered: false,
            awaited: None,
            areas: Areas::default(),
            scene: Scene::default(),
            marks: Highlights::default(),
            cache: WrapCache::default(),
        }
    }

    /// Answers the last key.
    pub(super) fn flash(&mut self, phrase: Phrase) {
        self.flash = Some(phrase);
    }

    /// The draft of the open conversation.
    pub(super) fn draft(&self) -> Option<&Composer> {
        match self.open {
            Some(open) => self.drafts.get(&open),
            None => Some(&self.loose),
        }
    }

    /// The draft of the open conversation, to be changed.
    pub(super) fn draft_mut(&mut self) -> &mut Composer {
        match self.open {
            Some(open) => self.drafts.entry(open).or_default(),
            None => &mut self.loose,
        }
    }

    /// The open conversation.
    pub(super) fn place<'a>(&self, state: &'a State) -> Option<&'a Conversation> {
        state.conversation(self.open?)
    }

    /// Cells of one row of the composer's text.
    pub(super) fn composer_width(&self) -> u16 {
        composer_width(self.screen.width, self.bare)
    }

    /// The layers a key is looked up in, top first.
    pub(super) fn layers(&self) -> &'static [Layer] {
        match (&self.popup, &self.mode) {
            (Some(Popup::Search), _) => &[Layer::Results, Layer::Popup, Layer::Writing, Layer::Anywhere],
            (Some(_), _) => &[Layer::Popup, Layer::Writing, Layer::Anywhere],
            (None, Mode::Selecting(_)) => &[Layer::Selecting, Layer::Writing, Layer::Anywhere],
            (None, Mode::Finding(find)) if find.typing => &[Layer::Finding, Layer::Writing, Layer::Anywhere],
            (None, Mode::Finding(_) | Mode::Writing) => &[Layer::Writing, Layer::Anywhere],
        }
    }

    /// The candidates of a completion are shown as a list.
    pub(super) fn lists_candidates(&self) -> bool {
        self.popup.is_none() && self.completion.as_ref().is_some_and(|one| one.candidates.len() > 1)
    }

    /// They are paths, of which Enter takes one.
    pub(super) fn lists_paths(&self) -> bool {
        self.completion.as_ref().is_some_and(|completion| completion.is_listed)
    }

    /// Until when the open conversation says that the peer is writing, as far as the screen shows it; then the
    /// screen has to be drawn anew.
    pub(super) fn typing_until(&self, state: &State) -> Option<Instant> {
        let until = self.place(state)?.status.typing()?;
        self.moment.filter(|moment| *moment < until).map(|_| until)
    }

    /// Where one reads in the open conversation.
    pub(super) fn position(&self) -> Position {
        self.open.and_then(|open| self.positions.get(&open)).copied().unwrap_or_default()
    }

    /// Lays out what will be visible. To be called before each drawing; drawing itself changes nothing.
    pub(super) fn prepare(&mut self, state: &State, screen: Rect) {
        self.screen = screen;
        let width = self.composer_width();
        let rows = self.draft().map_or(1, |draft| draft.layout(width).rows.len());
        let composer_rows = u16::try_from(rows).unwrap_or(u16::MAX);
        let lines = self.list.all_lines(state);
        let overlay_rows =
            if self.list.is_over() { u16::try_from(lines.len()).unwrap_or(u16::MAX) } else { 0 };
        let params = LayoutParams { composer_rows, overlay_rows, bare: self.bare };
        self.areas = divide(screen, params);
        self.list.lay_out(lines, self.open, self.areas.list.height);
        let position = self.position();
        let height = self.areas.scrollback.height;
        let scene = self.with_layout(state, |layout| layout.scene(position, height)).unwrap_or_default();
        let is_here = self.place(state).is_some_and(Conversation::is_readable);
        if scene.at_end
            && is_here
            && let Some(open) = self.open
        {
            self.positions.remove(&open);
            self.left_end.remove(&open);
        }
        self.scene = scene;
        let nothing = Search::default();
        let search = match &self.mode {
            Mode::Finding(find) => &find.query.search,
            Mode::Writing | Mode::Selecting(_) => &nothing,
        };
        self.marks.follow(&self.scene, self.open.and_then(|open| state.conversation(open)), search);
        self.refresh(state);
        if matches!(self.popup, Some(Popup::Search)) {
            self.finder.prepare(state.search.found(), results_height(screen));
        }
    }

    /// Who is in a room changes while one looks at it.
    fn refresh(&mut self, state: &State) {
        let Some(Popup::Pager(reader)) = &mut self.popup else { return };
        if let Some(place) = reader.about.and_then(|id| state.conversation(id)) {
            reader.parts = details::conversation(&self.style, place).parts;
        }
    }

    /// The matches of what is looked for in the open conversation; `None` before the first of them can be known.
    pub(super) fn located<'a>(&self, state: &'a State) -> Option<&'a SearchResults> {
        let Mode::Finding(find) = &self.mode else { return None };
        let search = &find.query.search;
        let located = state.search.located();
        let ours = located.within == self.open && located.search == *search && !search.is_empty();
        (ours && !(located.running && located.hits.is_empty())).then_some(located)
    }

    /// Hands the open conversation, as rows of the scrollback's width, to `act`.
    pub(super) fn with_layout<R>(
        &mut self,
        state: &State,
        act: impl FnOnce(&mut ScrollbackLayout<'_>) -> R,
    ) -> Option<R> {
        let place = self.place(state)?;
        let looks = RenderCtx {
            lang: &self.style.lang,
            zone: &self.style.zone,
            me: &self.style.me,
            legacy: &self.style.legacy,
        };
        let width = self.areas.scrollback.width;
        let (transfers, cache) = (&state.transfers, &mut self.cache);
        Some(act(&mut ScrollbackLayout { place, width, looks, transfers, cache }))
    }

    /// Messages that came since one scrolled up.
    pub(super) fn new_below(&self, state: &State) -> usize {
        let Some((place, left)) =
            self.place(state).and_then(|place| Some((place, *self.left_end.get(&place.id)?)))
        else {
            return 0;
        };
        usize::try_from(place.activity.arrivals().saturating_sub(left)).unwrap_or(usize::MAX)
    }

    /// Takes up what the last run left in the composers, and where one read.
    pub(super) fn restore(&mut self, state: &State) {
        for place in state.conversations() {
            if !place.input.draft().is_empty() {
                self.drafts.entry(place.id).or_default().insert_str(place.input.draft());
            }
            if let Some(ScrollPosition { message, row }) = place.input.scroll() {
                self.positions.insert(place.id, Position::Top { message, at: Anchor::kept(row) });
                self.left_end.insert(place.id, 0);
            }
        }
    }

    /// What is to be shown has not been read from the history yet.
    pub(super) fn is_waiting(&self, state: &State) -> bool {
        let searching = match (&self.popup, &self.mode) {
            (Some(Popup::Search), _) => state.search.found().running && state.search.found().hits.is_empty(),
            (None, Mode::Finding(find)) => find.goal.is_some() && state.search.located().running,
            _ => false,
        };
        searching
            || self.place(state).is_some_and(|place| {
                let elsewhere = self.position() == Position::Newest && place.has_newer();
                place.is_awaited() || (place.is_paging() && (self.heading.is_some() || elsewhere))
            })
    }
}
