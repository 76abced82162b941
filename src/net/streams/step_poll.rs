//! How one slice of a step's work ends. Work is done in slices, so that progress is told and a stream that is closed
//! ends soon.

use std::io;
use std::time::Duration;

use tokio::io::Interest;

use super::event::ConnectionEvent;
use crate::net::fault::{code_of, disk_error_of};
use crate::wire::StreamError;

/// How long a slice takes at most, but for the disk.
pub(super) const MAX_SLICE: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(super) enum StepPoll {
    Again,
    /// The peer has to send or to take something first.
    Blocked(Interest),
    Done(Option<ConnectionEvent>),
}

/// Why a step cannot be done, which ends the stream.
#[derive(Debug)]
pub(super) enum StepError {
    /// The peer closed in good order.
    Ended,
    Peer(io::Error),
    Disk(io::Error),
}

impl StepError {
    /// As engines get it.
    pub(super) fn error(&self) -> Option<StreamError> {
        match self {
            Self::Ended => None,
            Self::Peer(error) => Some(StreamError::Peer(code_of(error))),
            Self::Disk(error) => Some(StreamError::Disk(disk_error_of(error))),
        }
    }
}
