//! What the settings say of a relay.

use super::*;
use crate::model::{ClusterSettings, RetentionSettings};

#[test]
fn a_relay_finds_what_it_is_to_keep() {
    let text =
        "[relay]\nhistory = true\nkeep = \"all\"\nkeep-messages = 500\nkeep-bytes = \"20MB\"\nfax = 1\n";
    let (_folder, profile) = with_config(text);
    let config = profile.load_config().unwrap();
    let retention = RetentionSettings {
        age: RetentionSettings::parse_age("all"),
        messages: RetentionSettings::parse_messages("500"),
        bytes: RetentionSettings::parse_bytes("20MB"),
    };
    assert_eq!(config.value.relay, RelaySettings { history: true, retention, ..RelaySettings::default() });
    assert_eq!(config.warnings.len(), 1, "{:?}", config.warnings);
}

#[test]
fn a_relay_finds_which_cluster_it_belongs_to() {
    let text = "[relay]\ncluster = [\"tls://a\", \"b:5\"]\nca = \"/ca.pem\"\nnkey = \"/relay.nk\"\n\
                prefix = \"school\"\nreplicas = 3\nshards = 4\npublic = \"a.example\"\n";
    let (_folder, profile) = with_config(text);
    let cluster = ClusterSettings {
        servers: vec!["tls://a".to_owned(), "tls://b:5".to_owned()],
        ca: Some("/ca.pem".into()),
        creds: None,
        nkey: Some("/relay.nk".into()),
        public: ClusterSettings::parse_public("a.example").expect("an address"),
        prefix: Some("school".to_owned()),
        replicas: Some(3),
        shards: Some(4),
    };
    let wanted = RelaySettings { cluster, ..RelaySettings::default() };
    assert_eq!(profile.load_config().unwrap().value.relay, wanted);
}
