//! When a frame may be drawn, and when drafts are saved. Knows no clock: the moment comes in.

use std::time::{Duration, Instant};

use crate::app::Event;
use crate::model::history::{StoreCommand, StoreEvent};
use crate::model::{NetEvent, Progress};
use crate::tui::offers::Transfers;
use crate::tui::scrollback::Scene;

/// The time that a few frames, or one of a burst, have to themselves.
const FRAME: Duration = Duration::from_millis(16);

/// Frames within that time that are drawn at once: an answer should not wait for a frame of a film.
const MAX_AT_ONCE: u8 = 4;

/// A frame that takes longer leaves as much time to the rest of the program before the next.
const SLOW: Duration = Duration::from_millis(2);

/// How often a transfer that goes on is drawn, and those who come and go.
const PROGRESS: Duration = Duration::from_millis(100);

/// How long a frame waits for the history: longer than reading a page takes, shorter than a blink.
const MAX_WAIT: Duration = Duration::from_millis(60);

/// Drafts and places are saved so long after the first key that touched them.
const SAVE: Duration = Duration::from_millis(400);

/// What is to be drawn and saved, and from when on.
#[derive(Debug)]
pub(super) struct Pace {
    /// The screen does not show what is so.
    pub dirty: bool,
    /// All it does not show is how far transfers are, and who comes and goes.
    lazy: bool,
    /// When it was drawn last, and how long that took.
    drawn: Instant,
    took: Duration,
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
        Self {
            dirty: true,
            lazy: false,
            drawn: now,
            took: Duration::ZERO,
            burst: false,
            window: now,
            frames: 0,
            waiting: None,
            unsaved: None,
        }
    }

    /// From when on the next frame may be drawn that no key asked for.
    pub(super) fn due(&self) -> Instant {
        let window = if self.burst || self.frames >= MAX_AT_ONCE { self.window + FRAME } else { self.window };
        let window = if self.lazy { window.max(self.drawn + PROGRESS) } else { window };
        let window = if self.took > SLOW { window.max(self.drawn + self.took) } else { window };
        self.waiting.unwrap_or(window)
    }

    /// Something happened that the screen shows.
    pub(super) const fn happened(&mut self, seen: Seen) {
        match seen {
            Seen::No => {}
            Seen::Soon => {
                self.lazy = self.lazy || !self.dirty;
                self.dirty = true;
            }
            Seen::Now => {
                self.lazy = false;
                self.dirty = true;
            }
        }
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

    /// A frame was drawn from `began` to `now`.
    pub(super) fn drew(&mut self, began: Instant, now: Instant) {
        self.dirty = false;
        self.lazy = false;
        (self.drawn, self.took) = (now, now.saturating_duration_since(began));
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

/// Whether the screen looks different after something, and how soon that has to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    No,
    /// As one of many that come by themselves.
    Soon,
    Now,
}

/// Whether the screen may look different after it: that a draft was saved is no reason to draw, nor is it how far a
/// transfer is that nobody looks at.
pub(super) fn seen(event: &Event, scene: &Scene, transfers: &Transfers) -> Seen {
    match event {
        Event::Stored(StoreEvent::Committed(ops)) if ops.iter().all(StoreCommand::is_bookkeeping) => Seen::No,
        Event::Net(NetEvent::Transfer { transfer, progress: Progress::Moved { .. } }) => {
            // One that begins counts in the status line.
            let begins = !transfers.contains_key(transfer);
            if begins || scene.shows_file(transfer.message, transfer.file) { Seen::Soon } else { Seen::No }
        }
        // A whole network may come in at once, and each of them says so.
        Event::Net(NetEvent::Peer(_) | NetEvent::Malformed { .. }) => Seen::Soon,
        _ => Seen::Now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::app::ActiveTransfer;
    use crate::model::{
        ConversationId, Direction, Files, Message, MessageId, Now, Phrase, TransferId, WallTime,
    };
    use crate::tui::scrollback::{FilePart, Row, RowKind};

    const MOMENT: Duration = Duration::from_millis(1);

    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn pace() -> (Pace, Instant) {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        pace.drew(now, now);
        (pace, now)
    }

    #[test]
    fn transfers_alone_are_drawn_ten_times_a_second() {
        let (mut pace, start) = pace();
        pace.happened(Seen::Soon);
        let almost = start + PROGRESS.saturating_sub(MOMENT);
        assert!(pace.dirty && !pace.is_due(almost));
        assert!(pace.is_due(start + PROGRESS));
    }

    #[test]
    fn what_is_said_is_drawn_at_once_beside_a_transfer() {
        let (mut pace, start) = pace();
        pace.happened(Seen::Soon);
        pace.happened(Seen::Now);
        pace.happened(Seen::Soon);
        assert!(pace.is_due(start + MOMENT));
    }

    #[test]
    fn a_transfer_that_nobody_looks_at_is_no_reason_to_draw() {
        let now = Now { mono: pace().1, wall: WallTime(0) };
        let message = Message {
            id: MessageId(2),
            conversation: ConversationId(1),
            dialect: "udp".into(),
            time: now.wall,
            direction: Direction::Notice(Phrase::new("")),
            text: String::new(),
            files: Files::default(),
            payload: Arc::from([]),
        };
        let moving = ActiveTransfer::at(Arc::new(message), (0, None, None), now);
        let of = |message| TransferId { message: MessageId(message), file: 0 };
        let moved = |message| {
            let progress = Progress::Moved { bytes: 1, of: Some(2) };
            Event::Net(NetEvent::Transfer { transfer: of(message), progress })
        };
        let part = FilePart::Bar { cells: 0, permille: 0, label: String::new() };
        let kind = RowKind::File { own: false, file: 0, part, mark: None, first: true };
        let rows = vec![Row { message: MessageId(1), of_block: 0, kind }];
        let scene = Scene { rows, at_end: true };
        let running: Transfers = [(of(2), moving)].into();
        let looks = |event: &Event| seen(event, &scene, &running);
        assert_eq!(
            [looks(&moved(1)), looks(&moved(2)), looks(&moved(3))],
            [Seen::Soon, Seen::No, Seen::Soon]
        );
        let progress = Progress::Done { path: String::new(), skipped: 0 };
        let done = Event::Net(NetEvent::Transfer { transfer: of(2), progress });
        assert_eq!(looks(&done), Seen::Now);
    }
}
