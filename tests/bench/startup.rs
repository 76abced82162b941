//! From the start of the process to the first complete frame.

use std::time::Instant;

use crate::figure::{Figure, quantile};
use crate::support::profile::Profile;
use crate::support::screen;

const RUNS: usize = 20;

pub(crate) fn measure() -> Vec<Figure> {
    let names = ["alex", "瞎驴", "黎诗", "egon"];
    let profile = Profile::with_contacts(&names.map(|name| (name, "127.0.0.1:9")));
    let mut times: Vec<_> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let terminal = profile.launch((100, 30));
            let shown = terminal.wait_arrival("the contact list and the status line", |screen| {
                let rows = screen::rows(screen);
                let last = rows.iter().rev().take(2).any(|row| row.contains("udp"));
                last && names.iter().all(|name| screen::find(screen, name).is_some())
            });
            terminal.key("C-q");
            terminal.wait_exit();
            shown - start
        })
        .collect();
    vec![
        Figure::time("first frame with contacts and status line, median", quantile(&mut times, 0.5))
            .goal(20.0),
        Figure::time("first frame, worst of 20", quantile(&mut times, 1.0)),
    ]
}
