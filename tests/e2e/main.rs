//! Whole-program scenarios: the real binary in a real terminal, against peers that know nothing of it.
//!
//! One file for each theme; assertions are on what a user can rely on, never on how a screen is built.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test ends by panicking; the harness belongs to the tests"
)]

#[expect(dead_code, reason = "the benches measure with parts that no scenario needs")]
#[path = "../support/mod.rs"]
mod support;

#[cfg(target_os = "linux")]
#[expect(dead_code, reason = "no scenario here needs a slow network")]
#[path = "../support/lan.rs"]
mod lan;

mod alerts;
mod announcing;
mod attribution;
mod cable;
mod chat;
mod completion;
mod contact_list;
#[cfg(target_os = "linux")]
mod doctor;
mod encodings;
#[cfg(target_os = "linux")]
mod encrypted_first;
mod encrypted_kills;
#[cfg(target_os = "linux")]
mod encrypted_lan;
#[cfg(target_os = "linux")]
mod encrypted_paths;
mod encrypted_trust;
mod exits;
mod expiry;
mod file_systems;
mod first_start;
mod floods;
mod hands;
mod headless;
mod history;
mod identity;
mod instances;
mod ipmsg_chat;
mod ipmsg_files;
#[cfg(target_os = "linux")]
mod ipmsg_groups;
mod ipmsg_hostile;
mod ipmsg_peers;
mod ipmsg_persons;
mod ipmsg_pictures;
mod ipmsg_scripts;
mod ipmsg_steps;
mod isolation;
mod keyboard;
#[cfg(target_os = "linux")]
mod lan_steps;
mod limits;
mod mallory;
mod peers;
mod reading;
mod relay_archive;
mod relay_away;
mod relay_chat;
mod relay_crowd;
mod relay_doctor;
mod relay_history;
mod relay_orders;
mod relay_pages;
mod relay_rooms;
mod relay_server;
mod relay_spoof;
mod restart;
mod room;
mod safety;
mod screens;
mod secure_chat;
mod secure_files;
mod secure_folders;
mod secure_steps;
mod settings;
mod steps;
mod storage_faults;
mod strangers;
mod stuck_terminal;
mod survival;
mod tcp;
mod terminals;
mod tools;
mod wire;
