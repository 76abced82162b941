//! A program that is run aside, with all that it starts: what is given up ends whole, not only its first process.

use std::io;

use tokio::process::{Child, Command};

/// A child that leads a process group of its own. Dropped before it has ended, the group is killed.
#[derive(Debug)]
pub(super) struct ProcessGroup {
    child: Child,
    #[cfg(unix)]
    group: Option<rustix::process::Pid>,
}

impl ProcessGroup {
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        command.kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        #[cfg(unix)]
        let group = child.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?));
        Ok(Self {
            child,
            #[cfg(unix)]
            group,
        })
    }

    pub(super) const fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits until the child has ended, and says how; forever, where it leaves others of its group behind, whose end nobody
    /// tells. Cancel-safe.
    pub(super) async fn ended(&mut self) -> Option<i32> {
        let status = self.child.wait().await.ok()?;
        if self.is_left() {
            return std::future::pending().await;
        }
        status.code()
    }
}

#[cfg(unix)]
impl ProcessGroup {
    /// Whether somebody is in it, now that the child is none of them. Nobody else gets its number as long as that is so.
    fn is_left(&mut self) -> bool {
        let is_left =
            |group: &mut rustix::process::Pid| rustix::process::test_kill_process_group(*group).is_ok();
        self.group.take_if(|group| !is_left(group));
        self.group.is_some()
    }
}

#[cfg(not(unix))]
impl ProcessGroup {
    const fn is_left(&mut self) -> bool {
        false
    }
}

#[cfg(unix)]
impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            let _there = rustix::process::kill_process_group(group, rustix::process::Signal::KILL).is_ok();
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Stdio;

    use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

    /// A shell that starts something long and says so; what it starts holds the pipe open for as long as it lives.
    fn started(line: &str) -> (ProcessGroup, BufReader<tokio::process::ChildStdout>) {
        let mut command = Command::new("sh");
        command.arg("-c").arg(line).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut group = ProcessGroup::start(command).expect("a shell");
        let output = group.child().stdout.take().expect("a pipe");
        (group, BufReader::new(output))
    }

    #[tokio::test]
    async fn what_a_child_has_started_ends_with_it() {
        for line in ["sleep 1000 & echo up; wait", "sleep 1000 & echo up"] {
            let (mut group, mut output) = started(line);
            let mut said = String::new();
            output.read_line(&mut said).await.unwrap();
            assert_eq!(said, "up\n");
            let ended = tokio::time::timeout(std::time::Duration::from_millis(50), group.ended()).await;
            assert!(ended.is_err(), "something runs: {line}");
            drop(group);
            // The end of the pipe: nobody is left who could write.
            let rest =
                tokio::time::timeout(std::time::Duration::from_secs(20), output.read_to_string(&mut said));
            rest.await.expect("all of it has ended").unwrap();
        }
    }

    #[tokio::test]
    async fn who_ends_by_itself_says_how() {
        let (mut group, _output) = started("exit 3");
        assert_eq!(group.ended().await, Some(3));
        assert_eq!(group.group, None, "nobody else is killed in its place");
    }
}
