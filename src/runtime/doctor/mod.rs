//! What does not work, and what to do about it: one set of checks, for the page in the messenger and for scripts.
//!
//! [`Examination`] asks the machine aside of everything else, in some seconds at most; what is asked of a peer goes
//! through the session. [`Report`] is data: fronts say it in words. Nothing is changed, and nobody is asked but this machine
//! and the peer that a person names.

mod advice;
mod examination;
mod judging;
mod peer;
mod plan;
mod report;
mod wording;

#[cfg(test)]
mod tests;

pub(super) use advice::quoted;
pub use examination::Examination;
pub(super) use examination::is_writable;
#[cfg(feature = "nats")]
pub(super) use judging::milliseconds;
pub use peer::{PeerCheck, PeerQuestion, place_of, way_to};
pub use plan::{DoctorPlan, WantedPort, wanted_ports};
pub use report::{CheckName, Finding, Remedy, Report, Verdict};
pub use wording::{asked_text, check_label, finding_text, todo_text};
