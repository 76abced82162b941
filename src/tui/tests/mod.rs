//! The front as a person meets it: keys in, screens and sent messages out. No terminal, no network.

mod accepting;
mod arguments;
mod bytes;
mod chat;
mod claims;
mod completion;
mod contrast;
mod crowd;
mod doctor;
mod dropped;
mod file_faults;
mod files;
mod finding;
mod first;
mod hands;
mod keeping;
mod keys;
mod lab;
mod links;
mod list;
mod list_screens;
mod lock_screens;
mod locks;
mod losses;
mod mentions;
mod mouse;
mod newcomers;
mod operators;
mod paging;
mod passwords;
mod pastes;
mod paths;
mod peers;
mod pictures;
mod plain;
mod popups;
mod proved;
mod quotes;
mod refusals;
mod remarks;
mod room_history;
mod rooms;
mod rows;
mod screens;
mod search;
mod signs;
mod typed;
mod wire;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crossterm::event::{Event as TerminalEvent, KeyEvent};
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::appearance::Appearance;
use super::input::InputEvent;
use super::keymap::parse;
use super::request::UiRequest;
use super::theme::{Background, Colours, Role, Theme};
use super::ui::Ui;
use super::update::{missing_page, on_app, on_input};
use super::view;
use crate::app::{ContactsEdit, Effect, Event, Intent, MAX_SENT, State, update};
use crate::lang::Lang;
use crate::model::history::{PageQuery, StoreEvent};
use crate::model::traffic::{Dropped, OwnNetwork, Received};
use crate::model::{
    Alert, Contact, ConversationId, ListForm, MessageCommand, NetCommand, NetEvent, Now, OutgoingMessage,
    OwnNetworks, PeerCommand, Phrase, WallTime,
};
use crate::runtime::{parse_address, registry};
use crate::store::{Backend as _, Memory};

/// 2026-11-21 12:00 UTC, a Saturday.
const NOON: i64 = 1_795_262_400_000_000;

/// The front over a state whose store answers at once, and everything that left it.
struct Front {
    state: State,
    store: Memory,
    /// The store takes nothing.
    refuses: bool,
    /// The pages that the store has still to give; `None`: it gives them at once.
    held_pages: Option<Vec<PageQuery>>,
    ui: Ui,
    now: Now,
    sent: Vec<String>,
    entered: Vec<ConversationId>,
    requests: Vec<UiRequest>,
    /// What the front asked the app for.
    intents: Vec<Intent>,
    edits: Vec<ContactsEdit>,
    /// What a person was called with.
    alerts: Vec<Alert>,
    cursor: Option<Position>,
    buffer: Buffer,
}

impl Front {
    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn new(width: u16, height: u16) -> Self {
        let style = Appearance {
            lang: Lang::choose(Some("en"), registry()),
            zone: TimeZone::UTC,
            theme: Theme::named("classic", Colours::True, Background::Dark).expect("classic"),
            colours: Colours::True,
            background: Background::Dark,
            blocks: true,
            hyperlinks: true,
            desktop: true,
            list: ListForm::Auto,
            me: "me".to_owned(),
            legacy: "gb18030".to_owned(),
            own_address: None,
            networks: OwnNetworks::new(vec![OwnNetwork {
                interface: "eth0".to_owned(),
                network: "10.77.5.0/24".to_owned(),
            }]),
            settings: Vec::new(),
        };
        let screen = Rect::new(0, 0, width, height);
        let mut front = Self {
            state: State::default(),
            store: Memory::default(),
            refuses: false,
            held_pages: None,
            ui: Ui::new(style, true),
            now: Now { mono: Instant::now(), wall: WallTime(NOON) },
            sent: vec![],
            entered: vec![],
            requests: vec![],
            intents: vec![],
            edits: vec![],
            alerts: vec![],
            cursor: None,
            buffer: Buffer::empty(screen),
        };
        front.load(&[("alex", "127.0.0.1:8081"), ("瞎驴", "127.0.0.1:8082"), ("egon", "127.0.0.1:8083")]);
        front
    }

    fn load(&mut self, contacts: &[(&str, &str)]) {
        let contact = |(name, at): &(&str, &str)| contact(name, parse_address(at).expect(at));
        let contacts = contacts.iter().map(contact).collect();
        self.happen(Event::ContactsLoaded { contacts, edit: None });
    }

    fn happen(&mut self, event: Event) {
        let starts = matches!(event, Event::ContactsLoaded { edit: None, .. });
        self.apply(event);
        if starts {
            // Whoever is there at first stands as at a start.
            self.ui.list.renew(&self.state, self.ui.navigation.open(), Some(self.now.mono));
        }
        self.follow();
    }

    fn apply(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in update(&mut self.state, self.now, event) {
                events.extend(self.carry_out(effect).map(Event::Stored));
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Option<StoreEvent> {
        match effect {
            Effect::Store(op) if self.refuses => {
                return Some(StoreEvent::Refused { ops: vec![op], why: Phrase::new("store-full") });
            }
            Effect::Store(op) => {
                let known = self.store.commit(std::slice::from_ref(&op)).expect("memory");
                let (known, ops) = (!known.is_empty(), vec![op]);
                return Some(if known { StoreEvent::Known(ops) } else { StoreEvent::Committed(ops) });
            }
            Effect::Page(query) => match &mut self.held_pages {
                Some(held) => held.push(query),
                None => return Some(StoreEvent::Page(self.store.page(&query).expect("memory"))),
            },
            Effect::Outbox(query) => {
                return Some(StoreEvent::Outbox(self.store.outbox(&query).expect("memory")));
            }
            Effect::Expire(now) => return Some(StoreEvent::Expired(self.store.expire(now).expect("memory"))),
            Effect::Sent(conversation) => {
                let texts = self.store.sent(conversation, MAX_SENT).expect("memory");
                return Some(StoreEvent::Sent { conversation, texts });
            }
            Effect::Search(lookup) => {
                return Some(StoreEvent::Found(self.store.search(&lookup).expect("memory")));
            }
            Effect::Net(NetCommand::Message(_, MessageCommand::Send(OutgoingMessage { text, .. }))) => {
                self.sent.push(text);
            }
            Effect::Net(NetCommand::Peer(conversation, PeerCommand::Enter)) => {
                self.entered.push(conversation);
            }
            Effect::Contacts(edit) => self.edits.push(edit),
            Effect::Alert(alert) => self.alerts.push(*alert),
            Effect::Net(_) | Effect::Fetch(_) | Effect::Discard(_) | Effect::FindFiles(_) => {}
        }
        None
    }

    /// The store gives the pages that it was asked for, and those of later at once.
    fn release_pages(&mut self) {
        for query in self.held_pages.take().unwrap_or_default() {
            let page = self.store.page(&query).expect("memory");
            self.happen(Event::Stored(StoreEvent::Page(page)));
        }
    }

    /// Lets the front follow what the app changed, and draws.
    fn follow(&mut self) {
        self.obey();
        self.draw();
    }

    /// Asks the app for what the front wants now, and again after each answer.
    fn obey(&mut self) {
        for _ in 0..1_000 {
            let requests = on_app(&mut self.ui, &self.state);
            if requests.is_empty() {
                return;
            }
            for request in requests {
                self.fulfil(request);
            }
        }
        panic!("the front never has enough");
    }

    fn fulfil(&mut self, request: UiRequest) {
        match request {
            UiRequest::Intent(intent) => {
                self.intents.push(intent.clone());
                self.apply(Event::Intent(intent));
            }
            other => self.requests.push(other),
        }
    }

    /// Presses keys by name, as the help shows them; a word in quotes is typed.
    fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            match key.strip_prefix('\'') {
                Some(text) => text.chars().for_each(|c| self.key(&c.to_string())),
                None => self.key(key),
            }
        }
        self
    }

    fn write(&mut self, text: &str) -> &mut Self {
        text.chars().for_each(|c| self.key(&c.to_string()));
        self
    }

    fn key(&mut self, name: &str) {
        let (code, modifiers) = match name.chars().next() {
            Some(c) if name.chars().count() == 1 => {
                (crossterm::event::KeyCode::Char(c), crossterm::event::KeyModifiers::NONE)
            }
            _ => parse(name).expect(name),
        };
        self.terminal(TerminalEvent::Key(KeyEvent::new(code, modifiers)));
    }

    fn terminal(&mut self, event: TerminalEvent) {
        self.input(InputEvent::Terminal(event));
    }

    fn input(&mut self, input: InputEvent) {
        self.ui.keys.set_now(self.now.wall);
        self.ui.viewport.set_moment(self.now);
        for request in on_input(&mut self.ui, &self.state, input) {
            self.fulfil(request);
        }
        self.follow();
    }

    /// Nobody touches anything for so long.
    fn rest(&mut self, seconds: u64) {
        self.now.mono += Duration::from_secs(seconds);
        self.follow();
    }

    fn hear(&mut self, name: &str, text: &str) {
        let received = self.received(name, text);
        self.happen(Event::Net(NetEvent::Received(received)));
    }

    /// A message from that conversation's own address.
    fn received(&self, name: &str, text: &str) -> Received {
        let place = self.state.conversations().find(|one| one.name == name).expect(name);
        Received {
            uid: None,
            about: None,
            quote: None,
            files: crate::model::Files::default(),
            place: None,
            sender: None,
            kind: crate::model::traffic::MessageKind::Text,
            conversation: Some(place.id),
            scheme: place.address.scheme,
            source: place.address.literal().expect("literal"),
            time: self.now.wall,
            text: text.to_owned(),
            lossy: false,
            authenticated: false,
            payload: text.as_bytes().into(),
        }
    }

    fn draw(&mut self) {
        self.ui.viewport.set_moment(self.now);
        self.ui.lay_out(&self.state, self.buffer.area);
        for pages in 0.. {
            let Some(more) = missing_page(&self.ui, &self.state) else { break };
            assert!(pages < 10, "pages are fetched without end");
            self.fulfil(UiRequest::Intent(more));
            self.obey();
            self.ui.lay_out(&self.state, self.buffer.area);
        }
        self.cursor = view::draw(&self.state, &self.ui, &mut self.buffer);
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.buffer = Buffer::empty(Rect::new(0, 0, width, height));
        self.draw();
    }

    /// The screen, rows without the spaces at their ends.
    fn screen(&self) -> String {
        let area = self.buffer.area;
        let row = |y| {
            let mut skip = 0;
            let mut line = String::new();
            for x in 0..area.width {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let symbol = self.buffer[(x, y)].symbol();
                skip = crate::tui::text::width(symbol).saturating_sub(1);
                line.push_str(symbol);
            }
            line.trim_end().to_owned()
        };
        (0..area.height).map(row).collect::<Vec<_>>().join("\n")
    }

    fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    fn open(&self) -> &str {
        self.ui.conversation(&self.state).map_or("", |place| &place.name)
    }

    fn draft(&self) -> &str {
        self.ui.draft().map_or("", |draft| draft.text())
    }

    fn id(&self, name: &str) -> ConversationId {
        self.state.conversations().find(|one| one.name == name).expect(name).id
    }
}

fn contact(name: &str, address: crate::model::Address) -> Contact {
    Contact {
        name: name.to_owned(),
        address,
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    }
}

/// Pages down until nothing moves any more; the answer is all that could be seen on the way.
fn read_to_the_end(front: &mut Front) -> String {
    let mut seen = front.screen();
    loop {
        let before = front.screen();
        front.press("PgDn");
        if front.screen() == before {
            return seen;
        }
        seen.push('\n');
        seen.push_str(&front.screen());
    }
}
