//! What every file of SQLite of ours is opened, read and cleaned with; no table of anybody's messages stands here.

mod columns;
mod connection;
mod error;
mod file_identity;
mod file_reader;
mod format;
mod residue;
mod search_index;
mod settings;

pub(super) use columns::{integer, text};
pub(super) use connection::{
    LOGS, abandon, allow_checkpoints, beside, empty_log, is_incremental, reader, writer,
};
pub(super) use error::StoreError;
pub(super) use file_identity::FileIdentity;
pub(super) use file_reader::FileReader;
pub(super) use format::{FileFormat, FileKind, format};
pub(super) use residue::{CleanupStep, CleanupTime, Residue, give_back, rewrite};
pub(super) use search_index::{
    INDEX, MAX_STEP, MAX_STEP_BYTES, add, empty, indexed_to, merge, note_indexed, prepare, remove, reset,
    stamp,
};
pub(super) use settings::{raise, set, setting};
