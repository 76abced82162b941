//! The packages of distributions: made, installed below a root of their own, and used from there.
//!
//! `.ci/run` installs what makes them; the program is the one that the tests have built, so nothing is built for them.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a package that cannot be made is the failure of the test")]

use std::fs;
use std::io::Write as _;
use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// Long enough for a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);

fn has(program: &str, words: &[&str]) -> bool {
    Command::new(program).args(words).output().is_ok_and(|output| output.status.success())
}

fn done(command: &mut Command) -> Output {
    let output = command.output().expect("a program");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{out}\n{err}");
    output
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The package with this ending.
fn made(ending: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/package");
    let entries = fs::read_dir(folder).expect("packages").map(|entry| entry.expect("an entry").path());
    entries.into_iter().find(|path| path.extension().is_some_and(|found| found == ending)).expect(ending)
}

/// What a person finds after installing it, and that it works.
fn is_whole(root: &Path, completions: &str) {
    let at = |path: &str| root.join(path);
    let program = at("usr/bin/udpqq");
    let version = text(&done(Command::new(&program).arg("--version")));
    assert_eq!(version.trim(), format!("udpqq {}", env!("CARGO_PKG_VERSION")));
    talks(&program);

    let page = at("usr/share/man/man1/udpqq-send.1.gz");
    let written = text(&done(Command::new("gzip").arg("-dc").arg(&page))).replace('\\', "");
    assert!(written.contains("--wait") && written.contains("EXAMPLES"), "{written}");
    assert!(at("usr/share/man/man1/udpqq.1.gz").exists());
    assert!(at("usr/share/man/man1/udpqq-history-search.1.gz").exists(), "a page for each command");
    if has("man", &["--version"]) {
        let shown = text(&done(Command::new("man").env("MANWIDTH", "80").arg("-l").arg(&page)));
        assert!(shown.contains("udpqq send alex 'build is done'"), "{shown}");
    }
    let script = at("usr/share/bash-completion/completions/udpqq");
    let completes =
        done(Command::new("bash").args(["-c", ". \"$1\"; complete -p udpqq", "bash"]).arg(script));
    assert!(text(&completes).contains("udpqq"));
    assert!(at(completions).exists() && at("usr/share/fish/vendor_completions.d/udpqq.fish").exists());

    let desktop = fs::read_to_string(at("usr/share/applications/udpqq.desktop")).expect("an entry");
    assert!(desktop.contains("\nTerminal=true\n") && desktop.contains("\nExec=udpqq\n"), "{desktop}");
    let unit = fs::read_to_string(at("usr/lib/systemd/system/udpqq-relay.service")).expect("a unit");
    assert!(unit.contains("\nExecStart=/usr/bin/udpqq "), "{unit}");
    for hook in ["desktop-notice", "log-by-day", "on-message", "tell-when-done"] {
        let hook = at(&format!("usr/share/doc/udpqq/hooks/{hook}"));
        let mode = fs::metadata(&hook).expect("a hook").permissions().mode();
        assert_eq!(mode & 0o777, 0o755, "{}", hook.display());
        done(Command::new("bash").arg("-n").arg(&hook));
    }
    brings_a_cluster(&at("usr/share/doc/udpqq/cluster"));
    assert!(at("usr/share/doc/udpqq/README.zh-CN.md").exists());
}

/// What several relays that are one need besides.
fn brings_a_cluster(folder: &Path) {
    for drop_in in ["udpqq-relay-cluster.conf", "udpqq-relay-archive.conf"] {
        let drop_in = fs::read_to_string(folder.join(drop_in)).expect("a drop-in");
        assert!(drop_in.contains("\nExecStart=/usr/bin/udpqq "), "{drop_in}");
    }
    assert!(folder.join("nats-server.conf").exists());
    done(Command::new("sh").arg("-n").arg(folder.join("try-cluster.sh")));
}

/// The installed program says something to a socket of the test.
fn talks(program: &Path) {
    let peer = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    peer.set_read_timeout(Some(PATIENCE)).expect("a socket");
    let mine = fs::Permissions::from_mode(0o700);
    let profile = tempfile::Builder::new().permissions(mine).tempdir().expect("a folder");
    let address = peer.local_addr().expect("an address").to_string();
    let mut child = Command::new(program)
        .args(["--interface", "lo", "--listen", "udp=127.0.0.1:0", "--listen", "ipmsg=off"])
        .args(["--listen", "udpqq=off", "--listen", "room=off"])
        .arg("--profile")
        .arg(profile.path())
        .args(["chat", &address])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program");
    let input = child.stdin.take();
    input.expect("a pipe").write_all("在吗\n".as_bytes()).expect("a pipe");
    let mut buffer = [0; 64];
    let (length, _) = peer.recv_from(&mut buffer).expect("what it says");
    assert_eq!(buffer.get(..length), Some("在吗".as_bytes()));
    assert!(child.wait().expect("its end").success());
}

#[test]
#[ignore = "needs cargo-deb and cargo-generate-rpm; .ci/run installs them"]
fn packages_are_installed_below_a_root_and_work() {
    let packing = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/package");
    done(Command::new(packing).arg(env!("CARGO_BIN_EXE_udpqq")));
    if has("cargo", &["deb", "--version"]) && has("dpkg", &["--version"]) {
        let root = tempfile::tempdir().expect("a root");
        fs::create_dir_all(root.path().join("var/lib/dpkg/updates")).expect("a database");
        fs::write(root.path().join("var/lib/dpkg/status"), "").expect("a database");
        let mut install = Command::new("dpkg");
        install.arg(format!("--root={}", root.path().display()));
        // The libraries of the system are not in there.
        done(install.args(["--force-not-root", "--force-depends", "--install"]).arg(made("deb")));
        is_whole(root.path(), "usr/share/zsh/vendor-completions/_udpqq");
    } else {
        eprintln!("skipped: no cargo-deb, or no dpkg");
    }
    if has("cargo", &["generate-rpm", "--version"]) && has("rpm", &["--version"]) {
        let root = tempfile::tempdir().expect("a root");
        let mut install = Command::new("rpm");
        install.arg("--root").arg(root.path());
        done(install.args(["--nodeps", "--install"]).arg(made("rpm")));
        is_whole(root.path(), "usr/share/zsh/site-functions/_udpqq");
    } else {
        eprintln!("skipped: no cargo-generate-rpm, or no rpm");
    }
}
