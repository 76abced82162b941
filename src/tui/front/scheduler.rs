//! The frame scheduler: when a frame may be drawn, and when drafts are saved. Has no clock: callers pass the moment.

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

/// Decides when the screen is drawn anew and when drafts are saved.
#[derive(Debug)]
pub(super) struct FrameScheduler {
    /// The screen is stale.
    pub dirty: bool,
    /// Only progress of transfers and presence are stale.
    lazy: bool,
    /// Until when the frame waits for what the history is about to keep: what came or was sent shows only then.
    keeping: Option<Instant>,
    /// When the last frame was drawn, and how long drawing took.
    drawn: Instant,
    took: Duration,
    /// Many events came at once.
    pub burst: bool,
    /// When the present `FRAME` began, and how many frames were drawn in it.
    window: Instant,
    frames: u8,
    /// Until when a frame waits for the history.
    waiting: Option<Instant>,
    /// When drafts and places are to be saved; `None` when nothing was touched.
    unsaved: Option<Instant>,
}

impl FrameScheduler {
    pub(super) const fn new(now: Instant) -> Self {
        Self {
            dirty: true,
            lazy: false,
            keeping: None,
            drawn: now,
            took: Duration::ZERO,
            burst: false,
            window: now,
            frames: 0,
            waiting: None,
            unsaved: None,
        }
    }

    /// The earliest moment of the next frame that no key caused.
    pub(super) fn due(&self) -> Instant {
        if let Some(keeping) = self.keeping {
            return keeping;
        }
        let window = if self.burst || self.frames >= MAX_AT_ONCE { self.window + FRAME } else { self.window };
        let window = if self.lazy { window.max(self.drawn + PROGRESS) } else { window };
        let window = if self.took > SLOW { window.max(self.drawn + self.took) } else { window };
        self.waiting.unwrap_or(window)
    }

    /// Something damaged that the screen shows.
    pub(super) fn damaged(&mut self, damage: Damage, now: Instant) {
        match damage {
            Damage::None => {}
            Damage::Lazy => {
                self.lazy = self.lazy || !self.dirty;
                self.dirty = true;
            }
            Damage::Kept => {
                if !self.dirty || self.lazy {
                    self.keeping = Some(now + FRAME);
                }
                self.lazy = false;
                self.dirty = true;
            }
            Damage::Now => {
                self.lazy = false;
                self.keeping = None;
                self.dirty = true;
            }
        }
    }

    /// A person sent something: the history is about to keep it, and one frame shows that it has left the draft and where it
    /// stands.
    pub(super) fn sent(&mut self, now: Instant) {
        self.keeping = Some(now + FRAME);
    }

    /// Whether the frame waits for the history to keep something.
    pub(super) fn is_keeping(&self, now: Instant) -> bool {
        self.keeping.is_some_and(|keeping| now < keeping)
    }

    /// Whether an event is drawn at once. A frame that waits for the history may wait for just this event.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.waiting.is_some() || now >= self.due()
    }

    /// Whether the frame waits for the history, which has been asked less than [`MAX_WAIT`] ago.
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
        self.keeping = None;
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

/// Whether an event makes the screen stale, and how soon a frame has to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Damage {
    None,
    /// With the next frame of a film: one of many events that come by themselves.
    Lazy,
    /// When the history has kept it, which is soon: a frame in between would only keep that one waiting.
    Kept,
    Now,
}

/// The damage an event does. A saved draft changes nothing on the screen, nor does the progress of a transfer out of
/// sight.
pub(super) fn damage(event: &Event, scene: &Scene, transfers: &Transfers) -> Damage {
    match event {
        Event::Stored(StoreEvent::Committed(ops)) if ops.iter().all(StoreCommand::is_bookkeeping) => {
            Damage::None
        }
        Event::Net(NetEvent::Transfer { transfer, progress: Progress::Moved { .. } }) => {
            // One that begins counts in the status line.
            let begins = !transfers.contains_key(transfer);
            if begins || scene.shows_file(transfer.message, transfer.file) {
                Damage::Lazy
            } else {
                Damage::None
            }
        }
        // A whole network may come in at once, and each of them says so.
        Event::Net(NetEvent::Peer(_) | NetEvent::Malformed { .. }) => Damage::Lazy,
        Event::Net(
            NetEvent::Received(_)
            | NetEvent::Handed { .. }
            | NetEvent::Delivered { .. }
            | NetEvent::Kept { .. }
            | NetEvent::Failed { .. },
        ) => Damage::Kept,
        _ => Damage::Now,
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
    fn scheduler() -> (FrameScheduler, Instant) {
        let now = Instant::now();
        let mut scheduler = FrameScheduler::new(now);
        scheduler.drew(now, now);
        (scheduler, now)
    }

    #[test]
    fn transfers_alone_are_drawn_ten_times_a_second() {
        let (mut scheduler, start) = scheduler();
        scheduler.damaged(Damage::Lazy, start);
        let almost = start + PROGRESS.saturating_sub(MOMENT);
        assert!(scheduler.dirty && !scheduler.is_due(almost));
        assert!(scheduler.is_due(start + PROGRESS));
    }

    #[test]
    fn what_is_said_is_drawn_at_once_beside_a_transfer() {
        let (mut scheduler, start) = scheduler();
        scheduler.damaged(Damage::Lazy, start);
        scheduler.damaged(Damage::Now, start);
        scheduler.damaged(Damage::Lazy, start);
        assert!(scheduler.is_due(start + MOMENT));
    }

    #[test]
    fn what_the_history_has_yet_to_keep_is_drawn_when_it_has_it() {
        let (scene, none) = (Scene { rows: Vec::new(), at_end: true }, Transfers::default());
        let message = MessageId(1);
        let delivered = Event::Net(NetEvent::Delivered { message });
        let failed = Event::Net(NetEvent::Failed { message, fault: crate::model::Fault::Interrupted });
        assert_eq!([&delivered, &failed].map(|event| damage(event, &scene, &none)), [Damage::Kept; 2]);
        let refused = Event::Stored(StoreEvent::Refused { ops: Vec::new(), why: Phrase::new("") });
        assert_eq!(damage(&refused, &scene, &none), Damage::Now);
        let (mut scheduler, start) = scheduler();
        let late = start + PROGRESS;
        scheduler.damaged(Damage::Kept, late);
        assert!(scheduler.is_keeping(late) && !scheduler.is_due(late + MOMENT));
        assert!(scheduler.is_due(late + FRAME), "a disk that takes long keeps nothing else from the screen");
        scheduler.damaged(Damage::Now, late + MOMENT);
        assert!(!scheduler.is_keeping(late + MOMENT) && scheduler.is_due(late + MOMENT));
        scheduler.damaged(Damage::Kept, late + MOMENT);
        assert!(scheduler.is_due(late + MOMENT), "what is to be drawn now does not wait for it");
    }

    #[test]
    fn a_transfer_that_nobody_looks_at_is_no_reason_to_draw() {
        let now = Now { mono: scheduler().1, wall: WallTime(0) };
        let message = Message {
            uid: None,
            about: None,
            quote: None,
            expires: None,
            id: MessageId(2),
            conversation: ConversationId(1),
            dialect: "udp".into(),
            time: now.wall,
            direction: Direction::Notice(Phrase::new("")),
            text: String::new(),
            files: Files::default(),
            payload: Arc::from([]),
        };
        let moving = ActiveTransfer::at(Arc::new(message), 0, None, None, now);
        let of = |message| TransferId { message: MessageId(message), file: 0 };
        let moved = |message| {
            let progress = Progress::Moved { bytes: 1, of: Some(2) };
            Event::Net(NetEvent::Transfer { transfer: of(message), progress })
        };
        let part = FilePart::Bar { cells: 0, permille: 0, label: String::new() };
        let kind = RowKind::File { own: false, file: 0, part, mark: None };
        let rows = vec![Row { message: MessageId(1), of_block: 0, ground: None, kind }];
        let scene = Scene { rows, at_end: true };
        let running: Transfers = [(of(2), moving)].into();
        let looks = |event: &Event| damage(event, &scene, &running);
        assert_eq!(
            [looks(&moved(1)), looks(&moved(2)), looks(&moved(3))],
            [Damage::Lazy, Damage::None, Damage::Lazy]
        );
        let progress = Progress::Done { path: String::new(), skipped: 0 };
        let done = Event::Net(NetEvent::Transfer { transfer: of(2), progress });
        assert_eq!(looks(&done), Damage::Now);
    }
}
