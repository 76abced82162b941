//! The front's own state: what is open, where one reads, what is being written. Nothing of it is the app's.
//!
//! Each part owns its fields; here stands what needs several of them.

mod attention;
mod completer;
mod drafts;
mod keys;
mod navigation;
mod positions;
mod status;
mod switches;
mod viewport;

use std::time::Instant;

use ratatui::layout::Rect;

pub(super) use self::attention::Focus;
pub(super) use self::completer::{CompletionMenu, MenuShape};
pub(super) use self::drafts::ReplyTo;
pub(super) use self::navigation::PendingOpen;
pub(super) use self::positions::PendingJump;
pub(super) use super::mode::{Edge, Find, Goal, Mode, Selection};

use self::attention::Attention;
use self::completer::Completer;
use self::drafts::Drafts;
use self::keys::KeyState;
use self::navigation::Navigation;
use self::positions::Positions;
use self::status::StatusMessages;
use self::switches::Switches;
use self::viewport::Viewport;
use super::action::Action;
use super::appearance::Appearance;
use super::chooser::ChooserKind;
use super::composer::Composer;
use super::contact_list::ContactList;
use super::details;
use super::finder::Finder;
use super::go_to;
use super::hex_preview;
use super::keymap::Layer;
use super::layout::{LayoutParams, composer_width, is_list_tall, panel, prompt_width, results_height};
use super::lock_notice;
use super::popup::{Form, FormKind, Popup};
use super::scrollback::{Anchor, Position, RenderCtx, ScrollbackLayout};
use super::wire_page::WirePage;
use crate::app::{Conversation, SearchResults, State};
use crate::model::history::ScrollPosition;
use crate::model::search::Search;
use crate::model::{Capture, ConversationId, Phrase};

/// The front's state.
#[derive(Debug)]
pub(super) struct Ui {
    pub style: Appearance,
    pub viewport: Viewport,
    pub navigation: Navigation,
    pub positions: Positions,
    pub list: ContactList,
    pub drafts: Drafts,
    pub completer: Completer,
    pub mode: Mode,
    pub popup: Option<Popup>,
    pub finder: Finder,
    /// What `/wire` has kept.
    pub wire: Option<Box<WirePage>>,
    pub status: StatusMessages,
    pub keys: KeyState,
    pub attention: Attention,
    pub switches: Switches,
}

impl Ui {
    pub(super) fn new(style: Appearance, mouse: bool) -> Self {
        Self {
            style,
            viewport: Viewport::default(),
            navigation: Navigation::default(),
            positions: Positions::default(),
            list: ContactList::default(),
            drafts: Drafts::default(),
            completer: Completer::default(),
            mode: Mode::Writing,
            popup: None,
            finder: Finder::default(),
            wire: None,
            status: StatusMessages::default(),
            keys: KeyState::default(),
            attention: Attention::default(),
            switches: Switches::new(mouse),
        }
    }

    /// Says what the last key did.
    pub(super) fn flash(&mut self, phrase: Phrase) {
        self.status.flash(phrase);
    }

    /// Says why the last key did nothing.
    pub(super) fn fail(&mut self, why: Phrase) {
        self.status.fail(why);
    }

    /// A key was pressed, which means this; what stands in the status line may have been read. Where there is no such line
    /// it lies over what was said, and goes with any key.
    pub(super) fn note_read(&mut self, state: &State, does: Option<Action>) {
        if self.viewport.areas().status.area() == 0 {
            let _gone = self.status.next(state);
        } else {
            self.status.was_read(state, does);
        }
    }

    /// The draft of the open conversation.
    pub(super) fn draft(&self) -> Option<&Composer> {
        self.drafts.of_open(self.navigation.open())
    }

    /// The draft of the open conversation, to be changed.
    pub(super) fn draft_mut(&mut self) -> &mut Composer {
        self.drafts.of_open_mut(self.navigation.open())
    }

    /// What the draft of the open conversation answers.
    pub(super) fn reply(&self) -> Option<&ReplyTo> {
        self.drafts.reply(self.navigation.open())
    }

    /// The words of a message stand in the composer.
    pub(super) fn is_editing(&self) -> bool {
        self.drafts.edited(self.navigation.open()).is_some()
    }

    /// The open conversation.
    pub(super) fn conversation<'a>(&self, state: &'a State) -> Option<&'a Conversation> {
        state.conversation(self.navigation.open()?)
    }

    /// Cells of one row of the composer's text.
    pub(super) fn composer_width(&self) -> u16 {
        composer_width(self.viewport.screen().width, self.switches.bare())
    }

    /// The layers a key is looked up in, top first.
    pub(super) fn layers(&self) -> &'static [Layer] {
        match (&self.popup, &self.mode) {
            (Some(Popup::Wire), _) if self.wire.as_ref().is_some_and(|page| page.entry.is_none()) => {
                &[Layer::Wire, Layer::Popup, Layer::Anywhere]
            }
            (Some(Popup::Search), _) => &[Layer::Results, Layer::Popup, Layer::Writing, Layer::Anywhere],
            (Some(_), _) => &[Layer::Popup, Layer::Writing, Layer::Anywhere],
            (None, Mode::Selecting(_)) => &[Layer::Selecting, Layer::Writing, Layer::Anywhere],
            (None, Mode::Finding(find)) if find.typing => &[Layer::Finding, Layer::Writing, Layer::Anywhere],
            (None, Mode::Finding(_) | Mode::Writing) => &[Layer::Writing, Layer::Anywhere],
        }
    }

    /// What the word before the cursor may become, while that is shown.
    pub(super) fn candidates(&self) -> Option<&CompletionMenu> {
        self.completer.menu().filter(|_| self.popup.is_none())
    }

    /// When something is not so any more that is shown, unless something happens; then the screen has to be drawn anew.
    /// That is somebody who writes to us, or a file on its way.
    pub(super) fn stale_at(&self, state: &State) -> Option<Instant> {
        let moment = self.viewport.moment()?;
        let scene = self.viewport.scene();
        let shown = state.transfers.iter().filter(|(id, _)| scene.shows_file(id.message, id.file));
        let stalled = shown.filter_map(|(_, transfer)| transfer.stalls_at()).filter(|at| moment < *at);
        state.typing_until(moment).into_iter().chain(stalled).min()
    }

    /// The page that shows what passes the sockets is open.
    pub(super) const fn watches_wire(&self) -> bool {
        matches!(self.popup, Some(Popup::Wire))
    }

    /// What passed the sockets, for the page.
    pub(super) fn take_capture(&mut self, state: &State, capture: Capture) {
        let Some(page) = self.wire.as_mut().filter(|_| matches!(self.popup, Some(Popup::Wire))) else {
            return;
        };
        let peer = page.peer.as_ref().and_then(|peer| state.conversation(peer.conversation));
        if let Some(peer) = peer {
            // It may have moved.
            page.set_endpoints(state.endpoints(peer));
        }
        page.take(capture);
    }

    /// Where one reads in the open conversation.
    pub(super) fn position(&self) -> Position {
        self.navigation.open().map(|open| self.positions.of(open)).unwrap_or_default()
    }

    /// Lays out what will be visible. To be called before each drawing; drawing itself changes nothing.
    pub(super) fn lay_out(&mut self, state: &State, screen: Rect) {
        let open = self.navigation.open();
        self.viewport.resize(screen);
        if let Some(place) = open.and_then(|open| state.conversation(open)) {
            self.drafts.name_reply(place, &self.style.me);
        }
        self.divide(state);
        let position = self.position();
        let whole = self.shows_whole();
        let place = self.conversation(state);
        self.viewport.make_room(!self.switches.bare());
        let looks = RenderCtx { screen_rows: screen.height, whole, ..self.style.render_ctx() };
        self.viewport.lay_out(place, looks, &state.transfers, position);
        self.viewport.want_pictures(state, place);
        let is_here = place.is_some_and(Conversation::is_loaded);
        if let Some(open) = open.filter(|_| is_here && self.viewport.scene().at_end) {
            self.positions.go_to_end(open);
        }
        let nothing = Search::default();
        let search = match &self.mode {
            Mode::Finding(find) => &find.query.search,
            Mode::Writing | Mode::Selecting(_) => &nothing,
        };
        self.viewport.highlight(place, search);
        self.viewport.follow_mentions(place, &self.style.me);
        self.viewport.follow_links(self.style.hyperlinks);
        self.lay_out_preview(state);
        self.refresh_pager(state);
        if let Some(Popup::Question(question)) = &mut self.popup {
            question.note_shown(&self.style.lang, screen, self.viewport.wall());
        }
        if matches!(self.popup, Some(Popup::Search)) {
            self.finder.prepare(state.search.found(), results_height(screen));
        }
    }

    /// Lays out what was said last in the conversation that is chosen in a list, of which the lines say how things are now.
    fn lay_out_preview(&mut self, state: &State) {
        if let Some(Popup::Chooser(chooser)) = &mut self.popup {
            let list = panel(self.viewport.screen(), chooser.kind == ChooserKind::GoTo).list;
            go_to::refresh(chooser, &self.style, state, usize::from(list.height));
        }
        let chosen = match &self.popup {
            Some(Popup::Chooser(chooser)) => chooser.previewed(),
            _ => None,
        };
        let place = chosen.and_then(|id| state.conversation(id));
        let area = panel(self.viewport.screen(), true).preview;
        self.viewport.lay_out_preview(place.zip(area), self.style.render_ctx(), &state.transfers);
    }

    /// Divides the screen by what the draft and the contact list take.
    fn divide(&mut self, state: &State) {
        let width = self.composer_width();
        let rows = self.draft().map_or(1, |draft| draft.layout(width).rows.len());
        let composer_rows = u16::try_from(rows).unwrap_or(u16::MAX);
        let (screen, open) = (self.viewport.screen(), self.navigation.open());
        let is_tall = is_list_tall(self.style.list, screen);
        let list_rows = self.list.prepare(state, open, is_tall, self.viewport.moment());
        let overlay_rows = if self.list.is_over() { u16::try_from(list_rows).unwrap_or(u16::MAX) } else { 0 };
        let columns = width.saturating_add(prompt_width(screen.width));
        let (place, now) = (self.conversation(state), self.keys.now());
        let notice =
            place.map(|place| lock_notice::rows(&self.style, state, place, (columns, screen.height), now));
        let notice = notice.filter(|rows| !rows.is_empty()).unwrap_or_else(|| {
            let draft = self.draft().map_or("", |draft| draft.text());
            hex_preview::rows(&self.style, draft, columns, screen.height / 3)
        });
        self.viewport.set_notice(notice);
        let notice_rows = u16::try_from(self.viewport.notice().len()).unwrap_or(u16::MAX);
        let bare = self.switches.bare();
        let quotes = self.reply().is_some();
        let banner = state.lab().is_some();
        let note = self.status.current(state).map(|note| note.long(&self.style.lang, screen.width));
        self.viewport.set_note(note.unwrap_or_default());
        let note_rows = u16::try_from(self.viewport.note().rows.len()).unwrap_or(u16::MAX);
        self.viewport.divide(LayoutParams {
            composer_rows,
            quotes,
            notice_rows,
            note_rows,
            overlay_rows,
            bare,
            banner,
        });
        self.list.lay_out(self.viewport.areas().list.height);
    }

    /// Who is in a room changes while one looks at it.
    fn refresh_pager(&mut self, state: &State) {
        let Some(Popup::Pager(pager)) = &mut self.popup else { return };
        if let Some(place) = pager.about.and_then(|id| state.conversation(id)) {
            let now = details::conversation(&self.style, state, place);
            (pager.parts, pager.keys) = (now.parts, now.keys);
        }
    }

    /// The matches of what is looked for in the open conversation; `None` before the first of them can be known.
    pub(super) fn located<'a>(&self, state: &'a State) -> Option<&'a SearchResults> {
        let Mode::Finding(find) = &self.mode else { return None };
        let search = &find.query.search;
        let located = state.search.located();
        let ours =
            located.within == self.navigation.open() && located.search == *search && !search.is_empty();
        (ours && !(located.running && located.hits.is_empty())).then_some(located)
    }

    /// A place in the open conversation, found by its rows at the width of the pane.
    pub(super) fn find_place<T>(
        &mut self,
        state: &State,
        find: impl FnOnce(&mut ScrollbackLayout<'_>) -> T,
    ) -> Option<T> {
        let place = self.conversation(state)?;
        let (screen_rows, whole) = (self.viewport.screen().height, self.shows_whole());
        let looks = RenderCtx { screen_rows, whole, ..self.style.render_ctx() };
        Some(find(&mut self.viewport.layout(place, looks, &state.transfers)))
    }

    /// What is looked for may stand in any row of a long text.
    const fn shows_whole(&self) -> bool {
        matches!(self.mode, Mode::Finding(_)) || self.switches.bare()
    }

    /// Messages that came since one scrolled up.
    pub(super) fn new_below(&self, state: &State) -> usize {
        let Some(place) = self.conversation(state) else { return 0 };
        let Some(left) = self.positions.left_end(place.id) else { return 0 };
        usize::try_from(place.activity.arrivals().saturating_sub(left)).unwrap_or(usize::MAX)
    }

    /// The command that the last key has begun comes to nothing, and why: it stands in the composer again.
    pub(super) fn refuse(&mut self, why: Phrase) {
        if let Some((conversation, command)) = self.drafts.take_running() {
            self.put_back(conversation, command);
        } else if let Some(form) = self.drafts.take_handed_in(|form| form.purpose == FormKind::FirstStart) {
            return self.reopen(form, why);
        }
        self.fail(why);
    }

    /// The disk has refused what was typed: a form stands there again with all of it, and a command where it was typed.
    pub(super) fn take_back(&mut self, conversation: Option<ConversationId>, typed: String, why: &Phrase) {
        match self.drafts.take_handed_in(|form| form.is_command(&typed)) {
            Some(form) => self.reopen(form, why.clone()),
            None => self.put_back(conversation.or_else(|| self.navigation.open()), typed),
        }
    }

    /// A form opens again and says why; where something else is open by then, as soon as a person asks for it.
    fn reopen(&mut self, mut form: Form, why: Phrase) {
        form.error = Some(why);
        if self.popup.is_none() {
            self.popup = Some(Popup::Form(form));
        } else {
            self.drafts.keep_form(form);
        }
    }

    /// A command that could not be done stands where it was typed, unless something else does by now.
    pub(super) fn put_back(&mut self, conversation: Option<ConversationId>, command: String) {
        let is_here = self.navigation.open() == conversation && !self.is_editing();
        if is_here && !command.is_empty() && self.draft_mut().is_empty() {
            self.draft_mut().set_text(command.as_str());
            self.drafts.refuse(Some(command));
        }
    }

    /// Takes up what the last run left in the composers, and where one read.
    pub(super) fn restore(&mut self, state: &State) {
        for place in state.conversations() {
            if !place.input.draft().is_empty() {
                self.drafts.restore(place.id, place.input.draft());
            }
            if let Some(ScrollPosition { message, row }) = place.input.scroll() {
                self.positions.begin(place.id, Position::Top { message, at: Anchor::kept(row) }, 0);
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
            || self.viewport.gallery().is_probing()
            || self.viewport.gallery().awaits_style()
            || self.conversation(state).is_some_and(|place| {
                let elsewhere = self.position() == Position::Newest && place.has_newer();
                place.is_loading() || (place.is_paging() && (self.positions.pending().is_some() || elsewhere))
            })
    }
}
