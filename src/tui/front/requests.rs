//! Carries requests out: those of the session, of the clipboard, and the draft in the person's editor.

use std::io;
use std::path::{Path, PathBuf};

use super::Front;
use super::announcing::announce;
use super::pictures::{Aside, PictureNews};
use super::scheduler::Damage;
use crate::app::Intent;
use crate::model::{Address, ConversationId, ListenSetting, Phrase};
use crate::runtime::history::{ExportRequest, TranscriptStyle};
use crate::runtime::{OfferRequest, SessionEvent, now, parse_address};
use crate::tui::appearance::{Appearance, variable};
use crate::tui::browser::Browser;
use crate::tui::clipboard::{ClipboardEvent, LongText};
use crate::tui::editor::{self, Edited};
use crate::tui::popup::{FormKind, Popup};
use crate::tui::request::UiRequest;
use crate::tui::signals::{Signal, stop};
use crate::tui::told::{away_told, reads_told, set_told, visible_told};
use crate::tui::update::{ask_for_path, not_written, offer_picture, on_dropped, open};

impl Front {
    /// `true`: quit.
    pub(super) async fn fulfil(&mut self, request: UiRequest) -> io::Result<bool> {
        match request {
            UiRequest::Intent(intent) => self.session.ask(intent),
            UiRequest::Configure(settings) => self.configure(&settings),
            UiRequest::Listen(kind, setting) => self.listen(kind, setting),
            UiRequest::Export { conversation, file } => self.export(conversation, file),
            UiRequest::SaveCapture(request) => {
                if let Err(why) = self.session.save_capture(request) {
                    self.ui.status.fail(why);
                }
            }
            UiRequest::Offer { conversation, paths } => self.offer(conversation, paths),
            UiRequest::Examine(about) => self.examine(about),
            UiRequest::ExamineAddress(address) => {
                self.examine_address(&address);
            }
            UiRequest::Look => self.checkups.look(&mut self.session, &mut self.ui),
            UiRequest::Announce(places) => announce(&mut self.session, &mut self.ui, &places),
            UiRequest::Complete(typed) => self.session.complete(typed),
            UiRequest::Away(away) => {
                let told = if away.is_some() {
                    away_told(self.session.visibility())
                } else {
                    Phrase::new("flash-back")
                };
                self.session.set_away(away);
                self.ui.attention.set_away(self.session.away().map(str::to_owned));
                self.ui.flash(told);
            }
            UiRequest::Copy(text) => self.copy(text)?,
            UiRequest::Browse(link) => self.browse(link)?,
            UiRequest::View(source) => {
                let told = self.pictures.open(source);
                self.ui.flash(told);
            }
            UiRequest::OfferPicture(conversation) => self.read_picture(conversation),
            UiRequest::OfferText(text) => self.clipboard.write_text(text, self.offered_folder()),
            UiRequest::FindFiles { conversation, pasted, readings } => {
                self.clipboard.look_for_files(conversation, pasted, readings);
            }
            UiRequest::Editor => return self.edit_draft().await,
            UiRequest::Redraw => self.screen.clear(),
            UiRequest::Suspend => self.stop_job()?,
            UiRequest::Quit => return Ok(true),
        }
        Ok(false)
    }

    /// What was sent must not come back as a draft, and be sent twice. `before`: what was open.
    pub(super) fn note_sent(&mut self, sends: bool, before: Option<ConversationId>) {
        if sends || self.ui.navigation.open() != before {
            self.save();
        }
        if sends {
            self.scheduler.sent(now().mono);
        }
    }

    /// Others may know of us as soon as the form of the first start is gone.
    pub(super) fn introduce(&mut self) {
        if !matches!(self.ui.popup, Some(Popup::Form(_))) {
            self.session.introduce();
        }
    }

    /// Opens what the command line names: a contact, or any address.
    pub(super) fn open_first(&mut self) {
        let Some(target) = self.options.open.take() else {
            let state = &self.session.state;
            let was_open = state.last_open.filter(|id| state.conversation(*id).is_some());
            self.open(was_open);
            return;
        };
        if let Some(contact) = self.session.state.contact_named(&target) {
            let conversation = contact.id;
            self.session.ask(Intent::EnterRoom { conversation });
            self.open(Some(conversation));
            return;
        }
        // The session does not start with anything else.
        if let Ok(address) = parse_address(&target) {
            self.session.ask(Intent::Visit { address: address.clone() });
            self.open(self.session.state.at_address(&address).map(|place| place.id));
        }
    }

    /// Finds out what does not work, here and with this peer.
    fn examine(&mut self, about: Option<ConversationId>) {
        let interface = self.options.interface.as_deref();
        self.checkups.examine(&mut self.session, &mut self.ui, about, interface);
    }

    fn examine_address(&mut self, address: &Address) {
        let is_known = self.session.state.at_address(address).is_some();
        self.session.ask(Intent::Visit { address: address.clone() });
        let about = self.session.state.at_address(address).map(|place| place.id);
        self.examine(about);
        if let Some(visited) = about.filter(|_| !is_known) {
            self.checkups.note_visit(visited);
        }
    }

    pub(super) fn follow_checkups(&mut self) {
        self.checkups.follow(&mut self.ui, &self.session.state);
        if let Some(conversation) = self.checkups.take_left(&self.ui, &self.session.state) {
            self.session.ask(Intent::Remove { conversation });
        }
    }

    fn open(&mut self, target: Option<ConversationId>) {
        let Some(target) = target else { return };
        let requests = open(&mut self.ui, &self.session.state, target);
        self.ask_intents(requests);
    }

    /// Hands requests to the app that no key made, so that all of them are intents.
    pub(super) fn ask_intents(&mut self, requests: Vec<UiRequest>) {
        for request in requests {
            if let UiRequest::Intent(intent) = request {
                self.session.ask(intent);
            }
        }
    }

    /// Puts a text on the clipboard, by way of what is known to have one.
    fn copy(&mut self, text: String) -> io::Result<()> {
        match self.clipboard.copy(text) {
            Some(text) => self.screen.copy(text),
            None => Ok(()),
        }
    }

    /// Opens a link, or else copies it.
    fn browse(&mut self, link: String) -> io::Result<()> {
        if Browser::new(variable).open(&link) {
            self.ui.flash(Phrase::new("flash-link-opened").text("link", link));
            return Ok(());
        }
        self.ui.flash(Phrase::new("flash-link-copied").text("link", link.as_str()));
        self.copy(link)
    }

    /// Something has come of a picture, or of a copy.
    pub(super) fn on_aside(&mut self, aside: Aside) -> io::Result<()> {
        match aside {
            Aside::Clipboard(event) => return self.on_clipboard(event),
            Aside::Picture(PictureNews::Done(done)) => self.ui.viewport.gallery_mut().take(done),
            Aside::Picture(PictureNews::Unopened(why)) => self.ui.flash(why),
            Aside::Picture(PictureNews::Answered) => {}
            Aside::Checkup(news) => self.checkups.take(news, &mut self.ui, &self.session.state),
        }
        self.scheduler.damaged(Damage::Now, now().mono);
        self.refresh()
    }

    /// What became of a copy or a paste.
    pub(super) fn on_clipboard(&mut self, event: ClipboardEvent) -> io::Result<()> {
        self.scheduler.damaged(Damage::Now, now().mono);
        match event {
            ClipboardEvent::ToTmux => self.ui.flash(Phrase::new("flash-copied-tmux")),
            ClipboardEvent::NotToTmux(text) => return self.screen.copy(text),
            ClipboardEvent::Picture(conversation, Err(why)) => {
                ask_for_path(&mut self.ui, conversation, Phrase::new(why));
            }
            ClipboardEvent::Picture(conversation, Ok(path)) => {
                offer_picture(&mut self.ui, &self.session.state, conversation, &path);
            }
            ClipboardEvent::Files(files) => on_dropped(&mut self.ui, &self.session.state, files),
            ClipboardEvent::Written(LongText { conversation, .. }, Ok(path)) => {
                self.offer(conversation, vec![path.to_string_lossy().into_owned()]);
            }
            ClipboardEvent::Written(text, Err(error)) => not_written(&mut self.ui, &text, &error),
        }
        Ok(())
    }

    /// The picture of the clipboard is to be offered.
    fn read_picture(&mut self, conversation: ConversationId) {
        let folder = self.offered_folder();
        match self.clipboard.read_picture(conversation, folder) {
            Ok(()) => {}
            Err(why @ "clipboard-no-display") => ask_for_path(&mut self.ui, conversation, Phrase::new(why)),
            Err(why) => self.ui.refuse(Phrase::new(why)),
        }
    }

    /// Where files stand that are made to be offered.
    fn offered_folder(&self) -> PathBuf {
        self.session.profile().log_path().with_file_name("offered")
    }

    fn configure(&mut self, settings: &[(String, String)]) {
        let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (&**key, &**value)).collect();
        match self.session.configure(&settings) {
            Ok(()) => {
                let _written = self.ui.drafts.take_handed_in(|form| form.purpose == FormKind::FirstStart);
                // What is set now is meant for now, too, whatever the command line said at the start.
                let is_set = |key| settings.iter().any(|(set, _)| *set == key);
                self.options.theme.take_if(|_| is_set("theme"));
                self.options.language.take_if(|_| is_set("language"));
                self.restyle();
                let config = &self.session.config;
                let told = match settings[..] {
                    [("reads", _)] => Some(reads_told(config.privacy.reads)),
                    [("visible", _)] => Some(visible_told(config.visible, self.session.visibility())),
                    // What these do is seen.
                    [("theme" | "language", _)] => None,
                    [(key, value)] => Some(set_told(key, value)),
                    // What comes of the form of the first start is said on the first page.
                    _ => None,
                };
                if let Some(told) = told {
                    self.ui.flash(told);
                }
            }
            Err(error) => self.ui.refuse(error.phrase()),
        }
    }

    fn listen(&mut self, kind: &'static str, setting: ListenSetting) {
        self.ui.status.withdraw();
        if let Err(error) = self.session.listen(kind, setting) {
            self.ui.refuse(error.phrase());
        }
    }

    fn offer(&mut self, conversation: ConversationId, paths: Vec<String>) {
        let paths = paths.into_iter().map(PathBuf::from).collect();
        let typed = self.ui.drafts.running().to_owned();
        if let Err(why) = self.session.offer(OfferRequest { conversation, paths, typed }) {
            self.ui.refuse(why);
        }
    }

    fn export(&mut self, conversation: ConversationId, file: String) {
        let Appearance { lang, zone, me, .. } = &self.ui.style;
        let looks = TranscriptStyle { lang: lang.clone(), zone: zone.clone(), me: me.clone() };
        let typed = self.ui.drafts.running().to_owned();
        if let Err(why) = self.session.export(ExportRequest { conversation, file, looks, typed }) {
            self.ui.refuse(why);
        }
    }

    /// Opens the draft in the editor; the session goes on meanwhile. `true`: quit.
    async fn edit_draft(&mut self) -> io::Result<bool> {
        let draft = self.ui.draft().map(|draft| draft.text().to_owned()).unwrap_or_default();
        self.keyboard.pause();
        self.screen.leave();
        let log = self.session.profile().log_path();
        let folder = log.parent().map(Path::to_path_buf).unwrap_or_default();
        let mut editing = tokio::task::spawn_blocking(move || editor::edit(&folder, &draft));
        let edited = loop {
            tokio::select! {
                done = &mut editing => break done,
                signal = self.signals.next() => match signal {
                    Signal::Quit => return Ok(true),
                    // It went to the editor as well, which stops and is continued with us.
                    Signal::Stop => stop(),
                    // Meant for the editor.
                    Signal::Interrupt | Signal::Continue => {}
                },
                happening = self.session.next() => if self.take_unseen(happening) {
                    return Ok(true);
                },
            }
        };
        self.screen.enter()?;
        self.keyboard.resume();
        match edited {
            Ok(Ok(edited)) => self.take_edited(edited),
            Ok(Err(why)) => self.ui.fail(why),
            Err(_panicked) => self.ui.fail(Phrase::new("flash-editor").text("reason", "")),
        }
        Ok(false)
    }

    /// What happens while the screen is not ours. `true`: a part of the program is gone.
    fn take_unseen(&mut self, happening: SessionEvent) -> bool {
        match happening {
            SessionEvent::App(event) => self.session.apply(event),
            SessionEvent::Config => self.restyle(),
            SessionEvent::Completed { .. } | SessionEvent::Captured(_) => {}
            SessionEvent::Refused { why, .. } => self.session.tell(why),
            SessionEvent::Broken => return true,
        }
        false
    }

    fn take_edited(&mut self, edited: Edited) {
        let draft = self.ui.draft_mut();
        if draft.text() == edited.text || draft.set_text(edited.text.as_str()) {
            edited.discard();
        } else {
            let kept = edited.path.display().to_string();
            self.ui.fail(Phrase::new("flash-editor-kept").text("path", kept));
        }
    }

    /// Calls a person who does not look, if somebody wrote.
    pub(super) fn call(&mut self) {
        let Some(alert) = self.session.alert.take() else { return };
        let settings = &self.session.config.terminal.alerts;
        // A terminal that cannot show it is no reason to stop.
        if settings.rings() {
            let _rang = self.screen.ring().is_ok();
        }
        if let Some(sequence) = self.notifier.sequence(&alert, settings, &self.ui.style.lang) {
            let _shown = self.screen.notify(sequence).is_ok();
        }
        if let Some(why) = self.notifier.run(&alert, settings) {
            self.ui.flash(why);
        }
    }

    /// Where the terminal does not say whether somebody looks, nobody does who has not touched anything for a while.
    pub(super) fn note_absence(&mut self) {
        if let Some(away) = self.ui.attention.changed(now().mono) {
            self.session.ask(Intent::Away(away));
        }
    }
}
