//! Pictures, as the loop sees them: what the terminal can show, and the thread that decodes.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::Event;
use ratatui::style::Color;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::checkups::{CheckupNews, Checkups};
use crate::model::Phrase;
use crate::runtime::profile::PictureSetting;
use crate::runtime::{Session, download_folders, now};
use crate::tui::appearance::{Appearance, variable};
use crate::tui::background;
use crate::tui::browser::Browser;
use crate::tui::clipboard::{Clipboard, ClipboardEvent};
use crate::tui::input::{InputEvent, Keyboard};
use crate::tui::pictures::{
    Gallery, GalleryStyle, PictureDone, PictureSource, PictureWorker, TerminalGraphics, TerminalKind,
    TerminalReply,
};
use crate::tui::terminal::Screen;
use crate::tui::theme::{Background, Colours, Role, has_blocks};
use crate::tui::tmux::{self, TmuxClient};
use crate::tui::viewer::PictureViewer;

/// How long the answers of the terminal are waited for, where a picture is to be shown. No frame waits for them.
const PATIENCE: Duration = Duration::from_millis(300);

/// What is known of the terminal.
#[derive(Debug)]
enum AnswerState {
    NotAsked,
    /// Answers may come until then.
    Awaited(Instant),
    Known,
}

/// Whether tmux hands pictures on: it is asked when the first one is to be shown.
#[derive(Debug, Default)]
enum TmuxQuestion {
    /// It is not around us, or nothing depends on it.
    #[default]
    None,
    Open,
    Asked(JoinSet<Option<TmuxClient>>),
}

impl TmuxQuestion {
    const fn is_open(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// To be asked (again): another terminal may be attached.
    fn renew(&mut self) {
        if tmux::is_around(variable) && matches!(self, Self::None) {
            *self = Self::Open;
        }
    }

    fn ask(&mut self) {
        if matches!(self, Self::Open) {
            let mut asked = JoinSet::new();
            asked.spawn(TmuxClient::ask(variable("TMUX_PANE")));
            *self = Self::Asked(asked);
        }
    }

    /// Whether kitty's pictures get through; forever, where it was not asked. Cancel-safe.
    async fn answered(&mut self) -> bool {
        let Self::Asked(asked) = self else { return std::future::pending().await };
        let answer = asked.join_next().await.and_then(Result::ok).flatten();
        *self = Self::None;
        answer.is_some_and(|client| client.shows_kitty())
    }
}

/// Something that was done beside the loop.
#[derive(Debug)]
pub(super) enum Aside {
    Clipboard(ClipboardEvent),
    Picture(PictureNews),
    Checkup(CheckupNews),
}

/// What comes first of what is done beside the loop. Cancel-safe.
pub(super) async fn done_aside(
    clipboard: &mut Clipboard,
    pictures: &mut PictureDesk,
    checkups: &mut Checkups,
) -> Aside {
    tokio::select! {
        event = clipboard.next() => Aside::Clipboard(event),
        news = pictures.next() => Aside::Picture(news),
        news = checkups.next() => Aside::Checkup(news),
    }
}

#[derive(Debug)]
pub(super) struct PictureDesk {
    terminal: TerminalGraphics,
    answers: AnswerState,
    setting: PictureSetting,
    folders: Arc<[PathBuf]>,
    /// How large pictures are is found out beside what is decoded, which takes longer: rows are laid out by it.
    prober: PictureWorker,
    worker: PictureWorker,
    tmux: TmuxQuestion,
    /// A picture waits for the answers of the terminal.
    waits: bool,
    viewer: PictureViewer,
}

/// Something that concerns pictures.
#[derive(Debug)]
pub(super) enum PictureNews {
    Done(PictureDone),
    /// It is known now how one is shown, or that nobody says.
    Answered,
    /// One could not be opened in a window.
    Unopened(Phrase),
}

impl PictureDesk {
    pub(super) fn new(session: &Session) -> Self {
        Self {
            terminal: TerminalGraphics::new(TerminalKind::of(variable, has_blocks(variable))),
            answers: AnswerState::NotAsked,
            setting: session.config.terminal.pictures,
            folders: download_folders(session.profile(), session.config.downloads.as_deref()),
            prober: PictureWorker::default(),
            worker: PictureWorker::default(),
            tmux: TmuxQuestion::default(),
            waits: false,
            viewer: PictureViewer::new(Browser::new(variable)),
        }
    }

    /// Follows the settings, and asks the terminal what it can show, once, where that matters.
    pub(super) fn configure(
        &mut self,
        session: &Session,
        colours: Colours,
        screen: &mut Screen,
    ) -> io::Result<()> {
        self.setting = session.config.terminal.pictures;
        self.folders = download_folders(session.profile(), session.config.downloads.as_deref());
        let matters = self.setting != PictureSetting::Off && colours != Colours::Mono;
        if matches!(self.setting, PictureSetting::Auto | PictureSetting::Kitty) && colours != Colours::Mono {
            self.tmux.renew();
        }
        let can_ask = cfg!(unix) && background::answers(variable);
        if !matters || !can_ask || !matches!(self.answers, AnswerState::NotAsked) {
            return Ok(());
        }
        self.answers = AnswerState::Awaited(now().mono + PATIENCE);
        screen.ask_graphics(self.terminal.takes_query())
    }

    /// Takes the answers that are there already, without waiting for more; anything else is left to be read.
    pub(super) fn take_early(&mut self, keyboard: &mut Keyboard) -> io::Result<()> {
        while let Some(event) = keyboard.try_next()? {
            let InputEvent::Graphics(reply) = event else {
                keyboard.put_back(event);
                break;
            };
            self.answered(reply);
        }
        Ok(())
    }

    /// The terminal has said something. `true`: pictures may be drawn otherwise now.
    pub(super) fn answered(&mut self, reply: TerminalReply) -> bool {
        let is_last = self.terminal.take(reply);
        if is_last {
            self.answers = AnswerState::Known;
        }
        is_last || matches!(self.answers, AnswerState::Known)
    }

    /// With another size the terminal around tmux may be another one; and what it was sent while the pane could not be seen
    /// it may have missed.
    pub(super) fn follow(&mut self, event: &InputEvent, screen: &mut Screen) {
        match event {
            InputEvent::Terminal(Event::Resize(..)) if self.setting != PictureSetting::Off => {
                self.tmux.renew();
            }
            InputEvent::Terminal(Event::FocusGained) if self.terminal.passes_kitty() => {
                screen.lose_pictures();
            }
            _ => {}
        }
    }

    /// Says how pictures are drawn in the next frame.
    pub(super) fn prepare(&self, gallery: &mut Gallery, look: &Appearance, screen: &Screen) {
        let is_awaited =
            self.setting == PictureSetting::Auto && matches!(self.answers, AnswerState::Awaited(_));
        let is_open = is_awaited || (self.tmux.is_open() && !self.terminal.passes_kitty());
        let style = self.terminal.style(self.setting, look.colours, screen.cell(), ground(look));
        gallery.set_style(match style {
            _ if is_open => GalleryStyle::Unknown,
            Some(style) => GalleryStyle::Drawn(style),
            None => GalleryStyle::None,
        });
        gallery.set_folders(Arc::clone(&self.folders));
    }

    /// Gives the thread something to do, where there is something and it has nothing.
    pub(super) fn feed(&mut self, gallery: &mut Gallery) {
        self.waits = gallery.awaits_style();
        if gallery.wants_any() {
            self.tmux.ask();
        }
        if self.prober.is_idle()
            && let Some(job) = gallery.next_probe()
        {
            self.prober.begin(job);
        }
        if self.worker.is_idle()
            && let Some(job) = gallery.next_drawing()
        {
            self.worker.begin(job);
        }
    }

    /// Opens a picture in a window; the answer is what a person reads meanwhile.
    pub(super) fn open(&mut self, source: PictureSource) -> Phrase {
        self.viewer.open(source)
    }

    /// What comes next of all this; forever, where nothing is to come. Cancel-safe.
    pub(super) async fn next(&mut self) -> PictureNews {
        let awaited = match self.answers {
            AnswerState::Awaited(until) if self.waits => Some(until),
            AnswerState::Awaited(_) | AnswerState::NotAsked | AnswerState::Known => None,
        };
        let patience = async {
            match awaited {
                Some(until) => sleep_until(until.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            done = self.prober.done() => return PictureNews::Done(done),
            done = self.worker.done() => return PictureNews::Done(done),
            passes = self.tmux.answered() => {
                self.terminal.set_passes_kitty(passes);
                return PictureNews::Answered;
            }
            why = self.viewer.failed() => return PictureNews::Unopened(why),
            () = patience => {}
        }
        self.answers = AnswerState::Known;
        PictureNews::Answered
    }
}

/// What is seen through a picture: the ground of the theme, or the terminal's own, as far as it is known.
fn ground(look: &Appearance) -> [u8; 3] {
    match (look.theme.style(Role::Base).bg, look.background) {
        (Some(Color::Rgb(red, green, blue)), _) => [red, green, blue],
        (_, Background::Dark) => [0; 3],
        (_, Background::Light) => [255; 3],
    }
}
