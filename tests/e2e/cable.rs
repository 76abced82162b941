//! The only way between two programs: a cable that counts what it carries, and stops where a test wants it to.

use std::net::UdpSocket;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// More than any datagram.
const ANY_DATAGRAM: usize = 65_536;
/// How soon a cable that is gone is noticed.
const TICK: Duration = Duration::from_millis(50);

/// What one program sends to the other.
#[derive(Default)]
struct Lane {
    /// Bytes that went through.
    carried: u64,
    /// Bytes after which nothing goes through any more.
    limit: Option<u64>,
    /// The time that each KiB takes.
    pace: Duration,
    cut: bool,
}

#[derive(Default)]
struct Meter {
    lane: Mutex<Lane>,
    changed: Condvar,
}

impl Meter {
    fn set(&self, set: impl FnOnce(&mut Lane)) {
        set(&mut self.lane.lock().unwrap());
        self.changed.notify_all();
    }

    /// Blocks while nothing goes through, and counts what does then.
    #[expect(clippy::disallowed_methods, reason = "a slow line takes its time")]
    fn pass(&self, bytes: usize) {
        let held = |lane: &mut Lane| !lane.cut && lane.limit.is_some_and(|limit| lane.carried >= limit);
        let mut lane = self.changed.wait_while(self.lane.lock().unwrap(), held).unwrap();
        lane.carried += u64::try_from(bytes).unwrap();
        let pace = lane.pace * u32::try_from(bytes).unwrap() / 1_024;
        drop(lane);
        if !pace.is_zero() {
            thread::sleep(pace);
        }
    }

    fn is_cut(&self) -> bool {
        self.lane.lock().unwrap().cut
    }
}

/// What goes into one end comes out of the other. The first end is that of whoever the tests call us.
pub(crate) struct Cable {
    ours: Arc<Meter>,
    theirs: Arc<Meter>,
}

impl Cable {
    /// Between programs at `here` and `there`, which send into the ends that lie before them.
    pub(crate) fn new((here, near): (&str, &str), (there, far): (&str, &str)) -> Self {
        let cable = Self { ours: Arc::default(), theirs: Arc::default() };
        let bind = |end: &str| {
            let socket = UdpSocket::bind(end).unwrap_or_else(|error| panic!("{end}: {error}"));
            socket.set_read_timeout(Some(TICK)).unwrap();
            socket
        };
        let (near, far) = (bind(near), bind(far));
        carry(&near, &far, there, &cable.ours);
        carry(&far, &near, here, &cable.theirs);
        cable
    }

    /// Lets only so many more bytes of ours through.
    pub(crate) fn hold_ours_after(&self, bytes: u64) {
        self.ours.set(|lane| lane.limit = Some(lane.carried + bytes));
    }

    pub(crate) fn let_go(&self) {
        self.ours.set(|lane| lane.limit = None);
    }

    /// A line that is slow in both directions: so long a KiB takes.
    pub(crate) fn slow(&self, pace: Duration) {
        self.ours.set(|lane| lane.pace = pace);
        self.theirs.set(|lane| lane.pace = pace);
    }

    /// Bytes of ours that went through.
    pub(crate) fn carried_ours(&self) -> u64 {
        self.ours.lane.lock().unwrap().carried
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        for meter in [&self.ours, &self.theirs] {
            meter.set(|lane| lane.cut = true);
        }
    }
}

fn carry(from: &UdpSocket, out: &UdpSocket, to: &str, meter: &Arc<Meter>) {
    let (from, out) = (from.try_clone().unwrap(), out.try_clone().unwrap());
    let (to, meter) = (to.to_owned(), Arc::clone(meter));
    thread::spawn(move || {
        let mut buffer = vec![0; ANY_DATAGRAM];
        while !meter.is_cut() {
            let Ok((length, _)) = from.recv_from(&mut buffer) else { continue };
            meter.pass(length);
            // Nobody may listen just now.
            let _lost = out.send_to(&buffer[..length], &to);
        }
    });
}
