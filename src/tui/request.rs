//! What the front asks of the program around it.

use crate::app::Intent;
use crate::model::{Address, ConversationId, ListenSetting};
use crate::runtime::capture::SaveRequest;
use crate::tui::clipboard::LongText;
use crate::tui::pictures::PictureSource;

/// One request, from a key, the mouse or a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum UiRequest {
    Intent(Intent),
    /// Write these settings to config.toml, all or none.
    Configure(Vec<(String, String)>),
    /// Listen there from now on.
    Listen(&'static str, ListenSetting),
    /// Write the conversation into a new file.
    Export {
        conversation: ConversationId,
        file: String,
    },
    /// Write these packets into a new file.
    SaveCapture(SaveRequest),
    /// Offer these files and folders, as they were typed.
    Offer {
        conversation: ConversationId,
        paths: Vec<String>,
    },
    /// Find out what does not work, here and with this peer.
    Examine(Option<ConversationId>),
    /// The same with whoever is at this address.
    ExamineAddress(Box<Address>),
    /// Ask everybody who is there.
    Look,
    /// Announce us there as well, or no longer: `off`. Empty: say where.
    Announce(String),
    /// Find out what this path may become.
    Complete(String),
    /// Tell others that we are away, or that we are back.
    Away(Option<String>),
    /// Put this on the clipboard, by OSC 52.
    Copy(String),
    /// Offer the picture that lies on the clipboard, after a question.
    OfferPicture(ConversationId),
    /// Offer this text as a file.
    OfferText(LongText),
    /// Find out whether what was pasted names files that are there.
    FindFiles {
        conversation: ConversationId,
        pasted: String,
        readings: Vec<Vec<String>>,
    },
    /// Open this link with what the desktop opens it with, or else copy it.
    Browse(String),
    /// Show this picture in a window of its own.
    View(PictureSource),
    /// The draft into $EDITOR.
    Editor,
    /// Draw everything anew.
    Redraw,
    Suspend,
    Quit,
}
