//! `scp` over loopback: a server of its own with keys made for it, that serves nobody but us and ends with the bench.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than the server takes to be there.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Scp {
    server: Child,
    port: u16,
    folder: PathBuf,
}

impl Scp {
    /// `None`: there is no such server on this machine.
    pub(crate) fn start(folder: &Path) -> Option<Self> {
        let program = Path::new("/usr/sbin/sshd");
        if !program.exists() {
            return None;
        }
        let folder = folder.join("ssh");
        fs::create_dir(&folder).unwrap();
        for name in ["host", "own"] {
            let mut make = Command::new("ssh-keygen");
            make.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(folder.join(name));
            assert!(make.status().ok()?.success());
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = format!(
            "ListenAddress 127.0.0.1:{port}\nHostKey {0}/host\nAuthorizedKeysFile {0}/own.pub\nStrictModes no\n\
             PidFile none\nUsePAM no\nPermitRootLogin yes\nSubsystem sftp internal-sftp\n",
            folder.display()
        );
        fs::write(folder.join("config"), settings).unwrap();
        // Where it keeps what it does with the rights of nobody.
        let _there = fs::create_dir_all("/run/sshd");
        let mut server = Command::new(program);
        server.args(["-D", "-f"]).arg(folder.join("config")).stdin(Stdio::null()).stderr(Stdio::null());
        let server = server.spawn().ok()?;
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "sshd does not listen");
        }
        Some(Self { server, port, folder })
    }

    /// From the start of `scp` to its end.
    pub(crate) fn copy(&self, from: &Path, to: &Path) -> Duration {
        let mut copy = Command::new("scp");
        copy.args(["-q", "-P", &self.port.to_string(), "-i"]).arg(self.folder.join("own"));
        for option in
            ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes", "LogLevel=ERROR"]
        {
            copy.args(["-o", option]);
        }
        copy.arg(from).arg(format!("127.0.0.1:{}", to.display()));
        let start = Instant::now();
        assert!(copy.status().unwrap().success(), "scp failed");
        let took = start.elapsed();
        fs::remove_file(to).unwrap();
        took
    }
}

impl Drop for Scp {
    fn drop(&mut self) {
        let _ended = self.server.kill();
        let _status = self.server.wait();
    }
}
