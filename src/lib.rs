//! udpqq: a terminal messenger that talks to anything that speaks UDP.
//!
//! # Layers: arrows point down only (`tests/layering.rs`)
//! ```text
//!  main ─┬─ tui ──────┐         model     plain data, ids, the escaper        → nothing
//!        ├─ headless ─┤         lang      every text a person reads           → model
//!        └─ cli       │         cli       the command line                    → lang, model
//!                  runtime      wire      Engine contract, dialects' kit      → model
//!         ┌───────────┼──────┐  dialects  one folder per dialect              → wire, model
//!        app        store   net app       update(state, event) -> effects     → model
//!         │           │      │  store     history                             → model
//!         └── model ──┘ dialects net      sockets, clock, mux                 → dialects, wire, disk, model
//!                           wire disk     files that come and go, safely      → model
//!                           disk runtime  Session: effects, handles, files    → app, store, net, disk, model
//!                                tui, headless                                → runtime, app, lang, model
//! ```
//!
//! # Glossary: words of our own, where the field has none
//! - **registry** (`model/registry.rs`): what options, settings, texts and help know of the dialects.
//! - **sieve** (`store/sieve.rs`): the filters of a search besides its words: author, conversation, time.
//! - **seed** (`store/sqlite/seed.rs`): what a new history file has to know if the old one is damaged or gone.
//!
//! # Where do I add …
//! `tests/house` measures how the code is built inside of its layers; a figure there may fall and must not rise.
//! - **a dialect**: a folder in [`dialects`] and one line in its list; the battery in `tests/contract.rs` then
//!   runs it, and options, settings, texts and help know it from the `model::Registry`. Fronts learn what it can do from
//!   its `Caps`, never from its name. It is a [`wire::Protocol`], and where a message is a datagram of text no more than
//!   a [`wire::TextCodec`] (`tests/sim/samples/shout.rs` is the smallest). What several dialects need stands once in
//!   [`wire`]: peers and their names, the outbox, own sockets, groups and networks, what was seen lately, paths, random
//!   numbers.
//! - **to whom a source belongs**: the rule is in `wire/attribution.rs`, the table of peers in `wire/peers.rs`.
//! - **what two udpqq say to each other**: `dialects/secure/frame`; who may say it, `dialects/secure/gate.rs` and
//!   `dialects/secure/tls.rs`; what is thought of a key, `app/update/trust.rs`; what waits for a peer,
//!   `app/state/outboxes.rs` and `store/sqlite/outbox.rs`.
//! - **a socket or stream of a dialect**: the engine asks for it (`wire/engine.rs`), [`net`] opens it; nothing else is
//!   told of it. What two of a kind need between them is the dialect's `between`.
//! - **a limit, a command or a text of the relay**: `dialects/relay/server`; its sockets are in `net/relay`, its page in
//!   `tui/relay`, its log in `headless/relay.rs`.
//! - **an order to a relay**: `dialects/relay/server/orders.rs` reads it, `governing.rs` carries it out; the socket it comes by
//!   is `net/relay/orders.rs`, and the keys are in `tui/relay`.
//! - **a subject at the servers of a cluster**: `net/relay/nats/subjects.rs`, and in `permissions.rs` beside it what a relay
//!   needs for it; `tests/backplanes/operation.rs` runs relays that may do nothing else.
//! - **another log for the rooms of a relay**: `net/relay/nats` is one; the laws of `tests/backplanes` then try it.
//! - **a sequence that terminals send**: the tables in `tui/input`.
//! - **a key**: one line in `tui/keymap.rs` (the help and the palette read the same table), its meaning in
//!   `tui/update/`, its text in `assets/text/`.
//! - **a command**: one line in `tui/commands.rs`, its meaning in `tui/update/commands.rs`.
//! - **something a message or a conversation knows**: [`model`], then [`app`]; what the history has to keep
//!   goes through a `StoreCommand`.
//! - **something the history keeps**: a step in `store/sqlite/schema.rs`, the columns in `store/sqlite/rows.rs`.
//! - **something the rooms of a relay keep**: `store/room_log`, by what `model/room_log.rs` says is asked and answered; what
//!   its file and the history's have in common is in `store/db`.
//! - **another place to keep the history**: a [`store::Backend`]; the battery in `store/tests` then runs it.
//! - **a limit of what the network may bring**: `app/state/flood` for messages, `net/throttle` for whatever a datagram causes; what
//!   waits is bounded by `net/ingress`, `net/queue` and `store/thread`, and what is kept by the ledger of `app/state/flood`.
//! - **a filter or a rule of searching**: `model/search`, and for filters `store/sieve.rs`.
//! - **a field of an export**: `runtime/history/line.rs`, which writes and reads it; of what a relay keeps,
//!   `runtime/room_history/line.rs`.
//! - **what a transfer does to the disk**: [`disk`]; engines ask for it step by step (`wire::Step` where bytes go through a
//!   stream of the kernel's, `wire::DiskStep` where they go through the engine, as in `dialects/secure/files`).
//! - **what passes the sockets, as people see it**: `net/tap` copies it, `net/edge` says where, `runtime/capture` makes lines
//!   and files of it, `tui/wire_page` and `headless/wire.rs` show it; what a lab does to it is decided in `net/lab.rs`.
//! - **a decoder of what others write**: a `FuzzTarget` in the `fuzzing.rs` of its folder and a line in `fuzzing.rs`; its
//!   corpus is a folder of `tests/fuzz/corpus`.
//! - **a kind of picture, or a way to show one**: `tui/pictures`; the sequences that terminals take are made there too.
//! - **something written to the terminal**: `tui/terminal`; nothing else writes there while the screen is ours.
//! - **what calls a person who does not look**: `app/alert.rs` and `app/state/alerts.rs`; how, `tui/notifier.rs`.
//! - **a link**: which texts are links is in `tui/text/links.rs`, what the terminal is told of them in `tui/hyperlinks.rs`.
//! - **a setting**: `runtime/profile/config.rs`, and a line in `assets/config.toml`.
//! - **a text a person reads**: both files in `assets/text/`, under the same key; code carries a `Phrase`.
//! - **a colour**: a role in `tui/theme`, then a line in each file of `assets/themes/`.
//! - **a subcommand**: [`cli`], then a file in [`headless`].
//!
//! # Words of our own
//! What the field has a name for is called so. These it has none for, or they mean something narrower here; types stand
//! in code letters. `tests/house` looks each up.
//! - **dialect**: one way of speaking with peers: plain UDP, plain TCP, rooms, relays, IP Messenger, udpqq. A folder below
//!   [`dialects`].
//! - **`Engine`**: the state machine of a dialect. No socket, file, clock or chance of its own: inputs in, outputs out.
//! - **`Protocol`**: what a dialect does with each kind of input. The `Driver` makes an `Engine` of it and lends it a `Ctx`.
//! - **`Mux`**: all engines, and the only caller of them.
//! - **link**: a socket or stream, as an engine knows it: a number.
//! - **`Ticket`**: goes out with a datagram and comes back with what the kernel said of it.
//! - **`Caps`**: what a dialect can do. Fronts ask it, never for the name of a dialect.
//! - **front**: what a person or script has before it: [`tui`] or [`headless`].
//! - **conversation**: the messages with one peer, or in one room, with what belongs to them.
//! - **contact**, **stranger**, **echo**: a peer in `contacts.toml`; one that is not, but wrote or was opened; the peer inside
//!   the program.
//! - **nearby**: peers that made themselves known and never wrote.
//! - **lock**: what the screen says of the key of a peer: `KeyLock`, from what a person has decided (`Trust`).
//! - **claim**: somebody with another key bears the name of a contact.
//! - **mark**: what is known of a message of ours: waits, handed to the network, delivered, failed.
//! - **receipt**: a peer's program says that it has a message; nothing proves it.
//! - **`Phrase`**: a sentence as data: its key in `assets/text`, and arguments.
//! - **`Escaper`**: makes what came from others fit to be drawn; nothing is lost.
//! - **`Composer`**: where a draft is written.
//! - **scrollback**: the rows of a conversation, of which only the visible ones are laid out.
//! - **`Scene`**: those visible rows of the open conversation, as they were laid out last.
//! - **`Finder`**, **`Excerpt`**: the search through every conversation, and the line that shows a result.
//! - **`Sieve`**: which messages a search asks for, apart from their words.
//! - **`Sight`**: whether others on our networks can know of us, as it is said where nothing else stands yet.
//! - **lab**: a bad network on purpose, for the datagrams of one peer.
//! - **knock**: the proof, in the first packet, that somebody knows our public key.
//! - **beacon**: a datagram to everybody on the network that says who is here, and where.
//! - **`SafetyNumber`**: what two people compare to know that nobody sits between them.
//! - **`Trust`**: what a person has decided about the key of a peer.
//! - **`KeepPeriod`**: after how long our own copy of a message is removed; fixed in the message when it is stored.
//! - **`Uid`**: the name of a message that both sides know.
//! - **`Incarnation`**: which start of its program a peer is, and how often it moved since.
//! - **`Budget`**: how much IP Messenger answers to what comes in.
//! - **seal**: IP Messenger's word: a message that is closed until a person opens it, which its sender is told.
//! - **hosts**: the relays that one address names, which have their rooms in common: any of them will do.
//! - **lobby**: the room of a relay that everybody comes into.
//! - **greeting**: what is said once on coming into a room.
//! - **`Newcomer`**: an address that has proved nothing to a relay yet.
//! - **`Bundle`**: entries of a relay's room that share one datagram.
//! - **`Gap`**: entries that a member of a relay has to ask for again.
//!
//! # What must always hold
//! Comments cite these rules by their numbers: G for all dialects, R for relays, I for IP Messenger, E for the encrypted
//! dialect, U for other users of the machine. Each of E is cited by the tests that show it, most of them laws of `tests/sim`.
//! - **G11**: a flood of any kind takes little memory, and neither keys nor the screen get slow.
//! - **G12**: one source's flood neither delays nor drives out what others say.
//! - **G13**: every table, queue and cache has a limit, and a rule for what goes first.
//! - **R1**: an address that has not proved that it receives gets from a relay no more than it sent, 512 bytes
//!   at once, one datagram a second.
//! - **R2**: only who has proved it gets what others say; a forged address proves nothing, and proofs grow old.
//! - **R6**: a message is forwarded once in ten minutes, so loops die out.
//! - **I1**: a datagram that is no whole packet is dropped, without an answer or a trace.
//! - **I3**: only a few kinds of packets are answered, shortly, seldom to one source and not often to all together.
//! - **I4**: lists of hosts are neither given nor believed.
//! - **I5**: a receipt counts only from the address and for the number of an open message; numbers rise and cannot be guessed.
//! - **I8**: at most 256 files in one offer; what cannot be used is left out and said, the text stays readable.
//! - **I9**: nothing is written before a person accepts, and then what was shown.
//! - **I10**: a name from others becomes one harmless part of a path, and never replaces a file.
//! - **I11**: a folder that comes never leads out of its own: no `..`, no links, no endless depth.
//! - **I12**: no file gets longer than was said; what is not whole stays a `.part`, and nothing can be executed.
//! - **I13**: a size that is only promised takes nothing, and 1 GiB of the disk stays free.
//! - **I14**: few streams in all and of one host; who is silent too long is closed, and keeps nobody else waiting.
//! - **I15**: only what was offered is served, to that address, under that number, unchanged, and for a day.
//! - **E1**: who has proved nothing gets no answer but a retry that is no longer than what it answers, and nothing of it
//!   is kept.
//! - **E2**: an address that is not proved gets at most three times what it sent; handshakes are few of one network and
//!   in all.
//! - **E3**: a packet that is changed, cut, joined, or said again anywhere is as if it had not come.
//! - **E4**: what one connection uses once no other uses: not after a restart, a restored backup, beside a clone.
//! - **E5**: every message comes once and in order, whatever the network does, wherever both go, however often they restart.
//! - **E6**: a receipt means that the peer has committed the message.
//! - **E7**: a silent peer gets one datagram a second at most; what waits for it outlives restarts and does not come as a flood.
//! - **E8**: a changed key stops what is sent until a person decides, and nothing ever goes out in plain instead.
//! - **E9**: nobody is taken for somebody else: not by a relayed handshake, own packets, a leaked key of ours, another version.
//! - **E10**: the keys of today do not open what was said before.
//! - **E11**: two flows share a line fairly, and loss costs few bytes.
//! - **E12**: what somebody says will come takes nothing, and a lie about a length costs at most its connection.
//! - **E13**: nothing is compressed.
//! - **E14**: what a proved key says is escaped as everything else.
//! - **E15**: a file goes on where it stopped, and ends as it was or as a `.part`.
//! - **E16**: no clock that jumps and no sleep of the machine changes an order or loses anything.
//! - **U1**: other users can read neither files nor core dumps of ours.
//! - **U3**: nobody can lead us elsewhere by placing a link while files come or go.
//!
//! # A datagram becomes a line
//! `net/kernel` receives → `net/ingress` gives each source its turn → `net/mux` hands it to the engine of its link → the
//! engine decodes and reports a `NetEvent` → `runtime::Session` → `app/state/flood` lets each source have its share →
//! `app::update` makes a message and asks the store → the store's thread commits → `app::update` shows it → the front
//! draws what is visible, with every text through `model::text::escape`.
//!
//! # A page of the history becomes rows
//! The front lays out what it holds; near its end `tui/update/read` asks for more → `app/update/reading` → the store's
//! thread reads → `app/conversation/window` takes the page in at one end and lets go at the other. A search goes the same way
//! to the thread of `store/search_thread` and comes back into `app/update/search`.
//!
//! # A key becomes a datagram
//! `tui/input` makes events of the terminal's bytes → `tui/front` → `tui/keymap` → `tui/update` edits the draft;
//! Enter asks `net::check` whether the text fits, then gives an `Intent` → `app::update` makes a waiting message →
//! the store commits → `MessageCommand::Send` → engine → socket → `Handed` → the mark `✓`.

pub mod app;
pub mod cli;
pub mod dialects;
pub mod disk;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod headless;
pub mod lang;
pub mod model;
pub mod net;
pub mod runtime;
pub mod store;
pub mod tui;
pub mod wire;
