//! What the app was told of a dialect's listening socket.

use std::net::SocketAddr;

use super::ctx::Ctx;
use crate::model::traffic::Listening;
use crate::model::{ErrorCode, NetEvent};

/// The last report of one socket.
#[derive(Debug, Default)]
pub struct ListeningReport {
    last: Option<Listening>,
}

impl ListeningReport {
    /// It listens at `address`.
    pub fn up(&mut self, cx: &mut Ctx<'_>, scheme: &'static str, address: SocketAddr) {
        self.tell(cx, Listening { scheme, address: Some(address), wanted: None, code: None });
    }

    /// It could not be opened at `wanted`, or was lost.
    pub fn down(
        &mut self,
        cx: &mut Ctx<'_>,
        scheme: &'static str,
        wanted: Option<SocketAddr>,
        code: Option<ErrorCode>,
    ) {
        self.tell(cx, Listening { scheme, address: None, wanted, code });
    }

    /// It is switched off.
    pub fn off(&mut self, cx: &mut Ctx<'_>, scheme: &'static str) {
        self.tell(cx, Listening { scheme, address: None, wanted: None, code: None });
    }

    /// Told again only where it is something else: a socket is tried many times.
    fn tell(&mut self, cx: &mut Ctx<'_>, listening: Listening) {
        if self.last.as_ref() != Some(&listening) {
            self.last = Some(listening.clone());
            cx.report(NetEvent::Listening(listening));
        }
    }
}
