//! What a relay does not start with, and what it is told of it.

use std::time::Duration;

use udpqq::net::relay::nats::{NatsBackplane, NatsError, NatsLog, NatsServers, NatsSetup};

use crate::nats_servers::NatsCluster;

fn setup(servers: &NatsCluster) -> NatsSetup {
    let servers = NatsServers { addresses: servers.addresses(0), ..NatsServers::default() };
    NatsSetup { servers, prefix: "strict".to_owned(), shards: 1, log: NatsLog::default() }
}

async fn refused(setup: &NatsSetup) -> NatsError {
    NatsBackplane::open(setup).await.map(drop).expect_err("it opened")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_setting_than_the_log_has_is_named() {
    let Some(servers) = NatsCluster::start(1) else { return };
    let day = Some(Duration::from_hours(24));
    let first = NatsLog { keep: day, keep_messages: Some(500), ..NatsLog::default() };
    let setup = NatsSetup { log: first.clone(), ..setup(&servers) };
    let (first, port) = NatsBackplane::open(&setup).await.unwrap();
    let (epoch, secrets) = (port.epoch, port.secrets);
    drop(port);
    first.join().await;
    for (log, shards, wrong) in [
        (NatsLog { keep: Some(Duration::from_hours(1)), ..NatsLog::default() }, 1, "max_age"),
        (NatsLog { keep_messages: Some(501), ..NatsLog::default() }, 1, "max_msgs_per_subject"),
        (NatsLog { keep_bytes: Some(1 << 20), ..NatsLog::default() }, 1, "max_bytes"),
        (NatsLog { replicas: Some(3), ..NatsLog::default() }, 1, "num_replicas"),
        (NatsLog::default(), 2, "shards"),
    ] {
        let error = refused(&NatsSetup { log, shards, ..setup.clone() }).await;
        assert!(matches!(error, NatsError::Differs { setting, .. } if setting == wrong), "{error:?}");
    }
    // Whoever wants nothing else takes what is there.
    let (_second, port) = NatsBackplane::open(&NatsSetup { log: NatsLog::default(), ..setup }).await.unwrap();
    assert_eq!((port.epoch, port.secrets), (epoch, secrets));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_permitted_is_told_at_once() {
    for subject in ["strict.log.>", "$JS.API.DIRECT.GET.>", "$JS.API.STREAM.MSG.GET.strict_LOG_0"] {
        let rights = format!(
            "authorization {{ users: [ {{ user: relay, password: x, \
             permissions: {{ publish: {{ deny: [\"{subject}\"] }} }} }} ] }}\nno_auth_user: relay"
        );
        let Some(servers) = NatsCluster::start_with(1, &rights) else { return };
        let error = tokio::time::timeout(Duration::from_secs(10), refused(&setup(&servers))).await;
        let error = error.unwrap_or_else(|_| panic!("{subject}: at once"));
        let named = subject.trim_end_matches('>');
        assert!(matches!(&error, NatsError::Denied(reason) if reason.contains(named)), "{error:?}");
    }
}

/// Not after ten seconds, and not as if nobody were there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_of_another_authority_are_refused_at_once() {
    let file = |name: &str| format!("{}/tests/captures/nats/{name}", env!("CARGO_MANIFEST_DIR"));
    let tls =
        format!("tls {{ cert_file: \"{}\", key_file: \"{}\" }}", file("server.pem"), file("server.key"));
    let Some(servers) = NatsCluster::start_with(1, &tls) else { return };
    let with = |ca: &str| {
        let servers = NatsServers { ca: Some(file(ca).into()), ..setup(&servers).servers };
        NatsSetup { servers, prefix: "strict".to_owned(), shards: 1, log: NatsLog::default() }
    };
    let error = tokio::time::timeout(Duration::from_secs(5), refused(&with("other-ca.pem"))).await.unwrap();
    assert!(matches!(&error, NatsError::Tls(reason) if reason.contains("UnknownIssuer")), "{error:?}");
    let (_backplane, port) = NatsBackplane::open(&with("ca.pem")).await.unwrap();
    drop(port);
}

/// A newer relay may keep more there, which an older one must not take away from it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_of_another_version_are_left_alone() {
    let Some(servers) = NatsCluster::start(1) else { return };
    let (first, port) = NatsBackplane::open(&setup(&servers)).await.unwrap();
    drop(port);
    first.join().await;
    let client = async_nats::connect(servers.addresses(0)).await.unwrap();
    let key = "$KV.strict_secret.tokens";
    client.request(key, vec![9_u8; 40].into()).await.unwrap();
    let error = refused(&setup(&servers)).await;
    assert!(matches!(&error, NatsError::Differs { setting: "secrets", .. }), "{error:?}");
    let read = client.request("$JS.API.DIRECT.GET.KV_strict_secret.$KV.strict_secret.tokens", "".into());
    assert_eq!(read.await.unwrap().payload, vec![9_u8; 40]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_are_too_few_or_are_not_named_well_will_not_do() {
    let Some(servers) = NatsCluster::start(1) else { return };
    let log = NatsLog { replicas: Some(3), ..NatsLog::default() };
    assert_eq!(refused(&NatsSetup { log, ..setup(&servers) }).await, NatsError::FewServers);
    let bad = |address: &str| NatsServers { addresses: vec![address.to_owned()], ..NatsServers::default() };
    for address in ["nats://ann:secret@127.0.0.1", "nats://:secret@127.0.0.1"] {
        let error = refused(&NatsSetup { servers: bad(address), ..setup(&servers) }).await;
        assert_eq!(error, NatsError::Address("nats://…@127.0.0.1".to_owned()), "no secret is printed");
    }
    for address in ["ws://127.0.0.1", "http://127.0.0.1", "nats://", ""] {
        let error = refused(&NatsSetup { servers: bad(address), ..setup(&servers) }).await;
        assert_eq!(error, NatsError::Address(address.to_owned()));
    }
    let error = refused(&NatsSetup { prefix: "a.b".to_owned(), ..setup(&servers) }).await;
    assert_eq!(error, NatsError::Prefix("a.b".to_owned()));
}
