//! Shows a picture in a window, by the desktop's own program for it; whether it may be shown is looked at aside.

use std::io;
use std::path::PathBuf;

use tokio::task::{JoinSet, spawn_blocking};

use super::browser::Browser;
use super::pictures::PictureSource;
use crate::model::Phrase;

/// Pictures that are looked at together. A disk that does not answer keeps a thread for itself.
const MAX_LOOKS: usize = 4;

#[derive(Debug)]
pub(super) struct PictureViewer {
    desktop: Browser,
    looks: JoinSet<Option<Phrase>>,
}

impl PictureViewer {
    pub(super) fn new(desktop: Browser) -> Self {
        Self { desktop, looks: JoinSet::new() }
    }

    /// Opens a picture; the answer is what a person reads meanwhile.
    pub(super) fn open(&mut self, source: PictureSource) -> Phrase {
        if !self.desktop.is_there() {
            let path = source.path().to_string_lossy().into_owned();
            return Phrase::new("picture-no-window").text("path", path);
        }
        if self.looks.len() >= MAX_LOOKS {
            return Phrase::new("files-busy");
        }
        self.looks.spawn(open(self.desktop, source));
        Phrase::new("picture-opening")
    }

    /// Why the last one could not be opened; forever, where nothing is to be said. Cancel-safe.
    pub(super) async fn failed(&mut self) -> Phrase {
        loop {
            match self.looks.join_next().await {
                Some(Ok(Some(why))) => return why,
                Some(_) => {}
                None => return std::future::pending().await,
            }
        }
    }
}

/// `Some`: it could not be opened.
async fn open(desktop: Browser, source: PictureSource) -> Option<Phrase> {
    let found: io::Result<PathBuf> = spawn_blocking(move || source.found())
        .await
        .unwrap_or_else(|_panicked| Err(io::ErrorKind::Other.into()));
    let opened = found.and_then(|path| {
        if desktop.show(&path) { Ok(()) } else { Err(io::Error::from(io::ErrorKind::NotFound)) }
    });
    opened.err().map(|error| Phrase::new("picture-not-opened").text("reason", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(desktop: bool) -> PictureViewer {
        PictureViewer::new(Browser::new(|name| (desktop && name == "DISPLAY").then(|| ":0".to_owned())))
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn without_a_desktop_the_path_is_said() {
        let mut viewer = viewer(false);
        let told = viewer.open(PictureSource::Own(PathBuf::from("/tmp/a.png")));
        assert_eq!(told, Phrase::new("picture-no-window").text("path", "/tmp/a.png"));
        assert!(viewer.looks.is_empty());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_is_gone_is_said() {
        let mut viewer = viewer(true);
        viewer.open(PictureSource::Own(PathBuf::from("/nonexistent/a.png")));
        let said = format!("{:?}", viewer.failed().await);
        assert!(said.contains("picture-not-opened"), "{said}");
    }
}
