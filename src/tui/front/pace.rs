//! When a frame may be drawn, and when drafts are saved. Knows no clock: the moment comes in.

use std::time::{Duration, Instant};

use crate::app::Event;
use crate::model::history::{Op, StoreEvent};

/// The time that a few frames, or one of a burst, have to themselves.
const FRAME: Duration = Duration::from_millis(16);

/// Frames within that time that are drawn at once: an answer should not wait for a frame of a film.
const MAX_AT_ONCE: u8 = 4;

/// How long a frame waits for the history: longer than reading a page takes, shorter than a blink.
const MAX_WAIT: Duration = Duration::from_millis(60);

/// Drafts and places are saved so long after the first key that touched them.
const SAVE: Duration = Duration::from_millis(400);

/// What is to be drawn and saved, and from when on.
#[derive(Debug)]
pub(super) struct Pace {
    /// The screen does not show what is so.
    pub dirty: bool,
    /// Much came at once.
    pub burst: bool,
    /// When the present `FRAME` began, and how many frames were drawn in it.
    window: Instant,
    frames: u8,
    /// Until when a frame waits for the history.
    waiting: Option<Instant>,
    /// When drafts and places are to be saved; `None` when nothing was touched.
    unsaved: Option<Instant>,
}

impl Pace {
    pub(super) const fn new(now: Instant) -> Self {
        Self { dirty: true, burst: false, window: now, frames: 0, waiting: None, unsaved: None }
    }

    /// From when on the next frame may be drawn that no key asked for.
    pub(super) fn due(&self) -> Instant {
        let window = if self.burst || self.frames >= MAX_AT_ONCE { self.window + FRAME } else { self.window };
        self.waiting.unwrap_or(window)
    }

    /// Whether something that has come is drawn at once. What a frame waits for may be just that.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.waiting.is_some() || now >= self.due()
    }

    /// Whether the frame has to wait, since what it is to show is on its way, and has not been for long.
    pub(super) fn has_to_wait(&mut self, on_its_way: bool, now: Instant) -> bool {
        if !on_its_way {
            self.waiting = None;
            return false;
        }
        *self.waiting.get_or_insert(now + MAX_WAIT) > now
    }

    /// A frame was drawn.
    pub(super) fn drew(&mut self, now: Instant) {
        self.dirty = false;
        if now >= self.window + FRAME {
            (self.window, self.frames) = (now, 0);
        }
        self.frames = self.frames.saturating_add(1);
    }

    /// A key may have changed a draft.
    pub(super) fn touched(&mut self, now: Instant) {
        self.unsaved.get_or_insert(now + SAVE);
    }

    /// When drafts are to be saved, if they are.
    pub(super) const fn save_at(&self) -> Option<Instant> {
        self.unsaved
    }

    pub(super) const fn saved(&mut self) {
        self.unsaved = None;
    }
}

/// Whether the screen may look different after it: that a draft was saved is no reason to draw.
pub(super) fn is_seen(event: &Event) -> bool {
    !matches!(event, Event::Stored(StoreEvent::Committed(ops)) if ops.iter().all(Op::is_bookkeeping))
}
