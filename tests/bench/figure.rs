//! One line of the table: what was measured, its goal, and whether it was met.

use std::fmt;
use std::time::Duration;

/// A measured value, lower is better.
#[derive(Debug)]
pub(crate) struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    goal: Option<f64>,
}

impl Figure {
    pub(crate) fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, goal: None }
    }

    /// In milliseconds.
    pub(crate) fn time(name: impl Into<String>, value: Duration) -> Self {
        Self::new(name, value.as_secs_f64() * 1e3, "ms")
    }

    #[must_use]
    pub(crate) const fn goal(mut self, goal: f64) -> Self {
        self.goal = Some(goal);
        self
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, unit, goal } = self;
        write!(f, "{name:<58} {value:>9.2} {unit:<2}")?;
        match goal {
            Some(goal) => {
                let verdict = if value <= goal { "ok" } else { "over" };
                write!(f, " <= {goal:>6} {unit:<2} {verdict}")
            }
            None => Ok(()),
        }
    }
}

/// The value below which `share` of the sorted samples lie.
pub(crate) fn quantile(samples: &mut [Duration], share: f64) -> Duration {
    samples.sort_unstable();
    let last = samples.len() - 1;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index into a few hundred samples"
    )]
    let index = (last as f64 * share).round() as usize;
    samples[index]
}
