//! What the firewall of this machine does with a datagram that somebody sends us. Read only, and only where the system lets
//! us read it.

mod iptables;
mod nft;
mod rules;

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use rules::Ruleset;
pub use rules::{BlockingChain, FirewallVerdict, InboundPacket, PacketVerdict};

/// Listing takes some hundredths of a second; with very many rules some tenths.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// Rules of a firewall with long lists of addresses. What is beyond is not read, and so not judged.
const MAX_LISTING: u64 = 8 * 1024 * 1024;
/// Where such tools are, which is not on the path of every person.
const FOLDERS: [&str; 4] = ["/usr/sbin", "/sbin", "/usr/bin", "/usr/local/sbin"];

/// What is known of the firewall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Firewall {
    /// There is no tool that we can ask.
    NoTool,
    /// Only root may read the rules.
    Denied {
        tool: &'static str,
    },
    /// The tool did not answer in time, or says something that we do not understand.
    Unclear {
        tool: &'static str,
    },
    Read(Vec<PacketVerdict>),
}

/// Reads the rules, and judges by them what comes to these ports.
pub async fn firewall(packets: &[InboundPacket]) -> Firewall {
    if !cfg!(target_os = "linux") {
        return Firewall::NoTool;
    }
    let is_six = packets.iter().any(InboundPacket::is_six);
    let (save, tool) = if is_six { ("ip6tables-save", "ip6tables") } else { ("iptables-save", "iptables") };
    let (nft, old) = tokio::join!(listing("nft", &["-j", "list", "ruleset"]), listing(save, &[]));
    let nft = read(nft, "nft", nft::read);
    let old = read(old, tool, |text| Some(iptables::read(text, is_six)));
    combined(nft, old, packets)
}

/// Either the rules, or why there are none.
fn read(
    listed: Result<Option<String>, Firewall>,
    tool: &'static str,
    parse: impl FnOnce(&str) -> Option<Ruleset>,
) -> Result<Option<Ruleset>, Firewall> {
    let Some(text) = listed? else { return Ok(None) };
    parse(&text).map(Some).ok_or(Firewall::Unclear { tool })
}

fn combined(
    nft: Result<Option<Ruleset>, Firewall>,
    old: Result<Option<Ruleset>, Firewall>,
    packets: &[InboundPacket],
) -> Firewall {
    // Newer systems keep what the old tool writes where nft shows it too, in a form that only the old tool explains.
    let nft = match (nft, &old) {
        (Ok(Some(nft)), Ok(Some(old))) => Ok(Some(nft.without(old))),
        (nft, _) => nft,
    };
    let mut trouble = None;
    let mut rulesets = Vec::new();
    for read in [nft, old] {
        match read {
            Ok(found) => rulesets.extend(found),
            Err(why) => trouble = trouble.or(Some(why)),
        }
    }
    if rulesets.is_empty() {
        return trouble.unwrap_or(Firewall::NoTool);
    }
    let judged = |packet: &InboundPacket| {
        let all = rulesets.iter().map(|rules| rules.judge(packet));
        let worst = all.max_by_key(FirewallVerdict::weight).unwrap_or(FirewallVerdict::LetIn);
        PacketVerdict { packet: packet.clone(), verdict: worst }
    };
    let verdicts: Vec<PacketVerdict> = packets.iter().map(judged).collect();
    let drops = verdicts.iter().any(|one| matches!(one.verdict, FirewallVerdict::Dropped(_)));
    // What one tool does not tell may still drop it.
    trouble.filter(|_| !drops).unwrap_or(Firewall::Read(verdicts))
}

/// What a tool prints; `None`: it is not there.
async fn listing(tool: &'static str, args: &[&str]) -> Result<Option<String>, Firewall> {
    let Some(path) = FOLDERS.iter().map(|folder| Path::new(folder).join(tool)).find(|path| path.exists())
    else {
        return Ok(None);
    };
    let mut command = Command::new(path);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    // What does not answer in time ends with us.
    command.kill_on_drop(true).env("LC_ALL", "C");
    let unclear = || Firewall::Unclear { tool };
    let run = async {
        let mut child = command.spawn().ok()?;
        let mut text = Vec::new();
        let _read = child.stdout.take()?.take(MAX_LISTING).read_to_end(&mut text).await.ok()?;
        let status = child.wait().await.ok()?;
        Some((status.success(), text))
    };
    let done = tokio::time::timeout(PATIENCE, run).await;
    match done.ok().flatten().ok_or_else(unclear)? {
        (true, text) => String::from_utf8(text).map(Some).map_err(|_no_text| unclear()),
        (false, _) if !is_root() => Err(Firewall::Denied { tool }),
        (false, _) => Err(unclear()),
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(not(unix))]
const fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests;
