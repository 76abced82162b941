//! The file of our own key: made once, read for ever, never replaced.

use zeroize::Zeroizing;

use super::super::{AskPassphrase, PassphraseError, PassphraseQuestion};
use super::*;

fn key_text(profile: &Profile) -> String {
    fs::read_to_string(profile.identity_path()).unwrap()
}

fn own(profile: &Profile) -> crate::model::PublicKey {
    profile.own_key(None).unwrap().public()
}

#[test]
fn the_first_time_there_is_a_new_key_and_from_then_on_the_same() {
    let ((folder, profile), (_other_folder, other)) = (profile(), profile());
    let key = own(&profile);
    let text = key_text(&profile);
    assert!(text.starts_with("udpqq-identity-1 ") && text.ends_with('\n'), "{} letters", text.len());
    assert_eq!(text.lines().count(), 1);
    assert_eq!(own(&profile), key);
    assert_eq!(key_text(&profile), text);
    assert_ne!(own(&other), key);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
}

/// Frozen: a file of today has to be read by every later version.
#[test]
fn a_file_of_this_form_is_read_however_it_was_copied() {
    let letters = "bqgaydambqgaydambqgaydambqgaydambqgaydambqgaydambqgflflo";
    let key = "bnitvwnusjablsqjalwqpece2owf3pwcgbxqnfemcdni5nxdt4wu6fqb";
    for text in [
        format!("udpqq-identity-1 {letters}\n"),
        format!("udpqq-identity-1 {letters}"),
        format!("\nudpqq-identity-1 {}\r\n", letters.to_uppercase()),
    ] {
        let (_folder, profile) = profile();
        fs::write(profile.identity_path(), &text).unwrap();
        assert_eq!(own(&profile).to_string(), key);
        assert_eq!(key_text(&profile), text, "it stays as it was");
    }
}

#[test]
fn what_does_not_parse_is_never_overwritten() {
    let letters = "bqgaydambqgaydambqgaydambqgaydambqgaydambqgaydambqgflflo";
    for (text, key) in [
        (String::new(), "identity-malformed"),
        ("udpqq-identity-1".to_owned(), "identity-malformed"),
        (format!("udpqq-identity-1 {}", letters.trim_start_matches('b')), "identity-malformed"),
        (format!("udpqq-identity-1 {}", letters.replace("flflo", "flflq")), "identity-malformed"),
        (format!("udpqq-identity-1 {letters}\n{letters}\n"), "identity-malformed"),
        (letters.to_owned(), "identity-malformed"),
        ("\0\u{ff}".repeat(10_000), "identity-malformed"),
        (format!("udpqq-identity-2 {letters}\n"), "identity-malformed"),
        (format!("udpqq-identity-3 {letters}\n"), "identity-newer"),
        ("udpqq-identity-10 x\n".to_owned(), "identity-newer"),
    ] {
        let (_folder, profile) = profile();
        fs::write(profile.identity_path(), &text).unwrap();
        let error = profile.own_key(None).map(|pair| pair.public()).unwrap_err();
        assert_eq!(error.phrase().key, key, "{text:?}");
        let shown = format!("{error:?} {error} {:?}", error.phrase());
        assert!(!shown.contains("bqgay"), "what may be a secret is not told: {shown}");
        assert_eq!(key_text(&profile), text);
        assert_eq!(profile.import_key(letters).unwrap_err().phrase().key, "identity-exists");
        assert_eq!(key_text(&profile), text);
    }
}

#[test]
fn two_programs_that_start_at_once_have_the_same_key() {
    for _ in 0..20 {
        let (folder, _profile) = profile();
        let start = std::sync::Barrier::new(8);
        let keys: Vec<_> = std::thread::scope(|scope| {
            let program = || {
                let profile = Profile::open(Some(folder.path())).unwrap();
                start.wait();
                own(&profile)
            };
            let programs: Vec<_> = (0..8).map(|_| scope.spawn(program)).collect();
            programs.into_iter().map(|program| program.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }
}

#[test]
fn a_key_goes_to_paper_and_back() {
    let ((_folder, profile), (_other_folder, restored)) = (profile(), profile());
    let paper = crate::model::key::grouped(&profile.own_key(None).unwrap().letters());
    assert_eq!(paper.split(' ').count(), 14);
    let typed = format!("  {}\r\n", paper.to_uppercase());
    assert_eq!(restored.import_key(&typed).unwrap().public(), own(&profile));
    assert_eq!(key_text(&restored), key_text(&profile));
    assert_eq!(restored.import_key(&paper).unwrap_err().phrase().key, "identity-exists");
}

#[test]
fn letters_that_are_no_key_make_no_file_and_say_why() {
    let (_folder, profile) = profile();
    for (letters, key) in [
        ("", "identity-letters-length"),
        ("bqga", "identity-letters-length"),
        ("junk", "identity-letters-length"),
        ("bqga!", "identity-letters-letter"),
        ("cqgaydambqgaydambqgaydambqgaydambqgaydambqgaydambqgflflo", "identity-letters-check"),
    ] {
        assert_eq!(profile.import_key(letters).unwrap_err().phrase().key, key, "{letters}");
        assert!(!profile.identity_path().exists());
    }
    let whole = "udpqq-identity-1 bqgaydambqgaydambqgaydambqgaydambqgaydambqgaydambqgflflo\n";
    profile.import_key(whole).unwrap();
    assert_eq!(key_text(&profile), whole);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn nobody_else_can_read_it() {
        let (_folder, profile) = profile();
        own(&profile);
        assert_eq!(mode(&profile.identity_path()), 0o600);
    }

    #[test]
    fn no_link_is_followed_wherever_it_leads() {
        let (_folder, profile) = profile();
        let elsewhere = TempDir::new().unwrap();
        let (target, nowhere) = (elsewhere.path().join("key"), elsewhere.path().join("nothing"));
        let text = "udpqq-identity-1 bqgaydambqgaydambqgaydambqgaydambqgaydambqgaydambqgflflo\n";
        fs::write(&target, text).unwrap();
        for target in [&target, &nowhere] {
            symlink(target, profile.identity_path()).unwrap();
            assert_eq!(profile.own_key(None).unwrap_err(), IdentityError::NoFile(profile.identity_path()));
            assert_eq!(profile.import_key("x").unwrap_err().phrase().key, "identity-exists");
            assert!(!nowhere.exists());
            fs::remove_file(profile.identity_path()).unwrap();
        }
        assert_eq!(fs::read_to_string(&target).unwrap(), text);
    }

    #[test]
    fn what_is_no_file_is_left_alone_and_nobody_waits_for_it() {
        let (_folder, profile) = profile();
        fs::create_dir(profile.identity_path()).unwrap();
        assert_eq!(profile.own_key(None).unwrap_err(), IdentityError::NoFile(profile.identity_path()));
        fs::remove_dir(profile.identity_path()).unwrap();
        nix::unistd::mkfifo(&profile.identity_path(), nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(profile.own_key(None).unwrap_err(), IdentityError::NoFile(profile.identity_path()));
    }

    #[test]
    fn a_folder_that_takes_no_files_is_told() {
        let (folder, profile) = profile();
        // Not even root can make a file there.
        fs::remove_dir(folder.path()).unwrap();
        let error = profile.own_key(None).unwrap_err();
        assert_eq!(error.phrase().key, "identity-not-made");
    }
}

/// Says these one after the other, whatever it is asked.
#[derive(Debug)]
struct Script(std::sync::Mutex<Vec<&'static str>>);

impl Script {
    fn saying(words: &[&'static str]) -> Self {
        Self(std::sync::Mutex::new(words.iter().rev().copied().collect()))
    }
}

impl AskPassphrase for Script {
    fn ask(&self, _question: PassphraseQuestion) -> Result<Zeroizing<String>, PassphraseError> {
        let next = self.0.lock().ok().and_then(|mut words| words.pop());
        next.map(|text| Zeroizing::new(text.to_owned())).ok_or(PassphraseError::Stopped)
    }
}

#[test]
fn a_key_under_a_passphrase_opens_by_nothing_else_and_stays_the_same() {
    let (folder, profile) = profile();
    let key = own(&profile);
    let open =
        |words: &[&'static str]| profile.own_key(Some(&Script::saying(words))).map(|pair| pair.public());
    let reseal = |words: &[&'static str]| profile.reseal_key(Some(&Script::saying(words)));
    assert_eq!(reseal(&["one", "other"]), Err(PassphraseError::Differs.into()));
    assert_eq!(reseal(&["one"]), Err(PassphraseError::Stopped.into()));
    assert_eq!(own(&profile), key, "nothing has changed");
    let plain = key_text(&profile);
    assert_eq!(reseal(&["one", "one"]), Ok(true));
    let sealed = key_text(&profile);
    assert!(sealed.starts_with("udpqq-identity-2 argon2id ") && sealed.lines().count() == 1, "{sealed}");
    assert!(!sealed.contains(plain.split(' ').nth(1).unwrap().trim()), "the seed is not there");
    assert_eq!(open(&["one"]), Ok(key));
    assert_eq!(open(&["two", "One", "one"]), Ok(key), "a person may slip");
    assert_eq!(open(&["two", "two", "two", "one"]), Err(PassphraseError::Wrong.into()));
    assert_eq!(profile.own_key(None).unwrap_err(), PassphraseError::Nobody.into());
    assert_eq!(key_text(&profile), sealed, "who could not open it has changed nothing");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
}

#[test]
fn a_passphrase_is_changed_and_taken_away() {
    let (folder, profile) = profile();
    let (key, plain) = (own(&profile), key_text(&profile));
    let reseal = |words: &[&'static str]| profile.reseal_key(Some(&Script::saying(words)));
    assert_eq!(reseal(&["one", "one"]), Ok(true));
    let sealed = key_text(&profile);
    assert_eq!(reseal(&["one", "two", "two"]), Ok(true));
    let open = profile.own_key(Some(&Script::saying(&["one", "two"])));
    assert_eq!(open.map(|pair| pair.public()), Ok(key));
    assert_ne!(key_text(&profile), sealed);
    assert_eq!(reseal(&["two", "", ""]), Ok(false));
    assert_eq!(key_text(&profile), plain);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
}

/// Frozen: a file of today has to be read by every later version.
#[test]
fn a_file_under_a_passphrase_is_read_however_it_was_copied() {
    let (_folder, profile) = profile();
    let line = "udpqq-identity-2 argon2id 65536 3 1 CQkJCQkJCQkJCQkJCQkJCQ 7kDDZQsBpRGWydQfDPyREYv1CUsTNYEYJfN6B3wIUv8GakW2RPLe3ytsXyAMsLTi";
    for text in [format!("{line}\n"), format!("{line}\r\n"), format!("\n {line}")] {
        fs::write(profile.identity_path(), text).unwrap();
        let pair = profile.own_key(Some(&Script::saying(&["a horse, a staple"]))).unwrap();
        assert_eq!(pair.public().to_string(), "5jfgyy7ctrjavpxvkb5rglwf7gkuo5vox27hxescd3vgsfcg2iwbpqab");
    }
}
