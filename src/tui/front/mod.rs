//! The loop: signals, keys and the session's events in; frames out.
//!
//! Nothing dirty means no wake-up at all. A key is drawn at once, and so is what comes from the network while it
//! is little; a burst is drawn as a film, and always once more after the last. What is sent or received is drawn when the
//! history has it.

mod announcing;
mod checkups;
mod options;
mod pictures;
mod requests;
mod scheduler;

use std::io;
use std::time::Duration;

use crossterm::event::Event as TerminalEvent;
use ratatui::layout::Rect;

use self::checkups::Checkups;
pub use self::options::{FrontExit, FrontOptions};
use self::pictures::{PictureDesk, done_aside};
use self::scheduler::{Damage, FrameScheduler, damage};
use crate::app::{Event, Intent};
use crate::model::{NetEvent, Now, Phrase};
use crate::runtime::{Session, SessionEvent, now, own_address, own_networks};
use crate::tui::appearance::{Appearance, variable};
use crate::tui::background;
use crate::tui::clipboard::Clipboard;
use crate::tui::input::{InputEvent, Keyboard};
use crate::tui::notifier::Notifier;
use crate::tui::popup::Popup;
use crate::tui::request::UiRequest;
use crate::tui::signals::{Signal, TerminalSignals, can_stop, stop};
use crate::tui::terminal::{Attachments, Screen};
use crate::tui::theme::Background;
use crate::tui::ui::Ui;
use crate::tui::update::{completed, first_start_form, missing_page, on_app, on_input, save};
use crate::tui::view;

/// Events at once that make a burst.
const BURST: usize = 8;

/// Events taken in one go before a frame: enough for a burst, too few to keep a key waiting.
const MAX_DRAIN: usize = 512;

/// Keys taken in one go before a frame.
const MAX_KEYS: usize = 64;

/// How long leaving may take for what is still on its way.
const FAREWELL: Duration = Duration::from_millis(250);

struct Front {
    session: Session,
    options: FrontOptions,
    ui: Ui,
    screen: Screen,
    keyboard: Keyboard,
    /// The terminal was asked for its background.
    asked: bool,
    signals: TerminalSignals,
    clipboard: Clipboard,
    pictures: PictureDesk,
    notifier: Notifier,
    scheduler: FrameScheduler,
    checkups: Checkups,
    /// What config.toml said of the mouse last; Alt-M holds until it says something else.
    configured_mouse: bool,
}

/// Runs the messenger until it is quit.
pub async fn run(session: Session, options: FrontOptions) -> io::Result<FrontExit> {
    let style = appearance(&session, background::of_environment(variable), &options);
    let configured_mouse = session.config.terminal.mouse;
    let mut ui = Ui::new(style, configured_mouse);
    if !session.config.exists && !options.defaults {
        ui.popup = Some(Popup::Form(first_start_form(&ui.style)));
    }
    let mut front = Front {
        signals: TerminalSignals::listen()?,
        screen: Screen::take(ui.switches.mouse())?,
        clipboard: Clipboard::new(variable),
        pictures: PictureDesk::new(&session),
        notifier: Notifier::new(variable),
        keyboard: Keyboard::open()?,
        asked: false,
        session,
        options,
        ui,
        scheduler: FrameScheduler::new(now().mono),
        checkups: Checkups::default(),
        configured_mouse,
    };
    front.ui.attention.touch(now().mono);
    front.ask_background()?;
    front.pictures.configure(&front.session, front.ui.style.colours, &mut front.screen)?;
    front.settle().await;
    if front.asked
        && let Some(background) = background::answer(&mut front.keyboard).await?
    {
        front.set_background(background);
    }
    front.pictures.take_early(&mut front.keyboard)?;
    front.ui.restore(&front.session.state);
    front.introduce();
    front.open_first();
    front.follow_app();
    let first = front.refresh();
    // Also when the terminal is gone.
    let ended = match first {
        Ok(()) => front.turn().await,
        Err(error) => Err(error),
    };
    front.save();
    // What was just sent or written still has to leave.
    let unkept = front.session.finish(FAREWELL).await;
    ended.map(|ended| if ended == FrontExit::Quit && unkept > 0 { FrontExit::Unkept(unkept) } else { ended })
}

impl Front {
    /// Takes what the network side says of its sockets, which it says first, so that the first frame is whole.
    async fn settle(&mut self) {
        while self.session.state.listening.is_empty() {
            let SessionEvent::App(event) = self.session.next().await else { return };
            self.session.apply(event);
        }
        while let Some(event) = self.session.try_next() {
            self.session.apply(event);
        }
    }

    /// Asks the terminal what it stands on, once, where the theme depends on that.
    fn ask_background(&mut self) -> io::Result<()> {
        let name = self.options.theme.as_deref().unwrap_or(&self.session.config.theme);
        if self.asked || name != "auto" || !background::answers(variable) {
            return Ok(());
        }
        self.asked = true;
        self.screen.ask_background()
    }

    fn set_background(&mut self, background: Background) {
        self.ui.style.background = background;
        self.restyle();
    }

    async fn turn(&mut self) -> io::Result<FrontExit> {
        loop {
            let frame = tokio::time::Instant::from_std(self.scheduler.due());
            let unsaved = self.scheduler.save_at();
            let save = tokio::time::Instant::from_std(unsaved.unwrap_or_else(|| self.scheduler.due()));
            let rests = self.ui.list.rests_at().filter(|_| !self.scheduler.dirty);
            let rest = tokio::time::Instant::from_std(rests.unwrap_or_else(|| self.scheduler.due()));
            let stale = self.ui.stale_at(&self.session.state).filter(|_| !self.scheduler.dirty);
            let stales = tokio::time::Instant::from_std(stale.unwrap_or_else(|| self.scheduler.due()));
            tokio::select! {
                biased;
                signal = self.signals.next() => {
                    if self.on_signal(signal)? {
                        return Ok(FrontExit::Quit);
                    }
                }
                event = self.keyboard.next() => {
                    if self.on_keys(event?).await? {
                        return Ok(FrontExit::Quit);
                    }
                    self.introduce();
                    self.refresh()?;
                }
                happening = self.session.next() => {
                    if self.on_happening(happening) {
                        return Ok(FrontExit::Broken);
                    }
                    let drawn = if self.scheduler.is_due(now().mono) { self.refresh() } else { Ok(()) };
                    self.session.flush();
                    drawn?;
                }
                written = self.screen.written() => {
                    written?;
                    self.refresh()?;
                    self.screen.flush()?;
                }
                aside = done_aside(&mut self.clipboard, &mut self.pictures, &mut self.checkups) => self.on_aside(aside)?,
                () = tokio::time::sleep_until(frame), if self.scheduler.dirty && !self.screen.is_writing() => {
                    self.refresh()?;
                }
                () = tokio::time::sleep_until(save), if unsaved.is_some() => self.save(),
                () = tokio::time::sleep_until(rest), if rests.is_some() => {
                    self.scheduler.damaged(Damage::Now, now().mono);
                }
                () = tokio::time::sleep_until(stales), if stale.is_some() => {
                    self.scheduler.damaged(Damage::Now, now().mono);
                }
            }
        }
    }

    /// Shows the next frame, where the screen is stale, and neither the terminal has yet to take the last one nor the history
    /// to keep what is to be shown: else there is no use in another, and the newest is drawn then.
    fn refresh(&mut self) -> io::Result<()> {
        let has_to_wait = self.screen.is_writing() || self.scheduler.is_keeping(now().mono);
        if !self.scheduler.dirty || has_to_wait {
            return Ok(());
        }
        let area = self.screen.area()?;
        let began = now();
        if self.prepare(area, began) {
            self.draw(area)?;
            self.scheduler.drew(began.mono, now().mono);
        }
        Ok(())
    }

    /// Lays the next frame out and asks the history for what it lacks. `false`: the frame waits for the answer.
    fn prepare(&mut self, area: Rect, began: Now) -> bool {
        self.ui.viewport.set_moment(began);
        self.pictures.prepare(self.ui.viewport.gallery_mut(), &self.ui.style, &self.screen);
        self.ui.lay_out(&self.session.state, area);
        self.pictures.feed(self.ui.viewport.gallery_mut());
        if let Some(page) = missing_page(&self.ui, &self.session.state) {
            self.session.ask(page);
        }
        let is_waiting = self.ui.is_waiting(&self.session.state);
        !self.scheduler.has_to_wait(is_waiting, now().mono)
    }

    /// Draws the frame that was laid out, and changes nothing but the screen.
    fn draw(&mut self, area: Rect) -> io::Result<()> {
        let (state, ui) = (&self.session.state, &self.ui);
        if let Some(title) =
            self.notifier.title(&self.session.config.terminal.alerts, state.unread_elsewhere(None))
        {
            self.screen.set_title(title);
        }
        let pictures = view::placements(ui);
        let attachments = Attachments { links: ui.viewport.links(), pictures: &pictures };
        self.screen.draw(area, attachments, |buffer| view::draw(state, ui, buffer))
    }

    /// `true`: quit.
    fn on_signal(&mut self, signal: Signal) -> io::Result<bool> {
        match signal {
            Signal::Quit | Signal::Interrupt => return Ok(true),
            // Whoever sent it has chosen whom to stop.
            Signal::Stop if can_stop() => self.suspend(|_| stop())?,
            Signal::Stop => {}
            Signal::Continue => {
                self.screen.enter()?;
                self.scheduler.damaged(Damage::Now, now().mono);
                self.refresh()?;
            }
        }
        Ok(false)
    }

    /// Ctrl-Z.
    fn stop_job(&mut self) -> io::Result<()> {
        if can_stop() {
            return self.suspend(TerminalSignals::stop_group);
        }
        self.ui.fail(Phrase::new("flash-cannot-stop"));
        Ok(())
    }

    /// Gives the terminal back, stops, and takes it over again on SIGCONT.
    fn suspend(&mut self, stop: impl FnOnce(&mut TerminalSignals)) -> io::Result<()> {
        self.screen.leave();
        stop(&mut self.signals);
        self.scheduler.damaged(Damage::Now, now().mono);
        self.screen.enter()
    }

    /// Takes the key that came and what is behind it. `true`: quit.
    async fn on_keys(&mut self, first: Option<InputEvent>) -> io::Result<bool> {
        let Some(first) = first else { return Ok(true) };
        let mut next = Some(first);
        let mut taken = 0;
        while let Some(event) = next {
            if self.on_key(event).await? {
                return Ok(true);
            }
            taken += 1;
            next = if taken < MAX_KEYS { self.keyboard.try_next()? } else { None };
        }
        Ok(false)
    }

    /// Whether it was an answer of the terminal.
    fn takes_answer(&mut self, event: &InputEvent) -> bool {
        match event {
            InputEvent::Background(background) => self.set_background(*background),
            InputEvent::Graphics(reply) if self.pictures.answered(reply.clone()) => {
                self.scheduler.damaged(Damage::Now, now().mono);
            }
            InputEvent::Graphics(_) => {}
            _ => return false,
        }
        true
    }

    async fn on_key(&mut self, event: InputEvent) -> io::Result<bool> {
        if event.is_mere_move() || self.takes_answer(&event) {
            return Ok(false);
        }
        let is_key = matches!(event, InputEvent::Terminal(TerminalEvent::Key(_)));
        assert!(!(self.options.test_panic && is_key), "--test-panic");
        if matches!(event, InputEvent::Terminal(TerminalEvent::Resize(..))) {
            // It may have been another size in between, and have lost what we drew.
            self.screen.clear();
        }
        self.pictures.follow(&event, &mut self.screen);
        self.scheduler.damaged(Damage::Now, now().mono);
        self.scheduler.touched(now().mono);
        let before = self.ui.navigation.open();
        self.ui.keys.set_now(now().wall);
        self.ui.viewport.set_moment(now());
        self.ui.attention.touch(now().mono);
        let requests = on_input(&mut self.ui, &self.session.state, event);
        let sends = requests.iter().any(|request| matches!(request, UiRequest::Intent(Intent::Send { .. })));
        for request in requests {
            if self.fulfil(request).await? {
                return Ok(true);
            }
        }
        self.follow_app();
        self.note_sent(sends, before);
        self.screen.set_mouse(self.ui.switches.mouse() && !self.ui.switches.bare())?;
        Ok(false)
    }

    /// Takes what happened and what is behind it. `true`: a part of the program is gone.
    fn on_happening(&mut self, happening: SessionEvent) -> bool {
        self.note_absence();
        let (mut shows, mut behind) = (Damage::Now, 0);
        match happening {
            SessionEvent::App(event) => {
                shows = Damage::None;
                let scene = self.ui.viewport.scene();
                let mut moves = false;
                behind = self.session.apply_all(event, MAX_DRAIN, |event, state| {
                    moves |= matches!(event, Event::Net(NetEvent::Listening(_) | NetEvent::Networks(_)));
                    self.checkups.note(event);
                    shows = shows.max(damage(event, scene, &state.transfers));
                });
                if moves {
                    self.ui.style.own_address = own_address(&self.session);
                    self.ui.style.networks = own_networks(&self.session).clone();
                }
            }
            SessionEvent::Completed { typed, found } => completed(&mut self.ui, &typed, found),
            SessionEvent::Refused { conversation, typed, why } => {
                self.ui.take_back(conversation, typed, &why);
                self.session.tell(why);
            }
            SessionEvent::Config => self.restyle(),
            SessionEvent::Captured(capture) => {
                behind = capture.packets.len();
                self.ui.take_capture(&self.session.state, capture);
            }
            SessionEvent::Broken => return true,
        }
        self.scheduler.burst = behind >= BURST;
        self.follow_app();
        self.scheduler.damaged(shows, now().mono);
        false
    }

    /// Hands drafts and places to the history.
    fn save(&mut self) {
        self.scheduler.saved();
        for intent in save(&self.ui, &self.session.state) {
            self.session.ask(intent);
        }
    }

    fn follow_app(&mut self) {
        let requests = on_app(&mut self.ui, &self.session.state);
        self.ask_intents(requests);
        self.session.watch_wire(self.ui.watches_wire());
        self.follow_checkups();
        self.call();
    }

    /// Looks as the config says now. The command line still wins.
    fn restyle(&mut self) {
        self.ui.style = appearance(&self.session, self.ui.style.background, &self.options);
        // A terminal that is gone is noticed by the next frame.
        let asked = self.pictures.configure(&self.session, self.ui.style.colours, &mut self.screen);
        let _asked = self.ask_background().is_ok() && asked.is_ok();
        if self.configured_mouse != self.session.config.terminal.mouse {
            self.configured_mouse = self.session.config.terminal.mouse;
            self.ui.switches.set_mouse(self.configured_mouse);
        }
        self.scheduler.damaged(Damage::Now, now().mono);
    }
}

fn appearance(session: &Session, background: Background, options: &FrontOptions) -> Appearance {
    Appearance::new(session, background, options.theme.as_deref(), options.language.as_deref())
}
