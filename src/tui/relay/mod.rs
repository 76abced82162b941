//! The live page of a relay: rooms, members and rates.
//!
//! It looks once a second, and draws then and on keys; the relay does not notice. `page` is what is shown, `view`
//! draws it.

mod order_line;
mod page;
mod view;

#[cfg(test)]
mod tests;

use std::io;
use std::pin::Pin;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseEventKind};
use tokio::time::{Interval, MissedTickBehavior, interval};

use self::page::{Move, RelayPage};
use super::action::Action;
use super::appearance::variable;
use super::background;
use super::composer::Edit;
use super::input::{InputEvent, Keyboard};
use super::keymap::{Layer, look_up};
use super::signals::{Signal, TerminalSignals, can_stop, stop};
use super::terminal::{Attachments, Screen};
use super::theme::{Background, Colours, Theme};
use crate::lang::Lang;
use crate::model::Phrase;
use crate::runtime::relay::{OrderOutcome, RelayNotice, RelayServer, RunningRelay, Snapshot};

/// Members that are shown: more than anybody scrolls through.
const MAX_MEMBERS: usize = 1_000;
/// Between two looks at the relay.
const PERIOD: Duration = Duration::from_secs(1);
/// Time for the last words; the relay itself takes two seconds at the most.
const FAREWELL: Duration = Duration::from_secs(4);

/// How the page looks, where the profile does not say it.
#[derive(Debug)]
pub struct RelayPageOptions {
    /// The command line's theme.
    pub theme: Option<String>,
    pub lang: Lang,
}

/// How the page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayPageExit {
    Quit,
    /// Ctrl-C.
    Interrupted,
    /// The relay is gone by a bug of ours.
    Broken,
}

/// Shows the relay until it is ended. What happens to members is not written down meanwhile.
pub async fn run(running: RunningRelay, looks: RelayPageOptions) -> io::Result<RelayPageExit> {
    let RunningRelay { server, config, log, .. } = running;
    let background = background::of_environment(variable);
    let theme = looks.theme.unwrap_or(config.theme);
    let mut every = interval(PERIOD);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut front = RelayFront {
        page: RelayPage::new(server.address, looks.lang, themed(&theme, background)),
        theme,
        signals: TerminalSignals::listen()?,
        screen: Screen::take(config.terminal.mouse)?,
        keyboard: Keyboard::open()?,
        every,
        answer: None,
        obeying: None,
        server,
    };
    if front.theme == "auto" && background::answers(variable) {
        front.screen.ask_background()?;
    }
    front.draw()?;
    let exit = front.turn().await;
    // The screen is given back, and nobody asks the log for more.
    drop(front);
    if let Some(rooms) = log {
        let _kept: Result<(), _> = tokio::time::timeout(FAREWELL, rooms.finish()).await;
    }
    exit
}

fn themed(name: &str, background: Background) -> Theme {
    let colours = Colours::of(variable);
    Theme::named(name, colours, background).unwrap_or_else(|| Theme::standard(colours, background))
}

/// A look at the relay that is under way.
type Answer = Pin<Box<dyn Future<Output = Option<Snapshot>> + Send>>;

/// An order that is under way.
type Obeying = Pin<Box<dyn Future<Output = Option<OrderOutcome>> + Send>>;

struct RelayFront {
    server: RelayServer,
    page: RelayPage,
    /// The name of the theme, which may stand for two.
    theme: String,
    screen: Screen,
    keyboard: Keyboard,
    signals: TerminalSignals,
    every: Interval,
    answer: Option<Answer>,
    /// An order that is being carried out.
    obeying: Option<Obeying>,
}

/// Why the loop woke up.
enum PageEvent {
    Signal(Signal),
    Key(io::Result<Option<InputEvent>>),
    Notice(Option<RelayNotice>),
    Look,
    Seen(Option<Box<Snapshot>>),
    Obeyed(Option<OrderOutcome>),
    /// The terminal has taken the last frame.
    Written(io::Result<()>),
}

impl RelayFront {
    async fn turn(&mut self) -> io::Result<RelayPageExit> {
        loop {
            let ended = match self.wait().await {
                PageEvent::Signal(signal) => self.on_signal(signal)?,
                PageEvent::Key(event) => self.on_input(event?)?,
                // The page shows what is, not what was.
                PageEvent::Notice(Some(_)) => None,
                PageEvent::Notice(None) => return Ok(RelayPageExit::Broken),
                PageEvent::Look => self.look(),
                PageEvent::Written(written) => {
                    written?;
                    self.draw()?;
                    None
                }
                PageEvent::Obeyed(outcome) => {
                    self.obeying = None;
                    self.page.order.hear(outcome);
                    self.draw()?;
                    self.look()
                }
                PageEvent::Seen(snapshot) => {
                    self.answer = None;
                    self.page.take(snapshot.map(|snapshot| *snapshot));
                    self.draw()?;
                    None
                }
            };
            if let Some(ended) = ended {
                return self.close(ended).await;
            }
        }
    }

    /// Every branch is cancel-safe: a look under way is kept.
    async fn wait(&mut self) -> PageEvent {
        let looking = self.answer.is_some();
        tokio::select! {
            biased;
            signal = self.signals.next() => PageEvent::Signal(signal),
            event = self.keyboard.next() => PageEvent::Key(event),
            written = self.screen.written() => PageEvent::Written(written),
            outcome = answered(self.obeying.as_mut()) => PageEvent::Obeyed(outcome),
            snapshot = answered(self.answer.as_mut()) => PageEvent::Seen(snapshot.map(Box::new)),
            notice = self.server.next() => PageEvent::Notice(notice),
            _ = self.every.tick(), if !looking => PageEvent::Look,
        }
    }

    /// `None`: nothing ends by it.
    fn look(&mut self) -> Option<RelayPageExit> {
        let viewer = self.server.viewer.clone();
        self.answer = Some(Box::pin(async move { viewer.look(MAX_MEMBERS).await }));
        None
    }

    /// Gives the order that was typed, unless one is under way.
    fn order(&mut self) {
        let Some(words) = self.page.order.take() else { return };
        if words.first().is_some_and(|verb| verb == "password") {
            return self.page.order.hear(Some(Err(Phrase::new("relay-order-password-unseen"))));
        }
        if self.obeying.is_none() {
            let orders = self.server.orders.clone();
            self.obeying = Some(Box::pin(async move { orders.order(words).await }));
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        let area = self.screen.area()?;
        self.page.fit(area);
        let page = &self.page;
        self.screen.draw(area, Attachments::NONE, |buffer| {
            view::draw(page, buffer);
            None
        })
    }

    /// `Some`: end.
    fn on_signal(&mut self, signal: Signal) -> io::Result<Option<RelayPageExit>> {
        match signal {
            Signal::Quit => return Ok(Some(RelayPageExit::Quit)),
            Signal::Interrupt => return Ok(Some(RelayPageExit::Interrupted)),
            Signal::Stop => self.suspend(|_| stop())?,
            Signal::Continue => {
                self.screen.enter()?;
                self.draw()?;
            }
        }
        Ok(None)
    }

    /// Gives the terminal back, stops, and takes it over again on SIGCONT. The relay stops with us; and nothing
    /// stops where nobody would continue it.
    fn suspend(&mut self, stop: impl FnOnce(&mut TerminalSignals)) -> io::Result<()> {
        if !can_stop() {
            return Ok(());
        }
        self.screen.leave();
        stop(&mut self.signals);
        self.screen.enter()?;
        self.draw()
    }

    /// `Some`: end.
    fn on_input(&mut self, input: Option<InputEvent>) -> io::Result<Option<RelayPageExit>> {
        match input {
            // The terminal is gone.
            None => Ok(Some(RelayPageExit::Quit)),
            Some(InputEvent::Terminal(event)) => self.on_event(&event),
            Some(InputEvent::Text(text)) => self.on_event(&Event::Paste(text)),
            Some(InputEvent::TooLong(_) | InputEvent::Graphics(_)) => Ok(None),
            Some(InputEvent::Background(background)) => {
                self.page.theme = themed(&self.theme, background);
                self.draw().map(|()| None)
            }
        }
    }

    /// `Some`: end.
    fn on_event(&mut self, event: &Event) -> io::Result<Option<RelayPageExit>> {
        match event {
            Event::Resize(..) => self.screen.clear(),
            Event::Paste(text) => self.page.write(text),
            Event::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollUp => self.page.choose(Move::WheelUp),
                MouseEventKind::ScrollDown => self.page.choose(Move::WheelDown),
                _ => return Ok(None),
            },
            Event::Key(key) if key.kind != KeyEventKind::Release => match self.pressed(*key) {
                Some(Meaning::End(ended)) => return Ok(Some(ended)),
                Some(Meaning::Move(by)) => self.page.choose(by),
                Some(Meaning::Fold) => self.page.fold(),
                Some(Meaning::Filter(letter)) => self.page.filter(letter),
                Some(Meaning::OpenFilter) => self.page.list.is_filtering = true,
                Some(Meaning::KeepFilter) => self.page.list.is_filtering = false,
                Some(Meaning::DropFilter) => self.page.drop_filter(),
                Some(Meaning::Order(verb)) => self.page.order_about_chosen(verb),
                Some(Meaning::OpenOrder) => self.page.order.open("", None),
                Some(Meaning::TypeOrder(letter)) => self.page.write(letter.encode_utf8(&mut [0; 4])),
                Some(Meaning::EditOrder(edit)) => self.page.order.edit(edit),
                Some(Meaning::GiveOrder) => self.order(),
                Some(Meaning::DropOrder) => self.page.order.close(),
                Some(Meaning::Redraw) => self.screen.clear(),
                Some(Meaning::Suspend) => self.suspend(TerminalSignals::stop_group)?,
                None => return Ok(None),
            },
            _ => return Ok(None),
        }
        self.draw()?;
        Ok(None)
    }

    /// What a key means; by it what was said of the last order is read.
    fn pressed(&mut self, key: KeyEvent) -> Option<Meaning> {
        let meaning = meaning(key, &self.page);
        self.page.order.read();
        meaning
    }

    /// Ends the relay in order; a second order to end, or the end of patience, ends it at once.
    async fn close(&mut self, ended: RelayPageExit) -> io::Result<RelayPageExit> {
        self.server.stop();
        self.page.ending = true;
        // Also when the terminal is gone.
        let drawn = self.draw();
        let words = async { while self.server.next().await.is_some() {} };
        tokio::select! {
            biased;
            _again = self.signals.next() => {}
            () = until_asked(&mut self.keyboard) => {}
            _in_time_or_not = tokio::time::timeout(FAREWELL, words) => {}
        }
        drawn.map(|()| ended)
    }
}

async fn answered<T>(answer: Option<&mut Pin<Box<dyn Future<Output = Option<T>> + Send>>>) -> Option<T> {
    match answer {
        Some(answer) => answer.await,
        None => std::future::pending().await,
    }
}

/// Until a key says to end: nothing else is asked any more.
async fn until_asked(keyboard: &mut Keyboard) {
    while let Ok(Some(event)) = keyboard.next().await {
        let InputEvent::Terminal(Event::Key(key)) = event else { continue };
        if ends(key).is_some() || matches!(key.code, KeyCode::Char('q' | 'Q')) {
            return;
        }
    }
    // Without a terminal nobody can ask.
    std::future::pending::<()>().await;
}

/// What a key does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    End(RelayPageExit),
    Move(Move),
    /// Lists the members of a room, or no longer.
    Fold,
    OpenFilter,
    /// A character more, or one less.
    Filter(Option<char>),
    KeepFilter,
    DropFilter,
    OpenOrder,
    /// Begins this order about the chosen member.
    Order(&'static str),
    TypeOrder(char),
    EditOrder(Edit),
    GiveOrder,
    DropOrder,
    Redraw,
    Suspend,
}

/// How a key ends the page wherever one is.
fn ends(key: KeyEvent) -> Option<RelayPageExit> {
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c' | 'C') if is_control => Some(RelayPageExit::Interrupted),
        KeyCode::Char('q' | 'Q') if is_control => Some(RelayPageExit::Quit),
        _ => None,
    }
}

/// While an order is typed.
fn in_order(key: KeyEvent) -> Option<Meaning> {
    match (key.code, look_up(&[Layer::Writing], key)) {
        (KeyCode::Enter, _) => Some(Meaning::GiveOrder),
        (KeyCode::Esc, _) => Some(Meaning::DropOrder),
        (_, Some(Action::Edit(edit))) => Some(Meaning::EditOrder(edit)),
        (KeyCode::Char(letter), None) => Some(Meaning::TypeOrder(letter)),
        _ => None,
    }
}

fn meaning(key: KeyEvent, page: &RelayPage) -> Option<Meaning> {
    if let Some(ended) = ends(key) {
        return Some(Meaning::End(ended));
    }
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('l') if is_control => return Some(Meaning::Redraw),
        KeyCode::Char('z') if is_control => return Some(Meaning::Suspend),
        _ if page.order.typed().is_some() => return in_order(key),
        _ if is_control => return None,
        _ => {}
    }
    let is_filtering = page.list.is_filtering;
    Some(match key.code {
        KeyCode::Char(letter) if is_filtering => Meaning::Filter(Some(letter)),
        KeyCode::Backspace if is_filtering => Meaning::Filter(None),
        KeyCode::Enter if is_filtering => Meaning::KeepFilter,
        KeyCode::Esc if is_filtering || !page.list.filter.is_empty() => Meaning::DropFilter,
        KeyCode::Char('/') => Meaning::OpenFilter,
        KeyCode::Char(':') => Meaning::OpenOrder,
        KeyCode::Char('k') => Meaning::Order("kick"),
        KeyCode::Char('b') => Meaning::Order("ban"),
        KeyCode::Char('m') => Meaning::Order("mute"),
        KeyCode::Enter | KeyCode::Char(' ') => Meaning::Fold,
        KeyCode::Char('q' | 'Q') => Meaning::End(RelayPageExit::Quit),
        KeyCode::Up => Meaning::Move(Move::Up),
        KeyCode::Down => Meaning::Move(Move::Down),
        KeyCode::PageUp => Meaning::Move(Move::PageUp),
        KeyCode::PageDown => Meaning::Move(Move::PageDown),
        KeyCode::Home => Meaning::Move(Move::Top),
        KeyCode::End => Meaning::Move(Move::Bottom),
        _ => return None,
    })
}
