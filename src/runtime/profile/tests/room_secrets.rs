//! What is kept of the passwords of rooms.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::model::PeerSecret;
use crate::net::parse_address;

fn room(text: &str) -> Address {
    parse_address(text).unwrap()
}

fn find(profile: &Profile, address: &str) -> Option<Vec<u8>> {
    profile.secret_of(&room(address), &parse_address).map(|secret| secret.bytes().to_vec())
}

fn keep(profile: &Profile, address: &str, bytes: &[u8]) -> Result<(), Phrase> {
    profile.keep_secret(&room(address), &PeerSecret::new(bytes.to_vec()), &parse_address)
}

#[test]
fn each_room_has_its_own_and_nobody_else_reads_them() {
    let (folder, profile) = profile();
    let path = folder.path().join("rooms.key");
    keep(&profile, "relay://10.0.0.1/cave", b"").unwrap();
    assert!(!path.exists(), "nothing is kept of who has nothing to keep");
    keep(&profile, "relay://10.0.0.1/cave", b"\x00one").unwrap();
    keep(&profile, "relay://10.0.0.1,10.0.0.2/attic", b"two").unwrap();
    keep(&profile, "relay://10.0.0.1/cave", b"three\xff").unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(find(&profile, "relay://10.0.0.1/cave").as_deref(), Some(&b"three\xff"[..]));
    assert_eq!(find(&profile, "relay://10.0.0.2,10.0.0.1/attic").as_deref(), Some(&b"two"[..]));
    assert_eq!(find(&profile, "relay://10.0.0.1/attic"), None);
    keep(&profile, "relay://10.0.0.1/cave", b"").unwrap();
    assert_eq!(find(&profile, "relay://10.0.0.1/cave"), None);
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
    assert!(Profile::open(Some(folder.path())).unwrap().warnings().is_empty());
}

#[test]
fn a_file_that_is_none_of_ours_is_left_as_it_is() {
    let (folder, profile) = profile();
    let path = folder.path().join("rooms.key");
    for text in [&b"udpqq-rooms-9\nwhatever\n"[..], b"notes", b"\xff\xfe"] {
        fs::write(&path, text).unwrap();
        assert_eq!(find(&profile, "relay://10.0.0.1/cave"), None);
        assert_eq!(
            keep(&profile, "relay://10.0.0.1/cave", b"x").map_err(|told| told.key),
            Err("room-password-not-kept")
        );
        assert_eq!(fs::read(&path).unwrap(), text);
    }
    // What a later version has written about other things stays beside ours.
    fs::write(&path, "udpqq-rooms-1\n00ff later://x\nodd\n").unwrap();
    keep(&profile, "relay://10.0.0.1/cave", b"x").unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("udpqq-rooms-1\n00ff later://x\nodd\n78 relay://10.0.0.1"), "{text}");
}
