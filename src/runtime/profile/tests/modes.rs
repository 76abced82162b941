//! Who may read the files of a profile, and whose they are.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt, symlink};

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn keys(profile: &Profile) -> Vec<&'static str> {
    profile.warnings().iter().map(|warning| warning.key).collect()
}

#[test]
fn what_is_created_is_private() {
    let folder = TempDir::new().unwrap();
    let profile = Profile::open(Some(&folder.path().join("a/b"))).unwrap();
    profile.set("bell", "off").unwrap();
    profile.add_contact("a", "h:1").unwrap();
    drop(append_private(&profile.log_path()).unwrap());
    assert_eq!(keys(&profile), [""; 0]);
    assert_eq!([mode(&folder.path().join("a")), mode(&folder.path().join("a/b"))], [0o700; 2]);
    let files = [profile.config_path(), profile.contacts_path(), profile.log_path()];
    assert_eq!(files.map(|path| mode(&path)), [0o600; 3]);
}

#[test]
fn what_stood_open_is_closed_and_told() {
    let folder = TempDir::new().unwrap();
    for name in ["config.toml", "contacts.toml", "udpqq.log", "history.db", "identity.key"] {
        fs::write(folder.path().join(name), "").unwrap();
        set_mode(&folder.path().join(name), 0o644);
    }
    set_mode(folder.path(), 0o755);
    let profile = Profile::open(Some(folder.path())).unwrap();
    assert_eq!(keys(&profile), ["profile-tightened"; 6]);
    assert_eq!(mode(folder.path()), 0o700);
    assert_eq!(mode(&profile.identity_path()), 0o600);
    assert_eq!(keys(&Profile::open(Some(folder.path())).unwrap()), [""; 0]);
}

#[test]
fn a_log_that_stood_open_is_closed_when_it_is_opened() {
    let (_folder, profile) = profile();
    fs::write(profile.log_path(), "x").unwrap();
    set_mode(&profile.log_path(), 0o666);
    drop(append_private(&profile.log_path()).unwrap());
    assert_eq!(mode(&profile.log_path()), 0o600);
}

#[test]
fn a_folder_with_other_things_in_it_is_left_alone() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("thesis.txt"), "").unwrap();
    set_mode(folder.path(), 0o755);
    assert_eq!(keys(&Profile::open(Some(folder.path())).unwrap()), ["profile-left-open"]);
    assert_eq!(mode(folder.path()), 0o755);
}

#[test]
fn a_folder_with_other_things_in_it_is_left_alone_when_a_profile_is_in_it_too() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("thesis.txt"), "").unwrap();
    fs::write(folder.path().join("history.db"), "").unwrap();
    set_mode(&folder.path().join("history.db"), 0o644);
    set_mode(folder.path(), 0o755);
    let told = keys(&Profile::open(Some(folder.path())).unwrap());
    assert_eq!(told, ["profile-left-open", "profile-tightened"]);
    assert_eq!([mode(folder.path()), mode(&folder.path().join("history.db"))], [0o755, 0o600]);
}

#[test]
fn what_a_link_leads_to_keeps_its_mode() {
    let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    set_mode(folder.path(), 0o700);
    let other = elsewhere.path().join("other");
    fs::write(&other, "").unwrap();
    set_mode(&other, 0o644);
    symlink(&other, folder.path().join("history.db")).unwrap();
    let told = keys(&Profile::open(Some(folder.path())).unwrap());
    assert_eq!(told, ["profile-link-left-open"]);
    assert_eq!(mode(&other), 0o644);
}

#[test]
fn what_root_makes_in_the_folder_of_another_belongs_to_them_and_a_line_says_so() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let folder = TempDir::new().unwrap();
    set_mode(folder.path(), 0o700);
    std::os::unix::fs::chown(folder.path(), Some(65_534), Some(65_534)).unwrap();
    let profile = Profile::open(Some(folder.path())).unwrap();
    assert_eq!(keys(&profile), ["profile-of-another"]);
    profile.set("bell", "off").unwrap();
    drop(append_private(&profile.log_path()).unwrap());
    let downloads = profile.make_downloads(None).unwrap();
    for path in [profile.config_path(), profile.log_path(), downloads] {
        assert_eq!(fs::metadata(&path).unwrap().uid(), 65_534, "{}", path.display());
    }
}

#[test]
fn a_folder_of_everybody_is_refused() {
    let folder = TempDir::new().unwrap();
    set_mode(folder.path(), 0o1777);
    let error = Profile::open(Some(folder.path())).unwrap_err();
    assert_eq!(error, ProfileError::Shared(folder.path().to_owned()));
    assert_eq!(mode(folder.path()), 0o1777);
    assert_eq!(Profile::open(Some(Path::new("/"))).unwrap_err(), ProfileError::Shared("/".into()));
}

#[test]
fn a_symlink_stays_and_its_target_changes() {
    let (folder, profile) = profile();
    let elsewhere = TempDir::new().unwrap();
    let target = elsewhere.path().join("dot-config");
    symlink(&target, folder.path().join("hop")).unwrap();
    symlink("hop", profile.config_path()).unwrap();
    profile.set("bell", "off").unwrap();
    profile.set("mouse", "off").unwrap();
    assert!(fs::symlink_metadata(profile.config_path()).unwrap().is_symlink());
    assert!(!fs::symlink_metadata(&target).unwrap().is_symlink());
    let config = profile.load_config().unwrap().value;
    assert!(!config.terminal.alerts.bell && !config.terminal.mouse);
    fs::remove_file(folder.path().join("hop")).unwrap();
    symlink("config.toml", folder.path().join("hop")).unwrap();
    assert!(profile.set("bell", "on").is_err());
}
