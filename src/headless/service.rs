//! What a service manager wants to know of a program that runs until it is told to end.

use super::output::Console;
use crate::model::Phrase;

#[derive(Clone, Copy)]
pub(super) enum ServiceState {
    Ready,
    Stopping,
}

/// Tells systemd, if it is that which started us (`NOTIFY_SOCKET`).
#[cfg(target_os = "linux")]
pub(super) fn tell(state: ServiceState, output: &Console) {
    use sd_notify::NotifyState;
    let told = sd_notify::notify(&[match state {
        ServiceState::Ready => NotifyState::Ready,
        ServiceState::Stopping => NotifyState::Stopping,
    }]);
    if let Err(error) = told {
        output.tell(&Phrase::new("relay-not-notified").text("reason", error.to_string()));
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn tell(_state: ServiceState, _output: &Console) {}
