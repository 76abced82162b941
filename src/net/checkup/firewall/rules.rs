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
pub struct Arrival {
    pub transport: PortKind,
    pub port: u16,
    /// Who sends it, where that is known.
    pub source: Option<IpAddr>,
    /// By which interface, where that is known.
    pub interface: Option<String>,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub arrival: Arrival,
    pub judgement: Judgement,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    LetIn,
    /// It depends on what we do not understand.
    Unsure(Blame),
    Dropped(Blame),
}

impl Judgement {
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
pub struct Blame {
    /// `nft` or `iptables`.
    pub tool: &'static str,
    pub family: String,
    pub table: String,
    /// The chain that the kernel begins with, where a rule is to stand before the others.
    pub chain: String,
    /// It is no rule but the policy of the chain: what nobody lets in stays out.
    pub policy: bool,
    /// Who writes the rules for the person, and would undo what is written beside it: `ufw` or `firewalld`.
    pub keeper: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fits {
    No,
    Maybe,
    Yes,
}

impl Fits {
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
pub(super) enum Test {
    Transport(Vec<String>),
    Ports(Vec<RangeInclusive<u16>>),
    Interface(String),
    States(Vec<String>),
    Source(IpAddr, u8),
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) test: Test,
    pub(super) negated: bool,
}

impl Condition {
    pub(super) const fn is(test: Test) -> Self {
        Self { test, negated: false }
    }

    fn fits(&self, arrival: &Arrival) -> Fits {
        let plain = match &self.test {
            Test::Transport(names) => Fits::of(Some(names.iter().any(|name| {
                name == arrival.transport.name() || name == "all" || number_of(arrival.transport) == *name
            }))),
            Test::Ports(ranges) => Fits::of(Some(ranges.iter().any(|range| range.contains(&arrival.port)))),
            Test::Interface(name) => Fits::of(fits_interface(name, arrival)),
            // Nobody here asked for it, so it belongs to no connection.
            Test::States(states) => {
                Fits::of(Some(states.iter().any(|state| state.eq_ignore_ascii_case("new"))))
            }
            Test::Source(network, prefix) => {
                Fits::of(arrival.source.map(|source| is_within(source, *network, *prefix)))
            }
            Test::Unknown => Fits::Maybe,
        };
        if self.negated { plain.negated() } else { plain }
    }
}

const fn number_of(transport: PortKind) -> &'static str {
    match transport {
        PortKind::Udp => "17",
        PortKind::Tcp => "6",
    }
}

/// Others do not come by the loopback interface, by whichever other they come.
fn fits_interface(name: &str, arrival: &Arrival) -> Option<bool> {
    let matches = |known: &String| match name.strip_suffix(['*', '+']) {
        Some(stem) => known.starts_with(stem),
        None => known == name,
    };
    match &arrival.interface {
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
pub(super) enum Act {
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
    pub(super) act: Act,
}

impl Rule {
    fn fits(&self, arrival: &Arrival) -> Fits {
        let all = self.conditions.iter().map(|condition| condition.fits(arrival));
        all.fold(Fits::Yes, |so_far, next| match (so_far, next) {
            (Fits::No, _) | (_, Fits::No) => Fits::No,
            (Fits::Maybe, _) | (_, Fits::Maybe) => Fits::Maybe,
            (Fits::Yes, Fits::Yes) => Fits::Yes,
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

    /// What becomes of it: every chain that begins has to let it through.
    pub(super) fn judge(&self, arrival: &Arrival) -> Judgement {
        let mut worst = Judgement::LetIn;
        for ((family, table), chains) in &self.tables {
            for (name, chain) in chains.iter().filter(|(_, chain)| chain.begins) {
                let mut walk = Walk::default();
                let end = walk.through(chains, chain, arrival, 0);
                let by_policy = matches!(end, RuleEnd::Through) && chain.policy_drops;
                let out = by_policy || matches!(end, RuleEnd::Dropped);
                let blame = || Blame {
                    tool: self.tool,
                    family: family.clone(),
                    table: table.clone(),
                    chain: name.clone(),
                    policy: by_policy,
                    keeper: self.keeper(),
                };
                let judged = match (out, walk.may_be_in, walk.may_be_out) {
                    (true, false, _) => Judgement::Dropped(blame()),
                    (true, true, _) | (false, _, true) => Judgement::Unsure(blame()),
                    (false, _, false) => Judgement::LetIn,
                };
                if judged.weight() > worst.weight() {
                    worst = judged;
                }
            }
        }
        worst
    }

    /// Whose rules these are.
    fn keeper(&self) -> Option<&'static str> {
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
        arrival: &Arrival,
        depth: usize,
    ) -> RuleEnd {
        if depth >= MAX_DEPTH {
            self.may_be_out = true;
            return RuleEnd::Through;
        }
        for rule in &chain.rules {
            let certain = match rule.fits(arrival) {
                Fits::No => continue,
                Fits::Maybe => false,
                Fits::Yes => true,
            };
            let end = match &rule.act {
                Act::Nothing => continue,
                Act::Accept => RuleEnd::Accepted,
                Act::Drop => RuleEnd::Dropped,
                Act::Return if certain => return RuleEnd::Through,
                Act::Return | Act::Unknown => {
                    (self.may_be_in, self.may_be_out) = (true, true);
                    continue;
                }
                Act::Jump(name) | Act::Goto(name) => match all.get(name) {
                    Some(called) => {
                        match (self.through(all, called, arrival, depth.saturating_add(1)), &rule.act) {
                            (RuleEnd::Through, Act::Goto(_)) if certain => return RuleEnd::Through,
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
