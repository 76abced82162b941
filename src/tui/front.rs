//! The loop: signals, keys and the session's events in; frames out.
//!
//! Nothing dirty means no wake-up at all. A key is drawn at once, and so is what comes from the network while it
//! is little; of a burst there is one frame in [`FRAME`], and always one more after the last.

use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{Event as TerminalEvent, EventStream, MouseEventKind, poll, read};
use futures_util::StreamExt;
use jiff::tz::TimeZone;

use super::editor;
use super::popup::Popup;
use super::signals::{Signal, Signals, stop};
use super::terminal::{Screen, install_panic_hook};
use super::theme::{Colours, Theme};
use super::ui::{Request, Style, Ui};
use super::update::{first_start_form, on_app, on_terminal};
use super::view;
use crate::app::Intent;
use crate::lang::{Lang, TAGS};
use crate::model::Phrase;
use crate::runtime::profile::Config;
use crate::runtime::{Happening, Session, now, parse_address};

/// The time that a few frames, or one of a burst, have to themselves.
const FRAME: Duration = Duration::from_millis(16);

/// Frames within that time that are drawn at once: an answer should not wait for a frame of a film.
const MAX_AT_ONCE: u8 = 4;

/// Events at once that make a burst.
const BURST: usize = 8;

/// Events taken in one go before a frame: enough for a burst, too few to keep a key waiting.
const MAX_DRAIN: usize = 512;

/// Keys taken in one go before a frame.
const MAX_KEYS: usize = 64;

/// What the command line says about the front.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub theme: Option<String>,
    pub name: Option<String>,
    pub language: Option<String>,
    /// Do not ask anything at the first start.
    pub defaults: bool,
    /// The contact or address to open.
    pub open: Option<String>,
    /// Panic at the first key: a test looks at what is left of the terminal.
    pub test_panic: bool,
}

/// How the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Quit,
    /// A part of the program is gone by a bug of ours; the panic hook has said which.
    Broken,
}

struct Front {
    session: Session,
    wanted: Wanted,
    ui: Ui,
    screen: Screen,
    /// `None` while an editor has the terminal.
    keys: Option<EventStream>,
    signals: Signals,
    dirty: bool,
    /// When the present `FRAME` began, and how many frames were drawn in it.
    window: Instant,
    frames: u8,
    /// Much came at once.
    burst: bool,
}

/// Runs the messenger until it is quit.
pub async fn run(session: Session, wanted: Wanted) -> io::Result<Ended> {
    install_panic_hook();
    let style = style(&session.config, &wanted);
    let mut ui = Ui::new(style, session.config.mouse);
    if !session.config.exists && !wanted.defaults {
        let language = TAGS.iter().position(|tag| *tag == ui.style.lang.tag()).unwrap_or(0);
        ui.popup = Some(Popup::Form(first_start_form(&ui.style.me, language)));
    }
    let mut front = Front {
        signals: Signals::listen()?,
        screen: Screen::take(ui.mouse)?,
        keys: Some(EventStream::new()),
        session,
        wanted,
        ui,
        dirty: true,
        window: now().mono,
        frames: 0,
        burst: false,
    };
    front.settle().await;
    front.open_wanted();
    front.follow_app();
    front.draw()?;
    front.turn().await
}

impl Front {
    /// Takes what the network side says of its sockets, which it says first, so that the first frame is whole.
    async fn settle(&mut self) {
        while self.session.state.listening.is_empty() {
            let Happening::Event(event) = self.session.next().await else { return };
            self.session.apply(event);
        }
        while let Some(event) = self.session.try_next() {
            self.session.apply(event);
        }
    }

    async fn turn(&mut self) -> io::Result<Ended> {
        loop {
            let frame = tokio::time::Instant::from_std(self.due());
            tokio::select! {
                biased;
                signal = self.signals.next() => {
                    if self.on_signal(signal)? {
                        return Ok(Ended::Quit);
                    }
                }
                event = next_key(self.keys.as_mut()) => {
                    if self.on_keys(event).await? {
                        return Ok(Ended::Quit);
                    }
                    self.draw()?;
                }
                happening = self.session.next() => {
                    if self.on_happening(happening) {
                        return Ok(Ended::Broken);
                    }
                    if now().mono >= self.due() {
                        self.draw()?;
                    }
                }
                () = tokio::time::sleep_until(frame), if self.dirty => self.draw()?,
            }
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        if !self.dirty {
            return Ok(());
        }
        let area = self.screen.area()?;
        self.ui.prepare(&self.session.state, area);
        let (state, ui) = (&self.session.state, &self.ui);
        self.screen.draw(|buffer| view::draw(state, ui, buffer))?;
        self.dirty = false;
        let now = now().mono;
        if now >= self.window + FRAME {
            (self.window, self.frames) = (now, 0);
        }
        self.frames = self.frames.saturating_add(1);
        Ok(())
    }

    /// From when on the next frame may be drawn that no key asked for.
    fn due(&self) -> Instant {
        if self.burst || self.frames >= MAX_AT_ONCE { self.window + FRAME } else { self.window }
    }

    /// `true`: quit.
    fn on_signal(&mut self, signal: Signal) -> io::Result<bool> {
        match signal {
            Signal::Quit => return Ok(true),
            Signal::Stop => self.suspend(),
            Signal::Continue => {
                self.screen.enter()?;
                self.dirty = true;
                self.draw()?;
            }
        }
        Ok(false)
    }

    /// Gives the terminal back and stops; SIGCONT takes it over again.
    fn suspend(&mut self) {
        self.screen.leave();
        stop();
    }

    /// Takes the key that came and what is behind it. `true`: quit.
    async fn on_keys(&mut self, first: Option<io::Result<TerminalEvent>>) -> io::Result<bool> {
        let Some(first) = first else { return Ok(true) };
        let mut next = Some(first?);
        let mut taken = 0;
        while let Some(event) = next {
            if self.on_key(event).await? {
                return Ok(true);
            }
            taken += 1;
            // Polling the stream itself without waiting would lose its wake-up.
            let more = self.keys.is_some() && taken < MAX_KEYS && poll(Duration::ZERO)?;
            next = if more { Some(read()?) } else { None };
        }
        Ok(false)
    }

    async fn on_key(&mut self, event: TerminalEvent) -> io::Result<bool> {
        if matches!(&event, TerminalEvent::Mouse(mouse) if mouse.kind == MouseEventKind::Moved) {
            return Ok(false);
        }
        assert!(!(self.wanted.test_panic && matches!(event, TerminalEvent::Key(_))), "--test-panic");
        if matches!(event, TerminalEvent::Resize(..)) {
            // It may have been another size in between, and have lost what we drew.
            self.screen.clear()?;
        }
        self.dirty = true;
        let requests = on_terminal(&mut self.ui, &self.session.state, event);
        self.screen.set_mouse(self.ui.mouse && !self.ui.bare)?;
        for request in requests {
            if self.fulfil(request).await? {
                return Ok(true);
            }
        }
        self.follow_app();
        Ok(false)
    }

    /// `true`: quit.
    async fn fulfil(&mut self, request: Request) -> io::Result<bool> {
        match request {
            Request::Intent(intent) => self.session.ask(intent),
            Request::Configure { key, value } => match self.session.configure(&key, &value) {
                Ok(()) => self.restyle(),
                Err(error) => self.ui.flash = Some(error.phrase()),
            },
            Request::Copy(text) => Screen::copy(&text)?,
            Request::Editor => self.edit_draft().await?,
            Request::Redraw => self.screen.clear()?,
            Request::Suspend => self.suspend(),
            Request::Quit => return Ok(true),
        }
        Ok(false)
    }

    /// Takes what happened and what is behind it. `true`: a part of the program is gone.
    fn on_happening(&mut self, happening: Happening) -> bool {
        match happening {
            Happening::Event(event) => self.session.apply(event),
            Happening::Config => self.restyle(),
            Happening::NetGone => return true,
        }
        let mut drained = 0;
        while drained < MAX_DRAIN
            && let Some(event) = self.session.try_next()
        {
            self.session.apply(event);
            drained += 1;
        }
        self.burst = drained >= BURST;
        self.follow_app();
        self.dirty = true;
        false
    }

    fn follow_app(&mut self) {
        for request in on_app(&mut self.ui, &self.session.state) {
            if let Request::Intent(intent) = request {
                self.session.ask(intent);
            }
        }
        if self.session.take_ring() && self.session.config.bell {
            // A bell that cannot be rung is no reason to stop.
            let _rang = Screen::ring().is_ok();
        }
    }

    /// Opens what the command line names: a contact, or any address.
    fn open_wanted(&mut self) {
        let Some(target) = self.wanted.open.take() else { return };
        if let Some(contact) = self.session.state.contact_named(&target) {
            self.ui.open = Some(contact.id);
            return;
        }
        match parse_address(&target) {
            Ok(address) => {
                self.session.ask(Intent::Visit { address: address.clone() });
                self.ui.open = self.session.state.at_address(&address).map(|place| place.id);
            }
            Err(_) => self.session.tell(Phrase::new("start-no-such-contact").text("name", target)),
        }
    }

    /// Looks as the config says now. The command line still wins.
    fn restyle(&mut self) {
        self.ui.style = style(&self.session.config, &self.wanted);
        self.ui.mouse = self.session.config.mouse;
        self.dirty = true;
    }

    /// The draft in the person's editor. The session goes on meanwhile.
    async fn edit_draft(&mut self) -> io::Result<()> {
        let draft = self.ui.draft().map(|draft| draft.text().to_owned()).unwrap_or_default();
        self.keys = None;
        self.screen.leave();
        let folder = self.session.profile().downloads_path();
        let mut editing = tokio::task::spawn_blocking(move || editor::edit(&folder, &draft));
        let edited = loop {
            tokio::select! {
                done = &mut editing => break done,
                happening = self.session.next() => {
                    if let Happening::Event(event) = happening {
                        self.session.apply(event);
                    }
                }
            }
        };
        self.screen.enter()?;
        self.keys = Some(EventStream::new());
        match edited {
            Ok(Ok(text)) => {
                if let Some(draft) = self.ui.draft_mut() {
                    draft.set_text(text);
                }
            }
            Ok(Err(why)) => self.ui.flash = Some(why),
            Err(_) => self.ui.flash = Some(Phrase::new("flash-editor")),
        }
        Ok(())
    }
}

async fn next_key(keys: Option<&mut EventStream>) -> Option<io::Result<TerminalEvent>> {
    match keys {
        Some(keys) => keys.next().await,
        None => std::future::pending().await,
    }
}

fn style(config: &Config, wanted: &Wanted) -> Style {
    let colours = Colours::of(|name| std::env::var(name).ok());
    let theme = wanted.theme.as_deref().unwrap_or(&config.theme);
    let login = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let me = wanted.name.clone().or_else(|| config.name.clone()).or_else(login);
    Style {
        lang: Lang::choose(wanted.language.as_deref().or(config.language.as_deref())),
        zone: TimeZone::system(),
        theme: Theme::named(theme, colours).unwrap_or_else(|| Theme::standard(colours)),
        colours,
        me: me.unwrap_or_else(|| "udpqq".to_owned()),
    }
}
