//! The keep-alive timer of a membership: when to ask whether the relay is still there, and what was missed. Sends nothing
//! itself.

use std::time::{Duration, Instant};

use crate::wire::Ctx;

/// Silence of the relay after which it is asked.
const QUIET: Duration = Duration::from_secs(5);
/// The same while people talk, so that whoever only listens is back soon behind a relay that was restarted: those who
/// write find out by themselves, and go on.
const QUIET_IN_TALK: Duration = Duration::from_secs(2);
/// The same where another relay can be gone to: until then it is not, and nobody is heard.
const QUIET_WITH_OTHERS: Duration = Duration::from_secs(4);
const QUIET_IN_TALK_WITH_OTHERS: Duration = Duration::from_secs(1);
/// After the first question without an answer another relay is asked whether it is there.
const DOUBT: Duration = Duration::from_millis(750);
/// People talk for so long after the last that was said.
const TALK: Duration = Duration::from_secs(10);
/// As many questions without an answer, and the relay is gone.
const MAX_UNANSWERED: u8 = 3;
/// The last message of many is the only one whose loss no later one shows: soon after it, then once more if that
/// question was lost as well, the relay is asked for the newest.
const SOON: Duration = Duration::from_millis(250);
const LATER: Duration = Duration::from_secs(1);
/// Who only listens speaks up this often, however much it hears: the relay ends a silent membership after a minute.
const MAX_PATIENCE: Duration = Duration::from_secs(20);

/// The times of one membership.
#[derive(Debug)]
pub(super) struct KeepAlive {
    /// When the relay will have been silent for too long, since it said something or was asked.
    silent: Instant,
    /// When we have to say something ourselves.
    speak: Instant,
    unanswered: u8,
    soon: Option<Instant>,
    later: Option<Instant>,
    /// People talk, or else nothing may be missed, until then.
    talk: Option<Instant>,
    quiet: Duration,
    quiet_in_talk: Duration,
    patience: Duration,
    /// When the relay counts as silent, where another can be gone to.
    doubt: Option<Instant>,
    has_others: bool,
}

impl KeepAlive {
    /// `expiry`: silence after which the relay ends the membership. `has_others`: there are other relays to go to.
    pub(super) fn new(cx: &mut Ctx<'_>, expiry: Duration, has_others: bool) -> Self {
        // A third of it leaves room for two lost pings, and a second is as often as anybody may be asked to speak.
        let third = expiry.checked_div(3).unwrap_or_default();
        let patience = third.clamp(Duration::from_secs(1), MAX_PATIENCE);
        let (quiet, quiet_in_talk) =
            if has_others { (QUIET_WITH_OTHERS, QUIET_IN_TALK_WITH_OTHERS) } else { (QUIET, QUIET_IN_TALK) };
        let (quiet, patience) = (cx.rng.spread(quiet), cx.rng.spread(patience));
        let (silent, speak) = (cx.after(quiet), cx.after(patience));
        Self {
            silent,
            speak,
            unanswered: 0,
            soon: None,
            later: None,
            talk: None,
            quiet,
            quiet_in_talk,
            patience,
            doubt: None,
            has_others,
        }
    }

    /// The relay has let us in again: what had made it forget us may not be over.
    pub(super) fn watch_closely(&mut self, cx: &Ctx<'_>) {
        self.talk = Some(cx.after(TALK));
        self.silent = cx.after(self.quiet_at(cx.now.mono));
    }

    /// The relay said something.
    pub(super) fn on_heard(&mut self, cx: &Ctx<'_>) {
        self.silent = cx.after(self.quiet_at(cx.now.mono));
        (self.unanswered, self.doubt) = (0, None);
    }

    /// We sent something.
    pub(super) fn on_sent(&mut self, cx: &Ctx<'_>) {
        self.speak = cx.after(self.patience);
    }

    /// Something new came, and may not be the last of its kind. `in_talk`: people talk, and they are few.
    pub(super) fn schedule_probe(&mut self, cx: &mut Ctx<'_>, in_talk: bool) {
        self.soon = Some(cx.after_about(SOON));
        self.later = Some(cx.after_about(LATER));
        if in_talk {
            self.watch_closely(cx);
        }
    }

    fn quiet_at(&self, now: Instant) -> Duration {
        let talks = self.talk.is_some_and(|until| now < until);
        if talks { self.quiet.min(self.quiet_in_talk) } else { self.quiet }
    }

    /// The relay named its newest entry. It was asked, by us or for us, so it has heard of us.
    pub(super) fn on_pong(&mut self, cx: &Ctx<'_>) {
        self.on_sent(cx);
        // An answer from before the question that is still to come says nothing of what came meanwhile.
        if self.soon.is_none() {
            self.later = None;
        }
    }

    /// Asks at the next opportunity.
    pub(super) const fn probe_now(&mut self, now: Instant) {
        self.soon = Some(now);
    }

    pub(super) fn deadline(&self) -> Instant {
        let soonest = [self.soon, self.later, self.doubt].into_iter().flatten();
        soonest.fold(self.silent.min(self.speak), Instant::min)
    }

    /// The relay has not answered for so long that another may have to do. Says so once.
    pub(super) fn take_doubt(&mut self, now: Instant) -> bool {
        self.doubt.take_if(|at| *at <= now).is_some()
    }

    /// The relay does not answer any more.
    pub(super) fn is_lost(&self, now: Instant) -> bool {
        self.silent <= now && self.unanswered >= MAX_UNANSWERED
    }

    /// Whether the relay is to be asked now. `asked`: it just was, for another room.
    pub(super) fn take_due(&mut self, cx: &Ctx<'_>, asked: bool) -> bool {
        let now = cx.now.mono;
        let silent = self.silent <= now;
        let soon = self.soon.take_if(|at| *at <= now).is_some();
        let later = self.later.take_if(|at| *at <= now).is_some();
        if silent {
            if self.has_others && self.unanswered == 0 {
                self.doubt = Some(cx.after(DOUBT));
            }
            self.unanswered = self.unanswered.saturating_add(1);
            self.silent = cx.after(self.quiet_at(now));
        }
        let speaks = self.speak <= now;
        if speaks && asked {
            self.on_sent(cx);
        }
        soon || later || ((silent || speaks) && !asked)
    }
}
