//! Captures on the disk: a new file each time, over nothing that is there.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;

use tokio::task::spawn_blocking;

use super::PcapEncoder;
use crate::app::Event;
use crate::model::Phrase;
use crate::model::packet::WirePacket;
use crate::runtime::SessionEvent;
use crate::runtime::history::expanded;
use crate::runtime::profile::create_private;

/// What is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveRequest {
    /// As the person wrote it.
    pub file: String,
    pub packets: Vec<WirePacket>,
}

/// A file that grows while packets come.
#[derive(Debug)]
pub struct PcapFile {
    path: PathBuf,
    file: File,
    encoder: PcapEncoder,
}

impl PcapFile {
    /// Begins one under this name, where there is none yet. May wait for the disk.
    pub fn create(file: &str) -> Result<Self, Phrase> {
        // Where a person finds it, whatever folder the program was started in.
        let path = expanded(file);
        let path = std::path::absolute(&path).unwrap_or(path);
        let created = create_private(&path).map_err(|error| failed(&path, &error))?;
        let mut begun = Self { path, file: created, encoder: PcapEncoder::default() };
        begun.put(&PcapEncoder::header())?;
        Ok(begun)
    }

    /// Adds packets, which are in the file when this returns. May wait for the disk.
    pub fn add(&mut self, packets: &[WirePacket]) -> Result<(), Phrase> {
        let records: Vec<u8> = packets.iter().flat_map(|packet| self.encoder.encode(packet)).collect();
        self.put(&records)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Phrase> {
        self.file.write_all(bytes).map_err(|error| failed(&self.path, &error))
    }
}

/// Writes all of them; a line says what came of it.
pub(in crate::runtime) async fn save(request: SaveRequest) -> SessionEvent {
    let saved = spawn_blocking(move || write(&request)).await;
    let told =
        saved.map_or_else(|_panicked| Phrase::new("headless-broken"), |done| done.unwrap_or_else(|why| why));
    SessionEvent::App(Event::StatusLine(told))
}

/// What could not be written whole goes again.
fn write(request: &SaveRequest) -> Result<Phrase, Phrase> {
    let mut file = PcapFile::create(&request.file)?;
    let written = file.add(&request.packets);
    let synced = written.and_then(|()| file.file.sync_all().map_err(|error| failed(&file.path, &error)));
    if let Err(why) = synced {
        let _gone = fs::remove_file(&file.path).is_ok();
        return Err(why);
    }
    let path = file.path.to_string_lossy().into_owned();
    Ok(Phrase::new("wire-saved").number("count", request.packets.len()).text("path", path))
}

fn failed(path: &std::path::Path, error: &io::Error) -> Phrase {
    let path = path.to_string_lossy();
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Phrase::new("export-exists").text("path", path);
    }
    Phrase::new("file-unwritable").text("path", path).text("reason", error.to_string())
}
