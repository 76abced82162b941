//! udpqq: a terminal messenger that talks to anything that speaks UDP.
//!
//! # Layers: arrows point down only (`tests/layering.rs`)
//! ```text
//!  main ─┬─ tui ──────┐         model     plain data, ids, the escaper        → nothing
//!        ├─ headless ─┤         lang      every text a person reads           → model
//!        └─ cli       │         cli       the command line                    → lang, model
//!                  runtime      wire      Engine contract, charset            → model
//!         ┌───────────┼──────┐  dialects  one folder per dialect              → wire, model
//!        app        store   net app       update(state, event) -> effects     → model
//!         │           │      │  store     history                             → model
//!         └── model ──┘ dialects net      sockets, clock, mux                 → dialects, wire, disk, model
//!                           wire disk     files that come and go, safely      → model
//!                           disk runtime  Session: effects, handles, files    → app, store, net, disk, model
//!                                tui, headless                                → runtime, app, lang, model
//! ```
//!
//! # Where do I add …
//! - **a dialect**: a folder in [`dialects`] and one line in its list; the battery in `tests/contract.rs` then
//!   runs it, and options, settings, texts and help know it from the `model::Registry`. Fronts learn what it can do from
//!   its `Caps`, never from its name.
//! - **to whom a source belongs**: the rule is in `wire/attribution.rs`, the table of peers in `wire/peers.rs`.
//! - **a socket or stream of a dialect**: the engine asks for it (`wire/engine.rs`), [`net`] opens it; nothing else is
//!   told of it. What two of a kind need between them is the dialect's `between`.
//! - **a limit, a command or a text of the relay**: `dialects/relay/server`; its sockets are in `net/relay`, its page in
//!   `tui/relay`, its log in `headless/relay.rs`.
//! - **a sequence that terminals send**: the tables in `tui/input`.
//! - **a key**: one line in `tui/keymap.rs` (the help and the palette read the same table), its meaning in
//!   `tui/update/`, its text in `assets/text/`.
//! - **a command**: one line in `tui/commands.rs`, its meaning in `tui/update/commands.rs`.
//! - **something a message or a conversation knows**: [`model`], then [`app`]; what the history has to keep
//!   goes through an `StoreCommand`.
//! - **something the history keeps**: a step in `store/sqlite/schema.rs`, the columns in `store/sqlite/rows.rs`.
//! - **another place to keep the history**: a [`store::Backend`]; the battery in `store/tests` then runs it.
//! - **a limit of what the network may bring**: `app/flood` for messages, `net/throttle` for whatever a datagram causes; what
//!   waits is bounded by `net/ingress`, `net/queue` and `store/thread`, and what is kept by the ledger of `app/flood`.
//! - **a filter or a rule of searching**: `model/search`, and for filters `store/sieve.rs`.
//! - **a field of an export**: `runtime/history/line.rs`, which writes and reads it.
//! - **what a transfer does to the disk**: [`disk`]; engines ask for it step by step (`wire::Step`).
//! - **something written to the terminal**: `tui/terminal`; nothing else writes there while the screen is ours.
//! - **a setting**: `runtime/profile/config.rs`, and a line in `assets/config.toml`.
//! - **a text a person reads**: both files in `assets/text/`, under the same key; code carries a `Phrase`.
//! - **a colour**: a role in `tui/theme`, then a line in each file of `assets/themes/`.
//! - **a subcommand**: [`cli`], then a file in [`headless`].
//!
//! # A datagram becomes a line
//! `net/udp` receives → `net/ingress` gives each source its turn → `net/mux` hands it to the engine of its link → the
//! engine decodes and reports a `NetEvent` → `runtime::Session` → `app/flood` lets each source have its share →
//! `app::update` makes a message and asks the store → the store's thread commits → `app::update` shows it → the front
//! draws what is visible, with every text through `model::text::escape`.
//!
//! # A page of the history becomes rows
//! The front lays out what it holds; near its end `tui/update/read` asks for more → `app/reading` → the store's
//! thread reads → `app/window` takes the page in at one end and lets go at the other. A search goes the same way
//! to the store's second thread and comes back into `app/search`.
//!
//! # A key becomes a datagram
//! `tui/input` makes events of the terminal's bytes → `tui/front` → `tui/keymap` → `tui/update` edits the draft;
//! Enter asks `net::check` whether the text fits, then gives an `Intent` → `app::update` makes a waiting message →
//! the store commits → `NetCommand::Send` → engine → socket → `Handed` → the mark `✓`.

pub mod app;
pub mod cli;
pub mod dialects;
pub mod disk;
pub mod headless;
pub mod lang;
pub mod model;
pub mod net;
pub mod runtime;
pub mod store;
pub mod tui;
pub mod wire;
