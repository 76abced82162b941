//! Rules as a model of what they do with one datagram that nobody asked for. What is not understood may hold or not: then
//! nothing is claimed for certain.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;

use crate::net::checkup::PortKind;

/// Chains that call each other end here; no firewall needs more.
const MAX_DEPTH: usize = 16;

/// Something that comes in, and that nobody here asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundPacket {
    pub transport: PortKind,
    pub port: u16,
    /// Who sends it, where that is known.
    pub source: Option<IpAddr>,
    /// By which interface, where that is known.
    pub interface: Option<String>,
}

impl InboundPacket {
    /// Most that people speak is IPv4.
    pub(super) fn is_six(&self) -> bool {
        self.source.is_some_and(|source| source.is_ipv6())
    }

    /// Whether tables of this family see it.
    fn is_of(&self, family: &str) -> bool {
        match family {
            "ip" => !self.is_six(),
            "ip6" => self.is_six(),
            _ => true,
        }
    }
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketVerdict {
    pub packet: InboundPacket,
    pub verdict: FirewallVerdict,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirewallVerdict {
    LetIn,
    /// It depends on what we do not understand.
    Unsure(BlockingChain),
    Dropped(BlockingChain),
}

impl FirewallVerdict {
    pub(super) const fn weight(&self) -> u8 {
        match self {
            Self::LetIn => 0,
            Self::Unsure(_) => 1,
            Self::Dropped(_) => 2,
        }
    }
}

/// What drops it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockingChain {
    /// `nft` or `iptables`.
    pub tool: &'static str,
    pub family: String,
    pub table: String,
    /// The chain that the kernel begins with, where a rule is to stand before the others.
    pub chain: String,
    /// It is no rule but the policy of the chain: what nobody lets in stays out.
    pub policy: bool,
    /// Who writes the rules for the person, and would undo what is written beside it: `ufw` or `firewalld`.
    pub manager: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MatchResult {
    No,
    Maybe,
    Yes,
}

impl MatchResult {
    const fn of(known: Option<bool>) -> Self {
        match known {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Maybe,
        }
    }

    const fn negated(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Maybe => Self::Maybe,
            Self::Yes => Self::No,
        }
    }
}

/// What a rule asks of a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RuleMatch {
    Transport(Vec<String>),
    Ports(Vec<RangeInclusive<u16>>),
    Interfaces(Vec<String>),
    /// Of its connection: new, established and the like.
    States(Vec<String>),
    Source(IpAddr, u8),
    /// Whose address it goes to: ours, everybody's.
    Destination(Vec<String>),
    /// Whether it is IPv6.
    IsSix(bool),
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) test: RuleMatch,
    pub(super) negated: bool,
}

impl Condition {
    pub(super) const fn is(test: RuleMatch) -> Self {
        Self { test, negated: false }
    }

    fn fits(&self, packet: &InboundPacket) -> MatchResult {
        let plain = match &self.test {
            RuleMatch::Transport(names) => MatchResult::of(Some(names.iter().any(|name| {
                name == packet.transport.name() || name == "all" || number_of(packet.transport) == *name
            }))),
            RuleMatch::Ports(ranges) => {
                MatchResult::of(Some(ranges.iter().any(|range| range.contains(&packet.port))))
            }
            RuleMatch::Interfaces(names) => {
                let each = || names.iter().map(|name| fits_interface(name, packet));
                let (fits, unknown) = (each().any(|one| one == Some(true)), each().any(|one| one.is_none()));
                MatchResult::of(if fits { Some(true) } else { (!unknown).then_some(false) })
            }
            // Nobody here asked for it, so it belongs to no connection.
            RuleMatch::States(states) => MatchResult::of(Some(has_word(states, "new"))),
            // Somebody writes to us and nobody else.
            RuleMatch::Destination(kinds) => MatchResult::of(Some(has_word(kinds, "local"))),
            RuleMatch::IsSix(six) => MatchResult::of(Some(packet.is_six() == *six)),
            RuleMatch::Source(network, prefix) => {
                MatchResult::of(packet.source.map(|source| is_within(source, *network, *prefix)))
            }
            RuleMatch::Unknown => MatchResult::Maybe,
        };
        if self.negated { plain.negated() } else { plain }
    }
}

fn has_word(words: &[String], word: &str) -> bool {
    words.iter().any(|one| one.eq_ignore_ascii_case(word))
}

const fn number_of(transport: PortKind) -> &'static str {
    match transport {
        PortKind::Udp => "17",
        PortKind::Tcp => "6",
    }
}

/// Others do not come by the loopback interface, by whichever other they come.
fn fits_interface(name: &str, packet: &InboundPacket) -> Option<bool> {
    let matches = |known: &String| match name.strip_suffix(['*', '+']) {
        Some(stem) => known.starts_with(stem),
        None => known == name,
    };
    match &packet.interface {
        Some(known) => Some(matches(known)),
        None if name == "lo" => Some(false),
        None => None,
    }
}

fn is_within(ip: IpAddr, network: IpAddr, prefix: u8) -> bool {
    let (ip, network, width) = match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => (ip.to_bits().into(), network.to_bits().into(), 32),
        (IpAddr::V6(ip), IpAddr::V6(network)) => (ip.to_bits(), network.to_bits(), u128::BITS),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    let differ: u128 = ip ^ network;
    differ.checked_shr(width.saturating_sub(u32::from(prefix))).unwrap_or_default() == 0
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RuleAction {
    Accept,
    Drop,
    Jump(String),
    Goto(String),
    Return,
    /// It counts, logs or marks, and the next rule follows.
    Nothing,
    /// Whatever it does, it may be the end.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) conditions: Vec<Condition>,
    pub(super) act: RuleAction,
}

impl Rule {
    fn fits(&self, packet: &InboundPacket) -> MatchResult {
        let all = self.conditions.iter().map(|condition| condition.fits(packet));
        all.fold(MatchResult::Yes, |so_far, next| match (so_far, next) {
            (MatchResult::No, _) | (_, MatchResult::No) => MatchResult::No,
            (MatchResult::Maybe, _) | (_, MatchResult::Maybe) => MatchResult::Maybe,
            (MatchResult::Yes, MatchResult::Yes) => MatchResult::Yes,
        })
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    /// The kernel gives it what comes in; else other chains do.
    pub(super) begins: bool,
    pub(super) policy_drops: bool,
    pub(super) rules: Vec<Rule>,
}

/// The chains of one table, by name, and of all tables by family and name.
type Tables = BTreeMap<(String, String), BTreeMap<String, Chain>>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ruleset {
    pub(super) tool: &'static str,
    pub(super) tables: Tables,
}

/// How a walk through a chain ends.
enum RuleEnd {
    Accepted,
    Dropped,
    /// At its end, so that whoever called goes on.
    Through,
}

/// One walk: whether something that is not understood may have ended it before.
#[derive(Default)]
struct Walk {
    may_be_in: bool,
    may_be_out: bool,
}

impl Ruleset {
    pub(super) fn chain(&mut self, family: &str, table: &str, chain: &str) -> &mut Chain {
        let table = self.tables.entry((family.to_owned(), table.to_owned())).or_default();
        table.entry(chain.to_owned()).or_default()
    }

    /// Leaves out the tables that the other list has as well, chain by chain and rule by rule: two tools show the same.
    pub(super) fn without(mut self, other: &Self) -> Self {
        self.tables.retain(|name, chains| {
            let shown = other.tables.get(name);
            let same = |(name, chain): (&String, &Chain)| {
                let other = shown.and_then(|shown| shown.get(name));
                other.is_some_and(|other| other.rules.len() == chain.rules.len())
            };
            !chains.iter().all(same)
        });
        self
    }

    /// What becomes of it: every chain that begins has to let it through.
    pub(super) fn judge(&self, packet: &InboundPacket) -> FirewallVerdict {
        let mut worst = FirewallVerdict::LetIn;
        for ((family, table), chains) in self.tables.iter().filter(|((family, _), _)| packet.is_of(family)) {
            for (name, chain) in chains.iter().filter(|(_, chain)| chain.begins) {
                let mut walk = Walk::default();
                let end = walk.through(chains, chain, packet, 0);
                let by_policy = matches!(end, RuleEnd::Through) && chain.policy_drops;
                let out = by_policy || matches!(end, RuleEnd::Dropped);
                let chain = || BlockingChain {
                    tool: self.tool,
                    family: family.clone(),
                    table: table.clone(),
                    chain: name.clone(),
                    policy: by_policy,
                    manager: self.manager(),
                };
                let judged = match (out, walk.may_be_in, walk.may_be_out) {
                    (true, false, _) => FirewallVerdict::Dropped(chain()),
                    (true, true, _) | (false, _, true) => FirewallVerdict::Unsure(chain()),
                    (false, _, false) => FirewallVerdict::LetIn,
                };
                if judged.weight() > worst.weight() {
                    worst = judged;
                }
            }
        }
        worst
    }

    /// Whose rules these are.
    fn manager(&self) -> Option<&'static str> {
        let firewalld = self.tables.keys().any(|(_, table)| table == "firewalld");
        let ufw = self.tables.values().flat_map(BTreeMap::keys).any(|chain| chain.starts_with("ufw-"));
        if firewalld { Some("firewalld") } else { ufw.then_some("ufw") }
    }
}

impl Walk {
    fn through(
        &mut self,
        all: &BTreeMap<String, Chain>,
        chain: &Chain,
        packet: &InboundPacket,
        depth: usize,
    ) -> RuleEnd {
        if depth >= MAX_DEPTH {
            self.may_be_out = true;
            return RuleEnd::Through;
        }
        for rule in &chain.rules {
            let certain = match rule.fits(packet) {
                MatchResult::No => continue,
                MatchResult::Maybe => false,
                MatchResult::Yes => true,
            };
            let end = match &rule.act {
                RuleAction::Nothing => continue,
                RuleAction::Accept => RuleEnd::Accepted,
                RuleAction::Drop => RuleEnd::Dropped,
                RuleAction::Return if certain => return RuleEnd::Through,
                RuleAction::Return | RuleAction::Unknown => {
                    (self.may_be_in, self.may_be_out) = (true, true);
                    continue;
                }
                RuleAction::Jump(name) | RuleAction::Goto(name) => match all.get(name) {
                    Some(called) => {
                        match (self.through(all, called, packet, depth.saturating_add(1)), &rule.act) {
                            (RuleEnd::Through, RuleAction::Goto(_)) if certain => return RuleEnd::Through,
                            (RuleEnd::Through, _) => continue,
                            (end, _) => end,
                        }
                    }
                    None => continue,
                },
            };
            match (certain, end) {
                (true, end) => return end,
                (false, RuleEnd::Accepted) => self.may_be_in = true,
                (false, RuleEnd::Dropped) => self.may_be_out = true,
                (false, RuleEnd::Through) => {}
            }
        }
        RuleEnd::Through
    }
}
