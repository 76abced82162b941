//! Where the relay of an address is, or one of several: the address itself, what its names were resolved to, and in what
//! order all of that is tried.

use std::hash::{Hash as _, Hasher as _};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use siphasher::sip::SipHasher24;

use super::named_relays::NamedRelays;
use crate::model::{Address, ConversationId, Now};
use crate::wire::Ctx;
use crate::wire::endpoint::same_endpoint;
use crate::wire::resolution::{Answer, MAX_TARGETS, Name, Resolution, Resolved, Resolver};

/// How long the name of one relay may be looked up while it is known where another is.
const PATIENCE: Duration = Duration::from_secs(1);

/// One host of the address.
#[derive(Debug)]
struct RelayHost {
    /// With this host alone.
    address: Address,
    resolver: Resolver,
    resolution: Resolution,
    targets: Vec<SocketAddr>,
}

impl RelayHost {
    fn new(address: Address) -> Self {
        let targets: Vec<SocketAddr> = address.literal().into_iter().collect();
        let resolution = if targets.is_empty() { Resolution::Unknown } else { Resolution::Literal };
        Self { address, resolver: Resolver::default(), resolution, targets }
    }

    /// Takes an answer for the member with that id. `false`: it is stale, or about another name.
    fn resolved(&mut self, now: Now, answer: &Answer<'_>, member: u64) -> bool {
        // A name that is not found again just now is still where it was.
        let known = !self.targets.is_empty();
        let name = Name { address: &self.address, resolution: &mut self.resolution, known };
        let resolved = self.resolver.answer(now, answer, name);
        let is_answer = resolved.is_some();
        if let Some(Resolved::At(mut found)) = resolved {
            share(&mut found, member);
            found.truncate(MAX_TARGETS);
            self.targets = found;
        }
        is_answer
    }

    const fn is_asked(&self) -> bool {
        matches!(self.resolution, Resolution::Asked(_))
    }
}

/// The relays of one name have its members shared among them: each member tries them in an order of its own, which stays the
/// same. What the system puts first of IPv6 and IPv4 stays first, since the other may lead nowhere.
fn share(relays: &mut [SocketAddr], member: u64) {
    let begins_with_six = relays.first().is_some_and(SocketAddr::is_ipv6);
    let place = |relay: &SocketAddr| {
        let mut hasher = SipHasher24::new_with_key(&[0; 16]);
        (member, relay.ip()).hash(&mut hasher);
        hasher.finish()
    };
    relays.sort_by_cached_key(|relay| (relay.is_ipv6() != begins_with_six, place(relay)));
}

#[derive(Debug)]
pub(super) struct RelayLocator {
    conversation: ConversationId,
    pub(super) address: Address,
    hosts: Vec<RelayHost>,
    named: NamedRelays,
    /// Until when it is waited for the names of all hosts.
    patience: Option<Instant>,
    /// Where the relay may be, each once, in the order in which they are tried.
    pub(super) targets: Vec<SocketAddr>,
}

impl RelayLocator {
    pub(super) fn new(conversation: ConversationId, address: Address) -> Self {
        let hosts = address.hosts().map(|one| {
            RelayHost::new(Address { host: one.host, port: one.port, ..address.without_others() })
        });
        let hosts: Vec<RelayHost> = hosts.collect();
        let (named, targets) = (NamedRelays::default(), Vec::new());
        let mut locator = Self { conversation, address, hosts, named, patience: None, targets };
        locator.collect();
        locator
    }

    fn collect(&mut self) {
        self.targets.clear();
        let written = self.hosts.iter().flat_map(|host| host.targets.iter().copied());
        for target in written.chain(self.named.iter()) {
            if !self.targets.iter().any(|known| same_endpoint(*known, target)) {
                self.targets.push(target);
            }
        }
    }

    /// A relay names others that will do as well.
    pub(super) fn learn(&mut self, relay: SocketAddr, others: impl IntoIterator<Item = SocketAddr>) {
        self.named.learn(relay, others);
        self.collect();
    }

    /// The target that is this very program.
    pub(super) fn find(&self, at: SocketAddr) -> Option<SocketAddr> {
        self.targets.iter().copied().find(|target| same_endpoint(at, *target))
    }

    /// Whether there is another relay to go to. One that has an address of each family is one all the same.
    pub(super) fn has_others(&self) -> bool {
        let relays = |host: &RelayHost| {
            let six = host.targets.iter().filter(|at| at.is_ipv6()).count();
            host.targets.len().saturating_sub(six).max(six)
        };
        let is_written = |at: &SocketAddr| {
            self.hosts.iter().flat_map(|host| &host.targets).any(|target| same_endpoint(*target, *at))
        };
        let named = self.named.iter().filter(|at| !is_written(at)).count();
        self.hosts.iter().map(relays).fold(named, usize::saturating_add) > 1
    }

    /// Looks up the names of which nothing is known yet.
    pub(super) fn begin(&mut self, cx: &mut Ctx<'_>) {
        if self.hosts.iter().any(|host| host.resolution == Resolution::Unknown) {
            self.look_up(cx);
        }
    }

    /// As whom a person knows the relay at this target.
    pub(super) fn name_of(&self, at: SocketAddr) -> String {
        let host =
            self.hosts.iter().find(|host| host.targets.iter().any(|target| same_endpoint(*target, at)));
        host.map_or_else(
            || at.to_string(),
            |host| Address { room: String::new(), ..host.address.clone() }.location(),
        )
    }

    /// The names, as they are looked up.
    pub(super) fn names(&self) -> String {
        let names: Vec<String> = self.hosts.iter().map(|host| host.address.host.to_string()).collect();
        names.join(", ")
    }

    /// Looks the names up, unless that is under way or there are none.
    pub(super) fn look_up(&mut self, cx: &mut Ctx<'_>) {
        for host in &mut self.hosts {
            let look_up = host.resolver.ask(cx.now, self.conversation, &host.address, &mut host.resolution);
            cx.extend(look_up);
        }
        self.patience = self.is_asked().then(|| cx.after(PATIENCE));
    }

    fn is_asked(&self) -> bool {
        self.hosts.iter().any(RelayHost::is_asked)
    }

    /// Whether nothing has to be waited for: the first host that is anywhere is the first to be tried.
    pub(super) fn is_ready(&self, now: Instant) -> bool {
        let is_impatient = self.patience.is_none_or(|until| until <= now);
        let first = self.hosts.iter().find(|host| host.is_asked() || !host.targets.is_empty());
        first.is_some_and(|first| !first.targets.is_empty()) || (is_impatient && !self.targets.is_empty())
    }

    /// Whether every name was looked up.
    pub(super) fn is_done(&self) -> bool {
        !self.is_asked()
    }

    /// Takes an answer for the member with that id. `false`: it is stale.
    pub(super) fn resolved(&mut self, now: Now, answer: &Answer<'_>, member: u64) -> bool {
        let mut any = false;
        for host in &mut self.hosts {
            any |= host.resolved(now, answer, member);
        }
        self.collect();
        any
    }

    /// Whether a look-up has taken too long, which counts as an answer without addresses, or for so long that those which are
    /// known are tried without it.
    pub(super) fn overdue(&mut self, now: Now) -> bool {
        let mut any = self.patience.take_if(|until| *until <= now.mono).is_some();
        for host in &mut self.hosts {
            if let Some(conversation) = host.resolver.overdue(now) {
                let name = host.address.host.to_string();
                any |= host.resolved(now, &Answer { conversation, host: &name, addresses: &[] }, 0);
            }
        }
        any
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let patience = self.patience.filter(|_| self.hosts.len() > 1);
        self.hosts.iter().filter_map(|host| host.resolver.deadline()).chain(patience).min()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn order(member: u64) -> Vec<SocketAddr> {
        let at = |text: &str| text.parse().expect(text);
        let mut relays: Vec<SocketAddr> = [
            "[2001:db8::1]:6000",
            "[2001:db8::2]:6000",
            "192.0.2.1:6000",
            "192.0.2.2:6000",
            "192.0.2.3:6000",
        ]
        .map(at)
        .to_vec();
        share(&mut relays, member);
        relays
    }

    #[test]
    fn members_share_the_relays_of_one_name_and_each_goes_to_the_same_again() {
        let orders: BTreeSet<Vec<SocketAddr>> = (0..1_000).map(order).collect();
        assert_eq!(orders.len(), 12, "all that keep the families apart");
        assert_eq!(order(7), order(7));
        let first: Vec<SocketAddr> = (0..1_000).map(|member| order(member)[0]).collect();
        assert!(first.iter().all(SocketAddr::is_ipv6));
        let one = first.iter().filter(|relay| **relay == first[0]).count();
        assert!((400..=600).contains(&one), "{one}");
    }
}
