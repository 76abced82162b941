//! What has become of the connection: its latest state, so that nothing of it can get lost however late it is looked at.

use async_nats::{Event, ServerError};
use tokio::sync::watch;

use crate::model::text::plain_line;

/// What happened to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LinkEvent {
    Up,
    Down,
    /// The server ends soon.
    LameDuck,
    /// Messages came faster than they were looked at.
    Overrun,
    Denied(String),
}

/// Counts of what has happened: two states differ where something has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LinkState {
    is_down: bool,
    connections: u64,
    /// Of this connection.
    is_lame: bool,
    overruns: u64,
    denials: u64,
    denied: String,
}

impl LinkState {
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Connected => {
                (self.is_down, self.is_lame) = (false, false);
                self.connections = self.connections.wrapping_add(1);
            }
            Event::Disconnected | Event::Closed => self.is_down = true,
            Event::LameDuckMode => self.is_lame = true,
            Event::SlowConsumer(_) => self.overruns = self.overruns.wrapping_add(1),
            Event::ServerError(error @ ServerError::AuthorizationViolation) => self.deny(&error.to_string()),
            Event::ServerError(ServerError::Other(text)) if is_denied(text) => self.deny(text),
            Event::Draining | Event::ServerError(_) | Event::ClientError(_) => {}
        }
    }

    fn deny(&mut self, text: &str) {
        self.denials = self.denials.wrapping_add(1);
        self.denied = plain_line(text);
    }

    /// One thing that `latest` has and this one has not, which it has then. A connection that was lost and is there again
    /// is told as a new one.
    fn advance(&mut self, latest: &Self) -> Option<LinkEvent> {
        if self.connections != latest.connections {
            (self.is_down, self.is_lame, self.connections) = (false, false, latest.connections);
            return Some(LinkEvent::Up);
        }
        if self.is_down != latest.is_down {
            self.is_down = latest.is_down;
            return Some(if latest.is_down { LinkEvent::Down } else { LinkEvent::Up });
        }
        if self.is_lame != latest.is_lame {
            self.is_lame = latest.is_lame;
            return latest.is_lame.then_some(LinkEvent::LameDuck);
        }
        if self.overruns != latest.overruns {
            self.overruns = latest.overruns;
            return Some(LinkEvent::Overrun);
        }
        if self.denials != latest.denials {
            self.denials = latest.denials;
            return Some(LinkEvent::Denied(latest.denied.clone()));
        }
        None
    }
}

fn is_denied(text: &str) -> bool {
    text.to_ascii_lowercase().contains("permissions violation")
}

/// What happens to the connection, to whoever looks.
#[derive(Debug)]
pub(super) struct LinkEvents {
    latest: watch::Receiver<LinkState>,
    seen: LinkState,
}

impl LinkEvents {
    /// From now on: what came before is known.
    pub(super) fn new(latest: watch::Receiver<LinkState>) -> Self {
        let seen = latest.borrow().clone();
        Self { latest, seen }
    }

    /// `None`: there is no connection any more. Cancel-safe: what is waited for is taken in the poll that returns it.
    pub(super) async fn next(&mut self) -> Option<LinkEvent> {
        loop {
            let event = self.seen.advance(&self.latest.borrow_and_update());
            if event.is_some() {
                return event;
            }
            self.latest.changed().await.ok()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(events: &[Event]) -> Vec<LinkEvent> {
        let (mut seen, mut latest) = (LinkState::default(), LinkState::default());
        for event in events {
            latest.note(event);
        }
        std::iter::from_fn(|| seen.advance(&latest)).collect()
    }

    fn denial(subject: &str) -> Event {
        Event::ServerError(ServerError::Other(format!("Permissions Violation for Publish to \"{subject}\"")))
    }

    #[test]
    fn however_much_happens_the_latest_state_is_told() {
        let (up, down) = (Event::Connected, Event::Disconnected);
        assert_eq!(told(std::slice::from_ref(&down)), [LinkEvent::Down]);
        assert_eq!(told(&[down.clone(), up.clone()]), [LinkEvent::Up]);
        let mut storm: Vec<Event> = (0..10_000).map(|number| denial(&number.to_string())).collect();
        storm.extend([down.clone(), up.clone()]);
        let all = told(&storm);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0], LinkEvent::Up);
        assert!(matches!(&all[1], LinkEvent::Denied(text) if text.contains("9999")), "{all:?}");
        assert_eq!(told(&[up, down]), [LinkEvent::Up, LinkEvent::Down]);
    }

    #[test]
    fn a_server_that_ends_is_left_once_and_only_that_one() {
        assert_eq!(told(&[Event::LameDuckMode, Event::LameDuckMode]), [LinkEvent::LameDuck]);
        let left = [Event::LameDuckMode, Event::Disconnected, Event::Connected];
        assert_eq!(told(&left), [LinkEvent::Up]);
    }

    #[tokio::test]
    async fn what_was_before_is_known_and_what_comes_is_told() {
        let (state, latest) = watch::channel(LinkState::default());
        state.send_modify(|state| state.note(&Event::Connected));
        let mut events = LinkEvents::new(latest);
        state.send_modify(|state| state.note(&Event::Disconnected));
        assert_eq!(events.next().await, Some(LinkEvent::Down));
        drop(state);
        assert_eq!(events.next().await, None);
    }
}
