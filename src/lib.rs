//! udpqq: a terminal messenger that talks to anything that speaks UDP.
//!
//! # Layers: arrows point down only (`tests/layering.rs`)
//! ```text
//!  main → cli ─┬─ tui ──────┐          model     plain data, ids, the escaper        → nothing
//!              └─ headless ─┤          lang      every text a person reads           → model
//!                        runtime       wire      Engine contract, charset            → model
//!              ┌───────────┼───────┐   dialects  one folder per dialect              → wire, model
//!             app        store    net  app       update(state, event) -> effects     → model
//!              │           │       │   store     history                             → model
//!              └── model ──┴─ dialects net       sockets, clock, mux                 → dialects, wire, model
//!                              └ wire  runtime   Session: effects, handles, files    → app, store, net, model
//!                                      tui, headless                                 → runtime, app, lang, model
//! ```
//!
//! # Where do I add …
//! - a dialect: a folder in `dialects/` and one line in its list
//! - a text: both files in `assets/text/`, under the same key

pub mod app;
pub mod cli;
pub mod dialects;
pub mod headless;
pub mod lang;
pub mod model;
pub mod net;
pub mod runtime;
pub mod store;
pub mod tui;
pub mod wire;
