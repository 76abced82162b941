//! Which files of a message may be shown as pictures, and where they lie. Of somebody whom no person has let in nothing is read
//! before one asks for it: decoders are the largest thing that a stranger's bytes could get into.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::decode::{PictureSource, is_picture_name};
use super::gallery::Gallery;
use crate::app::{Conversation, State};
use crate::model::Message;
use crate::model::file::{File, TransferState};
use crate::tui::chat::is_deleted;
use crate::tui::offers::files;

/// Whether the pictures of that message are shown.
pub(in crate::tui) fn is_shown(gallery: &Gallery, place: &Conversation, message: &Message) -> bool {
    let is_trusted = message.is_outgoing() || place.is_contact_like();
    gallery.is_open() && (is_trusted || gallery.is_revealed(message.id)) && !is_deleted(place, message)
}

/// Whether the message has come with pictures, by their names, that are shown only when a person wants that.
pub(in crate::tui) fn is_hidden(gallery: &Gallery, place: &Conversation, message: &Message) -> bool {
    let is_there = |file: &File| {
        !file.folder
            && is_picture_name(Path::new(&file.name))
            && matches!(file.state, TransferState::Done { .. })
    };
    gallery.is_open()
        && message.is_incoming()
        && !is_shown(gallery, place, message)
        && files(message, None).any(|(_, file)| is_there(file))
}

/// Where that file of the message lies here; `None`: it does not, or not all of it yet. `folders`: those for what comes.
pub(in crate::tui) fn source(
    state: &State,
    message: &Message,
    at: u16,
    folders: &Arc<[PathBuf]>,
) -> Option<PictureSource> {
    let (_, file) = files(message, Some(at)).next().filter(|(_, file)| !file.folder)?;
    match &file.state {
        TransferState::Done { path } if !path.is_empty() => {
            let path = PathBuf::from(path);
            Some(if message.is_incoming() {
                PictureSource::Received { path, folders: Arc::clone(folders) }
            } else {
                PictureSource::Own(path)
            })
        }
        _ if message.is_incoming() => None,
        _ => {
            let offered = state.offered_from(message)?.get(usize::from(at))?;
            Some(PictureSource::Own(offered.path.to_path_buf()))
        }
    }
}

/// The first picture of the message, or that file of it, if it can be opened outside. Only what is called a picture: the
/// desktop chooses a program by the name, and some of them run what they are given.
pub(in crate::tui) fn openable(
    state: &State,
    message: &Message,
    only: Option<u16>,
    folders: &Arc<[PathBuf]>,
) -> Option<PictureSource> {
    let named = files(message, only).filter(|(_, file)| is_picture_name(Path::new(&file.name)));
    let mut sources = named.filter_map(|(at, _)| source(state, message, at, folders));
    sources.find(|source| is_picture_name(source.path()))
}
