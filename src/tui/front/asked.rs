//! What the front asks of the program around it, carried out.

use std::io;
use std::path::PathBuf;

use super::Front;
use crate::lang::Lang;
use crate::model::{ConversationId, Phrase};
use crate::runtime::history::{Looks, Wanted as Export};
use crate::tui::terminal::Screen;
use crate::tui::ui::{Request, Style};

impl Front {
    /// `true`: quit.
    pub(super) async fn fulfil(&mut self, request: Request) -> io::Result<bool> {
        match request {
            Request::Intent(intent) => self.session.ask(intent),
            Request::Configure(settings) => self.configure(&settings),
            Request::Export { conversation, file } => self.export(conversation, file),
            Request::Offer { conversation, paths } => {
                let paths = paths.into_iter().map(PathBuf::from).collect();
                self.session.offer(conversation, paths, String::new());
            }
            Request::Complete(typed) => self.session.complete(typed),
            Request::Away(away) => {
                let key = if away.is_some() { "flash-away" } else { "flash-back" };
                self.session.set_away(away);
                self.ui.away = self.session.away().map(str::to_owned);
                self.ui.flash = Some(Phrase::new(key));
            }
            Request::Copy(text) => Screen::copy(&text)?,
            Request::Editor => return self.edit_draft().await,
            Request::Redraw => self.screen.clear()?,
            Request::Suspend => self.suspend()?,
            Request::Quit => return Ok(true),
        }
        Ok(false)
    }

    fn configure(&mut self, settings: &[(String, String)]) {
        let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (&**key, &**value)).collect();
        match self.session.configure(&settings) {
            Ok(()) => self.restyle(),
            Err(error) => self.ui.flash = Some(error.phrase()),
        }
    }

    fn export(&mut self, conversation: ConversationId, file: String) {
        let Style { lang, zone, me, .. } = &self.ui.style;
        let lang = Lang::choose(Some(lang.tag()));
        let looks = Looks { lang, zone: zone.clone(), me: me.clone() };
        if let Err(why) = self.session.export(Export { conversation, file, looks }) {
            self.ui.flash = Some(why);
        }
    }
}
