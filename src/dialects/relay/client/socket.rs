//! The socket of one session: of both families where the machine has them, else of IPv4.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::dialects::relay::frame::FromMember;
use crate::model::LinkId;
use crate::wire::{Ctx, Output, SocketSpec};

#[derive(Debug, Default)]
pub(super) struct SessionSocket {
    /// When it is open or asked for.
    pub(super) link: Option<LinkId>,
    /// This machine does not open sockets for both families.
    only_v4: bool,
}

impl SessionSocket {
    pub(super) fn open(&mut self, cx: &mut Ctx<'_>) {
        let link = cx.next_link();
        let ip = if self.only_v4 { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = SocketSpec { at: SocketAddr::new(ip, 0), shared: false, broadcast: false, hops: 1 };
        self.link = Some(link);
        cx.push(Output::Open { link, socket });
    }

    /// It was lost, or while `opening` could not be opened. A machine without IPv6 opens the other kind: whether that is
    /// tried now.
    pub(super) fn down(&mut self, cx: &mut Ctx<'_>, opening: bool) -> bool {
        self.link = None;
        self.only_v4 = opening && !self.only_v4;
        if self.only_v4 {
            self.open(cx);
        }
        self.only_v4
    }

    pub(super) fn close(&mut self, cx: &mut Ctx<'_>) {
        if let Some(link) = self.link.take() {
            cx.close(link);
        }
    }

    pub(super) fn send(&self, cx: &mut Ctx<'_>, to: SocketAddr, frame: &FromMember<'_>) {
        if let Some(link) = self.link {
            let mut bytes = Vec::new();
            frame.encode(&mut bytes);
            cx.send(link, to, bytes.into(), None);
        }
    }
}
