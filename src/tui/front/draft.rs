//! The draft in the person's editor. The session goes on meanwhile.

use std::io;
use std::path::Path;

use super::Front;
use crate::model::Phrase;
use crate::runtime::SessionEvent;
use crate::tui::editor::{self, Edited};
use crate::tui::signals::{Signal, stop};

impl Front {
    /// `true`: quit.
    pub(super) async fn edit_draft(&mut self) -> io::Result<bool> {
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
                happening = self.session.next() => match happening {
                    SessionEvent::App(event) => self.session.apply(event),
                    SessionEvent::Config => self.restyle(),
                    SessionEvent::Completed { .. } => {}
                    SessionEvent::Broken => return Ok(true),
                },
            }
        };
        self.screen.enter()?;
        self.keyboard.resume();
        match edited {
            Ok(Ok(edited)) => self.take_edited(edited),
            Ok(Err(why)) => self.ui.flash(why),
            Err(_panicked) => self.ui.flash(Phrase::new("flash-editor").text("reason", "")),
        }
        Ok(false)
    }

    fn take_edited(&mut self, edited: Edited) {
        let draft = self.ui.draft_mut();
        if draft.text() == edited.text || draft.set_text(edited.text.as_str()) {
            edited.discard();
        } else {
            let kept = edited.path.display().to_string();
            self.ui.flash(Phrase::new("flash-editor-kept").text("path", kept));
        }
    }
}
