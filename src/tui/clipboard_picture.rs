//! The picture on the clipboard, by way of the helpers that desktops have for it: as a file of ours.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use super::own_files;
use super::process_group::ProcessGroup;

/// Bytes of a picture that are taken.
const MAX_PICTURE: u64 = 32 << 20;

/// How long a helper may take: it waits for the program that has the picture.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// The helper of Wayland's desktops.
const WAYLAND_READER: &str = "wl-paste";

/// What every PNG begins with.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What its file is called.
const NAME: &str = "clipboard.png";

/// A program that writes the picture of the clipboard to its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PictureReader {
    program: &'static str,
    args: &'static [&'static str],
}

impl PictureReader {
    /// The one of this desktop. `env`: the environment.
    pub(super) fn new(env: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let is_set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
        if is_set("WAYLAND_DISPLAY") {
            return Some(Self { program: WAYLAND_READER, args: &["--no-newline", "--type", "image/png"] });
        }
        let args = &["-selection", "clipboard", "-target", "image/png", "-out"];
        is_set("DISPLAY").then_some(Self { program: "xclip", args })
    }

    /// The picture as a new file in that folder. `Err`: the key of why not.
    pub(super) async fn read(self, folder: PathBuf) -> Result<PathBuf, &'static str> {
        let picture = timeout(MAX_WAIT, self.output()).await.unwrap_or(Err("clipboard-no-picture"))?;
        if u64::try_from(picture.len()).unwrap_or(u64::MAX) > MAX_PICTURE {
            return Err("clipboard-too-large");
        }
        if !picture.starts_with(SIGNATURE) {
            return Err("clipboard-no-picture");
        }
        let written = tokio::task::spawn_blocking(move || own_files::write(&folder, NAME, &picture)).await;
        written.ok().and_then(Result::ok).ok_or("clipboard-no-file")
    }

    /// Key of what is said where it is not installed.
    fn missing(self) -> &'static str {
        if self.program == WAYLAND_READER { "clipboard-no-wl-paste" } else { "clipboard-no-xclip" }
    }

    async fn output(self) -> Result<Vec<u8>, &'static str> {
        let mut command = Command::new(self.program);
        command.args(self.args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut helper = ProcessGroup::start(command).map_err(|_missing| self.missing())?;
        let mut picture = Vec::new();
        if let Some(output) = helper.child().stdout.take() {
            // What is cut has no end, and is refused for that.
            let _read = output.take(MAX_PICTURE.saturating_add(1)).read_to_end(&mut picture).await.is_ok();
        }
        Ok(picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(line: &'static [&'static str]) -> PictureReader {
        PictureReader { program: "sh", args: line }
    }

    #[test]
    fn each_desktop_has_its_helper() {
        let of = |set: &[&str]| PictureReader::new(|name| set.contains(&name).then(|| "x".to_owned()));
        assert_eq!(of(&["DISPLAY", "WAYLAND_DISPLAY"]).map(|reader| reader.program), Some("wl-paste"));
        assert_eq!(of(&["DISPLAY"]).map(|reader| reader.program), Some("xclip"));
        assert_eq!(of(&[]), None);
    }

    #[tokio::test]
    async fn a_picture_becomes_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let picture = reader(&["-c", "printf '\\211PNG\\r\\n\\032\\nrest'"]);
        let path = picture.read(folder.path().to_owned()).await.unwrap();
        assert!(std::fs::read(&path).unwrap().ends_with(b"rest") && path.ends_with("clipboard.png"));
    }

    #[tokio::test]
    async fn anything_else_is_no_picture() {
        let folder = tempfile::tempdir().unwrap();
        let read = |reader: PictureReader| reader.read(folder.path().to_owned());
        assert_eq!(read(reader(&["-c", "echo text"])).await, Err("clipboard-no-picture"));
        let missing = PictureReader { program: "/nonexistent/xclip", args: &[] };
        assert_eq!(read(missing).await, Err("clipboard-no-xclip"));
        let wayland = PictureReader { program: WAYLAND_READER, args: &[] };
        assert_eq!(wayland.missing(), "clipboard-no-wl-paste");
        let endless = reader(&["-c", "printf '\\211PNG\\r\\n\\032\\n'; cat /dev/zero"]);
        assert_eq!(read(endless).await, Err("clipboard-too-large"));
    }
}
