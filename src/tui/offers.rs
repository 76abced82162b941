//! What of the files of a message is being moved, and what a person can do about them.

use std::collections::BTreeMap;

use crate::app::ActiveTransfer;
use crate::model::file::{File, TransferId, TransferState};
use crate::model::{Mark, Message};

/// Files that are being moved now.
pub type Transfers = BTreeMap<TransferId, ActiveTransfer>;

/// The transfer of that file, if it is under way.
pub(in crate::tui) fn moving<'a>(
    transfers: &'a Transfers,
    message: &Message,
    file: u16,
) -> Option<&'a ActiveTransfer> {
    transfers.get(&TransferId { message: message.id, file })
}

/// The files of a message with their places, or the one that is meant.
pub(in crate::tui) fn files(message: &Message, only: Option<u16>) -> impl Iterator<Item = (u16, &File)> {
    let all = (0..).zip(message.files.as_slice());
    all.filter(move |(at, _)| only.is_none_or(|only| only == *at))
}

/// It is not there, and nobody has said that it is not to be.
pub(in crate::tui) const fn is_open(file: &File) -> bool {
    matches!(
        file.state,
        TransferState::Offered
            | TransferState::Moving
            | TransferState::Stopped { .. }
            | TransferState::Broken { .. }
    )
}

/// Something of it can be fetched, or fetched again.
pub(in crate::tui) fn can_fetch(transfers: &Transfers, message: &Message, only: Option<u16>) -> bool {
    let waits = |(at, file): (u16, &File)| {
        // Whoever points at one file may try it again, whatever became of it.
        let pointed = only.is_some() && !matches!(file.state, TransferState::Done { .. });
        (pointed || is_open(file)) && moving(transfers, message, at).is_none()
    };
    message.is_incoming() && files(message, only).any(waits)
}

/// Nobody here has said yet what is to become of any of it.
pub(in crate::tui) fn can_decline(transfers: &Transfers, message: &Message) -> bool {
    let mut all = files(message, None);
    message.is_incoming()
        && all.any(|(_, file)| file.state == TransferState::Offered)
        && files(message, None).all(|(at, _)| moving(transfers, message, at).is_none())
}

/// Something of it is being moved.
pub(in crate::tui) fn is_moving(transfers: &Transfers, message: &Message, only: Option<u16>) -> bool {
    files(message, only).any(|(at, _)| moving(transfers, message, at).is_some())
}

/// Something of it is being moved, or can still be fetched from us.
pub(in crate::tui) fn can_stop(transfers: &Transfers, message: &Message, only: Option<u16>) -> bool {
    let failed = matches!(message.mark(), Some(Mark::Failed(_)));
    let offered = message.is_outgoing() && !failed && files(message, only).any(|(_, file)| is_open(file));
    offered || is_moving(transfers, message, only)
}
